//! What models can do and which parameters they refuse: one table by the beginning of their names ([`table`]), with the rules
//! that apply it to a turn.
//!
//! A refused parameter fails the whole request, so it is never sent: [`fitted`] leaves it out of every request. A name that no
//! row knows has [`Capabilities::UNKNOWN`]; what such a model refuses is learned from its server's errors
//! ([`crate::refused_field`], [`crate::ModelError::context_tokens`]).

mod table;

use std::borrow::Cow;

use strum::IntoStaticStr;

use crate::api_name::Api;
use crate::turn::{Parameters, Turn};

pub use table::{ROWS, Row};

/// The fewest output tokens that OpenAI's Responses API accepts.
const LEAST_OUTPUT_TOKENS: u32 = 16;
/// A low effort as a thinking budget, in tokens: the smallest that all Gemini 2.5 models allow besides 0.
const LOW_EFFORT_BUDGET: i32 = 512;
/// The efforts of which Gemini 2.5 has budgets (<https://ai.google.dev/gemini-api/docs/openai#thinking>).
const EFFORTS_WITH_BUDGETS: [&str; 4] = ["minimal", "low", "medium", "high"];

/// A parameter that some API or model refuses. The names are those of `bots.toml` and of an owner's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, strum::EnumIter)]
#[strum(serialize_all = "snake_case")]
pub enum Parameter {
    Temperature,
    TopP,
    FrequencyPenalty,
    PresencePenalty,
    Stop,
    LogitBias,
    ReasoningEffort,
    ThinkingBudget,
    Verbosity,
    Schema,
    Tools,
}

/// How a model reasons, and how that is steered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reasoning {
    /// Nobody knows: what is set is sent, and nothing is set by default.
    Unknown,
    Never,
    /// By one of these efforts.
    Efforts(&'static [&'static str]),
    /// By a number of tokens from `least` to `most`, and by 0 where it can be switched off.
    Budget {
        least: i32,
        most: i32,
        can_be_off: bool,
    },
}

/// What a model can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    pub reasoning: Reasoning,
    /// Parameters besides those of reasoning that fail the whole request.
    pub refuses: &'static [Parameter],
    /// Tokens of input and output together.
    pub context: Option<u32>,
    /// Output tokens of one call, reasoning included.
    pub output: Option<u32>,
    pub images: bool,
    pub schema: bool,
    pub tools: bool,
    /// In Chat Completions it takes tools only together with the effort `none`.
    pub chat_tools_without_reasoning: bool,
}

impl Capabilities {
    /// Those of a model that no row knows: everything is sent, and its server says what it refuses.
    pub const UNKNOWN: Self = Self {
        reasoning: Reasoning::Unknown,
        refuses: &[],
        context: None,
        output: None,
        images: false,
        schema: true,
        tools: true,
        chat_tools_without_reasoning: false,
    };

    /// Whether the table says that a model reasons.
    pub fn is_known_to_reason(&self) -> bool {
        matches!(self.reasoning, Reasoning::Efforts(_) | Reasoning::Budget { .. })
    }

    /// Whether an effort can be sent; for a budget it is translated.
    pub fn takes_effort(&self, effort: &str) -> bool {
        match self.reasoning {
            Reasoning::Unknown => true,
            Reasoning::Never => false,
            Reasoning::Efforts(efforts) => efforts.contains(&effort),
            Reasoning::Budget { can_be_off, .. } => {
                EFFORTS_WITH_BUDGETS.contains(&effort) || (effort == "none" && can_be_off)
            }
        }
    }

    /// Whether a parameter reaches this model in an API: the API has it, and the model does not refuse it.
    pub fn takes(&self, api: Api, parameter: Parameter) -> bool {
        has_parameter(api, parameter)
            && !self.refuses.contains(&parameter)
            && match parameter {
                Parameter::ReasoningEffort => self.reasoning != Reasoning::Never,
                Parameter::ThinkingBudget => {
                    matches!(self.reasoning, Reasoning::Unknown | Reasoning::Budget { .. })
                }
                Parameter::Schema => self.schema,
                Parameter::Tools => self.tools,
                _ => true,
            }
    }
}

/// What the table says of a model.
pub fn capabilities(model: &str) -> Capabilities {
    let name = name(model);
    ROWS.iter().find(|row| row.matches(&name)).map_or(Capabilities::UNKNOWN, |row| row.capabilities)
}

/// The parameters by which a model reasons little: none where it does not reason, or nobody knows.
pub fn low_effort(model: &str) -> Parameters {
    match capabilities(model).reasoning {
        Reasoning::Efforts(efforts) if efforts.contains(&"low") => {
            Parameters { reasoning_effort: Some("low".to_owned()), ..Parameters::default() }
        }
        Reasoning::Budget { .. } => {
            Parameters { thinking_budget: Some(LOW_EFFORT_BUDGET), ..Parameters::default() }
        }
        _ => Parameters::default(),
    }
}

/// A turn without what the model or the API refuses.
pub fn fitted<'a>(turn: &'a Turn, api: Api, model: &str) -> Cow<'a, Turn> {
    let can = capabilities(model);
    let parameters = fit_parameters(&turn.parameters, api, &can, !turn.tools.is_empty());
    let loses_schema = turn.schema.is_some() && !can.schema;
    let loses_tools = !turn.tools.is_empty() && !can.tools;
    if parameters == turn.parameters && !loses_schema && !loses_tools {
        return Cow::Borrowed(turn);
    }
    let mut turn = Turn { parameters, ..turn.clone() };
    if loses_schema {
        turn.schema = None;
    }
    if loses_tools {
        turn.tools.clear();
    }
    Cow::Owned(turn)
}

