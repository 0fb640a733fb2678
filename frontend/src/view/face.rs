//! Faces. A person's is a patchwork cloth (조각보) that follows from their identity, so nobody can choose or copy it;
//! a bot's is a plain moon jar (달항아리), a shape that no person can have.

mod patchwork;

use leptos::prelude::*;
use shared::{Author, PersonId};

/// How many colours bots have in the style sheet.
const BOT_COLOURS: u64 = 6;

/// The face of a message's author.
pub(crate) fn face(author: &Author) -> AnyView {
    match author {
        Author::Human { id, .. } => cloth(id).into_any(),
        Author::Bot { name } => jar(name).into_any(),
    }
}

/// A person's cloth.
pub(crate) fn cloth(person: &PersonId) -> impl IntoView + use<> {
    let fields: Vec<_> = patchwork::fields(person.as_str())
        .into_iter()
        .map(|field| view! { <polygon class=field.colour points=field.points /> })
        .collect();
    view! {
        <svg class="face cloth" viewBox="0 0 40 40" aria-hidden="true">
            {fields}
        </svg>
    }
}

/// A bot's jar.
pub(crate) fn jar(handle: &str) -> impl IntoView + use<> {
    view! {
        <svg class=format!("face jar {}", colour(handle)) viewBox="0 0 40 40" aria-hidden="true">
            <rect width="40" height="40" />
            <path d="M15.5 8h9v1.9c5.8 1.5 9.6 5.7 9.6 11 0 5.5-3.9 9.6-8.9 11.4v1.3H14.800v-1.3C9.800 30.5 5.9 26.4 5.9 20.9c0-5.3 3.800-9.5 9.6-11z" />
            <path class="glaze" d="M28.6 14.4c2.3 1.7 3.6 3.9 3.6 6.6 0 3.7-2.200 6.7-5.3 8.5 1.9-2.100 2.9-4.7 2.9-7.7 0-2.7-.4-5.100-1.200-7.4z" />
        </svg>
    }
}

/// The class that holds a bot's colour.
pub(crate) fn colour(handle: &str) -> String {
    format!("bot-{}", patchwork::digest(handle) % BOT_COLOURS)
}
