//! Push subscriptions as they are stored: where a browser is told of messages while its page is closed.

use serde::{Deserialize, Serialize};
use shared::{Millis, PersonId};

use super::StorageError;
use crate::token_bucket::TokenBucket;

/// How a browser is reached (W3C, "Push API", `PushSubscription`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushSubscription {
    /// The address at the browser's push service. Each subscription has its own, which only the browser and this server know.
    pub endpoint: String,
    /// The browser's public key: an uncompressed point of the curve P-256, in base64url.
    pub p256dh: String,
    /// A secret of 16 bytes, in base64url.
    pub auth: String,
}

/// What a person wants to be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PushLevel {
    /// Every message and answer.
    All,
    /// Mentions of them, and replies to them.
    #[default]
    Mentions,
}

/// A subscription of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushRecord {
    pub person: PersonId,
    /// Their nickname, by which messages mention them while they are away; empty where it is somebody else's now.
    pub nickname: String,
    pub level: PushLevel,
    /// When it was made or last changed.
    pub at: Millis,
    pub subscription: PushSubscription,
    /// People whose messages they do not want to see.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<PersonId>,
    /// How many push messages it was sent lately of mentions and replies, and of others.
    #[serde(default)]
    pub rates: [TokenBucket; 2],
}

/// Reads which browsers are told of messages while their page is closed.
///
/// # Errors
/// Fails when the database cannot be read.
pub trait PushStorage {
    /// The subscriptions of everybody.
    fn push_subscriptions(&self) -> Result<Vec<PushRecord>, StorageError>;
}
