//! The three model APIs, and the trait by which the rest of the server handles them alike: finding an answer, injecting
//! faults, pacing, writing and recording do not depend on the API.

pub(crate) mod chat_completions;
pub(crate) mod gemini;
pub(crate) mod openai;
pub(crate) mod responses;

use crate::answer::Answer;
use crate::prompt::Prompt;
use crate::stream::{ComposedAnswer, EventKind, Framing, Step};
use hyper::Method;
use hyper::header::HeaderMap;
use serde_json::Value;

/// A request as it arrived.
#[derive(Debug)]
pub(crate) struct ReceivedRequest {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    /// `None` when it is not JSON.
    pub(crate) body: Option<Value>,
    /// Whether `previous_response_id` is to be ignored.
    pub(crate) stateless: bool,
}

impl ReceivedRequest {
    /// The text of a header; empty when it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// What an API makes of a request.
pub(crate) enum Routed {
    /// It is answered with this body at once.
    Json(Value),
    /// A model is request.
    ModelCall(Box<dyn ApiCall>),
}

/// An error answer: its status and its body.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rejection {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// An error within a stream.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ErrorDetail<'a> {
    pub(crate) code: &'a str,
    pub(crate) message: &'a str,
}

/// A checked request to a model, ready to be answered in its API's format.
pub(crate) trait ApiCall: Send + Sync {
    fn prompt(&self) -> &Prompt;

    /// The id of the answer.
    fn id(&self) -> &str;

    /// Whether the client request for a stream.
    fn streams(&self) -> bool;

    /// The most tokens that the text may have.
    fn token_limit(&self) -> Option<u64>;

    fn stop_sequences(&self) -> Vec<String> {
        Vec::new()
    }

    /// Headers of every answer.
    fn headers(&self) -> Vec<(&'static str, String)>;

    fn framing(&self) -> Framing;

    /// The answer in this API's format.
    fn compose(&self, answer: Answer) -> ComposedAnswer;

    /// The answer to a prompt that is blocked for this reason.
    fn compose_blocked(&self, reason: &str) -> Result<ComposedAnswer, Rejection>;

    /// An error in the middle of a stream; `nested` as the API really sends it, otherwise in its other known form.
    fn error_event(&self, nested: bool, detail: ErrorDetail<'_>) -> Step;

    /// The event that says that the model failed after it had begun.
    fn failed_event(&self, detail: ErrorDetail<'_>) -> Step;

    /// The same for a client that did not ask for a stream.
    fn failed_body(&self, detail: ErrorDetail<'_>) -> Rejection;

    /// A second terminal event after the first.
    fn second_terminal(&self) -> Step;

    /// A delta like this one with another text.
    fn with_text(&self, delta: &Value, text: &str) -> Value;

    /// Two events that a tolerant client ignores: a keepalive, and one of an unknown type.
    fn ignorable_events(&self) -> (Value, Value);

    /// An event that ends in the middle of its JSON.
    fn truncated_event(&self) -> &'static str;

    /// Removes from an event what a server with minimal events leaves out.
    fn remove_optional_fields(&self, event: &mut Value);

    /// Removes the token usage from an event; makes an event null that has nothing else.
    fn remove_usage(&self, event: &mut Value);

    /// Makes the final events say this text although the deltas said another. Only Responses says the text twice.
    fn change_final_text(&self, _steps: &mut [Step], _text: &str) {}

    /// Makes `finish_reason` an empty string where it should be null. Only Chat Completions has it.
    fn empty_finish_reason(&self, _kind: EventKind, _event: &mut Value) {}
}
