//! What the API refuses in the body of `POST /v1/responses`, as its documentation describes it. Everything that
//! passes here is understood by the rest of the demo.

use super::input::input;
use super::problem::Problem;
use super::schema;
use serde_json::{Map, Value};

/// The parameters of the published `CreateResponse` schema; any other is refused, as the API does. There are no
/// `stop`, `frequency_penalty` or `presence_penalty` among them.
const PARAMETERS: [&str; 31] = [
    "background",
    "context_management",
    "conversation",
    "include",
    "input",
    "instructions",
    "max_output_tokens",
    "max_tool_calls",
    "metadata",
    "model",
    "moderation",
    "parallel_tool_calls",
    "previous_response_id",
    "prompt",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "reasoning",
    "safety_identifier",
    "service_tier",
    "store",
    "stream",
    "stream_options",
    "temperature",
    "text",
    "tool_choice",
    "tools",
    "top_logprobs",
    "top_p",
    "truncation",
    "user",
];

/// A checked request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The body as sent, for the fields that are echoed.
    pub(crate) body: Value,
    /// The new input, every message in its long form.
    pub(crate) input: Vec<Value>,
    pub(crate) previous: Option<String>,
    pub(crate) max_output_tokens: Option<u64>,
    pub(crate) store: bool,
    pub(crate) stream: bool,
    pub(crate) obfuscation: bool,
}

/// Reads the body, or says what is wrong with it.
pub(crate) fn check(body: Value) -> Result<Asked, Problem> {
    let Some(fields) = body.as_object() else { return Err(Problem::not_json()) };
    if let Some(unknown) = fields.keys().find(|key| !PARAMETERS.contains(&key.as_str())) {
        let message = format!("Unknown parameter: '{unknown}'.");
        return Err(Problem::about(unknown, "unknown_parameter", message));
    }
    let model = text(fields, "model")?.ok_or_else(|| Problem::missing("model"))?;
    if model.is_empty() {
        return Err(Problem::missing("model"));
    }
    text(fields, "instructions")?;
    for limited in ["safety_identifier", "prompt_cache_key"] {
        if let Some(value) = text(fields, limited)? {
            short(limited, value, 64)?;
        }
    }
    sampling(fields, model)?;
    metadata(fields)?;
    tools(fields)?;
    text_format(fields)?;
    if let Some(truncation) = text(fields, "truncation")?
        && !["auto", "disabled"].contains(&truncation)
    {
        return Err(Problem::wrong_value("truncation", truncation, &["auto", "disabled"]));
    }
    let max_output_tokens = match fields.get("max_output_tokens") {
        None | Some(Value::Null) => None,
        Some(value) => {
            let number = value
                .as_i64()
                .ok_or_else(|| Problem::wrong_type("max_output_tokens", "an integer", value))?;
            Some(u64::try_from(number).ok().filter(|number| *number >= 16).ok_or_else(|| {
                let message = format!(
                    "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got \
                     {number} instead."
                );
                Problem::about("max_output_tokens", "integer_below_min_value", message)
            })?)
        }
    };
    let stream = flag(fields, "stream")?.unwrap_or(false);
    let options = fields.get("stream_options").filter(|value| !value.is_null());
    if options.is_some() && !stream {
        let message = "The 'stream_options' parameter is only allowed when 'stream' is enabled.";
        return Err(Problem {
            param: Some("stream_options".to_owned()),
            code: None,
            ..Problem::new(400, message)
        });
    }
    let obfuscation = options.and_then(|value| value.get("include_obfuscation")?.as_bool()).unwrap_or(true);
    let previous = previous(fields)?;
    let input = input(fields, previous.is_some())?;
    let store = flag(fields, "store")?.unwrap_or(true);
    Ok(Asked { input, previous, max_output_tokens, store, stream, obfuscation, body })
}

