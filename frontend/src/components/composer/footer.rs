//! The line below the text field: why the text was not sent, what asking a bot would cost, and how many characters are
//! left.

use client::number_format::{format_approximate_dollars, group_thousands};
use leptos::prelude::*;
use shared::ErrorCode;

use super::text_field::TextField;
use crate::i18n::{localized_handle, text};
use crate::state::room_context::RoomContext;

/// The characters that are left are shown when they are fewer than this.
const SHOW_LEFT_BELOW: usize = 300;

#[component]
pub(super) fn Footer(
    field: TextField,
    characters: RwSignal<usize>,
    complaint: RwSignal<Option<ErrorCode>>,
    is_waiting: RwSignal<bool>,
) -> impl IntoView {
    let room = RoomContext::expect();
    let limit = room.signals.max_characters;
    let is_error = move || complaint.read().is_some() || characters.get() > limit.get();
    let hint = move || {
        characters.track();
        cost_hint(room, &field.value())
    };
    view! {
        <p class="below" class:danger=is_error>
            <span aria-live="polite">
                {move || match complaint.get() {
                    Some(code) => (text().error)(code),
                    None if is_waiting.get() => text().unsent,
                    None => "",
                }}
            </span>
            <span class="hint">{move || hint()}</span>
            <span class="count">{move || character_count(characters.get(), limit.get())}</span>
        </p>
    }
}

fn character_count(characters: usize, limit: usize) -> Option<String> {
    if characters > limit {
        return Some((text().characters_over)(characters.saturating_sub(limit)));
    }
    let left = limit.saturating_sub(characters);
    (left < SHOW_LEFT_BELOW).then(|| (text().characters_left)(left))
}

/// Which bots the text would ask, how many tokens they would read, and what that costs. Tracked.
fn cost_hint(room: RoomContext, typed: &str) -> Option<String> {
    let bots = room.signals.bots.get();
    let hint = room.session.hint(typed, room.reply_to.get())?;
    let calls = hint.bots.iter().filter_map(|handle| bots.iter().find(|bot| bot.handle == *handle));
    let bots = calls.map(|bot| format!("@{}", localized_handle(bot))).collect::<Vec<_>>().join(" ");
    let words = (text().cost_hint)(&bots, &group_thousands(round_to_two_digits(hint.tokens)));
    Some(match hint.cost {
        Some(cost) => format!("{words} · {}", format_approximate_dollars(cost)),
        None => words,
    })
}

/// Rounds an estimate up to two significant digits; more would look exact.
fn round_to_two_digits(tokens: u64) -> u64 {
    let step = 10_u64.saturating_pow(tokens.checked_ilog10().unwrap_or_default().saturating_sub(1));
    tokens.div_ceil(step).saturating_mul(step)
}
