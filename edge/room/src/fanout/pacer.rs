//! The pacer: whether a message leaves at once or is gathered with those after it, by a budget of sending time.
//!
//! Telling everybody costs about [`limits::SEND_MICROS`] for each socket, whatever a frame holds. So a token bucket holds
//! sending time: it refills with [`limits::ALONE_PERCENT`] of the time that passes, and each message takes what sending it
//! alone costs. While the bucket is not overdrawn every message leaves at once, in a room of any size. When messages come
//! faster than that, the bucket stays overdrawn, and they leave together, so that sending takes
//! [`limits::GATHERED_PERCENT`] of the time.
//!
//! Time is counted, never measured: the clock of a Worker stands still while it computes.

use shared::{Millis, limits};

/// The sending time of one room.
#[derive(Debug)]
pub(super) struct Pacer {
    /// What sending a frame to one socket costs, in microseconds. With 0 every message leaves at once.
    send_micros: u64,
    /// Sending time that is spent and not refilled, in microseconds.
    debt_micros: u64,
    /// When `debt_micros` was true.
    at: Millis,
}

const BURST_MICROS: u64 = limits::SEND_BURST_MS * 1_000;

impl Pacer {
    pub(super) fn new(send_micros: u64) -> Self {
        Self { send_micros, debt_micros: 0, at: Millis(0) }
    }

    /// Takes what it costs to send something alone to so many sockets. The debt stays below twice the burst, so that a busy
    /// room sends at once again soon after it has calmed down.
    pub(super) fn spend(&mut self, now: Millis, sockets: usize) {
        let debt = self.debt_micros(now).saturating_add(self.cost_micros(sockets));
        let most = BURST_MICROS.saturating_mul(2).max(self.cost_micros(sockets));
        (self.debt_micros, self.at) = (debt.min(most), now);
    }

    /// How long after the last frame with messages the next one may leave, in milliseconds.
    pub(super) fn message_gap_ms(&self, now: Millis, sockets: usize) -> u64 {
        if self.debt_micros(now) <= BURST_MICROS {
            return 0;
        }
        self.gap_ms(sockets, limits::GATHERED_PERCENT)
    }

    /// When something was last sent.
    pub(super) fn spent_at(&self) -> Millis {
        self.at
    }

    /// How many milliseconds are between two frames to so many sockets when sending them takes `percent` of the time.
    pub(super) fn gap_ms(&self, sockets: usize, percent: u64) -> u64 {
        self.cost_micros(sockets).saturating_mul(100) / percent.max(1) / 1_000
    }

    /// The debt at a time. A clock that goes back refills nothing, and refilling goes on from the earlier time.
    fn debt_micros(&self, now: Millis) -> u64 {
        let refilled = now.since(self.at).saturating_mul(limits::ALONE_PERCENT * 10);
        self.debt_micros.saturating_sub(refilled)
    }

    fn cost_micros(&self, sockets: usize) -> u64 {
        u64::try_from(sockets).unwrap_or(u64::MAX).saturating_mul(self.send_micros)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends a message to `sockets` every `every_ms` for ten seconds. Returns how many frames leave, and how many messages
    /// leave at once.
    fn run(sockets: usize, every_ms: u64) -> (usize, usize) {
        let mut pacer = Pacer::new(limits::SEND_MICROS);
        let (mut frames, mut at_once, mut waiting) = (0, 0, 0_usize);
        let mut sent_at = Millis(0);
        for ms in 1_000..11_000 {
            let now = Millis(ms);
            let is_new = ms % every_ms == 0;
            if is_new {
                pacer.spend(now, sockets);
                waiting += 1;
            }
            if waiting > 0 && now.since(sent_at) >= pacer.message_gap_ms(now, sockets) {
                frames += 1;
                at_once += usize::from(waiting == 1 && is_new);
                (waiting, sent_at) = (0, now);
            }
        }
        (frames, at_once)
    }

    #[test]
    fn while_there_is_sending_time_every_message_leaves_at_once() {
        assert_eq!(run(10, 50), (200, 200));
        assert_eq!(run(100, 50), (200, 200));
        assert_eq!(run(1_000, 50), (200, 200), "25 ms of sending every 50 ms");
    }

    #[test]
    fn a_room_that_has_spent_its_time_gathers() {
        let (frames, _) = run(200, 5);
        assert!(
            (750..950).contains(&frames),
            "{frames} frames for 2,000 messages: 5 ms of sending every 12 ms"
        );
        let (frames, _) = run(1_000, 20);
        assert!(
            (140..190).contains(&frames),
            "{frames} frames for 500 messages: 25 ms of sending every 62 ms"
        );
    }

    #[test]
    fn a_room_that_calmed_down_sends_at_once_again() {
        let mut pacer = Pacer::new(limits::SEND_MICROS);
        let start = Millis(1_000_000);
        (0..1_000).for_each(|_| pacer.spend(start, 1_000));
        assert!(pacer.message_gap_ms(start, 1_000) > 0);
        assert_eq!(pacer.message_gap_ms(start.plus(200), 1_000), 0, "200 ms refill 120 ms of the 200");
    }

    #[test]
    fn case_52_a_clock_that_stands_still_or_jumps_starves_nobody() {
        let mut pacer = Pacer::new(limits::SEND_MICROS);
        let now = Millis(10_000_000);
        (0..100).for_each(|_| pacer.spend(now, 1_000));
        assert!(pacer.message_gap_ms(now, 1_000) <= 100);
        assert_eq!(pacer.message_gap_ms(Millis(u64::MAX), 1_000), 0);
        let back = Millis(6_400_000);
        pacer.spend(back, 1_000);
        assert_eq!(pacer.message_gap_ms(back.plus(400), 1_000), 0, "refilled from the earlier time on");
    }

    #[test]
    fn without_a_cost_everything_leaves_at_once() {
        let mut pacer = Pacer::new(0);
        (0..10_000).for_each(|_| pacer.spend(Millis(5), 32_768));
        assert_eq!(pacer.message_gap_ms(Millis(5), 32_768), 0);
        assert_eq!(pacer.gap_ms(32_768, limits::DELTAS_PERCENT), 0);
    }
}
