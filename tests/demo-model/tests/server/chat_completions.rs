//! Chat Completions, byte by byte: its chunks, its ends, its errors.

use crate::all_apis::Api::Chat;
use crate::raw_client::{call, demo, read, send_with};
use demo_model::Fault;
use serde_json::{Value, json};

#[tokio::test]
async fn a_stream_is_the_documented_sequence() {
    let demo = demo().await;
    demo.queue_answer("one two");
    let answer = Chat.ask(&demo, &Chat.hello()).await;
    assert_eq!(answer.status, 200);
    assert!(answer.head.contains("content-type: text/event-stream"));
    let text = answer.text();
    assert!(!text.contains("event: ") && text.ends_with("data: [DONE]\n\n"), "{text}");
    let chunks = answer.events();
    assert_eq!(chunks.len(), 5);
    let id = chunks[0]["id"].as_str().unwrap();
    assert!(id.starts_with("chatcmpl-"));
    for chunk in &chunks {
        assert_eq!((&chunk["object"], &chunk["id"]), (&json!("chat.completion.chunk"), &json!(id)));
        assert_eq!(chunk["model"], "demo");
        assert!(chunk["created"].is_u64());
    }
    let choice = |number: usize| chunks[number]["choices"][0].clone();
    assert_eq!(choice(0)["delta"], json!({"role": "assistant", "content": "", "refusal": null}));
    assert_eq!(choice(1)["delta"], json!({"content": "one"}));
    assert_eq!(choice(2)["delta"], json!({"content": " two"}));
    assert_eq!((&choice(2)["finish_reason"], &choice(2)["index"]), (&Value::Null, &json!(0)));
    assert_eq!((&choice(3)["delta"], &choice(3)["finish_reason"]), (&json!({}), &json!("stop")));
    assert!(chunks[1]["obfuscation"].is_string());
    assert_eq!((&chunks[3]["usage"], &chunks[4]["choices"]), (&Value::Null, &json!([])));
    let usage = &chunks[4]["usage"];
    let count = |name: &str| usage[name].as_u64().unwrap();
    assert_eq!(count("total_tokens"), count("prompt_tokens") + count("completion_tokens"));
    assert_eq!(usage["prompt_tokens_details"]["cached_tokens"], 0);
    assert_eq!(demo.requests()[0].response_id.as_deref(), Some(id));
    let mut plain = Chat.hello();
    plain["stream_options"] = json!({"include_usage": false, "include_obfuscation": false});
    let plain = Chat.ask(&demo, &plain).await.text();
    assert!(!plain.contains("usage") && !plain.contains("obfuscation"));
}

#[tokio::test]
async fn without_a_stream_the_completion_is_one_object() {
    let demo = demo().await;
    let mut body = Chat.hello();
    body.as_object_mut().unwrap().retain(|name, _| !name.starts_with("stream"));
    demo.queue_answer("one two");
    let answer = Chat.ask(&demo, &body).await.json();
    assert_eq!(answer["object"], "chat.completion");
    assert_eq!(answer["choices"][0]["message"]["content"], "one two");
    assert_eq!(answer["choices"][0]["finish_reason"], "stop");
    assert!(answer["usage"]["total_tokens"].is_u64());
    demo.inject_fault(Fault::Failed { deltas: 0, code: "server_error".into(), message: "no".into() });
    let failed = Chat.ask(&demo, &body).await;
    assert_eq!((failed.status, &failed.json()["error"]["code"]), (500, &json!("server_error")));
}

#[tokio::test]
async fn ends_have_their_own_names() {
    let ended = async |fault| {
        let (answer, _) = Chat.under(fault).await;
        (Chat.said(&answer), Chat.ended(&answer).unwrap_or_default())
    };
    let incomplete = |reason: &str| Fault::Incomplete { deltas: 1, reason: reason.to_owned() };
    assert_eq!(ended(incomplete("max_output_tokens")).await, ("one".to_owned(), "length".to_owned()));
    assert_eq!(ended(incomplete("content_filter")).await, ("one".to_owned(), "content_filter".to_owned()));
    let (refusal, _) = Chat.under(Fault::Refusal("I cannot".into())).await;
    let deltas = refusal.events();
    let refused: String =
        deltas.iter().filter_map(|chunk| chunk["choices"][0]["delta"]["refusal"].as_str()).collect();
    assert_eq!((refused.as_str(), Chat.said(&refusal).as_str()), ("I cannot", ""));
    assert_eq!(Chat.ended(&refusal).as_deref(), Some("stop"));
    let (thought, _) = Chat.under(Fault::ReasoningFirst("yes".into())).await;
    assert!(thought.text().contains("reasoning_content"));
    assert_eq!(Chat.said(&thought), "yes");
    assert_eq!(ended(Fault::ReasoningOnly).await, (String::new(), "stop".to_owned()));
    let (blocked, _) = Chat.under(Fault::Blocked("SAFETY".into())).await;
    assert_eq!((blocked.status, &blocked.json()["error"]["code"]), (400, &json!("invalid_prompt")));
}

