//! When the demo calls a function that it was offered: only for questions that plainly want it.

use super::Output;
use super::language::Language;
use super::transcript::Transcript;
use crate::demo::prompt::{Choice, Prompt, Tool};
use crate::demo::schema::{self, Known};
use crate::demo::weather::cities::{CITIES, City};
use serde_json::{Value, json};

/// Parts of a function's name, and what in a question asks for it.
const WANTED: [(&str, &[&str]); 3] = [
    (
        "weather",
        &[
            "날씨",
            "기온",
            "몇 도",
            "비 와",
            "비 오",
            "비와",
            "눈 와",
            "눈 오",
            "우산",
            "추워",
            "더워",
            "weather",
            "temperature",
            "raining",
            "snowing",
            "umbrella",
            "how cold",
            "how hot",
            "how warm",
            "forecast",
        ],
    ),
    (
        "time",
        &[
            "몇 시야",
            "몇 시예",
            "몇 시에요",
            "몇시야",
            "몇시예",
            "몇 시인",
            "몇 시지",
            "몇 시니",
            "몇 시?",
            "몇시?",
            "현재 시각",
            "지금 시각",
            "지금 시간",
            "what time",
            "what's the time",
            "what is the time",
            "time is it",
            "current time",
            "the time in",
            "tell me the time",
            "무슨 요일이",
            "오늘 며칠",
            "what day is it",
        ],
    ),
    ("search", &["찾아", "검색", "search", "look for", "look up", "find "]),
];

/// The call that the question asks for, if there is such a function.
pub(crate) fn call(transcript: &Transcript, prompt: &Prompt) -> Option<Output> {
    if prompt.choice == Choice::Never {
        return None;
    }
    let (question, _) = transcript.question()?;
    let lower = question.text.to_lowercase();
    let wanted = |tool: &&Tool| {
        WANTED.iter().any(|(part, phrases)| {
            tool.name.contains(part) && phrases.iter().any(|phrase| lower.contains(phrase))
        })
    };
    let tool = match &prompt.choice {
        Choice::Named(name) => prompt.tools.iter().find(|tool| tool.name == *name),
        Choice::Any => prompt.tools.iter().find(wanted).or(prompt.tools.first()),
        _ => prompt.tools.iter().find(wanted),
    }?;
    let arguments = schema::arguments(&tool.parameters, &known(&question.text)).to_string();
    Some(Output::Call { name: tool.name.clone(), arguments })
}

/// What the arguments of the three functions are, under the names that they usually have.
fn known(text: &str) -> Known {
    let city = city_of(text);
    let mut values = Vec::new();
    for name in ["city", "location", "place"] {
        values.push((name, json!(city)));
    }
    if let Some(known) = mentioned(text) {
        for name in ["zone", "timezone", "time_zone", "tz"] {
            values.push((name, json!(known.timezone.0)));
        }
    }
    // Without a place it is the time where Madang is at home.
    let seconds = mentioned(text).map_or(32_400, |city| city.timezone.2);
    let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() % 3600 / 60);
    let offset = format!("{}{hours:02}:{minutes:02}", if seconds < 0 { '-' } else { '+' });
    for name in ["utc_offset", "offset"] {
        values.push((name, json!(offset)));
    }
    for name in ["query", "q", "text", "words"] {
        values.push((name, Value::from(sought(text))));
    }
    Known { values, words: vec![city] }
}

/// The city of the list that a text names, the longest name first.
fn mentioned(text: &str) -> Option<&'static City> {
    let lower = text.to_lowercase();
    let named = |city: &&City| lower.contains(&city.name.to_lowercase()) || lower.contains(city.korean);
    CITIES.iter().filter(named).max_by_key(|city| city.name.len())
}

