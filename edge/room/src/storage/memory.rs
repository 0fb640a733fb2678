//! A room's storage in memory, for tests: maps that keep the promises of [`Storage`](super::Storage) and can be told to fail.

mod administration;
mod knowledge;
mod own_data;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use shared::{Epoch, Millis, Moderation, Nonce, PersonId, RoomName, RoomSettings, Seq};

use super::{
    ChainRecord, ErasureRecord, LogPage, LogRow, LogStorage, NicknameRecord, PeopleStorage, Period,
    PersonRecord, PushRecord, ReadBudget, ReportRecord, ResponseRecord, RestrictionKind, RestrictionRecord,
    RoomRecord, RoomStorage, RowData, RunRecord, RunStorage, SearchHit, SearchedRows, SettlementRecord,
    Spender, SpendingRecord, SpendingStorage, StorageError, Write,
};
use crate::bot::CustomBot;
use crate::knowledge::Passage;

/// A room's storage as maps.
#[derive(Debug, Clone)]
pub struct MemoryStorage {
    /// The room; `head` and `oldest` are computed from the other maps when it is read, `people` is at least what they hold.
    pub room: RoomRecord,
    pub rows: BTreeMap<Seq, LogRow>,
    pub runs: BTreeMap<Seq, RunRecord>,
    pub chains: BTreeMap<String, ChainRecord>,
    pub responses: BTreeMap<String, ResponseRecord>,
    pub settlements: BTreeMap<(Seq, u32), SettlementRecord>,
    pub bots: BTreeMap<String, CustomBot>,
    pub knowledge: BTreeMap<String, Vec<Passage>>,
    pub spends: BTreeMap<(Spender, Period), SpendingRecord>,
    pub people: BTreeMap<PersonId, PersonRecord>,
    pub names: BTreeMap<String, NicknameRecord>,
    pub restrictions: BTreeMap<(RestrictionKind, String), RestrictionRecord>,
    pub audit: Vec<Moderation>,
    pub reports: BTreeMap<(Seq, PersonId), ReportRecord>,
    /// The members of a private room; empty in others.
    pub members: BTreeSet<PersonId>,
    /// Push subscriptions by endpoint.
    pub push: BTreeMap<String, PushRecord>,
    pub erasures: BTreeMap<PersonId, ErasureRecord>,
    pub cleaning_due: Option<Millis>,
    pub is_unreadable: Cell<bool>,
    /// Bytes that the database is to have besides the log's.
    pub other_bytes: Cell<u64>,
    /// How many rows were read so far.
    pub reads: Cell<usize>,
    /// How many bytes of log rows were returned so far: never less than what a reader holds at once.
    pub read_bytes: Cell<usize>,
}

impl MemoryStorage {
    /// A room without people and messages.
    pub fn new(name: RoomName, epoch: Epoch, owner: Option<PersonId>, created: Millis) -> Self {
        let room = RoomRecord {
            name,
            epoch,
            owner,
            created,
            head: Seq::ZERO,
            oldest: Seq(1),
            people: 0,
            settings: RoomSettings::default(),
            private: false,
            deleted: false,
        };
        Self {
            room,
            rows: BTreeMap::new(),
            runs: BTreeMap::new(),
            chains: BTreeMap::new(),
            responses: BTreeMap::new(),
            settlements: BTreeMap::new(),
            bots: BTreeMap::new(),
            knowledge: BTreeMap::new(),
            spends: BTreeMap::new(),
            people: BTreeMap::new(),
            names: BTreeMap::new(),
            restrictions: BTreeMap::new(),
            audit: Vec::new(),
            reports: BTreeMap::new(),
            members: BTreeSet::new(),
            push: BTreeMap::new(),
            erasures: BTreeMap::new(),
            cleaning_due: None,
            is_unreadable: Cell::new(false),
            other_bytes: Cell::new(0),
            reads: Cell::new(0),
            read_bytes: Cell::new(0),
        }
    }

