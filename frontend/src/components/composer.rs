//! The composer: the text field for a new message, with mention suggestions, the quote of the message that is replied to,
//! and a line that counts characters and estimates what asking a bot costs.
//!
//! The field is uncontrolled: it is read and emptied, but never written to while an input method (IME) composes, since that
//! doubles or drops syllables. What is asked for during a composition is done when it has ended.

mod footer;
mod mentions;
mod text_field;

use client::{Command, Input, parse_command};
use leptos::prelude::*;
use shared::text::Body;
use shared::{Bot, ErrorCode};
use web_sys::{KeyboardEvent, SubmitEvent};

use self::footer::Footer;
use self::mentions::{MentionList, Mentions};
use self::text_field::TextField;
use super::button::{IconButton, keep_focus};
use super::icon::{AT, CLOSE, EMOJI, Icon, SEND};
use super::quote::QuoteText;
use crate::browser::keyboard::is_submit_key;
use crate::browser::media::is_touch_device;
use crate::browser::text_input::clean;
use crate::browser::{parts, storage};
use crate::components::views::views;
use crate::i18n::{localized_handle, text};
use crate::reactive::effect;
use crate::state::room_context::RoomContext;

/// The number of bots that can be mentioned with one tap.
const CHIPS: usize = 3;

/// What the parts of the composer share.
#[derive(Clone, Copy)]
struct Composing {
    room: RoomContext,
    field: TextField,
    mentions: Mentions,
    /// Characters of the trimmed text.
    characters: RwSignal<usize>,
    /// Why the text was not sent.
    complaint: RwSignal<Option<ErrorCode>>,
    /// Whether the text is to be sent as soon as the reader has joined.
    is_waiting: RwSignal<bool>,
}

#[component]
pub(crate) fn Composer() -> impl IntoView {
    let composing = Composing::new(RoomContext::expect());
    let Composing { room, field, mentions, .. } = composing;
    composing.follow();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        composing.send();
    };
    let on_write = Callback::new(move |()| composing.on_input());
    let toggle_mentions = Callback::new(move |()| mentions.toggle(on_write));
    view! {
        <form class="composer" on:submit=submit>
            <div class="above">
                <p class="typing">{move || (text().typing)(&shown_typing(room))}</p>
                <BotChips composing on_write />
            </div>
            <ReplyingTo field />
            <MentionList mentions on_write />
            <div class="input-row">
                <IconButton
                    class="quiet at"
                    label=text().mention
                    icon=AT
                    controls=mentions::ID
                    is_open=Signal::derive(move || mentions.is_shown())
                    on_click=toggle_mentions
                />
                // Before the field, so that with the keyboard the send button follows it.
                <EmojiButton />
                <MessageField composing on_write />
                <button
                    type="submit"
                    class="send"
                    aria-label=text().send
                    disabled=move || composing.is_blank()
                    on:mousedown=keep_focus
                >
                    <Icon path=SEND />
                </button>
            </div>
            <Footer
                field
                characters=composing.characters
                complaint=composing.complaint
                is_waiting=composing.is_waiting
            />
        </form>
    }
}

/// Offers all emoji. On narrow screens the keyboard does.
#[component]
fn EmojiButton() -> impl IntoView {
    let choose = Callback::new(|()| parts::write_emoji());
    view! { <IconButton class="quiet emoji-button" label=text().emoji icon=EMOJI on_click=choose /> }
}

#[component]
fn MessageField(composing: Composing, on_write: Callback<()>) -> impl IntoView {
    let Composing { room, field, mentions, .. } = composing;
    let on_keydown = move |event: KeyboardEvent| {
        if mentions.handle_key(&event, on_write) {
            event.prevent_default();
        } else if is_submit_key(&event) {
            event.prevent_default();
            composing.send();
        } else if event.key() == "Escape" {
            room.reply_to.set(None);
        }
    };
    let on_blur = move |_| {
        mentions.close();
        room.session.tell(Input::Typing(false));
    };
    view! {
        <textarea
            node_ref=field.node
            rows="1"
            dir="auto"
            aria-label=text().message
            placeholder=text().message_example
            enterkeyhint=if is_touch_device() { "enter" } else { "send" }
            autocomplete="off"
            // A multi-line text field has no expanded state (ARIA 1.2 `textbox`); the button beside it has.
            aria-autocomplete="list"
            aria-controls=move || mentions.is_shown().then_some(mentions::ID)
            aria-activedescendant=move || mentions.active_id()
            on:keyup=move |_| mentions.update()
            on:click=move |_| mentions.update()
            on:input=move |_| composing.on_input()
            on:compositionstart=move |_| field.on_composition(true)
            on:compositionend=move |_| field.on_composition(false)
            on:blur=on_blur
            on:keydown=on_keydown
        ></textarea>
    }
}

/// Buttons that insert a mention of one of the first bots.
#[component]
fn BotChips(composing: Composing, on_write: Callback<()>) -> impl IntoView {
    let Composing { room, field, mentions, .. } = composing;
    let bots = room.signals.bots;
    let chip = move |bot: Bot| {
        let name = localized_handle(&bot).to_owned();
        let mention = format!("@{name} ");
        let label = (text().call_bot)(&name);
        let insert = move |_| {
            field.insert(&format!("{}{mention}", mentions.separator()));
            on_write.run(());
        };
        view! {
            <button
                type="button"
                class="chip"
                aria-label=label
                on:mousedown=keep_focus
                on:click=insert
            >
                "@" {name}
            </button>
        }
    };
    view! { {move || views(bots.get().into_iter().take(CHIPS).map(chip))} }
}

