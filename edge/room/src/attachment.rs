//! What is kept with a socket over hibernation.

use serde::{Deserialize, Serialize};
use shared::{Millis, PersonId, TabId};

use crate::rate_limit::TokenBucket;

/// A socket's number, unique among the open sockets of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SocketId(pub u32);

/// Whose a socket is, as the Worker proved it. Nothing here comes from the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visitor {
    /// Who.
    pub person: PersonId,
    /// The address as a keyed hash.
    pub address: String,
}

/// Everything about a socket that must outlive the object's memory. Well below the runtime's 16 KiB.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attachment {
    /// The socket.
    pub socket: SocketId,
    /// Whose it is.
    pub visitor: Visitor,
    /// When it opened.
    pub since: Millis,
    /// Which tab, once hello was said.
    pub tab: Option<TabId>,
    /// The nickname, once joined.
    pub name: Option<String>,
    /// The person's number in the room, once joined.
    pub number: Option<u32>,
    /// How much the person may still say at once.
    pub says: TokenBucket,
    /// How many frames the connection may still send at once.
    pub frames: TokenBucket,
    /// Bad frames so far.
    pub strikes: u8,
}
