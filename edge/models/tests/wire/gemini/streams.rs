//! Streams that differ from the documented one and still are answers, and bytes that are none.

use expect_test::expect;
use models::Api;

use super::{HELLO, STOP, check, check_events, ended};
use crate::script::{data, line};

fn lines(stream: &str) -> Vec<String> {
    let mut decoder = Api::Gemini.decoder();
    let mut events = decoder.push(stream.as_bytes());
    events.extend(decoder.finish());
    events.into_iter().map(line).collect()
}

#[test]
fn an_answer_from_beginning_to_end() {
    check(
        &[&data(&[HELLO]), &data(&[STOP])],
        expect![[r#"
            started ? after nothing
            text "Hello"
            text " there"
            end of bytes
            ended Complete, tokens 11 (4 cached) + 23
        "#]],
    );
}

#[test]
fn thoughts_are_not_shown() {
    let parts = r#"[{"text":"Let me think.","thought":true,"thoughtSignature":"c2ln"},{"text":"Hello"},{"inlineData":{"mimeType":"image/png","data":""}},{"text":"","thoughtSignature":"c2ln"}]"#;
    check_events(
        &[&HELLO.replace(r#"[{"text":"Hello"}]"#, parts), STOP],
        expect![[r#"
            started ? after nothing
            thought "Let me think."
            text "Hello"
            text " there"
            end of bytes
            ended Complete, tokens 11 (4 cached) + 23
        "#]],
    );
    // A mark alone does not make a thought of an answer's words.
    check_events(
        &[&HELLO.replace(r#""text":"Hello""#, r#""text":"Hello","thoughtSignature":"c2ln""#), STOP],
        expect![[r#"
            started ? after nothing
            text "Hello"
            text " there"
            end of bytes
            ended Complete, tokens 11 (4 cached) + 23
        "#]],
    );
}

#[test]
fn case_65_what_says_nothing_is_a_sign_of_life() {
    check(
        &[
            ": ping\n\n",
            "event: keepalive\ndata: {}\n\n",
            "data:\n\n",
            "data: 7\n\n",
            "data: {\"error\":null}\n\n",
            &data(&[r#"{"candidates":[]}"#]),
            &data(&[r#"{"candidates":[{"content":{"role":"model"},"index":0}]}"#]),
            &data(&[r#"{"candidates":[{"content":null,"finishReason":7}]}"#]),
            &data(&[
                r#"{"candidates":[{"index":1,"content":{"parts":[{"text":"other"}]},"finishReason":"STOP"}]}"#,
            ]),
            &data(&[r#"{"candidates":[{"finishReason":"FINISH_REASON_UNSPECIFIED"}]}"#]),
            &data(&[r#"{"promptFeedback":{"safetyRatings":[]}}"#]),
            &data(&[r#"{"promptFeedback":{"blockReason":"BLOCK_REASON_UNSPECIFIED"}}"#]),
            &data(&[r#"{"usageMetadata":"?"}"#]),
            "data: {\"candidates\":[{\"content\":",
        ],
        expect![[r#"
            alive
            alive
            alive
            alive
            alive
            started ? after nothing
            alive
            alive
            alive
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
    let plain = data(&[HELLO, STOP]);
    for variant in [
        plain.replace('\n', "\r\n"),
        plain.replace('\n', "\r"),
        format!("\u{FEFF}{plain}"),
        format!("\n\n: hi\n{plain}"),
        format!("{plain}data: [DONE]\n\n"),
        plain.trim_end().to_owned(),
        plain.replace(",\"index\":0", ""),
        plain.replace(r#","modelVersion":"gemini-2.5-flash","responseId":"r1""#, ""),
        plain.replace(r#""role":"model""#, r#""role":"future""#),
        plain.replace(r#"{"text":"Hello"}"#, r#"{"thought":false,"text":"Hello"}"#),
        plain.replace("\"promptTokenCount\":11,\"totalTokenCount\":11", "\"promptTokenCount\":10"),
        // Models of the first generation said a reason in every chunk.
        plain.replace(
            "\"role\":\"model\"},\"index\"",
            "\"role\":\"model\"},\"finishReason\":\"STOP\",\"index\"",
        ),
    ] {
        assert_eq!(lines(&variant), lines(&plain), "{variant:?}");
    }
}

#[test]
fn the_last_number_of_tokens_counts() {
    let bare = r#"{"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":11}}"#;
    check_events(
        &[STOP, bare],
        expect![[r#"
            started ? after nothing
            text " there"
            end of bytes
            ended Complete, tokens 11 (4 cached) + 23
        "#]],
    );
    check_events(
        &[HELLO, bare],
        expect![[r#"
            started ? after nothing
            text "Hello"
            end of bytes
            ended Complete
        "#]],
    );
    check_events(
        &[
            r#"{"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":11.0,"toolUsePromptTokenCount":2,"cachedContentTokenCount":99,"candidatesTokenCount":"?","totalTokenCount":30}}"#,
        ],
        expect![[r#"
            started ? after nothing
            end of bytes
            ended Complete, text "", tokens 13 (13 cached) + 17
        "#]],
    );
    check_events(
        &[r#"{"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"candidatesTokenCount":3}}"#],
        expect![[r#"
            started ? after nothing
            end of bytes
            ended Complete, text ""
        "#]],
    );
}

#[test]
fn case_65_bad_json_fails_and_is_not_shown() {
    check(
        &[&data(&[HELLO]), "data: {\"candidates\":[{\n\n", &data(&[HELLO])],
        expect![[r#"
            started ? after nothing
            text "Hello"
            failed: InvalidResponse, note "stream invalid=event_not_json"
        "#]],
    );
}

#[test]
fn case_66_an_event_of_ten_megabytes_is_given_up() {
    check(
        &[&data(&[HELLO]), &data(&[&HELLO.replace("Hello", &"x".repeat(10 << 20))])],
        expect![[r#"
            started ? after nothing
            text "Hello"
            failed: InvalidResponse, note "stream invalid=event_too_large"
        "#]],
    );
}

#[test]
fn case_68_nothing_follows_the_end() {
    check(
        &[&data(&[HELLO, STOP, "[DONE]", HELLO]), &data(&[HELLO])],
        expect![[r#"
            started ? after nothing
            text "Hello"
            text " there"
            ended Complete, tokens 11 (4 cached) + 23
        "#]],
    );
    check_events(
        &[HELLO, STOP, r#"{"error":{"code":500,"message":"late","status":"INTERNAL"}}"#],
        expect![[r#"
            started ? after nothing
            text "Hello"
            text " there"
            ended Complete, tokens 11 (4 cached) + 23
        "#]],
    );
    // A reason in every chunk: the last one counts.
    check_events(
        &[HELLO, STOP, &ended("SAFETY")],
        expect![[r#"
            started ? after nothing
            text "Hello"
            text " there"
            end of bytes
            ended Filtered, tokens 11 (4 cached) + 23
        "#]],
    );
}

#[test]
fn a_server_that_does_not_know_of_events_sends_one_array() {
    let array = format!("[{HELLO}\n,\r\n{STOP}\n]\n");
    check(
        &[array.split_at(100).0, array.split_at(100).1],
        expect![[r#"
            alive
            alive
            end of bytes
            started ? after nothing
            text "Hello"
            text " there"
            ended Complete, tokens 11 (4 cached) + 23
        "#]],
    );
    check(
        &[array.split_at(100).0],
        expect![[r#"
            alive
            end of bytes
            ended Cut
        "#]],
    );
    check(
        &[STOP],
        expect![[r#"
            alive
            end of bytes
            started ? after nothing
            text " there"
            ended Complete, tokens 11 (4 cached) + 23
        "#]],
    );
    check(
        &[HELLO],
        expect![[r#"
            alive
            end of bytes
            started ? after nothing
            text "Hello"
            ended Cut
        "#]],
    );
    let failing = format!(r#"[{HELLO},{{"error":{{"code":503,"message":"?","status":"UNAVAILABLE"}}}}]"#);
    check(
        &[&failing],
        expect![[r#"
            alive
            end of bytes
            started ? after nothing
            text "Hello"
            failed: Overloaded, note "stream code=503 type=unavailable"
        "#]],
    );
    let blocked = format!(r#"[{{"promptFeedback":{{"blockReason":"SAFETY"}}}},{HELLO}]"#);
    check(
        &[&blocked],
        expect![[r#"
            alive
            end of bytes
            started ? after nothing
            failed: PolicyBlocked, note "stream block=safety"
        "#]],
    );
}

#[test]
fn documents_that_are_no_answer() {
    check(
        &[
            r#"[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"}]}}]"#,
        ],
        expect![[r#"
            alive
            end of bytes
            failed: Unauthorized, note "stream code=400 type=invalid_argument reason=api_key_invalid"
        "#]],
    );
    check(
        &["[]"],
        expect![[r#"
            alive
            end of bytes
            failed: InvalidResponse, note "stream invalid=document"
        "#]],
    );
    check(
        &[r#"{"choices":[]}"#],
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
        &["<html>"],
        expect![[r#"
            failed: InvalidResponse, note "stream invalid=markup"
        "#]],
    );
}
