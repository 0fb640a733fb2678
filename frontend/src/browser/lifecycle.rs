//! Reports network, visibility and back/forward cache events as inputs of the client.

use client::Input;
use gloo_events::EventListener;
use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use web_sys::{Event, PageTransitionEvent, VisibilityState};

/// Calls `on_input` for every event until the returned listeners are dropped.
pub(crate) fn watch(on_input: impl Fn(Input) + Clone + 'static) -> Vec<EventListener> {
    let window = window();
    let listen = |name: &'static str, to_input: fn(&Event) -> Option<Input>| {
        let on_input = on_input.clone();
        EventListener::new(&window, name, move |event| {
            if let Some(input) = to_input(event) {
                on_input(input);
            }
        })
    };
    vec![
        listen("online", |_| Some(Input::Online)),
        listen("offline", |_| Some(Input::Offline)),
        listen("visibilitychange", |_| Some(Input::Visible(is_visible()))),
        listen("pagehide", |_| Some(Input::Suspend)),
        // `pageshow` also fires on the first load; `persisted` is set only when the page comes from the cache.
        listen("pageshow", |event| {
            let event: &PageTransitionEvent = event.dyn_ref()?;
            event.persisted().then_some(Input::Wake)
        }),
    ]
}

/// Whether the browser believes that it has a network connection.
pub(crate) fn is_online() -> bool {
    window().navigator().on_line()
}

pub(crate) fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}
