//! Routes: `/api/health`, `/api/enter`, `/api/rooms/{room}/socket`, and the page's files for everything else.
//!
//! Everything that can be refused without the room is refused here, before the room's Durable Object wakes: origin, identity,
//! malformed requests, too many requests of an address (`admission`). The object gets a new request (`room_object::internal_request`), so that no header of a client ever
//! reaches it.

use std::borrow::Cow;
use std::rc::Rc;

use futures_util::StreamExt;
use percent_encoding::percent_decode_str;
use room::Visitor;
use shared::entry::{EnterReply, EnterRequest, EnterStatus};
use shared::{CloseCode, Millis, PersonId, RoomName};
use wasm_bindgen_futures::JsFuture;
use worker::js_sys::Uint8Array;
use worker::web_sys::Request;
use worker::{Env, Headers, Response, Result, WebSocketPair, console_error};

use crate::address_limits::VisitKind;
use crate::admission::Admission;
use crate::http::cookie::CookieError;
use crate::http::reply::{self, ErrorReply, RequestError};
use crate::http::request_url::RequestUrl;
use crate::http::{client_address, cookie, origin};
use crate::identity::{Identity, Keys, VerifiedIdentity};
use crate::normalize;
use crate::room_object::entry::Entry;
use crate::room_object::internal_request::{self, InternalRequest};
use crate::runtime;
use crate::settings::AccessSettings;

/// Bytes of the body of `POST /api/enter`, at most.
const ENTER_BYTES: usize = 4 * 1024;

/// Answers a request; an error becomes an error reply.
pub async fn handle(request: Request, env: Env) -> Result<Response> {
    match route(request, &env).await {
        Ok(response) => Ok(response),
        Err(error) => error.reply("the Worker"),
    }
}

async fn route(request: Request, env: &Env) -> Result<Response, RequestError> {
    let url = request.url();
    let url = RequestUrl::split(&url).ok_or(ErrorReply::BadRequest)?;
    let parts: Vec<&str> = url.path.split('/').skip(1).collect();
    match (parts.as_slice(), request.method().as_str()) {
        (["api", "health"], "GET" | "HEAD") => Ok(reply::text(200, "ok")?),
        (["api", "health"], _) => Err(ErrorReply::Method("GET, HEAD").into()),
        (["api", "enter"], "POST") => enter(&request, url, env).await,
        (["api", "enter"], _) => Err(ErrorReply::Method("POST").into()),
        (["api", "rooms", room, "socket"], "GET") => open_socket(&request, url, env, room).await,
        (["api", "rooms", _, "socket"], _) => Err(ErrorReply::Method("GET").into()),
        (["api", ..], _) => Err(ErrorReply::NotFound.into()),
        (_, "GET" | "HEAD") => {
            Ok(env.assets("ASSETS")?.fetch_request(worker::Request::from(request)).await?)
        }
        _ => Err(ErrorReply::Method("GET, HEAD").into()),
    }
}

/// What the Worker knows about a request whose origin is allowed.
struct RequestContext {
    headers: Headers,
    settings: Rc<AccessSettings>,
    keys: Keys,
    now: Millis,
    is_plain_loopback: bool,
    identity: std::result::Result<VerifiedIdentity, CookieError>,
    /// The address group as a keyed hash.
    address: String,
}

/// A person who makes a request.
struct Identified {
    person: PersonId,
    /// The cookie of a new identity, or that renews an old one.
    set_cookie: Option<String>,
}

