//! The page of a room: header, timeline, composer or join form, people, and the panel of bots.

use leptos::prelude::*;
use shared::RoomName;
use web_sys::KeyboardEvent;

use crate::browser::storage;
use crate::components::banner::{ConnectionBanner, NoticeLine};
use crate::components::composer::Composer;
use crate::components::dialogs::Dialogs;
use crate::components::header::Header;
use crate::components::join::{EntryBlocked, JoinForm};
use crate::components::people::People;
use crate::components::standing::StandingLine;
use crate::components::timeline::Timeline;
use crate::components::when::When;
use crate::i18n::text;
use crate::reactive::{condition, effect};
use crate::router::Navigator;
use crate::state::room_context::{RoomContext, title};

/// Connects to the room and provides its [`RoomContext`]. Leaving the page ends the connection.
#[component]
pub(crate) fn RoomPage(name: RoomName, key: Option<String>) -> impl IntoView {
    let Navigator { nickname: typed, message, .. } = Navigator::expect();
    let typed = typed.try_update_value(Option::take).flatten();
    let nickname = typed.or_else(|| storage::joined_nickname(&name));
    let heading = title(&name);
    document().set_title(&format!("{heading} · Madang"));
    let room = RoomContext::new(name, key, nickname);
    provide_context(room);
    effect(move || {
        if let Some(seq) = message.get() {
            message.set(None);
            room.jump(seq);
        }
    });
    let signals = room.signals;
    let on_keydown = move |event: KeyboardEvent| {
        if event.key() == "k" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            room.open_search();
        }
        if event.key() == "Escape" {
            room.is_people_open.set(false);
            room.open_menu.set(None);
            // One that is still loading; an open one takes its keys itself.
            room.close_dialog();
            room.close_bots_panel();
        }
    };
    view! {
        <div class="room" on:keydown=on_keydown>
            <Header title=heading />
            <ConnectionBanner />
            <main class="conversation">
                <Timeline />
                // The room tells of it when somebody may be about to press a button below, which must not move.
                <When is=move || signals.is_demo.get()>
                    <p class="demo">{text().demo}</p>
                </When>
                <BottomBar />
            </main>
            <People />
            <Dialogs />
            <div class="visually-hidden" aria-live="polite" aria-atomic="true">
                {move || signals.announcer.live_text.get()}
            </div>
        </div>
    }
}

/// The composer for readers who have joined, the join form for others, or the reason why there is neither.
#[component]
fn BottomBar() -> impl IntoView {
    let room = RoomContext::expect();
    let signals = room.signals;
    let blocked = Memo::new(move |_| room.blocked_reason());
    let shows_composer = condition(move || {
        let is_joining =
            room.wants_to_join.get() && signals.you.with(Option::is_none) && signals.notice.read().is_none();
        signals.is_joined() || is_joining
    });
    let content = move || match (blocked.get(), shows_composer.get()) {
        (Some(reason), _) => view! { <EntryBlocked reason /> }.into_any(),
        (None, true) => view! {
            <NoticeLine />
            <StandingLine />
            <Composer />
        }
        .into_any(),
        (None, false) => view! { <JoinForm /> }.into_any(),
    };
    view! { {move || content()} }
}
