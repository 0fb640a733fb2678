//! A row of the log as an item of a turn.
//!
//! Words of people and of other bots are user-role items holding one JSON object each, so that no text can pretend to be
//! another speaker. A speaker is known by their number in the room; the nickname beside it is only a name.

use models::Item;
use serde::Serialize;
use shared::Millis;

use crate::{AnswerRow, LogRow, RowData, RunRecord};

/// What somebody said. The order of the fields is the order in the JSON: it never changes, so that a replay is the same
/// to the byte.
#[derive(Serialize)]
struct Line<'a> {
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

const CUT_OFF: &str = "your answer was cut off here";
const CHANGED: &str = "an earlier message was changed by its author, it now says";

/// A row as what somebody said. Answers that hold no words are none.
pub(crate) fn line(row: &LogRow) -> Option<Item> {
    let at = moment(row.at);
    let json = match &row.data {
        RowData::Message(said) if said.deleted => return None,
        RowData::Message(said) => {
            let id = format!("p{}", said.number);
            serde_json::to_string(&Line { id: &id, from: &said.name, text: &said.text, at: &at })
        }
        RowData::Answer(answer) if !answer.text.is_empty() => {
            let id = format!("bot:{}", answer.bot);
            serde_json::to_string(&Line { id: &id, from: &answer.bot, text: &answer.text, at: &at })
        }
        _ => return None,
    };
    json.ok().map(Item::user)
}

/// The bot's own finished words.
pub(crate) fn own(answer: &AnswerRow) -> Option<Item> {
    let is_whole = answer.is_in_chain() && !answer.text.is_empty();
    is_whole.then(|| Item::assistant(answer.text.clone()))
}

/// The bot's own words that were cut off, unless they are what is being asked again.
pub(crate) fn partial(answer: &AnswerRow, run: &RunRecord) -> Option<Item> {
    let is_cut = answer.state.is_end() && !answer.is_in_chain() && !answer.text.is_empty();
    (is_cut && answer.parent != run.parent).then(|| remark(CUT_OFF, Some(&answer.text)))
}

/// The words of a message that the bot knows otherwise.
pub(crate) fn correction(row: &LogRow) -> Option<Item> {
    let RowData::Message(said) = &row.data else { return None };
    let id = format!("p{}", said.number);
    let remark = Remark { note: CHANGED, id: Some(&id), from: Some(&said.name), text: Some(&said.text) };
    let text = serde_json::to_string(&remark).ok().filter(|_| !said.deleted)?;
    Some(Item::user(text))
}

pub(crate) fn remark(note: &str, text: Option<&str>) -> Item {
    let text = serde_json::to_string(&Remark { note, id: None, from: None, text }).unwrap_or_default();
    Item::user(text)
}

/// A moment to the minute in UTC, as in RFC 3339. The calendar is Howard Hinnant's `civil_from_days`.
pub(crate) fn moment(at: Millis) -> String {
    let minutes = at.0 / 60_000;
    let days = minutes / 1_440 + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year_of_era = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}Z", minutes / 60 % 24, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_dates() {
        assert_eq!(moment(Millis(0)), "1970-01-01T00:00Z");
        assert_eq!(moment(Millis(951_782_399_000)), "2000-02-28T23:59Z");
        assert_eq!(moment(Millis(951_782_400_000)), "2000-02-29T00:00Z");
        assert_eq!(moment(Millis(1_795_177_957_000)), "2026-11-20T12:32Z");
        assert_eq!(moment(Millis(4_102_444_799_999)), "2099-12-31T23:59Z");
    }
}
