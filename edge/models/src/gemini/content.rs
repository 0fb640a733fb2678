//! The transcript as contents: the sides take turns, and each turn has parts.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::tool_calls;
use crate::turn::{Item, ToolCall};

/// What one side says in its turn.
#[derive(Serialize)]
pub(super) struct Content<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    parts: Vec<Part<'a>>,
}

/// One part. The API knows parts by the field that they have.
#[derive(Serialize)]
#[serde(untagged)]
enum Part<'a> {
    Text {
        text: &'a str,
    },
    #[serde(rename_all = "camelCase")]
    Call {
        function_call: FunctionCall<'a>,
        /// Newer models refuse a call without the mark that they gave it; it stays on the part that it came with
        /// (<https://ai.google.dev/gemini-api/docs/thought-signatures>).
        #[serde(skip_serializing_if = "Option::is_none")]
        thought_signature: Option<&'a str>,
    },
    #[serde(rename_all = "camelCase")]
    Response {
        function_response: FunctionResponse<'a>,
    },
}

#[derive(Serialize)]
struct FunctionCall<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    name: &'a str,
    args: Map<String, Value>,
}

#[derive(Serialize)]
struct FunctionResponse<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    name: &'a str,
    response: Map<String, Value>,
}

impl<'a> Content<'a> {
    /// Instructions, which have no side.
    pub(super) fn instructions(text: &'a str) -> Self {
        Self { role: None, parts: vec![Part::Text { text }] }
    }

    /// What was said. What follows one another from the same side is one turn; what a tool found is the user's.
    pub(super) fn all(input: &'a [Item]) -> Vec<Self> {
        let mut contents: Vec<Self> = Vec::new();
        for item in input {
            let role = Some(if item.is_own() { "model" } else { "user" });
            let part = match item {
                // The API refuses a part without anything in it.
                Item::Message { text, .. } if text.is_empty() => continue,
                Item::Message { text, .. } => Part::Text { text },
                Item::ToolCall(call) => Part::of_call(call),
                Item::ToolOutput { id, name, output } => Part::of_response(id, name, output),
            };
            match contents.last_mut() {
                Some(content) if content.role == role => content.parts.push(part),
                _ => contents.push(Self { role, parts: vec![part] }),
            }
        }
        contents
    }
}

impl<'a> Part<'a> {
    fn of_call(call: &'a ToolCall) -> Self {
        let args = tool_calls::arguments(&call.arguments).unwrap_or_default();
        Self::Call {
            function_call: FunctionCall { id: theirs(&call.id), name: &call.name, args },
            thought_signature: call.signature.as_deref(),
        }
    }

    /// The API takes an object. What is none becomes one in the way that its reference names.
    fn of_response(id: &'a str, name: &'a str, output: &'a str) -> Self {
        let response = match serde_json::from_str(output) {
            Ok(Value::Object(response)) => response,
            Ok(value) => Map::from_iter([("output".to_owned(), value)]),
            Err(_) => Map::from_iter([("output".to_owned(), json!(output))]),
        };
        Self::Response { function_response: FunctionResponse { id: theirs(id), name, response } }
    }
}

/// An id that the API gave. One of ours means that it gave none, and then it knows calls by their order.
fn theirs(id: &str) -> Option<&str> {
    Some(id).filter(|id| !id.is_empty() && !tool_calls::is_generated_id(id))
}
