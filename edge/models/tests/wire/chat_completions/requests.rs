//! What goes out for a turn.

use expect_test::{Expect, expect};
use models::chat_completions::request;
use models::{Endpoint, Item, ToolCall, Turn};

use crate::samples::{asks, full, with_schema, with_tools};

fn own() -> Endpoint {
    Endpoint { base_url: "https://api.openai.com/v1".to_owned(), model: "gpt-5.4-mini".to_owned() }
}

fn local() -> Endpoint {
    Endpoint { base_url: "http://localhost:11434/v1/".to_owned(), model: "qwen3".to_owned() }
}

fn check(turn: &Turn, endpoint: &Endpoint, expected: Expect) {
    let request = request(turn, endpoint);
    expected.assert_eq(&format!("{}\n{}", request.url, request.body));
}

#[test]
fn a_bare_turn_sends_nothing_that_is_not_set() {
    check(
        &asks("hi"),
        &local(),
        expect![[r#"
            http://localhost:11434/v1/chat/completions
            {"model":"qwen3","messages":[{"role":"user","content":"hi"}],"stream":true,"stream_options":{"include_usage":true}}"#]],
    );
    assert_eq!(
        request(&asks("hi"), &own()).body,
        request(&asks("hi"), &Endpoint { model: own().model, ..local() }).body
    );
}

#[test]
fn a_full_turn_on_the_apis_own_servers() {
    check(
        &full(),
        &own(),
        expect![[r#"
            https://api.openai.com/v1/chat/completions
            {"model":"gpt-5.4-mini","messages":[{"role":"system","content":"Answer in plain words."},{"role":"user","content":"{\"id\":\"p7\",\"from\":\"지민\",\"text\":\"안녕 \\\"봇\\\"\"}"},{"role":"assistant","content":"안녕하세요 👋"},{"role":"user","content":"하나"},{"role":"user","content":"둘"}],"stream":true,"stream_options":{"include_usage":true},"temperature":0.7,"top_p":1.0,"frequency_penalty":0.5,"presence_penalty":-0.5,"max_completion_tokens":1024,"stop":["END"],"reasoning_effort":"low","verbosity":"low","safety_identifier":"a1b2","prompt_cache_key":"room-bot"}"#]],
    );
}

#[test]
fn a_full_turn_elsewhere_has_the_older_name_and_no_ids() {
    check(
        &full(),
        &local(),
        expect![[r#"
            http://localhost:11434/v1/chat/completions
            {"model":"qwen3","messages":[{"role":"system","content":"Answer in plain words."},{"role":"user","content":"{\"id\":\"p7\",\"from\":\"지민\",\"text\":\"안녕 \\\"봇\\\"\"}"},{"role":"assistant","content":"안녕하세요 👋"},{"role":"user","content":"하나"},{"role":"user","content":"둘"}],"stream":true,"stream_options":{"include_usage":true},"temperature":0.7,"top_p":1.0,"frequency_penalty":0.5,"presence_penalty":-0.5,"max_tokens":1024,"stop":["END"],"reasoning_effort":"low","verbosity":"low"}"#]],
    );
}

#[test]
fn models_that_refuse_the_older_name_of_the_limit_get_the_newer_one_everywhere() {
    for (model, name) in
        [("gpt-5.4-mini", "max_completion_tokens"), ("o3", "max_completion_tokens"), ("gpt-4o", "max_tokens")]
    {
        let body = request(&full(), &Endpoint { model: model.to_owned(), ..local() }).body;
        assert!(body.contains(&format!("\"{name}\":1024")), "{model}: {body}");
    }
}

#[test]
fn the_calls_of_one_answer_are_one_message_with_its_words() {
    check(
        &with_tools(),
        &local(),
        expect![[r#"
            http://localhost:11434/v1/chat/completions
            {"model":"qwen3","messages":[{"role":"user","content":"날씨?"},{"role":"assistant","content":"볼게요.","tool_calls":[{"id":"call_a1","type":"function","function":{"name":"get_weather","arguments":"{\"town\":\"서울\"}"},"extra_content":{"google":{"thought_signature":"c2ln"}}},{"id":"call_1","type":"function","function":{"name":"get_weather","arguments":"{\"town\":\"부산\"}"}}]},{"role":"tool","tool_call_id":"call_a1","content":"{\"degrees\":7}"},{"role":"tool","tool_call_id":"call_1","content":"no such town"}],"tools":[{"type":"function","function":{"name":"get_weather","description":"The weather now.","parameters":{"additionalProperties":false,"properties":{"town":{"type":"string"}},"required":["town"],"type":"object"}}}],"stream":true,"stream_options":{"include_usage":true}}"#]],
    );
    assert!(request(&with_tools(), &own()).body.contains(r#""strict":true"#));
}

#[test]
fn a_call_without_words_has_no_content_and_arguments_that_are_an_object() {
    let called = |id: &str, arguments: &str| {
        let (id, name) = (id.to_owned(), "current_time".to_owned());
        Item::ToolCall(ToolCall { id, name, arguments: arguments.to_owned(), signature: None })
    };
    let returned = |id: &str| Item::ToolOutput {
        id: id.to_owned(),
        name: "current_time".to_owned(),
        output: "12:00".to_owned(),
    };
    let input = vec![Item::user("?"), called("a", ""), returned("a"), called("b", "{\"a\":"), returned("b")];
    check(
        &Turn { input, ..Turn::default() },
        &local(),
        expect![[r#"
            http://localhost:11434/v1/chat/completions
            {"model":"qwen3","messages":[{"role":"user","content":"?"},{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"current_time","arguments":"{}"}}]},{"role":"tool","tool_call_id":"a","content":"12:00"},{"role":"assistant","content":null,"tool_calls":[{"id":"b","type":"function","function":{"name":"current_time","arguments":"{}"}}]},{"role":"tool","tool_call_id":"b","content":"12:00"}],"stream":true,"stream_options":{"include_usage":true}}"#]],
    );
}

#[test]
fn a_form_is_a_response_format() {
    check(
        &with_schema(),
        &local(),
        expect![[r#"
            http://localhost:11434/v1/chat/completions
            {"model":"qwen3","messages":[{"role":"user","content":"점심 투표"}],"response_format":{"type":"json_schema","json_schema":{"name":"poll","schema":{"additionalProperties":false,"properties":{"question":{"type":"string"}},"required":["question"],"type":"object"},"strict":true}},"stream":true,"stream_options":{"include_usage":true}}"#]],
    );
}

#[test]
fn what_is_empty_no_number_or_not_of_this_api_is_not_sent() {
    let empty = Some(String::new());
    let mut turn = asks("hi");
    turn.previous = Some("resp_1".to_owned());
    turn.store = false;
    turn.safety_identifier = empty.clone();
    turn.cache_key = empty.clone();
    turn.parameters.reasoning_effort = empty.clone();
    turn.parameters.verbosity = empty;
    turn.parameters.temperature = Some(f64::NAN);
    turn.parameters.top_p = Some(f64::INFINITY);
    turn.parameters.frequency_penalty = Some(f64::NEG_INFINITY);
    turn.parameters.presence_penalty = Some(f64::NAN);
    turn.parameters.stop = vec![String::new()];
    turn.parameters.thinking_budget = Some(0);
    for endpoint in [local(), own()] {
        assert_eq!(request(&turn, &endpoint), request(&asks("hi"), &endpoint));
    }
}
