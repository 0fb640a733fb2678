//! The leases of a room: blocks of the deployment's money out of which the room's claims are answered, so that the ledger hears
//! of a busy room about once a minute for each address that asks, and not twice for each call.
//!
//! Each lease belongs to one address, so that the ledger knows at every moment what an address may have spent in all rooms. A claim
//! is granted from a lease of its address that has enough left; otherwise the ledger is asked for a new one. A lease is replaced
//! after a minute of use and given back after a minute without; what was spent of it is reported then, once. A lease that is never
//! given back counts as spent in full at the ledger.
//!
//! Everything is stored before it is acted upon ([`LeaseAction::Store`] comes first), so that neither a crash nor a lost answer
//! spends money twice. When the ledger does not answer, the room goes on within the leases that it has for [`USABLE_MS`], and
//! then refuses.
//!
//! Not here: which leases are granted ([`super::ledger`]), and who asks for claims (the room's runs): the caller stands between.

mod exchange;
mod record;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use shared::{Millis, Seq, SplitMix64};

use super::ledger::{ClaimReply, ModelUsage};
use exchange::InFlight;
pub use exchange::{AskedLease, LeaseBatch, LeaseBatchReply};
use record::Lease;
pub use record::{LeaseRecord, LeaseState, OpenCall};

/// A lease is replaced when it is older than this, and given back when it was not used for this long.
pub const RENEW_MS: u64 = 60_000;
/// So long a lease pays for new calls while the ledger does not answer. With the longest call (five minutes) it stays below the
/// 15 minutes after which the ledger charges it.
pub const USABLE_MS: u64 = 5 * 60_000;
/// The ledger has charged a lease of this age in full, whatever was spent of it.
const CHARGED_MS: u64 = 15 * 60_000;
/// How long an answer of the ledger may be on its way. A lease is not given back sooner after it was asked for.
const ANSWER_MS: u64 = 10_000;
/// The wait after the ledger did not answer; it doubles with each further time.
const FIRST_WAIT_MS: u64 = 2_000;
const MOST_DOUBLINGS: u32 = 7;
/// A new lease is asked for this many calls like the first one, and for twice of what the last one was used for.
const CALLS: u64 = 4;

/// A claim on the budget, for one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallClaim {
    pub run: Seq,
    pub call_number: u32,
    /// Micro-dollars that the call costs at most.
    pub micros: u64,
    /// The keyed hash of the asker's address.
    pub address: String,
    /// The model that is called.
    pub model: String,
}

/// One thing to do, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeaseAction {
    /// Store these leases and remove those in a transaction, before any later action.
    Store { saved: Vec<LeaseRecord>, removed: Vec<u64> },
    /// Send this to the ledger; the answer is for [`Leases::answered`].
    Ask(LeaseBatch),
    /// Answer the room's claim. `None`: the ledger could not be reached.
    Reply { run: Seq, call_number: u32, reply: Option<ClaimReply> },
    /// Tell the room that its settlement was taken.
    Settled { run: Seq, call_number: u32 },
}

/// The leases of one room.
#[derive(Debug)]
pub struct Leases {
    leases: BTreeMap<u64, Lease>,
    /// Claims that no lease can pay for, in the order of asking.
    waiting: Vec<CallClaim>,
    /// Addresses whose lease is to be replaced.
    stale: BTreeSet<String>,
    in_flight: Option<InFlight>,
    batches: u64,
    failures: u32,
    /// After the ledger did not answer: when it is asked again without a claim.
    retry_at: Option<Millis>,
    changed: BTreeSet<u64>,
    actions: Vec<LeaseAction>,
    rng: SplitMix64,
}

