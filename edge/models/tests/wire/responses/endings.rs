//! Every way in which an answer ends.

use expect_test::expect;

use super::{check, check_events};
use crate::script::stream;

const HELLO: &str = r#"{"type":"response.output_text.delta","delta":"Hello"}"#;
const CANNOT: &str = r#"{"type":"response.refusal.delta","delta":"I can't help."}"#;

/// A terminal event with this output.
fn terminal(status: &str, output: &str, more: &str) -> String {
    format!(
        r#"{{"type":"response.{status}","response":{{"id":"resp_1","status":"{status}","output":{output}{more},"usage":{{"input_tokens":20,"output_tokens":5}}}}}}"#
    )
}

fn message(parts: &str) -> String {
    format!(r#"[{{"type":"reasoning","summary":[]}},{{"type":"message","content":[{parts}]}}]"#)
}

#[test]
fn the_final_text_is_all_output_text_of_all_messages() {
    let output = r#"[{"type":"message","content":[{"type":"output_text","text":"a"},{"type":"output_text","text":"b"}]},{"type":"function_call","name":"x"},{"type":"message","content":[{"type":"output_text","text":"c"},{"type":"hologram"}]}]"#;
    check_events(
        &[&terminal("completed", output, "")],
        expect![[r#"
            started resp_1 after nothing
            ended Complete, text "ab\n\nc", tokens 20 (0 cached) + 5
              calls x() as call_0
        "#]],
    );
}

#[test]
fn a_completion_that_states_no_output_leaves_the_deltas() {
    check_events(
        &[HELLO, &terminal("completed", "[]", "")],
        expect![[r#"
            text "Hello"
            started resp_1 after nothing
            ended Complete, tokens 20 (0 cached) + 5
        "#]],
    );
    check_events(
        &[HELLO, r#"{"type":"response.completed","response":{"id":"resp_1"}}"#],
        expect![[r#"
            text "Hello"
            started resp_1 after nothing
            ended Complete
        "#]],
    );
    check_events(
        &[r#"{"type":"response.completed"}"#],
        expect![[r#"
            ended Complete, text ""
        "#]],
    );
}

#[test]
fn a_terminal_with_odd_fields_is_still_a_terminal() {
    check(
        &[
            r#"data: {"type":"response.completed","response":{"id":7,"status":["?"],"output":[null,{"type":5},{"type":"message","content":"no"},{"type":"message","content":[1,{"type":"output_text","text":"yes"}]}],"usage":{"input_tokens":12.0,"input_tokens_details":null,"output_tokens":"many"}}}

"#,
        ],
        expect![[r#"
            ended Complete, text "yes"
        "#]],
    );
    check_events(
        &[r#"{"type":"response.completed","response":"resp_1"}"#],
        expect![[r#"
            ended Complete, text ""
        "#]],
    );
    check_events(
        &[
            r#"{"type":"response.failed","response":{"error":[],"usage":{"input_tokens":3.0,"input_tokens_details":{"cached_tokens":9},"output_tokens":0}}}"#,
        ],
        expect![[r#"
            failed: Overloaded, note "stream", tokens 3 (3 cached) + 0
        "#]],
    );
    check_events(
        &[r#"{"type":"response.incomplete","response":{"incomplete_details":"?"}}"#],
        expect![[r#"
            ended Length
        "#]],
    );
}

#[test]
fn the_status_in_a_completion_counts() {
    let length = r#","incomplete_details":{"reason":"max_output_tokens"}"#;
    let said = message(r#"{"type":"output_text","text":"Hel"}"#);
    check_events(
        &[&terminal("incomplete", &said, length).replace("response.incomplete", "response.completed")],
        expect![[r#"
            started resp_1 after nothing
            ended Length, text "Hel", tokens 20 (0 cached) + 5
        "#]],
    );
    check_events(
        &[&terminal("failed", "[]", "").replace("response.failed", "response.completed")],
        expect![[r#"
            started resp_1 after nothing
            failed: Overloaded, note "stream", tokens 20 (0 cached) + 5
        "#]],
    );
    check_events(
        &[&terminal("cancelled", "[]", "")],
        expect![[r#"
            started resp_1 after nothing
            ended Cut, tokens 20 (0 cached) + 5
        "#]],
    );
    check_events(
        &[&terminal("in_progress", &said, "").replace("response.in_progress", "response.completed")],
        expect![[r#"
            started resp_1 after nothing
            ended Complete, text "Hel", tokens 20 (0 cached) + 5
        "#]],
    );
}

#[test]
fn case_64_an_end_of_bytes_without_a_terminal_is_a_cut() {
    check(
        &[],
        expect![[r#"
            end of bytes
            ended Cut
        "#]],
    );
    check_events(
        &[HELLO],
        expect![[r#"
            text "Hello"
            end of bytes
            ended Cut
        "#]],
    );
    check(
        &[&stream(&[HELLO]), "data: {\"type\":\"response.comp"],
        expect![[r#"
            text "Hello"
            alive
            end of bytes
            ended Cut
        "#]],
    );
    check(
        &[stream(&[HELLO]).trim_end()],
        expect![[r#"
            alive
            end of bytes
            text "Hello"
            ended Cut
        "#]],
    );
    check(
        &[&stream(&[HELLO]), "data: [DONE]\n\n"],
        expect![[r#"
            text "Hello"
            ended Cut
        "#]],
    );
    check(
        &[&stream(&[HELLO]), "data: [DONE]"],
        expect![[r#"
            text "Hello"
            alive
            end of bytes
            ended Cut
        "#]],
    );
}

#[test]
fn case_69_incomplete_says_why() {
    let said = message(r#"{"type":"output_text","text":"Hello"}"#);
    let length = r#","incomplete_details":{"reason":"max_output_tokens"}"#;
    let filter = r#","incomplete_details":{"reason":"content_filter"}"#;
    check_events(
        &[HELLO, &terminal("incomplete", &said, length)],
        expect![[r#"
            text "Hello"
            started resp_1 after nothing
            ended Length, text "Hello", tokens 20 (0 cached) + 5
        "#]],
    );
    check_events(
        &[HELLO, &terminal("incomplete", &said, filter)],
        expect![[r#"
            text "Hello"
            started resp_1 after nothing
            ended Filtered, text "Hello", tokens 20 (0 cached) + 5
        "#]],
    );
    check_events(
        &[&terminal("incomplete", r#"[{"type":"reasoning"}]"#, length)],
        expect![[r#"
            started resp_1 after nothing
            ended Length, tokens 20 (0 cached) + 5
        "#]],
    );
}

#[test]
fn case_70_a_refusal_is_told_apart_from_an_answer() {
    let refused = message(r#"{"type":"refusal","refusal":"I can't help."}"#);
    let both =
        message(r#"{"type":"output_text","text":"Well."},{"type":"refusal","refusal":"I can't help."}"#);
    let done = r#"{"type":"response.refusal.done","refusal":"I can't help."}"#;
    check_events(
        &[CANNOT, done, &terminal("completed", &refused, "")],
        expect![[r#"
            refusal "I can't help."
            started resp_1 after nothing
            ended Refused, text "I can't help.", tokens 20 (0 cached) + 5
        "#]],
    );
    check_events(
        &[CANNOT, &terminal("completed", "[]", "")],
        expect![[r#"
            refusal "I can't help."
            started resp_1 after nothing
            ended Refused, tokens 20 (0 cached) + 5
        "#]],
    );
    check_events(
        &[&terminal("completed", &both, "")],
        expect![[r#"
            started resp_1 after nothing
            ended Complete, text "Well.", tokens 20 (0 cached) + 5
        "#]],
    );
}

#[test]
fn case_70_an_answer_may_be_empty() {
    check_events(
        &[&terminal("completed", "[]", "")],
        expect![[r#"
            started resp_1 after nothing
            ended Complete, text "", tokens 20 (0 cached) + 5
        "#]],
    );
    check_events(
        &[&terminal("completed", r#"[{"type":"reasoning","id":"rs_1","summary":[]}]"#, "")],
        expect![[r#"
            started resp_1 after nothing
            ended Complete, text "", tokens 20 (0 cached) + 5
        "#]],
    );
    check_events(
        &[&terminal("completed", &message(""), "")],
        expect![[r#"
            started resp_1 after nothing
            ended Complete, text "", tokens 20 (0 cached) + 5
        "#]],
    );
}
