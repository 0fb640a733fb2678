//! Who is in a room.

use serde::{Deserialize, Serialize};

use crate::PersonId;

/// Somebody in the list of people. One person is one entry, however many tabs they have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// The nickname in this room.
    pub name: String,
    /// Whether the room is theirs. Only the server sets it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub owner: bool,
}

/// The language that a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Korean.
    Ko,
    /// English, and every language that Madang does not speak yet.
    #[default]
    #[serde(other)]
    En,
}

impl Lang {
    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ko => "ko",
            Self::En => "en",
        }
    }
}
