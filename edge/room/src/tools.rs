//! The tools that a bot may use: a closed list, read-only, each with its arguments' schema and an output that is capped.
//!
//! What the room itself knows (the time, its own messages) is found here. The weather is elsewhere, so the shell asks.
//! A tool's failure is an output like any other: the model explains it, no person is shown it.

use models::{Tool, ToolCall};
use serde_json::{Value, json};
use shared::{Millis, Seq, ToolUse, limits};

use crate::lines::moment;
use crate::{RowData, Storage, StorageError};

/// The weather in a place.
pub const WEATHER: &str = "get_current_weather";
/// The time in a zone.
pub const TIME: &str = "current_time";
/// What was said in this room.
pub const SEARCH: &str = "search_room";
/// All of them.
pub const ALL: [&str; 3] = [WEATHER, TIME, SEARCH];

/// Rows that one search looks at, the newest first: a few milliseconds.
const SEARCH_ROWS: u64 = 10_000;
/// Rows that are read at once.
const SEARCH_STEP: u16 = 500;
/// Messages that one search finds.
const HITS: usize = 10;
/// Characters of a message that a search gives.
const HIT_CHARACTERS: usize = 300;

/// What becomes of a call.
pub(crate) enum Found {
    /// It is known already.
    Here(Value),
    /// The shell asks for the weather in this place.
    Weather(String),
}

/// A tool as models are told of it. `None`: there is no such tool.
pub(crate) fn describe(name: &str) -> Option<Tool> {
    let (description, field, about) = match name {
        WEATHER => (
            "The current weather in a city: temperature, wind, sky. Use it when somebody asks about the weather now.",
            "city",
            "The city's name in any language, without the country unless it is needed to tell it apart.",
        ),
        TIME => (
            "The current date and time in a place. Use it when an answer depends on now.",
            "utc_offset",
            "The place's offset from UTC at this time of the year, such as +09:00 for Seoul.",
        ),
        SEARCH => (
            "Searches the messages of this room, newest first, for a word or a phrase. Use it when somebody asks about \
             something said earlier that you do not see.",
            "query",
            "The words to look for, as they would stand in the message.",
        ),
        _ => return None,
    };
    let parameters = json!({
        "type": "object",
        "properties": { field: { "type": "string", "description": about } },
        "required": [field],
        "additionalProperties": false,
    });
    Some(Tool { name: name.to_owned(), description: description.to_owned(), parameters })
}

/// What people see of a call.
pub(crate) fn look(call: &ToolCall) -> ToolUse {
    let field = match call.name.as_str() {
        WEATHER => "city",
        TIME => "utc_offset",
        _ => "query",
    };
    let what = argument(call, field).unwrap_or_default();
    ToolUse { tool: call.name.clone(), argument: what.chars().take(80).collect() }
}

/// Answers a call, as far as the room can. Only what stands before `before` is searched.
pub(crate) fn find(
    call: &ToolCall,
    offered: &[String],
    now: Millis,
    before: Seq,
    log: &dyn Storage,
) -> Result<Found, StorageError> {
    if !offered.contains(&call.name) {
        return Ok(Found::Here(error("there is no such tool")));
    }
    let found = match call.name.as_str() {
        WEATHER => match argument(call, "city") {
            Some(city) => return Ok(Found::Weather(city)),
            None => error("city is missing"),
        },
        TIME => match argument(call, "utc_offset").as_deref().map_or(Some(0), offset_minutes) {
            Some(minutes) => time(now, minutes),
            None => error("utc_offset has the form +09:00"),
        },
        SEARCH => match argument(call, "query") {
            Some(query) => search(&query, before, log)?,
            None => error("query is missing"),
        },
        _ => error("there is no such tool"),
    };
    Ok(Found::Here(found))
}

/// An output that says why there is none.
pub(crate) fn error(why: &str) -> Value {
    json!({ "error": why })
}

/// An output as it is given to a model.
pub(crate) fn output(value: &Value) -> String {
    let text = value.to_string();
    if text.len() <= limits::TOOL_BYTES { text } else { error("the result is too long").to_string() }
}

/// A text among the arguments. Whatever the model wrote instead is none.
fn argument(call: &ToolCall, name: &str) -> Option<String> {
    let arguments: Value = serde_json::from_str(&call.arguments).ok()?;
    let text = arguments.get(name)?.as_str()?.trim();
    (!text.is_empty() && text.len() <= 400).then(|| text.to_owned())
}

