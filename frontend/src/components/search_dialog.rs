//! The dialog that searches the room. What was found stays until something else is searched for.

use client::{Input, SearchState, marked};
use leptos::html;
use leptos::prelude::*;
use shared::{Author, Hit, limits};
use web_sys::SubmitEvent;

use super::avatar::{Avatar, bot_color_class};
use super::button::TextButton;
use super::modal::Modal;
use super::views::views;
use crate::browser::clock::now;
use crate::browser::dates;
use crate::browser::text_input::clean;
use crate::i18n::text;
use crate::reactive::effect;
use crate::state::room_context::RoomContext;

#[component]
pub(crate) fn SearchDialog() -> impl IntoView {
    let room = RoomContext::expect();
    let field = NodeRef::<html::Input>::new();
    effect(move || {
        if let Some(field) = field.get() {
            // After the dialog has opened, whose title would have the focus.
            request_animation_frame(move || {
                let _ = field.focus();
                field.select();
            });
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(field) = field.get_untracked() {
            room.session.tell(Input::Search { query: clean(&field.value()) });
        }
    };
    let search_older = Callback::new(move |()| room.session.tell(Input::SearchOlder));
    let results = move || views(room.session.search().hits.into_iter().map(|hit| view! { <Found hit /> }));
    let older = move || {
        let may_go_on = matches!(room.session.search().state, SearchState::Paused | SearchState::Refused(_));
        may_go_on.then(|| {
            view! { <TextButton class="button" label=text().reading.search_older on_click=search_older /> }
                .into_any()
        })
    };
    view! {
        <Modal
            title=Signal::derive(|| text().reading.search.to_owned())
            class="settings"
            on_close=Callback::new(move |()| room.close_dialog())
        >
            <form class="field field-row" role="search" on:submit=submit>
                <input
                    node_ref=field
                    type="search"
                    dir="auto"
                    aria-label=text().reading.search_messages
                    value=untrack(|| room.session.search().query)
                    maxlength=limits::SEARCH_CHARACTERS.to_string()
                    autocomplete="off"
                    enterkeyhint="search"
                />
                <button type="submit" class="button main">
                    {text().reading.search}
                </button>
            </form>
            <p class="quiet-text" role="status">
                {move || status(room)}
            </p>
            <ul class="found" aria-label=text().reading.search_results>
                {move || results()}
            </ul>
            {move || older()}
        </Modal>
    }
}

/// How far the search is, in words. Tracked.
fn status(room: RoomContext) -> String {
    let search = room.session.search();
    let count = search.hits.len();
    match search.state {
        _ if search.query.is_empty() => String::new(),
        SearchState::Searching => text().reading.searching.to_owned(),
        SearchState::Paused => (text().reading.found)(count, true),
        SearchState::Complete => (text().reading.found)(count, false),
        SearchState::Refused(code) => (text().error)(code).to_owned(),
    }
}

/// A message that was found, as a button that goes there.
#[component]
fn Found(hit: Hit) -> impl IntoView {
    let room = RoomContext::expect();
    let Hit { seq, at, author, text: words } = hit;
    let query = untrack(|| room.session.search().query);
    let parts = marked(&words, &query).into_iter().map(|(part, is_match)| {
        let part = part.to_owned();
        if is_match { view! { <mark>{part}</mark> }.into_any() } else { part.into_any() }
    });
    let color = match &author {
        Author::Human { .. } => String::new(),
        Author::Bot { name } => room.signals.bots.with_untracked(|bots| bot_color_class(bots, name)),
    };
    let name =
        Some(author.name()).filter(|name| !name.is_empty()).unwrap_or(text().unknown_person).to_owned();
    let go = move |_| {
        room.close_dialog();
        room.jump(seq);
    };
    view! {
        <li>
            <button type="button" class=format!("hit {color}") on:click=go>
                <Avatar author />
                <span class="byline">
                    <bdi class="name">{name}</bdi>
                    " "
                    <time datetime=dates::iso(at)>{dates::day_and_time(at, now())}</time>
                </span>
                <span class="words" dir="auto">
                    {views(parts)}
                </span>
            </button>
        </li>
    }
}
