//! One WebSocket connection, on top of gloo-net.

use std::future::poll_fn;

use futures_channel::mpsc::{self, UnboundedReceiver, UnboundedSender};
use futures_util::future::{Either, select};
use futures_util::{SinkExt, StreamExt};
use gloo_net::websocket::{Message, State, WebSocketError, futures::WebSocket};
use leptos::prelude::window;
use leptos::task::spawn_local;
use shared::RoomName;

/// What a connection reports.
pub(crate) enum SocketEvent {
    Opened,
    /// A text frame. The room sends no binary frames; if one arrives it is ignored.
    Received(String),
    /// The connection ended, or was never established, with this close code (RFC 6455 §7.4.1).
    Closed(u16),
}

/// The browser refused the address of a WebSocket.
#[derive(Debug)]
pub(crate) struct AddressRefused;

/// A connection that is opening or open. Dropping it closes the connection; it reports nothing after that.
pub(crate) struct Socket {
    outgoing: UnboundedSender<String>,
}

impl Socket {
    /// Starts to connect to `url`. `on_event` is called for everything that happens, from a task of its own.
    ///
    /// # Errors
    /// [`AddressRefused`], for instance for a port that browsers block.
    pub(crate) fn open(url: &str, on_event: impl Fn(SocketEvent) + 'static) -> Result<Self, AddressRefused> {
        let connection = WebSocket::open(url).map_err(|_| AddressRefused)?;
        let (outgoing, queue) = mpsc::unbounded();
        spawn_local(run(connection, queue, Box::new(on_event)));
        Ok(Self { outgoing })
    }

    /// Sends a text frame. If the connection is closing the frame is lost, and `Closed` follows.
    pub(crate) fn send(&self, text: String) {
        let _ = self.outgoing.unbounded_send(text);
    }
}

/// Carries frames both ways until the connection ends or the [`Socket`] is dropped, which ends `outgoing`. `select` looks
/// at its first argument first, so no event that still waits is reported after the drop.
async fn run(
    mut connection: WebSocket,
    mut outgoing: UnboundedReceiver<String>,
    on_event: Box<dyn Fn(SocketEvent)>,
) {
    // gloo-net has no event for an opened connection, but its sink becomes ready when it has opened or failed to.
    let ready = poll_fn(|cx| connection.poll_ready_unpin(cx));
    if let Either::Left(_) = select(outgoing.next(), ready).await {
        return;
    }
    if matches!(connection.state(), State::Open) {
        on_event(SocketEvent::Opened);
    }
    loop {
        let next = match select(outgoing.next(), connection.next()).await {
            Either::Left((text, _)) => Either::Left(text),
            Either::Right((message, _)) => Either::Right(message),
        };
        match next {
            Either::Left(Some(text)) => {
                let _ = connection.send(Message::Text(text)).await;
            }
            Either::Right(Some(Ok(Message::Text(text)))) => on_event(SocketEvent::Received(text)),
            Either::Right(Some(Ok(Message::Bytes(_)))) => {}
            Either::Right(Some(Err(WebSocketError::ConnectionClose(close)))) => {
                return on_event(SocketEvent::Closed(close.code));
            }
            // A close event with a code follows every error event (WebSockets Standard, "fail the connection").
            Either::Right(Some(Err(_))) => {}
            Either::Left(None) | Either::Right(None) => return,
        }
    }
}

/// The address of a room's socket.
pub(crate) fn url(room: &RoomName) -> String {
    let location = window().location();
    let is_secure = location.protocol().is_ok_and(|protocol| protocol == "https:");
    let scheme = if is_secure { "wss" } else { "ws" };
    let host = location.host().unwrap_or_default();
    let room = js_sys::encode_uri_component(room.as_str());
    format!("{scheme}://{host}/api/rooms/{room}/socket")
}
