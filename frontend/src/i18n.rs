//! The texts on screen in English and Korean.
//!
//! [`text`] returns the texts of the chosen language: `text().send` is "Send". A text that one language lacks does not
//! compile. The language is chosen once, when the page starts, so texts are constants and not signals. Dates and times
//! are formatted by the browser (`browser::dates`).

mod en;
mod ko;
mod text;

use std::sync::OnceLock;

use shared::bot::LocalizedText;
use shared::{Bot, Lang};

use self::text::Text;

static CHOSEN: OnceLock<&'static Text> = OnceLock::new();

/// Chooses the language. Later calls change nothing.
pub(crate) fn choose(lang: Lang) {
    let _ = CHOSEN.set(match lang {
        Lang::Ko => &ko::TEXT,
        Lang::En => &en::TEXT,
    });
}

/// The texts of the chosen language; English before a choice was made.
pub(crate) fn text() -> &'static Text {
    CHOSEN.get().copied().unwrap_or(&en::TEXT)
}

/// The reader's language of a text that the room sent in both.
pub(crate) fn localized(words: &LocalizedText) -> &str {
    match text().lang {
        Lang::Ko => &words.ko,
        Lang::En => &words.en,
    }
}

/// What the reader writes after `@` to mention a bot.
pub(crate) fn localized_handle(bot: &Bot) -> &str {
    bot.localized_handle(text().lang)
}

/// The name that is shown for a bot: its name in the reader's language, or its handle.
pub(crate) fn bot_name(bot: &Bot) -> String {
    let name = localized(&bot.name);
    if name.is_empty() { bot.handle.clone() } else { name.to_owned() }
}
