//! Remembers which optional fields a model refuses, so that each is refused once and not with every call.

use std::cell::RefCell;
use std::collections::BTreeMap;

use models::refused_field::{refused_field, without_field};
use models::{Endpoint, HttpRequest, ModelError};

use crate::log;
use crate::settings::Settings;

/// Models of which something is remembered; beyond that it is learned anew with each call.
const MAX_MODELS: usize = 100;

thread_local! {
    static REFUSED: RefCell<BTreeMap<(String, String), Vec<&'static str>>> = RefCell::default();
}

/// A response with an error status.
pub(super) struct ErrorResponse {
    pub(super) error: ModelError,
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

/// The request without the fields that this model has refused before.
pub(super) fn without_refused(request: HttpRequest, endpoint: &Endpoint) -> HttpRequest {
    REFUSED.with_borrow(|refused| {
        let fields = refused.get(&key(endpoint)).map(Vec::as_slice).unwrap_or_default();
        fields.iter().fold(request, |request, field| without_field(&request, field))
    })
}

/// The request without the field that an error response refuses; `None`: it refuses something else.
pub(super) fn learn(
    request: &HttpRequest,
    endpoint: &Endpoint,
    response: &ErrorResponse,
) -> Option<HttpRequest> {
    let is_vendors = Settings::is_vendors(endpoint);
    let field = refused_field(request, response.status, &response.body, is_vendors)?;
    REFUSED.with_borrow_mut(|refused| {
        if refused.len() < MAX_MODELS {
            refused.entry(key(endpoint)).or_default().push(field);
        }
    });
    let then = "it is called without this field";
    log::warn("field_refused", &[("model", &endpoint.model), ("field", &field), ("then", &then)]);
    Some(without_field(request, field))
}

fn key(endpoint: &Endpoint) -> (String, String) {
    (endpoint.base_url.clone(), endpoint.model.clone())
}
