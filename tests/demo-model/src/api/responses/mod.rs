//! The Responses API: stored responses, chained by their ids, and a stream of many small events.

mod check;
mod compose;
mod input;

use crate::answer::{Answer, tokens};
use crate::api::openai::{self, ApiError};
use crate::api::{ApiCall, ErrorDetail, ReceivedRequest, Rejection, Routed};
use crate::clock::now;
use crate::prompt::{Item, Prompt};
use crate::stores::Stores;
use crate::stores::cached_tokens;
use crate::stores::fresh_id;
use crate::stream::{ComposedAnswer, EventKind, Framing, LineEnd, Step};
use check::{CheckedRequest, check, check_chain};
use compose::{ResponseHead, compose, item_tokens, response};
use hyper::Method;
use serde_json::{Value, json};

/// Everything below `/v1/responses`.
pub(crate) fn route(stores: &Stores, received: &ReceivedRequest) -> Result<Routed, Rejection> {
    let path = received.path.as_str();
    let body = || received.body.clone().ok_or_else(ApiError::not_json);
    let id = path.strip_prefix("/v1/responses/");
    match (&received.method, path, id) {
        (&Method::POST, "/v1/responses", _) => {
            Ok(Routed::ModelCall(begin(stores, received, check(body()?)?)?))
        }
        (&Method::POST, "/v1/responses/input_tokens", _) => {
            let request = check(body()?)?;
            let chain = chain(stores, request.previous.as_deref())?;
            let count = item_tokens(&chain) + item_tokens(&request.input);
            Ok(Routed::Json(json!({"object": "response.input_tokens", "input_tokens": count})))
        }
        (&Method::GET, _, Some(id)) => match stores.responses().find(id) {
            Some(response) => Ok(Routed::Json(response.clone())),
            None => Err(ApiError::no_response(id).into()),
        },
        (&Method::DELETE, _, Some(id)) => {
            let deleted =
                stores.responses().delete(id).map_err(|error| ApiError::new(500, error.to_string()))?;
            if !deleted {
                return Err(ApiError::no_response(id).into());
            }
            Ok(Routed::Json(json!({"id": id, "object": "response", "deleted": true})))
        }
        _ => Err(ApiError::no_route(received.method.as_str(), path).into()),
    }
}

fn chain(stores: &Stores, previous: Option<&str>) -> Result<Vec<Value>, ApiError> {
    let Some(id) = previous else { return Ok(Vec::new()) };
    stores.responses().chain(id).ok_or_else(|| ApiError::no_previous(id))
}

fn begin(
    stores: &Stores,
    received: &ReceivedRequest,
    request: CheckedRequest,
) -> Result<Box<dyn ApiCall>, Rejection> {
    let previous = if received.stateless { None } else { request.previous.clone() };
    let before = chain(stores, previous.as_deref())?;
    check_chain(&before, &request.input)?;
    let prompt = prompt(&before, &request);
    let instructions = request.body["instructions"].as_str().map_or(0, tokens);
    let prefix = instructions + item_tokens(&before);
    let input_tokens = prefix + item_tokens(&request.input);
    // Only what was there before can be in the cache.
    let cached = if previous.is_some() { cached_tokens(prefix) } else { 0 };
    let head = ResponseHead {
        id: fresh_id("resp"),
        created_at: now(),
        request,
        previous: json!(previous),
        input_tokens,
        cached_tokens: cached,
    };
    Ok(Box::new(ResponsesCall { head, prompt }))
}

