//! The end of a room, which is confirmed by typing its name.

use leptos::html::Input;
use leptos::prelude::*;
use web_sys::SubmitEvent;

use crate::browser::focus::focus;
use crate::browser::text_input::to_nfc;
use crate::components::button::TextButton;
use crate::i18n::text;
use crate::reactive::effect;
use crate::state::room_context::{RoomContext, title};

const FIELD: &str = "#delete-room-name";

#[component]
pub(super) fn DeleteRoom() -> impl IntoView {
    let is_asking = RwSignal::new(false);
    let ask = Callback::new(move |()| is_asking.set(true));
    let content = move || match is_asking.get() {
        false => view! {
            <TextButton class="button danger" label=text().owners.delete_room on_click=ask />
        }
        .into_any(),
        true => view! { <Confirmation is_asking /> }.into_any(),
    };
    view! {
        <section>
            <h3>{text().owners.delete_room}</h3>
            <p class="quiet-text">{text().owners.delete_room_note}</p>
            {move || content()}
        </section>
    }
}

#[component]
fn Confirmation(is_asking: RwSignal<bool>) -> impl IntoView {
    let room = RoomContext::expect();
    let name = room.name.with_value(title);
    let label = (text().owners.type_room_name)(&name);
    let field = NodeRef::<Input>::new();
    effect(|| focus(FIELD));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let typed = field.get_untracked().map(|field| to_nfc(field.value().trim())).unwrap_or_default();
        match typed == name {
            true => room.session.delete_room(),
            false => focus(FIELD),
        }
    };
    let cancel = Callback::new(move |()| is_asking.set(false));
    view! {
        <form class="modal-form" on:submit=submit>
            <div class="field">
                <label for="delete-room-name">{label}</label>
                <input
                    id="delete-room-name"
                    node_ref=field
                    type="text"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                />
            </div>
            <div class="field-row">
                <button type="submit" class="button danger">
                    {text().owners.delete_for_good}
                </button>
                <TextButton class="button" label=text().cancel on_click=cancel />
            </div>
        </form>
    }
}
