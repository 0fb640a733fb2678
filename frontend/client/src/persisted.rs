//! An unsent message as it is kept over a reload: JSON in the browser's storage, read back without trust.

use serde::Serialize;
use serde_json::Value;
use shared::{Author, Code, Epoch, Millis, Nonce, PersonId, Seq};

use crate::outbox::{Delivery, Item};

#[derive(Serialize)]
struct Persisted {
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
    /// Without this, a message that was refused for good would be sent once more by every reload.
    #[serde(skip_serializing_if = "Option::is_none")]
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

/// The item of a kept text; `None` if it is none. By hand, as frames are read: a derived reader is many times as large.
pub(crate) fn read(text: &str) -> Option<Item> {
    let kept: Value = serde_json::from_str(text).ok()?;
    let field = |name: &str| kept.get(name).filter(|value| !value.is_null());
    let text = |name: &str| field(name)?.as_str();
    let number = |name: &str| field(name)?.as_u64();
    let person = PersonId::parse(text("author")?)?;
    let name = text("name")?.to_owned();
    let owner = field("owner").and_then(Value::as_bool).unwrap_or_default();
    let delivery = match field("failed") {
        Some(why) => Delivery::Failed { why: Code::from_word(why.as_str().unwrap_or_default()) },
        None => Delivery::Pending { not_before: None },
    };
    Some(Item {
        nonce: Nonce::parse(text("nonce")?)?,
        author: Author::Human { id: person.clone(), name, owner },
        person,
        epoch: match field("epoch") {
            Some(epoch) => Some(Epoch::parse(epoch.as_str()?)?),
            None => None,
        },
        after: Seq(number("after")?),
        at: Millis(number("at").unwrap_or_default()),
        text: text("text")?.to_owned(),
        reply_to: number("reply_to").map(Seq),
        delivery,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again() {
        let whole = r#"{"nonce":"nnnnnnnnnnnnnnnn","author":"pppppppp","name":"가","owner":true,"epoch":"eeeeeeee","after":7,"at":9,"text":"글","reply_to":3,"failed":"too_long"}"#;
        assert_eq!(write(&read(whole).unwrap()), whole);
        let least = r#"{"nonce":"nnnnnnnnnnnnnnnn","author":"pppppppp","name":"가","after":7,"text":"글"}"#;
        let item = read(least).unwrap();
        assert_eq!((item.epoch, item.at, item.reply_to), (None, Millis(0), None));
        assert_eq!(item.delivery, Delivery::Pending { not_before: None });
    }

    #[test]
    fn what_cannot_be_read_is_no_item() {
        for text in [
            "",
            "[]",
            r#"{"nonce":"short","author":"pppppppp","name":"a","after":7,"text":"b"}"#,
            r#"{"nonce":"nnnnnnnnnnnnnnnn","author":"pppppppp","name":"a","after":-7,"text":"b"}"#,
            r#"{"nonce":"nnnnnnnnnnnnnnnn","author":"pppppppp","name":"a","after":7}"#,
            r#"{"nonce":"nnnnnnnnnnnnnnnn","author":"pppppppp","name":"a","after":7,"text":"b","epoch":"?"}"#,
        ] {
            assert!(read(text).is_none(), "{text}");
        }
        // Whatever is said of a failure, it is not sent again by itself.
        let failed =
            r#"{"nonce":"nnnnnnnnnnnnnnnn","author":"pppppppp","name":"a","after":7,"text":"b","failed":1}"#;
        assert_eq!(read(failed).unwrap().delivery, Delivery::Failed { why: Code::Unknown });
    }
}
