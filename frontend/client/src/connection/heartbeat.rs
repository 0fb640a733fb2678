//! Detects a dead connection: the client sends a ping every 30 seconds and expects any frame within 10.

use shared::Millis;
use shared::limits::HEARTBEAT_MS;

/// How long the other end may stay silent after a ping.
const REPLY_TIMEOUT_MS: u64 = 10_000;

/// The heartbeat of one socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Heartbeat {
    next_ping: Millis,
    reply_deadline: Option<Millis>,
}

impl Heartbeat {
    pub(super) fn new(now: Millis) -> Self {
        Self { next_ping: now.plus(HEARTBEAT_MS), reply_deadline: None }
    }

    /// Records that a frame arrived.
    pub(super) fn frame_arrived(&mut self) {
        self.reply_deadline = None;
    }

    /// Makes the next ping due now: a network or a page that came back often left a dead socket behind.
    pub(super) fn ping_now(&mut self, now: Millis) {
        if self.reply_deadline.is_none() {
            self.next_ping = now;
        }
    }

    /// Returns whether to send a ping, and counts it as sent.
    pub(super) fn take_ping(&mut self, now: Millis) -> bool {
        let is_due = self.next_ping <= now && !self.is_overdue(now);
        if is_due {
            self.next_ping = now.plus(HEARTBEAT_MS);
            self.reply_deadline = Some(now.plus(REPLY_TIMEOUT_MS));
        }
        is_due
    }

    /// Whether the other end has been silent for too long.
    pub(super) fn is_overdue(&self, now: Millis) -> bool {
        self.reply_deadline.is_some_and(|deadline| deadline <= now)
    }

    pub(super) fn next_wakeup(&self) -> Millis {
        self.reply_deadline.map_or(self.next_ping, |deadline| deadline.min(self.next_ping))
    }
}
