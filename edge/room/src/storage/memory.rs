//! A room's storage in memory, for tests: maps that keep the promises of [`Storage`](super::Storage) and can be told to fail.

use std::cell::Cell;
use std::collections::BTreeMap;

use shared::{Epoch, Millis, Nonce, PersonId, RoomName, Seq};

use super::{
    ChainRecord, LogRow, LogStorage, NicknameRecord, PeopleStorage, Period, PersonRecord, ResponseRecord,
    RoomRecord, RoomStorage, RunRecord, RunStorage, SettlementRecord, Spender, SpendingRecord,
    SpendingStorage, StorageError, Write,
};
use crate::bot::CustomBot;

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
    pub spends: BTreeMap<(Spender, Period), SpendingRecord>,
    pub people: BTreeMap<PersonId, PersonRecord>,
    pub names: BTreeMap<String, NicknameRecord>,
    pub is_unreadable: Cell<bool>,
    /// How many rows were read so far.
    pub reads: Cell<usize>,
}

impl MemoryStorage {
    /// A room without people and messages.
    pub fn new(name: RoomName, epoch: Epoch, owner: Option<PersonId>, created: Millis) -> Self {
        let room = RoomRecord { name, epoch, owner, created, head: Seq::ZERO, oldest: Seq(1), people: 0 };
        Self {
            room,
            rows: BTreeMap::new(),
            runs: BTreeMap::new(),
            chains: BTreeMap::new(),
            responses: BTreeMap::new(),
            settlements: BTreeMap::new(),
            bots: BTreeMap::new(),
            spends: BTreeMap::new(),
            people: BTreeMap::new(),
            names: BTreeMap::new(),
            is_unreadable: Cell::new(false),
            reads: Cell::new(0),
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
            Write::MarkResponsesForDeletion { after } => {
                self.responses
                    .values_mut()
                    .for_each(|response| response.deletion_pending |= response.run > *after);
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
            Write::BotRemoved(handle) => drop(self.bots.remove(handle)),
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
            Write::TrimNicknames { person, keep } => self.trim_nicknames(person, *keep),
            Write::ForgetPeople { seen_before } => self.forget_people(*seen_before),
            Write::Trim { through } => {
                let head = self.rows.keys().next_back().copied().unwrap_or_default();
                self.rows.retain(|seq, _| seq > through || *seq == head);
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
        let (names, rows) = (&self.names, &self.rows);
        self.people.retain(|id, _| {
            names.values().any(|name| name.person == *id) || rows.values().any(|row| row.author == *id)
        });
    }

    fn read<T>(&self, rows: usize, value: T) -> Result<T, StorageError> {
        self.reads.set(self.reads.get().saturating_add(rows));
        if self.is_unreadable.get() { Err(StorageError("told to fail".to_owned())) } else { Ok(value) }
    }

    fn read_rows(&self, rows: Vec<LogRow>) -> Result<Vec<LogRow>, StorageError> {
        self.read(rows.len(), rows)
    }
}

impl LogStorage for MemoryStorage {
    fn rows(&self, after: Seq, through: Seq, limit: usize) -> Result<Vec<LogRow>, StorageError> {
        if after >= through {
            return self.read_rows(Vec::new());
        }
        self.read_rows(
            self.rows.range(after.next()..=through).take(limit).map(|(_, row)| row.clone()).collect(),
        )
    }

    fn newest_messages(&self, before: Seq, limit: usize) -> Result<Vec<LogRow>, StorageError> {
        let looked_at = Cell::new(0_usize);
        let rows =
            self.rows.range(..before).rev().inspect(|_| looked_at.set(looked_at.get().saturating_add(1)));
        let messages = rows.filter(|(_, row)| row.data.is_message()).take(limit);
        let messages = messages.map(|(_, row)| row.clone()).collect();
        self.read(looked_at.get(), messages)
    }

    fn row(&self, seq: Seq) -> Result<Option<LogRow>, StorageError> {
        self.read(1, self.rows.get(&seq).cloned())
    }

    fn find_nonce(&self, after: Seq, author: &PersonId, nonce: &Nonce) -> Result<Option<Seq>, StorageError> {
        let looked_at = Cell::new(0_usize);
        let mut later =
            self.rows.range(after.next()..).inspect(|_| looked_at.set(looked_at.get().saturating_add(1)));
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
        self.read(0, 0)
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
