//! OpenAI's moderation of a text: whether it is one that a provider would not want to answer.
//!
//! Not here: what follows from it, and what to do when there is no verdict. The model costs nothing
//! (<https://platform.openai.com/docs/guides/moderation>).

use serde::Serialize;
use serde_json::Value;

use crate::http::{HttpRequest, below};

const MODEL: &str = "omni-moderation-latest";

#[derive(Serialize)]
struct Body<'a> {
    model: &'static str,
    input: &'a str,
}

/// The POST that asks about a text. `base_url` is that of [`crate::Endpoint`]; the key goes as to the Responses API.
pub fn request(text: &str, base_url: &str) -> HttpRequest {
    HttpRequest::post(below(base_url, "moderations"), "application/json", &Body { model: MODEL, input: text })
}

/// Whether the text was flagged. `None`: what came is no verdict.
pub fn verdict(body: &[u8]) -> Option<bool> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let results = value.get("results")?.as_array().filter(|results| !results.is_empty())?;
    let flags: Option<Vec<bool>> = results.iter().map(|result| result.get("flagged")?.as_bool()).collect();
    Some(flags?.contains(&true))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{request, verdict};

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
        assert_eq!(verdict(documented.as_bytes()), Some(true));
        assert_eq!(verdict(br#"{"results":[{"flagged":false}]}"#), Some(false));
        assert_eq!(verdict(br#"{"results":[{"flagged":false},{"flagged":true}]}"#), Some(true));
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
            assert_eq!(verdict(body.as_bytes()), None, "{body}");
        }
    }
}
