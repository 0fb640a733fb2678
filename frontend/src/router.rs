//! Routes of the page and navigation between them with the History API.
//!
//! Madang has four pages and keeps the key of a private room in the URL's fragment, which is not sent to the server; this
//! file is all of its routing.

use gloo_events::EventListener;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use shared::{RoomName, Seq};
use wasm_bindgen::JsValue;
use web_sys::Url;

use crate::browser::language;
use crate::browser::text_input::to_nfc;

/// An address within the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route {
    Landing,
    /// A room; a private room's link carries its key.
    Room {
        name: RoomName,
        key: Option<String>,
    },
    /// Takes over the person whose one-time link was opened.
    Device {
        token: String,
    },
    NotFound,
}

/// Changes the route without loading the page again. Components get it with [`Navigator::expect`].
#[derive(Clone, Copy)]
pub(crate) struct Navigator {
    pub(crate) route: RwSignal<Route>,
    /// The message to show in the room of the route: a link to a message was opened.
    pub(crate) message: RwSignal<Option<Seq>>,
    /// The nickname that was typed on the landing page, for the room that is opened next.
    pub(crate) nickname: StoredValue<Option<String>>,
}

impl Navigator {
    /// Starts at the route of the address bar, rewritten to its canonical form, and follows the back and forward buttons.
    pub(crate) fn new() -> Self {
        let route = Route::current();
        let message = RwSignal::new(linked_message());
        if route != Route::NotFound {
            route.replace();
        }
        let route = RwSignal::new(route);
        let listener = EventListener::new(&window(), "popstate", move |_| {
            let (current, seq) = (Route::current(), linked_message());
            if seq.is_some() {
                current.replace();
            }
            // A link to a message of the room that is open only goes there.
            if route.with_untracked(|route| *route != current) {
                route.set(current);
            }
            message.set(seq);
        });
        let listener = SendWrapper::new(listener);
        on_cleanup(move || drop(listener));
        Self { route, message, nickname: StoredValue::new(None) }
    }

    /// The navigator that [`App`](crate::app::App) provides.
    pub(crate) fn expect() -> Self {
        expect_context()
    }

    pub(crate) fn go(self, route: Route) {
        let _ = history()
            .and_then(|history| history.push_state_with_url(&JsValue::NULL, "", Some(&route.path())));
        self.route.set(route);
    }
}

impl Route {
    fn current() -> Self {
        let location = window().location();
        let path = location.pathname().unwrap_or_default();
        let path = path.trim_end_matches('/');
        if path.is_empty() || path == "/index.html" {
            return Self::Landing;
        }
        let hash = location.hash().unwrap_or_default();
        if path == "/device" {
            return Self::Device { token: hash.trim_start_matches('#').to_owned() };
        }
        let Some(encoded) = path.strip_prefix("/r/") else { return Self::NotFound };
        let typed: String = js_sys::decode_uri_component(encoded).map(Into::into).unwrap_or_default();
        let Ok(name) = RoomName::from_typed(&to_nfc(&typed)) else { return Self::NotFound };
        let key = hash_field(&hash, "k=").filter(|key| !key.is_empty()).map(str::to_owned);
        Self::Room { name, key }
    }

    /// Path, query and fragment. A `?lang=` of the current address stays.
    fn path(&self) -> String {
        let search = language::from_url().map(|tag| format!("?lang={}", js_sys::encode_uri_component(&tag)));
        let search = search.unwrap_or_default();
        match self {
            Self::Landing | Self::NotFound => format!("/{search}"),
            Self::Room { name, key: None } => format!("/r/{name}{search}"),
            Self::Room { name, key: Some(key) } => format!("/r/{name}{search}#k={key}"),
            Self::Device { token } => format!("/device{search}#{token}"),
        }
    }

    /// Writes this route into the address bar in place of the present one.
    pub(crate) fn replace(&self) {
        let _ = history()
            .and_then(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(&self.path())));
    }

    /// The absolute link to share with others, without `?lang=`.
    pub(crate) fn link(&self) -> String {
        let origin = window().location().origin().unwrap_or_default();
        match self {
            Self::Landing | Self::NotFound => origin,
            Self::Device { token } => format!("{origin}/device#{token}"),
            Self::Room { name, key: None } => format!("{origin}/r/{name}"),
            Self::Room { name, key: Some(key) } => format!("{origin}/r/{name}#k={key}"),
        }
    }
}

/// The message that the address bar names: `#m=123`, or `#k=KEY&m=123`.
fn linked_message() -> Option<Seq> {
    let hash = window().location().hash().ok()?;
    hash_field(&hash, "m=")?.parse().ok().map(Seq)
}

/// The message of the room on screen that a link leads to.
pub(crate) fn message_of_link(href: &str) -> Option<Seq> {
    let (link, here) = (Url::new(href).ok()?, window().location());
    let is_here = link.origin() == here.origin().ok()? && link.pathname() == here.pathname().ok()?;
    hash_field(&link.hash(), "m=").filter(|_| is_here)?.parse().ok().map(Seq)
}

fn hash_field<'a>(hash: &'a str, name: &str) -> Option<&'a str> {
    hash.trim_start_matches('#').split('&').find_map(|field| field.strip_prefix(name))
}

fn history() -> Result<web_sys::History, JsValue> {
    window().history()
}
