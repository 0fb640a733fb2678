//! ToolCalls of tools in an answer of the Responses API.

use expect_test::expect;
use models::Api;

use super::{check, check_events};
use crate::script::{line, stream};

const ADDED: &str = r#"{"type":"response.output_item.added","output_index":1,"item":{"type":"function_call","id":"fc_1","call_id":"call_a1","name":"get_weather","arguments":""}}"#;
const DELTA: &str = r#"{"type":"response.function_call_arguments.delta","item_id":"fc_1","output_index":1,"delta":"{\"town\":"}"#;
const DELTA_2: &str = r#"{"type":"response.function_call_arguments.delta","item_id":"fc_1","output_index":1,"delta":"\"서울\"}"}"#;
const DONE: &str = r#"{"type":"response.function_call_arguments.done","item_id":"fc_1","output_index":1,"arguments":"{\"town\":\"서울\"}"}"#;
const ITEM_DONE: &str = r#"{"type":"response.output_item.done","output_index":1,"item":{"type":"function_call","id":"fc_1","call_id":"call_a1","name":"get_weather","arguments":"{\"town\":\"서울\"}","status":"completed"}}"#;
const SAID: &str = r#"{"type":"response.output_text.delta","output_index":0,"delta":"볼게요."}"#;
const EMPTY: &str =
    r#"{"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[]}}"#;

fn completed(output: &str) -> String {
    EMPTY.replace("[]", output)
}

#[test]
fn a_call_as_the_api_streams_it() {
    let output = r#"[{"type":"reasoning","summary":[]},{"type":"function_call","id":"fc_1","call_id":"call_a1","name":"get_weather","arguments":"{\"town\":\"서울\"}"}]"#;
    check_events(
        &[ADDED, DELTA, DELTA_2, DONE, ITEM_DONE, &completed(output)],
        expect![[r#"
            started resp_1 after nothing
            ended Complete
              calls get_weather({"town":"서울"}) as call_a1
        "#]],
    );
}

#[test]
fn the_words_before_a_call_are_text() {
    let output = r#"[{"type":"message","content":[{"type":"output_text","text":"볼게요."}]},{"type":"function_call","call_id":"call_a1","name":"get_weather","arguments":"{}"},{"type":"function_call","call_id":"call_a2","name":"current_time","arguments":"{}"}]"#;
    check(
        &[&stream(&[SAID]), &stream(&[ADDED, ITEM_DONE, &completed(output)])],
        expect![[r#"
            text "볼게요."
            started resp_1 after nothing
            ended Complete, text "볼게요."
              calls get_weather({}) as call_a1
              calls current_time({}) as call_a2
        "#]],
    );
}

#[test]
fn what_the_terminal_states_outranks_what_was_streamed() {
    let output = r#"[{"type":"function_call","call_id":"call_b","name":"current_time","arguments":"{}"}]"#;
    check_events(
        &[ADDED, ITEM_DONE, &completed(output)],
        expect![[r#"
            started resp_1 after nothing
            ended Complete
              calls current_time({}) as call_b
        "#]],
    );
}

#[test]
fn any_of_the_events_is_enough() {
    for events in [
        &[ADDED, DELTA, DELTA_2].as_slice(),
        &[ADDED, DONE].as_slice(),
        &[ADDED, DELTA, DONE].as_slice(),
        &[ITEM_DONE].as_slice(),
        &[ADDED, ITEM_DONE].as_slice(),
        &[ADDED, DELTA, ITEM_DONE].as_slice(),
    ] {
        let placed = events.join("\n");
        let placeless = placed.replace(r#""output_index":1,"#, "");
        let markless = placed.replace(r#""item_id":"fc_1","#, "").replace(r#""id":"fc_1","#, "");
        for variant in [placed, placeless, markless] {
            let mut events: Vec<_> = variant.split('\n').collect();
            events.push(EMPTY);
            let mut decoder = Api::Responses.decoder();
            let end = decoder.push(stream(&events).as_bytes()).pop().unwrap();
            assert_eq!(
                line(end),
                "ended Complete\n  calls get_weather({\"town\":\"서울\"}) as call_a1",
                "{variant}"
            );
        }
    }
}

#[test]
fn calls_without_ids_get_one_and_calls_of_nothing_are_none() {
    let output = r#"[{"type":"function_call","name":"a"},{"type":"function_call","call_id":"x"},{"type":"function_call","call_id":"x","name":"b"},{"type":"function_call","call_id":"x","name":"c","arguments":"no"},{"type":"custom_tool_call","call_id":"y","name":"d"}]"#;
    check_events(
        &[&completed(output)],
        expect![[r#"
            started resp_1 after nothing
            ended Complete
              calls a() as call_0
              calls b() as x
              calls c(no) as call_2
        "#]],
    );
    check_events(
        &[DELTA, DONE, EMPTY],
        expect![[r#"
            started resp_1 after nothing
            ended Complete, text ""
        "#]],
    );
}

#[test]
fn a_call_that_was_cut_off_is_not_made() {
    let incomplete = r#"{"type":"response.incomplete","response":{"id":"resp_1","status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[{"type":"function_call","call_id":"call_a1","name":"get_weather","arguments":"{\"to"}]}}"#;
    check_events(
        &[ADDED, DELTA, incomplete],
        expect![[r#"
            started resp_1 after nothing
            ended Length
        "#]],
    );
    check_events(
        &[ADDED, ITEM_DONE],
        expect![[r#"
            alive
            end of bytes
            ended Cut
        "#]],
    );
    let failed =
        r#"{"type":"response.failed","response":{"status":"failed","error":{"code":"server_error"}}}"#;
    check_events(
        &[ADDED, ITEM_DONE, failed],
        expect![[r#"
            failed: Overloaded, note "stream code=server_error"
        "#]],
    );
}

#[test]
fn a_document_has_calls_too() {
    let document = r#"{"id":"resp_9","object":"response","status":"completed","output":[{"type":"function_call","call_id":"call_a1","name":"get_weather","arguments":"{}"}]}"#;
    check(
        &[document],
        expect![[r#"
            alive
            end of bytes
            started resp_9 after nothing
            ended Complete
              calls get_weather({}) as call_a1
        "#]],
    );
}

#[test]
fn too_many_calls_are_an_invalid_response() {
    let added = |index: usize| ADDED.replace(":1,", &format!(":{index},"));
    let events: Vec<_> = (0..200).map(added).collect();
    let mut events: Vec<_> = events.iter().map(String::as_str).collect();
    events.push(EMPTY);
    check_events(
        &events,
        expect![[r#"
            started resp_1 after nothing
            failed: InvalidResponse, note "stream invalid=calls_too_large"
        "#]],
    );
    let piece = DELTA.replace("{\\\"town\\\":", &"x".repeat(1 << 20));
    check(
        &[&stream(&[ADDED]), &stream(&[&*piece; 5]), &stream(&[EMPTY])],
        expect![[r#"
            alive
            alive
            started resp_1 after nothing
            failed: InvalidResponse, note "stream invalid=calls_too_large"
        "#]],
    );
}
