//! The tools that a bot may use: a closed list, read-only, each with a JSON schema for its arguments and a limited output.
//!
//! The room itself tells the time and searches its messages; the weather is fetched by the caller. A tool's failure is an
//! output like any other: the model explains it, and no person is shown it.

mod weather;

use models::{Tool, ToolCall};
use serde_json::{Value, json};
use shared::time::DAY_MS;
use shared::tool_name::tool_of;
use shared::{Millis, Seq, ToolUse, limits};

pub use shared::tool_name::{ALL, FORECAST, SEARCH, TIME, WEATHER};
pub use weather::{TemperatureUnit, WeatherQuery};

use crate::search::{self, SearchBudget};
use crate::storage::{Storage, StorageError};

/// What one search reads and returns: some 10 ms of the room's thread.
const SEARCH_BUDGET: SearchBudget = SearchBudget { hits: 10, rows: 10_000, bytes: 8 * 1024 * 1024 };

/// What follows from a tool call.
pub(crate) enum ToolResult {
    /// The output is known at once.
    Output(Value),
    /// What a search found, and the oldest message of that.
    Found { output: Value, oldest: Seq },
    /// The caller must fetch the weather.
    FetchWeather(WeatherQuery),
}

/// Describes the functions of a tool to a model. There are none where there is no such tool.
pub(crate) fn functions(tool: &str) -> Vec<Tool> {
    let (description, field, about) = match tool {
        WEATHER => return weather::functions(),
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
        _ => return Vec::new(),
    };
    let parameters = closed_object(json!({ field: { "type": "string", "description": about } }));
    vec![Tool { name: tool.to_owned(), description: description.to_owned(), parameters }]
}

