//! English texts about reading.

use client::Command;

use crate::i18n::text::reading::ReadingTexts;

pub(super) const TEXTS: ReadingTexts = ReadingTexts {
    search: "Search",
    search_messages: "Search messages",
    search_results: "Search results",
    searching: "Searching…",
    found: |count, is_paused| match (count, is_paused) {
        (0, false) => "No messages found.".to_owned(),
        (0, true) => "Nothing found so far.".to_owned(),
        (1, false) => "1 message found.".to_owned(),
        (count, false) => format!("{count} messages found."),
        (count, true) => format!("{count} found so far."),
    },
    search_older: "Search older messages",
    message_missing: "That message is no longer here.",
    go_back: "Back",
    called: "You were mentioned",
    load_newer: "Show newer messages",
    new_messages: "New messages",
    catch_up: "Catch me up",
    catching_up: "Reading what was written…",
    catch_up_note: "A bot sums up what was written since you were last here. It counts as one of your questions.",
    again: "Sum up again",
    only_you: "Only you see this.",
    ask_bot: "Ask a bot about this",
    translate: "Translate for me",
    translating: "Translating…",
    translation: "Translation",
    hide_translation: "Hide",
    export: "Export",
    command: |command| match command {
        Command::Ask { handle: "summary" } => "sum up what was said",
        Command::Ask { handle: "poll" } => "let people vote",
        Command::Ask { .. } => "translate a text",
        Command::Search => "find messages",
        Command::Nickname => "change your nickname",
        Command::Help => "what the bots can do",
    },
};
