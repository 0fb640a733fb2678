//! `POST /api/enter`, the request before the first socket: it makes or renews the identity cookie and says whether a socket to
//! the room may be opened.
//!
//! A browser never sees why a WebSocket upgrade failed, so this reply carries every reason.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use strum::VariantNames;

use crate::tolerant::{self, Unreadable};
use crate::{Millis, PersonId, RoomName};

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
    /// With `kicked` and `banned`: until when the person is kept out, if that ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Millis>,
    /// Whether the answers come from the demo model.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub demo: bool,
}

impl EnterReply {
    /// Reads the body of a reply.
    ///
    /// # Errors
    /// Fails for text that is not such a body.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        tolerant::read(serde_json::from_str::<Value>(text).map_err(|_| Unreadable)?)
    }
}

/// Whether a socket may be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum EnterStatus {
    Open,
    /// There is no such room, or not for this key: the reply does not tell the two apart.
    Absent,
    /// The room was deleted.
    Gone,
    /// The person is banned from it.
    Banned,
    /// The person was removed a moment ago: they may come back after [`crate::limits::KICK_MS`].
    Kicked,
    /// The room is locked, and the person has never joined it.
    Locked,
    /// The page speaks another version: reload it.
    Version,
    /// A status of a newer server.
    #[serde(other)]
    Unknown,
}

/// The body of an error reply of any address below `/api/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError {
    /// A stable word: `origin`, `operator`, `used`, `identity`, `bad_request`, `method`, `not_found`, `slow_down`, `challenge`,
    /// `unverified`, `misconfigured`, `try_later`.
    pub error: String,
}

impl ApiError {
    /// Reads the body of an error reply.
    ///
    /// # Errors
    /// Fails for text that is not such a body.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        tolerant::read(serde_json::from_str::<Value>(text).map_err(|_| Unreadable)?)
    }
}

/// The body of the reply to `POST /api/device-link`: a one-time link by which another device becomes the same person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceLink {
    /// What stands after `#` in the link `/device#{token}`.
    pub token: String,
    pub expires_at: Millis,
}

/// The body of `POST /api/device`, which redeems a link. The reply sets the identity cookie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRequest {
    pub token: String,
}

/// The body of `POST /api/operator`, which signs an operator in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorRequest {
    /// `OPERATOR_SECRET` of the deployment.
    pub secret: String,
}

/// The body of the reply to `POST /api/operator`. The cookie that comes with it belongs to this person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorReply {
    /// When the person is an operator no more.
    pub expires_at: Millis,
}
