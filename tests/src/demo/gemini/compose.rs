//! From an answer to the chunks of `streamGenerateContent`, each of which is a whole `GenerateContentResponse`.

use super::Generation;
use super::signature;
use super::thinking::THOUGHT;
use crate::demo::output::{FILTER, LIMIT, Output, Told, tokens, words};
use crate::demo::steps::{Composed, Kind, Step, paced};
use crate::demo::store::fresh_id;
use serde_json::{Value, json};

/// The chunks and the one response of a whole answer.
pub(crate) fn compose(generation: &Generation, told: Told) -> Composed {
    let thinking = generation.asked.thinking;
    let reason = finish_reason(told.reason.as_deref());
    let mut finish = reason.unwrap_or("STOP").to_owned();
    let mut steps = Vec::new();
    let mut parts: Vec<Value> = Vec::new();
    let mut spent = 0;
    let mut called = false;
    if thinking.shown {
        let thoughts = words(THOUGHT);
        let half = thoughts.len() / 2;
        for pieces in [thoughts.get(..half), thoughts.get(half..)].into_iter().flatten() {
            let part = json!({"text": pieces.concat(), "thought": true});
            steps.push(Step::event(chunk(generation, &[part], None, 0)));
        }
        parts.push(json!({"text": THOUGHT, "thought": true}));
    }
    steps.push(Step::Wait(told.pace * 10));
    for output in told.outputs {
        match output {
            Output::Text(pieces) => {
                parts.push(json!({"text": pieces.concat()}));
                steps.extend(paced(told.pace, &pieces, |piece| {
                    spent += tokens(piece).max(1);
                    Step::Event(Kind::Delta, chunk(generation, &[json!({"text": piece})], None, spent))
                }));
            }
            // There are no refusals here: what is not to be said is stopped for safety, without words.
            Output::Refusal(_) => finish = "SAFETY".to_owned(),
            Output::Reasoning => {
                let part = json!({"text": "Let me think.", "thought": true});
                steps.push(Step::event(chunk(generation, std::slice::from_ref(&part), None, spent)));
                parts.push(part);
            }
            Output::Call { name, arguments } => {
                spent += tokens(&name) + tokens(&arguments);
                let arguments = serde_json::from_str(&arguments).unwrap_or(json!({}));
                let mut part =
                    json!({"functionCall": {"id": fresh_id("call"), "name": name, "args": arguments}});
                if !called {
                    part["thoughtSignature"] = json!(signature::of(&name, &arguments));
                }
                called = true;
                steps.push(Step::event(chunk(generation, std::slice::from_ref(&part), None, spent)));
                parts.push(part);
            }
        }
    }
    let mut last = Vec::new();
    if finish == "STOP" && !called {
        // The last chunk of a text is often empty; a model that thinks puts its signature there.
        let mut part = json!({"text": ""});
        if thinking.on {
            part["thoughtSignature"] = json!(signature::of_text(&generation.id));
        }
        last.push(part);
    }
    let end = chunk(generation, &last, Some(&finish), spent);
    steps.push(Step::Event(Kind::Terminal, end));
    Composed { steps, whole: chunk(generation, &parts, Some(&finish), spent) }
}

/// A response in which the prompt itself is blocked: there are no candidates.
pub(crate) fn blocked(generation: &Generation, reason: &str) -> Composed {
    let mut whole = chunk(generation, &[], None, 0);
    whole.as_object_mut().map(|fields| fields.remove("candidates"));
    whole["promptFeedback"] = json!({"blockReason": reason, "safetyRatings": ratings(true)});
    whole["usageMetadata"].as_object_mut().map(|fields| fields.remove("candidatesTokenCount"));
    Composed { steps: vec![Step::Event(Kind::Terminal, whole.clone())], whole }
}

/// One response; `spent` are the tokens of the answer so far.
pub(crate) fn chunk(generation: &Generation, parts: &[Value], finish: Option<&str>, spent: u64) -> Value {
    let mut candidate = json!({"index": 0});
    if !parts.is_empty() {
        candidate["content"] = json!({"parts": parts, "role": "model"});
    } else if finish == Some("MAX_TOKENS") {
        // When the thoughts have eaten everything, the content has a role and nothing else.
        candidate["content"] = json!({"role": "model"});
    }
    if let Some(finish) = finish {
        candidate["finishReason"] = json!(finish);
        if finish == "SAFETY" {
            candidate["safetyRatings"] = ratings(true);
        }
    }
    json!({
        "candidates": [candidate],
        "usageMetadata": usage(generation, spent),
        "modelVersion": generation.asked.model,
        "responseId": generation.id,
    })
}

fn usage(generation: &Generation, spent: u64) -> Value {
    let cost = generation.cost;
    let thoughts = generation.asked.thinking.tokens();
    let mut usage = json!({
        "promptTokenCount": cost.input,
        "candidatesTokenCount": spent,
        "totalTokenCount": cost.input + spent + thoughts,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": cost.input}],
    });
    // Counts of nothing are left out.
    if cost.cached > 0 {
        usage["cachedContentTokenCount"] = json!(cost.cached);
        usage["cacheTokensDetails"] = json!([{"modality": "TEXT", "tokenCount": cost.cached}]);
    }
    if thoughts > 0 {
        usage["thoughtsTokenCount"] = json!(thoughts);
    }
    usage
}

fn ratings(blocked: bool) -> Value {
    json!([
        {"category": "HARM_CATEGORY_HARASSMENT", "probability": "NEGLIGIBLE"},
        {"category": "HARM_CATEGORY_DANGEROUS_CONTENT", "probability": "HIGH", "blocked": blocked},
    ])
}

fn finish_reason(reason: Option<&str>) -> Option<&str> {
    match reason {
        Some(LIMIT) => Some("MAX_TOKENS"),
        Some(FILTER) => Some("SAFETY"),
        other => other,
    }
}
