//! Media queries, read at the moment they are needed.

use leptos::prelude::window;

/// Whether the main pointer is a finger and nothing can hover: phones and tablets with an on-screen keyboard.
pub(crate) fn is_touch_device() -> bool {
    matches("(hover: none) and (pointer: coarse)")
}

pub(crate) fn prefers_dark() -> bool {
    matches("(prefers-color-scheme: dark)")
}

pub(crate) fn prefers_reduced_motion() -> bool {
    matches("(prefers-reduced-motion: reduce)")
}

/// Whether the list of people is a drawer: frontend/style/people.css has the same width.
pub(crate) fn has_drawer() -> bool {
    matches("(max-width: 999px)")
}

fn matches(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}
