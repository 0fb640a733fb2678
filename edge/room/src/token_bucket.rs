//! The token bucket behind every rate limit: how much somebody may do at once, and when they may do more.
//!
//! Not here: the rates, which are in `shared::limits`.

use serde::{Deserialize, Serialize};
use shared::Millis;

/// A token bucket. It stores only how many tokens are missing; its size and speed are the [`Rate`] of each call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TokenBucket {
    /// Missing tokens, in milliseconds of refilling.
    debt_ms: u64,
    /// When `debt_ms` was true.
    at: Millis,
}

/// The size and the speed of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Tokens of a full bucket.
    pub burst: u32,
    /// Milliseconds in which one token is refilled.
    pub refill_ms: u64,
}

/// The bucket is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too fast; the next is possible in {ms} ms")]
pub struct Wait {
    pub ms: u64,
}

impl TokenBucket {
    /// Takes one token for something that happens at `now`, after adding those that `rate` has given since the last time.
    ///
    /// # Errors
    /// When the bucket is empty: [`Wait`] says when to try again.
    pub fn take(&mut self, now: Millis, rate: Rate) -> Result<(), Wait> {
        self.check(now, rate, 1)?;
        self.charge(now, rate, 1);
        Ok(())
    }

    /// Whether so many tokens can be taken, without taking them. More than a full bucket holds count as a full bucket. A clock
    /// that goes back refills nothing and takes nothing: refilling goes on from the earlier time.
    ///
    /// # Errors
    /// When there are not enough: [`Wait`] says when to try again.
    pub fn check(&mut self, now: Millis, rate: Rate, tokens: u32) -> Result<(), Wait> {
        self.at = self.at.min(now);
        let after = self.debt_ms(now).saturating_add(rate.ms(tokens.min(rate.burst)));
        let most = rate.ms(rate.burst);
        if after > most { Err(Wait { ms: after.saturating_sub(most) }) } else { Ok(()) }
    }

    /// Takes tokens whether they are there or not: what is missing must be refilled before the next can be taken. At most one
    /// full bucket can be missing beyond an empty one.
    pub fn charge(&mut self, now: Millis, rate: Rate, tokens: u32) {
        let most = rate.ms(rate.burst).saturating_mul(2);
        let debt_ms = self.debt_ms(now).saturating_add(rate.ms(tokens)).min(most);
        *self = Self { debt_ms, at: now };
    }

    /// Whether more than half of the tokens are missing, so that the bucket is stored over hibernation.
    pub fn is_low(&self, now: Millis, rate: Rate) -> bool {
        self.debt_ms(now).saturating_mul(2) > rate.ms(rate.burst)
    }

    /// Whether it is full again, so that it can be dropped.
    pub fn is_full(&self, now: Millis) -> bool {
        self.debt_ms(now) == 0
    }

    /// What is missing now. [`Millis::since`] is 0 for a clock that went back.
    fn debt_ms(&self, now: Millis) -> u64 {
        self.debt_ms.saturating_sub(now.since(self.at))
    }
}

impl Rate {
    /// The time in which so many tokens are refilled.
    fn ms(self, tokens: u32) -> u64 {
        self.refill_ms.saturating_mul(u64::from(tokens))
    }

    /// The rate of so many together: as many times as large and as fast. A token takes a millisecond at least.
    pub fn times(self, factor: u32) -> Self {
        let factor = factor.max(1);
        Self {
            burst: self.burst.saturating_mul(factor),
            refill_ms: (self.refill_ms / u64::from(factor)).max(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { burst: 3, refill_ms: 500 };

    fn wait(ms: u64) -> Result<(), Wait> {
        Err(Wait { ms })
    }

    #[test]
    fn a_bucket_allows_its_burst_and_then_its_speed() {
        let mut bucket = TokenBucket::default();
        let now = Millis(1_000_000);
        assert_eq!([(); 3].map(|()| bucket.take(now, RATE)), [Ok(()); 3]);
        assert_eq!(bucket.take(now, RATE), wait(500));
        assert_eq!(bucket.take(now.plus(400), RATE), wait(100));
        assert_eq!(bucket.take(now.plus(500), RATE), Ok(()));
        assert!(bucket.is_low(now.plus(500), RATE) && !bucket.is_full(now.plus(600)));
        assert!(bucket.is_full(now.plus(2_000)));
    }

    #[test]
    fn case_52_a_clock_that_goes_back_neither_gives_nor_takes() {
        let mut bucket = TokenBucket::default();
        for _ in 0..3 {
            bucket.take(Millis(10_000_000), RATE).unwrap();
        }
        assert_eq!(bucket.take(Millis(6_400_000), RATE), wait(500));
        assert_eq!(bucket.take(Millis(6_400_500), RATE), Ok(()));
        assert_eq!(bucket.take(Millis(6_400_500), RATE), wait(500));
    }

    #[test]
    fn several_tokens_are_taken_together_or_charged_beyond_an_empty_bucket() {
        let mut bucket = TokenBucket::default();
        let now = Millis(1_000_000);
        assert_eq!(bucket.check(now, RATE, 3), Ok(()));
        bucket.charge(now, RATE, 2);
        assert_eq!((bucket.check(now, RATE, 2), bucket.check(now, RATE, 1)), (wait(500), Ok(())));
        // More than a full bucket is possible once the bucket is full.
        assert_eq!(bucket.check(now.plus(1_000), RATE, 9), Ok(()));
        bucket.charge(now, RATE, 100);
        assert_eq!(bucket.take(now, RATE), wait(2_000), "no more than a full bucket is missing");
    }

    #[test]
    fn the_rate_of_many_is_larger_and_faster() {
        assert_eq!(RATE.times(10), Rate { burst: 30, refill_ms: 50 });
        assert_eq!(RATE.times(1_000).refill_ms, 1);
        assert_eq!(RATE.times(0), RATE);
    }
}
