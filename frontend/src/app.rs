//! The root component: shows the page of the current route.

use leptos::prelude::*;

use crate::i18n::text;
use crate::pages::device::DevicePage;
use crate::pages::landing::LandingPage;
use crate::pages::room::RoomPage;
use crate::router::{Navigator, Route};

/// Provides the [`Navigator`] as context and shows the page of its route.
#[component]
pub(crate) fn App() -> impl IntoView {
    let navigator = Navigator::new();
    provide_context(navigator);
    let page = move || match navigator.route.get() {
        Route::Landing => view! { <LandingPage /> }.into_any(),
        Route::Room { name, key } => view! { <RoomPage name key /> }.into_any(),
        Route::Device { token } => view! { <DevicePage token /> }.into_any(),
        Route::NotFound => view! { <NotFoundPage /> }.into_any(),
    };
    view! { {move || page()} }
}

#[component]
fn NotFoundPage() -> impl IntoView {
    view! {
        <main class="not-found">
            <p>{text().page_not_found}</p>
            <a class="button" href="/">
                {text().home}
            </a>
        </main>
    }
}
