//! What a message replies to: who said what, in one line, and the way there.

use leptos::prelude::*;
use shared::Seq;

use super::element::view;
use super::yard::Yard;
use crate::text::text;

/// Characters of a quotation; the style sheet cuts it at the line's end anyway.
const CHARACTERS: usize = 120;

/// A quotation that leads to the message.
#[component]
pub(crate) fn Quote(yard: Yard, seq: Seq) -> impl IntoView {
    view! {
        <button type="button" class="quote" on:click=move |_| yard.scroll.to_message(seq)>
            {words(yard, seq)}
        </button>
    }
}

/// The name and the first words.
pub(crate) fn words(yard: Yard, seq: Seq) -> impl IntoView {
    let (name, words) = match yard.session.quote(seq) {
        Some((name, words)) => (name, one_line(&words)),
        None => (String::new(), text().quote_unknown.to_owned()),
    };
    view! {
        <bdi class="name">{name}</bdi>
        <span class="words" dir="auto">
            {words}
        </span>
    }
}

/// The first words on one line, without the signs of Markdown.
fn one_line(words: &str) -> String {
    let signs = |c: &char| !matches!(c, '*' | '`' | '#' | '|');
    words.chars().filter(signs).map(|c| if c == '\n' { ' ' } else { c }).take(CHARACTERS).collect()
}
