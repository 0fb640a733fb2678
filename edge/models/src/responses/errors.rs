//! What an error of this API means: one set of rules for HTTP errors and for errors inside a stream.
//!
//! Not here: what to do about it. Sentences are read to decide, and never passed on: they hold organization ids, parts of
//! keys, or room text.

use serde_json::Value;

use crate::fault::{Fault, FaultKind};
use crate::retry_after;

/// What a response with an error status says.
///
/// `x-should-retry: false` is obeyed: what would pass by waiting becomes a kind that is not retried,
/// [`FaultKind::QuotaExhausted`] for a rate limit (waiting does not help) and [`FaultKind::BadRequest`] for the rest
/// (this request does not work). `x-should-retry: true` changes nothing: no server can make us repeat a wrong request.
pub fn refusal(status: u16, headers: &[(String, String)], body: &[u8]) -> Fault {
    let complaint = match serde_json::from_slice::<Value>(body) {
        Ok(value) => Complaint::read(&value),
        // Proxies answer with a page or a sentence.
        Err(_) => Complaint { message: excerpt(&String::from_utf8_lossy(body)), ..Complaint::default() },
    };
    let mut kind = kind_of(Some(status), &complaint);
    if retry_after::header(headers, "x-should-retry") == Some("false") {
        kind = match kind {
            FaultKind::RateLimited => FaultKind::QuotaExhausted,
            kind if kind.is_retryable() => FaultKind::BadRequest,
            kind => kind,
        };
    }
    let request_id = retry_after::header(headers, "x-request-id").unwrap_or_default();
    Fault {
        kind,
        retry_after_ms: retry_after::from_headers(headers)
            .or_else(|| retry_after::from_sentence(&complaint.message)),
        note: note(&status.to_string(), &complaint, request_id),
    }
}

/// What an error inside a stream says, where the HTTP status was 200: an `error` event, flat or nested, or the `error` of
/// a Response object. Some hosts put the status that they mean in it.
pub(super) fn in_stream(error: &Value) -> Fault {
    let complaint = Complaint::read(error);
    let status = [&complaint.status, &complaint.code]
        .into_iter()
        .find_map(|text| text.parse().ok().filter(|status| (400..600).contains(status)));
    Fault {
        kind: kind_of(status, &complaint),
        retry_after_ms: retry_after::from_sentence(&complaint.message),
        note: note("stream", &complaint, ""),
    }
}

/// What came is not this API. `what` is our own word for it.
pub(super) fn garbage(what: &str) -> Fault {
    Fault { kind: FaultKind::Garbage, retry_after_ms: None, note: format!("stream garbage={what}") }
}

/// Whether this says an error at its top level, whatever its type calls itself: the documented `error` event is flat,
/// the real one is nested, and other servers send no type at all.
pub(super) fn is_error(value: &Value) -> bool {
    match value {
        Value::Array(values) => values.first().is_some_and(is_error),
        _ => value.get("error").is_some_and(is_truthy),
    }
}

/// An error in the server's words.
#[derive(Debug, Default)]
struct Complaint {
    /// A status inside the body, in digits.
    status: String,
    /// In lower case, as is `kind`. Not an enum: the wire carries codes that no list has.
    code: String,
    /// `type` on the wire.
    kind: String,
    param: String,
    message: String,
}

impl Complaint {
    /// All shapes: `{"error": {…}}`, `{"error": "…"}` with a code beside it, the same in an array, an error object
    /// itself, a text, and `{"detail": …}` as Python frameworks write it.
    fn read(value: &Value) -> Self {
        match value {
            Value::Array(values) => values.first().map(Self::of_one).unwrap_or_default(),
            value => Self::of_one(value),
        }
    }

    fn of_one(value: &Value) -> Self {
        let outer = value;
        let inner = value.get("error").filter(|error| is_truthy(error)).unwrap_or(value);
        let text = |key: &str| word(inner.get(key)).or_else(|| word(outer.get(key))).unwrap_or_default();
        let message = match inner {
            Value::String(message) => message.clone(),
            _ => ["message", "detail"].map(text).concat(),
        };
        let kind = text("type").to_ascii_lowercase();
        // Beside a nested error and in a flat one, this is the event's type and not the error's.
        let is_the_events = kind == "error" || kind.starts_with("response.");
        Self {
            status: word(outer.get("status")).or_else(|| word(outer.get("status_code"))).unwrap_or_default(),
            code: text("code").to_ascii_lowercase(),
            kind: if is_the_events { String::new() } else { kind },
            param: text("param"),
            message: excerpt(&message),
        }
    }
}

/// The rules, the most certain first. `status` is `None` inside a stream.
fn kind_of(status: Option<u16>, complaint: &Complaint) -> FaultKind {
    let words = complaint.message.to_ascii_lowercase();
    let names = [&complaint.code, &complaint.kind].map(|code| kind_of_code(code));
    if let Some(kind) = names.into_iter().flatten().find(|kind| is_above_status(*kind)) {
        return kind;
    }
    let named = names.into_iter().flatten().next();
    match status {
        Some(401) => return FaultKind::Unauthorized,
        Some(402) => return FaultKind::QuotaExhausted,
        Some(403 | 451) => return FaultKind::Forbidden,
        // The API's own libraries repeat these too.
        Some(408 | 409 | 425) => return FaultKind::Overloaded,
        Some(413) => return FaultKind::ContextTooLong,
        Some(429) if named == Some(FaultKind::Overloaded) => return FaultKind::Overloaded,
        Some(429) => return FaultKind::RateLimited,
        _ => {}
    }
    if is_stateless(complaint, &words) {
        return FaultKind::Stateless;
    }
    let is_transient =
        status.is_some_and(|status| status >= 500) || named.is_some_and(FaultKind::is_retryable);
    if !is_transient && is_chain_lost(complaint, &words) {
        return FaultKind::ChainLost;
    }
    if status != Some(404) && is_too_long(complaint, &words) {
        return FaultKind::ContextTooLong;
    }
    match status {
        // Inside a stream the code is all there is. The server took the request and then failed: that may pass.
        None | Some(200..=299) => named.unwrap_or(FaultKind::Overloaded),
        // A wrong key or model can come as 400. A wait is never the answer to 400.
        Some(400) => named.filter(|kind| !kind.is_retryable()).unwrap_or(FaultKind::BadRequest),
        Some(404 | 405 | 410 | 501) => FaultKind::NotFound,
        Some(400..=499) => FaultKind::BadRequest,
        Some(500..=599) => FaultKind::Overloaded,
        Some(_) => FaultKind::Garbage,
    }
}

