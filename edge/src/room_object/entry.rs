//! Who may enter a room, and how a room is created.
//!
//! A room that a visitor may not enter looks to them as if it did not exist.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use room::{DoorCheck, RoomStorage, StorageError, Visitor, check_door};
use shared::entry::{EnterRequest, EnterStatus};
use shared::{Millis, PersonId, RoomName};

use crate::http::reply::RequestError;
use crate::identity::PersonInRoom;
use crate::runtime;
use crate::sql::administration::key_hash;
use crate::sql::store::{Access, NewRoom, Store};

/// Characters of a private room's key: at least 128 bits in base64.
const KEY_CHARACTERS: std::ops::RangeInclusive<usize> = 22..=128;

/// Who asks, before the room has said by which id it knows them.
#[derive(Clone)]
pub struct VisitorIds {
    pub person: PersonInRoom,
    /// The network address as a keyed hash.
    pub address: String,
    /// How the object of that address knows them.
    pub at_address: String,
    /// Until when they are an operator.
    pub operator_until: Option<Millis>,
}

/// What decides about an entry. The key itself does not reach the room's object.
pub struct Entry {
    pub room: RoomName,
    /// Whether the room is created when there is none.
    pub may_create: bool,
    /// The digest of the key of the link.
    pub key_hash: Option<String>,
}

impl Entry {
    /// Reads the entry from the page's request.
    pub fn of(asked: &EnterRequest) -> Self {
        let key = asked.key.as_deref();
        let has_valid_key = key.is_none_or(|key| KEY_CHARACTERS.contains(&key.chars().count()));
        Self {
            room: asked.room.clone(),
            may_create: asked.room.is_lobby() || (asked.create && has_valid_key),
            key_hash: key.map(key_hash),
        }
    }
}

/// Handles `POST /api/enter`: creates the room when it does not exist and the request allows it, or admits a visitor who has the
/// key. Rooms are created nowhere else, the lobby aside. Says whether the visitor may enter; who may not know of a private room is told no more than that
/// it is absent.
pub fn enter(store: &Store, visitor: &Visitor, entry: &Entry) -> Result<EnterStatus, RequestError> {
    let person = &visitor.person;
    let required = match store.access()? {
        None => return create(store, person, entry),
        Some(Access::Nobody) => return Ok(EnterStatus::Absent),
        Some(Access::Everybody) => None,
        Some(Access::Members(_)) if store.is_member(person)? || visitor.is_operator(runtime::now()) => None,
        Some(Access::Members(key_hash)) => Some(key_hash),
    };
    // Digests are compared, so the time that it takes reveals nothing about the key.
    if required.is_some() && entry.key_hash != required {
        return Ok(EnterStatus::Absent);
    }
    let Some(room) = store.room()? else { return Ok(EnterStatus::Absent) };
    let status = match check_door(store, &room, visitor, runtime::now())? {
        DoorCheck::Open => EnterStatus::Open,
        DoorCheck::Deleted => EnterStatus::Gone,
        DoorCheck::Banned => EnterStatus::Banned,
        DoorCheck::Kicked => EnterStatus::Kicked,
        DoorCheck::Locked => EnterStatus::Locked,
    };
    if status == EnterStatus::Open && required.is_some() {
        store.add_member(person)?;
    }
    Ok(status)
}

/// Creates the lobby if it is not there yet. It always exists, so that a socket to it needs no entry call before.
pub fn ensure_lobby(store: &Store, lobby: &RoomName) -> Result<(), RequestError> {
    if store.access()?.is_none() {
        create_room(store, lobby, None, None)?;
    }
    Ok(())
}

/// A visitor under the id by which a room knows them. Whoever came to the room before ids differed from room to room keeps their id
/// there, with their messages, nickname, membership and ownership, until the room keeps nothing of them any more.
pub fn known_as(store: &Store, ids: VisitorIds) -> Result<Visitor, StorageError> {
    let VisitorIds { person, address, operator_until, .. } = ids;
    let person = if store.knows(&person.earlier)? { person.earlier } else { person.person };
    Ok(Visitor { person, address, operator_until })
}

/// Whether a visitor may open a socket: the room exists, and is open to all or has the visitor as a member. The room itself closes the
/// sockets of those whom its owner keeps out.
pub fn may_connect(store: &Store, visitor: &Visitor) -> Result<bool, StorageError> {
    match store.access()? {
        None | Some(Access::Nobody) => Ok(false),
        Some(Access::Everybody) => Ok(true),
        Some(Access::Members(_)) if visitor.is_operator(runtime::now()) => Ok(true),
        Some(Access::Members(_)) => store.is_member(&visitor.person),
    }
}

fn create(store: &Store, person: &PersonId, entry: &Entry) -> Result<EnterStatus, RequestError> {
    if !entry.may_create {
        return Ok(EnterStatus::Absent);
    }
    let is_owned = !entry.room.is_lobby();
    let key_hash = entry.key_hash.as_deref().filter(|_| is_owned);
    create_room(store, &entry.room, Some(person).filter(|_| is_owned), key_hash)?;
    Ok(EnterStatus::Open)
}

fn create_room(
    store: &Store,
    name: &RoomName,
    owner: Option<&PersonId>,
    key_hash: Option<&str>,
) -> Result<(), RequestError> {
    let epoch = URL_SAFE_NO_PAD.encode(runtime::random_bytes::<12>()?);
    Ok(store.create(&NewRoom { name, epoch: &epoch, owner, key_hash, created: runtime::now() })?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rooms_are_created_on_request_and_private_ones_with_a_long_key() {
        let of = |room: &str, create: bool, key: Option<&str>| {
            let room = RoomName::parse(room).unwrap();
            Entry::of(&EnterRequest { protocol: 1, room, create, key: key.map(str::to_owned) })
        };
        assert!(of("den", true, None).may_create && !of("den", false, None).may_create);
        assert!(of("lobby", false, None).may_create, "the lobby always exists");
        for (characters, is_valid) in [(0, false), (21, false), (22, true), (128, true), (129, false)] {
            let entry = of("den", true, Some(&"가".repeat(characters)));
            assert_eq!(entry.may_create, is_valid, "{characters}");
            assert_eq!(entry.key_hash.map(|hash| hash.len()), Some(43), "{characters}");
        }
        assert_eq!(of("den", true, None).key_hash, None);
    }
}
