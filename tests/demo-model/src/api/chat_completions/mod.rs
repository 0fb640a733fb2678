//! Chat Completions: no state on the server, data-only chunks, and `[DONE]` at the end.

mod check;
mod compose;
mod messages;

use crate::answer::Answer;
use crate::api::openai::{self, ApiError};
use crate::api::{ApiCall, ErrorDetail, ReceivedRequest, Rejection, Routed};
use crate::clock::now;
use crate::prompt::Prompt;
use crate::stores::Stores;
use crate::stores::fresh_id;
use crate::stream::{ComposedAnswer, EventKind, Framing, LineEnd, Step};
use check::check;
use compose::{Completion, chunk, compose};
use serde_json::{Value, json};

/// `POST /v1/chat/completions`.
pub(crate) fn route(stores: &Stores, received: &ReceivedRequest) -> Result<Routed, Rejection> {
    let body = received.body.as_ref().ok_or_else(ApiError::not_json)?;
    let request = check(body)?;
    let tokens = stores.prompt_cache().count(&request.model, &request.prompt);
    let id = fresh_id("chatcmpl").replace('_', "-");
    Ok(Routed::ModelCall(Box::new(Completion { request, id, created: now(), tokens })))
}

impl ApiCall for Completion {
    fn prompt(&self) -> &Prompt {
        &self.request.prompt
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn streams(&self) -> bool {
        self.request.stream
    }

    fn token_limit(&self) -> Option<u64> {
        self.request.token_limit
    }

    fn stop_sequences(&self) -> Vec<String> {
        self.request.stop_sequences.clone()
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        openai::headers()
    }

    fn framing(&self) -> Framing {
        Framing { event_lines: false, sequence_numbers: false, line_end: LineEnd::Lf }
    }

    fn compose(&self, answer: Answer) -> ComposedAnswer {
        compose(self, answer)
    }

    fn compose_blocked(&self, _reason: &str) -> Result<ComposedAnswer, Rejection> {
        Err(ApiError::blocked().into())
    }

    fn error_event(&self, nested: bool, ErrorDetail { code, message }: ErrorDetail<'_>) -> Step {
        Step::event(if nested {
            json!({"error": {"message": message, "type": code, "param": null, "code": code}})
        } else {
            // As some local servers write it.
            json!({"object": "error", "message": message, "type": code, "param": null, "code": 500})
        })
    }

    fn failed_event(&self, detail: ErrorDetail<'_>) -> Step {
        self.error_event(true, detail)
    }

    fn failed_body(&self, ErrorDetail { code, message }: ErrorDetail<'_>) -> Rejection {
        let error = json!({"message": message, "type": "server_error", "param": null, "code": code});
        Rejection { status: 500, body: json!({"error": error}) }
    }

    fn second_terminal(&self) -> Step {
        Step::event(chunk(self, json!({}), Some("length")))
    }

    fn with_text(&self, delta: &Value, text: &str) -> Value {
        let mut delta = delta.clone();
        delta["choices"][0]["delta"]["content"] = json!(text);
        delta
    }

    fn ignorable_events(&self) -> (Value, Value) {
        let mut empty = chunk(self, json!({}), None);
        empty["choices"] = json!([]);
        let unknown = json!({"object": "chat.dream.chunk", "choices": [{"index": 7, "dream": "not text"}]});
        (empty, unknown)
    }

    fn truncated_event(&self) -> &'static str {
        "data: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"delta\":\n\n"
    }

    fn remove_optional_fields(&self, event: &mut Value) {
        for optional in
            ["id", "object", "created", "model", "service_tier", "system_fingerprint", "obfuscation"]
        {
            event.as_object_mut().map(|fields| fields.remove(optional));
        }
        for choice in event.get_mut("choices").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(fields) = choice.as_object_mut() {
                fields.remove("index");
                fields.remove("logprobs");
                fields.retain(|name, value| name != "finish_reason" || !value.is_null());
            }
        }
    }

    fn remove_usage(&self, event: &mut Value) {
        let only = event["choices"] == json!([]) && event["usage"].is_object();
        match event.as_object_mut() {
            Some(fields) if !only => {
                fields.remove("usage");
            }
            _ => *event = Value::Null,
        }
    }

    fn empty_finish_reason(&self, kind: EventKind, event: &mut Value) {
        if kind != EventKind::Terminal
            && let Some(reason) = event.pointer_mut("/choices/0/finish_reason")
        {
            *reason = json!("");
        }
    }
}
