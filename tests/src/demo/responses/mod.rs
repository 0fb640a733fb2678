//! The Responses API: stored responses, chained by their ids, and a stream of many small events.

mod check;
mod compose;
mod input;

use super::core::{Core, now};
use super::dialect::{Dialect, Framing, Refused, Trouble};
use super::http::{Received, Routed};
use super::openai::{self, Problem};
use super::output::{Told, tokens};
use super::prefixes::stepped;
use super::prompt::{Item, Prompt};
use super::steps::{Composed, Kind, Step};
use super::store::fresh_id;
use check::{Asked, check, check_chain};
use compose::{Frame, compose, item_tokens, response};
use hyper::Method;
use serde_json::{Value, json};

/// Everything below `/v1/responses`.
pub(crate) fn route(core: &Core, received: &Received) -> Result<Routed, Refused> {
    let path = received.path.as_str();
    let body = || received.body.clone().ok_or_else(Problem::not_json);
    let id = path.strip_prefix("/v1/responses/");
    match (&received.method, path, id) {
        (&Method::POST, "/v1/responses", _) => Ok(Routed::Answer(begin(core, received, check(body()?)?)?)),
        (&Method::POST, "/v1/responses/input_tokens", _) => {
            let asked = check(body()?)?;
            let chain = chain(core, asked.previous.as_deref())?;
            let count = item_tokens(&chain) + item_tokens(&asked.input);
            Ok(Routed::Json(json!({"object": "response.input_tokens", "input_tokens": count})))
        }
        (&Method::GET, _, Some(id)) => match core.store().find(id) {
            Some(response) => Ok(Routed::Json(response.clone())),
            None => Err(Problem::no_response(id).into()),
        },
        (&Method::DELETE, _, Some(id)) => {
            let deleted = core.store().delete(id).map_err(|error| Problem::new(500, error.to_string()))?;
            if !deleted {
                return Err(Problem::no_response(id).into());
            }
            Ok(Routed::Json(json!({"id": id, "object": "response", "deleted": true})))
        }
        _ => Err(Problem::no_route(received.method.as_str(), path).into()),
    }
}

fn chain(core: &Core, previous: Option<&str>) -> Result<Vec<Value>, Problem> {
    let Some(id) = previous else { return Ok(Vec::new()) };
    core.store().chain(id).ok_or_else(|| Problem::no_previous(id))
}

fn begin(core: &Core, received: &Received, asked: Asked) -> Result<Box<dyn Dialect>, Refused> {
    let previous = if received.stateless { None } else { asked.previous.clone() };
    let before = chain(core, previous.as_deref())?;
    check_chain(&before, &asked.input)?;
    let prompt = prompt(&before, &asked);
    let instructions = asked.body["instructions"].as_str().map_or(0, tokens);
    let prefix = instructions + item_tokens(&before);
    let input_tokens = prefix + item_tokens(&asked.input);
    // Only what was there before can be in the cache.
    let cached_tokens = if previous.is_some() { stepped(prefix) } else { 0 };
    let frame = Frame {
        id: fresh_id("resp"),
        created_at: now(),
        asked,
        previous: json!(previous),
        input_tokens,
        cached_tokens,
    };
    Ok(Box::new(Responses { frame, prompt }))
}

fn prompt(before: &[Value], asked: &Asked) -> Prompt {
    let mut prompt = Prompt {
        instructions: asked.body["instructions"].as_str().unwrap_or_default().to_owned(),
        tools: asked.tools.clone(),
        choice: asked.choice.clone(),
        form: asked.form.clone(),
        ..Prompt::default()
    };
    for item in before.iter().chain(&asked.input) {
        add(item, &mut prompt);
    }
    prompt
}

fn add(item: &Value, prompt: &mut Prompt) {
    let string = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let parts = item["content"].as_array().into_iter().flatten();
    let text = parts.filter_map(|part| part["text"].as_str()).collect::<Vec<_>>().join("\n");
    match (item["type"].as_str(), item["role"].as_str()) {
        (Some("function_call"), _) => prompt
            .items
            .push(Item::Call { name: string(&item["name"]), arguments: string(&item["arguments"]) }),
        (Some("function_call_output"), _) => prompt.items.push(Item::Output(string(&item["output"]))),
        (_, Some("assistant")) => prompt.items.push(Item::Model(text)),
        (_, Some("user")) => prompt.items.push(Item::User(text)),
        (_, Some(_)) => prompt.instruct(&text),
        // Reasoning, which only the model that had it could read.
        _ => {}
    }
}

