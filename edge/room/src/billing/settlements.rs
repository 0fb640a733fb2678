//! What the deployment's ledger is to be told: what calls cost, and which claims are not used.
//!
//! A settlement is stored in the transaction that ends its call, and stays until the ledger has taken it. It is sent again with
//! backoff, and at once when the room wakes; the ledger takes it once.

use std::collections::BTreeMap;

use shared::{Millis, Seq};

use crate::context::Context;
use crate::effect::Effect;
use crate::storage::{SettlementRecord, StorageError, Write};

/// Settlements that are read when the room wakes. While the ledger takes none it grants nothing either, so there are few.
const MOST: usize = 1_000;
/// The wait after the first try; it doubles with each further one.
const FIRST_WAIT_MS: u64 = 2_000;
const MOST_DOUBLINGS: u32 = 8;
const LONGEST_WAIT_MS: u64 = FIRST_WAIT_MS << MOST_DOUBLINGS;
/// So many tries are made by the timer, which prevents hibernation; later ones by the alarm, which writes a row.
const TIMER_TRIES: u32 = 4;
/// How long a claim whose grant was not heard of may still be on its way. Its settlement must not overtake it.
const GRANT_MS: u64 = 10_000;

/// The settlements that the ledger has not taken yet, by run and number of the call.
#[derive(Debug, Default)]
pub(crate) struct Settlements {
    pending: BTreeMap<(Seq, u32), Pending>,
}

#[derive(Debug)]
struct Pending {
    micros: Option<u64>,
    tries: u32,
    due: Millis,
}

impl Settlements {
    /// Reads what was not taken before the room woke. It is due at once.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn load(cx: &Context<'_>) -> Result<Self, StorageError> {
        let records = cx.storage.settlements(MOST)?;
        let pending = records.into_iter().map(|SettlementRecord { run, call_number, micros }| {
            ((run, call_number), Pending { micros, tries: 0, due: cx.now })
        });
        Ok(Self { pending: pending.collect() })
    }

    /// Tells the ledger what a call cost.
    pub(crate) fn add(&mut self, cx: &mut Context<'_>, record: SettlementRecord) {
        self.insert(cx, record, 0);
        self.send_due(cx);
    }

    /// Gives a claim back that the ledger may have granted, once its grant can no longer be on its way.
    pub(crate) fn add_unused(&mut self, cx: &mut Context<'_>, run: Seq, call_number: u32) {
        if !self.pending.contains_key(&(run, call_number)) {
            self.insert(cx, SettlementRecord { run, call_number, micros: Some(0) }, GRANT_MS);
        }
    }

    /// Gives a claim back that the ledger has granted, unless it was told of it already.
    pub(crate) fn release(&mut self, cx: &mut Context<'_>, run: Seq, call_number: u32) {
        match self.pending.get_mut(&(run, call_number)) {
            Some(pending) if pending.tries == 0 => pending.due = cx.now,
            Some(_) => {}
            None => self.insert(cx, SettlementRecord { run, call_number, micros: Some(0) }, 0),
        }
        self.send_due(cx);
    }

    /// The ledger has taken a settlement.
    pub(crate) fn taken(&mut self, cx: &mut Context<'_>, run: Seq, call_number: u32) {
        if self.pending.remove(&(run, call_number)).is_some() {
            // If this is lost, the ledger is told again after a restart, and ignores it.
            cx.effects.write_optional(Write::SettlementTaken { run, call_number });
        }
    }

    /// Sends what is due.
    pub(crate) fn send_due(&mut self, cx: &mut Context<'_>) {
        for (&(run, call_number), pending) in &mut self.pending {
            // A moment further away was set before the clock went back.
            if pending.due > cx.now && pending.due.since(cx.now) <= LONGEST_WAIT_MS {
                continue;
            }
            let wait_ms = FIRST_WAIT_MS << pending.tries.min(MOST_DOUBLINGS);
            pending.due = cx.now.plus(wait_ms);
            pending.tries = pending.tries.saturating_add(1);
            cx.effects.push(Effect::SettleClaim { run, call_number, micros: pending.micros });
        }
    }

    /// When the timer is to ring for the next try.
    pub(crate) fn next_timer(&self) -> Option<Millis> {
        self.next(|pending| pending.tries < TIMER_TRIES)
    }

    /// When the alarm is to ring for the next try.
    pub(crate) fn next_alarm(&self) -> Option<Millis> {
        self.next(|pending| pending.tries >= TIMER_TRIES)
    }

    fn next(&self, is_meant: impl Fn(&Pending) -> bool) -> Option<Millis> {
        self.pending.values().filter(|pending| is_meant(pending)).map(|pending| pending.due).min()
    }

    fn insert(&mut self, cx: &mut Context<'_>, record: SettlementRecord, wait_ms: u64) {
        let pending = Pending { micros: record.micros, tries: 0, due: cx.now.plus(wait_ms) };
        self.pending.insert((record.run, record.call_number), pending);
        cx.effects.write(Write::Settlement(record));
    }
}
