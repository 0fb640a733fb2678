//! Errors inside a stream, where the HTTP status was 200.

use expect_test::expect;
use models::Api;

use super::{check, check_events};
use crate::script::{line, stream};

const HELLO: &str = r#"{"type":"response.output_text.delta","delta":"Hello"}"#;

/// A failed response as it was seen on the wire.
fn failed(error: &str) -> String {
    format!(
        r#"{{"type":"response.failed","sequence_number":3,"response":{{"id":"resp_689b","object":"response","created_at":1755041560,"status":"failed","background":false,"error":{error},"usage":null,"user":null,"metadata":{{}}}}}}"#
    )
}

#[test]
fn case_69_failed_responses_as_seen_on_the_wire() {
    check_events(
        &[&failed(
            r#"{"code":"rate_limit_exceeded","message":"Rate limit reached for gpt-5.1 in organization org-AAA on tokens per min (TPM): Limit 30000, Used 22999, Requested 12528. Please try again in 11.054s. Visit https://platform.openai.com/account/rate-limits to learn more."}"#,
        )],
        expect![[r#"
            started resp_689b after nothing
            failed: RateLimited, wait 11054 ms, note "stream code=rate_limit_exceeded"
        "#]],
    );
    check_events(
        &[&failed(
            r#"{"code":"context_length_exceeded","message":"Your input exceeds the context window of this model. Please adjust your input and try again."}"#,
        )],
        expect![[r#"
            started resp_689b after nothing
            failed: ContextTooLong, note "stream code=context_length_exceeded"
        "#]],
    );
    check_events(
        &[&failed(
            r#"{"code":"insufficient_quota","message":"You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs."}"#,
        )],
        expect![[r#"
            started resp_689b after nothing
            failed: QuotaExhausted, note "stream code=insufficient_quota"
        "#]],
    );
}

#[test]
fn case_69_failed_responses_by_their_code() {
    let kinds: Vec<_> = [
        "server_error",
        "server_is_overloaded",
        "slow_down",
        "vector_store_timeout",
        "rate_limit_exceeded",
        "invalid_prompt",
        "bio_policy",
        "data_residency_mismatch",
        "image_too_large",
        "invalid_request_error",
        "unsupported_value",
        "model_not_found",
        "invalid_api_key",
        "previous_response_not_found",
        "never_heard_of",
    ]
    .iter()
    .map(|code| {
        let event = stream(&[&failed(&format!(r#"{{"code":"{code}","message":"…"}}"#))]);
        let last = Api::Responses.decoder().push(event.as_bytes()).pop().unwrap();
        line(last)
    })
    .collect();
    expect![[r#"
        failed: Overloaded, note "stream code=server_error"
        failed: Overloaded, note "stream code=server_is_overloaded"
        failed: Overloaded, note "stream code=slow_down"
        failed: Overloaded, note "stream code=vector_store_timeout"
        failed: RateLimited, note "stream code=rate_limit_exceeded"
        failed: PolicyBlocked, note "stream code=invalid_prompt"
        failed: PolicyBlocked, note "stream code=bio_policy"
        failed: Forbidden, note "stream code=data_residency_mismatch"
        failed: BadRequest, note "stream code=image_too_large"
        failed: BadRequest, note "stream code=invalid_request_error"
        failed: BadRequest, note "stream code=unsupported_value"
        failed: NotFound, note "stream code=model_not_found"
        failed: Unauthorized, note "stream code=invalid_api_key"
        failed: ChainLost, note "stream code=previous_response_not_found"
        failed: Overloaded, note "stream code=never_heard_of"
    "#]]
    .assert_eq(&(kinds.join("\n") + "\n"));
}

#[test]
fn case_69_an_error_event_is_read_flat_and_nested() {
    check_events(
        &[
            r#"{"type":"error","sequence_number":2,"error":{"type":"too_many_requests","code":"too_many_requests","message":"Too Many Requests","param":null}}"#,
        ],
        expect![[r#"
            failed: RateLimited, note "stream code=too_many_requests type=too_many_requests"
        "#]],
    );
    check_events(
        &[
            r#"{"type":"error","code":"ERR_SOMETHING","message":"Something went wrong","param":null,"sequence_number":1}"#,
        ],
        expect![[r#"
            failed: Overloaded, note "stream code=err_something"
        "#]],
    );
    check_events(
        &[r#"{"type":"error","code":"server_error","message":"…"}"#],
        expect![[r#"
            failed: Overloaded, note "stream code=server_error"
        "#]],
    );
    check_events(
        &[
            r#"{"type":"error","error":{"type":"insufficient_quota","code":"insufficient_quota","message":"…"}}"#,
        ],
        expect![[r#"
            failed: QuotaExhausted, note "stream code=insufficient_quota type=insufficient_quota"
        "#]],
    );
    check_events(
        &[
            r#"{"type":"error","status":400,"error":{"type":"invalid_request_error","code":"previous_response_not_found","message":"…"}}"#,
        ],
        expect![[r#"
            failed: ChainLost, note "stream code=previous_response_not_found type=invalid_request_error"
        "#]],
    );
    check(
        &["event: error\ndata: {\"message\":\"Please try again in 20ms\"}\n\n"],
        expect![[r#"
            failed: Overloaded, wait 20 ms, note "stream"
        "#]],
    );
}

#[test]
fn case_69_any_true_error_ends_the_answer() {
    check(
        &[
            &stream(&[HELLO]),
            "data: {\"error\":{\"code\":502,\"message\":\"Bad gateway\"}}\n\n",
            &stream(&[HELLO]),
        ],
        expect![[r#"
            text "Hello"
            failed: Overloaded, note "stream code=502"
        "#]],
    );
    check(
        &["data: {\"error\":\"model overloaded\"}\n\n"],
        expect![[r#"
            failed: Overloaded, note "stream"
        "#]],
    );
    check(
        &["data: {\"type\":\"response.output_text.delta\",\"delta\":\"x\",\"error\":{}}\n\n"],
        expect![[r#"
            failed: Overloaded, note "stream"
        "#]],
    );
    check(
        &["data: [{\"error\":{\"code\":429,\"message\":\"Please retry in 46s\"}}]\n\n"],
        expect![[r#"
            failed: RateLimited, wait 46000 ms, note "stream code=429"
        "#]],
    );
    check(
        &[
            "data: {\"error\":false}\n\ndata: {\"error\":\"\"}\n\ndata: {\"error\":0}\n\ndata: {\"error\":null}\n\n",
        ],
        expect![[r#"
            alive
            end of bytes
            ended Cut
        "#]],
    );
}
