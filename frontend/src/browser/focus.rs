//! Moving the keyboard focus.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Focuses the first element that matches the CSS selector, if there is one.
pub(crate) fn focus(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        let _ = found.focus();
    }
}

/// Focuses the first element that matches unless another element has the focus.
pub(crate) fn focus_if_lost(selector: &str) {
    let (body, active) = (document().body(), document().active_element());
    if active.is_none() || active.as_ref() == body.as_deref() {
        focus(selector);
    }
}
