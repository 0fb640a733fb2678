//! Somebody at an address of their choice, with or without a cookie, who counts everything that they try.
//!
//! The local runtime passes a client's `CF-Connecting-IP` on, so one machine can play several addresses.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::stream::SplitSink;
use futures_util::{SinkExt, StreamExt};
use hyper::Method;
use shared::frame::{Resume, Welcome};
use shared::{ClientFrame, Lang, Nonce, Seq, ServerFrame, TabId};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message as Raw};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::http;

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(10);

pub(crate) type Stream = WebSocketStream<TcpStream>;

/// What an attacker tried and got.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// HTTP requests, upgrades included.
    pub(crate) requests: u64,
    /// How they were answered.
    pub(crate) replies: BTreeMap<u16, u64>,
    pub(crate) frames: u64,
    pub(crate) accepted: u64,
    /// Refused frames by code, and answers of bots that were refused.
    pub(crate) refused: BTreeMap<String, u64>,
    /// Sockets that the server closed.
    pub(crate) closed: BTreeMap<u16, u64>,
    pub(crate) received_bytes: u64,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Tally(Arc<Mutex<Counts>>);

impl Tally {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn replies(&self, status: u16) -> u64 {
        self.lock().replies.get(&status).copied().unwrap_or_default()
    }

    fn replied(&self, status: u16) {
        let mut counts = self.lock();
        counts.requests += 1;
        *counts.replies.entry(status).or_default() += 1;
    }

    pub(crate) fn refused(&self, code: &str) {
        *self.lock().refused.entry(code.to_owned()).or_default() += 1;
    }

    pub(crate) fn closed(&self, code: u16) {
        *self.lock().closed.entry(code).or_default() += 1;
    }
}

#[derive(Clone)]
pub(crate) struct Visitor {
    pub(crate) port: u16,
    /// `None`: the address of this machine.
    pub(crate) address: Option<&'static str>,
    pub(crate) cookie: Option<String>,
    pub(crate) tally: Tally,
}

/// An open socket that is read and acknowledged all the time.
pub(crate) struct Connection {
    writer: Arc<tokio::sync::Mutex<SplitSink<Stream, Raw>>>,
    frames: mpsc::UnboundedReceiver<ServerFrame>,
    tally: Tally,
    /// Bytes that were read and not acknowledged yet.
    unacknowledged: Arc<AtomicU64>,
    /// The newest place of the log that a welcome told. A message says that it was written after it: the room looks for its nonce
    /// from there on, and refuses to look through a long log.
    head: Seq,
    reader: JoinHandle<()>,
}

impl Drop for Connection {
    /// Ends the connection with it.
    fn drop(&mut self) {
        self.reader.abort();
    }
}

impl Visitor {
    pub(crate) fn new(port: u16, address: Option<&'static str>, tally: &Tally) -> Self {
        Self { port, address, cookie: None, tally: tally.clone() }
    }

