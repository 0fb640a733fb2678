//! The calls of tools in one answer, while they come in pieces.
//!
//! Servers number their calls, mark them, do both, or neither: which piece belongs to which call is each API's own rule.
//! Here is what becomes of them at the end.

use std::collections::BTreeSet;
use std::mem;

use serde_json::{Map, Value};

use crate::errors;
use crate::event::{CallEnd, FinishReason};
use crate::output_kind::OutputKind;
use crate::sse;
use crate::turn::ToolCall;

/// The most calls of one answer. The APIs take no more tools than this.
const CALLS: usize = 128;

/// The calls so far, in the order in which they began.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    calls: Vec<Pending>,
    /// What all of them take, so that an answer that never ends cannot fill the memory.
    bytes: usize,
    is_too_large: bool,
}

/// A call that may not be whole yet.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    /// The server's number for it.
    pub(crate) place: Option<u64>,
    /// The server's name for it among the events, where that is not the call's id.
    pub(crate) mark: String,
    /// The call as far as it is known. An id that is not known is empty.
    pub(crate) call: ToolCall,
}

impl Calls {
    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// Gives an end its calls, where the answer is complete: a call that was cut off must not be made.
    pub(crate) fn complete(&mut self, ended: &mut CallEnd, told: OutputKind) {
        if ended.finish != FinishReason::Complete {
            return;
        }
        let Some(calls) = self.finish() else {
            ended.finish = FinishReason::Failed(errors::garbage("calls_too_large"));
            return;
        };
        ended.calls = calls;
        // Without words anywhere, and with nothing to wait for, the answer is whole and empty.
        if told == OutputKind::Nothing && ended.text.is_none() && ended.calls.is_empty() {
            ended.text = Some(String::new());
        }
    }

    /// The newest call for which this is so.
    pub(crate) fn newest(&mut self, is_it: impl Fn(&Pending) -> bool) -> Option<&mut Pending> {
        self.calls.iter_mut().rev().find(|pending| is_it(pending))
    }

    /// The newest call for which this is so, or else a new one with that number. `None`: there are too many.
    pub(crate) fn newest_or_new(
        &mut self,
        place: Option<u64>,
        is_it: impl Fn(&Pending) -> bool,
    ) -> Option<&mut Pending> {
        if let Some(known) = self.calls.iter().rposition(is_it) {
            return self.calls.get_mut(known);
        }
        self.is_too_large |= self.calls.len() >= CALLS;
        if self.is_too_large {
            return None;
        }
        self.calls.push(Pending { place, ..Pending::default() });
        self.calls.last_mut()
    }

    /// Counts what comes in. False: it is too much.
    pub(crate) fn takes(&mut self, bytes: usize) -> bool {
        self.bytes = self.bytes.saturating_add(bytes);
        self.is_too_large |= self.bytes > sse::EVENT_BYTES;
        !self.is_too_large
    }

    /// The calls as they are whole now. `None`: there was too much of them.
    ///
    /// A call of nothing cannot be made, nor given back. An id that is missing, or that two calls share, is replaced by
    /// our own, since by it the answers are told apart.
    fn finish(&mut self) -> Option<Vec<ToolCall>> {
        if self.is_too_large {
            return None;
        }
        let calls = mem::take(&mut self.calls).into_iter().map(|pending| pending.call);
        let mut calls: Vec<ToolCall> = calls.filter(|call| !call.name.is_empty()).collect();
        let mut known: BTreeSet<String> = calls.iter().map(|call| call.id.clone()).collect();
        let mut seen = BTreeSet::from([String::new()]);
        for (place, call) in calls.iter_mut().enumerate() {
            if !seen.insert(call.id.clone()) {
                call.id = unused_id(&known, place);
                known.insert(call.id.clone());
            }
        }
        Some(calls)
    }
}

/// The arguments as an object, where they are one.
pub(crate) fn arguments(arguments: &str) -> Option<Map<String, Value>> {
    serde_json::from_str(arguments).ok()
}

/// Whether an id is one of ours, which no server knows.
pub(crate) fn is_made(id: &str) -> bool {
    id.strip_prefix("call_").is_some_and(|rest| {
        rest.len() <= 3 && !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// `call_` and the first number from `place` on that makes an id which is not known.
fn unused_id(known: &BTreeSet<String>, place: usize) -> String {
    (place..).map(|number| format!("call_{number}")).find(|id| !known.contains(id)).unwrap_or_default()
}
