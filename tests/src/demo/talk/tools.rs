//! When the demo calls a function that it was offered: only for questions that plainly want it.

use super::Output;
use super::transcript::Transcript;
use crate::demo::schema;
use serde_json::Value;

/// Parts of a function's name, and what in a question asks for it.
const WANTED: [(&str, &[&str]); 3] = [
    ("weather", &["날씨", "기온", "weather", "temperature"]),
    ("time", &["몇 시", "몇시", "시각", "what time", "the time"]),
    ("search", &["찾아", "검색", "search", "find "]),
];

/// The call that the question asks for, if there is such a function.
pub(crate) fn call(transcript: &Transcript, body: &Value) -> Option<Output> {
    if body["tool_choice"] == "none" {
        return None;
    }
    let (question, _) = transcript.question()?;
    let lower = question.text.to_lowercase();
    for tool in body["tools"].as_array()? {
        let Some(name) = tool["name"].as_str() else { continue };
        let wanted = WANTED.iter().any(|(part, phrases)| {
            name.contains(part) && phrases.iter().any(|phrase| lower.contains(phrase))
        });
        if wanted {
            let subject = subject(&question.text);
            let arguments = schema::fill(&tool["parameters"], &[subject]).to_string();
            return Some(Output::Call { name: name.to_owned(), arguments });
        }
    }
    None
}

/// What the call is about: the place after "in", the first word in Korean, else Seoul.
fn subject(text: &str) -> String {
    let clean = |word: &str| word.trim_matches(['?', '!', '.', ',', '"', '\'']).to_owned();
    for before in [" in ", " for ", " about "] {
        if let Some((_, rest)) = text.split_once(before) {
            return clean(rest);
        }
    }
    let passed_over = ["오늘", "지금", "내일", "현재"];
    let first = text.split_whitespace().find(|word| !passed_over.contains(word)).unwrap_or_default();
    let place = clean(first);
    let korean = super::language::Language::of(&place) == Some(super::language::Language::Korean);
    let place = place.trim_end_matches("에서").trim_end_matches('의').to_owned();
    let itself = ["날씨", "기온", "몇", "시각"].iter().any(|word| place.starts_with(word));
    if korean && !itself { place } else { "Seoul".to_owned() }
}
