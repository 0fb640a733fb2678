//! Suggestions for the `@` word that is being typed, in a list over the text field.
//!
//! The focus stays in the field, which points to the list by `aria-activedescendant` (ARIA combobox pattern). While an input
//! method composes, all keys are its own and the list only follows the text.

use client::{MentionCompletion, Suggestion, SuggestionTarget};
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::text_field::TextField;
use crate::browser::keyboard;
use crate::components::avatar::{BotAvatar, PersonAvatar, bot_color_class};
use crate::components::button::keep_focus;
use crate::components::views::views;
use crate::i18n::{bot_name, text};
use crate::state::room_context::RoomContext;

pub(super) const ID: &str = "mentions";

/// The suggestions for the composer's field.
#[derive(Clone, Copy)]
pub(super) struct Mentions {
    room: RoomContext,
    field: TextField,
    suggestions: RwSignal<Suggestions>,
}

#[derive(Debug, Clone, PartialEq, Default)]
struct Suggestions {
    completion: Option<MentionCompletion>,
    /// The suggestion that Enter takes: the first, unless the word is already a complete name.
    active: Option<usize>,
    /// The position of the word for which the reader closed the list.
    dismissed: Option<usize>,
}

impl Mentions {
    pub(super) fn new(room: RoomContext, field: TextField) -> Self {
        Self { room, field, suggestions: RwSignal::new(Suggestions::default()) }
    }

    /// Looks for suggestions again after the text or the caret has changed.
    pub(super) fn update(self) {
        let completion =
            self.field.caret().and_then(|caret| self.room.session.complete(&self.field.value(), caret));
        let from = completion.as_ref().map(|completion| completion.from);
        let before = self.suggestions.get_untracked();
        let dismissed = before.dismissed.filter(|dismissed| Some(*dismissed) == from);
        let completion = completion.filter(|_| dismissed.is_none());
        if completion == before.completion && dismissed == before.dismissed {
            return;
        }
        let count =
            |completion: &Option<MentionCompletion>| completion.as_ref().map_or(0, |it| it.suggestions.len());
        let now = count(&completion);
        if now > 0 && now != count(&before.completion) {
            self.room.signals.announcer.announce((text().suggestions)(now));
        }
        let active = completion.as_ref().filter(|completion| !completion.is_complete_name).map(|_| 0);
        self.suggestions.set(Suggestions { completion, active, dismissed });
    }

    /// Closes the list. It opens again for the same word.
    pub(super) fn close(self) {
        if self.is_open() {
            self.suggestions.set(Suggestions::default());
        }
    }

    /// Opens the list by writing an `@`, or closes it.
    pub(super) fn toggle(self, on_write: Callback<()>) {
        if self.is_open() {
            return self.dismiss();
        }
        self.field.when_composed(move || {
            self.field.insert(&format!("{}@", self.separator()));
            on_write.run(());
        });
    }

