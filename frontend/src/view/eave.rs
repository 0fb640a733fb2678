//! What makes a screenshot Madang: the eave of a roof, the lantern below it (청사초롱), and the mark.

use leptos::prelude::*;

/// The mark: a yard (ㅁ) with its gate open and a lamp lit.
#[component]
pub(crate) fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
            <path d="M19.5 26.5H5.5v-21h21V26.5" />
            <circle cx="16" cy="16" r="3.6" />
        </svg>
    }
}

/// The edge of a roof over the page, curved up at its ends.
#[component]
pub(crate) fn Eave() -> impl IntoView {
    view! {
        <svg class="eave" viewBox="0 0 1200 60" preserveAspectRatio="none" aria-hidden="true">
            <path class="tiles" d="M0 0H1200V22C960 50 780 56 600 56S240 50 0 22Z" />
            <path class="rim" d="M0 22C240 50 420 56 600 56S960 50 1200 22" />
        </svg>
    }
}

/// A lantern of blue and red silk, as it is carried before a wedding and hung at a gate.
#[component]
pub(crate) fn Lantern() -> impl IntoView {
    view! {
        <svg class="lantern" viewBox="0 0 64 168" aria-hidden="true">
            <path class="cord" d="M32 0V44M32 118v14" />
            <path class="wood" d="M20 44h24v5H20zM20 113h24v5H20z" />
            <path class="red" d="M18 49h28c5 8 7 16 7 30H11c0-14 2-22 7-30z" />
            <path class="blue" d="M11 79h42c0 16-2 26-7 34H18c-5-8-7-18-7-34z" />
            <path class="ribs" d="M25 49c-3 20-3 44 0 64M39 49c3 20 3 44 0 64M32 49v64" />
            <path class="tassel" d="M29 132h6l2 28H27z" />
        </svg>
    }
}
