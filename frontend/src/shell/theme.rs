//! Light and dark: the system's choice, until the reader makes one. Before the page runs, `boot.js` applies it.

use leptos::prelude::{document, window};

use super::storage;

/// Goes to the other theme and remembers it.
pub(crate) fn switch() {
    let theme = if is_dark() { "light" } else { "dark" };
    storage::keep_theme(theme);
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-theme", theme);
    }
}

fn is_dark() -> bool {
    match storage::theme().as_deref() {
        Some("dark") => true,
        Some("light") => false,
        _ => asks("(prefers-color-scheme: dark)"),
    }
}

/// Whether a media query holds now.
pub(crate) fn asks(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}
