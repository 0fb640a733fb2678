//! From the items of a chain to who said what. People's lines are user items holding one JSON object; anything
//! else in a user item is the plain words of somebody unknown, and JSON without words is passed over.

use super::characters::HANDLES;
use crate::demo::prompt::Item;
use serde_json::Value;

/// Who said a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Speaker {
    /// Somebody in the room; the id stays when the nickname changes.
    Person { id: String, nickname: String },
    /// The demo, in an earlier answer.
    Demo,
}

/// One thing said, without the mention before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) speaker: Speaker,
    pub(crate) text: String,
    /// Whether it begins by calling somebody, and so is said to them and not to the room.
    pub(crate) calls: bool,
}

impl Line {
    /// The id of the person; empty for the demo itself.
    pub(crate) fn speaker_id(&self) -> &str {
        match &self.speaker {
            Speaker::Person { id, .. } => id,
            Speaker::Demo => "",
        }
    }

    /// The nickname at that moment.
    pub(crate) fn nickname(&self) -> &str {
        match &self.speaker {
            Speaker::Person { nickname, .. } => nickname,
            Speaker::Demo => "",
        }
    }
}

/// The whole chain.
#[derive(Clone, Debug, Default)]
pub(crate) struct Transcript {
    pub(crate) lines: Vec<Line>,
    /// What functions returned, when that came last.
    pub(crate) outputs: Vec<String>,
}

impl Transcript {
    pub(crate) fn read(items: &[Item]) -> Transcript {
        let mut transcript = Transcript::default();
        for item in items {
            if !matches!(item, Item::Output(_) | Item::Call { .. }) {
                transcript.outputs.clear();
            }
            match item {
                Item::User(text) => transcript.lines.extend(lines_of(text)),
                Item::Model(text) if !text.is_empty() => {
                    transcript.lines.push(Line { speaker: Speaker::Demo, text: text.clone(), calls: false });
                }
                Item::Model(_) | Item::Call { .. } => {}
                Item::Output(output) => transcript.outputs.push(output.clone()),
            }
        }
        transcript
    }

    /// The last line of a person, and the lines before it.
    pub(crate) fn question(&self) -> Option<(&Line, &[Line])> {
        let place = self.lines.iter().rposition(|line| line.speaker != Speaker::Demo)?;
        Some((self.lines.get(place)?, self.lines.get(..place)?))
    }
}

fn lines_of(text: &str) -> Vec<Line> {
    if let Some(object) = object(text) {
        return line_of(&object).into_iter().collect();
    }
    // Several objects, one a line, are several messages.
    let objects: Option<Vec<Value>> =
        text.lines().filter(|line| !line.trim().is_empty()).map(object).collect();
    if let Some(objects) = objects.filter(|objects| !objects.is_empty()) {
        return objects.iter().filter_map(line_of).collect();
    }
    let calls = text.trim_start().starts_with('@');
    let text = without_mention(text);
    if text.is_empty() {
        return Vec::new();
    }
    let speaker = Speaker::Person { id: "somebody".to_owned(), nickname: String::new() };
    vec![Line { speaker, text, calls }]
}

fn object(text: &str) -> Option<Value> {
    serde_json::from_str::<Value>(text.trim()).ok().filter(Value::is_object)
}

fn line_of(object: &Value) -> Option<Line> {
    let text = object["text"].as_str()?;
    let calls = text.trim_start().starts_with('@');
    let text = without_mention(text);
    let nickname = object["from"].as_str().unwrap_or_default().to_owned();
    let id = match &object["id"] {
        Value::String(id) => id.clone(),
        Value::Number(id) => id.to_string(),
        _ if nickname.is_empty() => return None,
        _ => format!("named {nickname}"),
    };
    Some(Line { speaker: Speaker::Person { id, nickname }, text, calls })
}

/// The text without the mentions it begins with and without this demo's own name elsewhere.
fn without_mention(text: &str) -> String {
    let mut text = text.trim();
    while let Some(rest) = text.strip_prefix('@') {
        let latin = rest.starts_with(|letter: char| letter.is_ascii_alphanumeric());
        // A handle in Latin letters ends where they end; a Hangul one takes its particles along.
        let rest = rest.trim_start_matches(|letter: char| match latin {
            true => letter.is_ascii_alphanumeric() || letter == '_' || letter == '-',
            false => letter.is_alphanumeric(),
        });
        text = rest.trim_start_matches([',', ':', ' ', '\t', '\n', '!', '~', '.', ';']);
    }
    let mut text = text.to_owned();
    for (handle, _) in HANDLES {
        text = without_handle(&text, handle);
    }
    text.trim().to_owned()
}

/// The text without the mentions of a bot of this name, wherever they stand.
fn without_handle(text: &str, handle: &str) -> String {
    let mention = format!("@{handle}");
    // ASCII lower-casing keeps all byte positions.
    let lower = text.to_ascii_lowercase();
    let mut kept = String::new();
    let mut from = 0;
    for (place, found) in lower.match_indices(&mention) {
        let end = place + found.len();
        let before = lower.get(..place).and_then(|before| before.chars().next_back());
        let after = lower.get(end..).and_then(|after| after.chars().next());
        let joins = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
        if before.is_some_and(joins) || (handle.is_ascii() && after.is_some_and(joins)) {
            continue;
        }
        kept.push_str(text.get(from..place).unwrap_or_default());
        from = if after == Some('아') && !handle.is_ascii() { end + '아'.len_utf8() } else { end };
    }
    kept.push_str(text.get(from..).unwrap_or_default());
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_are_taken_off() {
        assert_eq!(without_mention("@chatbot 안녕"), "안녕");
        assert_eq!(without_mention("@chatbot안녕"), "안녕");
        assert_eq!(without_mention("@챗봇아, 안녕"), "안녕");
        assert_eq!(without_mention("안녕 @chatbot"), "안녕");
        assert_eq!(without_mention("점심 뭐 먹지 @투표"), "점심 뭐 먹지");
        assert_eq!(without_mention("ask @Poll or @chatbot-two"), "ask  or @chatbot-two");
        assert_eq!(without_mention("mail me at a@b.example"), "mail me at a@b.example");
    }

    #[test]
    fn plain_text_is_somebody_and_notes_are_passed_over() {
        let said = [
            "hello",
            "{\"note\":\"older messages were left out\"}",
            "{\"id\":\"p1\",\"from\":\"ann\",\"text\":\"hi\"}",
        ];
        let transcript = Transcript::read(&said.map(|text| Item::User(text.to_owned())));
        let speakers: Vec<&str> = transcript.lines.iter().map(Line::speaker_id).collect();
        assert_eq!(speakers, ["somebody", "p1"]);
    }
}
