//! The type of the texts about reading: search, jumps to messages, unread messages, and what bots write for the reader alone.

use client::Command;

pub(crate) struct ReadingTexts {
    pub(crate) search: &'static str,
    pub(crate) search_messages: &'static str,
    pub(crate) search_results: &'static str,
    pub(crate) searching: &'static str,
    /// How many messages were found, and whether older ones were not searched.
    pub(crate) found: fn(usize, bool) -> String,
    pub(crate) search_older: &'static str,
    pub(crate) message_missing: &'static str,
    pub(crate) go_back: &'static str,
    pub(crate) called: &'static str,
    pub(crate) load_newer: &'static str,
    pub(crate) new_messages: &'static str,
    pub(crate) catch_up: &'static str,
    pub(crate) catching_up: &'static str,
    pub(crate) catch_up_note: &'static str,
    pub(crate) again: &'static str,
    pub(crate) only_you: &'static str,
    pub(crate) ask_bot: &'static str,
    pub(crate) translate: &'static str,
    pub(crate) translating: &'static str,
    pub(crate) translation: &'static str,
    pub(crate) hide_translation: &'static str,
    pub(crate) export: &'static str,
    /// What a command does.
    pub(crate) command: fn(Command) -> &'static str,
}
