//! Signed tokens besides the identity itself: the session of an operator, and the link by which another device becomes the same
//! person. Each has its own purpose in its signature, so that none can stand for another.
//!
//! Not here: cookies and replies (`sign_in`), and that a link works once (`address_object`).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::Mac;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use shared::{Millis, PersonId, limits};

use super::{Identity, Keys, TOKEN_BYTES, TokenError};

const OPERATOR: &str = "madang operator";
const OPERATOR_SECRET: &str = "madang operator secret";
const DEVICE_LINK: &str = "madang device link";

/// The session of an operator. It belongs to one person, and ends with the secret that it was opened with.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OperatorClaims {
    person: PersonId,
    /// A keyed digest of the operator's secret.
    secret: String,
    /// When it ends, in milliseconds.
    exp: u64,
}

/// A link for another device.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeviceClaims {
    uid: String,
    /// Random, so that each link can be used up by itself.
    id: String,
    /// When it ends, in milliseconds.
    exp: u64,
}

/// A valid link for another device, which may have been used before.
#[derive(Debug, PartialEq, Eq)]
pub struct DeviceGrant {
    pub identity: Identity,
    /// What the link is known by.
    pub id: String,
    pub expires_at: Millis,
}

impl Keys {
    /// Whether a text is the operator's secret, in time that does not depend on where they differ.
    pub fn is_operator_secret(&self, text: &str, secret: &str) -> bool {
        let tag = self.current.mac(OPERATOR_SECRET, secret).finalize().into_bytes();
        self.current.mac(OPERATOR_SECRET, text).verify_slice(&tag).is_ok()
    }

    /// Opens a session of [`limits::OPERATOR_MS`] for a person who knew the operator's secret. Returns its token and when it ends.
    pub fn issue_operator(&self, identity: &Identity, secret: &str, now: Millis) -> (String, Millis) {
        let until = now.plus(limits::OPERATOR_MS);
        let secret = self.hash(OPERATOR_SECRET, secret);
        (
            self.sign(OPERATOR, &OperatorClaims { person: identity.earlier.clone(), secret, exp: until.0 }),
            until,
        )
    }

    /// Until when a person is an operator by a token.
    ///
    /// # Errors
    /// [`TokenError`]: also for the token of another person, of another secret, and of a session that has ended.
    pub fn verify_operator(
        &self,
        token: &str,
        identity: &Identity,
        secret: &str,
        now: Millis,
    ) -> Result<Millis, TokenError> {
        let claims: OperatorClaims = self.read(OPERATOR, token)?;
        if claims.person != identity.earlier || claims.secret != self.hash(OPERATOR_SECRET, secret) {
            return Err(TokenError::Signature);
        }
        lasts(claims.exp, now, limits::OPERATOR_MS)
    }

    /// Makes a link for another device. `random` is 128 random bits. Returns its token and when it ends.
    pub fn issue_device_link(&self, identity: &Identity, random: [u8; 16], now: Millis) -> (String, Millis) {
        let until = now.plus(limits::DEVICE_LINK_MS);
        let id = URL_SAFE_NO_PAD.encode(random);
        (self.sign(DEVICE_LINK, &DeviceClaims { uid: identity.uid.clone(), id, exp: until.0 }), until)
    }

    /// Reads the token of a link.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn verify_device_link(&self, token: &str, now: Millis) -> Result<DeviceGrant, TokenError> {
        let claims: DeviceClaims = self.read(DEVICE_LINK, token)?;
        let expires_at = lasts(claims.exp, now, limits::DEVICE_LINK_MS)?;
        Ok(DeviceGrant { identity: Identity::from_uid(claims.uid)?, id: claims.id, expires_at })
    }

    fn sign(&self, purpose: &str, claims: &impl Serialize) -> String {
        // The derived serializers cannot fail for text and numbers.
        let payload = URL_SAFE_NO_PAD.encode(serde_json::to_string(claims).unwrap_or_default());
        let tag = self.current.mac(purpose, &payload).finalize().into_bytes();
        format!("{payload}.{}", URL_SAFE_NO_PAD.encode(tag))
    }

    /// Reads what [`Self::sign`] wrote. These tokens are short-lived, so a former secret signs none.
    fn read<T: DeserializeOwned>(&self, purpose: &str, token: &str) -> Result<T, TokenError> {
        if token.len() > TOKEN_BYTES {
            return Err(TokenError::TooLong);
        }
        let (payload, tag) = token.split_once('.').ok_or(TokenError::Malformed)?;
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| TokenError::Malformed);
        let is_signed = self.current.mac(purpose, payload).verify_slice(&decode(tag)?).is_ok();
        if !is_signed {
            return Err(TokenError::Signature);
        }
        serde_json::from_slice(&decode(payload)?).map_err(|_| TokenError::Malformed)
    }
}

