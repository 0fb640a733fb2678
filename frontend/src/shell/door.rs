//! `POST /api/enter`: asks the door and brings back what it says. When to ask is the client's business.

use client::EnterError;
use leptos::prelude::window;
use shared::entry::{ApiError, EnterReply, EnterRequest};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestCredentials, RequestInit, Response};

/// Asks. Everything that is no reply is a fault.
pub(crate) async fn ask(request: &EnterRequest) -> Result<EnterReply, EnterError> {
    let (is_ok, text) = post("/api/enter", request).await.ok_or(EnterError::Network)?;
    if is_ok {
        serde_json::from_str(&text).map_err(|_| EnterError::Network)
    } else {
        let refusal = serde_json::from_str::<ApiError>(&text).map_err(|_| EnterError::Network)?;
        Err(EnterError::Refused(refusal.error))
    }
}

async fn post(path: &str, request: &EnterRequest) -> Option<(bool, String)> {
    let headers = Headers::new().ok()?;
    headers.set("content-type", "application/json").ok()?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_credentials(RequestCredentials::SameOrigin);
    init.set_headers(&headers);
    init.set_body(&JsValue::from_str(&serde_json::to_string(request).unwrap_or_default()));
    let response = JsFuture::from(window().fetch_with_str_and_init(path, &init)).await.ok()?;
    let response: Response = response.dyn_into().ok()?;
    let text = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
    Some((response.ok(), text))
}
