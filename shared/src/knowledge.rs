//! The knowledge of a custom bot: a text, such as an FAQ, that its owner writes, and from which it is given what fits a question.
//!
//! Not here: how it is cut into passages and searched, which is the room's.

use crate::{ErrorCode, limits};

/// The name of the field in the errors about a bot.
pub const FIELD: &str = "knowledge";

/// What is wrong with a text as knowledge. `None` means valid.
pub fn error(text: &str) -> Option<ErrorCode> {
    if text.len() > limits::KNOWLEDGE_BYTES {
        return Some(ErrorCode::TooLong);
    }
    text.chars().any(|c| c.is_control() && c != '\n' && c != '\t').then_some(ErrorCode::ControlCharacters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_201_knowledge_has_a_limit_in_bytes() {
        assert_eq!(error(&"가".repeat(limits::KNOWLEDGE_BYTES / 3)), None);
        assert_eq!(error(&"a".repeat(limits::KNOWLEDGE_BYTES + 1)), Some(ErrorCode::TooLong));
        assert_eq!(error("a\tb\n"), None);
        assert_eq!(error("a\u{0}"), Some(ErrorCode::ControlCharacters));
    }
}
