//! Who may write and read how fast: buckets of people, of addresses and of the room. They outlive the sockets, so that
//! reconnecting refills nothing; they are in memory, so a room that slept for ten seconds starts with full ones, except for
//! the writes of people whose sockets stayed open.
//!
//! Not here: the rate of a connection's frames, which is the socket's own.

use std::collections::BTreeMap;

use shared::{Millis, PersonId, limits};

use crate::attachment::Visitor;
use crate::token_bucket::{Rate, TokenBucket, Wait};

/// The rates of people, addresses and the room.
pub(crate) struct Rates {
    people: BTreeMap<PersonId, Buckets>,
    addresses: BTreeMap<String, Buckets>,
    room: Buckets,
    address_limits: Limits,
    /// With more people and addresses than this, those whose buckets are full are dropped.
    drop_full_at: usize,
}

/// What somebody has used.
#[derive(Default)]
struct Buckets {
    writes: TokenBucket,
    /// Writes, counted over hours.
    hourly: TokenBucket,
    reads: TokenBucket,
}

/// What somebody may use.
#[derive(Clone, Copy)]
struct Limits {
    writes: Rate,
    hourly: Rate,
    reads: Rate,
}

const PERSON: Limits = Limits {
    writes: Rate { burst: limits::PERSON_BURST, refill_ms: limits::PERSON_REFILL_MS },
    hourly: Rate { burst: limits::PERSON_HOURLY_BURST, refill_ms: limits::PERSON_HOURLY_REFILL_MS },
    reads: Rate { burst: limits::READ_BURST, refill_ms: limits::READ_REFILL_MS },
};
const ROOM: Limits = Limits {
    writes: Rate { burst: limits::ROOM_BURST, refill_ms: limits::ROOM_REFILL_MS },
    hourly: Rate { burst: limits::ROOM_HOURLY_BURST, refill_ms: limits::ROOM_HOURLY_REFILL_MS },
    reads: Rate { burst: limits::ROOM_READ_BURST, refill_ms: limits::ROOM_READ_REFILL_MS },
};

/// People and addresses from which on those with full buckets are dropped.
const BUCKETS_KEPT: usize = 2_000;

impl Rates {
    /// Full buckets. An address may use `factor` times what a person may.
    pub(crate) fn new(factor: u32) -> Self {
        Self {
            people: BTreeMap::new(),
            addresses: BTreeMap::new(),
            room: Buckets::default(),
            address_limits: PERSON.times(factor),
            drop_full_at: BUCKETS_KEPT,
        }
    }

    /// Restores the writes of a person whose socket outlived the room's memory.
    pub(crate) fn restore(&mut self, person: &PersonId, writes: TokenBucket) {
        self.people.entry(person.clone()).or_insert(Buckets { writes, ..Buckets::default() });
    }

    /// Takes a token for a write from the person and their address, if the room may take another row as well. Returns the
    /// person's bucket when much of it is used, so that it is to be stored.
    ///
    /// # Errors
    /// When one of them may not write now; then nothing is taken.
    pub(crate) fn take_write(&mut self, now: Millis, visitor: &Visitor) -> Result<Option<TokenBucket>, Wait> {
        let address_limits = self.address_limits;
        self.room.check_write(now, ROOM)?;
        let (person, address) = self.of(now, visitor);
        address.check_write(now, address_limits)?;
        person.check_write(now, PERSON)?;
        address.charge_writes(now, address_limits, 1);
        person.charge_writes(now, PERSON, 1);
        Ok(person.writes.is_low(now, PERSON.writes).then_some(person.writes))
    }

    /// Takes a token for a new nickname. It is a write of the person and of their address, but no row of the log.
    ///
    /// # Errors
    /// When one of them may not write now; then nothing is taken.
    pub(crate) fn take_nickname(&mut self, now: Millis, visitor: &Visitor) -> Result<(), Wait> {
        let address_limits = self.address_limits;
        let (person, address) = self.of(now, visitor);
        address.check_write(now, address_limits)?;
        person.check_write(now, PERSON)?;
        address.charge_writes(now, address_limits, 1);
        person.charge_writes(now, PERSON, 1);
        Ok(())
    }

    /// Takes further tokens for a write that is made, whether they are there or not.
    pub(crate) fn charge_writes(&mut self, now: Millis, visitor: &Visitor, tokens: u32) {
        let address_limits = self.address_limits;
        let (person, address) = self.of(now, visitor);
        address.charge_writes(now, address_limits, tokens);
        person.charge_writes(now, PERSON, tokens);
    }

    /// Takes tokens for rows that were appended to the log, whoever wrote them.
    pub(crate) fn charge_rows(&mut self, now: Millis, rows: usize) {
        self.room.charge_writes(now, ROOM, u32::try_from(rows).unwrap_or(u32::MAX));
    }

