//! The `messages` of a request: their roles, their parts, and that calls and their outputs belong together.

use crate::api::openai::ApiError;
use crate::prompt::{Item, Prompt};
use serde_json::Value;

#[derive(Clone, Debug)]
pub(crate) enum Message {
    Instructions(String),
    User(String),
    Assistant { text: String, calls: Vec<Call> },
    Tool { id: String, text: String },
}

/// A function call in a message of the assistant.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    id: String,
    name: String,
    arguments: String,
}

/// All messages, or what is wrong with them.
pub(crate) fn messages(value: &Value) -> Result<Vec<Message>, ApiError> {
    let listed =
        value.as_array().ok_or_else(|| ApiError::wrong_type("messages", "an array of objects", value))?;
    if listed.is_empty() {
        let message = "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty \
                       array instead.";
        return Err(ApiError::about("messages", "empty_array", message));
    }
    let read = |(place, value): (usize, &Value)| message(&format!("messages[{place}]"), value);
    let messages: Vec<Message> = listed.iter().enumerate().map(read).collect::<Result<_, _>>()?;
    check_calls(&messages)?;
    Ok(messages)
}

/// What the model is given of them.
pub(crate) fn prompt(messages: Vec<Message>) -> Prompt {
    let mut prompt = Prompt::default();
    for message in messages {
        match message {
            Message::Instructions(text) => prompt.add_instructions(&text),
            Message::User(text) => prompt.items.push(Item::User(text)),
            Message::Assistant { text, calls } => {
                if !text.is_empty() {
                    prompt.items.push(Item::Model(text));
                }
                let call = |call: Call| Item::ToolCall { name: call.name, arguments: call.arguments };
                prompt.items.extend(calls.into_iter().map(call));
            }
            Message::Tool { text, .. } => prompt.items.push(Item::ToolOutput(text)),
        }
    }
    prompt
}

fn message(param: &str, value: &Value) -> Result<Message, ApiError> {
    if !value.is_object() {
        return Err(ApiError::wrong_type(param, "an object", value));
    }
    let role = value["role"].as_str().ok_or_else(|| ApiError::missing(&format!("{param}.role")))?;
    let content = || content(&format!("{param}.content"), &value["content"], role);
    match role {
        "system" | "developer" => Ok(Message::Instructions(content()?)),
        "user" => Ok(Message::User(content()?)),
        "assistant" => {
            let calls = value["tool_calls"].as_array().into_iter().flatten().enumerate();
            let calls: Vec<Call> = calls
                .map(|(place, value)| call(&format!("{param}.tool_calls[{place}]"), value))
                .collect::<Result<_, _>>()?;
            // Who calls a function need not say anything.
            let silent = value["content"].is_null() && (!calls.is_empty() || value["refusal"].is_string());
            let text = if silent { String::new() } else { content()? };
            Ok(Message::Assistant { text, calls })
        }
        "tool" => {
            let id = value["tool_call_id"].as_str();
            let id = id.ok_or_else(|| ApiError::missing(&format!("{param}.tool_call_id")))?;
            Ok(Message::Tool { id: id.to_owned(), text: content()? })
        }
        other => {
            let roles = ["system", "assistant", "user", "function", "tool", "developer"];
            Err(ApiError::wrong_value(&format!("{param}.role"), other, &roles))
        }
    }
}

fn content(param: &str, value: &Value, role: &str) -> Result<String, ApiError> {
    let parts = match value {
        Value::String(text) => return Ok(text.clone()),
        Value::Array(parts) => parts,
        Value::Null => {
            let message = format!("Invalid value for 'content': expected a string, got null. ({role})");
            return Err(ApiError { param: Some(param.to_owned()), ..ApiError::new(400, message) });
        }
        other => return Err(ApiError::wrong_type(param, "one of a string or array of objects", other)),
    };
    let kinds: &[&str] = match role {
        "user" => &["text", "image_url", "input_audio", "refusal", "audio", "file"],
        "assistant" => &["text", "refusal"],
        _ => &["text"],
    };
    let mut texts = Vec::new();
    for (place, part) in parts.iter().enumerate() {
        let param = format!("{param}[{place}]");
        let kind = part["type"].as_str().ok_or_else(|| ApiError::missing(&format!("{param}.type")))?;
        // The names of the Responses API, "input_text" and "output_text", are not known here.
        if !kinds.contains(&kind) {
            return Err(ApiError::wrong_value(&param, kind, kinds));
        }
        if kind == "text" {
            let text = part["text"].as_str().ok_or_else(|| ApiError::missing(&format!("{param}.text")))?;
            texts.push(text);
        }
    }
    Ok(texts.join("\n"))
}

fn call(param: &str, value: &Value) -> Result<Call, ApiError> {
    let text = |pointer: &str, name: &str| {
        let text = value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        text.ok_or_else(|| ApiError::missing(&format!("{param}.{name}")))
    };
    text("/type", "type")?;
    Ok(Call {
        id: text("/id", "id")?,
        name: text("/function/name", "function.name")?,
        arguments: text("/function/arguments", "function.arguments")?,
    })
}

/// The outputs of all calls stand directly behind them, and nowhere else.
fn check_calls(messages: &[Message]) -> Result<(), ApiError> {
    let mut open: Vec<&str> = Vec::new();
    let mut known: Vec<&str> = Vec::new();
    for (place, message) in messages.iter().enumerate() {
        if let Message::Tool { id, .. } = message {
            if !known.contains(&id.as_str()) {
                let message = "Invalid parameter: messages with role 'tool' must be a response to a preceeding \
                               message with 'tool_calls'.";
                let param = Some(format!("messages.[{place}].role"));
                return Err(ApiError { param, ..ApiError::new(400, message) });
            }
            open.retain(|waiting| waiting != id);
            continue;
        }
        unanswered(&open)?;
        known.clear();
        if let Message::Assistant { calls, .. } = message {
            known.extend(calls.iter().map(|call| call.id.as_str()));
            open.clone_from(&known);
        }
    }
    unanswered(&open)
}

fn unanswered(open: &[&str]) -> Result<(), ApiError> {
    if open.is_empty() {
        return Ok(());
    }
    let message = format!(
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each \
         'tool_call_id'. The following tool_call_ids did not have response messages: {}",
        open.join(", ")
    );
    Err(ApiError { param: Some("messages".to_owned()), ..ApiError::new(400, message) })
}