    /// Stores all writes in one transaction.
    ///
    /// # Errors
    /// When a row does not follow the head; then nothing is stored.
    pub fn apply(&mut self, writes: &[Write]) -> Result<(), StorageError> {
        let mut next = self.clone();
        for write in writes {
            next.write(write)?;
        }
        *self = next;
        Ok(())
    }

    /// Stores one write without the copy that makes [`MemoryStorage::apply`] a transaction, for tests that are too large for it.
    ///
    /// # Errors
    /// When a row does not follow the head.
    pub fn write(&mut self, write: &Write) -> Result<(), StorageError> {
        match write {
            Write::Append(row) => {
                let head = self.rows.keys().next_back().copied().unwrap_or_default();
                if row.seq != head.next() {
                    return Err(StorageError(format!("{} does not follow {head}", row.seq)));
                }
                self.rows.insert(row.seq, row.clone());
            }
            Write::Rewrite { seq, data } => {
                if let Some(row) = self.rows.get_mut(seq) {
                    row.data.clone_from(data);
                }
            }
            Write::Run(run) => drop(self.runs.insert(run.run, run.clone())),
            Write::RunEnded(run) => drop(self.runs.remove(run)),
            Write::Chain(chain) => drop(self.chains.insert(chain.bot.clone(), chain.clone())),
            Write::Response(response) => drop(self.responses.insert(response.id.clone(), response.clone())),
            Write::MarkResponsesForDeletion { after, kept } => {
                for response in self.responses.values_mut().filter(|response| response.run > *after) {
                    let is_kept = kept.iter().any(|(bot, run)| *bot == response.bot && response.run >= *run);
                    response.deletion_pending |= !is_kept;
                }
            }
            Write::ResponseDeletionFailed(id) => {
                self.responses.get_mut(id).into_iter().for_each(|response| response.tries += 1);
            }
            Write::ResponseDeleted(id) => drop(self.responses.remove(id)),
            Write::Settlement(record) => {
                _ = self.settlements.insert((record.run, record.call_number), record.clone());
            }
            Write::SettlementTaken { run, call_number } => {
                _ = self.settlements.remove(&(*run, *call_number));
            }
            Write::Bot(bot) => drop(self.bots.insert(bot.draft.handle.clone(), bot.clone())),
            Write::TrimSpending { day, hour } => self.spends.retain(|(_, period), _| match period {
                Period::All => true,
                Period::Day(number) => number >= day,
                Period::Hour(number) => number >= hour,
            }),
            Write::Spending(spend) => {
                drop(self.spends.insert((spend.spender.clone(), spend.period), spend.clone()));
            }
            Write::Person(person) => {
                self.room.people = self.room.people.max(person.number);
                drop(self.people.insert(person.id.clone(), person.clone()));
            }
            Write::Nickname(name) => drop(self.names.insert(name.key.clone(), name.clone())),
            Write::Trim { through } => {
                let head = self.rows.keys().next_back().copied().unwrap_or_default();
                self.rows.retain(|seq, _| seq > through || *seq == head);
            }
            _ => {
                self.write_knowledge(write);
                self.write_administration(write);
                self.write_own_data(write);
            }
        }
        Ok(())
    }

