//! What is stored, as the room reads it, and the records besides the log itself.

use std::fmt;

use serde::{Deserialize, Serialize};
use shared::{Epoch, Millis, Nonce, PersonId, RoomName, Seq, Totals};

use crate::money::{Period, Spender};
use crate::{CustomBot, LogRow};

/// A read-only view of what is stored. SQLite in the shell, maps in tests. Reads are synchronous and may fail.
pub trait Storage {
    /// The room itself. A room that was never created has none.
    fn room(&self) -> Result<Option<RoomRecord>, StorageError>;
    /// Rows after `after` up to and including `through`, oldest first, at most `limit`.
    fn range(&self, after: Seq, through: Seq, limit: usize) -> Result<Vec<LogRow>, StorageError>;
    /// Messages and answers before `before`, newest first, at most `limit`.
    fn newest(&self, before: Seq, limit: usize) -> Result<Vec<LogRow>, StorageError>;
    /// One row.
    fn one(&self, seq: Seq) -> Result<Option<LogRow>, StorageError>;
    /// Where `author` wrote under `nonce`, looking only after `after`.
    fn written(&self, after: Seq, author: &PersonId, nonce: &Nonce) -> Result<Option<Seq>, StorageError>;
    /// Somebody who has joined before.
    fn person(&self, id: &PersonId) -> Result<Option<PersonRecord>, StorageError>;
    /// Whose a nickname is.
    fn name(&self, key: &str) -> Result<Option<NameRecord>, StorageError>;
    /// Runs that have not ended, in order.
    fn runs(&self) -> Result<Vec<RunRecord>, StorageError>;
    /// A bot's chain.
    fn chain(&self, bot: &str) -> Result<Option<ChainRecord>, StorageError>;
    /// The bots that the room's owner made, by their handles.
    fn bots(&self) -> Result<Vec<CustomBot>, StorageError>;
    /// What somebody's answers cost in a period. Nothing yet is no failure.
    fn spend(&self, spender: &Spender, period: Period) -> Result<Option<SpendingRecord>, StorageError>;
    /// Some of the responses that are to be deleted at the model's server, those first that were tried least often.
    fn responses_to_delete(&self, limit: usize) -> Result<Vec<ResponseRecord>, StorageError>;
    /// How large the database is.
    fn bytes(&self) -> Result<u64, StorageError>;
}

/// Reading failed. The text is for the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageError(pub String);

impl fmt::Display for StorageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomRecord {
    /// Its name.
    pub name: RoomName,
    /// The life of its numbering.
    pub epoch: Epoch,
    /// Whose it is. The lobby is nobody's.
    pub owner: Option<PersonId>,
    /// When it was made.
    pub created: Millis,
    /// The newest place: the largest `seq` of the log, or 0.
    pub head: Seq,
    /// The oldest place that is kept: the smallest `seq` of the log, or 1.
    pub oldest: Seq,
    /// How many people have a number in this room: the largest [`PersonRecord::number`], or 0.
    pub people: u32,
}

/// Somebody who has joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRecord {
    /// Who.
    pub id: PersonId,
    /// Their number in this room, given once: bots know them by it, whatever their nickname is.
    pub number: u32,
}

/// Whose a nickname is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameRecord {
    /// One of the name's comparison keys.
    pub key: String,
    /// Whose.
    pub person: PersonId,
    /// When they were last known to use it.
    pub seen: Millis,
}

/// A run that has not ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Its id and its answer's place.
    pub run: Seq,
    /// The bot's handle.
    pub bot: String,
    /// The message that asked.
    pub parent: Seq,
    /// Who asked.
    pub asker: PersonId,
    /// How many calls were recorded. 0: it only waits. More: after a crash it is interrupted, since it may have been paid.
    pub calls: u32,
    /// The last place whose words belong to this turn: the message that asked, but for some that are asked again.
    pub through: Seq,
    /// Where an answer that is asked again continues from, when it is not the chain's end.
    pub base: Option<crate::ChainPosition>,
    /// The text so far, about a second old.
    pub partial: String,
    /// Micro-dollars that are reserved for the call that goes on. After a crash they count as spent.
    #[serde(default)]
    pub reserved: u64,
}

impl RunRecord {
    /// A question that waits.
    pub(crate) fn new(run: Seq, bot: String, parent: Seq, asker: PersonId) -> Self {
        let (partial, base) = (String::new(), None);
        Self { run, bot, parent, asker, calls: 0, through: parent, base, partial, reserved: 0 }
    }
}

/// The memory of one bot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainRecord {
    /// The bot's handle.
    pub bot: String,
    /// The response that the next turn continues. None: the next turn starts from the transcript.
    pub head: Option<String>,
    /// The answer that the head is.
    #[serde(default)]
    pub run: Seq,
    /// What the head itself continued: asking its question again continues the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<crate::ChainPosition>,
    /// The mention of the last completed run: everything up to here is in the chain.
    pub last: Seq,
    /// How many messages of the room are in the chain.
    #[serde(alias = "follows")]
    pub context_messages: u64,
    /// Tokens of the chain, as the server counted them for its last turn.
    #[serde(default)]
    pub tokens: u64,
    /// What an earlier chain held, in the bot's own words: the beginning of the next transcript.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// What the chain belongs to: model, base URL and instructions. Another one means a new chain.
    pub fingerprint: String,
    /// The server keeps no state: every turn sends the transcript.
    pub stateless: bool,
}

/// An id that a model's server keeps until it is deleted there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseRecord {
    /// The id.
    pub id: String,
    /// The bot.
    pub bot: String,
    /// The run.
    pub run: Seq,
    /// It holds words that were deleted, or belongs to nothing any more: it is to be deleted there.
    pub deletion_pending: bool,
    /// How often deleting it failed.
    pub tries: u32,
}

/// What somebody's answers cost in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpendingRecord {
    /// Whose.
    pub spender: Spender,
    /// When.
    pub period: Period,
    /// What is known of it.
    pub totals: Totals,
    /// Micro-dollars that count against budgets: like the cost, but where a usage is unknown all that was reserved.
    pub charged: u64,
}
