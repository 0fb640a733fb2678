//! The room's storage in memory, with the mutations that concern reading and writing it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use room::memory::MemoryStorage;
use room::{
    ChainRecord, CustomBot, LogRow, NameRecord, Period, PersonRecord, ResponseRecord, RoomRecord, RunRecord,
    Spender, SpendingRecord, Storage, StorageError, Write,
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

impl Storage for FaultyStorage {
    fn room(&self) -> Result<Option<RoomRecord>, StorageError> {
        self.memory.room()
    }

    fn range(&self, after: Seq, through: Seq, limit: usize) -> Result<Vec<LogRow>, StorageError> {
        self.memory.range(after, through, limit)
    }

    fn newest(&self, before: Seq, limit: usize) -> Result<Vec<LogRow>, StorageError> {
        self.memory.newest(before, limit)
    }

    fn one(&self, seq: Seq) -> Result<Option<LogRow>, StorageError> {
        self.memory.one(seq)
    }

    fn written(&self, after: Seq, author: &PersonId, nonce: &Nonce) -> Result<Option<Seq>, StorageError> {
        let found = self.memory.written(after, author, nonce)?;
        Ok(found.filter(|_| self.mutation != Some(Mutation::ForgottenNonces)))
    }

    fn person(&self, id: &PersonId) -> Result<Option<PersonRecord>, StorageError> {
        self.memory.person(id)
    }

    fn name(&self, key: &str) -> Result<Option<NameRecord>, StorageError> {
        self.memory.name(key)
    }

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

    fn bots(&self) -> Result<Vec<CustomBot>, StorageError> {
        self.memory.bots()
    }

    fn spend(&self, spender: &Spender, period: Period) -> Result<Option<SpendingRecord>, StorageError> {
        self.memory.spend(spender, period)
    }

    fn responses_to_delete(&self, limit: usize) -> Result<Vec<ResponseRecord>, StorageError> {
        self.memory.responses_to_delete(limit)
    }

    fn bytes(&self) -> Result<u64, StorageError> {
        self.memory.bytes()
    }
}
