//! A room: the bar, the messages, the way to speak, and the people.

use leptos::prelude::*;
use shared::RoomName;

use super::banner::{Banner, Refusal};
use super::composer::Composer;
use super::dynamic::{part, words};
use super::element::view;
use super::header::Header;
use super::join::{Barrier, Join, barrier};
use super::panel;
use super::people::People;
use super::timeline::Timeline;
use super::yard::{Yard, names, title};
use crate::place::{Journey, Place};
use crate::shell::scroll::Scroll;
use crate::shell::session::Session;
use crate::shell::storage;
use crate::text::text;

/// A room, from coming to leaving.
#[component]
pub(crate) fn Room(journey: Journey, name: RoomName, key: Option<String>) -> impl IntoView {
    let typed = journey.nickname.try_update_value(Option::take).flatten();
    let nickname = typed.or_else(|| storage::joined(&name));
    let heading = title(&name);
    document().set_title(&format!("{heading} · Madang"));
    let wants_in = RwSignal::new(nickname.is_some());
    let session = Session::begin(name.clone(), key.clone(), nickname);
    let yard = Yard {
        session,
        journey,
        scroll: Scroll::new(),
        place: StoredValue::new(Place::Room { name, key }),
        replies_to: RwSignal::new(None),
        wants_in,
        menu: RwSignal::new(None),
        edits: RwSignal::new(None),
        is_panel_open: RwSignal::new(false),
        is_drawer_open: RwSignal::new(false),
        names: Memo::new(move |_| names(session)),
    };
    let live = session.live;
    let close_drawer = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" {
            yard.is_drawer_open.set(false);
            yard.menu.set(None);
            panel::close(yard);
        }
    };
    view! {
        <div class="room" on:keydown=close_drawer>
            <Header yard title=heading />
            <Banner yard />
            <main class="stage">
                <Timeline yard />
                <Speech yard />
                {part(move || live.is_demo.get().then(|| view! { <p class="demo">{text().demo}</p> }.into_any()))}
            </main>
            <People yard />
            {panel::panel(yard)}
            <div class="unseen" aria-live="polite" aria-atomic="true">
                {words(move || live.announcer.said.get())}
            </div>
        </div>
    }
}

/// What is at the bottom: the composer, the form for joining, or why there is neither.
#[component]
fn Speech(yard: Yard) -> impl IntoView {
    let live = yard.session.live;
    let reason = Memo::new(move |_| barrier(yard));
    let is_inside = Memo::new(move |_| {
        live.is_joined()
            || (yard.wants_in.get() && live.you.with(Option::is_none) && live.notice.read().is_none())
    });
    part(move || {
        Some(match (reason.get(), is_inside.get()) {
            (Some(reason), _) => view! { <Barrier yard reason /> }.into_any(),
            (None, true) => view! {
                <Refusal yard />
                <Composer yard />
            }
            .into_any(),
            (None, false) => view! { <Join yard /> }.into_any(),
        })
    })
}
