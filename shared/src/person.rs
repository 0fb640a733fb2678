//! The people in a room, and the language of their pages.

use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use crate::PersonId;

/// An entry of the list of people. One person is one entry, however many tabs they have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The person's number in this room, given once. Messages name their author by it.
    pub number: u32,
    pub id: PersonId,
    /// The nickname in this room.
    pub name: String,
    /// Whether this person owns the room. Only the server sets it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub owner: bool,
    /// Whether this person has signed in as an operator. Only in lists of people, and not of who wrote a message.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub operator: bool,
}

/// The language that a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Lang {
    Ko,
    /// English, and every language that Madang does not speak yet.
    #[default]
    #[serde(other)]
    En,
}

impl Lang {
    /// The language tag (BCP 47) that stands on the wire and in `<html lang>`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}
