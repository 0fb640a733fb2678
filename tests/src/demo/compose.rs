//! From an answer to the steps that the stream consists of: the real event sequence of the API. Nothing here knows
//! about HTTP, and faults change the steps afterwards.

use super::check::Asked;
use super::fault::Cut;
use super::store::fresh_id;
use serde_json::{Value, json};
use std::time::Duration;

/// One thing the stream does.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Waits, as long as the client listens.
    Wait(Duration),
    /// Writes an event; its sequence number is given when it is written.
    Event(Value),
    /// Writes these bytes as they are.
    Raw(Vec<u8>),
    /// From here on the response can be chained to.
    Keep(Value),
    /// Writes nothing more and keeps the connection.
    Silence,
    /// Writes deltas like this one until the client goes.
    Endless(Value),
    /// Ends the body here.
    Close(Cut),
}

impl Step {
    /// Whether this is an event of this type.
    pub(crate) fn is(&self, kind: &str) -> bool {
        matches!(self, Step::Event(event) if event["type"] == kind)
    }

    /// Whether this is a delta of text.
    pub(crate) fn is_delta(&self) -> bool {
        self.is("response.output_text.delta")
    }

    /// Whether this is an event after which nothing is expected.
    pub(crate) fn is_terminal(&self) -> bool {
        self.is("response.completed") || self.is("response.incomplete") || self.is("response.failed")
    }
}

/// One output item of an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Output {
    /// A message, in the pieces it is streamed in.
    Text(Vec<String>),
    /// A refusal.
    Refusal(Vec<String>),
    /// Reasoning that the client is not shown.
    Reasoning,
    /// A function call with its arguments as JSON text.
    Call { name: String, arguments: String },
}

/// What a response carries besides its answer.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) id: String,
    pub(crate) created_at: u64,
    pub(crate) asked: Asked,
    /// What `previous_response_id` says; a stateless server says null whatever was asked.
    pub(crate) previous: Value,
    pub(crate) input_tokens: u64,
    pub(crate) cached_tokens: u64,
    pub(crate) pace: Duration,
}

