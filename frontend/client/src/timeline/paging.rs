//! Reading at any place of the log: pages of older and newer messages, the way to a message that is not held, and back.
//!
//! About [`SHOWN_MESSAGES`] messages are shown at most. What is removed from one end of them is far from where the person reads,
//! who has just come to the other end.

use shared::frame::HistoryPlace;
use shared::{ClientFrame, Message, Millis, Seq};

use super::Timeline;
use super::history::Window;
use super::new_message::NewMessage;
use crate::effect::{Change, Effects};
use crate::item_key::ItemKey;

/// How many messages one page has.
const PAGE_MESSAGES: u32 = 50;
/// How many messages are shown at most, besides those that come while the person reads among them.
const SHOWN_MESSAGES: usize = 300;
/// How many more there may be before some are removed, so that this does not happen with every message.
const SURPLUS: usize = 50;
/// How many may be shown where the person reads at neither end, before what comes is no longer added to them.
const MOST_SHOWN: usize = 500;
/// How many of the newest messages are held while others are shown.
const HELD_NEWEST: usize = 50;
/// The end of the newest messages.
const NEWEST: Seq = Seq(u64::MAX);

/// What the views read.
impl Timeline {
    /// Whether there are older messages to load.
    pub fn has_older(&self) -> bool {
        self.history.has_older()
    }

    /// Whether older messages are shown, between which and the newest some are not held.
    pub fn is_detached(&self) -> bool {
        self.history.window.is_some()
    }

    /// Whether a page is on its way.
    pub fn is_loading(&self) -> bool {
        self.history.is_loading()
    }

    /// Returns how many messages of others came while the newest was not on screen.
    pub fn unseen(&self) -> usize {
        self.history.unseen
    }

    /// Returns the first of these messages that mentions this person or replies to them.
    pub fn called_by(&self) -> Option<Seq> {
        self.history.called_by
    }
}

/// What the person does.
impl Timeline {
    /// Returns the frame that asks for a page of older messages; `None` if there is none or one is on its way.
    pub(crate) fn load_older(&mut self, now: Millis, effects: &mut Effects) -> Option<ClientFrame> {
        self.history.is_following = false;
        let (first, last) = self.history.range();
        let before = self.log.messages_in(first, last).next()?.message.seq;
        if !self.history.has_older() {
            return None;
        }
        self.request_page(HistoryPlace::Before(before), now, effects)
    }

    /// Returns the frame that asks for newer messages than those shown. Among the newest messages there are none; the first of
    /// them are removed where there are too many, because the person is at their end.
    pub(crate) fn load_newer(&mut self, now: Millis, effects: &mut Effects) -> Option<ClientFrame> {
        let Some(window) = self.history.window else {
            self.trim_first(effects);
            return None;
        };
        self.request_page(HistoryPlace::After(window.last), now, effects)
    }

    /// Notes whether the newest message is on screen.
    pub(crate) fn follow(&mut self, is_following: bool, effects: &mut Effects) {
        self.history.is_following = is_following && self.history.window.is_none();
        if self.history.is_following {
            self.see_all(effects);
            self.trim_first(effects);
        }
    }

    /// Shows the newest messages again.
    pub(crate) fn show_newest(&mut self, effects: &mut Effects) {
        self.history.target = None;
        self.leave_window(effects);
        self.follow(true, effects);
    }

    /// Looks for a message, to show it as soon as it is held.
    pub(crate) fn jump(&mut self, seq: Seq) {
        self.history.target = Some(seq);
    }

    /// Shows the message that is looked for, if it is held; otherwise returns the frame that asks for it.
    pub(crate) fn find_target(&mut self, now: Millis, effects: &mut Effects) -> Option<ClientFrame> {
        let seq = self.history.target?;
        self.log.position()?;
        if self.log.by_seq(seq).is_some() {
            // What is held is in the window or among the newest.
            if self.history.window.is_some_and(|window| seq < window.first || window.last < seq) {
                self.leave_window(effects);
            }
            self.jumped(seq, effects);
            return None;
        }
        let place = HistoryPlace::Around(seq);
        if !self.history.is_loading_place(place) {
            self.history.cancel_request(effects);
        }
        self.request_page(place, now, effects)
    }

