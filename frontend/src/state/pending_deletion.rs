//! A deletion that can still be taken back: the page waits some seconds before it asks the room, which keeps nothing of what it
//! has deleted.

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use shared::Seq;

use super::session::Session;

/// How long a deletion can be taken back.
const UNDO_MS: u32 = 6_000;

/// The message that is about to be deleted. There is at most one.
#[derive(Clone, Copy)]
pub(crate) struct PendingDeletion {
    session: Session,
    pub(crate) seq: RwSignal<Option<Seq>>,
    waiting: StoredValue<Option<Waiting>, LocalStorage>,
}

/// What ends the wait.
struct Waiting {
    _timer: Timeout,
    /// The page is being left: at `pagehide` its socket takes no more, and a phone may end a hidden page without a word.
    _leaving: [EventListener; 2],
}

impl PendingDeletion {
    pub(crate) fn new(session: Session) -> Self {
        let pending = Self { session, seq: RwSignal::new(None), waiting: StoredValue::new_local(None) };
        on_cleanup(move || pending.delete_now());
        pending
    }

    /// Deletes the message in some seconds, and one that waits already at once.
    pub(crate) fn delete(self, seq: Seq) {
        self.delete_now();
        self.seq.set(Some(seq));
        let listen = |name| EventListener::new(&window(), name, move |_| self.delete_now());
        let waiting = Waiting {
            _timer: Timeout::new(UNDO_MS, move || self.delete_now()),
            _leaving: [listen("beforeunload"), listen("visibilitychange")],
        };
        self.waiting.set_value(Some(waiting));
    }

    /// Keeps the message that was to be deleted.
    pub(crate) fn undo(self) {
        self.seq.set(None);
        self.waiting.set_value(None);
    }

    fn delete_now(self) {
        if let Some(seq) = self.seq.try_get_untracked().flatten() {
            self.session.delete_message(seq);
            self.seq.set(None);
            // The timer or a listener may be running this, and the next deletion may wait already.
            Timeout::new(0, move || {
                if self.seq.try_get_untracked().flatten().is_none() {
                    self.waiting.try_set_value(None);
                }
            })
            .forget();
        }
    }
}
