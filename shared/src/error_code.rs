//! Every reason that a client can be given, as a stable word. The page turns it into a sentence in the reader's language.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, VariantNames};

/// Why something was refused, or why an answer is not whole. docs/protocol.md lists what a client does about each.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumIter,
    EnumString,
    VariantNames,
)]
#[serde(rename_all = "snake_case", from = "String")]
#[strum(serialize_all = "snake_case")]
pub enum ErrorCode {
    // Frames
    /// The frame is not JSON.
    BadJson,
    /// The frame is JSON, but not of its type's shape.
    BadFrame,
    /// The frame's type is unknown to this server.
    UnknownType,
    /// The frame is binary.
    Binary,
    /// Only people with a nickname may do this.
    NotJoined,
    // Texts
    /// The text has no visible character.
    Empty,
    /// The text has more characters than the limit.
    TooLong,
    /// The text has control characters.
    ControlCharacters,
    // Nicknames
    /// The nickname has neither a letter nor a digit.
    NicknameEmpty,
    /// The nickname has more characters than the limit.
    NicknameTooLong,
    /// The nickname has controls, invisible or direction-changing characters, or piles of marks.
    NicknameCharacters,
    /// The nickname mixes scripts that are not written together.
    NicknameMixed,
    /// Somebody in the room has this nickname, or one that looks like it.
    NicknameTaken,
    /// The nickname belongs to a bot or to the system.
    NicknameReserved,
    // Writing
    /// The client is over its rate limit; `retry_after_ms` says when it may go on.
    SlowDown,
    /// The write is too old to tell whether it was stored already. The person decides.
    Stale,
    /// The room could not store it. Nothing happened; try again.
    TryLater,
    /// There is no such message or answer.
    NoSuchMessage,
    /// This person may not do that.
    NotAllowed,
    /// That is not possible in the present state, for example stopping an answer that has ended.
    NotNow,
    // Moderation
    /// The person is muted; `retry_after_ms` says for how long.
    Muted,
    /// The room is in slow mode; `retry_after_ms` says when the person may write again.
    SlowMode,
    /// The room is locked, so nobody new may join.
    Locked,
    /// The room knows no such person.
    NoSuchPerson,
    // Answers
    /// Too many questions wait already.
    QueueFull,
    /// The model's server is overloaded or limits the rate.
    Busy,
    /// The operator's account at the model's provider is used up.
    Quota,
    /// The operator's key or model does not work. Only the operator can help.
    Misconfigured,
    /// The model's server did not answer in time.
    Timeout,
    /// The model's server could not be reached, or what came was not its API.
    Unreachable,
    /// The conversation is too long for the model.
    ContextTooLong,
    /// The provider's content filter stopped the answer.
    Filtered,
    /// The model declined to answer.
    Declined,
    /// The model ended its answer without writing one.
    NoAnswer,
    /// The answer reached the length limit.
    Length,
    /// The connection or the room broke in the middle of the answer.
    Cut,
    /// The operator has switched the bots off.
    BotsOff,
    /// This person has asked as many questions as they may in this hour; `resets_at` says when it ends.
    QuestionsPerson,
    /// Everybody at this person's address together has asked as many questions as they may in this hour.
    QuestionsAddress,
    /// This person has used up their budget of the day; `resets_at` says when it resets.
    BudgetPerson,
    /// Everybody at this person's address together has used up its share of the deployment's hour or day.
    BudgetAddress,
    /// The room has used up its budget of the day.
    BudgetRoom,
    /// The whole deployment has used up its budget of the hour or the day.
    BudgetAll,
    /// Moderation stopped the question, or withdrew the answer.
    Flagged,
    /// Moderation could not check the question or the answer, and the room is strict.
    Unchecked,
    /// The answer does not fit its card's schema, so it is shown as text.
    Unfit,
    /// The question was deleted.
    AskedDeleted,
    // Custom bots
    /// The draft is invalid; `fields` says why.
    BadBot,
    /// A handle has only `a-z 0-9 _ -` and begins with a letter.
    HandleCharacters,
    /// The operator does not offer this model or tool.
    NotOffered,
    /// The schema is not JSON.
    NotJson,
    /// The strict modes of model APIs take no such thing in a schema.
    NotInSchema,
    /// The schema has more levels than a card can show.
    TooDeep,
    /// A bot with a schema has no tools: not every API takes both.
    NotWithSchema,
    /// The number or word is not among the allowed ones.
    OutOfRange,
    /// There are as many as there may be.
    TooMany,
    /// The room has no such custom bot.
    NoSuchBot,
    /// A code of a newer server.
    Unknown,
}

/// Reads the word on the wire; one of a newer server is [`ErrorCode::Unknown`].
impl From<String> for ErrorCode {
    fn from(word: String) -> Self {
        word.parse().unwrap_or(Self::Unknown)
    }
}

impl std::error::Error for ErrorCode {}

impl ErrorCode {
    /// Whether the same write may succeed when it is sent again later, unchanged.
    pub fn is_temporary(self) -> bool {
        matches!(self, Self::SlowDown | Self::TryLater)
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    #[test]
    fn every_code_is_displayed_as_it_stands_on_the_wire() {
        for code in ErrorCode::iter() {
            let json = serde_json::to_string(&code).unwrap();
            assert_eq!(json, format!("\"{code}\""));
            assert_eq!(serde_json::from_str::<ErrorCode>(&json).unwrap(), code);
            assert_eq!(code.to_string().parse(), Ok(code));
        }
    }

    #[test]
    fn g15_codes_of_a_newer_server_are_unknown() {
        assert_eq!(serde_json::from_str::<ErrorCode>("\"tomorrow\"").unwrap(), ErrorCode::Unknown);
    }
}
