//! Push messages: what a browser asks for when it subscribes, and the requests to push services.
//!
//! A message is encrypted for the one browser (RFC 8291), so that the push service cannot read it, and the request is signed with the
//! deployment's key (RFC 8292, "VAPID"). Not here: who is sent what (`room::push`), and which push services there are (`settings`).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use room::{Push, PushNotice, PushSubscription};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use shared::Millis;
use web_push_native::p256::PublicKey;
use web_push_native::p256::ecdsa::Signature;
use web_push_native::p256::ecdsa::signature::Signer;
use web_push_native::{Auth, encrypt};
use worker::js_sys::Uint8Array;
use worker::{Headers, Method, Request, RequestInit, RequestRedirect, Result};

use crate::http::fetch::fetch_bounded;
use crate::settings::PushSettings;

/// Bytes of an endpoint, at most. Those of the known push services have fewer than 600.
const ENDPOINT_BYTES: usize = 1_024;
/// Bytes of the secret (RFC 8291, section 3.2).
const AUTH_BYTES: usize = 16;
/// Characters of a key or secret, at most: 65 bytes in base64 with padding.
const KEY_CHARACTERS: usize = 88;
/// Messages are filled up to a multiple of so many bytes, so that their size tells little of them.
const PADDED_BYTES: usize = 1_024;
/// How long a push service may keep a message for a browser that is not connected, in seconds: a day.
const TTL_S: u32 = 86_400;
/// How long a signature holds, in seconds. At most a day (RFC 8292, section 2).
const SIGNATURE_S: u64 = 12 * 3_600;
/// Characters of a topic, at most (RFC 8030, section 5.4).
const TOPIC_CHARACTERS: usize = 32;
const TIMEOUT_MS: u64 = 10_000;

/// Which subscription the page wants to end.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct UnsubscribeRequest {
    pub endpoint: String,
}

/// What a push service has done with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Taken,
    /// The browser has ended its subscription, or it cannot be used.
    Gone,
    /// The push service does not accept this deployment's key, with this status: the browser has subscribed with another one.
    Refused(u16),
    /// The message is lost, for this reason.
    Failed(String),
}

