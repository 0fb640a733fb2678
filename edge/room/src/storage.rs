//! What a room persists: the records, the traits by which the room reads them, and the values by which it writes them.
//!
//! Reading is synchronous ([`Storage`]); writing is a list of [`Write`] values that the caller stores in one transaction.
//! SQLite in the Worker, maps in tests ([`memory`]). Not here: SQL.

pub mod administration;
pub mod answer_row;
pub mod log_row;
#[cfg(any(test, feature = "memory"))]
pub mod memory;
pub(crate) mod overlay;
pub mod pass_through;
pub mod push;
pub mod read;
pub mod records;
pub mod spending;
pub mod write;

use shared::{Millis, Nonce, PersonId, Seq};

use crate::bot::CustomBot;
use crate::knowledge::{Passage, PassageHits};
pub use administration::{AdministrationStorage, ReportRecord, RestrictionKind, RestrictionRecord};
pub use answer_row::{AnswerOption, AnswerRow, ChainPosition};
pub use log_row::{AdministrationRow, LogRow, MessageRow, ReactedRow, RowData};
pub use pass_through::PassThrough;
pub use push::{PushLevel, PushRecord, PushStorage, PushSubscription};
pub use read::{LogPage, ReadBudget, SearchHit, SearchedRows};
pub use records::{
    ChainRecord, ErasureRecord, HeldRows, NicknameRecord, PersonRecord, ResponseRecord, RoomRecord,
    RunRecord, SettlementRecord, SharedClaim,
};
pub use spending::{Period, Spender, SpendingRecord};
pub use write::Write;

/// A read from the room's storage failed. The text is for the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StorageError(pub String);

/// Reads the log: rows in the order of their `seq`.
///
/// # Errors
/// Every function fails when the database cannot be read.
pub trait LogStorage {
    /// Rows after `after` up to and including `through`, oldest first.
    fn rows(&self, after: Seq, through: Seq, budget: ReadBudget) -> Result<LogPage, StorageError>;
    /// Messages and answers before `before`, newest first. Changes are left out.
    fn newest_messages(&self, before: Seq, budget: ReadBudget) -> Result<LogPage, StorageError>;
    /// Messages and answers after `after`, oldest first. Changes are left out.
    fn oldest_messages(&self, after: Seq, budget: ReadBudget) -> Result<LogPage, StorageError>;
    /// The row at `seq`; `None` when it was trimmed or never written.
    fn row(&self, seq: Seq) -> Result<Option<LogRow>, StorageError>;
    /// The messages up to `target` that were edited, or answers whose text was chosen anew, by rows after `after` up to and including `through`: each once, the last
    /// edited first, at most `limit`.
    fn edited(&self, after: Seq, through: Seq, target: Seq, limit: usize) -> Result<Vec<Seq>, StorageError>;
    /// Searches the rows after `after` up to and including `through` for messages and answers that contain `text`, ignoring the
    /// case of ASCII letters: the newest `limit`.
    fn search(
        &self,
        after: Seq,
        through: Seq,
        text: &str,
        limit: usize,
    ) -> Result<SearchedRows, StorageError>;
    /// Where `author` wrote a row under `nonce`, looking only after `after`.
    fn find_nonce(&self, after: Seq, author: &PersonId, nonce: &Nonce) -> Result<Option<Seq>, StorageError>;
}

/// Reads the room itself.
///
/// # Errors
/// Every function fails when the database cannot be read.
pub trait RoomStorage {
    /// The room; `None` when it was never created.
    fn room(&self) -> Result<Option<RoomRecord>, StorageError>;
    /// The custom bots, in the order of their handles.
    fn custom_bots(&self) -> Result<Vec<CustomBot>, StorageError>;
    /// The size of the database in bytes.
    fn bytes(&self) -> Result<u64, StorageError>;
}

/// Reads the people who have joined and the nicknames that are held.
///
/// # Errors
/// Every function fails when the database cannot be read.
pub trait PeopleStorage {
    /// The person, if they have ever joined.
    fn person(&self, id: &PersonId) -> Result<Option<PersonRecord>, StorageError>;
    /// Who holds the nickname with this comparison key.
    fn nickname(&self, key: &str) -> Result<Option<NicknameRecord>, StorageError>;
}

/// Reads runs, and what bots remember at their model servers.
///
/// # Errors
/// Every function fails when the database cannot be read.
pub trait RunStorage {
    /// Runs that have not ended, in the order of their ids.
    fn runs(&self) -> Result<Vec<RunRecord>, StorageError>;
    /// The chain of the bot with this handle.
    fn chain(&self, bot: &str) -> Result<Option<ChainRecord>, StorageError>;
    /// What the ledger was not told yet, or has not confirmed, at most `limit`.
    fn settlements(&self, limit: usize) -> Result<Vec<SettlementRecord>, StorageError>;
    /// Responses to delete at the model server, those first whose deletion failed least often, at most `limit`.
    fn responses_to_delete(&self, limit: usize) -> Result<Vec<ResponseRecord>, StorageError>;
}

/// Reads the knowledge of custom bots.
///
/// # Errors
/// Every function fails when the database cannot be read.
pub trait KnowledgeStorage {
    /// Which of these texts each passage of a bot holds, in the order of the passages. They are searched for in its
    /// [`crate::knowledge::words`].
    fn search_passages(&self, bot: &str, needles: &[String]) -> Result<Vec<PassageHits>, StorageError>;
    /// The passages of a bot with these numbers, or all, in the order of the passages, each with its number.
    fn passages(&self, bot: &str, numbers: Option<&[u32]>) -> Result<Vec<(u32, Passage)>, StorageError>;
}

/// Reads what was spent.
///
/// # Errors
/// Every function fails when the database cannot be read.
pub trait SpendingStorage {
    /// What `spender` spent in `period`; `None` when that is nothing yet.
    fn spending(&self, spender: &Spender, period: Period) -> Result<Option<SpendingRecord>, StorageError>;
}

/// Reads what is kept of one person, and what is to be deleted when.
///
/// # Errors
/// Every function fails when the database cannot be read.
pub trait OwnDataStorage {
    /// The messages, votes and custom bots that `author` wrote after `after` up to and including `through`, oldest first.
    fn rows_of(
        &self,
        author: &PersonId,
        after: Seq,
        through: Seq,
        budget: ReadBudget,
    ) -> Result<LogPage, StorageError>;
    /// The comparison keys of the nicknames that a person holds.
    fn nicknames_of(&self, person: &PersonId) -> Result<Vec<String>, StorageError>;
    /// What people asked to delete and is not deleted yet.
    fn erasures(&self) -> Result<Vec<ErasureRecord>, StorageError>;
    /// When the room is next cleaned, if it is known.
    fn cleaning_due(&self) -> Result<Option<Millis>, StorageError>;
}

/// Everything that a room reads.
pub trait Storage:
    LogStorage
    + RoomStorage
    + PeopleStorage
    + RunStorage
    + SpendingStorage
    + AdministrationStorage
    + OwnDataStorage
    + KnowledgeStorage
    + PushStorage
{
}

impl<T> Storage for T where
    T: LogStorage
        + RoomStorage
        + PeopleStorage
        + RunStorage
        + SpendingStorage
        + AdministrationStorage
        + OwnDataStorage
        + KnowledgeStorage
        + PushStorage
        + ?Sized
{
}
