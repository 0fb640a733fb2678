//! The functions that a request offers: when one is called, and what is said of what it returned.

use super::language::{Language, Replies, Values, captured, listed, pattern, shortened};
use super::tables::tools as table;
use crate::answer::Output;
use crate::prompt::{Prompt, ToolChoice};
use crate::schema::{self, Hints};
use crate::weather::cities::{CITIES, City};
use serde_json::{Value, json};

/// The call that the question plainly asks for, if such a function is offered.
pub(crate) fn call(question: &str, prompt: &Prompt) -> Option<Output> {
    let asked: Vec<_> = table::WANTED.iter().filter(|(_, words)| pattern(words).is_match(question)).collect();
    let wanted = asked.iter().find_map(|(part, _)| prompt.tools.iter().find(|tool| tool.name.contains(part)));
    let tool = match &prompt.tool_choice {
        ToolChoice::None => None,
        ToolChoice::Named(name) => prompt.tools.iter().find(|tool| tool.name == *name),
        ToolChoice::Any => wanted.or(prompt.tools.first()),
        ToolChoice::Auto => wanted,
    }?;
    let arguments = schema::fill_arguments(&tool.parameters, &hints(question)).to_string();
    Some(Output::ToolCall { name: tool.name.clone(), arguments })
}

/// Values for the arguments of the functions, under the names that such arguments usually have.
fn hints(text: &str) -> Hints {
    let (place, city) = (city_of(text), known_city(text));
    let seconds = city.map_or(table::HOME_OFFSET_SECONDS, |city| city.timezone.2);
    let offset = format!("{:+03}:{:02}", seconds / 3600, seconds.abs() / 60 % 60);
    let unit = if pattern(table::FAHRENHEIT).is_match(text) { "fahrenheit" } else { "celsius" };
    let days = table::DAYS_AHEAD.iter().find(|(words, _)| pattern(words).is_match(text));
    let values = [
        json!(place),
        json!(city.map(|city| city.timezone.0)),
        json!(offset),
        json!(search_terms(text)),
        json!(unit),
        json!(days.map_or(3, |(_, days)| *days)),
    ];
    let values = table::ARGUMENTS.iter().zip(values).filter(|(_, value)| !value.is_null());
    let values = values.flat_map(|(names, value)| names.iter().map(move |name| (*name, value.clone())));
    Hints { values: values.collect(), words: vec![place] }
}

/// The known city that a text names, the longest name first.
fn known_city(text: &str) -> Option<&'static City> {
    let lower = text.to_lowercase();
    let named = |city: &&City| lower.contains(&city.name.to_lowercase()) || lower.contains(city.korean);
    CITIES.iter().filter(named).max_by_key(|city| city.name.len())
}

/// The place that a question is about: a known city, the words after "in", the first word in Korean, or else Seoul.
pub(crate) fn city_of(text: &str) -> String {
    if let Some(city) = known_city(text) {
        return if text.contains(city.korean) { city.korean } else { city.name }.to_owned();
    }
    let is_place = |word: &&str| !listed(table::NO_PLACES, &word.to_lowercase());
    if Language::of(text) == Some(Language::Korean) {
        let first = text.split_whitespace().find(is_place).unwrap_or_default();
        let is_place = |place: &&str| !pattern(table::NOT_A_PLACE).is_match(place);
        return captured(table::KOREAN_PLACE, first).filter(is_place).unwrap_or("서울").to_owned();
    }
    let after = captured(" (?:in|for|at|about) ([^?!.,]+)", text).unwrap_or("Seoul");
    after.split_whitespace().filter(is_place).collect::<Vec<_>>().join(" ")
}

/// What is to be searched for: what is quoted, or else the question without the words that ask.
pub(crate) fn search_terms(text: &str) -> String {
    if let Some(quoted) = captured("[\"“'‘]([^\"”'’]+)[\"”'’]", text) {
        return quoted.to_owned();
    }
    let korean = Language::of(text) == Some(Language::Korean);
    let asking = pattern(if korean { table::SEARCH_KOREAN } else { table::SEARCH_ENGLISH });
    // The second pass finds what stands at the end only after the first.
    let words = asking.replace_all(text, " ");
    let words = asking.replace_all(words.trim(), " ").trim().to_owned();
    if words.is_empty() { text.to_owned() } else { words }
}

