//! Writes a row of the log as an item of a turn.
//!
//! What people and other bots write becomes a user-role item that holds one JSON object, so that no text can pretend to be
//! another speaker. A speaker is known by their number in the room; the nickname beside it is only a name.

use models::Item;
use serde::Serialize;

use crate::storage::{AnswerRow, LogRow, RowData, RunRecord};
use crate::tools::rfc3339_minute;

const CUT_OFF: &str = "your answer was cut off here";
const OTHER_CHOSEN: &str = "an earlier answer was changed for another one that people chose, it now says";
const CHANGED: &str = "an earlier message was changed by its author, it now says";

/// A message of a person or of another bot. The order of the fields is that of the JSON and never changes, so that a
/// transcript is the same to the byte each time and the provider's prompt cache holds it.
#[derive(Serialize)]
struct Speech<'a> {
    id: &'a str,
    from: &'a str,
    text: &'a str,
    at: &'a str,
}

/// A remark of the room to the bot.
#[derive(Serialize)]
struct Remark<'a> {
    note: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
}

/// A message, or another bot's answer. `None` for a deleted message, an answer without text, and a change.
pub(super) fn speech(row: &LogRow) -> Option<Item> {
    let at = rfc3339_minute(row.at);
    let json = match &row.data {
        RowData::Message(message) if message.deleted => return None,
        RowData::Message(message) => {
            let id = format!("p{}", message.number);
            serde_json::to_string(&Speech { id: &id, from: &message.name, text: &message.text, at: &at })
        }
        RowData::Answer(answer) if !answer.text.is_empty() => {
            let id = format!("bot:{}", answer.bot);
            serde_json::to_string(&Speech { id: &id, from: &answer.bot, text: &answer.text, at: &at })
        }
        _ => return None,
    };
    json.ok().map(Item::user)
}

/// An answer that the bot itself finished.
pub(super) fn own_answer(answer: &AnswerRow) -> Option<Item> {
    let is_whole = answer.is_in_chain() && !answer.text.is_empty();
    is_whole.then(|| Item::assistant(answer.text.clone()))
}

/// An answer of the bot itself that was cut off, unless it is the one being regenerated.
pub(super) fn cut_off_answer(answer: &AnswerRow, run: &RunRecord) -> Option<Item> {
    let is_cut = answer.state.is_end() && !answer.is_in_chain() && !answer.text.is_empty();
    (is_cut && answer.parent != run.parent).then(|| remark(CUT_OFF, Some(&answer.text)))
}

/// The new text of a message, or of another bot's answer, that the chain holds with another text.
pub(super) fn correction(row: &LogRow) -> Option<Item> {
    if let RowData::Answer(answer) = &row.data {
        let id = format!("bot:{}", answer.bot);
        let remark =
            Remark { note: OTHER_CHOSEN, id: Some(&id), from: Some(&answer.bot), text: Some(&answer.text) };
        let text = serde_json::to_string(&remark).ok().filter(|_| !answer.deleted)?;
        return Some(Item::user(text));
    }
    let RowData::Message(message) = &row.data else { return None };
    let id = format!("p{}", message.number);
    let remark =
        Remark { note: CHANGED, id: Some(&id), from: Some(&message.name), text: Some(&message.text) };
    let text = serde_json::to_string(&remark).ok().filter(|_| !message.deleted)?;
    Some(Item::user(text))
}

/// A remark of the room, with a text that it is about.
pub(super) fn remark(note: &str, text: Option<&str>) -> Item {
    let text = serde_json::to_string(&Remark { note, id: None, from: None, text }).unwrap_or_default();
    Item::user(text)
}
