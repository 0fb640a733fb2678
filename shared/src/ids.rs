//! Identifiers and moments: seqs, people, nonces, tabs, epochs, milliseconds.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A position in the room's log: 1, 2, 3 … 0 is before the first. It stays below 2^53, so JavaScript holds it exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seq(pub u64);

impl Seq {
    /// The position before the first.
    pub const ZERO: Self = Self(0);

    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The position before this one; [`Seq::ZERO`] at the start.
    pub fn previous(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// How many positions `self` is after `other`; 0 where it is not.
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
    /// The moment `ms` milliseconds later.
    pub fn plus(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to `self`; 0 when a clock went back.
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Why a text is not an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{kind} has {min} to {max} characters of A-Z a-z 0-9 - _")]
pub struct InvalidId {
    kind: &'static str,
    min: usize,
    max: usize,
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $min:literal ..= $max:literal, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it is.
            ///
            /// # Errors
            /// [`InvalidId`] when its length or a character (other than `A-Z a-z 0-9 - _`) is wrong.
            pub fn parse(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                let fits = ($min..=$max).contains(&text.len())
                    && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
                if fits { Ok(Self(text)) } else { Err(InvalidId { kind: $kind, min: $min, max: $max }) }
            }

            /// The text as it stands on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(text)
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
    PersonId, 8..=32, "a person's id"
}
text_id! {
    /// The random id that a page gives a write. The same `(author, nonce)` is written at most once (promise G3).
    Nonce, 16..=32, "a nonce"
}
text_id! {
    /// One load of the page. It lets a reconnecting tab replace its own dead socket.
    TabId, 8..=32, "a tab"
}
text_id! {
    /// The sequence space of a room's log; it changes when the room is recreated. Seqs of another epoch mean nothing.
    Epoch, 8..=32, "an epoch"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_take_only_their_alphabet_and_length() {
        assert!(Nonce::parse("a".repeat(16)).is_ok());
        assert!(Nonce::parse("Az09-_Az09-_Az09").is_ok());
        assert!(Nonce::parse("a".repeat(15)).is_err());
        assert!(Nonce::parse("a".repeat(33)).is_err());
        assert!(Nonce::parse("aaaaaaaaaaaaaaa\n").is_err());
        assert!(Nonce::parse("가가가가가가").is_err());
        let error = serde_json::from_str::<Nonce>("\"short\"").unwrap_err().to_string();
        assert!(error.starts_with("a nonce has 16 to 32 characters of A-Z a-z 0-9 - _"), "{error}");
    }

    #[test]
    fn clocks_that_go_back_count_as_no_time() {
        assert_eq!(Millis(5).since(Millis(9)), 0);
    }
}
