//! The calls to model APIs that this instance has open, and how they are aborted.

use std::cell::RefCell;
use std::collections::BTreeMap;

use shared::Seq;
use worker::{AbortController, AbortSignal};

#[derive(Default)]
pub struct OpenCalls {
    open: RefCell<BTreeMap<(Seq, u32), OpenCall>>,
}

struct OpenCall {
    controller: AbortController,
    /// The request to the model's server has left.
    is_sent: bool,
}

impl OpenCalls {
    /// Registers a call. The signal aborts its request.
    pub fn open(&self, run: Seq, call_number: u32) -> AbortSignal {
        let controller = AbortController::default();
        let signal = controller.signal();
        self.open.borrow_mut().insert((run, call_number), OpenCall { controller, is_sent: false });
        signal
    }

    pub fn is_open(&self, run: Seq, call_number: u32) -> bool {
        self.open.borrow().contains_key(&(run, call_number))
    }

    /// The request to the model's server is about to leave.
    pub fn sent(&self, run: Seq, call_number: u32) {
        if let Some(call) = self.open.borrow_mut().get_mut(&(run, call_number)) {
            call.is_sent = true;
        }
    }

    /// Removes a call that ended by itself. Of a call that was not sent, a moderation request that took too long may be left: it is
    /// aborted.
    pub fn close(&self, run: Seq, call_number: u32) {
        let call = self.open.borrow_mut().remove(&(run, call_number));
        if let Some(call) = call.filter(|call| !call.is_sent) {
            call.controller.abort();
        }
    }

    /// Aborts a call: the request to the model's server is dropped. For a call that is not open this does nothing.
    pub fn abort(&self, run: Seq, call_number: u32) {
        let call = self.open.borrow_mut().remove(&(run, call_number));
        if let Some(call) = call {
            call.controller.abort();
        }
    }
}