#[tokio::test]
async fn limits_and_stop_sequences_end_the_text() {
    let demo = demo().await;
    demo.queue_answer("one two three four five six");
    let mut body = Chat.hello();
    body["max_completion_tokens"] = json!(2);
    let answer = Chat.ask(&demo, &body).await;
    assert_eq!((Chat.said(&answer).as_str(), Chat.ended(&answer).unwrap()), ("one two", "length".to_owned()));
    demo.queue_answer("one two three four five six");
    let mut body = Chat.hello();
    body["stop"] = json!([" four", "five"]);
    let answer = Chat.ask(&demo, &body).await;
    assert_eq!(Chat.said(&answer), "one two three");
    assert_eq!(Chat.ended(&answer).as_deref(), Some("stop"));
}

#[tokio::test]
async fn calls_are_streamed_in_pieces_and_must_be_answered() {
    let demo = demo().await;
    let arguments = "{\"city\":\"서울\",\"unit\":\"c\"}";
    let call = |name: &str| (name.to_owned(), arguments.to_owned());
    demo.inject_fault(Fault::ToolCalls(vec![call("look"), call("listen")]));
    let answer = Chat.ask(&demo, &Chat.hello()).await;
    let mut calls: Vec<(String, String, String)> = Vec::new();
    for chunk in answer.events() {
        for delta in chunk["choices"][0]["delta"]["tool_calls"].as_array().into_iter().flatten() {
            let index = usize::try_from(delta["index"].as_u64().unwrap()).unwrap();
            if let Some(id) = delta["id"].as_str() {
                assert_eq!((index, &delta["type"]), (calls.len(), &json!("function")));
                let name = delta["function"]["name"].as_str().unwrap().to_owned();
                calls.push((id.to_owned(), name, String::new()));
            }
            calls[index].2.push_str(delta["function"]["arguments"].as_str().unwrap());
        }
    }
    let named: Vec<(&str, &str)> = calls.iter().map(|call| (call.1.as_str(), call.2.as_str())).collect();
    assert_eq!(named, [("look", arguments), ("listen", arguments)]);
    assert!(answer.events().len() > 8, "arguments come in pieces");
    assert_eq!(answer.events()[0]["choices"][0]["delta"]["content"], Value::Null);
    assert_eq!(Chat.ended(&answer).as_deref(), Some("tool_calls"));

    let made = |number: usize| {
        json!({"id": calls[number].0, "type": "function",
            "function": {"name": calls[number].1, "arguments": calls[number].2}})
    };
    let output =
        |number: usize| json!({"role": "tool", "tool_call_id": calls[number].0, "content": "{\"a\":7}"});
    let mut body = Chat.hello();
    let messages = body["messages"].as_array_mut().unwrap();
    messages.push(json!({"role": "assistant", "content": null, "tool_calls": [made(0), made(1)]}));
    messages.push(output(0));
    let refused = Chat.ask(&demo, &body).await;
    assert_eq!(refused.status, 400);
    let message = refused.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.ends_with(&format!("did not have response messages: {}", calls[1].0)), "{message}");
    body["messages"].as_array_mut().unwrap().push(output(1));
    assert!(Chat.said(&Chat.ask(&demo, &body).await).contains("a: 7"));
    let mut orphan = Chat.hello();
    orphan["messages"].as_array_mut().unwrap().push(output(0));
    let refused = Chat.ask(&demo, &orphan).await.json();
    assert!(
        refused["error"]["message"].as_str().unwrap().contains("must be a response to a preceeding message")
    );
}

#[tokio::test]
async fn keys_and_unknown_parameters() {
    let demo = demo().await;
    let answer = read(send_with(&demo, "POST", Chat.path(), "", &Chat.hello()).await).await;
    assert_eq!(answer.status, 401);
    let google =
        read(send_with(&demo, "POST", Chat.path(), "x-goog-api-key: k\r\n", &Chat.hello()).await).await;
    assert_eq!(google.status, 401);
    let mut body = Chat.hello();
    body["previous_response_id"] = json!("resp_1");
    let refused = call(&demo, "POST", Chat.path(), body).await;
    assert_eq!(refused.status, 400);
    assert_eq!(
        refused.json(),
        json!({"error": {
            "message": "Unknown parameter: 'previous_response_id'.",
            "type": "invalid_request_error",
            "param": "previous_response_id",
            "code": "unknown_parameter",
        }})
    );
}

#[tokio::test]
async fn a_beginning_that_was_sent_before_is_cached() {
    let demo = demo().await;
    let long = format!("p1 ann: {}", "word ".repeat(1200));
    Chat.answer(&demo, "You are @chatbot.", &[&long, "p1 ann: @chatbot hi"]).await;
    let body = Chat.request("You are @chatbot.", &[&long, "p1 ann: @chatbot hi", "p1 ann: @chatbot hello"]);
    let answer = Chat.ask(&demo, &body).await;
    let usage = answer.events().last().unwrap()["usage"].clone();
    let cached = usage["prompt_tokens_details"]["cached_tokens"].as_u64().unwrap();
    assert!(
        cached >= 1024 && cached % 128 == 0 && cached < usage["prompt_tokens"].as_u64().unwrap(),
        "{usage}"
    );
}
