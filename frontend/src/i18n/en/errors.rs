//! English sentences for errors. Every code is matched by name, so a new code does not compile until it has a sentence.

use shared::Code;

/// What went wrong, and what the reader can do about it.
pub(crate) fn error(code: Code) -> &'static str {
    match code {
        Code::BadJson | Code::BadFrame | Code::UnknownType | Code::Binary => {
            "The room did not understand the page. Reload it."
        }
        Code::NotJoined => "Join with a nickname first.",
        Code::Empty => "There is nothing to send.",
        Code::TooLong => "That is too long. Shorten it and send it again.",
        Code::ControlCharacters => "It has characters that cannot be shown. Take them out.",
        Code::NicknameEmpty => "A nickname needs at least one letter or digit.",
        Code::NicknameTooLong => "That nickname is too long: 24 characters at most.",
        Code::NicknameCharacters => "That nickname has characters that cannot be used.",
        Code::NicknameMixed => "That nickname mixes alphabets that are not written together.",
        Code::NicknameTaken => "Somebody here has that nickname, or one that looks like it. Pick another.",
        Code::NicknameReserved => "That name is reserved. Pick another.",
        Code::SlowDown => "That was a little fast. Wait a moment and try again.",
        Code::Stale => {
            "It waited so long that it may have been sent already. Look, then send it again if not."
        }
        Code::TryLater => "The room could not take it just now. Try again.",
        Code::NoSuchMessage => "That message is not there any more.",
        Code::NotAllowed => "Only the one whose it is, or the room's owner, can do that.",
        Code::NotNow => "There is nothing to do there now.",
        Code::QueueFull => "Too many questions are waiting. Ask again in a moment.",
        Code::Busy => "The AI's server is busy. Ask again in a moment.",
        Code::Quota => "The AI's budget is used up. You can go on talking.",
        Code::Misconfigured => "The AI is not set up correctly. Only the operator can help.",
        Code::Timeout => "The AI took too long. Ask again.",
        Code::Unreachable => "The AI could not be reached. Ask again in a moment.",
        Code::ContextTooLong => "The conversation is too long for the AI.",
        Code::Filtered => "The provider's filter stopped it.",
        Code::Declined => "The AI declined to answer.",
        Code::Length => "The answer reached its length limit.",
        Code::Cut => "The line to the AI broke in the middle.",
        Code::BotsOff => "The operator has switched the AI off. You can go on talking.",
        Code::BudgetPerson => "You have used up what one person may spend on the AI in a day.",
        Code::BudgetRoom => "This room has used up its AI budget for the day. You can go on talking.",
        Code::BudgetAll => "The AI's budget for the day is used up everywhere. You can go on talking.",
        Code::Unchecked => {
            "The question could not be checked, so the AI was not asked. Ask again in a moment."
        }
        Code::Unfit => "The answer did not fit its form, so it is shown as text. Ask again for another try.",
        Code::AskedDeleted => "The question was deleted.",
        Code::BadBot => "The bot cannot be like that. Look at the marked fields.",
        Code::HandleCharacters => "Use a–z, 0–9, _ and -, beginning with a letter.",
        Code::NotOffered => "The operator does not offer this. Choose another.",
        Code::OutOfRange => "That is outside what is allowed. Choose another value.",
        Code::TooMany => "There are as many as there may be. Remove one first.",
        Code::NoSuchBot => "The room has no such bot of its own.",
        Code::Unknown => "That did not work. Try again.",
    }
}

/// What is wrong with a field of the bot form.
pub(crate) fn field_error(field: &str, code: Code) -> &'static str {
    match (field, code) {
        ("handle", Code::Empty) => "A handle has at least two characters.",
        (_, Code::Empty) => "Write something here.",
        (_, Code::TooLong | Code::NicknameTooLong) => "That is too long. Shorten it.",
        (_, Code::ControlCharacters) => "It has characters that cannot be shown. Take them out.",
        ("aliases", Code::TooMany) => "Four other words at most.",
        ("handle" | "aliases", Code::NicknameTaken) => "That word already calls somebody here. Pick another.",
        ("aliases", Code::NicknameCharacters | Code::NicknameEmpty) => {
            "Each is one word, without spaces and @."
        }
        ("temperature", _) => "Between 0 and 2.",
        ("top_p", _) => "Between 0.01 and 1.",
        ("max_output_tokens", _) => "Between 64 and 8,192.",
        (_, code) => error(code),
    }
}
