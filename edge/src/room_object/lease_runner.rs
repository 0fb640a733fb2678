//! Stands between the room's claims and the ledger: answers claims from the room's leases (`room::leases`), stores them, and sends
//! their requests.
//!
//! The leases are read from the tables when they are first needed after the room woke.

use std::collections::BTreeSet;

use room::leases::{CallClaim, LeaseAction, LeaseBatch, LeaseBatchReply};
use room::{Input, Leases, RunStorage, StorageError};
use shared::{Millis, Seq};

use super::effects::EffectRunner;
use crate::log::{self, Value};
use crate::{ledger_object, runtime};

/// Settlements that are looked at to know which calls were sent.
const SETTLEMENTS: usize = 1_000;

impl EffectRunner {
    pub(super) fn reserve_budget(&self, claim: CallClaim) {
        self.with_leases(|leases, now| leases.reserve(now, claim));
    }

    pub(super) fn settle_claim(&self, run: Seq, call_number: u32, micros: Option<u64>) {
        self.with_leases(|leases, now| leases.settle(now, run, call_number, micros));
    }

    /// Gives back what is due, also after hibernation if `read`.
    pub(super) fn advance_leases(&self, read: bool) {
        if read || self.leases.borrow().is_some() {
            self.with_leases(Leases::advance);
        }
    }

    /// When the leases want to be looked at, as far as they are in memory. After hibernation their alarm is still set.
    pub(super) fn leases_due(&self) -> Option<Millis> {
        self.leases.borrow().as_ref().and_then(Leases::next_due)
    }

    /// Forgets what memory knows of the leases: what is stored counts.
    pub(super) fn reset_leases(&self) {
        self.leases.replace(None);
    }

    /// Everything that the ledger is still to be told, for a room that is about to be deleted.
    pub(super) fn last_lease_batch(&self) -> Option<LeaseBatch> {
        let settle = self.store.leases().ok().filter(|leases| !leases.is_empty())?;
        Some(LeaseBatch { batch: 0, settle, ask: Vec::new() })
    }

    /// Changes the leases and carries out what follows. Answers for the room wait in the queue.
    fn with_leases(&self, change: impl FnOnce(&mut Leases, Millis)) {
        let known = self.leases.borrow_mut().take();
        let now = runtime::now();
        let leases = known.map_or_else(|| self.read_leases(), Ok);
        let mut leases = match leases {
            Ok(leases) => leases,
            Err(error) => return self.leases_failed("leases_unreadable", &error),
        };
        change(&mut leases, now);
        let actions = leases.take_actions();
        self.leases.replace(Some(leases));
        for action in actions {
            match action {
                LeaseAction::Store { saved, removed } => {
                    if let Err(error) = self.store.save_leases(&saved, &removed) {
                        // Memory holds what was not stored.
                        self.reset_leases();
                        return self.leases_failed("leases_not_stored", &error);
                    }
                }
                LeaseAction::Ask(batch) => self.ask_ledger(batch),
                LeaseAction::Reply { run, call_number, reply } => {
                    self.queue.borrow_mut().push_back(Input::Reserved { run, call_number, reply });
                }
                LeaseAction::Settled { run, call_number } => {
                    self.queue.borrow_mut().push_back(Input::ClaimSettled { run, call_number });
                }
            }
        }
    }

    fn ask_ledger(&self, batch: LeaseBatch) {
        self.spawn(move |runner| async move {
            let number = batch.batch;
            let reply = match runner.key() {
                Some(key) => {
                    let (settle, ask) = batch.for_room(&key);
                    ledger_object::exchange(&runner.env, settle, ask).await
                }
                None => None,
            };
            let reply = reply.map(|grants| LeaseBatchReply { grants });
            runner.with_leases(|leases, now| leases.answered(now, number, reply));
            runner.handle_queue();
        });
    }

    /// A call counts as sent once its run's record says so, or while its settlement waits.
    fn read_leases(&self) -> Result<Leases, StorageError> {
        let records = self.store.leases()?;
        if records.is_empty() {
            return Ok(Leases::restore(records, |_, _| false, self.seed()?));
        }
        let runs = self.store.runs()?;
        let settlements = self.store.settlements(SETTLEMENTS)?;
        let settled: BTreeSet<(Seq, u32)> =
            settlements.iter().map(|settlement| (settlement.run, settlement.call_number)).collect();
        let was_sent = |run: Seq, call_number: u32| {
            settled.contains(&(run, call_number))
                || runs.iter().any(|record| record.run == run && record.calls >= call_number)
        };
        Ok(Leases::restore(records, was_sent, self.seed()?))
    }

    fn seed(&self) -> Result<u64, StorageError> {
        let bytes = runtime::random_bytes().map_err(|error| StorageError(error.to_string()))?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn leases_failed(&self, event: &'static str, error: &StorageError) {
        let then = "claims are not answered, so that no call is made, until the room asks again";
        log::error(event, &[("room", &self.label()), ("error", error as Value<'_>), ("then", &then)]);
    }
}
