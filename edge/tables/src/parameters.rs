//! What a bot sends with every turn, as `models::Parameters` has it.

use crate::read::Table;

const EFFORTS: [&str; 6] = ["none", "minimal", "low", "medium", "high", "xhigh"];
const VERBOSITIES: [&str; 3] = ["low", "medium", "high"];
/// Texts that end an answer: no API takes more.
const STOPS: usize = 4;
/// The Responses API takes no smaller limit. Reasoning counts, so a small one leaves no room for words.
const LEAST_OUTPUT: i64 = 16;
const MOST_OUTPUT: i64 = 32_768;

/// What a bot sets. What it does not set is not sent.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parameters {
    /// 0 to 2.
    pub temperature: Option<f64>,
    /// 0 to 1.
    pub top_p: Option<f64>,
    /// -2 to 2.
    pub frequency_penalty: Option<f64>,
    /// -2 to 2.
    pub presence_penalty: Option<f64>,
    /// 16 to 32,768.
    pub max_output_tokens: Option<i64>,
    /// At most 4 texts.
    pub stop: Vec<String>,
    /// `none` to `xhigh`.
    pub reasoning_effort: Option<String>,
    /// -1 to 32,768.
    pub thinking_budget: Option<i64>,
    /// `low`, `medium`, `high`.
    pub verbosity: Option<String>,
}

pub(crate) fn read(table: &Table<'_>) -> Parameters {
    let owned = |word: Option<&str>| word.map(str::to_owned);
    let stops = table.texts("stop");
    if let Some(fifth) = stops.get(STOPS) {
        table.fault(fifth.at, format!("\"stop\" has more than {STOPS} texts"));
    }
    for stop in stops.iter().filter(|stop| stop.is.is_empty()) {
        table.fault(stop.at, "\"stop\" has an empty text, which would end every answer");
    }
    let parameters = Parameters {
        temperature: table.number("temperature", 0.0..=2.0),
        top_p: table.number("top_p", 0.0..=1.0),
        frequency_penalty: table.number("frequency_penalty", -2.0..=2.0),
        presence_penalty: table.number("presence_penalty", -2.0..=2.0),
        max_output_tokens: table.integer("max_output_tokens", LEAST_OUTPUT..=MOST_OUTPUT),
        stop: stops.iter().map(|stop| stop.is.to_owned()).collect(),
        reasoning_effort: owned(table.one_of("reasoning_effort", &EFFORTS)),
        thinking_budget: table.integer("thinking_budget", -1..=MOST_OUTPUT),
        verbosity: owned(table.one_of("verbosity", &VERBOSITIES)),
    };
    if parameters.reasoning_effort.is_some() && parameters.thinking_budget.is_some() {
        table.fault(
            table.at(),
            "reasoning_effort and thinking_budget exclude each other: Gemini refuses both",
        );
    }
    table.finish();
    parameters
}
