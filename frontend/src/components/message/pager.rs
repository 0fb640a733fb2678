//! The buttons that page through several answers to a question, and the one that makes the shown one the answer.

use client::Input;
use leptos::prelude::*;

use crate::browser::focus::focus;
use crate::browser::random;
use crate::components::button::{IconButton, TextButton};
use crate::components::icon::{NEXT, PREVIOUS};
use crate::components::when::When;
use crate::i18n::text;
use crate::state::message::MessageInfo;
use crate::state::room_context::RoomContext;

#[component]
pub(super) fn Pager(info: RwSignal<MessageInfo>) -> impl IntoView {
    let session = RoomContext::expect().session;
    // After the last comes the first, so that no button ceases to work while it has the focus.
    let turn = move |by: fn((usize, usize)) -> usize| {
        Callback::new(move |()| {
            // Not while it is read: the session writes it.
            let (seq, page) = info.with_untracked(|info| (info.seq, info.page));
            if let Some(seq) = seq {
                session.tell(Input::ShowPage { seq, page: by(page) });
            }
        })
    };
    let choose = Callback::new(move |()| {
        let (seq, index) = info.with_untracked(|info| (info.seq, info.rights.choose));
        if let (Some(seq), Some(index)) = (seq, index) {
            session.tell(Input::Choose { nonce: random::nonce(), seq, index });
            // The button goes when the answer is chosen.
            focus(&format!("[data-seq=\"{seq}\"] .pager button"));
        }
    });
    let place = move || {
        let (page, pages) = info.read().page;
        format!("{}/{pages}", page + 1)
    };
    view! {
        <When is=move || info.read().page.1 != 1>
            <div class="pager" role="group" aria-label=text().answers_to_one_question>
                <IconButton
                    class="quiet small"
                    label=text().previous_answer
                    icon=PREVIOUS
                    on_click=turn(|(page, pages)| page.checked_sub(1).unwrap_or(pages - 1))
                />
                <span role="status">{place}</span>
                <IconButton
                    class="quiet small"
                    label=text().next_answer
                    icon=NEXT
                    on_click=turn(|(page, pages)| (page + 1) % pages)
                />
                <When is=move || info.read().rights.choose.is_some()>
                    <TextButton class="quiet" label=text().use_this on_click=choose />
                </When>
            </div>
        </When>
    }
}
