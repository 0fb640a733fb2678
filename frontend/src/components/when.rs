//! Children that are shown while a condition holds. Leptos' `<Show>` does the same and is compiled anew for each type of
//! condition and of children.

use leptos::prelude::*;

use crate::reactive::condition;

#[component]
pub(crate) fn When(#[prop(into)] is: Signal<bool>, children: ChildrenFn) -> impl IntoView {
    // The children stay what they are when the condition is computed again.
    let is_met = condition(move || is.get());
    view! { {move || is_met.get().then(|| children())} }
}
