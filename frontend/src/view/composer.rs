//! Where one writes.
//!
//! The text field is uncontrolled: the page reads it and empties it, and never writes into it while an input method
//! composes, since that doubles or drops syllables. What was asked while composing is done when composing has ended.

mod field;
mod mentions;

use client::Input;
use client::number_format::{format_approximate_dollars, group_thousands};
use leptos::prelude::*;
use shared::text::Body;
use shared::{Bot, ErrorCode};
use web_sys::{CompositionEvent, FocusEvent, KeyboardEvent, MouseEvent, SubmitEvent};

use self::field::TextField;
use self::mentions::Mentions;
use super::control::opener;
use super::dynamic::{effect, flag, part, value, words};
use super::element::view;
use super::icon::{AT, CLOSE, SEND, icon};
use super::quote;
use super::yard::Yard;
use crate::place::Place;
use crate::shell::words::cleaned;
use crate::shell::{storage, theme};
use crate::text::text;

/// With fewer characters left than this, they are counted.
const COUNT_FROM: usize = 300;
/// Bots that are offered with one touch.
const CHIPS: usize = 3;

/// The composer.
#[component]
pub(crate) fn Composer(yard: Yard) -> impl IntoView {
    let field = TextField::new();
    let mentions = Mentions::new(yard, field);
    let characters = RwSignal::new(0_usize);
    let wrong = RwSignal::new(None::<ErrorCode>);
    let counted = move || {
        characters.set(field.value().trim().chars().count());
        field.fit();
    };
    let typed = move || {
        counted();
        mentions.follow();
        let value = field.value();
        wrong.set(None);
        yard.session.tell(Input::Typing(!value.trim().is_empty()));
        yard.place.with_value(|place| {
            if let Place::Room { name, .. } = place {
                storage::keep_draft(name, &value);
            }
        });
    };
    let send = move || {
        match Body::parse(&cleaned(&field.value())) {
            Err(ErrorCode::Empty) => return,
            Err(code) => return wrong.set(Some(code)),
            Ok(body) => yard.session.say(body.into_string(), yard.replies_to.get_untracked()),
        }
        yard.replies_to.set(None);
        yard.scroll.to_newest();
        field.clear();
        typed();
        // The button, where the keyboard may be, goes out with the last word.
        if !is_touch() {
            field.focus();
        }
    };
    let is_blank = move || characters.get() == 0 || !yard.session.live.is_joined();
    let send = move || {
        if !is_blank() {
            field.when_composed(send);
        }
    };
    effect(move || {
        if field.node.get().is_some() {
            field.begin(&draft(yard));
            counted();
            // Whoever has just joined writes next. A touch keyboard opens only when it is asked for.
            if !is_touch() {
                field.focus_if_free();
            }
        }
    });
    view! {
        <form
            class="composer"
            on:submit=move |event: SubmitEvent| {
                event.prevent_default();
                send();
            }
        >
            <Above yard field on_insert=typed />
            {mentions.list(typed)}
            <div class="writing">
                {opener(
                    "quiet at",
                    text().mention,
                    AT,
                    (mentions::ID.to_owned(), value(move || Some(mentions.shows().to_string()))),
                    move || mentions.toggle(typed),
                )}
                <textarea
                    node_ref=field.node
                    rows="1"
                    dir="auto"
                    aria-label=text().message
                    placeholder=text().message_example
                    enterkeyhint=if is_touch() { "enter" } else { "send" }
                    autocomplete="off"
                    // It stays a plain field of several lines, which has no expanded state: the button beside it has.
                    aria-autocomplete="list"
                    aria-controls=value(move || mentions.shows().then(|| mentions::ID.to_owned()))
                    aria-activedescendant=value(move || mentions.active())
                    on:keyup=move |_| mentions.follow()
                    on:click=move |_| mentions.follow()
                    on:input=move |_| typed()
                    on:compositionstart=move |_: CompositionEvent| field.compose(true)
                    on:compositionend=move |_: CompositionEvent| field.compose(false)
                    on:blur=move |_: FocusEvent| {
                        mentions.close();
                        yard.session.tell(Input::Typing(false));
                    }
                    on:keydown=move |event: KeyboardEvent| {
                        if mentions.takes(&event, typed) {
                            event.prevent_default();
                        } else if sends(&event) {
                            event.prevent_default();
                            send();
                        } else if event.key() == "Escape" {
                            yard.replies_to.set(None);
                        }
                    }
                ></textarea>
                <button
                    type="submit"
                    class="send"
                    aria-label=text().send
                    disabled=flag(is_blank)
                    // The field keeps the focus, and a phone its keyboard.
                    on:mousedown=|event: MouseEvent| event.prevent_default()
                >
                    {icon(SEND)}
                </button>
            </div>
            <Below yard field characters wrong />
        </form>
    }
}

