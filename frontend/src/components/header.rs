//! The header of a room: the way home, the room's name, the connection state, and buttons for its link, bots and people.

use client::{Connection, EntryState};
use leptos::prelude::*;
use web_sys::MouseEvent;

use super::bots_panel;
use super::button::IconButton;
use super::decoration::Logo;
use super::icon::{BOTS, Icon, LINK, PEOPLE, SEARCH, SETTINGS};
use crate::browser::parts;
use crate::components::when::When;
use crate::i18n::text;
use crate::router::{Navigator, Route};
use crate::state::room_context::{Dialog, RoomContext, title};

#[component]
pub(crate) fn Header(title: String) -> impl IntoView {
    let navigator = Navigator::expect();
    let room = RoomContext::expect();
    let signals = room.signals;
    let go_home = move |event: MouseEvent| {
        // A click with a modifier key opens a tab or a window, as on any link.
        if !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key()) {
            event.prevent_default();
            navigator.go(Route::Landing);
        }
    };
    view! {
        <header class="bar">
            <a class="quiet" href="/" aria-label=text().home on:click=go_home>
                <Logo />
            </a>
            <div class="bar-name">
                <h1 dir="auto">{title}</h1>
                <p
                    class="connection"
                    class:live=move || signals.is_live()
                    role="status"
                    aria-label=text().connection
                >
                    {move || connection_text(room)}
                </p>
            </div>
            <When is=move || room.link().is_some()>
                <InviteButton />
            </When>
            <When is=move || signals.can_moderate()>
                <SettingsButton />
            </When>
            <When is=move || signals.is_joined()>
                <SearchButton />
            </When>
            <BotsButton />
            <PeopleButton />
            <When is=move || !signals.settings.read().topic.is_empty()>
                <p class="topic" dir="auto" title=move || signals.settings.read().topic.clone()>
                    {move || signals.settings.read().topic.clone()}
                </p>
            </When>
        </header>
    }
}

fn connection_text(room: RoomContext) -> &'static str {
    let signals = room.signals;
    let was_connected = signals.you.with(Option::is_some);
    match signals.connection.get() {
        Connection::Live { .. } => text().connected,
        Connection::Opening { .. } | Connection::Offline { retry_at: Some(_) } if was_connected => {
            text().reconnecting
        }
        Connection::Opening { .. } | Connection::Offline { retry_at: Some(_) } => text().connecting,
        // The room does not exist yet; it is created when the reader joins.
        Connection::Offline { retry_at: None }
            if signals.door.get() == EntryState::Absent && room.blocked_reason().is_none() =>
        {
            text().not_opened
        }
        Connection::Offline { retry_at: None } | Connection::Ended { .. } => text().offline,
    }
}

/// Opens the dialog with the room's link. Where that cannot be loaded, frontend/boot.js shows the link for copying.
#[component]
fn InviteButton() -> impl IntoView {
    let room = RoomContext::expect();
    let invite = move |_| {
        if let Some(link) = untrack(|| room.link()) {
            parts::invite(&link, &room.name.with_value(title));
        }
    };
    view! {
        <button type="button" class="quiet" aria-label=text().invite aria-haspopup="dialog" on:click=invite>
            <Icon path=LINK />
            <span class="wide">{text().invite}</span>
        </button>
    }
}

/// Opens the dialog of the room's settings. A badge tells how many messages are reported.
#[component]
fn SettingsButton() -> impl IntoView {
    let room = RoomContext::expect();
    let reports = room.signals.reports;
    let open = move |_| {
        room.is_people_open.set(false);
        room.close_bots_panel();
        room.dialog.set(Some(Dialog::Settings));
    };
    view! {
        <button
            type="button"
            class="quiet settings-button"
            aria-label=text().owners.room_settings
            aria-describedby="report-count"
            aria-haspopup="dialog"
            // The style sheet shows it as a badge; for screen readers it is a description.
            data-count=move || Some(reports.get()).filter(|count| *count > 0)
            on:click=open
        >
            <Icon path=SETTINGS />
        </button>
        <span id="report-count" hidden>
            {move || Some(reports.get()).filter(|count| *count > 0).map(text().owners.report_count)}
        </span>
    }
}

#[component]
fn SearchButton() -> impl IntoView {
    let room = RoomContext::expect();
    view! {
        <IconButton
            class="quiet"
            label=text().reading.search
            icon=SEARCH
            on_click=Callback::new(move |()| room.open_search())
        />
    }
}

#[component]
fn BotsButton() -> impl IntoView {
    let room = RoomContext::expect();
    let toggle = move |()| {
        if room.is_bots_panel_open.get_untracked() {
            room.close_bots_panel();
        } else {
            room.is_people_open.set(false);
            room.is_bots_panel_open.set(true);
        }
    };
    view! {
        <IconButton
            class="quiet bots-button"
            label=text().room_bots
            icon=BOTS
            controls=bots_panel::ID
            is_open=room.is_bots_panel_open
            on_click=Callback::new(toggle)
        />
    }
}

#[component]
fn PeopleButton() -> impl IntoView {
    let room = RoomContext::expect();
    let is_open = room.is_people_open;
    view! {
        <button
            type="button"
            class="quiet people-button"
            aria-controls="people"
            aria-expanded=move || is_open.get().to_string()
            on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)
        >
            <Icon path=PEOPLE />
            <span class="count" aria-hidden="true">
                {move || room.signals.people_count.get().to_string()}
            </span>
            <span class="visually-hidden">{text().people}</span>
        </button>
    }
}
