//! What a room's log holds, as it is shown to clients: messages in their current state, and the events that lead there.

use serde::{Deserialize, Serialize};

use crate::{Code, Millis, Nonce, PersonId, Seq};

/// A message in its current state: somebody's words, or a bot's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Its place, for good.
    pub seq: Seq,
    /// When the server took it.
    pub at: Millis,
    /// Whose it is.
    pub author: Author,
    /// The words. An answer that has not ended has none here: its text so far is in `runs`.
    pub text: String,
    /// The attempt that wrote it, by which its author's page knows its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Nonce>,
    /// The message that it replies to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Seq>,
    /// What makes it an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
}

/// Whose a message is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Author {
    /// A person, under the nickname they had then.
    Human {
        /// Who.
        id: PersonId,
        /// The nickname when they wrote it.
        name: String,
        /// Whether the room was theirs then.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        owner: bool,
    },
    /// A bot.
    Bot {
        /// Its handle.
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

    /// Whether this is that person.
    pub fn is(&self, person: &PersonId) -> bool {
        matches!(self, Self::Human { id, .. } if id == person)
    }
}

/// What an answer has besides a message's parts. Its message's `seq` is the run's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The message that asked.
    pub parent: Seq,
    /// Who asked; they may stop it.
    pub asker: PersonId,
    /// Where it stands. In the log it is `queued` until it has ended.
    pub state: RunState,
    /// Why it is not whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    /// How many messages of the room the bot followed for it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub follows: u64,
    /// The bot had lost its memory of the room and read it again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reread: bool,
    /// What it cost, in tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
}

/// The life of an answer. Exactly one of the last five is its end (promise G9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// It waits for its turn.
    Queued,
    /// The model has been asked.
    Thinking,
    /// Text arrives.
    Streaming,
    /// Whole.
    Done,
    /// An error was said.
    Failed,
    /// Cut by a limit or a filter.
    Incomplete,
    /// Somebody stopped it.
    Stopped,
    /// The connection or the room broke in the middle.
    Interrupted,
}

impl RunState {
    /// Whether nothing more comes.
    pub fn is_end(self) -> bool {
        !matches!(self, Self::Queued | Self::Thinking | Self::Streaming)
    }

    /// The state of a word on the wire.
    pub fn from_word(word: &str) -> Option<Self> {
        let all = [
            Self::Queued,
            Self::Thinking,
            Self::Streaming,
            Self::Done,
            Self::Failed,
            Self::Incomplete,
            Self::Stopped,
            Self::Interrupted,
        ];
        all.into_iter().find(|state| state.word() == word)
    }

    /// The word on the wire and in `data-state`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Thinking => "thinking",
            Self::Streaming => "streaming",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Incomplete => "incomplete",
            Self::Stopped => "stopped",
            Self::Interrupted => "interrupted",
        }
    }
}

/// Tokens of an answer. `input` includes `cached`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens read, the cached ones included.
    pub input: u64,
    /// Tokens read from the provider's cache.
    pub cached: u64,
    /// Tokens written, reasoning included.
    pub output: u64,
}

/// One row of the log as `events` carries it. Each says the new state absolutely, so applying it twice is harmless.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// A new message or a new answer. When it is resumed, it is in its current state.
    Message(Message),
    /// An answer ended.
    Ended(Ended),
    /// A kind of a newer server. It has a place, and is otherwise ignored (promise G15).
    #[serde(untagged)]
    Unknown(UnknownEvent),
}

/// The end of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ended {
    /// The place of the end itself.
    pub seq: Seq,
    /// When it ended.
    pub at: Millis,
    /// The answer's place, which is its run's id.
    pub target: Seq,
    /// The final text, the same for all.
    pub text: String,
    /// The final state.
    pub answer: Answer,
}

/// An event that this version does not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnknownEvent {
    /// Its place.
    pub seq: Seq,
}

impl Event {
    /// The event's place in the log.
    pub fn seq(&self) -> Seq {
        match self {
            Self::Message(message) => message.seq,
            Self::Ended(ended) => ended.seq,
            Self::Unknown(unknown) => unknown.seq,
        }
    }
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}
