//! Where the reader is: the address bar, read and written in one file.

use leptos::prelude::*;
use shared::RoomName;
use wasm_bindgen::JsValue;

use crate::shell::language;
use crate::shell::words::composed;

/// A place on the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// The front gate.
    Landing,
    /// A room; with a key, a private one.
    Room { name: RoomName, key: Option<String> },
    /// An address that means nothing.
    Nowhere,
}

/// Going from place to place without loading the page again.
#[derive(Clone, Copy)]
pub(crate) struct Journey {
    /// Where the reader is.
    pub(crate) place: RwSignal<Place>,
    /// The nickname that was typed at the gate, for the room that is entered next.
    pub(crate) nickname: StoredValue<Option<String>>,
}

impl Journey {
    /// From the address that was opened, written in its one form.
    pub(crate) fn begin() -> Self {
        let place = Place::here();
        if place != Place::Nowhere {
            let _ = history().and_then(|history| {
                history.replace_state_with_url(&JsValue::NULL, "", Some(&place.address()))
            });
        }
        let place = RwSignal::new(place);
        let listener = window_event_listener_untyped("popstate", move |_| place.set(Place::here()));
        on_cleanup(move || listener.remove());
        Self { place, nickname: StoredValue::new(None) }
    }

    /// Goes to a place.
    pub(crate) fn go(self, place: Place) {
        let _ = history()
            .and_then(|history| history.push_state_with_url(&JsValue::NULL, "", Some(&place.address())));
        self.place.set(place);
    }
}

impl Place {
    fn here() -> Self {
        let location = window().location();
        let path = location.pathname().unwrap_or_default();
        let path = path.trim_end_matches('/');
        if path.is_empty() || path == "/index.html" {
            return Self::Landing;
        }
        let Some(typed) = path.strip_prefix("/r/") else { return Self::Nowhere };
        let typed: String = js_sys::decode_uri_component(typed).map(Into::into).unwrap_or_default();
        let Ok(name) = RoomName::from_typed(&composed(&typed)) else { return Self::Nowhere };
        let hash = location.hash().unwrap_or_default();
        let key = hash.strip_prefix("#k=").filter(|key| !key.is_empty()).map(str::to_owned);
        Self::Room { name, key }
    }

    /// The address within the site. A language that the address asked for stays asked for.
    pub(crate) fn address(&self) -> String {
        let search = language::asked().map(|tag| format!("?lang={}", js_sys::encode_uri_component(&tag)));
        let search = search.unwrap_or_default();
        match self {
            Self::Landing | Self::Nowhere => format!("/{search}"),
            Self::Room { name, key: None } => format!("/r/{name}{search}"),
            Self::Room { name, key: Some(key) } => format!("/r/{name}{search}#k={key}"),
        }
    }

    /// The address to give to others: whole, and without the reader's own language.
    pub(crate) fn link(&self) -> String {
        let origin = window().location().origin().unwrap_or_default();
        match self {
            Self::Landing | Self::Nowhere => origin,
            Self::Room { name, key: None } => format!("{origin}/r/{name}"),
            Self::Room { name, key: Some(key) } => format!("{origin}/r/{name}#k={key}"),
        }
    }
}

fn history() -> Result<web_sys::History, JsValue> {
    window().history()
}