/// The schema of an object with exactly these properties.
fn closed_object(properties: Value) -> Value {
    let names = properties.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
    let required = Value::from(names.collect::<Vec<_>>());
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// What people are shown of a tool call.
pub(crate) fn tool_use(call: &ToolCall) -> ToolUse {
    let field = match call.name.as_str() {
        WEATHER | FORECAST => "city",
        TIME => "utc_offset",
        _ => "query",
    };
    let what = argument(call, field).unwrap_or_default();
    ToolUse { tool: call.name.clone(), argument: what.chars().take(80).collect() }
}

/// Runs a tool call as far as the room can. Only messages before `before` are searched.
///
/// # Errors
/// When the log cannot be read.
pub(crate) fn run(
    call: &ToolCall,
    offered: &[String],
    now: Millis,
    before: Seq,
    storage: &dyn Storage,
) -> Result<ToolResult, StorageError> {
    if !is_offered(&call.name, offered) {
        return Ok(ToolResult::Output(error("there is no such tool")));
    }
    let found = match call.name.as_str() {
        WEATHER | FORECAST => match argument(call, "city") {
            Some(city) => {
                let query = WeatherQuery::new(&call.name, city, &arguments(call));
                return Ok(ToolResult::FetchWeather(query));
            }
            None => error("city is missing"),
        },
        TIME => match argument(call, "utc_offset").as_deref().map_or(Some(0), offset_minutes) {
            Some(minutes) => time(now, minutes),
            None => error("utc_offset has the form +09:00"),
        },
        SEARCH => match argument(call, "query") {
            Some(query) => return search(&query, before, storage),
            None => error("query is missing"),
        },
        _ => error("there is no such tool"),
    };
    Ok(ToolResult::Output(found))
}

/// Whether a function belongs to one of the offered tools.
pub(crate) fn is_offered(function: &str, offered: &[String]) -> bool {
    offered.iter().any(|tool| tool == tool_of(function))
}

/// An output that tells the model why there is none.
pub(crate) fn error(why: &str) -> Value {
    json!({ "error": why })
}

/// The output as the text for the model, at most [`limits::TOOL_BYTES`].
pub(crate) fn output(value: &Value) -> String {
    let text = value.to_string();
    if text.len() <= limits::TOOL_BYTES { text } else { error("the result is too long").to_string() }
}

/// The string argument `name`. `None` where the model wrote anything else, or more than 400 bytes.
fn argument(call: &ToolCall, name: &str) -> Option<String> {
    let arguments = arguments(call);
    let text = arguments.get(name)?.as_str()?.trim();
    (!text.is_empty() && text.len() <= 400).then(|| text.to_owned())
}

/// All arguments; null where the model wrote no JSON.
fn arguments(call: &ToolCall) -> Value {
    serde_json::from_str(&call.arguments).unwrap_or_default()
}

/// Parses `+09:00`, `-3:30` or `Z` into minutes. No place is further from UTC than 14 hours.
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

/// The date, time and weekday at an offset from UTC.
fn time(now: Millis, minutes: i64) -> Value {
    const DAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
    let shifted = now.0.saturating_add_signed(minutes.saturating_mul(60_000));
    let day = usize::try_from(shifted / DAY_MS % 7).unwrap_or_default();
    let (hours, rest) = (minutes.unsigned_abs() / 60, minutes.unsigned_abs() % 60);
    let sign = if minutes < 0 { '-' } else { '+' };
    let local = rfc3339_minute(Millis(shifted)).trim_end_matches('Z').to_owned();
    json!({
        "time": format!("{local}{sign}{hours:02}:{rest:02}"),
        "weekday": DAYS.get(day).copied().unwrap_or_default(),
    })
}

/// The newest messages that contain the query: as many as fit the output.
fn search(query: &str, before: Seq, storage: &dyn Storage) -> Result<ToolResult, StorageError> {
    let (mut hits, mut space) = (Vec::new(), limits::TOOL_BYTES.saturating_sub(64));
    let mut oldest = Seq(u64::MAX);
    for hit in search::search(storage, query, before, SEARCH_BUDGET)?.hits {
        let seq = hit.seq;
        let hit = json!({ "from": hit.from, "text": hit.text, "at": rfc3339_minute(hit.at) });
        let size = hit.to_string().len().saturating_add(1);
        if size > space {
            break;
        }
        space = space.saturating_sub(size);
        oldest = oldest.min(seq);
        hits.push(hit);
    }
    Ok(ToolResult::Found { output: json!({ "messages": hits }), oldest })
}

/// A moment in UTC to the minute, in the format of RFC 3339. The calendar is Howard Hinnant's `civil_from_days`
/// (howardhinnant.github.io/date_algorithms.html).
pub(crate) fn rfc3339_minute(at: Millis) -> String {
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
    fn the_time_is_local_and_has_a_weekday() {
        let now = Millis(1_795_177_957_000);
        assert_eq!(time(now, 0), json!({"time": "2026-11-20T12:32+00:00", "weekday": "Friday"}));
        assert_eq!(time(now, 540), json!({"time": "2026-11-20T21:32+09:00", "weekday": "Friday"}));
        assert_eq!(time(now, -750), json!({"time": "2026-11-20T00:02-12:30", "weekday": "Friday"}));
        assert_eq!(time(now, 720), json!({"time": "2026-11-21T00:32+12:00", "weekday": "Saturday"}));
    }

    #[test]
    fn offsets_from_utc_are_parsed() {
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
    fn malformed_arguments_are_ignored() {
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

    #[test]
    fn moments_are_written_as_dates() {
        assert_eq!(rfc3339_minute(Millis(0)), "1970-01-01T00:00Z");
        assert_eq!(rfc3339_minute(Millis(951_782_399_000)), "2000-02-28T23:59Z");
        assert_eq!(rfc3339_minute(Millis(951_782_400_000)), "2000-02-29T00:00Z");
        assert_eq!(rfc3339_minute(Millis(1_795_177_957_000)), "2026-11-20T12:32Z");
        assert_eq!(rfc3339_minute(Millis(4_102_444_799_999)), "2099-12-31T23:59Z");
    }
}
