//! The contents of one model call, before they become an API's own request.

use std::collections::BTreeMap;

use serde_json::Value;
use shared::ordered_json::OrderedJson;

/// Everything that one call sends, apart from the key, which only the Worker knows.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// The bot's instructions, sent with every turn: APIs do not carry them over.
    pub instructions: String,
    /// Messages and tool outputs, oldest first. The last item is the question or a tool output.
    pub input: Vec<Item>,
    /// The response to continue, where there is a chain. APIs without chains ignore it.
    pub previous: Option<String>,
    /// Whether the server keeps the response, so that a later turn can continue it. True by default, as in the API.
    /// Without it the next turn must hold the transcript. APIs without chains ignore it.
    pub store: bool,
    /// The person who asks, as a keyed hash of at most 64 characters, where the API takes one.
    pub safety_identifier: Option<String>,
    /// A stable key for the provider's prompt cache, at most 64 characters.
    pub cache_key: Option<String>,
    pub parameters: Parameters,
    pub tools: Vec<Tool>,
    /// The JSON schema that the answer must fit.
    pub schema: Option<Schema>,
}

impl Default for Turn {
    fn default() -> Self {
        Self {
            instructions: String::new(),
            input: Vec::new(),
            previous: None,
            store: true,
            safety_identifier: None,
            cache_key: None,
            parameters: Parameters::default(),
            tools: Vec::new(),
            schema: None,
        }
    }
}

impl Turn {
    /// Whether the model calls tools, where it is offered some.
    pub(crate) fn tool_choice(&self) -> Option<&ToolChoice> {
        let is_offered = |choice: &&ToolChoice| match choice {
            ToolChoice::Tool(name) => self.tools.iter().any(|tool| tool.name == *name),
            _ => !self.tools.is_empty(),
        };
        self.parameters.tool_choice.as_ref().filter(is_offered)
    }
}

/// One item of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    Message {
        role: Role,
        text: String,
    },
    /// An earlier tool call of the model, sent back to it where there is no chain.
    ToolCall(ToolCall),
    /// The output of a tool call.
    ToolOutput {
        id: String,
        name: String,
        output: String,
    },
}

impl Item {
    /// Text of people, other bots and the room.
    pub fn user(text: impl Into<String>) -> Self {
        Self::Message { role: Role::User, text: text.into() }
    }

    /// Text of the bot itself.
    pub fn assistant(text: impl Into<String>) -> Self {
        Self::Message { role: Role::Assistant, text: text.into() }
    }

    /// The text, the tool call's arguments, or the tool's output.
    pub fn text(&self) -> &str {
        match self {
            Self::Message { text, .. } => text,
            Self::ToolCall(call) => &call.arguments,
            Self::ToolOutput { output, .. } => output,
        }
    }

    /// Whether it comes from the bot itself.
    pub fn is_own(&self) -> bool {
        matches!(self, Self::Message { role: Role::Assistant, .. } | Self::ToolCall(_))
    }
}

/// Who an [`Item`] comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// People, other bots, and markers: everything that is data.
    User,
    /// The bot's own earlier answers.
    Assistant,
}

/// A tool as it is described to a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    /// `a-z` and `_`.
    pub name: String,
    /// What it is for, in a sentence or two.
    pub description: String,
    /// A JSON schema of its arguments in the strict subset of [`Schema`], which every API takes.
    pub parameters: Value,
}

/// A tool call that the model makes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ToolCall {
    /// Identifies the call. Where an API gives no id, the decoder generates one: `call_0`, `call_1` …
    pub id: String,
    /// The tool's name; it may be one that was not offered.
    pub name: String,
    /// A JSON object as text, as the model wrote it; it may be invalid.
    pub arguments: String,
    /// An opaque signature that must be sent back with the call (Gemini's `thoughtSignature`).
    pub signature: Option<String>,
}

/// A JSON schema for an answer, in the strict subset that all APIs share (every object closed, every property
/// required, no `$ref`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// `a-z` and `_`.
    pub name: String,
    pub schema: OrderedJson,
}

/// Whether a model calls tools.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolChoice {
    /// The model calls as it likes.
    Auto,
    Never,
    /// It must call one.
    Required,
    /// It must call this one.
    Tool(String),
}

impl ToolChoice {
    /// Reads `auto`, `none`, `required` or the name of a tool; nothing else is one word of `a-z` and `_`.
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "auto" => Self::Auto,
            "none" => Self::Never,
            "required" => Self::Required,
            name if !name.is_empty() && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'_')) => {
                Self::Tool(name.to_owned())
            }
            _ => return None,
        })
    }
}

/// A bot's parameters. `None` is never sent: many models refuse parameters that they do not know. A parameter that an API
/// does not have at all is not sent to it either.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parameters {
    /// 0 to 2.
    pub temperature: Option<f64>,
    /// 0 to 1.
    pub top_p: Option<f64>,
    /// -2 to 2. Not in the Responses API.
    pub frequency_penalty: Option<f64>,
    /// -2 to 2. Not in the Responses API.
    pub presence_penalty: Option<f64>,
    /// At least 16; reasoning counts.
    pub max_output_tokens: Option<u32>,
    /// Stop sequences, at most 4. Not in the Responses API.
    pub stop: Vec<String>,
    /// `none`, `minimal`, `low`, `medium`, `high`, as the model has them. In Gemini this is the thinking level.
    pub reasoning_effort: Option<String>,
    /// Tokens that Gemini may think with: 0 for none, -1 for as many as it likes. Only in Gemini.
    pub thinking_budget: Option<i32>,
    /// `low`, `medium`, `high`. Not in Gemini.
    pub verbosity: Option<String>,
    /// Tokens by their numbers in the model's encoding, and how much likelier each is, -100 to 100. Only in Chat Completions.
    pub logit_bias: BTreeMap<u32, i32>,
    /// Whether the model calls tools. Sent only with tools, and in the first call of a run alone: a model that must call a tool
    /// would never answer.
    pub tool_choice: Option<ToolChoice>,
}
