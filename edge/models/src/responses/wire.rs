//! The parts of a Response object that we read. Every field may be missing or of a wrong type: it then counts as not
//! said. A terminal event must never be lost because one number in it is odd.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use shared::Usage;

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
        Self::deserialize(value).unwrap_or_default()
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
        let (mut text, mut refusal) = (String::new(), None::<String>);
        let mut has_message = false;
        for item in &self.output {
            let Ok(OutputItem::Message { content }) = OutputItem::deserialize(item) else { continue };
            has_message = true;
            for part in content {
                match Part::deserialize(part) {
                    Ok(Part::OutputText { text: more }) => text.push_str(&more),
                    Ok(Part::Refusal { refusal: more }) => refusal.get_or_insert_default().push_str(&more),
                    Ok(Part::Other) | Err(_) => {}
                }
            }
        }
        match refusal {
            Some(refusal) if text.is_empty() => Answer::Refusal(refusal),
            _ if has_message => Answer::Text(text),
            _ => Answer::Nothing,
        }
    }

    /// The tokens, where both numbers are there: half a count would settle too low.
    pub(super) fn usage(&self) -> Option<Usage> {
        let input = count(&self.usage.input_tokens)?;
        let output = count(&self.usage.output_tokens)?;
        let cached = count(&self.usage.input_tokens_details.cached_tokens).unwrap_or(0).min(input);
        Some(Usage { input, cached, output })
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
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct InputTokenDetails {
    cached_tokens: Value,
}

/// The items that are not messages (reasoning, calls, what comes next year) say nothing to a room.
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

/// The field's value, or its default where it has another type than we think.
fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(deserializer: D) -> Result<T, D::Error> {
    Value::deserialize(deserializer).map(|value| T::deserialize(value).unwrap_or_default())
}

/// A number of tokens. Some servers write whole numbers as `12.0`.
fn count(value: &Value) -> Option<u64> {
    let float = || value.as_f64().filter(|number| *number >= 0.0).map(|number| number as u64);
    value.as_u64().or_else(float)
}
