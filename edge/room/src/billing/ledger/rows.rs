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
    /// Add to what was used of one model, room or address in a day.
    Usage(UsageRow),
    /// Remove the usage of the days before this one, counted from 1970.
    TrimUsage { day: u64 },
}

/// What usage is counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UsageKind {
    /// By the name of a model.
    Model,
    /// By the id of a room's object.
    Room,
    /// By the keyed hash of an address group.
    Address,
}

/// Calls and their cost, to be added to those of the same day, kind and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageRow {
    /// The number of the day in UTC, counted from 1970.
    pub day: u64,
    pub kind: UsageKind,
    pub name: String,
    pub calls: u64,
    pub micros: u64,
}

/// What calls of one model cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelUsage {
    pub model: String,
    pub calls: u64,
    pub micros: u64,
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
    /// Calls and micro-dollars by day, kind and name.
    pub(super) usage: BTreeMap<(u64, UsageKind, String), (u64, u64)>,
    pub(super) trim_usage: Option<u64>,
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
    pub(super) fn add_usage(&mut self, day: u64, kind: UsageKind, name: &str, (calls, micros): (u64, u64)) {
        let sum = self.usage.entry((day, kind, name.to_owned())).or_default();
        *sum = (sum.0.saturating_add(calls), sum.1.saturating_add(micros));
    }

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
        let usage = self.usage.into_iter().map(|((day, kind, name), (calls, micros))| {
            LedgerWrite::Usage(UsageRow { day, kind, name, calls, micros })
        });
        let trim = self.trim_usage.map(|day| LedgerWrite::TrimUsage { day });
        claims.chain(addresses).chain(sums).chain(usage).chain(trim).collect()
    }
}
