//! What a client is created with.

use shared::{Lang, RoomName, TabId};

/// The settings of one [`crate::Client`].
#[derive(Debug, Clone)]
pub struct Config {
    pub room: RoomName,
    /// Identifies this load of the page.
    pub tab: TabId,
    pub lang: Lang,
    /// The key in the link of a private room.
    pub key: Option<String>,
    /// Whether the first visit creates the room if it does not exist.
    pub create: bool,
    /// The nickname of the last visit. The client joins under it without asking.
    pub nickname: Option<String>,
    /// Seeds the random numbers for jitter.
    pub seed: u64,
    /// The items that [`crate::Effect::Persist`] stored for this room, in any order.
    pub outbox: Vec<String>,
}
