//! English sentences for errors. Every code is matched by name, so a new code does not compile until it has a sentence.

use shared::ErrorCode;
use shared::ErrorCode as E;

/// What went wrong, and what the reader can do about it.
pub(crate) fn error(code: ErrorCode) -> &'static str {
    match code {
        E::BadJson | E::BadFrame | E::UnknownType | E::Binary => "Something went wrong. Reload the page.",
        E::NotJoined => "Join with a nickname first.",
        E::Empty => "There is nothing to send.",
        E::TooLong => "That is too long. Shorten it and send it again.",
        E::ControlCharacters => "It has characters that cannot be shown. Take them out.",
        E::NicknameEmpty => "A nickname needs at least one letter or digit.",
        E::NicknameTooLong => "That nickname is too long: 24 characters at most.",
        E::NicknameCharacters => "That nickname has characters that cannot be used.",
        E::NicknameMixed => "That nickname mixes alphabets that are not written together.",
        E::NicknameTaken => "Somebody here has that nickname, or one that looks like it. Pick another.",
        E::NicknameReserved => "That name is reserved. Pick another.",
        E::SlowDown => "That was too fast. Wait a moment and try again.",
        E::Stale => "It waited so long that it may have been sent already. Look, then send it again if not.",
        E::TryLater => "The room could not take it just now. Try again.",
        E::NoSuchMessage => "That message is not there any more.",
        E::NotAllowed => "Only its author or the room's owner can do that.",
        E::NotNow => "There is nothing to do there now.",
        E::Muted | E::SlowMode | E::Locked | E::NoSuchPerson => moderated(code),
        E::QueueFull => "Too many questions are waiting. Ask again in a moment.",
        E::Busy => "The AI's server is busy. Ask again in a moment.",
        E::Quota => "The AI's budget is used up. You can go on talking.",
        E::Misconfigured => "The AI is not set up correctly. Only the operator can help.",
        E::Timeout => "The AI took too long. Ask again.",
        E::Unreachable => "The AI could not be reached. Ask again in a moment.",
        E::ContextTooLong => "The conversation is too long. Ask again with less.",
        E::Filtered | E::Declined | E::Length | E::Cut => broken_off(code),
        E::BotsOff => "The operator has switched the AI off. You can go on talking.",
        E::QuestionsPerson
        | E::QuestionsAddress
        | E::BudgetPerson
        | E::BudgetAddress
        | E::BudgetRoom
        | E::BudgetAll => limit(code),
        E::Flagged => "Moderation stopped it: it goes beyond what can be said here.",
        E::Unchecked => {
            "This room shows nothing unchecked, and the check does not work just now. Ask again in a moment."
        }
        E::NoAnswer => "No answer came. Ask again for another try.",
        E::Unfit => "The answer did not fit its form, so it is shown as text. Ask again for another try.",
        E::AskedDeleted => "The question was deleted.",
        E::BadBot | E::HandleCharacters | E::NotOffered | E::NoSuchBot => own_bot(code),
        E::NotJson | E::NotInSchema | E::TooDeep | E::NotWithSchema => schema(code),
        E::OutOfRange => "That is outside what is allowed. Choose another value.",
        E::TooMany => "You've reached the maximum. Remove one first.",
        E::Unknown => "That did not work. Try again.",
    }
}

/// Why an answer is not whole.
fn broken_off(code: ErrorCode) -> &'static str {
    match code {
        E::Filtered => "The provider's filter stopped it.",
        E::Declined => "The AI declined to answer.",
        E::Length => "The answer reached its length limit.",
        _ => "The connection to the AI broke in the middle.",
    }
}

/// What is wrong with the schema of a bot of the room.
fn schema(code: ErrorCode) -> &'static str {
    match code {
        E::NotJson => "That is not JSON.",
        E::NotInSchema => "Models take no such schema.",
        E::TooDeep => "That is too deep: four levels at most.",
        _ => "A bot with a form uses no tools.",
    }
}

/// What is wrong with a bot of the room.
fn own_bot(code: ErrorCode) -> &'static str {
    match code {
        E::BadBot => "The bot cannot be like that. Look at the marked fields.",
        E::HandleCharacters => "Use a–z, 0–9, _ and -, beginning with a letter.",
        E::NotOffered => "The operator does not offer this. Choose another.",
        _ => "The room has no such bot of its own.",
    }
}

/// Why an owner or operator, or what they did, stands against it.
fn moderated(code: ErrorCode) -> &'static str {
    match code {
        E::Muted => "You are muted here for now. You can read along.",
        E::SlowMode => "Slow mode is on here. Wait a little between messages.",
        E::Locked => "This room is locked: nobody new can join just now.",
        _ => "That person is not known here, or it is done already.",
    }
}

/// The sentence for a limit of the day, where it is the same limit of an hour that is used up.
pub(crate) fn error_of_hour(code: ErrorCode) -> &'static str {
    match code {
        E::BudgetAddress => {
            "Everybody at your address together has used up what they may spend on the AI in this hour."
        }
        E::BudgetAll => "The AI's budget for this hour is used up everywhere. You can go on talking.",
        code => error(code),
    }
}

/// Which limit on asking the AI is used up.
fn limit(code: ErrorCode) -> &'static str {
    match code {
        E::QuestionsPerson => "You have asked the AI as much as you may in this hour.",
        E::QuestionsAddress => {
            "Everybody at your address together has asked the AI as much as they may in this hour."
        }
        E::BudgetPerson => "You have used up what you may spend on the AI today.",
        E::BudgetAddress => {
            "Everybody at your address together has used up what they may spend on the AI today."
        }
        E::BudgetRoom => "This room has used up its AI budget for the day. You can go on talking.",
        _ => "The AI's budget for the day is used up everywhere. You can go on talking.",
    }
}

/// What is wrong with a field of the bot form.
pub(crate) fn field_error(field: &str, code: ErrorCode) -> &'static str {
    match (field, code) {
        ("handle", E::Empty) => "A handle has at least two characters.",
        (_, E::Empty) => "Write something here.",
        (_, E::TooLong | E::NicknameTooLong) => "That is too long. Shorten it.",
        (_, E::ControlCharacters) => "It has characters that cannot be shown. Take them out.",
        ("aliases", E::TooMany) => "Four other words at most.",
        ("handle" | "aliases", E::NicknameTaken) => "That word already calls somebody here. Pick another.",
        ("aliases", E::NicknameCharacters | E::NicknameEmpty) => "Each is one word, without spaces and @.",
        ("schema", E::TooMany) => "That is more than 40. Take some out.",
        ("knowledge", E::TooMany) => "That makes more than 500 passages. Use fewer headings.",
        ("temperature", _) => "Between 0 and 2.",
        ("top_p", _) => "Between 0.01 and 1.",
        ("max_output_tokens", _) => "Between 64 and 8,192.",
        ("alternatives", _) => "A bot with tools or a form gives one answer.",
        (_, code) => error(code),
    }
}
