//! A deployment on this machine: wrangler with the built Worker on a temporary folder, and a demo model beside it. The
//! bench (`tests/benches/room`) uses this file too.

use std::collections::BTreeSet;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use demo_model::{DemoModel, Options};
use hyper::Method;

use crate::http;

/// The API key, which must be in nothing but requests to the model's server.
pub(crate) const CANARY: &str = "sk-canary-3f9c1b7e5d2a4860";
/// The Worker's secret for identity cookies.
pub(crate) const SECRET: &str = "an-identity-secret-only-for-these-tests-0123";
/// A text in the error texts of injected faults, which no client may be sent.
pub(crate) const UPSTREAM: &str = "org-AAA of proj_hidden";
/// What no client may be sent: the key, and ids and error texts of the model's server.
pub(crate) const SECRETS: [&str; 5] = ["sk-canary", "resp_", "req_", "org-AAA", "proj_hidden"];

/// A shell script that runs a program and ends it when the test process ends, however that ends: its standard input is a
/// pipe that nobody writes to. The whole process group of the program is ended, and its folder deleted once nothing
/// writes into it.
const WATCHDOG_SCRIPT: &str =
    r#""$@" & cat > /dev/null; trap '' TERM; kill -TERM 0; sleep 1; rm -rf "$FOLDER"; kill -KILL 0"#;

/// A running deployment.
pub(crate) struct Deployment {
    pub(crate) demo: DemoModel,
    pub(crate) port: u16,
    folder: PathBuf,
    /// Where the Worker's wrangler.toml is.
    project: PathBuf,
    /// The path that is answered with 200 once the Worker runs.
    probe: String,
    variables: Vec<(String, String)>,
    wrangler: Option<Child>,
}

static DEPLOYMENTS: AtomicU32 = AtomicU32::new(0);

/// The limits that have defaults where a model has a price.
const UNLIMITED: [&str; 6] = [
    "BUDGET_HOUR_USD",
    "BUDGET_DAY_USD",
    "BUDGET_ROOM_DAY_USD",
    "BUDGET_PERSON_DAY_USD",
    "BUDGET_ADDRESS_PERCENT",
    "QUESTIONS_PER_HOUR",
];

impl Deployment {
    /// Starts a deployment with the usual variables.
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts a deployment with variables of the Worker besides or instead of the usual ones. `{demo}` in a value stands for
    /// the demo model's URL.
    pub(crate) async fn start_with(variables: &[(&str, &str)]) -> Self {
        let (demo, folder) = (demo_model().await, new_folder());
        let mut all = vec![
            ("OPENAI_API_KEY".to_owned(), CANARY.to_owned()),
            ("OPENAI_BASE_URL".to_owned(), demo.url()),
            ("IDENTITY_SECRET".to_owned(), SECRET.to_owned()),
            ("WEATHER_URL".to_owned(), demo.weather_url()),
            // All tests come from one address.
            ("ADDRESS_FACTOR".to_owned(), "500".to_owned()),
        ];
        // The demo model has the name, and so the price, of a model that is sold: tests that want limits set them.
        all.extend(UNLIMITED.map(|name| (name.to_owned(), "off".to_owned())));
        all.retain(|(known, _)| variables.iter().all(|(name, _)| name != known));
        let value = |value: &str| value.replace("{demo}", &demo.gemini_url());
        all.extend(variables.iter().map(|(name, text)| ((*name).to_owned(), value(text))));
        let (project, probe) = (root(), "/api/alive".to_owned());
        let port = free_port();
        let mut deployment = Self { demo, port, folder, project, probe, variables: all, wrangler: None };
        deployment.run().await;
        deployment
    }

