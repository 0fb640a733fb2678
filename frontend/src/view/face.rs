//! Faces. A person's is a patchwork cloth (조각보) that follows from their identity, so nobody can choose or copy it;
//! a bot's is a plain moon jar (달항아리), a shape that no person can have.

mod patchwork;

use leptos::prelude::*;

use super::element::view;
use shared::{Author, Bot, PersonId};

/// How many colours bots have in the style sheet.
const BOT_COLOURS: u64 = 8;

/// The face of a message's author.
pub(crate) fn face(author: &Author) -> AnyView {
    match author {
        Author::Human { id, .. } => cloth(id).into_any(),
        Author::Bot { .. } => jar().into_any(),
    }
}

/// A person's cloth.
pub(crate) fn cloth(person: &PersonId) -> impl IntoView + use<> {
    let fields: Vec<_> = patchwork::fields(person.as_str())
        .into_iter()
        .map(|field| view! { <polygon class=field.colour points=field.points /> })
        .collect();
    view! {
        <svg class="face cloth" viewBox="0 0 400 400" aria-hidden="true">
            {fields}
        </svg>
    }
}

/// A bot's jar, in the colour of what it is in.
pub(crate) fn jar() -> impl IntoView {
    view! {
        <svg class="face jar" viewBox="0 0 40 40" aria-hidden="true">
            <rect width="40" height="40" />
            <path d="M15.2 7h9.6l-.8 5h-8zM16 30h8l.8 4h-9.6z" />
            <ellipse cx="20" cy="21" rx="13.5" ry="11.6" />
            <path class="glaze" d="M27 11.1A13.5 11.6 0 0 1 27 30.9 18 18 0 0 0 27 11.1z" />
        </svg>
    }
}

/// The class that holds a bot's colour. One that is not in the room any more has a colour of its name.
pub(crate) fn colour(bots: &[Bot], handle: &str) -> String {
    let colour = bots.iter().find(|bot| bot.handle == handle).map(|bot| u64::from(bot.colour));
    format!("bot-{}", colour.unwrap_or_else(|| patchwork::digest(handle)) % BOT_COLOURS)
}
