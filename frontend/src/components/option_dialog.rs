//! The dialog that adds an option to a poll.

use leptos::prelude::*;
use shared::card::parse_option;
use shared::{CardChange, ErrorCode, Seq};

use super::modal::Modal;
use super::single_field_form::SingleFieldForm;
use crate::browser::focus::focus;
use crate::browser::text_input::clean;
use crate::i18n::text;
use crate::reactive::effect;
use crate::state::room_context::RoomContext;

#[component]
pub(crate) fn OptionDialog(poll: Seq) -> impl IntoView {
    let room = RoomContext::expect();
    let close = Callback::new(move |()| room.close_dialog());
    view! {
        <Modal title=Signal::derive(|| text().add_option.to_owned()) on_close=close>
            <OptionForm poll />
        </Modal>
    }
}

#[component]
fn OptionForm(poll: Seq) -> impl IntoView {
    let room = RoomContext::expect();
    let invalid = RwSignal::new(None::<ErrorCode>);
    let complaint =
        Signal::derive(move || invalid.get().map(|code| (text().field_error)("option", code).to_owned()));
    // After the dialog, which gives the focus to its title.
    effect(|| focus("#poll-option"));
    let add = Callback::new(move |typed: String| match parse_option(&clean(&typed)) {
        Ok(option) => {
            room.session.change_card(poll, CardChange::AddOption(option));
            room.close_dialog();
        }
        Err(code) => invalid.set(Some(code)),
    });
    view! {
        <SingleFieldForm
            id="poll-option"
            label=text().option
            button=text().add_option
            autocomplete="off"
            complaint
            on_submit=add
            is_primary=true
        />
    }
}
