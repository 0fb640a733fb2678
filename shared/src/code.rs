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
    /// The operator has switched the bots off.
    BotsOff,
    /// This person has used up what one person may cost; `resets_at` says when that ends.
    BudgetPerson,
    /// The room has used up its budget.
    BudgetRoom,
    /// The whole deployment has used up its budget.
    BudgetAll,
    /// The moderation service could not be asked, so the bot was not asked either.
    Unchecked,
    /// The answer does not have the form that it should have; it is shown as text.
    Unfit,
    /// The message that asked was deleted.
    AskedDeleted,
    // Bots
    /// The bot cannot be like that; `fields` says why.
    BadBot,
    /// A handle has only `a-z 0-9 _ -` and begins with a letter.
    HandleCharacters,
    /// The operator does not offer this.
    NotOffered,
    /// A number or a word that is not among those that are allowed.
    OutOfRange,
    /// There are as many as there may be.
    TooMany,
    /// The room has no such bot of its own.
    NoSuchBot,
    /// A word of a newer server.
    #[serde(other)]
    Unknown,
}

/// The words on the wire. [`Code::Unknown`] is every other one.
const WORDS: [(Code, &str); 44] = [
    (Code::BadJson, "bad_json"),
    (Code::BadFrame, "bad_frame"),
    (Code::UnknownType, "unknown_type"),
    (Code::Binary, "binary"),
    (Code::NotJoined, "not_joined"),
    (Code::Empty, "empty"),
    (Code::TooLong, "too_long"),
    (Code::ControlCharacters, "control_characters"),
    (Code::NicknameEmpty, "nickname_empty"),
    (Code::NicknameTooLong, "nickname_too_long"),
    (Code::NicknameCharacters, "nickname_characters"),
    (Code::NicknameMixed, "nickname_mixed"),
    (Code::NicknameTaken, "nickname_taken"),
    (Code::NicknameReserved, "nickname_reserved"),
    (Code::SlowDown, "slow_down"),
    (Code::Stale, "stale"),
    (Code::TryLater, "try_later"),
    (Code::NoSuchMessage, "no_such_message"),
    (Code::NotAllowed, "not_allowed"),
    (Code::NotNow, "not_now"),
    (Code::QueueFull, "queue_full"),
    (Code::Busy, "busy"),
    (Code::Quota, "quota"),
    (Code::Misconfigured, "misconfigured"),
    (Code::Timeout, "timeout"),
    (Code::Unreachable, "unreachable"),
    (Code::ContextTooLong, "context_too_long"),
    (Code::Filtered, "filtered"),
    (Code::Declined, "declined"),
    (Code::Length, "length"),
    (Code::Cut, "cut"),
    (Code::BotsOff, "bots_off"),
    (Code::BudgetPerson, "budget_person"),
    (Code::BudgetRoom, "budget_room"),
    (Code::BudgetAll, "budget_all"),
    (Code::Unchecked, "unchecked"),
    (Code::Unfit, "unfit"),
    (Code::AskedDeleted, "asked_deleted"),
    (Code::BadBot, "bad_bot"),
    (Code::HandleCharacters, "handle_characters"),
    (Code::NotOffered, "not_offered"),
    (Code::OutOfRange, "out_of_range"),
    (Code::TooMany, "too_many"),
    (Code::NoSuchBot, "no_such_bot"),
];

impl Code {
    /// The code of a word on the wire; words of a newer server are [`Code::Unknown`].
    pub fn from_word(word: &str) -> Self {
        WORDS.iter().find(|(_, other)| *other == word).map_or(Self::Unknown, |(code, _)| *code)
    }

    /// The word on the wire.
    pub fn word(self) -> &'static str {
        WORDS.iter().find(|(code, _)| *code == self).map_or("unknown", |(_, word)| *word)
    }

    /// Whether the same attempt may succeed by itself when it is made again later.
    pub fn is_temporary(self) -> bool {
        matches!(self, Self::SlowDown | Self::TryLater)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_as_it_is_written() {
        for word in WORDS {
            let code = Code::from_word(word);
            assert_eq!(code.word(), *word);
            assert_eq!(serde_json::to_string(&code).unwrap(), format!("\"{word}\""));
            assert_eq!(serde_json::from_str::<Code>(&format!("\"{word}\"")).unwrap(), code);
        }
        assert_eq!(Code::from_word("a_word_of_tomorrow"), Code::Unknown);
    }

    const WORDS: &[&str] = &[
        "bad_json",
        "bad_frame",
        "unknown_type",
        "binary",
        "not_joined",
        "empty",
        "too_long",
        "control_characters",
        "nickname_empty",
        "nickname_too_long",
        "nickname_characters",
        "nickname_mixed",
        "nickname_taken",
        "nickname_reserved",
        "slow_down",
        "stale",
        "try_later",
        "no_such_message",
        "not_allowed",
        "not_now",
        "queue_full",
        "busy",
        "quota",
        "misconfigured",
        "timeout",
        "unreachable",
        "context_too_long",
        "filtered",
        "declined",
        "length",
        "cut",
        "bots_off",
        "budget_person",
        "budget_room",
        "budget_all",
        "unchecked",
        "unfit",
        "asked_deleted",
        "bad_bot",
        "handle_characters",
        "not_offered",
        "out_of_range",
        "too_many",
        "no_such_bot",
        "unknown",
    ];
}