/// Over the field: who types, what is replied to, and the bots that can be called.
#[component]
fn Above(yard: Yard, field: TextField, on_insert: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let live = yard.session.live;
    let chip = move |bot: Bot| {
        let call = format!("@{} ", bot.handle);
        let label = (text().call_bot)(&bot.handle);
        view! {
            <button
                type="button"
                class="chip"
                aria-label=label
                on:mousedown=|event: MouseEvent| event.prevent_default()
                on:click=move |_| {
                    field.insert(&call);
                    on_insert();
                }
            >
                "@" {bot.handle}
            </button>
        }
    };
    view! {
        <div class="above">
            <p class="typing">{words(move || live.typing.with(|names| (text().typing)(names)))}</p>
            {part(move || Some(live.bots.get().into_iter().take(CHIPS).map(chip).collect::<Vec<_>>().into_any()))}
        </div>
        {part(move || {
            yard.replies_to.get().map(|seq| {
                field.focus();
                view! {
                    <div class="replying">
                        <p class="quote">{quote::words(yard, seq)}</p>
                        <button
                            type="button"
                            class="quiet small"
                            aria-label=text().cancel_reply
                            on:click=move |_| yard.replies_to.set(None)
                        >
                            {icon(CLOSE)}
                        </button>
                    </div>
                }
                .into_any()
            })
        })}
    }
}

/// Under the field: what is wrong, or how much still fits.
#[component]
fn Below(
    yard: Yard,
    field: TextField,
    characters: RwSignal<usize>,
    wrong: RwSignal<Option<ErrorCode>>,
) -> impl IntoView {
    let limit = yard.session.live.limit;
    let count = words(move || {
        let (characters, limit) = (characters.get(), limit.get());
        if characters > limit {
            (text().over)(characters.saturating_sub(limit))
        } else {
            let left = limit.saturating_sub(characters);
            if left < COUNT_FROM { (text().left)(left) } else { String::new() }
        }
    });
    let is_too_much = move || wrong.read().is_some() || characters.get() > limit.get();
    view! {
        <p class="below" class:alarm=flag(is_too_much)>
            <span aria-live="polite">{words(move || wrong.get().map(text().code).unwrap_or_default())}</span>
            <span class="hint">{words(move || {
                characters.track();
                hint(yard, &field.value())
            })}</span>
            <span class="count">{count}</span>
        </p>
    }
}

/// What sending it would set off: which bots it asks, how much they read, what that costs.
fn hint(yard: Yard, typed: &str) -> String {
    yard.session.live.bots.track();
    let Some(hint) = yard.session.hint(typed, yard.replies_to.get()) else { return String::new() };
    let bots = hint.bots.iter().map(|handle| format!("@{handle}")).collect::<Vec<_>>().join(" ");
    let words = (text().hint)(&bots, &group_thousands(round(hint.tokens)));
    match hint.cost {
        Some(cost) => format!("{words} · {}", format_approximate_dollars(cost)),
        None => words,
    }
}

/// Two digits that count: more would look like knowledge.
fn round(tokens: u64) -> u64 {
    let step = 10_u64.saturating_pow(tokens.checked_ilog10().unwrap_or_default().saturating_sub(1));
    tokens.div_ceil(step).saturating_mul(step)
}

fn draft(yard: Yard) -> String {
    yard.place.with_value(|place| match place {
        Place::Room { name, .. } => storage::draft(name).unwrap_or_default(),
        Place::Landing | Place::Nowhere => String::new(),
    })
}

/// Whether a key press sends. While composing, Enter belongs to the input method: browsers say so in one of two ways,
/// and Safari only in the second. On a touch keyboard it makes a new line, unless a command key is held.
pub(crate) fn sends(event: &KeyboardEvent) -> bool {
    let is_composing = event.is_composing() || event.key_code() == 229;
    let is_command = event.ctrl_key() || event.meta_key();
    event.key() == "Enter"
        && !is_composing
        && !event.shift_key()
        && !event.alt_key()
        && (is_command || !is_touch())
}

fn is_touch() -> bool {
    theme::asks("(hover: none) and (pointer: coarse)")
}