/// Parameters without what the model or the API refuses.
pub fn fit(parameters: &Parameters, api: Api, model: &str) -> Parameters {
    fit_parameters(parameters, api, &capabilities(model), false)
}

fn fit_parameters(asked: &Parameters, api: Api, can: &Capabilities, has_tools: bool) -> Parameters {
    let mut kept = asked.clone();
    let takes = |parameter| can.takes(api, parameter);
    let number = |value: Option<f64>, parameter| value.filter(|_| takes(parameter));
    kept.temperature = number(kept.temperature, Parameter::Temperature);
    kept.top_p = number(kept.top_p, Parameter::TopP);
    kept.frequency_penalty = number(kept.frequency_penalty, Parameter::FrequencyPenalty);
    kept.presence_penalty = number(kept.presence_penalty, Parameter::PresencePenalty);
    if !takes(Parameter::Stop) {
        kept.stop.clear();
    }
    if !takes(Parameter::LogitBias) {
        kept.logit_bias.clear();
    }
    kept.verbosity = kept.verbosity.filter(|_| takes(Parameter::Verbosity));
    let most = can.output.unwrap_or(u32::MAX);
    kept.max_output_tokens = kept.max_output_tokens.map(|tokens| tokens.min(most).max(LEAST_OUTPUT_TOKENS));
    kept.thinking_budget = kept.thinking_budget.and_then(|tokens| fit_budget(tokens, api, can));
    kept.reasoning_effort = kept.reasoning_effort.filter(|effort| can.takes_effort(effort));
    if api == Api::Gemini && asked.thinking_budget == Some(0) && can.takes_effort("minimal") {
        // The nearest to none that models with levels have.
        let has_levels = matches!(can.reasoning, Reasoning::Efforts(_));
        let minimal = has_levels.then(|| "minimal".to_owned());
        kept.reasoning_effort = kept.reasoning_effort.or(minimal);
    }
    if api == Api::ChatCompletions && has_tools && can.tools && can.chat_tools_without_reasoning {
        kept.reasoning_effort = Some("none".to_owned());
    }
    kept
}

/// A thinking budget that the model accepts.
fn fit_budget(tokens: i32, api: Api, can: &Capabilities) -> Option<i32> {
    if api != Api::Gemini {
        return None;
    }
    match can.reasoning {
        Reasoning::Unknown => Some(tokens),
        Reasoning::Never | Reasoning::Efforts(_) => None,
        Reasoning::Budget { least, most, can_be_off } => Some(match tokens {
            -1 => -1,
            0 if can_be_off => 0,
            tokens => tokens.clamp(least, most),
        }),
    }
}

/// Whether an API has a parameter at all.
fn has_parameter(api: Api, parameter: Parameter) -> bool {
    use Parameter as P;
    match parameter {
        P::FrequencyPenalty | P::PresencePenalty | P::Stop => api != Api::Responses,
        P::LogitBias => api == Api::ChatCompletions,
        P::Verbosity => api != Api::Gemini,
        P::ThinkingBudget => api == Api::Gemini,
        P::Temperature | P::TopP | P::ReasoningEffort | P::Schema | P::Tools => true,
    }
}

/// The name in small letters, without the vendor that gateways put before it.
fn name(model: &str) -> String {
    model.rsplit('/').next().unwrap_or_default().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(model: &str, parameter: Parameter) -> bool {
        capabilities(model).takes(Api::ChatCompletions, parameter)
    }

    #[test]
    fn case_137_models_that_reason_refuse_a_temperature_and_others_an_effort() {
        for model in ["gpt-5.4-mini", "gpt-6-luna", "o3", "o4-mini-2025-04-16", "openai/gpt-5", "GPT-5"] {
            let (sampling, effort) = (Parameter::Temperature, Parameter::ReasoningEffort);
            assert!(!takes(model, sampling) && takes(model, effort), "{model}");
        }
        for model in ["gpt-4.1", "gpt-4o-mini", "gpt-3.5-turbo", "gemini-2.0-flash", "gpt-5-chat-latest"] {
            let (sampling, effort) = (Parameter::Temperature, Parameter::ReasoningEffort);
            assert!(takes(model, sampling) && !takes(model, effort), "{model}");
        }
        for model in ["llama3:8b", "qwen3", ""] {
            assert_eq!(capabilities(model), Capabilities::UNKNOWN, "{model}: its server says it itself");
        }
    }

    #[test]
    fn case_194_low_effort_is_what_each_family_calls_it() {
        let of = |model| low_effort(model);
        for model in ["gpt-5.4-mini", "o4-mini", "gemini-3-flash-preview", "gpt-oss:20b"] {
            assert_eq!(of(model).reasoning_effort.as_deref(), Some("low"), "{model}");
        }
        assert_eq!(of("gemini-2.5-flash").thinking_budget, Some(512));
        for model in ["gpt-4.1", "gpt-5-chat-latest", "llama3:8b", "gpt-5-pro"] {
            assert_eq!(of(model), Parameters::default(), "{model}");
        }
    }

    #[test]
    fn case_194_a_budget_stays_within_what_the_model_accepts() {
        let fit = |tokens, model| fit_budget(tokens, Api::Gemini, &capabilities(model));
        for (tokens, model, expected) in [
            (0, "gemini-2.5-flash", Some(0)),
            (0, "gemini-2.5-pro", Some(128)),
            (-1, "gemini-2.5-pro", Some(-1)),
            (1_000_000, "gemini-2.5-flash-lite", Some(24_576)),
            (8, "gemini-2.5-flash-lite", Some(512)),
            (0, "gemini-3-flash", None),
            (0, "gemini-2.0-flash", None),
            (7, "some-gemma", Some(7)),
        ] {
            assert_eq!(fit(tokens, model), expected, "{model} {tokens}");
        }
    }
}
