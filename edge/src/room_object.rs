//! The Durable Object `Room`: translates the runtime's events into inputs of the room.
//!
//! | module | is for |
//! | --- | --- |
//! | [`shell`] | wakes the room and hands it one input after another |
//! | [`effects`] | carries out the room's effects, and owns everything that they act on |
//! | `tasks` | what goes on by itself: calls, the weather, deletions, what other objects are told |
//! | `lease_runner` | answers the room's claims on the budget from its leases |
//! | [`sockets`], [`wakeups`] | open WebSockets and their attachments; the timer and the alarm |
//! | [`entry`] | who may enter, and how a room is created |
//! | [`internal_request`] | what the router sends |
//!
//! No error leaves a handler: the runtime would not report it. No code here may panic: a panic would destroy the memory of
//! every room in the isolate.

pub mod effects;
pub mod entry;
pub mod internal_request;
mod lease_runner;
pub mod shell;
pub mod sockets;
mod tasks;
pub mod wakeups;

use std::rc::Rc;

use room::{Input, RawFrame, Visitor};
use shared::RoomName;
use shared::entry::EnterStatus;
use shared::{frame, limits};
use wasm_bindgen::prelude::*;
use worker::js_sys::JsString;
use worker::{
    DurableObject, Env, Error, Request, Response, Result, State, WebSocket, WebSocketPair, durable_object,
    web_sys,
};

use crate::http::reply::{self, ErrorReply, RequestError};
use crate::log;
use crate::normalize;
use crate::runtime;
use entry::VisitorIds;
use internal_request::InternalRequest;
use shell::Shell;

#[durable_object(alarm)]
pub struct Room {
    shell: std::result::Result<Rc<Shell>, Error>,
}

impl DurableObject for Room {
    fn new(state: State, env: Env) -> Self {
        Self { shell: Shell::new(state, env) }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        match self.handle(&request) {
            Ok(response) => Ok(response),
            Err(error) => error.reply("a room's object"),
        }
    }

    async fn alarm(&self) -> Result<Response> {
        if let Some(shell) = self.shell() {
            shell.alarm_fired();
        }
        reply::text(200, "ok")
    }
}

/// The events of hibernatable sockets. They await nothing, so they are exported as they are: the methods of [`DurableObject`]
/// would make a promise and two microtasks for each frame, which costs as much as reading the frame.
#[wasm_bindgen]
impl Room {
    #[wasm_bindgen(js_name = webSocketMessage)]
    pub fn socket_message(&self, socket: web_sys::WebSocket, message: &JsValue) {
        let Some(shell) = self.shell() else { return };
        let Some(id) = shell.socket_id(&WebSocket::from(socket)) else { return };
        let frame = match message.dyn_ref::<JsString>() {
            // It has at least as many bytes as UTF-16 units, so it need not be copied to be refused for its size.
            Some(text) if is_too_large(text) => RawFrame::TooLarge,
            Some(text) => RawFrame::Text(normalize::normalize_json(String::from(text))),
            None => RawFrame::Binary,
        };
        shell.handle(Input::Received { socket: id, frame });
    }

    #[wasm_bindgen(js_name = webSocketClose)]
    pub fn socket_closed(&self, socket: web_sys::WebSocket, code: u16, reason: &str) {
        let socket = WebSocket::from(socket);
        sockets::answer_close(&socket, code, reason);
        if let Some(shell) = self.shell() {
            shell.disconnected(&socket);
        }
    }

    #[wasm_bindgen(js_name = webSocketError)]
    pub fn socket_failed(&self, socket: web_sys::WebSocket) {
        self.socket_closed(socket, 1006, "");
    }
}

/// Whether a frame has more bytes than one that begins like it may have.
fn is_too_large(text: &JsString) -> bool {
    const BEGINNING: u32 = 32;
    let units = usize::try_from(text.length()).unwrap_or(usize::MAX);
    units > limits::FRAME_BYTES && units > frame::most_bytes(&String::from(text.slice(0, BEGINNING)))
}

impl Room {
    fn shell(&self) -> Option<&Rc<Shell>> {
        match &self.shell {
            Ok(shell) => Some(shell),
            Err(error) => {
                let then = "it answers nothing until the runtime restarts it";
                log::error("storage_not_opened", &[("error", error), ("then", &then)]);
                None
            }
        }
    }

    fn handle(&self, request: &Request) -> std::result::Result<Response, RequestError> {
        let shell = self.shell().ok_or(ErrorReply::TryLater)?;
        if let Some(is_closed) = internal_request::closing(request) {
            return Ok(internal_request::closing_reply(shell.set_closed(is_closed)?)?);
        }
        match InternalRequest::parse(request)? {
            InternalRequest::Enter(ids, entry) => {
                let visitor = entry::known_as(shell.store(), ids)?;
                let status = entry::enter(shell.store(), &visitor, &entry)?;
                let until = match status {
                    EnterStatus::Banned | EnterStatus::Kicked => {
                        room::kept_out_until(shell.store(), &visitor, runtime::now())?
                    }
                    _ => None,
                };
                Ok(internal_request::entry_reply(status, &visitor.person, until)?)
            }
            InternalRequest::OpenSocket(ids, room) => open_socket(shell, ids, &room),
            InternalRequest::OwnData(ids, after) => {
                Ok(reply::json(200, &shell.own_data(&known_visitor(shell, ids)?, after)?)?)
            }
            InternalRequest::Erase(ids) => {
                shell.erase(known_visitor(shell, ids)?)?;
                Ok(reply::text(200, "ok")?)
            }
            InternalRequest::Subscribe(ids, asked) => {
                let visitor = known_visitor(shell, ids)?;
                // An operator reads a private room while their session holds, and is sent nothing of it afterwards.
                if !entry::may_connect(shell.store(), &Visitor { operator_until: None, ..visitor.clone() })? {
                    return Err(ErrorReply::NotJoined.into());
                }
                shell.subscribe(visitor, asked)?;
                Ok(reply::text(200, "ok")?)
            }
            InternalRequest::Unsubscribe(_, endpoint) => {
                if shell.store().access()?.is_none() {
                    return Err(ErrorReply::NotFound.into());
                }
                shell.store_input(Input::PushGone { endpoint })?;
                Ok(reply::text(200, "ok")?)
            }
        }
    }
}

/// The visitor as the room knows them. Who may enter does not matter: what somebody wrote stays theirs to read and to delete.
///
/// # Errors
/// `NotFound`, when the room keeps nothing of them: also when there is no room, which looks the same.
fn known_visitor(shell: &Shell, ids: VisitorIds) -> std::result::Result<Visitor, RequestError> {
    let visitor = entry::known_as(shell.store(), ids)?;
    if !shell.store().knows(&visitor.person)? {
        return Err(ErrorReply::NotFound.into());
    }
    Ok(visitor)
}

fn open_socket(
    shell: &Shell,
    ids: VisitorIds,
    room: &RoomName,
) -> std::result::Result<Response, RequestError> {
    if room.is_lobby() {
        entry::ensure_lobby(shell.store(), room)?;
    }
    let at_address = ids.at_address.clone();
    let visitor = entry::known_as(shell.store(), ids)?;
    if !entry::may_connect(shell.store(), &visitor)? {
        return Err(ErrorReply::NotFound.into());
    }
    let WebSocketPair { client, server } = WebSocketPair::new()?;
    if shell.connect(server, visitor, &at_address)? {
        Ok(Response::from_websocket(client)?)
    } else {
        Err(ErrorReply::TryLater.into())
    }
}
