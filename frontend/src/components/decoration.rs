//! Decorative drawings: the logo, and on the landing page a Korean roof with a lantern (청사초롱) below it.

use leptos::prelude::*;

/// The logo: a walled yard (ㅁ) with an open gate and a light in it.
#[component]
pub(crate) fn Logo() -> impl IntoView {
    view! {
        <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
            <path d="M19.5 26.5H5.5v-21h21V26.5" />
            <circle cx="16" cy="16" r="3.6" />
        </svg>
    }
}

/// The edge of a tiled roof across the page: furrows, round tile ends and beams, curved up at the corners.
#[component]
pub(crate) fn RoofEdge() -> impl IntoView {
    view! {
        <svg class="roof-edge" viewBox="0 0 1200 60" preserveAspectRatio="none" aria-hidden="true">
            <path class="beams" d="M0 31C240 59 420 65 600 65S960 59 1200 31" />
            <path class="tiles" d="M0-200H1200V22C960 50 780 56 600 56S240 50 0 22Z" />
            <path class="furrows" d="M0-45C240-17 420-11 600-11S960-17 1200-45" />
            <path class="ends" d="M0 22C240 50 420 56 600 56S960 50 1200 22" />
        </svg>
    }
}

/// A lantern of red and blue silk. Its cord goes up to the roof.
#[component]
pub(crate) fn Lantern() -> impl IntoView {
    view! {
        <svg class="lantern" viewBox="0 0 64 128" aria-hidden="true">
            <path class="cord" d="M32-400V6M32 76v14" />
            <path class="red" d="M18 10h28c5 8 7 16 7 31H11c0-15 2-23 7-31z" />
            <path class="blue" d="M11 41h42c0 16-2 24-7 32H18c-5-8-7-16-7-32z" />
            <path class="ribs" d="M25 10c-3 20-3 43 0 63M39 10c3 20 3 43 0 63M32 10v63M11 41h42" />
            <path class="wood" d="M19 5h26v5H19zM19 73h26v5H19z" />
            <path class="tassel" d="M29.5 90h5l2.5 32h-10z" />
        </svg>
    }
}
