//! What stands below a message's words: that it was not sent, or how an answer goes and what it took.

use client::RowState;
use leptos::prelude::*;
use shared::{Answer, RunState};

use super::dynamic::part;
use super::element::view;
use super::icon::{AGAIN, STOP, icon};
use super::yard::Yard;
use crate::shell::line::{Line, Shape};
use crate::text::text;

/// The foot of a message; most messages of people have none.
#[component]
pub(crate) fn Outcome(yard: Yard, line: Line) -> impl IntoView {
    part(move || {
        let shape = line.shape.get();
        match shape.state {
            RowState::Sent => None,
            RowState::Pending => {
                Some(view! { <p class="outcome quiet-text">{text().sending}</p> }.into_any())
            }
            RowState::Failed { why } => Some(failed(yard, &line, (text().code)(why)).into_any()),
            RowState::Answer(run) => Some(answered(yard, &shape, run).into_any()),
        }
    })
}

fn failed(yard: Yard, line: &Line, why: &'static str) -> impl IntoView + use<> {
    let (retried, discarded) = (line.key.clone(), line.key.clone());
    view! {
        <div class="outcome alarm">
            <p>{text().not_sent} " " {why}</p>
            <button type="button" class="plain" on:click=move |_| yard.session.retry(&retried)>
                {text().retry}
            </button>
            <button type="button" class="plain" on:click=move |_| yard.session.discard(&discarded)>
                {text().discard}
            </button>
        </div>
    }
}

fn answered(yard: Yard, shape: &Shape, run: RunState) -> impl IntoView + use<> {
    let seq = shape.seq;
    let stop = seq.filter(|_| shape.can_stop).map(|run| {
        view! {
            <button
                type="button"
                class="plain"
                on:click=move |_| yard.session.tell(client::Input::Stop { run })
            >
                {icon(STOP)}
                {text().stop}
            </button>
        }
    });
    let again = seq.filter(|_| shape.can_regenerate).map(|run| {
        view! {
            <button type="button" class="plain" on:click=move |_| yard.session.regenerate(run)>
                {icon(AGAIN)}
                {text().regenerate}
            </button>
        }
    });
    let is_running = !run.is_end();
    let sentence = Some(sentence(shape, run)).filter(|sentence| !sentence.is_empty());
    let foot = shape.answer.as_ref().filter(|_| !is_running).and_then(|answer| foot(answer, shape.reread));
    view! {
        <div class="outcome">
            {is_running.then(|| view! { <span class="lamp" aria-hidden="true"></span> })}
            {sentence
                .map(|sentence| {
                    let is_alarm = matches!(run, RunState::Failed | RunState::Interrupted);
                    view! { <p class:alarm=is_alarm>{sentence}</p> }
                })}
            {foot.map(|foot| view! { <p class="foot">{foot}</p> })}
            {stop}
            {again}
        </div>
    }
}

/// How it goes, or why it is not whole.
fn sentence(shape: &Shape, run: RunState) -> String {
    let why = shape.answer.as_ref().and_then(|answer| answer.code).map(text().code);
    match run {
        RunState::Queued => (text().queued)(shape.position),
        RunState::Thinking if shape.reread => text().rereading.to_owned(),
        RunState::Thinking => text().thinking.to_owned(),
        RunState::Streaming => text().writing.to_owned(),
        RunState::Done => String::new(),
        RunState::Incomplete => {
            [Some(text().incomplete), why].into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
        RunState::Failed => [Some(text().failed), why].into_iter().flatten().collect::<Vec<_>>().join(" "),
        RunState::Stopped => text().stopped.to_owned(),
        RunState::Interrupted => text().interrupted.to_owned(),
    }
}

/// How much it followed and what it took.
fn foot(answer: &Answer, reread: bool) -> Option<String> {
    let follows = (answer.follows > 0).then(|| (text().follows)(answer.follows));
    let reread = (reread || answer.reread).then(|| text().reread.to_owned());
    let tokens = answer.usage.map(text().tokens);
    let parts: Vec<String> = [follows, reread, tokens].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}
