//! The whole table of models, in every API, with every parameter: nothing is sent that the table says is refused.

use std::collections::BTreeMap;

use models::families::{Capabilities, Parameter, ROWS, Reasoning, capabilities};
use models::{Api, Endpoint, Item, Parameters, Schema, Tool, ToolChoice, Turn};
use serde_json::{Value, json};

const EFFORTS: [&str; 7] = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];
const BUDGETS: [i32; 5] = [-1, 0, 1, 512, 1_000_000];

/// A name of each family, and one that no row knows.
fn models() -> Vec<String> {
    let mut names: Vec<String> = ROWS
        .iter()
        .flat_map(|row| row.begins.iter().map(|begin| format!("{begin}{}", row.contains)))
        .collect();
    names.extend(["llama3:8b", "openai/gpt-5.4", "gpt-5.4-mini", "GPT-4o"].map(str::to_owned));
    names
}

fn full(effort: Option<&str>, budget: Option<i32>, has_tools: bool, has_schema: bool) -> Turn {
    let schema =
        || json!({"type": "object", "properties": {}, "required": [], "additionalProperties": false});
    let tool =
        Tool { name: "clock".to_owned(), description: "Tells the time.".to_owned(), parameters: schema() };
    Turn {
        input: vec![Item::user("hi")],
        parameters: Parameters {
            temperature: Some(0.5),
            top_p: Some(0.5),
            frequency_penalty: Some(0.5),
            presence_penalty: Some(0.5),
            max_output_tokens: Some(1_000_000),
            stop: vec!["x".to_owned()],
            reasoning_effort: effort.map(str::to_owned),
            thinking_budget: budget,
            verbosity: Some("low".to_owned()),
            logit_bias: BTreeMap::from([(50_256, -100)]),
            tool_choice: Some(ToolChoice::Auto),
        },
        tools: has_tools.then_some(tool).into_iter().collect(),
        schema: has_schema.then(|| Schema { name: "form".to_owned(), schema: schema().into() }),
        ..Turn::default()
    }
}

/// Where a parameter stands in a body.
fn sent(api: Api, body: &Value, parameter: Parameter) -> Option<&Value> {
    use Parameter as P;
    let path: &[&str] = match (api, parameter) {
        (Api::Gemini, P::Temperature) => &["generationConfig", "temperature"],
        (Api::Gemini, P::TopP) => &["generationConfig", "topP"],
        (Api::Gemini, P::FrequencyPenalty) => &["generationConfig", "frequencyPenalty"],
        (Api::Gemini, P::PresencePenalty) => &["generationConfig", "presencePenalty"],
        (Api::Gemini, P::Stop) => &["generationConfig", "stopSequences"],
        (Api::Gemini, P::ReasoningEffort) => &["generationConfig", "thinkingConfig", "thinkingLevel"],
        (Api::Gemini, P::ThinkingBudget) => &["generationConfig", "thinkingConfig", "thinkingBudget"],
        (Api::Gemini, P::Schema) => &["generationConfig", "responseJsonSchema"],
        (Api::Responses, P::ReasoningEffort) => &["reasoning", "effort"],
        (Api::Responses, P::Verbosity) => &["text", "verbosity"],
        (Api::Responses, P::Schema) => &["text", "format"],
        (Api::ChatCompletions, P::Schema) => &["response_format"],
        (_, P::Temperature) => &["temperature"],
        (_, P::TopP) => &["top_p"],
        (_, P::FrequencyPenalty) => &["frequency_penalty"],
        (_, P::PresencePenalty) => &["presence_penalty"],
        (_, P::Stop) => &["stop"],
        (_, P::LogitBias) => &["logit_bias"],
        (_, P::ReasoningEffort) => &["reasoning_effort"],
        (_, P::ThinkingBudget) => &["thinking_budget"],
        (_, P::Verbosity) => &["verbosity"],
        (_, P::Tools) => &["tools"],
    };
    path.iter().try_fold(body, |value, key| value.get(key))
}

const PARAMETERS: [Parameter; 11] = [
    Parameter::Temperature,
    Parameter::TopP,
    Parameter::FrequencyPenalty,
    Parameter::PresencePenalty,
    Parameter::Stop,
    Parameter::LogitBias,
    Parameter::ReasoningEffort,
    Parameter::ThinkingBudget,
    Parameter::Verbosity,
    Parameter::Schema,
    Parameter::Tools,
];

