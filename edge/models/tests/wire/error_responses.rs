//! HTTP errors: what each shape, status, code and header means.

use expect_test::{Expect, expect};
use models::{Api, ModelError, ModelErrorKind};
use proptest::prelude::*;

use crate::script::fault_line;

/// Status, headers and body.
type Response<'a> = (u16, &'a [(&'a str, &'a str)], &'a str);

/// One response after another, one line each.
fn check(responses: &[Response<'_>], expected: Expect) {
    let mut seen = String::new();
    for (status, headers, body) in responses {
        let headers: Vec<_> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let fault = Api::Responses.error_response(*status, &headers, body.as_bytes());
        // The other APIs read the same, apart from chains, which they do not have.
        let kind = match fault.kind {
            ModelErrorKind::ChainLost | ModelErrorKind::Stateless => ModelErrorKind::BadRequest,
            kind => kind,
        };
        for api in [Api::ChatCompletions, Api::Gemini] {
            let same = ModelError { kind, ..fault.clone() };
            assert_eq!(api.error_response(*status, &headers, body.as_bytes()), same);
        }
        seen.push_str(&fault_line(&fault));
        seen.push('\n');
    }
    expected.assert_eq(&seen);
}

/// The API's own error body.
fn error(message: &str, kind: &str, param: Option<&str>, code: Option<&str>) -> String {
    serde_json::json!({"error": {"message": message, "type": kind, "param": param, "code": code}}).to_string()
}

#[test]
fn case_58_a_lost_chain_is_known_in_every_wording() {
    let own = error(
        "Previous response with id 'resp_1' not found.",
        "invalid_request_error",
        Some("previous_response_id"),
        Some("previous_response_not_found"),
    );
    let backend = error(
        "Invalid `previous_response_id`.",
        "invalid_request_error",
        None,
        Some("invalid_request_error"),
    );
    let no_words = error("", "invalid_request_error", None, Some("previous_response_not_found"));
    let by_param = error("Not found.", "invalid_request_error", Some("previous_response_id"), None);
    let other_host = error("Response with id 'resp_1' not found.", "NotFoundError", None, None);
    let reasoning_only = error(
        "Item 'rs_1' of type 'reasoning' was provided without its required following item.",
        "invalid_request_error",
        Some("input"),
        None,
    );
    let open_call =
        error("No tool output found for function call call_1.", "invalid_request_error", Some("input"), None);
    check(
        &[
            (400, &[("x-request-id", "req_1")], &own),
            (400, &[], &backend),
            (400, &[], &no_words),
            (404, &[], &by_param),
            (404, &[], &other_host),
            (404, &[], r#"{"code":"not found","error":"Previous response resp_1 was not found"}"#),
            (400, &[], &reasoning_only),
            (400, &[], &open_call),
        ],
        expect![[r#"
            ChainLost, note "400 code=previous_response_not_found type=invalid_request_error request=req_1"
            ChainLost, note "400 code=invalid_request_error type=invalid_request_error"
            ChainLost, note "400 code=previous_response_not_found type=invalid_request_error"
            ChainLost, note "404 type=invalid_request_error"
            ChainLost, note "404 type=notfounderror"
            ChainLost, note "404 code=odd"
            ChainLost, note "400 type=invalid_request_error"
            ChainLost, note "400 type=invalid_request_error"
        "#]],
    );
}

#[test]
fn case_58_a_failing_server_has_not_lost_the_chain() {
    let failing = error("Could not load the previous response.", "server_error", None, Some("server_error"));
    check(
        &[(500, &[], &failing), (401, &[], &failing), (429, &[], &failing)],
        expect![[r#"
            Overloaded, note "500 code=server_error type=server_error"
            Unauthorized, note "401 code=server_error type=server_error"
            Overloaded, note "429 code=server_error type=server_error"
        "#]],
    );
}

#[test]
fn a_server_without_state_is_not_a_lost_chain() {
    let retention = error(
        "Previous response cannot be used for this organization due to Zero Data Retention.",
        "invalid_request_error",
        Some("previous_response_id"),
        Some("unsupported_parameter"),
    );
    let by_code = error(
        "Unsupported.",
        "invalid_request_error",
        Some("previous_response_id"),
        Some("unsupported_parameter"),
    );
    let local = r#"{"error":{"code":400,"message":"llama.cpp does not support 'previous_response_id'.","type":"invalid_request_error"}}"#;
    let thrown = r#"{"error":{"code":500,"message":"llama.cpp does not support 'previous_response_id'.","type":"server_error"}}"#;
    let framework = r#"{"detail":"Unexpected keys in the request: {'previous_response_id'}"}"#;
    let listed = r#"{"detail":[{"type":"extra_forbidden","loc":["body","previous_response_id"],"msg":"Extra inputs are not permitted"}]}"#;
    check(
        &[
            (400, &[], &retention),
            (400, &[], &by_code),
            (400, &[], local),
            (500, &[], thrown),
            (422, &[], framework),
            (422, &[], listed),
            (400, &[], "previous_response_id is not supported"),
        ],
        expect![[r#"
            Stateless, note "400 code=unsupported_parameter type=invalid_request_error"
            Stateless, note "400 code=unsupported_parameter type=invalid_request_error"
            Stateless, note "400 code=400 type=invalid_request_error"
            Stateless, note "500 code=500 type=server_error"
            Stateless, note "422"
            Stateless, note "422"
            Stateless, note "400"
        "#]],
    );
}

#[test]
fn case_59_what_is_wrong_with_the_request_is_told_apart() {
    let too_long = error(
        "This model's maximum context length is 4096 tokens. However, you requested 5000.",
        "invalid_request_error",
        Some("messages"),
        Some("context_length_exceeded"),
    );
    let too_long_locally =
        error("the request exceeds the available context size", "exceed_context_size_error", None, None);
    let too_long_text = error(
        "Invalid 'input': string too long.",
        "invalid_request_error",
        Some("input"),
        Some("string_above_max_length"),
    );
    let too_long_key = error(
        "Invalid 'prompt_cache_key'.",
        "invalid_request_error",
        Some("prompt_cache_key"),
        Some("string_above_max_length"),
    );
    let temperature = error(
        "Unsupported parameter: 'temperature' is not supported with this model.",
        "invalid_request_error",
        Some("temperature"),
        None,
    );
    let flagged = error("Your prompt was flagged.", "invalid_request_error", None, Some("invalid_prompt"));
    let no_model = error(
        "The model `x` does not exist.",
        "invalid_request_error",
        Some("model"),
        Some("model_not_found"),
    );
    check(
        &[
            (400, &[("x-request-id", "req_1")], &too_long),
            (400, &[], &too_long_locally),
            (413, &[], "<html>Request Entity Too Large</html>"),
            (400, &[], &too_long_text),
            (400, &[], &too_long_key),
            (400, &[], &temperature),
            (400, &[], &flagged),
            (400, &[], &no_model),
            (400, &[], ""),
        ],
        expect![[r#"
            ContextTooLong, note "400 code=context_length_exceeded type=invalid_request_error request=req_1"
            ContextTooLong, note "400 type=exceed_context_size_error"
            ContextTooLong, note "413"
            ContextTooLong, note "400 code=string_above_max_length type=invalid_request_error"
            BadRequest, note "400 code=string_above_max_length type=invalid_request_error"
            BadRequest, note "400 type=invalid_request_error"
            PolicyBlocked, note "400 code=invalid_prompt type=invalid_request_error"
            NotFound, note "400 code=model_not_found type=invalid_request_error"
            BadRequest, note "400"
        "#]],
    );
}

#[test]
fn case_60_key_region_and_model() {
    let key = error(
        "Incorrect API key provided: sk-proj-****abcd.",
        "invalid_request_error",
        None,
        Some("invalid_api_key"),
    );
    let region = error(
        "Country not supported.",
        "request_forbidden",
        None,
        Some("unsupported_country_region_territory"),
    );
    let no_model =
        error("The model `x` does not exist.", "invalid_request_error", None, Some("model_not_found"));
    let sentence_for_a_code =
        r#"{"code":"Client specified an invalid argument","error":"Incorrect API key provided: xa***st."}"#;
    let key_for_a_code = r#"{"error":{"code":"sk-proj-abcd","message":"?"}}"#;
    check(
        &[
            (401, &[("x-request-id", "req_1")], &key),
            (400, &[], &key),
            (403, &[], &region),
            (404, &[], &no_model),
            (404, &[], "<html>404</html>"),
            (400, &[], sentence_for_a_code),
            (401, &[("x-request-id", "two words")], key_for_a_code),
        ],
        expect![[r#"
            Unauthorized, note "401 code=invalid_api_key type=invalid_request_error request=req_1"
            Unauthorized, note "400 code=invalid_api_key type=invalid_request_error"
            Forbidden, note "403 code=unsupported_country_region_territory type=request_forbidden"
            NotFound, note "404 code=model_not_found type=invalid_request_error"
            NotFound, note "404"
            BadRequest, note "400 code=odd"
            Unauthorized, note "401 code=odd request=odd"
        "#]],
    );
}

#[test]
fn case_61_a_rate_limit_says_how_long() {
    let rate = error("Rate limit reached.", "tokens", None, Some("rate_limit_exceeded"));
    let in_words = error(
        "Limit 30000. Please try again in 11.054s. Visit …",
        "tokens",
        None,
        Some("rate_limit_exceeded"),
    );
    let date = ("retry-after", "Sun, 06 Nov 1994 08:50:00 GMT");
    check(
        &[
            (429, &[("retry-after", "7")], &rate),
            (429, &[("Retry-After-Ms", "250"), ("retry-after", "7")], &rate),
            (429, &[date, ("date", "Sun, 06 Nov 1994 08:49:37 GMT")], &rate),
            (429, &[date], &rate),
            (429, &[("retry-after", "31536000")], &rate),
            (429, &[("retry-after", "soon")], &in_words),
            (429, &[], &in_words),
            (429, &[], "Too Many Requests"),
            (
                429,
                &[],
                r#"[{"error":{"code":429,"message":"Please retry in 46s","status":"RESOURCE_EXHAUSTED"}}]"#,
            ),
        ],
        expect![[r#"
            RateLimited, wait 7000 ms, note "429 code=rate_limit_exceeded type=tokens"
            RateLimited, wait 250 ms, note "429 code=rate_limit_exceeded type=tokens"
            RateLimited, wait 23000 ms, note "429 code=rate_limit_exceeded type=tokens"
            RateLimited, note "429 code=rate_limit_exceeded type=tokens"
            RateLimited, wait 31536000000 ms, note "429 code=rate_limit_exceeded type=tokens"
            RateLimited, wait 11054 ms, note "429 code=rate_limit_exceeded type=tokens"
            RateLimited, wait 11054 ms, note "429 code=rate_limit_exceeded type=tokens"
            RateLimited, note "429"
            RateLimited, wait 46000 ms, note "429 code=429 type=resource_exhausted"
        "#]],
    );
}

#[test]
fn case_61_an_empty_account_does_not_pass_by_waiting() {
    for code in [
        "insufficient_quota",
        "credit_balance_exhausted",
        "organization_spend_limit_exceeded",
        "project_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
    ] {
        let by_code = Api::Responses.error_response(
            429,
            &[],
            error("…", "insufficient_quota", None, Some(code)).as_bytes(),
        );
        assert_eq!(by_code.kind, ModelErrorKind::QuotaExhausted, "{code}");
        assert!(!by_code.kind.is_retryable());
    }
    let by_type = error("You exceeded your current quota.", "insufficient_quota", None, None);
    check(
        &[(429, &[("retry-after", "1")], &by_type), (402, &[], "Payment Required")],
        expect![[r#"
            QuotaExhausted, wait 1000 ms, note "429 type=insufficient_quota"
            QuotaExhausted, note "402"
        "#]],
    );
}

#[test]
fn case_62_what_passes_by_waiting_and_what_the_server_forbids_to_repeat() {
    let slow_down = error("Slow down.", "rate_limit_error", None, Some("slow_down"));
    let overloaded = error("Overloaded.", "service_unavailable_error", None, Some("server_is_overloaded"));
    let rate = error("Rate limit reached.", "requests", None, Some("rate_limit_exceeded"));
    let key = error("Incorrect API key.", "invalid_request_error", None, Some("invalid_api_key"));
    let no = ("x-should-retry", "false");
    check(
        &[
            (500, &[], ""),
            (502, &[], "<html>Bad Gateway</html>"),
            (503, &[("retry-after", "2")], &overloaded),
            (429, &[], &slow_down),
            (503, &[], &slow_down),
            (408, &[], ""),
            (500, &[no], ""),
            (429, &[no], &rate),
            (401, &[no], &key),
            (401, &[("x-should-retry", "true")], &key),
        ],
        expect![[r#"
            Overloaded, note "500"
            Overloaded, note "502"
            Overloaded, wait 2000 ms, note "503 code=server_is_overloaded type=service_unavailable_error"
            Overloaded, note "429 code=slow_down type=rate_limit_error"
            Overloaded, note "503 code=slow_down type=rate_limit_error"
            Overloaded, note "408"
            BadRequest, note "500"
            QuotaExhausted, note "429 code=rate_limit_exceeded type=requests"
            Unauthorized, note "401 code=invalid_api_key type=invalid_request_error"
            Unauthorized, note "401 code=invalid_api_key type=invalid_request_error"
        "#]],
    );
}

#[test]
fn other_statuses_and_shapes() {
    check(
        &[
            (200, &[], r#"{"error":"overloaded"}"#),
            (302, &[], ""),
            (405, &[], "Method Not Allowed"),
            (501, &[], ""),
            (418, &[], "null"),
            (400, &[], "[]"),
            (400, &[], r#"{"error":{"code":12,"type":["x"],"message":{"deep":"context window"}}}"#),
        ],
        expect![[r#"
            Overloaded, note "200"
            InvalidResponse, note "302"
            NotFound, note "405"
            NotFound, note "501"
            BadRequest, note "418"
            BadRequest, note "400"
            ContextTooLong, note "400 code=12 type=odd"
        "#]],
    );
}

proptest! {
    #[test]
    fn no_refusal_panics_or_tells_more_than_a_note_may(
        status in any::<u16>(),
        headers in prop::collection::vec(("retry-after|date|x-request-id|x-should-retry", ".{0,40}"), 0..4),
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        prop_assert!(Api::Responses.error_response(status, &headers, &body).note.len() <= 300);
    }

    #[test]
    fn no_message_reaches_the_note(message in "[a-z]{4,20} [a-z ]{4,20}", status in 400u16..600, code in ".{0,400}") {
        let fault = Api::Responses.error_response(status, &[], error(&message, &message, Some(&message), Some(&code)).as_bytes());
        prop_assert!(!fault.note.contains(&message));
        prop_assert!(fault.note.len() <= 300);
    }
}
