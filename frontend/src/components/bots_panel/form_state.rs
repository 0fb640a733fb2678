//! The state of the bot form: what was typed, what is wrong with it, and saving it.

use client::Setting;
use leptos::prelude::*;
use shared::{Draft, FieldFault, Offer};

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
    pub(super) fn new(session: Session, draft: Draft) -> Self {
        let texts = DraftTexts::new(draft);
        Self { session, texts: RwSignal::new(texts), touched: RwSignal::new(Vec::new()) }
    }

    /// What the operator lets a custom bot be made of.
    pub(super) fn options(self) -> Offer {
        untrack(|| self.session.custom_bots()).map(|custom_bots| custom_bots.offer).unwrap_or_default()
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
            _ if is_touched => self.texts.read().draft().faults(&self.options()),
            Setting::Refused { faults, .. } => faults,
            _ => Vec::new(),
        };
        let fault = faults.into_iter().find(|fault| fault.field == name)?;
        Some((text().field_error)(name, fault.code).to_owned())
    }

    /// Why the room refused the bot. Tracked.
    pub(super) fn refusal(self) -> Option<&'static str> {
        match self.session.bot_save_state() {
            Setting::Refused { code, .. } => Some((text().error)(code)),
            Setting::Idle | Setting::UnderWay | Setting::Done => None,
        }
    }

    /// Tracked.
    pub(super) fn is_saving(self) -> bool {
        self.session.bot_save_state() == Setting::UnderWay
    }

    /// Sends the draft to the room, or focuses the first field that is wrong.
    pub(super) fn save(self) {
        if untrack(|| self.is_saving()) {
            return;
        }
        let draft = self.texts.read_untracked().draft();
        let faults = draft.faults(&self.options());
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
            let is_saving = state == Setting::UnderWay;
            match state {
                Setting::Done => leave(),
                Setting::Refused { faults, .. } if was_saving == Some(true) => {
                    self.touched.set(Vec::new());
                    focus_first(&faults);
                }
                Setting::Refused { .. } | Setting::Idle | Setting::UnderWay => {}
            }
            is_saving
        });
    }
}

fn focus_first(faults: &[FieldFault]) {
    if let Some(fault) = faults.first() {
        focus(&format!("#{}", control_id(&fault.field)));
    }
}
