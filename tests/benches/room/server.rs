//! The servers that are measured: Madang, Madang with one frame per message, a room that only forwards, and what the command
//! line adds.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::iter;
use shared::entry::EnterStatus;

use crate::browser::Browser;
use crate::deployment::Deployment;
use crate::dialect::Dialect;
use crate::options::Options;

/// The variable with which Madang sends each message at once, in a frame of its own.
const ONE_FRAME_PER_MESSAGE: (&str, &str) = ("SEND_MICROS", "0");
/// Everybody here has the same address.
const ADDRESS: (&str, &str) = ("ADDRESS_FACTOR", "500");
/// How many visitors enter at the same time.
const AT_ONCE: usize = 50;
/// A process that used less CPU than this in [`LOOK`] is at rest.
const REST: Duration = Duration::from_millis(20);
/// How often a process is looked at until it rests.
const LOOK: Duration = Duration::from_millis(250);
/// How often it is looked at, at most.
const LOOKS: usize = 80;

/// A running server.
pub(crate) struct Server {
    pub(crate) name: String,
    pub(crate) dialect: Dialect,
    /// Behind wrangler's proxy.
    pub(crate) port: u16,
    pub(crate) deployment: Deployment,
    /// The identity cookies of Madang's visitors, who are the same in every room.
    cookies: Mutex<Vec<String>>,
}

impl Server {
    /// Starts Madang with these variables besides the ones of every benchmark.
    pub(crate) async fn madang(name: &str, variables: &[(&str, &str)]) -> Self {
        let variables: Vec<_> = variables.iter().copied().chain([ADDRESS]).collect();
        let deployment = Deployment::start_with(&variables).await;
        Self::new(name, Dialect::Madang, deployment).await
    }

    /// Starts Madang as it sends without pacing.
    pub(crate) async fn madang_single() -> Self {
        Self::madang("Madang, one frame per message", &[ONE_FRAME_PER_MESSAGE]).await
    }

    /// Starts the reference, and then the servers of the command line.
    pub(crate) async fn others(options: &Options) -> Vec<Self> {
        let forwarder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/forwarder");
        let mut servers = vec![Self::described("forwarder", &forwarder).await];
        for external in &options.externals {
            servers.push(Self::described(&external.name, &external.folder).await);
        }
        servers
    }

    async fn described(name: &str, folder: &Path) -> Self {
        let described = Dialect::read(folder);
        let deployment = Deployment::start_other(folder, &described.probe).await;
        Self::new(name, Dialect::Described(described), deployment).await
    }

    async fn new(name: &str, dialect: Dialect, deployment: Deployment) -> Self {
        let port = deployment.behind_the_proxy().await;
        Self { name: name.to_owned(), dialect, port, deployment, cookies: Mutex::new(Vec::new()) }
    }

    /// Makes a room that so many visitors can open sockets to.
    pub(crate) async fn prepare(&self, room: &str, visitors: usize) {
        if !self.dialect.is_madang() {
            return;
        }
        let mut host = Browser::at(self.port);
        assert_eq!(host.enter(room, true).await, EnterStatus::Open);
        let missing = visitors.saturating_sub(self.lock().len());
        let entered: Vec<String> = iter(0..missing)
            .map(|_| async {
                let mut browser = Browser::at(self.port);
                assert_eq!(browser.enter(room, false).await, EnterStatus::Open);
                browser.cookie.expect("a visitor without a cookie gets one")
            })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        self.lock().extend(entered);
    }

    /// The cookie of the visitor of this number.
    pub(crate) fn cookie(&self, number: usize) -> Option<String> {
        self.lock().get(number).cloned()
    }

    /// Lets the sockets of the next crowd be opened with these cookies.
    pub(crate) fn keep_cookies(&self, cookies: Vec<String>) {
        *self.lock() = cookies;
    }

    /// Kills the process and starts it again, as a deploy does. Its storage and everybody's cookies stay.
    pub(crate) async fn restart(&mut self) {
        self.deployment.restart().await;
        self.port = self.deployment.behind_the_proxy().await;
    }

    /// The CPU time of the server's process so far.
    pub(crate) fn cpu(&self) -> Duration {
        self.deployment.cpu()
    }

    /// Waits until the process has nothing to do, so that no measurement pays for the one before it.
    pub(crate) async fn rest(&self) {
        let mut before = self.cpu();
        for _ in 0..LOOKS {
            tokio::time::sleep(LOOK).await;
            let now = self.cpu();
            if now.saturating_sub(before) < REST {
                return;
            }
            before = now;
        }
        println!("{}: the process does not come to rest", self.name);
    }

    /// The CPU time of the benchmark's own process, which holds all clients.
    pub(crate) fn client_cpu() -> Duration {
        crate::deployment::cpu(std::process::id())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
