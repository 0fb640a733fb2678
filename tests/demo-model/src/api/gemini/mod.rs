//! Gemini's own API: no state on the server, whole responses as chunks, no event names and no `[DONE]`.

mod check;
mod compose;
mod contents;
mod error;
mod fields;
mod signature;
mod thinking;
mod tools;

use crate::answer::Answer;
use crate::api::{ApiCall, ErrorDetail, ReceivedRequest, Rejection, Routed};
use crate::prompt::Prompt;
use crate::stores::Stores;
use crate::stores::fresh_id;
use crate::stream::{ComposedAnswer, Framing, LineEnd, Step};
use check::check;
use compose::{Delivery, Generation, chunk, compose, compose_blocked};
use error::{error, invalid, no_key, no_model, rejection};
use hyper::Method;
use serde_json::{Value, json};

const MODELS: &str = "/v1beta/models";

/// Everything below `/v1beta`.
pub(crate) fn route(stores: &Stores, received: &ReceivedRequest) -> Result<Routed, Rejection> {
    // Google also takes the key from the address, where logs keep it; here it has to be in the header.
    if received.header("x-goog-api-key").trim().is_empty() {
        return Err(no_key());
    }
    let below = received.path.strip_prefix(MODELS).unwrap_or_default();
    if received.method == Method::GET && below.is_empty() && received.path == MODELS {
        let methods = json!(["generateContent", "countTokens"]);
        let model =
            json!({"name": "models/demo", "displayName": "Demo", "supportedGenerationMethods": methods});
        return Ok(Routed::Json(json!({"models": [model]})));
    }
    let request = below.strip_prefix('/').and_then(|below| below.split_once(':'));
    let Some((model, method)) = request.filter(|_| received.method == Method::POST) else {
        return Err(rejection("NOT_FOUND", "The requested URL was not found on this server."));
    };
    let Some(body) = &received.body else {
        return Err(invalid("Invalid JSON payload received. Unexpected end of string.\n"));
    };
    if !["gemini", "gemma", "demo"].iter().any(|family| model.starts_with(family)) {
        return Err(no_model(model));
    }
    match method {
        "generateContent" => {
            Ok(Routed::ModelCall(Box::new(generation(stores, model, body, Delivery::Whole)?)))
        }
        "streamGenerateContent" if received.query.split('&').any(|pair| pair == "alt=sse") => {
            Ok(Routed::ModelCall(Box::new(generation(stores, model, body, Delivery::Events)?)))
        }
        "streamGenerateContent" => {
            Ok(Routed::ModelCall(Box::new(generation(stores, model, body, Delivery::Array)?)))
        }
        "countTokens" => {
            let generation = generation(stores, model, body, Delivery::Whole)?;
            Ok(Routed::Json(json!({"totalTokens": generation.tokens.input})))
        }
        _ => Err(no_model(model)),
    }
}

/// The headers of every answer.
pub(crate) fn headers() -> Vec<(&'static str, String)> {
    let always = [
        ("vary", "Origin, X-Origin, Referer"),
        ("server", "scaffolding on HTTPServer2"),
        ("x-frame-options", "SAMEORIGIN"),
    ];
    always.map(|(name, value)| (name, value.to_owned())).to_vec()
}

fn generation(
    stores: &Stores,
    model: &str,
    body: &Value,
    delivery: Delivery,
) -> Result<Generation, Rejection> {
    let request = check(model, body)?;
    let tokens = stores.prompt_cache().count(model, &request.prompt);
    Ok(Generation { request, id: fresh_id("gen").replace("gen_", ""), tokens, delivery })
}

impl ApiCall for Generation {
    fn prompt(&self) -> &Prompt {
        &self.request.prompt
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn streams(&self) -> bool {
        self.delivery == Delivery::Events
    }

    fn token_limit(&self) -> Option<u64> {
        // Thoughts are paid from the same purse.
        self.request.token_limit.map(|limit| limit.saturating_sub(self.request.thinking.tokens()))
    }

    fn stop_sequences(&self) -> Vec<String> {
        self.request.stop_sequences.clone()
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        headers()
    }

    fn framing(&self) -> Framing {
        Framing { event_lines: false, sequence_numbers: false, line_end: LineEnd::Crlf }
    }

    fn compose(&self, answer: Answer) -> ComposedAnswer {
        let composed = compose(self, answer);
        if self.delivery == Delivery::Array { as_array(composed) } else { composed }
    }

    fn compose_blocked(&self, reason: &str) -> Result<ComposedAnswer, Rejection> {
        let composed = compose_blocked(self, reason);
        Ok(if self.delivery == Delivery::Array { as_array(composed) } else { composed })
    }

    fn error_event(&self, nested: bool, ErrorDetail { code, message }: ErrorDetail<'_>) -> Step {
        let (_, body) = error(code, message);
        // An error may also come as a bare body in the middle of the stream.
        if nested { Step::event(body) } else { Step::raw(&format!("{body:#}\n\n")) }
    }

    fn failed_event(&self, detail: ErrorDetail<'_>) -> Step {
        self.error_event(true, detail)
    }

    fn failed_body(&self, ErrorDetail { code, message }: ErrorDetail<'_>) -> Rejection {
        let rejection = rejection(code, message);
        if self.delivery == Delivery::Array {
            Rejection { body: json!([rejection.body]), ..rejection }
        } else {
            rejection
        }
    }

    fn second_terminal(&self) -> Step {
        Step::event(chunk(self, &[], Some("OTHER"), 0))
    }

    fn with_text(&self, delta: &Value, text: &str) -> Value {
        let mut delta = delta.clone();
        delta["candidates"][0]["content"]["parts"][0]["text"] = json!(text);
        delta
    }

    fn ignorable_events(&self) -> (Value, Value) {
        let mut empty = chunk(self, &[], None, 0);
        empty.as_object_mut().map(|fields| fields.remove("candidates"));
        let unknown = chunk(self, &[json!({"dream": {"text": "not text"}})], None, 0);
        (empty, unknown)
    }

    fn truncated_event(&self) -> &'static str {
        "data: {\"candidates\":[{\"content\":\n\n"
    }

    fn remove_optional_fields(&self, event: &mut Value) {
        for optional in ["modelVersion", "responseId"] {
            event.as_object_mut().map(|fields| fields.remove(optional));
        }
        for candidate in event.get_mut("candidates").and_then(Value::as_array_mut).into_iter().flatten() {
            candidate.as_object_mut().map(|fields| fields.remove("index"));
            candidate["content"].as_object_mut().map(|fields| fields.remove("role"));
        }
    }

    fn remove_usage(&self, event: &mut Value) {
        event.as_object_mut().map(|fields| fields.remove("usageMetadata"));
        event.as_array_mut().into_iter().flatten().for_each(|event| self.remove_usage(event));
    }
}

/// Puts the chunks into one JSON array.
fn as_array(composed: ComposedAnswer) -> ComposedAnswer {
    let events = composed.steps.iter().filter_map(|step| match step {
        Step::Event(_, event) => Some(event.clone()),
        _ => None,
    });
    ComposedAnswer { whole: events.collect(), ..composed }
}
