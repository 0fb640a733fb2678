//! What goes out for a turn.

use expect_test::{Expect, expect};
use models::gemini::request;
use models::{Endpoint, Item, ToolCall, Turn};

use crate::samples::{asks, full, with_schema, with_tools};

fn endpoint() -> Endpoint {
    Endpoint {
        base_url: "https://generativelanguage.googleapis.com/v1beta".to_owned(),
        model: "gemini-2.5-flash".to_owned(),
    }
}

fn check(turn: &Turn, expected: Expect) {
    let request = request(turn, &endpoint());
    expected.assert_eq(&format!("{}\n{}", request.url, request.body));
}

#[test]
fn a_bare_turn_sends_nothing_that_is_not_set() {
    check(
        &asks("hi"),
        expect![[r#"
            https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse
            {"contents":[{"role":"user","parts":[{"text":"hi"}]}]}"#]],
    );
}

#[test]
fn a_full_turn_joins_what_one_side_says() {
    check(
        &full(),
        expect![[r#"
            https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse
            {"systemInstruction":{"parts":[{"text":"Answer in plain words."}]},"contents":[{"role":"user","parts":[{"text":"{\"id\":\"p7\",\"from\":\"지민\",\"text\":\"안녕 \\\"봇\\\"\"}"}]},{"role":"model","parts":[{"text":"안녕하세요 👋"}]},{"role":"user","parts":[{"text":"하나"},{"text":"둘"}]}],"generationConfig":{"temperature":0.7,"topP":1.0,"maxOutputTokens":1024,"stopSequences":["END"],"presencePenalty":-0.5,"frequencyPenalty":0.5,"thinkingConfig":{"thinkingBudget":1024}}}"#]],
    );
}

#[test]
fn a_call_goes_back_with_its_mark_and_what_was_found_as_an_object() {
    check(
        &with_tools(),
        expect![[r#"
            https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse
            {"contents":[{"role":"user","parts":[{"text":"날씨?"}]},{"role":"model","parts":[{"text":"볼게요."},{"functionCall":{"id":"call_a1","name":"get_weather","args":{"town":"서울"}},"thoughtSignature":"c2ln"},{"functionCall":{"name":"get_weather","args":{"town":"부산"}}}]},{"role":"user","parts":[{"functionResponse":{"id":"call_a1","name":"get_weather","response":{"degrees":7}}},{"functionResponse":{"name":"get_weather","response":{"output":"no such town"}}}]}],"tools":[{"functionDeclarations":[{"name":"get_weather","description":"The weather now.","parametersJsonSchema":{"additionalProperties":false,"properties":{"town":{"type":"string"}},"required":["town"],"type":"object"}}]}]}"#]],
    );
}

#[test]
fn arguments_and_answers_of_any_kind_become_objects() {
    let called = |arguments: &str| {
        let (id, name) = ("call_0".to_owned(), "x".to_owned());
        Item::ToolCall(ToolCall { id, name, arguments: arguments.to_owned(), signature: None })
    };
    let returned = |output: &str| Item::ToolOutput {
        id: "call_0".to_owned(),
        name: "x".to_owned(),
        output: output.to_owned(),
    };
    let input = vec![
        Item::user("?"),
        called(""),
        returned("[1]"),
        called("[1]"),
        returned(""),
        called("{\"a\":"),
        returned("null"),
        Item::user(""),
    ];
    check(
        &Turn { input, ..Turn::default() },
        expect![[r#"
            https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse
            {"contents":[{"role":"user","parts":[{"text":"?"}]},{"role":"model","parts":[{"functionCall":{"name":"x","args":{}}}]},{"role":"user","parts":[{"functionResponse":{"name":"x","response":{"output":[1]}}}]},{"role":"model","parts":[{"functionCall":{"name":"x","args":{}}}]},{"role":"user","parts":[{"functionResponse":{"name":"x","response":{"output":""}}}]},{"role":"model","parts":[{"functionCall":{"name":"x","args":{}}}]},{"role":"user","parts":[{"functionResponse":{"name":"x","response":{"output":null}}}]}]}"#]],
    );
}

#[test]
fn a_form_is_sent_unless_there_are_tools() {
    check(
        &with_schema(),
        expect![[r#"
            https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse
            {"contents":[{"role":"user","parts":[{"text":"점심 투표"}]}],"generationConfig":{"responseMimeType":"application/json","responseJsonSchema":{"additionalProperties":false,"properties":{"question":{"type":"string"}},"required":["question"],"type":"object"}}}"#]],
    );
    let both = Turn { schema: with_schema().schema, ..with_tools() };
    assert_eq!(request(&both, &endpoint()), request(&with_tools(), &endpoint()));
}

#[test]
fn thinking_is_a_budget_or_a_level_and_never_both() {
    let thinks_as = |model: &str, effort: Option<&str>, thinking_budget: Option<i32>| {
        let mut turn = asks("hi");
        turn.parameters.reasoning_effort = effort.map(str::to_owned);
        turn.parameters.thinking_budget = thinking_budget;
        let endpoint = Endpoint { model: model.to_owned(), ..endpoint() };
        let body: serde_json::Value = serde_json::from_str(&request(&turn, &endpoint).body).unwrap();
        body.get("generationConfig").map_or("nothing".to_owned(), ToString::to_string)
    };
    let thinks = |effort: Option<&str>, budget: Option<i32>| thinks_as("gemini-3-flash", effort, budget);
    assert_eq!(thinks(None, None), "nothing");
    assert_eq!(thinks(None, Some(-1)), r#"{"thinkingConfig":{"thinkingBudget":-1}}"#);
    assert_eq!(thinks(Some("low"), None), r#"{"thinkingConfig":{"thinkingLevel":"LOW"}}"#);
    assert_eq!(thinks(Some("none"), None), r#"{"thinkingConfig":{"thinkingBudget":0}}"#);
    assert_eq!(thinks(Some("high"), Some(512)), r#"{"thinkingConfig":{"thinkingBudget":512}}"#);
    assert_eq!(thinks(Some(""), None), "nothing");
    for (effort, budget) in
        [("none", 0), ("minimal", 1_024), ("low", 1_024), ("medium", 8_192), ("high", 24_576)]
    {
        let text_kind = format!(r#"{{"thinkingConfig":{{"thinkingBudget":{budget}}}}}"#);
        assert_eq!(thinks_as("gemini-2.5-flash", Some(effort), None), text_kind);
    }
}

#[test]
fn what_is_empty_no_number_or_not_of_this_api_is_not_sent() {
    let mut turn = asks("hi");
    turn.previous = Some("resp_1".to_owned());
    turn.store = false;
    turn.safety_identifier = Some("a1b2".to_owned());
    turn.cache_key = Some("room-bot".to_owned());
    turn.parameters.verbosity = Some("low".to_owned());
    turn.parameters.temperature = Some(f64::NAN);
    turn.parameters.top_p = Some(f64::INFINITY);
    turn.parameters.stop = vec![String::new()];
    assert_eq!(request(&turn, &endpoint()), request(&asks("hi"), &endpoint()));
}

#[test]
fn a_models_name_stays_one_segment_of_the_address() {
    let url = |base_url: &str, model: &str| {
        request(&asks("hi"), &Endpoint { base_url: base_url.to_owned(), model: model.to_owned() }).url
    };
    assert_eq!(
        url("http://h/v1beta/", "models/gemini-3-pro"),
        "http://h/v1beta/models/gemini-3-pro:streamGenerateContent?alt=sse"
    );
    assert_eq!(
        url("http://h", "../x?key=1#"),
        "http://h/models/..%2Fx%3Fkey%3D1%23:streamGenerateContent?alt=sse"
    );
}
