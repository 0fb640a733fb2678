//! A [`Turn`] as a request. What the turn leaves open is not in the body: servers refuse fields that they do not know.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use shared::ordered_json::OrderedJson;

use super::message::Message;
use crate::http::{Endpoint, HttpRequest, finite, non_empty};
use crate::turn::{Schema, Tool, ToolChoice, Turn};

/// The POST that asks for a streamed answer. Equal turns give bodies that are equal byte by byte.
pub fn request(turn: &Turn, endpoint: &Endpoint) -> HttpRequest {
    let parameters = &turn.parameters;
    let is_openai = endpoint.is_openai();
    // OpenAI has deprecated `max_tokens`, and its reasoning models refuse it wherever they are served. Most other servers
    // know nothing else, and some of them ignore what they do not know: the limit would be lost.
    let (max_completion_tokens, max_tokens) = if is_openai || reasons(&endpoint.model) {
        (parameters.max_output_tokens, None)
    } else {
        (None, parameters.max_output_tokens)
    };
    let body = Body {
        model: &endpoint.model,
        messages: Message::all(turn),
        tools: turn.tools.iter().map(|tool| ToolField::of(tool, is_openai)).collect(),
        tool_choice: turn.tool_choice().map(ToolChoiceField::of),
        response_format: turn.schema.as_ref().map(ResponseFormat::of),
        stream: true,
        stream_options: StreamOptions { include_usage: true },
        temperature: finite(parameters.temperature),
        top_p: finite(parameters.top_p),
        frequency_penalty: finite(parameters.frequency_penalty),
        presence_penalty: finite(parameters.presence_penalty),
        logit_bias: &parameters.logit_bias,
        max_completion_tokens,
        max_tokens,
        stop: parameters.stop.iter().map(String::as_str).filter(|text| !text.is_empty()).collect(),
        reasoning_effort: non_empty(&parameters.reasoning_effort),
        verbosity: non_empty(&parameters.verbosity),
        safety_identifier: non_empty(&turn.safety_identifier).filter(|_| is_openai),
        prompt_cache_key: non_empty(&turn.cache_key).filter(|_| is_openai),
    };
    HttpRequest::post(endpoint.url("chat/completions"), "text/event-stream", &body)
}

/// Whether it is one of OpenAI's models that reason.
fn reasons(model: &str) -> bool {
    let name = model.rsplit('/').next().unwrap_or_default();
    ["gpt-5", "gpt-6", "o1", "o3", "o4"].iter().any(|family| name.starts_with(family))
}

/// The order of these fields is the order in the body.
#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: Vec<Message<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<ToolField<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<ToolChoiceField<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<ResponseFormat<'a>>,
    stream: bool,
    stream_options: StreamOptions,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frequency_penalty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    presence_penalty: Option<f64>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    logit_bias: &'a BTreeMap<u32, i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stop: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_effort: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verbosity: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    safety_identifier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt_cache_key: Option<&'a str>,
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

#[derive(Serialize)]
struct ToolField<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    function: Function<'a>,
}

#[derive(Serialize)]
struct Function<'a> {
    name: &'a str,
    description: &'a str,
    parameters: &'a Value,
    /// The schemas are in the strict subset for all. Only the API's own servers are asked to hold the model to it: others
    /// refuse the word.
    #[serde(skip_serializing_if = "Option::is_none")]
    strict: Option<bool>,
}

impl<'a> ToolField<'a> {
    fn of(tool: &'a Tool, is_openai: bool) -> Self {
        let function = Function {
            name: &tool.name,
            description: &tool.description,
            parameters: &tool.parameters,
            strict: is_openai.then_some(true),
        };
        Self { kind: "function", function }
    }
}

/// Whether the model calls tools: a word, or the tool that it must call.
#[derive(Serialize)]
#[serde(untagged)]
enum ToolChoiceField<'a> {
    Word(&'static str),
    Function {
        #[serde(rename = "type")]
        kind: &'static str,
        function: FunctionName<'a>,
    },
}

#[derive(Serialize)]
struct FunctionName<'a> {
    name: &'a str,
}

impl<'a> ToolChoiceField<'a> {
    fn of(choice: &'a ToolChoice) -> Self {
        match choice {
            ToolChoice::Auto => Self::Word("auto"),
            ToolChoice::Never => Self::Word("none"),
            ToolChoice::Required => Self::Word("required"),
            ToolChoice::Tool(name) => Self::Function { kind: "function", function: FunctionName { name } },
        }
    }
}

#[derive(Serialize)]
struct ResponseFormat<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    json_schema: JsonSchema<'a>,
}

#[derive(Serialize)]
struct JsonSchema<'a> {
    name: &'a str,
    schema: &'a OrderedJson,
    strict: bool,
}

impl<'a> ResponseFormat<'a> {
    fn of(schema: &'a Schema) -> Self {
        let json_schema = JsonSchema { name: &schema.name, schema: &schema.schema, strict: true };
        Self { kind: "json_schema", json_schema }
    }
}