/// Checks that belong to the whole chain and not to one request.
pub(crate) fn check_chain(chain: &[Value], input: &[Value]) -> Result<(), Problem> {
    if let Some(last) = chain.last()
        && last["type"] == "reasoning"
    {
        let id = last["id"].as_str().unwrap_or_default();
        let message =
            format!("Item '{id}' of type 'reasoning' was provided without its required following item.");
        return Err(Problem { param: Some("input".to_owned()), ..Problem::new(400, message) });
    }
    let all = || chain.iter().chain(input);
    for call in all().filter(|item| item["type"] == "function_call") {
        let answered =
            |item: &Value| item["type"] == "function_call_output" && item["call_id"] == call["call_id"];
        if !all().any(answered) {
            let id = call["call_id"].as_str().unwrap_or_default();
            let message = format!("No tool output found for function call {id}.");
            return Err(Problem { param: Some("input".to_owned()), ..Problem::new(400, message) });
        }
    }
    for output in input.iter().filter(|item| item["type"] == "function_call_output") {
        let asked = |item: &Value| item["type"] == "function_call" && item["call_id"] == output["call_id"];
        if !all().any(asked) {
            let id = output["call_id"].as_str().unwrap_or_default();
            let message = format!("No tool call found for function call output with call_id {id}.");
            return Err(Problem { param: Some("input".to_owned()), ..Problem::new(400, message) });
        }
    }
    Ok(())
}

fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, Problem> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(Problem::wrong_type(name, "a string", other)),
    }
}

fn flag(fields: &Map<String, Value>, name: &str) -> Result<Option<bool>, Problem> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(other) => Err(Problem::wrong_type(name, "a boolean", other)),
    }
}

fn short(param: &str, value: &str, limit: usize) -> Result<(), Problem> {
    let length = value.chars().count();
    if length <= limit {
        return Ok(());
    }
    let message = format!(
        "Invalid '{param}': string too long. Expected a string with maximum length {limit}, but got a string \
         with length {length} instead."
    );
    Err(Problem::about(param, "string_above_max_length", message))
}

fn sampling(fields: &Map<String, Value>, model: &str) -> Result<(), Problem> {
    let reasons = ["gpt-5", "gpt-6", "o1", "o3", "o4"].iter().any(|family| model.starts_with(family));
    for (name, highest) in [("temperature", 2.0), ("top_p", 1.0)] {
        let Some(value) = fields.get(name).filter(|value| !value.is_null()) else { continue };
        let number = value.as_f64().ok_or_else(|| Problem::wrong_type(name, "a decimal number", value))?;
        let beyond = if number < 0.0 {
            Some(("below minimum", "decimal_below_min_value", ">= 0"))
        } else if number > highest {
            let limit = if highest > 1.0 { "<= 2" } else { "<= 1" };
            Some(("above maximum", "decimal_above_max_value", limit))
        } else {
            None
        };
        if let Some((where_, code, limit)) = beyond {
            let message = format!(
                "Invalid '{name}': decimal {where_} value. Expected a value {limit}, but got {value} instead."
            );
            return Err(Problem::about(name, code, message));
        }
        if reasons {
            let message = format!("Unsupported parameter: '{name}' is not supported with this model.");
            return Err(Problem { param: Some(name.to_owned()), ..Problem::new(400, message) });
        }
    }
    Ok(())
}

fn metadata(fields: &Map<String, Value>) -> Result<(), Problem> {
    let Some(value) = fields.get("metadata").filter(|value| !value.is_null()) else { return Ok(()) };
    let pairs = value.as_object().ok_or_else(|| Problem::wrong_type("metadata", "an object", value))?;
    if pairs.len() > 16 {
        let message = format!(
            "Invalid 'metadata': too many properties. Expected an object with at most 16 properties, but got an \
             object with {} properties instead.",
            pairs.len()
        );
        return Err(Problem::about("metadata", "object_above_max_properties", message));
    }
    for (key, value) in pairs {
        let param = format!("metadata.{key}");
        short(&param, key, 64)?;
        short(&param, value.as_str().ok_or_else(|| Problem::wrong_type(&param, "a string", value))?, 512)?;
    }
    Ok(())
}

fn tools(fields: &Map<String, Value>) -> Result<(), Problem> {
    let Some(value) = fields.get("tools").filter(|value| !value.is_null()) else { return Ok(()) };
    let tools = value.as_array().ok_or_else(|| Problem::wrong_type("tools", "an array of objects", value))?;
    for (place, tool) in tools.iter().enumerate() {
        match tool["type"].as_str() {
            None => return Err(Problem::missing(&format!("tools[{place}].type"))),
            Some("function") => {}
            Some(_) => continue,
        }
        // The nested form belongs to Chat Completions; here the name stands at the top of the tool.
        let Some(name) = tool["name"].as_str() else {
            return Err(Problem::missing(&format!("tools[{place}].name")));
        };
        if tool["strict"] == true {
            schema::check(&tool["parameters"]).map_err(|reason| {
                Problem::about(
                    format!("tools[{place}].parameters"),
                    "invalid_function_parameters",
                    format!("Invalid schema for function '{name}': {reason}"),
                )
            })?;
        }
    }
    Ok(())
}

