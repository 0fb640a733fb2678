//! Who a browser is: a random number in a token that only the Worker can sign, kept in a cookie.
//!
//! Not here: who may do what. A token proves that the same browser is back, nothing else. The module is pure: clock and
//! randomness come in as values.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shared::{Millis, PersonId};

/// Characters that a secret has at least.
pub const SECRET_CHARACTERS: usize = 32;
/// How long a token holds, in seconds.
pub const LIFETIME_S: u64 = 180 * DAY_S;
/// The age in seconds from which a token is exchanged for a new one.
pub const RENEWAL_S: u64 = 7 * DAY_S;

const DAY_S: u64 = 24 * 3_600;
/// How far another machine's clock may be ahead, in seconds.
const LEEWAY_S: u64 = 300;
const VERSION: u8 = 1;
const TOKEN_BYTES: usize = 512;

/// Somebody, as the Worker knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The name by which others see them.
    pub person: PersonId,
    uid: String,
}

/// What a valid token said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Who.
    pub identity: Identity,
    /// Whether it is time for a new token.
    pub is_due: bool,
}

/// The secrets: the one that signs, and where there is one the one before it, whose tokens still hold.
#[derive(Clone)]
pub struct Keys {
    current: Key,
    old: Option<Key>,
}

#[derive(Clone)]
struct Key {
    id: String,
    secret: Vec<u8>,
}

/// What is signed. Unknown parts are refused, so that a newer version is not half understood.
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
    /// The identity that belongs to 128 random bits.
    pub fn new(random: [u8; 16]) -> Option<Self> {
        Self::of(URL_SAFE_NO_PAD.encode(random))
    }

    fn of(uid: String) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(&uid).ok().filter(|bytes| bytes.len() == 16)?;
        let digest = Sha256::new().chain_update("madang person").chain_update(bytes).finalize();
        Some(Self { person: PersonId::parse(short(&digest)).ok()?, uid })
    }
}

impl Keys {
    /// `None`: the secret is too short. An old secret that is too short is no secret.
    pub fn new(secret: &str, old: Option<&str>) -> Option<Self> {
        Some(Self { current: Key::new(secret)?, old: old.and_then(Key::new) })
    }

    /// A token for somebody.
    pub fn issue(&self, identity: &Identity, now: Millis) -> String {
        let iat = now.0 / 1_000;
        let claims = Claims {
            v: VERSION,
            kid: self.current.id.clone(),
            uid: identity.uid.clone(),
            iat,
            exp: iat.saturating_add(LIFETIME_S),
        };
        // The derived serializer cannot fail for text and numbers.
        let payload = URL_SAFE_NO_PAD.encode(serde_json::to_string(&claims).unwrap_or_default());
        let tag = self.current.mac("madang identity", &payload).finalize().into_bytes();
        format!("{payload}.{}", URL_SAFE_NO_PAD.encode(tag))
    }

    /// Reads a token. Nothing in it is believed before its signature is.
    pub fn verify(&self, token: &str, now: Millis) -> Option<Verified> {
        if token.len() > TOKEN_BYTES {
            return None;
        }
        let (payload, tag) = token.split_once('.')?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        let key = [Some(&self.current), self.old.as_ref()]
            .into_iter()
            .flatten()
            .find(|key| key.mac("madang identity", payload).verify_slice(&tag).is_ok())?;
        let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
        let now = now.0 / 1_000;
        let holds = claims.v == VERSION
            && claims.kid == key.id
            && claims.iat <= now.saturating_add(LEEWAY_S)
            && now < claims.exp
            && claims.exp.saturating_sub(claims.iat) <= LIFETIME_S;
        let is_due = key.id != self.current.id || now.saturating_sub(claims.iat) > RENEWAL_S;
        holds.then(|| Identity::of(claims.uid))?.map(|identity| Verified { identity, is_due })
    }

    /// A keyed hash of 22 characters: what it hides cannot be found by trying. Each purpose has hashes of its own.
    pub fn hash(&self, purpose: &str, text: &str) -> String {
        short(&self.current.mac(purpose, text).finalize().into_bytes())
    }
}

impl Key {
    fn new(secret: &str) -> Option<Self> {
        let id = Sha256::digest(secret).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        (secret.chars().count() >= SECRET_CHARACTERS).then(|| Self { id, secret: secret.as_bytes().to_vec() })
    }

