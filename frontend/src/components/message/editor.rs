//! The editor that takes the place of a message's text while its author edits it.

use leptos::html::Textarea;
use leptos::prelude::*;
use shared::text::Body;
use shared::{ErrorCode, Seq};
use web_sys::KeyboardEvent;

use crate::browser::focus::focus;
use crate::browser::keyboard::is_submit_key;
use crate::browser::text_input::clean;
use crate::components::button::TextButton;
use crate::i18n::text;
use crate::reactive::effect;
use crate::state::room_context::RoomContext;

/// The editor of the message that [`RoomContext::editing`] names. The field is uncontrolled: it is read when saved and not
/// written to.
#[component]
pub(super) fn Editor() -> impl IntoView {
    let room = RoomContext::expect();
    let seq = room.editing.get_untracked().unwrap_or_default();
    let field = NodeRef::<Textarea>::new();
    let complaint = RwSignal::new(None::<ErrorCode>);
    focus_at_end(field);
    let save = move || {
        let typed = field.get_untracked().map(|field| clean(&field.value())).unwrap_or_default();
        match Body::parse(&typed) {
            Err(code) => complaint.set(Some(code)),
            Ok(body) => {
                room.session.edit_message(seq, body.into_string());
                close(room, seq);
            }
        }
    };
    let on_keydown = move |event: KeyboardEvent| {
        if is_submit_key(&event) {
            event.prevent_default();
            save();
        } else if event.key() == "Escape" && !event.is_composing() {
            event.stop_propagation();
            close(room, seq);
        }
    };
    view! {
        <div class="editor">
            <textarea
                node_ref=field
                class="input"
                rows="2"
                dir="auto"
                aria-label=text().edit_message
                on:keydown=on_keydown
            >
                {room.session.text_to_edit(seq)}
            </textarea>
            <p class="complaint" aria-live="polite">
                {move || complaint.get().map(text().error)}
            </p>
            <div class="field-row">
                <TextButton class="button main" label=text().save on_click=Callback::new(move |()| save()) />
                <TextButton class="button" label=text().cancel on_click=Callback::new(move |()| close(room, seq)) />
            </div>
        </div>
    }
}

/// Focuses the field when it is on the page, with the caret after its text.
fn focus_at_end(field: NodeRef<Textarea>) {
    effect(move || {
        if let Some(field) = field.get() {
            let end = u32::try_from(field.value().encode_utf16().count()).unwrap_or(u32::MAX);
            let _ = field.focus();
            let _ = field.set_selection_range(end, end);
        }
    });
}

/// Closes the editor and moves the focus to the menu button of the message.
fn close(room: RoomContext, seq: Seq) {
    room.editing.set(None);
    focus(&format!("[data-seq=\"{seq}\"] .more"));
}