    /// The space that a mention at the caret needs before it.
    pub(super) fn separator(self) -> &'static str {
        let before = self.field.caret().zip(Some(self.field.value()));
        let needs_space = before.is_some_and(|(caret, text)| {
            let head: Vec<u16> = text.encode_utf16().take(caret).collect();
            String::from_utf16_lossy(&head).ends_with(|c: char| !c.is_whitespace())
        });
        if needs_space { " " } else { "" }
    }

    /// Handles a key if it is for the open list, and returns whether it was.
    pub(super) fn handle_key(self, event: &KeyboardEvent, on_write: Callback<()>) -> bool {
        if keyboard::is_composing(event) {
            return false;
        }
        let Suggestions { completion: Some(completion), active, .. } = self.suggestions.get_untracked()
        else {
            return false;
        };
        let count = completion.suggestions.len();
        let has_modifier = event.shift_key() || event.ctrl_key() || event.meta_key() || event.alt_key();
        match (event.key().as_str(), active) {
            ("ArrowDown", active) => self.activate(active.map_or(0, |at| at.saturating_add(1) % count)),
            ("ArrowUp", active) => {
                self.activate(active.filter(|at| *at > 0).unwrap_or(count).saturating_sub(1));
            }
            ("Enter" | "Tab", Some(active)) if !has_modifier => self.choose(active, on_write),
            ("Escape", _) => {
                event.stop_propagation();
                self.dismiss();
            }
            // The list goes before the focus moves, so that the focus does not move to the list.
            ("Tab", _) => {
                self.close();
                return false;
            }
            _ => return false,
        }
        true
    }

    /// The id of the active suggestion. Tracked.
    pub(super) fn active_id(self) -> Option<String> {
        self.suggestions.read().active.map(option_id)
    }

    /// Whether the list is shown. Tracked.
    pub(super) fn is_shown(self) -> bool {
        self.suggestions.read().completion.is_some()
    }

    fn is_open(self) -> bool {
        // A field that loses the focus because it is removed still fires its blur event.
        self.suggestions.try_get_untracked().is_some_and(|suggestions| suggestions.completion.is_some())
    }

    /// Closes the list for the current word.
    fn dismiss(self) {
        let dismissed = self.suggestions.get_untracked().completion.map(|completion| completion.from);
        self.suggestions.set(Suggestions { dismissed, ..Suggestions::default() });
    }

    fn activate(self, index: usize) {
        self.suggestions.update(|suggestions| suggestions.active = Some(index));
        if let Some(option) = document().get_element_by_id(&option_id(index)) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            option.scroll_into_view_with_scroll_into_view_options(&options);
        }
    }

    /// Replaces the word by a suggestion.
    fn choose(self, index: usize, on_write: Callback<()>) {
        let Some(completion) = self.suggestions.get_untracked().completion else { return };
        let Some(offered) = completion.suggestions.get(index).cloned() else { return };
        self.field.when_composed(move || {
            let (from, to) = (completion.from, completion.to);
            if completion.apply(&self.field.value(), &offered).is_some() {
                self.field.replace(from, to, &offered.replacement);
                on_write.run(());
            }
        });
        self.close();
    }
}

/// The list of suggestions, when there are any.
#[component]
pub(super) fn MentionList(mentions: Mentions, on_write: Callback<()>) -> impl IntoView {
    let list = move || {
        let Suggestions { completion, active, .. } = mentions.suggestions.get();
        completion.map(|completion| {
            let options = completion.suggestions.into_iter().enumerate().map(|(index, offered)| {
                let on_choose = Callback::new(move |()| mentions.choose(index, on_write));
                view! { <MentionOption index offered is_active={active == Some(index)} on_choose /> }
            });
            view! {
                <ul
                    class="mentions"
                    id=ID
                    role="listbox"
                    aria-label=text().mention_suggestions
                    // What scrolls can be focused (WCAG 2.1.1), but not by a click, which would take the focus off the field.
                    tabindex="0"
                    on:mousedown=keep_focus
                >
                    {views(options)}
                </ul>
            }
            .into_any()
        })
    };
    view! { {move || list()} }
}

#[component]
fn MentionOption(
    index: usize,
    offered: Suggestion,
    is_active: bool,
    on_choose: Callback<()>,
) -> impl IntoView {
    let bots = RoomContext::expect().signals.bots;
    let is_command = matches!(offered.target, SuggestionTarget::Command(..));
    let mention = if is_command { String::new() } else { offered.replacement.trim().to_owned() };
    let (color, avatar, name) = match offered.target {
        SuggestionTarget::Bot(handle) => bots.with_untracked(|bots| {
            let name = bots.iter().find(|bot| bot.handle == handle).map(bot_name);
            let color = bot_color_class(bots, &handle);
            (color, view! { <BotAvatar /> }.into_any(), name.unwrap_or_default())
        }),
        SuggestionTarget::Person(id, name) => (String::new(), view! { <PersonAvatar id /> }.into_any(), name),
        SuggestionTarget::Command(command, word) => {
            let icon = view! { <span class="avatar">"/"</span> }.into_any();
            (String::new(), icon, format!("{word} · {}", (text().reading.command)(command)))
        }
    };
    view! {
        <li
            id=option_id(index)
            class=format!("mention {color}")
            role="option"
            aria-selected=is_active.to_string()
            on:click=move |_| on_choose.run(())
        >
            {avatar}
            <bdi class="name">{name}</bdi>
            <bdi class="aliases">{mention}</bdi>
        </li>
    }
}

fn option_id(index: usize) -> String {
    format!("mention-{index}")
}
