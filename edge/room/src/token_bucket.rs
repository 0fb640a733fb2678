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
    /// Takes one token. A clock that goes back refills nothing and takes nothing: refilling goes on from the earlier time.
    ///
    /// # Errors
    /// When the bucket is empty: [`Wait`] says when to try again.
    pub fn take(&mut self, now: Millis, rate: Rate) -> Result<(), Wait> {
        self.at = self.at.min(now);
        let debt = self.debt_ms.saturating_sub(now.since(self.at));
        let after = debt.saturating_add(rate.refill_ms);
        let most = rate.refill_ms.saturating_mul(u64::from(rate.burst));
        if after > most {
            return Err(Wait { ms: after.saturating_sub(most) });
        }
        *self = Self { debt_ms: after, at: now };
        Ok(())
    }

    /// Whether more than half of the tokens are missing, so that the bucket is stored over hibernation.
    pub fn is_low(&self, now: Millis, rate: Rate) -> bool {
        let debt = self.debt_ms.saturating_sub(now.since(self.at));
        debt.saturating_mul(2) > rate.refill_ms.saturating_mul(u64::from(rate.burst))
    }

    /// Whether it is full again, so that it can be dropped.
    pub fn is_full(&self, now: Millis) -> bool {
        now.since(self.at) >= self.debt_ms
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
}
