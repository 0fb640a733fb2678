//! What an owner or operator did, in one line: quietly between the messages, and in the audit list.

use leptos::prelude::*;
use shared::{Moderation, ModerationAct, PersonId};

use crate::browser::clock::now;
use crate::browser::dates;
use crate::components::views::views;
use crate::i18n::text;
use crate::state::room_context::RoomContext;
use crate::state::session::Session;

/// Quiet lines. They are no articles: only messages are.
#[component]
pub(crate) fn ActLines(acts: Signal<Vec<Moderation>>) -> impl IntoView {
    let session = RoomContext::expect().session;
    let lines = move || {
        let acts = acts.get();
        let lines = acts.iter().filter_map(|act| {
            let line = act_line(session, act)?;
            Some(view! {
                <p class="act-line">
                    <span dir="auto">{line}</span>
                    " · "
                    <time datetime=dates::iso(act.at)>{dates::day_and_time(act.at, now())}</time>
                </p>
            })
        });
        views(lines)
    };
    view! { {move || lines()} }
}

/// Who did what to whom; `None` for an act of a newer server.
pub(crate) fn act_line(session: Session, moderation: &Moderation) -> Option<String> {
    let by = match (moderation.name.as_str(), moderation.operator) {
        ("", true) => text().owners.an_operator.to_owned(),
        ("", false) => text().unknown_person.to_owned(),
        (name, true) => format!("{name} ({})", text().owners.operator_mark),
        (name, false) => name.to_owned(),
    };
    let (person, name, until) = match &moderation.act {
        ModerationAct::Muted { person, name, until } => (Some(person), name.as_str(), Some(*until)),
        ModerationAct::Banned { person, name, until } => (Some(person), name.as_str(), *until),
        ModerationAct::Unmuted { person, name }
        | ModerationAct::Kicked { person, name }
        | ModerationAct::Unbanned { person, name }
        | ModerationAct::HandedOver { person, name } => (Some(person), name.as_str(), None),
        ModerationAct::RoomSet { .. }
        | ModerationAct::KeyRotated
        | ModerationAct::Deleted { .. }
        | ModerationAct::ReportsDismissed { .. }
        | ModerationAct::Unknown => (None, "", None),
    };
    let name = person.map(|person| name_of(session, person, name)).unwrap_or_default();
    let until = until.map(|until| dates::day_and_time(until, moderation.at));
    (text().owners.act)(&moderation.act, &by, &name, until.as_deref())
}

/// The nickname that the room tells, which is empty for somebody who was not in the room then; else the one of their messages.
pub(crate) fn name_of(session: Session, person: &PersonId, told: &str) -> String {
    if !told.is_empty() {
        return told.to_owned();
    }
    session.nickname(person).unwrap_or_else(|| text().unknown_person.to_owned())
}
