//! The transcript as messages.

use serde::Serialize;

use crate::tool_calls;
use crate::turn::{Item, Role, ToolCall, Turn};

/// One message. The order of its fields is the order in the body.
#[derive(Serialize)]
pub(super) struct Message<'a> {
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_call_id: Option<&'a str>,
    /// Null only where there are calls instead, as the API itself writes it.
    content: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<Call<'a>>,
}

#[derive(Serialize)]
struct Call<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    function: Function<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extra_content: Option<ExtraContent<'a>>,
}

#[derive(Serialize)]
struct Function<'a> {
    name: &'a str,
    arguments: &'a str,
}

/// Where Google's Chat Completions carry the mark that must come back with a call
/// (<https://ai.google.dev/gemini-api/docs/thought-signatures>).
#[derive(Serialize)]
struct ExtraContent<'a> {
    google: Google<'a>,
}

#[derive(Serialize)]
struct Google<'a> {
    thought_signature: &'a str,
}

impl<'a> Message<'a> {
    /// The instructions, then what was said.
    ///
    /// The role of the instructions is `system`: every server takes it, and OpenAI's own takes it for `developer` where a
    /// model wants that.
    pub(super) fn all(turn: &'a Turn) -> Vec<Self> {
        let mut messages = Vec::with_capacity(turn.input.len().saturating_add(1));
        if !turn.instructions.is_empty() {
            messages.push(Self::said("system", &turn.instructions));
        }
        for item in &turn.input {
            match item {
                Item::Message { role: Role::User, text } => messages.push(Self::said("user", text)),
                Item::Message { role: Role::Assistant, text } => messages.push(Self::said("assistant", text)),
                // The calls of one answer are one message together with the words before them.
                Item::ToolCall(call) => match messages.last_mut() {
                    Some(message) if message.role == "assistant" => message.tool_calls.push(Call::of(call)),
                    _ => messages.push(Self {
                        role: "assistant",
                        tool_call_id: None,
                        content: None,
                        tool_calls: vec![Call::of(call)],
                    }),
                },
                Item::ToolOutput { id, output, .. } => {
                    messages.push(Self { tool_call_id: Some(id), ..Self::said("tool", output) });
                }
            }
        }
        messages
    }

    fn said(role: &'static str, text: &'a str) -> Self {
        Self { role, tool_call_id: None, content: Some(text), tool_calls: Vec::new() }
    }
}

impl<'a> Call<'a> {
    fn of(call: &'a ToolCall) -> Self {
        // Servers that put the arguments into a template read them first, and fail where they are no object.
        let is_object = tool_calls::arguments(&call.arguments).is_some();
        let arguments = if is_object { &call.arguments } else { "{}" };
        let extra_content = call
            .signature
            .as_deref()
            .map(|thought_signature| ExtraContent { google: Google { thought_signature } });
        Self {
            id: &call.id,
            kind: "function",
            function: Function { name: &call.name, arguments },
            extra_content,
        }
    }
}