pub(crate) fn tell(language: Language, replies: Replies, outputs: &[String]) -> String {
    let said = outputs.iter().filter_map(|output| {
        let value = serde_json::from_str(output).unwrap_or_else(|_| Value::from(output.as_str()));
        // An error itself is for those who run the room, unless it says that there is no such place.
        let error = value.get("error").filter(|error| !error.is_null() && **error != false).map(|error| {
            let unknown = pattern("unknown|not.found|no such|없").is_match(&error.to_string());
            vec![(if unknown { "unknown_place" } else { "failed" }, error.to_string())]
        });
        let known = error
            .or_else(|| weather(language, &value))
            .or_else(|| forecast(language, &value))
            .or_else(|| time(language, &value));
        let values = known.or_else(|| found(&value)).unwrap_or_else(|| vec![("anything", plain(&value))]);
        language.say_known(replies, &values)
    });
    said.collect::<Vec<_>>().join(" ")
}

/// The first of these fields that there is; empty for none.
fn field(value: &Value, names: &str) -> String {
    names.split(' ').find_map(|name| value.get(name)).map_or_else(String::new, plain)
}

fn weather(language: Language, value: &Value) -> Option<Values> {
    let current = value.get("current").unwrap_or(value);
    let fahrenheit = field(current, "temperature_f");
    let degrees = field(current, "temperature_c temperature_2m temperature");
    let coldness = if fahrenheit.is_empty() {
        degrees.parse::<f64>()
    } else {
        fahrenheit.parse().map(|f: f64| (f - 32.0) / 1.8)
    };
    let cold = coldness.ok()? < 5.0;
    Some(vec![
        ("cold", if cold { "cold".to_owned() } else { String::new() }),
        ("scale", if fahrenheit.is_empty() { "C" } else { "F" }.to_owned()),
        ("degrees", degrees),
        ("fahrenheit", fahrenheit),
        ("felt", field(current, "apparent_c feels_like_c feels_like_f apparent_temperature")),
        ("wind", field(current, "wind_kmh wind_speed_10m wind_speed_kmh")),
        ("mph", field(current, "wind_mph")),
        ("place", place(language, value)),
        ("sky", sky(language, current)),
    ])
}

/// The days of a forecast, each in a line.
fn forecast(language: Language, value: &Value) -> Option<Values> {
    let line = |day: &Value| {
        let scale = if day.get("highest_f").is_some() { "°F" } else { "°C" };
        let (lowest, highest) = (field(day, "lowest_c lowest_f"), field(day, "highest_c highest_f"));
        format!("\n- {}: {lowest} – {highest} {scale}, {}", field(day, "date"), sky(language, day))
    };
    let lines = value.get("days")?.as_array()?.iter().map(line).collect();
    Some(vec![("forecast", lines), ("place", place(language, value))])
}

fn place(language: Language, value: &Value) -> String {
    let place = field(value, "city place name location");
    if place.is_empty() { language.text(table::THERE).to_owned() } else { place }
}

fn sky(language: Language, value: &Value) -> String {
    let sky = field(value, "sky condition conditions description weather_code code");
    let known = table::SKIES.iter().find(|(names, _)| pattern(names).is_match(&sky));
    known.map_or(sky, |(_, text)| language.text(*text).to_owned())
}

fn time(language: Language, value: &Value) -> Option<Values> {
    let time = field(value, "time local_time now iso datetime current_time");
    let clock = captured(r"(\d\d:\d\d)", &time)?;
    let (hour, minute) = clock.split_once(':')?;
    let (hour, minute) = (hour.parse::<u32>().ok()?, minute.trim_start_matches('0'));
    let zone = field(value, "zone timezone time_zone").replace('_', " ");
    let city = zone.rsplit('/').next().filter(|city| !city.is_empty());
    let day = table::DAYS.iter().find(|(day, _)| *day == field(value, "weekday"));
    Some(vec![
        ("clock", clock.to_owned()),
        ("half", if hour < 12 { "오전" } else { "오후" }.to_owned()),
        ("hour", ((hour + 11) % 12 + 1).to_string()),
        ("minute", if minute.is_empty() { "0" } else { minute }.to_owned()),
        ("day", day.map_or("", |(_, text)| language.text(*text)).to_owned()),
        ("zone", city.map_or_else(String::new, |city| format!(" ({city})"))),
    ])
}

fn found(value: &Value) -> Option<Values> {
    let list = value["results"].as_array().or(value["messages"].as_array()).or(value.as_array())?;
    let line = |message: &Value| match field(message, "from author nickname") {
        author if author.is_empty() => format!("\n- {}", shortened(&plain(message))),
        author => format!("\n- **{author}**: {}", shortened(&field(message, "text"))),
    };
    let (lines, count) = (list.iter().take(5).map(line).collect(), list.len().to_string());
    Some(vec![("lines", lines), (if list.is_empty() { "nothing" } else { "count" }, count)])
}

/// A value without JSON's marks, as far as it has a simple form.
fn plain(value: &Value) -> String {
    let field = |(name, value): (&String, &Value)| format!("{name}: {}", plain(value));
    match value {
        Value::String(text) => text.clone(),
        Value::Object(fields) => fields.iter().map(field).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
