//! One message: avatar, author and time, the quote of its parent, its text or card, its status, and its actions.

mod actions;
mod editor;
mod fold;
mod menu;
mod pager;
mod reactions;
mod status;
mod translation;

use leptos::html::Button;
use leptos::prelude::*;
use markdown::{Block, Inline};
use shared::{Author, RunState};

use self::actions::Actions;
use self::editor::Editor;
use self::fold::Fold;
use self::pager::Pager;
use self::reactions::Reactions;
use self::status::Status;
use self::translation::Translation;
use super::act_line::ActLines;
use super::avatar::{Avatar, bot_color_class};
use super::button::TextButton;
use super::card::{CardProgress, CardView};
use super::markdown::block_view;
use super::quote::QuoteLink;
use crate::browser::clock::now;
use crate::browser::dates;
use crate::browser::focus::focus;
use crate::components::keyed::{Row, keyed};
use crate::components::when::When;
use crate::i18n::{bot_name, text};
use crate::reactive::{condition, effect};
use crate::state::message::{MessageInfo, MessageSignals, Placement};
use crate::state::room_context::{Dialog, RoomContext};

/// A message of at most so many emoji and nothing else is shown larger.
const MAX_LARGE_EMOJI: usize = 6;

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
    let is_hidden = condition({
        let author = author.clone();
        move || room.signals.is_hidden(&author)
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
        <When is=move || placement.read().starts_unread>
            <UnreadDivider />
        </When>
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
            <Thoughts info />
            <Body info blocks=message.blocks.into() />
            <Translation info />
            {is_bot.then(|| view! { <Pager info /> })}
            <Reactions info />
            <Status info key />
            <Actions info />
        </article>
        <ActLines acts=RwSignal::from(message.acts_below).into() />
    }
}

/// Stands above the first message that the reader has not seen, and offers to sum up what follows.
#[component]
fn UnreadDivider() -> impl IntoView {
    let room = RoomContext::expect();
    let catch_up = Callback::new(move |()| room.catch_up());
    view! {
        <div class="unread">
            <span role="separator" aria-label=text().reading.new_messages>
                {text().reading.new_messages}
            </span>
            <When is=move || room.signals.is_joined()>
                <TextButton class="plain" label=text().reading.catch_up on_click=catch_up />
            </When>
        </div>
    }
}

#[component]
fn DayHeading(info: RwSignal<MessageInfo>, placement: RwSignal<Placement>) -> impl IntoView {
    view! {
        <When is=move || placement.read().starts_day>
            <div class="day">
                <time datetime=move || dates::iso(info.read().at)>
                    {move || dates::day_heading(info.read().at, now())}
                </time>
            </div>
        </When>
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
    let is_deleted = condition(move || info.read().deleted);
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
            Author::Human { .. } => view! { <bdi class="name">{name}</bdi> }.into_any(),
            // A bot that was removed has only the handle it answered under.
            Author::Bot { .. } => {
                let shown =
                    room.signals.bots.with(|bots| bots.iter().find(|bot| bot.handle == name).map(bot_name));
                view! { <bdi class="name">{shown.unwrap_or(name)}</bdi> }.into_any()
            }
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
    let is_going = condition(move || {
        let seq = room.pending_deletion.seq.get();
        seq.is_some() && info.read().seq == seq
    });
    // A memo, so that the editor is not made anew while the reader types in it.
    let is_edited = condition(move || {
        let seq = room.editing.get();
        seq.is_some() && info.read().seq == seq
    });
    // A text that mentions nobody is not drawn again when people come and go.
    let draw = move |block: &ArcRwSignal<Block>| match is_answer || !block.read().contains('@') {
        true => block_view(&block.read(), &[]),
        false => block_view(&block.read(), &room.mention_names.read()),
    };
    let is_emoji =
        move || blocks.with(|blocks| matches!(blocks.as_slice(), [block] if is_emoji(&block.read())));
    let is_hidden = move || is_edited.get() || is_going.get();
    view! {
        <div class="body" class:emoji-only=is_emoji data-part="body" dir="auto" hidden=is_hidden>
            {keyed(move || {
                let row = |(index, block)| Row::new(index, move || move || draw(&block));
                blocks.get().into_iter().enumerate().map(row).collect()
            })}
            <InsteadOfText info />
        </div>
        <When is=move || is_edited.get()>
            <Editor />
        </When>
        <When is=move || is_going.get()>
            <Undo info />
        </When>
    }
}

/// What stands in place of a message while its deletion can be taken back. It has the focus.
#[component]
fn Undo(info: RwSignal<MessageInfo>) -> impl IntoView {
    let room = RoomContext::expect();
    let button = NodeRef::<Button>::new();
    let undo = move |_| {
        room.pending_deletion.undo();
        if let Some(seq) = info.read_untracked().seq {
            focus(&format!("[data-seq=\"{seq}\"] .more"));
        }
    };
    // The button goes with the message; without this the focus would be lost.
    on_cleanup(|| {
        if document().active_element().is_some_and(|element| element.class_list().contains("undo")) {
            focus(".frame");
        }
    });
    effect(move || {
        if let Some(button) = button.get() {
            let _ = button.focus();
        }
    });
    view! {
        <p class="quiet-text" role="status">
            {text().deleted}
            " "
            <button node_ref=button type="button" class="plain undo" on:click=undo>
                {text().undo}
            </button>
        </p>
    }
}

/// Whether a message is a few emoji and nothing else, which are shown larger.
fn is_emoji(block: &Block) -> bool {
    let Block::Paragraph(content) = block else { return false };
    let [Inline::Text(words)] = content.as_slice() else { return false };
    let is_mark = |c: char| c >= '\u{200d}' && !c.is_alphanumeric() || c == ' ';
    let pictures =
        words.chars().filter(|c| matches!(c, '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}')).count();
    (1..=MAX_LARGE_EMOJI).contains(&pictures) && words.chars().all(is_mark)
}

/// What the model thought before its answer, folded.
#[component]
fn Thoughts(info: RwSignal<MessageInfo>) -> impl IntoView {
    let thoughts = Memo::new(move |_| {
        info.read()
            .answer
            .as_ref()
            .map(|answer| answer.thoughts.clone())
            .filter(|thoughts| !thoughts.is_empty())
    });
    let folded = move || {
        thoughts.get().map(|thoughts| {
            view! {
                <details class="foot">
                    <summary>{text().thoughts}</summary>
                    <p class="thoughts" dir="auto">
                        {thoughts}
                    </p>
                </details>
            }
            .into_any()
        })
    };
    view! { {move || folded()} }
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