    fn mac(&self, purpose: &str, text: &str) -> Hmac<Sha256> {
        // An HMAC takes keys of every length; the error exists for other kinds of MAC.
        let mac =
            Hmac::<Sha256>::new_from_slice(&self.secret).unwrap_or_else(|_| Hmac::new(&Default::default()));
        mac.chain_update(purpose).chain_update([0]).chain_update(text)
    }
}

/// The first 132 bits of a digest.
fn short(digest: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(digest).chars().take(22).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";
    const OLD: &str = "an older secret that is long enough, too";
    const NOW: Millis = Millis(1_800_000_000_000);

    fn keys() -> Keys {
        Keys::new(SECRET, None).unwrap()
    }

    fn ann() -> Identity {
        Identity::new([7; 16]).unwrap()
    }

    /// A token with these claims, signed rightly.
    fn signed(claims: &str) -> String {
        let payload = URL_SAFE_NO_PAD.encode(claims);
        let tag = keys().current.mac("madang identity", &payload).finalize().into_bytes();
        format!("{payload}.{}", URL_SAFE_NO_PAD.encode(tag))
    }

    fn claims(v: u8, kid: &str, iat: u64, exp: u64) -> String {
        format!(r#"{{"v":{v},"kid":"{kid}","uid":"{}","iat":{iat},"exp":{exp}}}"#, ann().uid)
    }

    #[test]
    fn a_token_brings_the_same_person_back() {
        let token = keys().issue(&ann(), NOW);
        let verified = keys().verify(&token, NOW).unwrap();
        assert_eq!(verified, Verified { identity: ann(), is_due: false });
        assert_eq!(verified.identity.person.as_str().len(), 22);
        assert_ne!(Identity::new([8; 16]).unwrap().person, ann().person);
        assert!(!token.contains(ann().person.as_str()), "what others see does not lead back to the token");
    }

    #[test]
    fn a_token_is_renewed_after_a_week_and_ends_after_half_a_year() {
        let token = keys().issue(&ann(), NOW);
        let after =
            |days: u64| keys().verify(&token, NOW.plus(days * DAY_S * 1_000)).map(|found| found.is_due);
        assert_eq!([after(6), after(8), after(179), after(180)], [Some(false), Some(true), Some(true), None]);
    }

    #[test]
    fn a_token_of_the_old_secret_holds_and_is_renewed() {
        let token = Keys::new(OLD, None).unwrap().issue(&ann(), NOW);
        let rotated = Keys::new(SECRET, Some(OLD)).unwrap();
        assert_eq!(rotated.verify(&token, NOW), Some(Verified { identity: ann(), is_due: true }));
        assert_eq!(keys().verify(&token, NOW), None);
        let token = rotated.issue(&ann(), NOW);
        assert!(keys().verify(&token, NOW).is_some(), "what is issued is signed with the current secret");
    }

    #[test]
    fn case_37_forged_truncated_and_foreign_tokens_are_nobody() {
        let iat = NOW.0 / 1_000;
        let kid = keys().current.id;
        let good = signed(&claims(1, &kid, iat, iat + 60));
        assert!(keys().verify(&good, NOW).is_some(), "the control");
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
            Keys::new(OLD, None).unwrap().issue(&ann(), NOW),
        ];
        bad.extend((0..good.len()).map(|length| good.chars().take(length).collect()));
        for token in bad {
            assert_eq!(keys().verify(&token, NOW), None, "{token}");
        }
    }

    #[test]
    fn every_changed_character_breaks_a_token() {
        let token = keys().issue(&ann(), NOW);
        for (at, c) in token.char_indices() {
            let mut changed = token.clone();
            changed.replace_range(at..at + c.len_utf8(), if c == 'A' { "B" } else { "A" });
            assert_eq!(keys().verify(&changed, NOW), None, "{changed}");
        }
    }

    #[test]
    fn a_short_secret_is_none() {
        assert!(Keys::new("", None).is_none());
        assert!(Keys::new("0123456789abcdef0123456789abcde", None).is_none());
        assert!(Keys::new(SECRET, Some("short")).unwrap().old.is_none());
    }

    #[test]
    fn hashes_differ_by_purpose_and_by_secret() {
        let hash = keys().hash("address", "203.0.113.7");
        assert_eq!(hash.len(), 22);
        assert_ne!(hash, keys().hash("asker", "203.0.113.7"));
        assert_ne!(hash, Keys::new(OLD, None).unwrap().hash("address", "203.0.113.7"));
    }
}
