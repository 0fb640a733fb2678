//! A browser as the server knows one: an identity cookie, sockets, frames.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use hyper::Method;
use shared::entry::{EnterReply, EnterRequest, EnterStatus};
use shared::frame::{Resume, Welcome};
use shared::{ClientFrame, ErrorCode, Event, Lang, Message, Nonce, RoomName, Seq, ServerFrame, TabId};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message as Raw;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::deployment::{Deployment, SECRETS};
use crate::http::{self, Reply};
use crate::received::{EndedAnswer, Received};

/// How long any step of a test may take.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(10);

/// A browser with its identity cookie.
pub(crate) struct Browser {
    pub(crate) port: u16,
    pub(crate) cookie: Option<String>,
    pub(crate) nonces: u32,
}

/// An open socket.
pub(crate) struct Socket {
    pub(crate) stream: WebSocketStream<TcpStream>,
    waiting: VecDeque<ServerFrame>,
    received: Received,
    events: Vec<Event>,
    pongs: usize,
    tab: TabId,
    /// Every text received, unparsed.
    pub(crate) texts: Vec<String>,
}

static TABS: AtomicU32 = AtomicU32::new(0);

impl Browser {
    /// A browser without a cookie.
    pub(crate) fn new(deployment: &Deployment) -> Self {
        Self::at(deployment.port)
    }

    /// The same, for a deployment on this port.
    pub(crate) fn at(port: u16) -> Self {
        Self { port, cookie: None, nonces: 0 }
    }

    /// The origin of the page.
    pub(crate) fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A fresh nonce.
    pub(crate) fn nonce(&mut self) -> Nonce {
        self.nonces += 1;
        Nonce::parse(format!("nonce-{:016}", self.nonces)).unwrap()
    }

    /// Enters a room (`POST /api/enter`).
    pub(crate) async fn enter(&mut self, room: &str, create: bool) -> EnterStatus {
        self.enter_with(room, create, None).await.status
    }

    /// Enters a room with a private room's key.
    pub(crate) async fn enter_with(&mut self, room: &str, create: bool, key: Option<&str>) -> EnterReply {
        let request = EnterRequest {
            protocol: shared::PROTOCOL_VERSION,
            room: RoomName::parse(room).unwrap(),
            create,
            key: key.map(str::to_owned),
        };
        let reply = self.post("/api/enter", &serde_json::to_string(&request).unwrap()).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        serde_json::from_str(&reply.body).unwrap()
    }

    /// Sends a POST as the page does, and keeps the cookie.
    pub(crate) async fn post(&mut self, path: &str, body: &str) -> Reply {
        let origin = self.origin();
        let mut headers = vec![("origin", origin.as_str()), ("content-type", "application/json")];
        let cookie = self.cookie.clone();
        headers.extend(cookie.as_deref().map(|cookie| ("cookie", cookie)));
        let reply = http::request(self.port, Method::POST, path, &headers, body).await.unwrap();
        if let Some(cookie) = reply.header("set-cookie") {
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        reply
    }

    /// Opens a socket as the page does.
    pub(crate) async fn socket(&self, room: &str) -> Socket {
        self.try_socket(room, &[("origin", &self.origin())]).await.expect("the upgrade succeeds")
    }

    /// Opens a socket with these headers.
    ///
    /// # Errors
    /// The HTTP status of a failed upgrade.
    pub(crate) async fn try_socket(&self, room: &str, headers: &[(&str, &str)]) -> Result<Socket, u16> {
        let address = format!("ws://127.0.0.1:{}/api/rooms/{}/socket", self.port, encode(room));
        let mut request = address.into_client_request().unwrap();
        let cookie = self.cookie.as_deref().map(|cookie| ("cookie", cookie));
        for (name, value) in headers.iter().copied().chain(cookie) {
            let name = hyper::header::HeaderName::from_bytes(name.as_bytes()).unwrap();
            request.headers_mut().append(name, value.parse().unwrap());
        }
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        stream.set_nodelay(true).unwrap();
        match client_async(request, stream).await {
            Ok((stream, _)) => {
                let tab = TabId::parse(format!("tab-{:08}", TABS.fetch_add(1, Ordering::Relaxed))).unwrap();
                let (waiting, received) = (VecDeque::new(), Received::default());
                Ok(Socket { stream, waiting, received, events: Vec::new(), pongs: 0, tab, texts: Vec::new() })
            }
            Err(tokio_tungstenite::tungstenite::Error::Http(reply)) => Err(reply.status().as_u16()),
            Err(error) => panic!("the upgrade failed: {error}"),
        }
    }

    /// Enters a room and joins it under a nickname.
    pub(crate) async fn join(&mut self, room: &str, name: &str) -> (Socket, Welcome) {
        assert_eq!(self.enter(room, true).await, EnterStatus::Open);
        let mut socket = self.socket(room).await;
        let welcome = socket.hello(Some(name), None).await;
        (socket, welcome)
    }
}

impl Socket {
    /// Sends hello and waits for the welcome.
    pub(crate) async fn hello(&mut self, name: Option<&str>, resume: Option<Resume>) -> Welcome {
        let (tab, nickname) = (self.tab.clone(), name.map(str::to_owned));
        let hello =
            ClientFrame::Hello { protocol: shared::PROTOCOL_VERSION, tab, lang: Lang::Ko, nickname, resume };
        self.send(&hello).await;
        self.find(|frame| match frame {
            ServerFrame::Welcome(welcome) => Some(*welcome.clone()),
            _ => None,
        })
        .await
    }

