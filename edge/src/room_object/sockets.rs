//! The open WebSockets of a room, their ids and their attachments, over hibernation.
//!
//! A socket's id is its first tag, which never changes, and how the object of its address knows the person is the second; its attachment is what the room saves with it. A socket without an attachment is
//! not the room's: it was refused or is closed already.
//!
//! Not here: what is in an attachment and what is sent, which the room decides.

use std::collections::BTreeMap;

use room::{Attachment, SocketId};
use shared::{CloseCode, Millis, frame};
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::{JsString, Map};
use worker::web_sys::WebSocket as Raw;
use worker::worker_sys::WebSocketRequestResponsePair;
use worker::{Result, State, WebSocket};

use crate::log;
use crate::runtime::{self, TextSocket, from_js_number};

/// A person whose socket is closed for their frames, as the object of their address knows them.
pub struct Offender {
    pub address: String,
    pub person: String,
}

pub struct Sockets {
    open: BTreeMap<SocketId, WebSocket>,
    /// The ids of the open sockets. Asking the runtime for a socket's tag costs ten times as much as this JavaScript map.
    ids: Map,
    is_restored: bool,
}

impl Default for Sockets {
    fn default() -> Self {
        Self { open: BTreeMap::new(), ids: Map::new(), is_restored: false }
    }
}

impl Sockets {
    /// Finds the sockets that outlived hibernation. Later calls do nothing.
    ///
    /// # Errors
    /// When the runtime cannot list them; the next call tries again.
    pub fn restore(&mut self, state: &State) -> Result<()> {
        if self.is_restored {
            return Ok(());
        }
        for socket in state.as_raw().get_websockets()? {
            let socket = WebSocket::from(socket);
            match (socket_id(state, &socket), attachment(&socket)) {
                (Some(id), Some(_)) => self.insert(id, socket),
                // It was accepted, and the instance ended before its attachment was saved.
                (Some(_), None) if is_open(&socket) => send_close(&socket, CloseCode::Reset),
                _ => {}
            }
        }
        self.is_restored = true;
        Ok(())
    }

    /// The attachments of all sockets, for a room that wakes.
    pub fn attachments(&self) -> Vec<Attachment> {
        self.open.values().filter_map(attachment).collect()
    }

    /// Sockets that are closed although the runtime has not reported it yet.
    pub fn closed(&self) -> Vec<SocketId> {
        self.open.iter().filter(|(_, socket)| !is_open(socket)).map(|(id, _)| *id).collect()
    }

    /// Accepts a new socket, so that it outlives hibernation, and has the runtime answer its pings.
    pub fn accept(
        &mut self,
        state: &State,
        socket: WebSocket,
        attachment: &Attachment,
        at_address: &str,
    ) -> Result<()> {
        let id = attachment.socket;
        let raw = state.as_raw();
        if self.open.is_empty() {
            let pair = WebSocketRequestResponsePair::new(frame::PING, frame::PONG)?;
            raw.set_websocket_auto_response(&pair)?;
        }
        let tags = vec![JsValue::from_str(&id.0.to_string()), JsValue::from_str(at_address)];
        raw.accept_websocket_with_tags(socket.as_ref(), tags)?;
        set_attachment(&socket, Some(attachment))?;
        self.insert(id, socket);
        Ok(())
    }

    /// The id of the socket that an event came from. `None`: it is not the room's, or not any more.
    pub fn id(&self, socket: &WebSocket) -> Option<SocketId> {
        let id = self.ids.get(js(socket)).as_f64()?;
        u32::try_from(from_js_number(id)).ok().map(SocketId)
    }

    /// Saves an attachment with its socket. For a closed socket this does nothing.
    pub fn save_attachment(&self, attachment: &Attachment) -> Result<()> {
        match self.open.get(&attachment.socket) {
            Some(socket) => set_attachment(socket, Some(attachment)),
            None => Ok(()),
        }
    }

