//! Streams that differ from the documented one and still are answers, and bytes that are none.

use expect_test::expect;
use models::Api;

use super::{DONE, HELLO, ROLE, STOP, USAGE, check, check_events, ended};
use crate::script::{data, line};

fn lines(stream: &str) -> Vec<String> {
    let mut decoder = Api::ChatCompletions.decoder();
    let mut events = decoder.push(stream.as_bytes());
    events.extend(decoder.finish());
    events.into_iter().map(line).collect()
}

#[test]
fn an_answer_from_beginning_to_end() {
    check(
        &[&data(&[ROLE]), &data(&[HELLO]), &data(&[STOP]), &data(&[USAGE]), &data(&[DONE])],
        expect![[r#"
            started ? after nothing
            text "Hello"
            alive
            alive
            ended Complete, tokens 19 (4 cached) + 10
        "#]],
    );
}

#[test]
fn case_65_what_says_nothing_is_a_sign_of_life() {
    check(
        &[
            ": OPENROUTER PROCESSING\n\n",
            "event: ping\ndata: {}\n\n",
            "data:\n\n",
            "data: 7\n\n",
            "data: {\"type\":\"keepalive\"}\n\n",
            &data(&[ROLE]),
            &data(&[r#"{"choices":[{"index":0,"delta":{"reasoning_content":"Hm."},"finish_reason":null}]}"#]),
            &data(&[
                r#"{"choices":[{"index":0,"delta":{"reasoning":"Hm.","reasoning_details":[{}]},"finish_reason":""}]}"#,
            ]),
            &data(&[r#"{"choices":[{"index":0,"delta":null}]}"#]),
            &data(&[r#"{"choices":[{"index":1,"delta":{"content":"other"},"finish_reason":"stop"}]}"#]),
            &data(&[r#"{"choices":[],"prompt_filter_results":[{"prompt_index":0}]}"#]),
            &data(&[r#"{"choices":"?","error":null}"#]),
            "data: {\"choices\":[{\"delta\":",
        ],
        expect![[r#"
            alive
            alive
            alive
            alive
            alive
            started ? after nothing
            thought "Hm."
            thought "Hm."
            alive
            alive
            alive
            alive
            alive
            end of bytes
            ended Cut
        "#]],
    );
}

#[test]
fn case_65_line_endings_marks_and_missing_fields_make_no_difference() {
    let plain = data(&[ROLE, HELLO, STOP, USAGE, DONE]);
    for variant in [
        plain.replace('\n', "\r\n"),
        plain.replace('\n', "\r"),
        format!("\u{FEFF}{plain}"),
        format!("\n\n: hi\n{plain}"),
        plain.trim_end().to_owned(),
        plain.replace("data: [DONE]\n\n", ""),
        plain.replace("data: [DONE]\n\n", "data: [DONE]\n\ndata: [DONE]\n\n"),
        plain.replace(r#""index":0,"#, ""),
        plain.replace(r#""finish_reason":null"#, r#""finish_reason":"""#),
        plain.replace(r#","usage":null"#, ""),
        plain.replace(r#""id":"chatcmpl-1","object":"chat.completion.chunk","created":1694268190,"#, ""),
        plain.replace("1694268190", "\"now\""),
        plain.replace(r#""delta":{"content""#, r#""message":{"content":"Hello"},"delta":{"content""#),
        plain.replace(
            r#"{"content":"Hello"}"#,
            r#"{"content":[{"type":"thinking","text":"?"},{"type":"text","text":"Hello"}]}"#,
        ),
    ] {
        assert_eq!(lines(&variant), lines(&plain), "{variant:?}");
    }
}

#[test]
fn the_tokens_may_come_anywhere() {
    let usage = r#""usage":{"prompt_tokens":19,"completion_tokens":10}"#;
    check_events(
        &[ROLE, HELLO, &STOP.replace(r#""usage":null"#, usage), DONE],
        expect![[r#"
            started ? after nothing
            text "Hello"
            ended Complete, tokens 19 (0 cached) + 10
        "#]],
    );
    let growing = HELLO.replace(r#""usage":null"#, r#""usage":{"prompt_tokens":19,"completion_tokens":1}"#);
    check_events(
        &[&growing, STOP, USAGE],
        expect![[r#"
            started ? after nothing
            text "Hello"
            end of bytes
            ended Complete, tokens 19 (4 cached) + 10
        "#]],
    );
    let groq = STOP.replace(
        r#""usage":null"#,
        r#""x_groq":{"id":"req_1","usage":{"prompt_tokens":3,"completion_tokens":4}}"#,
    );
    check_events(
        &[HELLO, &groq, DONE],
        expect![[r#"
            started ? after nothing
            text "Hello"
            ended Complete, tokens 3 (0 cached) + 4
        "#]],
    );
    let deepseek = USAGE.replace("\"prompt_tokens_details\"", "\"prompt_cache_hit_tokens\":12,\"other\"");
    check_events(
        &[HELLO, STOP, &deepseek, DONE],
        expect![[r#"
            started ? after nothing
            text "Hello"
            ended Complete, tokens 19 (12 cached) + 10
        "#]],
    );
    // Reasoning that is only in the total is output.
    let reasoning = USAGE.replace("\"total_tokens\":29", "\"total_tokens\":129");
    check_events(
        &[HELLO, STOP, &reasoning, DONE],
        expect![[r#"
            started ? after nothing
            text "Hello"
            ended Complete, tokens 19 (4 cached) + 110
        "#]],
    );
    let half = USAGE.replace("\"completion_tokens\":10", "\"completion_tokens\":\"?\"");
    check_events(
        &[HELLO, STOP, &half, DONE],
        expect![[r#"
            started ? after nothing
            text "Hello"
            ended Complete
        "#]],
    );
}

#[test]
fn case_65_bad_json_fails_and_is_not_shown() {
    check(
        &[&data(&[ROLE, HELLO]), "data: {\"choices\":[{\n\n", &data(&[HELLO])],
        expect![[r#"
            started ? after nothing
            text "Hello"
            failed: InvalidResponse, note "stream invalid=event_not_json"
        "#]],
    );
    check(
        &["data: Internal Server Error\n\n"],
        expect![[r#"
            failed: InvalidResponse, note "stream invalid=event_not_json"
        "#]],
    );
}

#[test]
fn case_66_an_event_of_ten_megabytes_is_given_up() {
    let huge = HELLO.replace("Hello", &"x".repeat(10 << 20));
    check(
        &[&data(&[HELLO]), &data(&[&huge]), &data(&[STOP])],
        expect![[r#"
            started ? after nothing
            text "Hello"
            failed: InvalidResponse, note "stream invalid=event_too_large"
        "#]],
    );
}

#[test]
fn case_68_the_first_end_counts_and_nothing_follows_it() {
    check(
        &[&data(&[HELLO, STOP, &ended("\"length\""), DONE, HELLO]), &data(&[HELLO])],
        expect![[r#"
            started ? after nothing
            text "Hello"
            ended Complete
        "#]],
    );
    check_events(
        &[HELLO, STOP, r#"{"error":{"message":"late"}}"#, DONE],
        expect![[r#"
            started ? after nothing
            text "Hello"
            ended Complete
        "#]],
    );
    check_events(
        &[HELLO, STOP, "{bad", DONE],
        expect![[r#"
            started ? after nothing
            text "Hello"
            ended Complete
        "#]],
    );
}

#[test]
fn a_server_that_does_not_stream_is_understood() {
    let answer = r#"{"id":"chatcmpl-9","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"안녕","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":2,"completion_tokens":1,"total_tokens":3}}"#;
    check(
        &[" \n", answer.split_at(60).0, answer.split_at(60).1],
        expect![[r#"
            alive
            alive
            alive
            end of bytes
            started ? after nothing
            text "안녕"
            ended Complete, text "안녕", tokens 2 (0 cached) + 1
        "#]],
    );
    check(
        &[&answer.replace("안녕", "")],
        expect![[r#"
            alive
            end of bytes
            started ? after nothing
            ended Complete, text "", tokens 2 (0 cached) + 1
        "#]],
    );
    check(
        &[&answer.replace("\"stop\"", "\"length\"")],
        expect![[r#"
            alive
            end of bytes
            started ? after nothing
            text "안녕"
            ended Length, text "안녕", tokens 2 (0 cached) + 1
        "#]],
    );
    check(
        &[&answer.replace("\"stop\"", "null")],
        expect![[r#"
            alive
            end of bytes
            started ? after nothing
            text "안녕"
            ended Cut
        "#]],
    );
    let refused = answer.replace(r#""content":"안녕","refusal":null"#, r#""content":null,"refusal":"No.""#);
    check(
        &[&refused],
        expect![[r#"
            alive
            end of bytes
            started ? after nothing
            refusal "No."
            ended Refused, tokens 2 (0 cached) + 1
        "#]],
    );
    let calls = answer.replace(
        r#""content":"안녕""#,
        r#""content":null,"tool_calls":[{"id":"call_a1","type":"function","function":{"name":"get_weather","arguments":"{}"}}]"#,
    );
    check(
        &[&calls],
        expect![[r#"
            alive
            end of bytes
            started ? after nothing
            ended Complete, tokens 2 (0 cached) + 1
              calls get_weather({}) as call_a1
        "#]],
    );
    check(
        &[answer.split_at(100).0],
        expect![[r#"
            alive
            end of bytes
            ended Cut
        "#]],
    );
}

#[test]
fn documents_that_are_no_answer() {
    check(
        &[r#"{"error":{"message":"You exceeded…","code":"insufficient_quota"}}"#],
        expect![[r#"
            alive
            end of bytes
            failed: QuotaExhausted, note "stream code=insufficient_quota"
        "#]],
    );
    check(
        &[r#"[{"error":{"code":503,"message":"overloaded","status":"UNAVAILABLE"}}]"#],
        expect![[r#"
            alive
            end of bytes
            failed: Overloaded, note "stream code=503 type=unavailable"
        "#]],
    );
    check(
        &[r#"{"object":"error","message":"no","type":"BadRequestError","code":400}"#],
        expect![[r#"
            alive
            end of bytes
            failed: BadRequest, note "stream code=400 type=badrequesterror"
        "#]],
    );
    check(
        &[r#"{"error":{"code":502,"message":"?"},"choices":[]}"#],
        expect![[r#"
            alive
            end of bytes
            failed: Overloaded, note "stream code=502"
        "#]],
    );
    check(
        &[r#"{"choices":[]}"#],
        expect![[r#"
            alive
            end of bytes
            started ? after nothing
            ended Cut
        "#]],
    );
    check(
        &[r#"{"object":"response","output":[]}"#],
        expect![[r#"
            alive
            end of bytes
            failed: InvalidResponse, note "stream invalid=document"
        "#]],
    );
    check(
        &["{nonsense}"],
        expect![[r#"
            alive
            end of bytes
            failed: InvalidResponse, note "stream invalid=document_not_json"
        "#]],
    );
    check(
        &["\n<!DOCTYPE html><title>Sign in</title>", "data: {}\n\n"],
        expect![[r#"
            failed: InvalidResponse, note "stream invalid=markup"
        "#]],
    );
}
