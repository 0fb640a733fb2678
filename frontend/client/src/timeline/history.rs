//! Pages of older messages: whether there are more, and the one request for a page that may be under way.

use shared::{Millis, Seq};

use crate::effect::{Change, Effects};

/// How long a page may take.
const REPLY_TIMEOUT_MS: u64 = 10_000;

/// What is known of the messages before the oldest one held.
#[derive(Debug, Default)]
pub(super) struct History {
    has_more: bool,
    request: Option<PageRequest>,
}

#[derive(Debug)]
struct PageRequest {
    before: Seq,
    deadline: Millis,
}

impl History {
    pub(super) fn has_more(&self) -> bool {
        self.has_more
    }

    pub(super) fn is_loading(&self) -> bool {
        self.request.is_some()
    }

    /// Starts over after a snapshot. A page that is still on its way belongs to the former one.
    pub(super) fn reset(&mut self, has_more: bool, effects: &mut Effects) {
        *self = Self { has_more, request: None };
        effects.show(Change::History);
    }

    /// Returns whether to ask for the page before this position: there is more, and no page is on its way.
    pub(super) fn begin_request(&mut self, before: Seq, now: Millis, effects: &mut Effects) -> bool {
        if !self.has_more || self.request.is_some() {
            return false;
        }
        self.request = Some(PageRequest { before, deadline: now.plus(REPLY_TIMEOUT_MS) });
        effects.show(Change::History);
        true
    }

    /// Returns whether a page is the one that was asked for, and ends its request.
    pub(super) fn finish_request(&mut self, before: Seq, has_more: bool, effects: &mut Effects) -> bool {
        let is_expected = self.request.as_ref().is_some_and(|request| request.before == before);
        if is_expected {
            self.reset(has_more, effects);
        }
        is_expected
    }

    /// Gives up the request under way; the person may ask again.
    pub(super) fn cancel_request(&mut self, effects: &mut Effects) {
        if self.request.take().is_some() {
            effects.show(Change::History);
        }
    }

    /// Gives up a request whose time is over.
    pub(super) fn meet_deadline(&mut self, now: Millis, effects: &mut Effects) {
        if self.next_wakeup().is_some_and(|deadline| deadline <= now) {
            self.cancel_request(effects);
        }
    }

    pub(super) fn next_wakeup(&self) -> Option<Millis> {
        self.request.as_ref().map(|request| request.deadline)
    }
}
