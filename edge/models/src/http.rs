//! The address of a call and its HTTP request. Not here: sending it, and the key.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

/// RFC 3986 §2.3: everything but unreserved characters is percent-encoded.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Where a call goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The API's base URL without a trailing slash, for example `https://api.openai.com/v1`.
    pub base_url: String,
    pub model: String,
}

/// A POST request as the Worker sends it. The Worker adds the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    pub url: String,
    /// Header names in lower case, without the key.
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Endpoint {
    /// The URL of a path below the base URL.
    pub(crate) fn url(&self, path: &str) -> String {
        join_url(&self.base_url, path)
    }

    /// Whether the host is OpenAI's own. Compatible servers often refuse fields that they do not know, or know a field
    /// under an older name.
    pub(crate) fn is_openai(&self) -> bool {
        let (_, rest) = self.base_url.split_once("://").unwrap_or_default();
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (_, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        host.split(':').next().unwrap_or_default().eq_ignore_ascii_case("api.openai.com")
    }
}

impl HttpRequest {
    /// A POST of this body. `accept` is the media type of the response.
    pub(crate) fn post(url: String, accept: &str, body: &impl Serialize) -> Self {
        Self {
            url,
            headers: vec![("accept", accept.to_owned()), ("content-type", "application/json".to_owned())],
            // Strings, finite numbers, booleans and values that were JSON before always serialize.
            body: serde_json::to_string(body).unwrap_or_default(),
        }
    }
}

pub(crate) fn join_url(base_url: &str, path: &str) -> String {
    format!("{}/{path}", base_url.trim_end_matches('/'))
}

/// Encodes a text as one path segment. Response ids come from servers, and model names may come from people.
pub(crate) fn encode_path_segment(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// An empty string counts as absent: servers refuse empty ids.
pub(crate) fn non_empty(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

/// NaN and infinities count as absent: JSON cannot represent them.
pub(crate) fn finite(number: Option<f64>) -> Option<f64> {
    number.filter(|number| number.is_finite())
}