/// Roughly what a tokenizer would count.
pub(crate) fn tokens(text: &str) -> u64 {
    u64::try_from(text.chars().count().div_ceil(4)).unwrap_or(u64::MAX)
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

/// Cuts a text into words, each with the white space before it.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut spoken = false;
    for letter in text.chars() {
        if letter.is_whitespace() && spoken {
            words.push(std::mem::take(&mut word));
            spoken = false;
        }
        spoken |= !letter.is_whitespace();
        word.push(letter);
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The steps of a whole answer. `incomplete` is the reason when the model itself stops early.
pub(crate) fn compose(frame: &Frame, outputs: Vec<Output>, incomplete: Option<&str>) -> Vec<Step> {
    let mut reason = incomplete.map(str::to_owned);
    let outputs = match (frame.asked.max_output_tokens, &reason) {
        (Some(limit), None) => {
            let (outputs, cut) = within(limit, outputs);
            reason = cut.then(|| "max_output_tokens".to_owned());
            outputs
        }
        _ => outputs,
    };
    let begun = response(frame, "in_progress", &[], None, None);
    let mut steps = vec![
        Step::Event(json!({"type": "response.created", "response": begun})),
        Step::Event(json!({"type": "response.in_progress", "response": begun})),
        Step::Wait(frame.pace * 10),
    ];
    let status = if reason.is_some() { "incomplete" } else { "completed" };
    let mut items = Vec::new();
    for (place, output) in outputs.into_iter().enumerate() {
        items.push(output_steps(&mut steps, frame, place, output, status));
    }
    let output_tokens = item_tokens(&items);
    let response = response(frame, status, &items, reason.as_deref(), Some(output_tokens));
    if frame.asked.store {
        steps.push(Step::Keep(response.clone()));
    }
    steps.push(Step::Event(json!({"type": format!("response.{status}"), "response": response})));
    steps
}

/// A Response object; without `output_tokens` it has no usage yet.
pub(crate) fn response(
    frame: &Frame,
    status: &str,
    output: &[Value],
    incomplete: Option<&str>,
    output_tokens: Option<u64>,
) -> Value {
    let body = &frame.asked.body;
    let or = |name: &str, fallback: Value| if body[name].is_null() { fallback } else { body[name].clone() };
    let usage = output_tokens.map(|output_tokens| {
        json!({
            "input_tokens": frame.input_tokens,
            "input_tokens_details": {"cached_tokens": frame.cached_tokens, "cache_write_tokens": 0},
            "output_tokens": output_tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": frame.input_tokens + output_tokens,
        })
    });
    json!({
        "id": frame.id,
        "object": "response",
        "created_at": frame.created_at,
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
        "previous_response_id": frame.previous,
        "prompt_cache_key": body["prompt_cache_key"],
        "reasoning": or("reasoning", json!({"effort": null, "summary": null})),
        "safety_identifier": body["safety_identifier"],
        "service_tier": or("service_tier", json!("default")),
        "store": frame.asked.store,
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

fn within(limit: u64, outputs: Vec<Output>) -> (Vec<Output>, bool) {
    let mut left = limit;
    let mut cut = false;
    let mut shorten = |pieces: Vec<String>| {
        let mut kept = Vec::new();
        for piece in pieces {
            let cost = tokens(&piece).max(1);
            if cut || cost > left {
                cut = true;
                break;
            }
            left -= cost;
            kept.push(piece);
        }
        kept
    };
    let outputs = outputs
        .into_iter()
        .map(|output| match output {
            Output::Text(pieces) => Output::Text(shorten(pieces)),
            Output::Refusal(pieces) => Output::Refusal(shorten(pieces)),
            other => other,
        })
        .collect();
    (outputs, cut)
}

/// Adds the steps of one output item and returns the finished item.
fn output_steps(steps: &mut Vec<Step>, frame: &Frame, place: usize, output: Output, status: &str) -> Value {
    let added = |item: &Value| {
        Step::Event(json!({"type": "response.output_item.added", "output_index": place, "item": item}))
    };
    let item = match output {
        Output::Reasoning => {
            let item = json!({"id": fresh_id("rs"), "type": "reasoning", "summary": []});
            steps.push(added(&item));
            item
        }
        Output::Call { name, arguments } => {
            let mut item = json!({
                "id": fresh_id("fc"), "type": "function_call", "status": "in_progress", "arguments": "",
                "call_id": fresh_id("call"), "name": name,
            });
            steps.push(added(&item));
            for piece in words(&arguments) {
                steps.push(Step::Event(json!({
                    "type": "response.function_call_arguments.delta", "item_id": item["id"],
                    "output_index": place, "delta": piece,
                })));
            }
            steps.push(Step::Event(json!({
                "type": "response.function_call_arguments.done", "item_id": item["id"],
                "output_index": place, "name": name, "arguments": arguments,
            })));
            item["arguments"] = json!(arguments);
            item["status"] = json!("completed");
            item
        }
        Output::Text(pieces) => message_steps(steps, frame, place, &pieces, status, false),
        Output::Refusal(pieces) => message_steps(steps, frame, place, &pieces, status, true),
    };
    steps
        .push(Step::Event(json!({"type": "response.output_item.done", "output_index": place, "item": item})));
    item
}

fn message_steps(
    steps: &mut Vec<Step>,
    frame: &Frame,
    place: usize,
    pieces: &[String],
    status: &str,
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
    let event = |kind: &str, more: Value| {
        let mut event = json!({"type": kind, "item_id": id, "output_index": place, "content_index": 0});
        for (name, value) in more.as_object().into_iter().flatten() {
            event[name.as_str()] = value.clone();
        }
        Step::Event(event)
    };
    let (delta, done) = if refusal {
        ("response.refusal.delta", "response.refusal.done")
    } else {
        ("response.output_text.delta", "response.output_text.done")
    };
    let text = pieces.concat();
    let begun = item("in_progress", json!([]));
    steps.push(Step::Event(
        json!({"type": "response.output_item.added", "output_index": place, "item": begun}),
    ));
    steps.push(event("response.content_part.added", json!({"part": part("")})));
    for (number, piece) in pieces.iter().enumerate() {
        if number > 0 {
            steps.push(Step::Wait(pause(frame.pace, number, piece)));
        }
        let mut more = json!({"delta": piece});
        if !refusal {
            more["logprobs"] = json!([]);
        }
        if frame.asked.obfuscation {
            // Padding that hides the length of the delta from somebody who watches the encrypted stream.
            let filling = fresh_id("o").replace("o_", "");
            let wanted = 16_usize.saturating_sub(piece.chars().count()).max(4);
            more["obfuscation"] = json!(filling.chars().take(wanted).collect::<String>());
        }
        steps.push(event(delta, more));
    }
    let more = if refusal { json!({"refusal": text}) } else { json!({"text": text, "logprobs": []}) };
    steps.push(event(done, more));
    steps.push(event("response.content_part.done", json!({"part": part(&text)})));
    item(status, json!([part(&text)]))
}

/// The pause before a word: longer words and ends of sentences take longer, a little differently each.
fn pause(pace: Duration, number: usize, piece: &str) -> Duration {
    let length = u32::try_from(piece.chars().count().min(12)).unwrap_or(12);
    let swing = u32::try_from(number * 37 % 41).unwrap_or(0);
    let percent = 55 + length * 4 + swing;
    pace * percent / 100
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_joined_again_are_the_text() {
        for text in ["", "one", "one two", "  a\n\nb  c\n", "| a | b |\n|---|\n"] {
            assert_eq!(words(text).concat(), text);
        }
        assert_eq!(words("안녕 반가워요\n\n그래"), ["안녕", " 반가워요", "\n\n그래"]);
    }
}
