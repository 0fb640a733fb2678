//! The room's storage in memory, with the mutations that concern reading and writing it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use room::memory::MemoryStorage;
use room::{
    ChainRecord, LogPage, LogRow, LogStorage, PassThrough, Period, ReadBudget, ResponseRecord, RunRecord,
    RunStorage, SearchedRows, SettlementRecord, Spender, SpendingRecord, SpendingStorage, Storage,
    StorageError, Write,
};
use shared::{Epoch, Nonce, PersonId, Seq};

use crate::options::{Mutation, Options};

pub(crate) struct FaultyStorage {
    pub(crate) memory: MemoryStorage,
    mutation: Option<Mutation>,
    /// The position of each bot's chain before its last change.
    former: RefCell<BTreeMap<String, Seq>>,
}

impl FaultyStorage {
    pub(crate) fn new(options: &Options) -> Self {
        let epoch = Epoch::parse("epoch-of-the-sim").expect("it is an epoch");
        let memory = MemoryStorage::new(
            options.room(),
            epoch,
            Some(options.owner()),
            shared::Millis(crate::world::BEGIN_MS),
        );
        Self { memory, mutation: options.mutation, former: RefCell::default() }
    }

    /// Applies writes without a rollback, which saves a copy of the log at every store: an invalid write is an error of the
    /// room and fails the run.
    pub(crate) fn apply(&mut self, mut writes: Vec<Write>) -> Result<(), StorageError> {
        if let Some(mutation) = self.mutation {
            mutation.apply_to(&mut writes, &self.memory);
        }
        for write in writes {
            if let Write::Chain(chain) = &write {
                let last = self.memory.chains.get(&chain.bot).map(|chain| chain.last).unwrap_or_default();
                self.former.borrow_mut().insert(chain.bot.clone(), last);
            }
            self.memory.write(&write)?;
        }
        Ok(())
    }
}

impl PassThrough for FaultyStorage {
    fn inner(&self) -> &dyn Storage {
        &self.memory
    }
}

impl LogStorage for FaultyStorage {
    fn rows(&self, after: Seq, through: Seq, budget: ReadBudget) -> Result<LogPage, StorageError> {
        self.memory.rows(after, through, budget)
    }

    fn newest_messages(&self, before: Seq, budget: ReadBudget) -> Result<LogPage, StorageError> {
        self.memory.newest_messages(before, budget)
    }

    fn oldest_messages(&self, after: Seq, budget: ReadBudget) -> Result<LogPage, StorageError> {
        self.memory.oldest_messages(after, budget)
    }

    fn edited(&self, after: Seq, through: Seq, target: Seq, limit: usize) -> Result<Vec<Seq>, StorageError> {
        self.memory.edited(after, through, target, limit)
    }

    fn search(
        &self,
        after: Seq,
        through: Seq,
        text: &str,
        limit: usize,
    ) -> Result<SearchedRows, StorageError> {
        self.memory.search(after, through, text, limit)
    }

    fn row(&self, seq: Seq) -> Result<Option<LogRow>, StorageError> {
        self.memory.row(seq)
    }

    fn find_nonce(&self, after: Seq, author: &PersonId, nonce: &Nonce) -> Result<Option<Seq>, StorageError> {
        if self.mutation == Some(Mutation::SharedNonces) {
            let rows = self.memory.rows.range(after.next()..);
            return Ok(rows
                .map(|(_, row)| row)
                .find(|row| row.nonce.as_ref() == Some(nonce))
                .map(|row| row.seq));
        }
        let found = self.memory.find_nonce(after, author, nonce)?;
        Ok(found.filter(|_| self.mutation != Some(Mutation::ForgottenNonces)))
    }
}

impl RunStorage for FaultyStorage {
    fn runs(&self) -> Result<Vec<RunRecord>, StorageError> {
        let mut runs = self.memory.runs()?;
        if self.mutation == Some(Mutation::ForgottenCalls) {
            runs.iter_mut().for_each(|run| run.calls = 0);
        }
        Ok(runs)
    }

    fn chain(&self, bot: &str) -> Result<Option<ChainRecord>, StorageError> {
        let mut chain = self.memory.chain(bot)?;
        if let (Some(chain), Some(Mutation::StaleChains)) = (&mut chain, self.mutation) {
            chain.last = self.former.borrow().get(bot).copied().unwrap_or_default();
        }
        Ok(chain)
    }

    fn settlements(&self, limit: usize) -> Result<Vec<SettlementRecord>, StorageError> {
        self.memory.settlements(limit)
    }

    fn responses_to_delete(&self, limit: usize) -> Result<Vec<ResponseRecord>, StorageError> {
        self.memory.responses_to_delete(limit)
    }
}

impl SpendingStorage for FaultyStorage {
    fn spending(&self, spender: &Spender, period: Period) -> Result<Option<SpendingRecord>, StorageError> {
        self.memory.spending(spender, period)
    }
}
