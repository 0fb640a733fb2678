//! The way into a room that one reads: a nickname, or the reason why there is no way in.

use client::{Connection, EntryState, Input};
use leptos::prelude::*;
use shared::Nickname;

use super::banner;
use super::dynamic::words;
use super::element::view;
use super::field::Field;
use super::yard::Yard;
use crate::place::Place;
use crate::shell::storage;
use crate::shell::words::composed;
use crate::text::text;

/// The form for joining.
#[component]
pub(crate) fn Join(yard: Yard) -> impl IntoView {
    let live = yard.session.live;
    let wrong = RwSignal::new(None);
    let complaint = Signal::derive(move || wrong.get().or_else(|| live.notice.get().map(banner::sentence)));
    let join = move |typed: String| match Nickname::parse(&composed(&typed)) {
        Ok(nickname) => {
            wrong.set(None);
            live.notice.set(None);
            yard.wants_in.set(true);
            yard.session.tell(Input::Join { nickname: nickname.as_str().to_owned() });
        }
        Err(code) => wrong.set(Some((text().code)(code).to_owned())),
    };
    let note = move || match live.door.get() {
        EntryState::Absent => text().join_new_note,
        _ => text().join_note,
    };
    view! {
        <div class="join">
            <p>{words(note)}</p>
            <Field
                id="nickname"
                label=text().nickname
                button=text().join
                start=storage::nickname().unwrap_or_default()
                autocomplete="nickname"
                complaint
                on_send=Box::new(join)
                is_main=true
            />
        </div>
    }
}

/// Why one cannot come in, where coming in is not for the page to try again.
pub(crate) fn barrier(yard: Yard) -> Option<&'static str> {
    let live = yard.session.live;
    if let Connection::Ended { why } = live.connection.get() {
        return Some((text().ended)(why));
    }
    match live.door.get() {
        EntryState::Unknown | EntryState::Open => None,
        EntryState::Absent => yard.place.with_value(|place| match place {
            Place::Room { key: Some(_), .. } => Some(text().absent_private),
            Place::Room { name, .. } if super::yard::is_private(name) => Some(text().absent_private),
            Place::Room { .. } | Place::Landing | Place::Nowhere => None,
        }),
        EntryState::Gone => Some(text().gone),
        EntryState::Banned => Some(text().banned),
        EntryState::Version => Some(text().version),
    }
}

/// The reason, and what can be done.
#[component]
pub(crate) fn Barrier(yard: Yard, reason: &'static str) -> impl IntoView {
    view! {
        <div class="join">
            <p>{reason}</p>
            <div class="field-row">
                <button
                    type="button"
                    class="button main"
                    on:click=|_| {
                        let _ = window().location().reload();
                    }
                >
                    {text().reload}
                </button>
                <button type="button" class="button" on:click=move |_| yard.journey.go(Place::Landing)>
                    {text().home}
                </button>
            </div>
        </div>
    }
}