    fn trim_nicknames(&mut self, person: &PersonId, keep: usize) {
        let mut names: Vec<_> = self.names.values().filter(|name| name.person == *person).collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.seen));
        let old: Vec<String> = names.into_iter().skip(keep).map(|name| name.key.clone()).collect();
        old.iter().for_each(|key| drop(self.names.remove(key)));
    }

    fn forget_people(&mut self, seen_before: Millis) {
        self.names.retain(|_, name| name.seen >= seen_before);
        let (names, rows, push) = (&self.names, &self.rows, &self.push);
        self.people.retain(|id, _| {
            names.values().any(|name| name.person == *id)
                || rows.values().any(|row| row.author == *id)
                || push.values().any(|record| record.person == *id)
        });
    }

    fn read<T>(&self, rows: usize, value: T) -> Result<T, StorageError> {
        self.reads.set(self.reads.get().saturating_add(rows));
        if self.is_unreadable.get() { Err(StorageError("told to fail".to_owned())) } else { Ok(value) }
    }

    /// The first of these rows that fit a budget. `looked_at` counts the rows that were looked at to find them.
    fn read_page<'a>(
        &self,
        rows: impl Iterator<Item = &'a LogRow>,
        budget: ReadBudget,
        looked_at: &Cell<usize>,
    ) -> Result<LogPage, StorageError> {
        let found: Vec<(&LogRow, usize)> =
            rows.take(budget.rows.saturating_add(1)).map(|row| (row, size(row))).collect();
        let fitting = budget.count_fitting(found.iter().map(|(_, size)| *size));
        let is_cut = fitting < found.len();
        let rows = found.into_iter().take(fitting).map(|(row, size)| {
            self.count_bytes(size);
            row.clone()
        });
        self.read(looked_at.get(), LogPage { rows: rows.collect(), is_cut })
    }

    fn count_bytes(&self, bytes: usize) {
        self.read_bytes.set(self.read_bytes.get().saturating_add(bytes));
    }
}

/// The bytes of a row's data.
fn size(row: &LogRow) -> usize {
    row.data.encode().len()
}

fn count<'a, T>(looked_at: &'a Cell<usize>) -> impl Fn(&T) + 'a {
    |_| looked_at.set(looked_at.get().saturating_add(1))
}

impl LogStorage for MemoryStorage {
    fn rows(&self, after: Seq, through: Seq, budget: ReadBudget) -> Result<LogPage, StorageError> {
        if after >= through {
            return self.read(0, LogPage::default());
        }
        let looked_at = Cell::new(0);
        let rows = self.rows.range(after.next()..=through).inspect(count(&looked_at));
        self.read_page(rows.map(|(_, row)| row), budget, &looked_at)
    }

    fn newest_messages(&self, before: Seq, budget: ReadBudget) -> Result<LogPage, StorageError> {
        let looked_at = Cell::new(0);
        let rows = self.rows.range(..before).rev().inspect(count(&looked_at));
        let messages = rows.map(|(_, row)| row).filter(|row| row.data.is_message());
        self.read_page(messages, budget, &looked_at)
    }

    fn oldest_messages(&self, after: Seq, budget: ReadBudget) -> Result<LogPage, StorageError> {
        let looked_at = Cell::new(0);
        let rows = self.rows.range(after.next()..).inspect(count(&looked_at));
        let messages = rows.map(|(_, row)| row).filter(|row| row.data.is_message());
        self.read_page(messages, budget, &looked_at)
    }

    fn row(&self, seq: Seq) -> Result<Option<LogRow>, StorageError> {
        let row = self.rows.get(&seq).cloned();
        row.iter().for_each(|row| self.count_bytes(size(row)));
        self.read(1, row)
    }

    fn edited(&self, after: Seq, through: Seq, target: Seq, limit: usize) -> Result<Vec<Seq>, StorageError> {
        let mut edited: Vec<Seq> = Vec::new();
        let rows = self.rows.iter().rev().filter(|(seq, _)| **seq > after && **seq <= through);
        let is_change = |row: &&LogRow| matches!(row.data, RowData::Edited | RowData::Chosen(_));
        for row in rows.map(|(_, row)| row).filter(is_change) {
            let is_new = |seq: &Seq| *seq <= target && !edited.contains(seq);
            if let Some(seq) = row.target.filter(is_new) {
                edited.push(seq);
            }
        }
        edited.truncate(limit);
        self.read(edited.len(), edited)
    }

