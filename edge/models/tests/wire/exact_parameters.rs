//! Every parameter at once, those of `bots.toml` alone included, as each API is sent it: exactly so, and nothing where nothing is
//! set. The model is one that no family knows, so nothing is left out but what an API does not have.

use std::collections::BTreeMap;

use models::{Api, Endpoint, Item, Parameters, Schema, ToolChoice, Turn};
use serde_json::{Value, json};

use crate::samples;

fn everything() -> Parameters {
    Parameters {
        temperature: Some(0.7),
        top_p: Some(0.9),
        frequency_penalty: Some(0.5),
        presence_penalty: Some(-1.5),
        max_output_tokens: Some(300),
        stop: vec!["END".to_owned(), "끝".to_owned()],
        reasoning_effort: Some("low".to_owned()),
        thinking_budget: Some(256),
        verbosity: Some("high".to_owned()),
        logit_bias: BTreeMap::from([(13, -100), (1_234, 5)]),
        tool_choice: Some(ToolChoice::Required),
    }
}

/// The body without what is asked.
fn parameters(api: Api, turn: &Turn) -> Value {
    let base_url = "http://localhost:11434/v1".to_owned();
    let request = api.request(turn, &Endpoint { base_url, model: "qwen3:8b".to_owned() });
    let mut body: Value = serde_json::from_str(&request.body).unwrap();
    let asked = ["model", "input", "messages", "contents", "tools", "stream", "stream_options", "store"];
    body.as_object_mut().unwrap().retain(|name, _| !asked.contains(&name.as_str()));
    body
}

#[test]
fn case_211_every_parameter_of_bots_toml_is_sent_exactly_so() {
    let input = vec![Item::user("hi")];
    let with_tools = Turn {
        input: input.clone(),
        parameters: everything(),
        tools: samples::with_tools().tools,
        ..Turn::default()
    };
    let schema = json!({"type": "object", "properties": {}, "required": [], "additionalProperties": false});
    let with_schema = Turn {
        input: input.clone(),
        parameters: Parameters { tool_choice: Some(ToolChoice::Required), ..Parameters::default() },
        schema: Some(Schema { name: "fields".to_owned(), schema: schema.clone().into() }),
        ..Turn::default()
    };
    let form =
        |value: Value| json!({"type": "json_schema", "name": "fields", "schema": value, "strict": true});
    for (api, tools, schema) in [
        (
            Api::Responses,
            json!({"temperature": 0.7, "top_p": 0.9, "max_output_tokens": 300, "reasoning": {"effort": "low"},
                "text": {"verbosity": "high"}, "tool_choice": "required"}),
            json!({"text": {"format": form(schema.clone())}}),
        ),
        (
            Api::ChatCompletions,
            json!({"temperature": 0.7, "top_p": 0.9, "frequency_penalty": 0.5, "presence_penalty": -1.5,
                "max_tokens": 300, "stop": ["END", "끝"], "reasoning_effort": "low", "verbosity": "high",
                "logit_bias": {"13": -100, "1234": 5}, "tool_choice": "required"}),
            json!({"response_format": {"type": "json_schema",
                "json_schema": {"name": "fields", "schema": schema.clone(), "strict": true}}}),
        ),
        (
            Api::Gemini,
            json!({"toolConfig": {"functionCallingConfig": {"mode": "ANY"}}, "generationConfig": {
                "temperature": 0.7, "topP": 0.9, "frequencyPenalty": 0.5, "presencePenalty": -1.5,
                "maxOutputTokens": 300, "stopSequences": ["END", "끝"], "thinkingConfig": {"thinkingBudget": 256}}}),
            json!({"generationConfig": {"responseMimeType": "application/json", "responseJsonSchema": schema.clone()}}),
        ),
    ] {
        assert_eq!(parameters(api, &with_tools), tools, "{api:?}");
        assert_eq!(parameters(api, &with_schema), schema, "{api:?}: no tools, so nothing chooses one");
        let bare = Turn { input: input.clone(), ..Turn::default() };
        assert_eq!(parameters(api, &bare), json!({}), "{api:?}");
    }
}
