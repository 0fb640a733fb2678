//! The form for joining a room that the reader only reads, and what is shown when the room cannot be entered.

use client::{EntryState, Input};
use leptos::prelude::*;
use shared::Nickname;

use super::single_field_form::SingleFieldForm;
use crate::browser::storage;
use crate::browser::text_input::to_nfc;
use crate::i18n::text;
use crate::router::{Navigator, Route};
use crate::state::room_context::RoomContext;
use crate::state::room_signals::Notice;

#[component]
pub(crate) fn JoinForm() -> impl IntoView {
    let room = RoomContext::expect();
    let signals = room.signals;
    let invalid = RwSignal::new(None);
    let complaint =
        Signal::derive(move || invalid.get().or_else(|| signals.notice.get().map(Notice::sentence)));
    let join = move |typed: String| match Nickname::parse(&to_nfc(&typed)) {
        Ok(nickname) => {
            invalid.set(None);
            signals.notice.set(None);
            room.wants_to_join.set(true);
            room.session.tell(Input::Join { nickname: nickname.as_str().to_owned() });
        }
        Err(code) => invalid.set(Some((text().error)(code).to_owned())),
    };
    let note = move || match signals.door.get() {
        EntryState::Absent => text().join_new_note,
        _ => text().join_note,
    };
    view! {
        <div class="join">
            <p>{move || note()}</p>
            <SingleFieldForm
                id="nickname"
                label=text().nickname
                button=text().join
                initial=storage::nickname().unwrap_or_default()
                autocomplete="nickname"
                complaint
                on_submit=Callback::new(join)
                is_primary=true
            />
        </div>
    }
}

/// Says why the room cannot be entered and offers to reload the page or to leave.
#[component]
pub(crate) fn EntryBlocked(reason: &'static str) -> impl IntoView {
    let navigator = Navigator::expect();
    let reload = move |_| {
        let _ = window().location().reload();
    };
    view! {
        <div class="join">
            <p>{reason}</p>
            <div class="field-row">
                <button type="button" class="button main" on:click=reload>
                    {text().reload}
                </button>
                <button type="button" class="button" on:click=move |_| navigator.go(Route::Landing)>
                    {text().home}
                </button>
            </div>
        </div>
    }
}
