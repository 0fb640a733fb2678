//! Errors, inside a stream and as the answer to a request.

use expect_test::{Expect, expect};
use models::Api;

use super::{HELLO, check_events};
use crate::script::fault_line;

const RATE: &str = r#"{"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details. Please retry in 46.193s.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaMetric":"generativelanguage.googleapis.com/generate_content_free_tier_requests","quotaId":"GenerateRequestsPerMinutePerProjectPerModel-FreeTier","quotaValue":"10"}]},{"@type":"type.googleapis.com/google.rpc.Help","links":[]},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"46s"}]}}"#;
const KEY: &str = r#"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com","metadata":{"service":"generativelanguage.googleapis.com"}}]}}"#;

fn error(code: u16, status: &str, message: &str) -> String {
    format!(r#"{{"error":{{"code":{code},"message":"{message}","status":"{status}"}}}}"#)
}

/// One refused request after another, one line each.
fn check(responses: &[(u16, &str)], expected: Expect) {
    let lines = responses.iter().map(|(status, body)| {
        let headers = [("x-request-id".to_owned(), "r1".to_owned())];
        fault_line(&Api::Gemini.error_response(*status, &headers, body.as_bytes())) + "\n"
    });
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn case_59_what_is_wrong_with_the_request_is_told_apart() {
    check(
        &[
            (
                400,
                &error(
                    400,
                    "INVALID_ARGUMENT",
                    "Function calling with a response mime type: 'application/json' is unsupported",
                ),
            ),
            (
                400,
                &error(
                    400,
                    "INVALID_ARGUMENT",
                    "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
                ),
            ),
            (
                400,
                &error(
                    400,
                    "INVALID_ARGUMENT",
                    "Function call is missing a thought_signature in functionCall parts.",
                ),
            ),
            (400, &error(400, "FAILED_PRECONDITION", "User location is not supported for the API use.")),
            (400, &error(400, "FAILED_PRECONDITION", "Precondition check failed.")),
            (400, "[]"),
            (400, ""),
        ],
        expect![[r#"
            BadRequest, note "400 code=400 type=invalid_argument request=r1"
            ContextTooLong, note "400 code=400 type=invalid_argument request=r1"
            BadRequest, note "400 code=400 type=invalid_argument request=r1"
            Forbidden, note "400 code=400 type=failed_precondition request=r1"
            BadRequest, note "400 code=400 type=failed_precondition request=r1"
            BadRequest, note "400 request=r1"
            BadRequest, note "400 request=r1"
        "#]],
    );
}

#[test]
fn case_60_key_region_and_model() {
    check(
        &[
            (400, KEY),
            (400, &format!("[{KEY}]")),
            (401, &error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")),
            (403, &error(403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers.")),
            (404, &error(404, "NOT_FOUND", "models/x is not found for API version v1beta")),
            (404, "<html>404</html>"),
        ],
        expect![[r#"
            Unauthorized, note "400 code=400 type=invalid_argument reason=api_key_invalid request=r1"
            Unauthorized, note "400 code=400 type=invalid_argument reason=api_key_invalid request=r1"
            Unauthorized, note "401 code=401 type=unauthenticated request=r1"
            Forbidden, note "403 code=403 type=permission_denied request=r1"
            NotFound, note "404 code=404 type=not_found request=r1"
            NotFound, note "404 request=r1"
        "#]],
    );
}

#[test]
fn case_61_a_rate_limit_says_how_long_and_a_spent_day_does_not_pass() {
    let sentence = RATE.replace("retryDelay", "other");
    let daily = RATE.replace("PerMinute", "PerDay").replace("\"46s\"", "\"41023s\"");
    check(
        &[
            (429, RATE),
            (429, &format!("[{RATE}]")),
            (429, &sentence),
            (429, &daily),
            (429, &error(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).")),
            (429, "Too Many Requests"),
        ],
        expect![[r#"
            RateLimited, wait 46000 ms, note "429 code=429 type=resource_exhausted request=r1"
            RateLimited, wait 46000 ms, note "429 code=429 type=resource_exhausted request=r1"
            RateLimited, wait 46193 ms, note "429 code=429 type=resource_exhausted request=r1"
            QuotaExhausted, wait 41023000 ms, note "429 code=429 type=resource_exhausted reason=quota_per_day request=r1"
            RateLimited, note "429 code=429 type=resource_exhausted request=r1"
            RateLimited, note "429 request=r1"
        "#]],
    );
    let headers = [("retry-after".to_owned(), "7".to_owned())];
    assert_eq!(Api::Gemini.error_response(429, &headers, RATE.as_bytes()).retry_after_ms, Some(7000));
}

#[test]
fn case_62_what_passes_by_waiting() {
    check(
        &[
            (500, &error(500, "INTERNAL", "An internal error has occurred.")),
            (503, &error(503, "UNAVAILABLE", "The model is overloaded. Please try again later.")),
            (504, &error(504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete.")),
            (499, &error(499, "CANCELLED", "The operation was cancelled.")),
            (501, &error(501, "UNIMPLEMENTED", "Operation is not implemented.")),
            (502, "<html>Bad Gateway</html>"),
        ],
        expect![[r#"
            Overloaded, note "500 code=500 type=internal request=r1"
            Overloaded, note "503 code=503 type=unavailable request=r1"
            Overloaded, note "504 code=504 type=deadline_exceeded request=r1"
            BadRequest, note "499 code=499 type=cancelled request=r1"
            NotFound, note "501 code=501 type=unimplemented request=r1"
            Overloaded, note "502 request=r1"
        "#]],
    );
}

#[test]
fn case_69_errors_inside_a_stream() {
    check_events(
        &[HELLO, RATE, HELLO],
        expect![[r#"
            started ? after nothing
            text "Hello"
            failed: RateLimited, wait 46000 ms, note "stream code=429 type=resource_exhausted"
        "#]],
    );
    check_events(
        &[&format!("[{RATE}]")],
        expect![[r#"
            failed: RateLimited, wait 46000 ms, note "stream code=429 type=resource_exhausted"
        "#]],
    );
    check_events(
        &[KEY],
        expect![[r#"
            failed: Unauthorized, note "stream code=400 type=invalid_argument reason=api_key_invalid"
        "#]],
    );
    check_events(
        &[&error(503, "UNAVAILABLE", "The model is overloaded.")],
        expect![[r#"
            failed: Overloaded, note "stream code=503 type=unavailable"
        "#]],
    );
    check_events(
        &[r#"{"error":{"message":"no code","status":"INTERNAL"}}"#],
        expect![[r#"
            failed: Overloaded, note "stream type=internal"
        "#]],
    );
    check_events(
        &[r#"{"error":{"message":"no code","status":"RESOURCE_EXHAUSTED"}}"#],
        expect![[r#"
            failed: RateLimited, note "stream type=resource_exhausted"
        "#]],
    );
    check_events(
        &[r#"{"error":{"error":{"code":500,"status":"INTERNAL"}}}"#],
        expect![[r#"
            failed: Overloaded, note "stream code=500 type=internal"
        "#]],
    );
}
