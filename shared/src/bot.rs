//! Bots as people see them, and drafts of custom bots as a room's owner writes them.
//!
//! The page and the room validate drafts with the same code: the page marks fields while they are typed, the room decides.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::answer_schema::AnswerSchema;
use crate::card::CardKind;
use crate::text::Nickname;
use crate::{ErrorCode, Lang, limits, tolerant};

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
    #[serde(default, alias = "own", skip_serializing_if = "std::ops::Not::not")]
    pub custom: bool,
}

impl Bot {
    /// What readers of a language write after `@` to mention it: in Korean its first alias in Hangul, otherwise its handle.
    pub fn localized_handle(&self, lang: Lang) -> &str {
        let is_hangul = |name: &&String| name.contains(|c| ('가'..='힣').contains(&c));
        self.aliases.iter().find(is_hangul).filter(|_| lang == Lang::Ko).unwrap_or(&self.handle)
    }
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
    /// Hundredths, -200 to 200.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frequency_penalty: Option<i32>,
    /// Hundredths, -200 to 200.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presence_penalty: Option<i32>,
    /// At most 4 texts that end an answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stop: Vec<String>,
    /// One of [`EFFORTS`]; `none` switches thinking off.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reasoning_effort: String,
    /// `auto`, `none`, `required`, or the name of one of its tools.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tool_choice: String,
    /// Which of the offered tools it may use.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<String>,
    /// The JSON schema of its answers, as text ([`AnswerSchema::parse`]); empty for plain text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub schema: String,
    /// How many answers it gives to a question to choose from, 1 to [`limits::ALTERNATIVES`]; 1 for a bot with tools or a schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternatives: Option<u32>,
}

/// What the operator offers for custom bots.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BotOptions {
    /// Model names, the default one first.
    pub models: Vec<String>,
    pub tools: Vec<String>,
    /// What a model does not take, so that it is left out: names of fields, and `reasoning_effort=high` for one value.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub refused: BTreeMap<String, Vec<String>>,
}

/// The efforts of reasoning that models know, from the least to the most. No model takes all of them.
pub const EFFORTS: [&str; 6] = ["none", "minimal", "low", "medium", "high", "xhigh"];
/// Whether a model calls tools, besides the names of tools.
pub const TOOL_CHOICES: [&str; 3] = ["auto", "none", "required"];

/// A field of a draft that is invalid, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name in [`BotDraft`].
    pub field: String,
    pub code: ErrorCode,
    /// Where in the field, as far as that is more than the field: see [`crate::answer_schema::SchemaError`].
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
}

impl FieldError {
    /// An error of a whole field.
    pub fn new(field: &str, code: ErrorCode) -> Self {
        Self { field: field.to_owned(), code, place: String::new() }
    }
}

impl BotDraft {
    /// Checks every field but the schema and returns what is wrong, each field once, in the order of the fields. Whether a name
    /// is taken in the room only the room knows.
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
            ("frequency_penalty", penalty_error(self.frequency_penalty)),
            ("presence_penalty", penalty_error(self.presence_penalty)),
            ("stop", self.stop_error()),
            (
                "reasoning_effort",
                (!self.reasoning_effort.is_empty() && !EFFORTS.contains(&self.reasoning_effort.as_str()))
                    .then_some(ErrorCode::OutOfRange),
            ),
            ("tool_choice", self.tool_choice_error()),
            ("tools", self.tools_error(offer)),
            ("alternatives", self.alternatives_error()),
        ];
        checks.into_iter().filter_map(|(field, code)| Some(FieldError::new(field, code?))).collect()
    }

    /// What is wrong with the schema. Only the room asks: reading a schema would make the page 2.5 KB larger.
    pub fn schema_error(&self) -> Option<FieldError> {
        let error = AnswerSchema::parse(&self.schema).err().filter(|_| !self.schema.is_empty())?;
        Some(FieldError { place: error.place, ..FieldError::new("schema", error.code) })
    }

    fn tools_error(&self, offer: &BotOptions) -> Option<ErrorCode> {
        if self.tools.iter().any(|tool| !offer.tools.contains(tool)) {
            return Some(ErrorCode::NotOffered);
        }
        (!self.tools.is_empty() && !self.schema.is_empty()).then_some(ErrorCode::NotWithSchema)
    }

    fn alternatives_error(&self) -> Option<ErrorCode> {
        let most = if self.tools.is_empty() && self.schema.is_empty() { limits::ALTERNATIVES } else { 1 };
        self.alternatives.filter(|count| !(1..=most).contains(count)).map(|_| ErrorCode::OutOfRange)
    }

    fn tool_choice_error(&self) -> Option<ErrorCode> {
        let choice = self.tool_choice.as_str();
        let is_known = TOOL_CHOICES.contains(&choice) || self.tools.iter().any(|tool| tool == choice);
        (!choice.is_empty() && !is_known).then_some(ErrorCode::OutOfRange)
    }

    fn stop_error(&self) -> Option<ErrorCode> {
        if self.stop.len() > limits::BOT_STOPS {
            return Some(ErrorCode::TooMany);
        }
        self.stop.iter().find_map(|stop| text_error(stop, limits::NICKNAME_CHARACTERS, true))
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

fn penalty_error(penalty: Option<i32>) -> Option<ErrorCode> {
    penalty.filter(|value| !(-200..=200).contains(value)).map(|_| ErrorCode::OutOfRange)
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
mod tests;
