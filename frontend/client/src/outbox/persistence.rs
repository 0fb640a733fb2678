//! The stored form of an outbox item: JSON in the browser's storage, checked when it is read after a reload.

use serde::Serialize;
use serde_json::Value;
use shared::tolerant::field;
use shared::{Author, Epoch, ErrorCode, Millis, Nonce, PersonId, Seq, Unreadable};

use super::item::{DeliveryState, OutboxItem};

#[derive(Serialize)]
struct PersistedItem {
    nonce: Nonce,
    author: PersonId,
    name: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    owner: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    epoch: Option<Epoch>,
    after: Seq,
    at: Millis,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to: Option<Seq>,
    /// The error code of a failed item. Without it, a message refused for good would be sent again after every reload.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<ErrorCode>,
}

/// Encodes an item for [`crate::Effect::Persist`].
pub(super) fn encode(item: &OutboxItem) -> String {
    let failed = match item.delivery {
        DeliveryState::Failed { why } => Some(why),
        _ => None,
    };
    let persisted = PersistedItem {
        nonce: item.nonce.clone(),
        author: item.person.clone(),
        name: item.author.name().to_owned(),
        owner: matches!(item.author, Author::Human { owner: true, .. }),
        epoch: item.epoch.clone(),
        after: item.after,
        at: item.at,
        text: item.text.clone(),
        reply_to: item.reply_to,
        failed,
    };
    // Serialization fails only for maps whose keys are not text, and there is none.
    serde_json::to_string(&persisted).unwrap_or_default()
}

/// Reads a stored item.
///
/// # Errors
/// Fails for text that is not a stored item, as another program or an older version may have left it.
pub(super) fn decode(text: &str) -> Result<OutboxItem, Unreadable> {
    let stored: &mut Value = &mut serde_json::from_str(text).map_err(|_| Unreadable)?;
    let delivery = match stored.get("failed").filter(|failed| !failed.is_null()) {
        // Whatever the failure is, the item is not sent again by itself.
        Some(_) => DeliveryState::Failed { why: field(stored, "failed").unwrap_or(ErrorCode::Unknown) },
        None => DeliveryState::Pending { not_before: None },
    };
    let person: PersonId = field(stored, "author")?;
    let owner: Option<bool> = field(stored, "owner")?;
    let at: Option<Millis> = field(stored, "at")?;
    Ok(OutboxItem {
        nonce: field(stored, "nonce")?,
        author: Author::Human {
            id: person.clone(),
            name: field(stored, "name")?,
            owner: owner == Some(true),
        },
        person,
        epoch: field(stored, "epoch")?,
        after: field(stored, "after")?,
        at: at.unwrap_or_default(),
        text: field(stored, "text")?,
        reply_to: field(stored, "reply_to")?,
        delivery,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_item_is_read_back_unchanged() {
        let whole = r#"{"nonce":"nnnnnnnnnnnnnnnn","author":"pppppppp","name":"가","owner":true,"epoch":"eeeeeeee","after":7,"at":9,"text":"글","reply_to":3,"failed":"too_long"}"#;
        assert_eq!(encode(&decode(whole).unwrap()), whole);
        let least = r#"{"nonce":"nnnnnnnnnnnnnnnn","author":"pppppppp","name":"가","after":7,"text":"글"}"#;
        let item = decode(least).unwrap();
        assert_eq!((item.epoch, item.at, item.reply_to), (None, Millis(0), None));
        assert_eq!(item.delivery, DeliveryState::Pending { not_before: None });
    }

    #[test]
    fn texts_that_are_no_stored_item_are_refused() {
        for text in [
            "",
            "[]",
            r#"{"nonce":"short","author":"pppppppp","name":"a","after":7,"text":"b"}"#,
            r#"{"nonce":"nnnnnnnnnnnnnnnn","author":"pppppppp","name":"a","after":-7,"text":"b"}"#,
            r#"{"nonce":"nnnnnnnnnnnnnnnn","author":"pppppppp","name":"a","after":7}"#,
            r#"{"nonce":"nnnnnnnnnnnnnnnn","author":"pppppppp","name":"a","after":7,"text":"b","epoch":"?"}"#,
        ] {
            assert!(decode(text).is_err(), "{text}");
        }
        // Whatever the failure is, the item is not sent again by itself.
        let failed =
            r#"{"nonce":"nnnnnnnnnnnnnnnn","author":"pppppppp","name":"a","after":7,"text":"b","failed":1}"#;
        assert_eq!(decode(failed).unwrap().delivery, DeliveryState::Failed { why: ErrorCode::Unknown });
    }
}
