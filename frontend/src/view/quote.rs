//! What a message replies to: who said what, in one line, and the way there.

use leptos::prelude::*;
use shared::Seq;

use super::dynamic::part;
use super::element::{side_by_side, view};
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

/// The name and the first words, as they are now.
pub(crate) fn words(yard: Yard, seq: Seq) -> AnyView {
    part(move || {
        yard.session.live.rewritten.track();
        let (name, words) = match yard.session.quote(seq) {
            Some((name, words)) => (name, one_line(&words)),
            None => (String::new(), text().quote_unknown.to_owned()),
        };
        let name = view! { <bdi class="name">{name}</bdi> }.into_any();
        let words = view! {
            <span class="words" dir="auto">
                {words}
            </span>
        };
        Some(side_by_side(vec![name, words.into_any()]))
    })
}

/// The first words on one line, without the signs of Markdown.
fn one_line(words: &str) -> String {
    let signs = |c: &char| !matches!(c, '*' | '`' | '#' | '|');
    words.chars().filter(signs).map(|c| if c == '\n' { ' ' } else { c }).take(CHARACTERS).collect()
}
