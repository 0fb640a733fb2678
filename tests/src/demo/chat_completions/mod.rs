//! Chat Completions: no state on the server, data-only chunks, and `[DONE]` at the end.

mod check;
mod compose;
mod messages;

use super::core::{Core, now};
use super::dialect::{Dialect, Framing, Refused, Trouble};
use super::http::{Received, Routed};
use super::openai::{self, Problem};
use super::output::Told;
use super::prefixes::Cost;
use super::prompt::Prompt;
use super::steps::{Composed, Kind, Step};
use super::store::fresh_id;
use check::{Asked, check};
use compose::{chunk, compose};
use serde_json::{Value, json};

/// `POST /v1/chat/completions`.
pub(crate) fn route(core: &Core, received: &Received) -> Result<Routed, Refused> {
    let body = received.body.as_ref().ok_or_else(Problem::not_json)?;
    let asked = check(body)?;
    let cost = core.prefixes().count(&asked.model, &asked.prompt);
    let id = fresh_id("chatcmpl").replace('_', "-");
    Ok(Routed::Answer(Box::new(Completion { asked, id, created: now(), cost })))
}

/// A completion that is asked for.
pub(crate) struct Completion {
    asked: Asked,
    id: String,
    created: u64,
    cost: Cost,
}

impl Dialect for Completion {
    fn prompt(&self) -> &Prompt {
        &self.asked.prompt
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn streams(&self) -> bool {
        self.asked.stream
    }

    fn limit(&self) -> Option<u64> {
        self.asked.limit
    }

    fn stops(&self) -> Vec<String> {
        self.asked.stops.clone()
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        openai::headers()
    }

    fn framing(&self) -> Framing {
        Framing { event_lines: false, numbered: false, carriage_returns: false }
    }

    fn compose(&self, told: Told) -> Composed {
        compose(self, told)
    }

    fn blocked(&self, _reason: &str) -> Result<Composed, Refused> {
        Err(Problem::blocked().into())
    }

    fn error(&self, nested: bool, Trouble { code, message }: Trouble<'_>) -> Step {
        Step::event(if nested {
            json!({"error": {"message": message, "type": code, "param": null, "code": code}})
        } else {
            // As some local servers write it.
            json!({"object": "error", "message": message, "type": code, "param": null, "code": 500})
        })
    }

    fn failed(&self, trouble: Trouble<'_>) -> Step {
        self.error(true, trouble)
    }

    fn failed_whole(&self, Trouble { code, message }: Trouble<'_>) -> Refused {
        let error = json!({"message": message, "type": "server_error", "param": null, "code": code});
        Refused { status: 500, body: json!({"error": error}) }
    }

    fn second_end(&self) -> Step {
        Step::event(chunk(self, json!({}), Some("length")))
    }

    fn reworded(&self, delta: &Value, text: &str) -> Value {
        let mut delta = delta.clone();
        delta["choices"][0]["delta"]["content"] = json!(text);
        delta
    }

    fn oddities(&self) -> (Value, Value) {
        let mut empty = chunk(self, json!({}), None);
        empty["choices"] = json!([]);
        let unknown = json!({"object": "chat.dream.chunk", "choices": [{"index": 7, "dream": "not text"}]});
        (empty, unknown)
    }

    fn unfinished(&self) -> &'static str {
        "data: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"delta\":\n\n"
    }

    fn terse(&self) -> fn(&mut Value) {
        |event| {
            for dispensable in
                ["id", "object", "created", "model", "service_tier", "system_fingerprint", "obfuscation"]
            {
                event.as_object_mut().map(|fields| fields.remove(dispensable));
            }
            for choice in event.get_mut("choices").and_then(Value::as_array_mut).into_iter().flatten() {
                if let Some(fields) = choice.as_object_mut() {
                    fields.remove("index");
                    fields.remove("logprobs");
                    fields.retain(|name, value| name != "finish_reason" || !value.is_null());
                }
            }
        }
    }

    fn without_usage(&self, event: &mut Value) {
        let only = event["choices"] == json!([]) && event["usage"].is_object();
        match event.as_object_mut() {
            Some(fields) if !only => {
                fields.remove("usage");
            }
            _ => *event = Value::Null,
        }
    }

    fn empty_finish(&self, kind: Kind, event: &mut Value) {
        if kind != Kind::Terminal
            && let Some(reason) = event.pointer_mut("/choices/0/finish_reason")
        {
            *reason = json!("");
        }
    }
}
