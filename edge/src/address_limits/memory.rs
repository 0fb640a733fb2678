//! What an isolate of the Worker remembers of address groups, so that most requests need not ask an address's object: an
//! address or person that was refused is refused again until the time has come, and a few sockets of known people open unasked.
//!
//! It only saves requests. Each isolate has a memory of its own, which ends with it; the object's count is the limit.

use std::collections::BTreeMap;

use room::token_bucket::{Rate, TokenBucket, Wait};
use shared::Millis;

use super::{Limit, Refused, TooMany, VisitKind};

/// Sockets of people with an identity that one isolate lets an address open without asking its object. A page that reconnects costs
/// nothing more than its socket so; and since a connection stays with few isolates, an address gains a few visits by it.
const UNASKED: Rate = Rate { burst: 4, refill_ms: 15_000 };
/// Addresses that an isolate remembers, at most: about 200 bytes each.
const ADDRESSES: usize = 4_096;

/// The memory of one isolate.
#[derive(Debug, Default)]
pub struct AddressMemory {
    addresses: BTreeMap<String, Remembered>,
    /// Until when people are refused for what they sent, by the keyed hash of each.
    offenders: BTreeMap<String, Millis>,
}

#[derive(Debug, Default)]
struct Remembered {
    unasked: TokenBucket,
    /// Until when each limit is used up.
    visits_until: Millis,
    identities_until: Millis,
    rooms_until: Millis,
    sign_ins_until: Millis,
}

impl AddressMemory {
    /// Whether a request of this kind, of this person if they have an identity, is known to be refused.
    ///
    /// # Errors
    /// [`Refused`] with the time that is left of an earlier refusal.
    pub fn check(
        &self,
        now: Millis,
        address: &str,
        person: Option<&str>,
        kind: VisitKind,
    ) -> Result<(), Refused> {
        let until = person.and_then(|person| self.offenders.get(person)).filter(|until| **until > now);
        if let Some(until) = until {
            return Err(Refused::Offender(Wait { ms: until.since(now) }));
        }
        let Some(remembered) = self.addresses.get(address) else { return Ok(()) };
        for limit in kind.limits() {
            let until = remembered.until(limit);
            if until > now {
                return Err(TooMany { limit, wait_ms: until.since(now) }.into());
            }
        }
        Ok(())
    }

    /// Whether a socket of a person with an identity may open without asking the address's object.
    pub fn may_reconnect_unasked(&mut self, now: Millis, address: &str) -> bool {
        self.remember(now, address).unasked.take(now, UNASKED).is_ok()
    }

    /// The address's object has refused a request.
    pub fn refused(&mut self, now: Millis, address: &str, person: Option<&str>, why: Refused) {
        let until = now.plus(why.wait_ms());
        let limit = match (why, person) {
            (Refused::TooMany(why), _) => why.limit,
            (Refused::Offender(_), Some(person)) => return self.remember_offender(now, person, until),
            // Newcomers.
            (Refused::Offender(_), None) => Limit::Identities,
        };
        let remembered = self.remember(now, address);
        match limit {
            Limit::Visits => remembered.visits_until = until,
            Limit::Identities => remembered.identities_until = until,
            Limit::Rooms => remembered.rooms_until = until,
            Limit::SignIns => remembered.sign_ins_until = until,
            // It is not asked at the door.
            Limit::Checks => {}
        }
    }

    fn remember_offender(&mut self, now: Millis, person: &str, until: Millis) {
        if self.offenders.len() >= ADDRESSES {
            self.offenders.retain(|_, until| *until > now);
            if self.offenders.len() >= ADDRESSES {
                self.offenders.clear();
            }
        }
        self.offenders.insert(person.to_owned(), until);
    }

    fn remember(&mut self, now: Millis, address: &str) -> &mut Remembered {
        if self.addresses.len() >= ADDRESSES && !self.addresses.contains_key(address) {
            self.addresses.retain(|_, remembered| !remembered.is_over(now));
            if self.addresses.len() >= ADDRESSES {
                self.addresses.clear();
            }
        }
        self.addresses.entry(address.to_owned()).or_default()
    }
}

impl Remembered {
    fn until(&self, limit: Limit) -> Millis {
        match limit {
            Limit::Visits => self.visits_until,
            Limit::Identities => self.identities_until,
            Limit::Rooms => self.rooms_until,
            Limit::SignIns => self.sign_ins_until,
            Limit::Checks => Millis(0),
        }
    }

    fn is_over(&self, now: Millis) -> bool {
        let last =
            self.visits_until.max(self.identities_until).max(self.rooms_until).max(self.sign_ins_until);
        last <= now && self.unasked.is_full(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_800_000_000_000);
    const VISIT: VisitKind = VisitKind { new_identity: false, new_room: false, sign_in: false };
    const CREATE: VisitKind = VisitKind { new_identity: false, new_room: true, sign_in: false };

    #[test]
    fn case_90_a_refused_address_is_refused_without_asking_until_its_time_has_come() {
        let mut memory = AddressMemory::default();
        memory.refused(NOW, "a", None, TooMany { limit: Limit::Rooms, wait_ms: 600_000 }.into());
        let refused = TooMany { limit: Limit::Rooms, wait_ms: 599_000 };
        assert_eq!(memory.check(NOW.plus(1_000), "a", None, CREATE), Err(refused.into()));
        assert_eq!(memory.check(NOW, "a", None, VISIT), Ok(()), "another limit");
        assert_eq!(memory.check(NOW, "b", None, CREATE), Ok(()), "another address");
        assert_eq!(memory.check(NOW.plus(600_000), "a", None, CREATE), Ok(()));
    }

    #[test]
    fn case_171_an_offender_is_refused_without_asking_and_neighbours_are_not() {
        let mut memory = AddressMemory::default();
        memory.refused(NOW, "a", Some("eve"), Refused::Offender(Wait { ms: 300_000 }));
        let refused = Refused::Offender(Wait { ms: 299_000 });
        assert_eq!(memory.check(NOW.plus(1_000), "a", Some("eve"), VISIT), Err(refused));
        assert_eq!(memory.check(NOW.plus(300_000), "a", Some("eve"), VISIT), Ok(()));
        for person in [None, Some("ann")] {
            assert_eq!(memory.check(NOW, "a", person, VISIT), Ok(()));
        }
        memory.refused(NOW, "a", None, Refused::Offender(Wait { ms: 300_000 }));
        let newcomer = VisitKind { new_identity: true, ..VisitKind::default() };
        assert!(memory.check(NOW, "a", None, newcomer).is_err());
        assert_eq!(memory.check(NOW, "a", Some("ann"), VISIT), Ok(()));
    }

    #[test]
    fn a_few_reconnections_need_no_object() {
        let mut memory = AddressMemory::default();
        let unasked = (0..100).filter(|_| memory.may_reconnect_unasked(NOW, "a")).count();
        assert_eq!(unasked, 4);
        assert!(
            memory.may_reconnect_unasked(NOW, "b") && memory.may_reconnect_unasked(NOW.plus(15_000), "a")
        );
    }

    #[test]
    fn the_memory_is_bounded() {
        let mut memory = AddressMemory::default();
        for number in 0..20_000 {
            let why = TooMany { limit: Limit::Visits, wait_ms: 1_000 };
            memory.refused(NOW, &number.to_string(), None, why.into());
            let person = number.to_string();
            memory.refused(NOW, "a", Some(&person), Refused::Offender(Wait { ms: 1_000 }));
            assert!(memory.addresses.len() <= ADDRESSES && memory.offenders.len() <= ADDRESSES);
        }
    }
}
