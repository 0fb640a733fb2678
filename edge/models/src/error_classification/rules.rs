//! The rules by which a server's words become one of our kinds.

use super::error_body::ErrorBody;
use crate::error::ModelErrorKind;

/// The rules, the most certain first. `status` is `None` inside a stream.
pub(super) fn classify(status: Option<u16>, body: &ErrorBody) -> ModelErrorKind {
    let words = body.message.to_ascii_lowercase();
    let names = [&body.reason, &body.code, &body.kind].map(|code| classify_code(code));
    if let Some(kind) = names.into_iter().flatten().find(|kind| is_above_status(*kind)) {
        return kind;
    }
    let named = names.into_iter().flatten().next();
    match status {
        Some(401) => return ModelErrorKind::Unauthorized,
        Some(402) => return ModelErrorKind::QuotaExhausted,
        Some(403 | 451) => return ModelErrorKind::Forbidden,
        // The API's own libraries repeat these too.
        Some(408 | 409 | 425) => return ModelErrorKind::Overloaded,
        Some(413) => return ModelErrorKind::ContextTooLong,
        Some(429) if named == Some(ModelErrorKind::Overloaded) => return ModelErrorKind::Overloaded,
        Some(429) => return ModelErrorKind::RateLimited,
        _ => {}
    }
    if is_stateless(body, &words) {
        return ModelErrorKind::Stateless;
    }
    let is_transient =
        status.is_some_and(|status| status >= 500) || named.is_some_and(ModelErrorKind::is_retryable);
    if !is_transient && is_chain_lost(body, &words) {
        return ModelErrorKind::ChainLost;
    }
    if status != Some(404) && is_too_long(body, &words) {
        return ModelErrorKind::ContextTooLong;
    }
    match status {
        // Inside a stream the code is all there is. The server took the request and then failed: that may pass.
        None | Some(200..=299) => named.unwrap_or(ModelErrorKind::Overloaded),
        // A wrong key or model can come as 400. A wait is never the answer to 400.
        Some(400) if words.contains("location is not supported") => ModelErrorKind::Forbidden,
        Some(400) => named.filter(|kind| !kind.is_retryable()).unwrap_or(ModelErrorKind::BadRequest),
        Some(404 | 405 | 410 | 501) => ModelErrorKind::NotFound,
        Some(400..=499) => ModelErrorKind::BadRequest,
        Some(500..=599) => ModelErrorKind::Overloaded,
        Some(_) => ModelErrorKind::InvalidResponse,
    }
}

/// These mean the same under every status.
fn is_above_status(kind: ModelErrorKind) -> bool {
    matches!(
        kind,
        ModelErrorKind::QuotaExhausted
            | ModelErrorKind::ChainLost
            | ModelErrorKind::ContextTooLong
            | ModelErrorKind::PolicyBlocked
    )
}

/// What a code or a type says by itself. Families of codes grow, so some are known by a part of their name.
fn classify_code(code: &str) -> Option<ModelErrorKind> {
    let has = |parts: &[&str]| parts.iter().any(|part| code.contains(part));
    Some(match code {
        "" => return None,
        "previous_response_not_found" => ModelErrorKind::ChainLost,
        "invalid_prompt" | "content_filter" | "moderation_blocked" => ModelErrorKind::PolicyBlocked,
        "data_residency_mismatch" | "ip_not_authorized" => ModelErrorKind::Forbidden,
        "slow_down" | "server_error" | "api_error" => ModelErrorKind::Overloaded,
        "too_many_requests" | "requests" | "tokens" | "resource_exhausted" => ModelErrorKind::RateLimited,
        // Google's `google.rpc.Code`; its other words are found by their parts.
        "internal" | "unknown" | "aborted" | "cancelled" | "data_loss" | "deadline_exceeded" => {
            ModelErrorKind::Overloaded
        }
        "unauthenticated" => ModelErrorKind::Unauthorized,
        "unimplemented" => ModelErrorKind::NotFound,
        "failed_precondition" | "out_of_range" => ModelErrorKind::BadRequest,
        "invalid_api_key" | "incorrect_api_key" | "authentication_error" => ModelErrorKind::Unauthorized,
        _ if has(&[
            "insufficient_quota",
            "balance_exhausted",
            "spend_limit",
            "usage_limit",
            "billing",
            "per_day",
        ]) =>
        {
            ModelErrorKind::QuotaExhausted
        }
        _ if has(&["api_key"]) => ModelErrorKind::Unauthorized,
        _ if has(&["context_length", "context_size", "context_window"]) => ModelErrorKind::ContextTooLong,
        _ if has(&["policy"]) => ModelErrorKind::PolicyBlocked,
        _ if has(&["overloaded", "unavailable", "internal_", "timeout"]) => ModelErrorKind::Overloaded,
        _ if has(&["rate_limit"]) => ModelErrorKind::RateLimited,
        _ if has(&["permission", "unsupported_country"]) => ModelErrorKind::Forbidden,
        _ if has(&["not_found"]) => ModelErrorKind::NotFound,
        _ if has(&["invalid", "unsupported", "missing", "unknown_parameter", "image"]) => {
            ModelErrorKind::BadRequest
        }
        _ => return None,
    })
}

/// The server keeps no state, or not for this organization. It is not enough that an id is unknown.
fn is_stateless(body: &ErrorBody, words: &str) -> bool {
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
    let names_it = body.param == "previous_response_id" || words.contains("previous_response_id");
    let refuses = matches!(body.code.as_str(), "unsupported_parameter" | "unknown_parameter")
        || NOT_KNOWN.iter().any(|part| words.contains(part));
    words.contains("zero data retention") || (names_it && refuses)
}

/// The id that was sent is unknown or expired, or its response cannot be continued (it ended in reasoning or in a call
/// that nobody answered). The code alone is not enough: hosts write it differently or not at all.
fn is_chain_lost(body: &ErrorBody, words: &str) -> bool {
    const WORDS: [&str; 5] = [
        "previous_response_id",
        "previous response",
        "response with id",
        "without its required following item",
        "no tool output found",
    ];
    body.param == "previous_response_id" || WORDS.iter().any(|part| words.contains(part))
}

/// Local servers have no code for it, and a text over the API's own limit has one that other fields share.
fn is_too_long(body: &ErrorBody, words: &str) -> bool {
    const WORDS: [&str; 9] = [
        "context window",
        "input token count",
        "reduce the length of the messages",
        "context the overflows",
        "context length",
        "context size",
        "prompt is too long",
        "input is too long",
        "exceeds the maximum number of tokens",
    ];
    (body.code.ends_with("_above_max_length") && body.param.starts_with("input"))
        || WORDS.iter().any(|part| words.contains(part))
}