    /// Sends a frame. `false`: sending failed, so the socket is closed. A frame to an id that is not open is dropped, and counts as
    /// sent: the room knows that it is closed, or is being told.
    pub fn send(&self, id: SocketId, text: &JsString) -> bool {
        self.open.get(&id).is_none_or(|socket| {
            let socket: &Raw = socket.as_ref();
            socket.unchecked_ref::<TextSocket>().send(text).is_ok()
        })
    }

    pub fn close(&mut self, id: SocketId, why: CloseCode) {
        if let Some(socket) = self.open.remove(&id) {
            self.ids.delete(js(&socket));
            remove_attachment(&socket);
            send_close(&socket, why);
        }
    }

    /// Who is behind a socket, for the object of their address. `None`: it is closed, or was opened before persons had such ids.
    pub fn offender(&self, state: &State, id: SocketId) -> Option<Offender> {
        let socket = self.open.get(&id)?;
        let person = state.as_raw().get_tags(socket.as_ref()).ok()?.get(1)?.clone();
        Some(Offender { address: attachment(socket)?.visitor.address, person })
    }

    pub fn close_all(&mut self, why: CloseCode) {
        for id in self.open.keys().copied().collect::<Vec<_>>() {
            self.close(id, why);
        }
    }

    /// Removes a socket that its other end closed, or that failed. `None`: it was not the room's.
    pub fn remove(&mut self, socket: &WebSocket) -> Option<SocketId> {
        let id = self.id(socket);
        remove_attachment(socket);
        self.ids.delete(js(socket));
        if let Some(id) = id {
            self.open.remove(&id);
        }
        id
    }

    fn insert(&mut self, id: SocketId, socket: WebSocket) {
        self.ids.set(js(&socket), &JsValue::from(id.0));
        self.open.insert(id, socket);
    }

    /// When the runtime last answered a ping of each socket.
    pub fn last_pings(&self, state: &State) -> BTreeMap<SocketId, Millis> {
        let pings = self.open.iter().map(|(id, socket)| (*id, runtime::last_ping(state, socket)));
        pings.filter_map(|(id, at)| Some((id, at?))).collect()
    }
}

/// Answers a close frame with its own code, unless that code must not be sent (RFC 6455, §7.4.1: 1005, 1006 and 1015 only exist
/// inside of one end).
pub fn answer_close(socket: &WebSocket, code: u16, reason: &str) {
    let code = Some(code).filter(|code| matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999));
    let reason = reason.get(..reason.floor_char_boundary(123)).unwrap_or_default();
    // It fails when this end closed first, which needs no answer.
    let _closed = match code {
        Some(code) => socket.close(Some(code), Some(reason)),
        None => socket.close(None, None::<&str>),
    };
}

/// The socket as JavaScript knows it.
fn js(socket: &WebSocket) -> &JsValue {
    let raw: &Raw = socket.as_ref();
    raw
}

fn send_close(socket: &WebSocket, why: CloseCode) {
    // It fails when the socket is closed already, which is what is wanted.
    let _closed = socket.close(Some(why.code()), Some(why.reason()));
}

fn is_open(socket: &WebSocket) -> bool {
    let raw: &Raw = socket.as_ref();
    raw.ready_state() == Raw::OPEN
}

fn socket_id(state: &State, socket: &WebSocket) -> Option<SocketId> {
    let tags = state.as_raw().get_tags(socket.as_ref()).ok()?;
    tags.first()?.parse().ok().map(SocketId)
}

fn attachment(socket: &WebSocket) -> Option<Attachment> {
    let text: String = socket.deserialize_attachment().ok()??;
    serde_json::from_str(&text).ok()
}

fn set_attachment(socket: &WebSocket, attachment: Option<&Attachment>) -> Result<()> {
    let text = attachment.map(serde_json::to_string).transpose()?;
    socket.serialize_attachment(text)
}

fn remove_attachment(socket: &WebSocket) {
    if let Err(error) = set_attachment(socket, None) {
        let then = "if the object hibernates before the socket is gone, the room counts it as connected once more and then finds it closed";
        log::error("attachment_not_removed", &[("error", &error), ("then", &then)]);
    }
}
