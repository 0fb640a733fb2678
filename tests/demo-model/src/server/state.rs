//! What all connections share: recorded requests, stores, and the script of what the next requests meet.

use super::repeats::Repeats;
use crate::faults::Fault;
use crate::requests::{Endpoint, RequestLog};
use crate::stores::Stores;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

#[derive(Debug)]
pub(crate) struct ServerState {
    pub(crate) requests: RequestLog,
    pub(crate) stores: Arc<Stores>,
    pub(crate) control: bool,
    pub(crate) repeats: Repeats,
    script: Mutex<Script>,
}

/// What the next requests meet.
#[derive(Debug, Default)]
pub(crate) struct Script {
    pub(crate) faults: VecDeque<(FaultTarget, Fault)>,
    /// Exact answers, each as its deltas.
    pub(crate) answers: VecDeque<Vec<String>>,
    pub(crate) stateless: bool,
    pub(crate) pace: Duration,
}

/// Which requests a queued fault waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultTarget {
    /// A request to a model, in whichever API.
    ModelCall,
    Deletion,
    Moderation,
    Weather,
}

impl FaultTarget {
    fn of(endpoint: Endpoint) -> Option<FaultTarget> {
        match endpoint {
            Endpoint::Responses | Endpoint::ChatCompletions | Endpoint::Gemini => {
                Some(FaultTarget::ModelCall)
            }
            Endpoint::Deletion => Some(FaultTarget::Deletion),
            Endpoint::Moderations => Some(FaultTarget::Moderation),
            Endpoint::Weather => Some(FaultTarget::Weather),
            Endpoint::Other => None,
        }
    }
}

impl ServerState {
    pub(crate) fn new(stores: Stores, script: Script, control: bool) -> ServerState {
        ServerState {
            requests: RequestLog::default(),
            stores: Arc::new(stores),
            control,
            repeats: Repeats::default(),
            script: Mutex::new(script),
        }
    }

    pub(crate) fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the faults that the next request at this endpoint meets.
    pub(crate) fn take_faults(&self, endpoint: Endpoint) -> Vec<Fault> {
        let Some(target) = FaultTarget::of(endpoint) else { return Vec::new() };
        let mut script = self.script();
        let place = script.faults.iter().position(|(waits_for, _)| *waits_for == target);
        place.and_then(|place| script.faults.remove(place)).map_or(Vec::new(), |(_, fault)| fault.flatten())
    }
}
