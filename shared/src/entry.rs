//! `POST /api/enter`, the request before the first socket: it makes or renews the identity cookie and says whether a socket to
//! the room may be opened.
//!
//! A browser never sees why a WebSocket upgrade failed, so this reply carries every reason.

use serde::{Deserialize, Serialize};

use crate::{PersonId, RoomName};

/// The body of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnterRequest {
    /// [`crate::PROTOCOL_VERSION`] of the page.
    pub protocol: u32,
    pub room: RoomName,
    /// Creates the room if there is none; who creates it owns it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub create: bool,
    /// The key of a private room's link, as it stands after `#k=`. With `create` the room becomes private.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// The body of a reply with status 200.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnterReply {
    pub status: EnterStatus,
    /// The person that the cookie identifies.
    pub you: PersonId,
    /// Whether the answers come from the demo model.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub demo: bool,
}

/// Whether a socket may be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnterStatus {
    Open,
    /// There is no such room, or not for this key: the reply does not tell the two apart.
    Absent,
    /// The room was deleted.
    Gone,
    /// The person is banned from it.
    Banned,
    /// The page speaks another version: reload it.
    Version,
    /// A status of a newer server.
    #[serde(other)]
    Unknown,
}

/// The body of an error reply of any address below `/api/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError {
    /// A stable word: `origin`, `identity`, `bad_request`, `method`, `not_found`, `slow_down`, `misconfigured`,
    /// `try_later`.
    pub error: String,
}
