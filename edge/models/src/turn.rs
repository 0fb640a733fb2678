//! One question to a model, before it becomes an API's own request.

use serde_json::Value;

/// Everything that one call says, apart from the key, which only the shell knows.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// The bot's instructions, sent with every turn: APIs do not carry them over.
    pub instructions: String,
    /// What is said, oldest first. The last one asks, or returns what a tool found.
    pub input: Vec<Item>,
    /// The response to continue, where there is a chain. APIs without chains ignore it.
    pub previous: Option<String>,
    /// Whether the server keeps the response, so that a later turn can continue it. True by default, as in the API.
    /// Without it the next turn must hold the transcript. APIs without chains ignore it.
    pub store: bool,
    /// The asker as a keyed hash of at most 64 characters, where the API takes one.
    pub safety_identifier: Option<String>,
    /// A stable key for the provider's prompt cache, at most 64 characters.
    pub cache_key: Option<String>,
    /// What the bot sets. What it does not set is not sent.
    pub parameters: Parameters,
    /// What the model may call.
    pub tools: Vec<Tool>,
    /// The form that the answer must have.
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

/// One item of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// Words.
    Said {
        /// Whose.
        role: Role,
        /// The words.
        text: String,
    },
    /// The model's own call of a tool, given back to it where there is no chain.
    ToolCall(ToolCall),
    /// What a tool found for a call.
    ToolOutput {
        /// The call's id.
        id: String,
        /// The tool.
        name: String,
        /// What it found, as JSON text.
        output: String,
    },
}

impl Item {
    /// Words of people, other bots and the room.
    pub fn user(text: impl Into<String>) -> Self {
        Self::Said { role: Role::User, text: text.into() }
    }

    /// The bot's own words.
    pub fn assistant(text: impl Into<String>) -> Self {
        Self::Said { role: Role::Assistant, text: text.into() }
    }

    /// The words, the arguments, or what was found.
    pub fn text(&self) -> &str {
        match self {
            Self::Said { text, .. } => text,
            Self::ToolCall(call) => &call.arguments,
            Self::ToolOutput { output, .. } => output,
        }
    }

    /// Whether the bot itself said it.
    pub fn is_own(&self) -> bool {
        matches!(self, Self::Said { role: Role::Assistant, .. } | Self::ToolCall(_))
    }
}

/// Whose words an [`Item`] holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// People, other bots, and markers: everything that is data.
    User,
    /// The bot's own earlier words.
    Assistant,
}

/// A tool, as a model is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    /// Its name: `a-z` and `_`.
    pub name: String,
    /// What it is for, in a sentence or two.
    pub description: String,
    /// A JSON schema of its arguments in the strict subset of [`Schema`], which every API takes.
    pub parameters: Value,
}

/// What a model wants a tool to do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ToolCall {
    /// By which its answer is told apart. Where an API gives none, the decoder makes one: `call_0`, `call_1` …
    pub id: String,
    /// The tool. It may be one that nobody offered.
    pub name: String,
    /// A JSON object as text, as the model wrote it: it may be no JSON at all.
    pub arguments: String,
    /// An opaque mark that must be given back with the call (Gemini's `thoughtSignature`).
    pub signature: Option<String>,
}

/// The form of an answer: a JSON schema in the strict subset that all APIs share (every object closed, every property
/// required, no `$ref`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// Its name: `a-z` and `_`.
    pub name: String,
    /// The JSON schema.
    pub schema: Value,
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
    /// Texts that end the answer, at most 4. Not in the Responses API.
    pub stop: Vec<String>,
    /// `none`, `minimal`, `low`, `medium`, `high`, as the model has them. In Gemini this is the thinking level.
    pub reasoning_effort: Option<String>,
    /// Tokens that Gemini may think with: 0 for none, -1 for as many as it likes. Only in Gemini.
    pub thinking_budget: Option<i32>,
    /// `low`, `medium`, `high`. Not in Gemini.
    pub verbosity: Option<String>,
}
