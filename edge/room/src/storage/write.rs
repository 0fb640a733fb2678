//! The writes of a room. All writes of one input are stored in one transaction, in order.

use shared::{Millis, Moderation, PersonId, RoomSettings, Seq};

use super::{
    ChainRecord, ErasureRecord, LogRow, NicknameRecord, PersonRecord, PushRecord, ReportRecord,
    ResponseRecord, RestrictionKind, RestrictionRecord, RowData, RunRecord, SettlementRecord, SpendingRecord,
};
use crate::bot::CustomBot;
use crate::knowledge::Passage;

#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// Append a row to the log. Its `seq` follows the head.
    Append(LogRow),
    /// Replace the state of an earlier row; does nothing if the row was trimmed.
    Rewrite { seq: Seq, data: RowData },
    /// Insert or replace a run that has not ended.
    Run(RunRecord),
    /// Remove the record of a run that ended.
    RunEnded(Seq),
    /// Insert or replace a bot's chain.
    Chain(ChainRecord),
    /// Record a response that the model server keeps.
    Response(ResponseRecord),
    /// Mark the responses of all runs after this `seq` to be deleted at the model server, except those of the bots in `kept`
    /// from the run on that stands beside the bot's handle.
    MarkResponsesForDeletion { after: Seq, kept: Vec<(String, Seq)> },
    /// Count a failed deletion of the response with this id, so that others are tried first.
    ResponseDeletionFailed(String),
    /// Remove the record of the response with this id: the model server no longer has it.
    ResponseDeleted(String),
    /// Insert or replace a custom bot.
    Bot(CustomBot),
    /// Remove the custom bot with this handle, and its knowledge.
    BotRemoved(String),
    /// Replace the knowledge of the custom bot with this handle; without passages, remove it.
    Knowledge { bot: String, passages: Vec<Passage> },
    /// Insert what a call cost, which the ledger must be told.
    Settlement(SettlementRecord),
    /// Remove what the ledger has taken.
    SettlementTaken { run: Seq, call_number: u32 },
    /// Insert or replace what a spender spent in a period.
    Spending(SpendingRecord),
    /// Remove the spending of earlier days and hours.
    TrimSpending {
        /// The oldest day to keep, counted from 1970.
        day: u64,
        /// The oldest hour to keep, counted from 1970.
        hour: u64,
    },
    /// Insert a person who joined.
    Person(PersonRecord),
    /// Insert or replace who holds a nickname.
    Nickname(NicknameRecord),
    /// Remove the records of a person's nicknames besides the `keep` that were seen last.
    TrimNicknames { person: PersonId, keep: usize },
    /// Remove nicknames that were last seen before `seen_before`, and people who then have none and wrote no row that is kept.
    ForgetPeople { seen_before: Millis },
    /// Note when a person said something, for slow mode.
    PersonSaid { person: PersonId, at: Millis },
    /// Insert or replace a restriction.
    Restriction(RestrictionRecord),
    /// Remove the restriction of a subject.
    RestrictionLifted { kind: RestrictionKind, subject: String },
    /// Append an entry to the audit list, and remove those beyond [`shared::limits::AUDIT_ROWS`].
    Audit(Box<Moderation>),
    /// Insert or replace a person's report of a message.
    Report(ReportRecord),
    /// Remove all reports of a message.
    ReportsDismissed(Seq),
    /// Replace how the room is run.
    Settings(RoomSettings),
    /// The room belongs to another person.
    Owner(PersonId),
    /// Strangers need another key; members who have never joined are members no more.
    Key(String),
    /// Mark the room as deleted, and remove everything but what is needed to delete its responses at model servers.
    RoomDeleted,
    /// Remove nicknames that were last seen before `nicknames_before`, those of a private room's members only if before
    /// `members_before`; then people who have none and wrote no row that is kept; then members besides the owner who are no
    /// such people any more.
    Age { nicknames_before: Millis, members_before: Millis },
    /// Store when the room is next cleaned.
    CleaningDue(Option<Millis>),
    /// Remove a person's nicknames, number, membership and push subscriptions. Spending stays as long as budgets need it.
    ForgetPerson(PersonId),
    /// Insert or replace a push subscription.
    Push(PushRecord),
    /// Remove the push subscription with this endpoint.
    PushRemoved { endpoint: String },
    /// Insert or replace what is left to delete for a person.
    Erasure(ErasureRecord),
    /// Nothing is left to delete for this person.
    ErasureDone(PersonId),
    /// Remove all rows up to and including `through`.
    Trim { through: Seq },
}

impl Write {
    /// The rows that these writes append to the log, in order.
    pub(crate) fn appended(writes: &[Self]) -> impl DoubleEndedIterator<Item = &LogRow> {
        writes.iter().filter_map(|write| match write {
            Self::Append(row) => Some(row),
            _ => None,
        })
    }
}
