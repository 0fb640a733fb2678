//! Who may enter a room, and how a room is created.
//!
//! A room that a visitor may not enter looks to them as if it did not exist.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use room::StorageError;
use sha2::{Digest, Sha256};
use shared::entry::EnterRequest;
use shared::{PersonId, RoomName};

use crate::http::reply::RequestError;
use crate::runtime;
use crate::sql::store::{Access, NewRoom, Store};

/// Characters of a private room's key: at least 128 bits in base64.
const KEY_CHARACTERS: std::ops::RangeInclusive<usize> = 22..=128;

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
            key_hash: key.map(|key| URL_SAFE_NO_PAD.encode(Sha256::digest(key))),
        }
    }
}

/// Handles `POST /api/enter`: creates the room when it does not exist and the request allows it, or admits a visitor who has the
/// key. Rooms are created nowhere else. Returns whether the visitor may enter.
pub fn enter(store: &Store, person: &PersonId, entry: &Entry) -> Result<bool, RequestError> {
    let required = match store.access()? {
        None => return create(store, person, entry),
        Some(Access::Everybody) => return Ok(true),
        Some(Access::Members(_)) if store.is_member(person)? => return Ok(true),
        Some(Access::Members(key_hash)) => key_hash,
    };
    // Digests are compared, so the time that it takes reveals nothing about the key.
    if entry.key_hash.as_ref() != Some(&required) {
        return Ok(false);
    }
    store.add_member(person)?;
    Ok(true)
}

/// Whether a visitor may open a socket: the room exists, and is open to all or has the visitor as a member.
pub fn may_connect(store: &Store, person: &PersonId) -> Result<bool, StorageError> {
    match store.access()? {
        None => Ok(false),
        Some(Access::Everybody) => Ok(true),
        Some(Access::Members(_)) => store.is_member(person),
    }
}

fn create(store: &Store, person: &PersonId, entry: &Entry) -> Result<bool, RequestError> {
    if !entry.may_create {
        return Ok(false);
    }
    let is_lobby = entry.room.is_lobby();
    let epoch = URL_SAFE_NO_PAD.encode(runtime::random_bytes::<12>()?);
    store.create(&NewRoom {
        name: &entry.room,
        epoch: &epoch,
        owner: Some(person).filter(|_| !is_lobby),
        key_hash: entry.key_hash.as_deref().filter(|_| !is_lobby),
        created: runtime::now(),
    })?;
    Ok(true)
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
