//! The menu of a message, and the menu of a few emoji to react with (ARIA menu pattern: arrow keys move in it, Escape and Tab
//! close it).

use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::Seq;
use shared::reaction::has_reacted;
use wasm_bindgen::JsCast;
use web_sys::{FocusEvent, HtmlElement, KeyboardEvent, Node};

use crate::browser::focus::focus;
use crate::browser::{clipboard, parts};
use crate::components::views::views;
use crate::i18n::text;
use crate::reactive::effect;
use crate::state::message::MessageInfo;
use crate::state::room_context::{Dialog, RoomContext};

/// The emoji that the menu offers to react with.
const EMOJI: [&str; 6] = ["👍", "❤️", "😂", "🎉", "😮", "😢"];

/// What an entry of the menu does.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Entry {
    Reply,
    /// Opens the menu of emoji.
    React,
    Emoji(&'static str),
    /// Opens the picker of all emoji.
    AllEmoji,
    AskBot,
    Translate,
    CopyText,
    CopyLink,
    Edit,
    Report,
    Delete,
}

/// The entries that apply to a message.
pub(super) fn entries(info: &MessageInfo) -> Vec<Entry> {
    let rights = info.rights;
    // Deletion comes last, away from what is harmless.
    [
        (Entry::Reply, rights.reply),
        (Entry::React, rights.react),
        (Entry::AskBot, rights.reply && info.run().is_none()),
        (Entry::Translate, rights.reply && !info.deleted && info.card().is_none()),
        (Entry::CopyText, !info.deleted && info.card().is_none()),
        (Entry::CopyLink, true),
        (Entry::Edit, rights.edit),
        (Entry::Report, rights.reply && !info.mine),
        (Entry::Delete, rights.delete),
    ]
    .into_iter()
    .filter_map(|(entry, applies)| applies.then_some(entry))
    .collect()
}

/// The entries of the menu of emoji.
pub(super) fn emoji_entries() -> Vec<Entry> {
    EMOJI.map(Entry::Emoji).into_iter().chain([Entry::AllEmoji]).collect()
}

/// An open menu. Its first entry has the focus. `open` is the message whose menu of this kind is open.
#[component]
pub(super) fn Menu(
    info: RwSignal<MessageInfo>,
    seq: Seq,
    entries: Vec<Entry>,
    open: RwSignal<Option<Seq>>,
) -> impl IntoView {
    let room = RoomContext::expect();
    let node = NodeRef::<Div>::new();
    effect(move || {
        if let Some(menu) = node.get() {
            place(&menu);
            move_focus(&menu, Step::First);
        }
    });
    let on_keydown = move |event: KeyboardEvent| {
        if let Some(menu) = node.get_untracked() {
            press(&event, &menu, move || close(open, seq));
        }
    };
    let on_focusout = move |event: FocusEvent| {
        let gains = event.related_target().and_then(|target| target.dyn_into::<Node>().ok());
        let stays = node.get_untracked().is_some_and(|menu| menu.contains(gains.as_ref()));
        // Removing the menu takes the focus away as well; then it is closed already.
        if !stays && open.try_get_untracked().flatten() == Some(seq) {
            open.set(None);
        }
    };
    let is_emoji = entries.contains(&Entry::AllEmoji);
    let label_of_all = if is_emoji { text().react } else { text().more };
    let buttons = entries.into_iter().map(|entry| {
        view! {
            <button
                type="button"
                role="menuitem"
                tabindex="-1"
                class:danger=entry == Entry::Delete
                on:click=move |_| choose(room, info, open, entry)
            >
                {label(entry)}
            </button>
        }
    });
    view! {
        <div
            node_ref=node
            class="menu"
            class:emoji=is_emoji
            id=menu_id(seq)
            role="menu"
            aria-label=label_of_all
            on:keydown=on_keydown
            on:focusout=on_focusout
        >
            {views(buttons)}
        </div>
    }
}

pub(super) fn menu_id(seq: Seq) -> String {
    format!("menu-{seq}")
}

fn label(entry: Entry) -> &'static str {
    match entry {
        Entry::Reply => text().reply,
        Entry::React => text().react,
        Entry::Emoji(emoji) => emoji,
        Entry::AllEmoji => text().emoji,
        Entry::AskBot => text().reading.ask_bot,
        Entry::Translate => text().reading.translate,
        Entry::CopyText => text().owners.copy_text,
        Entry::CopyLink => text().copy_link,
        Entry::Edit => text().edit,
        Entry::Report => text().owners.report,
        Entry::Delete => text().delete,
    }
}

