//! The open sockets of a room: which number belongs to which socket, and what the runtime keeps with each of them while
//! the object sleeps.
//!
//! A socket's number is its tag, which never changes; its attachment is what the room asks to be remembered. A socket
//! without an attachment is none of the room's: it was refused, or is closed already.

use std::collections::BTreeMap;

use room::{Attachment, SocketId};
use shared::{CloseCode, Millis, frame};
use wasm_bindgen::JsValue;
use worker::web_sys::WebSocket as Raw;
use worker::worker_sys::WebSocketRequestResponsePair;
use worker::{Error, Result, State, WebSocket, console_error};

use crate::runtime;

/// The sockets of one room.
#[derive(Default)]
pub struct Sockets {
    open: BTreeMap<SocketId, WebSocket>,
    is_gathered: bool,
}

impl Sockets {
    /// Finds the sockets that were open before this instance began. Once, and before anything else.
    pub fn gather(&mut self, state: &State) -> Result<()> {
        if self.is_gathered {
            return Ok(());
        }
        for socket in state.as_raw().get_websockets()? {
            let socket = WebSocket::from(socket);
            match (number(state, &socket), attachment(&socket)) {
                (Some(number), Some(_)) => drop(self.open.insert(number, socket)),
                // It opened, and the instance ended before anything was known of it.
                (Some(_), None) if is_open(&socket) => shut(&socket, CloseCode::Reset),
                _ => {}
            }
        }
        self.is_gathered = true;
        Ok(())
    }

    /// What is remembered of every socket, for a room that wakes.
    pub fn attachments(&self) -> Vec<Attachment> {
        self.open.values().filter_map(attachment).collect()
    }

    /// Sockets whose other end is gone although nobody has said so yet.
    pub fn ended(&self) -> Vec<SocketId> {
        self.open.iter().filter(|(_, socket)| !is_open(socket)).map(|(number, _)| *number).collect()
    }

    /// Takes a new socket over, so that it outlives this instance.
    pub fn accept(&mut self, state: &State, socket: WebSocket, attachment: &Attachment) -> Result<()> {
        let number = attachment.socket;
        let raw = state.as_raw();
        if self.open.is_empty() {
            let pair = WebSocketRequestResponsePair::new(frame::PING, frame::PONG)?;
            raw.set_websocket_auto_response(&pair)?;
        }
        raw.accept_websocket_with_tags(socket.as_ref(), vec![JsValue::from_str(&number.0.to_string())])?;
        attach(&socket, Some(attachment))?;
        self.open.insert(number, socket);
        Ok(())
    }

    /// The number of a socket that an event came from. `None`: it is none of the room's, or not any more.
    pub fn number(&self, state: &State, socket: &WebSocket) -> Option<SocketId> {
        number(state, socket).filter(|number| self.open.get(number) == Some(socket))
    }

    /// Keeps something with a socket.
    pub fn remember(&self, attachment: &Attachment) -> Result<()> {
        match self.open.get(&attachment.socket) {
            Some(socket) => attach(socket, Some(attachment)),
            None => Ok(()),
        }
    }

    /// Sends a frame. False: the socket is gone. What is sent to a number that nobody has is gone, and no news.
    pub fn send(&self, number: SocketId, text: &str) -> bool {
        self.open.get(&number).is_none_or(|socket| socket.send_with_str(text).is_ok())
    }

    /// Closes a socket and forgets it.
    pub fn close(&mut self, number: SocketId, why: CloseCode) {
        if let Some(socket) = self.open.remove(&number) {
            forget(&socket);
            shut(&socket, why);
        }
    }

    /// Closes all sockets.
    pub fn close_all(&mut self, why: CloseCode) {
        for number in self.open.keys().copied().collect::<Vec<_>>() {
            self.close(number, why);
        }
    }

    /// A socket's other end closed it, or it failed.
    pub fn end(&mut self, state: &State, socket: &WebSocket) -> Option<SocketId> {
        let number = self.number(state, socket);
        forget(socket);
        if let Some(number) = number {
            self.open.remove(&number);
        }
        number
    }

    /// When each socket's ping was last answered by the runtime.
    pub fn heard(&self, state: &State) -> BTreeMap<SocketId, Millis> {
        let pings = self.open.iter().map(|(number, socket)| (*number, runtime::last_ping(state, socket)));
        pings.filter_map(|(number, at)| Some((number, at?))).collect()
    }
}

/// Answers a close. Codes that only exist between an end and its own network must not be sent (RFC 6455, 7.4.1).
pub fn answer_close(socket: &WebSocket, code: usize, reason: &str) {
    let code =
        u16::try_from(code).ok().filter(|code| matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999));
    let reason = reason.get(..reason.floor_char_boundary(123)).unwrap_or_default();
    // It fails when this end closed first, and then nothing is left to do.
    let _closed = match code {
        Some(code) => socket.close(Some(code), Some(reason)),
        None => socket.close(None, None::<&str>),
    };
}

fn shut(socket: &WebSocket, why: CloseCode) {
    // It fails when the socket is closed already.
    let _closed = socket.close(Some(why.code()), Some(why.reason()));
}

fn is_open(socket: &WebSocket) -> bool {
    let raw: &Raw = socket.as_ref();
    raw.ready_state() == Raw::OPEN
}

fn number(state: &State, socket: &WebSocket) -> Option<SocketId> {
    let tags = state.as_raw().get_tags(socket.as_ref()).ok()?;
    tags.first()?.parse().ok().map(SocketId)
}

fn attachment(socket: &WebSocket) -> Option<Attachment> {
    let text: String = socket.deserialize_attachment().ok()??;
    serde_json::from_str(&text).ok()
}

fn attach(socket: &WebSocket, attachment: Option<&Attachment>) -> Result<()> {
    let text = attachment.map(serde_json::to_string).transpose()?;
    socket.serialize_attachment(text)
}

fn forget(socket: &WebSocket) {
    if let Err(error) = attach(socket, None) {
        note(&error);
    }
}

fn note(error: &Error) {
    console_error!("a socket could not be forgotten: {error}");
}
