//! What a room's log holds, as it is shown to clients: messages in their current state, and the events that lead there.

use serde::{Deserialize, Serialize};

use crate::{Bot, Card, Code, Millis, Nonce, PersonId, Seq, Usage, Vote};

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
    /// Its author has changed the words.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub edited: bool,
    /// It was deleted: only its place is left.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
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
    /// What it cost, in tokens: all calls of it together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// What it cost, in micro-dollars, as far as the price is known. An estimate: the provider's bill counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<u64>,
    /// What the bot looked up for it, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub looked: Vec<Look>,
    /// The answer as a card, when it has a form and fits it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<Card>,
    /// How people voted, if it is a poll.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub votes: Vec<Vote>,
    /// When a limit that refused it resets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resets_at: Option<Millis>,
}

impl Answer {
    /// An answer of which nothing else is known.
    pub fn new(parent: Seq, asker: PersonId, state: RunState) -> Self {
        Self {
            parent,
            asker,
            state,
            code: None,
            follows: 0,
            reread: false,
            usage: None,
            cost: None,
            looked: Vec::new(),
            card: None,
            votes: Vec::new(),
            resets_at: None,
        }
    }
}

/// Something that a bot looked up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// The tool.
    pub tool: String,
    /// What it was asked for: a city, a time zone, words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub what: String,
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

/// One row of the log as `events` carries it. Each says the new state absolutely, so applying it twice is harmless.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// A new message or a new answer. When it is resumed, it is in its current state.
    Message(Message),
    /// An answer ended.
    Ended(Ended),
    /// A message has other words.
    Edited {
        /// The place of the change.
        seq: Seq,
        /// When.
        at: Millis,
        /// The message.
        target: Seq,
        /// The words now.
        text: String,
    },
    /// A message is no more.
    Deleted {
        /// The place of the change.
        seq: Seq,
        /// When.
        at: Millis,
        /// The message.
        target: Seq,
    },
    /// Somebody voted in a poll.
    Voted {
        /// The place of the change.
        seq: Seq,
        /// The answer that holds the poll.
        target: Seq,
        /// Who.
        person: PersonId,
        /// Their choice now; none when they took it back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        option: Option<usize>,
    },
    /// The room has a new bot, or another one under the same handle.
    BotSet {
        /// The place of the change.
        seq: Seq,
        /// The bot.
        bot: Box<Bot>,
    },
    /// A bot of the room is gone.
    BotGone {
        /// The place of the change.
        seq: Seq,
        /// Its handle.
        handle: String,
    },
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
            Self::Edited { seq, .. }
            | Self::Deleted { seq, .. }
            | Self::Voted { seq, .. }
            | Self::BotSet { seq, .. }
            | Self::BotGone { seq, .. } => *seq,
            Self::Unknown(unknown) => unknown.seq,
        }
    }
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}
