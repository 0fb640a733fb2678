//! What clients see of a room's log: messages in their current state, and the events that lead there.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use strum::{EnumString, IntoStaticStr};

use crate::{Bot, Card, ErrorCode, Millis, Moderation, Nonce, Person, PersonId, Seq, Usage, Vote, tolerant};

/// A message in its current state: a person's, or a bot's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub seq: Seq,
    /// When the server stored it.
    pub at: Millis,
    pub author: Author,
    /// The text. An answer that has not ended has none here: its text so far is in [`crate::frame::RunStatus`].
    pub text: String,
    /// The nonce of the write, by which its author's page recognises its own message. Nobody else is sent it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Nonce>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Seq>,
    /// Present when the message is a bot's answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub edited: bool,
    /// The message was deleted: only its seq, time and author are left.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

/// A new message of a person, as everybody in the room is sent it: in the fewest bytes, because it is sent to each socket.
/// Its author's page knows the nonce from `accepted`, which comes before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub seq: Seq,
    /// When the server stored it.
    pub at: Millis,
    pub by: Speaker,
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Seq>,
}

/// The author of a [`Said`]. On the wire it is a number or a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, try_from = "Value")]
pub enum Speaker {
    /// The number of a person whom the page knows: from `welcome`, from `people`, or from an earlier message.
    Known(u32),
    /// A person who is new to some page, or has another nickname or badge than before.
    Introduced(Person),
}

impl TryFrom<Value> for Speaker {
    type Error = serde_json::Error;
    fn try_from(value: Value) -> Result<Self, Self::Error> {
        if value.is_number() {
            u32::deserialize(value).map(Self::Known)
        } else {
            Person::deserialize(value).map(Self::Introduced)
        }
    }
}

/// Who wrote a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Author {
    Human {
        id: PersonId,
        /// The nickname when they wrote it.
        name: String,
        /// Whether they owned the room then.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        owner: bool,
    },
    Bot {
        name: String,
    },
}

impl Author {
    /// The nickname or the handle.
    pub fn name(&self) -> &str {
        match self {
            Self::Human { name, .. } | Self::Bot { name } => name,
        }
    }

    /// Whether the author is that person.
    pub fn is(&self, person: &PersonId) -> bool {
        matches!(self, Self::Human { id, .. } if id == person)
    }
}

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
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "tolerant::list")]
    pub tool_uses: Vec<ToolUse>,
    /// The answer as a card, where the bot has a card and the answer fits its schema.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "tolerant::option")]
    pub card: Option<Card>,
    /// The votes, where the card is a poll.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "tolerant::list")]
    pub votes: Vec<Vote>,
    /// When the budget that refused the answer resets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resets_at: Option<Millis>,
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
            tool_uses: Vec::new(),
            card: None,
            votes: Vec::new(),
            resets_at: None,
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
)]
#[serde(rename_all = "snake_case")]
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

/// One row of the log as clients see it. An item without a `kind` is [`Event::Said`]. It says the new state absolutely, so applying it twice is harmless.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// A new answer, or a message in its current state: on resume every message is one.
    Message(#[serde(deserialize_with = "tolerant::value")] Message),
    Ended(#[serde(deserialize_with = "tolerant::value")] AnswerEnd),
    /// The text of the message `target` is another one now.
    Edited {
        seq: Seq,
        at: Millis,
        target: Seq,
        text: String,
    },
    /// The message `target` was deleted.
    Deleted {
        seq: Seq,
        at: Millis,
        target: Seq,
    },
    /// Somebody voted in a poll, or took their vote back.
    Voted {
        seq: Seq,
        /// The answer that holds the poll.
        target: Seq,
        person: PersonId,
        /// Their choice now, counted from 0.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        option: Option<usize>,
    },
    /// The room has a new custom bot, or another one under the same handle.
    BotSet {
        seq: Seq,
        bot: Box<Bot>,
    },
    /// A custom bot was removed.
    BotGone {
        seq: Seq,
        handle: String,
    },
    /// An owner or operator did something.
    Moderation(#[serde(deserialize_with = "tolerant::value")] Box<Moderation>),
    /// A new message of a person.
    #[serde(untagged, skip_deserializing)]
    Said(Said),
    /// An event of a newer server. It has a seq, and is otherwise ignored (promise G15).
    #[serde(untagged, skip_deserializing)]
    Unknown(UnknownEvent),
}

/// The end of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerEnd {
    /// The seq of the end itself.
    pub seq: Seq,
    pub at: Millis,
    /// The answer's seq, which is its run's id.
    pub target: Seq,
    pub text: FinalText,
    pub answer: Answer,
}

/// The final text of an answer, the same for all (promise G9). On the wire it is a number or a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, try_from = "Value")]
pub enum FinalText {
    /// The text that was streamed, of so many UTF-8 bytes. A client that holds fewer or more resumes.
    Streamed(u64),
    Whole(String),
}

impl TryFrom<Value> for FinalText {
    type Error = serde_json::Error;
    fn try_from(value: Value) -> Result<Self, Self::Error> {
        if value.is_number() {
            u64::deserialize(value).map(Self::Streamed)
        } else {
            String::deserialize(value).map(Self::Whole)
        }
    }
}

/// An event of a kind that this version does not know, or cannot read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnknownEvent {
    pub seq: Seq,
}

impl Event {
    pub fn seq(&self) -> Seq {
        match self {
            Self::Message(message) => message.seq,
            Self::Said(said) => said.seq,
            Self::Ended(ended) => ended.seq,
            Self::Moderation(moderation) => moderation.seq,
            Self::Edited { seq, .. }
            | Self::Deleted { seq, .. }
            | Self::Voted { seq, .. }
            | Self::BotSet { seq, .. }
            | Self::BotGone { seq, .. } => *seq,
            Self::Unknown(unknown) => unknown.seq,
        }
    }
}

/// Reads a list of events. One that cannot be read still has its seq and becomes [`Event::Unknown`].
///
/// # Errors
/// Fails only where the field is not a list.
pub(crate) fn read_events<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Event>, D::Error> {
    let items = Vec::<Value>::deserialize(deserializer)?;
    let read = |item: Value| {
        let seq = item.get("seq").and_then(Value::as_u64).map(Seq)?;
        let event = match item.get("kind") {
            Some(_) => Event::deserialize(item),
            None => Said::deserialize(item).map(Event::Said),
        };
        Some(event.unwrap_or(Event::Unknown(UnknownEvent { seq })))
    };
    Ok(items.into_iter().filter_map(read).collect())
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
