//! How often one address group may enter rooms, get new identities and create rooms. Pure: the clock is a parameter.
//!
//! Not here: where the buckets live (`address_object`), and what an isolate remembers of them ([`memory`]).
//!
//! An address group is one IPv4 address or one IPv6 /64, so it may be a household, a school, an office, or hundreds of
//! subscribers of a phone carrier. The sizes are for the default `ADDRESS_FACTOR`, 10:
//!
//! - **Visits** (entry calls and sockets): 120 at once, then 2 a second. A first visit takes two, so two school classes (60 people)
//!   come in at once, and 500 people whose sockets all closed are back in about three minutes. What passes costs an
//!   attacker's target 7,200 requests an hour, which is a fraction of a cent.
//! - **New identities**: 60 at once, then one in 5 seconds. Two classes with new browsers join at once. An identity stores nothing; its
//!   limit keeps one address from having as many persons' budgets as it likes.
//! - **New rooms**: 10 at once, then one in 10 minutes. Rooms are stored, and somebody who creates more than 10 in a while
//!   is rare even among a carrier's subscribers.
//! - **Sign-ins** of operators and links for devices: 10 at once, then one a minute, so that a secret is not guessed.
//! - **Closed sockets** of people who send what nobody honest sends: see [`offenders`].
//! - **Moderated calls**: 30 at once, then one in 3 seconds. Each asks the moderation service up to twice (question and answer),
//!   so one address uses at most 100 of its 250 requests in a minute (OpenAI, "Rate limits", for new accounts).

pub mod memory;
pub mod offenders;

use room::token_bucket::{Rate, TokenBucket, Wait};
use serde::{Deserialize, Serialize};
use shared::Millis;

/// The sizes and speeds at an `ADDRESS_FACTOR` of 1. The burst grows with the factor, and the refill time shrinks.
const VISITS: Rate = Rate { burst: 12, refill_ms: 5_000 };
const IDENTITIES: Rate = Rate { burst: 6, refill_ms: 50_000 };
const ROOMS: Rate = Rate { burst: 1, refill_ms: 6_000_000 };
const SIGN_INS: Rate = Rate { burst: 1, refill_ms: 600_000 };
const CHECKS: Rate = Rate { burst: 3, refill_ms: 30_000 };

/// What a request takes besides a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VisitKind {
    /// Its visitor gets a new identity.
    pub new_identity: bool,
    /// It may create a room. Whether it does is known only in the room's object, which must not wake for a request that is refused,
    /// so a room that exists already counts too.
    pub new_room: bool,
    /// It signs an operator in, or makes or redeems a link for another device.
    pub sign_in: bool,
}

/// A limit of an address group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    Visits,
    Identities,
    Rooms,
    SignIns,
    Checks,
}

/// A limit is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the {} of this address are used up; the next is possible in {wait_ms} ms", limit.name())]
pub struct TooMany {
    pub limit: Limit,
    pub wait_ms: u64,
}

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The person, or newcomers of the address, because of sockets that were closed for their frames.
    #[error("sockets were closed for what they sent; {0}")]
    Offender(Wait),
}

impl Refused {
    pub fn wait_ms(self) -> u64 {
        match self {
            Self::TooMany(why) => why.wait_ms,
            Self::Offender(wait) => wait.ms,
        }
    }
}

/// The buckets of one address group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AddressBuckets {
    visits: TokenBucket,
    identities: TokenBucket,
    rooms: TokenBucket,
    #[serde(default)]
    sign_ins: TokenBucket,
    #[serde(default)]
    checks: TokenBucket,
}

impl Limit {
    const ALL: [Self; 5] = [Self::Visits, Self::Identities, Self::Rooms, Self::SignIns, Self::Checks];

    pub fn name(self) -> &'static str {
        match self {
            Self::Visits => "visits",
            Self::Identities => "identities",
            Self::Rooms => "rooms",
            Self::SignIns => "sign_ins",
            Self::Checks => "checks",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|limit| limit.name() == name)
    }
}

impl VisitKind {
    /// The limits that a request of this kind takes from.
    pub fn limits(self) -> impl Iterator<Item = Limit> {
        let rooms = self.new_room.then_some(Limit::Rooms);
        let identities = self.new_identity.then_some(Limit::Identities);
        let sign_ins = self.sign_in.then_some(Limit::SignIns);
        [rooms, sign_ins, identities, Some(Limit::Visits)].into_iter().flatten()
    }
}

impl AddressBuckets {
    /// Takes everything that a request needs, or nothing.
    ///
    /// # Errors
    /// [`TooMany`], with the first limit that is used up.
    pub fn take(&mut self, now: Millis, factor: u32, kind: VisitKind) -> Result<(), TooMany> {
        let mut after = *self;
        for limit in kind.limits() {
            let taken = after.bucket(limit).take(now, rate(limit, factor));
            taken.map_err(|wait| TooMany { limit, wait_ms: wait.ms })?;
        }
        *self = after;
        Ok(())
    }

    /// Takes what a moderated call needs.
    ///
    /// # Errors
    /// [`TooMany`], when the address has used up its share of the moderation service.
    pub fn take_check(&mut self, now: Millis, factor: u32) -> Result<(), TooMany> {
        let limit = Limit::Checks;
        self.checks.take(now, rate(limit, factor)).map_err(|wait| TooMany { limit, wait_ms: wait.ms })
    }

    /// Whether forgetting the buckets would give much back: more than half of one is used up.
    pub fn is_low(&self, now: Millis, factor: u32) -> bool {
        self.all().iter().any(|(limit, bucket)| bucket.is_low(now, rate(*limit, factor)))
    }

