//! Routes: `/api/health`, `/api/enter`, `/api/rooms/{room}/socket`, and the page's files for everything else.
//!
//! Everything that can be refused without the room is refused here, before the room's Durable Object wakes: origin, identity,
//! malformed requests. The object gets a new request (`room_object::internal_request`), so that no header of a client ever
//! reaches it.

use futures_util::StreamExt;
use percent_encoding::percent_decode_str;
use room::Visitor;
use shared::entry::{EnterReply, EnterRequest, EnterStatus};
use shared::{CloseCode, Millis, PersonId, RoomName};
use worker::{Env, Method, Request, Response, Result, WebSocketPair, console_error};

use crate::http::reply::{self, ErrorReply, RequestError};
use crate::http::{client_address, cookie, origin};
use crate::identity::{Identity, Keys, VerifiedIdentity};
use crate::normalize;
use crate::room_object::internal_request::{self, Action};
use crate::runtime;
use crate::settings::Settings;

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
    let path = request.path();
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    match (parts.as_slice(), request.method()) {
        (["api", "health"], Method::Get | Method::Head) => Ok(reply::text(200, "ok")?),
        (["api", "health"], _) => Err(ErrorReply::Method("GET, HEAD").into()),
        (["api", "enter"], Method::Post) => enter(request, env).await,
        (["api", "enter"], _) => Err(ErrorReply::Method("POST").into()),
        (["api", "rooms", room, "socket"], Method::Get) => open_socket(&request, env, room).await,
        (["api", "rooms", _, "socket"], _) => Err(ErrorReply::Method("GET").into()),
        (["api", ..], _) => Err(ErrorReply::NotFound.into()),
        (_, Method::Get | Method::Head) => Ok(env.assets("ASSETS")?.fetch_request(request).await?),
        _ => Err(ErrorReply::Method("GET, HEAD").into()),
    }
}

/// What the Worker knows about a request whose origin is allowed.
struct RequestContext {
    keys: Keys,
    settings: Settings,
    now: Millis,
    is_plain_loopback: bool,
    /// `None`: the request has no valid identity cookie.
    identity: Option<VerifiedIdentity>,
    /// The address group as a keyed hash.
    address: String,
}

impl RequestContext {
    /// Checks the origin and reads the identity.
    ///
    /// # Errors
    /// `Origin` for a page of another origin, `Misconfigured` without a usable `IDENTITY_SECRET`.
    fn of(request: &Request, env: &Env) -> Result<Self, RequestError> {
        let settings = Settings::from_env(env);
        let url = request.url()?;
        let page = request.headers().get("origin")?;
        origin::check(page.as_deref(), &url.origin().ascii_serialization(), &settings.origins)
            .map_err(|_| ErrorReply::Origin)?;
        let keys = settings.keys.clone().map_err(|error| {
            console_error!(
                "IDENTITY_SECRET {error}: every request to enter or connect is answered with 500 misconfigured until it is set"
            );
            ErrorReply::Misconfigured
        })?;
        let now = runtime::now();
        let is_plain_loopback = cookie::is_plain_loopback(url.scheme(), url.host_str().unwrap_or_default());
        let cookies = request.headers().get("cookie")?.unwrap_or_default();
        let group = client_address::address_group(request.headers().get("cf-connecting-ip")?.as_deref());
        Ok(Self {
            // Whatever is wrong with a cookie, its owner gets a new identity.
            identity: cookie::read_cookie(&cookies, is_plain_loopback, &keys, now).ok(),
            address: keys.hash("madang address", &group),
            keys,
            settings,
            now,
            is_plain_loopback,
        })
    }

    fn visitor(&self, person: &PersonId) -> Visitor {
        Visitor { person: person.clone(), address: self.address.clone() }
    }
}

/// `POST /api/enter`: asks the room whether the person may enter, and sets the identity cookie.
async fn enter(mut request: Request, env: &Env) -> Result<Response, RequestError> {
    let context = RequestContext::of(&request, env)?;
    let asked = read_enter_request(&mut request).await?;
    let (identity, needs_cookie) = match &context.identity {
        Some(verified) => (verified.identity.clone(), verified.needs_renewal),
        None => {
            let identity = Identity::new(runtime::random_bytes()?)
                .map_err(|error| worker::Error::RustError(format!("a new identity: {error}")))?;
            (identity, true)
        }
    };
    let status = if asked.protocol == shared::PROTOCOL_VERSION {
        let visitor = context.visitor(&identity.person);
        let mut reply = forward(env, &asked.room, &visitor, Action::Enter(&asked)).await?;
        if reply.status_code() != 200 {
            return Err(ErrorReply::TryLater.into());
        }
        reply.json().await?
    } else {
        EnterStatus::Version
    };
    let body = EnterReply { status, you: identity.person.clone(), demo: context.settings.demo };
    let mut response = reply::json(200, &body)?;
    if needs_cookie {
        let token = context.keys.issue(&identity, context.now);
        let cookie = cookie::set_cookie(&token, context.is_plain_loopback);
        response.headers_mut().set("set-cookie", &cookie)?;
    }
    Ok(response)
}

/// `GET /api/rooms/{room}/socket`: forwards the WebSocket upgrade to the room.
async fn open_socket(request: &Request, env: &Env, room: &str) -> Result<Response, RequestError> {
    let context = RequestContext::of(request, env)?;
    let is_upgrade = request.headers().get("upgrade")?.is_some_and(|to| to.eq_ignore_ascii_case("websocket"));
    let room = room_name(room)?;
    if !is_upgrade {
        return Err(ErrorReply::BadRequest.into());
    }
    let verified = context.identity.as_ref().ok_or(ErrorReply::Identity)?;
    let visitor = context.visitor(&verified.identity.person);
    let response = forward(env, &room, &visitor, Action::OpenSocket).await?;
    match response.status_code() {
        101 => Ok(response),
        404 => Ok(open_and_close(CloseCode::Gone)?),
        _ => Err(ErrorReply::TryLater.into()),
    }
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
async fn forward(
    env: &Env,
    room: &RoomName,
    visitor: &Visitor,
    action: Action<'_>,
) -> Result<Response, RequestError> {
    let request = internal_request::build(visitor, action)?;
    let stub = env.durable_object("ROOM")?.get_by_name(room.as_str())?;
    stub.fetch_with_request(request).await.map_err(|error| {
        console_error!("room {room}: its object did not answer: {error}; replied 503 try_later");
        ErrorReply::TryLater.into()
    })
}

/// Reads the body of `POST /api/enter`, at most [`ENTER_BYTES`].
async fn read_enter_request(request: &mut Request) -> Result<EnterRequest, ErrorReply> {
    let mut stream = request.stream().map_err(|_| ErrorReply::BadRequest)?;
    let mut body = Vec::new();
    while let Some(chunk) = stream.next().await {
        body.extend(chunk.map_err(|_| ErrorReply::BadRequest)?);
        if body.len() > ENTER_BYTES {
            return Err(ErrorReply::BadRequest);
        }
    }
    let text = String::from_utf8(body).map_err(|_| ErrorReply::BadRequest)?;
    serde_json::from_str(&normalize::normalize_json(text)).map_err(|_| ErrorReply::BadRequest)
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
