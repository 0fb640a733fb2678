//! The dialog about a person: what everybody can do with them, and what owners and operators can. One's own has the nickname
//! and the link for another device.

mod moderation;
mod own;

use leptos::prelude::*;
use shared::{Author, PersonId, Seq};

use self::moderation::ModerationSection;
use self::own::OwnSection;
use super::avatar::PersonAvatar;
use super::button::TextButton;
use super::modal::Modal;
use crate::components::views::views;
use crate::components::when::When;
use crate::i18n::text;
use crate::reactive::effect;
use crate::state::room_context::{Dialog, RoomContext};

#[component]
pub(crate) fn PersonDialog(id: PersonId, name: String, message: Option<Seq>) -> impl IntoView {
    let room = RoomContext::expect();
    let signals = room.signals;
    let is_own = signals.you.with_untracked(|you| you.as_ref().is_some_and(|you| you.id == id));
    let person = StoredValue::new(id.clone());
    // The present nickname, where the person is here.
    let title = Signal::derive(move || {
        let here = signals.people.with(|people| {
            let found = person.with_value(|id| people.iter().find(|person| person.id == *id).cloned());
            found.map(|person| person.name)
        });
        here.unwrap_or_else(|| name.clone())
    });
    let content = move || match is_own {
        true => view! { <OwnSection /> }.into_any(),
        false => view! { <Actions id=person.get_value() name=title message /> }.into_any(),
    };
    view! {
        <Modal title class="person-dialog" on_close=Callback::new(move |()| room.close_dialog())>
            <div class="person-head">
                <PersonAvatar id />
                <Badges person />
            </div>
            {content()}
        </Modal>
    }
}

/// What the person is here: the reader, the owner, an operator.
#[component]
fn Badges(person: StoredValue<PersonId>) -> impl IntoView {
    let signals = RoomContext::expect().signals;
    let badges = move || {
        let (is_owner, is_operator) = signals.people.with(|people| {
            let them = people.iter().find(|other| person.with_value(|id| other.id == *id));
            them.map_or((false, false), |them| (them.owner, them.operator))
        });
        let you = signals.you.get().filter(|you| person.with_value(|id| you.id == *id));
        let badges = [
            you.as_ref().map(|_| text().you_mark),
            is_owner.then_some(text().owner_mark),
            is_operator.then_some(text().owners.operator_mark),
        ];
        let badges = badges.into_iter().flatten();
        views(badges.map(|badge| view! { <span class="badge">{badge}</span> }))
    };
    view! { {move || badges()} }
}

/// Mention, mute for oneself, report, and the section of owners and operators.
#[component]
fn Actions(id: PersonId, name: Signal<String>, message: Option<Seq>) -> impl IntoView {
    let room = RoomContext::expect();
    let signals = room.signals;
    let author = Author::Human { id: id.clone(), name: String::new(), owner: false };
    let is_hidden = Signal::derive(move || signals.is_hidden(&author));
    let person = StoredValue::new(id.clone());
    let mention = Callback::new(move |()| {
        room.close_dialog();
        room.is_people_open.set(false);
        room.mention_request.set(Some(name.get_untracked()));
    });
    let hide = Callback::new(move |()| {
        let is_hidden = !is_hidden.get_untracked();
        person.with_value(|id| room.session.set_hidden(id, is_hidden));
    });
    let nothing_to_report = RwSignal::new(false);
    let report = Callback::new(move |()| {
        let newest = move || person.with_value(|id| room.session.newest_message_of(id));
        match message.or_else(newest) {
            Some(seq) => room.dialog.set(Some(Dialog::Report { seq, name: name.get_untracked() })),
            None => nothing_to_report.set(true),
        }
    });
    // Reconnecting asks again: what was done in the meantime is not told.
    effect(move || {
        if signals.can_moderate() && signals.is_live() {
            room.session.tell(client::Input::RequestAudit);
        }
    });
    view! {
        <div class="choices">
            <When is=move || signals.is_joined()>
                <TextButton class="button" label=text().mention on_click=mention />
            </When>
            <button type="button" class="button" on:click=move |_| hide.run(())>
                {move || if is_hidden.get() { text().owners.unmute_for_me } else { text().owners.mute_for_me }}
            </button>
            <When is=move || signals.is_joined()>
                <TextButton class="button" label=text().owners.report on_click=report />
            </When>
        </div>
        <p class="quiet-text" role="status">
            {move || {
                if nothing_to_report.get() {
                    text().owners.nothing_to_report
                } else if is_hidden.get() {
                    text().owners.is_muted_for_me
                } else {
                    ""
                }
            }}
        </p>
        <When is=move || signals.can_moderate()>
            <ModerationSection id=person.get_value() name />
        </When>
    }
}
