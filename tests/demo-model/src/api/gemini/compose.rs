//! From an answer to the chunks of `streamGenerateContent`, each of which is a whole `GenerateContentResponse`.

use super::check::CheckedRequest;
use super::signature;
use super::thinking::THOUGHT;
use crate::answer::{Answer, CONTENT_FILTER, MAX_OUTPUT_TOKENS, Output, tokens, words};
use crate::stores::PromptTokens;
use crate::stores::fresh_id;
use crate::stream::{ComposedAnswer, EventKind, Step, paced};
use serde_json::{Value, json};

/// An answer to one request.
pub(crate) struct Generation {
    pub(crate) request: CheckedRequest,
    pub(crate) id: String,
    pub(crate) tokens: PromptTokens,
    pub(crate) delivery: Delivery,
}

/// How the client wants the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    Whole,
    Events,
    /// As an array of the chunks, which is what `streamGenerateContent` without `alt=sse` answers.
    Array,
}

/// The chunks and the one response of a whole answer.
pub(crate) fn compose(generation: &Generation, answer: Answer) -> ComposedAnswer {
    let thinking = generation.request.thinking;
    let reason = finish_reason(answer.stop_reason.as_deref());
    let mut finish = reason.unwrap_or("STOP").to_owned();
    let mut steps = Vec::new();
    let mut parts: Vec<Value> = Vec::new();
    let mut spent = 0;
    let mut called = false;
    if thinking.shown {
        steps.extend(thought_steps(generation));
        parts.push(json!({"text": THOUGHT, "thought": true}));
    }
    steps.push(Step::Wait(answer.pace * 10));
    for output in answer.outputs {
        match output {
            Output::Text(pieces) => {
                parts.push(json!({"text": pieces.concat()}));
                steps.extend(paced(answer.pace, &pieces, |piece| {
                    spent += tokens(piece).max(1);
                    Step::Event(EventKind::Delta, chunk(generation, &[json!({"text": piece})], None, spent))
                }));
            }
            // There are no refusals here: what is not to be said is stopped for safety, without words.
            Output::Refusal(_) => finish = "SAFETY".to_owned(),
            Output::Reasoning => {
                let part = json!({"text": "Let me think.", "thought": true});
                steps.push(Step::event(chunk(generation, std::slice::from_ref(&part), None, spent)));
                parts.push(part);
            }
            Output::ToolCall { name, arguments } => {
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
    steps.push(Step::Event(EventKind::Terminal, end));
    ComposedAnswer { steps, whole: chunk(generation, &parts, Some(&finish), spent) }
}

/// The thought, in two chunks.
fn thought_steps(generation: &Generation) -> [Step; 2] {
    let thoughts = words(THOUGHT);
    let (first, second) = thoughts.split_at(thoughts.len() / 2);
    [first, second].map(|pieces| {
        let part = json!({"text": pieces.concat(), "thought": true});
        Step::event(chunk(generation, &[part], None, 0))
    })
}

/// A response in which the prompt itself is blocked: there are no candidates.
pub(crate) fn compose_blocked(generation: &Generation, reason: &str) -> ComposedAnswer {
    let mut whole = chunk(generation, &[], None, 0);
    whole.as_object_mut().map(|fields| fields.remove("candidates"));
    whole["promptFeedback"] = json!({"blockReason": reason, "safetyRatings": ratings(true)});
    whole["usageMetadata"].as_object_mut().map(|fields| fields.remove("candidatesTokenCount"));
    ComposedAnswer { steps: vec![Step::Event(EventKind::Terminal, whole.clone())], whole }
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
        "modelVersion": generation.request.model,
        "responseId": generation.id,
    })
}

fn usage(generation: &Generation, spent: u64) -> Value {
    let prompt = generation.tokens;
    let thoughts = generation.request.thinking.tokens();
    let mut usage = json!({
        "promptTokenCount": prompt.input,
        "candidatesTokenCount": spent,
        "totalTokenCount": prompt.input + spent + thoughts,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": prompt.input}],
    });
    // Counts of nothing are left out.
    if prompt.cached > 0 {
        usage["cachedContentTokenCount"] = json!(prompt.cached);
        usage["cacheTokensDetails"] = json!([{"modality": "TEXT", "tokenCount": prompt.cached}]);
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
        Some(MAX_OUTPUT_TOKENS) => Some("MAX_TOKENS"),
        Some(CONTENT_FILTER) => Some("SAFETY"),
        other => other,
    }
}
