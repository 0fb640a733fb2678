//! The frames: one JSON object each, tagged by `"type"`, in text frames of a WebSocket (docs/protocol.md).
//!
//! Both ends derive from these types, so there is one definition of each frame; `golden/` holds its JSON. What a newer
//! peer adds is tolerated (promise G15): unknown fields are ignored, unknown types and kinds are read as `Unknown`, and an
//! unreadable item of a list is skipped ([`crate::tolerant`]).
//!
//! Besides these, the literal text `ping` is answered `pong` by the runtime without waking the room.

mod client;
mod delta;
mod history_place;
mod server;

use crate::limits;

pub use client::{ClientFrame, InvalidFrame, Resume};
pub use delta::Delta;
pub use history_place::HistoryPlace;
pub use server::{RunStatus, ServerFrame, Welcome, You, batch};

/// What a `set_bot` frame begins with.
const SET_BOT: &str = "{\"type\":\"set_bot\"";

/// The bytes that a frame from a client may have, by how it begins: a bot's knowledge makes one larger than any other.
pub fn most_bytes(frame: &str) -> usize {
    if frame.starts_with(SET_BOT) { limits::KNOWLEDGE_FRAME_BYTES } else { limits::FRAME_BYTES }
}

/// What a client sends as its heartbeat.
pub const PING: &str = "ping";
/// What the runtime answers to [`PING`].
pub const PONG: &str = "pong";
