//! The parts of a chunk, or of a whole completion, that we read. Every field may be missing or of a wrong type.

use serde::Deserialize;
use serde_json::Value;
use shared::Usage;

use crate::lenient::{self, count, lenient, text};

/// The one choice that we asked for, in a chunk or in a whole completion.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Choice {
    /// More of the message.
    #[serde(deserialize_with = "lenient")]
    pub(super) delta: Message,
    /// The whole message, in a document. Some servers repeat it in every chunk beside the delta.
    #[serde(deserialize_with = "lenient")]
    pub(super) message: Message,
    /// Empty where it is not said: some servers write that instead of null.
    #[serde(deserialize_with = "lenient")]
    pub(super) finish_reason: String,
}

/// A message or a piece of one. What a model thinks has no field in the API; servers call it one of two names.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Message {
    content: Value,
    #[serde(deserialize_with = "lenient")]
    pub(super) refusal: String,
    #[serde(deserialize_with = "lenient")]
    reasoning_content: String,
    #[serde(deserialize_with = "lenient")]
    reasoning: String,
    #[serde(deserialize_with = "lenient")]
    tool_calls: Vec<Value>,
    /// What `tool_calls` was before there could be several.
    function_call: Value,
}

/// A call or a piece of one.
#[derive(Debug)]
pub(super) struct Piece<'a> {
    pub(super) index: Option<u64>,
    /// Empty where it is not said, like the name.
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) arguments: String,
    pub(super) signature: Option<&'a str>,
}

impl Choice {
    /// The choice of a chunk or completion, where it has one.
    pub(super) fn of(value: &Value) -> Option<Self> {
        let choices = value.get("choices")?.as_array()?;
        let is_ours = |choice: &&Value| choice.get("index").and_then(Value::as_u64).unwrap_or(0) == 0;
        choices.iter().find(is_ours).map(lenient::read)
    }
}

impl Message {
    /// The words: a text, or parts of which some are text.
    pub(super) fn content(&self) -> String {
        match &self.content {
            Value::String(text) => text.clone(),
            Value::Array(parts) => {
                let is_text = |part: &&Value| text(part, "type").is_none_or(|kind| kind == "text");
                parts.iter().filter(is_text).filter_map(|part| text(part, "text")).collect()
            }
            _ => String::new(),
        }
    }

    /// What the model thinks. Some servers say it under both names.
    pub(super) fn thought(&self) -> String {
        if self.reasoning_content.is_empty() { &self.reasoning } else { &self.reasoning_content }.clone()
    }

    pub(super) fn calls(&self) -> impl Iterator<Item = Piece<'_>> {
        let only =
            self.function_call.is_object().then(|| Piece::of(&self.function_call, &self.function_call));
        let piece = |call| Piece::of(call, call.get("function").unwrap_or(&Value::Null));
        self.tool_calls.iter().map(piece).chain(only)
    }
}

impl<'a> Piece<'a> {
    fn of(call: &'a Value, function: &'a Value) -> Self {
        let arguments = match function.get("arguments") {
            Some(Value::String(arguments)) => arguments.clone(),
            // Some servers send the object itself.
            Some(arguments @ Value::Object(_)) => arguments.to_string(),
            _ => String::new(),
        };
        let google = call.get("extra_content").and_then(|extra| extra.get("google"));
        Self {
            index: call.get("index").and_then(Value::as_u64),
            id: text(call, "id").unwrap_or_default(),
            name: text(function, "name").unwrap_or_default(),
            arguments,
            signature: google.and_then(|google| text(google, "thought_signature")),
        }
    }
}

/// The tokens, where both numbers are there: half a count would settle too low. Groq says them under a name of its own.
pub(super) fn usage(value: &Value) -> Option<Usage> {
    let own = || value.get("x_groq").and_then(|groq| groq.get("usage"));
    let counts = value.get("usage").filter(|usage| usage.is_object()).or_else(own)?;
    let number = |key: &str| counts.get(key).and_then(count);
    let details = counts.get("prompt_tokens_details").and_then(|details| details.get("cached_tokens"));
    let cached = details.and_then(count).or_else(|| number("prompt_cache_hit_tokens"));
    let (input, output) = (number("prompt_tokens")?, number("completion_tokens")?);
    Some(lenient::usage(input, cached, output, number("total_tokens")))
}
