//! What Gemini refuses in the body of `generateContent`, as Google documents it, and what the demo reads of it.

use super::contents::{contents, instruction};
use super::error::invalid;
use super::fields::Message;
use super::thinking::{Thinking, thinking};
use super::tools::{check_schema, tool_choice, tools};
use crate::api::Rejection;
use crate::prompt::Prompt;
use serde_json::Value;

const REQUEST: [&str; 10] = [
    "cachedContent",
    "contents",
    "generationConfig",
    "model",
    "safetySettings",
    "serviceTier",
    "store",
    "systemInstruction",
    "toolConfig",
    "tools",
];
const CONFIGURATION: [&str; 22] = [
    "candidateCount",
    "enableEnhancedCivicAnswers",
    "frequencyPenalty",
    "imageConfig",
    "logprobs",
    "maxOutputTokens",
    "mediaResolution",
    "presencePenalty",
    "responseFormat",
    "responseJsonSchema",
    "responseLogprobs",
    "responseMimeType",
    "responseModalities",
    "responseSchema",
    "seed",
    "speechConfig",
    "stopSequences",
    "temperature",
    "thinkingConfig",
    "topK",
    "topP",
    "_responseJsonSchema",
];
const HARMS: [&str; 5] = [
    "HARM_CATEGORY_HARASSMENT",
    "HARM_CATEGORY_HATE_SPEECH",
    "HARM_CATEGORY_SEXUALLY_EXPLICIT",
    "HARM_CATEGORY_DANGEROUS_CONTENT",
    "HARM_CATEGORY_CIVIC_INTEGRITY",
];
const THRESHOLDS: [&str; 6] = [
    "HARM_BLOCK_THRESHOLD_UNSPECIFIED",
    "BLOCK_LOW_AND_ABOVE",
    "BLOCK_MEDIUM_AND_ABOVE",
    "BLOCK_ONLY_HIGH",
    "BLOCK_NONE",
    "OFF",
];

#[derive(Clone, Debug)]
pub(crate) struct CheckedRequest {
    pub(crate) model: String,
    pub(crate) prompt: Prompt,
    pub(crate) token_limit: Option<u64>,
    pub(crate) stop_sequences: Vec<String>,
    pub(crate) thinking: Thinking,
}

/// Reads the body, or says what is wrong with it.
pub(crate) fn check(model: &str, body: &Value) -> Result<CheckedRequest, Rejection> {
    let message = Message::read(body, "", &REQUEST)?;
    let mut prompt = Prompt::default();
    if let Some(text) = instruction(&message)? {
        prompt.add_instructions(&text);
    }
    for setting in message.messages("safetySettings", &["category", "threshold", "method"])? {
        setting.one_of("category", "HarmCategory", &HARMS)?;
        setting.one_of("threshold", "SafetySetting.HarmBlockThreshold", &THRESHOLDS)?;
    }
    prompt.tools = tools(&message)?;
    prompt.tool_choice = tool_choice(&message, &prompt.tools)?;
    let mut request = CheckedRequest {
        model: model.to_owned(),
        prompt,
        token_limit: None,
        stop_sequences: Vec::new(),
        thinking: Thinking::usual(model),
    };
    if let Some(configuration) = message.message("generationConfig", &CONFIGURATION)? {
        configure(&configuration, &mut request)?;
    }
    request.prompt.items = contents(&message, model)?;
    Ok(request)
}

fn configure(configuration: &Message<'_>, request: &mut CheckedRequest) -> Result<(), Rejection> {
    range(configuration, "temperature", 0.0, 2.0)?;
    range(configuration, "topP", 0.0, 1.0)?;
    range(configuration, "frequencyPenalty", -2.0, 2.0)?;
    range(configuration, "presencePenalty", -2.0, 2.0)?;
    configuration.integer("topK")?;
    configuration.integer("seed")?;
    if configuration.integer("candidateCount")?.is_some_and(|count| count != 1) {
        return Err(invalid("Multiple candidates is not enabled for this model"));
    }
    if let Some(limit) = configuration.integer("maxOutputTokens")? {
        let positive = u64::try_from(limit).ok().filter(|limit| *limit > 0);
        let range = || invalid(format!("max_output_tokens must be positive, but it is {limit}."));
        request.token_limit = Some(positive.ok_or_else(range)?);
    }
    if let Some(stops) = configuration.get("stopSequences") {
        let texts = stops.as_array().into_iter().flatten().filter_map(Value::as_str);
        request.stop_sequences = texts.map(str::to_owned).collect();
        if request.stop_sequences.len() > 5 {
            let message = "* GenerateContentRequest.generation_config.stop_sequences: the number of stop_sequences \
                           must not be larger than 5.\n";
            return Err(invalid(message));
        }
    }
    request.thinking = thinking(configuration, &request.model)?;
    request.prompt.answer_schema = answer_schema(configuration)?;
    let old = ["gemini-1", "gemini-2"].iter().any(|family| request.model.starts_with(family));
    if request.prompt.answer_schema.is_some() && !request.prompt.tools.is_empty() && old {
        return Err(invalid("Function calling with a response mime type: 'application/json' is unsupported"));
    }
    Ok(())
}

fn range(configuration: &Message<'_>, name: &str, lowest: f64, highest: f64) -> Result<(), Rejection> {
    match configuration.decimal(name)? {
        Some(number) if !(lowest..=highest).contains(&number) => {
            let place = configuration.at(name);
            Err(invalid(format!(
                "* GenerateContentRequest.{place}: must be in the range [{lowest:.1}, {highest:.1}].\n"
            )))
        }
        _ => Ok(()),
    }
}

/// The schema that the answer must fit; only JSON can fit one.
fn answer_schema(configuration: &Message<'_>) -> Result<Option<Value>, Rejection> {
    let own = configuration.get("responseSchema");
    let standard = configuration.get("responseJsonSchema").or(configuration.get("_responseJsonSchema"));
    let kind = configuration.text("responseMimeType")?.unwrap_or("text/plain");
    if own.is_some() && standard.is_some() {
        return Err(invalid("Only one of response_schema and response_json_schema can be set."));
    }
    if let Some(schema) = own {
        check_schema(schema, &configuration.at("responseSchema"))?;
    }
    match (kind, own.or(standard)) {
        ("application/json", schema) => Ok(Some(schema.cloned().unwrap_or(Value::Null))),
        ("text/plain", None) => Ok(None),
        ("text/x.enum", Some(schema)) => Ok(Some(schema.clone())),
        ("text/plain", Some(_)) => Err(invalid(
            "* GenerateContentRequest.generation_config.response_schema: only allowed when response_mime_type is \
             application/json.\n",
        )),
        (other, _) => Err(invalid(format!(
            "* GenerateContentRequest.generation_config.response_mime_type: allowed mimetypes are `text/plain`, \
             `application/json`, `application/xml`, `application/yaml` and `text/x.enum`. Got `{other}`.\n"
        ))),
    }
}
