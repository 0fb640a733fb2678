//! Where a call goes, and the request that goes there. Not here: sending it, and the key.

use serde::Serialize;

/// Where a call goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The API's base address without a trailing slash, for example `https://api.openai.com/v1`.
    pub base_url: String,
    /// The model's name.
    pub model: String,
}

/// A request as the shell sends it. The shell adds the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The whole address.
    pub url: String,
    /// Header names in lower case, without the key.
    pub headers: Vec<(&'static str, String)>,
    /// The JSON body of a POST.
    pub body: String,
}

impl Endpoint {
    /// An address below the base address.
    pub(crate) fn below(&self, path: &str) -> String {
        below(&self.base_url, path)
    }

    /// Whether the host is OpenAI's own. Servers that speak its APIs too often refuse what they do not know, or know it
    /// under an older name.
    pub(crate) fn is_openai(&self) -> bool {
        let (_, rest) = self.base_url.split_once("://").unwrap_or_default();
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (_, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        host.split(':').next().unwrap_or_default().eq_ignore_ascii_case("api.openai.com")
    }
}

impl HttpRequest {
    /// A POST of this body. `accept` is the type of the answer.
    pub(crate) fn post(url: String, accept: &str, body: &impl Serialize) -> Self {
        Self {
            url,
            headers: vec![("accept", accept.to_owned()), ("content-type", "application/json".to_owned())],
            // Texts, finite numbers, booleans and values that were JSON before always become JSON.
            body: serde_json::to_string(body).unwrap_or_default(),
        }
    }
}

/// An address below a base address.
pub(crate) fn below(base_url: &str, path: &str) -> String {
    format!("{}/{path}", base_url.trim_end_matches('/'))
}

/// A word as one segment of a path: everything in it but RFC 3986's unreserved characters is percent-encoded. Ids are
/// words of servers, and models' names may be words of people.
pub(crate) fn segment(word: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut segment = String::with_capacity(word.len());
    for byte in word.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            segment.push(char::from(byte));
        } else {
            segment.push('%');
            let digits = [byte >> 4, byte & 15].map(|digit| HEX.get(usize::from(digit)).copied());
            segment.extend(digits.into_iter().flatten().map(char::from));
        }
    }
    segment
}

/// An empty text is as good as none: an empty id is refused.
pub(crate) fn said(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

/// What JSON cannot write is not sent.
pub(crate) fn number(number: Option<f64>) -> Option<f64> {
    number.filter(|number| number.is_finite())
}
