//! The requests that the Worker sends to a room's object. Their headers are trusted, because no client's request reaches the
//! object.
//!
//! They have no body, and neither has the reply to an entry: a body costs a stream at each end.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use room::Visitor;
use shared::entry::EnterStatus;
use shared::{PersonId, RoomName};
use worker::{Headers, Request, RequestInit, Response, Result};

use super::entry::Entry;
use crate::http::reply::ErrorReply;

const PERSON_HEADER: &str = "x-madang-person";
const ADDRESS_HEADER: &str = "x-madang-address";
/// Percent-encoded, because a header holds no Hangul.
const ROOM_HEADER: &str = "x-madang-room";
const CREATE_HEADER: &str = "x-madang-create";
const KEY_HEADER: &str = "x-madang-key";

/// The status of the reply to an entry when the visitor may enter, and when there is no room for them.
const OPEN: u16 = 204;
const ABSENT: u16 = 404;

/// What the object is asked.
pub enum InternalRequest {
    /// May this person enter? [`entry_reply`] makes the reply, [`entry_status`] reads it.
    Enter(PersonId, Entry),
    /// Upgrade to a WebSocket.
    OpenSocket(Visitor),
}

impl InternalRequest {
    pub fn build(&self) -> Result<Request> {
        let headers = Headers::new();
        let path = match self {
            Self::Enter(person, entry) => {
                headers.set(PERSON_HEADER, person.as_str())?;
                let room = utf8_percent_encode(entry.room.as_str(), NON_ALPHANUMERIC).to_string();
                headers.set(ROOM_HEADER, &room)?;
                if entry.may_create {
                    headers.set(CREATE_HEADER, "1")?;
                }
                if let Some(hash) = &entry.key_hash {
                    headers.set(KEY_HEADER, hash)?;
                }
                "enter"
            }
            Self::OpenSocket(visitor) => {
                headers.set(PERSON_HEADER, visitor.person.as_str())?;
                headers.set(ADDRESS_HEADER, &visitor.address)?;
                headers.set("upgrade", "websocket")?;
                "socket"
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
        let person =
            header(PERSON_HEADER).and_then(|id| PersonId::parse(id).ok()).ok_or(ErrorReply::Identity)?;
        match request.path().as_str() {
            "/enter" => {
                let room =
                    header(ROOM_HEADER).and_then(|room| room_name(&room)).ok_or(ErrorReply::BadRequest)?;
                let may_create = header(CREATE_HEADER).is_some();
                Ok(Self::Enter(person, Entry { room, may_create, key_hash: header(KEY_HEADER) }))
            }
            "/socket" => {
                Ok(Self::OpenSocket(Visitor { person, address: header(ADDRESS_HEADER).unwrap_or_default() }))
            }
            _ => Err(ErrorReply::NotFound),
        }
    }
}

/// The object's reply to an entry: it knows of no status besides these two.
pub fn entry_reply(is_open: bool) -> Result<Response> {
    Ok(Response::empty()?.with_status(if is_open { OPEN } else { ABSENT }))
}

/// # Errors
/// `TryLater`, when the object failed.
pub fn entry_status(reply: &Response) -> std::result::Result<EnterStatus, ErrorReply> {
    match reply.status_code() {
        OPEN => Ok(EnterStatus::Open),
        ABSENT => Ok(EnterStatus::Absent),
        _ => Err(ErrorReply::TryLater),
    }
}

fn room_name(text: &str) -> Option<RoomName> {
    RoomName::parse(&percent_decode_str(text).decode_utf8().ok()?).ok()
}
