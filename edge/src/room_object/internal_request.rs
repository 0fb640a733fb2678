//! The requests that the Worker sends to a room's object. Their headers are trusted, because no client's request reaches the
//! object.

use room::Visitor;
use shared::PersonId;
use shared::entry::EnterRequest;
use wasm_bindgen::JsValue;
use worker::{Headers, Method, Request, RequestInit, Result};

use crate::http::reply::ErrorReply;

const PERSON_HEADER: &str = "x-madang-person";
const ADDRESS_HEADER: &str = "x-madang-address";

/// What the object is asked.
pub enum Action<'a> {
    /// May the visitor enter? The reply is a JSON `EnterStatus`.
    Enter(&'a EnterRequest),
    /// Upgrade to a WebSocket.
    OpenSocket,
}

pub fn build(visitor: &Visitor, action: Action<'_>) -> Result<Request> {
    let headers = Headers::new();
    headers.set(PERSON_HEADER, visitor.person.as_str())?;
    headers.set(ADDRESS_HEADER, &visitor.address)?;
    let mut init = RequestInit::new();
    let path = match action {
        Action::Enter(asked) => {
            init.with_method(Method::Post);
            init.with_body(Some(JsValue::from_str(&serde_json::to_string(asked)?)));
            "enter"
        }
        Action::OpenSocket => {
            headers.set("upgrade", "websocket")?;
            "socket"
        }
    };
    init.with_headers(headers);
    Request::new_with_init(&format!("https://room.invalid/{path}"), &init)
}

/// Reads who asks.
///
/// # Errors
/// `Identity`, when the person's id is missing.
pub fn visitor(request: &Request) -> Result<Visitor, ErrorReply> {
    let header = |name: &str| request.headers().get(name).ok().flatten();
    let person = header(PERSON_HEADER).and_then(|id| PersonId::parse(id).ok()).ok_or(ErrorReply::Identity)?;
    Ok(Visitor { person, address: header(ADDRESS_HEADER).unwrap_or_default() })
}
