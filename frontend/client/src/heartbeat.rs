//! Whether the other end is still there: a ping every 30 seconds, and silence after it means no.

use shared::Millis;
use shared::limits::HEARTBEAT_MS;

/// How long the other end may stay silent after a ping.
const ANSWER_MS: u64 = 10_000;

/// The heart of one socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Heartbeat {
    next: Millis,
    answer_by: Option<Millis>,
}

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beat {
    /// Nothing.
    Rest,
    /// Send a ping.
    Ping,
    /// The other end is dead.
    Dead,
}

impl Heartbeat {
    pub(crate) fn new(now: Millis) -> Self {
        Self { next: now.plus(HEARTBEAT_MS), answer_by: None }
    }

    /// Anything at all came.
    pub(crate) fn heard(&mut self) {
        self.answer_by = None;
    }

    /// Asks now instead of at the next turn: a network or a page that came back often left a dead socket behind.
    pub(crate) fn hurry(&mut self, now: Millis) {
        if self.answer_by.is_none() {
            self.next = now;
        }
    }

    pub(crate) fn beat(&mut self, now: Millis) -> Beat {
        if self.answer_by.is_some_and(|by| by <= now) {
            return Beat::Dead;
        }
        if self.next > now {
            return Beat::Rest;
        }
        self.next = now.plus(HEARTBEAT_MS);
        self.answer_by = Some(now.plus(ANSWER_MS));
        Beat::Ping
    }

    pub(crate) fn next_wakeup(&self) -> Millis {
        self.answer_by.map_or(self.next, |by| by.min(self.next))
    }
}
