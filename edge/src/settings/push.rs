//! The settings of push messages. Without a key nobody is offered any.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use web_push_native::p256::ecdsa::SigningKey;

use super::error::SettingError;
use super::values::words;

const KEY: &str = "VAPID_PRIVATE_KEY";
const CONTACT: &str = "VAPID_CONTACT";
/// Hosts of the push services of Chrome, Edge, Firefox and Safari. One with a full stop at its start stands for all hosts below it.
const SERVICES: [&str; 4] =
    ["fcm.googleapis.com", ".notify.windows.com", ".push.services.mozilla.com", ".push.apple.com"];
const HTTPS: &str = "https://";

/// `VAPID_PRIVATE_KEY`, `VAPID_CONTACT` and `PUSH_ORIGINS`.
#[derive(Clone)]
pub struct PushSettings {
    /// Signs requests to push services (RFC 8292).
    pub key: SigningKey,
    /// The key's public half in base64url: an uncompressed point. Browsers subscribe with it.
    pub public_key: String,
    /// How push services reach the operator: a `mailto:` or `https:` address.
    pub contact: String,
    /// Origins of push services besides the known ones.
    origins: Vec<String>,
}

impl PushSettings {
    /// Reads the variables. `None`: there is no key, or it or the contact cannot be used; the latter is reported.
    pub(super) fn read(
        value: &dyn Fn(&str) -> Option<String>,
        errors: &mut Vec<SettingError>,
    ) -> Option<Self> {
        let key = value(KEY)?;
        let key = parse_key(&key);
        let contact = value(CONTACT).filter(|contact| is_contact(contact));
        for (name, is_missing) in [(KEY, key.is_none()), (CONTACT, contact.is_none())] {
            if is_missing {
                errors.push(SettingError::NoPush { name });
            }
        }
        let (key, contact) = (key?, contact?);
        let public_key = URL_SAFE_NO_PAD.encode(key.verifying_key().to_encoded_point(false));
        let origins = value("PUSH_ORIGINS").map(|text| words(&text)).unwrap_or_default();
        Some(Self { key, public_key, contact, origins })
    }

    /// The origin of an endpoint, if push messages may be sent there. Anybody can name any endpoint, so others are no more than
    /// addresses at which a visitor wants this server to make requests.
    pub fn origin_of<'a>(&self, endpoint: &'a str) -> Option<&'a str> {
        let (scheme, rest) = endpoint.split_once("://")?;
        let (host, _path) = rest.split_once('/')?;
        let origin = endpoint.get(..scheme.len().saturating_add(3).saturating_add(host.len()))?;
        let is_below = |service: &&str| {
            if service.starts_with('.') { host.ends_with(*service) } else { host == *service }
        };
        let is_plain = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.:".contains(&byte));
        let is_known = origin.starts_with(HTTPS) && SERVICES.iter().any(is_below);
        (is_plain && (is_known || self.origins.iter().any(|known| known == origin))).then_some(origin)
    }
}

/// A private key as most tools for push messages write it: the 32 bytes of the number, in base64url.
fn parse_key(text: &str) -> Option<SigningKey> {
    SigningKey::from_slice(&URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?).ok()
}

fn is_contact(contact: &str) -> bool {
    ["mailto:", HTTPS].iter().any(|start| contact.len() > start.len() && contact.starts_with(start))
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// The key of the example of RFC 8291, appendix A.
    pub const EXAMPLE_KEY: &str = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";

    pub fn settings(values: &[(&str, &str)]) -> (Option<PushSettings>, usize) {
        let value = |name: &str| {
            values.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let mut errors = Vec::new();
        let settings = PushSettings::read(&value, &mut errors);
        (settings, errors.len())
    }

    #[test]
    fn case_229_push_messages_need_a_key_and_a_contact() {
        let (key, contact) = ((KEY, EXAMPLE_KEY), (CONTACT, "mailto:operator@chat.example"));
        assert!(matches!(settings(&[]), (None, 0)));
        assert!(matches!(settings(&[contact]), (None, 0)));
        assert!(matches!(settings(&[key]), (None, 1)));
        for bad in ["", "mailto:", "operator@chat.example", "http://chat.example"] {
            assert!(matches!(settings(&[key, (CONTACT, bad)]), (None, 1)), "{bad}");
        }
        let zero = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        for bad in ["yfWPiYE", "not base64!", zero, "//////////////////////////////////////////8"] {
            assert!(matches!(settings(&[(KEY, bad), contact]), (None, 1)), "{bad}");
        }
        let (read, errors) = settings(&[key, contact]);
        assert_eq!(errors, 0);
        let public =
            "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
        assert_eq!(read.unwrap().public_key, public, "as the example says");
    }

    #[test]
    fn case_230_messages_go_to_push_services_alone() {
        let read = |origins| {
            let values = [(KEY, EXAMPLE_KEY), (CONTACT, "https://chat.example"), ("PUSH_ORIGINS", origins)];
            settings(&values).0.unwrap()
        };
        let known = read("");
        for endpoint in [
            "https://fcm.googleapis.com/fcm/send/abc:def",
            "https://updates.push.services.mozilla.com/wpush/v2/abc",
            "https://web.push.apple.com/QAbc",
            "https://wns2-par02p.notify.windows.com/w/?token=abc",
        ] {
            let origin = known.origin_of(endpoint);
            assert!(
                origin.is_some_and(|origin| endpoint.starts_with(origin) && !origin.ends_with('/')),
                "{endpoint}"
            );
        }
        for endpoint in [
            "",
            "https://fcm.googleapis.com",
            "http://fcm.googleapis.com/a",
            "https://fcm.googleapis.com:8443/a",
            "https://fcm.googleapis.com@evil.example/a",
            "https://fcm.googleapis.com.evil.example/a",
            "https://evil.example/fcm.googleapis.com/",
            "https://evilfcm.googleapis.com/a",
            "https://notify.windows.com/a",
            "https://evil.example\\.push.apple.com/a",
            "https://evil.example?.push.apple.com/a",
            "https://evil.example#.push.apple.com/a",
            "https://127.0.0.1/a",
            "https://[::1]/a",
            "file:///etc/passwd",
        ] {
            assert_eq!(known.origin_of(endpoint), None, "{endpoint}");
        }
        let other = read("http://127.0.0.1:9, https://push.example");
        assert_eq!(other.origin_of("http://127.0.0.1:9/a"), Some("http://127.0.0.1:9"));
        assert_eq!(other.origin_of("https://push.example/a/b"), Some("https://push.example"));
        assert_eq!(other.origin_of("https://push.example:1/a"), None);
    }
}
