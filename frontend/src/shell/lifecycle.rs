//! The page's own life, as the client understands it: network, visibility, and being put away and brought back.

use client::Input;
use leptos::prelude::{WindowListenerHandle, document, window, window_event_listener_untyped};
use wasm_bindgen::JsCast;
use web_sys::{Event, PageTransitionEvent, VisibilityState};

/// Tells what happens from now on, until the listeners are removed.
pub(crate) fn watch(tell: impl Fn(Input) + Clone + 'static) -> Vec<WindowListenerHandle> {
    let on = |name: &str, input: fn(Event) -> Option<Input>| {
        let tell = tell.clone();
        window_event_listener_untyped(name, move |event| {
            if let Some(input) = input(event) {
                tell(input);
            }
        })
    };
    vec![
        on("online", |_| Some(Input::Online)),
        on("offline", |_| Some(Input::Offline)),
        on("visibilitychange", |_| Some(Input::Visible(is_visible()))),
        on("pagehide", |_| Some(Input::Suspend)),
        // The first `pageshow` of a load is no return; only a page that comes out of the cache was put away.
        on("pageshow", |event| {
            let event: PageTransitionEvent = event.dyn_into().ok()?;
            event.persisted().then_some(Input::Wake)
        }),
    ]
}

/// Whether the browser believes that it has a network.
pub(crate) fn is_online() -> bool {
    window().navigator().on_line()
}

fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}
