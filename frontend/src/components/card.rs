//! Cards, the structured answers of bots: a poll that people vote on, a summary in three lists, the fields of a schema that the
//! room's owner wrote, and the progress of a card that is still being written.

use std::collections::BTreeSet;

use client::PartialCard;
use leptos::prelude::*;
use shared::limits::POLL_OPTIONS;
use shared::{Card, CardChange, CardEntry, CardKind, PersonId, Seq, Vote};
use web_sys::MouseEvent;

use crate::components::button::TextButton;
use crate::components::views::views;
use crate::i18n::text;
use crate::state::message::MessageInfo;
use crate::state::room_context::{Dialog, RoomContext};

/// The progress bar is half full at this many bytes, about the size of a small poll.
const HALF_PROGRESS_BYTES: usize = 200;

#[component]
pub(crate) fn CardView(info: MessageInfo, card: Card) -> impl IntoView {
    match card {
        Card::Poll { question, options, multiple, secret, closed, .. } => {
            view! { <Poll info question options multiple secret closed /> }.into_any()
        }
        Card::Summary { topics, decisions, open_questions, resolved } => view! {
            <div class="card">
                <SummaryList title=text().topics lines=topics />
                <SummaryList title=text().decisions lines=decisions />
                <OpenQuestions info questions=open_questions resolved />
            </div>
        }
        .into_any(),
        Card::Fields { entries } => view! {
            <div class="card fields">
                {views(entries.into_iter().map(|entry| view! { <Field entry /> }))}
            </div>
        }
        .into_any(),
    }
}

/// A line of a card by an owner's schema: a title with its value, or an item of a list.
#[component]
fn Field(entry: CardEntry) -> impl IntoView {
    let CardEntry { level, title, text } = entry;
    let title = if title.is_empty() { "• ".to_owned() } else { format!("{title}: ") };
    view! {
        <p class=format!("level-{level}") dir="auto">
            <b>{title}</b>
            {text}
        </p>
    }
}

/// A card that is being written. What streams is JSON, so only its size is shown.
#[component]
pub(crate) fn CardProgress(progress: PartialCard) -> impl IntoView {
    let words = match progress.kind {
        CardKind::Poll => text().poll_in_progress,
        CardKind::Summary => text().summary_in_progress,
        CardKind::Fields => text().fields_in_progress,
    };
    let percent = percent(progress.bytes, progress.bytes.saturating_add(HALF_PROGRESS_BYTES));
    view! {
        <div class="card">
            <p class="quiet-text">{words}</p>
            <Bar percent />
        </div>
    }
}

/// A list of a summary with its title, or nothing if it is empty.
#[component]
fn SummaryList(title: &'static str, lines: Vec<String>) -> impl IntoView {
    (!lines.is_empty()).then(|| {
        view! {
            <h3 class="heading">{title}</h3>
            <ul>{views(lines.into_iter().map(|line| view! { <li>{line}</li> }))}</ul>
        }
    })
}

/// The open questions of a summary, which people tick off.
#[component]
fn OpenQuestions(info: MessageInfo, questions: Vec<String>, resolved: Vec<usize>) -> impl IntoView {
    let session = RoomContext::expect().session;
    let seq = info.seq.unwrap_or_default();
    let is_disabled = !info.rights.vote;
    let line = move |(index, question): (usize, String)| {
        let is_resolved = resolved.contains(&index);
        let toggle = move |event: MouseEvent| {
            // The box changes when the room has changed the card.
            event.prevent_default();
            session.change_card(seq, CardChange::Resolve { index, on: !is_resolved });
        };
        view! {
            <li>
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=is_resolved
                        disabled=is_disabled
                        on:click=toggle
                    />
                    <span dir="auto">{question}</span>
                </label>
            </li>
        }
    };
    (!questions.is_empty()).then(|| {
        view! {
            <h3 class="heading">{text().open_questions}</h3>
            <ul role="list" class="checks">
                {views(questions.into_iter().enumerate().map(line))}
            </ul>
        }
    })
}

