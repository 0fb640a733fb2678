//! Tools and structured output, which Responses and Chat Completions describe almost alike: here the one form, with
//! the name of the place where it stands.

use super::{ApiError, params};
use crate::prompt::{Tool, ToolChoice};
use crate::schema;
use serde_json::{Value, json};

/// Checks a format and gives the schema that the answer must fit. `param` is the format's place, `described` the
/// object that holds name and schema, which is the format itself or a part of it.
pub(crate) fn answer_schema(
    param: &str,
    format: &Value,
    described: (&str, &Value),
) -> Result<Option<Value>, ApiError> {
    match format["type"].as_str() {
        None => return Err(ApiError::missing(&format!("{param}.type"))),
        Some("text") => return Ok(None),
        Some("json_object") => return Ok(Some(Value::Null)),
        Some("json_schema") => {}
        Some(other) => {
            let supported = ["json_object", "json_schema", "text"];
            return Err(ApiError::wrong_value(&format!("{param}.type"), other, &supported));
        }
    }
    let (param, described) = described;
    if !described.is_object() {
        return Err(ApiError::missing(param));
    }
    let place = format!("{param}.name");
    let name = described["name"].as_str().ok_or_else(|| ApiError::missing(&place))?;
    params::short(&place, name, 64)?;
    if !is_name(name) {
        let message = format!(
            "Invalid '{place}': string does not match pattern. Expected a string that matches the pattern \
             '^[a-zA-Z0-9_-]+$'."
        );
        return Err(ApiError::about(place, "invalid_value", message));
    }
    let place = format!("{param}.schema");
    if !described["schema"].is_object() {
        return Err(ApiError::missing(&place));
    }
    if described["strict"] == true {
        schema::check(&described["schema"]).map_err(|reason| {
            let message = format!("Invalid schema for response_format '{name}': {reason}");
            ApiError::about(place, "invalid_json_schema", message)
        })?;
    }
    Ok(Some(described["schema"].clone()))
}

/// Checks one function; `param` is the place of the object that holds its name.
pub(crate) fn function(param: &str, function: &Value) -> Result<Tool, ApiError> {
    let place = format!("{param}.name");
    let name = function["name"].as_str().ok_or_else(|| ApiError::missing(&place))?;
    if !is_name(name) || name.chars().count() > 64 {
        let message = format!(
            "Invalid '{place}': string does not match pattern. Expected a string that matches the pattern \
             '^[a-zA-Z0-9_-]+$'."
        );
        return Err(ApiError::about(place, "invalid_value", message));
    }
    let place = format!("{param}.parameters");
    if function["strict"] == true {
        schema::check(&function["parameters"]).map_err(|reason| {
            let message = format!("Invalid schema for function '{name}': {reason}");
            ApiError::about(place, "invalid_function_parameters", message)
        })?;
    }
    let nothing = json!({"type": "object", "properties": {}});
    let parameters = Some(&function["parameters"]).filter(|schema| schema.is_object()).unwrap_or(&nothing);
    Ok(Tool { name: name.to_owned(), parameters: parameters.clone() })
}

/// Reads `tool_choice`; a function's name stands at `name` in it.
pub(crate) fn tool_choice(value: Option<&Value>, name: &str, tools: &[Tool]) -> Result<ToolChoice, ApiError> {
    let Some(value) = value else { return Ok(ToolChoice::Auto) };
    if tools.is_empty() && value != "none" && value != "auto" {
        let message = "Tool choice 'required' must be specified with 'tools' parameter.";
        return Err(ApiError { param: Some("tool_choice".to_owned()), ..ApiError::new(400, message) });
    }
    match value.as_str() {
        Some("auto") => Ok(ToolChoice::Auto),
        Some("none") => Ok(ToolChoice::None),
        Some("required") => Ok(ToolChoice::Any),
        Some(other) => Err(ApiError::wrong_value("tool_choice", other, &["none", "auto", "required"])),
        None => match value.pointer(name).and_then(Value::as_str) {
            Some(name) if tools.iter().any(|tool| tool.name == name) => {
                Ok(ToolChoice::Named(name.to_owned()))
            }
            Some(name) => {
                let message = format!("Tool choice '{name}' not found in 'tools' parameter.");
                Err(ApiError { param: Some("tool_choice".to_owned()), ..ApiError::new(400, message) })
            }
            // Hosted tools are named by their type alone; the demo has none, so it goes on without.
            None => Ok(ToolChoice::Auto),
        },
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-')
}
