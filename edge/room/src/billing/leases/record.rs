//! A lease as it is stored, and what only memory knows of it.

use serde::{Deserialize, Serialize};
use shared::{Millis, Seq};

use crate::billing::ledger::ModelUsage;

/// A lease that was asked for and not reported yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseRecord {
    /// A random number, which the room uses for no other lease.
    pub number: u64,
    pub address: String,
    pub asked_at: Millis,
    pub state: LeaseState,
    /// Micro-dollars of calls that were settled.
    pub spent: u64,
    /// Calls that were granted and not settled yet.
    pub open: Vec<OpenCall>,
    /// What the settled calls cost, by model.
    pub usage: Vec<ModelUsage>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaseState {
    /// The ledger may have granted it.
    Asked,
    Granted {
        micros: u64,
    },
    /// No call is paid from it any more, and the ledger is to be told what was spent.
    Closed {
        /// When it is reported, if nothing else is before.
        report_at: Millis,
    },
}

/// A call that a lease pays for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenCall {
    pub run: Seq,
    pub call_number: u32,
    pub micros: u64,
    pub model: String,
}

#[derive(Debug)]
pub(super) struct Lease {
    pub(super) record: LeaseRecord,
    /// Micro-dollars of all claims that were granted from it.
    pub(super) claimed: u64,
    pub(super) used_at: Millis,
    /// The ledger may have granted it, whatever it answered last.
    pub(super) has_been_asked_twice: bool,
}

impl Lease {
    pub(super) fn granted(&self) -> Option<u64> {
        match self.record.state {
            LeaseState::Granted { micros } => Some(micros),
            LeaseState::Asked | LeaseState::Closed { .. } => None,
        }
    }

    /// Micro-dollars that are neither spent nor claimed.
    pub(super) fn free(&self) -> u64 {
        let open = self.record.open.iter().fold(0_u64, |sum, open| sum.saturating_add(open.micros));
        self.granted().unwrap_or_default().saturating_sub(self.record.spent).saturating_sub(open)
    }
}
