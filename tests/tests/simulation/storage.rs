//! The room's storage: the log in memory, and the ways in which a proof may break it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use room::memory::MemoryLog;
use room::{
    ChainRecord, Log, LogError, NameRecord, OwnBot, Period, PersonRecord, ResponseRecord, RoomRecord, Row,
    RunRecord, SpendRecord, Spender, Write,
};
use shared::{Epoch, Nonce, PersonId, Seq};

use crate::options::{Options, Sabotage};

/// What is stored.
pub(crate) struct Storage {
    pub(crate) memory: MemoryLog,
    sabotage: Option<Sabotage>,
    /// Where each bot's chain ended before it went on.
    former: RefCell<BTreeMap<String, Seq>>,
}

impl Storage {
    /// A room in which nothing has happened.
    pub(crate) fn new(options: &Options) -> Self {
        let epoch = Epoch::parse("epoch-of-the-sim").expect("it is an epoch");
        let memory = MemoryLog::new(
            options.room(),
            epoch,
            Some(options.owner()),
            shared::Millis(crate::world::BEGIN_MS),
        );
        Self { memory, sabotage: options.sabotage, former: RefCell::default() }
    }

    /// Writes. What the room may ask for is never impossible, so nothing is taken back, which spares a copy of the log
    /// at every write; an impossible write is an error of the room's.
    pub(crate) fn apply(&mut self, mut writes: Vec<Write>) -> Result<(), LogError> {
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

impl Log for Storage {
    fn room(&self) -> Result<Option<RoomRecord>, LogError> {
        self.memory.room()
    }

    fn range(&self, after: Seq, through: Seq, limit: usize) -> Result<Vec<Row>, LogError> {
        self.memory.range(after, through, limit)
    }

    fn newest(&self, before: Seq, limit: usize) -> Result<Vec<Row>, LogError> {
        self.memory.newest(before, limit)
    }

    fn one(&self, seq: Seq) -> Result<Option<Row>, LogError> {
        self.memory.one(seq)
    }

    fn written(&self, after: Seq, author: &PersonId, nonce: &Nonce) -> Result<Option<Seq>, LogError> {
        let found = self.memory.written(after, author, nonce)?;
        Ok(found.filter(|_| self.sabotage != Some(Sabotage::ForgottenNonces)))
    }

    fn person(&self, id: &PersonId) -> Result<Option<PersonRecord>, LogError> {
        self.memory.person(id)
    }

    fn name(&self, key: &str) -> Result<Option<NameRecord>, LogError> {
        self.memory.name(key)
    }

    fn runs(&self) -> Result<Vec<RunRecord>, LogError> {
        let mut runs = self.memory.runs()?;
        if self.sabotage == Some(Sabotage::ForgottenCalls) {
            runs.iter_mut().for_each(|run| run.calls = 0);
        }
        Ok(runs)
    }

    fn chain(&self, bot: &str) -> Result<Option<ChainRecord>, LogError> {
        let mut chain = self.memory.chain(bot)?;
        if let (Some(chain), Some(Sabotage::StaleChains)) = (&mut chain, self.sabotage) {
            chain.last = self.former.borrow().get(bot).copied().unwrap_or_default();
        }
        Ok(chain)
    }

    fn bots(&self) -> Result<Vec<OwnBot>, LogError> {
        self.memory.bots()
    }

    fn spend(&self, spender: &Spender, period: Period) -> Result<Option<SpendRecord>, LogError> {
        self.memory.spend(spender, period)
    }

    fn doomed(&self, limit: usize) -> Result<Vec<ResponseRecord>, LogError> {
        self.memory.doomed(limit)
    }

    fn bytes(&self) -> Result<u64, LogError> {
        self.memory.bytes()
    }
}