fn text_format(fields: &Map<String, Value>) -> Result<(), Problem> {
    let Some(format) =
        fields.get("text").and_then(|text| text.get("format")).filter(|value| !value.is_null())
    else {
        return Ok(());
    };
    match format["type"].as_str() {
        None => return Err(Problem::missing("text.format.type")),
        Some("text" | "json_object") => return Ok(()),
        Some("json_schema") => {}
        Some(other) => {
            let supported = ["json_object", "json_schema", "text"];
            return Err(Problem::wrong_value("text.format.type", other, &supported));
        }
    }
    let Some(name) = format["name"].as_str() else { return Err(Problem::missing("text.format.name")) };
    short("text.format.name", name, 64)?;
    if !name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-') {
        let message = "Invalid 'text.format.name': string does not match pattern. Expected a string that \
                       matches the pattern '^[a-zA-Z0-9_-]+$'.";
        return Err(Problem::about("text.format.name", "invalid_value", message));
    }
    if !format["schema"].is_object() {
        return Err(Problem::missing("text.format.schema"));
    }
    if format["strict"] == true {
        schema::check(&format["schema"]).map_err(|reason| {
            let message = format!("Invalid schema for response_format '{name}': {reason}");
            Problem::about("text.format.schema", "invalid_json_schema", message)
        })?;
    }
    Ok(())
}

fn previous(fields: &Map<String, Value>) -> Result<Option<String>, Problem> {
    let previous = text(fields, "previous_response_id")?;
    if previous.is_some() && fields.get("conversation").is_some_and(|value| !value.is_null()) {
        let message = "Mutually exclusive parameters: 'previous_response_id' and 'conversation'. Ensure you are \
                       only providing one of: 'previous_response_id' or 'conversation'.";
        return Err(Problem {
            code: Some("mutually_exclusive_parameters"),
            param: None,
            ..Problem::new(400, message)
        });
    }
    if previous == Some("") {
        let message = "Invalid 'previous_response_id': ''. Expected an ID that begins with 'resp'.";
        return Err(Problem::about("previous_response_id", "invalid_value", message));
    }
    Ok(previous.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn refused(body: Value, param: &str, code: &str) {
        let problem = check(body).expect_err("must be refused");
        assert_eq!(problem.status, 400);
        assert_eq!(problem.param.as_deref().unwrap_or("null"), param, "{}", problem.message);
        assert_eq!(problem.code.unwrap_or("null"), code, "{}", problem.message);
    }

    #[test]
    fn refuses_what_the_api_refuses() {
        refused(json!({"input": "hi"}), "model", "missing_required_parameter");
        refused(json!({"model": "m"}), "input", "missing_required_parameter");
        refused(json!({"model": "m", "input": "hi", "stop": ["x"]}), "stop", "unknown_parameter");
        refused(
            json!({"model": "m", "input": "hi", "max_output_tokens": 15}),
            "max_output_tokens",
            "integer_below_min_value",
        );
        refused(
            json!({"model": "m", "input": "hi", "previous_response_id": "resp_1", "conversation": "conv_1"}),
            "null",
            "mutually_exclusive_parameters",
        );
        refused(
            json!({"model": "m", "input": [{"role": "robot", "content": "hi"}]}),
            "input[0].role",
            "invalid_value",
        );
        refused(
            json!({"model": "m", "input": [{"role": "assistant", "content": [{"type": "input_text", "text": "x"}]}]}),
            "input[0].content[0]",
            "invalid_value",
        );
        refused(json!({"model": "gpt-5-mini", "input": "hi", "temperature": 1}), "temperature", "null");
        refused(
            json!({"model": "m", "input": "hi", "temperature": 2.5}),
            "temperature",
            "decimal_above_max_value",
        );
        refused(
            json!({"model": "m", "input": "hi", "safety_identifier": "x".repeat(65)}),
            "safety_identifier",
            "string_above_max_length",
        );
    }

    #[test]
    fn a_string_and_the_easy_form_become_messages() {
        let asked = check(json!({"model": "m", "input": "hi"})).unwrap();
        assert_eq!(asked.input[0]["content"][0]["text"], "hi");
        assert!(asked.store && !asked.stream && asked.obfuscation);
        let asked =
            check(json!({"model": "m", "input": [{"role": "assistant", "content": "hello"}]})).unwrap();
        assert_eq!(asked.input[0]["content"][0], json!({"type": "output_text", "text": "hello"}));
    }
}
