//! One message: avatar, author and time, the quote of its parent, its text or card, its status, and its actions.

mod actions;
mod editor;
mod fold;
mod menu;
mod status;

use leptos::prelude::*;
use markdown::Block;
use shared::{Author, RunState};

use self::actions::Actions;
use self::editor::Editor;
use self::fold::Fold;
use self::status::Status;
use super::act_line::ActLines;
use super::avatar::{Avatar, bot_color_class};
use super::card::{CardProgress, CardView};
use super::markdown::block_view;
use super::quote::QuoteLink;
use crate::browser::clock::now;
use crate::browser::dates;
use crate::i18n::text;
use crate::state::message::{MessageInfo, MessageSignals, Placement};
use crate::state::room_context::{Dialog, RoomContext};

/// A message, below the heading of its day if it is the first of that day.
#[component]
pub(crate) fn Message(message: MessageSignals) -> impl IntoView {
    let room = RoomContext::expect();
    let key = message.key;
    let info = RwSignal::from(message.info);
    let placement = RwSignal::from(message.placement);
    let author = info.read_untracked().author.clone();
    let is_bot = matches!(author, Author::Bot { .. });
    let name = StoredValue::new(author.name().to_owned());
    let is_hidden = Memo::new({
        let author = author.clone();
        move |_| room.signals.is_hidden(&author)
    });
    let class = move || {
        let color = is_bot
            .then(|| room.signals.bots.with(|bots| name.with_value(|handle| bot_color_class(bots, handle))));
        let mine = if info.read().mine { " mine" } else { "" };
        let continues = if placement.read().continues_author { " continues" } else { "" };
        let folded = if is_hidden.get() { " folded" } else { "" };
        format!("message {}{mine}{continues}{folded}", color.unwrap_or_default())
    };
    view! {
        <DayHeading info placement />
        <article
            class=class
            aria-label=move || format!("{}, {}", name.get_value(), dates::time(info.read().at))
            aria-busy=move || (info.read().run() == Some(RunState::Streaming)).then_some("true")
            data-seq=move || info.read().seq.map(|seq| seq.to_string())
            data-author=name.get_value()
            data-kind=if is_bot { "bot" } else { "human" }
            data-state=move || info.read().state.as_str()
        >
            <Fold author=author.clone() is_hidden />
            <Avatar author />
            <Byline info />
            <Parent info placement />
            <Body info blocks=message.blocks.into() />
            <Status info key />
            <Actions info />
        </article>
        <ActLines acts=RwSignal::from(message.acts_below).into() />
    }
}

#[component]
fn DayHeading(info: RwSignal<MessageInfo>, placement: RwSignal<Placement>) -> impl IntoView {
    view! {
        <Show when=move || placement.read().starts_day>
            <div class="day">
                <time datetime=move || dates::iso(info.read().at)>
                    {move || dates::day_heading(info.read().at, now())}
                </time>
            </div>
        </Show>
    }
}

/// The quote of the message that this one replies to, unless that is the question right above an answer.
#[component]
fn Parent(info: RwSignal<MessageInfo>, placement: RwSignal<Placement>) -> impl IntoView {
    let reply_to = info.read_untracked().reply_to;
    let is_shown = move || !placement.read().answers_previous;
    view! { {move || reply_to.filter(|_| is_shown()).map(|seq| view! { <QuoteLink seq /> }.into_any())} }
}

#[component]
fn Byline(info: RwSignal<MessageInfo>) -> impl IntoView {
    let author = info.read_untracked().author.clone();
    // Empty where its author had everything deleted.
    let badge = match &author {
        Author::Human { owner: true, .. } => Some(text().owner_mark),
        Author::Human { .. } => None,
        Author::Bot { .. } => Some(text().bot_mark),
    };
    view! {
        <div class="byline">
            <AuthorName info />
            {badge.map(|badge| view! { <span class="badge">{badge}</span> })}
            <time datetime=move || dates::iso(info.read().at)>{move || dates::time(info.read().at)}</time>
        </div>
    }
}

/// The author's name: for a person's message a button that opens the dialog about them.
#[component]
fn AuthorName(info: RwSignal<MessageInfo>) -> impl IntoView {
    let room = RoomContext::expect();
    let author = info.read_untracked().author.clone();
    // Empty where its author had everything deleted.
    let name =
        Some(author.name()).filter(|name| !name.is_empty()).unwrap_or(text().unknown_person).to_owned();
    // Nothing can be done with a deleted message.
    let is_deleted = Memo::new(move |_| info.read().deleted);
    let content = move || {
        let name = name.clone();
        match author.clone() {
            Author::Human { id, .. } if !is_deleted.get() => {
                let dialog = move |message| Dialog::Person { id: id.clone(), name: name.clone(), message };
                let name = author.name().to_owned();
                let open = move |_| room.dialog.set(Some(dialog(info.read_untracked().seq)));
                view! {
                    <button type="button" class="author" on:click=open>
                        <bdi class="name">{name}</bdi>
                    </button>
                }
                .into_any()
            }
            Author::Human { .. } | Author::Bot { .. } => view! { <bdi class="name">{name}</bdi> }.into_any(),
        }
    };
    view! { {move || content()} }
}

/// The text, or in its place the editor. Each block watches its own signal, so the others keep their nodes while an answer
/// grows.
#[component]
fn Body(info: RwSignal<MessageInfo>, blocks: RwSignal<Vec<ArcRwSignal<Block>>>) -> impl IntoView {
    let room = RoomContext::expect();
    let is_answer = info.read_untracked().run().is_some();
    // A memo, so that the editor is not made anew while the reader types in it.
    let is_edited = Memo::new(move |_| {
        let seq = room.editing.get();
        seq.is_some() && info.read().seq == seq
    });
    let draw = move |block: &ArcRwSignal<Block>| match is_answer {
        true => block_view(&block.read(), &[]),
        false => block_view(&block.read(), &room.mention_names.read()),
    };
    view! {
        <div class="body" data-part="body" dir="auto" hidden=move || is_edited.get()>
            <For
                each=move || blocks.get().into_iter().enumerate()
                key=|(index, _)| *index
                let((_, block))
            >
                {move || draw(&block)}
            </For>
            <InsteadOfText info />
        </div>
        <Show when=move || is_edited.get()>
            <Editor />
        </Show>
    }
}

/// What a message shows that has no text: that it was deleted, a card, or the progress of a card.
#[component]
fn InsteadOfText(info: RwSignal<MessageInfo>) -> impl IntoView {
    let content = move || {
        let info = info.read();
        if info.deleted {
            Some(view! { <p class="quiet-text">{text().deleted}</p> }.into_any())
        } else if let Some(card) = info.card() {
            Some(view! { <CardView info=info.clone() card=card.clone() /> }.into_any())
        } else {
            info.making.map(|progress| view! { <CardProgress progress /> }.into_any())
        }
    };
    view! { {move || content()} }
}
