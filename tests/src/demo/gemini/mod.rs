//! Gemini's own API: no state on the server, whole responses as chunks, no event names and no `[DONE]`.

mod check;
mod compose;
mod contents;
mod fields;
mod problem;
mod signature;
mod thinking;
mod tools;

use super::core::Core;
use super::dialect::{Dialect, Framing, Refused, Trouble};
use super::http::{Received, Routed};
use super::output::Told;
use super::prefixes::Cost;
use super::prompt::Prompt;
use super::steps::{Composed, Step};
use super::store::fresh_id;
use check::{Asked, check};
use compose::{blocked, chunk, compose};
use hyper::Method;
use problem::{error, invalid, no_key, no_model, refused};
use serde_json::{Value, json};

const MODELS: &str = "/v1beta/models";

/// Everything below `/v1beta`.
pub(crate) fn route(core: &Core, received: &Received) -> Result<Routed, Refused> {
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
    let asked = below.strip_prefix('/').and_then(|below| below.split_once(':'));
    let Some((model, method)) = asked.filter(|_| received.method == Method::POST) else {
        return Err(refused("NOT_FOUND", "The requested URL was not found on this server."));
    };
    let Some(body) = &received.body else {
        return Err(invalid("Invalid JSON payload received. Unexpected end of string.\n"));
    };
    if !["gemini", "gemma", "demo"].iter().any(|family| model.starts_with(family)) {
        return Err(no_model(model));
    }
    match method {
        "generateContent" => Ok(Routed::Answer(Box::new(begin(core, model, body, Form::Whole)?))),
        "streamGenerateContent" if received.query.split('&').any(|pair| pair == "alt=sse") => {
            Ok(Routed::Answer(Box::new(begin(core, model, body, Form::Events)?)))
        }
        "streamGenerateContent" => Ok(Routed::Answer(Box::new(begin(core, model, body, Form::Array)?))),
        "countTokens" => {
            let generation = begin(core, model, body, Form::Whole)?;
            Ok(Routed::Json(json!({"totalTokens": generation.cost.input})))
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

fn begin(core: &Core, model: &str, body: &Value, form: Form) -> Result<Generation, Refused> {
    let asked = check(model, body)?;
    let cost = core.prefixes().count(model, &asked.prompt);
    Ok(Generation { asked, id: fresh_id("gen").replace("gen_", ""), cost, form })
}

/// An answer that is asked for.
pub(crate) struct Generation {
    asked: Asked,
    id: String,
    cost: Cost,
    form: Form,
}

/// How the answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// As one response.
    Whole,
    /// As server-sent events.
    Events,
    /// As an array of the chunks, which is what a stream without `alt=sse` is.
    Array,
}

impl Dialect for Generation {
    fn prompt(&self) -> &Prompt {
        &self.asked.prompt
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn streams(&self) -> bool {
        self.form == Form::Events
    }

    fn limit(&self) -> Option<u64> {
        // Thoughts are paid from the same purse.
        self.asked.limit.map(|limit| limit.saturating_sub(self.asked.thinking.tokens()))
    }

    fn stops(&self) -> Vec<String> {
        self.asked.stops.clone()
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        headers()
    }

    fn framing(&self) -> Framing {
        Framing { event_lines: false, numbered: false, carriage_returns: true }
    }

    fn compose(&self, told: Told) -> Composed {
        let composed = compose(self, told);
        if self.form == Form::Array { listed(composed) } else { composed }
    }

    fn blocked(&self, reason: &str) -> Result<Composed, Refused> {
        let composed = blocked(self, reason);
        Ok(if self.form == Form::Array { listed(composed) } else { composed })
    }

    fn error(&self, nested: bool, Trouble { code, message }: Trouble<'_>) -> Step {
        let (_, body) = error(code, message);
        // An error may also come as a bare body in the middle of the stream.
        if nested { Step::event(body) } else { Step::raw(&format!("{body:#}\n\n")) }
    }

    fn failed(&self, trouble: Trouble<'_>) -> Step {
        self.error(true, trouble)
    }

    fn failed_whole(&self, Trouble { code, message }: Trouble<'_>) -> Refused {
        let refused = refused(code, message);
        if self.form == Form::Array { Refused { body: json!([refused.body]), ..refused } } else { refused }
    }

    fn second_end(&self) -> Step {
        Step::event(chunk(self, &[], Some("OTHER"), 0))
    }

    fn reworded(&self, delta: &Value, text: &str) -> Value {
        let mut delta = delta.clone();
        delta["candidates"][0]["content"]["parts"][0]["text"] = json!(text);
        delta
    }

    fn oddities(&self) -> (Value, Value) {
        let mut empty = chunk(self, &[], None, 0);
        empty.as_object_mut().map(|fields| fields.remove("candidates"));
        let unknown = chunk(self, &[json!({"dream": {"text": "not text"}})], None, 0);
        (empty, unknown)
    }

    fn unfinished(&self) -> &'static str {
        "data: {\"candidates\":[{\"content\":\n\n"
    }

    fn terse(&self) -> fn(&mut Value) {
        |event| {
            for dispensable in ["modelVersion", "responseId"] {
                event.as_object_mut().map(|fields| fields.remove(dispensable));
            }
            for candidate in event.get_mut("candidates").and_then(Value::as_array_mut).into_iter().flatten() {
                candidate.as_object_mut().map(|fields| fields.remove("index"));
                candidate["content"].as_object_mut().map(|fields| fields.remove("role"));
            }
        }
    }

    fn without_usage(&self, event: &mut Value) {
        event.as_object_mut().map(|fields| fields.remove("usageMetadata"));
        event.as_array_mut().into_iter().flatten().for_each(|event| self.without_usage(event));
    }
}

/// The chunks in one JSON array.
fn listed(composed: Composed) -> Composed {
    let events = composed.steps.iter().filter_map(|step| match step {
        Step::Event(_, event) => Some(event.clone()),
        _ => None,
    });
    Composed { whole: events.collect(), ..composed }
}
