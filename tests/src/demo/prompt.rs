//! What a model is given, whichever API brought it: the conversationalist knows nothing else of a request.

use serde_json::Value;

/// One entry of the conversation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Item {
    /// Words of somebody in the room.
    User(String),
    /// Words of the model itself, in an earlier answer.
    Model(String),
    /// A function that the model called.
    Call { name: String, arguments: String },
    /// What a function returned.
    Output(String),
}

/// A function that the model may call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tool {
    pub(crate) name: String,
    /// The JSON schema of its arguments.
    pub(crate) parameters: Value,
}

/// Whether functions are to be called.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Choice {
    /// As the model sees fit.
    #[default]
    Auto,
    /// Not now.
    Never,
    /// Some function at least.
    Any,
    /// This one.
    Named(String),
}

/// A whole request, as far as the model is concerned.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Prompt {
    pub(crate) instructions: String,
    pub(crate) items: Vec<Item>,
    pub(crate) tools: Vec<Tool>,
    pub(crate) choice: Choice,
    /// The JSON schema that the answer must fit; null when any object will do.
    pub(crate) form: Option<Value>,
}

impl Prompt {
    /// Adds instructions that came in a second place.
    pub(crate) fn instruct(&mut self, text: &str) {
        if !self.instructions.is_empty() {
            self.instructions.push('\n');
        }
        self.instructions.push_str(text);
    }
}
