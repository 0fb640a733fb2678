//! The dialog that sums up for the reader alone what they missed.

use client::{Input, PrivateAnswer};
use leptos::prelude::*;
use shared::{PrivateRequest, Seq};

use super::button::TextButton;
use super::modal::Modal;
use super::private_answer::PrivateAnswerView;
use crate::components::when::When;
use crate::i18n::text;
use crate::state::room_context::RoomContext;

#[component]
pub(crate) fn CatchUpDialog(after: Seq) -> impl IntoView {
    let room = RoomContext::expect();
    let request = PrivateRequest::CatchUp(after);
    let is_done =
        Memo::new(move |_| matches!(room.session.private_answer(request), Some(PrivateAnswer::Done { .. })));
    let again = Callback::new(move |()| {
        room.session.tell(Input::DropPrivateAnswer { request });
        room.session.ask_privately(request);
    });
    view! {
        <Modal
            title=Signal::derive(|| text().reading.catch_up.to_owned())
            class="settings"
            on_close=Callback::new(move |()| room.close_dialog())
        >
            <p class="quiet-text">{text().reading.catch_up_note}</p>
            <PrivateAnswerView request waiting=text().reading.catching_up />
            <When is=move || is_done.get()>
                <TextButton class="button" label=text().reading.again on_click=again />
            </When>
        </Modal>
    }
}
