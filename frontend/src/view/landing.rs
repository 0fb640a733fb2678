//! The front gate: what this is, the way in, and the lobby to be seen behind it.

use leptos::prelude::*;
use shared::{Nickname, RoomName};

use super::eave::{Eave, Lantern, Mark};
use super::element::view;
use super::field::Field;
use super::glimpse::Glimpse;
use super::switches::Switches;
use crate::place::{Journey, Place};
use crate::shell::words::composed;
use crate::shell::{random, storage};
use crate::text::text;

/// The first page.
#[component]
pub(crate) fn Landing(journey: Journey) -> impl IntoView {
    document().set_title("Madang · 마당");
    view! {
        <div class="landing">
            <Eave />
            <header class="landing-head">
                <p class="wordmark">
                    <Mark />
                    "Madang" <span lang="ko">"마당"</span>
                </p>
                <Switches />
            </header>
            <main class="gate">
                <Lantern />
                <h1>{text().headline}</h1>
                <p class="lead">{text().lead}</p>
                <LobbyForm journey />
                <Glimpse />
                <section class="own">
                    <h2>{text().own_room}</h2>
                    <RoomForm journey />
                    <PrivateRoom journey />
                </section>
            </main>
        </div>
    }
}

#[component]
fn LobbyForm(journey: Journey) -> impl IntoView {
    let wrong = RwSignal::new(None);
    let enter = move |typed: String| match Nickname::parse(&composed(&typed)) {
        Ok(nickname) => {
            journey.nickname.set_value(Some(nickname.as_str().to_owned()));
            journey.go(Place::Room { name: RoomName::lobby(), key: None });
        }
        Err(code) => wrong.set(Some((text().code)(code).to_owned())),
    };
    view! {
        <Field
            id="nickname"
            label=text().nickname
            button=text().enter_lobby
            start=storage::nickname().unwrap_or_default()
            autocomplete="nickname"
            complaint=wrong.into()
            on_send=Box::new(enter)
            is_main=true
        />
    }
}

#[component]
fn RoomForm(journey: Journey) -> impl IntoView {
    let wrong = RwSignal::new(None);
    let open = move |typed: String| match RoomName::from_typed(&composed(&typed)) {
        Ok(name) => journey.go(Place::Room { name, key: None }),
        Err(_) => wrong.set(Some(text().room_name_wrong.to_owned())),
    };
    view! {
        <Field
            id="room-name"
            label=text().room_name
            button=text().open_room
            example=text().room_name_example
            autocomplete="off"
            complaint=wrong.into()
            on_send=Box::new(open)
        />
    }
}

#[component]
fn PrivateRoom(journey: Journey) -> impl IntoView {
    let create = move |_| {
        let name = random::private_room();
        storage::keep_creates(&name, true);
        journey.go(Place::Room { name, key: Some(random::key()) });
    };
    view! {
        <div class="private">
            <button type="button" class="button" on:click=create>
                {text().create_private}
            </button>
            <p class="quiet-text">{text().private_note}</p>
        </div>
    }
}
