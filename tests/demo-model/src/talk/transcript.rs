//! Who said what, read from the items of a prompt. People's lines are user items that hold JSON objects; other text in a user
//! item is a line of somebody unknown, and JSON without a text (a note of the room) is ignored.

use super::language::{compile, pattern};
use super::tables::bots::HANDLES;
use crate::prompt::Item;
use regex_lite::Regex;
use serde_json::{Deserializer, Value};
use std::sync::LazyLock;

/// One thing said, without the mentions in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    /// The id of who said it, which stays when the nickname changes; empty for the demo itself.
    pub(crate) id: String,
    pub(crate) nickname: String,
    pub(crate) text: String,
    /// Whether it begins with a mention, and so is said to a bot and not to the room.
    pub(crate) to_bot: bool,
}

impl Line {
    fn new(id: &str, nickname: &str, text: &str) -> Line {
        let to_bot = text.trim_start().starts_with('@');
        Line { id: id.to_owned(), nickname: nickname.to_owned(), text: without_mentions(text), to_bot }
    }

    pub(crate) fn is_demo(&self) -> bool {
        self.id.is_empty()
    }

    pub(crate) fn is_person(&self) -> bool {
        !self.is_demo() && !self.id.starts_with("bot:") && !self.text.is_empty()
    }

    pub(crate) fn asks(&self) -> bool {
        self.text.contains(['?', '？'])
    }
}

/// What a bot with knowledge was given with the question.
#[derive(Clone, Debug, Default)]
pub(crate) struct Knowledge {
    /// Of the first passage, which fits best; empty where none does.
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) contact: String,
}

impl Knowledge {
    /// Reads a note of the room that names a contact, and passages where there are some.
    fn read(item: &str) -> Option<Knowledge> {
        let note: Value = serde_json::from_str(item).ok()?;
        note["note"].as_str()?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let passage = &note["passages"][0];
        // The heading stands above it.
        let body = text(&passage["text"])
            .lines()
            .filter(|line| !line.starts_with('#'))
            .collect::<Vec<_>>()
            .join("\n");
        let contact = note["contact"].as_str()?.to_owned();
        Some(Knowledge { title: text(&passage["title"]), text: body.trim().to_owned(), contact })
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Transcript {
    pub(crate) lines: Vec<Line>,
    /// What tools returned, when that came last.
    pub(crate) tool_outputs: Vec<String>,
    pub(crate) knowledge: Option<Knowledge>,
}

impl Transcript {
    pub(crate) fn read(items: &[Item]) -> Transcript {
        let mut transcript = Transcript::default();
        for item in items {
            if let Item::User(_) | Item::Model(_) = item {
                transcript.tool_outputs.clear();
            }
            match item {
                Item::ToolOutput(output) => transcript.tool_outputs.push(output.clone()),
                Item::User(text) => {
                    transcript.lines.extend(lines_of(text));
                    transcript.knowledge = Knowledge::read(text).or(transcript.knowledge);
                }
                Item::Model(text) if !text.is_empty() => transcript.lines.push(Line::new("", "", text)),
                Item::Model(_) | Item::ToolCall { .. } => {}
            }
        }
        transcript
    }
}

fn lines_of(text: &str) -> Vec<Line> {
    let objects: Result<Vec<Value>, _> = Deserializer::from_str(text).into_iter().collect();
    let Some(objects) = objects.ok().filter(|objects| objects.iter().all(Value::is_object)) else {
        return vec![Line::new("somebody", "", text)];
    };
    let line = |object: &Value| {
        let field = |name: &str| object[name].as_str();
        let id = field("id").or(field("from")).unwrap_or("somebody");
        Some(Line::new(id, field("from").unwrap_or_default(), field("text")?))
    };
    objects.iter().filter_map(line).collect()
}

/// A handle in Latin letters ends where they end; a Hangul one may be followed by a particle.
pub(crate) const HANDLE_END: &str = "([^a-z0-9_-]|$)";

/// A text without the mentions that it begins with, and without the bots' handles elsewhere.
pub(crate) fn without_mentions(text: &str) -> String {
    static HANDLE: LazyLock<Regex> = LazyLock::new(|| {
        let names = HANDLES.map(|(_, names)| names).join("|");
        compile(&format!("(^|[^a-z0-9_-])@(?:{names})아?{HANDLE_END}"))
    });
    let leading = pattern(r"^\s*(?:@(?:[a-z0-9][a-z0-9_-]*|[가-힣ㄱ-ㅎ0-9a-z]*)[,:\s!~.;]*)+");
    HANDLE.replace_all(&leading.replace(text, ""), "$1$2").trim().to_owned()
}
