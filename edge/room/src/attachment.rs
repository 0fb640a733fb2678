//! What is stored with a socket, so that it outlives hibernation.

use serde::{Deserialize, Serialize};
use shared::{Millis, PersonId, TabId};

use crate::token_bucket::TokenBucket;

/// The number of a socket, unique among the open sockets of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SocketId(pub u32);

/// Who is behind a socket, as the Worker proved it. Nothing here comes from the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visitor {
    pub person: PersonId,
    /// The network address as a keyed hash.
    pub address: String,
    /// Until when the person is an operator, if they have signed in as one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator_until: Option<Millis>,
}

impl Visitor {
    /// Whether the person may do in every room what its owner may.
    pub fn is_operator(&self, now: Millis) -> bool {
        self.operator_until.is_some_and(|until| now < until)
    }
}

/// The attachment of a socket. It stays well below the runtime's limit of 16 KiB (Durable Objects, `serializeAttachment`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attachment {
    pub socket: SocketId,
    pub visitor: Visitor,
    /// When the socket opened.
    pub since: Millis,
    /// The browser tab, known after the handshake.
    pub tab: Option<TabId>,
    /// The nickname, known after joining.
    pub name: Option<String>,
    /// The person's number in the room, known after joining.
    pub number: Option<u32>,
    /// The rate limit of the person's writes.
    pub says: TokenBucket,
    /// The rate limit of the connection's frames.
    pub frames: TokenBucket,
    /// Malformed frames so far.
    pub strikes: u8,
    /// A digest of what all pages were last told of who is here. Only that of the oldest open socket is kept up to date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<u32>,
}
