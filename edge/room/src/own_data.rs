//! What a room keeps of one person: they can read all of it, and have all of it deleted.
//!
//! Not here: ending an identity, which is the Worker's cookie, and what ages by itself (`ageing`).

pub(crate) mod erasure;
pub(crate) mod export;

pub use export::{OwnData, OwnDataError, OwnEntry, OwnFacts};