    /// Whether all are full again, so that they can be forgotten.
    pub fn is_full(&self, now: Millis) -> bool {
        self.all().iter().all(|(_, bucket)| bucket.is_full(now))
    }

    fn bucket(&mut self, limit: Limit) -> &mut TokenBucket {
        match limit {
            Limit::Visits => &mut self.visits,
            Limit::Identities => &mut self.identities,
            Limit::Rooms => &mut self.rooms,
            Limit::SignIns => &mut self.sign_ins,
            Limit::Checks => &mut self.checks,
        }
    }

    fn all(&self) -> [(Limit, TokenBucket); 5] {
        [
            (Limit::Visits, self.visits),
            (Limit::Identities, self.identities),
            (Limit::Rooms, self.rooms),
            (Limit::SignIns, self.sign_ins),
            (Limit::Checks, self.checks),
        ]
    }
}

fn rate(limit: Limit, factor: u32) -> Rate {
    let Rate { burst, refill_ms } = match limit {
        Limit::Visits => VISITS,
        Limit::Identities => IDENTITIES,
        Limit::Rooms => ROOMS,
        Limit::SignIns => SIGN_INS,
        Limit::Checks => CHECKS,
    };
    let refill_ms = refill_ms.checked_div(u64::from(factor)).unwrap_or(refill_ms).max(1);
    Rate { burst: burst.saturating_mul(factor.max(1)), refill_ms }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_800_000_000_000);
    const FACTOR: u32 = shared::limits::ADDRESS_FACTOR;
    const RETURN: VisitKind = VisitKind { new_identity: false, new_room: false, sign_in: false };
    const FIRST: VisitKind = VisitKind { new_identity: true, new_room: false, sign_in: false };
    const CREATE: VisitKind = VisitKind { new_identity: false, new_room: true, sign_in: false };

    /// How many requests of a kind pass when an address makes one every `every_ms`.
    fn passing(kind: VisitKind, every_ms: u64, requests: u64) -> usize {
        let mut buckets = AddressBuckets::default();
        let passes = |n: &u64| buckets.take(NOW.plus(n * every_ms), FACTOR, kind).is_ok();
        (0..requests).filter(passes).count()
    }

    #[test]
    fn case_90_an_address_passes_its_burst_and_then_its_speed() {
        assert_eq!(passing(RETURN, 0, 10_000), 120);
        assert_eq!(passing(FIRST, 0, 10_000), 60);
        assert_eq!(passing(CREATE, 0, 10_000), 10);
        // 2,000 attempts in 10 s.
        assert_eq!(passing(RETURN, 5, 2_000), 120 + 19);
        // An hour of one attempt a second.
        assert_eq!(passing(FIRST, 1_000, 3_600), 60 + 719);
        assert_eq!(passing(CREATE, 1_000, 3_600), 10 + 5);
    }

    #[test]
    fn case_90_a_refused_request_takes_nothing_and_says_when_to_come_back() {
        let mut buckets = AddressBuckets::default();
        for _ in 0..10 {
            buckets.take(NOW, FACTOR, CREATE).unwrap();
        }
        let before = buckets;
        let refused = TooMany { limit: Limit::Rooms, wait_ms: 600_000 };
        assert_eq!(buckets.take(NOW, FACTOR, CREATE), Err(refused));
        assert_eq!(buckets, before);
        assert_eq!(buckets.take(NOW, FACTOR, RETURN), Ok(()), "people still enter the rooms that exist");
        assert_eq!(buckets.take(NOW.plus(600_000), FACTOR, CREATE), Ok(()));
    }

    #[test]
    fn case_133_an_address_uses_a_part_of_the_moderation_services_quota() {
        let mut buckets = AddressBuckets::default();
        let mut passing = |from: u64, to: u64| {
            (from..to).filter(|n| buckets.take_check(NOW.plus(n * 100), FACTOR).is_ok()).count()
        };
        // Ten a second in the first minute and in the second: two requests of the service's 250 a minute for each that passes.
        assert_eq!((passing(0, 600), passing(600, 1_200)), (30 + 19, 20));
        let stored: AddressBuckets = serde_json::from_str(
            r#"{"visits":{"debt_ms":0,"at":0},"identities":{"debt_ms":0,"at":0},"rooms":{"debt_ms":0,"at":0}}"#,
        )
        .unwrap();
        assert_eq!(stored, AddressBuckets::default(), "what was stored before is read");
    }

    #[test]
    fn a_thousand_people_of_one_address_join_where_the_operator_allows_it() {
        let mut buckets = AddressBuckets::default();
        for _ in 0..1_000 {
            buckets.take(NOW, 500, FIRST).unwrap();
            buckets.take(NOW, 500, RETURN).unwrap();
        }
        for _ in 0..300 {
            buckets.take(NOW, 500, CREATE).unwrap();
        }
    }

    #[test]
    fn buckets_are_stored_when_low_and_forgotten_when_full() {
        let mut buckets = AddressBuckets::default();
        for _ in 0..5 {
            buckets.take(NOW, FACTOR, CREATE).unwrap();
        }
        assert!(!buckets.is_low(NOW, FACTOR) && !buckets.is_full(NOW));
        buckets.take(NOW, FACTOR, CREATE).unwrap();
        assert!(buckets.is_low(NOW, FACTOR));
        assert!(!buckets.is_full(NOW.plus(3_599_999)) && buckets.is_full(NOW.plus(3_600_000)));
        let stored: AddressBuckets = serde_json::from_str(&serde_json::to_string(&buckets).unwrap()).unwrap();
        assert_eq!(stored, buckets);
    }
}
