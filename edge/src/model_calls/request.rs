//! Requests to model servers and moderation endpoints with their key, and errors that happen before a response.

use models::{Api, HttpRequest, ModelError, ModelErrorKind};
use wasm_bindgen::JsValue;
use worker::{Headers, Method, Request, RequestInit, RequestRedirect, Result};

use crate::settings::ApiKey;

/// Bytes of an error response that are read.
pub(super) const ERROR_BODY_BYTES: usize = 64 * 1024;
/// How long moderation and deleting a response may take, in milliseconds.
pub(super) const REQUEST_TIMEOUT_MS: u64 = 10_000;
/// Bytes of an error's note at most; it goes to the operator's log.
const NOTE_BYTES: usize = 200;

pub(super) fn post(api: Api, request: &HttpRequest, key: Option<&ApiKey>) -> Result<Request> {
    let headers = key_header(api, key)?;
    for (name, value) in &request.headers {
        headers.set(name, value)?;
    }
    let mut init = RequestInit::new();
    // The key must not follow a redirect to another host.
    init.with_method(Method::Post).with_redirect(RequestRedirect::Manual).with_headers(headers);
    init.with_body(Some(JsValue::from_str(&request.body)));
    Request::new_with_init(&request.url, &init)
}

pub(super) fn key_header(api: Api, key: Option<&ApiKey>) -> Result<Headers> {
    let headers = Headers::new();
    if let Some(key) = key {
        let (name, value) = key.header(api);
        headers.set(name, &value)?;
    }
    Ok(headers)
}

pub(super) fn model_error(kind: ModelErrorKind, note: &str) -> ModelError {
    let note = note.get(..note.floor_char_boundary(NOTE_BYTES)).unwrap_or_default().to_owned();
    ModelError::local(kind, note)
}
