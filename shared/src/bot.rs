//! Bots: as people see them, and as a room's owner writes them.
//!
//! One check for the page, which marks the fields while they are written, and for the room, which decides.

use serde::{Deserialize, Serialize};

use crate::card::CardKind;
use crate::json::Object;
use crate::text::Nickname;
use crate::{Code, limits};

/// A bot as people see it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Bot {
    /// What one writes after `@`, and the author's name of its messages.
    pub handle: String,
    /// Other words that call it.
    pub aliases: Vec<String>,
    /// What it is called on screen.
    pub name: Words,
    /// What it is for, in a sentence.
    pub about: Words,
    /// Which of the eight colours its jar has.
    pub colour: u8,
    /// What its model costs; absent where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    /// Tokens that it reads before any question: its instructions and what it remembers of the room, about.
    pub reads: u64,
    /// The form of its answers, if they are cards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<CardKind>,
    /// Whether the room's owner made it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own: bool,
}

/// The same words in the page's languages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Words {
    /// English.
    pub en: String,
    /// Korean.
    pub ko: String,
}

/// What a model costs, in micro-dollars per million tokens: $0.25 is 250,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Price {
    /// Tokens read.
    pub input: u64,
    /// Tokens read from the provider's cache.
    pub cached: u64,
    /// Tokens written, reasoning included.
    pub output: u64,
}

impl Price {
    /// What a usage costs in micro-dollars, rounded up.
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

/// A bot as a room's owner writes it. Every field may hold anything until [`Draft::faults`] finds nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Draft {
    /// 2 to 24 of `a-z 0-9 _ -`, beginning with a letter.
    pub handle: String,
    /// Up to 4 other words that call it, Hangul for instance.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// What it is called on screen; the handle where it is empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What it is for, in a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// Who it is and how it answers.
    pub instructions: String,
    /// One of the models that the operator offers; the usual one where it is empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub model: String,
    /// In hundredths: 0 to 200.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<u32>,
    /// In hundredths: 1 to 100.
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

/// What a room's bots may be made of, as the operator offers it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Offer {
    /// Models, the usual one first.
    pub models: Vec<String>,
    /// Tools.
    pub tools: Vec<String>,
}

/// One field of a draft that cannot stay as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldFault {
    /// The field's name in [`Draft`].
    pub field: String,
    /// Why.
    pub code: Code,
}

impl Draft {
    /// Writes a draft as the page sends it, field by field as the Worker's derived writer does.
    pub(crate) fn encode(&self) -> String {
        let mut fields = Object::new();
        fields.text("handle", &self.handle);
        fields.texts_if_any("aliases", &self.aliases);
        fields.text_if_any("name", &self.name);
        fields.text_if_any("about", &self.about);
        fields.text("instructions", &self.instructions);
        fields.text_if_any("model", &self.model);
        fields.number_if_any("temperature", self.temperature.map(u64::from));
        fields.number_if_any("top_p", self.top_p.map(u64::from));
        fields.number_if_any("max_output_tokens", self.max_output_tokens.map(u64::from));
        fields.text_if_any("reasoning_effort", &self.reasoning_effort);
        fields.texts_if_any("tools", &self.tools);
        fields.finish()
    }

    /// Everything in it that cannot stay, each field once, in the order of the fields. Whether a name is taken in the room
    /// only the room knows.
    pub fn faults(&self, offer: &Offer) -> Vec<FieldFault> {
        let checks = [
            ("handle", handle_fault(&self.handle)),
            ("aliases", self.aliases_fault()),
            ("name", text_fault(&self.name, limits::NICKNAME_CHARACTERS, false)),
            ("about", text_fault(&self.about, limits::BOT_ABOUT_CHARACTERS, false)),
            ("instructions", text_fault(&self.instructions, limits::BOT_INSTRUCTIONS_CHARACTERS, true)),
            (
                "model",
                (!self.model.is_empty() && !offer.models.contains(&self.model)).then_some(Code::NotOffered),
            ),
            ("temperature", self.temperature.filter(|value| *value > 200).map(|_| Code::OutOfRange)),
            ("top_p", self.top_p.filter(|value| !(1..=100).contains(value)).map(|_| Code::OutOfRange)),
            (
                "max_output_tokens",
                self.max_output_tokens
                    .filter(|value| !(64..=8_192).contains(value))
                    .map(|_| Code::OutOfRange),
            ),
            (
                "reasoning_effort",
                (!matches!(self.reasoning_effort.as_str(), "" | "minimal" | "low" | "medium" | "high"))
                    .then_some(Code::OutOfRange),
            ),
            ("tools", self.tools.iter().any(|tool| !offer.tools.contains(tool)).then_some(Code::NotOffered)),
        ];
        checks
            .into_iter()
            .filter_map(|(field, code)| Some(FieldFault { field: field.to_owned(), code: code? }))
            .collect()
    }

