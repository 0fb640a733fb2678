//! ToolCalls of tools in an answer of Chat Completions.

use expect_test::expect;

use super::{DONE, HELLO, ROLE, STOP, USAGE, check_events, ended};

/// A chunk with these pieces of calls.
fn pieces(pieces: &str) -> String {
    HELLO.replace(r#""content":"Hello""#, &format!(r#""tool_calls":[{pieces}]"#))
}

/// Pieces, one chunk each, and the end.
fn check(chunks: &[&str], expected: expect_test::Expect) {
    let mut events: Vec<_> = chunks.iter().map(|chunk| pieces(chunk)).collect();
    events.insert(0, ROLE.to_owned());
    events.push(ended("\"tool_calls\""));
    let events: Vec<_> = events.iter().map(String::as_str).chain([USAGE, DONE]).collect();
    check_events(&events, expected);
}

#[test]
fn calls_as_the_api_streams_them() {
    check(
        &[
            r#"{"index":0,"id":"call_a1","type":"function","function":{"name":"get_weather","arguments":""}}"#,
            r#"{"index":0,"function":{"arguments":"{\"town\":"}}"#,
            r#"{"index":0,"function":{"arguments":"\"서울\"}"}}"#,
            r#"{"index":1,"id":"call_a2","type":"function","function":{"name":"current_time","arguments":""}}"#,
            r#"{"index":1,"function":{"arguments":"{}"}}"#,
        ],
        expect![[r#"
            started ? after nothing
            ended Complete, tokens 19 (4 cached) + 10
              calls get_weather({"town":"서울"}) as call_a1
              calls current_time({}) as call_a2
        "#]],
    );
}

#[test]
fn pieces_of_several_calls_in_one_chunk() {
    check(
        &[
            r#"{"index":0,"id":"a","function":{"name":"x","arguments":"{"}},{"index":1,"id":"b","function":{"name":"y","arguments":"{\"q\""}}"#,
            r#"{"index":1,"function":{"arguments":":1}"}},{"index":0,"function":{"arguments":"}"}}"#,
        ],
        expect![[r#"
            started ? after nothing
            ended Complete, tokens 19 (4 cached) + 10
              calls x({}) as a
              calls y({"q":1}) as b
        "#]],
    );
}

#[test]
fn whole_calls_without_an_index() {
    check(
        &[
            r#"{"id":"a","type":"function","function":{"name":"x","arguments":"{\"n\":1}"}},{"id":"b","function":{"name":"y","arguments":"{\"n\":2}"}}"#,
            r#"{"id":"","function":{"name":"z","arguments":{"n":3}}}"#,
            r#"{"function":{"name":"z","arguments":"{\"n\":4}"}}"#,
        ],
        expect![[r#"
            started ? after nothing
            ended Complete, tokens 19 (4 cached) + 10
              calls x({"n":1}) as a
              calls y({"n":2}) as b
              calls z({"n":3}) as call_2
              calls z({"n":4}) as call_3
        "#]],
    );
}

#[test]
fn whole_calls_that_all_have_the_same_index() {
    check(
        &[
            r#"{"index":0,"id":"a","function":{"name":"x","arguments":"{}"}}"#,
            r#"{"index":0,"id":"b","function":{"name":"x","arguments":"{}"}}"#,
        ],
        expect![[r#"
            started ? after nothing
            ended Complete, tokens 19 (4 cached) + 10
              calls x({}) as a
              calls x({}) as b
        "#]],
    );
}

#[test]
fn pieces_without_an_index() {
    check(
        &[
            r#"{"id":"a","function":{"name":"x","arguments":""}}"#,
            r#"{"function":{"arguments":"{\"n\":"}}"#,
            r#"{"id":"b","function":{"name":"y","arguments":"{}"}}"#,
            r#"{"id":"a","function":{"arguments":"1}"}}"#,
        ],
        expect![[r#"
            started ? after nothing
            ended Complete, tokens 19 (4 cached) + 10
              calls x({"n":1}) as a
              calls y({}) as b
        "#]],
    );
}

#[test]
fn pieces_with_repeated_names_and_new_ids() {
    check(
        &[
            r#"{"index":0,"id":"a","function":{"name":"x","arguments":"{\"n\""}}"#,
            r#"{"index":0,"id":"a","function":{"name":"x","arguments":":"}}"#,
            r#"{"index":0,"id":"other","function":{"name":null,"arguments":"1"}}"#,
            r#"{"index":0,"id":"","function":{"name":"x","arguments":"}"}}"#,
        ],
        expect![[r#"
            started ? after nothing
            ended Complete, tokens 19 (4 cached) + 10
              calls x({"n":1}) as a
        "#]],
    );
}

#[test]
fn calls_without_ids_get_one_and_calls_of_nothing_are_none() {
    check(
        &[
            r#"{"index":0,"function":{"name":"x","arguments":"no json"}}"#,
            r#"{"index":1,"id":"call_0","function":{"name":"y"}}"#,
            r#"{"index":2,"function":{"arguments":"{}"}}"#,
            r#"{"index":3,"id":"call_0","function":{"name":"z","arguments":7}}"#,
            r#"{"index":4}"#,
            r#"7"#,
        ],
        expect![[r#"
            started ? after nothing
            ended Complete, tokens 19 (4 cached) + 10
              calls x(no json) as call_1
              calls y() as call_0
              calls z() as call_2
        "#]],
    );
}

#[test]
fn a_mark_of_googles_is_kept() {
    check(
        &[
            r#"{"id":"a","type":"function","function":{"name":"x","arguments":"{}"},"extra_content":{"google":{"thought_signature":"EjQK"}}}"#,
        ],
        expect![[r#"
            started ? after nothing
            ended Complete, tokens 19 (4 cached) + 10
              calls x({}) as a, signed EjQK
        "#]],
    );
}

#[test]
fn words_and_calls_and_any_whole_end() {
    let call = pieces(r#"{"index":0,"id":"a","function":{"name":"x","arguments":"{}"}}"#);
    check_events(
        &[HELLO, &call, STOP, DONE],
        expect![[r#"
            started ? after nothing
            text "Hello"
            ended Complete
              calls x({}) as a
        "#]],
    );
    let old = HELLO.replace(r#""content":"Hello""#, r#""function_call":{"name":"x","arguments":"{\"n\":"}"#);
    let more = HELLO.replace(r#""content":"Hello""#, r#""function_call":{"arguments":"1}"}"#);
    check_events(
        &[&old, &more, &ended("\"function_call\""), DONE],
        expect![[r#"
            started ? after nothing
            ended Complete
              calls x({"n":1}) as call_0
        "#]],
    );
    check_events(
        &[&call, &ended("\"tool_calls\""), &ended("\"stop\""), DONE],
        expect![[r#"
            started ? after nothing
            ended Complete
              calls x({}) as a
        "#]],
    );
}

#[test]
fn a_call_that_was_cut_off_is_not_made() {
    let call = pieces(r#"{"index":0,"id":"a","function":{"name":"x","arguments":"{\"n\""}}"#);
    check_events(
        &[&call, &ended("\"length\""), DONE],
        expect![[r#"
            started ? after nothing
            ended Length
        "#]],
    );
    check_events(
        &[&call, &ended("\"content_filter\""), DONE],
        expect![[r#"
            started ? after nothing
            ended Filtered
        "#]],
    );
    check_events(
        &[&call, DONE],
        expect![[r#"
            started ? after nothing
            ended Cut
        "#]],
    );
    check_events(
        &[&call],
        expect![[r#"
            started ? after nothing
            end of bytes
            ended Cut
        "#]],
    );
}

#[test]
fn too_many_calls_are_an_invalid_response() {
    let pieces: Vec<_> = (0..200)
        .map(|index| format!(r#"{{"index":{index},"id":"{index}","function":{{"name":"x"}}}}"#))
        .collect();
    let pieces: Vec<_> = pieces.iter().map(String::as_str).collect();
    check(
        &pieces,
        expect![[r#"
            started ? after nothing
            failed: InvalidResponse, note "stream invalid=calls_too_large", tokens 19 (4 cached) + 10
        "#]],
    );
    let piece = format!(r#"{{"index":0,"function":{{"arguments":"{}"}}}}"#, "x".repeat(1 << 20));
    check(
        &[&*piece; 5],
        expect![[r#"
            started ? after nothing
            failed: InvalidResponse, note "stream invalid=calls_too_large", tokens 19 (4 cached) + 10
        "#]],
    );
}
