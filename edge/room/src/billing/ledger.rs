//! The ledger of the deployment: what the bots of all rooms together may cost in an hour and in a day.
//!
//! One Durable Object stores it. A claim sets money aside and is settled with what was spent; both are idempotent by the claim's
//! id. What rooms claim are leases ([`super::leases`]): blocks of money for several calls that one address asks for.
//! What is stored are open claims, a sum for each address of the day, and one row of sums: a claim that is settled leaves no
//! row. No operation looks at more than one claim, and none writes more than [`MOST_WRITES`] rows and those of its usage, however
//! many claims there are.
//!
//! Not here: the budgets of a room and of a person, which the room checks itself, and SQL: [`Ledger::take_writes`] says which rows
//! changed.

mod lease;
mod old_book;
mod overrides;
mod rows;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};
use shared::time::{DAY_MS, HOUR_MS};
use shared::{ErrorCode, Millis};

pub use lease::{LeaseGrant, LeaseReply, LeaseRequest, LeaseSettlement};
pub use overrides::overridden;
use rows::Changes;
pub use rows::{LedgerWrite, ModelUsage, OpenClaim, SpentSums, UsageKind, UsageRow};

/// A claim that nobody settles counts as spent after this time, which is longer than any call may take.
const EXPIRES_MS: u64 = 15 * 60_000;
/// Claims that one alarm charges or forgets at most; the next alarm follows at once.
const EXPIRED_AT_ONCE: usize = 200;
/// Closed claims that are remembered, in memory only: a request that comes twice or late changes nothing.
const CLOSED_KEPT: usize = 4_096;
/// Rows that one claim or settlement writes at most.
pub const MOST_WRITES: usize = 3;

/// The limits of the deployment in micro-dollars. `None` is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Caps {
    /// From full hour to full hour, UTC.
    pub hour: Option<u64>,
    /// From midnight to midnight, UTC.
    pub day: Option<u64>,
    /// What one address may use of an hour.
    pub address_hour: Option<u64>,
    /// What one address may use of a day.
    pub address_day: Option<u64>,
}

/// What the ledger answers to a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum ClaimReply {
    /// The money is reserved for this call.
    Granted,
    /// A limit does not allow it.
    Refused {
        code: ErrorCode,
        /// When that limit resets.
        resets_at: Millis,
    },
}

/// Identifies what a claim is for: a lease, or a single call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Claim {
    /// The room's object and epoch: a room that is created anew starts its runs at 1 again.
    pub room: String,
    /// The lease's number, or the call's run.
    pub run: u64,
    /// 0 for a lease.
    #[serde(alias = "attempt")]
    pub call_number: u32,
}

/// The state of the ledger.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    sums: SpentSums,
    open: BTreeMap<Claim, OpenClaim>,
    /// The open claims, oldest first.
    by_age: BTreeSet<(Millis, Claim)>,
    /// Micro-dollars of all open claims.
    reserved: u64,
    addresses: BTreeMap<String, Account>,
    closed: ClosedClaims,
    /// The day whose beginning removed old usage.
    trimmed_day: u64,
    changes: Changes,
}

/// What one address has spent and reserved.
#[derive(Debug, Clone, Copy, Default)]
struct Account {
    sums: SpentSums,
    reserved: u64,
}

/// A limit, and what is used of it together with what is reserved.
struct UsedLimit {
    cap: Option<u64>,
    used: u64,
    code: ErrorCode,
    resets_at: Millis,
}

/// The last claims that were closed.
#[derive(Debug, Clone, Default)]
struct ClosedClaims {
    known: BTreeSet<Claim>,
    order: VecDeque<Claim>,
}

