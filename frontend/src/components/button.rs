//! Buttons that occur more than once.

use leptos::prelude::*;
use web_sys::MouseEvent;

use super::icon::Icon;

/// A button with a text.
#[component]
pub(crate) fn TextButton(
    class: &'static str,
    #[prop(into)] label: String,
    on_click: Callback<()>,
) -> impl IntoView {
    view! {
        <button type="button" class=class on:click=move |_| on_click.run(())>
            {label}
        </button>
    }
}

/// A button with an icon and an accessible name. With `controls`, the id of the element that it opens and closes, it also
/// has an expanded state.
#[component]
pub(crate) fn IconButton(
    class: &'static str,
    label: &'static str,
    icon: &'static str,
    on_click: Callback<()>,
    #[prop(optional, into)] controls: Option<String>,
    #[prop(optional, into)] is_open: Signal<bool>,
) -> impl IntoView {
    let is_opener = controls.is_some();
    view! {
        <button
            type="button"
            class=class
            aria-label=label
            title=label
            aria-controls=controls
            aria-expanded=move || is_opener.then(|| is_open.get().to_string())
            on:mousedown=keep_focus
            on:click=move |_| on_click.run(())
        >
            <Icon path=icon />
        </button>
    }
}

/// For `mousedown` on a control beside a text field: the field keeps the focus, and a phone its on-screen keyboard.
pub(crate) fn keep_focus(event: MouseEvent) {
    event.prevent_default();
}
