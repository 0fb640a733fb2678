//! The key of a timeline item. It stays the same from the moment a message is written until it is deleted.

use std::fmt;

use shared::{Author, Message, Nonce, PersonId, Seq};

/// Identifies a timeline item. A pending message keeps its key when the log shows it, so a view can keep its nodes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemKey {
    /// A person's message, by the nonce of the write request that wrote it.
    Human { author: PersonId, nonce: Nonce },
    /// Any other message, by its position in the log.
    Seq(Seq),
}

impl ItemKey {
    /// Returns the key of a message of the log.
    pub(crate) fn of(message: &Message) -> Self {
        match (&message.author, &message.nonce) {
            (Author::Human { id, .. }, Some(nonce)) => {
                Self::Human { author: id.clone(), nonce: nonce.clone() }
            }
            _ => Self::Seq(message.seq),
        }
    }
}

/// Writes `author.nonce` or the number, as a view needs it for keyed lists and element ids.
impl fmt::Display for ItemKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Human { author, nonce } => {
                f.write_str(author.as_str())?;
                f.write_str(".")?;
                f.write_str(nonce.as_str())
            }
            Self::Seq(seq) => seq.fmt(f),
        }
    }
}
