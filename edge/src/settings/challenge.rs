//! The settings of the challenge for new visitors (Cloudflare Turnstile). Without both of its keys nobody is asked.

use super::error::SettingError;
use crate::http::origin;

const URL: &str = "https://challenges.cloudflare.com";
/// Characters of a key, at most. Cloudflare's have fewer than 50.
const KEY_CHARACTERS: usize = 100;

/// `TURNSTILE_SITE_KEY`, `TURNSTILE_SECRET` and `TURNSTILE_URL`.
#[derive(Clone, PartialEq, Eq)]
pub struct ChallengeSettings {
    /// Public: the browser asks with it.
    pub site_key: String,
    pub secret: String,
    /// The origin of the service.
    pub url: String,
}

impl ChallengeSettings {
    /// Reads the variables. `None`: they are not set, or cannot be used; the latter is reported.
    pub(super) fn read(
        value: &dyn Fn(&str) -> Option<String>,
        errors: &mut Vec<SettingError>,
    ) -> Option<Self> {
        let names = ["TURNSTILE_SITE_KEY", "TURNSTILE_SECRET"];
        let [site_key, secret] = names.map(value);
        if site_key.is_none() && secret.is_none() {
            return None;
        }
        let mut key = |name: &'static str, key: Option<String>| {
            let key = key.filter(|key| is_key(key));
            if key.is_none() {
                errors.push(SettingError::NotAKey { name });
            }
            key
        };
        let [site_name, secret_name] = names;
        let (site_key, secret) = (key(site_name, site_key), key(secret_name, secret));
        let text = value("TURNSTILE_URL").unwrap_or_else(|| URL.to_owned());
        let url = origin::list(&text).next().and_then(Result::ok).filter(|url| is_in_a_policy(url));
        if url.is_none() {
            let error = origin::OriginError::Malformed;
            errors.push(SettingError::Origin { name: "TURNSTILE_URL", error });
        }
        Some(Self { site_key: site_key?, secret: secret?, url: url.unwrap_or_else(|| URL.to_owned()) })
    }
}

/// It stands in an attribute, so it has no other characters than keys have.
fn is_key(key: &str) -> bool {
    key.len() <= KEY_CHARACTERS
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

/// Whether an origin can stand in a content security policy and in a script.
fn is_in_a_policy(url: &str) -> bool {
    url.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":/.-[]".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[(&str, &str)]) -> (Option<ChallengeSettings>, usize) {
        let value = |name: &str| {
            values.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let mut errors = Vec::new();
        let settings = ChallengeSettings::read(&value, &mut errors);
        (settings, errors.len())
    }

    #[test]
    fn case_173_nobody_is_asked_unless_both_keys_are_set() {
        let (site, secret) = (("TURNSTILE_SITE_KEY", "0x4AAA-b_c"), ("TURNSTILE_SECRET", "0x4AAA"));
        assert!(read(&[]) == (None, 0));
        assert!(read(&[site]).0.is_none() && read(&[site]).1 == 1);
        assert!(read(&[secret]).0.is_none() && read(&[secret]).1 == 1);
        let (settings, errors) = read(&[site, secret]);
        assert_eq!((settings.unwrap().url.as_str(), errors), ("https://challenges.cloudflare.com", 0));
        assert!(read(&[("TURNSTILE_SITE_KEY", "\"><script>"), secret]) == (None, 1));
        let other = read(&[site, secret, ("TURNSTILE_URL", "http://127.0.0.1:9/")]);
        assert_eq!(other.0.unwrap().url, "http://127.0.0.1:9");
        for bad in ["https://a.example; script-src *", "https://a.example'", "challenges.example"] {
            let (settings, errors) = read(&[site, secret, ("TURNSTILE_URL", bad)]);
            assert_eq!((settings.unwrap().url.as_str(), errors), (URL, 1), "{bad}");
        }
    }
}