impl Leases {
    /// Builds the leases from what was stored. `was_sent` says whether the request of a call may have left: a claim of a call that
    /// never left costs nothing. `seed` is any random number.
    pub fn restore(
        records: impl IntoIterator<Item = LeaseRecord>,
        was_sent: impl Fn(Seq, u32) -> bool,
        seed: u64,
    ) -> Self {
        let restore = |mut record: LeaseRecord| {
            record.open.retain(|open| was_sent(open.run, open.call_number));
            // Memory alone knew when it was last used.
            let used_at = record.asked_at;
            (record.number, Lease { record, claimed: 0, used_at, has_been_asked_twice: true })
        };
        Self {
            leases: records.into_iter().map(restore).collect(),
            waiting: Vec::new(),
            stale: BTreeSet::new(),
            in_flight: None,
            // An answer to a request from before is no answer to one of these.
            batches: SplitMix64::new(!seed).bits(),
            failures: 0,
            retry_at: None,
            changed: BTreeSet::new(),
            actions: Vec::new(),
            rng: SplitMix64::new(seed),
        }
    }

    /// Claims money for a call. The same claim may be repeated, also for more, as long as its call was not made.
    pub fn reserve(&mut self, now: Millis, claim: CallClaim) {
        let is_same = |run: Seq, call_number: u32| run == claim.run && call_number == claim.call_number;
        self.waiting.retain(|waiting| !is_same(waiting.run, waiting.call_number));
        for lease in self.leases.values_mut() {
            match lease.record.open.iter().position(|open| is_same(open.run, open.call_number)) {
                Some(at) if lease.record.open.get(at).is_some_and(|open| open.micros >= claim.micros) => {
                    return self.reply(&claim, Some(ClaimReply::Granted));
                }
                Some(at) => {
                    // What was reserved before is free again, and most likely pays for a part of what is asked now.
                    drop(lease.record.open.remove(at));
                    self.changed.insert(lease.record.number);
                }
                None => {}
            }
        }
        if !self.grant(now, &claim) {
            self.waiting.push(claim);
        }
        self.ask(now);
    }

    /// Settles the claim of a call. `None`: its cost is unknown, so all that was claimed counts as spent. A claim that is not open
    /// changes nothing.
    pub fn settle(&mut self, now: Millis, run: Seq, call_number: u32, micros: Option<u64>) {
        let is_same = |its_run: Seq, number: u32| its_run == run && number == call_number;
        self.waiting.retain(|waiting| !is_same(waiting.run, waiting.call_number));
        for lease in self.leases.values_mut() {
            let Some(at) = lease.record.open.iter().position(|open| is_same(open.run, open.call_number))
            else {
                continue;
            };
            let open = lease.record.open.remove(at);
            let spent = micros.unwrap_or(open.micros);
            lease.record.spent = lease.record.spent.saturating_add(spent);
            if micros != Some(0) {
                add_usage(&mut lease.record.usage, open.model, spent);
            }
            self.changed.insert(lease.record.number);
        }
        self.actions.push(LeaseAction::Settled { run, call_number });
        self.advance(now);
    }

    /// Does what is due by the clock: gives leases back. To be called at least when [`Leases::next_due`] says so.
    pub fn advance(&mut self, now: Millis) {
        if self.in_flight.as_ref().is_some_and(|flight| !flight.is_open(now)) {
            self.in_flight = None;
            self.ledger_failed(now);
        }
        let numbers: Vec<u64> = self.leases.keys().copied().collect();
        for number in numbers {
            let Some(lease) = self.leases.get(&number) else { continue };
            if now.since(lease.record.asked_at) >= CHARGED_MS {
                self.remove(number);
            } else if let Some(due) = self.close_due(now, lease) {
                let Some(lease) = self.leases.get_mut(&number) else { continue };
                lease.record.state = LeaseState::Closed { report_at: due };
                self.changed.insert(number);
            }
        }
        self.ask(now);
    }

    /// When [`Leases::advance`] wants to be called.
    pub fn next_due(&self) -> Option<Millis> {
        let due = |lease: &Lease| {
            let record = &lease.record;
            match record.state {
                LeaseState::Asked => record.asked_at.plus(ANSWER_MS),
                LeaseState::Granted { .. } if record.open.is_empty() => {
                    record.asked_at.max(lease.used_at).plus(RENEW_MS)
                }
                LeaseState::Granted { .. } => record.asked_at.plus(CHARGED_MS),
                LeaseState::Closed { report_at } => self.retry_at.map_or(report_at, |at| at.max(report_at)),
            }
        };
        let answered_by = self.in_flight.as_ref().map(InFlight::answered_by);
        let due = self.leases.values().map(due).min()?;
        Some(answered_by.map_or(due, |at| at.max(due)))
    }

