//! Requests to the ledger, one at a time: they report closed leases and ask for new ones.

use serde::{Deserialize, Serialize};
use shared::{ErrorCode, Millis};

use super::record::{Lease, LeaseRecord, LeaseState};
use super::{ANSWER_MS, CALLS, FIRST_WAIT_MS, LeaseAction, Leases, MOST_DOUBLINGS, RENEW_MS};
use crate::billing::ledger::{Claim, ClaimReply, LeaseGrant, LeaseReply, LeaseRequest, LeaseSettlement};

/// Leases that one request asks for, and reports, at most.
const BATCH: usize = 32;
/// Random numbers that JSON readers of every kind keep exact.
const NUMBER_BITS: u32 = 53;

/// A request to the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseBatch {
    /// Which request it is; its answer names it.
    pub batch: u64,
    /// Leases that are given back, by number.
    pub settle: Vec<LeaseRecord>,
    /// Leases that are asked for.
    pub ask: Vec<AskedLease>,
}

/// A lease to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedLease {
    pub number: u64,
    pub address: String,
    pub least: u64,
    pub wish: u64,
}

/// The ledger's answer to a [`LeaseBatch`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseBatchReply {
    pub grants: Vec<LeaseGrant>,
}

#[derive(Debug)]
pub(super) struct InFlight {
    batch: u64,
    since: Millis,
    settled: Vec<u64>,
}

impl InFlight {
    /// Whether its answer may still come.
    pub(super) fn is_open(&self, now: Millis) -> bool {
        now.since(self.since) < ANSWER_MS
    }

    pub(super) fn answered_by(&self) -> Millis {
        self.since.plus(ANSWER_MS)
    }
}

impl LeaseBatch {
    /// The request as the ledger is sent it, for a room with this key.
    pub fn for_room(&self, room: &str) -> (Vec<LeaseSettlement>, Vec<LeaseRequest>) {
        let claim = |number| Claim { room: room.to_owned(), run: number, call_number: 0 };
        let settle = self.settle.iter().map(|record| LeaseSettlement {
            claim: claim(record.number),
            micros: record.spent,
            usage: record.usage.clone(),
        });
        let ask = self.ask.iter().map(|asked| LeaseRequest {
            claim: claim(asked.number),
            address: asked.address.clone(),
            least: asked.least,
            wish: asked.wish,
        });
        (settle.collect(), ask.collect())
    }
}

impl Leases {
    /// Takes the ledger's answer to a request. `None`: it did not answer.
    pub fn answered(&mut self, now: Millis, batch: u64, reply: Option<LeaseBatchReply>) {
        let is_current = self.in_flight.as_ref().is_some_and(|flight| flight.batch == batch);
        let Some(reply) = reply else {
            if is_current {
                self.in_flight = None;
                self.ledger_failed(now);
            }
            return;
        };
        for LeaseGrant { claim, reply } in &reply.grants {
            match *reply {
                LeaseReply::Granted { micros } => self.granted(now, claim.run, micros),
                LeaseReply::Refused { code, resets_at } if is_current => {
                    self.refused(now, claim.run, code, resets_at);
                }
                // A later request asked for the lease again, and its answer counts.
                LeaseReply::Refused { .. } => {}
            }
        }
        if let Some(flight) = self.in_flight.take_if(|_| is_current) {
            flight.settled.into_iter().for_each(|number| self.remove(number));
            (self.failures, self.retry_at) = (0, None);
        }
        for claim in std::mem::take(&mut self.waiting) {
            if !self.grant(now, &claim) {
                self.waiting.push(claim);
            }
        }
        self.ask(now);
    }

    /// Asks for leases for the claims that wait and for those that are to be replaced, and reports closed ones together with them
    /// or when they are due; unless an answer is awaited.
    pub(super) fn ask(&mut self, now: Millis) {
        if self.in_flight.as_ref().is_some_and(|flight| flight.is_open(now)) {
            return;
        }
        let is_due = |lease: &Lease| match lease.record.state {
            LeaseState::Closed { report_at } => report_at <= now || report_at.since(now) > RENEW_MS,
            LeaseState::Asked | LeaseState::Granted { .. } => false,
        };
        if self.waiting.is_empty() && self.stale.is_empty() && !self.leases.values().any(is_due) {
            return;
        }
        // Claims are retried by who asks; what only replaces or reports a lease waits longer each time.
        let is_pausing =
            self.retry_at.is_some_and(|at| at > now && at.since(now) <= FIRST_WAIT_MS << MOST_DOUBLINGS);
        if is_pausing && self.waiting.is_empty() {
            return;
        }
        let addresses = self.waiting.iter().map(|claim| claim.address.clone());
        let mut wanted: Vec<String> = Vec::new();
        for address in addresses.chain(std::mem::take(&mut self.stale)) {
            if wanted.len() < BATCH && !wanted.contains(&address) {
                wanted.push(address);
            }
        }
        let is_closed = |lease: &&Lease| matches!(lease.record.state, LeaseState::Closed { .. });
        let closed = self.leases.values().filter(is_closed).take(BATCH);
        let settle: Vec<LeaseRecord> = closed.map(|lease| lease.record.clone()).collect();
        let ask = wanted.into_iter().map(|address| self.asked_lease(now, address)).collect();
        self.batches = self.batches.wrapping_add(1);
        let settled = settle.iter().map(|record| record.number).collect();
        self.in_flight = Some(InFlight { batch: self.batches, since: now, settled });
        self.actions.push(LeaseAction::Ask(LeaseBatch { batch: self.batches, settle, ask }));
    }

