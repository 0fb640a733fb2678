//! `POST /api/enter`: the door. It renews the identity cookie and says what a socket to the room would find.
//!
//! A browser never sees why a socket's upgrade failed, so every reason is told here.

use serde::{Deserialize, Serialize};

use crate::{PersonId, RoomName};

/// What the page asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnterRequest {
    /// The version that the page speaks.
    pub protocol: u32,
    /// Which room.
    pub room: RoomName,
    /// Makes the room if there is none. Whoever makes it owns it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub create: bool,
    /// The key of a private room's link, as it stands after `#k=`. With `create` it makes the room private.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// What the door says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnterReply {
    /// Whether a socket may be opened.
    pub status: EnterStatus,
    /// Who the browser is.
    pub you: PersonId,
    /// Whether the answers come from the demo model.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub demo: bool,
}

/// The door's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnterStatus {
    /// Come in.
    Open,
    /// There is no such room, or not for this key: the two look the same.
    Absent,
    /// The room was deleted.
    Gone,
    /// The person is banned from it.
    Banned,
    /// The page speaks another version: reload it.
    Version,
    /// A word of a newer server.
    #[serde(other)]
    Unknown,
}

/// A refusal of the door or of any other address below `/api/`, with an HTTP status that fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError {
    /// A stable word: `origin`, `identity`, `bad_request`, `method`, `not_found`, `misconfigured`, `try_later`.
    pub error: String,
}
