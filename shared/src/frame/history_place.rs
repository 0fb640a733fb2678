//! Where a page of messages lies in the log.

use serde::{Deserialize, Serialize};

use crate::Seq;

/// The place of a page, as a client asks for it: one field of the frame, `before`, `after` or `around`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", try_from = "Places")]
pub enum HistoryPlace {
    /// The newest messages before this place.
    Before(Seq),
    /// The oldest messages after this place.
    After(Seq),
    /// The message at this place, those before it and those after it.
    Around(Seq),
}

/// The fields as they stand in a frame. Exactly one is there.
#[derive(Deserialize)]
pub(super) struct Places {
    #[serde(default)]
    pub(super) before: Option<Seq>,
    #[serde(default)]
    pub(super) after: Option<Seq>,
    #[serde(default)]
    pub(super) around: Option<Seq>,
}

impl TryFrom<Places> for HistoryPlace {
    type Error = &'static str;

    /// # Errors
    /// For none of the fields and for several.
    fn try_from(Places { before, after, around }: Places) -> Result<Self, Self::Error> {
        match (before, after, around) {
            (Some(seq), None, None) => Ok(Self::Before(seq)),
            (None, Some(seq), None) => Ok(Self::After(seq)),
            (None, None, Some(seq)) => Ok(Self::Around(seq)),
            _ => Err("one of before, after and around"),
        }
    }
}
