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
        ErrorCode::Muted | ErrorCode::SlowMode | ErrorCode::Locked | ErrorCode::NoSuchPerson => {
            moderated(code)
        }
        ErrorCode::QueueFull => "Too many questions are waiting. Ask again in a moment.",
        ErrorCode::Busy => "The AI's server is busy. Ask again in a moment.",
        ErrorCode::Quota => "The AI's budget is used up. You can go on talking.",
        ErrorCode::Misconfigured => "The AI is not set up correctly. Only the operator can help.",
        ErrorCode::Timeout => "The AI took too long. Ask again.",
        ErrorCode::Unreachable => "The AI could not be reached. Ask again in a moment.",
        ErrorCode::ContextTooLong => "The conversation is too long for the AI.",
        ErrorCode::Filtered | ErrorCode::Declined | ErrorCode::Length | ErrorCode::Cut => broken_off(code),
        ErrorCode::BotsOff => "The operator has switched the AI off. You can go on talking.",
        ErrorCode::QuestionsPerson
        | ErrorCode::QuestionsAddress
        | ErrorCode::BudgetPerson
        | ErrorCode::BudgetAddress
        | ErrorCode::BudgetRoom
        | ErrorCode::BudgetAll => limit(code),
        ErrorCode::Flagged => "Moderation stopped it: it goes beyond what can be said here.",
        ErrorCode::Unchecked => {
            "This room shows nothing unchecked, and the check does not work just now. Ask again in a moment."
        }
        ErrorCode::Unfit => {
            "The answer did not fit its form, so it is shown as text. Ask again for another try."
        }
        ErrorCode::AskedDeleted => "The question was deleted.",
        ErrorCode::BadBot | ErrorCode::HandleCharacters | ErrorCode::NotOffered | ErrorCode::NoSuchBot => {
            own_bot(code)
        }
        ErrorCode::OutOfRange => "That is outside what is allowed. Choose another value.",
        ErrorCode::TooMany => "There are as many as there may be. Remove one first.",
        ErrorCode::Unknown => "That did not work. Try again.",
    }
}

/// Why an answer is not whole.
fn broken_off(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::Filtered => "The provider's filter stopped it.",
        ErrorCode::Declined => "The AI declined to answer.",
        ErrorCode::Length => "The answer reached its length limit.",
        _ => "The line to the AI broke in the middle.",
    }
}

/// What is wrong with a bot of the room.
fn own_bot(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BadBot => "The bot cannot be like that. Look at the marked fields.",
        ErrorCode::HandleCharacters => "Use a–z, 0–9, _ and -, beginning with a letter.",
        ErrorCode::NotOffered => "The operator does not offer this. Choose another.",
        _ => "The room has no such bot of its own.",
    }
}

/// Why an owner or operator, or what they did, stands against it.
fn moderated(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::Muted => "You are muted here for now. You can read along.",
        ErrorCode::SlowMode => "Slow mode is on here. Wait a little between messages.",
        ErrorCode::Locked => "This room is locked: nobody new can join just now.",
        _ => "That person is not known here, or it is done already.",
    }
}

/// The sentence for a limit of the day, where it is the same limit of an hour that is used up.
pub(crate) fn error_of_hour(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BudgetAddress => {
            "Everybody at your address together has used up what they may spend on the AI in this hour."
        }
        ErrorCode::BudgetAll => "The AI's budget for this hour is used up everywhere. You can go on talking.",
        code => error(code),
    }
}

/// Which limit on asking the AI is used up.
fn limit(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::QuestionsPerson => "You have asked the AI as much as you may in this hour.",
        ErrorCode::QuestionsAddress => {
            "Everybody at your address together has asked the AI as much as they may in this hour."
        }
        ErrorCode::BudgetPerson => "You have used up what you may spend on the AI today.",
        ErrorCode::BudgetAddress => {
            "Everybody at your address together has used up what they may spend on the AI today."
        }
        ErrorCode::BudgetRoom => "This room has used up its AI budget for the day. You can go on talking.",
        _ => "The AI's budget for the day is used up everywhere. You can go on talking.",
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
