//! Streams that differ from the documented one and still are answers, and bytes that are none.

use expect_test::expect;
use models::Api;

use super::{check, check_events};
use crate::script::{line, stream};

const CREATED: &str = r#"{"type":"response.created","sequence_number":0,"response":{"id":"resp_2","object":"response","created_at":1755041560,"status":"in_progress","previous_response_id":"resp_1","output":[]}}"#;
const HELLO: &str = r#"{"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"Hello","logprobs":[],"obfuscation":"xYz"}"#;
const COMPLETED: &str = r#"{"type":"response.completed","sequence_number":9,"response":{"id":"resp_2","status":"completed","output":[{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello","annotations":[]}]}],"usage":{"input_tokens":11,"input_tokens_details":{"cached_tokens":4},"output_tokens":3,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":14}}}"#;

fn lines(stream: &str) -> Vec<String> {
    let mut decoder = Api::Responses.decoder();
    let mut events = decoder.push(stream.as_bytes());
    events.extend(decoder.finish());
    events.into_iter().map(line).collect()
}

#[test]
fn an_answer_from_beginning_to_end() {
    check(
        &[&stream(&[CREATED]), &stream(&[HELLO]), &stream(&[COMPLETED])],
        expect![[r#"
            started resp_2 after resp_1
            text "Hello"
            ended Complete, text "Hello", tokens 11 (4 cached) + 3
        "#]],
    );
}

#[test]
fn a_server_that_keeps_no_state_names_no_previous_response() {
    check_events(
        &[r#"{"type":"response.created","response":{"id":"resp_2","previous_response_id":null}}"#],
        expect![[r#"
            started resp_2 after nothing
            end of bytes
            ended Cut
        "#]],
    );
    check_events(
        &[r#"{"type":"response.created","response":{"id":"","previous_response_id":""}}"#],
        expect![[r#"
            started ? after nothing
            end of bytes
            ended Cut
        "#]],
    );
    check_events(
        &[r#"{"type":"response.created"}"#],
        expect![[r#"
            started ? after nothing
            end of bytes
            ended Cut
        "#]],
    );
}

#[test]
fn the_start_is_said_once_and_at_the_end_where_it_was_skipped() {
    let progress = CREATED.replace("created\"", "in_progress\"");
    check_events(
        &[CREATED, &progress, COMPLETED],
        expect![[r#"
            started resp_2 after resp_1
            ended Complete, text "Hello", tokens 11 (4 cached) + 3
        "#]],
    );
    check_events(
        &[HELLO, COMPLETED],
        expect![[r#"
            text "Hello"
            started resp_2 after nothing
            ended Complete, text "Hello", tokens 11 (4 cached) + 3
        "#]],
    );
}

#[test]
fn case_65_what_says_nothing_is_a_sign_of_life() {
    check(
        &[
            ": ping\n\n",
            "event: keepalive\ndata: {\"type\":\"keepalive\",\"sequence_number\":3}\n\n",
            "event: response.web_search_call.searching\n\n",
            "data:\n\n",
            "data: {\"type\":\"response.from_the_future\",\"delta\":\"no\"}\n\n",
            "data: 7\n\n",
            "data: {}\n\n",
            "data: {\"type\":\"response.output_text.delta\",\"delta\":\"\"}\n\n",
            "data: {\"type\":\"response.output_text.delta\",\"delta\":null,\"error\":null}\n\n",
            "data: {\"type\":\"response.output_text",
            "",
        ],
        expect![[r#"
            alive
            alive
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
fn case_65_line_endings_marks_and_missing_names_make_no_difference() {
    let plain = stream(&[CREATED, HELLO, COMPLETED]);
    let nameless: String = plain.split_inclusive('\n').filter(|line| !line.starts_with("event:")).collect();
    let typeless = plain.replace(r#""type":"response.output_text.delta","#, "");
    for variant in [
        plain.replace('\n', "\r\n"),
        plain.replace('\n', "\r"),
        format!("\u{FEFF}{plain}"),
        format!("\n\n: hi\n{plain}"),
        format!("{plain}data: [DONE]\n\n"),
        plain.trim_end().to_owned(),
        nameless,
        typeless,
        plain.replace(r#""sequence_number":"#, r#""unknown":"#),
        plain.replace("1755041560", "1755041560.25"),
    ] {
        assert_eq!(lines(&variant), lines(&plain), "{variant:?}");
    }
}

#[test]
fn case_65_bad_json_fails_and_is_not_shown() {
    check(
        &[&stream(&[CREATED, HELLO]), "data: {\"type\":\"response.outp\n\n", &stream(&[HELLO])],
        expect![[r#"
            started resp_2 after resp_1
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
    let huge = format!("data: {{\"type\":\"keepalive\",\"padding\":\"{}\"}}\n\n", "x".repeat(10 << 20));
    check(
        &[&stream(&[HELLO]), &huge, &stream(&[COMPLETED])],
        expect![[r#"
            text "Hello"
            failed: InvalidResponse, note "stream invalid=event_too_large"
        "#]],
    );
}

#[test]
fn case_68_the_first_terminal_wins_and_nothing_follows_it() {
    let other = COMPLETED.replace("Hello", "Other").replace("completed", "incomplete");
    check(
        &[&stream(&[HELLO, COMPLETED, HELLO, &other]), &stream(&[&other]), "data: {\"err"],
        expect![[r#"
            text "Hello"
            started resp_2 after nothing
            ended Complete, text "Hello", tokens 11 (4 cached) + 3
        "#]],
    );
    check_events(
        &[COMPLETED, r#"{"type":"error","message":"late"}"#],
        expect![[r#"
            started resp_2 after nothing
            ended Complete, text "Hello", tokens 11 (4 cached) + 3
        "#]],
    );
}

#[test]
fn case_68_the_numbers_are_not_looked_at_and_the_final_text_counts() {
    let again = HELLO.replace("\"sequence_number\":4", "\"sequence_number\":\"99\"");
    check_events(
        &[HELLO, &again, COMPLETED],
        expect![[r#"
            text "Hello"
            text "Hello"
            started resp_2 after nothing
            ended Complete, text "Hello", tokens 11 (4 cached) + 3
        "#]],
    );
}

#[test]
fn a_server_that_does_not_stream_is_understood() {
    let answer = r#"{"id":"resp_9","object":"response","status":"completed","error":null,"output":[{"type":"message","content":[{"type":"output_text","text":"안녕"}]}],"usage":{"input_tokens":2,"output_tokens":1}}"#;
    check(
        &[" \n", answer.split_at(60).0, answer.split_at(60).1],
        expect![[r#"
            alive
            alive
            alive
            end of bytes
            started resp_9 after nothing
            text "안녕"
            ended Complete, text "안녕", tokens 2 (0 cached) + 1
        "#]],
    );
    check(
        &[&answer.replace("안녕", "")],
        expect![[r#"
            alive
            end of bytes
            started resp_9 after nothing
            ended Complete, text "", tokens 2 (0 cached) + 1
        "#]],
    );
    check(
        &[&answer.replace("\"completed\"", "\"queued\"")],
        expect![[r#"
            alive
            end of bytes
            started resp_9 after nothing
            text "안녕"
            ended Cut, text "안녕", tokens 2 (0 cached) + 1
        "#]],
    );
    check(
        &[&answer
            .replace("\"error\":null", "\"error\":{\"code\":\"server_error\"}")
            .replace("completed", "failed")],
        expect![[r#"
            alive
            end of bytes
            started resp_9 after nothing
            text "안녕"
            failed: Overloaded, note "stream code=server_error", text "안녕", tokens 2 (0 cached) + 1
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
        &[r#"[{"error":{"code":503,"message":"overloaded"}}]"#],
        expect![[r#"
            alive
            end of bytes
            failed: Overloaded, note "stream code=503"
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
        &["\n<!DOCTYPE html><title>Sign in</title>", "data: {}\n\n"],
        expect![[r#"
            failed: InvalidResponse, note "stream invalid=markup"
        "#]],
    );
    check(
        &["{", &" ".repeat(5 << 20), "}"],
        expect![[r#"
            alive
            failed: InvalidResponse, note "stream invalid=document_too_large"
        "#]],
    );
}
