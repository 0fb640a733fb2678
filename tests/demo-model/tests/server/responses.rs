//! What the API documents: the stream, chains, errors, usage, and what the demo records.

use crate::raw_client::{after, ask, call, demo, question, read, send};
use demo_model::{DemoModel, Fault, Options, Outcome};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::AsyncReadExt;

#[tokio::test]
async fn a_stream_is_the_documented_sequence() {
    let demo = demo().await;
    demo.queue_answer("one two");
    let answer = ask(&demo, question("@chatbot hi")).await;
    assert_eq!(answer.status, 200);
    assert!(
        answer.head.contains("content-type: text/event-stream") && answer.head.contains("x-request-id: req_")
    );
    assert_eq!(
        answer.types(),
        [
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed",
        ]
    );
    let events = answer.events();
    for (number, event) in events.iter().enumerate() {
        assert_eq!(event["sequence_number"], number);
        let named = format!("event: {}\ndata: ", event["type"].as_str().unwrap());
        assert!(answer.text().contains(&named));
    }
    assert!(events[4]["obfuscation"].is_string());
    let whole = &events[9]["response"];
    assert_eq!(whole["output"][0]["content"][0]["text"], "one two");
    let usage = &whole["usage"];
    assert_eq!(
        usage["total_tokens"].as_u64().unwrap(),
        usage["input_tokens"].as_u64().unwrap() + usage["output_tokens"].as_u64().unwrap()
    );
    assert_eq!(events[0]["response"]["usage"], Value::Null);
    let mut plain = question("@chatbot hi");
    plain["stream_options"] = json!({"include_obfuscation": false});
    assert!(!ask(&demo, plain).await.text().contains("obfuscation"));
}

#[tokio::test]
async fn a_chain_remembers_and_knows_its_own_responses_only() {
    let demo = demo().await;
    let first = ask(&demo, question("@chatbot my name is Eve")).await.id();
    let second = ask(&demo, after(&first, "@chatbot what is my name?")).await;
    assert!(second.deltas().contains("Eve"), "{}", second.deltas());
    assert_eq!(second.events()[0]["response"]["previous_response_id"], json!(first));
    let lost = ask(&demo, after("resp_unknown", "hi")).await;
    assert_eq!(lost.status, 400);
    assert_eq!(
        lost.json(),
        json!({"error": {
            "message": "Previous response with id 'resp_unknown' not found.",
            "type": "invalid_request_error",
            "param": "previous_response_id",
            "code": "previous_response_not_found",
        }})
    );
    let mut unstored = question("@chatbot hi");
    unstored["store"] = json!(false);
    let unstored = ask(&demo, unstored).await.id();
    assert_eq!(ask(&demo, after(&unstored, "hi")).await.status, 400);
    demo.forget_responses().unwrap();
    assert_eq!(ask(&demo, after(&first, "hi")).await.status, 400);
}

#[tokio::test]
async fn responses_are_fetched_and_deleted() {
    let demo = demo().await;
    let id = ask(&demo, question("@chatbot hi")).await.id();
    let path = format!("/v1/responses/{id}");
    assert_eq!(call(&demo, "GET", &path, Value::Null).await.json()["id"], json!(id));
    let deleted = call(&demo, "DELETE", &path, Value::Null).await;
    assert_eq!(deleted.json(), json!({"id": id, "object": "response", "deleted": true}));
    assert_eq!(call(&demo, "GET", &path, Value::Null).await.status, 404);
    assert_eq!(call(&demo, "DELETE", &path, Value::Null).await.status, 404);
    assert_eq!(ask(&demo, after(&id, "hi")).await.status, 400);
    assert_eq!(call(&demo, "GET", "/v1/models", Value::Null).await.json()["object"], "list");
    assert_eq!(call(&demo, "POST", "/v1/nothing", json!({})).await.status, 404);
}

#[tokio::test]
async fn without_a_key_nothing_is_answered() {
    let demo = demo().await;
    let answer = read(send(&demo, "POST", "/v1/responses", None, &question("hi")).await).await;
    assert_eq!(answer.status, 401);
    assert!(answer.json()["error"]["message"].as_str().unwrap().starts_with("You didn't provide an API key"));
}

#[tokio::test]
async fn without_a_stream_the_response_is_one_object() {
    let demo = demo().await;
    let mut body = question("@chatbot my name is Eve");
    body["stream"] = json!(false);
    let answer = ask(&demo, body).await.json();
    assert_eq!(answer["status"], "completed");
    let next = ask(&demo, after(answer["id"].as_str().unwrap(), "@chatbot what is my name?")).await;
    assert!(next.deltas().contains("Eve"));
}

#[tokio::test]
async fn usage_counts_the_whole_chain_and_its_cached_part() {
    let demo = demo().await;
    let id = ask(&demo, question(&"word ".repeat(1200))).await.id();
    let answer = ask(&demo, after(&id, "@chatbot hi")).await;
    let usage = answer.events().last().unwrap()["response"]["usage"].clone();
    let (input, cached) = (
        usage["input_tokens"].as_u64().unwrap(),
        usage["input_tokens_details"]["cached_tokens"].as_u64().unwrap(),
    );
    assert!(cached >= 1024 && cached % 128 == 0 && input > cached, "{usage}");
    let mut short = question("@chatbot tell me a long story");
    short["max_output_tokens"] = json!(16);
    let answer = ask(&demo, short).await;
    let last = answer.events().last().unwrap().clone();
    assert_eq!(last["type"], "response.incomplete");
    assert_eq!(last["response"]["incomplete_details"]["reason"], "max_output_tokens");
}

