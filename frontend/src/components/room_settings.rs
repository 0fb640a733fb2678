//! The dialog in which owners and operators keep a room: how it is run, its link, reports, who is muted or banned, what was
//! done, and the room's end.

mod delete_room;
mod form;
mod reports;
mod restrictions;

use client::Input;
use leptos::prelude::*;

use self::delete_room::DeleteRoom;
use self::form::SettingsForm;
use self::reports::Reports;
use self::restrictions::Restrictions;
use super::act_line::act_line;
use super::button::TextButton;
use super::copy_field::CopyField;
use super::modal::Modal;
use crate::browser::clock::now;
use crate::browser::dates;
use crate::components::views::views;
use crate::components::when::When;
use crate::i18n::text;
use crate::reactive::effect;
use crate::state::room_context::RoomContext;
use crate::state::room_signals::Notice;

#[component]
pub(crate) fn RoomSettingsDialog() -> impl IntoView {
    let room = RoomContext::expect();
    let signals = room.signals;
    signals.notice.set(None);
    // What waits comes first. It keeps its place while the dialog is open.
    let has_reports = signals.reports.get_untracked() > 0;
    // The list of reports is asked for again whenever their number changes.
    effect(move || {
        signals.reports.track();
        if signals.can_moderate() && signals.is_live() {
            room.session.tell(Input::RequestAudit);
        }
    });
    // Whoever hands the room over cannot keep it any more.
    effect(move || {
        if !signals.can_moderate() {
            room.close_dialog();
        }
    });
    view! {
        <Modal
            title=text().owners.room_settings.to_owned()
            class="settings"
            on_close=Callback::new(move |()| room.close_dialog())
        >
            <p class="complaint" role="status">
                {move || signals.notice.get().map(Notice::sentence)}
            </p>
            {has_reports.then(|| view! { <Reports /> })}
            <SettingsForm />
            <When is=move || signals.is_private.get()>
                <Invitation />
            </When>
            <OwnBots />
            {(!has_reports).then(|| view! { <Reports /> })}
            <Restrictions />
            <AuditList />
            <When is=move || !room.name.with_value(shared::RoomName::is_lobby)>
                <DeleteRoom />
            </When>
        </Modal>
    }
}

/// The way to the panel of bots.
#[component]
fn OwnBots() -> impl IntoView {
    let room = RoomContext::expect();
    let open = Callback::new(move |()| {
        room.close_dialog();
        room.is_people_open.set(false);
        room.is_bots_panel_open.set(true);
    });
    view! {
        <section>
            <h3>{text().owners.own_bots}</h3>
            <TextButton class="button" label=text().room_bots on_click=open />
        </section>
    }
}

/// Gives a private room's link a new key, and shows the link when the room has taken it.
#[component]
fn Invitation() -> impl IntoView {
    let room = RoomContext::expect();
    let first = room.key.get_untracked();
    let rotate = Callback::new(move |()| room.rotate_key());
    let link = move || {
        let is_new = room.key.get() != first;
        room.link().filter(|_| is_new).map(|link| {
            view! {
                <p role="status">{text().owners.new_invite_done}</p>
                <CopyField link label=text().owners.invite />
            }
            .into_any()
        })
    };
    view! {
        <section>
            <h3>{text().owners.invite}</h3>
            <p class="quiet-text">{text().owners.new_invite_note}</p>
            <TextButton class="button" label=text().owners.new_invite_link on_click=rotate />
            {move || link()}
        </section>
    }
}

/// What owners and operators did here, the newest first.
#[component]
fn AuditList() -> impl IntoView {
    let session = RoomContext::expect().session;
    let entries = move || {
        let entries = session.audit().map(|audit| audit.entries).unwrap_or_default();
        if entries.is_empty() {
            return view! { <p class="quiet-text">{text().owners.nothing_done}</p> }.into_any();
        }
        let entries = entries.iter().filter_map(|act| {
            let line = act_line(session, act)?;
            let at = dates::day_and_time(act.at, now());
            Some(view! {
                <li>
                    <span dir="auto">{line}</span>
                    " "
                    <time class="quiet-text" datetime=dates::iso(act.at)>
                        {at}
                    </time>
                </li>
            })
        });
        view! { <ul role="list">{views(entries)}</ul> }.into_any()
    };
    view! {
        <details>
            <summary>{text().owners.audit}</summary>
            {move || entries()}
        </details>
    }
}