    fn search(
        &self,
        after: Seq,
        through: Seq,
        text: &str,
        limit: usize,
    ) -> Result<SearchedRows, StorageError> {
        let text = text.to_ascii_lowercase();
        let mut searched = SearchedRows::default();
        for row in self.rows.values().rev().filter(|row| row.seq > after && row.seq <= through) {
            searched.rows = searched.rows.saturating_add(1);
            searched.bytes = searched.bytes.saturating_add(size(row));
            let (from, person) = match &row.data {
                RowData::Message(message) => (&message.name, Some(row.author.clone())),
                RowData::Answer(answer) => (&answer.bot, None),
                _ => continue,
            };
            let whole = row.data.text();
            let Some(at) = whole.to_ascii_lowercase().find(&text) else { continue };
            if searched.hits.len() < limit {
                let at = whole.get(..at).map_or(0, |before| before.chars().count());
                let start = at.saturating_sub(SearchHit::CHARACTERS_BEFORE);
                let part: String = whole.chars().skip(start).take(SearchHit::CHARACTERS).collect();
                self.count_bytes(part.len());
                let text = SearchHit::with_ellipses(part, start, whole.chars().count());
                searched.hits.push(SearchHit { seq: row.seq, at: row.at, from: from.clone(), person, text });
            }
        }
        self.read(searched.rows, searched)
    }

    fn find_nonce(&self, after: Seq, author: &PersonId, nonce: &Nonce) -> Result<Option<Seq>, StorageError> {
        let looked_at = Cell::new(0);
        let mut later = self.rows.range(after.next()..).inspect(count(&looked_at));
        let found = later.find(|(_, row)| row.author == *author && row.nonce.as_ref() == Some(nonce));
        self.read(looked_at.get(), found.map(|(seq, _)| *seq))
    }
}

impl RoomStorage for MemoryStorage {
    fn room(&self) -> Result<Option<RoomRecord>, StorageError> {
        let mut room = self.room.clone();
        room.head = self.rows.keys().next_back().copied().unwrap_or_default();
        room.oldest = self.rows.keys().next().copied().unwrap_or(Seq(1));
        let numbers = self.people.values().map(|person| person.number);
        room.people = numbers.chain([room.people]).max().unwrap_or_default();
        self.read(1, Some(room))
    }

    fn custom_bots(&self) -> Result<Vec<CustomBot>, StorageError> {
        self.read(self.bots.len(), self.bots.values().cloned().collect())
    }

    fn bytes(&self) -> Result<u64, StorageError> {
        /// About what SQLite stores of a row besides its data.
        const ROW_BYTES: usize = 80;
        let bytes: usize = self.rows.values().map(|row| size(row).saturating_add(ROW_BYTES)).sum();
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.read(0, bytes.saturating_add(self.other_bytes.get()))
    }
}

impl PeopleStorage for MemoryStorage {
    fn person(&self, id: &PersonId) -> Result<Option<PersonRecord>, StorageError> {
        self.read(1, self.people.get(id).cloned())
    }

    fn nickname(&self, key: &str) -> Result<Option<NicknameRecord>, StorageError> {
        self.read(1, self.names.get(key).cloned())
    }
}

impl RunStorage for MemoryStorage {
    fn runs(&self) -> Result<Vec<RunRecord>, StorageError> {
        self.read(self.runs.len(), self.runs.values().cloned().collect())
    }

    fn chain(&self, bot: &str) -> Result<Option<ChainRecord>, StorageError> {
        self.read(1, self.chains.get(bot).cloned())
    }

    fn settlements(&self, limit: usize) -> Result<Vec<SettlementRecord>, StorageError> {
        let settlements: Vec<_> = self.settlements.values().take(limit).cloned().collect();
        self.read(settlements.len(), settlements)
    }

    fn responses_to_delete(&self, limit: usize) -> Result<Vec<ResponseRecord>, StorageError> {
        let mut pending: Vec<_> =
            self.responses.values().filter(|response| response.deletion_pending).cloned().collect();
        pending.sort_by_key(|response| response.tries);
        pending.truncate(limit);
        self.read(1, pending)
    }
}

impl SpendingStorage for MemoryStorage {
    fn spending(&self, spender: &Spender, period: Period) -> Result<Option<SpendingRecord>, StorageError> {
        self.read(1, self.spends.get(&(spender.clone(), period)).cloned())
    }
}
