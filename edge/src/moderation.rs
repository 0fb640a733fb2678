//! What moderation decides with: the word list, whether the moderation service can be asked, and what is shown of an answer
//! while it is checked.
//!
//! Not here: the requests to the service (`model_calls::moderation`), and what follows from a flag, which the room decides.

pub mod answer_check;
pub mod service_health;
pub mod word_list;

/// What moderation says of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Clean,
    Flagged,
    /// The service could not be asked, and the room is strict.
    Unchecked,
}