#[component]
fn Poll(
    info: MessageInfo,
    question: String,
    options: Vec<String>,
    multiple: bool,
    secret: bool,
    closed: bool,
) -> impl IntoView {
    let you = RoomContext::expect().signals.you.get_untracked().map(|you| you.id);
    let own_votes = info.votes.iter().filter(|vote| Some(&vote.person) == you.as_ref());
    let chosen: Vec<usize> = own_votes.map(|vote| vote.option).collect();
    let voters: BTreeSet<&PersonId> = info.votes.iter().map(|vote| &vote.person).collect();
    let seq = info.seq.unwrap_or_default();
    let can_vote = info.rights.vote && !closed;
    let choices = options.iter().cloned().enumerate().map(|(index, option)| {
        let votes = count(&info.votes, index);
        let percent = percent(votes, voters.len());
        let is_chosen = chosen.contains(&index);
        let mut next = if multiple { chosen.clone() } else { Vec::new() };
        next.retain(|other| *other != index);
        if !is_chosen {
            next.push(index);
        }
        view! { <PollChoice seq next option votes percent is_chosen can_vote /> }
    });
    let label = question.clone();
    let note = match (closed, multiple) {
        (true, _) => Some(text().poll_closed),
        (false, true) => Some(text().several_options),
        (false, false) => None,
    };
    view! {
        <div class="card" role="group" aria-label=label>
            <p class="question">{question}</p>
            {note.map(|note| view! { <p class="quiet-text">{note}</p> })}
            {secret.then(|| view! { <p class="quiet-text">{text().secret_poll}</p> })}
            {views(choices)}
            <Voters votes=info.votes options=options.clone() secret />
            <PollButtons
                seq
                closed
                can_close=info.rights.decide
                can_add={can_vote && options.len() < *POLL_OPTIONS.end()}
            />
        </div>
    }
}

/// Buttons that add an option and close the poll.
#[component]
fn PollButtons(seq: Seq, closed: bool, can_close: bool, can_add: bool) -> impl IntoView {
    let room = RoomContext::expect();
    let add = Callback::new(move |()| room.dialog.set(Some(Dialog::AddOption { poll: seq })));
    let close = Callback::new(move |()| room.session.change_card(seq, CardChange::Close(!closed)));
    let close_label = if closed { text().reopen_poll } else { text().close_poll };
    (can_add || can_close).then(|| {
        view! {
            <p class="status-line">
                {can_add.then(|| view! { <TextButton class="plain" label=text().add_option on_click=add /> })}
                {can_close.then(|| view! { <TextButton class="plain" label=close_label on_click=close /> })}
            </p>
        }
    })
}

/// A button that votes for an option, or takes the vote back.
#[component]
fn PollChoice(
    seq: Seq,
    /// The options that the reader votes for after pressing it.
    next: Vec<usize>,
    option: String,
    votes: usize,
    percent: usize,
    is_chosen: bool,
    can_vote: bool,
) -> impl IntoView {
    let session = RoomContext::expect().session;
    view! {
        <button
            type="button"
            class="choice"
            aria-pressed=is_chosen.to_string()
            disabled=!can_vote
            on:click=move |_| session.vote(seq, next.clone())
        >
            <span class="choice-line">
                <span dir="auto">{option}</span>
                <span class="count">{votes.to_string()}</span>
            </span>
            <Bar percent />
        </button>
    }
}

/// Who voted for what, folded.
#[component]
fn Voters(votes: Vec<Vote>, options: Vec<String>, secret: bool) -> impl IntoView {
    let session = RoomContext::expect().session;
    let has_votes = (0..options.len()).any(|option| count(&votes, option) > 0);
    if secret || !has_votes {
        let votes = if has_votes { votes.len() } else { 0 };
        return view! { <p class="quiet-text">{(text().votes)(votes)}</p> }.into_any();
    }
    let voter =
        |vote: &Vote| session.nickname(&vote.person).unwrap_or_else(|| text().unknown_person.to_owned());
    let lines = options.into_iter().enumerate().filter_map(|(index, option)| {
        let names: Vec<String> = votes.iter().filter(|vote| vote.option == index).map(voter).collect();
        (!names.is_empty()).then(|| view! { <li>{option} ": " {names.join(", ")}</li> })
    });
    let lines = views(lines);
    view! {
        <details class="quiet-text">
            <summary>{format!("{} · {}", (text().votes)(votes.len()), text().voters)}</summary>
            <ul>{lines}</ul>
        </details>
    }
    .into_any()
}

/// A bar that shows a share. The number stands beside it as text.
#[component]
fn Bar(percent: usize) -> impl IntoView {
    view! {
        <svg class="share" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
            <rect width=percent.to_string() height="4"></rect>
        </svg>
    }
}

fn count(votes: &[Vote], option: usize) -> usize {
    votes.iter().filter(|vote| vote.option == option).count()
}

/// `part` of `whole` in percent, 0 of nothing.
fn percent(part: usize, whole: usize) -> usize {
    part.saturating_mul(100).checked_div(whole).unwrap_or_default()
}