/// These mean the same under every status.
fn is_above_status(kind: FaultKind) -> bool {
    matches!(
        kind,
        FaultKind::QuotaExhausted
            | FaultKind::ChainLost
            | FaultKind::ContextTooLong
            | FaultKind::PolicyBlocked
    )
}

/// What a code or a type says by itself. Families of codes grow, so some are known by a part of their name.
fn kind_of_code(code: &str) -> Option<FaultKind> {
    let has = |parts: &[&str]| parts.iter().any(|part| code.contains(part));
    Some(match code {
        "" => return None,
        "previous_response_not_found" => FaultKind::ChainLost,
        "invalid_prompt" | "content_filter" | "moderation_blocked" => FaultKind::PolicyBlocked,
        "data_residency_mismatch" | "ip_not_authorized" => FaultKind::Forbidden,
        "slow_down" | "server_error" | "api_error" => FaultKind::Overloaded,
        "too_many_requests" | "requests" | "tokens" => FaultKind::RateLimited,
        "invalid_api_key" | "incorrect_api_key" | "authentication_error" => FaultKind::Unauthorized,
        _ if has(&["insufficient_quota", "balance_exhausted", "spend_limit", "usage_limit", "billing"]) => {
            FaultKind::QuotaExhausted
        }
        _ if has(&["context_length", "context_size", "context_window"]) => FaultKind::ContextTooLong,
        _ if has(&["policy"]) => FaultKind::PolicyBlocked,
        _ if has(&["overloaded", "unavailable", "internal_", "timeout"]) => FaultKind::Overloaded,
        _ if has(&["rate_limit"]) => FaultKind::RateLimited,
        _ if has(&["permission", "unsupported_country"]) => FaultKind::Forbidden,
        _ if has(&["not_found"]) => FaultKind::NotFound,
        _ if has(&["invalid", "unsupported", "missing", "unknown_parameter", "image"]) => {
            FaultKind::BadRequest
        }
        _ => return None,
    })
}

/// The server keeps no state, or not for this organization. It is not enough that an id is unknown.
fn is_stateless(complaint: &Complaint, words: &str) -> bool {
    const NOT_KNOWN: [&str; 8] = [
        "not support",
        "unsupported",
        "unknown parameter",
        "unknown field",
        "unexpected key",
        "unrecognized",
        "extra inputs",
        "not permitted",
    ];
    let names_it = complaint.param == "previous_response_id" || words.contains("previous_response_id");
    let refuses = matches!(complaint.code.as_str(), "unsupported_parameter" | "unknown_parameter")
        || NOT_KNOWN.iter().any(|part| words.contains(part));
    words.contains("zero data retention") || (names_it && refuses)
}

/// The id that was sent is unknown or expired, or its response cannot be continued (it ended in reasoning or in a call
/// that nobody answered). The code alone is not enough: hosts write it differently or not at all.
fn is_chain_lost(complaint: &Complaint, words: &str) -> bool {
    const WORDS: [&str; 5] = [
        "previous_response_id",
        "previous response",
        "response with id",
        "without its required following item",
        "no tool output found",
    ];
    complaint.param == "previous_response_id" || WORDS.iter().any(|part| words.contains(part))
}

/// Local servers have no code for it, and a text over the API's own limit has one that other fields share.
fn is_too_long(complaint: &Complaint, words: &str) -> bool {
    const WORDS: [&str; 5] =
        ["context window", "context length", "context size", "prompt is too long", "input is too long"];
    (complaint.code.ends_with("_above_max_length") && complaint.param.starts_with("input"))
        || WORDS.iter().any(|part| words.contains(part))
}

/// A text or a number as text; anything deeper as its JSON, to be searched.
fn word(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        value => Some(value.to_string()),
    }
}

/// What JavaScript takes for true, since that is what the API's own library asks.
pub(super) fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        _ => true,
    }
}

/// Enough of a message to recognise it.
fn excerpt(message: &str) -> String {
    message.chars().take(4096).collect()
}

/// The operator's line. A code that does not look like one (a sentence, a key) is left out.
fn note(whence: &str, complaint: &Complaint, request_id: &str) -> String {
    let mut note = whence.to_owned();
    let code = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '.');
    let id = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-');
    let mut add = |name: &str, word: &str, limit: usize, looks: fn(char) -> bool| {
        let word = if word.len() <= limit && word.chars().all(looks) { word } else { "odd" };
        if !word.is_empty() {
            note.push_str(&format!(" {name}={word}"));
        }
    };
    add("code", &complaint.code, 64, code);
    add("type", &complaint.kind, 64, code);
    add("request", request_id, 96, id);
    note
}
