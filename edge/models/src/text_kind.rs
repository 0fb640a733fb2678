//! Whether an answer's deltas were text or a refusal, which decides what an end without a text means.

use crate::event::{FinishReason, ModelEvent};

/// The kind of the deltas so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum TextKind {
    #[default]
    Nothing,
    /// Only refusal deltas arrived.
    Refusal,
    /// Text deltas arrived, and perhaps refusal deltas too: the answer then counts as text.
    Text,
}

impl TextKind {
    /// Pushes a text delta, unless it is empty.
    pub(crate) fn push_text(&mut self, text: &str, events: &mut Vec<ModelEvent>) {
        if !text.is_empty() {
            *self = Self::Text;
            events.push(ModelEvent::Text(text.to_owned()));
        }
    }

    /// Pushes a refusal delta, unless it is empty.
    pub(crate) fn push_refusal(&mut self, text: &str, events: &mut Vec<ModelEvent>) {
        if !text.is_empty() {
            *self = if *self == Self::Text { Self::Text } else { Self::Refusal };
            events.push(ModelEvent::Refusal(text.to_owned()));
        }
    }

    /// The finish reason of a whole answer.
    pub(crate) fn finish_reason(self) -> FinishReason {
        if self == Self::Refusal { FinishReason::Refused } else { FinishReason::Complete }
    }
}
