//! Announcements for screen readers, through one live region of the room's page. The timeline itself has `aria-live="off"`,
//! so that nothing is read twice and a streaming answer is not read piece by piece.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;

/// Characters of a message that are read aloud; the whole message is in the timeline.
const MAX_CHARACTERS: usize = 200;
/// Announcements within this time are joined into one.
const DELAY_MS: u32 = 600;

/// Collects announcements and puts them into the live region.
#[derive(Clone, Copy)]
pub(crate) struct Announcer {
    /// The text of the live region.
    pub(crate) live_text: RwSignal<String>,
    waiting: StoredValue<Vec<String>>,
}

impl Announcer {
    pub(crate) fn new() -> Self {
        Self { live_text: RwSignal::new(String::new()), waiting: StoredValue::new(Vec::new()) }
    }

    /// Announces a text after [`DELAY_MS`].
    pub(crate) fn announce(self, text: String) {
        let was_empty = self.waiting.with_value(Vec::is_empty);
        self.waiting.update_value(|waiting| waiting.push(text));
        if was_empty {
            Timeout::new(DELAY_MS, move || self.flush()).forget();
        }
    }

    /// Announces who wrote what, cut to [`MAX_CHARACTERS`].
    pub(crate) fn announce_message(self, name: &str, text: &str) {
        let mut start: String = text.chars().take(MAX_CHARACTERS).collect();
        if start.len() < text.len() {
            start.push('…');
        }
        self.announce(format!("{name}: {start}"));
    }

    /// Drops everything announced so far: a message that it quotes was edited or deleted.
    pub(crate) fn clear(self) {
        self.waiting.update_value(Vec::clear);
        self.live_text.set(String::new());
    }

    fn flush(self) {
        // The room may have been left in the meantime.
        if let Some(waiting) = self.waiting.try_update_value(std::mem::take) {
            self.live_text.try_set(waiting.join("\n"));
        }
    }
}
