//! One socket of a crowd: it joins, reads all the time and acknowledges, as the page does.
//!
//! Not here: reconnecting after a close. What a closed socket misses counts as lost.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use shared::entry::EnterStatus;
use shared::frame::Resume;
use tokio::net::TcpStream;
use tokio::sync::{Mutex, Semaphore, mpsc};
use tokio_tungstenite::tungstenite::Message as Raw;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::browser::Browser;
use crate::dialect::Dialect;
use crate::marker::{self, Arrival};

/// Answers whose tokens are looked for.
pub(crate) const ANSWERS: usize = 5;
/// Between two acknowledgements of a socket, unless it has read twice as much as one acknowledges (docs/protocol.md).
const ACK_EVERY: Duration = Duration::from_millis(shared::limits::ACK_MS);
/// Bytes of a socket's buffer. The library's default of 128 KiB is 128 MB for a thousand sockets.
const BUFFER: usize = 8 * 1024;

pub(crate) type Writer = SplitSink<WebSocketStream<TcpStream>, Raw>;
type Reader = SplitStream<WebSocketStream<TcpStream>>;

/// What sockets look for in the frames that they are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Watch {
    Messages,
    Tokens,
}

/// What the sockets of a crowd have in common.
pub(crate) struct Board {
    pub(crate) dialect: Dialect,
    pub(crate) port: u16,
    pub(crate) room: String,
    pub(crate) watch: Watch,
    /// Whether everybody is new, and enters by HTTP before the socket.
    pub(crate) door: bool,
    pub(crate) resume: Option<Resume>,
    /// How many may be about to join.
    pub(crate) entering: Semaphore,
    /// Each socket tells here that it has joined, or why it has not or is closed.
    pub(crate) news: mpsc::UnboundedSender<Result<(), String>>,
    pub(crate) counts: Counts,
    /// The epoch of Madang's room.
    pub(crate) epoch: OnceLock<String>,
}

/// What all sockets of a crowd received so far.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) frames: AtomicU64,
    /// Bytes of the texts of all frames.
    pub(crate) bytes: AtomicU64,
    /// Messages that are no warm-up, or tokens.
    pub(crate) arrivals: AtomicU64,
    pub(crate) refused: AtomicU64,
    /// The newest place in Madang's log.
    pub(crate) head: AtomicU64,
}

/// What is known of one socket outside of its task.
pub(crate) struct Member {
    pub(crate) number: usize,
    /// The identity cookie that the socket is opened with.
    pub(crate) cookie: OnceLock<String>,
    pub(crate) writer: OnceLock<Mutex<Writer>>,
    pub(crate) arrivals: std::sync::Mutex<Vec<Arrival>>,
}

impl Member {
    /// Joins, and reads until the socket closes.
    pub(crate) async fn run(self: Arc<Self>, board: Arc<Board>) {
        let outcome = self.join_and_read(&board).await;
        let _ = board.news.send(Err(outcome.err().unwrap_or_else(|| "closed".to_owned())));
    }

    /// Sends a text, unless the socket is closed.
    pub(crate) async fn send(&self, text: impl FnOnce() -> String) {
        if let Some(writer) = self.writer.get() {
            let mut writer = writer.lock().await;
            // A socket that was closed shows among what is lost.
            let _ = writer.send(Raw::text(text())).await;
        }
    }

