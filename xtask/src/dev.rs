//! `cargo xtask dev`: builds everything and serves it as Cloudflare would, until Ctrl-C.
//!
//! wrangler runs the Worker and serves the page, and rebuilds the Worker when its sources change (wrangler.toml). The page
//! is rebuilt here, by looking at its sources once a second: `trunk watch` would build again at each start, and replace the
//! page while the first visitor loads it.

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

use crate::{
    arguments::{self, Arguments},
    children::{self, Child},
    env::{Variables, identity_secret},
    health,
    model::{self, Model},
    page, setup,
    steps::{self, Running, seconds},
    worker::{self, Profile},
    workspace,
};

const DEFAULT_PORT: u16 = 8787;
/// Where `trunk serve` serves, for those who use it beside `wrangler dev`.
const TRUNK_PORT: u16 = 8080;
const START: Duration = Duration::from_secs(120);

pub(crate) struct Options {
    port: Option<u16>,
    state: PathBuf,
    open: bool,
    profile: Profile,
    exit_with_stdin: bool,
}

impl Options {
    pub(crate) fn parse(mut arguments: Arguments) -> anyhow::Result<Self> {
        let mut options = Self {
            port: None,
            state: workspace::root().join(".madang/state"),
            open: true,
            profile: Profile::Development,
            exit_with_stdin: false,
        };
        while let Some(option) = arguments.option()? {
            match option.as_str() {
                "--port" => {
                    let port = arguments.value("--port")?;
                    let port = port.to_str().and_then(|port| port.parse().ok());
                    options.port = Some(port.context("--port needs a number from 0 to 65535")?);
                }
                "--state" => {
                    let folder = env::current_dir().context("there is no current folder")?;
                    options.state = folder.join(arguments.value("--state")?);
                }
                "--no-open" => options.open = false,
                "--release" => options.profile = Profile::Release,
                "--exit-with-stdin" => options.exit_with_stdin = true,
                _ => return Err(arguments::unknown(&option)),
            }
        }
        if worker::is_built_already() {
            // Tests build for production.
            options.profile = Profile::Release;
        }
        Ok(options)
    }
}

pub(crate) fn run(options: Options) -> anyhow::Result<ExitCode> {
    if options.exit_with_stdin {
        thread::spawn(|| {
            let _ = io::stdin().lock().read_to_end(&mut Vec::new());
            children::stop();
        });
    }
    fs::create_dir_all(&options.state)
        .with_context(|| format!("{} could not be made", options.state.display()))?;
    let _lock = lock(&options.state)?;
    let mut variables = Variables::of_operator(workspace::root())?;
    // A server of one's own often needs no key, so only those who name neither get the demo.
    let demo =
        !["OPENAI_API_KEY", "OPENAI_BASE_URL", "GEMINI_API_KEY"].iter().any(|name| variables.has(name));
    build(options.profile, demo)?;

    let model = if demo { Some(model::start(&options.state)?) } else { None };
    let port = port(options.port)?;
    complete(&mut variables, port, model.as_ref(), &options.state)?;
    let env_file = EnvFile(options.state.join("worker.env"));
    variables.write(&env_file.0)?;
    let wrangler = Child::start(
        &wrangler(port, &options, &env_file.0)?,
        // Our own stdout has one line for programs to read; wrangler's words are for people.
        Stdio::from(io::stderr()),
        Stdio::inherit(),
    )?;
    let mut server = Server { model, wrangler };
    wait_until_well(port, &mut server)?;

    let address = format!("http://127.0.0.1:{port}");
    println!("ready {address}");
    io::stdout().flush().context("the line `ready` could not be written")?;
    if options.open {
        open(&address);
    }
    serve(options.profile, &mut server)?;
    eprintln!("stopping");
    drop(server);
    Ok(ExitCode::SUCCESS)
}

/// What runs while we serve.
struct Server {
    model: Option<Model>,
    wrangler: Child,
}

impl Server {
    /// Fails when one of the programs has ended.
    fn check(&mut self) -> anyhow::Result<()> {
        if let Some(status) = self.wrangler.ended()? {
            bail!("wrangler ended by itself with {status}; its output is above");
        }
        if let Some(model) = &mut self.model
            && let Some(status) = model.child.ended()?
        {
            bail!("the demo model ended by itself with {status}; its output is above");
        }
        Ok(())
    }
}

/// Removes the file with the secrets at the end.
struct EnvFile(PathBuf);

impl Drop for EnvFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn build(profile: Profile, demo: bool) -> anyhow::Result<()> {
    let mut work = Vec::new();
    if !worker::is_built_already() {
        work.extend(setup::missing()?);
        work.push(page::step(profile));
        work.push(worker::step(profile));
    }
    if demo {
        work.push(model::step());
    }
    steps::run(work)?;
    Ok(())
}

