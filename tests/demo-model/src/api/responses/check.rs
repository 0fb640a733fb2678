//! What the API refuses in the body of `POST /v1/responses`, as its documentation describes it. Everything that
//! passes here is understood by the rest of the demo.

use super::input::input;
use crate::api::openai::params::{self, Fields};
use crate::api::openai::{ApiError, format, reasons};
use crate::prompt::{Tool, ToolChoice};
use serde_json::Value;

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

#[derive(Clone, Debug)]
pub(crate) struct CheckedRequest {
    /// The body as sent, for the fields that are echoed.
    pub(crate) body: Value,
    /// The new input, every message in its long form.
    pub(crate) input: Vec<Value>,
    pub(crate) previous: Option<String>,
    pub(crate) max_output_tokens: Option<u64>,
    pub(crate) store: bool,
    pub(crate) stream: bool,
    pub(crate) obfuscation: bool,
    pub(crate) tools: Vec<Tool>,
    pub(crate) tool_choice: ToolChoice,
    pub(crate) answer_schema: Option<Value>,
}

/// Reads the body, or says what is wrong with it.
pub(crate) fn check(body: Value) -> Result<CheckedRequest, ApiError> {
    let Some(fields) = body.as_object() else { return Err(ApiError::not_json()) };
    params::known(fields, &PARAMETERS)?;
    let model = params::model(fields)?;
    params::text(fields, "instructions")?;
    let (stream, obfuscation) = params::stream(fields)?;
    sampling(fields, model)?;
    params::metadata(fields)?;
    params::choice("truncation", fields.get("truncation"), &["auto", "disabled"])?;
    let efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];
    params::choice("reasoning.effort", body["reasoning"].get("effort"), &efforts)?;
    params::choice("text.verbosity", body["text"].get("verbosity"), &["low", "medium", "high"])?;
    let max_output_tokens = params::at_least(fields, "max_output_tokens", 16)?;
    let tools = tools(fields)?;
    let tool_choice = format::tool_choice(params::given(fields, "tool_choice"), "/name", &tools)?;
    let answer_schema = match body["text"].get("format").filter(|format| !format.is_null()) {
        Some(format) => format::answer_schema("text.format", format, ("text.format", format))?,
        None => None,
    };
    let previous = previous(fields)?;
    let input = input(fields, previous.is_some())?;
    let store = params::flag(fields, "store")?.unwrap_or(true);
    Ok(CheckedRequest {
        input,
        previous,
        max_output_tokens,
        store,
        stream,
        obfuscation,
        tools,
        tool_choice,
        answer_schema,
        body,
    })
}

/// Checks that belong to the whole chain and not to one request.
pub(crate) fn check_chain(chain: &[Value], input: &[Value]) -> Result<(), ApiError> {
    if let Some(last) = chain.last()
        && last["type"] == "reasoning"
    {
        let id = last["id"].as_str().unwrap_or_default();
        let message =
            format!("Item '{id}' of type 'reasoning' was provided without its required following item.");
        return Err(ApiError { param: Some("input".to_owned()), ..ApiError::new(400, message) });
    }
    let all = || chain.iter().chain(input);
    for call in all().filter(|item| item["type"] == "function_call") {
        let answered =
            |item: &Value| item["type"] == "function_call_output" && item["call_id"] == call["call_id"];
        if !all().any(answered) {
            let id = call["call_id"].as_str().unwrap_or_default();
            let message = format!("No tool output found for function call {id}.");
            return Err(ApiError { param: Some("input".to_owned()), ..ApiError::new(400, message) });
        }
    }
    for output in input.iter().filter(|item| item["type"] == "function_call_output") {
        let request = |item: &Value| item["type"] == "function_call" && item["call_id"] == output["call_id"];
        if !all().any(request) {
            let id = output["call_id"].as_str().unwrap_or_default();
            let message = format!("No tool call found for function call output with call_id {id}.");
            return Err(ApiError { param: Some("input".to_owned()), ..ApiError::new(400, message) });
        }
    }
    Ok(())
}

fn sampling(fields: &Fields, model: &str) -> Result<(), ApiError> {
    for (name, highest) in [("temperature", 2), ("top_p", 1)] {
        if params::decimal(fields, name, 0, highest)?.is_some() && reasons(model) {
            let message = format!("Unsupported parameter: '{name}' is not supported with this model.");
            return Err(ApiError { param: Some(name.to_owned()), ..ApiError::new(400, message) });
        }
    }
    Ok(())
}

fn tools(fields: &Fields) -> Result<Vec<Tool>, ApiError> {
    let Some(value) = params::given(fields, "tools") else { return Ok(Vec::new()) };
    let listed =
        value.as_array().ok_or_else(|| ApiError::wrong_type("tools", "an array of objects", value))?;
    let mut tools = Vec::new();
    for (place, tool) in listed.iter().enumerate() {
        match tool["type"].as_str() {
            None => return Err(ApiError::missing(&format!("tools[{place}].type"))),
            // The nested form belongs to Chat Completions; here the name stands at the top of the tool.
            Some("function") => tools.push(format::function(&format!("tools[{place}]"), tool)?),
            Some(_) => {}
        }
    }
    Ok(tools)
}

fn previous(fields: &Fields) -> Result<Option<String>, ApiError> {
    let previous = params::text(fields, "previous_response_id")?;
    if previous.is_some() && fields.get("conversation").is_some_and(|value| !value.is_null()) {
        let message = "Mutually exclusive parameters: 'previous_response_id' and 'conversation'. Ensure you are \
                       only providing one of: 'previous_response_id' or 'conversation'.";
        return Err(ApiError {
            code: Some("mutually_exclusive_parameters"),
            param: None,
            ..ApiError::new(400, message)
        });
    }
    if previous == Some("") {
        let message = "Invalid 'previous_response_id': ''. Expected an ID that begins with 'resp'.";
        return Err(ApiError::about("previous_response_id", "invalid_value", message));
    }
    Ok(previous.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn refused(body: Value, param: &str, code: &str) {
        let error = check(body).expect_err("must be refused");
        assert_eq!(error.status, 400);
        assert_eq!(error.param.as_deref().unwrap_or("null"), param, "{}", error.message);
        assert_eq!(error.code.unwrap_or("null"), code, "{}", error.message);
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
        let request = check(json!({"model": "m", "input": "hi"})).unwrap();
        assert_eq!(request.input[0]["content"][0]["text"], "hi");
        assert!(request.store && !request.stream && request.obfuscation);
        let request =
            check(json!({"model": "m", "input": [{"role": "assistant", "content": "hello"}]})).unwrap();
        assert_eq!(request.input[0]["content"][0], json!({"type": "output_text", "text": "hello"}));
    }
}