#[tokio::test]
async fn chains_survive_a_restart_and_a_client_that_went_leaves_none() {
    let state = std::env::temp_dir().join(format!("demo-state-{}.jsonl", std::process::id()));
    let options = Options { state: Some(state.clone()), ..Options::default() };
    let demo = DemoModel::start(options.clone()).await.unwrap();
    let id = ask(&demo, question("@chatbot my name is Eve")).await.id();
    demo.set_pace(Duration::from_millis(10));
    let mut stream =
        send(&demo, "POST", "/v1/responses", Some("key"), &after(&id, "@chatbot tell me a long story")).await;
    let mut some = [0; 3000];
    stream.read_exact(&mut some).await.unwrap();
    drop(stream);
    let seen = demo.wait_for(Duration::from_secs(2), |seen| seen[1].outcome != Outcome::Open).await;
    assert_eq!(seen[1].outcome, Outcome::Aborted);
    let aborted = seen[1].response_id.clone().unwrap();
    let port = demo.port();
    demo.stop().await;
    let demo = DemoModel::start(Options { port, ..options }).await.unwrap();
    assert!(ask(&demo, after(&id, "@chatbot what is my name?")).await.deltas().contains("Eve"));
    assert_eq!(ask(&demo, after(&aborted, "hi")).await.status, 400);
    std::fs::remove_file(state).unwrap();
}

#[tokio::test]
async fn stopping_in_the_middle_breaks_the_answer() {
    let demo =
        DemoModel::start(Options { pace: Duration::from_millis(10), ..Options::default() }).await.unwrap();
    let mut stream =
        send(&demo, "POST", "/v1/responses", Some("key"), &question("@chatbot tell me a long story")).await;
    let mut some = [0; 3000];
    stream.read_exact(&mut some).await.unwrap();
    demo.stop().await;
    let rest = tokio::time::timeout(Duration::from_secs(2), stream.read_to_end(&mut Vec::new())).await;
    assert!(rest.is_ok(), "the connection must close");
}

#[tokio::test]
async fn words_come_at_a_pace() {
    let demo =
        DemoModel::start(Options { pace: Duration::from_millis(10), ..Options::default() }).await.unwrap();
    demo.queue_answer("one two three four five");
    ask(&demo, question("@chatbot hi")).await;
    let deltas = demo.requests()[0].deltas.clone();
    assert_eq!(deltas.len(), 5);
    assert!(deltas[0] >= Duration::from_millis(95), "{deltas:?}");
    assert!(deltas.windows(2).all(|pair| pair[1] - pair[0] >= Duration::from_millis(5)), "{deltas:?}");
}

#[tokio::test]
async fn a_stateless_server_says_null_and_knows_nothing() {
    let demo = demo().await;
    let id = ask(&demo, question("@chatbot my name is Eve")).await.id();
    demo.inject_fault(Fault::Stateless);
    let answer = ask(&demo, after(&id, "@chatbot what is my name?")).await;
    assert_eq!(answer.events()[0]["response"]["previous_response_id"], Value::Null);
    assert!(!answer.deltas().contains("Eve"));
    demo.inject_fault(Fault::StatelessWithoutField);
    let answer = ask(&demo, after(&id, "@chatbot what is my name?")).await;
    assert!(answer.events()[0]["response"].get("previous_response_id").is_none());
    demo.set_stateless(true);
    assert_eq!(ask(&demo, after("resp_any", "hi")).await.status, 200);
}

#[tokio::test]
async fn calls_and_reasoning_must_be_followed_up() {
    let demo = demo().await;
    demo.inject_fault(Fault::ToolCall { name: "look".into(), arguments: "{}".into() });
    let called = ask(&demo, question("@chatbot hi")).await;
    let refused = ask(&demo, after(&called.id(), "hi")).await;
    assert!(refused.json()["error"]["message"].as_str().unwrap().starts_with("No tool output found"));
    let call_id = called.events().last().unwrap()["response"]["output"][0]["call_id"].clone();
    let mut output = after(&called.id(), "");
    output["input"] =
        json!([{"type": "function_call_output", "call_id": call_id, "output": "{\"degrees\":7}"}]);
    assert!(ask(&demo, output).await.deltas().contains("degrees: 7"));
    demo.inject_fault(Fault::ReasoningOnly);
    let thought = ask(&demo, question("@chatbot hi")).await.id();
    let refused = ask(&demo, after(&thought, "hi")).await;
    assert!(refused.json()["error"]["message"].as_str().unwrap().contains("required following item"));
}

#[tokio::test]
async fn requests_are_recorded_and_controlled_from_outside() {
    let demo = DemoModel::start(Options { control: true, ..Options::default() }).await.unwrap();
    let control = json!({"faults": ["no_event_lines"], "deletion_faults": [{"status": {"status": 500, "body": ""}}],
        "answers": ["from outside", ["a", "b"]]});
    assert_eq!(call(&demo, "POST", "/control", control).await.json(), json!({"ok": true}));
    let answer = ask(&demo, question("@chatbot hi")).await;
    assert_eq!(answer.deltas(), "from outside");
    assert!(!answer.text().contains("event: "));
    assert_eq!(ask(&demo, question("@chatbot hi")).await.deltas(), "ab");
    assert_eq!(call(&demo, "DELETE", "/v1/responses/resp_1", Value::Null).await.status, 500);
    let requests = call(&demo, "GET", "/control/requests", Value::Null).await.json();
    assert_eq!(requests.as_array().unwrap().len(), 3);
    assert_eq!(requests[0]["body"]["model"], "demo");
    assert_eq!(requests[0]["headers"]["authorization"], "Bearer key");
    assert_eq!(requests[0]["outcome"], "completed");
    assert_eq!(call(&demo, "POST", "/control", json!({"nonsense": 1})).await.status, 400);
    let closed = crate::raw_client::demo().await;
    assert_eq!(call(&closed, "GET", "/control/requests", Value::Null).await.status, 404);
}