fn choose(room: RoomContext, info: RwSignal<MessageInfo>, open: RwSignal<Option<Seq>>, entry: Entry) {
    let Some(seq) = info.read_untracked().seq else { return };
    // Dialogs give the focus back to the menu's button.
    close(open, seq);
    match entry {
        Entry::Reply => room.reply_to.set(Some(seq)),
        Entry::React => room.open_reactions.set(Some(seq)),
        Entry::Emoji(emoji) => react(room, info, seq, emoji.to_owned()),
        Entry::AllEmoji => spawn_local(async move {
            if let Some(emoji) = parts::choose_emoji().await {
                react(room, info, seq, emoji);
            }
        }),
        Entry::AskBot => room.ask_bot_about(seq),
        Entry::Translate => room.translate(seq),
        Entry::CopyText => copy(text().owners.copy_text, room.session.text_to_edit(seq)),
        Entry::CopyLink => copy(text().copy_by_hand, room.link_to(seq)),
        Entry::Edit => room.editing.set(Some(seq)),
        Entry::Report => room
            .dialog
            .set(Some(Dialog::Report { seq, name: info.read_untracked().author.name().to_owned() })),
        Entry::Delete => {
            room.pending_deletion.delete(seq);
        }
    }
}

/// Puts the reader's emoji on the message, or takes it away. The message may be gone in the meantime.
fn react(room: RoomContext, info: RwSignal<MessageInfo>, seq: Seq, emoji: String) {
    let Some(you) = room.signals.you.try_get_untracked().flatten() else { return };
    let has = info.try_with_untracked(|info| has_reacted(&info.reactions, &emoji, &you.id));
    room.session.react(seq, emoji, has == Some(false));
}

/// Copies a text, or shows it for copying by hand.
fn copy(title: &'static str, words: String) {
    spawn_local(async move {
        if !clipboard::copy(&words).await {
            clipboard::prompt(title, &words);
        }
    });
}

/// Moves the focus in a menu by its keys, or closes it.
fn press(event: &KeyboardEvent, menu: &HtmlElement, close: impl Fn()) {
    let step = match event.key().as_str() {
        "Escape" => {
            event.stop_propagation();
            return close();
        }
        "Tab" => return close(),
        // A menu in one line is moved along, too.
        "ArrowRight" => Some(Step::Next),
        "ArrowLeft" => Some(Step::Previous),
        key => step_of(key),
    };
    let Some(step) = step else { return };
    event.prevent_default();
    event.stop_propagation();
    move_focus(menu, step);
}

/// Closes a menu and gives the focus back to its button.
pub(super) fn close(open: RwSignal<Option<Seq>>, seq: Seq) {
    open.set(None);
    focus(&format!("[data-seq=\"{seq}\"] .more"));
}

/// Opens upwards where there is more room above than below.
fn place(menu: &HtmlElement) {
    let height = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
    if menu.get_bounding_client_rect().top() > height / 2.0 {
        let _ = menu.class_list().add_1("up");
    }
}

enum Step {
    First,
    Last,
    Next,
    Previous,
}

fn step_of(key: &str) -> Option<Step> {
    match key {
        "ArrowDown" => Some(Step::Next),
        "ArrowUp" => Some(Step::Previous),
        "Home" => Some(Step::First),
        "End" => Some(Step::Last),
        _ => None,
    }
}

fn move_focus(menu: &HtmlElement, step: Step) {
    let items = menu.children();
    let count = items.length();
    let active = document().active_element();
    let at = (0..count).find(|index| items.item(*index) == active);
    let index = match (step, at) {
        (Step::First, _) | (Step::Next, None) => 0,
        (Step::Last, _) | (Step::Previous, None | Some(0)) => count.saturating_sub(1),
        (Step::Next, Some(at)) => at.saturating_add(1).checked_rem(count).unwrap_or_default(),
        (Step::Previous, Some(at)) => at.saturating_sub(1),
    };
    if let Some(item) = items.item(index).and_then(|item| item.dyn_into::<HtmlElement>().ok()) {
        let _ = item.focus();
    }
}
