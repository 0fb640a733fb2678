//! Routes: `/api/health`, `/api/alive`, `/api/enter`, `/api/challenge`, `/api/rooms/{room}/socket`, `/api/rooms/{room}/my-data`,
//! `/api/rooms/{room}/push`, `/api/push-key`, `/api/forget-me`, those of
//! `sign_in` and `operator`, `/privacy`, and the page's files for everything else.
//!
//! Everything that can be refused without the room is refused here, before the room's Durable Object wakes: origin, identity,
//! malformed requests, too many requests of an address (`admission`). The object gets a new request (`room_object::internal_request`), so that no header of a client ever
//! reaches it.

use percent_encoding::percent_decode_str;
use room::SubscribeRequest;
use serde_json::json;
use shared::entry::{EnterReply, EnterRequest, EnterStatus};
use shared::{CloseCode, RoomName, limits};
use worker::web_sys::Request;
use worker::{Env, Headers, Response, Result, WebSocketPair};

use crate::address_limits::VisitKind;
use crate::challenge::{self, Challenge};
use crate::http::cookie;
use crate::http::cookie::CookieError;
use crate::http::reply::{self, ErrorReply, RequestError};
use crate::http::request_url::RequestUrl;
use crate::own_data;
use crate::privacy_page;
use crate::request_context::{self, Identified, RequestContext};
use crate::room_object::entry::Entry;
use crate::room_object::internal_request::{self, InternalRequest};
use crate::settings::AccessSettings;
use crate::sign_in;
use crate::web_push::{self, UnsubscribeRequest};
use crate::{health, log, normalize, operator};

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
        (["api", "health"], "GET" | "HEAD") => Ok(health::reply(env).await?),
        (["api", "alive"], "GET" | "HEAD") => Ok(reply::text(200, "ok")?),
        (["api", "alive" | "health"], _) => Err(ErrorReply::Method("GET, HEAD").into()),
        (["api", "enter"], "POST") => enter(&request, url, env).await,
        (["api", "device-link"], "POST") => sign_in::make_device_link(&request, url, env).await,
        (["api", "device"], "POST") => sign_in::redeem_device_link(&request, url, env).await,
        (["api", "operator"], "POST") => sign_in::open_operator_session(&request, url, env).await,
        (["api", "operator"], "DELETE") => sign_in::end_operator_session(&request, url, env),
        (["api", "operator"], _) => Err(ErrorReply::Method("POST, DELETE").into()),
        (["api", "challenge"], "GET") => challenge::document(env),
        (["api", "challenge"], _) => Err(ErrorReply::Method("GET").into()),
        (["api", "enter" | "device-link" | "device"], _) => Err(ErrorReply::Method("POST").into()),
        (["api", "rooms", room, "socket"], "GET") => open_socket(&request, url, env, room).await,
        (["api", "rooms", _, "socket"], _) => Err(ErrorReply::Method("GET").into()),
        (["api", "operator", rest @ ..], _) => operator::handle(&request, url, env, rest).await,
        (["api", "rooms", room, "my-data"], "GET") => download_own_data(&request, url, env, room).await,
        (["api", "rooms", room, "my-data"], "DELETE") => delete_own_data(&request, url, env, room).await,
        (["api", "rooms", _, "my-data"], _) => Err(ErrorReply::Method("GET, DELETE").into()),
        (["api", "push-key"], "GET") => push_key(env),
        (["api", "push-key"], _) => Err(ErrorReply::Method("GET").into()),
        (["api", "rooms", room, "push"], "POST") => subscribe(&request, url, env, room).await,
        (["api", "rooms", room, "push"], "DELETE") => unsubscribe(&request, url, env, room).await,
        (["api", "rooms", _, "push"], _) => Err(ErrorReply::Method("POST, DELETE").into()),
        (["api", "forget-me"], "POST") => forget_me(&request, url, env),
        (["api", "forget-me"], _) => Err(ErrorReply::Method("POST").into()),
        (["api", ..], _) => Err(ErrorReply::NotFound.into()),
        (["privacy"], "GET" | "HEAD") => Ok(privacy_page::reply(None, request.headers())?),
        (["privacy", lang], "GET" | "HEAD") => Ok(privacy_page::reply(Some(lang), request.headers())?),
        (_, "GET" | "HEAD") => {
            Ok(env.assets("ASSETS")?.fetch_request(worker::Request::from(request)).await?)
        }
        _ => Err(ErrorReply::Method("GET, HEAD").into()),
    }
}

