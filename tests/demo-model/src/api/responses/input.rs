//! The `input` of a request: a string or a list of items, brought into one long form.

use crate::api::openai::ApiError;
use serde_json::{Map, Value, json};

/// All input items; none is allowed when there is a chain to go on with.
pub(crate) fn input(fields: &Map<String, Value>, chained: bool) -> Result<Vec<Value>, ApiError> {
    match fields.get("input") {
        None | Some(Value::Null) if chained => Ok(Vec::new()),
        None | Some(Value::Null) => {
            let message = "One of \"input\" or \"previous_response_id\" or 'prompt' or 'conversation' must be \
                           provided.";
            Err(ApiError::about("input", "missing_required_parameter", message))
        }
        Some(Value::String(text)) => Ok(vec![json!({
            "type": "message", "role": "user", "content": [{"type": "input_text", "text": text}],
        })]),
        Some(Value::Array(items)) => items
            .iter()
            .enumerate()
            .map(|(place, item)| input_item(&format!("input[{place}]"), item))
            .collect(),
        Some(other) => Err(ApiError::wrong_type("input", "one of a string or array of input items", other)),
    }
}

fn input_item(param: &str, item: &Value) -> Result<Value, ApiError> {
    let fields = item.as_object().ok_or_else(|| ApiError::wrong_type(param, "an object", item))?;
    let required = |names: &[&str]| match names.iter().find(|name| !fields.contains_key(**name)) {
        Some(name) => Err(ApiError::missing(&format!("{param}.{name}"))),
        None => Ok(item.clone()),
    };
    match item["type"].as_str() {
        None | Some("message") => message(param, item),
        Some("function_call") => required(&["call_id", "name", "arguments"]),
        Some("function_call_output") => required(&["call_id", "output"]),
        Some("reasoning") => required(&["id", "summary"]),
        Some("item_reference") => required(&["id"]),
        Some(other) => {
            let supported =
                ["function_call", "function_call_output", "item_reference", "message", "reasoning"];
            Err(ApiError::wrong_value(&format!("{param}.type"), other, &supported))
        }
    }
}

fn message(param: &str, item: &Value) -> Result<Value, ApiError> {
    let role = item["role"].as_str().ok_or_else(|| ApiError::missing(&format!("{param}.role")))?;
    let roles = ["assistant", "system", "developer", "user"];
    if !roles.contains(&role) {
        return Err(ApiError::wrong_value(&format!("{param}.role"), role, &roles));
    }
    let kinds: &[&str] = if role == "assistant" {
        &["output_text", "refusal"]
    } else {
        &["input_text", "input_image", "input_file"]
    };
    let mut long = item.clone();
    long["type"] = json!("message");
    match &item["content"] {
        Value::String(text) => {
            let kind = kinds.first().copied().unwrap_or_default();
            long["content"] = json!([{"type": kind, "text": text}]);
        }
        Value::Array(parts) => {
            for (place, part) in parts.iter().enumerate() {
                let place = format!("{param}.content[{place}]");
                let kind =
                    part["type"].as_str().ok_or_else(|| ApiError::missing(&format!("{place}.type")))?;
                if !kinds.contains(&kind) {
                    return Err(ApiError::wrong_value(&place, kind, kinds));
                }
                if kind.ends_with("_text") && !part["text"].is_string() {
                    return Err(ApiError::missing(&format!("{place}.text")));
                }
            }
        }
        Value::Null => return Err(ApiError::missing(&format!("{param}.content"))),
        other => {
            let place = format!("{param}.content");
            return Err(ApiError::wrong_type(&place, "one of an array of objects or string", other));
        }
    }
    Ok(long)
}