    pub(crate) fn take_arrivals(&self) -> Vec<Arrival> {
        std::mem::take(&mut *self.arrivals.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn join_and_read(&self, board: &Board) -> Result<(), String> {
        let permit = board.entering.acquire().await.map_err(|error| error.to_string())?;
        if board.door {
            let mut browser = Browser::at(board.port);
            if browser.enter(&board.room, false).await != EnterStatus::Open {
                return Err("not let in".to_owned());
            }
            let _ = self.cookie.set(browser.cookie.unwrap_or_default());
        }
        let path = board.dialect.path(&board.room);
        let stream = open(board.port, &path, self.cookie.get()).await?;
        let (mut writer, mut reader) = stream.split();
        let hello = board.dialect.hello(self.number, board.resume.clone());
        writer.send(Raw::text(hello)).await.map_err(|error| error.to_string())?;
        loop {
            let frame = next(&mut reader).await?;
            let text = frame.to_text().unwrap_or_default();
            board.count(text);
            if board.dialect.is_ready(text) {
                if let Some(epoch) = marker::string(text, "epoch") {
                    let _ = board.epoch.set(epoch.to_owned());
                }
                break;
            }
        }
        let _ = self.writer.set(Mutex::new(writer));
        let _ = board.news.send(Ok(()));
        drop(permit);
        self.read(board, reader).await
    }

    async fn read(&self, board: &Board, mut reader: Reader) -> Result<(), String> {
        let (mut unacknowledged, mut acknowledged) = (0, Instant::now());
        let mut expected = [0; ANSWERS];
        loop {
            let frame = next(&mut reader).await?;
            let at = marker::now();
            let text = frame.to_text().unwrap_or_default();
            board.count(text);
            self.note(board, text, at, &mut expected);
            if self.number == 0
                && let Some(head) = marker::head(text)
            {
                board.counts.head.fetch_max(head, Ordering::Relaxed);
            }
            unacknowledged += text.len() as u64;
            let is_recent = acknowledged.elapsed() < ACK_EVERY;
            let least = shared::limits::ACK_BYTES * if is_recent { 2 } else { 1 };
            if board.dialect.is_madang() && unacknowledged >= least {
                let ack = board.dialect.ack(unacknowledged).unwrap_or_default();
                self.send(|| ack).await;
                (unacknowledged, acknowledged) = (0, Instant::now());
            }
        }
    }

    /// Keeps what is numbered in a frame.
    fn note(&self, board: &Board, text: &str, at: u64, expected: &mut [u32]) {
        let mut arrivals = self.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
        let before = arrivals.len();
        match board.watch {
            Watch::Messages => {
                arrivals.extend(marker::messages(text, at).filter(|it| it.number < marker::WARM_UP));
            }
            Watch::Tokens => arrivals.extend(marker::tokens(text, at, expected)),
        }
        let more = arrivals.len() - before;
        board.counts.arrivals.fetch_add(more as u64, Ordering::Relaxed);
    }
}

impl Board {
    fn count(&self, text: &str) {
        self.counts.frames.fetch_add(1, Ordering::Relaxed);
        self.counts.bytes.fetch_add(text.len() as u64, Ordering::Relaxed);
        if self.dialect.is_refusal(text) && self.counts.refused.fetch_add(1, Ordering::Relaxed) == 0 {
            println!("REFUSED: {text}");
        }
    }
}

/// Opens a socket as the page does.
async fn open(port: u16, path: &str, cookie: Option<&String>) -> Result<WebSocketStream<TcpStream>, String> {
    let mut request = format!("ws://127.0.0.1:{port}{path}").into_client_request().unwrap();
    let headers = request.headers_mut();
    headers.insert("origin", format!("http://127.0.0.1:{port}").parse().unwrap());
    if let Some(cookie) = cookie {
        headers.insert("cookie", cookie.parse().unwrap());
    }
    let stream = TcpStream::connect(("127.0.0.1", port)).await.map_err(|error| error.to_string())?;
    stream.set_nodelay(true).unwrap();
    let config = WebSocketConfig::default().read_buffer_size(BUFFER).write_buffer_size(BUFFER);
    let opened = client_async_with_config(request, stream, Some(config)).await;
    opened.map(|(stream, _)| stream).map_err(|error| format!("the upgrade failed: {error}"))
}

/// The next text.
async fn next(reader: &mut Reader) -> Result<Raw, String> {
    loop {
        match reader.next().await {
            Some(Ok(frame @ Raw::Text(_))) => return Ok(frame),
            Some(Ok(Raw::Close(close))) => {
                return Err(
                    close.map_or_else(|| "closed".to_owned(), |it| format!("closed with {}", it.code))
                );
            }
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(error.to_string()),
            None => return Err("the connection ended".to_owned()),
        }
    }
}