    /// Takes tokens for what is about to be read.
    ///
    /// # Errors
    /// When the person, their address or the room may not read so much now; then nothing is taken.
    pub(crate) fn take_read(&mut self, now: Millis, visitor: &Visitor, tokens: u32) -> Result<(), Wait> {
        let address_limits = self.address_limits;
        self.room.reads.check(now, ROOM.reads, tokens)?;
        let (person, address) = self.of(now, visitor);
        address.reads.check(now, address_limits.reads, tokens)?;
        person.reads.check(now, PERSON.reads, tokens)?;
        self.charge_read(now, visitor, tokens);
        Ok(())
    }

    /// Takes tokens for what was read, whether they are there or not.
    pub(crate) fn charge_read(&mut self, now: Millis, visitor: &Visitor, tokens: u32) {
        self.room.reads.charge(now, ROOM.reads, tokens);
        self.charge_visitor(now, visitor, tokens);
    }

    /// Takes reads for a frame that nobody honest sends, so that its sender's next sockets have to wait.
    pub(crate) fn punish(&mut self, now: Millis, visitor: &Visitor) {
        self.charge_visitor(now, visitor, limits::OFFENCE_READS);
    }

    fn charge_visitor(&mut self, now: Millis, visitor: &Visitor, tokens: u32) {
        let address_limits = self.address_limits;
        let (person, address) = self.of(now, visitor);
        address.reads.charge(now, address_limits.reads, tokens);
        person.reads.charge(now, PERSON.reads, tokens);
    }

    /// The buckets of a visitor's person and address.
    fn of(&mut self, now: Millis, visitor: &Visitor) -> (&mut Buckets, &mut Buckets) {
        let count = |rates: &Self| rates.people.len().saturating_add(rates.addresses.len());
        if count(self) > self.drop_full_at {
            self.people.retain(|_, buckets| !buckets.are_full(now));
            self.addresses.retain(|_, buckets| !buckets.are_full(now));
            // Twice as many as are left, so that dropping costs little for each of them.
            self.drop_full_at = count(self).saturating_mul(2).max(BUCKETS_KEPT);
        }
        let Self { people, addresses, .. } = self;
        let person = people.entry(visitor.person.clone()).or_default();
        (person, addresses.entry(visitor.address.clone()).or_default())
    }
}

impl Buckets {
    fn check_write(&mut self, now: Millis, limits: Limits) -> Result<(), Wait> {
        self.hourly.check(now, limits.hourly, 1)?;
        self.writes.check(now, limits.writes, 1)
    }

    fn charge_writes(&mut self, now: Millis, limits: Limits, tokens: u32) {
        self.hourly.charge(now, limits.hourly, tokens);
        self.writes.charge(now, limits.writes, tokens);
    }

    fn are_full(&self, now: Millis) -> bool {
        [self.writes, self.hourly, self.reads].iter().all(|bucket| bucket.is_full(now))
    }
}

impl Limits {
    fn times(self, factor: u32) -> Self {
        let Self { writes, hourly, reads } = self;
        Self { writes: writes.times(factor), hourly: hourly.times(factor), reads: reads.times(factor) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many seconds people write as fast as they may until a full history is theirs alone.
    fn seconds_to_evict(addresses: usize, people: usize) -> u64 {
        let mut rates = Rates::new(limits::ADDRESS_FACTOR);
        let visitor = |number: usize| Visitor {
            person: PersonId::parse(format!("person-{number:0>6}")).unwrap(),
            address: format!("address {}", number % addresses),
            operator_until: None,
        };
        let visitors: Vec<Visitor> = (0..people).map(visitor).collect();
        let mut now = Millis(1_000_000);
        let mut rows = 0;
        while rows < limits::HISTORY_ROWS {
            for visitor in &visitors {
                while rates.take_write(now, visitor).is_ok() {
                    rates.charge_rows(now, 1);
                    rows += 1;
                }
            }
            now = now.plus(1_000);
        }
        now.since(Millis(1_000_000)) / 1_000
    }

    #[test]
    fn case_116_one_address_needs_thirteen_hours_to_push_out_a_full_history() {
        let hours = seconds_to_evict(1, 40) as f64 / 3_600.0;
        assert!((13.0..14.0).contains(&hours), "{hours}");
    }

    #[test]
    fn case_116_a_hundred_addresses_need_almost_an_hour() {
        let minutes = seconds_to_evict(100, 300) as f64 / 60.0;
        assert!((55.0..60.0).contains(&minutes), "{minutes}");
    }

    #[test]
    fn full_buckets_are_dropped() {
        let mut rates = Rates::new(1);
        for number in 0..10_000_u64 {
            let person = PersonId::parse(format!("person-{number:0>6}")).unwrap();
            let visitor = Visitor { person, address: format!("address {number}"), operator_until: None };
            assert_eq!(rates.take_read(Millis(1_000 * number), &visitor, 1), Ok(()));
        }
        assert!(rates.people.len() <= BUCKETS_KEPT, "{}", rates.people.len());
    }
}
