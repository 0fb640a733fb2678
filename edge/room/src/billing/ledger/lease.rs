//! Leases: claims for several calls. The ledger grants at least what the first call needs, and more while there is plenty.

use serde::{Deserialize, Serialize};
use shared::{ErrorCode, Millis};

use super::rows::{ModelUsage, UsageKind};
use super::{Caps, Claim, ClaimReply, Ledger};

/// One lease gets at most this part of what is left, besides what its first call needs: a few rooms cannot starve the others.
const SHARE_OF_REST: u64 = 16;
/// Of the last quarter of a limit, leases get only what their first call needs, so that money which rooms hold and do not use
/// silences nobody.
const KEPT_FOR_NEEDS: u64 = 4;
/// Days of usage that are kept for the operator.
const USAGE_DAYS: u64 = 31;
/// The model that a lease's usage is counted under when nobody settled it.
const NEVER_REPORTED: &str = "never reported";

/// A room's request for a lease. Asking again with the same claim is the same lease.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseRequest {
    pub claim: Claim,
    /// The keyed hash of the address whose visitors ask for the calls.
    pub address: String,
    /// Micro-dollars of the first call that waits. 0: none waits.
    pub least: u64,
    /// Micro-dollars that the room could use in the next minute.
    pub wish: u64,
}

/// What the ledger answers to a [`LeaseRequest`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseGrant {
    pub claim: Claim,
    pub reply: LeaseReply,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum LeaseReply {
    /// So much is set aside for the room's calls. 0 for a lease that was closed before.
    Granted { micros: u64 },
    /// A limit does not allow what the first call needs, or the operator has switched the bots off.
    Refused { code: ErrorCode, resets_at: Millis },
}

/// What was spent of a lease, when it is given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseSettlement {
    pub claim: Claim,
    pub micros: u64,
    pub usage: Vec<ModelUsage>,
}

impl Ledger {
    /// Sets money aside for the next calls that one address asks for in a room. `is_off`: the operator has switched the bots off.
    pub fn lease(&mut self, now: Millis, caps: Caps, is_off: bool, asked: &LeaseRequest) -> LeaseReply {
        if is_off {
            return LeaseReply::Refused { code: ErrorCode::BotsOff, resets_at: now };
        }
        self.advance_to(now);
        if self.closed.known.contains(&asked.claim) {
            return LeaseReply::Granted { micros: 0 };
        }
        let before = self.open.get(&asked.claim).map(|open| open.micros);
        if let Some(micros) = before.filter(|before| *before >= asked.least) {
            return LeaseReply::Granted { micros };
        }
        let more = asked.least.saturating_sub(before.unwrap_or_default());
        let micros = asked.least.saturating_add(self.extra(caps, asked, more));
        if micros == 0 {
            // Calls that cost nothing are allowed whatever was spent, unless nothing may be. The row is for their usage.
            if let Some(refused) = self.refusal_of_all(caps, &asked.address) {
                return refused;
            }
            self.open_claim(now, &asked.claim, &asked.address, 0);
            return LeaseReply::Granted { micros };
        }
        match self.reserve(now, caps, asked.claim.clone(), &asked.address, micros) {
            ClaimReply::Granted => LeaseReply::Granted { micros },
            ClaimReply::Refused { code, resets_at } => LeaseReply::Refused { code, resets_at },
        }
    }

    /// The limit of 0, if there is one: it allows nothing, whether or not it has a price.
    fn refusal_of_all(&self, caps: Caps, address: &str) -> Option<LeaseReply> {
        let limit = self.limits(caps, address).into_iter().find(|limit| limit.cap == Some(0))?;
        Some(LeaseReply::Refused { code: limit.code, resets_at: limit.resets_at })
    }

    /// Takes a lease back and counts what was spent of it, once.
    pub fn settle_lease(&mut self, now: Millis, settled: &LeaseSettlement) {
        self.advance_to(now);
        if let Some((address, _)) = self.close(&settled.claim, Some(settled.micros)) {
            self.count_usage(&settled.claim, &address, &settled.usage);
        }
    }

    /// How much more than `more` a lease gets: nothing unless another call of the same size fits, so that limits of a few calls
    /// hold exactly.
    fn extra(&self, caps: Caps, asked: &LeaseRequest, more: u64) -> u64 {
        let wished = asked.wish.saturating_sub(asked.least);
        let limits = self.limits(caps, &asked.address);
        let shares = limits.iter().filter_map(|limit| {
            let cap = limit.cap?;
            let kept = cap.div_ceil(KEPT_FOR_NEEDS);
            Some(cap.saturating_sub(limit.used).saturating_sub(more).saturating_sub(kept) / SHARE_OF_REST)
        });
        let extra = shares.min().unwrap_or(u64::MAX).min(wished);
        if extra >= asked.least { extra } else { 0 }
    }

    /// Charges a claim that nobody settled in time.
    pub(super) fn expire_claim(&mut self, claim: &Claim) {
        if let Some((address, micros)) = self.close(claim, None).filter(|(_, micros)| *micros > 0) {
            let usage = ModelUsage { model: NEVER_REPORTED.to_owned(), calls: 0, micros };
            self.count_usage(claim, &address, &[usage]);
        }
    }

    pub(super) fn trim_usage(&mut self) {
        let day = self.sums.day.number;
        if self.trimmed_day < day {
            self.trimmed_day = day;
            self.changes.trim_usage = Some(day.saturating_sub(USAGE_DAYS));
        }
    }

    fn count_usage(&mut self, claim: &Claim, address: &str, usage: &[ModelUsage]) {
        let day = self.sums.day.number;
        let room = claim.room.split('/').next().unwrap_or_default();
        for ModelUsage { model, calls, micros } in usage {
            for (kind, name) in
                [(UsageKind::Model, model.as_str()), (UsageKind::Room, room), (UsageKind::Address, address)]
            {
                self.changes.add_usage(day, kind, name, (*calls, *micros));
            }
        }
    }
}
