//! The parts of a Responses body that are lists: what was said and called, and what can be called.

use serde::Serialize;
use serde_json::Value;
use shared::ordered_json::OrderedJson;

use crate::turn::{Item, Role, Schema, Tool, ToolChoice};

/// An item of the input.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum InputItem<'a> {
    /// The easy form: both roles take a plain text, and a replayed answer needs no ids.
    Message { role: &'static str, content: &'a str },
    /// The item's own id is left out: with it the server asks for the reasoning that stood before it.
    FunctionCall {
        #[serde(rename = "type")]
        kind: &'static str,
        call_id: &'a str,
        name: &'a str,
        arguments: &'a str,
    },
    FunctionCallOutput {
        #[serde(rename = "type")]
        kind: &'static str,
        call_id: &'a str,
        output: &'a str,
    },
}

impl<'a> InputItem<'a> {
    pub(super) fn of(item: &'a Item) -> Self {
        match item {
            Item::Message { role: Role::User, text } => Self::Message { role: "user", content: text },
            Item::Message { role: Role::Assistant, text } => {
                Self::Message { role: "assistant", content: text }
            }
            Item::ToolCall(call) => Self::FunctionCall {
                kind: "function_call",
                call_id: &call.id,
                name: &call.name,
                arguments: &call.arguments,
            },
            Item::ToolOutput { id, output, .. } => {
                Self::FunctionCallOutput { kind: "function_call_output", call_id: id, output }
            }
        }
    }
}

/// A tool. In this API its fields stand beside its type.
#[derive(Serialize)]
pub(super) struct Function<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    name: &'a str,
    description: &'a str,
    parameters: &'a Value,
    strict: bool,
}

impl<'a> Function<'a> {
    pub(super) fn of(tool: &'a Tool) -> Self {
        Self {
            kind: "function",
            name: &tool.name,
            description: &tool.description,
            parameters: &tool.parameters,
            strict: true,
        }
    }
}

/// Whether the model calls tools: a word, or the tool that it must call.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum ToolChoiceField<'a> {
    Word(&'static str),
    Function {
        #[serde(rename = "type")]
        kind: &'static str,
        name: &'a str,
    },
}

impl<'a> ToolChoiceField<'a> {
    pub(super) fn of(choice: &'a ToolChoice) -> Self {
        match choice {
            ToolChoice::Auto => Self::Word("auto"),
            ToolChoice::Never => Self::Word("none"),
            ToolChoice::Required => Self::Word("required"),
            ToolChoice::Tool(name) => Self::Function { kind: "function", name },
        }
    }
}

/// The form of an answer.
#[derive(Serialize)]
pub(super) struct Format<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    name: &'a str,
    schema: &'a OrderedJson,
    strict: bool,
}

impl<'a> Format<'a> {
    pub(super) fn of(schema: &'a Schema) -> Self {
        Self { kind: "json_schema", name: &schema.name, schema: &schema.schema, strict: true }
    }
}