    fn aliases_fault(&self) -> Option<Code> {
        if self.aliases.len() > limits::BOT_ALIASES {
            return Some(Code::TooMany);
        }
        let is_double = |alias: &String| {
            *alias == self.handle || self.aliases.iter().filter(|other| *other == alias).count() > 1
        };
        self.aliases.iter().find_map(|alias| match Nickname::parse(alias) {
            Err(code) => Some(code),
            // A name with a space in it would be hard to call.
            Ok(name) if name.as_str() != alias || alias.contains([' ', '@']) => {
                Some(Code::NicknameCharacters)
            }
            Ok(_) if is_double(alias) => Some(Code::NicknameTaken),
            Ok(_) => None,
        })
    }
}

/// Why a text is no handle.
pub fn handle_fault(handle: &str) -> Option<Code> {
    let is_long = handle.len() > limits::NICKNAME_CHARACTERS;
    let is_fit = handle.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'))
        && handle.starts_with(|first: char| first.is_ascii_lowercase());
    match handle.len() {
        0 | 1 => Some(Code::Empty),
        _ if is_long => Some(Code::TooLong),
        _ if !is_fit => Some(Code::HandleCharacters),
        _ => None,
    }
}

fn text_fault(text: &str, most: usize, is_needed: bool) -> Option<Code> {
    if is_needed && text.trim().is_empty() {
        return Some(Code::Empty);
    }
    if text.chars().count() > most {
        return Some(Code::TooLong);
    }
    text.chars().any(|c| c.is_control() && c != '\n' && c != '\t').then_some(Code::ControlCharacters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Usage;

    fn good() -> Draft {
        Draft {
            handle: "cook".to_owned(),
            aliases: vec!["요리사".to_owned()],
            instructions: "You cook.".to_owned(),
            ..Draft::default()
        }
    }

    #[test]
    fn drafts_are_written_as_the_derived_writer_writes_them() {
        let full = Draft {
            name: "\"".to_owned(),
            about: "a".to_owned(),
            model: "m".to_owned(),
            temperature: Some(0),
            top_p: Some(u32::MAX),
            max_output_tokens: Some(1),
            reasoning_effort: "low".to_owned(),
            tools: vec![String::new(), "b".to_owned()],
            ..good()
        };
        for draft in [Draft::default(), good(), full] {
            assert_eq!(draft.encode(), serde_json::to_string(&draft).unwrap());
        }
    }

    fn offer() -> Offer {
        Offer { models: vec!["m".to_owned()], tools: vec!["current_time".to_owned()] }
    }

    #[test]
    fn a_good_draft_has_no_faults() {
        assert_eq!(good().faults(&offer()), []);
        let full = Draft {
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
        assert_eq!(full.faults(&offer()), []);
    }

    #[test]
    fn a_bad_draft_is_refused_field_by_field() {
        let bad = Draft {
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
        let faults: Vec<(String, Code)> =
            bad.faults(&offer()).into_iter().map(|fault| (fault.field, fault.code)).collect();
        let expected = [
            ("handle", Code::HandleCharacters),
            ("aliases", Code::NicknameCharacters),
            ("name", Code::TooLong),
            ("about", Code::ControlCharacters),
            ("instructions", Code::Empty),
            ("model", Code::NotOffered),
            ("temperature", Code::OutOfRange),
            ("top_p", Code::OutOfRange),
            ("max_output_tokens", Code::OutOfRange),
            ("reasoning_effort", Code::OutOfRange),
            ("tools", Code::NotOffered),
        ];
        assert_eq!(faults, expected.map(|(field, code)| (field.to_owned(), code)));
    }

    #[test]
    fn handles_are_latin_and_aliases_differ() {
        for (handle, fault) in [
            ("ab", None),
            ("a", Some(Code::Empty)),
            ("9ab", Some(Code::HandleCharacters)),
            ("요리사", Some(Code::HandleCharacters)),
            ("a b", Some(Code::HandleCharacters)),
        ] {
            assert_eq!(handle_fault(handle), fault, "{handle}");
        }
        assert_eq!(handle_fault(&"a".repeat(25)), Some(Code::TooLong));
        let aliases = |aliases: &[&str]| {
            let draft =
                Draft { aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(), ..good() };
            draft.faults(&offer()).first().map(|fault| fault.code)
        };
        assert_eq!(aliases(&["a1", "a2", "a3", "a4", "a5"]), Some(Code::TooMany));
        assert_eq!(aliases(&["요리", "요리"]), Some(Code::NicknameTaken));
        assert_eq!(aliases(&["cook"]), Some(Code::NicknameTaken));
        assert_eq!(aliases(&["@요리"]), Some(Code::NicknameCharacters));
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
