//! Light and dark theme: the system's, until the reader chooses one. frontend/boot.js applies the stored choice before
//! the page is painted.

use leptos::prelude::document;

use super::{media, storage};

/// Switches to the other theme and stores it.
pub(crate) fn switch() {
    let theme = if is_dark() { "light" } else { "dark" };
    storage::set_theme(theme);
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-theme", theme);
    }
}

fn is_dark() -> bool {
    match storage::theme().as_deref() {
        Some("dark") => true,
        Some("light") => false,
        _ => media::prefers_dark(),
    }
}
