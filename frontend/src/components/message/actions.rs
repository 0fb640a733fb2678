//! What one can do with a message: reply with one tap, and everything else in a menu.

use leptos::prelude::*;
use shared::Seq;

use super::menu::{Menu, close, emoji_entries, entries, menu_id};
use crate::components::button::IconButton;
use crate::components::icon::{MORE, REPLY};
use crate::i18n::text;
use crate::reactive::condition;
use crate::state::message::MessageInfo;
use crate::state::room_context::RoomContext;

/// The buttons at the end of a message's line, and the menu that one of them opens.
#[component]
pub(super) fn Actions(info: RwSignal<MessageInfo>) -> impl IntoView {
    let room = RoomContext::expect();
    // Only what the buttons depend on, so that a streaming answer does not draw them again.
    let available = Memo::new(move |_| {
        let info = info.read();
        let is_running = info.run().is_some_and(|run| !run.is_end());
        info.seq.filter(|_| !info.deleted && !is_running).map(|seq| (seq, info.rights.reply, entries(&info)))
    });
    let is_open = condition(move || {
        let open = room.open_menu.get();
        open.is_some() && info.read().seq == open
    });
    let is_reacting = condition(move || {
        let open = room.open_reactions.get();
        open.is_some() && info.read().seq == open
    });
    let buttons = move || {
        let (seq, can_reply, entries) = available.get()?;
        (!entries.is_empty()).then(|| {
            view! {
                {can_reply.then(|| view! { <ReplyButton seq /> })}
                <MenuButton seq is_open />
            }
            .into_any()
        })
    };
    let menu = move || {
        let (is_open, is_reacting) = (is_open.get(), is_reacting.get());
        let (seq, _, entries) = available.get().filter(|_| is_open || is_reacting)?;
        let (entries, open) =
            if is_open { (entries, room.open_menu) } else { (emoji_entries(), room.open_reactions) };
        Some(view! { <Menu info seq entries open /> }.into_any())
    };
    view! {
        <div class="actions">
            {move || buttons()}
            {move || menu()}
        </div>
    }
}

#[component]
fn ReplyButton(seq: Seq) -> impl IntoView {
    let room = RoomContext::expect();
    let reply = Callback::new(move |()| room.reply_to.set(Some(seq)));
    view! { <IconButton class="quiet small reply" label=text().reply icon=REPLY on_click=reply /> }
}

#[component]
fn MenuButton(seq: Seq, is_open: Memo<bool>) -> impl IntoView {
    let room = RoomContext::expect();
    let toggle = Callback::new(move |()| {
        if is_open.get_untracked() {
            close(room.open_menu, seq);
        } else {
            room.open_menu.set(Some(seq));
        }
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
