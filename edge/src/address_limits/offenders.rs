//! Who is refused at the door for a while, because sockets of theirs were closed for frames that nobody honest sends: malformed ones,
//! too large ones, a flood of them. Pure: the clock is a parameter.
//!
//! - **A person** may be closed three times, and then once in five minutes. Before that they are refused at the door, whatever room
//!   they want to enter: for five minutes after the third time, and for twenty at most, however many sockets were open.
//! - **Newcomers of the address** are refused while its share is used up: thirty closed sockets at the default `ADDRESS_FACTOR`, and then
//!   one in 30 seconds. Otherwise somebody who is refused would come back as somebody else. Neighbours who have been here before have a
//!   cookie, and come in whatever others at their address do; new ones wait for a quarter of an hour at most.
//!
//! Not here: which frames they are, which the room decides (`room::presence`).

use std::collections::BTreeMap;

use room::token_bucket::{Rate, TokenBucket, Wait};
use serde::{Deserialize, Serialize};
use shared::{Millis, limits};

/// Of one person, and of an address at an `ADDRESS_FACTOR` of 1.
const OFFENCES: Rate = Rate { burst: limits::OFFENCES, refill_ms: limits::OFFENCE_REFILL_MS };
/// People that an address remembers. Beyond that only the address's share counts.
const PEOPLE: usize = 64;

/// The offenders of one address group.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Offenders {
    #[serde(default)]
    address: TokenBucket,
    /// By the keyed hash of each person at this address.
    #[serde(default)]
    people: BTreeMap<String, TokenBucket>,
}

impl Offenders {
    /// A socket of this person was closed for their frames.
    pub fn add(&mut self, now: Millis, factor: u32, person: &str) {
        self.address.charge(now, OFFENCES.times(factor), 1);
        self.people.retain(|_, offences| !offences.is_full(now));
        if self.people.len() < PEOPLE || self.people.contains_key(person) {
            self.people.entry(person.to_owned()).or_default().charge(now, OFFENCES, 1);
        }
    }

    /// Whether somebody may come in. `None` is a newcomer.
    ///
    /// # Errors
    /// How long they have to wait.
    pub fn check(&mut self, now: Millis, factor: u32, person: Option<&str>) -> Result<(), Wait> {
        match person {
            None => self.address.check(now, OFFENCES.times(factor), 1),
            Some(person) => {
                self.people.get_mut(person).map_or(Ok(()), |offences| offences.check(now, OFFENCES, 1))
            }
        }
    }

    /// Whether all is forgiven.
    pub fn is_empty(&self, now: Millis) -> bool {
        self.address.is_full(now) && self.people.values().all(|offences| offences.is_full(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_800_000_000_000);
    const FACTOR: u32 = limits::ADDRESS_FACTOR;
    const MINUTE: u64 = 60_000;

    fn offenders(offences: usize, person: impl Fn(usize) -> String) -> Offenders {
        let mut offenders = Offenders::default();
        (0..offences).for_each(|number| offenders.add(NOW, FACTOR, &person(number)));
        offenders
    }

    #[test]
    fn case_171_the_third_time_somebody_is_refused_for_five_minutes() {
        let eve = |_| "eve".to_owned();
        assert_eq!(offenders(2, eve).check(NOW, FACTOR, Some("eve")), Ok(()));
        let mut thrice = offenders(3, eve);
        assert_eq!(thrice.check(NOW, FACTOR, Some("eve")), Err(Wait { ms: 5 * MINUTE }));
        assert_eq!(thrice.check(NOW.plus(5 * MINUTE), FACTOR, Some("eve")), Ok(()));
        // All of the ten sockets that one person may have open, and more.
        let most = offenders(30, eve).check(NOW, FACTOR, Some("eve")).unwrap_err();
        assert_eq!(most.ms, 20 * MINUTE);
    }

    #[test]
    fn case_171_neighbours_with_a_cookie_come_in_and_new_ones_wait_a_bounded_time() {
        let mut few = offenders(29, |number| format!("person {number}"));
        assert_eq!(few.check(NOW, FACTOR, None), Ok(()));
        let mut many = offenders(1_000, |number| format!("person {number}"));
        assert!(many.people.len() <= PEOPLE);
        assert_eq!(many.check(NOW, FACTOR, Some("ann")), Ok(()));
        let wait = many.check(NOW, FACTOR, None).unwrap_err().ms;
        assert!((14 * MINUTE..=16 * MINUTE).contains(&wait), "{wait}");
        assert!(!many.is_empty(NOW.plus(29 * MINUTE)) && many.is_empty(NOW.plus(30 * MINUTE)));
    }
}
