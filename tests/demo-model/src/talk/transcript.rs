//! Who said what, read from the items of a prompt. People's lines are user items that hold JSON objects; other text in a user
//! item is a line of somebody unknown, and JSON without a text (a note of the room) is ignored.

use super::voice::without_mentions;
use crate::prompt::Item;
use serde_json::{Deserializer, Value};

/// One thing said, without the mentions in it.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// The id of who said it, which stays when the nickname changes; empty for the demo itself.
    pub(crate) id: String,
    pub(crate) nickname: String,
    pub(crate) text: String,
    /// Whether it begins with a mention, and so is said to a bot and not to the room.
    pub(crate) to_bot: bool,
}

impl Line {
    pub(crate) fn new(id: &str, nickname: &str, text: &str) -> Line {
        let to_bot = text.trim_start().starts_with('@');
        Line { id: id.to_owned(), nickname: nickname.to_owned(), text: without_mentions(text), to_bot }
    }

    pub(crate) fn is_demo(&self) -> bool {
        self.id.is_empty()
    }

    /// Whether a person said this, and not the demo or another bot.
    pub(crate) fn is_person(&self) -> bool {
        !self.is_demo() && !self.id.starts_with("bot:") && !self.text.is_empty()
    }

    pub(crate) fn asks(&self) -> bool {
        self.text.contains(['?', '？'])
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Transcript {
    pub(crate) lines: Vec<Line>,
    /// What tools returned, when that came last.
    pub(crate) tool_outputs: Vec<String>,
}

impl Transcript {
    pub(crate) fn read(items: &[Item]) -> Transcript {
        let mut transcript = Transcript::default();
        for item in items {
            match item {
                Item::ToolCall { .. } => continue,
                Item::ToolOutput(output) => {
                    transcript.tool_outputs.push(output.clone());
                    continue;
                }
                Item::User(text) => transcript.lines.extend(lines_of(text)),
                Item::Model(text) if text.is_empty() => {}
                Item::Model(text) => transcript.lines.push(Line::new("", "", text)),
            }
            transcript.tool_outputs.clear();
        }
        transcript
    }

    /// The last line that is not the demo's, and the lines before it.
    pub(crate) fn question(&self) -> Option<(&Line, &[Line])> {
        let place = self.lines.iter().rposition(|line| !line.is_demo())?;
        Some((self.lines.get(place)?, self.lines.get(..place)?))
    }
}

fn lines_of(text: &str) -> Vec<Line> {
    let objects: Result<Vec<Value>, _> = Deserializer::from_str(text).into_iter().collect();
    match objects {
        Ok(objects) if objects.iter().all(Value::is_object) => objects.iter().filter_map(line_of).collect(),
        _ => vec![Line::new("somebody", "", text)],
    }
}

fn line_of(object: &Value) -> Option<Line> {
    let nickname = object["from"].as_str().unwrap_or_default();
    let id = match &object["id"] {
        Value::String(id) => id.clone(),
        Value::Null if nickname.is_empty() => return None,
        Value::Null => format!("named {nickname}"),
        other => other.to_string(),
    };
    Some(Line::new(&id, nickname, object["text"].as_str()?))
}
