//! From the items of a chain to who said what. People's lines are user items holding one JSON object; anything
//! else in a user item is the plain words of somebody unknown, and JSON without words is passed over.

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
    /// What a function said, when that is the last item.
    pub(crate) tool_output: Option<String>,
}

impl Transcript {
    pub(crate) fn read(items: &[&Value]) -> Transcript {
        let mut transcript = Transcript::default();
        for item in items {
            transcript.tool_output = None;
            if item["type"] == "function_call_output" {
                let output =
                    item["output"].as_str().map_or_else(|| item["output"].to_string(), str::to_owned);
                transcript.tool_output = Some(output);
                continue;
            }
            let text = text_of(item);
            match item["role"].as_str() {
                Some("assistant") if !text.is_empty() => {
                    transcript.lines.push(Line { speaker: Speaker::Demo, text });
                }
                Some("user") => transcript.lines.extend(lines_of(&text)),
                // Instructions to a model are nothing that somebody in the room said.
                _ => {}
            }
        }
        transcript
    }

    /// The last line of a person, and the lines before it.
    pub(crate) fn question(&self) -> Option<(&Line, &[Line])> {
        let place = self.lines.iter().rposition(|line| line.speaker != Speaker::Demo)?;
        Some((self.lines.get(place)?, self.lines.get(..place)?))
    }

    /// Texts to fill a form with: the question first, then its alternatives, or what was said lately.
    pub(crate) fn suggestions(&self) -> Vec<String> {
        let Some((question, before)) = self.question() else { return Vec::new() };
        let (head, rest) = question.text.split_once(['?', ':']).unwrap_or((&question.text, ""));
        let head =
            if question.text.contains('?') { format!("{}?", head.trim()) } else { head.trim().to_owned() };
        let choices =
            rest.split([',', '/']).flat_map(|part| part.split(" or ")).flat_map(|part| part.split(" vs "));
        let choices: Vec<String> = choices
            .map(|part| part.trim_matches(['.', '!', '?', ' ']).to_owned())
            .filter(|part| !part.is_empty())
            .collect();
        let mut suggestions = vec![head];
        if choices.len() > 1 {
            suggestions.extend(choices);
        } else {
            let lately = before.iter().rev().filter(|line| line.speaker != Speaker::Demo).take(5);
            suggestions.extend(lately.map(|line| line.text.clone()));
        }
        suggestions
    }
}

fn text_of(item: &Value) -> String {
    match &item["content"] {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let texts: Vec<&str> = parts.iter().filter_map(|part| part["text"].as_str()).collect();
            texts.join("\n")
        }
        _ => String::new(),
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
    let text = without_mention(text);
    if text.is_empty() {
        return Vec::new();
    }
    vec![Line { speaker: Speaker::Person { id: "somebody".to_owned(), nickname: String::new() }, text }]
}

fn object(text: &str) -> Option<Value> {
    serde_json::from_str::<Value>(text.trim()).ok().filter(Value::is_object)
}

fn line_of(object: &Value) -> Option<Line> {
    let text = without_mention(object["text"].as_str()?);
    let nickname = object["from"].as_str().unwrap_or_default().to_owned();
    let id = match &object["id"] {
        Value::String(id) => id.clone(),
        Value::Number(id) => id.to_string(),
        _ if nickname.is_empty() => return None,
        _ => format!("named {nickname}"),
    };
    Some(Line { speaker: Speaker::Person { id, nickname }, text })
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
    for own in ["@chatbot", "@Chatbot", "@챗봇아", "@챗봇"] {
        text = text.replace(own, "");
    }
    text.trim().to_owned()
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
        assert_eq!(without_mention("mail me at a@b.example"), "mail me at a@b.example");
    }

    #[test]
    fn plain_text_is_somebody_and_notes_are_passed_over() {
        let items = [
            serde_json::json!({"role": "user", "content": "hello"}),
            serde_json::json!({"role": "user", "content": "{\"note\":\"older messages were left out\"}"}),
            serde_json::json!({"role": "user", "content": "{\"id\":\"p1\",\"from\":\"ann\",\"text\":\"hi\"}"}),
        ];
        let transcript = Transcript::read(&items.iter().collect::<Vec<_>>());
        let speakers: Vec<&str> = transcript.lines.iter().map(Line::speaker_id).collect();
        assert_eq!(speakers, ["somebody", "p1"]);
    }
}
