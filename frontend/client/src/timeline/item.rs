//! The public form of a timeline item: one message as a view shows it now.

use shared::{Answer, Author, CardKind, ErrorCode, Millis, Reaction, RunState, Seq, ToolUse, Vote};

use crate::item_key::ItemKey;

/// One message with the person's own unconfirmed changes applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineItem<'a> {
    pub key: ItemKey,
    /// Its position in the log; `None` for a message that the room has not accepted.
    pub seq: Option<Seq>,
    /// When the room accepted it; for an unsent message, when it was written.
    pub at: Millis,
    pub author: &'a Author,
    /// The text; while an answer streams, the text so far. Empty for a deleted message and for a [`PartialCard`].
    pub text: &'a str,
    pub state: ItemState,
    /// Whether this person wrote it.
    pub mine: bool,
    pub reply_to: Option<Seq>,
    /// The log's data if it is an answer. [`TimelineItem::state`] is newer than its `state`.
    pub answer: Option<&'a Answer>,
    /// How many answers come before a queued one.
    pub position: Option<usize>,
    /// Whether the bot lost its chain and read the transcript again for this answer.
    pub chain_rebuilt: bool,
    /// The tool uses of an answer so far.
    pub tool_uses: &'a [ToolUse],
    /// The card that the bot is writing.
    pub partial_card: Option<PartialCard>,
    /// The votes in a poll, this person's unconfirmed one included.
    pub votes: Vec<Vote>,
    /// The reactions, this person's unconfirmed ones included.
    pub reactions: Vec<Reaction>,
    pub edited: bool,
    pub deleted: bool,
    /// Which of the answers to its question is shown, counted from 0, and how many there are.
    pub page: (usize, usize),
    pub permissions: Permissions,
}

impl<'a> TimelineItem<'a> {
    /// Creates an item with what every message has. Nothing is permitted.
    pub(super) fn new(
        key: ItemKey,
        at: Millis,
        author: &'a Author,
        text: &'a str,
        state: ItemState,
        reply_to: Option<Seq>,
    ) -> Self {
        Self {
            key,
            seq: None,
            at,
            author,
            text,
            state,
            mine: false,
            reply_to,
            answer: None,
            position: None,
            chain_rebuilt: false,
            tool_uses: &[],
            partial_card: None,
            votes: Vec::new(),
            reactions: Vec::new(),
            edited: false,
            deleted: false,
            page: (0, 1),
            permissions: Permissions::default(),
        }
    }

    /// Whether it is an answer whose run has not ended.
    pub fn is_running(&self) -> bool {
        matches!(self.state, ItemState::Answer(run) if !run.is_end())
    }
}

/// A card that a bot is writing. Its text is JSON, so only its length is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartialCard {
    pub kind: CardKind,
    /// How many bytes have arrived, as a measure of progress.
    pub bytes: usize,
}

/// What this person may do with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Permissions {
    pub reply: bool,
    pub edit: bool,
    pub delete: bool,
    /// Vote, if it is a poll.
    pub vote: bool,
    pub react: bool,
    pub stop: bool,
    /// Choose among the answers to a question, and ask for another one.
    pub decide: bool,
    /// Ask the bot for the answer again.
    pub regenerate: bool,
    /// Make the shown option the answer's text.
    pub choose: Option<usize>,
}

/// The state of a timeline item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemState {
    /// The room has not accepted the message yet.
    Pending,
    /// The room has accepted it.
    Sent,
    /// Refused for good; the person may retry or discard it.
    Failed { why: ErrorCode },
    /// An answer, with the state of its run.
    Answer(RunState),
}

impl ItemState {
    /// Returns the name for the page's `data-state` attribute.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Failed { .. } => "failed",
            Self::Answer(state) => state.as_str(),
        }
    }
}
