//! Who is here: people, bots and the reader's preferences. A column on wide screens, a drawer on narrow ones, in the
//! accessibility tree on both.

use client::Input;
use gloo_events::EventListener;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use shared::{Author, Bot, Person};

use super::avatar::{BotAvatar, PersonAvatar, bot_color_class};
use super::button::TextButton;
use super::icon::{CLOSE, Icon};
use super::my_data::MyData;
use super::preferences::Preferences;
use crate::browser::{media, parts};
use crate::components::keyed::{Row, keyed};
use crate::components::views::views;
use crate::components::when::When;
use crate::i18n::{localized, localized_handle, text};
use crate::reactive::effect;
use crate::state::room_context::{Dialog, RoomContext};

#[component]
pub(crate) fn People() -> impl IntoView {
    let room = RoomContext::expect();
    let signals = room.signals;
    let is_open = room.is_people_open;
    let close = move |_| is_open.set(false);
    // The page knows a part of a crowd. The rest is asked for while the drawer is open, or with the button below the list.
    let session = room.session;
    let request_people = move || session.tell(Input::RequestPeople);
    effect(move || {
        signals.people_count.track();
        if is_open.get() {
            request_people();
        }
    });
    let has_drawer = has_drawer();
    let is_unreachable = Signal::derive(move || has_drawer.get() && !is_open.get());
    let unknown = move || signals.people_count.get().saturating_sub(signals.people.with(Vec::len));
    view! {
        // A click beside the drawer closes it; with the keyboard, Escape and the button do.
        <div class="backdrop" class:open=move || is_open.get() on:click=close></div>
        <aside id="people" class="people" class:open=move || is_open.get() aria-label=text().people>
            <div class="people-head">
                <h2>{text().people}</h2>
                <span class="count">{move || (text().people_count)(signals.people_count.get())}</span>
                // While the drawer is closed its button must not be reachable by keyboard.
                <When is=move || is_open.get()>
                    <button type="button" class="quiet" aria-label=text().close on:click=close>
                        <Icon path=CLOSE />
                    </button>
                </When>
            </div>
            <ul role="list" aria-label=text().people>
                {keyed(move || {
                    let row = |person: Person| {
                        let key = format!("{} {} {}", person.id, person.owner, person.name);
                        Row::new(key, move || view! { <PersonEntry person is_unreachable /> })
                    };
                    signals.people.get().into_iter().map(row).collect()
                })}
            </ul>
            <When is=move || { unknown() > 0 }>
                <button type="button" class="quiet more-people" on:click=move |_| request_people()>
                    {move || (text().more_people)(unknown())}
                </button>
            </When>
            <When is=move || signals.people.with(Vec::is_empty)>
                <p class="quiet-text">{text().nobody_here}</p>
            </When>
            <RoomTools />
            <Bots is_unreachable />
            <MyData />
            <Preferences />
        </aside>
    }
}

/// What one can do with the conversation as a whole.
#[component]
fn RoomTools() -> impl IntoView {
    let room = RoomContext::expect();
    let catch_up = Callback::new(move |()| room.catch_up());
    let export = Callback::new(|()| parts::export());
    view! {
        <div class="room-tools">
            <When is=move || room.signals.is_joined()>
                <TextButton class="plain" label=text().reading.catch_up on_click=catch_up />
            </When>
            <TextButton class="plain" label=text().reading.export on_click=export />
        </div>
    }
}

/// Whether the list is a drawer, which depends on the window's width.
fn has_drawer() -> RwSignal<bool> {
    let has_drawer = RwSignal::new(media::has_drawer());
    let listener = EventListener::new(&window(), "resize", move |_| {
        if has_drawer.get_untracked() != media::has_drawer() {
            has_drawer.set(media::has_drawer());
        }
    });
    let listener = SendWrapper::new(listener);
    on_cleanup(move || drop(listener));
    has_drawer
}

#[component]
fn PersonEntry(person: Person, is_unreachable: Signal<bool>) -> impl IntoView {
    let room = RoomContext::expect();
    let signals = room.signals;
    let id = person.id.clone();
    let is_reader = move || signals.you.with(|you| you.as_ref().is_some_and(|you| you.id == id));
    let is_hidden = {
        let author = Author::Human { id: person.id.clone(), name: String::new(), owner: false };
        move || signals.is_hidden(&author)
    };
    let dialog = Dialog::Person { id: person.id.clone(), name: person.name.clone(), message: None };
    view! {
        <li class:muted=is_hidden>
            <button
                type="button"
                class="person"
                // The buttons in a closed drawer must not be reachable by keyboard.
                tabindex=move || is_unreachable.get().then_some("-1")
                on:click=move |_| room.dialog.set(Some(dialog.clone()))
            >
                <PersonAvatar id=person.id />
                <span class="who">
                    <bdi class="name">{person.name}</bdi>
                    <When is=is_reader>
                        <span class="badge">{text().you_mark}</span>
                    </When>
                    {person
                        .operator
                        .then(|| view! { <span class="badge">{text().owners.operator_mark}</span> })}
                    {person.owner.then(|| view! { <span class="badge">{text().owner_mark}</span> })}
                </span>
            </button>
        </li>
    }
}

#[component]
fn Bots(is_unreachable: Signal<bool>) -> impl IntoView {
    let bots = RoomContext::expect().signals.bots;
    view! {
        <When is=move || !bots.with(Vec::is_empty)>
            <h2>{text().bots}</h2>
            <ul role="list" aria-label=text().bots>
                {move || views(bots.get().into_iter().map(|bot| view! { <BotEntry bot is_unreachable /> }))}
            </ul>
        </When>
    }
}

#[component]
fn BotEntry(bot: Bot, is_unreachable: Signal<bool>) -> impl IntoView {
    let room = RoomContext::expect();
    let color = bot_color_class(std::slice::from_ref(&bot), &bot.handle);
    let call = StoredValue::new(localized_handle(&bot).to_owned());
    let mention = move |_| {
        room.is_people_open.set(false);
        room.mention_request.set(Some(call.get_value()));
    };
    view! {
        <li class=color>
            <button
                type="button"
                class="person"
                tabindex=move || is_unreachable.get().then_some("-1")
                disabled=move || !room.signals.is_joined()
                on:click=mention
            >
                <BotAvatar />
                <span class="words">
                    <bdi class="name">"@" {call.get_value()}</bdi>
                    <span class="about">{localized(&bot.about).to_owned()}</span>
                </span>
            </button>
        </li>
    }
}
