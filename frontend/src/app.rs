//! The page from above: which place is shown.

use leptos::prelude::*;

use crate::place::{Journey, Place};
use crate::text::text;
use crate::view::dynamic::part;
use crate::view::element::view;
use crate::view::landing::Landing;
use crate::view::room::Room;

/// Everything on the page.
#[component]
pub(crate) fn App() -> impl IntoView {
    let journey = Journey::begin();
    part(move || {
        Some(match journey.place.get() {
            Place::Landing => view! { <Landing journey /> }.into_any(),
            Place::Room { name, key } => view! { <Room journey name key /> }.into_any(),
            Place::Nowhere => view! {
                <main class="nowhere">
                    <p>{text().nowhere}</p>
                    <a class="button" href="/">
                        {text().home}
                    </a>
                </main>
            }
            .into_any(),
        })
    })
}
