//! A [`Turn`] as a request. What the turn leaves open is not in the body: servers refuse fields that they do not know.

use serde::Serialize;

use crate::turn::{Endpoint, HttpRequest, Item, Role, Turn};

/// The POST that asks for a streamed answer. Equal turns give bodies that are equal byte by byte.
pub fn request(turn: &Turn, endpoint: &Endpoint) -> HttpRequest {
    let parameters = &turn.parameters;
    let body = Body {
        model: &endpoint.model,
        previous_response_id: said(&turn.previous),
        instructions: Some(turn.instructions.as_str()).filter(|text| !text.is_empty()),
        input: turn.input.iter().filter_map(Message::of).collect(),
        stream: true,
        stream_options: is_the_apis_own(endpoint).then_some(StreamOptions { include_obfuscation: false }),
        store: true,
        temperature: parameters.temperature.filter(|number| number.is_finite()),
        top_p: parameters.top_p.filter(|number| number.is_finite()),
        max_output_tokens: parameters.max_output_tokens,
        reasoning: said(&parameters.reasoning_effort).map(|effort| Reasoning { effort }),
        text: said(&parameters.verbosity).map(|verbosity| Text { verbosity }),
        safety_identifier: said(&turn.safety_identifier),
        prompt_cache_key: said(&turn.cache_key),
    };
    HttpRequest {
        url: responses_url(endpoint),
        headers: vec![
            ("accept", "text/event-stream".to_owned()),
            ("content-type", "application/json".to_owned()),
        ],
        // Texts, finite numbers and booleans always become JSON.
        body: serde_json::to_string(&body).unwrap_or_default(),
    }
}

/// The address whose DELETE removes a stored response. The id is a server's word, so everything in it but RFC 3986's
/// unreserved characters is percent-encoded: it stays one path segment.
pub fn delete(endpoint: &Endpoint, response_id: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut url = responses_url(endpoint);
    url.push('/');
    for byte in response_id.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            url.push(char::from(byte));
        } else {
            url.push('%');
            let digits = [byte >> 4, byte & 15].map(|digit| HEX.get(usize::from(digit)).copied());
            url.extend(digits.into_iter().flatten().map(char::from));
        }
    }
    url
}

/// The order of these fields is the order in the body.
#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_response_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instructions: Option<&'a str>,
    input: Vec<Message<'a>>,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
    store: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_output_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<Reasoning<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    safety_identifier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt_cache_key: Option<&'a str>,
}

/// The easy form of an input item: both roles take a plain text, and a replayed answer needs no ids.
#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

impl<'a> Message<'a> {
    fn of(item: &'a Item) -> Option<Self> {
        let Item::Said { role, text } = item else { return None };
        let role = match role {
            Role::User => "user",
            Role::Assistant => "assistant",
        };
        Some(Self { role, content: text })
    }
}

#[derive(Serialize)]
struct StreamOptions {
    include_obfuscation: bool,
}

#[derive(Serialize)]
struct Reasoning<'a> {
    effort: &'a str,
}

#[derive(Serialize)]
struct Text<'a> {
    verbosity: &'a str,
}

/// An empty text is as good as none: an empty id is refused.
fn said(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

fn responses_url(endpoint: &Endpoint) -> String {
    format!("{}/responses", endpoint.base_url.trim_end_matches('/'))
}

/// Whether the host is the API's own, which pads its deltas with random text unless told not to. Compatible servers
/// refuse the option or do not know it.
fn is_the_apis_own(endpoint: &Endpoint) -> bool {
    let (_, rest) = endpoint.base_url.split_once("://").unwrap_or_default();
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (_, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    host.split(':').next().unwrap_or_default().eq_ignore_ascii_case("api.openai.com")
}
