//! The way to the room in its steps, and what of it is shown. Each step knows its own deadline.

use shared::{CloseCode, Millis};

use crate::effect::Out;
use crate::heartbeat::Heartbeat;
use crate::{Change, Connection};

/// How long the door, and then the socket, may take to answer.
pub(crate) const STEP_MS: u64 = 10_000;

/// A step of the way.
#[derive(Debug)]
pub(crate) enum Phase {
    /// Not begun.
    Idle,
    /// No socket and no attempt.
    Offline {
        /// When the next attempt begins by itself.
        retry_at: Option<Millis>,
    },
    /// The door was asked.
    Entering {
        /// Its deadline.
        until: Millis,
    },
    /// The socket is opening.
    Connecting {
        /// Its deadline.
        until: Millis,
    },
    /// Hello was said; its deadline is the greeting's.
    Greeting,
    /// Welcomed.
    Live {
        /// Since when.
        since: Millis,
        /// Whether the other end is there.
        heart: Heartbeat,
    },
    /// Over.
    Ended {
        /// Why.
        why: CloseCode,
    },
}

/// The step that a client is at, and the connection as it is shown.
#[derive(Debug)]
pub(crate) struct Link {
    phase: Phase,
    shown: Connection,
    has_been_live: bool,
}

impl Link {
    pub(crate) fn new() -> Self {
        Self { phase: Phase::Idle, shown: Connection::Offline { retry_at: None }, has_been_live: false }
    }

    pub(crate) fn phase(&self) -> &Phase {
        &self.phase
    }

    pub(crate) fn shown(&self) -> &Connection {
        &self.shown
    }

    pub(crate) fn turn(&mut self, phase: Phase, out: &mut Out) {
        let shown = match &phase {
            Phase::Idle => Connection::Offline { retry_at: None },
            Phase::Offline { retry_at } => Connection::Offline { retry_at: *retry_at },
            Phase::Entering { .. } | Phase::Connecting { .. } | Phase::Greeting => {
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
            out.show(Change::Connection);
        }
    }

    /// Whether a socket exists, open or opening.
    pub(crate) fn has_socket(&self) -> bool {
        matches!(self.phase, Phase::Connecting { .. } | Phase::Greeting | Phase::Live { .. })
    }

    /// Whether frames may be sent.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Greeting | Phase::Live { .. })
    }

    pub(crate) fn is_live(&self) -> bool {
        matches!(self.phase, Phase::Live { .. })
    }

    pub(crate) fn heart(&mut self) -> Option<&mut Heartbeat> {
        match &mut self.phase {
            Phase::Live { heart, .. } => Some(heart),
            _ => None,
        }
    }

    pub(crate) fn next_wakeup(&self) -> Option<Millis> {
        match &self.phase {
            Phase::Offline { retry_at } => *retry_at,
            Phase::Entering { until } | Phase::Connecting { until } => Some(*until),
            Phase::Live { heart, .. } => Some(heart.next_wakeup()),
            Phase::Idle | Phase::Greeting | Phase::Ended { .. } => None,
        }
    }
}
