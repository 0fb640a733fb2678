//! The form of a room's settings: topic, slow mode, lock, and moderation. All are saved at once.

use leptos::prelude::*;
use shared::{RoomSettings, Strictness, limits};
use web_sys::SubmitEvent;

use crate::browser::form::{choice_index, is_checked, typed};
use crate::browser::text_input::clean;
use crate::components::views::views;
use crate::i18n::text;
use crate::state::room_context::RoomContext;

/// The seconds between two messages to choose from; 0 is off.
const SLOW_MODES: [u32; 8] = [0, 5, 10, 30, 60, 300, 900, 3600];

#[component]
pub(super) fn SettingsForm() -> impl IntoView {
    let room = RoomContext::expect();
    let signals = room.signals;
    let draft = RwSignal::new(signals.settings.get_untracked());
    let is_sent = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        signals.notice.set(None);
        match draft.get_untracked().validate() {
            Ok(settings) => {
                draft.set(settings.clone());
                is_sent.set(true);
                room.session.set_room(settings);
            }
            Err(code) => {
                signals.notice.set(Some(crate::state::room_signals::Notice { code, retry_after_ms: None }));
            }
        }
    };
    let is_saved = move || signals.settings.with(|settings| draft.with(|draft| settings == draft));
    let progress = move || match (is_sent.get(), is_saved()) {
        (true, true) => text().owners.saved,
        (true, false) if signals.notice.read().is_none() => text().saving,
        _ => "",
    };
    view! {
        <form class="modal-form" on:submit=submit on:input=move |_| is_sent.set(false)>
            <Topic draft />
            <SlowMode draft />
            <Lock draft />
            <ModerationChoice draft />
            <div class="field-row">
                <button type="submit" class="button main">
                    {text().save}
                </button>
                <p class="quiet-text" role="status">
                    {move || progress()}
                </p>
            </div>
        </form>
    }
}

#[component]
fn Topic(draft: RwSignal<RoomSettings>) -> impl IntoView {
    view! {
        <div class="field">
            <label for="room-topic">{text().owners.topic}</label>
            <input
                id="room-topic"
                type="text"
                dir="auto"
                autocomplete="off"
                maxlength=limits::TOPIC_CHARACTERS.to_string()
                aria-describedby="room-topic-note"
                value=draft.get_untracked().topic
                on:input=move |event| draft.write().topic = clean(&typed(&event))
            />
            <p class="quiet-text" id="room-topic-note">
                {text().owners.topic_note}
            </p>
        </div>
    }
}

#[component]
fn SlowMode(draft: RwSignal<RoomSettings>) -> impl IntoView {
    let present = draft.get_untracked().slow_mode;
    let mut choices = SLOW_MODES.to_vec();
    if !choices.contains(&present) {
        choices.insert(choices.partition_point(|seconds| *seconds < present), present);
    }
    let options = choices.iter().map(|seconds| {
        let label = match seconds {
            0 => text().owners.slow_mode_off.to_owned(),
            _ => (text().owners.seconds)(*seconds),
        };
        view! { <option selected=*seconds == present>{label}</option> }
    });
    let options = views(options);
    let choose = move |event| {
        if let Some(seconds) = choices.get(choice_index(&event)) {
            draft.write().slow_mode = *seconds;
        }
    };
    view! {
        <div class="field">
            <label for="slow-mode">{text().owners.slow_mode}</label>
            <select id="slow-mode" class="input" on:change=choose>
                {options}
            </select>
        </div>
    }
}

#[component]
fn Lock(draft: RwSignal<RoomSettings>) -> impl IntoView {
    view! {
        <div class="field">
            <label class="tool">
                <input
                    type="checkbox"
                    checked=draft.get_untracked().locked
                    aria-describedby="lock-note"
                    on:change=move |event| draft.write().locked = is_checked(&event)
                />
                {text().owners.lock}
            </label>
            <p class="quiet-text" id="lock-note">
                {text().owners.lock_note}
            </p>
        </div>
    }
}

#[component]
fn ModerationChoice(draft: RwSignal<RoomSettings>) -> impl IntoView {
    let owners = &text().owners;
    let choices = [
        (None, owners.by_default, owners.by_default_note, "default-note"),
        (Some(Strictness::Strict), owners.strict, owners.strict_note, "strict-note"),
        (Some(Strictness::Normal), owners.normal, owners.normal_note, "normal-note"),
        (Some(Strictness::Off), owners.off, owners.off_note, "off-note"),
    ];
    let choices = choices.into_iter().map(|(strictness, label, note, note_id)| {
        let is_chosen = draft.with_untracked(|draft| draft.moderation == strictness);
        view! {
            <label class="tool">
                <input
                    type="radio"
                    name="moderation"
                    checked=is_chosen
                    aria-describedby=note_id
                    on:change=move |_| draft.write().moderation = strictness
                />
                {label}
            </label>
            <p class="quiet-text" id=note_id>
                {note}
            </p>
        }
    });
    view! {
        <fieldset class="field">
            <legend>{owners.moderation}</legend>
            {views(choices)}
        </fieldset>
    }
}
