//! How long to wait before reconnecting: exponential backoff with full jitter, so that a thousand pages do not reconnect
//! at the same moment.

use shared::SplitMix64;

const BASE_MS: u64 = 500;
const CAP_MS: u64 = 30_000;

/// Counts failed connections since the last one that held.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// Counts a failure and returns how many milliseconds to wait: a random number from 0 to min(30 s, 500 ms · 2ⁿ).
    pub(super) fn next_wait_ms(&mut self, rng: &mut SplitMix64) -> u64 {
        // 2⁶ is beyond the cap already; the bound keeps the shift from overflowing.
        let most = (BASE_MS << self.failures.min(6)).min(CAP_MS);
        self.failures = self.failures.saturating_add(1);
        rng.up_to(most)
    }

    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_wait_mss_fill_the_whole_range_and_stop_growing() {
        for (failures, most) in
            [(0, 500), (1, 1_000), (2, 2_000), (3, 4_000), (4, 8_000), (5, 16_000), (6, 30_000), (60, 30_000)]
        {
            let waits: Vec<u64> =
                (0..500).map(|seed| Backoff { failures }.next_wait_ms(&mut SplitMix64::new(seed))).collect();
            assert!(waits.iter().all(|wait| *wait <= most), "{failures}");
            assert!(waits.iter().any(|wait| *wait < most / 10), "{failures}");
            assert!(waits.iter().any(|wait| *wait > most / 10 * 9), "{failures}");
        }
    }

    #[test]
    fn failures_count_up_and_reset() {
        let mut backoff = Backoff::default();
        let mut rng = SplitMix64::new(1);
        for _ in 0..100 {
            backoff.next_wait_ms(&mut rng);
        }
        assert_eq!(backoff.failures, 100);
        backoff.reset();
        assert!(backoff.next_wait_ms(&mut rng) <= 500);
    }
}
