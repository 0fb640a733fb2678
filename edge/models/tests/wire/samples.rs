//! Turns that every API is asked with.

use models::{Item, Parameters, Schema, Tool, ToolCall, Turn};
use serde_json::json;

/// One person asks.
pub(crate) fn asks(text: &str) -> Turn {
    Turn { input: vec![Item::user(text)], ..Turn::default() }
}

/// Everything that a turn can set but tools and a form.
pub(crate) fn full() -> Turn {
    let some = |text: &str| Some(text.to_owned());
    Turn {
        instructions: "Answer in plain words.".to_owned(),
        input: vec![
            Item::user(r#"{"id":"p7","from":"지민","text":"안녕 \"봇\""}"#),
            Item::assistant("안녕하세요 👋"),
            Item::user("하나"),
            Item::user("둘"),
        ],
        safety_identifier: some("a1b2"),
        cache_key: some("room-bot"),
        parameters: Parameters {
            temperature: Some(0.7),
            top_p: Some(1.0),
            frequency_penalty: Some(0.5),
            presence_penalty: Some(-0.5),
            max_output_tokens: Some(1024),
            stop: vec!["END".to_owned(), String::new()],
            reasoning_effort: some("low"),
            verbosity: some("low"),
            ..Parameters::default()
        },
        ..Turn::default()
    }
}

/// The weather in two towns: the model said a word and called twice, the tools answered, one with an object.
pub(crate) fn with_tools() -> Turn {
    let call = |id: &str, town: &str, signature: Option<&str>| {
        Item::ToolCall(ToolCall {
            id: id.to_owned(),
            name: "get_weather".to_owned(),
            arguments: format!("{{\"town\":\"{town}\"}}"),
            signature: signature.map(str::to_owned),
        })
    };
    let returned = |id: &str, output: &str| Item::ToolOutput {
        id: id.to_owned(),
        name: "get_weather".to_owned(),
        output: output.to_owned(),
    };
    Turn {
        input: vec![
            Item::user("날씨?"),
            Item::assistant("볼게요."),
            call("call_a1", "서울", Some("c2ln")),
            call("call_1", "부산", None),
            returned("call_a1", r#"{"degrees":7}"#),
            returned("call_1", "no such town"),
        ],
        tools: vec![Tool {
            name: "get_weather".to_owned(),
            description: "The weather now.".to_owned(),
            parameters: closed("town"),
        }],
        ..Turn::default()
    }
}

/// An answer that must be a poll.
pub(crate) fn with_schema() -> Turn {
    Turn {
        schema: Some(Schema { name: "poll".to_owned(), schema: closed("question").into() }),
        ..asks("점심 투표")
    }
}

/// An object of one text. Its keys are in the order of the alphabet, so that the body does not depend on how maps are kept.
fn closed(property: &str) -> serde_json::Value {
    json!({
        "additionalProperties": false,
        "properties": {property: {"type": "string"}},
        "required": [property],
        "type": "object",
    })
}
