//! What the room keeps of the reader: a link that downloads it, and a button that deletes everything they wrote.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::button::TextButton;
use crate::browser::{own_data, storage};
use crate::components::when::When;
use crate::i18n::text;
use crate::state::room_context::RoomContext;

/// Shown to those who have joined; others have written nothing.
#[component]
pub(crate) fn MyData() -> impl IntoView {
    let room = RoomContext::expect();
    let url = own_data::url(&room.name.read_value());
    let delete = Callback::new(move |()| {
        let is_sure = window().confirm_with_message(text().delete_all_question);
        if is_sure == Ok(true) {
            spawn_local(delete_all(room));
        }
    });
    view! {
        <When is=move || room.signals.is_joined()>
            <details class="my-data">
                <summary>{text().my_data}</summary>
                <p class="status-line">
                    <a class="plain" href=url.clone() download>
                        {text().download}
                    </a>
                    <TextButton class="plain danger" label=text().delete_all on_click=delete />
                </p>
                <a class="plain" href=text().privacy_page>
                    {text().privacy}
                </a>
            </details>
        </When>
    }
}

/// Deletes everything and leaves the room: a page that stayed would join it again.
async fn delete_all(room: RoomContext) {
    let url = own_data::url(&room.name.read_value());
    if own_data::delete(&url).await {
        room.name.with_value(storage::forget_room);
        let _ = window().location().assign("/");
    } else {
        let _ = window().alert_with_message(text().delete_all_failed);
    }
}
