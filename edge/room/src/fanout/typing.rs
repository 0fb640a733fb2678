//! Who types: until when without another frame of theirs, and which names were told last.

use std::collections::BTreeMap;

use shared::{Millis, limits};

use super::interval::{after, is_due};

/// The people who type.
#[derive(Debug, Default)]
pub(super) struct Typing {
    /// Until when each of them types without another frame.
    until: BTreeMap<String, Millis>,
    /// A number that grows with each person who begins.
    order: BTreeMap<String, u64>,
    begun: u64,
    sent: Vec<String>,
    sent_at: Option<Millis>,
}

impl Typing {
    /// Notes that somebody types or stopped typing.
    pub(super) fn set(&mut self, now: Millis, name: &str, on: bool) {
        if on {
            self.begun = self.begun.wrapping_add(1);
            self.order.entry(name.to_owned()).or_insert(self.begun);
            self.until.insert(name.to_owned(), now.plus(limits::TYPING_MS));
        } else {
            self.order.remove(name);
            self.until.remove(name);
        }
    }

    /// Removes those who have not typed for a while.
    pub(super) fn expire(&mut self, now: Millis) {
        if self.until.is_empty() {
            return;
        }
        // An end further away than that was set before the clock went back.
        self.until.retain(|_, until| *until > now && until.since(now) <= limits::TYPING_MS);
        self.order.retain(|name, _| self.until.contains_key(name));
    }

    /// When the next frame, or the next person who stops typing, is due. `gap_ms` is the time between two frames.
    pub(super) fn due(&self, gap_ms: u64) -> Option<Millis> {
        let frame = (self.has_news()).then(|| after(self.sent_at, gap_ms));
        frame.into_iter().chain(self.until.values().min().copied()).min()
    }

    /// Takes the names to tell, if that is due.
    pub(super) fn take(&mut self, now: Millis, gap_ms: u64) -> Option<Vec<String>> {
        if !self.has_news() || !is_due(now, self.sent_at, gap_ms) {
            return None;
        }
        self.sent_at = Some(now);
        self.sent = self.names().map(str::to_owned).collect();
        Some(self.sent.clone())
    }

    fn has_news(&self) -> bool {
        let is_nobody = self.order.is_empty() && self.sent.is_empty();
        !(is_nobody || self.names().eq(&self.sent))
    }

    /// Who types, those first who began first.
    fn names(&self) -> impl Iterator<Item = &str> {
        let mut names: Vec<(&u64, &str)> =
            self.order.iter().map(|(name, begun)| (begun, name.as_str())).collect();
        names.sort_unstable();
        names.into_iter().take(limits::TYPING_NAMES).map(|(_, name)| name)
    }
}
