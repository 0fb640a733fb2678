//! The form for joining a room that the reader only reads, and what is shown when the room cannot be entered.

use client::{EntryState, Input};
use leptos::prelude::*;
use shared::Nickname;

use super::button::TextButton;
use super::single_field_form::SingleFieldForm;
use crate::browser::clock::now;
use crate::browser::text_input::to_nfc;
use crate::browser::{dates, storage};
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
        _ if signals.settings.read().locked => text().owners.locked_here,
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
            <a class="plain" href=text().privacy_page>
                {text().privacy}
            </a>
        </div>
    }
}

/// Says why the room cannot be entered and offers what helps: to come back, to reload the page, or to leave.
#[component]
pub(crate) fn EntryBlocked(reason: &'static str) -> impl IntoView {
    let room = RoomContext::expect();
    let navigator = Navigator::expect();
    let reload = Callback::new(|()| _ = window().location().reload());
    let come_back = Callback::new(move |()| room.session.tell(Input::Start));
    let go_home = Callback::new(move |()| navigator.go(Route::Landing));
    let remedy = move || match room.signals.door.get() {
        EntryState::Kicked => Some((text().owners.come_back, come_back)),
        EntryState::Gone | EntryState::Banned | EntryState::Absent => None,
        EntryState::Unknown
        | EntryState::Open
        | EntryState::SlowDown
        | EntryState::Unverified
        | EntryState::Locked
        | EntryState::Version => Some((text().reload, reload)),
    };
    let until = move || {
        let is_kept_out = matches!(room.signals.door.get(), EntryState::Kicked | EntryState::Banned);
        let at = room.session.kept_out_until().filter(|_| is_kept_out)?;
        Some((text().owners.come_back_at)(&dates::day_and_time(at, now())))
    };
    let buttons = move || {
        let remedy = remedy();
        let home = if remedy.is_some() { "button" } else { "button main" };
        view! {
            {remedy.map(|(label, on_click)| view! { <TextButton class="button main" label on_click /> })}
            <TextButton class=home label=text().home on_click=go_home />
        }
        .into_any()
    };
    view! {
        <div class="join">
            <p role="status">{reason} " " {move || until()}</p>
            <div class="field-row">{move || buttons()}</div>
        </div>
    }
}