fn check_reasoning(can: &Capabilities, api: Api, body: &Value, context: &str) {
    let effort = sent(api, body, Parameter::ReasoningEffort).and_then(Value::as_str);
    let budget = sent(api, body, Parameter::ThinkingBudget).and_then(Value::as_i64);
    assert!(effort.is_none() || budget.is_none(), "{context}: Gemini refuses both");
    if let Some(effort) = effort {
        assert!(can.takes_effort(&effort.to_ascii_lowercase()), "{context}: {effort}");
    }
    let Some(budget) = budget else { return };
    match can.reasoning {
        Reasoning::Unknown => {}
        Reasoning::Budget { least, most, can_be_off } => assert!(
            budget == -1
                || (budget == 0 && can_be_off)
                || (i64::from(least)..=i64::from(most)).contains(&budget),
            "{context}: {budget}"
        ),
        Reasoning::Never | Reasoning::Efforts(_) => panic!("{context}: a budget of {budget}"),
    }
}

#[test]
fn case_194_nothing_is_sent_that_the_table_says_is_refused() {
    let efforts = EFFORTS.into_iter().map(Some).chain([None]);
    let choices: Vec<(Option<&str>, Option<i32>)> = efforts
        .map(|effort| (effort, None))
        .chain(BUDGETS.map(|budget| (None, Some(budget))))
        .chain([(Some("low"), Some(0))])
        .collect();
    let mut checked = 0;
    for model in models() {
        let can = capabilities(&model);
        for (api, base_url) in Api::ALL.into_iter().flat_map(|api| {
            ["https://api.openai.com/v1", "http://127.0.0.1:1/v1"].map(|url| (api, url.to_owned()))
        }) {
            // No other vendor's models are served by Google's own API.
            if api == Api::Gemini
                && ["gpt", "chat", "o1", "o3", "o4", "codex", "openai", "GPT"]
                    .iter()
                    .any(|begin| model.starts_with(begin))
            {
                continue;
            }
            let endpoint = Endpoint { base_url, model: model.clone() };
            for (effort, budget) in &choices {
                for (has_tools, has_schema) in [(true, false), (false, true), (true, true), (false, false)] {
                    let request = api.request(&full(*effort, *budget, has_tools, has_schema), &endpoint);
                    let body: Value = serde_json::from_str(&request.body).unwrap();
                    let context = format!("{model} {api:?} {effort:?} {budget:?}");
                    for parameter in PARAMETERS {
                        let is_sent = sent(api, &body, parameter).is_some();
                        assert!(!is_sent || can.takes(api, parameter), "{context}: {parameter:?}");
                        assert!(!is_sent || !can.refuses.contains(&parameter), "{context}: {parameter:?}");
                    }
                    check_reasoning(&can, api, &body, &context);
                    let output = ["max_output_tokens", "max_tokens", "max_completion_tokens"]
                        .into_iter()
                        .find_map(|key| body.get(key))
                        .or_else(|| body.get("generationConfig")?.get("maxOutputTokens"));
                    let most = can.output.unwrap_or(u32::MAX);
                    assert!(
                        output.and_then(Value::as_u64).is_some_and(|tokens| tokens <= most.into()),
                        "{context}"
                    );
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 5_000, "{checked}");
}

#[test]
fn case_194_tools_in_chat_completions_switch_the_reasoning_off_where_both_are_refused() {
    let effort = |model: &str, api: Api, has_tools| {
        let endpoint = Endpoint { base_url: "https://api.openai.com/v1".to_owned(), model: model.to_owned() };
        let request = api.request(&full(Some("low"), None, has_tools, false), &endpoint);
        let body: Value = serde_json::from_str(&request.body).unwrap();
        sent(api, &body, Parameter::ReasoningEffort).and_then(Value::as_str).map(str::to_owned)
    };
    assert_eq!(effort("gpt-5.4", Api::ChatCompletions, true).as_deref(), Some("none"));
    assert_eq!(effort("gpt-5.4", Api::ChatCompletions, false).as_deref(), Some("low"));
    assert_eq!(effort("gpt-5.4", Api::Responses, true).as_deref(), Some("low"));
    assert_eq!(effort("gpt-5", Api::ChatCompletions, true).as_deref(), Some("low"));
}

#[test]
fn every_row_is_reached_and_says_where_it_comes_from() {
    for (index, row) in ROWS.iter().enumerate() {
        let reaches = |begin: &&str| {
            let name = format!("{begin}{}", row.contains);
            ROWS.iter().position(|other| other.matches(&name)) == Some(index)
        };
        assert!(row.begins.iter().any(reaches), "row {index}: {:?}", row.begins);
        assert!(row.source.contains("20"), "row {index}: no date");
    }
}
