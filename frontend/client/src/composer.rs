//! What helps a person while they write: suggestions for the `@` word at the caret, and the cost of a question.

mod cost_hint;
mod hangul;
mod mention_completion;

pub use self::cost_hint::CostHint;
pub(crate) use self::cost_hint::cost_hint;
pub(crate) use self::mention_completion::complete_mention;
pub use self::mention_completion::{MentionCompletion, Suggestion, SuggestionTarget};
