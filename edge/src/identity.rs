//! Who a browser is: a random number in a token that only the Worker can sign. The token travels in a cookie
//! (`http::cookie`).
//!
//! Not here: permissions. A token proves that the same browser is back, nothing else. The module is pure: clock and randomness
//! are parameters.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shared::{Millis, PersonId, RoomName};

/// Characters that a secret has at least: 128 bits when written in hexadecimal.
pub const SECRET_CHARACTERS: usize = 32;
/// How long a token is valid, in seconds.
pub const LIFETIME_S: u64 = 180 * DAY_S;
/// The age in seconds from which a token is exchanged for a new one.
pub const RENEWAL_S: u64 = 7 * DAY_S;

const DAY_S: u64 = 24 * 3_600;
/// How far the clock of the machine that issued a token may be ahead, in seconds.
const CLOCK_SKEW_S: u64 = 300;
const TOKEN_VERSION: u8 = 1;
/// A longer token is refused before anything of it is decoded.
const TOKEN_BYTES: usize = 512;
/// What the signature of a token is computed over besides its payload, so that it is no hash for any other purpose.
const TOKEN_PURPOSE: &str = "madang identity";
/// What the public id in a room is computed over besides the room's name.
const ROOM_PURPOSE: &str = "madang person in a room";
/// What the id at an address is computed over besides the address.
const ADDRESS_PURPOSE: &str = "madang person at an address";

pub mod grants;

/// A person as the Worker knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The public id of earlier versions, which was the same in every room. Only rooms that knew the person then still use it.
    earlier: PersonId,
    uid: String,
}

/// The public ids by which a room may know a person. The token cannot be derived from them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonInRoom {
    /// The id in this room alone. Without the token nobody can tell that two ids of two rooms are the same person's.
    pub person: PersonId,
    /// The id under which a room may have known them before ids differed from room to room.
    pub earlier: PersonId,
}

/// The content of a valid token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedIdentity {
    pub identity: Identity,
    /// The token is older than [`RENEWAL_S`] or signed with the old secret: issue a new one.
    pub needs_renewal: bool,
}

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("it has more than {TOKEN_BYTES} bytes")]
    TooLong,
    #[error("it cannot be decoded")]
    Malformed,
    #[error("no secret of this deployment signed it")]
    Signature,
    #[error("it has another version or key id")]
    Version,
    #[error("it was issued in the future, has expired, or lasts too long")]
    Expired,
}

/// Why a secret cannot sign identities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    #[error("is not set")]
    Missing,
    #[error("has fewer than {SECRET_CHARACTERS} characters")]
    TooShort,
}

/// The secret that signs tokens and, during a rotation, the one before it, whose tokens are still accepted.
#[derive(Clone)]
pub struct Keys {
    current: Key,
    old: Option<Key>,
}

#[derive(Clone)]
struct Key {
    /// The first 32 bits of the secret's SHA-256.
    id: String,
    /// The MAC after its key, so that a request does not derive it again.
    keyed: Hmac<Sha256>,
}

/// The signed payload. Unknown fields are refused, so that a newer version's token is not half understood.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    v: u8,
    kid: String,
    uid: String,
    iat: u64,
    exp: u64,
}

impl Identity {
    /// Creates an identity from 128 random bits.
    ///
    /// # Errors
    /// None in practice: a digest always has the form of a [`PersonId`].
    pub fn new(random: [u8; 16]) -> Result<Self, TokenError> {
        Self::from_uid(URL_SAFE_NO_PAD.encode(random))
    }

    fn from_uid(uid: String) -> Result<Self, TokenError> {
        let bytes = URL_SAFE_NO_PAD.decode(&uid).map_err(|_| TokenError::Malformed)?;
        if bytes.len() != 16 {
            return Err(TokenError::Malformed);
        }
        let digest = Sha256::new().chain_update("madang person").chain_update(bytes).finalize();
        let earlier = PersonId::parse(short_digest(&digest)).map_err(|_| TokenError::Malformed)?;
        Ok(Self { earlier, uid })
    }