/// When something ends that lasts at most `lifetime_ms`.
fn lasts(exp: u64, now: Millis, lifetime_ms: u64) -> Result<Millis, TokenError> {
    let left = Millis(exp).since(now);
    if left == 0 || left > lifetime_ms { Err(TokenError::Expired) } else { Ok(Millis(exp)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_800_000_000_000);
    const SECRET: &str = "an operator's secret that is long enough";

    fn keys() -> Keys {
        Keys::new("0123456789abcdef0123456789abcdef").unwrap()
    }

    fn ann() -> Identity {
        Identity::new([7; 16]).unwrap()
    }

    #[test]
    fn case_127_an_operators_session_is_of_one_person_one_secret_and_twelve_hours() {
        let person = ann();
        let (token, until) = keys().issue_operator(&person, SECRET, NOW);
        let verify = |token: &str, secret, now| keys().verify_operator(token, &person, secret, now).ok();
        assert_eq!(verify(&token, SECRET, NOW), Some(until));
        assert_eq!(until.since(NOW), 12 * 3_600_000);
        assert_eq!(verify(&token, SECRET, until), None);
        assert_eq!(verify(&token, "another secret of the operator, as long", NOW), None);
        let bo = Identity::new([8; 16]).unwrap();
        assert!(keys().verify_operator(&token, &bo, SECRET, NOW).is_err());
        let others = Keys::new("another secret that is long enough").unwrap();
        assert!(others.verify_operator(&token, &person, SECRET, NOW).is_err());
        for (at, c) in token.char_indices() {
            let mut changed = token.clone();
            changed.replace_range(at..at + c.len_utf8(), if c == 'A' { "B" } else { "A" });
            assert_eq!(verify(&changed, SECRET, NOW), None, "{changed}");
        }
        assert!(keys().is_operator_secret(SECRET, SECRET));
        let shorter: String = SECRET.chars().skip(1).collect();
        assert!(!keys().is_operator_secret("", SECRET) && !keys().is_operator_secret(&shorter, SECRET));
    }

    #[test]
    fn case_128_a_link_is_of_one_person_and_ten_minutes() {
        let (token, until) = keys().issue_device_link(&ann(), [1; 16], NOW);
        let grant = keys().verify_device_link(&token, NOW).unwrap();
        assert_eq!((grant.identity, grant.expires_at), (ann(), until));
        assert_eq!(until.since(NOW), 600_000);
        assert_eq!(keys().verify_device_link(&token, until), Err(TokenError::Expired));
        let (other, _) = keys().issue_device_link(&ann(), [2; 16], NOW);
        assert_ne!(keys().verify_device_link(&other, NOW).unwrap().id, grant.id);
    }

    #[test]
    fn case_128_no_token_stands_for_another() {
        let (device, _) = keys().issue_device_link(&ann(), [1; 16], NOW);
        let (operator, _) = keys().issue_operator(&ann(), SECRET, NOW);
        let identity = keys().issue(&ann(), NOW);
        for token in [&device, &operator] {
            assert!(keys().verify(token, NOW).is_err(), "{token}");
        }
        for token in [&identity, &operator, &String::new(), &"a.b".repeat(300)] {
            assert!(keys().verify_device_link(token, NOW).is_err(), "{token}");
        }
        for token in [&identity, &device] {
            assert!(keys().verify_operator(token, &ann(), SECRET, NOW).is_err(), "{token}");
        }
    }
}
