//! From an answer to the real event sequence of the Responses API. Nothing here knows about HTTP, and faults change
//! the steps afterwards.

use super::check::CheckedRequest;
use crate::answer::{Answer, Output, json_slices, tokens};
use crate::api::openai;
use crate::stores::StoredResponse;
use crate::stores::fresh_id;
use crate::stream::{ComposedAnswer, EventKind, Step, paced};
use serde_json::{Value, json};
use std::time::Duration;

/// What a response carries besides its answer.
#[derive(Clone, Debug)]
pub(crate) struct ResponseHead {
    pub(crate) id: String,
    pub(crate) created_at: u64,
    pub(crate) request: CheckedRequest,
    /// What `previous_response_id` says; a stateless server says null whatever was request.
    pub(crate) previous: Value,
    pub(crate) input_tokens: u64,
    pub(crate) cached_tokens: u64,
}

/// The tokens of input and output items.
pub(crate) fn item_tokens(items: &[Value]) -> u64 {
    items
        .iter()
        .map(|item| {
            let parts = item["content"].as_array().into_iter().flatten();
            let words: u64 =
                parts.filter_map(|part| part["text"].as_str().or(part["refusal"].as_str())).map(tokens).sum();
            let call = ["arguments", "output"].iter().filter_map(|name| item[*name].as_str()).map(tokens);
            words + call.sum::<u64>() + 3
        })
        .sum()
}

/// The steps of a whole answer.
pub(crate) fn compose(head: &ResponseHead, answer: Answer) -> ComposedAnswer {
    let begun = response(head, "in_progress", &[], None, None);
    let mut steps = vec![
        Step::event(json!({"type": "response.created", "response": begun})),
        Step::Event(EventKind::Begin, json!({"type": "response.in_progress", "response": begun})),
        Step::Wait(answer.pace * 10),
    ];
    let status = if answer.stop_reason.is_some() { "incomplete" } else { "completed" };
    let mut items = Vec::new();
    for (place, output) in answer.outputs.into_iter().enumerate() {
        items.push(output_steps(&mut steps, head, place, output, (status, answer.pace)));
    }
    let output_tokens = item_tokens(&items);
    let response = response(head, status, &items, answer.stop_reason.as_deref(), Some(output_tokens));
    if head.request.store {
        let previous = head.previous.as_str().map(str::to_owned);
        let stored =
            StoredResponse { previous, input: head.request.input.clone(), response: response.clone() };
        steps.push(Step::Store(Box::new(stored)));
    }
    let end = json!({"type": format!("response.{status}"), "response": response});
    steps.push(Step::Event(EventKind::Terminal, end));
    ComposedAnswer { steps, whole: response }
}

/// A Response object; without `output_tokens` it has no usage yet.
pub(crate) fn response(
    head: &ResponseHead,
    status: &str,
    output: &[Value],
    incomplete: Option<&str>,
    output_tokens: Option<u64>,
) -> Value {
    let body = &head.request.body;
    let or = |name: &str, fallback: Value| if body[name].is_null() { fallback } else { body[name].clone() };
    let usage = output_tokens.map(|output_tokens| {
        json!({
            "input_tokens": head.input_tokens,
            "input_tokens_details": {"cached_tokens": head.cached_tokens, "cache_write_tokens": 0},
            "output_tokens": output_tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": head.input_tokens + output_tokens,
        })
    });
    json!({
        "id": head.id,
        "object": "response",
        "created_at": head.created_at,
        "status": status,
        "background": false,
        "error": null,
        "incomplete_details": incomplete.map(|reason| json!({"reason": reason})),
        "instructions": body["instructions"],
        "max_output_tokens": body["max_output_tokens"],
        "max_tool_calls": body["max_tool_calls"],
        "model": body["model"],
        "output": output,
        "parallel_tool_calls": or("parallel_tool_calls", json!(true)),
        "previous_response_id": head.previous,
        "prompt_cache_key": body["prompt_cache_key"],
        "reasoning": or("reasoning", json!({"effort": null, "summary": null})),
        "safety_identifier": body["safety_identifier"],
        "service_tier": or("service_tier", json!("default")),
        "store": head.request.store,
        "temperature": or("temperature", json!(1.0)),
        "text": or("text", json!({"format": {"type": "text"}})),
        "tool_choice": or("tool_choice", json!("auto")),
        "tools": or("tools", json!([])),
        "top_p": or("top_p", json!(1.0)),
        "truncation": or("truncation", json!("disabled")),
        "usage": usage,
        "user": null,
        "metadata": or("metadata", json!({})),
    })
}

