//! What an error means: one set of rules for HTTP errors and for errors inside a stream, for OpenAI's APIs, for the many
//! servers that speak them, and for Google's.
//!
//! Not here: what to do about it. Sentences are read to decide, and never passed on: they hold organization ids, parts of
//! keys, or room text.

mod error_body;
mod rules;

use serde_json::Value;

pub(crate) use error_body::ErrorBody;
use rules::classify;

use crate::error::{ModelError, ModelErrorKind};
use crate::lenient::{is_truthy, text};
use crate::retry_after;

/// The headers of an error response that are read. Whoever makes the request passes these on, and no others.
pub const ERROR_HEADERS: [&str; 5] =
    ["retry-after", "retry-after-ms", "date", "x-should-retry", "x-request-id"];

/// What a response with an error status says.
///
/// `x-should-retry: false` is obeyed: what would pass by waiting becomes a kind that is not retried,
/// [`ModelErrorKind::QuotaExhausted`] for a rate limit (waiting does not help) and [`ModelErrorKind::BadRequest`] for the rest
/// (this request does not work). `x-should-retry: true` changes nothing: no server can make us repeat a wrong request.
pub(crate) fn error_response(status: u16, headers: &[(String, String)], body: &[u8]) -> ModelError {
    let body = match serde_json::from_slice::<Value>(body) {
        Ok(value) => ErrorBody::read(&value),
        // Proxies answer with a page or a sentence.
        Err(_) => ErrorBody::of_text(&String::from_utf8_lossy(body)),
    };
    let mut kind = classify(Some(status), &body);
    if retry_after::header(headers, "x-should-retry") == Some("false") {
        kind = match kind {
            ModelErrorKind::RateLimited => ModelErrorKind::QuotaExhausted,
            kind if kind.is_retryable() => ModelErrorKind::BadRequest,
            kind => kind,
        };
    }
    let request_id = retry_after::header(headers, "x-request-id").unwrap_or_default();
    ModelError {
        kind,
        context_tokens: context_tokens(kind, &body),
        retry_after_ms: retry_after::from_headers(headers).or_else(|| body.retry_after_ms()),
        status: Some(status),
        note: note(&status.to_string(), &body, request_id),
    }
}

/// What an error inside a stream says, where the HTTP status was 200: an `error` event, flat or nested, or the `error` of
/// a Response object. Some hosts put the status that they mean in it.
pub(crate) fn in_stream(error: &Value) -> ModelError {
    let body = ErrorBody::read(error);
    let status = [&body.status, &body.code]
        .into_iter()
        .find_map(|text| text.parse().ok().filter(|status| (400..600).contains(status)));
    let kind = classify(status, &body);
    ModelError {
        kind,
        context_tokens: context_tokens(kind, &body),
        retry_after_ms: body.retry_after_ms(),
        status: None,
        note: note("stream", &body, ""),
    }
}

/// The model's context, where an error about it says how large that is.
fn context_tokens(kind: ModelErrorKind, body: &ErrorBody) -> Option<u64> {
    (kind == ModelErrorKind::ContextTooLong).then(|| body.context_tokens()).flatten()
}

/// What came is not this API. `what` is our own word for it.
pub(crate) fn invalid_response(what: &str) -> ModelError {
    ModelError::local(ModelErrorKind::InvalidResponse, format!("stream invalid={what}"))
}

/// The same for an API without chains, where none can be lost: what sounds like it is a request that is wrong.
pub(crate) fn without_chains(mut fault: ModelError) -> ModelError {
    if matches!(fault.kind, ModelErrorKind::ChainLost | ModelErrorKind::Stateless) {
        fault.kind = ModelErrorKind::BadRequest;
    }
    fault
}

/// Whether an event says an error: by what it holds, by its type, or by its name where it has no type.
pub(crate) fn is_error_event(name: Option<&str>, value: &Value) -> bool {
    let kind = value.get("type").and_then(Value::as_str).or(name);
    is_error(value) || kind == Some("error")
}

/// Whether this says an error at its top level, whatever its type calls itself: the documented `error` event is flat,
/// the real one is nested, and other servers send no type at all.
pub(crate) fn is_error(value: &Value) -> bool {
    match value {
        Value::Array(values) => values.first().is_some_and(is_error),
        _ => value.get("error").is_some_and(is_truthy) || text(value, "object") == Some("error"),
    }
}

/// The operator's line. A code that does not look like one (a sentence, a key) is left out.
fn note(whence: &str, body: &ErrorBody, request_id: &str) -> String {
    let mut note = whence.to_owned();
    let code = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '.');
    let id = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-');
    let mut add = |name: &str, word: &str, limit: usize, looks: fn(char) -> bool| {
        let word = if word.len() <= limit && word.chars().all(looks) { word } else { "odd" };
        if !word.is_empty() {
            note.push_str(&format!(" {name}={word}"));
        }
    };
    add("code", &body.code, 64, code);
    add("type", &body.kind, 64, code);
    add("reason", &body.reason, 40, code);
    add("request", request_id, 96, id);
    note
}
