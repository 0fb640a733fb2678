//! The part of one's own dialog: another nickname, and a link for another device.

use client::Input;
use leptos::prelude::*;
use shared::Nickname;

use crate::browser::text_input::to_nfc;
use crate::components::button::TextButton;
use crate::components::single_field_form::SingleFieldForm;
use crate::components::when::When;
use crate::i18n::text;
use crate::reactive::effect;
use crate::state::room_context::{Dialog, RoomContext};
use crate::state::room_signals::Notice;

#[component]
pub(super) fn OwnSection() -> impl IntoView {
    let room = RoomContext::expect();
    let is_renaming = RwSignal::new(false);
    let is_operator = move || room.signals.you.with(|you| you.as_ref().is_some_and(|you| you.operator));
    let rename = Callback::new(move |()| is_renaming.set(true));
    let other_device = Callback::new(move |()| room.dialog.set(Some(Dialog::Device)));
    let renaming = move || match is_renaming.get() {
        true => view! { <NicknameForm /> }.into_any(),
        false => view! { <TextButton class="button" label=text().owners.change_nickname on_click=rename /> }
            .into_any(),
    };
    view! {
        <div class="choices">
            {move || renaming()}
            <TextButton
                class="button"
                label=text().owners.use_on_another_device
                on_click=other_device
            />
            <When is=is_operator>
                <a class="button" href="/operator">{text().owners.operator_page}</a>
            </When>
        </div>
    }
}

/// Asks the room for another nickname, and closes the dialog when it was taken.
#[component]
fn NicknameForm() -> impl IntoView {
    let room = RoomContext::expect();
    let signals = room.signals;
    let name = move || signals.you.with(|you| you.as_ref().and_then(|you| you.name.clone()));
    let before = untrack(name);
    let invalid = RwSignal::new(None);
    signals.notice.set(None);
    let complaint =
        Signal::derive(move || invalid.get().or_else(|| signals.notice.get().map(Notice::sentence)));
    let initial = before.clone().unwrap_or_default();
    effect(move || {
        if name() != before {
            room.close_dialog();
        }
    });
    effect(|| crate::browser::focus::focus("#new-nickname"));
    let rename = move |typed: String| match Nickname::parse(&to_nfc(&typed)) {
        Ok(nickname) if Some(nickname.as_str()) == untrack(name).as_deref() => room.close_dialog(),
        Ok(nickname) => {
            invalid.set(None);
            signals.notice.set(None);
            room.session.tell(Input::Join { nickname: nickname.as_str().to_owned() });
        }
        Err(code) => invalid.set(Some((text().error)(code).to_owned())),
    };
    view! {
        <SingleFieldForm
            id="new-nickname"
            label=text().nickname
            button=text().save
            initial
            autocomplete="nickname"
            complaint
            on_submit=Callback::new(rename)
            is_primary=true
        />
    }
}
