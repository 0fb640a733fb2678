//! The dialog that reports a message to the room's owner.

use leptos::html::Input;
use leptos::prelude::*;
use shared::{Seq, limits};
use web_sys::SubmitEvent;

use super::button::TextButton;
use super::modal::Modal;
use super::quote::QuoteText;
use crate::browser::text_input::clean;
use crate::i18n::text;
use crate::state::room_context::RoomContext;
use crate::state::room_signals::Notice;

#[component]
pub(crate) fn ReportDialog(seq: Seq, name: String) -> impl IntoView {
    let room = RoomContext::expect();
    let signals = room.signals;
    let close = Callback::new(move |()| room.close_dialog());
    signals.notice.set(None);
    signals.reported.set(None);
    let content = move || match signals.reported.get() == Some(seq) {
        true => view! {
            <p role="status">{text().owners.reported}</p>
            <TextButton class="button main" label=text().close on_click=close />
        }
        .into_any(),
        false => view! { <ReportForm seq /> }.into_any(),
    };
    view! {
        <Modal title=Signal::derive(move || (text().owners.report_title)(&name)) on_close=close>
            <p class="quote">
                <QuoteText seq />
            </p>
            {move || content()}
        </Modal>
    }
}

#[component]
fn ReportForm(seq: Seq) -> impl IntoView {
    let room = RoomContext::expect();
    let field = NodeRef::<Input>::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let reason = field.get_untracked().map(|field| clean(&field.value())).unwrap_or_default();
        room.signals.notice.set(None);
        room.session.report(seq, reason.trim().to_owned());
    };
    let close = Callback::new(move |()| room.close_dialog());
    view! {
        <form class="modal-form" on:submit=submit>
            <p class="quiet-text">{text().owners.report_note}</p>
            <div class="field">
                <label for="report-reason">{text().owners.report_reason}</label>
                <input
                    id="report-reason"
                    node_ref=field
                    type="text"
                    dir="auto"
                    autocomplete="off"
                    maxlength=limits::REPORT_REASON_CHARACTERS.to_string()
                />
            </div>
            <p class="complaint" role="status">
                {move || room.signals.notice.get().map(Notice::sentence)}
            </p>
            <div class="field-row">
                <button type="submit" class="button main">
                    {text().owners.report}
                </button>
                <TextButton class="button" label=text().cancel on_click=close />
            </div>
        </form>
    }
}
