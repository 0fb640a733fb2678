//! What will happen, in the order of virtual time. Nothing in a run waits for the real clock.

use std::collections::BTreeMap;
use std::rc::Rc;

use room::Input;
use shared::Seq;

use crate::bank::Errand;

/// Something that travels over a link.
#[derive(Debug, Clone)]
pub(crate) enum Parcel {
    /// The socket is open.
    Opened,
    /// A text frame.
    Text(Rc<str>),
    /// The other end closed.
    Closed(u16),
}

/// One thing that happens.
#[derive(Debug)]
pub(crate) enum Happening {
    /// A person does something at a page.
    Act { page: usize },
    /// The door's answer arrives; `None` is a request that failed.
    DoorAnswers { page: usize, question: u64, is_open: bool },
    /// A socket's upgrade reaches the server.
    Upgrade { link: usize },
    /// A parcel reaches the page.
    ToPage { link: usize, parcel: Parcel },
    /// A parcel reaches the room.
    ToRoom { link: usize, parcel: Parcel },
    /// The browser reports that the socket is dead.
    PageNotices { link: usize },
    /// The runtime reports that the socket is dead.
    RoomNotices { link: usize },
    /// The page's timer rings.
    Tick { page: usize, turn: u64 },
    /// The room's in-memory timer rings.
    Timer { turn: u64 },
    /// The object's alarm rings.
    Alarm { turn: u64 },
    /// Nothing may have happened to the room for a while: it hibernates then.
    Idle { turn: u64 },
    /// The room could not be woken, and is tried again.
    Waking,
    /// The model's server says the next thing about a call.
    Model { call: usize, step: usize },
    /// Something that the room asked of the ledger reaches it.
    Ledger { life: u64, run: Seq, call_number: u32, errand: Errand },
    /// An answer reaches the process that asked.
    Answer { life: u64, answer: Input },
    /// Something breaks.
    Fault,
    /// Nothing breaks any more.
    Settle,
    /// A look at whether all is quiet.
    ToolUse,
}

/// Virtual time and what is to come.
#[derive(Default)]
pub(crate) struct Agenda {
    /// Milliseconds since the run began.
    pub(crate) now: u64,
    /// Frames that are under way.
    pub(crate) in_flight: usize,
    count: u64,
    queue: BTreeMap<(u64, u64), Happening>,
}

impl Agenda {
    /// Plans something. Things of the same moment happen in the order in which they were planned.
    pub(crate) fn after(&mut self, wait: u64, happening: Happening) {
        self.in_flight += usize::from(happening.is_parcel());
        self.count += 1;
        self.queue.insert((self.now + wait, self.count), happening);
    }

    /// The next thing; time moves to it.
    pub(crate) fn next(&mut self) -> Option<Happening> {
        let ((at, _), happening) = self.queue.pop_first()?;
        self.now = at;
        self.in_flight -= usize::from(happening.is_parcel());
        Some(happening)
    }
}

impl Happening {
    /// Whether it happens to the room even where nobody is there.
    pub(crate) fn is_of_the_room(&self) -> bool {
        matches!(
            self,
            Self::Timer { .. }
                | Self::Alarm { .. }
                | Self::Idle { .. }
                | Self::Waking
                | Self::Ledger { .. }
                | Self::Answer { .. }
        )
    }

    fn is_parcel(&self) -> bool {
        matches!(self, Self::ToPage { .. } | Self::ToRoom { .. } | Self::Upgrade { .. })
    }
}
