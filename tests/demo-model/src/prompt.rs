//! What a model is given, whichever API the request came in. `talk` knows nothing else of a request.

use serde_json::Value;

/// One entry of the conversation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Item {
    /// Text from the client: what people and other bots wrote.
    User(String),
    /// Text of an earlier answer of this model.
    Model(String),
    ToolCall {
        name: String,
        arguments: String,
    },
    ToolOutput(String),
}

/// A function that the model may call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tool {
    pub(crate) name: String,
    /// The JSON schema of its arguments.
    pub(crate) parameters: Value,
}

/// Which functions the model has to call.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum ToolChoice {
    #[default]
    Auto,
    None,
    Any,
    Named(String),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Prompt {
    pub(crate) instructions: String,
    pub(crate) items: Vec<Item>,
    pub(crate) tools: Vec<Tool>,
    pub(crate) tool_choice: ToolChoice,
    /// The JSON schema that the answer must fit; null when any JSON object will do.
    pub(crate) answer_schema: Option<Value>,
}

impl Prompt {
    /// Appends instructions that came in another place of the request.
    pub(crate) fn add_instructions(&mut self, text: &str) {
        if !self.instructions.is_empty() {
            self.instructions.push('\n');
        }
        self.instructions.push_str(text);
    }
}