fn prompt(before: &[Value], request: &CheckedRequest) -> Prompt {
    let mut prompt = Prompt {
        instructions: request.body["instructions"].as_str().unwrap_or_default().to_owned(),
        tools: request.tools.clone(),
        tool_choice: request.tool_choice.clone(),
        answer_schema: request.answer_schema.clone(),
        ..Prompt::default()
    };
    for item in before.iter().chain(&request.input) {
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
            .push(Item::ToolCall { name: string(&item["name"]), arguments: string(&item["arguments"]) }),
        (Some("function_call_output"), _) => prompt.items.push(Item::ToolOutput(string(&item["output"]))),
        (_, Some("assistant")) => prompt.items.push(Item::Model(text)),
        (_, Some("user")) => prompt.items.push(Item::User(text)),
        (_, Some(_)) => prompt.add_instructions(&text),
        // Reasoning, which only the model that had it could read.
        _ => {}
    }
}

struct ResponsesCall {
    head: ResponseHead,
    prompt: Prompt,
}

impl ResponsesCall {
    fn failure(&self, detail: ErrorDetail<'_>) -> Value {
        let mut response = response(&self.head, "failed", &[], None, None);
        response["error"] = json!({"code": detail.code, "message": detail.message});
        response
    }
}

impl ApiCall for ResponsesCall {
    fn prompt(&self) -> &Prompt {
        &self.prompt
    }

    fn id(&self) -> &str {
        &self.head.id
    }

    fn streams(&self) -> bool {
        self.head.request.stream
    }

    fn token_limit(&self) -> Option<u64> {
        self.head.request.max_output_tokens
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        openai::headers()
    }

    fn framing(&self) -> Framing {
        Framing { event_lines: true, sequence_numbers: true, line_end: LineEnd::Lf }
    }

    fn compose(&self, answer: Answer) -> ComposedAnswer {
        compose(&self.head, answer)
    }

    fn compose_blocked(&self, _reason: &str) -> Result<ComposedAnswer, Rejection> {
        Err(ApiError::blocked().into())
    }

    fn error_event(&self, nested: bool, ErrorDetail { code, message }: ErrorDetail<'_>) -> Step {
        let error = json!({"type": code, "code": code, "message": message, "param": null});
        Step::event(if nested {
            json!({"type": "error", "error": error})
        } else {
            json!({"type": "error", "code": code, "message": message, "param": null})
        })
    }

    fn failed_event(&self, detail: ErrorDetail<'_>) -> Step {
        Step::event(json!({"type": "response.failed", "response": self.failure(detail)}))
    }

    fn failed_body(&self, detail: ErrorDetail<'_>) -> Rejection {
        // A failed response is still a response.
        Rejection { status: 200, body: self.failure(detail) }
    }

    fn second_terminal(&self) -> Step {
        self.failed_event(ErrorDetail { code: "server_error", message: "A second end." })
    }

    fn with_text(&self, delta: &Value, text: &str) -> Value {
        let mut delta = delta.clone();
        delta["delta"] = json!(text);
        delta
    }

    fn ignorable_events(&self) -> (Value, Value) {
        let unknown = json!({"type": "response.dream.delta", "delta": "not text", "response": 7});
        (json!({"type": "keepalive"}), unknown)
    }

    fn truncated_event(&self) -> &'static str {
        "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\n\n"
    }

    fn remove_optional_fields(&self, event: &mut Value) {
        for optional in ["item_id", "output_index", "content_index", "logprobs", "obfuscation"] {
            event.as_object_mut().map(|fields| fields.remove(optional));
        }
    }

    fn remove_usage(&self, event: &mut Value) {
        let response = if event["response"].is_object() { &mut event["response"] } else { event };
        response.as_object_mut().map(|fields| fields.remove("usage"));
    }

    fn change_final_text(&self, steps: &mut [Step], text: &str) {
        for step in steps {
            match step {
                Step::Event(EventKind::TextDone, event) => event["text"] = json!(text),
                Step::Event(_, event) if event["type"] == "response.content_part.done" => {
                    reword_part(&mut event["part"], text);
                }
                Step::Event(_, event) if event["type"] == "response.output_item.done" => {
                    reword_item(&mut event["item"], text);
                }
                Step::Event(EventKind::Terminal, event) => reword_response(&mut event["response"], text),
                Step::Store(kept) => reword_response(&mut kept.response, text),
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
