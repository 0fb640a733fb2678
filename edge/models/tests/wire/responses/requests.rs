//! What goes out for a turn.

use expect_test::{Expect, expect};
use models::responses::{delete, request};
use models::{Endpoint, Item, Parameters, Turn};

use crate::samples;

fn own() -> Endpoint {
    Endpoint { base_url: "https://api.openai.com/v1".to_owned(), model: "gpt-5.4-mini".to_owned() }
}

fn local() -> Endpoint {
    Endpoint { base_url: "http://localhost:11434/v1".to_owned(), model: "qwen3".to_owned() }
}

fn asks(text: &str) -> Turn {
    Turn { input: vec![Item::user(text.to_owned())], ..Turn::default() }
}

fn full() -> Turn {
    let some = |text: &str| Some(text.to_owned());
    Turn {
        instructions: "Answer in plain words.".to_owned(),
        input: vec![
            Item::user(r#"{"id":"p7","from":"지민","text":"안녕 \"봇\""}"#.to_owned()),
            Item::assistant("안녕하세요 👋".to_owned()),
            Item::user("내 이름은?".to_owned()),
        ],
        previous: some("resp_1"),
        safety_identifier: some("a1b2"),
        cache_key: some("room-bot"),
        parameters: Parameters {
            temperature: Some(0.7),
            top_p: Some(1.0),
            max_output_tokens: Some(1024),
            reasoning_effort: some("low"),
            verbosity: some("low"),
            ..Parameters::default()
        },
        ..Turn::default()
    }
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
            http://localhost:11434/v1/responses
            {"model":"qwen3","input":[{"role":"user","content":"hi"}],"stream":true,"store":true}"#]],
    );
    check(
        &asks("hi"),
        &own(),
        expect![[r#"
            https://api.openai.com/v1/responses
            {"model":"gpt-5.4-mini","input":[{"role":"user","content":"hi"}],"stream":true,"stream_options":{"include_obfuscation":false},"store":true}"#]],
    );
}

#[test]
fn a_full_turn_sends_everything_in_its_order() {
    check(
        &full(),
        &own(),
        expect![[r#"
            https://api.openai.com/v1/responses
            {"model":"gpt-5.4-mini","previous_response_id":"resp_1","instructions":"Answer in plain words.","input":[{"role":"user","content":"{\"id\":\"p7\",\"from\":\"지민\",\"text\":\"안녕 \\\"봇\\\"\"}"},{"role":"assistant","content":"안녕하세요 👋"},{"role":"user","content":"내 이름은?"}],"stream":true,"stream_options":{"include_obfuscation":false},"store":true,"temperature":0.7,"top_p":1.0,"max_output_tokens":1024,"reasoning":{"effort":"low"},"text":{"verbosity":"low"},"safety_identifier":"a1b2","prompt_cache_key":"room-bot"}"#]],
    );
}

#[test]
fn a_turn_that_is_not_kept_says_so() {
    check(
        &Turn { store: false, ..asks("hi") },
        &local(),
        expect![[r#"
            http://localhost:11434/v1/responses
            {"model":"qwen3","input":[{"role":"user","content":"hi"}],"stream":true,"store":false}"#]],
    );
}

#[test]
fn tools_and_their_answers_are_flat_items_without_ids_of_their_own() {
    check(
        &samples::with_tools(),
        &local(),
        expect![[r#"
            http://localhost:11434/v1/responses
            {"model":"qwen3","input":[{"role":"user","content":"날씨?"},{"role":"assistant","content":"볼게요."},{"type":"function_call","call_id":"call_a1","name":"get_weather","arguments":"{\"town\":\"서울\"}"},{"type":"function_call","call_id":"call_1","name":"get_weather","arguments":"{\"town\":\"부산\"}"},{"type":"function_call_output","call_id":"call_a1","output":"{\"degrees\":7}"},{"type":"function_call_output","call_id":"call_1","output":"no such town"}],"tools":[{"type":"function","name":"get_weather","description":"The weather now.","parameters":{"additionalProperties":false,"properties":{"town":{"type":"string"}},"required":["town"],"type":"object"},"strict":true}],"stream":true,"store":true}"#]],
    );
}

#[test]
fn a_form_stands_beside_the_verbosity() {
    check(
        &samples::with_schema(),
        &local(),
        expect![[r#"
            http://localhost:11434/v1/responses
            {"model":"qwen3","input":[{"role":"user","content":"점심 투표"}],"stream":true,"store":true,"text":{"format":{"type":"json_schema","name":"poll","schema":{"additionalProperties":false,"properties":{"question":{"type":"string"}},"required":["question"],"type":"object"},"strict":true}}}"#]],
    );
    let mut turn = samples::with_schema();
    turn.parameters.verbosity = Some("low".to_owned());
    check(
        &turn,
        &local(),
        expect![[r#"
            http://localhost:11434/v1/responses
            {"model":"qwen3","input":[{"role":"user","content":"점심 투표"}],"stream":true,"store":true,"text":{"format":{"type":"json_schema","name":"poll","schema":{"additionalProperties":false,"properties":{"question":{"type":"string"}},"required":["question"],"type":"object"},"strict":true},"verbosity":"low"}}"#]],
    );
}

#[test]
fn what_the_api_does_not_have_is_not_sent() {
    let mut turn = asks("hi");
    turn.parameters.stop = vec!["END".to_owned()];
    turn.parameters.frequency_penalty = Some(1.0);
    turn.parameters.presence_penalty = Some(1.0);
    turn.parameters.thinking_budget = Some(0);
    assert_eq!(request(&turn, &local()), request(&asks("hi"), &local()));
}

#[test]
fn equal_turns_are_equal_bytes() {
    assert_eq!(request(&full(), &own()), request(&full(), &own()));
}

#[test]
fn what_is_empty_or_no_number_is_not_sent() {
    let empty = Some(String::new());
    let mut turn = asks("hi");
    turn.previous = empty.clone();
    turn.safety_identifier = empty.clone();
    turn.cache_key = empty.clone();
    turn.parameters.reasoning_effort = empty.clone();
    turn.parameters.verbosity = empty;
    turn.parameters.temperature = Some(f64::NAN);
    turn.parameters.top_p = Some(f64::INFINITY);
    assert_eq!(request(&turn, &local()), request(&asks("hi"), &local()));
}

#[test]
fn only_the_apis_own_host_is_told_about_obfuscation() {
    let asked = |base_url: &str| {
        let endpoint = Endpoint { base_url: base_url.to_owned(), model: "m".to_owned() };
        request(&asks("hi"), &endpoint).body.contains("include_obfuscation")
    };
    assert!(asked("https://api.openai.com/v1"));
    assert!(asked("https://API.OpenAI.com:443/v1"));
    assert!(asked("https://api.openai.com"));
    assert!(!asked("https://api.openai.com.example.org/v1"));
    assert!(!asked("https://eu.api.openai.com/v1"));
    assert!(!asked("https://api.openai.com@example.org/v1"));
    assert!(!asked("http://localhost/https://api.openai.com/v1"));
    assert!(!asked(""));
}

#[test]
fn the_headers_ask_for_a_stream_and_hold_no_key() {
    let mut headers =
        request(&full(), &own()).headers.into_iter().map(|(name, value)| format!("{name}: {value}"));
    expect!["accept: text/event-stream | content-type: application/json"]
        .assert_eq(&headers.by_ref().collect::<Vec<_>>().join(" | "));
}

#[test]
fn an_id_stays_one_segment_of_the_address() {
    let slash = Endpoint { base_url: "https://api.openai.com/v1/".to_owned(), ..own() };
    assert_eq!(delete(&slash, "resp_68-a.b~c"), "https://api.openai.com/v1/responses/resp_68-a.b~c");
    assert_eq!(
        delete(&own(), "../files/a?b#c%2F 한\n"),
        "https://api.openai.com/v1/responses/..%2Ffiles%2Fa%3Fb%23c%252F%20%ED%95%9C%0A"
    );
}
