//! A room's name: what stands after `/r/`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::limits::ROOM_NAME_CHARACTERS;

/// 1 to 64 of `a-z 0-9 -` and Hangul syllables.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct RoomName(String);

impl RoomName {
    /// The room that always exists.
    pub const LOBBY: &'static str = "lobby";

    /// Takes a name that is already in its one form (NFC, lower case).
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=ROOM_NAME_CHARACTERS).contains(&text.chars().count())
            && text.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-' | '가'..='힣'));
        fits.then(|| Self(text.to_owned()))
    }

    /// What a person most likely meant: trimmed, lower case, spaces and underscores as hyphens. The text must be in NFC.
    pub fn from_typed(text: &str) -> Option<Self> {
        let words: Vec<&str> =
            text.split(|c: char| c.is_whitespace() || c == '_').filter(|w| !w.is_empty()).collect();
        Self::parse(&words.join("-").to_ascii_lowercase())
    }

    /// The lobby.
    pub fn lobby() -> Self {
        Self(Self::LOBBY.to_owned())
    }

    /// Whether this is the room that always exists.
    pub fn is_lobby(&self) -> bool {
        self.0 == Self::LOBBY
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RoomName {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a room's name has 1 to 64 of a-z 0-9 - and Hangul syllables")
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
            assert!(RoomName::parse(good).is_some(), "{good}");
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
            assert!(RoomName::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn typed_names_find_their_form() {
        assert_eq!(RoomName::from_typed("  우리 집 ").unwrap().as_str(), "우리-집");
        assert_eq!(RoomName::from_typed("My_Room 7").unwrap().as_str(), "my-room-7");
        assert!(RoomName::from_typed("???").is_none());
    }
}