    fn request_page(
        &mut self,
        place: HistoryPlace,
        now: Millis,
        effects: &mut Effects,
    ) -> Option<ClientFrame> {
        let is_due = self.history.begin_request(place, now, effects);
        is_due.then_some(ClientFrame::History { place, limit: PAGE_MESSAGES })
    }
}

/// What the room says.
impl Timeline {
    /// Applies a page of messages, if it is the one that was asked for.
    pub(crate) fn page(
        &mut self,
        place: HistoryPlace,
        messages: Vec<Message>,
        has_older: bool,
        has_newer: bool,
        effects: &mut Effects,
    ) {
        if !self.history.finish_request(place, effects) {
            return;
        }
        effects.show(Change::Order);
        effects.show(Change::History);
        let ends = messages.first().zip(messages.last()).map(|(first, last)| (first.seq, last.seq));
        match place {
            HistoryPlace::Before(_) => {
                // After an empty page that promises more, the client would ask for the same page for ever.
                self.add_older(ends.map(|(first, _)| first), messages, has_older && ends.is_some(), effects);
            }
            HistoryPlace::After(_) => {
                self.add_newer(ends.map(|(_, last)| last).filter(|_| has_newer), messages, effects);
            }
            HistoryPlace::Around(seq) => {
                let has_it = messages.iter().any(|message| message.seq == seq);
                if let Some(ends) = ends.filter(|_| has_it) {
                    self.open_window(ends, messages, (has_older, has_newer), effects);
                }
                self.jumped(seq, effects);
            }
        }
    }

    /// Counts a message of somebody else, and removes messages where there are too many.
    pub(super) fn message_came(&mut self, message: &NewMessage, effects: &mut Effects) {
        if self.history.is_following {
            self.trim_first(effects);
        } else if !message.is_own {
            self.history.unseen = self.history.unseen.saturating_add(1);
            self.history.called_by = self.history.called_by.or(message.called_by);
            effects.show(Change::History);
        }
        if self.history.window.is_some() {
            self.trim_newest(HELD_NEWEST.saturating_add(SURPLUS));
        } else if !self.history.is_following {
            self.detach_if_long(effects);
        }
    }

    fn add_older(
        &mut self,
        first: Option<Seq>,
        messages: Vec<Message>,
        has_older: bool,
        effects: &mut Effects,
    ) {
        let (from, _) = self.history.range();
        self.hold(messages, |seq| seq < from, effects);
        let first = first.unwrap_or(from).min(from);
        match &mut self.history.window {
            Some(window) => {
                (window.first, window.has_older) = (first, has_older);
                self.trim_last();
            }
            None => {
                (self.history.newest_from, self.history.newest_has_older) = (first, has_older);
                if let Some(last) = self.surplus(first, NEWEST).and_then(|_| self.nth(first, SHOWN_MESSAGES))
                {
                    self.detach(Window { first, last, has_older, joins_newest: false });
                }
            }
        }
    }

    /// Adds messages after the window. Without `last` there are none between these and the newest.
    fn add_newer(&mut self, last: Option<Seq>, messages: Vec<Message>, effects: &mut Effects) {
        let Some(window) = self.history.window else { return };
        let newest_from = self.history.newest_from;
        self.hold(messages, |seq| window.last < seq && seq < newest_from, effects);
        match last.filter(|last| *last < newest_from) {
            Some(last) => {
                self.history.window = Some(Window { last, joins_newest: false, ..window });
                self.trim_first(effects);
            }
            None => {
                self.history.window = None;
                self.history.newest_from = window.first;
                self.history.newest_has_older = window.has_older;
                self.trim_first(effects);
            }
        }
    }

    /// Shows a page around a message, joined to the newest messages where it reaches them.
    fn open_window(
        &mut self,
        (first, last): (Seq, Seq),
        messages: Vec<Message>,
        (has_older, has_newer): (bool, bool),
        effects: &mut Effects,
    ) {
        self.leave_window(effects);
        self.history.is_following = false;
        let newest_from = self.history.newest_from;
        self.hold(messages, |seq| seq < newest_from, effects);
        if has_newer && last < newest_from {
            self.detach(Window { first, last, has_older, joins_newest: false });
        } else if first < newest_from {
            self.history.newest_from = first;
            self.history.newest_has_older = has_older;
        }
    }

