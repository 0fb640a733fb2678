//! One message: whose it is, its words, and below them what became of it.

use client::RowState;
use client::markdown::Block;
use leptos::prelude::*;
use shared::{Author, RunState};

use super::dynamic::{part, value, words};
use super::element::view;
use super::face::{colour, face};
use super::icon::{REPLY, icon};
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
    let (kind, tint) = match &first.author {
        Author::Human { .. } => ("human", String::new()),
        Author::Bot { name } => ("bot", colour(name)),
    };
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
    let class = value(move || {
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
            data-kind=kind
            data-state=of(|shape| Some(shape.state.word().to_owned()))
        >
            {face(&first.author)}
            <Byline line=line.clone() />
            <Parent yard line=line.clone() />
            <Body yard line=line.clone() />
            <Outcome yard line=line.clone() />
            <ReplyButton yard line />
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
    view! {
        <div class="body" data-part="body" dir="auto">
            {rows(move || blocks.read().iter().cloned().enumerate().map(row).collect())}
        </div>
    }
}

/// Replying is offered for what the room has, to those who can write.
#[component]
fn ReplyButton(yard: Yard, line: Line) -> impl IntoView {
    let shape = line.shape;
    let can_reply = move || {
        let shape = shape.read();
        let is_whole = match shape.state {
            RowState::Sent => true,
            RowState::Answer(run) => run.is_end(),
            RowState::Pending | RowState::Failed { .. } => false,
        };
        shape.seq.filter(|_| is_whole && yard.session.live.is_joined())
    };
    part(move || {
        can_reply().map(|seq| {
            view! {
                <button
                    type="button"
                    class="quiet small reply"
                    aria-label=text().reply
                    on:click=move |_| yard.replies_to.set(Some(seq))
                >
                    {icon(REPLY)}
                </button>
            }
            .into_any()
        })
    })
}
