//! Bots as people see them, and drafts of custom bots as a room's owner writes them.
//!
//! The page and the room validate drafts with the same code: the page marks fields while they are typed, the room decides.

use serde::{Deserialize, Serialize};

use crate::card::CardKind;
use crate::text::Nickname;
use crate::{ErrorCode, limits, tolerant};

/// A bot as clients see it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Bot {
    /// What one writes after `@`, and the author name of its messages.
    pub handle: String,
    /// Further names that call it.
    pub aliases: Vec<String>,
    pub name: LocalizedText,
    /// What it is for, in a sentence.
    pub about: LocalizedText,
    /// Index of its avatar's colour, 0 to 7.
    pub colour: u8,
    /// The price of its model; absent where unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    /// Estimated input tokens besides the question: its instructions and its chain.
    pub reads: u64,
    /// The kind of its answers' card, where they are cards.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "tolerant::option")]
    pub card: Option<CardKind>,
    /// Whether it is a custom bot.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub custom: bool,
}

/// A text in the page's languages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LocalizedText {
    pub en: String,
    pub ko: String,
}

/// The price of a model in micro-dollars per million tokens: $0.25 is 250,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Price {
    pub input: u64,
    /// Tokens read from the provider's cache.
    pub cached: u64,
    /// Tokens written, reasoning included.
    pub output: u64,
}

impl Price {
    /// The cost of a usage in micro-dollars, rounded up.
    pub fn of(&self, usage: &crate::Usage) -> u64 {
        let cached = usage.cached.min(usage.input);
        let parts = [
            (usage.input.saturating_sub(cached), self.input),
            (cached, self.cached),
            (usage.output, self.output),
        ];
        let total = parts.iter().fold(0_u128, |sum, (tokens, price)| {
            sum.saturating_add(u128::from(*tokens).saturating_mul(u128::from(*price)))
        });
        u64::try_from(total.div_ceil(1_000_000)).unwrap_or(u64::MAX)
    }
}

/// A custom bot as a room's owner writes it. Every field may hold anything until [`BotDraft::validate`] finds nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BotDraft {
    /// 2 to 24 of `a-z 0-9 _ -`, beginning with a letter.
    pub handle: String,
    /// Up to 4 further names that call it, for example in Hangul.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// The display name; empty means the handle.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What it is for, in a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    pub instructions: String,
    /// One of the models that the operator offers; empty means the default one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub model: String,
    /// Hundredths, 0 to 200.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<u32>,
    /// Hundredths, 1 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_p: Option<u32>,
    /// 64 to 8,192.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_output_tokens: Option<u32>,
    /// `minimal`, `low`, `medium` or `high`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reasoning_effort: String,
    /// Which of the offered tools it may use.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<String>,
}

/// What the operator offers for custom bots.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BotOptions {
    /// Model names, the default one first.
    pub models: Vec<String>,
    pub tools: Vec<String>,
}

/// A field of a draft that is invalid, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name in [`BotDraft`].
    pub field: String,
    pub code: ErrorCode,
}

impl BotDraft {
    /// Checks every field and returns what is wrong, each field once, in the order of the fields. Whether a name is taken in
    /// the room only the room knows.
    pub fn validate(&self, offer: &BotOptions) -> Vec<FieldError> {
        let checks = [
            ("handle", handle_error(&self.handle)),
            ("aliases", self.aliases_error()),
            ("name", text_error(&self.name, limits::NICKNAME_CHARACTERS, false)),
            ("about", text_error(&self.about, limits::BOT_ABOUT_CHARACTERS, false)),
            ("instructions", text_error(&self.instructions, limits::BOT_INSTRUCTIONS_CHARACTERS, true)),
            (
                "model",
                (!self.model.is_empty() && !offer.models.contains(&self.model))
                    .then_some(ErrorCode::NotOffered),
            ),
            ("temperature", self.temperature.filter(|value| *value > 200).map(|_| ErrorCode::OutOfRange)),
            ("top_p", self.top_p.filter(|value| !(1..=100).contains(value)).map(|_| ErrorCode::OutOfRange)),
            (
                "max_output_tokens",
                self.max_output_tokens
                    .filter(|value| !(64..=8_192).contains(value))
                    .map(|_| ErrorCode::OutOfRange),
            ),
            (
                "reasoning_effort",
                (!matches!(self.reasoning_effort.as_str(), "" | "minimal" | "low" | "medium" | "high"))
                    .then_some(ErrorCode::OutOfRange),
            ),
            (
                "tools",
                self.tools.iter().any(|tool| !offer.tools.contains(tool)).then_some(ErrorCode::NotOffered),
            ),
        ];
        checks
            .into_iter()
            .filter_map(|(field, code)| Some(FieldError { field: field.to_owned(), code: code? }))
            .collect()
    }

    fn aliases_error(&self) -> Option<ErrorCode> {
        if self.aliases.len() > limits::BOT_ALIASES {
            return Some(ErrorCode::TooMany);
        }
        let is_double = |alias: &String| {
            *alias == self.handle || self.aliases.iter().filter(|other| *other == alias).count() > 1
        };
        self.aliases.iter().find_map(|alias| match Nickname::parse(alias) {
            Err(code) => Some(code),
            // A name with a space in it would be hard to call.
            Ok(name) if name.as_str() != alias || alias.contains([' ', '@']) => {
                Some(ErrorCode::NicknameCharacters)
            }
            Ok(_) if is_double(alias) => Some(ErrorCode::NicknameTaken),
            Ok(_) => None,
        })
    }
}

