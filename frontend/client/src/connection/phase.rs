//! The phases of a connection with their deadlines, and the [`Connection`] that is shown for each.

use shared::{CloseCode, Millis};

use super::heartbeat::Heartbeat;
use super::state::Connection;
use crate::effect::{Change, Effects};

/// How long the entry call, and then the socket, may take: 10 s, since a phone that changes networks needs several.
pub(super) const STEP_TIMEOUT_MS: u64 = 10_000;

/// A phase of a connection.
#[derive(Debug)]
pub(super) enum Phase {
    /// Nobody has asked to connect yet.
    Idle,
    /// There is no socket. `retry_at` is when the next attempt starts without a further input.
    Offline { retry_at: Option<Millis> },
    /// The entry call is under way.
    Entering { deadline: Millis },
    /// The socket is opening.
    Connecting { deadline: Millis },
    /// The hello was sent; the handshake holds its deadline.
    Handshake,
    /// The room has answered with its welcome.
    Live { since: Millis, heartbeat: Heartbeat },
    /// The connection ended and is not opened again.
    Ended { why: CloseCode },
}

/// The current phase, and the connection as it is shown.
#[derive(Debug)]
pub(super) struct PhaseTracker {
    phase: Phase,
    shown: Connection,
    has_been_live: bool,
}

impl PhaseTracker {
    pub(super) fn new() -> Self {
        Self { phase: Phase::Idle, shown: Connection::Offline { retry_at: None }, has_been_live: false }
    }

    pub(super) fn phase(&self) -> &Phase {
        &self.phase
    }

    pub(super) fn shown(&self) -> &Connection {
        &self.shown
    }

    pub(super) fn set(&mut self, phase: Phase, effects: &mut Effects) {
        let shown = match &phase {
            Phase::Idle => Connection::Offline { retry_at: None },
            Phase::Offline { retry_at } => Connection::Offline { retry_at: *retry_at },
            Phase::Entering { .. } | Phase::Connecting { .. } | Phase::Handshake => {
                Connection::Opening { again: self.has_been_live }
            }
            Phase::Live { since, .. } => {
                self.has_been_live = true;
                Connection::Live { since: *since }
            }
            Phase::Ended { why } => Connection::Ended { why: *why },
        };
        self.phase = phase;
        if self.shown != shown {
            self.shown = shown;
            effects.show(Change::Connection);
        }
    }

    /// Whether a socket exists, open or opening.
    pub(super) fn has_socket(&self) -> bool {
        matches!(self.phase, Phase::Connecting { .. } | Phase::Handshake | Phase::Live { .. })
    }

    /// Whether frames may be sent.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Handshake | Phase::Live { .. })
    }

    pub(super) fn is_live(&self) -> bool {
        matches!(self.phase, Phase::Live { .. })
    }

    pub(super) fn heartbeat(&mut self) -> Option<&mut Heartbeat> {
        match &mut self.phase {
            Phase::Live { heartbeat, .. } => Some(heartbeat),
            _ => None,
        }
    }

    /// Whether the socket takes too long to open, or its other end fell silent.
    pub(super) fn is_overdue(&self, now: Millis) -> bool {
        match &self.phase {
            Phase::Connecting { deadline } => *deadline <= now,
            Phase::Live { heartbeat, .. } => heartbeat.is_overdue(now),
            _ => false,
        }
    }

    pub(super) fn next_wakeup(&self) -> Option<Millis> {
        match &self.phase {
            Phase::Offline { retry_at } => *retry_at,
            Phase::Entering { deadline } | Phase::Connecting { deadline } => Some(*deadline),
            Phase::Live { heartbeat, .. } => Some(heartbeat.next_wakeup()),
            Phase::Idle | Phase::Handshake | Phase::Ended { .. } => None,
        }
    }
}
