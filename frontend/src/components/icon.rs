//! Line icons on a grid of 24 by 24, in the color of the text around them.

use leptos::prelude::*;

pub(crate) const SEND: &str = "M12 20V5M5.5 11.5 12 5l6.5 6.5";
pub(crate) const PEOPLE: &str = "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.5 19.5c.4-3.6 2.9-5.5 6.5-5.5s6.1 1.9 6.5 5.5M16 4.9a3.3 3.3 0 0 1 0 6.3M18 14.3c2 .7 3.2 2.4 3.5 5.2";
pub(crate) const LINK: &str = "M10 14a4 4 0 0 0 5.7 0l3.6-3.6a4 4 0 0 0-5.7-5.7L12.5 5.8M14 10a4 4 0 0 0-5.7 0l-3.6 3.6a4 4 0 0 0 5.7 5.7l1.1-1.1";
pub(crate) const COPY: &str = "M9 9h10v11H9zM5 15V4h10";
pub(crate) const REPLY: &str = "M10 6 4 11.5 10 17v-3.5c5 0 8 1.2 10 4.5-.3-5.5-3.6-9-10-9z";
pub(crate) const CLOSE: &str = "M6 6l12 12M18 6 6 18";
pub(crate) const DOWN: &str = "M12 5v14M6 13l6 6 6-6";
pub(crate) const PREVIOUS: &str = "M15 6l-6 6 6 6";
pub(crate) const NEXT: &str = "M9 6l6 6-6 6";
pub(crate) const STOP: &str = "M7 7h10v10H7z";
pub(crate) const AGAIN: &str = "M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 4v4h-4";
pub(crate) const AT: &str =
    "M15.5 12a3.5 3.5 0 1 0-7 0 3.5 3.5 0 0 0 7 0v1.2a2.3 2.3 0 0 0 4.6 0V12a8.1 8.1 0 1 0-3.3 6.5";
pub(crate) const EMOJI: &str = "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M9 10h.01M15 10h.01M8.5 14q3.5 3.5 7 0";
pub(crate) const MORE: &str = "M5.5 12h.01M12 12h.01M18.5 12h.01";
pub(crate) const BOTS: &str =
    "M9 4.5h6l-.6 3H9.6zM9.6 7.5C6 8.8 4 11 4 13.7c0 3.3 3 5.8 8 5.8s8-2.5 8-5.8c0-2.7-2-4.9-5.6-6.2";
pub(crate) const SETTINGS: &str = "M4 8h8.5M17.5 8H20M4 16h2.5M11.5 16H20M12.5 8a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0M6.5 16a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0";
pub(crate) const SEARCH: &str = "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M15.3 15.3 20.5 20.5";
pub(crate) const LIGHT: &str =
    "M12 3.5a6 6 0 0 0-3.4 10.9c.6.5.9 1.1.9 1.8v.8h5v-.8c0-.7.3-1.3.9-1.8A6 6 0 0 0 12 3.5M9.8 20h4.4";

/// An icon. Screen readers skip it, so the control around it needs a name.
#[component]
pub(crate) fn Icon(path: &'static str) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=path></path>
        </svg>
    }
}