/// Checks a handle: 2 to 24 of `a-z 0-9 _ -`, beginning with a letter. `None` means valid.
pub fn handle_error(handle: &str) -> Option<ErrorCode> {
    let is_long = handle.len() > limits::NICKNAME_CHARACTERS;
    let is_fit = handle.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'))
        && handle.starts_with(|first: char| first.is_ascii_lowercase());
    match handle.len() {
        0 | 1 => Some(ErrorCode::Empty),
        _ if is_long => Some(ErrorCode::TooLong),
        _ if !is_fit => Some(ErrorCode::HandleCharacters),
        _ => None,
    }
}

fn text_error(text: &str, most: usize, is_needed: bool) -> Option<ErrorCode> {
    if is_needed && text.trim().is_empty() {
        return Some(ErrorCode::Empty);
    }
    if text.chars().count() > most {
        return Some(ErrorCode::TooLong);
    }
    text.chars().any(|c| c.is_control() && c != '\n' && c != '\t').then_some(ErrorCode::ControlCharacters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Usage;

    fn good() -> BotDraft {
        BotDraft {
            handle: "cook".to_owned(),
            aliases: vec!["요리사".to_owned()],
            instructions: "You cook.".to_owned(),
            ..BotDraft::default()
        }
    }

    fn offer() -> BotOptions {
        BotOptions { models: vec!["m".to_owned()], tools: vec!["current_time".to_owned()] }
    }

    #[test]
    fn a_good_draft_has_no_errors() {
        assert_eq!(good().validate(&offer()), []);
        let full = BotDraft {
            name: "요리사".to_owned(),
            about: "cooks".to_owned(),
            model: "m".to_owned(),
            temperature: Some(200),
            top_p: Some(1),
            max_output_tokens: Some(64),
            reasoning_effort: "low".to_owned(),
            tools: vec!["current_time".to_owned()],
            ..good()
        };
        assert_eq!(full.validate(&offer()), []);
    }

    #[test]
    fn a_bad_draft_is_refused_field_by_field() {
        let bad = BotDraft {
            handle: "Cook!".to_owned(),
            aliases: vec!["two words".to_owned()],
            name: "x".repeat(25),
            about: "\u{7}".to_owned(),
            instructions: " ".to_owned(),
            model: "other".to_owned(),
            temperature: Some(201),
            top_p: Some(0),
            max_output_tokens: Some(63),
            reasoning_effort: "huge".to_owned(),
            tools: vec!["shell".to_owned()],
        };
        let errors: Vec<(String, ErrorCode)> =
            bad.validate(&offer()).into_iter().map(|error| (error.field, error.code)).collect();
        let expected = [
            ("handle", ErrorCode::HandleCharacters),
            ("aliases", ErrorCode::NicknameCharacters),
            ("name", ErrorCode::TooLong),
            ("about", ErrorCode::ControlCharacters),
            ("instructions", ErrorCode::Empty),
            ("model", ErrorCode::NotOffered),
            ("temperature", ErrorCode::OutOfRange),
            ("top_p", ErrorCode::OutOfRange),
            ("max_output_tokens", ErrorCode::OutOfRange),
            ("reasoning_effort", ErrorCode::OutOfRange),
            ("tools", ErrorCode::NotOffered),
        ];
        assert_eq!(errors, expected.map(|(field, code)| (field.to_owned(), code)));
    }

    #[test]
    fn handles_are_latin_and_aliases_differ() {
        for (handle, error) in [
            ("ab", None),
            ("a", Some(ErrorCode::Empty)),
            ("9ab", Some(ErrorCode::HandleCharacters)),
            ("요리사", Some(ErrorCode::HandleCharacters)),
            ("a b", Some(ErrorCode::HandleCharacters)),
        ] {
            assert_eq!(handle_error(handle), error, "{handle}");
        }
        assert_eq!(handle_error(&"a".repeat(25)), Some(ErrorCode::TooLong));
        let aliases = |aliases: &[&str]| {
            let draft =
                BotDraft { aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(), ..good() };
            draft.validate(&offer()).first().map(|error| error.code)
        };
        assert_eq!(aliases(&["a1", "a2", "a3", "a4", "a5"]), Some(ErrorCode::TooMany));
        assert_eq!(aliases(&["요리", "요리"]), Some(ErrorCode::NicknameTaken));
        assert_eq!(aliases(&["cook"]), Some(ErrorCode::NicknameTaken));
        assert_eq!(aliases(&["@요리"]), Some(ErrorCode::NicknameCharacters));
    }

    #[test]
    fn costs_are_rounded_up_and_cached_tokens_are_cheaper() {
        let price = Price { input: 250_000, cached: 25_000, output: 2_000_000 };
        assert_eq!(price.of(&Usage { input: 1_000_000, cached: 0, output: 0 }), 250_000);
        assert_eq!(price.of(&Usage { input: 1_000_000, cached: 1_000_000, output: 0 }), 25_000);
        assert_eq!(price.of(&Usage { input: 1, cached: 0, output: 0 }), 1);
        assert_eq!(price.of(&Usage::default()), 0);
        assert_eq!(
            price.of(&Usage { input: 5, cached: 9, output: 0 }),
            price.of(&Usage { input: 5, cached: 5, output: 0 })
        );
        assert_eq!(
            Price { input: u64::MAX, ..price }.of(&Usage { input: u64::MAX, ..Usage::default() }),
            u64::MAX
        );
    }
}
