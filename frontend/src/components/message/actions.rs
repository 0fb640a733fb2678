//! What one can do with a message: reply, and in a menu, edit and delete.

use leptos::prelude::*;
use shared::Seq;

use crate::browser::focus::focus;
use crate::components::button::{IconButton, TextButton};
use crate::components::icon::{MORE, REPLY};
use crate::i18n::text;
use crate::state::message::MessageInfo;
use crate::state::room_context::RoomContext;

/// The buttons at the end of a message's line, and the menu that one of them opens.
#[component]
pub(super) fn Actions(info: RwSignal<MessageInfo>) -> impl IntoView {
    // Only what the buttons depend on, so that a streaming answer does not draw them again.
    let available = Memo::new(move |_| {
        let info = info.read();
        info.seq.map(|seq| (seq, info.rights))
    });
    let buttons = move || {
        let (seq, rights) = available.get()?;
        let has_menu = rights.edit || rights.delete;
        (rights.reply || has_menu).then(|| {
            view! {
                <div class="actions">
                    {rights.reply.then(|| view! { <ReplyButton seq /> })}
                    {has_menu.then(|| view! { <MenuButton seq /> })}
                </div>
            }
            .into_any()
        })
    };
    let room = RoomContext::expect();
    let menu = move || {
        let (seq, rights) = available.get()?;
        (room.open_menu.get() == Some(seq)).then(|| {
            view! {
                <div class="status-line menu" id=menu_id(seq)>
                    {rights.edit.then(|| view! { <EditButton seq /> })}
                    {rights.delete.then(|| view! { <DeleteButton seq /> })}
                </div>
            }
            .into_any()
        })
    };
    view! {
        {move || buttons()}
        {move || menu()}
    }
}

#[component]
fn ReplyButton(seq: Seq) -> impl IntoView {
    let room = RoomContext::expect();
    let reply = Callback::new(move |()| room.reply_to.set(Some(seq)));
    view! { <IconButton class="quiet small reply" label=text().reply icon=REPLY on_click=reply /> }
}

#[component]
fn MenuButton(seq: Seq) -> impl IntoView {
    let room = RoomContext::expect();
    let is_open = Signal::derive(move || room.open_menu.get() == Some(seq));
    let toggle = Callback::new(move |()| {
        room.open_menu.set((!is_open.get_untracked()).then_some(seq));
    });
    view! {
        <IconButton
            class="quiet small more"
            label=text().more
            icon=MORE
            controls=menu_id(seq)
            is_open
            on_click=toggle
        />
    }
}

#[component]
fn EditButton(seq: Seq) -> impl IntoView {
    let room = RoomContext::expect();
    let edit = Callback::new(move |()| {
        room.open_menu.set(None);
        room.editing.set(Some(seq));
    });
    view! { <TextButton class="plain" label=text().edit on_click=edit /> }
}

#[component]
fn DeleteButton(seq: Seq) -> impl IntoView {
    let room = RoomContext::expect();
    let delete = Callback::new(move |()| {
        room.open_menu.set(None);
        room.session.delete_message(seq);
        // The button is removed; without this the focus would be lost.
        focus(".frame");
    });
    view! { <TextButton class="plain danger" label=text().delete on_click=delete /> }
}

fn menu_id(seq: Seq) -> String {
    format!("menu-{seq}")
}
