//! Replies of the Worker: bodies, error replies, and the headers that all of them carry.
//!
//! Not here: the headers of the page and its files, which Cloudflare's asset server adds.

use std::cell::OnceCell;

use room::StorageError;
use serde::Serialize;
use shared::entry::ApiError;
use worker::{Error, Headers, Response, Result, web_sys};

use crate::log;

/// No reply but [`document`] and [`frame`] is a document, so none may be run, framed, cached, indexed, or have its type guessed.
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

/// An error reply: a code of [`ApiError`] with its HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorReply {
    /// 403: the page's origin is not allowed.
    Origin,
    /// 403: this is no operator, or not the operator's secret.
    Operator,
    /// 401: the identity is not valid; the client enters again.
    Identity,
    /// 403: the link for another device was used before, is too old, or none of this deployment.
    Used,
    /// 400: the request cannot be parsed.
    BadRequest,
    /// 405, with the methods that the address takes.
    Method(&'static str),
    /// 404: there is no such address.
    NotFound,
    /// 409: only who is in the room may do so.
    NotJoined,
    /// 409: the room has as many of them as it may have.
    TooMany,
    /// 429: the address makes too many requests, and may make the next one after this time.
    SlowDown { wait_ms: u64 },
    /// 403: whoever is new must pass a challenge first, or the token of one does not hold.
    Challenge,
    /// 503: the challenge of somebody new cannot be verified now.
    Unverified,
    /// 500: the operator has to set something.
    Misconfigured,
    /// 503: a retry after a second may succeed.
    TryLater,
}

/// Why a handler has no reply of its own.
#[derive(Debug)]
pub enum RequestError {
    Refused(ErrorReply),
    /// Logged by [`RequestError::reply`]; the client is told to try later and nothing of the cause.
    Internal(Error),
}

impl ErrorReply {
    pub fn response(self) -> Result<Response> {
        let (status, code) = match self {
            Self::Origin => (403, "origin"),
            Self::Operator => (403, "operator"),
            Self::Identity => (401, "identity"),
            Self::Used => (403, "used"),
            Self::BadRequest => (400, "bad_request"),
            Self::Method(_) => (405, "method"),
            Self::NotFound => (404, "not_found"),
            Self::NotJoined => (409, "not_joined"),
            Self::TooMany => (409, "too_many"),
            Self::SlowDown { .. } => (429, "slow_down"),
            Self::Challenge => (403, "challenge"),
            Self::Unverified => (503, "unverified"),
            Self::Misconfigured => (500, "misconfigured"),
            Self::TryLater => (503, "try_later"),
        };
        let mut response = json(status, &ApiError { error: code.to_owned() })?;
        match self {
            Self::Method(allowed) => response.headers_mut().set("allow", allowed)?,
            Self::SlowDown { wait_ms } => {
                let seconds = wait_ms.div_ceil(1_000).max(1);
                response.headers_mut().set("retry-after", &seconds.to_string())?;
            }
            Self::TryLater => response.headers_mut().set("retry-after", "1")?,
            Self::Unverified => response.headers_mut().set("retry-after", "10")?,
            _ => {}
        }
        Ok(response)
    }
}

impl RequestError {
    /// Turns the error into a reply, and logs it when it is an internal one. `handler` says in the log who failed.
    pub fn reply(self, handler: &str) -> Result<Response> {
        match self {
            Self::Refused(reply) => reply.response(),
            Self::Internal(error) => {
                let then = "replied 503 try_later";
                log::error("request_failed", &[("by", &handler), ("error", &error), ("then", &then)]);
                ErrorReply::TryLater.response()
            }
        }
    }
}

impl From<ErrorReply> for RequestError {
    fn from(reply: ErrorReply) -> Self {
        Self::Refused(reply)
    }
}

impl From<Error> for RequestError {
    fn from(error: Error) -> Self {
        Self::Internal(error)
    }
}

impl From<StorageError> for RequestError {
    fn from(error: StorageError) -> Self {
        Self::Internal(Error::RustError(error.to_string()))
    }
}

impl From<serde_json::Error> for RequestError {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(error.into())
    }
}

pub fn json(status: u16, value: &impl Serialize) -> Result<Response> {
    with_headers(status, "application/json; charset=utf-8", serde_json::to_vec(value)?)
}

/// A file of JSON for the visitor to keep, under this name.
pub fn download(file: &str, json: String) -> Result<Response> {
    let mut response = with_headers(200, "application/json; charset=utf-8", json.into_bytes())?;
    response.headers_mut().set("content-disposition", &format!("attachment; filename=\"{file}\""))?;
    Ok(response)
}

/// A document without scripts, whose only style sheet has this hash.
pub fn document(html: String, style_hash: &str) -> Result<Response> {
    let mut response = with_headers(200, "text/html; charset=utf-8", html.into_bytes())?;
    let policy = format!(
        "default-src 'none'; style-src '{style_hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    response.headers_mut().set("content-security-policy", &policy)?;
    response.headers_mut().set("cache-control", "public, max-age=3600")?;
    response.headers_mut().set("vary", "accept-language")?;
    Ok(response)
}

/// A document with this content security policy, which the page may show in a frame. Other servers that it asks are told the origin and
/// not the room.
pub fn frame(html: String, policy: &str) -> Result<Response> {
    let mut response = with_headers(200, "text/html; charset=utf-8", html.into_bytes())?;
    response.headers_mut().set("content-security-policy", policy)?;
    response.headers_mut().set("referrer-policy", "strict-origin")?;
    Ok(response)
}

/// A plain text reply.
pub fn text(status: u16, text: &str) -> Result<Response> {
    with_headers(status, "text/plain; charset=utf-8", text.as_bytes().to_vec())
}

fn with_headers(status: u16, content_type: &str, body: Vec<u8>) -> Result<Response> {
    let headers = common_headers()?;
    headers.set("content-type", content_type)?;
    Ok(Response::builder().with_status(status).with_headers(headers).fixed(body))
}

/// [`HEADERS`], as a copy of headers that were made once: setting each of them takes longer than the rest of a reply.
fn common_headers() -> Result<Headers> {
    thread_local! {
        static COMMON: OnceCell<Headers> = const { OnceCell::new() };
    }
    COMMON.with(|common| {
        if common.get().is_none() {
            let headers = Headers::new();
            for (name, value) in HEADERS {
                headers.set(name, value)?;
            }
            let _first = common.set(headers);
        }
        let copy = common.get().map(|common| web_sys::Headers::new_with_headers(&common.0));
        Ok(copy.transpose()?.map(Headers).unwrap_or_default())
    })
}
