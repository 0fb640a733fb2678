//! What helps a person while they write: suggestions for the `@` word at the caret and for commands, and the cost of a question.

mod command_completion;
mod commands;
mod cost_hint;
mod hangul;
mod mention_completion;

use self::command_completion::complete_command;
pub use self::commands::{Command, parse_command};
pub use self::cost_hint::CostHint;
pub(crate) use self::cost_hint::cost_hint;
pub(crate) use self::mention_completion::complete_mention;
pub use self::mention_completion::{MentionCompletion, Suggestion, SuggestionTarget};

/// Returns the suggestions for what is typed before the caret: commands at the begin of a text, else those for the `@` word.
pub(crate) fn complete<'a>(
    text: &str,
    caret: usize,
    bots: &'a [shared::Bot],
    people: impl Iterator<Item = &'a shared::Person>,
    me: Option<&shared::PersonId>,
    lang: shared::Lang,
) -> Option<MentionCompletion> {
    complete_command(text, caret, bots, lang)
        .or_else(|| complete_mention(text, caret, bots, people, me, lang))
}
