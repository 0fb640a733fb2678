//! What Chat Completions refuses, and what it takes.

use super::*;
use serde_json::json;

#[track_caller]
fn refused(more: Value, param: &str, code: &str) {
    let mut body = json!({"model": "gpt-4.1-mini", "messages": [{"role": "user", "content": "hi"}]});
    for (name, value) in more.as_object().unwrap() {
        body[name.as_str()] = value.clone();
    }
    let error = check(&body).expect_err("must be refused");
    assert_eq!(error.status, 400);
    assert_eq!(error.param.as_deref().unwrap_or("null"), param, "{}", error.message);
    assert_eq!(error.code.unwrap_or("null"), code, "{}", error.message);
}

#[test]
fn refuses_what_the_api_refuses() {
    refused(json!({"instructions": "x"}), "instructions", "unknown_parameter");
    refused(json!({"max_output_tokens": 16}), "max_output_tokens", "unknown_parameter");
    refused(json!({"messages": null}), "messages", "missing_required_parameter");
    refused(json!({"messages": []}), "messages", "empty_array");
    refused(json!({"model": "gpt-5-mini", "temperature": 0.5}), "temperature", "unsupported_value");
    refused(json!({"model": "gpt-5-mini", "max_tokens": 50}), "max_tokens", "unsupported_parameter");
    refused(json!({"model": "o4-mini", "stop": "x"}), "stop", "unsupported_parameter");
    refused(json!({"model": "gpt-5", "presence_penalty": 1}), "presence_penalty", "unsupported_parameter");
    refused(json!({"frequency_penalty": 2.5}), "frequency_penalty", "decimal_above_max_value");
    refused(json!({"stop": ["1", "2", "3", "4", "5"]}), "stop", "array_above_max_length");
    refused(json!({"verbosity": "chatty"}), "verbosity", "invalid_value");
    refused(json!({"reasoning_effort": "much"}), "reasoning_effort", "invalid_value");
    refused(json!({"stream_options": {"include_usage": true}}), "stream_options", "null");
    refused(json!({"response_format": {"type": "json_object"}}), "messages", "null");
    let flat = json!({"type": "function", "name": "look", "parameters": {}});
    refused(json!({"tools": [flat]}), "tools[0].function", "missing_required_parameter");
    let unnamed = json!({"type": "json_schema", "json_schema": {"schema": {}}});
    refused(
        json!({"response_format": unnamed}),
        "response_format.json_schema.name",
        "missing_required_parameter",
    );
    let open = json!({"name": "card", "strict": true, "schema": {"type": "object", "properties": {"a": {}}}});
    refused(
        json!({"response_format": {"type": "json_schema", "json_schema": open}}),
        "response_format.json_schema.schema",
        "invalid_json_schema",
    );
}

#[test]
fn a_local_model_takes_every_parameter() {
    let request = check(&json!({
        "model": "llama3.2", "messages": [{"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "hi"}]}],
        "temperature": 0.3, "top_p": 0.9, "frequency_penalty": -1, "presence_penalty": 1, "stop": ["\n"],
        "max_tokens": 20, "stream": true, "stream_options": {"include_usage": true}, "seed": 1,
    }))
    .unwrap();
    assert_eq!(
        (request.token_limit, request.usage, request.prompt.instructions.as_str()),
        (Some(20), true, "Be brief.")
    );
    assert_eq!(request.stop_sequences, ["\n"]);
}
