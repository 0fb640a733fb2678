//! What is wrong with a setting. No setting stops the Worker: each has a value that is used instead.

use crate::http::origin::OriginError;
use crate::identity::SecretError;

/// One setting that is not used as written, for the operator's log. It never shows the value, which may be a secret in the
/// wrong variable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    #[error("{name} is not one of {expected}; the Worker uses {fallback}")]
    UnknownWord { name: &'static str, expected: &'static str, fallback: &'static str },
    #[error("{name} is not a whole number from {min} to {max}; the Worker uses {fallback}")]
    OutOfRange { name: &'static str, min: u32, max: u32, fallback: u32 },
    #[error("{name} is not an amount such as 0.25 or \"off\"; the Worker uses 0, so no bot is called")]
    NotAnAmount { name: &'static str },
    #[error(
        "{name} has an entry that is not MODEL=INPUT/OUTPUT or MODEL=INPUT/CACHED/OUTPUT; its model is billed at the unlisted rate"
    )]
    NotAPrice { name: &'static str },
    #[error("{name} has an entry that is not MODEL=TOKENS; the Worker ignores this entry")]
    NotAContext { name: &'static str },
    #[error("{name}: {error}; the Worker ignores this entry")]
    Origin { name: &'static str, error: OriginError },
    #[error("{name} is missing or is no key; new visitors are not asked to pass a challenge")]
    NotAKey { name: &'static str },
    #[error("{name} is missing or cannot be used; nobody is offered push messages")]
    NoPush { name: &'static str },
    #[error("{name} {error}; the Worker does not use it")]
    Secret { name: &'static str, error: SecretError },
}
