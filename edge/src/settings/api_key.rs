//! The key of a model API, kept from logs.

use std::fmt;

use models::Api;

/// A key whose `Debug` form does not show it. It goes into one header of one request and nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// `None` for a blank text, which means that no key is set.
    pub fn new(text: &str) -> Option<Self> {
        Some(text.trim()).filter(|text| !text.is_empty()).map(|text| Self(text.to_owned()))
    }

    /// The name and value of the header that carries the key.
    pub fn header(&self, api: Api) -> (&'static str, String) {
        api.key_header(&self.0)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey")
    }
}