/// Adds the steps of one output item and returns the finished item.
fn output_steps(
    steps: &mut Vec<Step>,
    head: &ResponseHead,
    place: usize,
    output: Output,
    manner: (&str, Duration),
) -> Value {
    let added = |item: &Value| {
        Step::event(json!({"type": "response.output_item.added", "output_index": place, "item": item}))
    };
    let item = match output {
        Output::Reasoning => {
            let item = json!({"id": fresh_id("rs"), "type": "reasoning", "summary": []});
            steps.push(added(&item));
            item
        }
        Output::ToolCall { name, arguments } => {
            let mut item = json!({
                "id": fresh_id("fc"), "type": "function_call", "status": "in_progress", "arguments": "",
                "call_id": fresh_id("call"), "name": name,
            });
            steps.push(added(&item));
            for piece in json_slices(&arguments) {
                steps.push(Step::event(json!({
                    "type": "response.function_call_arguments.delta", "item_id": item["id"],
                    "output_index": place, "delta": piece,
                })));
            }
            steps.push(Step::event(json!({
                "type": "response.function_call_arguments.done", "item_id": item["id"],
                "output_index": place, "name": name, "arguments": arguments,
            })));
            item["arguments"] = json!(arguments);
            item["status"] = json!("completed");
            item
        }
        Output::Text(pieces) => message_steps(steps, head, place, &pieces, manner, false),
        Output::Refusal(pieces) => message_steps(steps, head, place, &pieces, manner, true),
    };
    steps
        .push(Step::event(json!({"type": "response.output_item.done", "output_index": place, "item": item})));
    item
}

fn message_steps(
    steps: &mut Vec<Step>,
    head: &ResponseHead,
    place: usize,
    pieces: &[String],
    manner: (&str, Duration),
    refusal: bool,
) -> Value {
    let id = fresh_id("msg");
    let item = |status: &str, content: Value| json!({"id": id, "type": "message", "status": status, "content": content, "role": "assistant"});
    let part = |text: &str| {
        if refusal {
            json!({"type": "refusal", "refusal": text})
        } else {
            json!({"type": "output_text", "annotations": [], "logprobs": [], "text": text})
        }
    };
    let (status, pace) = manner;
    let event = |kind: &str, more: Value| {
        let mut event = json!({"type": kind, "item_id": id, "output_index": place, "content_index": 0});
        for (name, value) in more.as_object().into_iter().flatten() {
            event[name.as_str()] = value.clone();
        }
        event
    };
    let (delta, done) = if refusal {
        ("response.refusal.delta", "response.refusal.done")
    } else {
        ("response.output_text.delta", "response.output_text.done")
    };
    let text = pieces.concat();
    let begun = item("in_progress", json!([]));
    steps.push(Step::event(
        json!({"type": "response.output_item.added", "output_index": place, "item": begun}),
    ));
    steps.push(Step::event(event("response.content_part.added", json!({"part": part("")}))));
    steps.extend(paced(pace, pieces, |piece| {
        let mut more = json!({"delta": piece});
        if !refusal {
            more["logprobs"] = json!([]);
        }
        if head.request.obfuscation {
            more["obfuscation"] = json!(openai::padding(piece));
        }
        let kind = if refusal { EventKind::Other } else { EventKind::Delta };
        Step::Event(kind, event(delta, more))
    }));
    let more = if refusal { json!({"refusal": text}) } else { json!({"text": text, "logprobs": []}) };
    let kind = if refusal { EventKind::Other } else { EventKind::TextDone };
    steps.push(Step::Event(kind, event(done, more)));
    steps.push(Step::event(event("response.content_part.done", json!({"part": part(&text)}))));
    item(status, json!([part(&text)]))
}
