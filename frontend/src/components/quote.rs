//! The quote of the message that another one replies to: its author and first words on one line.

use leptos::prelude::*;
use shared::Seq;

use crate::i18n::text;
use crate::state::room_context::RoomContext;

/// Characters of a quote; the style sheet cuts it at the end of the line.
const MAX_CHARACTERS: usize = 120;

/// A quote that goes to the message when clicked.
#[component]
pub(crate) fn QuoteLink(seq: Seq) -> impl IntoView {
    let room = RoomContext::expect();
    view! {
        <button type="button" class="quote" on:click=move |_| room.jump(seq)>
            <QuoteText seq />
        </button>
    }
}

/// The quote as text. It follows edits of the message.
#[component]
pub(crate) fn QuoteText(seq: Seq) -> impl IntoView {
    let room = RoomContext::expect();
    let quote = move || {
        room.signals.message_rewritten.track();
        let (name, words) = match room.session.quote(seq) {
            Some((author, _)) if room.signals.is_hidden(&author) => {
                (author.name().to_owned(), (text().owners.folded)(author.name()))
            }
            Some((author, words)) => (author.name().to_owned(), one_line(&words)),
            None => (String::new(), text().unknown_quote.to_owned()),
        };
        view! {
            <bdi class="name">{name}</bdi>
            <span class="words" dir="auto">
                {words}
            </span>
        }
        .into_any()
    };
    view! { {move || quote()} }
}

/// The first characters on one line, without Markdown's most frequent marks.
fn one_line(words: &str) -> String {
    let is_shown = |c: &char| !matches!(c, '*' | '`' | '#' | '|');
    words.chars().filter(is_shown).map(|c| if c == '\n' { ' ' } else { c }).take(MAX_CHARACTERS).collect()
}