/// Two servers on one state would write to the same database.
fn lock(state: &Path) -> anyhow::Result<File> {
    let path = state.join("lock");
    let file = File::create(&path).with_context(|| format!("{} could not be made", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!(
            "another `cargo xtask dev` uses {}; stop it, or choose another folder with --state",
            state.display()
        ),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("{} could not be locked", path.display()))
        }
    }
}

/// The wanted port, once it is free, or the first free one from the default on.
fn port(wanted: Option<u16>) -> anyhow::Result<u16> {
    let Some(wanted) = wanted else {
        let free = (DEFAULT_PORT..DEFAULT_PORT + 100).find(|port| is_free(*port).is_some());
        return free.context("no port from 8787 to 8886 is free; choose one with --port");
    };
    // The guards of a server that was killed a moment ago may still be clearing up.
    let deadline = Instant::now() + Duration::from_secs(6);
    loop {
        if let Some(port) = is_free(wanted) {
            return Ok(port);
        }
        children::check()?;
        if Instant::now() > deadline {
            bail!("port {wanted} is in use; choose another with --port");
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// The port that was asked for, or for 0 any, if we can listen there.
fn is_free(port: u16) -> Option<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()?;
    listener.local_addr().ok().map(|address| address.port())
}

fn complete(variables: &mut Variables, port: u16, model: Option<&Model>, state: &Path) -> anyhow::Result<()> {
    if let Some(model) = model {
        variables.set("DEMO", "1");
        variables.set("OPENAI_BASE_URL", &model.address);
        if !variables.has("WEATHER_URL") {
            // The demo model's process also plays the weather service, so that nothing leaves this machine.
            variables.set("WEATHER_URL", format!("{}/weather", model.address.trim_end_matches("/v1")));
        }
    }
    if !variables.has("OPENAI_API_KEY") {
        variables.set("OPENAI_API_KEY", "none-needed");
    }
    if !variables.has("IDENTITY_SECRET") {
        variables.set("IDENTITY_SECRET", identity_secret(state)?);
    }
    if !variables.has("ALLOWED_ORIGINS") {
        let origins =
            [port, TRUNK_PORT].map(|port| format!("http://127.0.0.1:{port},http://localhost:{port}"));
        variables.set("ALLOWED_ORIGINS", origins.join(","));
    }
    Ok(())
}

fn wrangler(port: u16, options: &Options, env_file: &Path) -> anyhow::Result<Command> {
    let mut command = workspace::command(workspace::npm_command("wrangler"))?;
    command
        .arg("dev")
        .arg(worker::script(options.profile))
        .arg("--assets")
        .arg(page::folder(options.profile))
        .args(["--ip", "127.0.0.1", "--port", &port.to_string(), "--show-interactive-dev-session=false"])
        // Debuggers of several servers would want the same port.
        .args(["--inspector-port", "0"])
        .arg("--persist-to")
        .arg(&options.state)
        .arg("--env-file")
        .arg(env_file)
        .env("WRANGLER_SEND_METRICS", "false")
        .env("CI", "1")
        // Otherwise it asks Cloudflare where in the world we are, and complains at length where that cannot be reached.
        .env("CLOUDFLARE_CF_FETCH_ENABLED", "false")
        .env("MADANG_PROFILE", options.profile.variable());
    Ok(command)
}

fn wait_until_well(port: u16, server: &mut Server) -> anyhow::Result<()> {
    let deadline = Instant::now() + START;
    while !health::is_well(port) {
        children::check()?;
        server.check()?;
        if Instant::now() > deadline {
            bail!("the Worker did not answer GET /api/health with 200 within {}; see above", seconds(START));
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// Until we are asked to stop. Rebuilds the page when its sources have changed and then stayed the same for a second.
fn serve(profile: Profile, server: &mut Server) -> anyhow::Result<()> {
    let page = page::built(profile);
    let mut built = page.state_of_inputs();
    let mut seen = built;
    let mut look = Instant::now();
    while !children::should_stop() {
        server.check()?;
        if !worker::is_built_already() && Instant::now() >= look {
            look = Instant::now() + Duration::from_secs(1);
            let now = page.state_of_inputs();
            if now != built && now == seen {
                built = now;
                rebuild_page(profile)?;
            }
            seen = now;
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// A page that does not compile is the developer's daily bread: the old one stays.
fn rebuild_page(profile: Profile) -> anyhow::Result<()> {
    let running = Running::alone("page");
    running.say("its sources changed, building…");
    match page::build(profile, &running) {
        Ok(()) => running.say("rebuilt; reload it"),
        Err(error) if error.is::<children::Interrupted>() => {}
        Err(error) => running.say(&format!("{error:#}")),
    }
    Ok(())
}

/// A courtesy, so it fails in silence.
fn open(address: &str) {
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
