//! Runs: the work that produces answers, from the question to the one end of each answer (promise G9).
//!
//! A run is a state machine ([`active_run::Phase`]). Each bot answers one question at a time, in the order of asking. Every call is
//! reserved, then recorded, then made (promise G10): [`calls`]. Nothing is paid for again by itself after a crash.
//!
//! Order of the files, each using only those before it: `active_run`, `further_answers`, `private_answers`, `chains`, `charges`, `alternatives`,
//! `queue`, `end`, `calls`, `tool_calls`, `recovery`, `starts`, `model_events`, `private_calls`, `scheduler`, `invalidation`.

pub(crate) mod active_run;
mod alternatives;
mod calls;
mod chains;
mod charges;
mod end;
pub(crate) mod further_answers;
mod invalidation;
mod model_events;
mod next_prompt;
pub(crate) mod private_answers;
mod private_calls;
mod queue;
mod recovery;
mod scheduler;
mod starts;
mod tool_calls;

use std::collections::BTreeMap;

use shared::{ErrorCode, Millis, Seq, SplitMix64};

use active_run::ActiveRun;
use chains::Chains;
use further_answers::FurtherAnswers;
use private_answers::PrivateAnswers;

use crate::billing::settlements::Settlements;
use crate::context::Context;
use crate::storage::StorageError;

/// How long a bot is not called after its model server refused the key, the model or the account.
const BREAKER_MS: u64 = 60_000;
/// The wait after the storage could not be read, or the ledger not be reached.
const RETRY_MS: u64 = 1_000;

/// All runs that have not ended, and what bots remember.
pub(crate) struct Runs {
    active: BTreeMap<Seq, ActiveRun>,
    /// Runs whose answers have ended and whose bots give further ones.
    further: BTreeMap<Seq, FurtherAnswers>,
    /// What people asked for themselves alone.
    private: PrivateAnswers,
    chains: Chains,
    /// Circuit breakers, by bot: until when it is not called, and what people are told instead.
    breakers: BTreeMap<String, (Millis, ErrorCode)>,
    rng: SplitMix64,
    /// What the ledger is to be told.
    settlements: Settlements,
    /// Responses were marked for deletion, or can be deleted now that their run has ended.
    has_new_deletions: bool,
}

impl Runs {
    /// No runs. `seed` is for the jitter of retries.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            active: BTreeMap::new(),
            further: BTreeMap::new(),
            private: PrivateAnswers::default(),
            chains: Chains::default(),
            breakers: BTreeMap::new(),
            rng: SplitMix64::new(seed),
            settlements: Settlements::default(),
            has_new_deletions: false,
        }
    }

    /// Whether there are new responses to delete since this was last called.
    pub(crate) fn take_new_deletions(&mut self) -> bool {
        std::mem::take(&mut self.has_new_deletions)
    }

    pub(crate) fn settlements(&self) -> &Settlements {
        &self.settlements
    }

    /// Reads what the ledger is still to be told.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn load_settlements(&mut self, cx: &Context<'_>) -> Result<(), StorageError> {
        self.settlements = Settlements::load(cx)?;
        Ok(())
    }

    /// Tells the ledger what it has not confirmed in time.
    pub(crate) fn send_settlements(&mut self, cx: &mut Context<'_>) {
        self.settlements.send_due(cx);
    }

    /// The ledger has taken a settlement.
    pub(crate) fn claim_settled(&mut self, cx: &mut Context<'_>, run: Seq, call_number: u32) {
        self.settlements.taken(cx, run, call_number);
    }

    /// What people are told instead of an answer of this bot, while its circuit breaker is open.
    fn open_breaker(&self, bot: &str, now: Millis) -> Option<ErrorCode> {
        // An end further away than that was set before the clock went back.
        let is_open = |until: Millis| now < until && until.since(now) <= BREAKER_MS;
        self.breakers.get(bot).filter(|(until, _)| is_open(*until)).map(|(_, code)| *code)
    }
}