struct Responses {
    frame: Frame,
    prompt: Prompt,
}

impl Responses {
    fn failure(&self, trouble: Trouble<'_>) -> Value {
        let mut response = response(&self.frame, "failed", &[], None, None);
        response["error"] = json!({"code": trouble.code, "message": trouble.message});
        response
    }
}

impl Dialect for Responses {
    fn prompt(&self) -> &Prompt {
        &self.prompt
    }

    fn id(&self) -> &str {
        &self.frame.id
    }

    fn streams(&self) -> bool {
        self.frame.asked.stream
    }

    fn limit(&self) -> Option<u64> {
        self.frame.asked.max_output_tokens
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        openai::headers()
    }

    fn framing(&self) -> Framing {
        Framing { event_lines: true, numbered: true, carriage_returns: false }
    }

    fn compose(&self, told: Told) -> Composed {
        compose(&self.frame, told)
    }

    fn blocked(&self, _reason: &str) -> Result<Composed, Refused> {
        Err(Problem::blocked().into())
    }

    fn error(&self, nested: bool, Trouble { code, message }: Trouble<'_>) -> Step {
        let error = json!({"type": code, "code": code, "message": message, "param": null});
        Step::event(if nested {
            json!({"type": "error", "error": error})
        } else {
            json!({"type": "error", "code": code, "message": message, "param": null})
        })
    }

    fn failed(&self, trouble: Trouble<'_>) -> Step {
        Step::event(json!({"type": "response.failed", "response": self.failure(trouble)}))
    }

    fn failed_whole(&self, trouble: Trouble<'_>) -> Refused {
        // A failed response is still a response.
        Refused { status: 200, body: self.failure(trouble) }
    }

    fn second_end(&self) -> Step {
        self.failed(Trouble { code: "server_error", message: "A second end." })
    }

    fn reworded(&self, delta: &Value, text: &str) -> Value {
        let mut delta = delta.clone();
        delta["delta"] = json!(text);
        delta
    }

    fn oddities(&self) -> (Value, Value) {
        let unknown = json!({"type": "response.dream.delta", "delta": "not text", "response": 7});
        (json!({"type": "keepalive"}), unknown)
    }

    fn unfinished(&self) -> &'static str {
        "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\n\n"
    }

    fn terse(&self) -> fn(&mut Value) {
        |event| {
            for dispensable in ["item_id", "output_index", "content_index", "logprobs", "obfuscation"] {
                event.as_object_mut().map(|fields| fields.remove(dispensable));
            }
        }
    }

    fn without_usage(&self, event: &mut Value) {
        let response = if event["response"].is_object() { &mut event["response"] } else { event };
        response.as_object_mut().map(|fields| fields.remove("usage"));
    }

    fn different_final(&self, steps: &mut [Step], text: &str) {
        for step in steps {
            match step {
                Step::Event(Kind::TextDone, event) => event["text"] = json!(text),
                Step::Event(_, event) if event["type"] == "response.content_part.done" => {
                    reword_part(&mut event["part"], text);
                }
                Step::Event(_, event) if event["type"] == "response.output_item.done" => {
                    reword_item(&mut event["item"], text);
                }
                Step::Event(Kind::Terminal, event) => reword_response(&mut event["response"], text),
                Step::Keep(kept) => reword_response(&mut kept.response, text),
                _ => {}
            }
        }
    }
}

fn reword_response(response: &mut Value, text: &str) {
    let output = response.get_mut("output").and_then(Value::as_array_mut);
    output.into_iter().flatten().for_each(|item| reword_item(item, text));
}

fn reword_item(item: &mut Value, text: &str) {
    let content = item.get_mut("content").and_then(Value::as_array_mut);
    content.into_iter().flatten().for_each(|part| reword_part(part, text));
}

fn reword_part(part: &mut Value, text: &str) {
    if part["type"] == "output_text" {
        part["text"] = json!(text);
    }
}