    /// Sends a frame.
    pub(crate) async fn send(&mut self, frame: &ClientFrame) {
        self.send_text(&frame.encode()).await;
    }

    /// Sends any text.
    pub(crate) async fn send_text(&mut self, text: &str) {
        self.stream.send(Raw::text(text)).await.unwrap();
    }

    /// Sends a message and waits until it is accepted. Sends it again after a `slow_down`, as the page does.
    pub(crate) async fn say(&mut self, browser: &mut Browser, text: &str) -> Seq {
        let nonce = browser.nonce();
        loop {
            match self.try_say(&nonce, Seq::ZERO, text).await {
                Ok(seq) => return seq,
                Err((ErrorCode::SlowDown, Some(wait))) => {
                    tokio::time::sleep(Duration::from_millis(wait)).await;
                }
                Err((code, _)) => panic!("refused: {code:?}"),
            }
        }
    }

    /// Sends a message with this nonce.
    ///
    /// # Errors
    /// Why it was refused, and after how many milliseconds it may be retried.
    pub(crate) async fn try_say(
        &mut self,
        nonce: &Nonce,
        after: Seq,
        text: &str,
    ) -> Result<Seq, (ErrorCode, Option<u64>)> {
        let (nonce, text) = (nonce.clone(), text.to_owned());
        self.send(&ClientFrame::Say { nonce: nonce.clone(), after, text, reply_to: None }).await;
        self.outcome(&nonce).await
    }

    /// Waits for the reply to a write.
    pub(crate) async fn outcome(&mut self, nonce: &Nonce) -> Result<Seq, (ErrorCode, Option<u64>)> {
        self.find(|frame| match frame {
            ServerFrame::Accepted { nonce: accepted, seq } if accepted == nonce => Some(Ok(*seq)),
            ServerFrame::Refused { nonce: refused, code, retry_after_ms, .. }
                if refused.as_ref() == Some(nonce) =>
            {
                Some(Err((*code, *retry_after_ms)))
            }
            _ => None,
        })
        .await
    }

    /// Waits for the refusal of a frame.
    #[allow(dead_code, reason = "the bench, which shares this file, is refused nothing")]
    pub(crate) async fn refused(&mut self) -> (Option<Nonce>, ErrorCode) {
        self.find(|frame| match frame {
            ServerFrame::Refused { nonce, code, .. } => Some((nonce.clone(), *code)),
            _ => None,
        })
        .await
    }