impl Ledger {
    /// Builds the ledger from its rows.
    pub fn restore(
        sums: SpentSums,
        claims: impl IntoIterator<Item = (Claim, OpenClaim)>,
        addresses: impl IntoIterator<Item = (String, SpentSums)>,
    ) -> Self {
        let accounts = addresses.into_iter().map(|(address, sums)| (address, Account { sums, reserved: 0 }));
        let mut ledger = Self { sums, addresses: accounts.collect(), ..Self::default() };
        claims.into_iter().for_each(|(claim, open)| ledger.insert(claim, open));
        ledger
    }

    /// Reserves money for a call that somebody at `address` asked for, if all limits allow it together with everything that is
    /// reserved already.
    pub fn reserve(
        &mut self,
        now: Millis,
        caps: Caps,
        claim: Claim,
        address: &str,
        micros: u64,
    ) -> ClaimReply {
        self.advance_to(now);
        let before = self.open.get(&claim).map(|open| open.micros);
        // A claim that is repeated because its answer was lost may ask for more now. A closed one reserves nothing again.
        if before.is_some_and(|before| micros <= before) || self.closed.known.contains(&claim) {
            return ClaimReply::Granted;
        }
        if let Some(refused) = self.refusal(caps, address, micros.saturating_sub(before.unwrap_or_default()))
        {
            return refused;
        }
        self.open_claim(now, &claim, address, micros);
        ClaimReply::Granted
    }

    /// Settles the claim of a call that ended. `None`: its cost is unknown, so all that was reserved counts as spent. A claim that
    /// is not open changes nothing: it was settled before, or it was charged in full when it expired.
    pub fn settle(&mut self, now: Millis, claim: &Claim, micros: Option<u64>) {
        self.advance_to(now);
        self.close(claim, micros);
    }

    /// Charges claims that nobody settled in time, and forgets addresses that have spent nothing today and old usage; a few at a
    /// time.
    pub fn expire(&mut self, now: Millis) {
        self.advance_to(now);
        self.trim_usage();
        let is_late = |at: &Millis| now.since(*at) >= EXPIRES_MS;
        let late = self.by_age.iter().take_while(|(at, _)| is_late(at)).take(EXPIRED_AT_ONCE);
        let late: Vec<Claim> = late.map(|(_, claim)| claim.clone()).collect();
        late.iter().for_each(|claim| self.expire_claim(claim));
        let day = self.sums.day.number;
        let is_old = |account: &Account| account.reserved == 0 && account.sums.day.number < day;
        let old = self.addresses.iter().filter(|(_, account)| is_old(account)).take(EXPIRED_AT_ONCE);
        for address in old.map(|(address, _)| address.clone()).collect::<Vec<_>>() {
            self.addresses.remove(&address);
            self.changes.addresses.insert(address, None);
        }
    }

    /// When the oldest open claim expires.
    pub fn next_expiry(&self) -> Option<Millis> {
        self.by_age.first().map(|(at, _)| at.plus(EXPIRES_MS))
    }

    /// Micro-dollars of this hour and of this day, including what is reserved.
    pub fn spent(&mut self, now: Millis) -> (u64, u64) {
        self.advance_to(now);
        let sums = self.sums;
        (sums.hour.settled.saturating_add(self.reserved), sums.day.settled.saturating_add(self.reserved))
    }

    /// How many claims are open.
    pub fn count_open(&self) -> usize {
        self.open.len()
    }

    /// The rows that changed since this was last called. To be stored before anybody is answered.
    pub fn take_writes(&mut self) -> Vec<LedgerWrite> {
        std::mem::take(&mut self.changes).into_writes(self.sums)
    }

    /// The limit that does not allow `more`, if there is one.
    fn refusal(&self, caps: Caps, address: &str, more: u64) -> Option<ClaimReply> {
        self.limits(caps, address).into_iter().find_map(|limit| {
            let is_over = limit.cap.is_some_and(|cap| cap == 0 || limit.used.saturating_add(more) > cap);
            is_over.then_some(ClaimReply::Refused { code: limit.code, resets_at: limit.resets_at })
        })
    }

