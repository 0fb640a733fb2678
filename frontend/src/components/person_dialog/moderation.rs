//! What owners and operators can do with a person: mute, kick, ban, take that back, and hand over the room.

use leptos::prelude::*;
use shared::{ModerationAction, PersonId, Restriction};

use crate::browser::clock::now;
use crate::browser::dates;
use crate::browser::form::choice_index;
use crate::components::button::TextButton;
use crate::components::views::views;
use crate::components::when::When;
use crate::i18n::text;
use crate::state::room_context::RoomContext;
use crate::state::room_signals::Notice;

const HOUR: u32 = 60;
const DAY: u32 = 24 * HOUR;
/// The times to choose from, in minutes. `None` is until it is lifted.
const MUTE_TIMES: [Option<u32>; 4] = [Some(10), Some(HOUR), Some(DAY), Some(7 * DAY)];
const BAN_TIMES: [Option<u32>; 4] = [Some(HOUR), Some(DAY), Some(30 * DAY), None];
/// What is chosen at first.
const FIRST_TIME: usize = 1;

#[component]
pub(super) fn ModerationSection(id: PersonId, name: Signal<String>) -> impl IntoView {
    let room = RoomContext::expect();
    let person = StoredValue::new(id);
    // A refusal from before is not about this.
    room.signals.notice.set(None);
    let moderate = move |action| room.session.moderate(person.get_value(), action);
    let kick = Callback::new(move |()| {
        moderate(ModerationAction::Kick);
        room.close_dialog();
    });
    let refusal = move || room.signals.notice.get().map(Notice::sentence);
    view! {
        <section class="keep-order" aria-label=text().owners.as_owner>
            <h3>{text().owners.as_owner}</h3>
            <Muting person />
            <div class="field-row">
                <TextButton class="button" label=text().owners.kick on_click=kick />
                <p class="quiet-text">{text().owners.kick_note}</p>
            </div>
            <Banning person />
            <HandOver person name />
            <p class="complaint" role="status">
                {move || refusal()}
            </p>
        </section>
    }
}

#[component]
fn Muting(person: StoredValue<PersonId>) -> impl IntoView {
    let session = RoomContext::expect().session;
    let muted = Memo::new(move |_| in_force(session.audit()?.muted, person));
    let mute = Callback::new(move |minutes: Option<u32>| {
        let minutes = minutes.unwrap_or(shared::limits::MUTE_MINUTES);
        session.moderate(person.get_value(), ModerationAction::Mute { minutes });
    });
    let unmute = Callback::new(move |()| session.moderate(person.get_value(), ModerationAction::Unmute));
    let content = move || match muted.get() {
        Some(muted) => {
            let until = muted.until.map(|at| dates::day_and_time(at, now())).unwrap_or_default();
            view! {
                <TextButton class="button" label=text().owners.unmute on_click=unmute />
                <p class="quiet-text">{(text().owners.muted_until)(&until)}</p>
            }
            .into_any()
        }
        None => view! {
            <TimedAction
                class="button"
                label=text().owners.mute
                how_long=text().owners.how_long_mute
                times=MUTE_TIMES
                on_click=mute
            />
        }
        .into_any(),
    };
    view! { <div class="field-row">{move || content()}</div> }
}

#[component]
fn Banning(person: StoredValue<PersonId>) -> impl IntoView {
    let session = RoomContext::expect().session;
    let banned = Memo::new(move |_| in_force(session.audit()?.banned, person));
    let ban = Callback::new(move |minutes| {
        session.moderate(person.get_value(), ModerationAction::Ban { minutes });
    });
    let unban = Callback::new(move |()| session.moderate(person.get_value(), ModerationAction::Unban));
    let content = move || match banned.get() {
        Some(banned) => {
            let until = banned.until.map(|at| dates::day_and_time(at, now()));
            view! {
                <TextButton class="button" label=text().owners.unban on_click=unban />
                <p class="quiet-text">{(text().owners.banned_until)(until.as_deref())}</p>
            }
            .into_any()
        }
        None => view! {
            <TimedAction
                class="button danger"
                label=text().owners.ban
                how_long=text().owners.how_long_ban
                times=BAN_TIMES
                on_click=ban
            />
        }
        .into_any(),
    };
    view! { <div class="field-row">{move || content()}</div> }
}

/// A button, and a choice of how long what it does lasts.
#[component]
fn TimedAction(
    class: &'static str,
    label: &'static str,
    how_long: &'static str,
    times: [Option<u32>; 4],
    on_click: Callback<Option<u32>>,
) -> impl IntoView {
    let chosen = RwSignal::new(FIRST_TIME);
    let options = times.into_iter().enumerate().map(|(index, minutes)| {
        let label = minutes.map_or_else(|| text().owners.until_lifted.to_owned(), text().owners.minutes);
        view! { <option selected=index == FIRST_TIME>{label}</option> }
    });
    let act = move |()| on_click.run(times.get(chosen.get_untracked()).copied().flatten());
    view! {
        <TextButton class label on_click=Callback::new(act) />
        <select class="input" aria-label=how_long on:change=move |event| chosen.set(choice_index(&event))>
            {views(options)}
        </select>
    }
}

/// Handing over the room, after a confirmation. Not in the lobby, which has no owner, and only to somebody who is here.
#[component]
fn HandOver(person: StoredValue<PersonId>, name: Signal<String>) -> impl IntoView {
    let room = RoomContext::expect();
    let is_asking = RwSignal::new(false);
    let is_possible = move || {
        let is_here = room.signals.people.with(|people| {
            people.iter().any(|other| !other.owner && person.with_value(|id| other.id == *id))
        });
        is_here && !room.name.with_value(shared::RoomName::is_lobby)
    };
    let hand_over = Callback::new(move |()| {
        room.session.hand_over(person.get_value());
        room.close_dialog();
    });
    let ask = Callback::new(move |()| is_asking.set(true));
    let cancel = Callback::new(move |()| is_asking.set(false));
    let content = move || match is_asking.get() {
        false => {
            view! { <TextButton class="button" label=text().owners.hand_over on_click=ask /> }.into_any()
        }
        true => view! {
            <p role="alert">{(text().owners.hand_over_question)(&name.get())}</p>
            <div class="field-row">
                <TextButton class="button main" label=text().owners.hand_over_yes on_click=hand_over />
                <TextButton class="button" label=text().cancel on_click=cancel />
            </div>
        }
        .into_any(),
    };
    view! {
        <When is=is_possible>
            {move || content()}
        </When>
    }
}

/// The restriction of this person that has not ended.
fn in_force(restrictions: Vec<Restriction>, person: StoredValue<PersonId>) -> Option<Restriction> {
    let mut restrictions = restrictions.into_iter();
    restrictions.find(|restriction| {
        restriction.until.is_none_or(|until| until > now())
            && person.with_value(|id| restriction.person == *id)
    })
}
