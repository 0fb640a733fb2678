//! The banner about a lost connection, and the line about an error of the room that belongs to no message.

use client::{Connection, EntryState};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;

use crate::i18n::text;
use crate::reactive::effect;
use crate::state::room_context::RoomContext;
use crate::state::room_signals::Notice;

/// How long a notice stays on screen.
const NOTICE_MS: u32 = 7_000;

/// A banner below the header. The style sheet shows it after a delay, so that short interruptions show nothing.
#[component]
pub(crate) fn ConnectionBanner() -> impl IntoView {
    let signals = RoomContext::expect().signals;
    let sentence = move || {
        let was_connected = signals.you.with(Option::is_some);
        match signals.connection.get() {
            Connection::Live { .. } | Connection::Ended { .. } => None,
            _ if signals.door.get() == EntryState::SlowDown => Some(text().slow_down_note),
            _ if signals.door.get() == EntryState::Unverified => Some(text().unverified_note),
            Connection::Opening { .. } | Connection::Offline { retry_at: Some(_) } => {
                was_connected.then_some(text().reconnecting_note)
            }
            Connection::Offline { retry_at: None } => {
                (signals.door.get() != EntryState::Absent).then_some(text().offline_note)
            }
        }
    };
    view! { {move || sentence().map(|sentence| view! { <p class="banner">{sentence}</p> }.into_any())} }
}

/// Shows and announces the latest notice for [`NOTICE_MS`].
#[component]
pub(crate) fn NoticeLine() -> impl IntoView {
    let signals = RoomContext::expect().signals;
    effect(move || {
        let Some(notice) = signals.notice.get() else { return };
        signals.announcer.announce(notice.sentence());
        let hide = move || {
            // A newer notice has a timeout of its own.
            if signals.notice.try_get_untracked().flatten() == Some(notice) {
                signals.notice.set(None);
            }
        };
        Timeout::new(NOTICE_MS, hide).forget();
    });
    let line = |notice: Notice| view! { <p class="notice">{notice.sentence()}</p> }.into_any();
    view! { {move || signals.notice.get().map(line)} }
}