    /// The person's ids in a room: an HMAC of its name under the random number of the token, which nobody else has. The secret
    /// that signs tokens has no part in it, so that people stay the same when it is rotated.
    ///
    /// # Errors
    /// None in practice: a digest always has the form of a [`PersonId`].
    pub fn in_room(&self, room: &RoomName) -> Result<PersonInRoom, TokenError> {
        let digest = Key::keyed(self.uid.as_bytes()).chain_update(ROOM_PURPOSE).chain_update([0]);
        let digest = digest.chain_update(room.as_str()).finalize().into_bytes();
        let person = PersonId::parse(short_digest(&digest)).map_err(|_| TokenError::Malformed)?;
        Ok(PersonInRoom { person, earlier: self.earlier.clone() })
    }

    /// How the object of an address knows the person: by an id at this address alone, so that it is no name for them elsewhere.
    pub fn at_address(&self, address: &str) -> String {
        let digest = Key::keyed(self.uid.as_bytes()).chain_update(ADDRESS_PURPOSE).chain_update([0]);
        short_digest(&digest.chain_update(address).finalize().into_bytes())
    }
}

impl Keys {
    /// Creates the keys from the current secret.
    ///
    /// # Errors
    /// [`SecretError::TooShort`].
    pub fn new(secret: &str) -> Result<Self, SecretError> {
        Ok(Self { current: Key::new(secret)?, old: None })
    }

    /// Accepts the tokens of an older secret as well.
    ///
    /// # Errors
    /// [`SecretError::TooShort`]; the keys are unchanged then.
    pub fn accept_old(&mut self, secret: &str) -> Result<(), SecretError> {
        self.old = Some(Key::new(secret)?);
        Ok(())
    }

    /// Issues a token that is valid for [`LIFETIME_S`] from `now`.
    pub fn issue(&self, identity: &Identity, now: Millis) -> String {
        let iat = now.0 / 1_000;
        let claims = Claims {
            v: TOKEN_VERSION,
            kid: self.current.id.clone(),
            uid: identity.uid.clone(),
            iat,
            exp: iat.saturating_add(LIFETIME_S),
        };
        // The derived serializer cannot fail for text and numbers.
        let payload = URL_SAFE_NO_PAD.encode(serde_json::to_string(&claims).unwrap_or_default());
        let tag = self.current.mac(TOKEN_PURPOSE, &payload).finalize().into_bytes();
        format!("{payload}.{}", URL_SAFE_NO_PAD.encode(tag))
    }

    /// Verifies a token. Its signature is checked before its payload is decoded.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn verify(&self, token: &str, now: Millis) -> Result<VerifiedIdentity, TokenError> {
        if token.len() > TOKEN_BYTES {
            return Err(TokenError::TooLong);
        }
        let (payload, tag) = token.split_once('.').ok_or(TokenError::Malformed)?;
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| TokenError::Malformed);
        let tag = decode(tag)?;
        let key = [Some(&self.current), self.old.as_ref()]
            .into_iter()
            .flatten()
            .find(|key| key.mac(TOKEN_PURPOSE, payload).verify_slice(&tag).is_ok())
            .ok_or(TokenError::Signature)?;
        let claims: Claims = serde_json::from_slice(&decode(payload)?).map_err(|_| TokenError::Malformed)?;
        if claims.v != TOKEN_VERSION || claims.kid != key.id {
            return Err(TokenError::Version);
        }
        let now = now.0 / 1_000;
        let is_current = claims.iat <= now.saturating_add(CLOCK_SKEW_S)
            && now < claims.exp
            && claims.exp.saturating_sub(claims.iat) <= LIFETIME_S;
        if !is_current {
            return Err(TokenError::Expired);
        }
        let needs_renewal = key.id != self.current.id || now.saturating_sub(claims.iat) > RENEWAL_S;
        Ok(VerifiedIdentity { identity: Identity::from_uid(claims.uid)?, needs_renewal })
    }

    /// Returns a keyed hash of 22 characters: without the secret, `text` cannot be found by trying. Hashes of different purposes
    /// cannot be compared with each other.
    pub fn hash(&self, purpose: &str, text: &str) -> String {
        short_digest(&self.current.mac(purpose, text).finalize().into_bytes())
    }
}