    /// Adds messages of a page. Those that live events will still bring are left out.
    fn hold(&mut self, messages: Vec<Message>, is_wanted: impl Fn(Seq) -> bool, effects: &mut Effects) {
        let position = self.log.position();
        for message in messages {
            if is_wanted(message.seq) && Some(message.seq) <= position {
                let key = ItemKey::of(&message);
                self.log.hold(message, effects);
                self.outbox.shown_by_log(&key, effects);
            }
        }
    }

    fn jumped(&mut self, seq: Seq, effects: &mut Effects) {
        self.history.target = None;
        if self.history.called_by.take_if(|by| *by == seq).is_some() {
            effects.show(Change::History);
        }
        self.turn_to(seq, effects);
        effects.show(Change::Jumped { seq });
    }

    fn see_all(&mut self, effects: &mut Effects) {
        self.history.called_by = None;
        if std::mem::take(&mut self.history.unseen) > 0 {
            effects.show(Change::History);
        }
    }
}

/// What is held and shown.
impl Timeline {
    /// Shows a part of the log in place of the newest messages, of which few are held from now on.
    fn detach(&mut self, window: Window) {
        self.history.window = Some(window);
        self.history.newest_has_older = true;
        if !window.joins_newest {
            self.trim_newest(HELD_NEWEST);
        }
    }

    /// Goes back to the newest messages.
    fn leave_window(&mut self, effects: &mut Effects) {
        let Some(window) = self.history.window.take() else { return };
        if window.joins_newest {
            (self.history.newest_from, self.history.newest_has_older) = (window.first, window.has_older);
        } else {
            self.log.remove(window.first, window.last);
        }
        self.history.cancel_request(effects);
        effects.show(Change::Order);
        effects.show(Change::History);
    }

    /// Leaves what comes out of what is shown, where a person has read at the same place for long.
    fn detach_if_long(&mut self, effects: &mut Effects) {
        let first = self.history.newest_from;
        let Some(last) = self.nth(first, MOST_SHOWN.saturating_add(1)) else { return };
        let has_older = self.history.newest_has_older;
        self.history.newest_from = last.next();
        self.detach(Window { first, last, has_older, joins_newest: true });
        effects.show(Change::History);
    }

    /// Removes the first messages shown where there are too many.
    fn trim_first(&mut self, effects: &mut Effects) {
        let (first, last) = self.history.range();
        let Some(surplus) = self.surplus(first, last) else { return };
        let Some(kept) = self.nth(first, surplus.saturating_add(1)) else { return };
        self.log.remove(first, kept.previous());
        match &mut self.history.window {
            Some(window) => (window.first, window.has_older) = (kept, true),
            None => (self.history.newest_from, self.history.newest_has_older) = (kept, true),
        }
        effects.show(Change::Order);
        effects.show(Change::History);
    }

    /// Removes the last messages of the window where there are too many.
    fn trim_last(&mut self) {
        let Some(window) = self.history.window else { return };
        let surplus = self.surplus(window.first, window.last);
        let Some(last) = surplus.and_then(|_| self.nth(window.first, SHOWN_MESSAGES)) else { return };
        self.log.remove(last.next(), window.last);
        self.history.window = Some(Window { last, joins_newest: false, ..window });
    }

    /// Removes the first of the newest messages, which are not shown, where there are more than this.
    fn trim_newest(&mut self, most: usize) {
        let first = self.history.newest_from;
        let count = self.log.messages_in(first, NEWEST).count();
        if count <= most {
            return;
        }
        let Some(kept) = self.nth(first, count.saturating_sub(HELD_NEWEST).saturating_add(1)) else { return };
        let after_window = self.history.window.map_or(first, |window| window.last.next());
        self.log.remove(after_window.max(first), kept.previous());
        self.history.newest_from = kept;
        if let Some(window) = &mut self.history.window {
            window.joins_newest = false;
        }
    }

    /// How many messages of a range are too many, if there are so many that some are to be removed.
    fn surplus(&self, first: Seq, last: Seq) -> Option<usize> {
        let count = self.log.messages_in(first, last).count();
        (count > SHOWN_MESSAGES.saturating_add(SURPLUS)).then(|| count.saturating_sub(SHOWN_MESSAGES))
    }

    /// The place of the n-th message from `first` on, counted from 1.
    fn nth(&self, first: Seq, n: usize) -> Option<Seq> {
        let mut messages = self.log.messages_in(first, NEWEST);
        messages.nth(n.saturating_sub(1)).map(|logged| logged.message.seq)
    }
}
