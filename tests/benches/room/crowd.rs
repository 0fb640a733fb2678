//! Many sockets in one room: joining, talking at an even pace, leaving.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use shared::frame::Resume;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;

use crate::marker;
use crate::member::{Board, Counts, Member, Watch};
use crate::options::Row;
use crate::server::Server;

/// How long a crowd may take to join.
const JOINING: Duration = Duration::from_secs(90);
/// What has not come after such a silence is lost.
pub(crate) const SILENCE: Duration = Duration::from_secs(5);
/// How often sockets are asked to prove that they live (docs/protocol.md).
const HEARTBEAT: Duration = Duration::from_millis(shared::limits::HEARTBEAT_MS);

/// How a crowd joins.
pub(crate) struct Join {
    pub(crate) room: String,
    pub(crate) sockets: usize,
    /// How many may be about to join at the same time.
    pub(crate) at_once: usize,
    /// Whether everybody comes without a cookie and enters by HTTP first. Otherwise the server was prepared.
    pub(crate) is_new: bool,
    pub(crate) resume: Option<Resume>,
    pub(crate) watch: Watch,
}

/// The sockets of a room.
pub(crate) struct Crowd {
    pub(crate) board: Arc<Board>,
    pub(crate) members: Vec<Arc<Member>>,
    /// From the first connection to the last join.
    pub(crate) joined: Duration,
    /// Why sockets did not join.
    pub(crate) failed: BTreeMap<String, usize>,
    news: mpsc::UnboundedReceiver<Result<(), String>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Crowd {
    /// Opens all sockets and waits until each has joined or failed.
    pub(crate) async fn join(server: &Server, join: Join) -> Self {
        let (sender, mut news) = mpsc::unbounded_channel();
        let board = Arc::new(Board {
            dialect: server.dialect.clone(),
            port: server.port,
            room: join.room,
            watch: join.watch,
            door: join.is_new && server.dialect.is_madang(),
            resume: join.resume,
            entering: Semaphore::new(join.at_once),
            news: sender,
            counts: Counts::default(),
            epoch: OnceLock::new(),
        });
        let member = |number| {
            Arc::new(Member {
                number,
                cookie: server
                    .cookie(number)
                    .filter(|_| !join.is_new)
                    .map_or_else(OnceLock::new, OnceLock::from),
                writer: OnceLock::new(),
                arrivals: std::sync::Mutex::default(),
            })
        };
        let members: Vec<_> = (0..join.sockets).map(member).collect();
        let begun = Instant::now();
        let tasks = members.iter().map(|member| tokio::spawn(member.clone().run(board.clone()))).collect();
        let mut failed = BTreeMap::new();
        for missing in (1..=join.sockets).rev() {
            match tokio::time::timeout(JOINING.saturating_sub(begun.elapsed()), news.recv()).await {
                Ok(Some(Ok(()))) => {}
                Ok(news) => *failed.entry(format!("{news:?}")).or_default() += 1,
                Err(_) => {
                    failed.insert("nothing came".to_owned(), missing);
                    break;
                }
            }
        }
        let joined = begun.elapsed();
        if !failed.is_empty() {
            println!("NOT JOINED at {}: {failed:?}", server.name);
        }
        Self { board, members, joined, failed, news, tasks }
    }

    /// Sends messages for a time, evenly spaced, each from the next socket. Returns how many.
    pub(crate) async fn talk(&self, row: Row, time: Duration, first: u32) -> u32 {
        let every = Duration::from_secs(1) / row.rate;
        let count = u32::try_from(time.as_micros() / every.as_micros()).unwrap();
        let begun = tokio::time::Instant::now();
        let mut pinged = begun;
        for number in 0..count {
            tokio::time::sleep_until(begun + every * number).await;
            let member = &self.members[number as usize % self.members.len()];
            let head = self.board.counts.head.load(Ordering::Relaxed);
            let number = first + number;
            member.send(|| self.board.dialect.say(number, head, marker::message(number))).await;
            if pinged.elapsed() > HEARTBEAT {
                pinged += HEARTBEAT;
                self.ping().await;
            }
        }
        count
    }

    /// Waits until so many arrivals were counted, or nothing came for [`SILENCE`].
    pub(crate) async fn wait(&self, arrivals: u64) {
        let (mut before, mut last) = (0, Instant::now());
        while before < arrivals && last.elapsed() < SILENCE {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let now = self.board.counts.arrivals.load(Ordering::Relaxed);
            if now > before {
                (before, last) = (now, Instant::now());
            }
        }
    }

    /// Where a visitor of Madang's room who reconnects goes on.
    pub(crate) fn position(&self) -> Option<Resume> {
        let after = self.board.counts.head.load(Ordering::Relaxed).try_into().ok()?;
        Some(Resume { epoch: self.board.epoch.get()?.clone(), after })
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.board.counts.bytes.load(Ordering::Relaxed)
    }

    pub(crate) fn frames(&self) -> u64 {
        self.board.counts.frames.load(Ordering::Relaxed)
    }

    /// The cookies that the sockets were opened with.
    pub(crate) fn cookies(&self) -> Vec<String> {
        self.members.iter().filter_map(|member| member.cookie.get().cloned()).collect()
    }

    /// How many sockets closed since everybody joined.
    pub(crate) fn closed(&mut self) -> usize {
        let mut closed = BTreeMap::<String, usize>::new();
        while let Ok(news) = self.news.try_recv() {
            *closed.entry(format!("{news:?}")).or_default() += 1;
        }
        if !closed.is_empty() {
            println!("CLOSED: {closed:?}");
        }
        closed.values().sum()
    }

    /// Drops all connections.
    pub(crate) async fn leave(self) {
        for task in self.tasks {
            task.abort();
            let _ = task.await;
        }
    }

    /// Tells a server that expects it that the sockets live.
    async fn ping(&self) {
        if self.board.dialect.is_madang() {
            for member in &self.members {
                member.send(|| shared::frame::PING.to_owned()).await;
            }
        }
    }
}
