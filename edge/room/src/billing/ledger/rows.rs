//! What the ledger stores: open claims, what was spent in all, and what each address spent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shared::Millis;

use super::Claim;

/// A row that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerWrite {
    /// Replace what was spent in all.
    Sums(SpentSums),
    /// Insert or replace an open claim.
    Claim(Claim, OpenClaim),
    /// Remove a claim that was settled or charged.
    ClaimClosed(Claim),
    /// Insert or replace what an address spent.
    Address(String, SpentSums),
    /// Remove an address that has spent nothing today.
    AddressForgotten(String),
}

/// A claim that was granted and not settled yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenClaim {
    pub at: Millis,
    /// Micro-dollars that are reserved.
    pub micros: u64,
    /// The hash of the address whose visitor asked.
    pub address: String,
}

/// What was spent in the present hour and day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SpentSums {
    pub(super) hour: Span,
    pub(super) day: Span,
}

/// What was spent in one hour or day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Span {
    /// The number of the hour or day, counted from 1970.
    pub(super) number: u64,
    /// Micro-dollars that were settled.
    pub(super) settled: u64,
}

/// The rows that changed: each once, in its last state. `None` removes it.
#[derive(Debug, Clone, Default)]
pub(super) struct Changes {
    pub(super) has_new_sums: bool,
    pub(super) claims: BTreeMap<Claim, Option<OpenClaim>>,
    pub(super) addresses: BTreeMap<String, Option<SpentSums>>,
}

impl SpentSums {
    pub(super) fn add(&mut self, micros: u64) {
        self.hour.settled = self.hour.settled.saturating_add(micros);
        self.day.settled = self.day.settled.saturating_add(micros);
    }
}

impl Span {
    /// The span with this number: the same one, or a new one in which nothing was spent.
    pub(super) fn at(self, number: u64) -> Self {
        if number == self.number { self } else { Self { number, settled: 0 } }
    }
}

impl Changes {
    pub(super) fn into_writes(self, sums: SpentSums) -> Vec<LedgerWrite> {
        let sums = self.has_new_sums.then_some(LedgerWrite::Sums(sums));
        let claims = self.claims.into_iter().map(|(claim, open)| match open {
            Some(open) => LedgerWrite::Claim(claim, open),
            None => LedgerWrite::ClaimClosed(claim),
        });
        let addresses = self.addresses.into_iter().map(|(address, sums)| match sums {
            Some(sums) => LedgerWrite::Address(address, sums),
            None => LedgerWrite::AddressForgotten(address),
        });
        claims.chain(addresses).chain(sums).collect()
    }
}
