//! Every reason that a client can be given, as stable words. The page turns them into sentences in the reader's language.

use serde::{Deserialize, Serialize};

/// Why something was refused, or why an answer is not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    // Frames
    /// The frame is not JSON.
    BadJson,
    /// The frame is JSON, but not of its type's shape.
    BadFrame,
    /// The frame's type is unknown to this server.
    UnknownType,
    /// A binary frame.
    Binary,
    /// Only people with a nickname may do this.
    NotJoined,
    // Texts
    /// Nothing visible is in it.
    Empty,
    /// More characters than the limit.
    TooLong,
    /// Control characters.
    ControlCharacters,
    // Nicknames
    /// No letter or digit is in it.
    NicknameEmpty,
    /// More characters than the limit.
    NicknameTooLong,
    /// Controls, invisible or direction-changing characters, or piles of marks.
    NicknameCharacters,
    /// Letters of scripts that are not written together.
    NicknameMixed,
    /// Somebody in the room has it, or one that looks like it.
    NicknameTaken,
    /// It belongs to a bot or to the system.
    NicknameReserved,
    // Writing
    /// Too fast; `retry_after_ms` says when.
    SlowDown,
    /// The attempt is too old to tell whether it was written already. The person decides.
    Stale,
    /// The room could not store it. Nothing happened; try again.
    TryLater,
    /// No such message or answer.
    NoSuchMessage,
    /// Only the asker or the room's owner may do this.
    NotAllowed,
    /// There is nothing to stop or to ask again here.
    NotNow,
    // Answers
    /// Too many questions are waiting.
    QueueFull,
    /// The model's server says that it has too much to do, or that we ask too often.
    Busy,
    /// The operator's account at the model's server is used up.
    Quota,
    /// The operator's key or model does not work. Only the operator can help.
    Misconfigured,
    /// The model's server did not answer in time.
    Timeout,
    /// The model's server could not be reached, or what came was no answer.
    Unreachable,
    /// The conversation is too long for the model.
    ContextTooLong,
    /// The provider's filter stopped it.
    Filtered,
    /// The model declined to answer.
    Declined,
    /// The answer reached the length limit.
    Length,
    /// The answer was cut: the connection or the room stopped in the middle.
    Cut,
    /// A word of a newer server.
    #[serde(other)]
    Unknown,
}

impl Code {
    /// Whether the same attempt may succeed by itself when it is made again later.
    pub fn is_temporary(self) -> bool {
        matches!(self, Self::SlowDown | Self::TryLater)
    }
}