/// Minutes of `+09:00`, `-3:30`, `Z`. No place is further from UTC than 14 hours.
fn offset_minutes(text: &str) -> Option<i64> {
    if matches!(text, "Z" | "UTC" | "utc" | "GMT") {
        return Some(0);
    }
    let (sign, rest) = match (text.strip_prefix('+'), text.strip_prefix(['-', '−'])) {
        (Some(rest), _) => (1_i64, rest),
        (_, Some(rest)) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
    let (hours, minutes): (u8, u8) = (hours.parse().ok()?, minutes.parse().ok()?);
    let is_real = minutes < 60 && (hours < 14 || (hours == 14 && minutes == 0));
    is_real
        .then(|| sign.saturating_mul(i64::from(hours).saturating_mul(60).saturating_add(i64::from(minutes))))
}

fn time(now: Millis, minutes: i64) -> Value {
    const DAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
    let shifted = now.0.saturating_add_signed(minutes.saturating_mul(60_000));
    let day = usize::try_from(shifted / 86_400_000 % 7).unwrap_or_default();
    let (hours, rest) = (minutes.unsigned_abs() / 60, minutes.unsigned_abs() % 60);
    let sign = if minutes < 0 { '-' } else { '+' };
    let local = moment(Millis(shifted)).trim_end_matches('Z').to_owned();
    json!({
        "time": format!("{local}{sign}{hours:02}:{rest:02}"),
        "weekday": DAYS.get(day).copied().unwrap_or_default(),
    })
}

/// The newest messages that hold the words, compared without the case of Latin letters: as many as the output holds.
fn search(query: &str, before: Seq, log: &dyn Storage) -> Result<Value, StorageError> {
    let query = query.to_ascii_lowercase();
    let (mut hits, mut space) = (Vec::new(), limits::TOOL_BYTES.saturating_sub(64));
    let mut end = before.previous();
    // Rows are counted and not messages, so that many changes of few messages cost no more.
    let last = Seq(end.0.saturating_sub(SEARCH_ROWS));
    while end > last {
        let start = Seq(end.0.saturating_sub(SEARCH_STEP.into())).max(last);
        let rows = log.rows(start, end, SEARCH_STEP.into())?;
        for row in rows.iter().rev() {
            let (from, text) = match &row.data {
                RowData::Message(said) => (&said.name, &said.text),
                RowData::Answer(answer) => (&answer.bot, &answer.text),
                _ => continue,
            };
            if !text.to_ascii_lowercase().contains(&query) {
                continue;
            }
            let text: String = text.chars().take(HIT_CHARACTERS).collect();
            let hit = json!({ "from": from, "text": text, "at": moment(row.at) });
            let bytes = hit.to_string().len().saturating_add(1);
            if hits.len() >= HITS || bytes > space {
                return Ok(json!({ "messages": hits }));
            }
            space = space.saturating_sub(bytes);
            hits.push(hit);
        }
        if rows.is_empty() {
            // What is before was trimmed.
            break;
        }
        end = start;
    }
    Ok(json!({ "messages": hits }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_local_and_have_a_weekday() {
        let now = Millis(1_795_177_957_000);
        assert_eq!(time(now, 0), json!({"time": "2026-11-20T12:32+00:00", "weekday": "Friday"}));
        assert_eq!(time(now, 540), json!({"time": "2026-11-20T21:32+09:00", "weekday": "Friday"}));
        assert_eq!(time(now, -750), json!({"time": "2026-11-20T00:02-12:30", "weekday": "Friday"}));
        assert_eq!(time(now, 720), json!({"time": "2026-11-21T00:32+12:00", "weekday": "Saturday"}));
    }

    #[test]
    fn offsets_are_those_of_places() {
        for (text, minutes) in [
            ("+09:00", Some(540)),
            ("-03:30", Some(-210)),
            ("+9", Some(540)),
            ("Z", Some(0)),
            ("+14:00", Some(840)),
            ("+14:30", None),
            ("+09:60", None),
            ("9", None),
            ("Asia/Seoul", None),
            ("+", None),
        ] {
            assert_eq!(offset_minutes(text), minutes, "{text}");
        }
    }

    #[test]
    fn arguments_that_are_none_are_none() {
        let call = |arguments: &str| ToolCall {
            id: "1".to_owned(),
            name: WEATHER.to_owned(),
            arguments: arguments.to_owned(),
            signature: None,
        };
        assert_eq!(argument(&call(r#"{"city":" Seoul "}"#), "city").as_deref(), Some("Seoul"));
        for bad in ["", "{", "[]", r#"{"city":7}"#, r#"{"city":" "}"#, r#"{"town":"Seoul"}"#] {
            assert_eq!(argument(&call(bad), "city"), None, "{bad}");
        }
    }
}
