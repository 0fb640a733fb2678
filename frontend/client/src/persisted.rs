//! An unsent message as it is kept over a reload: JSON in the browser's storage, read back without trust.

use serde::{Deserialize, Serialize};
use shared::{Author, Code, Epoch, Millis, Nonce, PersonId, Seq};

use crate::outbox::{Delivery, Item};

#[derive(Debug, Serialize, Deserialize)]
struct Persisted {
    nonce: Nonce,
    author: PersonId,
    name: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    owner: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    epoch: Option<Epoch>,
    after: Seq,
    #[serde(default)]
    at: Millis,
    text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reply_to: Option<Seq>,
    /// Without this, a message that was refused for good would be sent once more by every reload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failed: Option<Code>,
}

/// The text to keep.
pub(crate) fn write(item: &Item) -> String {
    let (owner, failed) = (
        matches!(item.author, Author::Human { owner: true, .. }),
        match item.delivery {
            Delivery::Failed { why } => Some(why),
            Delivery::Pending { .. } | Delivery::Sent { .. } => None,
        },
    );
    let persisted = Persisted {
        nonce: item.nonce.clone(),
        author: item.person.clone(),
        name: item.author.name().to_owned(),
        owner,
        epoch: item.epoch.clone(),
        after: item.after,
        at: item.at,
        text: item.text.clone(),
        reply_to: item.reply_to,
        failed,
    };
    // Nothing in it can fail to serialize.
    serde_json::to_string(&persisted).unwrap_or_default()
}

/// The item of a kept text; `None` if it is none.
pub(crate) fn read(text: &str) -> Option<Item> {
    let kept: Persisted = serde_json::from_str(text).ok()?;
    let delivery = match kept.failed {
        Some(why) => Delivery::Failed { why },
        None => Delivery::Pending { not_before: None },
    };
    Some(Item {
        nonce: kept.nonce,
        author: Author::Human { id: kept.author.clone(), name: kept.name, owner: kept.owner },
        person: kept.author,
        epoch: kept.epoch,
        after: kept.after,
        at: kept.at,
        text: kept.text,
        reply_to: kept.reply_to,
        delivery,
    })
}
