//! The state of the bot form: what was typed, what is wrong with it, and saving it.

use client::BotSaveState;
use leptos::prelude::*;
use shared::{BotDraft, BotOptions, FieldError};

use super::draft::{DraftField, DraftTexts, control_id};
use crate::browser::focus::focus;
use crate::i18n::text;
use crate::state::session::Session;

#[derive(Clone, Copy)]
pub(super) struct FormState {
    session: Session,
    texts: RwSignal<DraftTexts>,
    /// The names of fields that were typed in since the form was opened or refused.
    touched: RwSignal<Vec<String>>,
}

impl FormState {
    pub(super) fn new(session: Session, draft: BotDraft) -> Self {
        let texts = DraftTexts::new(draft);
        Self { session, texts: RwSignal::new(texts), touched: RwSignal::new(Vec::new()) }
    }

    /// What the operator lets a custom bot be made of.
    pub(super) fn options(self) -> BotOptions {
        untrack(|| self.session.custom_bots()).map(|custom_bots| custom_bots.options).unwrap_or_default()
    }

    /// The text of a field.
    pub(super) fn text(self, field: DraftField) -> String {
        self.texts.with_untracked(|texts| texts.get(field).to_owned())
    }

    pub(super) fn set_text(self, field: DraftField, typed: String) {
        self.texts.update(|texts| texts.set(field, typed));
    }

    /// Shows what is wrong with a field from now on.
    pub(super) fn touch(self, field: DraftField) {
        self.touched.update(|touched| touched.push(field.name().to_owned()));
    }

    /// What is wrong with a field. Tracked.
    pub(super) fn complaint(self, field: DraftField) -> Option<String> {
        let name = field.name();
        let is_touched = self.touched.with(|touched| touched.iter().any(|other| other == name));
        let faults = match self.session.bot_save_state() {
            _ if is_touched => self.texts.read().draft().validate(&self.options()),
            BotSaveState::Refused { errors: faults, .. } => faults,
            _ => Vec::new(),
        };
        let fault = faults.into_iter().find(|fault| fault.field == name)?;
        Some((text().field_error)(name, fault.code).to_owned())
    }

    /// Why the room refused the bot. Tracked.
    pub(super) fn refusal(self) -> Option<&'static str> {
        match self.session.bot_save_state() {
            BotSaveState::Refused { code, .. } => Some((text().error)(code)),
            BotSaveState::Idle | BotSaveState::Saving | BotSaveState::Saved => None,
        }
    }

    pub(super) fn is_saving(self) -> bool {
        self.session.bot_save_state() == BotSaveState::Saving
    }

    /// Sends the draft to the room, or focuses the first field that is wrong.
    pub(super) fn save(self) {
        if untrack(|| self.is_saving()) {
            return;
        }
        let draft = self.texts.read_untracked().draft();
        let faults = draft.validate(&self.options());
        if faults.is_empty() {
            return self.session.save_bot(draft);
        }
        focus_first(&faults);
        self.touched.set(faults.into_iter().map(|fault| fault.field).collect());
    }

    /// Leaves when the bot was saved. When it was refused, focuses the first field that is wrong; its error is shown until
    /// the field is typed in again.
    pub(super) fn watch_saving(self, leave: impl Fn() + 'static) {
        Effect::new(move |was_saving: Option<bool>| {
            let state = self.session.bot_save_state();
            let is_saving = state == BotSaveState::Saving;
            match state {
                BotSaveState::Saved => leave(),
                BotSaveState::Refused { errors: faults, .. } if was_saving == Some(true) => {
                    self.touched.set(Vec::new());
                    focus_first(&faults);
                }
                BotSaveState::Refused { .. } | BotSaveState::Idle | BotSaveState::Saving => {}
            }
            is_saving
        });
    }
}

fn focus_first(faults: &[FieldError]) {
    if let Some(fault) = faults.first() {
        focus(&format!("#{}", control_id(&fault.field)));
    }
}
