//! Buttons, each in one place: what a button does comes in a box, so that every one of them is the same code.

use leptos::prelude::*;
use web_sys::MouseEvent;

use super::dynamic::Value;
use super::element::view;
use super::icon::icon;

/// A button with words on it.
pub(crate) fn button(class: &'static str, label: &str, action: impl Fn() + 'static) -> AnyView {
    worded(class, label.to_owned(), Box::new(action))
}

/// A button that is an icon with a name.
pub(crate) fn icon_button(
    class: &'static str,
    label: &str,
    path: &'static str,
    action: impl Fn() + 'static,
) -> AnyView {
    drawn(class, label.to_owned(), path, None, Box::new(action))
}

/// A button that is an icon, and opens what has this id, or closes it.
pub(crate) fn opener(
    class: &'static str,
    label: &str,
    path: &'static str,
    (id, is_open): (String, Value),
    action: impl Fn() + 'static,
) -> AnyView {
    drawn(class, label.to_owned(), path, Some((id, is_open)), Box::new(action))
}

fn worded(class: &'static str, label: String, action: Box<dyn Fn()>) -> AnyView {
    view! {
        <button type="button" class=class on:click=move |_| action()>
            {label}
        </button>
    }
    .into_any()
}

fn drawn(
    class: &'static str,
    label: String,
    path: &'static str,
    opens: Option<(String, Value)>,
    action: Box<dyn Fn()>,
) -> AnyView {
    let (controls, expanded) = opens.unzip();
    let expanded = expanded.unwrap_or_else(|| Box::new(|| None));
    view! {
        <button
            type="button"
            class=class
            aria-label=label
            aria-controls=controls
            aria-expanded=expanded
            // A field that one writes in keeps the focus, and a phone its keyboard.
            on:mousedown=|event: MouseEvent| event.prevent_default()
            on:click=move |_| action()
        >
            {icon(path)}
        </button>
    }
    .into_any()
}
