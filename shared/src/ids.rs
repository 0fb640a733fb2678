//! Names for things: sequence numbers, people, attempts, tabs, epochs, and moments.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A place in the room's log: 1, 2, 3 … 0 stands before the first. It stays below 2^53, so JavaScript holds it exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seq(pub u64);

impl Seq {
    /// The place before the first.
    pub const ZERO: Self = Self(0);

    /// The next place.
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The place before, [`Seq::ZERO`] at the start.
    pub fn previous(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// How many places `self` is after `other`, 0 where it is not.
    pub fn since(self, other: Self) -> u64 {
        self.0.saturating_sub(other.0)
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A moment in milliseconds since 1970. It is shown to people and measures waiting; it never orders anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub u64);

impl Millis {
    /// This moment and `ms` milliseconds more.
    pub fn plus(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to `self`; 0 when a clock went back.
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $min:literal ..= $max:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes the text if its length and characters (`A-Z a-z 0-9 - _`) are right.
            pub fn parse(text: impl Into<String>) -> Option<Self> {
                let text = text.into();
                let fits = ($min..=$max).contains(&text.len())
                    && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
                fits.then_some(Self(text))
            }

            /// The text as it stands on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = &'static str;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(text).ok_or($what)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id! {
    /// A person as others see them: a digest of the identity that the Worker signed. Nobody can choose it, knowing it
    /// gives no right, and the same browser has the same one in every room.
    PersonId, 8..=32, "a person's id has 8 to 32 characters of A-Z a-z 0-9 - _"
}
text_id! {
    /// One attempt to write, random, made by the page. The same `(author, nonce)` is written at most once.
    Nonce, 16..=32, "a nonce has 16 to 32 characters of A-Z a-z 0-9 - _"
}
text_id! {
    /// One load of the page. It lets a reconnecting tab replace its own dead socket.
    TabId, 8..=32, "a tab has 8 to 32 characters of A-Z a-z 0-9 - _"
}
text_id! {
    /// One life of a room's numbering. Positions of another epoch mean nothing.
    Epoch, 8..=32, "an epoch has 8 to 32 characters of A-Z a-z 0-9 - _"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_take_only_their_alphabet_and_length() {
        assert!(Nonce::parse("a".repeat(16)).is_some());
        assert!(Nonce::parse("Az09-_Az09-_Az09").is_some());
        assert!(Nonce::parse("a".repeat(15)).is_none());
        assert!(Nonce::parse("a".repeat(33)).is_none());
        assert!(Nonce::parse("aaaaaaaaaaaaaaa\n").is_none());
        assert!(Nonce::parse("가가가가가가").is_none());
        assert!(serde_json::from_str::<Nonce>("\"short\"").is_err());
    }

    #[test]
    fn clocks_that_go_back_count_as_no_time() {
        assert_eq!(Millis(5).since(Millis(9)), 0);
    }
}
