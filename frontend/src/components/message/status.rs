//! What stands below a message's text: that it was not sent or was edited, or how an answer is doing and what it cost.

use client::number_format::format_approximate_dollars;
use client::{Input, ItemKey, ItemState};
use leptos::prelude::*;
use shared::{Answer, ErrorCode, RunState, Seq};

use crate::browser::clock::now;
use crate::browser::dates;
use crate::components::icon::{AGAIN, Icon, STOP};
use crate::components::when::When;
use crate::i18n::text;
use crate::reactive::condition;
use crate::state::message::MessageInfo;
use crate::state::room_context::RoomContext;

const DAY_MS: u64 = 86_400_000;

/// The status line; most messages of people have none.
#[component]
pub(super) fn Status(info: RwSignal<MessageInfo>, key: ItemKey) -> impl IntoView {
    let status = move || {
        let info = info.get();
        match info.state {
            ItemState::Sent => (info.edited && !info.deleted)
                .then(|| view! { <p class="foot">{text().edited}</p> }.into_any()),
            ItemState::Pending => Some(view! { <Pending key=key.clone() /> }.into_any()),
            ItemState::Failed { why } => Some(view! { <Failed key=key.clone() why /> }.into_any()),
            ItemState::Answer(_) if info.deleted => None,
            ItemState::Answer(run) => {
                // It has the place of an earlier answer.
                let is_again = info.seq.is_some_and(|seq| key != ItemKey::Seq(seq));
                Some(view! { <AnswerStatus info run is_again /> }.into_any())
            }
        }
    };
    view! { {move || status()} }
}

/// A message that the room has not accepted yet. While there is no connection it can be discarded.
#[component]
fn Pending(key: ItemKey) -> impl IntoView {
    let room = RoomContext::expect();
    let is_live = condition(move || room.signals.is_live());
    let key = StoredValue::new(key);
    view! {
        <div class="status-line quiet-text">
            <p>{move || if is_live.get() { text().sending } else { text().unsent }}</p>
            <When is=move || !is_live.get()>
                <button
                    type="button"
                    class="plain"
                    on:click=move |_| key.with_value(|key| room.session.discard(key))
                >
                    {text().discard}
                </button>
            </When>
        </div>
    }
}

/// A message that was refused, with the buttons to send it again or to discard it.
#[component]
fn Failed(key: ItemKey, why: ErrorCode) -> impl IntoView {
    let session = RoomContext::expect().session;
    let discarded = key.clone();
    view! {
        <div class="status-line danger">
            <p>{text().not_sent} " " {(text().error)(why)}</p>
            <button type="button" class="plain" on:click=move |_| session.retry(&key)>
                {text().retry}
            </button>
            <button type="button" class="plain" on:click=move |_| session.discard(&discarded)>
                {text().discard}
            </button>
        </div>
    }
}

#[component]
fn AnswerStatus(info: MessageInfo, run: RunState, is_again: bool) -> impl IntoView {
    let session = RoomContext::expect().session;
    let asker = info.answer.as_ref().filter(|_| is_again).map(|answer| session.nickname(&answer.asker));
    let asker = asker.map(|name| (text().asked_again_by)(name.as_deref().unwrap_or(text().unknown_person)));
    let is_running = !run.is_end();
    let is_error = matches!(run, RunState::Failed | RunState::Interrupted);
    let stopper = info.answer.as_ref().and_then(|answer| session.nickname(answer.stopped_by.as_ref()?));
    let sentence = sentence(&info, run, stopper.as_deref());
    let progress = match is_running {
        true => view! { <Progress sentence stopped=info.seq.filter(|_| info.rights.stop) /> }.into_any(),
        false if sentence.is_empty() => ().into_any(),
        false => view! { <p class:danger=is_error>{sentence}</p> }.into_any(),
    };
    let summary = info.answer.as_ref().filter(|_| !is_running).and_then(|answer| summary(answer, &info));
    let cited = info.answer.as_ref().map(|answer| answer.sources.join(" · "));
    let sources = cited.filter(|cited| !is_running && !cited.is_empty() && run != RunState::Failed);
    let sources = sources.map(|cited| format!("{} {cited}", text().sources));
    let has_votes = !info.votes.is_empty();
    let regenerated = info.seq.filter(|_| info.rights.regenerate);
    view! {
        <div class="status-line">
            {progress}
            {asker.map(|asker| view! { <p class="foot">{asker}</p> })}
            {sources.map(|sources| view! { <p class="foot" data-part="sources" dir="auto">{sources}</p> })}
            {summary.map(|summary| view! { <p class="foot">{summary}</p> })}
            {regenerated.map(|run| view! { <RegenerateButton run is_error has_votes /> })}
        </div>
    }
}

