//! The frames: one JSON object each, tagged by `"type"`, in text frames of a WebSocket.
//!
//! Besides these, the literal text `ping` is answered `pong` by the runtime without waking the room.

mod client;
mod read;
mod server;

pub use client::{BadFrame, ClientFrame, Resume};
pub use server::{Run, ServerFrame, Welcome, You};

/// What a client sends as its heartbeat.
pub const PING: &str = "ping";
/// What the runtime answers to [`PING`].
pub const PONG: &str = "pong";
