//! One message: whose it is, its words, and below them what became of it.

mod actions;

use leptos::prelude::*;
use markdown::Block;
use shared::{Author, RunState};

use super::card;
use super::dynamic::{flag, part, value, words};
use super::element::view;
use super::face::{colour, face};
use super::markdown::{Names, block};
use super::outcome::Outcome;
use super::quote::Quote;
use super::rows::{Row, rows};
use super::yard::Yard;
use crate::shell::clock::now;
use crate::shell::line::{Line, Shape};
use crate::text::{dates, text};

/// A message, under the heading of its day where it is the first.
#[component]
pub(crate) fn Message(yard: Yard, line: Line) -> impl IntoView {
    let first = line.shape.get_untracked();
    let is_bot = matches!(first.author, Author::Bot { .. });
    let name = first.author.name().to_owned();
    let label = {
        let (name, shape) = (name.clone(), line.shape.clone());
        value(move || Some(format!("{name}, {}", dates::time(shape.read().at))))
    };
    let watched = line.shape.clone();
    let of = |part: fn(&Shape) -> Option<String>| {
        let shape = watched.clone();
        value(move || part(&shape.read()))
    };
    let (shape, placement) = (line.shape.clone(), line.placement.clone());
    let handle = name.clone();
    let class = value(move || {
        let tint = is_bot.then(|| yard.session.live.bots.with(|bots| colour(bots, &handle)));
        let tint = tint.unwrap_or_default();
        let mine = if shape.read().mine { " mine" } else { "" };
        let continues = if placement.read().continues { " continues" } else { "" };
        Some(format!("message {tint}{mine}{continues}"))
    });
    view! {
        <DayHeading line=line.clone() />
        <article
            class=class
            aria-label=label
            aria-busy=of(|shape| (shape.run() == Some(RunState::Streaming)).then(|| "true".to_owned()))
            data-seq=of(|shape| shape.seq.map(|seq| seq.to_string()))
            data-author=name
            data-kind=if is_bot { "bot" } else { "human" }
            data-state=of(|shape| Some(shape.state.as_str().to_owned()))
        >
            {face(&first.author)}
            <Byline line=line.clone() />
            <Parent yard line=line.clone() />
            <Body yard line=line.clone() />
            <Outcome yard line=line.clone() />
            {actions::actions(yard, &line)}
        </article>
    }
}

#[component]
fn DayHeading(line: Line) -> impl IntoView {
    part(move || {
        line.placement.read().begins_day.then(|| {
            let at = line.shape.get_untracked().at;
            view! {
                <div class="day">
                    <time datetime=dates::machine(at)>{dates::heading(at, now())}</time>
                </div>
            }
            .into_any()
        })
    })
}

/// What it replies to, unless that is an answer's question right above it.
#[component]
fn Parent(yard: Yard, line: Line) -> impl IntoView {
    let reply_to = line.shape.get_untracked().reply_to;
    part(move || {
        reply_to
            .filter(|_| !line.placement.read().answers_above)
            .map(|seq| view! { <Quote yard seq /> }.into_any())
    })
}

#[component]
fn Byline(line: Line) -> impl IntoView {
    let shape = line.shape;
    let author = shape.get_untracked().author;
    let badge = match &author {
        Author::Human { owner: true, .. } => Some(text().owner_mark),
        Author::Human { .. } => None,
        Author::Bot { .. } => Some(text().bot_mark),
    };
    let moment = shape.clone();
    view! {
        <div class="byline">
            <bdi class="name">{author.name().to_owned()}</bdi>
            {badge.map(|badge| view! { <span class="badge">{badge}</span> })}
            <time datetime=value(move || Some(dates::machine(moment.read().at)))>
                {words(move || dates::time(shape.read().at))}
            </time>
        </div>
    }
}

/// The words. Each block watches its own signal, so the others keep their nodes while an answer grows.
#[component]
fn Body(yard: Yard, line: Line) -> impl IntoView {
    let is_answer = line.shape.get_untracked().run().is_some();
    let blocks = line.blocks;
    let row = move |(index, signal): (usize, ArcRwSignal<Block>)| {
        Row::new(index.to_string(), move || {
            part(move || {
                let names: &Names = &yard.names.read();
                Some(block(&signal.read(), if is_answer { &[] } else { names }))
            })
        })
    };
    let (shape, edited) = (line.shape.clone(), line.shape);
    // The field must not be made anew while one writes in it, so only a change of this is one.
    let is_edited = Memo::new(move |_| {
        let seq = yard.edits.get();
        seq.is_some() && edited.read().seq == seq
    });
    view! {
        <div class="body" data-part="body" dir="auto" hidden=flag(move || is_edited.get())>
            {rows(move || blocks.read().iter().cloned().enumerate().map(row).collect())}
            {part(move || form(yard, &shape.read()))}
        </div>
        {part(move || is_edited.get().then(|| actions::editor(yard)))}
    }
}

/// What stands in place of words: a card, one that is being made, or that nothing is there any more.
fn form(yard: Yard, shape: &Shape) -> Option<AnyView> {
    if shape.deleted {
        return Some(view! { <p class="quiet-text">{text().deleted}</p> }.into_any());
    }
    let card = shape.card().map(|card| card::card(yard, shape, card));
    card.or_else(|| shape.making.map(card::making))
}