impl Key {
    fn new(secret: &str) -> Result<Self, SecretError> {
        if secret.chars().count() < SECRET_CHARACTERS {
            return Err(SecretError::TooShort);
        }
        let id = Sha256::digest(secret).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { id, keyed: Self::keyed(secret.as_bytes()) })
    }

    fn keyed(secret: &[u8]) -> Hmac<Sha256> {
        // HMAC takes keys of every length; the error exists for other kinds of MAC.
        Hmac::new_from_slice(secret).unwrap_or_else(|_| Hmac::new(&Default::default()))
    }

    fn mac(&self, purpose: &str, text: &str) -> Hmac<Sha256> {
        self.keyed.clone().chain_update(purpose).chain_update([0]).chain_update(text)
    }
}

/// The first 132 bits of a digest as 22 characters.
fn short_digest(digest: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(digest).chars().take(22).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";
    const OLD: &str = "an older secret that is long enough, too";
    const NOW: Millis = Millis(1_800_000_000_000);

    fn keys() -> Keys {
        Keys::new(SECRET).unwrap()
    }

    fn ann() -> Identity {
        Identity::new([7; 16]).unwrap()
    }

    /// A token with these claims, signed rightly.
    fn signed(claims: &str) -> String {
        let payload = URL_SAFE_NO_PAD.encode(claims);
        let tag = keys().current.mac(TOKEN_PURPOSE, &payload).finalize().into_bytes();
        format!("{payload}.{}", URL_SAFE_NO_PAD.encode(tag))
    }

    fn claims(v: u8, kid: &str, iat: u64, exp: u64) -> String {
        format!(r#"{{"v":{v},"kid":"{kid}","uid":"{}","iat":{iat},"exp":{exp}}}"#, ann().uid)
    }

    #[test]
    fn a_token_brings_the_same_person_back() {
        let token = keys().issue(&ann(), NOW);
        let verified = keys().verify(&token, NOW).unwrap();
        assert_eq!(verified, VerifiedIdentity { identity: ann(), needs_renewal: false });
        let den = RoomName::parse("den").unwrap();
        let ids = ann().in_room(&den).unwrap();
        assert_eq!(verified.identity.in_room(&den).unwrap(), ids);
        for id in [ids.person, ids.earlier] {
            assert_eq!(id.as_str().len(), 22);
            assert!(!token.contains(id.as_str()), "what others see does not lead back to the token");
        }
    }

    #[test]
    fn case_150_a_person_has_another_id_in_every_room() {
        let id = |identity: &Identity, room: &str| {
            identity.in_room(&RoomName::parse(room).unwrap()).unwrap().person
        };
        let bob = Identity::new([8; 16]).unwrap();
        assert_eq!(id(&ann(), "den"), id(&ann(), "den"));
        assert_ne!(id(&ann(), "den"), id(&ann(), "lobby"));
        assert_ne!(id(&ann(), "den"), id(&bob, "den"));
        let ids = ann().in_room(&RoomName::parse("den").unwrap()).unwrap();
        assert_ne!(ids.person, ids.earlier);
        let rotated = Keys::new(OLD).unwrap().issue(&ann(), NOW);
        let again = Keys::new(OLD).unwrap().verify(&rotated, NOW).unwrap().identity;
        assert_eq!(id(&again, "den"), id(&ann(), "den"), "whatever secret signs the token");
    }

    #[test]
    fn a_token_is_renewed_after_a_week_and_ends_after_half_a_year() {
        let token = keys().issue(&ann(), NOW);
        let after = |days: u64| {
            keys().verify(&token, NOW.plus(days * DAY_S * 1_000)).ok().map(|found| found.needs_renewal)
        };
        assert_eq!([after(6), after(8), after(179), after(180)], [Some(false), Some(true), Some(true), None]);
    }

    #[test]
    fn a_token_of_the_old_secret_holds_and_is_renewed() {
        let token = Keys::new(OLD).unwrap().issue(&ann(), NOW);
        let mut rotated = keys();
        rotated.accept_old(OLD).unwrap();
        assert_eq!(
            rotated.verify(&token, NOW),
            Ok(VerifiedIdentity { identity: ann(), needs_renewal: true })
        );
        assert_eq!(keys().verify(&token, NOW), Err(TokenError::Signature));
        let token = rotated.issue(&ann(), NOW);
        assert!(keys().verify(&token, NOW).is_ok(), "what is issued is signed with the current secret");
    }

    #[test]
    fn case_37_forged_truncated_and_foreign_tokens_are_nobody() {
        let iat = NOW.0 / 1_000;
        let kid = keys().current.id;
        let good = signed(&claims(1, &kid, iat, iat + 60));
        assert!(keys().verify(&good, NOW).is_ok(), "the control");
        let (payload, tag) = good.split_once('.').unwrap();
        let other = URL_SAFE_NO_PAD.encode(claims(1, &kid, iat, iat + 61));
        let mut bad = vec![
            String::new(),
            ".".to_owned(),
            payload.to_owned(),
            format!("{payload}."),
            format!("{payload}.{}", URL_SAFE_NO_PAD.encode([0; 32])),
            format!("{other}.{tag}"),
            format!("{good}.{tag}"),
            format!("{good}="),
            format!("{payload}.{}", tag.get(..20).unwrap()),
            format!("{good}{}", "A".repeat(600)),
            signed("{}"),
            signed("not json"),
            signed(&claims(2, &kid, iat, iat + 60)),
            signed(&claims(1, "00000000", iat, iat + 60)),
            signed(&claims(1, &kid, iat - 100, iat)),
            signed(&claims(1, &kid, iat + 301, iat + 900)),
            signed(&claims(1, &kid, iat, iat + LIFETIME_S + 1)),
            signed(&claims(1, &kid, iat, iat + 60).replace(&ann().uid, "AAAA")),
            signed(&claims(1, &kid, iat, iat + 60).replace("\"v\"", "\"role\":\"owner\",\"v\"")),
            Keys::new(OLD).unwrap().issue(&ann(), NOW),
        ];
        bad.extend((0..good.len()).map(|length| good.chars().take(length).collect()));
        for token in bad {
            assert!(keys().verify(&token, NOW).is_err(), "{token}");
        }
    }

    #[test]
    fn every_changed_character_breaks_a_token() {
        let token = keys().issue(&ann(), NOW);
        for (at, c) in token.char_indices() {
            let mut changed = token.clone();
            changed.replace_range(at..at + c.len_utf8(), if c == 'A' { "B" } else { "A" });
            assert!(keys().verify(&changed, NOW).is_err(), "{changed}");
        }
    }

    #[test]
    fn short_secrets_are_refused() {
        assert_eq!(Keys::new("").err(), Some(SecretError::TooShort));
        assert_eq!(Keys::new("0123456789abcdef0123456789abcde").err(), Some(SecretError::TooShort));
        let mut keys = keys();
        assert_eq!(keys.accept_old("short"), Err(SecretError::TooShort));
        assert!(keys.old.is_none());
    }

    #[test]
    fn hashes_differ_by_purpose_and_by_secret() {
        let hash = keys().hash("address", "203.0.113.7");
        assert_eq!(hash.len(), 22);
        assert_ne!(hash, keys().hash("asker", "203.0.113.7"));
        assert_ne!(hash, Keys::new(OLD).unwrap().hash("address", "203.0.113.7"));
    }
}