    /// Starts another Worker than Madang, for comparison: the files of a folder with a `wrangler.toml`. A GET of `probe` is
    /// answered with 200 once it runs.
    #[allow(dead_code, reason = "for the bench, which shares this file")]
    pub(crate) async fn start_other(files: &Path, probe: &str) -> Self {
        let (demo, folder) = (demo_model().await, new_folder());
        // A copy, since wrangler writes beside the configuration.
        let project = folder.join("project");
        let copied = Command::new("cp").arg("-R").args([files, &project]).status().unwrap();
        assert!(copied.success(), "{} could not be copied", files.display());
        let (port, probe) = (free_port(), probe.to_owned());
        let mut deployment =
            Self { demo, port, folder, project, probe, variables: Vec::new(), wrangler: None };
        deployment.run().await;
        deployment
    }

    /// Starts the runtime again on the same folder, with these variables changed.
    #[allow(dead_code, reason = "the bench, which shares this file, changes nothing")]
    pub(crate) async fn restart_with(&mut self, variables: &[(&str, &str)]) {
        for (name, value) in variables {
            let value = value.replace("{demo}", &self.demo.gemini_url());
            self.variables.retain(|(known, _)| known != name);
            self.variables.push(((*name).to_owned(), value));
        }
        self.restart().await;
    }

    /// Kills the runtime, as a power cut would.
    pub(crate) fn kill(&mut self) {
        if let Some(mut wrangler) = self.wrangler.take() {
            // The watchdog script is the leader of its own process group.
            let group = format!("-{}", wrangler.id());
            let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
            let _ = wrangler.wait();
        }
    }

    /// Starts the runtime again on the same folder.
    pub(crate) async fn restart(&mut self) {
        self.kill();
        self.run().await;
    }

    /// The runtime's output so far.
    pub(crate) fn output(&self) -> String {
        std::fs::read_to_string(self.folder.join("output")).unwrap_or_default()
    }

    /// Where the runtime stores the databases of all objects.
    #[allow(dead_code, reason = "for the benches, which share this file")]
    pub(crate) fn state(&self) -> PathBuf {
        self.folder.join("state")
    }

    /// Whether a text is in any room's database file.
    #[allow(dead_code, reason = "the bench, which shares this file, does not look")]
    pub(crate) fn stores(&self, text: &str) -> bool {
        self.files("Room").iter().any(|bytes| bytes.windows(text.len()).any(|part| part == text.as_bytes()))
    }

    /// The database files of the objects of a class.
    #[allow(dead_code, reason = "the bench, which shares this file, does not look")]
    pub(crate) fn files(&self, class: &str) -> Vec<Vec<u8>> {
        let folder = self.folder.join(format!("state/v3/do/madang-{class}"));
        let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
        files.filter_map(|file| std::fs::read(file.path()).ok()).collect()
    }

