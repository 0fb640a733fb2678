//! Responses of the addresses below `/api/`: what they hold, and the headers that all of them carry.
//!
//! Not here: the headers of the page and its files, which the assets bring along.

use serde::Serialize;
use shared::entry::ApiError;
use worker::{Response, Result};

/// Nothing below `/api/` is a document, so nothing in it may run, be framed, be kept, or be guessed at.
const HEADERS: [(&str, &str); 9] = [
    ("cache-control", "no-store"),
    (
        "content-security-policy",
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ("referrer-policy", "no-referrer"),
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ("x-content-type-options", "nosniff"),
    ("x-robots-tag", "noindex"),
];

/// A word of [`ApiError`], and the status that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The page's origin may not ask.
    Origin,
    /// There is no identity, or it no longer holds: enter again.
    Identity,
    /// What was asked cannot be understood.
    BadRequest,
    /// The address takes another method.
    Method(&'static str),
    /// There is no such address.
    NotFound,
    /// The operator has to set something.
    Misconfigured,
    /// It may work in a moment.
    TryLater,
}

impl Refusal {
    /// The response.
    pub fn response(self) -> Result<Response> {
        let (status, word) = match self {
            Self::Origin => (403, "origin"),
            Self::Identity => (401, "identity"),
            Self::BadRequest => (400, "bad_request"),
            Self::Method(_) => (405, "method"),
            Self::NotFound => (404, "not_found"),
            Self::Misconfigured => (500, "misconfigured"),
            Self::TryLater => (503, "try_later"),
        };
        let mut response = json(status, &ApiError { error: word.to_owned() })?;
        match self {
            Self::Method(allowed) => response.headers_mut().set("allow", allowed)?,
            Self::TryLater => response.headers_mut().set("retry-after", "1")?,
            _ => {}
        }
        Ok(response)
    }
}

/// A JSON response.
pub fn json(status: u16, value: &impl Serialize) -> Result<Response> {
    with_headers(status, "application/json; charset=utf-8", serde_json::to_vec(value)?)
}

/// A text response.
pub fn text(status: u16, text: &str) -> Result<Response> {
    with_headers(status, "text/plain; charset=utf-8", text.as_bytes().to_vec())
}

fn with_headers(status: u16, content_type: &str, body: Vec<u8>) -> Result<Response> {
    let mut response = Response::from_bytes(body)?.with_status(status);
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.set(name, value)?;
    }
    headers.set("content-type", content_type)?;
    Ok(response)
}