impl RequestContext {
    /// Checks the origin and reads the identity.
    ///
    /// # Errors
    /// `Origin` for a page of another origin, `Misconfigured` without a usable `IDENTITY_SECRET`.
    fn of(request: &Request, url: RequestUrl<'_>, env: &Env) -> Result<Self, RequestError> {
        let settings = AccessSettings::from_env(env);
        let headers = Headers(request.headers());
        let page = headers.get("origin")?;
        origin::check(page.as_deref(), url.origin, &settings.origins).map_err(|_| ErrorReply::Origin)?;
        let keys = settings.keys.clone().map_err(|error| {
            console_error!(
                "IDENTITY_SECRET {error}: every request to enter or connect is answered with 500 misconfigured until it is set"
            );
            ErrorReply::Misconfigured
        })?;
        let now = runtime::now();
        let is_plain_loopback = cookie::is_plain_loopback(url.scheme, url.host);
        let cookies = headers.get("cookie")?.unwrap_or_default();
        let identity = cookie::read_cookie(&cookies, is_plain_loopback, &keys, now);
        let group = client_address::address_group(headers.get("cf-connecting-ip")?.as_deref());
        let address = keys.hash("madang address", &group);
        Ok(Self { headers, settings, keys, now, is_plain_loopback, identity, address })
    }

    /// The person of the cookie, or a new one: whatever is wrong with a cookie, its owner gets a new identity.
    fn identify(&self) -> Result<Identified, RequestError> {
        let (identity, needs_cookie) = match &self.identity {
            Ok(verified) => (Cow::Borrowed(&verified.identity), verified.needs_renewal),
            Err(_) => {
                let identity = Identity::new(runtime::random_bytes()?)
                    .map_err(|error| worker::Error::RustError(format!("a new identity: {error}")))?;
                (Cow::Owned(identity), true)
            }
        };
        let set_cookie = needs_cookie.then(|| {
            let token = self.keys.issue(&identity, self.now);
            cookie::set_cookie(&token, self.is_plain_loopback)
        });
        Ok(Identified { person: identity.person.clone(), set_cookie })
    }

    /// Counts the request for its address.
    ///
    /// # Errors
    /// `SlowDown` when the address has used up a limit, `TryLater` when it cannot be counted.
    async fn admit(&self, env: &Env, kind: VisitKind, is_reconnection: bool) -> Result<(), RequestError> {
        let factor = self.settings.address_factor;
        Admission { address: &self.address, factor, kind, is_reconnection }.check(env).await
    }
}

/// `POST /api/enter`: asks the room whether the person may enter, and sets the identity cookie.
async fn enter(request: &Request, url: RequestUrl<'_>, env: &Env) -> Result<Response, RequestError> {
    let context = RequestContext::of(request, url, env)?;
    let asked = read_enter_request(request, &context.headers).await?;
    let is_spoken = asked.protocol == shared::PROTOCOL_VERSION;
    let entry = Entry::of(&asked);
    let new_room = is_spoken && entry.may_create && !asked.room.is_lobby();
    context.admit(env, VisitKind { new_identity: context.identity.is_err(), new_room }, false).await?;
    let Identified { person, set_cookie } = context.identify()?;
    let status = if is_spoken {
        let internal = InternalRequest::Enter(person.clone(), entry);
        internal_request::entry_status(&forward(env, &asked.room, &internal).await?)?
    } else {
        EnterStatus::Version
    };
    let mut response = reply::json(200, &EnterReply { status, you: person, demo: context.settings.demo })?;
    if let Some(cookie) = set_cookie {
        response.headers_mut().set("set-cookie", &cookie)?;
    }
    Ok(response)
}

/// `GET /api/rooms/{room}/socket`: forwards the WebSocket upgrade to the room. A visitor without an identity cookie gets one with
/// the answer, as in [`enter`]. One whose cookie is not valid is refused: they believe to be somebody, and the entry tells them
/// who they are now.
async fn open_socket(
    request: &Request,
    url: RequestUrl<'_>,
    env: &Env,
    room: &str,
) -> Result<Response, RequestError> {
    let context = RequestContext::of(request, url, env)?;
    let is_upgrade = context.headers.get("upgrade")?.is_some_and(|to| to.eq_ignore_ascii_case("websocket"));
    let room = room_name(room)?;
    if !is_upgrade {
        return Err(ErrorReply::BadRequest.into());
    }
    if matches!(context.identity, Err(CookieError::Invalid(_))) {
        return Err(ErrorReply::Identity.into());
    }
    let new_identity = context.identity.is_err();
    context.admit(env, VisitKind { new_identity, new_room: false }, !new_identity).await?;
    let Identified { person, set_cookie } = context.identify()?;
    let visitor = Visitor { person, address: context.address.clone() };
    let answer = forward(env, &room, &InternalRequest::OpenSocket(visitor)).await?;
    let answer = match answer.status_code() {
        101 => answer,
        404 => open_and_close(CloseCode::Gone)?,
        _ => return Err(ErrorReply::TryLater.into()),
    };
    let Some(cookie) = set_cookie else { return Ok(answer) };
    let headers = Headers::new();
    headers.set("set-cookie", &cookie)?;
    Ok(answer.with_headers(headers))
}

