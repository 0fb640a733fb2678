//! Token buckets: how much somebody may do at once, and when they may do more.

use serde::{Deserialize, Serialize};
use shared::Millis;

/// A bucket. Only how empty it is and since when is kept; its size and speed belong to whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TokenBucket {
    /// What was taken, in milliseconds of refilling.
    debt_ms: u64,
    /// When that was.
    at: Millis,
}

/// A bucket's size and speed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many at once.
    pub burst: u32,
    /// Milliseconds until one more.
    pub refill_ms: u64,
}

impl TokenBucket {
    /// Takes one, or says in how many milliseconds there is one. A clock that goes back refills nothing and takes nothing:
    /// the refilling goes on from the earlier time.
    pub fn take(&mut self, now: Millis, rate: Rate) -> Result<(), u64> {
        self.at = self.at.min(now);
        let debt = self.debt_ms.saturating_sub(now.since(self.at));
        let after = debt.saturating_add(rate.refill_ms);
        let most = rate.refill_ms.saturating_mul(u64::from(rate.burst));
        if after > most {
            return Err(after.saturating_sub(most));
        }
        *self = Self { debt_ms: after, at: now };
        Ok(())
    }

    /// Whether more than half of it was taken: worth remembering over hibernation.
    pub fn is_low(&self, now: Millis, rate: Rate) -> bool {
        let debt = self.debt_ms.saturating_sub(now.since(self.at));
        debt.saturating_mul(2) > rate.refill_ms.saturating_mul(u64::from(rate.burst))
    }

    /// Whether it is full again, so that it need not be kept.
    pub fn is_full(&self, now: Millis) -> bool {
        now.since(self.at) >= self.debt_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { burst: 3, refill_ms: 500 };

    #[test]
    fn a_bucket_allows_its_burst_and_then_its_speed() {
        let mut bucket = TokenBucket::default();
        let now = Millis(1_000_000);
        assert_eq!([(); 3].map(|()| bucket.take(now, RATE)), [Ok(()); 3]);
        assert_eq!(bucket.take(now, RATE), Err(500));
        assert_eq!(bucket.take(now.plus(400), RATE), Err(100));
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
        assert_eq!(bucket.take(Millis(6_400_000), RATE), Err(500));
        assert_eq!(bucket.take(Millis(6_400_500), RATE), Ok(()));
        assert_eq!(bucket.take(Millis(6_400_500), RATE), Err(500));
    }
}
