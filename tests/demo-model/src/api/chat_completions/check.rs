//! What Chat Completions refuses in the body of a request, as its documentation describes it.

use super::messages::{messages, prompt};
use crate::api::openai::params::{self, Fields, given};
use crate::api::openai::{ApiError, format, reasons};
use crate::prompt::{Prompt, Tool};
use serde_json::Value;

/// The documented parameters; any other is refused, as the API does.
const PARAMETERS: [&str; 37] = [
    "audio",
    "frequency_penalty",
    "function_call",
    "functions",
    "logit_bias",
    "logprobs",
    "max_completion_tokens",
    "max_tokens",
    "messages",
    "metadata",
    "modalities",
    "model",
    "moderation",
    "n",
    "parallel_tool_calls",
    "prediction",
    "presence_penalty",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "reasoning_effort",
    "response_format",
    "safety_identifier",
    "seed",
    "service_tier",
    "stop",
    "store",
    "stream",
    "stream_options",
    "temperature",
    "tool_choice",
    "tools",
    "top_logprobs",
    "top_p",
    "user",
    "verbosity",
    "web_search_options",
];

#[derive(Clone, Debug)]
pub(crate) struct CheckedRequest {
    pub(crate) model: String,
    pub(crate) prompt: Prompt,
    pub(crate) token_limit: Option<u64>,
    pub(crate) stop_sequences: Vec<String>,
    pub(crate) stream: bool,
    pub(crate) padded: bool,
    /// Whether the stream tells its usage.
    pub(crate) usage: bool,
}

/// Reads the body, or says what is wrong with it.
pub(crate) fn check(body: &Value) -> Result<CheckedRequest, ApiError> {
    let Some(fields) = body.as_object() else { return Err(ApiError::not_json()) };
    params::known(fields, &PARAMETERS)?;
    let model = params::model(fields)?.to_owned();
    let (stream, padded) = params::stream(fields)?;
    params::text(fields, "user")?;
    params::metadata(fields)?;
    sampling(fields, &model)?;
    let efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];
    params::choice("reasoning_effort", fields.get("reasoning_effort"), &efforts)?;
    params::choice("verbosity", fields.get("verbosity"), &["low", "medium", "high"])?;
    if params::at_least(fields, "n", 1)?.is_some_and(|choices| choices > 1) {
        return Err(ApiError::about("n", "unsupported_value", "The demo gives one choice."));
    }
    let token_limit = token_limit(fields, &model)?;
    let stop_sequences = stop_sequences(fields, &model)?;
    let listed = given(fields, "messages").ok_or_else(|| ApiError::missing("messages"))?;
    let messages = messages(listed)?;
    let tools = tools(fields)?;
    let tool_choice = format::tool_choice(given(fields, "tool_choice"), "/function/name", &tools)?;
    let answer_schema = match given(fields, "response_format") {
        Some(format) => {
            let described = ("response_format.json_schema", &format["json_schema"]);
            format::answer_schema("response_format", format, described)?
        }
        None => None,
    };
    if answer_schema == Some(Value::Null) && !listed.to_string().to_lowercase().contains("json") {
        let message = "'messages' must contain the word 'json' in some form, to use 'response_format' of type \
                       'json_object'.";
        return Err(ApiError { param: Some("messages".to_owned()), ..ApiError::new(400, message) });
    }
    let prompt = Prompt { tools, tool_choice, answer_schema, ..prompt(messages) };
    let usage = body["stream_options"]["include_usage"] == true;
    Ok(CheckedRequest { model, prompt, token_limit, stop_sequences, stream, padded, usage })
}

/// Numbers within their limits, and none of them for a model that reasons.
fn sampling(fields: &Fields, model: &str) -> Result<(), ApiError> {
    for (name, lowest, highest, usual) in [
        ("temperature", 0, 2, Some(1.0)),
        ("top_p", 0, 1, None),
        ("frequency_penalty", -2, 2, None),
        ("presence_penalty", -2, 2, None),
    ] {
        let Some(number) = params::decimal(fields, name, lowest, highest)? else { continue };
        if !reasons(model) {
            continue;
        }
        match usual {
            // The default may be said aloud.
            Some(usual) if (number - usual).abs() < f64::EPSILON => {}
            Some(_) => {
                let value = fields.get(name).unwrap_or(&Value::Null);
                let message = format!(
                    "Unsupported value: '{name}' does not support {value} with this model. Only the default (1) \
                     value is supported."
                );
                return Err(ApiError::about(name, "unsupported_value", message));
            }
            None => return Err(unsupported(name, "")),
        }
    }
    Ok(())
}

fn unsupported(name: &str, advice: &str) -> ApiError {
    let message = format!("Unsupported parameter: '{name}' is not supported with this model.{advice}");
    ApiError::about(name, "unsupported_parameter", message)
}

/// The token limit has two names: the old one is not for models that reason.
fn token_limit(fields: &Fields, model: &str) -> Result<Option<u64>, ApiError> {
    let old = params::at_least(fields, "max_tokens", 1)?;
    let new = params::at_least(fields, "max_completion_tokens", 1)?;
    if old.is_some() && new.is_some() {
        let message = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.";
        return Err(ApiError::about("max_tokens", "invalid_parameter_combination", message));
    }
    if old.is_some() && reasons(model) {
        return Err(unsupported("max_tokens", " Use 'max_completion_tokens' instead."));
    }
    Ok(old.or(new))
}

/// `stop` is a text or up to four of them.
fn stop_sequences(fields: &Fields, model: &str) -> Result<Vec<String>, ApiError> {
    let Some(value) = given(fields, "stop") else { return Ok(Vec::new()) };
    if reasons(model) {
        return Err(unsupported("stop", ""));
    }
    let listed = match value {
        Value::String(text) => return Ok(vec![text.clone()]),
        Value::Array(listed) => listed,
        other => return Err(ApiError::wrong_type("stop", "one of a string or array of strings", other)),
    };
    if listed.len() > 4 {
        let message = format!(
            "Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with \
             length {} instead.",
            listed.len()
        );
        return Err(ApiError::about("stop", "array_above_max_length", message));
    }
    let text = |(place, value): (usize, &Value)| match value.as_str() {
        Some(text) => Ok(text.to_owned()),
        None => Err(ApiError::wrong_type(&format!("stop[{place}]"), "a string", value)),
    };
    listed.iter().enumerate().map(text).collect()
}

fn tools(fields: &Fields) -> Result<Vec<Tool>, ApiError> {
    let Some(value) = given(fields, "tools") else { return Ok(Vec::new()) };
    let listed =
        value.as_array().ok_or_else(|| ApiError::wrong_type("tools", "an array of objects", value))?;
    let mut tools = Vec::new();
    for (place, tool) in listed.iter().enumerate() {
        match tool["type"].as_str() {
            None => return Err(ApiError::missing(&format!("tools[{place}].type"))),
            Some("function") => {}
            Some("custom") => continue,
            Some(other) => {
                let param = format!("tools[{place}].type");
                return Err(ApiError::wrong_value(&param, other, &["function", "custom"]));
            }
        }
        // The flat form belongs to Responses; here the function is an object of its own.
        let param = format!("tools[{place}].function");
        if !tool["function"].is_object() {
            return Err(ApiError::missing(&param));
        }
        tools.push(format::function(&param, &tool["function"])?);
    }
    Ok(tools)
}

#[cfg(test)]
mod tests;
