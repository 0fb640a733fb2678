//! The one voice for screen readers. The list of messages itself is silent, so that nothing is read twice and a
//! streaming answer is not read piece by piece.

use leptos::prelude::*;
use std::time::Duration;

/// How much of a message is read aloud; the rest is in the list.
const CHARACTERS: usize = 200;
/// What happens within this time is said in one go.
const GATHER: Duration = Duration::from_millis(600);

/// What is to be said.
#[derive(Clone, Copy)]
pub(crate) struct Announcer {
    /// What the live region holds.
    pub(crate) said: RwSignal<String>,
    waiting: StoredValue<Vec<String>>,
}

impl Announcer {
    /// A voice that has said nothing.
    pub(crate) fn new() -> Self {
        Self { said: RwSignal::new(String::new()), waiting: StoredValue::new(Vec::new()) }
    }

    /// Says something soon.
    pub(crate) fn say(self, words: String) {
        let was_idle = self.waiting.with_value(Vec::is_empty);
        self.waiting.update_value(|waiting| waiting.push(words));
        if was_idle {
            set_timeout(move || self.speak(), GATHER);
        }
    }

    /// Says who wrote what, cut to what one can listen to.
    pub(crate) fn quote(self, name: &str, text: &str) {
        let mut words: String = text.chars().take(CHARACTERS).collect();
        if words.len() < text.len() {
            words.push('…');
        }
        self.say(format!("{name}: {words}"));
    }

    /// Keeps nothing of what was said: some of it is not to be read any more.
    pub(crate) fn forget(self) {
        self.waiting.update_value(Vec::clear);
        self.said.set(String::new());
    }

    fn speak(self) {
        // The room may have been left in the meantime.
        if let Some(waiting) = self.waiting.try_update_value(std::mem::take) {
            self.said.try_set(waiting.join("\n"));
        }
    }
}
