//! The room's storage: the log in memory, and the ways in which a proof may break it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use room::memory::MemoryStorage;
use room::{
    ChainRecord, CustomBot, LogRow, NicknameRecord, Period, PersonRecord, ResponseRecord, RoomRecord, RunRecord,
    Spender, SpendingRecord, StorageError, LogStorage, RoomStorage, PeopleStorage, RunStorage, SpendingStorage, Write,
};
use shared::{Epoch, Nonce, PersonId, Seq};

use crate::options::{Options, Sabotage};

/// What is stored.
pub(crate) struct FaultyStorage {
    pub(crate) memory: MemoryStorage,
    sabotage: Option<Sabotage>,
    /// Where each bot's chain ended before it went on.
    former: RefCell<BTreeMap<String, Seq>>,
}

impl FaultyStorage {
    /// A room in which nothing has happened.
    pub(crate) fn new(options: &Options) -> Self {
        let epoch = Epoch::parse("epoch-of-the-sim").expect("it is an epoch");
        let memory = MemoryStorage::new(
            options.room(),
            epoch,
            Some(options.owner()),
            shared::Millis(crate::world::BEGIN_MS),
        );
        Self { memory, sabotage: options.sabotage, former: RefCell::default() }
    }

    /// Writes. What the room may ask for is never impossible, so nothing is taken back, which spares a copy of the log
    /// at every write; an impossible write is an error of the room's.
    pub(crate) fn apply(&mut self, mut writes: Vec<Write>) -> Result<(), StorageError> {
        if let Some(sabotage) = self.sabotage {
            sabotage.spoil(&mut writes, &self.memory);
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

impl LogStorage for FaultyStorage {
    fn rows(&self, after: Seq, through: Seq, limit: usize) -> Result<Vec<LogRow>, StorageError> {
        self.memory.rows(after, through, limit)
    }

    fn newest_messages(&self, before: Seq, limit: usize) -> Result<Vec<LogRow>, StorageError> {
        self.memory.newest_messages(before, limit)
    }

    fn row(&self, seq: Seq) -> Result<Option<LogRow>, StorageError> {
        self.memory.row(seq)
    }

    fn find_nonce(&self, after: Seq, author: &PersonId, nonce: &Nonce) -> Result<Option<Seq>, StorageError> {
        let found = self.memory.find_nonce(after, author, nonce)?;
        Ok(found.filter(|_| self.sabotage != Some(Sabotage::ForgottenNonces)))
    }
}

impl RoomStorage for FaultyStorage {
    fn room(&self) -> Result<Option<RoomRecord>, StorageError> {
        self.memory.room()
    }

    fn custom_bots(&self) -> Result<Vec<CustomBot>, StorageError> {
        self.memory.custom_bots()
    }

    fn bytes(&self) -> Result<u64, StorageError> {
        self.memory.bytes()
    }
}

impl PeopleStorage for FaultyStorage {
    fn person(&self, id: &PersonId) -> Result<Option<PersonRecord>, StorageError> {
        self.memory.person(id)
    }

    fn nickname(&self, key: &str) -> Result<Option<NicknameRecord>, StorageError> {
        self.memory.nickname(key)
    }
}

impl RunStorage for FaultyStorage {
    fn runs(&self) -> Result<Vec<RunRecord>, StorageError> {
        let mut runs = self.memory.runs()?;
        if self.sabotage == Some(Sabotage::ForgottenCalls) {
            runs.iter_mut().for_each(|run| run.calls = 0);
        }
        Ok(runs)
    }

    fn chain(&self, bot: &str) -> Result<Option<ChainRecord>, StorageError> {
        let mut chain = self.memory.chain(bot)?;
        if let (Some(chain), Some(Sabotage::StaleChains)) = (&mut chain, self.sabotage) {
            chain.last = self.former.borrow().get(bot).copied().unwrap_or_default();
        }
        Ok(chain)
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
