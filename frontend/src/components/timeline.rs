//! The messages of a room, and the buttons that go to the newest and back to where the reader was.

use client::Input;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, MouseEvent, WheelEvent};

use super::act_line::ActLines;
use super::decoration::Logo;
use super::icon::{AT, DOWN, Icon, PREVIOUS};
use super::message::Message;
use crate::browser::storage;
use crate::components::keyed::{Row, keyed};
use crate::components::when::When;
use crate::i18n::text;
use crate::reactive::{condition, effect};
use crate::router::message_of_link;
use crate::state::message::MessageSignals;
use crate::state::room_context::RoomContext;

/// The list of messages. Each is drawn once per key and updates itself by its own signals. The log is silent for screen
/// readers (`aria-live="off"`); new messages are announced by `state::announcer`.
#[component]
pub(crate) fn Timeline() -> impl IntoView {
    let room = RoomContext::expect();
    let (signals, scroll) = (room.signals, room.scroll);
    let on_scroll = move |_| {
        scroll.on_scroll();
        if scroll.is_pinned.get_untracked() {
            return;
        }
        if scroll.is_near_top() {
            load_older(room);
        } else if scroll.is_near_end() {
            room.session.tell(Input::LoadNewer);
        }
    };
    keep_up(room);
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
                on:click=move |event| follow_link(room, &event)
                on:wheel=on_wheel
                on:keydown=on_keydown
                on:touchstart=move |_| scroll.on_touch(true)
                on:touchend=move |_| scroll.on_touch(false)
                on:touchcancel=move |_| scroll.on_touch(false)
            >
                <div class="content" node_ref=scroll.content>
                    <Start />
                    <ActLines acts=signals.first_acts.into() />
                    {keyed(move || {
                        let row = |message: MessageSignals| {
                            Row::new(message.key.clone(), move || view! { <Message message /> })
                        };
                        signals.messages.get().into_iter().map(row).collect()
                    })}
                    <End />
                </div>
            </div>
            <Missing />
            <Ways />
        </div>
    }
}

/// Tells the session what is on screen, stores what was read, and goes to messages.
fn keep_up(room: RoomContext) {
    let (signals, scroll) = (room.signals, room.scroll);
    effect(move || room.session.tell(Input::Following(scroll.is_pinned.get())));
    effect(move || {
        let newest = signals.messages.with(|messages| messages.last()?.info.read_untracked().seq);
        if let (true, true, Some(seq)) = (scroll.is_pinned.get(), signals.is_visible.get(), newest) {
            room.name.with_value(|name| storage::set_read_through(name, seq));
        }
    });
    effect(move || {
        if let Some(seq) = signals.jumped.get() {
            // After the views have been drawn.
            request_animation_frame(move || scroll.to_message(seq));
        }
    });
}

/// Goes to a message of this room without loading the page again, when a link to it is clicked.
fn follow_link(room: RoomContext, event: &MouseEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let link = target.and_then(|element| element.closest("a[href]").ok().flatten());
    if let Some(seq) = link.and_then(|link| message_of_link(&link.get_attribute("href")?)) {
        event.prevent_default();
        room.jump(seq);
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
    let is_loading = room.signals.is_loading;
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

/// Says that the message is not there that the reader wanted to go to, until they go elsewhere.
#[component]
fn Missing() -> impl IntoView {
    let room = RoomContext::expect();
    let is_missing = condition(move || {
        let seq = room.signals.jumped.get();
        seq.is_some_and(|seq| !room.session.holds(seq))
    });
    view! {
        <p class="missing" role="status">
            {move || is_missing.get().then_some(text().reading.message_missing)}
        </p>
    }
}

/// What is below older messages: a button for newer ones, which otherwise are loaded on scrolling.
#[component]
fn End() -> impl IntoView {
    let room = RoomContext::expect();
    view! {
        <When is=move || room.signals.is_detached.get()>
            <div class="room-start">
                <button
                    type="button"
                    class="plain"
                    on:click=move |_| room.session.tell(Input::LoadNewer)
                >
                    {text().reading.load_newer}
                </button>
            </div>
        </When>
    }
}

/// The buttons that go somewhere else in the history.
#[component]
fn Ways() -> impl IntoView {
    view! {
        <div class="ways">
            <GoBack />
            <GoToCall />
            <JumpToNewest />
        </div>
    }
}

/// Goes back to where the reader was in the history before they followed a quote, a link or a search.
#[component]
fn GoBack() -> impl IntoView {
    let room = RoomContext::expect();
    view! {
        <When is=move || room.came_from.get().is_some()>
            <button type="button" on:click=move |_| room.go_back()>
                <Icon path=PREVIOUS />
                {text().reading.go_back}
            </button>
        </When>
    }
}

/// Goes to the first message that mentions the reader or replies to them and came while they were elsewhere.
#[component]
fn GoToCall() -> impl IntoView {
    let room = RoomContext::expect();
    let called_by = room.signals.called_by;
    view! {
        <When is=move || called_by.get().is_some()>
            <button
                type="button"
                class="call"
                on:click=move |_| called_by.get_untracked().into_iter().for_each(|seq| room.jump(seq))
            >
                <Icon path=AT />
                {text().reading.called}
            </button>
        </When>
    }
}

/// Goes to the newest message, and tells how many came while the reader was elsewhere.
#[component]
fn JumpToNewest() -> impl IntoView {
    let room = RoomContext::expect();
    view! {
        <When is=move || !room.scroll.is_pinned.get()>
            <button type="button" on:click=move |_| room.to_newest()>
                <Icon path=DOWN />
                {move || (text().jump_to_newest)(room.signals.unseen.get())}
            </button>
        </When>
    }
}

fn load_older(room: RoomContext) {
    let signals = room.signals;
    if signals.has_older.get_untracked() && !signals.is_loading.get_untracked() {
        room.session.tell(Input::LoadOlder);
    }
}