    /// The next frame, with batches unpacked, and messages and the texts of answers in full ([`Received::resolve`]).
    ///
    /// # Errors
    /// The close code, when the socket closed.
    pub(crate) async fn next(&mut self) -> Result<ServerFrame, u16> {
        loop {
            if let Some(frame) = self.waiting.pop_front() {
                return Ok(frame);
            }
            self.receive().await?;
        }
    }

    /// Asks for a pong and waits for it. What comes before it is kept for [`Self::next`].
    #[allow(dead_code, reason = "the benches, which share this file, send no pings")]
    pub(crate) async fn ping(&mut self) {
        self.send_text(shared::frame::PING).await;
        let pongs = self.pongs;
        while self.pongs == pongs {
            self.receive().await.unwrap_or_else(|code| panic!("closed with {code} instead of a pong"));
        }
    }

    /// Receives once: a text, or the socket's end.
    ///
    /// # Errors
    /// The close code, when the socket closed.
    async fn receive(&mut self) -> Result<(), u16> {
        let raw = tokio::time::timeout(TIMEOUT, self.stream.next()).await;
        match raw.unwrap_or_else(|_| panic!("nothing came; so far: {:#?}", self.texts)) {
            Some(Ok(Raw::Text(text))) => {
                let secret = SECRETS.iter().find(|secret| text.contains(**secret));
                assert!(secret.is_none(), "case_77: {secret:?} in {text}");
                self.texts.push(text.to_string());
                match ServerFrame::parse(&text) {
                    Ok(ServerFrame::Batch { frames }) => {
                        frames.into_iter().for_each(|frame| self.take(frame))
                    }
                    Ok(frame) => self.take(frame),
                    Err(_) if text == shared::frame::PONG => self.pongs += 1,
                    Err(_) => panic!("not a frame: {text}"),
                }
            }
            Some(Ok(Raw::Close(close))) => return Err(close.map_or(1005, |close| close.code.into())),
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return Err(1006),
        }
        Ok(())
    }

    fn take(&mut self, frame: ServerFrame) {
        let frame = self.received.resolve(frame);
        if let ServerFrame::Events { events } = &frame {
            self.events.extend_from_slice(events);
        }
        self.waiting.push_back(frame);
    }

    /// Reads frames until `wanted` returns something.
    pub(crate) async fn find<T>(&mut self, wanted: impl Fn(&ServerFrame) -> Option<T>) -> T {
        loop {
            match self.next().await {
                Ok(frame) => {
                    if let Some(found) = wanted(&frame) {
                        return found;
                    }
                }
                Err(code) => panic!("closed with {code}; so far: {:#?}", self.texts),
            }
        }
    }

    /// Reads until the socket closes; returns the close code.
    pub(crate) async fn closed(&mut self) -> u16 {
        loop {
            if let Err(code) = self.next().await {
                return code;
            }
        }
    }

    /// Reads until a wanted message.
    pub(crate) async fn message(&mut self, wanted: impl Fn(&Message) -> bool) -> Message {
        self.event(|event| match event {
            Event::Message(message) if wanted(message) => Some(message.clone()),
            _ => None,
        })
        .await
    }

    /// Reads until an answer ends.
    pub(crate) async fn end(&mut self) -> EndedAnswer {
        self.event(|event| match event {
            Event::Ended(ended) => Some(EndedAnswer::from(ended.clone())),
            _ => None,
        })
        .await
    }

    /// Every frame received so far, as it came.
    pub(crate) fn texts(&self) -> &[String] {
        &self.texts
    }

    /// Every event received so far, in order. Those of a welcome are not among them.
    pub(crate) fn events(&self) -> Vec<Event> {
        self.events.clone()
    }

    /// Reads until a wanted event.
    pub(crate) async fn event<T>(&mut self, wanted: impl Fn(&Event) -> Option<T>) -> T {
        self.find(|frame| match frame {
            ServerFrame::Events { events } => events.iter().find_map(&wanted),
            _ => None,
        })
        .await
    }
}

/// A room's name in an address.
fn encode(room: &str) -> String {
    let encode = |byte: u8| {
        if byte.is_ascii_alphanumeric() || byte == b'-' {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    room.bytes().map(encode).collect()
}