/// How a running answer is doing, with the button that stops it. Without a connection nobody here knows.
#[component]
fn Progress(sentence: String, stopped: Option<Seq>) -> impl IntoView {
    let signals = RoomContext::expect().signals;
    let is_live = condition(move || signals.is_live());
    let sentence = StoredValue::new(sentence);
    let progress = move || {
        if !is_live.get() {
            return view! { <p>{text().cut_off}</p> }.into_any();
        }
        let sentence = sentence.get_value();
        view! {
            <span class="running" aria-hidden="true"></span>
            {(!sentence.is_empty()).then(|| view! { <p>{sentence}</p> })}
            {stopped.map(|run| view! { <StopButton run /> })}
        }
        .into_any()
    };
    view! { {move || progress()} }
}

#[component]
fn StopButton(run: Seq) -> impl IntoView {
    let session = RoomContext::expect().session;
    view! {
        <button type="button" class="plain" on:click=move |_| session.tell(Input::Stop { run })>
            <Icon path=STOP />
            {text().stop}
        </button>
    }
}

#[component]
fn RegenerateButton(run: Seq, is_error: bool, has_votes: bool) -> impl IntoView {
    let session = RoomContext::expect().session;
    let label = if is_error { text().try_again } else { text().regenerate };
    view! {
        <button type="button" class="plain" on:click=move |_| session.regenerate(run, has_votes)>
            <Icon path=AGAIN />
            {label}
        </button>
    }
}

/// How the run is doing, or why the answer is not complete and what the reader can do.
fn sentence(info: &MessageInfo, run: RunState, stopper: Option<&str>) -> String {
    let stopped_by = stopper.map(text().stopped_by);
    let answer = info.answer.as_ref();
    let code = answer.and_then(|answer| answer.code);
    let resets = answer.and_then(|answer| answer.resets_at);
    // Limits of a day end at midnight UTC, and those of an hour at every full hour.
    let is_of_hour = resets.is_some_and(|at| !at.0.is_multiple_of(DAY_MS));
    let why = code.map(if is_of_hour { text().error_of_hour } else { text().error });
    let parts = match run {
        RunState::Queued => return (text().queued)(info.position),
        RunState::Thinking => return thinking(info),
        RunState::Streaming if info.making.is_some() => return String::new(),
        RunState::Streaming => return text().writing.to_owned(),
        // A card that did not fit its schema is shown as text: the answer is complete.
        _ if code == Some(ErrorCode::Unfit) => [None, why],
        RunState::Done => [None, None],
        RunState::Incomplete => [Some(text().incomplete), why],
        RunState::Failed => [Some(text().failed), why],
        RunState::Stopped => [Some(stopped_by.as_deref().unwrap_or(text().stopped)), why],
        RunState::Interrupted => [Some(text().interrupted), None],
    };
    let resets = resets.map(|at| (text().resets_at)(&dates::day_and_time(at, now())));
    let parts: Vec<&str> = parts.into_iter().flatten().chain(resets.as_deref()).collect();
    parts.join(" ")
}

/// What the bot does before it writes: its latest tool use, or rebuilding its chain from the transcript.
fn thinking(info: &MessageInfo) -> String {
    match info.tool_uses.last() {
        Some(look) => (text().tool_use)(&look.tool, &look.argument, false),
        None if info.chain_rebuilt => text().rebuilding_chain.to_owned(),
        None => text().thinking.to_owned(),
    }
}

/// The tools that an answer used, the messages that it read, its tokens and its cost.
fn summary(answer: &Answer, info: &MessageInfo) -> Option<String> {
    let tool_uses = info.tool_uses.iter().map(|look| (text().tool_use)(&look.tool, &look.argument, true));
    // A failed answer has read nothing that anybody could see.
    let has_read = answer.context_messages > 0 && answer.state != RunState::Failed;
    let messages_read = has_read.then(|| (text().messages_read)(answer.context_messages));
    let chain_rebuilt = (info.chain_rebuilt || answer.chain_rebuilt).then(|| text().chain_rebuilt.to_owned());
    let tokens = answer.usage.map(text().tokens);
    let cost = answer.cost.map(format_approximate_dollars);
    let cost = match cost {
        Some(cost) if answer.cost_is_most => Some((text().cost_at_most)(&cost)),
        cost => cost,
    };
    let others = [messages_read, chain_rebuilt, tokens, cost].into_iter().flatten();
    let parts: Vec<String> = tool_uses.chain(others).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}
