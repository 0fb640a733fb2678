//! ToolCalls of tools in an answer of the Gemini API.

use expect_test::expect;

use super::{HELLO, STOP, check_events, ended};

/// A chunk with these parts.
fn parts(parts: &str) -> String {
    HELLO.replace(r#"{"text":"Hello"}"#, parts)
}

#[test]
fn a_call_as_the_api_streams_it() {
    let call = parts(
        r#"{"functionCall":{"id":"k3f","name":"get_weather","args":{"town":"서울"}},"thoughtSignature":"EjQK"}"#,
    );
    check_events(
        &[&call, &ended("STOP")],
        expect![[r#"
            started ? after nothing
            end of bytes
            ended Complete, tokens 11 (4 cached) + 23
              calls get_weather({"town":"서울"}) as k3f, signed EjQK
        "#]],
    );
}

#[test]
fn several_calls_without_ids_in_one_chunk_and_in_several() {
    let two = parts(
        r#"{"text":"볼게요."},{"functionCall":{"name":"get_weather","args":{"town":"서울"}},"thoughtSignature":"EjQK"},{"functionCall":{"name":"get_weather","args":{"town":"부산"}}}"#,
    );
    let third = parts(r#"{"functionCall":{"name":"current_time"}}"#);
    check_events(
        &[&two, &third, &ended("STOP")],
        expect![[r#"
            started ? after nothing
            text "볼게요."
            end of bytes
            ended Complete, tokens 11 (4 cached) + 23
              calls get_weather({"town":"서울"}) as call_0, signed EjQK
              calls get_weather({"town":"부산"}) as call_1
              calls current_time({}) as call_2
        "#]],
    );
}

#[test]
fn a_call_may_come_with_the_end() {
    let call = STOP.replace(r#"{"text":" there"}"#, r#"{"functionCall":{"name":"x","args":{}}}"#);
    check_events(
        &[HELLO, &call],
        expect![[r#"
            started ? after nothing
            text "Hello"
            end of bytes
            ended Complete, tokens 11 (4 cached) + 23
              calls x({}) as call_0
        "#]],
    );
}

#[test]
fn odd_calls() {
    let calls = parts(
        r#"{"functionCall":{"name":"x","args":[1]}},{"functionCall":{"name":"","args":{}}},{"functionCall":{"args":{}}},{"functionCall":7},{"functionCall":null},7,{"functionCall":{"id":7,"name":"y","args":null},"thoughtSignature":""}"#,
    );
    check_events(
        &[&calls, &ended("STOP")],
        expect![[r#"
            started ? after nothing
            end of bytes
            ended Complete, tokens 11 (4 cached) + 23
              calls x({}) as call_0
              calls y({}) as call_1
        "#]],
    );
}

#[test]
fn a_call_that_was_cut_off_is_not_made() {
    let call = parts(r#"{"functionCall":{"name":"x","args":{}}}"#);
    check_events(
        &[&call, &ended("MAX_TOKENS")],
        expect![[r#"
            started ? after nothing
            end of bytes
            ended Length, tokens 11 (4 cached) + 23
        "#]],
    );
    check_events(
        &[&call, &ended("MALFORMED_FUNCTION_CALL")],
        expect![[r#"
            started ? after nothing
            end of bytes
            failed: Overloaded, note "stream finish=malformed_function_call", tokens 11 (4 cached) + 23
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
    let calls = vec![r#"{"functionCall":{"name":"x"}}"#; 200].join(",");
    check_events(
        &[&parts(&calls), &ended("STOP")],
        expect![[r#"
            started ? after nothing
            end of bytes
            failed: InvalidResponse, note "stream invalid=calls_too_large", tokens 11 (4 cached) + 23
        "#]],
    );
}
