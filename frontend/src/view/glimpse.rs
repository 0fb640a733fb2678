//! The lobby as it is seen through the gate: its newest words, live, to be looked at and not to be touched.
//!
//! It is no list of messages: screen readers do not meet it, and nothing in it can be focused.

use leptos::prelude::*;
use shared::{Bot, RoomName};

use super::dynamic::{part, value, words};
use super::element::view;
use super::face::{colour, face};
use super::markdown::block;
use super::rows::{Row, rows};
use crate::shell::line::Line;
use crate::shell::session::Session;
use crate::text::text;

/// How many messages can be seen.
const MESSAGES: usize = 12;

/// The view through the gate.
#[component]
pub(crate) fn Glimpse() -> impl IntoView {
    let session = Session::begin(RoomName::lobby(), None, None);
    let live = session.live;
    let bots = live.bots;
    let row = move |line: Line| Row::new(line.key.to_string(), move || view! { <Seen line bots /> });
    let newest = move || {
        live.lines
            .with(|lines| lines.iter().skip(lines.len().saturating_sub(MESSAGES)).cloned().map(row).collect())
    };
    view! {
        <div class="glimpse" aria-hidden="true" inert=true>
            <p class="glimpse-head">
                <span>{text().glimpse}</span>
                <span class="count">
                    {words(move || Some(live.count.get()).filter(|count| *count > 0).map(text().here).unwrap_or_default())}
                </span>
            </p>
            <div class="glimpse-view">
                <div class="glimpse-lines">
                    {rows(newest)}
                    {part(move || {
                        let is_empty = live.lines.with(Vec::is_empty);
                        is_empty.then(|| view! { <p class="quiet-text">{text().quiet}</p> }.into_any())
                    })}
                </div>
            </div>
        </div>
    }
}

#[component]
fn Seen(line: Line, bots: RwSignal<Vec<Bot>>) -> impl IntoView {
    let author = line.shape.get_untracked().author;
    let (blocks, shape) = (line.blocks, line.shape);
    let seen = part(move || {
        if let Some(card) = shape.read().card() {
            return Some(view! { <p>{card.text()}</p> }.into_any());
        }
        Some(blocks.get().iter().map(|signal| block(&signal.read(), &[])).collect::<Vec<_>>().into_any())
    });
    let name = author.name().to_owned();
    let tint = value(move || Some(format!("seen {}", bots.with(|bots| colour(bots, &name)))));
    view! {
        <div class=tint>
            {face(&author)}
            <p class="name">{author.name().to_owned()}</p>
            <div class="body" dir="auto">
                {seen}
            </div>
        </div>
    }
}
