//! Tells the style sheet how much of the window an on-screen keyboard leaves visible, in browsers that do not resize the
//! page themselves (`interactive-widget=resizes-content` in index.html).

use gloo_events::EventListener;
use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, VisualViewport};

/// A keyboard covers more of the window than this many CSS pixels; browsers' own bars cover less.
const KEYBOARD_HEIGHT: f64 = 60.0;
/// A pinch zoom also makes the visual viewport smaller, but must not move the page.
const PINCH_SCALE: f64 = 1.01;

/// Keeps `--viewport-height` and `--viewport-top` on the root element up to date as long as the page lives.
pub(crate) fn track() {
    let Some(viewport) = window().visual_viewport() else { return };
    for event in ["resize", "scroll"] {
        let tracked = viewport.clone();
        EventListener::new(&viewport, event, move |_| update(&tracked)).forget();
    }
}

fn update(viewport: &VisualViewport) {
    let Some(root) = document().document_element().and_then(|root| root.dyn_into::<HtmlElement>().ok())
    else {
        return;
    };
    let inner = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
    let is_covered = inner - viewport.height() > KEYBOARD_HEIGHT && viewport.scale() < PINCH_SCALE;
    let style = root.style();
    for (name, pixels) in
        [("--viewport-height", viewport.height()), ("--viewport-top", viewport.offset_top())]
    {
        let _ = if is_covered {
            style.set_property(name, &format!("{}px", pixels.round() as i32))
        } else {
            style.remove_property(name).map(drop)
        };
    }
}
