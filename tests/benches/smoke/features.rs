//! The features that are tried, each as what it adds to a short turn.

use std::collections::BTreeMap;

use models::{Item, Parameters, Schema, Tool, ToolCall, ToolChoice, Turn};
use serde_json::json;

/// One feature.
pub(crate) struct Feature {
    pub(crate) name: &'static str,
    pub(crate) add: fn(&mut Turn),
    /// What the answer must have.
    pub(crate) expects: Expectation,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expectation {
    Text,
    Json,
    ToolCall,
}

const fn text(name: &'static str, add: fn(&mut Turn)) -> Feature {
    Feature { name, add, expects: Expectation::Text }
}

pub(crate) const FEATURES: [Feature; 17] = [
    text("a question", |_| {}),
    text("instructions", |turn| turn.instructions = "Answer with one word.".to_owned()),
    text("temperature", |turn| turn.parameters.temperature = Some(0.5)),
    text("top_p", |turn| turn.parameters.top_p = Some(0.9)),
    text("frequency_penalty", |turn| turn.parameters.frequency_penalty = Some(0.5)),
    text("presence_penalty", |turn| turn.parameters.presence_penalty = Some(0.5)),
    text("stop", |turn| turn.parameters.stop = vec!["END".to_owned()]),
    text("logit_bias", |turn| turn.parameters.logit_bias = BTreeMap::from([(1_734, -1)])),
    text("reasoning_effort low", |turn| turn.parameters.reasoning_effort = Some("low".to_owned())),
    text("reasoning_effort none", |turn| turn.parameters.reasoning_effort = Some("none".to_owned())),
    text("thinking_budget 0", |turn| turn.parameters.thinking_budget = Some(0)),
    text("verbosity low", |turn| turn.parameters.verbosity = Some("low".to_owned())),
    text("identifiers", |turn| {
        turn.safety_identifier = Some("smoke".to_owned());
        turn.cache_key = Some("smoke".to_owned());
    }),
    Feature {
        name: "schema",
        expects: Expectation::Json,
        add: |turn| turn.schema = Some(Schema { name: "colour".to_owned(), schema: object("colour").into() }),
    },
    text("tools that need not be called", |turn| turn.tools = vec![clock()]),
    Feature {
        name: "a tool that must be called",
        expects: Expectation::ToolCall,
        add: |turn| {
            turn.tools = vec![clock()];
            turn.parameters.tool_choice = Some(ToolChoice::Tool("clock".to_owned()));
        },
    },
    text("words before a call, and its output", |turn| {
        turn.tools = vec![clock()];
        let call = ToolCall {
            id: "call_0".to_owned(),
            name: "clock".to_owned(),
            arguments: "{\"place\":\"Seoul\"}".to_owned(),
            // Documented for calls that no Gemini model made; the other APIs have no signatures.
            // https://ai.google.dev/gemini-api/docs/thought-signatures
            signature: Some("skip_thought_signature_validator".to_owned()),
        };
        let output = "{\"time\":\"21:30\"}".to_owned();
        turn.input = vec![
            Item::user("What time is it in Seoul?"),
            Item::assistant("Let me look."),
            Item::ToolCall(call.clone()),
            Item::ToolOutput { id: call.id, name: call.name, output },
        ];
    }),
];

/// The turn to which features are added.
pub(crate) fn plain() -> Turn {
    let parameters = Parameters { max_output_tokens: Some(128), ..Parameters::default() };
    Turn { input: vec![Item::user("Name a colour.")], parameters, store: false, ..Turn::default() }
}

fn clock() -> Tool {
    Tool {
        name: "clock".to_owned(),
        description: "Tells the time in a place.".to_owned(),
        parameters: object("place"),
    }
}

fn object(field: &str) -> serde_json::Value {
    json!({
        "type": "object",
        "properties": { field: { "type": "string" } },
        "required": [field],
        "additionalProperties": false,
    })
}
