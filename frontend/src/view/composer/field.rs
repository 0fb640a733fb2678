//! The text field's node, with its care for input methods and its height.

use std::time::Duration;

use leptos::html::Textarea;
use leptos::prelude::*;
use web_sys::HtmlTextAreaElement;

/// How long a browser may take to end a composition that it was asked to end.
const PATIENCE: Duration = Duration::from_millis(300);
/// Lines that a field shows where the style sheet cannot size it.
const ROWS: usize = 6;

/// The field.
#[derive(Clone, Copy)]
pub(super) struct TextField {
    pub(super) node: NodeRef<Textarea>,
    is_composing: StoredValue<bool>,
    /// What is to be done when composing has ended.
    then: StoredValue<Option<Box<dyn Fn() + Send + Sync>>>,
}

impl TextField {
    pub(super) fn new() -> Self {
        Self { node: NodeRef::new(), is_composing: StoredValue::new(false), then: StoredValue::new(None) }
    }

    /// The text as it stands, what is being composed included.
    pub(super) fn value(self) -> String {
        self.element().map(|field| field.value()).unwrap_or_default()
    }

    /// Puts a draft into a field that is still empty.
    pub(super) fn begin(self, draft: &str) {
        if let Some(field) = self.element().filter(|field| field.value().is_empty() && !draft.is_empty()) {
            field.set_value(draft);
        }
    }

    /// Empties it. Never called while composing.
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

    /// Takes the focus, unless something else on the page has it.
    pub(super) fn focus_if_free(self) {
        let body = document().body();
        let active = document().active_element();
        if active.is_none() || active.as_ref() == body.as_deref() {
            self.focus();
        }
    }

    /// Puts words where the caret is. While composing nothing may be written, so then nothing happens.
    pub(super) fn insert(self, words: &str) {
        let Some(field) = self.element().filter(|_| !self.is_composing.get_value()) else { return };
        let start = field.selection_start().ok().flatten().unwrap_or_default();
        let end = field.selection_end().ok().flatten().unwrap_or(start);
        let _ = field.set_range_text_with_start_and_end_and_mode(words, start, end, "end");
        let _ = field.focus();
    }

    /// Where the caret is, in UTF-16 units; `None` while something is selected.
    pub(super) fn caret(self) -> Option<usize> {
        let field = self.element()?;
        let start = field.selection_start().ok().flatten()?;
        let end = field.selection_end().ok().flatten()?;
        usize::try_from(end).ok().filter(|_| start == end)
    }

    /// Puts words in the place of others; the caret stands after them. While composing nothing may be written.
    pub(super) fn replace(self, from: usize, to: usize, words: &str) {
        let Some(field) = self.element().filter(|_| !self.is_composing.get_value()) else { return };
        let unit = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        let _ = field.set_range_text_with_start_and_end_and_mode(words, unit(from), unit(to), "end");
        let _ = field.focus();
    }

    /// Gives it the height of its text in browsers that do not do so by themselves.
    pub(super) fn fit(self) {
        if let Some(field) = self.element() {
            let lines = field.value().split('\n').count();
            field.set_rows(u32::try_from(lines.clamp(1, ROWS)).unwrap_or(1));
        }
    }

    /// Composing begins or has ended.
    pub(super) fn compose(self, on: bool) {
        self.is_composing.set_value(on);
        if !on && self.then.with_value(Option::is_some) {
            // The event comes before the browser is done with the field.
            set_timeout(move || self.go_on(), Duration::ZERO);
        }
    }

    /// Does something at once, or when the composition has ended, which it is asked to do by taking the focus away.
    pub(super) fn when_composed(self, action: impl Fn() + Send + Sync + 'static) {
        if !self.is_composing.get_value() {
            return action();
        }
        self.then.set_value(Some(Box::new(action)));
        if let Some(field) = self.element() {
            let _ = field.blur();
            set_timeout(move || self.go_on(), PATIENCE);
        }
    }

    fn go_on(self) {
        let Some(Some(action)) = self.then.try_update_value(Option::take) else { return };
        self.is_composing.set_value(false);
        action();
        self.focus();
    }

    fn element(self) -> Option<HtmlTextAreaElement> {
        self.node.get_untracked()
    }
}
