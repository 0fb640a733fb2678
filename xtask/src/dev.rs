//! `cargo xtask dev`: builds everything and serves it as Cloudflare would, until Ctrl-C.
//!
//! wrangler runs the Worker, serves the page, and rebuilds the Worker when its sources change (wrangler.toml). This
//! command rebuilds the page when its sources change. It compares their state once a second: `trunk watch` would build
//! again at each start and replace the page while the first visitor loads it.

mod server;

use std::{
    env,
    fs::{self, File, TryLockError},
    io::{self, IsTerminal, Read, Write},
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use pico_args::Arguments;

use self::server::Server;
use crate::{
    demo_model,
    local_models::Search,
    page,
    profile::{self, Profile},
    setup, signals,
    steps::{self, StepContext},
    variables::Variables,
    worker, workspace,
};

const DEFAULT_PORT: u16 = 8787;
/// How long to wait for a port that was asked for. The supervisors of a server that was killed a moment ago may still be
/// ending its processes.
const PORT_LIMIT: Duration = Duration::from_secs(6);

pub(crate) struct Options {
    port: Option<u16>,
    /// Where rooms are stored.
    state: PathBuf,
    open_browser: bool,
    profile: Profile,
    exit_with_stdin: bool,
}

impl Options {
    pub(crate) fn parse(arguments: &mut Arguments) -> anyhow::Result<Self> {
        let port = arguments.opt_value_from_str("--port").context("--port needs a number from 0 to 65535")?;
        let state = arguments.opt_value_from_os_str("--state", |folder| {
            env::current_dir().map(|current| current.join(folder))
        })?;
        // Tests build the release.
        let is_release = arguments.contains("--release") || profile::is_prebuilt();
        Ok(Self {
            port,
            state: state.unwrap_or_else(|| workspace::root().join(".madang/state")),
            open_browser: !arguments.contains("--no-open"),
            profile: if is_release { Profile::Release } else { Profile::Development },
            exit_with_stdin: arguments.contains("--exit-with-stdin"),
        })
    }
}

pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    if options.exit_with_stdin {
        thread::spawn(|| {
            let _ = io::stdin().lock().read_to_end(&mut Vec::new());
            signals::request_stop();
        });
    }
    fs::create_dir_all(&options.state)
        .with_context(|| format!("failed to create {}", options.state.display()))?;
    let _lock = lock(&options.state)?;
    let variables = Variables::from_operator(workspace::root())?;
    // A local model server often needs no key, so its address alone is enough.
    let with_demo_model =
        !["OPENAI_API_KEY", "OPENAI_BASE_URL", "GEMINI_API_KEY"].iter().any(|name| variables.has(name));
    let local_models = with_demo_model.then(Search::begin);
    build(options.profile, with_demo_model)?;

    let model = if with_demo_model { Some(demo_model::start(&options.state)?) } else { None };
    let port = choose_port(options.port)?;
    let server_options = server::Options { port, profile: options.profile, state: &options.state };
    let mut server = Server::start(&server_options, variables, model)?;
    server.wait_until_healthy()?;

    for found in local_models.map(Search::finish).unwrap_or_default() {
        eprintln!("{}", found.advice());
    }
    let address = format!("http://127.0.0.1:{port}");
    println!("ready {address}");
    io::stdout().flush().context("failed to write the line `ready`")?;
    if options.open_browser {
        open_browser(&address);
    }
    serve(options.profile, &mut server)?;
    eprintln!("stopping");
    drop(server);
    Ok(ExitCode::SUCCESS)
}

fn build(profile: Profile, with_demo_model: bool) -> anyhow::Result<()> {
    let mut work = Vec::new();
    if !profile::is_prebuilt() {
        work.extend(setup::missing()?);
        work.push(page::step(profile));
        work.push(worker::step(profile));
    }
    if with_demo_model {
        work.push(demo_model::step());
    }
    steps::run(work)?;
    Ok(())
}

/// Locks the folder of the rooms: two servers would write to the same database.
fn lock(state: &Path) -> anyhow::Result<File> {
    let path = state.join("lock");
    let file = File::create(&path).with_context(|| format!("failed to create {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!(
            "another `cargo xtask dev` uses {}; stop it, or choose another folder with --state",
            state.display()
        ),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("failed to lock {}", path.display()))
        }
    }
}

/// The port that was asked for, as soon as it is free; else the first free one from the default on.
fn choose_port(wanted: Option<u16>) -> anyhow::Result<u16> {
    let Some(wanted) = wanted else {
        let free = (DEFAULT_PORT..DEFAULT_PORT + 100).find(|port| free_port(*port).is_some());
        return free.context("no port from 8787 to 8886 is free; choose one with --port");
    };
    let deadline = Instant::now() + PORT_LIMIT;
    loop {
        if let Some(port) = free_port(wanted) {
            return Ok(port);
        }
        signals::check()?;
        if Instant::now() > deadline {
            bail!("port {wanted} is in use; choose another with --port");
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// This port, or any for 0, if this machine lets us listen there.
fn free_port(port: u16) -> Option<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()?;
    listener.local_addr().ok().map(|address| address.port())
}

/// Waits until a stop is requested. Rebuilds the page once its sources have changed and then not changed for a second.
fn serve(profile: Profile, server: &mut Server) -> anyhow::Result<()> {
    let page = page::built(profile);
    let mut built = page.state_of_sources();
    let mut last_seen = built;
    let mut next_look = Instant::now();
    while !signals::stop_requested() {
        server.check()?;
        if !profile::is_prebuilt() && Instant::now() >= next_look {
            next_look = Instant::now() + Duration::from_secs(1);
            let now = page.state_of_sources();
            if now != built && now == last_seen {
                built = now;
                rebuild_page(profile);
            }
            last_seen = now;
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// Rebuilds the page. When it does not compile, the errors are printed and the old page stays.
fn rebuild_page(profile: Profile) {
    let context = StepContext::outside_of_steps("page");
    context.print("its sources changed, building…");
    match page::build(profile, &context) {
        Ok(()) => context.print("rebuilt; reload it"),
        Err(error) if error.is::<signals::Interrupted>() => {}
        Err(error) => context.print(&format!("{error:#}")),
    }
}

/// Opens the page on a desktop with a terminal. Failures are ignored: the address has been printed.
fn open_browser(address: &str) {
    let on_a_desktop = env::var_os("DISPLAY").is_some() || env::var_os("WAYLAND_DISPLAY").is_some();
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    if !io::stderr().is_terminal() || !(on_a_desktop || cfg!(target_os = "macos")) {
        return;
    }
    let browser = Command::new(program)
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if let Ok(mut browser) = browser {
        thread::spawn(move || browser.wait());
    }
}
