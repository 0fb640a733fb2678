//! Copying. Browsers offer the clipboard to secure pages only; elsewhere the person gets the text selected or shown.

use leptos::prelude::window;
use wasm_bindgen_futures::JsFuture;
use web_sys::Element;

/// Copies a text. False: this page may not.
pub(crate) async fn copy(text: &str) -> bool {
    // On a page that is not secure `navigator.clipboard` is undefined, and calling it would throw.
    let window = window();
    if !window.is_secure_context() {
        return false;
    }
    JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok()
}

/// Selects all of an element's text, so that the keys or the menu for copying do the rest.
pub(crate) fn select(element: &Element) {
    if let Ok(Some(selection)) = window().get_selection() {
        let _ = selection.select_all_children(element);
    }
}

/// Shows a text in the browser's own dialog, from where it can be copied.
pub(crate) fn show(label: &str, text: &str) {
    let _ = window().prompt_with_message_and_default(label, text);
}