/// The city that the question is about: one of the list as it is written, the place after "in", the first word in
/// Korean, else Seoul.
fn city_of(text: &str) -> String {
    if let Some(city) = mentioned(text) {
        return if text.contains(city.korean) { city.korean.to_owned() } else { city.name.to_owned() };
    }
    let clean = |word: &str| word.trim_matches(['?', '!', '.', ',', '"', '\'', ' ']).to_owned();
    for before in [" in ", " for ", " at ", " about "] {
        if let Some((_, rest)) = text.split_once(before) {
            let rest = rest.split(['?', '!', '.', ',']).next().unwrap_or_default();
            let passed_over = ["today", "tomorrow", "now", "right", "please", "currently", "the", "tonight"];
            let words =
                rest.split_whitespace().filter(|word| !passed_over.contains(&word.to_lowercase().as_str()));
            let place = clean(&words.collect::<Vec<_>>().join(" "));
            if !place.is_empty() {
                return place;
            }
        }
    }
    let passed_over = ["오늘", "지금", "내일", "현재", "요즘", "혹시", "근데"];
    let first = text.split_whitespace().find(|word| !passed_over.contains(word)).unwrap_or_default();
    let place = clean(first);
    let korean = Language::of(&place) == Some(Language::Korean);
    let place = ["에서는", "에서", "에는", "의", "은", "는"]
        .iter()
        .find_map(|ending| place.strip_suffix(ending).filter(|rest| rest.chars().count() > 1))
        .unwrap_or(&place)
        .to_owned();
    let itself = ["날씨", "기온", "몇", "시각", "비", "눈", "우산", "밖", "여기", "우리"]
        .iter()
        .any(|word| place.starts_with(word));
    match (korean && !itself, Language::of(text)) {
        (true, _) => place,
        (false, Some(Language::Korean)) => "서울".to_owned(),
        (false, _) => "Seoul".to_owned(),
    }
}

/// What is to be searched for: what stands in quotation marks, otherwise the question without the asking.
fn sought(text: &str) -> String {
    for (open, close) in [('"', '"'), ('“', '”'), ('\'', '\''), ('‘', '’')] {
        let quoted = text.split_once(open).and_then(|(_, rest)| rest.split_once(close));
        if let Some((quoted, _)) = quoted.filter(|(quoted, _)| !quoted.is_empty()) {
            return quoted.to_owned();
        }
    }
    if Language::of(text) == Some(Language::Korean) {
        let before = text.split("찾").next().unwrap_or_default().split("검색").next().unwrap_or_default();
        let passed_over = [
            "방에서",
            "여기서",
            "이",
            "방",
            "좀",
            "얘기",
            "이야기",
            "얘기한",
            "말",
            "거",
            "것",
            "메시지",
            "대화에서",
        ];
        let words: Vec<&str> = before.split_whitespace().filter(|word| !passed_over.contains(word)).collect();
        let joined = words.join(" ");
        let endings = ["이라는", "라는", "에 대한", "에 대해", "을", "를", "이라고", "라고"];
        let bare = endings.iter().find_map(|ending| joined.strip_suffix(ending)).unwrap_or(&joined);
        return if bare.is_empty() { text.to_owned() } else { bare.to_owned() };
    }
    let starts = ["search for ", "search ", "look for ", "look up ", "find "];
    let rest = starts.iter().find_map(|start| super::language::after(text, start)).unwrap_or(text);
    let leading = [
        "messages about ",
        "the room for ",
        "this room for ",
        "what we said about ",
        "where we talked about ",
        "the word ",
    ];
    let rest = leading.iter().find_map(|start| rest.strip_prefix(start)).unwrap_or(rest);
    rest.trim_matches(['?', '!', '.', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cities_are_found_where_they_stand() {
        for (text, city) in [
            ("서울 날씨 어때?", "서울"),
            ("오늘 부산은 추워?", "부산"),
            ("What's the weather in New York today?", "New York"),
            ("is it raining in Atlantis right now?", "Atlantis"),
            ("아틀란티스 날씨 알려줘", "아틀란티스"),
            ("오늘 날씨 어때?", "서울"),
            ("how cold is it?", "Seoul"),
        ] {
            assert_eq!(city_of(text), city, "{text}");
        }
    }

    #[test]
    fn what_is_searched_for_is_without_the_asking() {
        for (text, query) in [
            ("라면 얘기 찾아줘", "라면"),
            ("방에서 \"소풍 날짜\" 검색해줘", "소풍 날짜"),
            ("김밥을 검색해줘", "김밥"),
            ("search for green tea", "green tea"),
            ("can you find messages about the picnic?", "the picnic"),
        ] {
            assert_eq!(sought(text), query, "{text}");
        }
    }
}