    /// What is to be done now.
    pub fn take_actions(&mut self) -> Vec<LeaseAction> {
        let changed = std::mem::take(&mut self.changed);
        let mut actions = std::mem::take(&mut self.actions);
        if !changed.is_empty() {
            let saved = changed.iter().filter_map(|number| self.leases.get(number));
            let saved = saved.map(|lease| lease.record.clone()).collect();
            let removed =
                changed.iter().filter(|number| !self.leases.contains_key(number)).copied().collect();
            actions.insert(0, LeaseAction::Store { saved, removed });
        }
        actions
    }

    /// Grants a claim out of a lease of its address, if one has enough left. The newest lease first; one that is to be replaced
    /// pays only while there is no newer one.
    fn grant(&mut self, now: Millis, claim: &CallClaim) -> bool {
        let of_address = |lease: &&Lease| lease.record.address == claim.address;
        let granted = self.leases.values().filter(of_address).filter(|lease| lease.granted().is_some());
        let newest = granted.clone().map(|lease| lease.record.asked_at).max();
        let can_pay = |lease: &&Lease| {
            let age = now.since(lease.record.asked_at);
            let is_replaced = age >= RENEW_MS && newest.is_some_and(|newest| newest > lease.record.asked_at);
            lease.free() >= claim.micros && age < USABLE_MS && !is_replaced
        };
        let found = granted.filter(can_pay).max_by_key(|lease| lease.record.asked_at);
        let Some(number) = found.map(|lease| lease.record.number) else { return false };
        let Some(lease) = self.leases.get_mut(&number) else { return false };
        let CallClaim { run, call_number, micros, .. } = *claim;
        if micros > 0 {
            lease.record.open.push(OpenCall { run, call_number, micros, model: claim.model.clone() });
        } else {
            // A call that costs nothing is not settled.
            add_usage(&mut lease.record.usage, claim.model.clone(), 0);
        }
        lease.claimed = lease.claimed.saturating_add(micros);
        lease.used_at = now;
        if now.since(lease.record.asked_at) >= RENEW_MS {
            self.stale.insert(claim.address.clone());
        }
        self.changed.insert(number);
        self.reply(claim, Some(ClaimReply::Granted));
        true
    }

    /// When a lease that must be given back is to be reported; `None`: it is kept.
    fn close_due(&self, now: Millis, lease: &Lease) -> Option<Millis> {
        let record = &lease.record;
        let age = now.since(record.asked_at);
        match record.state {
            LeaseState::Asked => {
                let is_waited_for = self.waiting.iter().any(|claim| claim.address == record.address)
                    || self.in_flight.as_ref().is_some_and(|flight| flight.is_open(now));
                (age >= ANSWER_MS && !is_waited_for).then_some(now)
            }
            LeaseState::Granted { .. } if record.open.is_empty() && age >= RENEW_MS => {
                let is_idle = now.since(lease.used_at) >= RENEW_MS;
                let is_replaced = self.leases.values().any(|other| {
                    other.record.address == record.address
                        && other.granted().is_some()
                        && other.record.asked_at > record.asked_at
                });
                if is_idle || age >= USABLE_MS {
                    Some(now)
                } else {
                    // It is reported together with the next request.
                    is_replaced.then(|| now.plus(RENEW_MS))
                }
            }
            LeaseState::Granted { .. } | LeaseState::Closed { .. } => None,
        }
    }

    fn remove(&mut self, number: u64) {
        self.leases.remove(&number);
        self.changed.insert(number);
    }

    fn reply(&mut self, claim: &CallClaim, reply: Option<ClaimReply>) {
        let CallClaim { run, call_number, .. } = *claim;
        self.actions.push(LeaseAction::Reply { run, call_number, reply });
    }
}

fn add_usage(usage: &mut Vec<ModelUsage>, model: String, micros: u64) {
    match usage.iter_mut().find(|known| known.model == model) {
        Some(known) => {
            known.calls = known.calls.saturating_add(1);
            known.micros = known.micros.saturating_add(micros);
        }
        None => usage.push(ModelUsage { model, calls: 1, micros }),
    }
}
