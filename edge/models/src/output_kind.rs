//! What an answer's deltas told so far, which decides what an end without words means.

use crate::event::{FinishReason, ModelEvent};

/// Tells words on, and remembers of which kind they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum OutputKind {
    /// No words.
    #[default]
    Nothing,
    /// Words of a refusal.
    Refusal,
    /// Words of an answer, and perhaps of a refusal too: then it is an answer.
    Text,
}

impl OutputKind {
    /// Tells more of the answer. An empty text is none.
    pub(crate) fn text(&mut self, text: &str, events: &mut Vec<ModelEvent>) {
        if !text.is_empty() {
            *self = Self::Text;
            events.push(ModelEvent::Text(text.to_owned()));
        }
    }

    /// Tells more of a refusal. An empty text is none.
    pub(crate) fn refusal(&mut self, text: &str, events: &mut Vec<ModelEvent>) {
        if !text.is_empty() {
            *self = if *self == Self::Text { Self::Text } else { Self::Refusal };
            events.push(ModelEvent::Refusal(text.to_owned()));
        }
    }

    /// How an answer ended that is whole.
    pub(crate) fn whole(self) -> FinishReason {
        if self == Self::Refusal { FinishReason::Refused } else { FinishReason::Complete }
    }
}
