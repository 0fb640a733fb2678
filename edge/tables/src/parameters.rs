//! What a bot sends with every call, as `models::Parameters` has it.

use std::collections::BTreeMap;

use serde::Deserialize;
use shared::tool_name;
use toml::Spanned;

use crate::error::Source;

const EFFORTS: [&str; 6] = ["none", "minimal", "low", "medium", "high", "xhigh"];
const TOOL_CHOICES: [&str; 3] = ["auto", "none", "required"];
const VERBOSITIES: [&str; 3] = ["low", "medium", "high"];
/// Stop texts: no API takes more.
const STOPS: usize = 4;
/// The Responses API takes no smaller limit. Reasoning counts, so a small limit leaves no tokens for the answer.
const MIN_OUTPUT: i64 = 16;
const MAX_OUTPUT: i64 = 32_768;

/// Parameters of a bot's model calls. Those that are not set are not sent.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Parameters {
    /// 0 to 2.
    pub temperature: Option<Spanned<f64>>,
    /// 0 to 1.
    pub top_p: Option<Spanned<f64>>,
    /// -2 to 2.
    pub frequency_penalty: Option<Spanned<f64>>,
    /// -2 to 2.
    pub presence_penalty: Option<Spanned<f64>>,
    /// 16 to 32,768.
    pub max_output_tokens: Option<Spanned<i64>>,
    /// At most 4 texts.
    pub stop: Vec<Spanned<String>>,
    /// `none` to `xhigh`.
    pub reasoning_effort: Option<Spanned<String>>,
    /// -1 to 32,768.
    pub thinking_budget: Option<Spanned<i64>>,
    /// `low`, `medium`, `high`.
    pub verbosity: Option<Spanned<String>>,
    /// Tokens by their numbers, and -100 to 100 for each.
    pub logit_bias: BTreeMap<Spanned<String>, Spanned<i64>>,
    /// `auto`, `none`, `required` or the name of a tool.
    pub tool_choice: Option<Spanned<String>>,
}

pub(crate) fn check(source: &mut Source<'_>, parameters: &Spanned<Parameters>) {
    let span = parameters.span();
    let parameters = parameters.get_ref();
    source.check_range("temperature", parameters.temperature.as_ref(), 0.0..=2.0);
    source.check_range("top_p", parameters.top_p.as_ref(), 0.0..=1.0);
    source.check_range("frequency_penalty", parameters.frequency_penalty.as_ref(), -2.0..=2.0);
    source.check_range("presence_penalty", parameters.presence_penalty.as_ref(), -2.0..=2.0);
    source.check_range("max_output_tokens", parameters.max_output_tokens.as_ref(), MIN_OUTPUT..=MAX_OUTPUT);
    source.check_range("thinking_budget", parameters.thinking_budget.as_ref(), -1..=MAX_OUTPUT);
    source.check_word("reasoning_effort", parameters.reasoning_effort.as_ref(), &EFFORTS);
    source.check_word("verbosity", parameters.verbosity.as_ref(), &VERBOSITIES);
    if let Some(fifth) = parameters.stop.get(STOPS) {
        source.error(fifth.span(), format!("\"stop\" has more than {STOPS} texts"));
    }
    for stop in parameters.stop.iter().filter(|stop| stop.get_ref().is_empty()) {
        source.error(stop.span(), "\"stop\" has an empty text, which would end every answer");
    }
    for (token, bias) in &parameters.logit_bias {
        if token.get_ref().parse::<u32>().is_err() {
            source.error(
                token.span(),
                format!("logit_bias \"{}\" is not the number of a token", token.get_ref()),
            );
        }
        source.check_range("logit_bias", Some(bias), -100..=100);
    }
    let choices: Vec<&str> = TOOL_CHOICES.into_iter().chain(tool_name::FUNCTIONS).collect();
    source.check_word("tool_choice", parameters.tool_choice.as_ref(), &choices);
    if parameters.reasoning_effort.is_some() && parameters.thinking_budget.is_some() {
        source.error(span, "reasoning_effort and thinking_budget exclude each other: Gemini refuses both");
    }
}
