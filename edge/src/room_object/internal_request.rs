//! The requests that the Worker sends to a room's object. Their headers are trusted, because no client's request reaches the
//! object.
//!
//! They have no body, and neither has the reply to an entry: a body costs a stream at each end.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use room::SubscribeRequest;
use shared::entry::EnterStatus;
use shared::{Millis, PersonId, RoomName, Seq};
use worker::{Headers, Request, RequestInit, Response, Result};

use super::entry::{Entry, VisitorIds};
use crate::http::reply::ErrorReply;
use crate::identity::PersonInRoom;

/// The person's id in this room. In the reply to an entry, the one by which the room knows them.
const PERSON_HEADER: &str = "x-madang-person";
/// The id that they had in all rooms before ids differed from room to room.
const EARLIER_HEADER: &str = "x-madang-earlier";
const ADDRESS_HEADER: &str = "x-madang-address";
const AT_ADDRESS_HEADER: &str = "x-madang-at-address";
/// Until when the person is an operator.
const OPERATOR_HEADER: &str = "x-madang-operator";
/// Percent-encoded, because a header holds no Hangul.
const ROOM_HEADER: &str = "x-madang-room";
const CREATE_HEADER: &str = "x-madang-create";
const KEY_HEADER: &str = "x-madang-key";
/// In the reply to an entry: until when the person is kept out.
const UNTIL_HEADER: &str = "x-madang-until";
const AFTER_HEADER: &str = "x-madang-after";
/// A subscription as JSON, or an endpoint; both are ASCII.
const PUSH_HEADER: &str = "x-madang-push";

/// The statuses of the reply to an entry.
const STATUSES: [(u16, EnterStatus); 6] = [
    (204, EnterStatus::Open),
    (404, EnterStatus::Absent),
    (410, EnterStatus::Gone),
    (403, EnterStatus::Banned),
    (409, EnterStatus::Kicked),
    (423, EnterStatus::Locked),
];

/// What the object is asked.
pub enum InternalRequest {
    /// May this person enter? [`entry_reply`] makes the reply, [`read_entry_reply`] reads it.
    Enter(VisitorIds, Entry),
    /// Upgrade to a WebSocket of this room.
    OpenSocket(VisitorIds, RoomName),
    /// A page of what the room keeps of this person, after a place.
    OwnData(VisitorIds, Seq),
    /// Delete everything that this person wrote.
    Erase(VisitorIds),
    /// Send this person push messages while they are away.
    Subscribe(VisitorIds, SubscribeRequest),
    /// Send them no more to this endpoint.
    Unsubscribe(VisitorIds, String),
}

impl InternalRequest {
    pub fn build(&self) -> Result<Request> {
        let headers = Headers::new();
        let path = match self {
            Self::Enter(visitor, entry) => {
                set_visitor(&headers, visitor)?;
                set_room(&headers, &entry.room)?;
                if entry.may_create {
                    headers.set(CREATE_HEADER, "1")?;
                }
                if let Some(hash) = &entry.key_hash {
                    headers.set(KEY_HEADER, hash)?;
                }
                "enter"
            }
            Self::OpenSocket(visitor, room) => {
                set_visitor(&headers, visitor)?;
                set_room(&headers, room)?;
                headers.set("upgrade", "websocket")?;
                "socket"
            }
            Self::OwnData(visitor, after) => {
                set_visitor(&headers, visitor)?;
                headers.set(AFTER_HEADER, &after.to_string())?;
                "own-data"
            }
            Self::Erase(visitor) => {
                set_visitor(&headers, visitor)?;
                "erase"
            }
            Self::Subscribe(visitor, asked) => {
                set_visitor(&headers, visitor)?;
                headers.set(PUSH_HEADER, &serde_json::to_string(asked)?)?;
                "subscribe"
            }
            Self::Unsubscribe(visitor, endpoint) => {
                set_visitor(&headers, visitor)?;
                headers.set(PUSH_HEADER, endpoint)?;
                "unsubscribe"
            }
        };
        let mut init = RequestInit::new();
        init.with_headers(headers);
        Request::new_with_init(&format!("https://room.invalid/{path}"), &init)
    }

