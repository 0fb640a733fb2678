//! A WebSocket over plain TCP, for frames that no library writes (RFC 6455, section 5.2).

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::browser::{Browser, TIMEOUT};

pub(crate) const CONTINUATION: u8 = 0x0;
pub(crate) const TEXT: u8 = 0x1;
pub(crate) const CLOSE: u8 = 0x8;
pub(crate) const PING: u8 = 0x9;
pub(crate) const PONG: u8 = 0xA;
/// The FIN bit: the last frame of a message.
pub(crate) const FINAL: u8 = 0x80;

/// An open socket.
pub(crate) struct Raw {
    pub(crate) stream: TcpStream,
}

impl Raw {
    /// Opens a socket to a room that the browser has entered.
    pub(crate) async fn open(browser: &Browser, room: &str) -> Self {
        let mut stream = TcpStream::connect(("127.0.0.1", browser.port)).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let request = format!(
            "GET /api/rooms/{room}/socket HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nOrigin: {}\r\nCookie: {}\r\n\
             Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
            browser.port,
            browser.origin(),
            browser.cookie.as_deref().unwrap_or_default(),
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
        Self { stream }
    }

    /// Opens a socket and joins.
    pub(crate) async fn join(browser: &mut Browser, room: &str, name: &str) -> Self {
        browser.enter(room, true).await;
        let mut raw = Self::open(browser, room).await;
        let hello = format!(r#"{{"type":"hello","protocol":2,"tab":"raw-tab-{name}","nickname":"{name}"}}"#);
        raw.send(FINAL | TEXT, hello.as_bytes()).await;
        raw.text("\"welcome\"").await;
        raw
    }

    /// Sends a frame.
    pub(crate) async fn send(&mut self, head: u8, payload: &[u8]) {
        self.bytes(&frame(head, payload)).await;
    }

    /// Sends bytes.
    pub(crate) async fn bytes(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    /// The next frame: its opcode and payload; `None` when the connection ended.
    pub(crate) async fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        let read = async {
            let head = self.stream.read_u8().await.ok()?;
            let length = match self.stream.read_u8().await.ok()? {
                126 => usize::from(self.stream.read_u16().await.ok()?),
                127 => usize::try_from(self.stream.read_u64().await.ok()?).ok()?,
                length => usize::from(length),
            };
            let mut payload = vec![0; length];
            self.stream.read_exact(&mut payload).await.ok()?;
            Some((head & 0x0F, payload))
        };
        tokio::time::timeout(TIMEOUT, read).await.expect("something comes")
    }

    /// Reads until a text that contains `part`.
    pub(crate) async fn text(&mut self, part: &str) -> String {
        loop {
            let (kind, payload) = self.next().await.unwrap_or_else(|| panic!("it ended before {part}"));
            let text = String::from_utf8_lossy(&payload).into_owned();
            assert_ne!(kind, CLOSE, "it closed before {part}: {payload:?}");
            if kind == TEXT && text.contains(part) {
                return text;
            }
        }
    }

    /// Reads until the socket closes; returns the close code, or 1006 without a close frame.
    pub(crate) async fn closed(&mut self) -> u16 {
        while let Some((kind, payload)) = self.next().await {
            if kind == CLOSE {
                return payload.first_chunk().map_or(1005, |code| u16::from_be_bytes(*code));
            }
        }
        1006
    }
}

/// A masked frame, as clients write it.
pub(crate) fn frame(head: u8, payload: &[u8]) -> Vec<u8> {
    const MASK: [u8; 4] = [0x12, 0x34, 0x56, 0x78];
    let mut frame = vec![head];
    match payload.len() {
        length @ 0..126 => frame.push(0x80 | length as u8),
        length @ 126..0x1_0000 => {
            frame.push(0x80 | 126);
            frame.extend((length as u16).to_be_bytes());
        }
        length => {
            frame.push(0x80 | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame.extend(MASK);
    frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}
