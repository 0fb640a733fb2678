//! A [`Turn`] as a request. What the turn leaves open is not in the body: servers refuse fields that they do not know.

use serde::Serialize;

use super::item::{Format, Function, InputItem, ToolChoiceField};
use crate::http::{Endpoint, HttpRequest, encode_path_segment, finite, non_empty};
use crate::turn::Turn;

/// The POST that asks for a streamed answer. Equal turns give bodies that are equal byte by byte.
pub fn request(turn: &Turn, endpoint: &Endpoint) -> HttpRequest {
    let parameters = &turn.parameters;
    let text =
        Text { format: turn.schema.as_ref().map(Format::of), verbosity: non_empty(&parameters.verbosity) };
    let body = Body {
        model: &endpoint.model,
        previous_response_id: non_empty(&turn.previous),
        instructions: Some(turn.instructions.as_str()).filter(|text| !text.is_empty()),
        input: turn.input.iter().map(InputItem::of).collect(),
        tools: turn.tools.iter().map(Function::of).collect(),
        tool_choice: turn.tool_choice().map(ToolChoiceField::of),
        stream: true,
        // The API's own servers pad their deltas with random text unless told not to. Others do not know the option.
        stream_options: endpoint.is_openai().then_some(StreamOptions { include_obfuscation: false }),
        store: turn.store,
        temperature: finite(parameters.temperature),
        top_p: finite(parameters.top_p),
        max_output_tokens: parameters.max_output_tokens,
        reasoning: non_empty(&parameters.reasoning_effort).map(|effort| Reasoning { effort }),
        text: (text.format.is_some() || text.verbosity.is_some()).then_some(text),
        safety_identifier: non_empty(&turn.safety_identifier),
        prompt_cache_key: non_empty(&turn.cache_key),
    };
    HttpRequest::post(endpoint.url("responses"), "text/event-stream", &body)
}

/// The address whose DELETE removes a stored response. The id is a server's word and stays one path segment.
pub fn delete(endpoint: &Endpoint, response_id: &str) -> String {
    endpoint.url(&format!("responses/{}", encode_path_segment(response_id)))
}

/// The order of these fields is the order in the body.
#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_response_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instructions: Option<&'a str>,
    input: Vec<InputItem<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Function<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<ToolChoiceField<'a>>,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
    store: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_output_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<Reasoning<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    safety_identifier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt_cache_key: Option<&'a str>,
}

#[derive(Serialize)]
struct StreamOptions {
    include_obfuscation: bool,
}

#[derive(Serialize)]
struct Reasoning<'a> {
    effort: &'a str,
}

#[derive(Serialize)]
struct Text<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<Format<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verbosity: Option<&'a str>,
}
