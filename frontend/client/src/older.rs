//! Older history: whether there is more, and the one request for it that may be under way.

use shared::{Millis, Seq};

use crate::Change;
use crate::effect::Out;

/// How long a page may take.
const ANSWER_MS: u64 = 10_000;

/// What lies before the messages that are held.
#[derive(Debug, Default)]
pub(crate) struct Older {
    has_more: bool,
    asked: Option<Asked>,
}

#[derive(Debug)]
struct Asked {
    before: Seq,
    until: Millis,
}

impl Older {
    pub(crate) fn has_more(&self) -> bool {
        self.has_more
    }

    pub(crate) fn is_loading(&self) -> bool {
        self.asked.is_some()
    }

    /// A fresh start. A page that is still on its way belongs to the former one.
    pub(crate) fn reset(&mut self, has_more: bool, out: &mut Out) {
        *self = Self { has_more, asked: None };
        out.show(Change::Older);
    }

    /// Whether to ask for what is before this place. False while there is nothing or a page is on its way.
    pub(crate) fn ask(&mut self, before: Seq, now: Millis, out: &mut Out) -> bool {
        if !self.has_more || self.asked.is_some() {
            return false;
        }
        self.asked = Some(Asked { before, until: now.plus(ANSWER_MS) });
        out.show(Change::Older);
        true
    }

    /// Whether this page is the one that was asked for.
    pub(crate) fn came(&mut self, before: Seq, has_more: bool, out: &mut Out) -> bool {
        if self.asked.as_ref().is_none_or(|asked| asked.before != before) {
            return false;
        }
        self.reset(has_more, out);
        true
    }

    /// No page will come: it may be asked for again.
    pub(crate) fn give_up(&mut self, out: &mut Out) {
        if self.asked.take().is_some() {
            out.show(Change::Older);
        }
    }

    pub(crate) fn is_overdue(&self, now: Millis) -> bool {
        self.next_wakeup().is_some_and(|until| until <= now)
    }

    pub(crate) fn next_wakeup(&self) -> Option<Millis> {
        self.asked.as_ref().map(|asked| asked.until)
    }
}
