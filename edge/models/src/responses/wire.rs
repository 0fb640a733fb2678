//! The parts of a Response object that we read. Every field may be missing or of a wrong type.

use serde::Deserialize;
use serde_json::Value;
use shared::Usage;

use crate::lenient::{count, lenient, read, text, usage};
use crate::paragraphs;
use crate::tool_calls::ToolCalls;

/// Longer ids than this are not kept: real ones have up to some kilobytes.
const ID_BYTES: usize = 16 * 1024;

/// A Response object, as lifecycle and terminal events carry it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Response {
    #[serde(deserialize_with = "lenient")]
    id: Option<String>,
    #[serde(deserialize_with = "lenient")]
    previous_response_id: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) status: Option<String>,
    /// An object or a text.
    pub(super) error: Value,
    #[serde(deserialize_with = "lenient")]
    incomplete_details: IncompleteDetails,
    #[serde(deserialize_with = "lenient")]
    output: Vec<Value>,
    #[serde(deserialize_with = "lenient")]
    usage: TokenCounts,
}

/// What the output of a Response says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// There is no output, or an empty one, or one without a message (reasoning only).
    Nothing,
    /// The `output_text` parts of all messages.
    Text(String),
    /// The messages hold refusals and no text.
    Refusal(String),
}

impl Response {
    /// Reads what can be read. Nothing in `value` makes this fail.
    pub(super) fn read(value: &Value) -> Self {
        read(value)
    }

    pub(super) fn id(&self) -> Option<String> {
        self.id.clone().filter(|id| !id.is_empty() && id.len() <= ID_BYTES)
    }

    pub(super) fn previous(&self) -> Option<String> {
        self.previous_response_id.clone().filter(|id| !id.is_empty() && id.len() <= ID_BYTES)
    }

    pub(super) fn is_filtered(&self) -> bool {
        self.incomplete_details.reason.as_deref() == Some("content_filter")
    }

    pub(super) fn answer(&self) -> Answer {
        let (mut texts, mut refusal) = (Vec::new(), None::<String>);
        let mut has_message = false;
        for item in &self.output {
            let Ok(OutputItem::Message { content }) = OutputItem::deserialize(item) else { continue };
            has_message = true;
            let mut text = String::new();
            for part in content {
                match Part::deserialize(part) {
                    Ok(Part::OutputText { text: more }) => text.push_str(&more),
                    Ok(Part::Refusal { refusal: more }) => refusal.get_or_insert_default().push_str(&more),
                    Ok(Part::Other) | Err(_) => {}
                }
            }
            texts.push(text);
        }
        let text = paragraphs::join(texts.iter().map(String::as_str));
        match refusal {
            Some(refusal) if text.is_empty() => Answer::Refusal(refusal),
            _ if has_message => Answer::Text(text),
            _ => Answer::Nothing,
        }
    }

    /// The calls in the output.
    pub(super) fn calls(&self) -> ToolCalls {
        let mut calls = ToolCalls::default();
        for item in self.output.iter().filter(|item| is_call(item)) {
            let field = |key: &str| text(item, key).unwrap_or_default().to_owned();
            if let Some(pending) = calls.newest_or_insert(None, |_| false) {
                pending.call.id = field("call_id");
                pending.call.name = field("name");
                pending.call.arguments = field("arguments");
            }
        }
        calls
    }

    /// The tokens, where both numbers are there: half a count would settle too low.
    pub(super) fn usage(&self) -> Option<Usage> {
        let input = count(&self.usage.input_tokens)?;
        let output = count(&self.usage.output_tokens)?;
        let cached = count(&self.usage.input_tokens_details.cached_tokens);
        Some(usage(input, cached, output, count(&self.usage.total_tokens)))
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct IncompleteDetails {
    #[serde(deserialize_with = "lenient")]
    reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TokenCounts {
    input_tokens: Value,
    #[serde(deserialize_with = "lenient")]
    input_tokens_details: InputTokenDetails,
    output_tokens: Value,
    total_tokens: Value,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct InputTokenDetails {
    cached_tokens: Value,
}

/// The items that are neither messages nor calls (reasoning, what comes next year) say nothing to a room.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum OutputItem {
    Message {
        #[serde(default, deserialize_with = "lenient")]
        content: Vec<Value>,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Part {
    OutputText {
        #[serde(default, deserialize_with = "lenient")]
        text: String,
    },
    Refusal {
        #[serde(default, deserialize_with = "lenient")]
        refusal: String,
    },
    #[serde(other)]
    Other,
}

/// Whether an item of the output is a call of a tool of ours.
pub(super) fn is_call(item: &Value) -> bool {
    text(item, "type") == Some("function_call")
}
