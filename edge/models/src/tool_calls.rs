//! Collects the tool calls of one answer while they arrive in pieces.
//!
//! Servers send an index with each call, an id, both or neither: which piece belongs to which call is each API's own rule.
//! The collector bounds their size and gives every finished call a unique id.

use std::collections::BTreeSet;
use std::mem;

use serde_json::{Map, Value};

use crate::error_classification;
use crate::event::{CallEnd, FinishReason};
use crate::sse;
use crate::text_kind::TextKind;
use crate::turn::ToolCall;

/// The most calls of one answer: the APIs take no more tools than this.
const CALLS: usize = 128;

/// The tool calls so far, in the order in which they began.
#[derive(Debug, Default)]
pub(crate) struct ToolCalls {
    calls: Vec<PartialCall>,
    /// Bytes of all arguments, so that an answer that never ends cannot fill the memory.
    bytes: usize,
    is_too_large: bool,
}

/// A tool call that may not be whole yet.
#[derive(Debug, Default)]
pub(crate) struct PartialCall {
    /// The server's index for it.
    pub(crate) index: Option<u64>,
    /// The server's item id for it in the event stream, where that is not the call's id.
    pub(crate) item_id: String,
    /// The call as far as it is known; an unknown id is empty.
    pub(crate) call: ToolCall,
}

impl ToolCalls {
    pub(crate) fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// Moves the finished calls into the end of a complete answer: a call that was cut off must not be made.
    pub(crate) fn complete(&mut self, ended: &mut CallEnd, text_kind: TextKind) {
        if ended.finish != FinishReason::Complete {
            return;
        }
        let Some(calls) = self.finish() else {
            ended.finish = FinishReason::Failed(error_classification::invalid_response("calls_too_large"));
            return;
        };
        ended.calls = calls;
        // Without text and without calls, the answer is whole and empty.
        if text_kind == TextKind::Nothing && ended.text.is_none() && ended.calls.is_empty() {
            ended.text = Some(String::new());
        }
    }

    /// The newest call that matches.
    pub(crate) fn newest(&mut self, is_it: impl Fn(&PartialCall) -> bool) -> Option<&mut PartialCall> {
        self.calls.iter_mut().rev().find(|pending| is_it(pending))
    }

    /// The newest call that matches, or else a new one with that index. `None`: there are too many.
    pub(crate) fn newest_or_insert(
        &mut self,
        index: Option<u64>,
        is_it: impl Fn(&PartialCall) -> bool,
    ) -> Option<&mut PartialCall> {
        if let Some(known) = self.calls.iter().rposition(is_it) {
            return self.calls.get_mut(known);
        }
        self.is_too_large |= self.calls.len() >= CALLS;
        if self.is_too_large {
            return None;
        }
        self.calls.push(PartialCall { index, ..PartialCall::default() });
        self.calls.last_mut()
    }

    /// Counts arriving bytes. Returns false when the answer's calls pass the limit.
    pub(crate) fn reserve_bytes(&mut self, bytes: usize) -> bool {
        self.bytes = self.bytes.saturating_add(bytes);
        self.is_too_large |= self.bytes > sse::EVENT_BYTES;
        !self.is_too_large
    }

    /// The finished calls. `None`: they passed the limit.
    ///
    /// A call without a name is dropped: it can be neither made nor sent back. An id that is missing, or that two calls share,
    /// is replaced by a generated one, since the id says which output belongs to which call.
    fn finish(&mut self) -> Option<Vec<ToolCall>> {
        if self.is_too_large {
            return None;
        }
        let calls = mem::take(&mut self.calls).into_iter().map(|pending| pending.call);
        let mut calls: Vec<ToolCall> = calls.filter(|call| !call.name.is_empty()).collect();
        let mut known: BTreeSet<String> = calls.iter().map(|call| call.id.clone()).collect();
        let mut seen = BTreeSet::from([String::new()]);
        for (index, call) in calls.iter_mut().enumerate() {
            if !seen.insert(call.id.clone()) {
                call.id = unused_id(&known, index);
                known.insert(call.id.clone());
            }
        }
        Some(calls)
    }
}

/// The arguments as an object, where they are valid JSON and an object.
pub(crate) fn arguments(arguments: &str) -> Option<Map<String, Value>> {
    serde_json::from_str(arguments).ok()
}

/// Whether [`ToolCalls`] generated this id, so that no server knows it.
pub(crate) fn is_generated_id(id: &str) -> bool {
    id.strip_prefix("call_").is_some_and(|rest| {
        rest.len() <= 3 && !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// `call_` and the first number from `index` on that makes an unused id.
fn unused_id(known: &BTreeSet<String>, index: usize) -> String {
    (index..).map(|number| format!("call_{number}")).find(|id| !known.contains(id)).unwrap_or_default()
}
