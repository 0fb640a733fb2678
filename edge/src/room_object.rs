//! The Durable Object `Room`: translates the runtime's events into inputs of the room.
//!
//! | module | is for |
//! | --- | --- |
//! | [`shell`] | wakes the room and hands it one input after another |
//! | [`effects`] | carries out the room's effects, and owns everything that they act on |
//! | [`sockets`], [`wakeups`] | open WebSockets and their attachments; the timer and the alarm |
//! | [`entry`] | who may enter, and how a room is created |
//! | [`internal_request`] | what the router sends |
//!
//! No error leaves a handler: the runtime would not report it. No code here may panic: a panic would destroy the memory of
//! every room in the isolate.

pub mod effects;
pub mod entry;
pub mod internal_request;
pub mod shell;
pub mod sockets;
pub mod wakeups;

use std::rc::Rc;

use room::{Input, RawFrame, Visitor};
use shared::entry::EnterRequest;
use shared::limits::FRAME_BYTES;
use worker::{
    DurableObject, Env, Error, Request, Response, Result, Socket, State, WebSocket, WebSocketIncomingMessage,
    WebSocketPair, console_error, durable_object,
};

use crate::http::reply::{self, ErrorReply, RequestError};
use crate::normalize;
use shell::Shell;

#[durable_object]
pub struct Room {
    shell: std::result::Result<Rc<Shell>, Error>,
}

impl DurableObject for Room {
    fn new(state: State, env: Env) -> Self {
        Self { shell: Shell::new(state, env) }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        match self.handle(request).await {
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

    async fn websocket_message(&self, socket: WebSocket, message: WebSocketIncomingMessage) -> Result<()> {
        let Some(shell) = self.shell() else { return Ok(()) };
        let Some(id) = shell.socket_id(&socket) else { return Ok(()) };
        let frame = match message {
            // The room refuses it for its size, so it is not normalized first.
            WebSocketIncomingMessage::String(text) if text.len() > FRAME_BYTES => RawFrame::Text(text),
            WebSocketIncomingMessage::String(text) => RawFrame::Text(normalize::normalize_json(text)),
            WebSocketIncomingMessage::Binary(_) => RawFrame::Binary,
        };
        shell.handle(Input::Received { socket: id, frame });
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
            shell.disconnected(&socket);
        }
        Ok(())
    }

    async fn websocket_error(&self, socket: WebSocket, _error: Error) -> Result<()> {
        sockets::answer_close(&socket, 1006, "");
        if let Some(shell) = self.shell() {
            shell.disconnected(&socket);
        }
        Ok(())
    }

    async fn connect(&self, _socket: Socket) -> Result<()> {
        // Nobody opens TCP connections to a room; the trait's default method would panic.
        Ok(())
    }
}

impl Room {
    fn shell(&self) -> Option<&Rc<Shell>> {
        match &self.shell {
            Ok(shell) => Some(shell),
            Err(error) => {
                console_error!(
                    "a room's object could not open its storage when it started: {error}; it answers nothing until the runtime restarts it"
                );
                None
            }
        }
    }

    async fn handle(&self, mut request: Request) -> std::result::Result<Response, RequestError> {
        let shell = self.shell().ok_or(ErrorReply::TryLater)?;
        let visitor = internal_request::visitor(&request)?;
        match request.path().as_str() {
            "/enter" => {
                let asked: EnterRequest = serde_json::from_str(&request.text().await?)?;
                let status = entry::enter(shell.store(), &visitor.person, &asked)?;
                Ok(reply::json(200, &status)?)
            }
            "/socket" => open_socket(shell, visitor),
            _ => Err(ErrorReply::NotFound.into()),
        }
    }
}

fn open_socket(shell: &Shell, visitor: Visitor) -> std::result::Result<Response, RequestError> {
    if !entry::may_connect(shell.store(), &visitor.person)? {
        return Err(ErrorReply::NotFound.into());
    }
    let WebSocketPair { client, server } = WebSocketPair::new()?;
    if shell.connect(server, visitor)? {
        Ok(Response::from_websocket(client)?)
    } else {
        Err(ErrorReply::TryLater.into())
    }
}
