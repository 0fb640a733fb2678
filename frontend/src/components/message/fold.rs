//! The line that stands for the messages of somebody whom the reader has muted for themselves.

use leptos::prelude::*;
use shared::Author;

use crate::components::button::TextButton;
use crate::i18n::text;
use crate::state::room_context::RoomContext;

/// The line. The style sheet hides everything else of the message, and the lines of those that continue it.
#[component]
pub(super) fn Fold(author: Author, is_hidden: Memo<bool>) -> impl IntoView {
    let session = RoomContext::expect().session;
    let line = move || {
        let Author::Human { id, name, .. } = author.clone() else { return ().into_any() };
        let show = Callback::new(move |()| session.set_hidden(&id, false));
        view! {
            <p class="fold quiet-text">
                {(text().owners.folded)(&name)} " "
                <TextButton class="plain" label=text().owners.show_again on_click=show />
            </p>
        }
        .into_any()
    };
    view! { {move || is_hidden.get().then(&line)} }
}
