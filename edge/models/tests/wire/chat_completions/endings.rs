//! Every way in which an answer ends.

use expect_test::expect;
use models::Api;

use super::{DONE, HELLO, ROLE, STOP, USAGE, check, check_events, ended};
use crate::script::{data, line};

#[test]
fn case_64_an_end_of_bytes_without_a_reason_is_a_cut() {
    check(
        &[],
        expect![[r#"
            end of bytes
            ended Cut
        "#]],
    );
    check_events(
        &[ROLE, HELLO],
        expect![[r#"
            started ? after nothing
            text "Hello"
            end of bytes
            ended Cut
        "#]],
    );
    check_events(
        &[ROLE, HELLO, DONE],
        expect![[r#"
            started ? after nothing
            text "Hello"
            ended Cut
        "#]],
    );
    check_events(
        &[ROLE, HELLO, USAGE, DONE],
        expect![[r#"
            started ? after nothing
            text "Hello"
            ended Cut
        "#]],
    );
    check(
        &[&data(&[HELLO]), "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"st"],
        expect![[r#"
            started ? after nothing
            text "Hello"
            alive
            end of bytes
            ended Cut
        "#]],
    );
    check(
        &[&data(&[HELLO]), "data: [DO"],
        expect![[r#"
            started ? after nothing
            text "Hello"
            alive
            end of bytes
            ended Cut
        "#]],
    );
}

#[test]
fn an_end_of_bytes_after_a_reason_is_an_end() {
    check_events(
        &[ROLE, HELLO, STOP],
        expect![[r#"
            started ? after nothing
            text "Hello"
            end of bytes
            ended Complete
        "#]],
    );
    check(
        &[&data(&[HELLO]), data(&[STOP]).trim_end()],
        expect![[r#"
            started ? after nothing
            text "Hello"
            alive
            end of bytes
            ended Complete
        "#]],
    );
    check(
        &[&data(&[HELLO, STOP]), data(&[USAGE]).trim_end()],
        expect![[r#"
            started ? after nothing
            text "Hello"
            alive
            end of bytes
            ended Complete, tokens 19 (4 cached) + 10
        "#]],
    );
    check(
        &[&data(&[HELLO, STOP]), data(&[USAGE]).split_at(200).0],
        expect![[r#"
            started ? after nothing
            text "Hello"
            alive
            end of bytes
            ended Complete
        "#]],
    );
}

#[test]
fn case_69_every_reason() {
    let reasons: Vec<_> = [
        "stop",
        "length",
        "content_filter",
        "tool_calls",
        "function_call",
        "",
        "eos",
        "end_turn",
        "STOP",
        "MAX_TOKENS",
        "model_length",
        "SAFETY",
        "abort",
        "error",
        "insufficient_system_resource",
    ]
    .iter()
    .map(|reason| {
        let mut decoder = Api::ChatCompletions.decoder();
        let mut events = decoder.push(data(&[HELLO, &ended(&format!("\"{reason}\"")), DONE]).as_bytes());
        format!("{reason}: {}", line(events.pop().unwrap()))
    })
    .collect();
    expect![[r#"
        stop: ended Complete
        length: ended Length
        content_filter: ended Filtered
        tool_calls: ended Complete
        function_call: ended Complete
        : ended Cut
        eos: ended Complete
        end_turn: ended Complete
        STOP: ended Complete
        MAX_TOKENS: ended Length
        model_length: ended Length
        SAFETY: ended Filtered
        abort: ended Cut
        error: failed: Overloaded, note "stream finish=error"
        insufficient_system_resource: failed: Overloaded, note "stream finish=error"
    "#]]
    .assert_eq(&(reasons.join("\n") + "\n"));
}

#[test]
fn case_69_a_cut_says_why_and_what_it_cost() {
    check_events(
        &[HELLO, &ended("\"length\""), USAGE, DONE],
        expect![[r#"
            started ? after nothing
            text "Hello"
            ended Length, tokens 19 (4 cached) + 10
        "#]],
    );
    check_events(
        &[HELLO, &ended("\"content_filter\""), USAGE, DONE],
        expect![[r#"
            started ? after nothing
            text "Hello"
            ended Filtered, tokens 19 (4 cached) + 10
        "#]],
    );
    // A model that thought until the limit says nothing at all.
    check_events(
        &[ROLE, &ended("\"length\""), USAGE, DONE],
        expect![[r#"
            started ? after nothing
            ended Length, tokens 19 (4 cached) + 10
        "#]],
    );
}

#[test]
fn case_70_a_refusal_is_told_apart_from_an_answer() {
    let refusal = HELLO.replace(r#""content":"Hello""#, r#""refusal":"I can't help.""#);
    check_events(
        &[ROLE, &refusal, STOP, USAGE, DONE],
        expect![[r#"
            started ? after nothing
            refusal "I can't help."
            ended Refused, tokens 19 (4 cached) + 10
        "#]],
    );
    check_events(
        &[ROLE, HELLO, &refusal, STOP, DONE],
        expect![[r#"
            started ? after nothing
            text "Hello"
            refusal "I can't help."
            ended Complete
        "#]],
    );
    check_events(
        &[ROLE, &refusal, &ended("\"content_filter\""), DONE],
        expect![[r#"
            started ? after nothing
            refusal "I can't help."
            ended Filtered
        "#]],
    );
}

#[test]
fn case_70_an_answer_may_be_empty() {
    check_events(
        &[ROLE, STOP, USAGE, DONE],
        expect![[r#"
            started ? after nothing
            ended Complete, text "", tokens 19 (4 cached) + 10
        "#]],
    );
    let thought = r#"{"choices":[{"index":0,"delta":{"reasoning_content":"Hm."}}]}"#;
    check_events(
        &[thought, STOP, DONE],
        expect![[r#"
            started ? after nothing
            thought "Hm."
            ended Complete, text ""
        "#]],
    );
}
