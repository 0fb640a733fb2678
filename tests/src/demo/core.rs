//! What all connections share: the log, the store, and what the next requests will meet.

use super::fault::Fault;
use super::prefixes::Prefixes;
use super::seen::{Door, Log};
use super::store::Store;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// One per demo.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) log: Log,
    pub(crate) store: Arc<Mutex<Store>>,
    pub(crate) prefixes: Mutex<Prefixes>,
    pub(crate) queue: Mutex<Queue>,
    pub(crate) control: bool,
}

/// What the next requests will meet.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    /// Faults with the line that they stand in.
    pub(crate) faults: VecDeque<(Awaits, Fault)>,
    /// Answers, in pieces.
    pub(crate) says: VecDeque<Vec<String>>,
    pub(crate) stateless: bool,
    pub(crate) pace: Duration,
}

/// Which requests a fault waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Awaits {
    /// The next question to a model, in whichever API.
    Question,
    /// The next deletion of a response.
    Deletion,
    /// The next text to be moderated.
    Moderation,
    /// The next look at the weather.
    Weather,
}

impl Awaits {
    fn at(door: Door) -> Option<Awaits> {
        match door {
            Door::Responses | Door::ChatCompletions | Door::Gemini => Some(Awaits::Question),
            Door::Deletion => Some(Awaits::Deletion),
            Door::Moderations => Some(Awaits::Moderation),
            Door::Weather => Some(Awaits::Weather),
            Door::Other => None,
        }
    }
}

impl Core {
    pub(crate) fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn prefixes(&self) -> MutexGuard<'_, Prefixes> {
        self.prefixes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the faults that the next request at this door meets.
    pub(crate) fn next_faults(&self, door: Door) -> Vec<Fault> {
        let Some(awaits) = Awaits::at(door) else { return Vec::new() };
        let mut queue = self.queue();
        let place = queue.faults.iter().position(|(waits_for, _)| *waits_for == awaits);
        place.and_then(|place| queue.faults.remove(place)).map_or(Vec::new(), |(_, fault)| fault.flat())
    }
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
