//! What is wrong with the line, said once and calmly, and only when it lasts.

use client::{Connection, EntryState};
use leptos::prelude::*;
use std::time::Duration;

use super::dynamic::{effect, part};
use super::element::view;
use super::yard::Yard;
use crate::shell::live::Notice;
use crate::text::text;

/// How long a refusal stays on the screen.
const NOTICE: Duration = Duration::from_secs(7);

/// The strip below the bar. The style sheet lets it appear a moment late, so that short breaks show nothing.
#[component]
pub(crate) fn Banner(yard: Yard) -> impl IntoView {
    let live = yard.session.live;
    part(move || {
        let was_inside = live.you.with(Option::is_some);
        let sentence = match live.connection.get() {
            Connection::Live { .. } | Connection::Ended { .. } => None,
            Connection::Opening { .. } | Connection::Offline { retry_at: Some(_) } => {
                was_inside.then_some(text().reconnecting_note)
            }
            Connection::Offline { retry_at: None } => {
                (live.door.get() != EntryState::Absent).then_some(text().offline_note)
            }
        };
        sentence.map(|sentence| view! { <p class="banner">{sentence}</p> }.into_any())
    })
}

/// A refusal that belongs to no message, for a few seconds.
#[component]
pub(crate) fn Refusal(yard: Yard) -> impl IntoView {
    let live = yard.session.live;
    effect(move || {
        let Some(notice) = live.notice.get() else { return };
        live.announcer.say(sentence(notice));
        set_timeout(
            move || {
                // A newer one has its own time.
                if live.notice.try_get_untracked().flatten() == Some(notice) {
                    live.notice.set(None);
                }
            },
            NOTICE,
        );
    });
    part(move || {
        live.notice.get().map(|notice| view! { <p class="refusal">{sentence(notice)}</p> }.into_any())
    })
}

/// What was refused, and what to do now.
pub(crate) fn sentence(notice: Notice) -> String {
    let why = (text().code)(notice.code);
    match notice.retry_after_ms {
        Some(wait) if wait >= 3_000 => format!("{why} {}", (text().wait_seconds)(wait.div_ceil(1000))),
        _ => why.to_owned(),
    }
}
