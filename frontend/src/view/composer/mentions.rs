//! Who may be meant by the `@` word that is being typed, offered over the field.
//!
//! The focus stays in the field; the offers are a list that the field points to. While an input method composes, keys are
//! its own, and the offers only follow the text.

use client::{MentionCompletion, Suggestion, SuggestionTarget};
use leptos::prelude::*;
use web_sys::{KeyboardEvent, MouseEvent};

use super::field::TextField;
use crate::text::text;
use crate::view::dynamic::part;
use crate::view::element::{side_by_side, view};
use crate::view::face::{cloth, colour, jar};
use crate::view::panel;
use crate::view::yard::Yard;

/// The list's id.
pub(super) const ID: &str = "mentions";

/// The offers, and which of them is chosen.
#[derive(Clone, Copy)]
pub(super) struct Mentions {
    yard: Yard,
    field: TextField,
    offers: RwSignal<Offers>,
}

#[derive(Debug, Clone, PartialEq, Default)]
struct Offers {
    completion: Option<MentionCompletion>,
    /// What Enter takes: the first, unless the word is a name as it stands.
    active: Option<usize>,
    /// Where the word begins that the person wants no offers for.
    dismissed: Option<usize>,
}

impl Mentions {
    pub(super) fn new(yard: Yard, field: TextField) -> Self {
        Self { yard, field, offers: RwSignal::new(Offers::default()) }
    }

    /// The text or the caret is another one now.
    pub(super) fn follow(self) {
        let completion =
            self.field.caret().and_then(|caret| self.yard.session.complete(&self.field.value(), caret));
        let from = completion.as_ref().map(|completion| completion.from);
        let before = self.offers.get_untracked();
        let dismissed = before.dismissed.filter(|dismissed| Some(*dismissed) == from);
        let completion = completion.filter(|_| dismissed.is_none());
        if completion == before.completion && dismissed == before.dismissed {
            return;
        }
        let count =
            |completion: &Option<MentionCompletion>| completion.as_ref().map_or(0, |it| it.suggestions.len());
        let now = count(&completion);
        if now > 0 && now != count(&before.completion) {
            self.yard.session.live.announcer.say((text().offers)(now));
        }
        let active = completion.as_ref().filter(|completion| !completion.is_complete_name).map(|_| 0);
        self.offers.set(Offers { completion, active, dismissed });
    }

    /// Nothing is offered any more for this word.
    fn dismiss(self) {
        let dismissed = self.offers.get_untracked().completion.map(|completion| completion.from);
        self.offers.set(Offers { dismissed, ..Offers::default() });
    }

    pub(super) fn close(self) {
        if self.is_open() {
            self.offers.set(Offers::default());
        }
    }

    /// The `@` button: opens the offers by writing an `@`, or closes them.
    pub(super) fn toggle(self, on_write: impl Fn() + Send + Sync + 'static) {
        if self.is_open() {
            return self.dismiss();
        }
        let open = move || {
            let before = self.field.caret().zip(Some(self.field.value()));
            let joins = before.is_some_and(|(caret, text)| {
                let head: Vec<u16> = text.encode_utf16().take(caret).collect();
                String::from_utf16_lossy(&head).ends_with(|c: char| !c.is_whitespace())
            });
            self.field.insert(if joins { " @" } else { "@" });
            on_write();
        };
        self.field.when_composed(open);
    }

    /// Takes a key if it is for the offers. Never one of an input method.
    pub(super) fn takes(self, event: &KeyboardEvent, on_write: impl Fn() + Send + Sync + 'static) -> bool {
        if event.is_composing() || event.key_code() == 229 {
            return false;
        }
        let Offers { completion: Some(completion), active, .. } = self.offers.get_untracked() else {
            return false;
        };
        let count = completion.suggestions.len();
        let is_plain = !(event.shift_key() || event.ctrl_key() || event.meta_key() || event.alt_key());
        match (event.key().as_str(), active) {
            ("ArrowDown", active) => self.activate(active.map_or(0, |at| at.saturating_add(1) % count)),
            ("ArrowUp", active) => {
                self.activate(active.filter(|at| *at > 0).unwrap_or(count).saturating_sub(1));
            }
            ("Enter" | "Tab", Some(active)) if is_plain => self.choose(active, on_write),
            ("Escape", _) => {
                event.stop_propagation();
                self.dismiss();
            }
            _ => return false,
        }
        true
    }

    /// What is chosen, for `aria-activedescendant`.
    pub(super) fn active(self) -> Option<String> {
        self.offers.get().active.map(option_id)
    }

    /// Whether there are offers. Watched.
    pub(super) fn shows(self) -> bool {
        self.offers.get().completion.is_some()
    }

    fn is_open(self) -> bool {
        // A field that loses its focus by being taken away still reports that.
        self.offers.try_get_untracked().is_some_and(|offers| offers.completion.is_some())
    }

    fn activate(self, index: usize) {
        self.offers.set(Offers { active: Some(index), ..self.offers.get_untracked() });
        // The list is short, and longer than its window only on a small screen.
        let option = document().get_element_by_id(&option_id(index));
        if let Some(option) = option {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            option.scroll_into_view_with_scroll_into_view_options(&options);
        }
    }

    fn choose(self, index: usize, on_write: impl Fn() + Send + Sync + 'static) {
        let Some(completion) = self.offers.get_untracked().completion else { return };
        let Some(offered) = completion.suggestions.get(index).cloned() else { return };
        self.field.when_composed(move || {
            let (from, to) = (completion.from, completion.to);
            if completion.apply(&self.field.value(), &offered).is_some() {
                self.field.replace(from, to, &offered.replacement);
                on_write();
            }
        });
        self.close();
    }

    /// The list.
    pub(super) fn list(self, on_write: impl Fn() + Copy + Send + Sync + 'static) -> AnyView {
        part(move || {
            let Offers { completion, active, .. } = self.offers.get();
            let completion = completion?;
            let options = completion.suggestions.iter().enumerate().map(|(index, offered)| {
                self.option(
                    index,
                    offered,
                    active == Some(index),
                    Box::new(move || self.choose(index, on_write)),
                )
            });
            let options = options.collect();
            let list = view! {
                <ul class="mentions" id=ID role="listbox" aria-label=text().mentions>
                    {side_by_side(options)}
                </ul>
            };
            Some(list.into_any())
        })
    }

    fn option(self, index: usize, offered: &Suggestion, is_active: bool, choose: Box<dyn Fn()>) -> AnyView {
        let call = offered.replacement.trim().to_owned();
        let (tint, face, name) = match &offered.target {
            SuggestionTarget::Bot(handle) => self.yard.session.live.bots.with_untracked(|bots| {
                let name = bots.iter().find(|bot| bot.handle == *handle).map(panel::name);
                (colour(bots, handle), jar().into_any(), name.unwrap_or_default())
            }),
            SuggestionTarget::Person(id, name) => (String::new(), cloth(id).into_any(), name.clone()),
        };
        view! {
            <li
                id=option_id(index)
                class=format!("mention {tint}")
                role="option"
                aria-selected=is_active.to_string()
                // The field keeps the focus.
                on:mousedown=|event: MouseEvent| event.prevent_default()
                on:click=move |_| choose()
            >
                {face}
                <bdi class="name">{name}</bdi>
                <bdi class="aliases">{call}</bdi>
            </li>
        }
        .into_any()
    }
}

fn option_id(index: usize) -> String {
    format!("mention-{index}")
}
