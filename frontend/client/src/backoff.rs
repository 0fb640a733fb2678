//! How long to wait before the next attempt: exponential with full jitter, so a thousand pages do not come back at once.

use shared::SplitMix64;

const BASE_MS: u64 = 500;
const CAP_MS: u64 = 30_000;

/// Failed attempts since the last that held.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// Counts a failure and says how long to wait: anything from 0 to min(30 s, 500 ms · 2ⁿ).
    pub(crate) fn wait(&mut self, chance: &mut SplitMix64) -> u64 {
        // 2⁶ is beyond the cap already; the bound keeps the shift from overflowing.
        let most = (BASE_MS << self.failures.min(6)).min(CAP_MS);
        self.failures = self.failures.saturating_add(1);
        chance.up_to(most)
    }

    /// An attempt held.
    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_fill_the_whole_range_and_stop_growing() {
        for (failures, most) in
            [(0, 500), (1, 1_000), (2, 2_000), (3, 4_000), (4, 8_000), (5, 16_000), (6, 30_000), (60, 30_000)]
        {
            let waits: Vec<u64> =
                (0..500).map(|seed| Backoff { failures }.wait(&mut SplitMix64::new(seed))).collect();
            assert!(waits.iter().all(|wait| *wait <= most), "{failures}");
            assert!(waits.iter().any(|wait| *wait < most / 10), "{failures}");
            assert!(waits.iter().any(|wait| *wait > most / 10 * 9), "{failures}");
        }
    }

    #[test]
    fn failures_count_up_and_reset() {
        let mut backoff = Backoff::default();
        let mut chance = SplitMix64::new(1);
        for _ in 0..100 {
            backoff.wait(&mut chance);
        }
        assert_eq!(backoff.failures, 100);
        backoff.reset();
        assert!(backoff.wait(&mut chance) <= 500);
    }
}
