//! Which part of the log is shown, and the one request for a page that may be under way.
//!
//! The newest messages are always held, because live events extend them. A person may read another part, the *window*, between
//! which and the newest messages some are not held.

use shared::frame::HistoryPlace;
use shared::{ErrorCode, Millis, Seq};

use crate::effect::{Change, Effects};

/// How long a page may take.
const REPLY_TIMEOUT_MS: u64 = 10_000;

/// What is shown of the log, and what is known of the messages around it.
#[derive(Debug)]
pub(super) struct History {
    /// From here on every message is held.
    pub(super) newest_from: Seq,
    /// Whether there are messages before the newest ones.
    pub(super) newest_has_older: bool,
    /// The part that is shown in place of the newest messages.
    pub(super) window: Option<Window>,
    /// Whether the newest message is on screen, so that nobody reads the first ones.
    pub(super) is_following: bool,
    /// Messages of others that came since it was not.
    pub(super) unseen: usize,
    /// The first of them that mentions this person or replies to them.
    pub(super) called_by: Option<Seq>,
    /// The message to show as soon as it is held.
    pub(super) target: Option<Seq>,
    request: Option<PageRequest>,
}

/// A part of the log, all of whose messages are held. There are newer ones.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) first: Seq,
    pub(super) last: Seq,
    pub(super) has_older: bool,
    /// Whether no message is between it and the newest ones.
    pub(super) joins_newest: bool,
}

#[derive(Debug)]
struct PageRequest {
    place: HistoryPlace,
    deadline: Millis,
}

impl Default for History {
    fn default() -> Self {
        Self {
            newest_from: Seq::ZERO,
            newest_has_older: false,
            window: None,
            is_following: true,
            unseen: 0,
            called_by: None,
            target: None,
            request: None,
        }
    }
}

impl History {
    /// Whether there are messages before the first one shown.
    pub(super) fn has_older(&self) -> bool {
        self.window.map_or(self.newest_has_older, |window| window.has_older)
    }

    pub(super) fn is_loading(&self) -> bool {
        self.request.is_some()
    }

    pub(super) fn is_loading_place(&self, place: HistoryPlace) -> bool {
        self.request.as_ref().is_some_and(|request| request.place == place)
    }

    /// The first and the last place of what is shown.
    pub(super) fn range(&self) -> (Seq, Seq) {
        self.window.map_or((self.newest_from, Seq(u64::MAX)), |window| (window.first, window.last))
    }

    /// Whether what owners and operators did at this place is among what is shown.
    pub(super) fn shows_act(&self, seq: Seq) -> bool {
        let (first, last) = self.range();
        (first <= seq && seq <= last) || (seq < first && !self.has_older())
    }

    /// Starts over after a snapshot. A page that is still on its way belongs to the former one.
    pub(super) fn reset(&mut self, newest_from: Seq, has_older: bool, effects: &mut Effects) {
        let (unseen, called_by, target, is_following) =
            (self.unseen, self.called_by, self.target, self.is_following);
        *self = Self {
            newest_from,
            newest_has_older: has_older,
            unseen,
            called_by,
            target,
            is_following,
            ..Self::default()
        };
        effects.show(Change::History);
    }

    /// Returns whether to ask for a page: none is on its way.
    pub(super) fn begin_request(&mut self, place: HistoryPlace, now: Millis, effects: &mut Effects) -> bool {
        if self.request.is_some() {
            return false;
        }
        self.request = Some(PageRequest { place, deadline: now.plus(REPLY_TIMEOUT_MS) });
        effects.show(Change::History);
        true
    }

    /// Returns whether a page is the one that was asked for, and ends its request.
    pub(super) fn finish_request(&mut self, place: HistoryPlace, effects: &mut Effects) -> bool {
        let is_expected = self.is_loading_place(place);
        if is_expected {
            self.cancel_request(effects);
        }
        is_expected
    }

    /// Gives up the request under way; the person may ask again.
    pub(super) fn cancel_request(&mut self, effects: &mut Effects) {
        if self.request.take().is_some() {
            effects.show(Change::History);
        }
    }

    /// Gives up a request whose time is over, and with it the message that was looked for.
    pub(super) fn meet_deadline(&mut self, now: Millis, effects: &mut Effects) {
        if self.next_wakeup().is_some_and(|deadline| deadline <= now) {
            if self.target.take().is_some() {
                effects.show(Change::Notice { code: ErrorCode::TryLater, retry_after_ms: None });
            }
            self.cancel_request(effects);
        }
    }

    pub(super) fn next_wakeup(&self) -> Option<Millis> {
        self.request.as_ref().map(|request| request.deadline)
    }

    /// Gives up looking for a message whose page the room refused.
    pub(super) fn query_refused(&mut self, effects: &mut Effects) {
        if self.target.take().is_some() {
            self.cancel_request(effects);
        }
    }
}
