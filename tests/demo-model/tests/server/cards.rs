//! Answers that must fit a schema: the two cards of the room, in all three APIs.

use crate::all_apis::{ALL, Api};
use crate::raw_client::{Answer, demo};
use serde_json::{Value, json};

fn poll() -> Value {
    json!({"type": "object", "additionalProperties": false, "required": ["question", "options"], "properties": {
        "question": {"type": "string"}, "options": {"type": "array", "items": {"type": "string"}}}})
}

fn summary() -> Value {
    let list = json!({"type": "array", "items": {"type": "string"}});
    json!({"type": "object", "additionalProperties": false, "required": ["topics", "decisions", "open_questions"],
        "properties": {"topics": list, "decisions": list, "open_questions": list}})
}

/// A request that wants an answer in this form.
fn formed(api: Api, handle: &str, lines: &[&str], schema: Value) -> Value {
    let mut body = api.request(&format!("You are @{handle}."), lines);
    let described = json!({"name": handle, "strict": true, "schema": schema});
    match api {
        Api::Responses => {
            let mut format = described;
            format["type"] = json!("json_schema");
            body["text"] = json!({"format": format, "verbosity": "low"});
        }
        Api::Chat => body["response_format"] = json!({"type": "json_schema", "json_schema": described}),
        Api::Gemini => {
            body["generationConfig"] =
                json!({"responseMimeType": "application/json", "responseJsonSchema": described["schema"]});
        }
    }
    body
}

fn card(api: Api, answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text());
    serde_json::from_str(&api.said(answer)).expect("an answer that is JSON and nothing else")
}

#[tokio::test]
async fn a_poll_has_its_question_and_its_options() {
    let demo = demo().await;
    let cases = [
        ("p1 민수: @poll 점심 뭐 먹지? 김밥, 라면, 비빔밥", "점심 뭐 먹지?", vec!["김밥", "라면", "비빔밥"]),
        ("p1 민수: @투표 어디 갈까?\n산\n바다", "어디 갈까?", vec!["산", "바다"]),
        ("p1 ann: @poll What for lunch? pizza or pasta", "What for lunch?", vec!["pizza", "pasta"]),
        ("p1 ann: @poll Where to? park / sea / home", "Where to?", vec!["park", "sea", "home"]),
        ("p1 ann: @poll Shall we go home?", "Shall we go home?", vec!["Yes", "No", "Either is fine"]),
    ];
    for api in ALL {
        for (line, question, options) in &cases {
            let answer = api.ask(&demo, &formed(api, "poll", &[line], poll())).await;
            assert_eq!(card(api, &answer), json!({"question": question, "options": options}), "{api:?}");
        }
    }
}

#[tokio::test]
async fn a_summary_is_what_was_said() {
    let demo = demo().await;
    let lines = [
        "p1 민수: 소풍 언제 갈까?",
        "p2 지수: 소풍은 토요일로 정했어",
        "p1 민수: 김밥은 내가 싸 올게",
        "p2 지수: 김밥 좋지. 돗자리는 누가 가져와?",
        "p1 민수: @summary 정리해 줘",
    ];
    for api in ALL {
        let answer = api.ask(&demo, &formed(api, "summary", &lines, summary())).await;
        let expected = json!({
            "topics": ["소풍", "김밥"],
            "decisions": ["지수: 소풍은 토요일로 정했어"],
            "open_questions": ["지수: 김밥 좋지. 돗자리는 누가 가져와?"],
        });
        assert_eq!(card(api, &answer), expected, "{api:?}");
        let nothing = api.ask(&demo, &formed(api, "summary", &["p1 ann: @summary"], summary())).await;
        let nothing_yet = ["There is nothing to sum up yet."];
        let empty = json!({"topics": nothing_yet, "decisions": [], "open_questions": []});
        assert_eq!(card(api, &nothing), empty, "{api:?}");
    }
}

#[tokio::test]
async fn gemini_has_a_schema_of_its_own_and_plain_json() {
    let demo = demo().await;
    let mut body = Api::Gemini.request("You are @poll.", &["p1 ann: @poll tea or coffee?"]);
    body["generationConfig"] = json!({"responseMimeType": "application/json", "responseSchema": {
        "type": "OBJECT", "required": ["question"], "propertyOrdering": ["question", "options"], "properties": {
            "question": {"type": "STRING"},
            "options": {"type": "ARRAY", "minItems": 2, "items": {"type": "STRING"}},
            "note": {"type": "STRING", "nullable": true, "maxLength": 5}}}});
    let filled = card(Api::Gemini, &Api::Gemini.ask(&demo, &body).await);
    assert_eq!(
        (&filled["question"], &filled["options"]),
        (&json!("tea or coffee?"), &json!(["tea", "coffee"]))
    );
    assert!(filled["note"].as_str().is_some_and(|note| note.chars().count() <= 5));
    body["generationConfig"] = json!({"responseMimeType": "application/json"});
    assert!(card(Api::Gemini, &Api::Gemini.ask(&demo, &body).await).is_object());
    let mut body = Api::Chat.request("Answer in JSON.", &["p1 ann: hi"]);
    body["response_format"] = json!({"type": "json_object"});
    assert!(card(Api::Chat, &Api::Chat.ask(&demo, &body).await).is_object());
}

#[tokio::test]
async fn without_a_schema_the_same_comes_in_words() {
    let demo = demo().await;
    let lines = ["p1 민수: 소풍은 토요일에 가자", "p1 민수: @요약"];
    let summary = Api::Chat.answer(&demo, "당신은 @summary입니다.", &lines).await;
    assert!(summary.contains("**정한 것**: 민수: 소풍은 토요일에 가자"), "{summary}");
    let poll = Api::Chat.answer(&demo, "You are @poll.", &["p1 ann: @poll Lunch? rice, soup"]).await;
    assert_eq!(poll, "**Lunch?**\n1. rice\n2. soup");
}