    /// Waits until the runtime's output contains a text.
    #[allow(dead_code, reason = "the bench, which shares this file, reads nothing of it")]
    pub(crate) async fn prints(&self, text: &str) {
        let begun = Instant::now();
        while !self.output().contains(text) {
            assert!(begun.elapsed() < Duration::from_secs(5), "{text} is not in {}", self.output());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Writes so many messages into each room's database. The runtime must be stopped.
    #[allow(dead_code, reason = "for the bench, which shares this file")]
    pub(crate) fn fill(&self, rooms: &[(&str, u32)]) {
        self.fill_with(rooms, 120);
    }

    /// The same with texts of about so many characters, of three bytes each where they are long.
    #[allow(dead_code, reason = "for the benches, which share this file")]
    pub(crate) fn fill_with(&self, rooms: &[(&str, u32)], characters: usize) {
        let root = root();
        for (room, messages) in rooms {
            let filled = Command::new(root.join("node_modules/.bin/node"))
                .arg(root.join("tests/benches/room/fill.mjs"))
                .arg(self.folder.join("state"))
                .args([*room, &messages.to_string(), &characters.to_string()])
                .status()
                .unwrap();
            assert!(filled.success(), "{room} could not be filled");
        }
    }

    /// How many rooms' objects have a database file, and how many of them created their tables.
    #[allow(dead_code, reason = "the bench, which shares this file, does not count them")]
    pub(crate) fn objects(&self) -> (usize, usize) {
        let folder = self.folder.join("state/v3/do/madang-Room");
        let read = |name: &str| std::fs::read(folder.join(name)).unwrap_or_default();
        let files = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
        let (mut woken, mut made) = (0, 0);
        for name in names.filter(|name| name.ends_with(".sqlite") && !name.starts_with("metadata")) {
            // The newest writes are in the write-ahead log beside it.
            let bytes = [read(&name), read(&format!("{name}-wal"))].concat();
            woken += 1;
            made += usize::from(bytes.windows(16).any(|bytes| bytes == b"CREATE TABLE log"));
        }
        (woken, made)
    }

    /// The rooms' objects with an alarm: the runtime keeps their ids in a database of its own.
    #[allow(dead_code, reason = "the bench, which shares this file, does not look")]
    pub(crate) fn alarms(&self) -> BTreeSet<String> {
        let folder = self.folder.join("state/v3/do/madang-Room");
        let names =
            || std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|file| file.file_name());
        let names: Vec<String> = names().map(|name| name.to_string_lossy().into_owned()).collect();
        let read = |name: &String| std::fs::read(folder.join(name)).unwrap_or_default();
        let known: Vec<u8> =
            names.iter().filter(|name| name.starts_with("metadata")).flat_map(read).collect();
        let known = String::from_utf8_lossy(&known);
        let ids = names.iter().filter_map(|name| name.strip_suffix(".sqlite"));
        ids.filter(|id| known.contains(*id)).map(str::to_owned).collect()
    }

    /// The CPU time of the Worker's process so far. Wrangler's proxy is another process.
    #[allow(dead_code, reason = "for the bench, which shares this file")]
    pub(crate) fn cpu(&self) -> Duration {
        cpu(self.worker())
    }

    /// Mebibytes of memory that the Worker's process holds (proc(5), `VmRSS`).
    #[allow(dead_code, reason = "for the bench, which shares this file")]
    pub(crate) fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.worker())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim_end_matches("kB").trim().parse::<f64>().unwrap() / 1024.0
    }

    /// The Worker's own port behind wrangler's proxy, so that a bench does not measure the proxy.
    #[allow(dead_code, reason = "for the bench, which shares this file")]
    pub(crate) async fn behind_the_proxy(&self) -> u16 {
        let sockets = std::fs::read_dir(format!("/proc/{}/fd", self.worker())).unwrap().flatten();
        let sockets: Vec<_> = sockets.filter_map(|file| std::fs::read_link(file.path()).ok()).collect();
        let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
        let through_proxy = http::request(self.port, Method::GET, &self.probe, &[], "").await.unwrap();
        for line in table.lines().skip(1) {
            // Slot, local address and port, remote ones, state (0A is listening) … and the socket's inode.
            let fields: Vec<&str> = line.split_whitespace().collect();
            let socket = PathBuf::from(format!("socket:[{}]", fields[9]));
            if fields[3] != "0A" || !sockets.contains(&socket) {
                continue;
            }
            let port = u16::from_str_radix(fields[1].split_once(':').unwrap().1, 16).unwrap();
            // The other ports are debuggers'.
            let reply = http::request(port, Method::GET, &self.probe, &[], "");
            let reply = tokio::time::timeout(Duration::from_secs(1), reply).await;
            if reply.is_ok_and(|reply| {
                reply.is_ok_and(|reply| reply.status == 200 && reply.body == through_proxy.body)
            }) {
                return port;
            }
        }
        panic!("the Worker listens nowhere");
    }

    /// The Worker's process: of the two that wrangler starts, the one that does not listen on the public port.
    pub(crate) fn worker(&self) -> u32 {
        let group = self.wrangler.as_ref().map(Child::id).unwrap().to_string();
        let entry = format!("entry=127.0.0.1:{}\0", self.port);
        let processes = std::fs::read_dir("/proc").unwrap().flatten();
        let mut found = processes.filter_map(|process| process.file_name().to_str()?.parse().ok()).filter(
            |process: &u32| {
                let said = std::fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
                let said = String::from_utf8_lossy(&said);
                // The parent, then the group.
                let is_ours = status(*process).is_some_and(|fields| fields[2] == group);
                is_ours && said.contains("workerd\0serve\0") && !said.contains(&entry)
            },
        );
        let worker = found.next().expect("the Worker runs");
        assert!(found.next().is_none(), "it runs once");
        worker
    }

    async fn run(&mut self) {
        let root = root();
        let env_file = self.folder.join("worker.env");
        let lines: Vec<String> =
            self.variables.iter().map(|(name, value)| format!("{name}=\"{value}\"\n")).collect();
        std::fs::write(&env_file, lines.concat()).unwrap();
        let bin = root.join("node_modules/.bin");
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
        let output = File::options().create(true).append(true).open(self.folder.join("output")).unwrap();
        let child = Command::new("sh")
            .args(["-c", WATCHDOG_SCRIPT, "sh"])
            .arg(bin.join("wrangler"))
            .current_dir(&self.project)
            .args(["dev", "--ip", "127.0.0.1", "--show-interactive-dev-session=false", "--inspector-port"])
            .arg(inspector_port())
            // `cargo xtask profile` chooses it; otherwise it is the Worker that wrangler.toml names.
            .args(std::env::var_os("MADANG_WORKER"))
            .arg("--port")
            .arg(self.port.to_string())
            .arg("--persist-to")
            .arg(self.folder.join("state"))
            .arg("--env-file")
            .arg(&env_file)
            .env("PATH", path)
            .env("FOLDER", &self.folder)
            .env("MADANG_BUILT", "1")
            .env("WRANGLER_SEND_METRICS", "false")
            // Otherwise a Worker of wrangler's own records every event of every socket, beside ours and on its CPU.
            .env("X_LOCAL_OBSERVABILITY", "false")
            .env("X_LOCAL_EXPLORER", "false")
            .env("CI", "1")
            .stdin(Stdio::piped())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .process_group(0)
            .spawn()
            .expect("wrangler is installed by `cargo xtask test`");
        self.wrangler = Some(child);
        let begun = Instant::now();
        loop {
            let reply = http::request(self.port, Method::GET, &self.probe, &[], "").await;
            if reply.is_ok_and(|reply| reply.status == 200) {
                return;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(180),
                "the Worker did not start: {}",
                self.output()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Deployment {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("the runtime's output:\n{}", self.output());
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The fields of `/proc/PID/stat` after the process's name: state, parent, group …, user time, system time (proc(5)).
fn status(process: u32) -> Option<Vec<String>> {
    let status = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, rest) = status.rsplit_once(") ")?;
    Some(rest.split(' ').map(str::to_owned).collect())
}

/// The CPU time of a process's threads so far, in nanoseconds as the scheduler counts it; `/proc/PID/stat` has hundredths of
/// a second.
#[allow(dead_code, reason = "for the bench, which shares this file")]
pub(crate) fn cpu(process: u32) -> Duration {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).unwrap().flatten();
    let nanoseconds = threads.filter_map(|thread| {
        let times = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        times.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanoseconds.sum())
}

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

async fn demo_model() -> DemoModel {
    DemoModel::start(Options::default()).await.unwrap()
}

/// A new folder for what a deployment stores and prints.
fn new_folder() -> PathBuf {
    let number = DEPLOYMENTS.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("madang-runtime-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The debugger's port: what `cargo xtask profile` chose, unless another deployment listens there; otherwise any.
fn inspector_port() -> String {
    let chosen = std::env::var("MADANG_INSPECTOR_PORT").ok();
    let is_free = |port: &String| std::net::TcpListener::bind(format!("127.0.0.1:{port}")).is_ok();
    chosen.filter(is_free).unwrap_or_else(|| "0".to_owned())
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
