//! What a bot's answer has besides the parts of a message, and the states of the run that writes it.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantNames};

use crate::{Card, ErrorCode, Millis, PersonId, Seq, Usage, Vote, tolerant};

/// What an answer has besides the parts of a message. The `seq` of its message is the run's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub parent: Seq,
    /// Who asked; they may stop the answer.
    pub asker: PersonId,
    /// In the log the state is `queued` until the run has ended.
    pub state: RunState,
    /// Why the answer is not whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<ErrorCode>,
    /// How many messages of the room the bot's prompt and chain held.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub context_messages: u64,
    /// The bot's chain was lost, so its prompt was rebuilt from the transcript.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub chain_rebuilt: bool,
    /// Tokens of all calls of the run together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// Micro-dollars, as far as the price is known. An estimate: the provider's bill counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<u64>,
    /// A part of the cost is what was set aside for a call whose usage its server did not report: the most it can have cost.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cost_is_most: bool,
    /// What the model thought before it answered, where it says so; at most [`crate::limits::THOUGHT_BYTES`].
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub thoughts: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "tolerant::list")]
    pub tool_uses: Vec<ToolUse>,
    /// The titles of the passages of the bot's knowledge that it was given with the question, the most fitting first.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "tolerant::list")]
    pub sources: Vec<String>,
    /// The answer as a card, where the bot has a card and the answer fits its schema.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "tolerant::option")]
    pub card: Option<Card>,
    /// The votes, where the card is a poll.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "tolerant::list")]
    pub votes: Vec<Vote>,
    /// When the budget that refused the answer resets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resets_at: Option<Millis>,
    /// Who stopped it, where somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "tolerant::option")]
    pub stopped_by: Option<PersonId>,
    /// The texts to choose from, where the bot gave several answers to the question; the message's text is one of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "tolerant::list")]
    pub options: Vec<String>,
    /// Which of the options the message's text is, counted from 0.
    #[serde(default, skip_serializing_if = "is_first")]
    pub chosen: usize,
}

impl Answer {
    /// An answer without any of the optional parts.
    pub fn new(parent: Seq, asker: PersonId, state: RunState) -> Self {
        Self {
            parent,
            asker,
            state,
            code: None,
            context_messages: 0,
            chain_rebuilt: false,
            usage: None,
            cost: None,
            cost_is_most: false,
            thoughts: String::new(),
            tool_uses: Vec::new(),
            sources: Vec::new(),
            card: None,
            votes: Vec::new(),
            resets_at: None,
            stopped_by: None,
            options: Vec::new(),
            chosen: 0,
        }
    }
}

/// What people are shown of a tool call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolUse {
    pub tool: String,
    /// The argument that people care about: a city, a UTC offset, a search query.
    #[serde(default, alias = "what", skip_serializing_if = "String::is_empty")]
    pub argument: String,
}

/// The state of a run and of its answer. Exactly one of the last five is its end (promise G9).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantNames,
)]
#[serde(rename_all = "snake_case", try_from = "String")]
#[strum(serialize_all = "snake_case")]
pub enum RunState {
    /// The run waits for its turn.
    Queued,
    /// The model was called and has sent no text yet.
    Thinking,
    Streaming,
    /// The answer is whole.
    Done,
    /// An error ended the run.
    Failed,
    /// A limit or a filter cut the answer.
    Incomplete,
    /// Somebody stopped the run.
    Stopped,
    /// The connection to the model or the room itself broke in the middle.
    Interrupted,
}

impl TryFrom<String> for RunState {
    type Error = strum::ParseError;
    fn try_from(word: String) -> Result<Self, Self::Error> {
        word.parse()
    }
}

impl RunState {
    /// Whether the run has ended.
    pub fn is_end(self) -> bool {
        !matches!(self, Self::Queued | Self::Thinking | Self::Streaming)
    }

    /// The word on the wire and in `data-state`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_first(index: &usize) -> bool {
    *index == 0
}
