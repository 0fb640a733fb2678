//! When the demo calls an offered function: only for questions that plainly want it.

use super::language::{Language, compile, listed, pattern};
use super::tables::tools;
use super::transcript::Transcript;
use crate::answer::Output;
use crate::prompt::{Prompt, Tool, ToolChoice};
use crate::schema::{self, Hints};
use crate::weather::cities::{CITIES, City};
use serde_json::json;

/// The call that the question asks for, if such a function is offered.
pub(crate) fn call(transcript: &Transcript, prompt: &Prompt) -> Option<Output> {
    let (question, _) = transcript.question()?;
    let asks = |words: &str| compile(words).is_match(&question.text);
    let wanted =
        |tool: &&Tool| tools::WANTED.iter().any(|(part, words)| tool.name.contains(part) && asks(words));
    let wanted = prompt.tools.iter().find(wanted);
    let tool = match &prompt.tool_choice {
        ToolChoice::None => None,
        ToolChoice::Named(name) => prompt.tools.iter().find(|tool| tool.name == *name),
        ToolChoice::Any => wanted.or(prompt.tools.first()),
        ToolChoice::Auto => wanted,
    }?;
    let arguments = schema::fill_arguments(&tool.parameters, &hints(&question.text)).to_string();
    Some(Output::ToolCall { name: tool.name.clone(), arguments })
}

/// Values for the arguments of the three functions, under the names that such arguments usually have.
fn hints(text: &str) -> Hints {
    let (place, known) = (city_of(text), mentioned(text));
    let seconds = known.map_or(tools::HOME_OFFSET_SECONDS, |city| city.timezone.2);
    let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() % 3600 / 60);
    let offset = format!("{}{hours:02}:{minutes:02}", if seconds < 0 { '-' } else { '+' });
    let zone = known.map(|city| city.timezone.0.to_owned());
    let values = [Some(place.clone()), zone, Some(offset), Some(search_terms(text))];
    let values = tools::ARGUMENTS
        .iter()
        .zip(values)
        .flat_map(|(names, value)| names.iter().filter_map(move |name| Some((*name, json!(value.clone()?)))));
    Hints { values: values.collect(), words: vec![place] }
}

/// The known city that a text names, the longest name first.
fn mentioned(text: &str) -> Option<&'static City> {
    let lower = text.to_lowercase();
    let named = |city: &&City| lower.contains(&city.name.to_lowercase()) || lower.contains(city.korean);
    CITIES.iter().filter(named).max_by_key(|city| city.name.len())
}

/// The place that a question is about: a known city, the words after "in", the first word in Korean, or else Seoul.
pub(crate) fn city_of(text: &str) -> String {
    if let Some(city) = mentioned(text) {
        return if text.contains(city.korean) { city.korean } else { city.name }.to_owned();
    }
    let is_place = |word: &&str| !listed(tools::NO_PLACES, &word.to_lowercase());
    let after = pattern!(r" (?:in|for|at|about) ([^?!.,]+)").captures(text);
    let after = after.and_then(|found| found.get(1)).map_or("", |found| found.as_str());
    let place = after.split_whitespace().filter(is_place).collect::<Vec<_>>().join(" ");
    if !place.is_empty() {
        return place;
    }
    let first = text.split_whitespace().find(is_place).unwrap_or_default();
    let first = first.trim_matches(['?', '!', '.', ',', '"', '\'']);
    let place = pattern!("(..+?)(?:에서는?|에는|의|은|는)$").replace(first, "$1");
    let is_place =
        Language::of(&place) == Some(Language::Korean) && !pattern!(tools::NOT_A_PLACE).is_match(&place);
    match Language::of(text) {
        Some(Language::Korean) if is_place => place.into_owned(),
        Some(Language::Korean) => "서울".to_owned(),
        _ => "Seoul".to_owned(),
    }
}

/// What is to be searched for: what is quoted, or else the question without the words that ask.
pub(crate) fn search_terms(text: &str) -> String {
    if let Some(quoted) = pattern!("[\"“'‘]([^\"”'’]+)[\"”'’]").captures(text).and_then(|found| found.get(1))
    {
        return quoted.as_str().to_owned();
    }
    let korean = Language::of(text) == Some(Language::Korean);
    let asking = if korean { pattern!(tools::SEARCH_KOREAN) } else { pattern!(tools::SEARCH_ENGLISH) };
    // The second pass finds what stands at the end only after the first.
    let words = asking.replace_all(text, " ");
    let words = asking.replace_all(words.trim(), " ").trim().to_owned();
    if words.is_empty() { text.to_owned() } else { words }
}