    /// The limits of a claim from this address, with what is used of each. The day first: waiting for the next hour does not help
    /// when the day is used up.
    fn limits(&self, caps: Caps, address: &str) -> [UsedLimit; 4] {
        let account = self.addresses.get(address).copied().unwrap_or_default();
        let (hour, day) = (self.sums.hour, self.sums.day);
        let own = SpentSums { hour: account.sums.hour.at(hour.number), day: account.sums.day.at(day.number) };
        let all = self.reserved;
        let limits = [
            (caps.day, day, all, DAY_MS, ErrorCode::BudgetAll),
            (caps.address_day, own.day, account.reserved, DAY_MS, ErrorCode::BudgetAddress),
            (caps.hour, hour, all, HOUR_MS, ErrorCode::BudgetAll),
            (caps.address_hour, own.hour, account.reserved, HOUR_MS, ErrorCode::BudgetAddress),
        ];
        limits.map(|(cap, span, reserved, length, code)| UsedLimit {
            cap,
            used: span.settled.saturating_add(reserved),
            code,
            resets_at: Millis(span.number.saturating_add(1).saturating_mul(length)),
        })
    }

    /// Closes a claim, if it is open, and counts what was spent. Returns the address and what was spent.
    fn close(&mut self, claim: &Claim, micros: Option<u64>) -> Option<(String, u64)> {
        self.closed.insert(claim);
        let open = self.remove(claim)?;
        self.changes.claims.insert(claim.clone(), None);
        let spent = micros.unwrap_or(open.micros);
        if spent == 0 {
            return Some((open.address, 0));
        }
        self.sums.add(spent);
        self.changes.has_new_sums = true;
        let (hour, day) = (self.sums.hour.number, self.sums.day.number);
        let account = self.addresses.entry(open.address.clone()).or_default();
        account.sums = SpentSums { hour: account.sums.hour.at(hour), day: account.sums.day.at(day) };
        account.sums.add(spent);
        self.changes.addresses.insert(open.address.clone(), Some(account.sums));
        Some((open.address, spent))
    }

    /// Opens a claim, or replaces it.
    fn open_claim(&mut self, now: Millis, claim: &Claim, address: &str, micros: u64) {
        self.remove(claim);
        let open = OpenClaim { at: now, micros, address: address.to_owned() };
        self.changes.claims.insert(claim.clone(), Some(open.clone()));
        self.insert(claim.clone(), open);
    }

    fn insert(&mut self, claim: Claim, open: OpenClaim) {
        self.reserved = self.reserved.saturating_add(open.micros);
        let account = self.addresses.entry(open.address.clone()).or_default();
        account.reserved = account.reserved.saturating_add(open.micros);
        self.by_age.insert((open.at, claim.clone()));
        self.open.insert(claim, open);
    }

    fn remove(&mut self, claim: &Claim) -> Option<OpenClaim> {
        let open = self.open.remove(claim)?;
        self.by_age.remove(&(open.at, claim.clone()));
        self.reserved = self.reserved.saturating_sub(open.micros);
        if let Some(account) = self.addresses.get_mut(&open.address) {
            account.reserved = account.reserved.saturating_sub(open.micros);
            // An address that never spent anything has no row.
            if account.reserved == 0 && account.sums == SpentSums::default() {
                self.addresses.remove(&open.address);
            }
        }
        Some(open)
    }

    /// Starts new hours and days. A clock that goes back starts nothing, or the same hour could be spent twice.
    fn advance_to(&mut self, now: Millis) {
        for (span, length) in [(&mut self.sums.hour, HOUR_MS), (&mut self.sums.day, DAY_MS)] {
            *span = span.at(span.number.max(now.0 / length));
        }
    }
}

impl ClosedClaims {
    fn insert(&mut self, claim: &Claim) {
        if !self.known.insert(claim.clone()) {
            return;
        }
        self.order.push_back(claim.clone());
        if self.order.len() > CLOSED_KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }
}
