//! The calls to model APIs that this instance has open, and how they are aborted.

use std::cell::RefCell;
use std::collections::BTreeMap;

use shared::Seq;
use worker::{AbortController, AbortSignal};

#[derive(Default)]
pub struct OpenCalls {
    open: RefCell<BTreeMap<(Seq, u32), AbortController>>,
}

impl OpenCalls {
    /// Registers a call. The signal aborts its request.
    pub fn open(&self, run: Seq, call_number: u32) -> AbortSignal {
        let controller = AbortController::default();
        let signal = controller.signal();
        self.open.borrow_mut().insert((run, call_number), controller);
        signal
    }

    pub fn is_open(&self, run: Seq, call_number: u32) -> bool {
        self.open.borrow().contains_key(&(run, call_number))
    }

    /// Removes a call that ended by itself.
    pub fn close(&self, run: Seq, call_number: u32) {
        self.open.borrow_mut().remove(&(run, call_number));
    }

    /// Aborts a call: the request to the model's server is dropped. For a call that is not open this does nothing.
    pub fn abort(&self, run: Seq, call_number: u32) {
        let controller = self.open.borrow_mut().remove(&(run, call_number));
        if let Some(controller) = controller {
            controller.abort();
        }
    }
}
