//! OpenAI's moderation endpoint: whether a text is one that the provider would refuse to answer.
//!
//! Not here: what follows from a flag, and what to do when the reply cannot be read. Moderation is free of charge
//! (<https://platform.openai.com/docs/guides/moderation>).

use serde::Serialize;
use serde_json::Value;

use crate::http::{HttpRequest, join_url};

const MODEL: &str = "omni-moderation-latest";

#[derive(Serialize)]
struct Body<'a> {
    model: &'static str,
    input: &'a str,
}

/// The POST that checks a text. `base_url` is that of [`crate::Endpoint`]; the key goes as to the Responses API.
pub fn request(text: &str, base_url: &str) -> HttpRequest {
    HttpRequest::post(
        join_url(base_url, "moderations"),
        "application/json",
        &Body { model: MODEL, input: text },
    )
}

/// The reply of the moderation endpoint could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the moderation reply has no verdict")]
pub struct InvalidReply;

/// Whether the text was flagged, from the body of the reply.
///
/// # Errors
/// [`InvalidReply`] when the body is not a moderation result with a flag for every input.
pub fn is_flagged(body: &[u8]) -> Result<bool, InvalidReply> {
    let value: Value = serde_json::from_slice(body).map_err(|_| InvalidReply)?;
    let results = value.get("results").and_then(Value::as_array).filter(|results| !results.is_empty());
    let flag = |result: &Value| result.get("flagged").and_then(Value::as_bool);
    let flags: Option<Vec<bool>> = results.ok_or(InvalidReply)?.iter().map(flag).collect();
    Ok(flags.ok_or(InvalidReply)?.contains(&true))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{InvalidReply, is_flagged, request};

    #[test]
    fn a_text_is_asked_about_as_it_is() {
        let asked = request("안녕 \"봇\"", "https://api.openai.com/v1/");
        expect![[r#"
            https://api.openai.com/v1/moderations
            {"model":"omni-moderation-latest","input":"안녕 \"봇\""}"#]]
        .assert_eq(&format!("{}\n{}", asked.url, asked.body));
        assert_eq!(asked.headers.first(), Some(&("accept", "application/json".to_owned())));
    }

    #[test]
    fn a_verdict_is_a_flag() {
        let documented = r#"{"id":"modr-970d409ef3bef3b70c73d8232df86e7d","model":"omni-moderation-latest","results":[{"flagged":true,"categories":{"violence":true},"category_scores":{"violence":0.9},"category_applied_input_types":{"violence":["text"]}}]}"#;
        assert_eq!(is_flagged(documented.as_bytes()), Ok(true));
        assert_eq!(is_flagged(br#"{"results":[{"flagged":false}]}"#), Ok(false));
        assert_eq!(is_flagged(br#"{"results":[{"flagged":false},{"flagged":true}]}"#), Ok(true));
    }

    #[test]
    fn what_is_no_verdict_is_none() {
        for body in [
            "",
            "null",
            "<html>",
            "{}",
            r#"{"results":[]}"#,
            r#"{"results":[{}]}"#,
            r#"{"results":[{"flagged":"no"}]}"#,
            r#"{"results":[{"flagged":false},{}]}"#,
            r#"{"error":{"message":"Too Many Requests"}}"#,
        ] {
            assert_eq!(is_flagged(body.as_bytes()), Err(InvalidReply), "{body}");
        }
    }
}
