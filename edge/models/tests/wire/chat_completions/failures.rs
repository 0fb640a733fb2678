//! Errors inside a stream, where the HTTP status was 200.

use expect_test::expect;

use super::{HELLO, ROLE, check, check_events};
use crate::script::data;

#[test]
fn case_69_errors_as_servers_send_them() {
    check_events(
        &[
            ROLE,
            HELLO,
            r#"{"error":{"message":"The server had an error while processing your request.","type":"server_error","param":null,"code":null}}"#,
        ],
        expect![[r#"
            started ? after nothing
            text "Hello"
            failed: Overloaded, note "stream type=server_error"
        "#]],
    );
    check_events(
        &[
            r#"{"id":"gen-1","object":"chat.completion.chunk","error":{"code":502,"message":"Provider disconnected"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}"#,
        ],
        expect![[r#"
            failed: Overloaded, note "stream code=502"
        "#]],
    );
    check_events(
        &[
            r#"{"object":"error","message":"This model's maximum context length is 4096 tokens.","type":"BadRequestError","param":null,"code":400}"#,
        ],
        expect![[r#"
            failed: ContextTooLong, note "stream code=400 type=badrequesterror"
        "#]],
    );
    check_events(
        &[
            r#"{"error":{"object":"error","message":"out of memory","type":"InternalServerError","code":500}}"#,
        ],
        expect![[r#"
            failed: Overloaded, note "stream code=500 type=internalservererror"
        "#]],
    );
    check_events(
        &[
            r#"{"error":{"error":{"message":"Rate limit reached. Please try again in 20s.","type":"tokens","code":"rate_limit_exceeded"}}}"#,
        ],
        expect![[r#"
            failed: RateLimited, wait 20000 ms, note "stream code=rate_limit_exceeded type=tokens"
        "#]],
    );
    check_events(
        &[r#"[{"error":{"code":429,"message":"Please retry in 46s","status":"RESOURCE_EXHAUSTED"}}]"#],
        expect![[r#"
            failed: RateLimited, wait 46000 ms, note "stream code=429 type=resource_exhausted"
        "#]],
    );
    check_events(
        &[r#"{"error":"model overloaded"}"#],
        expect![[r#"
            failed: Overloaded, note "stream"
        "#]],
    );
    check_events(
        &[
            r#"{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","code":"insufficient_quota"}}"#,
        ],
        expect![[r#"
            failed: QuotaExhausted, note "stream code=insufficient_quota type=insufficient_quota"
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
fn case_69_an_error_ends_the_answer() {
    check(
        &[&data(&[HELLO]), &data(&[r#"{"error":{"code":503,"message":"?"}}"#]), &data(&[HELLO])],
        expect![[r#"
            started ? after nothing
            text "Hello"
            failed: Overloaded, note "stream code=503"
        "#]],
    );
    check_events(
        &[r#"{"error":null}"#, r#"{"error":false}"#, r#"{"error":""}"#],
        expect![[r#"
            alive
            end of bytes
            ended Cut
        "#]],
    );
}
