//! One unsent message and how far its delivery got.

use shared::{Author, Epoch, ErrorCode, Millis, Nonce, PersonId, Seq};

use crate::item_key::ItemKey;

/// A message that the log does not show yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OutboxItem {
    pub(crate) nonce: Nonce,
    pub(crate) author: Author,
    pub(crate) person: PersonId,
    /// The sequence space that `after` and `reply_to` belong to.
    pub(crate) epoch: Option<Epoch>,
    /// Fixed when the message was written and the same for every attempt: the room searches for the nonce from here on, so
    /// a later position could miss what an earlier attempt wrote.
    pub(crate) after: Seq,
    pub(crate) at: Millis,
    pub(crate) text: String,
    pub(crate) reply_to: Option<Seq>,
    pub(crate) delivery: DeliveryState,
}

/// How far the delivery of an own message got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeliveryState {
    /// To be sent, or sent and not answered.
    Pending {
        /// The room asked to wait until then.
        not_before: Option<Millis>,
    },
    /// Accepted, and not seen in the log yet.
    Sent { seq: Seq },
    /// The room refused it; only the person may send it again.
    Failed { why: ErrorCode },
}

impl OutboxItem {
    pub(crate) fn key(&self) -> ItemKey {
        ItemKey::Human { author: self.person.clone(), nonce: self.nonce.clone() }
    }

    pub(crate) fn is_pending(&self) -> bool {
        matches!(self.delivery, DeliveryState::Pending { .. })
    }

    pub(crate) fn is_sent(&self) -> bool {
        matches!(self.delivery, DeliveryState::Sent { .. })
    }
}