/// Opens a socket only to close it with a code: a browser cannot see the status of a failed upgrade. The socket ends in the
/// Worker, so that it keeps no object awake.
fn open_and_close(why: CloseCode) -> Result<Response> {
    let WebSocketPair { client, server } = WebSocketPair::new()?;
    server.accept()?;
    server.close(Some(why.code()), Some(why.reason()))?;
    Response::from_websocket(client)
}

/// Sends a request to a room's object. Each uses a fresh stub: a stub that failed once keeps failing.
async fn forward(env: &Env, room: &RoomName, internal: &InternalRequest) -> Result<Response, RequestError> {
    let request = internal.build()?;
    let stub = env.durable_object("ROOM")?.get_by_name(room.as_str())?;
    stub.fetch_with_request(request).await.map_err(|error| {
        console_error!("room {room}: its object did not answer: {error}; replied 503 try_later");
        ErrorReply::TryLater.into()
    })
}

/// Reads the body of `POST /api/enter`, at most [`ENTER_BYTES`].
async fn read_enter_request(request: &Request, headers: &Headers) -> Result<EnterRequest, ErrorReply> {
    let length = headers.get("content-length").ok().flatten().and_then(|text| text.parse().ok());
    let body = match length {
        Some(0..=ENTER_BYTES) => read_whole(request).await,
        Some(_) => None,
        None => read_bounded(request).await,
    };
    let body = body.ok_or(ErrorReply::BadRequest)?;
    let text = String::from_utf8(body).map_err(|_| ErrorReply::BadRequest)?;
    serde_json::from_str(&normalize::normalize_json(text)).map_err(|_| ErrorReply::BadRequest)
}

/// Reads a body whose length is known.
async fn read_whole(request: &Request) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(request.array_buffer().ok()?).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

/// Reads a body that does not say how long it is.
async fn read_bounded(request: &Request) -> Option<Vec<u8>> {
    // The same request, not a copy of it, which would be a second stream.
    let mut stream = worker::Request::from(Clone::clone(request)).stream().ok()?;
    let mut body = Vec::new();
    while let Some(chunk) = stream.next().await {
        body.extend(chunk.ok()?);
        if body.len() > ENTER_BYTES {
            return None;
        }
    }
    Some(body)
}

/// Parses a room's name from a segment of the path.
fn room_name(segment: &str) -> Result<RoomName, ErrorReply> {
    let text = percent_decode_str(segment).decode_utf8().map_err(|_| ErrorReply::BadRequest)?;
    RoomName::parse(&normalize::normalize_text(&text)).map_err(|_| ErrorReply::BadRequest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_names_are_read_from_paths() {
        let name = |text: &str| room_name(text).ok().map(|name| name.to_string());
        assert_eq!(name("lobby").as_deref(), Some("lobby"));
        assert_eq!(name("%EB%A7%88%EB%8B%B9").as_deref(), Some("마당"));
        assert_eq!(name("%E1%84%86%E1%85%A1").as_deref(), Some("마"), "decomposed");
        for bad in ["", "Lobby", "a%2Fb", "a b", "%FF", "..", "a%00"] {
            assert_eq!(name(bad), None, "{bad}");
        }
    }
}
