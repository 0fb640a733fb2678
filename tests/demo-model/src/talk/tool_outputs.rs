//! What functions returned, in a sentence: the weather, the time, what a search found, errors, and anything else.

use super::general::shortened;
use super::language::{Language, Replies, compile, pattern};
use super::tables::tools;
use serde_json::Value;

/// One answer from everything that the functions returned.
pub(crate) fn tell(language: Language, replies: Replies, outputs: &[String]) -> String {
    let said = outputs.iter().filter_map(|output| {
        let value = serde_json::from_str(output).unwrap_or_else(|_| Value::from(output.as_str()));
        language.say_known(replies, &values(language, &value))
    });
    said.collect::<Vec<_>>().join(" ")
}

/// What replies can be made of: the values of the first kind of output that this is.
fn values(language: Language, value: &Value) -> Vec<(&'static str, String)> {
    let error = error(value).map(|name| vec![(name, String::new())]);
    let known =
        error.or_else(|| weather(language, value)).or_else(|| time(language, value)).or_else(|| found(value));
    known.unwrap_or_else(|| vec![("anything", plain(value))])
}

fn text<'a>(value: &'a Value, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| value[*name].as_str())
}

/// The error itself is for those who run the room, unless it says that there is no such place.
fn error(value: &Value) -> Option<&'static str> {
    let error = value.get("error").filter(|error| !error.is_null() && **error != Value::Bool(false))?;
    let unknown = pattern!("unknown|not.found|no such|없").is_match(&error.to_string());
    Some(if unknown { "unknown_place" } else { "failed" })
}

fn weather(language: Language, value: &Value) -> Option<Vec<(&'static str, String)>> {
    let current = value.get("current").filter(|current| current.is_object()).unwrap_or(value);
    let mut values = vec![];
    for (name, fields) in tools::FIELDS {
        let number =
            fields.iter().find_map(|field| current[*field].as_f64()).map(|number| number.to_string());
        let found = number.or_else(|| text(value, fields).map(str::to_owned));
        values.extend(found.map(|found| (name, found)));
    }
    let (_, degrees) = values.iter().find(|(name, _)| *name == "degrees")?;
    let cold = degrees.parse::<f64>().is_ok_and(|degrees| degrees < 5.0);
    values.extend(cold.then(|| ("cold", String::new())));
    values.extend(sky(language, current).map(|sky| ("sky", sky)));
    values.push(("place", language.text(tools::THERE).to_owned()));
    Some(values)
}

fn sky(language: Language, current: &Value) -> Option<String> {
    let named = text(current, tools::SKY_FIELDS).filter(|named| *named != "unknown");
    // What was said in words is repeated in them, where the language is the same.
    if let Some(named) = named.filter(|named| Language::of(named) == Some(language)) {
        return Some(named.to_owned());
    }
    let code = ["weather_code", "code"].iter().find_map(|name| current[*name].as_u64());
    let by_name = |(names, ..): &&(&str, _, _)| named.is_some_and(|named| compile(names).is_match(named));
    let known = tools::SKIES.iter().find(by_name);
    let known = known
        .or_else(|| tools::SKIES.iter().find(|(_, codes, _)| code.is_some_and(|code| codes.contains(&code))));
    known.map(|(_, _, text)| language.text(*text)).or(named).map(str::to_owned)
}

fn time(language: Language, value: &Value) -> Option<Vec<(&'static str, String)>> {
    let text = |names: &[&str]| self::text(value, names);
    let clock = pattern!(r"(\d\d):(\d\d)").captures(text(tools::CLOCK_FIELDS).or(value.as_str())?)?;
    let hour: u32 = clock.get(1)?.as_str().parse().ok()?;
    let minute: u32 = clock.get(2)?.as_str().parse().ok()?;
    let zone = text(&["zone", "timezone", "time_zone"]).and_then(|zone| zone.rsplit('/').next());
    let weekday = text(&["weekday"]).unwrap_or_default();
    let day = tools::DAYS.iter().find(|(day, _)| weekday.eq_ignore_ascii_case(day));
    let day = day.map(|(_, korean)| language.pick((*korean).to_owned(), format!(" on {weekday}")));
    let (morning, afternoon) = tools::HALVES;
    Some(vec![
        ("clock", clock.get(0)?.as_str().to_owned()),
        ("half", if hour < 12 { morning } else { afternoon }.to_owned()),
        ("hour", ((hour + 11) % 12 + 1).to_string()),
        ("minute", minute.to_string()),
        ("day", day.unwrap_or_default()),
        ("zone", zone.map_or_else(String::new, |zone| format!(" ({})", zone.replace('_', " ")))),
    ])
}

fn found(value: &Value) -> Option<Vec<(&'static str, String)>> {
    let list = tools::LIST_FIELDS.iter().find_map(|name| value[*name].as_array()).or(value.as_array())?;
    let line = |message: &Value| {
        let said = shortened(message["text"].as_str().or(message.as_str()).unwrap_or_default());
        let from = text(message, &["from", "author", "nickname"]);
        from.map_or_else(|| format!("\n- {said}"), |from| format!("\n- **{from}**: {said}"))
    };
    let lines: String = list.iter().take(5).map(line).collect();
    let name = if list.is_empty() { "nothing" } else { "lines" };
    Some(vec![(name, lines), ("count", list.len().to_string())])
}

/// A value without JSON's marks, as far as it has a simple form.
fn plain(value: &Value) -> String {
    let shown = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let field = |(name, value): (&String, &Value)| format!("{name}: {}", shown(value));
    let fields = value.as_object().map(|fields| fields.iter().map(field).collect::<Vec<_>>().join(", "));
    fields.unwrap_or_else(|| shown(value))
}
