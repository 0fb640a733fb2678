//! Copying to the clipboard, and what a page does instead when it may not.

use leptos::prelude::window;
use wasm_bindgen_futures::JsFuture;
use web_sys::Element;

/// Copies `text` and returns whether the browser allowed it. Browsers offer the clipboard only to secure contexts
/// (<https://w3c.github.io/clipboard-apis/>); elsewhere `navigator.clipboard` is undefined and must not be called.
pub(crate) async fn copy(text: &str) -> bool {
    let window = window();
    if !window.is_secure_context() {
        return false;
    }
    JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok()
}

/// Selects the text of `element`, so that the reader can copy it by keyboard or menu.
pub(crate) fn select(element: &Element) {
    if let Ok(Some(selection)) = window().get_selection() {
        let _ = selection.select_all_children(element);
    }
}

/// Shows `text` in the browser's prompt dialog, where the reader can copy it.
pub(crate) fn prompt(label: &str, text: &str) {
    let _ = window().prompt_with_message_and_default(label, text);
}
