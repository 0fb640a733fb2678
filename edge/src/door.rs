//! The addresses below `/api/`: who asks, from which page, and whether an object is woken for it.
//!
//! Everything that can be refused without the room is refused here. The room's object gets a request of our own making,
//! so that no header of a client ever reaches it.

use futures_util::StreamExt;
use percent_encoding::percent_decode_str;
use shared::entry::{EnterReply, EnterRequest, EnterStatus};
use shared::{CloseCode, Millis, PersonId, RoomName};
use wasm_bindgen::JsValue;
use worker::{Env, Headers, Method, Request, RequestInit, Response, Result, WebSocketPair, console_error};

use crate::headers::{self, Refusal};
use crate::identity::{self, Identity, Keys, Verified};
use crate::settings::Settings;
use crate::{address, cookie, origin, receipt, runtime};

/// The headers of internal requests.
pub const PERSON: &str = "x-madang-person";
/// The address as a keyed hash.
pub const ADDRESS: &str = "x-madang-address";

const ENTER_BYTES: usize = 4 * 1024;

/// Answers a request.
pub async fn answer(request: Request, env: Env) -> Result<Response> {
    let path = request.path();
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    match (parts.as_slice(), request.method()) {
        (["api", "health"], Method::Get | Method::Head) => headers::text(200, "ok"),
        (["api", "health"], _) => Refusal::Method("GET, HEAD").response(),
        (["api", "enter"], Method::Post) => enter(request, &env).await,
        (["api", "enter"], _) => Refusal::Method("POST").response(),
        (["api", "rooms", room, "socket"], Method::Get) => socket(&request, &env, room).await,
        (["api", "rooms", _, "socket"], _) => Refusal::Method("GET").response(),
        (["api", ..], _) => Refusal::NotFound.response(),
        (_, Method::Get | Method::Head) => env.assets("ASSETS")?.fetch_request(request).await,
        _ => Refusal::Method("GET, HEAD").response(),
    }
}

/// What is known of whoever asks.
struct Visit {
    keys: Keys,
    settings: Settings,
    now: Millis,
    is_plain_loopback: bool,
    found: Option<Verified>,
    address: String,
}

impl Visit {
    /// Looks at who asks, or says why nobody may.
    fn of(request: &Request, env: &Env) -> Result<std::result::Result<Self, Refusal>> {
        let settings = Settings::from_env(env);
        let url = request.url()?;
        let said = request.headers().get("origin")?;
        if !origin::is_allowed(said.as_deref(), &url.origin().ascii_serialization(), &settings.origins) {
            return Ok(Err(Refusal::Origin));
        }
        let Some(keys) = settings.keys.clone() else {
            console_error!(
                "IDENTITY_SECRET is missing or has fewer than {} characters",
                identity::SECRET_CHARACTERS
            );
            return Ok(Err(Refusal::Misconfigured));
        };
        let now = runtime::now();
        let is_plain_loopback = cookie::is_plain_loopback(url.scheme(), url.host_str().unwrap_or_default());
        let cookies = request.headers().get("cookie")?.unwrap_or_default();
        let group = address::group(request.headers().get("cf-connecting-ip")?.as_deref());
        Ok(Ok(Self {
            found: cookie::read(&cookies, is_plain_loopback, &keys, now),
            address: keys.hash("madang address", &group),
            keys,
            settings,
            now,
            is_plain_loopback,
        }))
    }

    /// A request to a room's object, with nothing in it that a client said but what was read and understood.
    fn internal(&self, person: &PersonId, what: &str, method: Method) -> Result<RequestInit> {
        let headers = Headers::new();
        headers.set(PERSON, person.as_str())?;
        headers.set(ADDRESS, &self.address)?;
        if what == "socket" {
            headers.set("upgrade", "websocket")?;
        }
        let mut init = RequestInit::new();
        init.with_method(method).with_headers(headers);
        Ok(init)
    }
}

