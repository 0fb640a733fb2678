//! English sentences for errors. Every code is matched by name, so a new code does not compile until it has a sentence.

use shared::ErrorCode;

/// What went wrong, and what the reader can do about it.
pub(crate) fn error(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BadJson | ErrorCode::BadFrame | ErrorCode::UnknownType | ErrorCode::Binary => {
            "The room did not understand the page. Reload it."
        }
        ErrorCode::NotJoined => "Join with a nickname first.",
        ErrorCode::Empty => "There is nothing to send.",
        ErrorCode::TooLong => "That is too long. Shorten it and send it again.",
        ErrorCode::ControlCharacters => "It has characters that cannot be shown. Take them out.",
        ErrorCode::NicknameEmpty => "A nickname needs at least one letter or digit.",
        ErrorCode::NicknameTooLong => "That nickname is too long: 24 characters at most.",
        ErrorCode::NicknameCharacters => "That nickname has characters that cannot be used.",
        ErrorCode::NicknameMixed => "That nickname mixes alphabets that are not written together.",
        ErrorCode::NicknameTaken => {
            "Somebody here has that nickname, or one that looks like it. Pick another."
        }
        ErrorCode::NicknameReserved => "That name is reserved. Pick another.",
        ErrorCode::SlowDown => "That was a little fast. Wait a moment and try again.",
        ErrorCode::Stale => {
            "It waited so long that it may have been sent already. Look, then send it again if not."
        }
        ErrorCode::TryLater => "The room could not take it just now. Try again.",
        ErrorCode::NoSuchMessage => "That message is not there any more.",
        ErrorCode::NotAllowed => "Only the one whose it is, or the room's owner, can do that.",
        ErrorCode::NotNow => "There is nothing to do there now.",
        ErrorCode::QueueFull => "Too many questions are waiting. Ask again in a moment.",
        ErrorCode::Busy => "The AI's server is busy. Ask again in a moment.",
        ErrorCode::Quota => "The AI's budget is used up. You can go on talking.",
        ErrorCode::Misconfigured => "The AI is not set up correctly. Only the operator can help.",
        ErrorCode::Timeout => "The AI took too long. Ask again.",
        ErrorCode::Unreachable => "The AI could not be reached. Ask again in a moment.",
        ErrorCode::ContextTooLong => "The conversation is too long for the AI.",
        ErrorCode::Filtered => "The provider's filter stopped it.",
        ErrorCode::Declined => "The AI declined to answer.",
        ErrorCode::Length => "The answer reached its length limit.",
        ErrorCode::Cut => "The line to the AI broke in the middle.",
        ErrorCode::BotsOff => "The operator has switched the AI off. You can go on talking.",
        ErrorCode::BudgetPerson => {
            "You, or others at your address, have used up what you may spend on the AI for now."
        }
        ErrorCode::BudgetRoom => "This room has used up its AI budget for the day. You can go on talking.",
        ErrorCode::BudgetAll => "The AI's budget for the day is used up everywhere. You can go on talking.",
        ErrorCode::Unchecked => {
            "The question could not be checked, so the AI was not asked. Ask again in a moment."
        }
        ErrorCode::Unfit => {
            "The answer did not fit its form, so it is shown as text. Ask again for another try."
        }
        ErrorCode::AskedDeleted => "The question was deleted.",
        ErrorCode::BadBot => "The bot cannot be like that. Look at the marked fields.",
        ErrorCode::HandleCharacters => "Use a–z, 0–9, _ and -, beginning with a letter.",
        ErrorCode::NotOffered => "The operator does not offer this. Choose another.",
        ErrorCode::OutOfRange => "That is outside what is allowed. Choose another value.",
        ErrorCode::TooMany => "There are as many as there may be. Remove one first.",
        ErrorCode::NoSuchBot => "The room has no such bot of its own.",
        ErrorCode::Unknown => "That did not work. Try again.",
    }
}

/// What is wrong with a field of the bot form.
pub(crate) fn field_error(field: &str, code: ErrorCode) -> &'static str {
    match (field, code) {
        ("handle", ErrorCode::Empty) => "A handle has at least two characters.",
        (_, ErrorCode::Empty) => "Write something here.",
        (_, ErrorCode::TooLong | ErrorCode::NicknameTooLong) => "That is too long. Shorten it.",
        (_, ErrorCode::ControlCharacters) => "It has characters that cannot be shown. Take them out.",
        ("aliases", ErrorCode::TooMany) => "Four other words at most.",
        ("handle" | "aliases", ErrorCode::NicknameTaken) => {
            "That word already calls somebody here. Pick another."
        }
        ("aliases", ErrorCode::NicknameCharacters | ErrorCode::NicknameEmpty) => {
            "Each is one word, without spaces and @."
        }
        ("temperature", _) => "Between 0 and 2.",
        ("top_p", _) => "Between 0.01 and 1.",
        ("max_output_tokens", _) => "Between 64 and 8,192.",
        (_, code) => error(code),
    }
}
