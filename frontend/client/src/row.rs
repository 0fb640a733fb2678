//! One message as it stands on the screen, from the first key press to the last edit.

use std::fmt;

use shared::{
    Answer, Author, CardKind, ErrorCode, Message, Millis, Nonce, PersonId, RunState, Seq, ToolUse, Vote,
};

/// A row's name. It stays the same when a pending message becomes a sent one, so a view moves nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A person's message, by the attempt that wrote it.
    Human {
        /// Who.
        author: PersonId,
        /// The attempt.
        nonce: Nonce,
    },
    /// Any other message, by its place.
    Seq(Seq),
}

impl Key {
    /// The name of a message of the log.
    pub(crate) fn of(message: &Message) -> Self {
        match (&message.author, &message.nonce) {
            (Author::Human { id, .. }, Some(nonce)) => {
                Self::Human { author: id.clone(), nonce: nonce.clone() }
            }
            _ => Self::Seq(message.seq),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Human { author, nonce } => {
                f.write_str(author.as_str())?;
                f.write_str(".")?;
                f.write_str(nonce.as_str())
            }
            Self::Seq(seq) => seq.fmt(f),
        }
    }
}

/// A message, as it is to be shown now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<'a> {
    /// Its name.
    pub key: Key,
    /// Its place; an unsent message has none.
    pub seq: Option<Seq>,
    /// When the server took it; for an unsent one, when it was written.
    pub at: Millis,
    /// Whose it is.
    pub author: &'a Author,
    /// The words; while an answer streams, those so far. Of a card that is being made there are none.
    pub text: &'a str,
    /// Where it stands.
    pub state: RowState,
    /// Whether the person in front of the screen wrote it.
    pub mine: bool,
    /// The message that it replies to.
    pub reply_to: Option<Seq>,
    /// What makes it an answer. Its `state` is the log's; [`Row::state`] is the one to show.
    pub answer: Option<&'a Answer>,
    /// How many answers come before this one, while it is queued.
    pub position: Option<usize>,
    /// Whether the bot lost its memory of the room and read it again for this answer.
    pub chain_rebuilt: bool,
    /// What the bot looked up for it, so far.
    pub tool_uses: &'a [ToolUse],
    /// The card that is being made.
    pub making: Option<Making>,
    /// How people voted, the person in front of the screen included, whose vote may be on its way still.
    pub votes: Vec<Vote>,
    /// Whether its author has changed the words.
    pub edited: bool,
    /// Whether it was deleted.
    pub deleted: bool,
    /// What the person may do with it.
    pub rights: Rights,
}

impl Row<'_> {
    /// Whether it is an answer that has not ended.
    pub fn is_running(&self) -> bool {
        matches!(self.state, RowState::Answer(run) if !run.is_end())
    }
}

/// A card that is being made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Making {
    /// Of this kind.
    pub kind: CardKind,
    /// Bytes of it that have come: they say that it grows, and nothing else.
    pub bytes: usize,
}

/// What the person in front of the screen may do with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rights {
    /// Reply to it.
    pub reply: bool,
    /// Give it other words.
    pub edit: bool,
    /// Delete it.
    pub delete: bool,
    /// Vote, if it is a poll.
    pub vote: bool,
    /// End the answer.
    pub stop: bool,
    /// Ask for the answer again.
    pub regenerate: bool,
}

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowState {
    /// Not yet accepted.
    Pending,
    /// Accepted.
    Sent,
    /// Refused for good; the person may retry or discard it.
    Failed {
        /// Why.
        why: ErrorCode,
    },
    /// An answer.
    Answer(RunState),
}

impl RowState {
    /// The word for `data-state`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Failed { .. } => "failed",
            Self::Answer(state) => state.as_str(),
        }
    }
}
