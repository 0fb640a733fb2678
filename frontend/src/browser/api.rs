//! The HTTP calls besides `POST /api/enter`: a link for another device.

use gloo_net::http::{Request, RequestBuilder, Response};
use js_sys::{JSON, Object, Reflect};
use shared::Millis;
use wasm_bindgen::JsValue;

/// The status code of a refusal; 0 where the request failed or the reply cannot be read.
pub(crate) type Status = u16;

/// Asks for a one-time link by which another device becomes the same person. Returns its token, and when it ends.
///
/// # Errors
/// Fails with the [`Status`] of the refusal.
pub(crate) async fn device_link() -> Result<(String, Millis), Status> {
    let reply = send(Request::post("/api/device-link"), None).await?;
    let token = field(&reply, "token").as_string().ok_or(0_u16)?;
    Ok((token, expires_at(&reply)))
}

/// Makes this browser the person who made the link.
///
/// # Errors
/// Fails with the [`Status`] of the refusal: 403 for a link that was used or is too old.
pub(crate) async fn redeem_device_link(token: &str) -> Result<(), Status> {
    send(Request::post("/api/device"), Some(("token", token))).await.map(|_| ())
}

/// Sends a request, whose body is an object of one text. Returns the object in the reply.
async fn send(request: RequestBuilder, body: Option<(&str, &str)>) -> Result<JsValue, Status> {
    let sent = match body {
        None => request.send().await,
        Some((name, text)) => {
            let request = request.header("content-type", "application/json").body(object(name, text));
            request.map_err(|_| 0_u16)?.send().await
        }
    };
    let response: Response = sent.map_err(|_| 0_u16)?;
    if !response.ok() {
        return Err(response.status());
    }
    let text = response.text().await.map_err(|_| 0_u16)?;
    Ok(JSON::parse(&text).unwrap_or(JsValue::UNDEFINED))
}

/// The browser's JSON: that of serde would be compiled once more for each of these types.
fn object(name: &str, text: &str) -> String {
    let object = Object::new();
    let _ = Reflect::set(&object, &name.into(), &text.into());
    JSON::stringify(&object).map(Into::into).unwrap_or_default()
}

fn field(reply: &JsValue, name: &str) -> JsValue {
    Reflect::get(reply, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

fn expires_at(reply: &JsValue) -> Millis {
    // Exact: milliseconds stay below 2^53 for a quarter of a million years.
    Millis(field(reply, "expires_at").as_f64().unwrap_or_default() as u64)
}
