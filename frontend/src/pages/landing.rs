//! The landing page: what Madang is, the ways into a room, and a preview of the lobby.

use leptos::prelude::*;
use shared::{Nickname, RoomName};

use crate::browser::focus::focus;
use crate::browser::media::is_touch_device;
use crate::browser::text_input::to_nfc;
use crate::browser::{random, storage};
use crate::components::decoration::{Lantern, Logo, RoofEdge};
use crate::components::lobby_preview::LobbyPreview;
use crate::components::preferences::Preferences;
use crate::components::single_field_form::SingleFieldForm;
use crate::i18n::text;
use crate::reactive::effect;
use crate::router::{Navigator, Route};

#[component]
pub(crate) fn LandingPage() -> impl IntoView {
    document().set_title("Madang · 마당");
    view! {
        <div class="landing">
            <RoofEdge />
            <header class="landing-head">
                <p class="wordmark">
                    <Logo />
                    "Madang" <span lang="ko">"마당"</span>
                </p>
                <Preferences />
            </header>
            <main class="landing-main">
                <Lantern />
                <h1>{text().headline}</h1>
                <p class="lead">{text().lead}</p>
                <EnterLobby />
                <LobbyPreview />
                <section class="create-room">
                    <h2>{text().create_room}</h2>
                    <OpenRoom />
                    <CreatePrivateRoom />
                </section>
                <a class="plain" href=text().privacy_page>
                    {text().privacy}
                </a>
            </main>
        </div>
    }
}

#[component]
fn EnterLobby() -> impl IntoView {
    let navigator = Navigator::expect();
    let complaint = RwSignal::new(None);
    let enter = move |typed: String| match Nickname::parse(&to_nfc(&typed)) {
        Ok(nickname) => {
            navigator.nickname.set_value(Some(nickname.as_str().to_owned()));
            navigator.go(Route::Room { name: RoomName::lobby(), key: None });
        }
        Err(code) => complaint.set(Some((text().error)(code).to_owned())),
    };
    // With a keyboard one types at once. A touch device would open its own over the page.
    effect(|| {
        if !is_touch_device() {
            focus("#nickname");
        }
    });
    view! {
        <SingleFieldForm
            id="nickname"
            label=text().nickname
            button=text().enter_lobby
            initial=storage::nickname().unwrap_or_default()
            autocomplete="nickname"
            complaint
            on_submit=Callback::new(enter)
            is_primary=true
        />
    }
}

#[component]
fn OpenRoom() -> impl IntoView {
    let navigator = Navigator::expect();
    let complaint = RwSignal::new(None);
    let open = move |typed: String| match RoomName::from_typed(&to_nfc(&typed)) {
        Ok(name) => navigator.go(Route::Room { name, key: None }),
        Err(_) => complaint.set(Some(text().room_name_wrong.to_owned())),
    };
    view! {
        <SingleFieldForm
            id="room-name"
            label=text().room_name
            button=text().open_room
            placeholder=text().room_name_example
            autocomplete="off"
            complaint
            on_submit=Callback::new(open)
        />
    }
}

#[component]
fn CreatePrivateRoom() -> impl IntoView {
    let navigator = Navigator::expect();
    let create = move |_| {
        let name = random::private_room();
        storage::set_creating(&name, true);
        navigator.go(Route::Room { name, key: Some(random::key()) });
    };
    view! {
        <div class="create-private">
            <button type="button" class="button" on:click=create>
                {text().create_private}
            </button>
            <p class="quiet-text">{text().private_note}</p>
        </div>
    }
}