    /// The lease to ask for an address: one that was asked for before and not answered, or a new one.
    fn asked_lease(&mut self, now: Millis, address: String) -> AskedLease {
        let of_address = |lease: &&mut Lease| lease.record.address == address;
        let waiting = self.waiting.iter().filter(|claim| claim.address == address);
        let least = waiting.clone().map(|claim| claim.micros).next().unwrap_or_default();
        let needed = waiting.fold(0_u64, |sum, claim| sum.saturating_add(claim.micros));
        let used = self.leases.values_mut().filter(of_address).map(|lease| lease.claimed).max();
        let wish = needed.max(least.saturating_mul(CALLS)).max(used.unwrap_or_default().saturating_mul(2));
        let is_asked = |lease: &&mut Lease| lease.record.state == LeaseState::Asked;
        let before = self.leases.values_mut().filter(of_address).find(is_asked);
        let number = match before {
            Some(lease) => {
                lease.has_been_asked_twice = true;
                lease.record.number
            }
            None => {
                let number = self.rng.bits() >> (u64::BITS - NUMBER_BITS);
                let record = LeaseRecord {
                    number,
                    address: address.clone(),
                    asked_at: now,
                    state: LeaseState::Asked,
                    spent: 0,
                    open: Vec::new(),
                    usage: Vec::new(),
                };
                let lease = Lease { record, claimed: 0, used_at: now, has_been_asked_twice: false };
                self.leases.insert(number, lease);
                self.changed.insert(number);
                number
            }
        };
        AskedLease { number, address, least, wish }
    }

    fn granted(&mut self, now: Millis, number: u64, micros: u64) {
        let Some(lease) = self.leases.get_mut(&number) else { return };
        let before = match lease.record.state {
            LeaseState::Asked => 0,
            LeaseState::Granted { micros } => micros,
            LeaseState::Closed { .. } => return,
        };
        lease.record.state = LeaseState::Granted { micros: micros.max(before) };
        lease.used_at = now;
        self.changed.insert(number);
    }

    /// The first claim of the address that waits is refused, and those that need no less. With the bots switched off, nothing more
    /// is paid from any lease.
    fn refused(&mut self, now: Millis, number: u64, code: ErrorCode, resets_at: Millis) {
        let Some(lease) = self.leases.get(&number) else { return };
        if lease.record.state != LeaseState::Asked {
            return;
        }
        let address = lease.record.address.clone();
        if lease.has_been_asked_twice {
            self.close(number, now.plus(ANSWER_MS));
        } else {
            self.remove(number);
        }
        if code == ErrorCode::BotsOff {
            let unused = self.leases.values().filter(|lease| lease.granted().is_some());
            let numbers: Vec<u64> = unused.map(|lease| lease.record.number).collect();
            numbers.into_iter().for_each(|number| self.stop(number, now));
        }
        let mut waiting = std::mem::take(&mut self.waiting);
        let first = waiting.iter().find(|claim| claim.address == address).map(|claim| claim.micros);
        let is_refused = |micros: u64| first.is_some_and(|first| micros >= first);
        for claim in waiting.extract_if(.., |claim| claim.address == address && is_refused(claim.micros)) {
            self.reply(&claim, Some(ClaimReply::Refused { code, resets_at }));
        }
        self.waiting = waiting;
    }

    /// Pays no further call from a lease.
    fn stop(&mut self, number: u64, now: Millis) {
        let Some(lease) = self.leases.get_mut(&number) else { return };
        let open = lease.record.open.iter().fold(0_u64, |sum, open| sum.saturating_add(open.micros));
        let micros = lease.record.spent.saturating_add(open);
        lease.record.state = LeaseState::Granted { micros };
        self.changed.insert(number);
        if open == 0 {
            self.close(number, now);
        }
    }

    fn close(&mut self, number: u64, report_at: Millis) {
        if let Some(lease) = self.leases.get_mut(&number) {
            lease.record.state = LeaseState::Closed { report_at };
            self.changed.insert(number);
        }
    }

    /// The ledger did not answer: claims that no lease can pay for are not granted.
    pub(super) fn ledger_failed(&mut self, now: Millis) {
        self.retry_at = Some(now.plus(FIRST_WAIT_MS << self.failures.min(MOST_DOUBLINGS)));
        self.failures = self.failures.saturating_add(1);
        for claim in std::mem::take(&mut self.waiting) {
            self.reply(&claim, None);
        }
    }
}
