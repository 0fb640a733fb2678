//! The settings that every request of a page needs: who signs identities, which origins may ask, how much an address may
//! do, whether the demo model answers, whether there are push messages.
//! They are parsed once and kept between requests.

use std::cell::RefCell;
use std::rc::Rc;

use shared::limits;
use worker::Env;

use super::challenge::ChallengeSettings;
use super::error::SettingError;
use super::push::PushSettings;
use super::values::{is_on, number, trimmed};
use crate::http::origin;
use crate::identity::{Keys, SecretError};

/// The variables that [`AccessSettings`] are read from.
const NAMES: [&str; 12] = [
    "IDENTITY_SECRET",
    "IDENTITY_SECRET_OLD",
    "ALLOWED_ORIGINS",
    "DEMO",
    "ADDRESS_FACTOR",
    "OPERATOR_SECRET",
    "TURNSTILE_SITE_KEY",
    "TURNSTILE_SECRET",
    "TURNSTILE_URL",
    "VAPID_PRIVATE_KEY",
    "VAPID_CONTACT",
    "PUSH_ORIGINS",
];

thread_local! {
    static LATEST: RefCell<Option<Rc<AccessSettings>>> = const { RefCell::new(None) };
}

pub struct AccessSettings {
    pub keys: Result<Keys, SecretError>,
    /// Allowed origins besides the Worker's own.
    pub origins: Vec<String>,
    /// Whether the answers come from the demo model.
    pub demo: bool,
    /// How many persons' rate limits an address has.
    pub address_factor: u32,
    /// What an operator signs in with. `None`: nobody can.
    pub operator_secret: Option<String>,
    /// What new visitors must pass. `None`: nothing.
    pub challenge: Option<ChallengeSettings>,
    /// What browsers subscribe to push messages with. `None`: they cannot.
    pub push: Option<PushSettings>,
    /// The variables as they were read.
    texts: [Option<String>; 12],
}

impl AccessSettings {
    /// Reads the settings of the Worker, and parses them if they are not those of the request before.
    ///
    /// They are compared at every request, because an isolate may outlive a change of its variables: Cloudflare runs a new version
    /// of which only the bindings differ in the isolates that are there ("Bindings (env)", making changes to bindings), and a
    /// secret that was rotated must not sign on.
    pub fn from_env(env: &Env) -> Rc<Self> {
        Self::latest(NAMES.map(|name| env.var(name).ok().map(|value| value.to_string())))
    }

    fn latest(texts: [Option<String>; 12]) -> Rc<Self> {
        LATEST.with_borrow_mut(|latest| match latest {
            Some(settings) if settings.texts == texts => settings.clone(),
            _ => latest.insert(Rc::new(Self::parse(texts))).clone(),
        })
    }

    /// What is wrong with a setting is reported by [`super::Settings`].
    fn parse(texts: [Option<String>; 12]) -> Self {
        let text = |name: &str| NAMES.iter().zip(&texts).find(|(known, _)| **known == name)?.1.as_deref();
        let value = |name: &str| text(name).and_then(trimmed);
        let mut errors = Vec::new();
        let keys = identity_keys(&value, &mut errors);
        let origins = origins(&value, &mut errors);
        let demo = demo(&value);
        let address_factor = address_factor(&value, &mut errors);
        let operator_secret = operator_secret(&value, &mut errors);
        let challenge = ChallengeSettings::read(&value, &mut errors);
        let push = PushSettings::read(&value, &mut errors);
        Self { keys, origins, demo, address_factor, operator_secret, challenge, push, texts }
    }
}

/// `IDENTITY_SECRET`, and `IDENTITY_SECRET_OLD` while secrets are rotated.
pub(super) fn identity_keys(
    value: &dyn Fn(&str) -> Option<String>,
    errors: &mut Vec<SettingError>,
) -> Result<Keys, SecretError> {
    let keys = value("IDENTITY_SECRET").ok_or(SecretError::Missing).and_then(|secret| Keys::new(&secret));
    match (keys, value("IDENTITY_SECRET_OLD")) {
        (Ok(mut keys), Some(old)) => {
            if let Err(error) = keys.accept_old(&old) {
                errors.push(SettingError::Secret { name: "IDENTITY_SECRET_OLD", error });
            }
            Ok(keys)
        }
        (Err(error @ SecretError::TooShort), _) => {
            errors.push(SettingError::Secret { name: "IDENTITY_SECRET", error });
            Err(error)
        }
        (keys, _) => keys,
    }
}

/// `ALLOWED_ORIGINS`.
pub(super) fn origins(value: &dyn Fn(&str) -> Option<String>, errors: &mut Vec<SettingError>) -> Vec<String> {
    let text = value("ALLOWED_ORIGINS").unwrap_or_default();
    let mut origins = Vec::new();
    for origin in origin::list(&text) {
        match origin {
            Ok(origin) => origins.push(origin),
            Err(error) => errors.push(SettingError::Origin { name: "ALLOWED_ORIGINS", error }),
        }
    }
    origins
}

/// Reads `DEMO`: whether the answers come from the demo model, which pages say.
pub(super) fn demo(value: &dyn Fn(&str) -> Option<String>) -> bool {
    value("DEMO").is_some_and(|text| is_on(&text))
}

/// Reads `ADDRESS_FACTOR`: how many times as much as one person an address may do.
pub(super) fn address_factor(value: &dyn Fn(&str) -> Option<String>, errors: &mut Vec<SettingError>) -> u32 {
    number(value, "ADDRESS_FACTOR", (1, 500), limits::ADDRESS_FACTOR, errors)
}

/// `OPERATOR_SECRET`. One that is too short could be guessed, so it is not used.
pub(super) fn operator_secret(
    value: &dyn Fn(&str) -> Option<String>,
    errors: &mut Vec<SettingError>,
) -> Option<String> {
    let secret = value("OPERATOR_SECRET")?;
    match Keys::new(&secret) {
        Ok(_) => Some(secret),
        Err(error) => {
            errors.push(SettingError::Secret { name: "OPERATOR_SECRET", error });
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latest(secret: Option<&str>, origins: &str) -> Rc<AccessSettings> {
        let mut texts = [const { None }; 12];
        [texts[0], texts[2]] = [secret.map(str::to_owned), Some(origins.to_owned())];
        AccessSettings::latest(texts)
    }

    #[test]
    fn settings_are_parsed_again_only_when_a_variable_has_changed() {
        let secret = "0123456789abcdef0123456789abcdef";
        let first = latest(Some(secret), "https://a.example");
        assert!(first.keys.is_ok() && !first.demo);
        assert_eq!(first.origins, ["https://a.example"]);
        assert!(Rc::ptr_eq(&first, &latest(Some(secret), "https://a.example")));
        let rotated = latest(Some("another secret that is long enough"), "https://a.example");
        assert!(!Rc::ptr_eq(&first, &rotated));
        let hash = |settings: &AccessSettings| settings.keys.as_ref().unwrap().hash("address", "local");
        assert_ne!(hash(&first), hash(&rotated), "a rotated secret signs no more");
        assert!(latest(None, "https://a.example").keys.is_err());
        assert_eq!(latest(Some(secret), "https://b.example").origins, ["https://b.example"]);
        assert_eq!(hash(&latest(Some(secret), "https://a.example")), hash(&first));
    }
}
