//! Avatars. A person's is a patchwork pattern (조각보) computed from their id, so nobody can choose or copy it; a bot's is
//! a moon jar (달항아리) in the bot's color, a shape that no person can have.

mod pattern;

use leptos::prelude::*;
use shared::{Author, Bot, PersonId};

use super::views::views;

/// The number of `.bot-…` colors in the style sheet.
const BOT_COLORS: u64 = 8;

/// The avatar of a message's author.
#[component]
pub(crate) fn Avatar(author: Author) -> impl IntoView {
    match author {
        Author::Human { id, .. } => view! { <PersonAvatar id /> }.into_any(),
        Author::Bot { .. } => view! { <BotAvatar /> }.into_any(),
    }
}

#[component]
pub(crate) fn PersonAvatar(id: PersonId) -> impl IntoView {
    let pieces = pattern::pieces(id.as_str());
    let polygons =
        pieces.into_iter().map(|piece| view! { <polygon class=piece.class points=piece.points /> });
    view! {
        <svg class="avatar person-avatar" viewBox="0 0 400 400" aria-hidden="true">
            {views(polygons)}
        </svg>
    }
}

/// A bot's avatar, in the color that an element around it sets with [`bot_color_class`].
#[component]
pub(crate) fn BotAvatar() -> impl IntoView {
    view! {
        <svg class="avatar bot-avatar" viewBox="0 0 40 40" aria-hidden="true">
            <rect width="40" height="40" />
            <path d="M15.2 7h9.6l-.8 5h-8zM16 30h8l.8 4h-9.6z" />
            <ellipse cx="20" cy="21" rx="13.5" ry="11.6" />
            <path class="glaze" d="M27 11.1A13.5 11.6 0 0 1 27 30.9 18 18 0 0 0 27 11.1z" />
        </svg>
    }
}

/// The CSS class that sets a bot's color. The color of a bot that is no longer in the room follows from its handle.
pub(crate) fn bot_color_class(bots: &[Bot], handle: &str) -> String {
    let color = bots.iter().find(|bot| bot.handle == handle).map(|bot| u64::from(bot.colour));
    format!("bot-{}", color.unwrap_or_else(|| pattern::fnv1a(handle)) % BOT_COLORS)
}
