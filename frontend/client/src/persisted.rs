//! An unsent message as it is kept over a reload: JSON in the browser's storage, read back without trust.

use shared::json::{Object, Value};
use shared::{Author, Code, Epoch, Millis, Nonce, PersonId, Seq};

use crate::outbox::{Delivery, Item};

/// The text to keep.
pub(crate) fn write(item: &Item) -> String {
    let mut fields = Object::new();
    fields.text("nonce", item.nonce.as_str());
    fields.text("author", item.person.as_str());
    fields.text("name", item.author.name());
    if matches!(item.author, Author::Human { owner: true, .. }) {
        fields.flag("owner", true);
    }
    if let Some(epoch) = &item.epoch {
        fields.text("epoch", epoch.as_str());
    }
    fields.number("after", item.after.0);
    fields.number("at", item.at.0);
    fields.text("text", &item.text);
    fields.number_if_any("reply_to", item.reply_to.map(|seq| seq.0));
    // Without this, a message that was refused for good would be sent once more by every reload.
    if let Delivery::Failed { why } = item.delivery {
        fields.text("failed", why.word());
    }
    fields.finish()
}

/// The item of a kept text; `None` if it is none.
pub(crate) fn read(text: &str) -> Option<Item> {
    let kept: Value = Value::parse(text)?;
    let field = |name: &str| kept.get(name).filter(|value| **value != Value::Null);
    let text = |name: &str| field(name)?.as_str();
    let number = |name: &str| field(name)?.as_u64();
    let person = PersonId::parse(text("author")?)?;
    let name = text("name")?.to_owned();
    let owner = field("owner") == Some(&Value::Bool(true));
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