    /// # Errors
    /// When the request is none that [`Self::build`] makes.
    pub fn parse(request: &Request) -> std::result::Result<Self, ErrorReply> {
        let header = |name: &str| request.headers().get(name).ok().flatten();
        let id = |name| header(name).and_then(|id| PersonId::parse(id).ok()).ok_or(ErrorReply::Identity);
        let visitor = VisitorIds {
            person: PersonInRoom { person: id(PERSON_HEADER)?, earlier: id(EARLIER_HEADER)? },
            address: header(ADDRESS_HEADER).unwrap_or_default(),
            at_address: header(AT_ADDRESS_HEADER).unwrap_or_default(),
            operator_until: header(OPERATOR_HEADER).and_then(|until| until.parse().ok()).map(Millis),
        };
        let room = || header(ROOM_HEADER).and_then(|room| room_name(&room)).ok_or(ErrorReply::BadRequest);
        match request.path().as_str() {
            "/enter" => {
                let room = room()?;
                let may_create = header(CREATE_HEADER).is_some();
                Ok(Self::Enter(visitor, Entry { room, may_create, key_hash: header(KEY_HEADER) }))
            }
            "/socket" => Ok(Self::OpenSocket(visitor, room()?)),
            "/own-data" => {
                let after = header(AFTER_HEADER).and_then(|after| after.parse().ok());
                Ok(Self::OwnData(visitor, Seq(after.ok_or(ErrorReply::BadRequest)?)))
            }
            "/erase" => Ok(Self::Erase(visitor)),
            "/subscribe" => {
                let asked = header(PUSH_HEADER).and_then(|asked| serde_json::from_str(&asked).ok());
                Ok(Self::Subscribe(visitor, asked.ok_or(ErrorReply::BadRequest)?))
            }
            "/unsubscribe" => {
                Ok(Self::Unsubscribe(visitor, header(PUSH_HEADER).ok_or(ErrorReply::BadRequest)?))
            }
            _ => Err(ErrorReply::NotFound),
        }
    }
}

/// A request to close a room to everybody, or to open it again. The reply is 204 when there is a room, otherwise 404.
pub fn close_or_open(is_closed: bool) -> Result<Request> {
    let path = if is_closed { "close" } else { "open" };
    Request::new_with_init(&format!("https://room.invalid/{path}"), &RequestInit::new())
}

/// Whether a request of [`close_or_open`] closes the room; `None`: it is another one.
pub fn closing(request: &Request) -> Option<bool> {
    match request.path().as_str() {
        "/close" => Some(true),
        "/open" => Some(false),
        _ => None,
    }
}

/// The object's reply to [`close_or_open`].
pub fn closing_reply(is_room: bool) -> Result<Response> {
    Ok(Response::empty()?.with_status(if is_room { 204 } else { 404 }))
}

/// The object's reply to an entry.
pub fn entry_reply(status: EnterStatus, person: &PersonId, until: Option<Millis>) -> Result<Response> {
    let known = STATUSES.iter().find(|(_, known)| *known == status);
    let mut reply = Response::empty()?.with_status(known.map_or(404, |(code, _)| *code));
    reply.headers_mut().set(PERSON_HEADER, person.as_str())?;
    if let Some(until) = until {
        reply.headers_mut().set(UNTIL_HEADER, &until.0.to_string())?;
    }
    Ok(reply)
}

/// # Errors
/// `TryLater`, when the object failed.
pub fn read_entry_reply(
    reply: &Response,
) -> std::result::Result<(EnterStatus, PersonId, Option<Millis>), ErrorReply> {
    let known = STATUSES.iter().find(|(code, _)| *code == reply.status_code());
    let status = known.map(|(_, status)| *status).ok_or(ErrorReply::TryLater)?;
    let person = reply.headers().get(PERSON_HEADER).ok().flatten();
    let person = person.and_then(|id| PersonId::parse(id).ok()).ok_or(ErrorReply::TryLater)?;
    let until = reply.headers().get(UNTIL_HEADER).ok().flatten().and_then(|until| until.parse().ok());
    Ok((status, person, until.map(Millis)))
}

fn set_visitor(headers: &Headers, visitor: &VisitorIds) -> Result<()> {
    headers.set(PERSON_HEADER, visitor.person.person.as_str())?;
    headers.set(EARLIER_HEADER, visitor.person.earlier.as_str())?;
    headers.set(ADDRESS_HEADER, &visitor.address)?;
    headers.set(AT_ADDRESS_HEADER, &visitor.at_address)?;
    if let Some(until) = visitor.operator_until {
        headers.set(OPERATOR_HEADER, &until.0.to_string())?;
    }
    Ok(())
}

fn set_room(headers: &Headers, room: &RoomName) -> Result<()> {
    headers.set(ROOM_HEADER, &utf8_percent_encode(room.as_str(), NON_ALPHANUMERIC).to_string())
}

fn room_name(text: &str) -> Option<RoomName> {
    RoomName::parse(&percent_decode_str(text).decode_utf8().ok()?).ok()
}
