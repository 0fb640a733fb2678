//! From an answer to the chunks of Chat Completions, and to the one object for those who want no stream.

use super::check::CheckedRequest;
use crate::answer::{Answer, CONTENT_FILTER, MAX_OUTPUT_TOKENS, Output, json_slices, tokens};
use crate::api::openai;
use crate::stores::PromptTokens;
use crate::stores::fresh_id;
use crate::stream::DONE;
use crate::stream::{ComposedAnswer, EventKind, Step, paced};
use serde_json::{Value, json};

/// An answer to one request.
pub(crate) struct Completion {
    pub(crate) request: CheckedRequest,
    pub(crate) id: String,
    pub(crate) created: u64,
    pub(crate) tokens: PromptTokens,
}

/// The steps and the object of a whole answer.
pub(crate) fn compose(completion: &Completion, answer: Answer) -> ComposedAnswer {
    let mut message = json!({"role": "assistant", "content": null, "refusal": null, "annotations": []});
    let mut calls: Vec<Value> = Vec::new();
    let mut spent = 0;
    let calls_only = answer.outputs.iter().all(|output| matches!(output, Output::ToolCall { .. }));
    let first = if calls_only { Value::Null } else { json!("") };
    let first = json!({"role": "assistant", "content": first, "refusal": null});
    let begin = Step::Event(EventKind::Begin, chunk(completion, first, None));
    let mut steps = vec![begin, Step::Wait(answer.pace * 10)];
    for output in answer.outputs {
        match output {
            Output::Text(pieces) => {
                let text = pieces.concat();
                spent += tokens(&text);
                message["content"] = json!(text);
                steps.extend(paced(answer.pace, &pieces, |piece| {
                    Step::Event(EventKind::Delta, chunk(completion, json!({"content": piece}), None))
                }));
            }
            Output::Refusal(pieces) => {
                let text = pieces.concat();
                spent += tokens(&text);
                message["refusal"] = json!(text);
                steps.extend(paced(answer.pace, &pieces, |piece| {
                    Step::event(chunk(completion, json!({"refusal": piece}), None))
                }));
            }
            // The API hides its reasoning; local servers show it in a field of their own.
            Output::Reasoning => {
                let thought = json!({"reasoning_content": "Let me think."});
                steps.push(Step::event(chunk(completion, thought, None)));
            }
            Output::ToolCall { name, arguments } => {
                spent += tokens(&name) + tokens(&arguments);
                let call = json!({
                    "id": fresh_id("call"), "type": "function",
                    "function": {"name": name, "arguments": arguments},
                });
                call_steps(&mut steps, completion, calls.len(), &call);
                calls.push(call);
            }
        }
    }
    let finish = finish_reason(answer.stop_reason.as_deref(), !calls.is_empty());
    if !calls.is_empty() {
        message["tool_calls"] = json!(calls);
    } else if message["content"].is_null() && message["refusal"].is_null() {
        message["content"] = json!("");
    }
    steps.push(Step::Event(EventKind::Terminal, chunk(completion, json!({}), Some(&finish))));
    let usage = usage(completion, spent);
    if completion.request.usage {
        let mut last = chunk(completion, json!({}), None);
        last["choices"] = json!([]);
        last["usage"] = usage.clone();
        steps.push(Step::event(last));
    }
    steps.push(Step::raw(DONE));
    ComposedAnswer { steps, whole: whole(completion, &message, &finish, usage) }
}

/// The one object for a client that wants no stream.
fn whole(completion: &Completion, message: &Value, finish: &str, usage: Value) -> Value {
    let choice = json!({"index": 0, "message": message, "logprobs": null, "finish_reason": finish});
    let mut whole = head(completion, "chat.completion");
    whole["choices"] = json!([choice]);
    whole["usage"] = usage;
    whole
}

/// A chunk with this delta.
pub(crate) fn chunk(completion: &Completion, delta: Value, finish: Option<&str>) -> Value {
    let mut chunk = head(completion, "chat.completion.chunk");
    if completion.request.padded && finish.is_none() {
        let text = delta["content"].as_str().or(delta["refusal"].as_str()).unwrap_or_default();
        chunk["obfuscation"] = json!(openai::padding(text));
    }
    chunk["choices"] = json!([{"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish}]);
    if completion.request.usage {
        chunk["usage"] = Value::Null;
    }
    chunk
}

fn head(completion: &Completion, object: &str) -> Value {
    json!({
        "id": completion.id, "object": object, "created": completion.created, "model": completion.request.model,
        "service_tier": "default", "system_fingerprint": "fp_demo",
    })
}

/// The name and the id come first, then the arguments in pieces that have nothing to do with their words.
fn call_steps(steps: &mut Vec<Step>, completion: &Completion, index: usize, call: &Value) {
    let delta = |part: Value| Step::event(chunk(completion, json!({"tool_calls": [part]}), None));
    steps.push(delta(json!({
        "index": index, "id": call["id"], "type": "function",
        "function": {"name": call["function"]["name"], "arguments": ""},
    })));
    for piece in json_slices(call["function"]["arguments"].as_str().unwrap_or_default()) {
        steps.push(delta(json!({"index": index, "function": {"arguments": piece}})));
    }
}

fn finish_reason(reason: Option<&str>, calls: bool) -> String {
    match reason {
        Some(MAX_OUTPUT_TOKENS) => "length",
        Some(CONTENT_FILTER) => "content_filter",
        Some(other) => other,
        None if calls => "tool_calls",
        None => "stop",
    }
    .to_owned()
}

fn usage(completion: &Completion, spent: u64) -> Value {
    let prompt = completion.tokens;
    json!({
        "prompt_tokens": prompt.input,
        "completion_tokens": spent,
        "total_tokens": prompt.input + spent,
        "prompt_tokens_details": {"cached_tokens": prompt.cached, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0, "audio_tokens": 0, "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    })
}
