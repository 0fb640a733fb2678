//! What OpenAI's APIs have in common: keys, headers, error bodies, and how their fields are checked.

mod error;
pub(crate) mod format;
pub(crate) mod params;

pub(crate) use error::ApiError;

use crate::api::ReceivedRequest;
use crate::stores::fresh_id;
use serde_json::{Value, json};

/// Any key will do, but there must be one, and in its place.
pub(crate) fn check_key(received: &ReceivedRequest) -> Result<(), ApiError> {
    let key = received.header("authorization").strip_prefix("Bearer ").unwrap_or_default();
    if key.trim().is_empty() { Err(ApiError::no_key()) } else { Ok(()) }
}

/// The headers of every answer.
pub(crate) fn headers() -> Vec<(&'static str, String)> {
    let mut headers = vec![("x-request-id", fresh_id("req"))];
    let always = [
        ("openai-processing-ms", "12"),
        ("openai-version", "2020-10-01"),
        ("x-ratelimit-limit-requests", "500"),
        ("x-ratelimit-remaining-requests", "499"),
        ("x-ratelimit-reset-requests", "120ms"),
        ("x-ratelimit-limit-tokens", "30000"),
        ("x-ratelimit-remaining-tokens", "29900"),
        ("x-ratelimit-reset-tokens", "6m0s"),
    ];
    headers.extend(always.map(|(name, value)| (name, value.to_owned())));
    headers
}

/// The body of `GET /v1/models`.
pub(crate) fn models() -> Value {
    json!({"object": "list", "data": [
        {"id": "demo", "object": "model", "created": 1_750_000_000, "owned_by": "madang"},
    ]})
}

/// Whether a model reasons, and therefore takes no sampling parameters. Local models take them all.
pub(crate) fn reasons(model: &str) -> bool {
    ["gpt-5", "gpt-6", "o1", "o3", "o4"].iter().any(|family| model.starts_with(family))
}

/// Padding that hides the length of a delta from somebody who watches the encrypted stream.
pub(crate) fn padding(piece: &str) -> String {
    let filling = fresh_id("o").replace("o_", "");
    let wanted = 16_usize.saturating_sub(piece.chars().count()).max(4);
    filling.chars().take(wanted).collect()
}
