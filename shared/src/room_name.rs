//! A room's name: what stands after `/r/`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::limits::ROOM_NAME_CHARACTERS;

/// 1 to 64 of `a-z 0-9 -` and Hangul syllables.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct RoomName(String);

/// Why a text is not a room's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a room's name has 1 to {ROOM_NAME_CHARACTERS} of a-z 0-9 - and Hangul syllables")]
pub struct InvalidRoomName;

impl RoomName {
    /// The room that always exists.
    pub const LOBBY: &'static str = "lobby";

    /// Takes a name that is already normalized (NFC, lower case).
    ///
    /// # Errors
    /// [`InvalidRoomName`] for any other text.
    pub fn parse(text: &str) -> Result<Self, InvalidRoomName> {
        let fits = (1..=ROOM_NAME_CHARACTERS).contains(&text.chars().count())
            && text.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-' | '가'..='힣'));
        if fits { Ok(Self(text.to_owned())) } else { Err(InvalidRoomName) }
    }

    /// Normalizes what a person typed, in NFC: lowers its case, and writes spaces, punctuation and symbols between words as
    /// hyphens.
    ///
    /// # Errors
    /// [`InvalidRoomName`] when there are letters of other scripts, or none at all.
    pub fn from_typed(text: &str) -> Result<Self, InvalidRoomName> {
        let words: Vec<&str> =
            text.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|word| !word.is_empty()).collect();
        Self::parse(&words.join("-").to_ascii_lowercase())
    }

    pub fn lobby() -> Self {
        Self(Self::LOBBY.to_owned())
    }

    pub fn is_lobby(&self) -> bool {
        self.0 == Self::LOBBY
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RoomName {
    type Error = InvalidRoomName;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl fmt::Display for RoomName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_one_form() {
        for good in ["lobby", "a", "우리집-2", &"a".repeat(64)] {
            assert!(RoomName::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "Lobby",
            "a b",
            "a/b",
            "ㅋㅋ",
            "..",
            "%2e",
            "café",
            &"a".repeat(65),
            "\u{1112}\u{1161}\u{11ab}",
        ] {
            assert!(RoomName::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn typed_names_are_normalized() {
        assert_eq!(RoomName::from_typed("  우리 집 ").unwrap().as_str(), "우리-집");
        assert_eq!(RoomName::from_typed("My_Room 7").unwrap().as_str(), "my-room-7");
        assert_eq!(RoomName::from_typed("My Room!").unwrap().as_str(), "my-room");
        assert_eq!(RoomName::from_typed("Q&A: a/b").unwrap().as_str(), "q-a-a-b");
        assert!(RoomName::from_typed("???").is_err());
        assert!(RoomName::from_typed("caf\u{e9}").is_err());
    }
}
