//! The state of the bot form: what was typed, what is wrong with it, and saving it.

use client::{BotSaveState, Input};
use leptos::prelude::*;
use shared::{BotDraft, BotOptions, FieldError, knowledge};

use super::draft::{DraftField, DraftTexts, control_id};
use crate::browser::focus::focus;
use crate::i18n::text;
use crate::reactive::effect;
use crate::state::session::Session;

#[derive(Clone, Copy)]
pub(super) struct FormState {
    session: Session,
    texts: RwSignal<DraftTexts>,
    /// The names of fields that were typed in since the form was opened or refused.
    touched: RwSignal<Vec<String>>,
    /// The knowledge as the room has it, once it is known.
    knowledge: RwSignal<Option<String>>,
}

impl FormState {
    pub(super) fn new(session: Session, draft: BotDraft) -> Self {
        let handle = draft.handle.clone();
        let state = Self {
            session,
            texts: RwSignal::new(DraftTexts::new(draft)),
            touched: RwSignal::new(Vec::new()),
            knowledge: RwSignal::new(handle.is_empty().then(String::new)),
        };
        if !handle.is_empty() {
            session.tell(Input::RequestKnowledge { handle: handle.clone() });
        }
        effect(move || {
            let known = session.knowledge(&handle);
            if known.is_some() && state.knowledge.with_untracked(Option::is_none) {
                state.set_text(DraftField::Knowledge, known.clone().unwrap_or_default());
                state.knowledge.set(known);
            }
        });
        state
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

    /// Whether the room has told what the bot knows. Tracked.
    pub(super) fn has_knowledge(self) -> bool {
        self.knowledge.read().is_some()
    }

    /// What is wrong with the texts.
    fn faults(self, texts: &DraftTexts) -> Vec<FieldError> {
        let error = knowledge::error(texts.get(DraftField::Knowledge));
        let error = error.map(|code| FieldError::new(knowledge::FIELD, code));
        texts.draft().validate(&self.options()).into_iter().chain(error).collect()
    }

    /// Whether the chosen model does not take what is set in a field, so that it is left out. Tracked.
    pub(super) fn is_refused(self, field: DraftField) -> bool {
        let texts = self.texts.read();
        let (options, typed) = (self.options(), texts.get(field));
        let chosen = Some(texts.get(DraftField::Model)).filter(|model| !model.is_empty());
        let model = chosen.or(options.models.first().map(String::as_str)).unwrap_or_default();
        let value = format!("{}={typed}", field.name());
        let is_named = |refused: &String| *refused == field.name() || *refused == value;
        !typed.is_empty() && options.refused.get(model).is_some_and(|refused| refused.iter().any(is_named))
    }

    /// What is wrong with a field. Tracked.
    pub(super) fn complaint(self, field: DraftField) -> Option<String> {
        let name = field.name();
        let is_touched = self.touched.with(|touched| touched.iter().any(|other| other == name));
        let faults = match self.session.bot_save_state() {
            _ if is_touched => self.faults(&self.texts.read()),
            BotSaveState::Refused { errors: faults, .. } => faults,
            _ => Vec::new(),
        };
        let fault = faults.into_iter().find(|fault| fault.field == name)?;
        let reason = (text().field_error)(name, fault.code);
        Some(if fault.place.is_empty() { reason.to_owned() } else { format!("{reason} ({})", fault.place) })
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
        let texts = self.texts.get_untracked();
        let faults = self.faults(&texts);
        if faults.is_empty() {
            let typed = texts.get(DraftField::Knowledge);
            let known = self.knowledge.get_untracked();
            let is_changed = known.is_some_and(|known| known.trim() != typed);
            return self.session.save_bot(texts.draft(), is_changed.then(|| typed.to_owned()));
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
