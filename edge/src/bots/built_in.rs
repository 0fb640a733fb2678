//! The built-in bots: `bots.toml` as constants, which the build script generates after `edge/tables` has checked the file.

use models::{Parameters, ToolChoice};
use shared::bot::LocalizedText;

use crate::settings::Language;

include!(concat!(env!("OUT_DIR"), "/bots.rs"));

/// A text in both languages.
#[derive(Default)]
pub(crate) struct LocalizedStr {
    en: &'static str,
    ko: &'static str,
}

/// A bot of `bots.toml`. For a field that is `None`, the operator's setting or the room's default holds.
#[derive(Default)]
pub(crate) struct BuiltInBot {
    pub(crate) handle: &'static str,
    pub(crate) aliases: &'static [&'static str],
    pub(crate) name: LocalizedStr,
    pub(crate) about: LocalizedStr,
    pub(crate) colour: u8,
    pub(crate) instructions: LocalizedStr,
    pub(crate) api: Option<&'static str>,
    pub(crate) model: Option<&'static str>,
    pub(crate) base_url: Option<&'static str>,
    pub(crate) key: Option<&'static str>,
    pub(crate) parameters: BuiltInParameters,
    pub(crate) tools: &'static [&'static str],
    pub(crate) card: Option<&'static str>,
    /// The text of the file with its knowledge.
    pub(crate) knowledge: Option<&'static str>,
    pub(crate) schema: Option<&'static str>,
    pub(crate) window: Option<(usize, usize)>,
    pub(crate) rotate_at: Option<u64>,
    pub(crate) alternatives: u32,
}

/// The parameters that a built-in bot sends with every call.
#[derive(Default)]
pub(crate) struct BuiltInParameters {
    temperature: Option<f64>,
    top_p: Option<f64>,
    frequency_penalty: Option<f64>,
    presence_penalty: Option<f64>,
    max_output_tokens: Option<u32>,
    stop: &'static [&'static str],
    reasoning_effort: Option<&'static str>,
    thinking_budget: Option<i32>,
    verbosity: Option<&'static str>,
    logit_bias: &'static [(u32, i32)],
    tool_choice: Option<&'static str>,
}

impl LocalizedStr {
    pub(crate) fn in_language(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.en,
            Language::Korean => self.ko,
        }
    }

    pub(crate) fn to_localized(&self) -> LocalizedText {
        LocalizedText { en: self.en.to_owned(), ko: self.ko.to_owned() }
    }
}

impl BuiltInParameters {
    pub(crate) fn to_parameters(&self) -> Parameters {
        Parameters {
            temperature: self.temperature,
            top_p: self.top_p,
            frequency_penalty: self.frequency_penalty,
            presence_penalty: self.presence_penalty,
            max_output_tokens: self.max_output_tokens,
            stop: owned(self.stop),
            reasoning_effort: self.reasoning_effort.map(str::to_owned),
            thinking_budget: self.thinking_budget,
            verbosity: self.verbosity.map(str::to_owned),
            logit_bias: self.logit_bias.iter().copied().collect(),
            tool_choice: self.tool_choice.and_then(ToolChoice::parse),
        }
    }
}

/// Copies a list of texts.
pub(crate) fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
