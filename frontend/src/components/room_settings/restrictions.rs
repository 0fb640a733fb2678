//! Who is muted or banned, each with the button that takes it back.

use leptos::prelude::*;
use shared::{ModerationAction, Restriction};

use crate::browser::clock::now;
use crate::browser::dates;
use crate::browser::focus::focus;
use crate::components::act_line::name_of;
use crate::components::button::TextButton;
use crate::components::views::views;
use crate::i18n::text;
use crate::state::room_context::RoomContext;

#[component]
pub(super) fn Restrictions() -> impl IntoView {
    let session = RoomContext::expect().session;
    let entries = move || {
        let audit = session.audit().unwrap_or_default();
        let is_in_force = |restriction: &Restriction| restriction.until.is_none_or(|until| until > now());
        let muted = audit
            .muted
            .into_iter()
            .filter(is_in_force)
            .map(|muted| view! { <Entry restriction=muted is_ban=false /> });
        let banned = audit
            .banned
            .into_iter()
            .filter(is_in_force)
            .map(|banned| view! { <Entry restriction=banned is_ban=true /> });
        let entries: Vec<_> = muted.chain(banned).collect();
        if entries.is_empty() {
            return view! { <p class="quiet-text">{text().owners.nobody_restricted}</p> }.into_any();
        }
        view! { <ul role="list" aria-labelledby="restricted">{views(entries)}</ul> }.into_any()
    };
    view! {
        <section>
            <h3 id="restricted" tabindex="-1">
                {text().owners.restricted}
            </h3>
            {move || entries()}
        </section>
    }
}

#[component]
fn Entry(restriction: Restriction, is_ban: bool) -> impl IntoView {
    let session = RoomContext::expect().session;
    let Restriction { person, name, until, .. } = restriction;
    let name = name_of(session, &person, &name);
    let until = until.map(|until| dates::day_and_time(until, now()));
    let (words, label, action) = match is_ban {
        true => {
            ((text().owners.banned_until)(until.as_deref()), text().owners.unban, ModerationAction::Unban)
        }
        false => (
            (text().owners.muted_until)(&until.unwrap_or_default()),
            text().owners.unmute,
            ModerationAction::Unmute,
        ),
    };
    let undo = Callback::new(move |()| {
        session.moderate(person.clone(), action);
        focus("#restricted");
    });
    view! {
        <li>
            <p>
                <bdi class="name">{name}</bdi>
                <span class="quiet-text">" " {words}</span>
            </p>
            <TextButton class="plain" label on_click=undo />
        </li>
    }
}