/// The quote of the message that the next one replies to, with a button that cancels the reply.
#[component]
fn ReplyingTo(field: TextField) -> impl IntoView {
    let reply_to = RoomContext::expect().reply_to;
    let replying = move || {
        reply_to.get().map(|seq| {
            field.focus();
            view! {
                <div class="replying">
                    <p class="quote">
                        <QuoteText seq />
                    </p>
                    <button
                        type="button"
                        class="quiet small"
                        aria-label=text().cancel_reply
                        on:click=move |_| reply_to.set(None)
                    >
                        <Icon path=CLOSE />
                    </button>
                </div>
            }
            .into_any()
        })
    };
    view! { {move || replying()} }
}

/// The nicknames of those who type, without the people whom the reader has muted for themselves.
fn shown_typing(room: RoomContext) -> Vec<String> {
    let signals = room.signals;
    let mut names = signals.typing.get();
    signals.people.with(|people| {
        signals.hidden_people.with(|hidden| {
            let is_hidden = |name: &String| {
                people.iter().any(|person| person.name == *name && hidden.contains(&person.id))
            };
            names.retain(|name| !is_hidden(name));
        });
    });
    names
}

impl Composing {
    fn new(room: RoomContext) -> Self {
        let field = TextField::new();
        Self {
            room,
            field,
            mentions: Mentions::new(room, field),
            characters: RwSignal::new(0),
            complaint: RwSignal::new(None),
            is_waiting: RwSignal::new(false),
        }
    }

    /// Does what the room and other views ask of the composer.
    fn follow(self) {
        effect(move || {
            if self.field.node.get().is_some() {
                self.restore_draft();
            }
        });
        effect(move || {
            if let Some(name) = self.room.mention_request.get() {
                self.room.mention_request.set(None);
                self.mention(&name);
            }
        });
        effect(move || {
            if self.room.signals.is_joined() && self.is_waiting.get() {
                self.send();
            }
        });
    }

    /// Puts the stored draft into the field and focuses it: whoever has just joined writes next. On touch devices the
    /// on-screen keyboard opens only when the reader taps the field.
    fn restore_draft(self) {
        let draft = self.room.name.with_value(storage::draft);
        self.field.set_initial(&draft.unwrap_or_default());
        self.count();
        if !is_touch_device() {
            self.field.focus_if_unfocused();
        }
    }

    /// Handles a change of the field's text by the reader or by this page.
    fn on_input(self) {
        self.count();
        self.mentions.update();
        let value = self.field.value();
        self.complaint.set(None);
        self.is_waiting.set(false);
        let limit = self.room.signals.max_characters.get_untracked();
        if value.contains(':') || self.characters.get_untracked() > limit {
            parts::help_composing(limit);
        }
        self.room.session.tell(Input::Typing(!value.trim().is_empty()));
        self.room.name.with_value(|name| storage::set_draft(name, &value));
    }

    /// Writes a mention of this nickname at the caret.
    fn mention(self, name: &str) {
        let mention = format!("{}@{name} ", self.mentions.separator());
        self.field.when_composed(move || {
            self.field.insert(&mention);
            self.on_input();
        });
    }

    fn count(self) {
        self.characters.set(self.field.value().trim().chars().count());
        self.field.fit_height();
    }

    /// Whether there is nothing to send, or the reader may not write. Tracked.
    fn is_blank(self) -> bool {
        self.characters.get() == 0 || self.room.signals.muted_until().is_some()
    }

    /// Sends the text, after the end of a composition. Before the reader has joined it waits for that.
    fn send(self) {
        let (is_blank, is_joined) = untrack(|| (self.is_blank(), self.room.signals.is_joined()));
        self.is_waiting.set(!is_blank && !is_joined);
        if !is_blank && is_joined {
            self.field.when_composed(move || self.send_now());
        }
    }

    fn send_now(self) {
        let mut typed = clean(&self.field.value());
        let command = self.room.signals.bots.with_untracked(|bots| {
            parse_command(&typed, bots).map(|(command, rest)| (command, rest.to_owned()))
        });
        match command {
            Some((Command::Ask { handle }, rest)) => typed = format!("@{handle} {rest}"),
            Some((command, rest)) => {
                self.field.clear();
                self.on_input();
                return self.room.obey(command, rest);
            }
            None => {}
        }
        match Body::parse(&typed) {
            Err(ErrorCode::Empty) => return,
            Err(code) => return self.complaint.set(Some(code)),
            Ok(body) => {
                self.room.session.send_message(body.into_string(), self.room.reply_to.get_untracked());
            }
        }
        self.room.reply_to.set(None);
        self.room.to_newest();
        self.field.clear();
        self.on_input();
        // The send button, which may have the focus, is disabled now.
        if !is_touch_device() {
            self.field.focus();
        }
    }
}
