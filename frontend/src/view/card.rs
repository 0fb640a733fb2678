//! Answers with a form: a poll that people vote on, a summary in three lists, and the measure of one that is being made.

use client::PartialCard;
use leptos::prelude::*;
use shared::{Card, CardKind, Seq, Vote};

use super::element::{side_by_side, view};
use super::yard::Yard;
use crate::shell::line::Shape;
use crate::text::text;

/// Bytes at which the measure is half full: about a small poll.
const HALF: usize = 200;

/// The card of an answer.
pub(crate) fn card(yard: Yard, shape: &Shape, card: &Card) -> AnyView {
    match card {
        Card::Poll { question, options } => poll(yard, shape, question, options),
        Card::Summary { topics, decisions, open_questions } => {
            let parts = [
                (text().topics, topics),
                (text().decisions, decisions),
                (text().open_questions, open_questions),
            ];
            let parts = parts.into_iter().filter(|(_, lines)| !lines.is_empty());
            let parts = parts.flat_map(|(title, lines)| list(title, lines)).collect();
            view! { <div class="card">{side_by_side(parts)}</div> }.into_any()
        }
    }
}

/// What is shown of a card before it is one. What streams is a model's notation and nothing to read.
pub(crate) fn making(making: PartialCard) -> AnyView {
    let words = match making.kind {
        CardKind::Poll => text().making_poll,
        CardKind::Summary => text().making_summary,
    };
    let share = making.bytes.saturating_mul(100) / making.bytes.saturating_add(HALF);
    view! {
        <div class="card">
            <p class="quiet-text">{words}</p>
            {bar(share)}
        </div>
    }
    .into_any()
}

fn list(title: &'static str, lines: &[String]) -> [AnyView; 2] {
    let lines = lines.iter().map(|line| view! { <li>{line.clone()}</li> }.into_any()).collect();
    [
        view! { <h3 class="heading">{title}</h3> }.into_any(),
        view! { <ul>{side_by_side(lines)}</ul> }.into_any(),
    ]
}

fn poll(yard: Yard, shape: &Shape, question: &str, options: &[String]) -> AnyView {
    let me = yard.session.live.you.get().map(|you| you.id);
    let mine = shape.votes.iter().find(|vote| Some(&vote.person) == me.as_ref()).map(|vote| vote.option);
    let most = (0..options.len()).map(|option| count(&shape.votes, option)).max().unwrap_or_default();
    let all = shape.votes.len();
    let seq = shape.seq.unwrap_or_default();
    let choices = options.iter().enumerate().map(|(index, option)| {
        let votes = count(&shape.votes, index);
        let share = votes.saturating_mul(100).checked_div(all).unwrap_or_default();
        let is_mine = mine == Some(index);
        choice(yard, seq, Choice { index, option, votes, share, is_mine, is_open: shape.rights.vote })
    });
    let choices = choices.collect();
    view! {
        <div class="card" role="group" aria-label=question.to_owned()>
            <p class="question">{question.to_owned()}</p>
            {side_by_side(choices)}
            {if most > 0 { voters(yard, shape, options) } else { no_votes() }}
        </div>
    }
    .into_any()
}

struct Choice<'a> {
    index: usize,
    option: &'a str,
    votes: usize,
    /// Of a hundred.
    share: usize,
    is_mine: bool,
    is_open: bool,
}

fn choice(yard: Yard, seq: Seq, choice: Choice<'_>) -> AnyView {
    let Choice { index, option, votes, share, is_mine, is_open } = choice;
    view! {
        <button
            type="button"
            class="choice"
            aria-pressed=is_mine.to_string()
            disabled=!is_open
            on:click=move |_| yard.session.vote(seq, (!is_mine).then_some(index))
        >
            <span class="choice-line">
                <span dir="auto">{option.to_owned()}</span>
                <span class="count">{votes.to_string()}</span>
            </span>
            {bar(share)}
        </button>
    }
    .into_any()
}

/// Who chose what, for those who ask.
fn voters(yard: Yard, shape: &Shape, options: &[String]) -> AnyView {
    let lines = options.iter().enumerate().filter(|(index, _)| count(&shape.votes, *index) > 0);
    let lines = lines.map(|(index, option)| {
        let votes = shape.votes.iter().filter(|vote| vote.option == index);
        let names: Vec<String> = votes
            .map(|vote| yard.session.nickname(&vote.person).unwrap_or_else(|| text().somebody.to_owned()))
            .collect();
        view! { <li>{option.clone()} ": " {names.join(", ")}</li> }.into_any()
    });
    let lines = lines.collect();
    view! {
        <details class="quiet-text">
            <summary>{format!("{} · {}", (text().votes)(shape.votes.len()), text().voters)}</summary>
            <ul>{side_by_side(lines)}</ul>
        </details>
    }
    .into_any()
}

fn no_votes() -> AnyView {
    view! { <p class="quiet-text">{(text().votes)(0)}</p> }.into_any()
}

fn count(votes: &[Vote], option: usize) -> usize {
    votes.iter().filter(|vote| vote.option == option).count()
}

/// A share of a hundred as a line. What it says stands beside it as a number.
fn bar(share: usize) -> AnyView {
    view! {
        <svg class="share" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
            <rect width=share.to_string() height="4" />
        </svg>
    }
    .into_any()
}
