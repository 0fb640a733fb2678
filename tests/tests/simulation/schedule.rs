//! Scheduled events in the order of virtual time. Nothing in a run waits for the real clock.

use std::collections::BTreeMap;
use std::rc::Rc;

use room::Input;
use shared::Seq;

use crate::ledger::LedgerRequest;
use crate::random::Random;

/// Something that travels over a link.
#[derive(Debug, Clone)]
pub(crate) enum Packet {
    /// The socket is open.
    Opened,
    /// A text frame.
    Text(Rc<str>),
    /// The other end closed.
    Closed(u16),
}

/// A scheduled event.
#[derive(Debug)]
pub(crate) enum SimEvent {
    /// A person acts at a tab.
    Act { tab: usize },
    /// The reply to `POST /api/enter` arrives.
    EntryReplied { tab: usize, entry_request: u64, is_open: bool },
    /// A socket's upgrade reaches the server.
    Upgrade { link: usize },
    /// A packet reaches the tab.
    ToTab { link: usize, packet: Packet },
    /// A packet reaches the room.
    ToRoom { link: usize, packet: Packet },
    /// The browser reports that the socket is dead.
    TabNotices { link: usize },
    /// The runtime reports that the socket is dead.
    RoomNotices { link: usize },
    /// The tab's timer rings.
    Tick { tab: usize, turn: u64 },
    /// The room's in-memory timer rings.
    Timer { turn: u64 },
    /// The object's alarm rings.
    Alarm { turn: u64 },
    /// The room hibernates if nothing happened to it since.
    Idle { turn: u64 },
    /// A failed wake of the room is retried.
    RetryWake,
    /// Moderation has passed a call, and its request leaves.
    CallLeaves { call: usize },
    /// The next model event of a call arrives.
    Model { call: usize, step: usize },
    /// A request reaches the ledger.
    Ledger { process: u64, run: Seq, call_number: u32, request: LedgerRequest },
    /// A reply reaches the process that sent the request.
    Reply { process: u64, answer: Input },
    /// Somebody hostile does something.
    HostileActs,
    /// Somebody has everything deleted that they wrote.
    Erase { random: Random },
    /// A fault is injected.
    Fault,
    /// All faults have ended.
    Settle,
    /// The simulator checks whether anything is pending.
    CheckQuiet,
}

/// Virtual time and the queue of events.
#[derive(Default)]
pub(crate) struct Schedule {
    /// Milliseconds since the run began.
    pub(crate) now: u64,
    /// Frames in flight.
    pub(crate) in_flight: usize,
    count: u64,
    queue: BTreeMap<(u64, u64), SimEvent>,
}

impl Schedule {
    /// Schedules an event. Events of the same time happen in the order in which they were scheduled.
    pub(crate) fn after(&mut self, wait: u64, event: SimEvent) {
        self.in_flight += usize::from(event.is_packet());
        self.count += 1;
        self.queue.insert((self.now + wait, self.count), event);
    }

    /// Takes the next event and advances the time to it.
    pub(crate) fn next(&mut self) -> Option<SimEvent> {
        let ((at, _), event) = self.queue.pop_first()?;
        self.now = at;
        self.in_flight -= usize::from(event.is_packet());
        Some(event)
    }
}

impl SimEvent {
    /// Whether the event concerns the room even when nobody is connected.
    pub(crate) fn is_of_the_room(&self) -> bool {
        matches!(
            self,
            Self::Timer { .. }
                | Self::Alarm { .. }
                | Self::Idle { .. }
                | Self::RetryWake
                | Self::Ledger { .. }
                | Self::Reply { .. }
        )
    }

    fn is_packet(&self) -> bool {
        matches!(self, Self::ToTab { .. } | Self::ToRoom { .. } | Self::Upgrade { .. })
    }
}
