//! What holds in the room while one writes: that the reader is muted, or that slow mode is on.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;

use crate::browser::clock::now;
use crate::browser::dates;
use crate::i18n::text;
use crate::reactive::effect;
use crate::state::room_context::RoomContext;

/// `setTimeout` takes a signed 32-bit number of milliseconds.
const MAX_TIMEOUT_MS: u64 = i32::MAX as u64;

/// A line above the composer, or none.
#[component]
pub(crate) fn StandingLine() -> impl IntoView {
    let signals = RoomContext::expect().signals;
    // The end of a mute is not told: the line looks again when it is due.
    let timer = StoredValue::new_local(None::<Timeout>);
    effect(move || {
        let wait =
            signals.muted_until().map(|until| until.since(now()).saturating_add(1).min(MAX_TIMEOUT_MS));
        let wait = wait.and_then(|wait| u32::try_from(wait).ok());
        timer.set_value(wait.map(|wait| Timeout::new(wait, move || _ = signals.you.try_update(|_| ()))));
    });
    let sentence = move || match (signals.muted_until(), signals.settings.read().slow_mode) {
        (Some(until), _) => Some((text().owners.you_are_muted)(&dates::day_and_time(until, now()))),
        // Owners and operators need not wait.
        (None, _) if signals.can_moderate() => None,
        (None, 0) => None,
        (None, seconds) => Some((text().owners.slow_mode_here)(seconds)),
    };
    let is_muted = move || signals.muted_until().is_some();
    view! {
        <p class="standing" class:danger=is_muted role="status">
            {move || sentence()}
        </p>
    }
}
