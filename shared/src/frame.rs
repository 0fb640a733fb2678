//! The frames: one JSON object each, tagged by `"type"`, in text frames of a WebSocket (docs/protocol.md).
//!
//! Both ends derive from these types, so there is one definition of each frame; `golden/` holds its JSON. What a newer
//! peer adds is tolerated (promise G15): unknown fields are ignored, unknown types and kinds are read as `Unknown`, and an
//! unreadable item of a list is skipped ([`crate::tolerant`]).
//!
//! Besides these, the literal text `ping` is answered `pong` by the runtime without waking the room.

mod client;
mod server;

pub use client::{ClientFrame, InvalidFrame, Resume};
pub use server::{Delta, RunStatus, ServerFrame, Welcome, You, batch};

/// What a client sends as its heartbeat.
pub const PING: &str = "ping";
/// What the runtime answers to [`PING`].
pub const PONG: &str = "pong";
