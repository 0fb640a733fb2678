//! The Durable Object of a room: what the runtime calls, turned into inputs.
//!
//! Whatever goes wrong is noted and ends here: an error that left a handler would be silent for everybody, and a panic
//! would cost every room of the isolate its memory.
#![allow(missing_docs, reason = "the macro makes functions without documentation")]

use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use room::{Input, RawFrame, RoomStorage, Visitor};
use sha2::{Digest, Sha256};
use shared::PersonId;
use shared::entry::{EnterRequest, EnterStatus};
use shared::limits::FRAME_BYTES;
use worker::{
    DurableObject, Env, Error, Request, Response, Result, Socket, State, WebSocket, WebSocketIncomingMessage,
    WebSocketPair, console_error, durable_object,
};

use crate::headers::{self, Refusal};
use crate::shell::Shell;
use crate::store::NewRoom;
use crate::{door, receipt, runtime, sockets};

/// Characters that the key of a private room has, at least and at most: 128 bits, as base64 has them, and more.
const KEY_CHARACTERS: std::ops::RangeInclusive<usize> = 22..=128;

/// One room.
#[durable_object]
pub struct Room {
    shell: std::result::Result<Rc<Shell>, Error>,
}

impl DurableObject for Room {
    fn new(state: State, env: Env) -> Self {
        Self { shell: Shell::new(state, env) }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        match self.answer(request).await {
            Ok(response) => Ok(response),
            Err(error) => {
                console_error!("a request failed: {error}");
                Refusal::TryLater.response()
            }
        }
    }

    async fn alarm(&self) -> Result<Response> {
        if let Some(shell) = self.shell() {
            shell.ring();
        }
        headers::text(200, "ok")
    }

    async fn websocket_message(&self, socket: WebSocket, message: WebSocketIncomingMessage) -> Result<()> {
        let Some(shell) = self.shell() else { return Ok(()) };
        let Some(number) = shell.number(&socket) else { return Ok(()) };
        let frame = match message {
            // What is too large is refused as it is.
            WebSocketIncomingMessage::String(text) if text.len() > FRAME_BYTES => RawFrame::Text(text),
            WebSocketIncomingMessage::String(text) => RawFrame::Text(receipt::json(text)),
            WebSocketIncomingMessage::Binary(_) => RawFrame::Binary,
        };
        shell.take(Input::Received { socket: number, frame });
        Ok(())
    }

    async fn websocket_close(
        &self,
        socket: WebSocket,
        code: usize,
        reason: String,
        _is_clean: bool,
    ) -> Result<()> {
        sockets::answer_close(&socket, code, &reason);
        if let Some(shell) = self.shell() {
            shell.disconnect(&socket);
        }
        Ok(())
    }

    async fn websocket_error(&self, socket: WebSocket, _error: Error) -> Result<()> {
        sockets::answer_close(&socket, 1006, "");
        if let Some(shell) = self.shell() {
            shell.disconnect(&socket);
        }
        Ok(())
    }

    async fn connect(&self, _socket: Socket) -> Result<()> {
        // A room takes no plain connections. The default would panic.
        Ok(())
    }
}

impl Room {
    fn shell(&self) -> Option<&Rc<Shell>> {
        match &self.shell {
            Ok(shell) => Some(shell),
            Err(error) => {
                console_error!("the object has no storage: {error}");
                None
            }
        }
    }

    async fn answer(&self, mut request: Request) -> Result<Response> {
        let Some(shell) = self.shell() else { return Refusal::TryLater.response() };
        let said = |name: &str| request.headers().get(name).ok().flatten();
        let Some(person) = said(door::PERSON).and_then(|id| PersonId::parse(id).ok()) else {
            return Refusal::Identity.response();
        };
        let address = said(door::ADDRESS).unwrap_or_default();
        match request.path().as_str() {
            "/enter" => {
                let asked: EnterRequest = serde_json::from_str(&request.text().await?)?;
                headers::json(200, &enter(shell, person, &asked)?)
            }
            "/socket" => open(shell, Visitor { person, address }),
            _ => Refusal::NotFound.response(),
        }
    }
}

/// Whether somebody may come in. This is the only place where a room is made.
fn enter(shell: &Shell, person: PersonId, asked: &EnterRequest) -> Result<EnterStatus> {
    let store = &shell.store;
    let key_hash = asked.key.as_deref().map(|key| URL_SAFE_NO_PAD.encode(Sha256::digest(key)));
    if store.room().map_err(failed)?.is_none() {
        let is_lobby = asked.room.is_lobby();
        let is_fit = asked.key.as_ref().is_none_or(|key| KEY_CHARACTERS.contains(&key.chars().count()));
        let may_make = is_lobby || (asked.create && is_fit);
        if !may_make {
            return Ok(EnterStatus::Absent);
        }
        let epoch = URL_SAFE_NO_PAD.encode(runtime::random::<12>()?);
        let room = NewRoom {
            name: &asked.room,
            epoch: &epoch,
            owner: Some(&person).filter(|_| !is_lobby),
            key_hash: key_hash.as_deref().filter(|_| !is_lobby),
            created: runtime::now(),
        };
        store.create(&room).map_err(failed)?;
        return Ok(EnterStatus::Open);
    }
    let Some(right) = store.key_hash().map_err(failed)? else { return Ok(EnterStatus::Open) };
    if store.is_member(&person).map_err(failed)? {
        return Ok(EnterStatus::Open);
    }
    // Digests are compared, so how long it takes tells nothing about the key.
    if key_hash.as_ref() != Some(&right) {
        return Ok(EnterStatus::Absent);
    }
    store.add_member(&person).map_err(failed)?;
    Ok(EnterStatus::Open)
}

/// Opens a socket. To whoever may not come in, the room looks absent, and the Worker says so.
fn open(shell: &Shell, visitor: Visitor) -> Result<Response> {
    let store = &shell.store;
    let is_there = store.room().map_err(failed)?.is_some();
    let may_enter = is_there
        && (store.key_hash().map_err(failed)?.is_none()
            || store.is_member(&visitor.person).map_err(failed)?);
    if !may_enter {
        return Refusal::NotFound.response();
    }
    let WebSocketPair { client, server } = WebSocketPair::new()?;
    if shell.connect(server, visitor)? {
        Response::from_websocket(client)
    } else {
        Refusal::TryLater.response()
    }
}

fn failed(error: room::StorageError) -> Error {
    Error::RustError(error.0)
}
