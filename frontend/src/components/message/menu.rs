//! The menu of a message (ARIA menu pattern: arrow keys move in it, Escape and Tab close it).

use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::Seq;
use wasm_bindgen::JsCast;
use web_sys::{FocusEvent, HtmlElement, KeyboardEvent, Node};

use crate::browser::clipboard;
use crate::browser::focus::focus;
use crate::i18n::text;
use crate::state::message::MessageInfo;
use crate::state::room_context::{Dialog, RoomContext};

/// What an entry of the menu does.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Entry {
    Reply,
    CopyText,
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
        (Entry::CopyText, !info.deleted && info.card().is_none()),
        (Entry::Edit, rights.edit),
        (Entry::Report, rights.reply && !info.mine),
        (Entry::Delete, rights.delete),
    ]
    .into_iter()
    .filter_map(|(entry, applies)| applies.then_some(entry))
    .collect()
}

/// The open menu. Its first entry has the focus.
#[component]
pub(super) fn Menu(seq: Seq, name: String, entries: Vec<Entry>) -> impl IntoView {
    let room = RoomContext::expect();
    let node = NodeRef::<Div>::new();
    Effect::new(move || {
        if let Some(menu) = node.get() {
            place(&menu);
            move_focus(&menu, Step::First);
        }
    });
    let on_keydown = move |event: KeyboardEvent| {
        let Some(menu) = node.get_untracked() else { return };
        let step = match event.key().as_str() {
            "Escape" => {
                event.stop_propagation();
                return close(room, seq);
            }
            "Tab" => return close(room, seq),
            key => step_of(key),
        };
        let Some(step) = step else { return };
        event.prevent_default();
        event.stop_propagation();
        move_focus(&menu, step);
    };
    let on_focusout = move |event: FocusEvent| {
        let gains = event.related_target().and_then(|target| target.dyn_into::<Node>().ok());
        let stays = node.get_untracked().is_some_and(|menu| menu.contains(gains.as_ref()));
        // Removing the menu takes the focus away as well; then it is closed already.
        if !stays && room.open_menu.try_get_untracked().flatten() == Some(seq) {
            room.open_menu.set(None);
        }
    };
    let name = StoredValue::new(name);
    let buttons = entries.into_iter().map(|entry| {
        view! {
            <button
                type="button"
                role="menuitem"
                tabindex="-1"
                class:danger=entry == Entry::Delete
                on:click=move |_| choose(room, seq, entry, &name.get_value())
            >
                {label(entry)}
            </button>
        }
    });
    view! {
        <div
            node_ref=node
            class="menu"
            id=menu_id(seq)
            role="menu"
            aria-label=text().more
            on:keydown=on_keydown
            on:focusout=on_focusout
        >
            {buttons.collect_view()}
        </div>
    }
}

pub(super) fn menu_id(seq: Seq) -> String {
    format!("menu-{seq}")
}

fn label(entry: Entry) -> &'static str {
    match entry {
        Entry::Reply => text().reply,
        Entry::CopyText => text().owners.copy_text,
        Entry::Edit => text().edit,
        Entry::Report => text().owners.report,
        Entry::Delete => text().delete,
    }
}

fn choose(room: RoomContext, seq: Seq, entry: Entry, name: &str) {
    // Dialogs give the focus back to the menu's button.
    close(room, seq);
    match entry {
        Entry::Reply => room.reply_to.set(Some(seq)),
        Entry::CopyText => {
            let words = room.session.text_to_edit(seq);
            spawn_local(async move {
                if !clipboard::copy(&words).await {
                    clipboard::prompt(text().owners.copy_text, &words);
                }
            });
        }
        Entry::Edit => room.editing.set(Some(seq)),
        Entry::Report => room.dialog.set(Some(Dialog::Report { seq, name: name.to_owned() })),
        Entry::Delete => {
            room.session.delete_message(seq);
            // The button is removed; without this the focus would be lost.
            focus(".frame");
        }
    }
}

/// Closes the menu and gives the focus back to its button.
pub(super) fn close(room: RoomContext, seq: Seq) {
    room.open_menu.set(None);
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