async fn enter(mut request: Request, env: &Env) -> Result<Response> {
    let visit = match Visit::of(&request, env)? {
        Ok(visit) => visit,
        Err(refusal) => return refusal.response(),
    };
    let Some(asked) = read(&mut request).await else { return Refusal::BadRequest.response() };
    let (identity, is_new) = match &visit.found {
        Some(verified) => (verified.identity.clone(), verified.is_due),
        None => (Identity::new(runtime::random()?).ok_or("an identity that is none")?, true),
    };
    let status = if asked.protocol == shared::PROTOCOL_VERSION {
        let mut init = visit.internal(&identity.person, "enter", Method::Post)?;
        init.with_body(Some(JsValue::from_str(&serde_json::to_string(&asked)?)));
        match ask(env, &asked.room, "enter", &init).await {
            Ok(mut reply) if reply.status_code() == 200 => reply.json().await?,
            Ok(_) => return Refusal::TryLater.response(),
            Err(error) => return unreachable_room(&error),
        }
    } else {
        EnterStatus::Version
    };
    let reply = EnterReply { status, you: identity.person.clone(), demo: visit.settings.demo };
    let mut response = headers::json(200, &reply)?;
    if is_new {
        let token = visit.keys.issue(&identity, visit.now);
        response.headers_mut().set("set-cookie", &cookie::set(&token, visit.is_plain_loopback))?;
    }
    Ok(response)
}

async fn socket(request: &Request, env: &Env, room: &str) -> Result<Response> {
    let visit = match Visit::of(request, env)? {
        Ok(visit) => visit,
        Err(refusal) => return refusal.response(),
    };
    let is_upgrade = request.headers().get("upgrade")?.is_some_and(|to| to.eq_ignore_ascii_case("websocket"));
    let Some(room) = room_name(room).filter(|_| is_upgrade) else { return Refusal::BadRequest.response() };
    let Some(verified) = &visit.found else { return Refusal::Identity.response() };
    let init = visit.internal(&verified.identity.person, "socket", Method::Get)?;
    match ask(env, &room, "socket", &init).await {
        Ok(response) if response.status_code() == 101 => Ok(response),
        Ok(response) if response.status_code() == 404 => turn_away(CloseCode::Gone),
        Ok(_) => Refusal::TryLater.response(),
        Err(error) => unreachable_room(&error),
    }
}

/// Opens a socket only to say why it cannot stay: a browser sees a close code, but never the status of a failed upgrade.
/// It ends here, so that nobody keeps an object awake with it.
fn turn_away(why: CloseCode) -> Result<Response> {
    let WebSocketPair { client, server } = WebSocketPair::new()?;
    server.accept()?;
    server.close(Some(why.code()), Some(why.reason()))?;
    Response::from_websocket(client)
}

/// Asks a room's object. A fresh stub each time: one that failed once keeps failing.
async fn ask(env: &Env, room: &RoomName, what: &str, init: &RequestInit) -> Result<Response> {
    let stub = env.durable_object("ROOM")?.get_by_name(room.as_str())?;
    stub.fetch_with_request(Request::new_with_init(&format!("https://room.invalid/{what}"), init)?).await
}

fn unreachable_room(error: &worker::Error) -> Result<Response> {
    console_error!("a room could not be asked: {error}");
    Refusal::TryLater.response()
}

/// Reads a small JSON body.
async fn read(request: &mut Request) -> Option<EnterRequest> {
    let mut stream = request.stream().ok()?;
    let mut body = Vec::new();
    while let Some(chunk) = stream.next().await {
        body.extend(chunk.ok()?);
        if body.len() > ENTER_BYTES {
            return None;
        }
    }
    serde_json::from_str(&receipt::json(String::from_utf8(body).ok()?)).ok()
}

/// A room's name as it stands in an address.
fn room_name(text: &str) -> Option<RoomName> {
    let text = percent_decode_str(text).decode_utf8().ok()?;
    RoomName::parse(&receipt::nfc(&text)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rooms_are_named_in_addresses() {
        let name = |text: &str| room_name(text).map(|name| name.to_string());
        assert_eq!(name("lobby").as_deref(), Some("lobby"));
        assert_eq!(name("%EB%A7%88%EB%8B%B9").as_deref(), Some("마당"));
        assert_eq!(name("%E1%84%86%E1%85%A1").as_deref(), Some("마"), "decomposed");
        for bad in ["", "Lobby", "a%2Fb", "a b", "%FF", "..", "a%00"] {
            assert_eq!(name(bad), None, "{bad}");
        }
    }
}
