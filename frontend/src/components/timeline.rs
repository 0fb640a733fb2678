//! The messages of a room, and the button that scrolls to the newest.

use client::Input;
use leptos::prelude::*;
use web_sys::{KeyboardEvent, WheelEvent};

use super::act_line::ActLines;
use super::decoration::Logo;
use super::icon::{DOWN, Icon};
use super::message::Message;
use crate::i18n::text;
use crate::state::room_context::RoomContext;

/// The list of messages. Each is drawn once per key and updates itself by its own signals. The log is silent for screen
/// readers (`aria-live="off"`); new messages are announced by `state::announcer`.
#[component]
pub(crate) fn Timeline() -> impl IntoView {
    let room = RoomContext::expect();
    let (signals, scroll) = (room.signals, room.scroll);
    let on_scroll = move |_| {
        scroll.on_scroll();
        if !scroll.is_pinned.get_untracked() && scroll.is_near_top() {
            load_older(room);
        }
    };
    let on_wheel = move |event: WheelEvent| {
        if event.delta_y() < 0.0 {
            scroll.before_scroll_up();
        }
    };
    let on_keydown = move |event: KeyboardEvent| {
        if matches!(event.key().as_str(), "PageUp" | "Home" | "ArrowUp") {
            scroll.before_scroll_up();
        }
    };
    view! {
        <div class="timeline">
            <div
                class="frame"
                node_ref=scroll.frame
                role="log"
                aria-label=text().messages
                aria-live="off"
                tabindex="0"
                on:scroll=on_scroll
                on:wheel=on_wheel
                on:keydown=on_keydown
                on:touchstart=move |_| scroll.on_touch(true)
                on:touchend=move |_| scroll.on_touch(false)
                on:touchcancel=move |_| scroll.on_touch(false)
            >
                <div class="content" node_ref=scroll.content>
                    <Start />
                    <ActLines acts=signals.first_acts.into() />
                    <For
                        each=move || signals.messages.get()
                        key=|message| message.key.clone()
                        let(message)
                    >
                        <Message message />
                    </For>
                </div>
            </div>
            <JumpToNewest />
        </div>
    }
}

/// What is above the first message: a button for older ones, or that the room starts here.
#[component]
fn Start() -> impl IntoView {
    let signals = RoomContext::expect().signals;
    view! {
        <div class="room-start">
            {move || {
                if signals.has_older.get() {
                    view! { <LoadOlder /> }.into_any()
                } else if !signals.messages.with(Vec::is_empty) {
                    view! { <p class="quiet-text">{text().room_start}</p> }.into_any()
                } else if signals.you.with(Option::is_some) {
                    view! {
                        <div class="empty">
                            <Logo />
                            <p>{text().empty_room}</p>
                        </div>
                    }
                    .into_any()
                } else {
                    ().into_any()
                }
            }}
        </div>
    }
}

#[component]
fn LoadOlder() -> impl IntoView {
    let room = RoomContext::expect();
    let is_loading = room.signals.is_loading_older;
    view! {
        <button
            type="button"
            class="plain"
            disabled=move || is_loading.get()
            on:click=move |_| load_older(room)
        >
            {move || if is_loading.get() { text().loading_older } else { text().load_older }}
        </button>
    }
}

/// Scrolls to the newest message, and tells how many arrived while the reader was elsewhere.
#[component]
fn JumpToNewest() -> impl IntoView {
    let room = RoomContext::expect();
    let (messages, scroll) = (room.signals.messages, room.scroll);
    let last_seen = RwSignal::new(None);
    Effect::new(move || {
        let last = messages.with(|messages| messages.last().map(|message| message.key.clone()));
        if scroll.is_pinned.get() {
            last_seen.set(last);
        }
    });
    let unseen = move || {
        let last_seen = last_seen.read();
        messages.with(|messages| {
            let newest_first = messages.iter().rev();
            newest_first.take_while(|message| Some(&message.key) != last_seen.as_ref()).count()
        })
    };
    view! {
        <Show when=move || !scroll.is_pinned.get()>
            <button type="button" class="to-newest" on:click=move |_| scroll.to_newest()>
                <Icon path=DOWN />
                {move || (text().jump_to_newest)(unseen())}
            </button>
        </Show>
    }
}

fn load_older(room: RoomContext) {
    let signals = room.signals;
    if signals.has_older.get_untracked() && !signals.is_loading_older.get_untracked() {
        room.session.tell(Input::LoadOlder);
    }
}