    /// Enters a room (`POST /api/enter`) and keeps the cookie. Returns whether the request was admitted.
    pub(crate) async fn enter(&mut self, room: &str, create: bool) -> bool {
        let body =
            format!(r#"{{"protocol":{},"room":"{room}","create":{create}}}"#, shared::PROTOCOL_VERSION);
        let origin = format!("http://127.0.0.1:{}", self.port);
        let mut headers = vec![("origin", origin.as_str()), ("content-type", "application/json")];
        headers.extend(self.address.map(|address| ("cf-connecting-ip", address)));
        headers.extend(self.cookie.as_deref().map(|cookie| ("cookie", cookie)));
        let Ok(reply) = http::request(self.port, Method::POST, "/api/enter", &headers, &body).await else {
            self.tally.replied(0);
            return false;
        };
        self.tally.replied(reply.status);
        if let Some(cookie) = reply.header("set-cookie") {
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        reply.status == 200
    }

    /// Opens a socket.
    ///
    /// # Errors
    /// The status of a refused upgrade; 0 for a connection that failed.
    pub(crate) async fn open(&self, room: &str) -> Result<Stream, u16> {
        let opened = self.try_open(room).await;
        self.tally.replied(opened.as_ref().err().copied().unwrap_or(101));
        opened
    }

    async fn try_open(&self, room: &str) -> Result<Stream, u16> {
        let address = format!("ws://127.0.0.1:{}/api/rooms/{room}/socket", self.port);
        let mut request = address.into_client_request().map_err(|_| 0_u16)?;
        let headers = request.headers_mut();
        headers.insert("origin", format!("http://127.0.0.1:{}", self.port).parse().unwrap());
        if let Some(address) = self.address {
            headers.insert("cf-connecting-ip", address.parse().unwrap());
        }
        if let Some(cookie) = &self.cookie {
            headers.insert("cookie", cookie.parse().unwrap());
        }
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await.map_err(|_| 0_u16)?;
        stream.set_nodelay(true).map_err(|_| 0_u16)?;
        match client_async(request, stream).await {
            Ok((stream, _)) => Ok(stream),
            Err(Error::Http(reply)) => Err(reply.status().as_u16()),
            Err(_) => Err(0),
        }
    }

    /// Opens a socket that is read.
    pub(crate) async fn connect(&self, room: &str) -> Option<Connection> {
        Some(Connection::new(self.open(room).await.ok()?, self.tally.clone(), |_| {}))
    }

    /// Enters, opens a socket and joins under a nickname. `None` where any of it is refused.
    pub(crate) async fn join(&mut self, room: &str, create: bool, nickname: &str) -> Option<Connection> {
        if !self.enter(room, create).await {
            return None;
        }
        let mut connection = self.connect(room).await?;
        connection.hello(Some(nickname), None).await?;
        Some(connection)
    }
}

impl Connection {
    /// Reads the stream in a task; `on_text` gets every text as it arrives.
    pub(crate) fn new(stream: Stream, tally: Tally, on_text: impl Fn(&str) + Send + 'static) -> Self {
        let (writer, mut receiver) = stream.split();
        let writer = Arc::new(tokio::sync::Mutex::new(writer));
        let (sender, frames) = mpsc::unbounded_channel();
        let (ack_writer, counted) = (writer.clone(), tally.clone());
        let unacknowledged = Arc::new(AtomicU64::new(0));
        let unread = unacknowledged.clone();
        let reader = tokio::spawn(async move {
            let mut acknowledged = Instant::now();
            while let Some(Ok(raw)) = receiver.next().await {
                let Raw::Text(text) = raw else {
                    if let Raw::Close(close) = raw {
                        counted.closed(close.map_or(1005, |close| close.code.into()));
                    }
                    continue;
                };
                on_text(&text);
                let bytes = unread.fetch_add(text.len() as u64, Ordering::Relaxed) + text.len() as u64;
                counted.lock().received_bytes += text.len() as u64;
                // As the page does (docs/protocol.md).
                let is_recent = acknowledged.elapsed() < Duration::from_millis(shared::limits::ACK_MS);
                let least = shared::limits::ACK_BYTES * if is_recent { 2 } else { 1 };
                if bytes >= least {
                    acknowledged = Instant::now();
                    acknowledge(&ack_writer, &unread).await;
                }
                let Ok(frame) = ServerFrame::parse(&text) else { continue };
                for frame in flatten(frame) {
                    count(&counted, &frame);
                    let _ = sender.send(frame);
                }
            }
        });
        Self { writer, frames, tally, unacknowledged, head: Seq::ZERO, reader }
    }

    /// Waits as long as a page waits between two acknowledgements, then acknowledges all that was read: whoever asks for
    /// something large after that waits for nothing on its way.
    pub(crate) async fn settle(&self) {
        tokio::time::sleep(Duration::from_millis(shared::limits::ACK_MS)).await;
        acknowledge(&self.writer, &self.unacknowledged).await;
    }

    /// Whether the socket is open, as far as its reader knows.
    pub(crate) fn is_open(&self) -> bool {
        !self.reader.is_finished()
    }

    /// Sends a frame; false once the socket is closed.
    pub(crate) async fn send(&self, frame: &ClientFrame) -> bool {
        self.tally.lock().frames += 1;
        self.writer.lock().await.send(Raw::text(frame.encode())).await.is_ok()
    }

    pub(crate) async fn close(self) {
        let _ = self.writer.lock().await.close().await;
    }

    /// Sends hello and waits for the welcome.
    pub(crate) async fn hello(&mut self, nickname: Option<&str>, resume: Option<Resume>) -> Option<Welcome> {
        self.send(&hello(nickname, resume)).await;
        let welcome = self.wait(|frame| match frame {
            ServerFrame::Welcome(welcome) => Some(*welcome),
            _ => None,
        });
        let welcome = welcome.await;
        self.head = welcome.as_ref().map_or(self.head, |welcome| welcome.head);
        welcome
    }

    /// Sends a message and waits for its seq, or for its refusal.
    pub(crate) async fn say(&mut self, text: &str) -> Result<Seq, u64> {
        let nonce = nonce();
        let frame = ClientFrame::Say {
            nonce: nonce.clone(),
            after: self.head,
            text: text.to_owned(),
            reply_to: None,
        };
        self.send(&frame).await;
        let outcome = self.wait(move |frame| match frame {
            ServerFrame::Accepted { nonce: accepted, seq } if accepted == nonce => Some(Ok(seq)),
            ServerFrame::Refused { nonce: Some(refused), retry_after_ms, .. } if refused == nonce => {
                Some(Err(retry_after_ms.unwrap_or(1_000)))
            }
            _ => None,
        });
        outcome.await.unwrap_or(Err(1_000))
    }

    /// Reads until a wanted frame; `None` when it does not come, or the socket closes.
    pub(crate) async fn wait<T>(&mut self, wanted: impl Fn(ServerFrame) -> Option<T>) -> Option<T> {
        let found = async {
            while let Some(frame) = self.frames.recv().await {
                if let Some(found) = wanted(frame) {
                    return Some(found);
                }
            }
            None
        };
        tokio::time::timeout(TIMEOUT, found).await.ok().flatten()
    }
}

/// Acknowledges all that was read and not acknowledged yet.
async fn acknowledge(writer: &tokio::sync::Mutex<SplitSink<Stream, Raw>>, unread: &AtomicU64) {
    let bytes = unread.swap(0, Ordering::Relaxed);
    if bytes > 0 {
        let _ = writer.lock().await.send(Raw::text(ClientFrame::Ack { bytes }.encode())).await;
    }
}

pub(crate) fn hello(nickname: Option<&str>, resume: Option<Resume>) -> ClientFrame {
    static TABS: AtomicU64 = AtomicU64::new(0);
    let tab = TabId::parse(format!("tab-{:012}", TABS.fetch_add(1, Ordering::Relaxed))).unwrap();
    let (protocol, nickname) = (shared::PROTOCOL_VERSION, nickname.map(str::to_owned));
    ClientFrame::Hello { protocol, tab, lang: Lang::En, nickname, resume }
}

pub(crate) fn nonce() -> Nonce {
    static NONCES: AtomicU64 = AtomicU64::new(0);
    Nonce::parse(format!("attack-{:016}", NONCES.fetch_add(1, Ordering::Relaxed))).unwrap()
}

fn flatten(frame: ServerFrame) -> Vec<ServerFrame> {
    match frame {
        ServerFrame::Batch { frames } => frames,
        frame => vec![frame],
    }
}

fn count(tally: &Tally, frame: &ServerFrame) {
    match frame {
        ServerFrame::Accepted { .. } => tally.lock().accepted += 1,
        ServerFrame::Refused { code, .. } => tally.refused(&code.to_string()),
        _ => {}
    }
}