/// A request to a push service before it is sent.
struct SealedPush {
    headers: [(&'static str, String); 6],
    body: Vec<u8>,
}

/// Whether messages can be sent to a subscription.
pub fn is_usable(subscription: &PushSubscription, settings: &PushSettings) -> bool {
    let PushSubscription { endpoint, p256dh, auth } = subscription;
    let is_short = p256dh.len() <= KEY_CHARACTERS && auth.len() <= KEY_CHARACTERS;
    is_endpoint(endpoint)
        && is_short
        && settings.origin_of(endpoint).is_some()
        && public_key(subscription).is_some()
        && secret(subscription).is_some()
}

/// Whether a text can be an endpoint, which is then short and fits into a header.
pub fn is_endpoint(text: &str) -> bool {
    text.len() <= ENDPOINT_BYTES && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Sends a push message.
pub async fn send(push: &Push, settings: &PushSettings, now: Millis) -> Outcome {
    let Some(sealed) = seal(push, settings, now) else { return Outcome::Gone };
    match post(&push.subscription.endpoint, sealed).await {
        Ok(200..=299) => Outcome::Taken,
        Ok(404 | 410) => Outcome::Gone,
        Ok(status @ (401 | 403)) => Outcome::Refused(status),
        Ok(status) => Outcome::Failed(format!("status {status}")),
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

async fn post(endpoint: &str, sealed: SealedPush) -> Result<u16> {
    let headers = Headers::new();
    for (name, value) in &sealed.headers {
        headers.set(name, value)?;
    }
    let mut init = RequestInit::new();
    let body = Uint8Array::from(sealed.body.as_slice());
    // A redirection could lead to any server.
    init.with_method(Method::Post).with_headers(headers).with_redirect(RequestRedirect::Manual);
    init.with_body(Some(body.into()));
    let (status, _body) = fetch_bounded(Request::new_with_init(endpoint, &init)?, TIMEOUT_MS, 0).await?;
    Ok(status)
}

/// Encrypts and signs a message. `None` where the keys of the subscription cannot be used, or its push service is known no more.
fn seal(push: &Push, settings: &PushSettings, now: Millis) -> Option<SealedPush> {
    let subscription = &push.subscription;
    let origin = settings.origin_of(&subscription.endpoint)?;
    let mut notice = serde_json::to_vec(&push.notice).ok()?;
    notice.resize(notice.len().next_multiple_of(PADDED_BYTES), b' ');
    let body = encrypt(notice, &public_key(subscription)?, &secret(subscription)?).ok()?;
    // A later message of the room takes the place of one that the browser has not been given yet, but not of a call. The push service
    // cannot tell the room by it, nor which browsers have the same.
    let PushNotice { room, is_call, .. } = &push.notice;
    let topic = format!("{} {room} {is_call}", subscription.auth);
    let mut topic = URL_SAFE_NO_PAD.encode(Sha256::digest(topic));
    topic.truncate(TOPIC_CHARACTERS);
    let headers = [
        ("authorization", format!("vapid t={}, k={}", signature(origin, settings, now), settings.public_key)),
        ("content-encoding", "aes128gcm".to_owned()),
        ("content-type", "application/octet-stream".to_owned()),
        ("ttl", TTL_S.to_string()),
        ("topic", topic),
        ("urgency", if *is_call { "high" } else { "normal" }.to_owned()),
    ];
    Some(SealedPush { headers, body })
}

/// The signed token (RFC 7519) that tells the push service who sends (RFC 8292, section 2).
fn signature(origin: &str, settings: &PushSettings, now: Millis) -> String {
    let expires = (now.0 / 1_000).saturating_add(SIGNATURE_S);
    let claims = json!({ "aud": origin, "exp": expires, "sub": settings.contact });
    let parts = [json!({ "typ": "JWT", "alg": "ES256" }), claims];
    let signed = parts.map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
    let signature: Signature = settings.key.sign(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

fn public_key(subscription: &PushSubscription) -> Option<PublicKey> {
    PublicKey::from_sec1_bytes(&decode(&subscription.p256dh)?).ok()
}

fn secret(subscription: &PushSubscription) -> Option<Auth> {
    let bytes = decode(&subscription.auth)?;
    (bytes.len() == AUTH_BYTES).then(|| Auth::clone_from_slice(&bytes))
}

fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

#[cfg(test)]
mod tests {
    use shared::{RoomName, Seq};
    use web_push_native::decrypt;
    use web_push_native::p256::SecretKey;
    use web_push_native::p256::ecdsa::VerifyingKey;
    use web_push_native::p256::ecdsa::signature::Verifier;

    use super::*;
    use crate::settings::push_tests::{EXAMPLE_KEY, settings};

    /// The browser's keys in the example of RFC 8291, appendix A.
    const BROWSER_KEY: &str = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
    const BROWSER_PUBLIC: &str =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

    fn subscription(endpoint: &str, p256dh: &str, auth: &str) -> PushSubscription {
        let [endpoint, p256dh, auth] = [endpoint, p256dh, auth].map(str::to_owned);
        PushSubscription { endpoint, p256dh, auth }
    }

    fn deployment() -> PushSettings {
        let contact = ("VAPID_CONTACT", "mailto:operator@chat.example");
        settings(&[("VAPID_PRIVATE_KEY", EXAMPLE_KEY), contact]).0.unwrap()
    }

    #[test]
    fn only_the_browser_reads_a_message_and_the_service_knows_who_sent_it() {
        let endpoint = "https://fcm.googleapis.com/fcm/send/abc";
        let notice = PushNotice {
            room: RoomName::parse("마당").unwrap(),
            seq: Seq(7),
            from: "Ann".to_owned(),
            text: "안녕 @Bob".to_owned(),
            is_call: true,
        };
        let push = Push { subscription: subscription(endpoint, BROWSER_PUBLIC, AUTH), notice };
        let settings = deployment();
        let SealedPush { headers, body } = seal(&push, &settings, Millis(1_800_000_000_000)).unwrap();
        let key = SecretKey::from_slice(&decode(BROWSER_KEY).unwrap()).unwrap();
        let read = decrypt(body.clone(), &key, &secret(&push.subscription).unwrap()).unwrap();
        assert_eq!(
            String::from_utf8(read).unwrap().trim_end(),
            r#"{"room":"마당","seq":7,"from":"Ann","text":"안녕 @Bob","call":true}"#
        );
        assert!(!body.windows(3).any(|part| part == b"Ann") && body.len() < 4_096);
        let header = |name: &str| headers.iter().find(|(known, _)| *known == name).unwrap().1.as_str();
        assert_eq!((header("urgency"), header("ttl")), ("high", "86400"));
        assert_eq!(header("topic").len(), 32);
        let other = subscription(endpoint, BROWSER_PUBLIC, "AAAAAAAAAAAAAAAAAAAAAA");
        let other = seal(&Push { subscription: other, ..push.clone() }, &settings, Millis(0)).unwrap();
        let topic = other.headers.iter().find(|(known, _)| *known == "topic").unwrap().1.as_str();
        assert_ne!(topic, header("topic"), "nobody can tell that they are in one room");
        assert_eq!(body.len() % 1_024, other.body.len() % 1_024);
        let (token, public) =
            header("authorization").strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let claims = decode(signed.split_once('.').unwrap().1).unwrap();
        assert_eq!(
            String::from_utf8(claims).unwrap(),
            r#"{"aud":"https://fcm.googleapis.com","exp":1800043200,"sub":"mailto:operator@chat.example"}"#
        );
        let key = VerifyingKey::from_sec1_bytes(&decode(public).unwrap()).unwrap();
        key.verify(signed.as_bytes(), &Signature::from_slice(&decode(signature).unwrap()).unwrap()).unwrap();
    }

    #[test]
    fn case_230_a_subscription_that_cannot_be_used_is_refused() {
        let settings = deployment();
        let endpoint = "https://fcm.googleapis.com/fcm/send/abc";
        assert!(is_usable(&subscription(endpoint, BROWSER_PUBLIC, AUTH), &settings));
        assert!(is_usable(&subscription(endpoint, BROWSER_PUBLIC, "BTBZMqHH6r4Tts7J_aSIgg=="), &settings));
        let long = format!("{endpoint}{}", "a".repeat(1_024));
        let padded = format!("{AUTH}{}", "=".repeat(100));
        let off_the_curve = URL_SAFE_NO_PAD.encode([4; 65]);
        for (endpoint, p256dh, auth) in [
            ("https://evil.example/a", BROWSER_PUBLIC, AUTH),
            (long.as_str(), BROWSER_PUBLIC, AUTH),
            ("https://fcm.googleapis.com/a\nb", BROWSER_PUBLIC, AUTH),
            ("https://fcm.googleapis.com/안녕", BROWSER_PUBLIC, AUTH),
            (endpoint, "", AUTH),
            (endpoint, "not base64!", AUTH),
            (endpoint, off_the_curve.as_str(), AUTH),
            (endpoint, BROWSER_PUBLIC, ""),
            (endpoint, BROWSER_PUBLIC, "AAAA"),
            (endpoint, BROWSER_PUBLIC, padded.as_str()),
        ] {
            assert!(
                !is_usable(&subscription(endpoint, p256dh, auth), &settings),
                "{endpoint} {p256dh} {auth}"
            );
        }
    }
}
