//! The part of the window that a keyboard leaves free. Where the browser resizes the page itself, nothing is left to do.

use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{HtmlElement, VisualViewport};

/// Keeps `--viewport-height` and `--viewport-top` on the root right while the page lives.
pub(crate) fn follow() {
    let Some(viewport) = window().visual_viewport() else { return };
    let followed = viewport.clone();
    let changed = Closure::<dyn FnMut()>::new(move || apply(&followed));
    let callback = changed.as_ref().unchecked_ref();
    let _ = viewport.add_event_listener_with_callback("resize", callback);
    let _ = viewport.add_event_listener_with_callback("scroll", callback);
    // The listener is wanted as long as the page.
    changed.forget();
}

fn apply(viewport: &VisualViewport) {
    let Some(root) = document().document_element().and_then(|root| root.dyn_into::<HtmlElement>().ok())
    else {
        return;
    };
    let inner = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
    let hidden = inner - viewport.height();
    // A pinch also makes the visual viewport smaller, and must not move the page about.
    let is_covered = hidden > 60.0 && viewport.scale() < 1.01;
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