/// `POST /api/enter`: asks the room whether the person may enter, and sets the identity cookie.
async fn enter(request: &Request, url: RequestUrl<'_>, env: &Env) -> Result<Response, RequestError> {
    let context = RequestContext::of(request, url, env)?;
    let asked: EnterRequest = request_context::read_json(request, &context.headers).await?;
    let is_spoken = asked.protocol == shared::PROTOCOL_VERSION;
    let entry = Entry::of(&asked);
    let new_room = is_spoken && entry.may_create && !asked.room.is_lobby();
    let kind = VisitKind { new_identity: context.identity.is_err(), new_room, sign_in: false };
    let challenge = Challenge::of(&context, kind)?;
    context.admit(env, kind, false).await?;
    if let Some(challenge) = challenge {
        challenge.verify().await?;
    }
    let Identified { identity, set_cookie } = context.identify()?;
    let visitor = context.visitor(&identity, &asked.room)?;
    let (status, you, until) = if is_spoken {
        let internal = InternalRequest::Enter(visitor, entry);
        internal_request::read_entry_reply(&forward(env, &asked.room, &internal).await?)?
    } else {
        (EnterStatus::Version, visitor.person.person, None)
    };
    let mut response = reply::json(200, &EnterReply { status, you, until, demo: context.settings.demo })?;
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
    let kind = VisitKind { new_identity, new_room: false, sign_in: false };
    let challenge = Challenge::of(&context, kind)?;
    context.admit(env, kind, !new_identity).await?;
    if let Some(challenge) = challenge {
        challenge.verify().await?;
    }
    let Identified { identity, set_cookie } = context.identify()?;
    let visitor = context.visitor(&identity, &room)?;
    let answer = forward(env, &room, &InternalRequest::OpenSocket(visitor, room.clone())).await?;
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

/// `GET /api/rooms/{room}/my-data`: everything that the room keeps of the visitor.
async fn download_own_data(
    request: &Request,
    url: RequestUrl<'_>,
    env: &Env,
    room: &str,
) -> Result<Response, RequestError> {
    let context = RequestContext::of_get(request, url, env)?;
    let room = room_name(room)?;
    let visitor = context.own_visitor(env, &room).await?;
    let ask = async |after| forward(env, &room, &InternalRequest::OwnData(visitor.clone(), after)).await;
    own_data::download(&room, own_data::after(&request.url()), ask).await
}

/// `DELETE /api/rooms/{room}/my-data`: deletes everything that the visitor wrote in the room.
async fn delete_own_data(
    request: &Request,
    url: RequestUrl<'_>,
    env: &Env,
    room: &str,
) -> Result<Response, RequestError> {
    let context = RequestContext::of(request, url, env)?;
    let room = room_name(room)?;
    let visitor = context.own_visitor(env, &room).await?;
    forward(env, &room, &InternalRequest::Erase(visitor)).await
}

/// `GET /api/push-key`: the public key with which browsers subscribe to push messages.
/// It is null where the operator has set none.
fn push_key(env: &Env) -> Result<Response, RequestError> {
    let settings = AccessSettings::from_env(env);
    let key = settings.push.as_ref().map(|push| &push.public_key);
    Ok(reply::json(200, &json!({ "key": key }))?)
}

/// `POST /api/rooms/{room}/push`: the visitor wants push messages of a room while they are away, or others than before.
async fn subscribe(
    request: &Request,
    url: RequestUrl<'_>,
    env: &Env,
    room: &str,
) -> Result<Response, RequestError> {
    let context = RequestContext::of(request, url, env)?;
    let room = room_name(room)?;
    let settings = context.settings.push.as_ref().ok_or(ErrorReply::NotFound)?;
    let mut asked: SubscribeRequest = request_context::read_json(request, &context.headers).await?;
    asked.hidden.truncate(limits::PUSH_HIDDEN);
    if !web_push::is_usable(&asked.subscription, settings) {
        return Err(ErrorReply::BadRequest.into());
    }
    let visitor = context.own_visitor(env, &room).await?;
    forward(env, &room, &InternalRequest::Subscribe(visitor, asked)).await
}

/// `DELETE /api/rooms/{room}/push`: the visitor wants no more push messages of a room in this browser.
async fn unsubscribe(
    request: &Request,
    url: RequestUrl<'_>,
    env: &Env,
    room: &str,
) -> Result<Response, RequestError> {
    let context = RequestContext::of(request, url, env)?;
    let room = room_name(room)?;
    let UnsubscribeRequest { endpoint } = request_context::read_json(request, &context.headers).await?;
    if !web_push::is_endpoint(&endpoint) {
        return Err(ErrorReply::BadRequest.into());
    }
    let visitor = context.own_visitor(env, &room).await?;
    forward(env, &room, &InternalRequest::Unsubscribe(visitor, endpoint)).await
}

/// `POST /api/forget-me`: removes the identity cookie. Nothing else is kept of an identity outside of rooms.
fn forget_me(request: &Request, url: RequestUrl<'_>, env: &Env) -> Result<Response, RequestError> {
    let context = RequestContext::of(request, url, env)?;
    let mut response = reply::text(200, "ok")?;
    response.headers_mut().set("set-cookie", &cookie::clear_cookie(context.is_plain_loopback))?;
    Ok(response)
}

/// Sends a request to a room's object. Each uses a fresh stub: a stub that failed once keeps failing.
async fn forward(env: &Env, room: &RoomName, internal: &InternalRequest) -> Result<Response, RequestError> {
    let request = internal.build()?;
    let stub = env.durable_object("ROOM")?.get_by_name(room.as_str())?;
    stub.fetch_with_request(request).await.map_err(|error| {
        log::error("room_unreachable", &[("error", &error), ("then", &"replied 503 try_later")]);
        ErrorReply::TryLater.into()
    })
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
