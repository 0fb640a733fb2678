//! A [`Turn`] as a request. What the turn leaves open is not in the body.

use serde::Serialize;
use serde_json::Value;
use shared::ordered_json::OrderedJson;

use super::content::Content;
use crate::families::{self, Reasoning};
use crate::http::{Endpoint, HttpRequest, encode_path_segment, finite, non_empty};
use crate::turn::{Parameters, Tool, ToolChoice, Turn};

/// The POST that asks for a streamed answer. Equal turns give bodies that are equal byte by byte.
///
/// Where the turn has tools, its schema is not sent: models before Gemini 3 refuse "function calling with a response mime
/// type: 'application/json'". A turn without tools gets its form.
pub fn request(turn: &Turn, endpoint: &Endpoint) -> HttpRequest {
    let instructions = Some(turn.instructions.as_str()).filter(|text| !text.is_empty());
    let declarations: Vec<_> = turn.tools.iter().map(Declaration::of).collect();
    let config = GenerationConfig::of(turn, &endpoint.model);
    let body = Body {
        system_instruction: instructions.map(Content::instructions),
        contents: Content::all(&turn.input),
        tools: if declarations.is_empty() {
            Vec::new()
        } else {
            vec![Tools { function_declarations: declarations }]
        },
        tool_config: turn.tool_choice().map(ToolConfig::of),
        generation_config: Some(config).filter(|config| *config != GenerationConfig::default()),
    };
    let model = endpoint.model.strip_prefix("models/").unwrap_or(&endpoint.model);
    // Without `alt=sse` the stream is one JSON array.
    let path = format!("models/{}:streamGenerateContent?alt=sse", encode_path_segment(model));
    HttpRequest::post(endpoint.url(&path), "text/event-stream", &body)
}

/// The order of these fields is the order in the body.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    system_instruction: Option<Content<'a>>,
    contents: Vec<Content<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tools<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_config: Option<ToolConfig<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    generation_config: Option<GenerationConfig<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Tools<'a> {
    function_declarations: Vec<Declaration<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Declaration<'a> {
    name: &'a str,
    description: &'a str,
    /// JSON Schema itself. `parameters` would be the older subset of OpenAPI, which refuses `additionalProperties`.
    parameters_json_schema: &'a Value,
}

impl<'a> Declaration<'a> {
    fn of(tool: &'a Tool) -> Self {
        Self { name: &tool.name, description: &tool.description, parameters_json_schema: &tool.parameters }
    }
}

/// Whether the model calls functions (<https://ai.google.dev/api/caching#FunctionCallingConfig>).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ToolConfig<'a> {
    function_calling_config: FunctionCallingConfig<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FunctionCallingConfig<'a> {
    mode: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed_function_names: Option<[&'a str; 1]>,
}

impl<'a> ToolConfig<'a> {
    fn of(choice: &'a ToolChoice) -> Self {
        let (mode, allowed_function_names) = match choice {
            ToolChoice::Auto => ("AUTO", None),
            ToolChoice::Never => ("NONE", None),
            ToolChoice::Required => ("ANY", None),
            ToolChoice::Tool(name) => ("ANY", Some([name.as_str()])),
        };
        Self { function_calling_config: FunctionCallingConfig { mode, allowed_function_names } }
    }
}

#[derive(Serialize, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
struct GenerationConfig<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_output_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stop_sequences: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    presence_penalty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frequency_penalty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_mime_type: Option<&'static str>,
    /// JSON Schema itself, as with the tools.
    #[serde(skip_serializing_if = "Option::is_none")]
    response_json_schema: Option<&'a OrderedJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking_config: Option<ThinkingConfig>,
}

impl<'a> GenerationConfig<'a> {
    fn of(turn: &'a Turn, model: &str) -> Self {
        let parameters = &turn.parameters;
        let schema = turn.schema.as_ref().filter(|_| turn.tools.is_empty());
        Self {
            temperature: finite(parameters.temperature),
            top_p: finite(parameters.top_p),
            max_output_tokens: parameters.max_output_tokens,
            stop_sequences: parameters
                .stop
                .iter()
                .map(String::as_str)
                .filter(|text| !text.is_empty())
                .collect(),
            presence_penalty: finite(parameters.presence_penalty),
            frequency_penalty: finite(parameters.frequency_penalty),
            response_mime_type: schema.map(|_| "application/json"),
            response_json_schema: schema.map(|schema| &schema.schema),
            thinking_config: ThinkingConfig::of(parameters, model),
        }
    }
}

/// How much the model thinks. Both at once are refused.
#[derive(Serialize, PartialEq)]
#[serde(rename_all = "camelCase")]
enum ThinkingConfig {
    ThinkingBudget(i32),
    ThinkingLevel(String),
}

impl ThinkingConfig {
    /// The budget is this API's own, so it outranks the effort. No effort at all is a budget of nothing: there is no such
    /// level. Models before Gemini 3 know no levels either; theirs are the budgets that Google's own compatible endpoint
    /// makes of efforts (<https://ai.google.dev/gemini-api/docs/openai#thinking>).
    fn of(parameters: &Parameters, model: &str) -> Option<Self> {
        if let Some(budget) = parameters.thinking_budget {
            return Some(Self::ThinkingBudget(budget));
        }
        let knows_levels = !matches!(families::capabilities(model).reasoning, Reasoning::Budget { .. });
        non_empty(&parameters.reasoning_effort).map(|effort| match effort {
            "none" => Self::ThinkingBudget(0),
            effort if knows_levels => Self::ThinkingLevel(effort.to_ascii_uppercase()),
            "minimal" | "low" => Self::ThinkingBudget(1_024),
            "medium" => Self::ThinkingBudget(8_192),
            _ => Self::ThinkingBudget(24_576),
        })
    }
}
