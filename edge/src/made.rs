//! The bots of `bots.toml`, as the build wrote them down after it had checked them (`edge/tables`).

use models::Parameters;
use shared::bot::LocalizedText;

include!(concat!(env!("OUT_DIR"), "/bots.rs"));

/// The language of the instructions. What a bot answers in is another matter: the language of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English, which models follow best.
    #[default]
    English,
    /// Korean.
    Korean,
}

/// The same in both languages.
#[derive(Default)]
pub(crate) struct LocalizedStr {
    en: &'static str,
    ko: &'static str,
}

/// A bot of the file. What is `None` is the operator's to say.
#[derive(Default)]
pub(crate) struct Made {
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
    pub(crate) parameters: MadeParameters,
    pub(crate) tools: &'static [&'static str],
    pub(crate) card: Option<&'static str>,
    pub(crate) window: Option<(usize, usize)>,
    pub(crate) rotate_at: Option<u64>,
}

/// What a bot of the file sends with every turn.
#[derive(Default)]
pub(crate) struct MadeParameters {
    temperature: Option<f64>,
    top_p: Option<f64>,
    frequency_penalty: Option<f64>,
    presence_penalty: Option<f64>,
    max_output_tokens: Option<u32>,
    stop: &'static [&'static str],
    reasoning_effort: Option<&'static str>,
    thinking_budget: Option<i32>,
    verbosity: Option<&'static str>,
}

impl LocalizedStr {
    /// In one language.
    pub(crate) fn of(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.en,
            Language::Korean => self.ko,
        }
    }

    /// In both, for the page.
    pub(crate) fn words(&self) -> LocalizedText {
        LocalizedText { en: self.en.to_owned(), ko: self.ko.to_owned() }
    }
}

impl MadeParameters {
    pub(crate) fn parameters(&self) -> Parameters {
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
        }
    }
}

/// A list of texts.
pub(crate) fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
