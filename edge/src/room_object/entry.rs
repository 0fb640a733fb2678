//! Who may enter a room, and how a room is created.
//!
//! A room that a visitor may not enter looks to them as if it did not exist.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use room::{RoomStorage, StorageError};
use sha2::{Digest, Sha256};
use shared::PersonId;
use shared::entry::{EnterRequest, EnterStatus};

use crate::http::reply::RequestError;
use crate::runtime;
use crate::sql::store::{NewRoom, Store};

/// Characters of a private room's key: at least 128 bits in base64.
const KEY_CHARACTERS: std::ops::RangeInclusive<usize> = 22..=128;

/// Handles `POST /api/enter`: creates the room when it does not exist and the request allows it, or admits a visitor who has the
/// key. Rooms are created nowhere else.
pub fn enter(store: &Store, person: &PersonId, asked: &EnterRequest) -> Result<EnterStatus, RequestError> {
    let key_hash = asked.key.as_deref().map(|key| URL_SAFE_NO_PAD.encode(Sha256::digest(key)));
    if store.room()?.is_none() {
        return create(store, person, asked, key_hash.as_deref());
    }
    let Some(required) = store.key_hash()? else { return Ok(EnterStatus::Open) };
    if store.is_member(person)? {
        return Ok(EnterStatus::Open);
    }
    // Digests are compared, so the time that it takes reveals nothing about the key.
    if key_hash.as_ref() != Some(&required) {
        return Ok(EnterStatus::Absent);
    }
    store.add_member(person)?;
    Ok(EnterStatus::Open)
}

/// Whether a visitor may open a socket: the room exists, and is open to all or has the visitor as a member.
pub fn may_connect(store: &Store, person: &PersonId) -> Result<bool, StorageError> {
    Ok(store.room()?.is_some() && (store.key_hash()?.is_none() || store.is_member(person)?))
}

fn create(
    store: &Store,
    person: &PersonId,
    asked: &EnterRequest,
    key_hash: Option<&str>,
) -> Result<EnterStatus, RequestError> {
    let is_lobby = asked.room.is_lobby();
    let has_valid_key = asked.key.as_ref().is_none_or(|key| KEY_CHARACTERS.contains(&key.chars().count()));
    let may_create = is_lobby || (asked.create && has_valid_key);
    if !may_create {
        return Ok(EnterStatus::Absent);
    }
    let epoch = URL_SAFE_NO_PAD.encode(runtime::random_bytes::<12>()?);
    store.create(&NewRoom {
        name: &asked.room,
        epoch: &epoch,
        owner: Some(person).filter(|_| !is_lobby),
        key_hash: key_hash.filter(|_| !is_lobby),
        created: runtime::now(),
    })?;
    Ok(EnterStatus::Open)
}
