//! The bar over a room: the way home, the room's name, the connection, its link, and the people.

use crate::shell::later::later;
use client::{Connection, EntryState};
use leptos::prelude::*;

use super::control::opener;
use super::dynamic::{flag, part, value, words};
use super::eave::Mark;
use super::element::view;
use super::icon::{CHECK, JAR, LINK, PEOPLE, icon};
use super::join::barrier;
use super::panel;
use super::yard::Yard;
use crate::place::Place;
use crate::shell::clipboard;
use crate::text::text;

/// The bar.
#[component]
pub(crate) fn Header(yard: Yard, title: String) -> impl IntoView {
    let live = yard.session.live;
    let is_open = yard.is_drawer_open;
    let go_home = move |event: web_sys::MouseEvent| {
        // With a modifier the browser does what it always does with a link.
        if !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key()) {
            event.prevent_default();
            yard.journey.go(Place::Landing);
        }
    };
    view! {
        <header class="bar">
            <a class="quiet" href="/" aria-label=text().home on:click=go_home>
                <Mark />
            </a>
            <div class="bar-name">
                <h1 dir="auto">{title}</h1>
                <p
                    class="connection"
                    class:live=flag(move || matches!(live.connection.get(), Connection::Live { .. }))
                    role="status"
                    aria-label=text().connection
                >
                    {words(move || as_str(yard))}
                </p>
            </div>
            <CopyLink yard />
            {bots_button(yard)}
            <button
                type="button"
                class="quiet people-button"
                aria-controls="people"
                aria-expanded=value(move || Some(is_open.get().to_string()))
                on:click=move |_| is_open.update(|open| *open = !*open)
            >
                {icon(PEOPLE)}
                <span class="count" aria-hidden="true">
                    {words(move || live.count.get().to_string())}
                </span>
                <span class="unseen">{text().people}</span>
            </button>
        </header>
    }
}

fn bots_button(yard: Yard) -> AnyView {
    let is_open = value(move || Some(yard.is_panel_open.get().to_string()));
    opener("quiet bots-button", text().room_bots, JAR, (panel::ID.to_owned(), is_open), move || {
        if yard.is_panel_open.get_untracked() {
            panel::close(yard);
        } else {
            yard.is_drawer_open.set(false);
            yard.is_panel_open.set(true);
        }
    })
}

fn as_str(yard: Yard) -> &'static str {
    let live = yard.session.live;
    let was_inside = live.you.with(Option::is_some);
    match live.connection.get() {
        Connection::Live { .. } => text().connected,
        Connection::Opening { .. } | Connection::Offline { retry_at: Some(_) } if was_inside => {
            text().reconnecting
        }
        Connection::Opening { .. } | Connection::Offline { retry_at: Some(_) } => text().connecting,
        // There is no such room yet, and it is the person who makes the next step.
        Connection::Offline { retry_at: None }
            if live.door.get() == EntryState::Absent && barrier(yard).is_none() =>
        {
            text().connecting
        }
        Connection::Offline { retry_at: None } | Connection::Ended { .. } => text().offline,
    }
}

#[component]
fn CopyLink(yard: Yard) -> impl IntoView {
    let is_copied = RwSignal::new(false);
    let copy = move |_| {
        let link = yard.place.with_value(Place::link);
        later(async move {
            if clipboard::copy(&link).await {
                is_copied.try_set(true);
                set_timeout(
                    move || {
                        is_copied.try_set(false);
                    },
                    std::time::Duration::from_secs(2),
                );
            } else {
                clipboard::show(text().copy_by_hand, &link);
            }
        });
    };
    let label = move || if is_copied.get() { text().copied } else { text().copy_link };
    view! {
        <button type="button" class="quiet copy-link" aria-label=value(move || Some(label().to_owned())) on:click=copy>
            {part(move || Some(icon(if is_copied.get() { CHECK } else { LINK }).into_any()))}
            <span class="wide">{words(label)}</span>
        </button>
    }
}
