//! The composer's text field: reading and changing its text with care for input methods, and its height.

use gloo_timers::callback::Timeout;
use leptos::html::Textarea;
use leptos::prelude::*;
use web_sys::HtmlTextAreaElement;

/// How long a browser may take to end a composition after the field has lost the focus.
const COMPOSITION_END_MS: u32 = 300;
/// The most lines that the field shows in browsers whose style sheets cannot size it (`field-sizing`).
const MAX_ROWS: usize = 6;

#[derive(Clone, Copy)]
pub(super) struct TextField {
    pub(super) node: NodeRef<Textarea>,
    is_composing: StoredValue<bool>,
    /// What to do when the composition has ended.
    after_composition: StoredValue<Option<Callback<()>>>,
}

impl TextField {
    pub(super) fn new() -> Self {
        Self {
            node: NodeRef::new(),
            is_composing: StoredValue::new(false),
            after_composition: StoredValue::new(None),
        }
    }

    /// The text, including what is being composed.
    pub(super) fn value(self) -> String {
        self.element().map(|field| field.value()).unwrap_or_default()
    }

    /// Puts a draft into the field if it is still empty.
    pub(super) fn set_initial(self, draft: &str) {
        if let Some(field) = self.element().filter(|field| field.value().is_empty() && !draft.is_empty()) {
            field.set_value(draft);
        }
    }

    /// Empties the field. Must not be called during a composition.
    pub(super) fn clear(self) {
        if let Some(field) = self.element() {
            field.set_value("");
        }
    }

    pub(super) fn focus(self) {
        if let Some(field) = self.element() {
            let _ = field.focus();
        }
    }

    /// Focuses the field unless another element has the focus.
    pub(super) fn focus_if_unfocused(self) {
        let body = document().body();
        let active = document().active_element();
        if active.is_none() || active.as_ref() == body.as_deref() {
            self.focus();
        }
    }

    /// Inserts a text at the caret. Does nothing during a composition.
    pub(super) fn insert(self, text: &str) {
        let Some(field) = self.writable_element() else { return };
        let start = field.selection_start().ok().flatten().unwrap_or_default();
        let end = field.selection_end().ok().flatten().unwrap_or(start);
        let _ = field.set_range_text_with_start_and_end_and_mode(text, start, end, "end");
        let _ = field.focus();
    }

    /// Replaces the text between two positions in UTF-16 units and puts the caret after it. Does nothing during a
    /// composition.
    pub(super) fn replace(self, from: usize, to: usize, text: &str) {
        let Some(field) = self.writable_element() else { return };
        let unit = |position: usize| u32::try_from(position).unwrap_or(u32::MAX);
        let _ = field.set_range_text_with_start_and_end_and_mode(text, unit(from), unit(to), "end");
        let _ = field.focus();
    }

    /// The caret's position in UTF-16 units; `None` while text is selected.
    pub(super) fn caret(self) -> Option<usize> {
        let field = self.element()?;
        let start = field.selection_start().ok().flatten()?;
        let end = field.selection_end().ok().flatten()?;
        usize::try_from(end).ok().filter(|_| start == end)
    }

    /// Sets the height to the number of lines, for browsers that do not do so by themselves.
    pub(super) fn fit_height(self) {
        if let Some(field) = self.element() {
            let lines = field.value().split('\n').count();
            field.set_rows(u32::try_from(lines.clamp(1, MAX_ROWS)).unwrap_or(1));
        }
    }

    /// Handles the start or the end of a composition.
    pub(super) fn on_composition(self, is_composing: bool) {
        self.is_composing.set_value(is_composing);
        if !is_composing && self.after_composition.with_value(Option::is_some) {
            // The browser finishes changing the field only after this event.
            Timeout::new(0, move || self.finish_composition()).forget();
        }
    }

    /// Runs an action now, or after the current composition, which is ended by taking the focus away for a moment.
    pub(super) fn when_composed(self, action: impl Fn() + Send + Sync + 'static) {
        if !self.is_composing.get_value() {
            return action();
        }
        self.after_composition.set_value(Some(Callback::new(move |()| action())));
        if let Some(field) = self.element() {
            let _ = field.blur();
            Timeout::new(COMPOSITION_END_MS, move || self.finish_composition()).forget();
        }
    }

    fn finish_composition(self) {
        let Some(Some(action)) = self.after_composition.try_update_value(Option::take) else { return };
        self.is_composing.set_value(false);
        action.run(());
        self.focus();
    }

    fn element(self) -> Option<HtmlTextAreaElement> {
        self.node.try_get_untracked().flatten()
    }

    fn writable_element(self) -> Option<HtmlTextAreaElement> {
        self.element().filter(|_| !self.is_composing.get_value())
    }
}
