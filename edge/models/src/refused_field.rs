//! Optional fields of a request that its server refuses, and the request without them.
//!
//! Compatible servers refuse fields that they do not know (`store` in `transformers serve`), and models parameters that they do
//! not have. None of these fields is worth an answer that fails.

use serde_json::Value;

use crate::error_classification::ErrorBody;
use crate::http::HttpRequest;

/// The fields that a request can do without: their names in the body, in the order in which they are looked for, the longer
/// names first.
const OPTIONAL: [&str; 13] = [
    "reasoning_effort",
    "safety_identifier",
    "prompt_cache_key",
    "frequency_penalty",
    "presence_penalty",
    "stream_options",
    "temperature",
    "verbosity",
    "reasoning",
    "top_p",
    "store",
    "stop",
    "text",
];
/// How servers say that they do not take a field.
const REFUSALS: [&str; 10] = [
    "not support",
    "unsupported",
    "unknown",
    "unexpected",
    "unrecognized",
    "unused",
    "extra inputs",
    "extra fields",
    "not permitted",
    "not allowed",
];

/// The optional field that an error response refuses, if the request has it. `is_openai`: OpenAI's own servers know `store`, and
/// without it they keep what they must not.
pub fn refused_field(
    request: &HttpRequest,
    status: u16,
    body: &[u8],
    is_openai: bool,
) -> Option<&'static str> {
    if !matches!(status, 400 | 422) {
        return None;
    }
    let error = match serde_json::from_slice::<Value>(body) {
        Ok(value) => ErrorBody::read(&value),
        Err(_) => ErrorBody::of_text(&String::from_utf8_lossy(body)),
    };
    let sent: Value = serde_json::from_str(&request.body).ok()?;
    let words = error.message.to_ascii_lowercase();
    let refuses = REFUSALS.iter().any(|part| words.contains(part) || error.code.contains(part));
    let is_named = |field: &str| match error.param.as_str() {
        "" => refuses && has_word(&words, field),
        param => param == field || param.split_once('.').is_some_and(|(first, _)| first == field),
    };
    let mut candidates = OPTIONAL.into_iter().filter(|field| !(is_openai && *field == "store"));
    // The answer's form is in `text` too, and that cannot be left out.
    candidates.find(|field| {
        let value = sent.get(field);
        let has_format = *field == "text" && value.is_some_and(|text| text.get("format").is_some());
        value.is_some() && !has_format && is_named(field)
    })
}

/// The request without a field.
pub fn without_field(request: &HttpRequest, field: &str) -> HttpRequest {
    let mut request = request.clone();
    if let Ok(Value::Object(mut body)) = serde_json::from_str(&request.body) {
        body.remove(field);
        request.body = Value::Object(body).to_string();
    }
    request
}

/// Whether a sentence names a field, and not as a part of another word.
fn has_word(words: &str, field: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    words.match_indices(field).any(|(at, _)| {
        let before = words.get(..at).and_then(|text| text.chars().next_back());
        let after = words.get(at.saturating_add(field.len())..).and_then(|text| text.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(body: &str) -> HttpRequest {
        HttpRequest { url: String::new(), headers: Vec::new(), body: body.to_owned() }
    }

    #[test]
    fn case_136_a_refused_field_is_found_in_every_servers_words() {
        let sent = request(
            r#"{"model":"m","input":[],"store":true,"temperature":0.5,"reasoning":{"effort":"low"},"text":{"verbosity":"low"}}"#,
        );
        for (status, body, expected) in [
            (422, r#"{"detail":"Unsupported fields in the request: {'store'}"}"#, Some("store")),
            (
                400,
                r#"{"error":{"message":"Unsupported parameter: 'temperature' is not supported with this model.","type":"invalid_request_error","param":"temperature","code":"unsupported_parameter"}}"#,
                Some("temperature"),
            ),
            (
                400,
                r#"{"error":{"message":"Unsupported value","param":"reasoning.effort","code":"unsupported_value"}}"#,
                Some("reasoning"),
            ),
            (400, "unknown field `store`, expected one of `model`", Some("store")),
            (400, r#"{"error":"Extra inputs are not permitted: store"}"#, Some("store")),
            (400, r#"{"error":{"message":"Invalid","param":"text.verbosity"}}"#, Some("text")),
            // What was not sent, what is no refusal, and what is no error of the request.
            (400, r#"{"error":{"message":"Unsupported parameter","param":"top_p"}}"#, None),
            (400, r#"{"error":{"message":"the store is closed"}}"#, None),
            (400, r#"{"error":{"message":"unsupported restored datastore"}}"#, None),
            (400, r#"{"error":{"message":"Unsupported model","param":"model"}}"#, None),
            (500, "unknown field store", None),
            (429, "unsupported store", None),
            (400, "", None),
        ] {
            assert_eq!(refused_field(&sent, status, body.as_bytes(), false), expected, "{body}");
        }
        let refusal = br#"{"error":{"message":"Unsupported parameter","param":"store"}}"#;
        assert_eq!(refused_field(&sent, 400, refusal, true), None, "OpenAI would keep what it must not");
        let card = request(r#"{"text":{"format":{"type":"json_schema"},"verbosity":"low"}}"#);
        let refusal = br#"{"error":{"message":"Unsupported","param":"text.verbosity"}}"#;
        assert_eq!(refused_field(&card, 400, refusal, false), None, "the card's form is needed");
    }

    #[test]
    fn case_136_only_that_field_is_left_out() {
        let sent = request(r#"{"model":"m","store":false,"stream":true}"#);
        let again = without_field(&sent, "store");
        let body: Value = serde_json::from_str(&again.body).unwrap();
        assert_eq!(body, serde_json::json!({"model": "m", "stream": true}));
        assert_eq!(without_field(&request("no JSON"), "store").body, "no JSON");
    }
}
