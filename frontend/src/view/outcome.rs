//! What stands below a message's words: that it was not sent, or how an answer goes and what it took.

use client::ItemState;
use client::number_format::format_approximate_dollars;
use leptos::prelude::*;
use shared::{Answer, ErrorCode, RunState};

use super::dynamic::part;
use super::element::view;
use super::icon::{AGAIN, STOP, icon};
use super::yard::Yard;
use crate::shell::clock::now;
use crate::shell::line::{Line, Shape};
use crate::text::{dates, text};

/// The foot of a message; most messages of people have none.
#[component]
pub(crate) fn Outcome(yard: Yard, line: Line) -> impl IntoView {
    part(move || {
        let shape = line.shape.get();
        match shape.state {
            ItemState::Sent => {
                let is_edited = shape.edited && !shape.deleted;
                is_edited.then(|| view! { <p class="foot">{text().edited}</p> }.into_any())
            }
            ItemState::Pending => {
                Some(view! { <p class="outcome quiet-text">{text().sending}</p> }.into_any())
            }
            ItemState::Failed { why } => Some(failed(yard, &line, (text().code)(why)).into_any()),
            ItemState::Answer(_) if shape.deleted => None,
            ItemState::Answer(run) => Some(answered(yard, &shape, run).into_any()),
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
    let stop = seq.filter(|_| shape.rights.stop).map(|run| {
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
    let again = seq.filter(|_| shape.rights.regenerate).map(|run| {
        view! {
            <button type="button" class="plain" on:click=move |_| yard.session.regenerate(run)>
                {icon(AGAIN)}
                {text().regenerate}
            </button>
        }
    });
    let is_running = !run.is_end();
    let sentence = Some(sentence(shape, run)).filter(|sentence| !sentence.is_empty());
    let foot = shape.answer.as_ref().filter(|_| !is_running).and_then(|answer| foot(answer, shape));
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

/// How it goes, or why it is not whole, and what to do now.
fn sentence(shape: &Shape, run: RunState) -> String {
    let answer = shape.answer.as_ref();
    let code = answer.and_then(|answer| answer.code);
    let why = code.map(text().code);
    let parts = match run {
        RunState::Queued => return (text().queued)(shape.position),
        RunState::Thinking => return thinking(shape),
        RunState::Streaming if shape.making.is_some() => return String::new(),
        RunState::Streaming => return text().writing.to_owned(),
        // The answer is there, in another form: that is all there is to say.
        _ if code == Some(ErrorCode::Unfit) => [None, why],
        RunState::Done => [None, None],
        RunState::Incomplete => [Some(text().incomplete), why],
        RunState::Failed => [Some(text().failed), why],
        RunState::Stopped => [Some(text().stopped), why],
        RunState::Interrupted => [Some(text().interrupted), None],
    };
    let resets = answer.and_then(|answer| answer.resets_at);
    let resets = resets.map(|at| (text().resets)(&dates::moment(at, now())));
    let parts: Vec<&str> = parts.into_iter().flatten().chain(resets.as_deref()).collect();
    parts.join(" ")
}

/// What it does before there are words: the latest thing that it looks up, or that it reads the room again.
fn thinking(shape: &Shape) -> String {
    match shape.tool_uses.last() {
        Some(look) => (text().tool_uses)(&look.tool, &look.argument, false),
        None if shape.chain_rebuilt => text().rereading.to_owned(),
        None => text().thinking.to_owned(),
    }
}

/// What it looked up, how much it followed, and what it took.
fn foot(answer: &Answer, shape: &Shape) -> Option<String> {
    let looked = shape.tool_uses.iter().map(|look| (text().tool_uses)(&look.tool, &look.argument, true));
    let context_messages =
        (answer.context_messages > 0).then(|| (text().context_messages)(answer.context_messages));
    let chain_rebuilt =
        (shape.chain_rebuilt || answer.chain_rebuilt).then(|| text().chain_rebuilt.to_owned());
    let tokens = answer.usage.map(text().tokens);
    let cost = answer.cost.map(format_approximate_dollars);
    let parts: Vec<String> =
        looked.chain([context_messages, chain_rebuilt, tokens, cost].into_iter().flatten()).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}
