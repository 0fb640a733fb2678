//! Gemini's own API, byte by byte: its chunks, its ends, its errors, its thoughts and their signatures.

use crate::all_apis::Api::Gemini;
use crate::raw_client::{Answer, demo, read, send_with};
use demo_model::{DemoModel, Fault};
use serde_json::{Value, json};

async fn ask_model(demo: &DemoModel, address: &str, body: &Value) -> Answer {
    let path = format!("/v1beta/models/{address}");
    read(send_with(demo, "POST", &path, Gemini.key(), body).await).await
}

#[tokio::test]
async fn a_stream_is_whole_responses_without_names_or_an_end_marker() {
    let demo = demo().await;
    demo.queue_answer("one two");
    let answer = Gemini.ask(&demo, &Gemini.hello()).await;
    assert_eq!(answer.status, 200);
    assert!(answer.head.contains("content-type: text/event-stream"));
    let text = answer.text();
    assert!(text.starts_with("data: {") && text.ends_with("}\r\n\r\n"), "{text}");
    assert!(!text.contains("event: ") && !text.contains("[DONE]"));
    let chunks = answer.events();
    assert_eq!(chunks.len(), 3);
    for chunk in &chunks {
        assert_eq!(chunk["modelVersion"], "gemini-2.5-flash");
        assert_eq!(chunk["responseId"], chunks[0]["responseId"]);
        assert_eq!(chunk["candidates"][0]["content"]["role"], "model");
        assert_eq!(chunk["candidates"][0]["index"], 0);
    }
    assert_eq!(chunks[0]["candidates"][0]["content"]["parts"], json!([{"text": "one"}]));
    assert!(chunks[0]["candidates"][0].get("finishReason").is_none());
    assert_eq!(chunks[2]["candidates"][0]["finishReason"], "STOP");
    let usage = &chunks[2]["usageMetadata"];
    let count = |name: &str| usage[name].as_u64().unwrap();
    assert_eq!(
        count("totalTokenCount"),
        count("promptTokenCount") + count("candidatesTokenCount") + count("thoughtsTokenCount")
    );
    assert!(usage.get("cachedContentTokenCount").is_none(), "nothing is cached");
    assert_eq!(demo.requests()[0].response_id.as_deref(), chunks[0]["responseId"].as_str());
}

#[tokio::test]
async fn without_a_stream_or_without_sse_it_is_json() {
    let demo = demo().await;
    demo.queue_answer("one two");
    let whole = ask_model(&demo, "demo:generateContent", &Gemini.hello()).await.json();
    assert_eq!(whole["candidates"][0]["content"]["parts"][0]["text"], "one two");
    assert_eq!(whole["candidates"][0]["finishReason"], "STOP");
    demo.queue_answer("one two");
    let array = ask_model(&demo, "demo:streamGenerateContent", &Gemini.hello()).await.json();
    assert_eq!(array.as_array().unwrap().len(), 3);
    let unknown = ask_model(&demo, "gpt-4o:generateContent", &Gemini.hello()).await;
    assert_eq!((unknown.status, &unknown.json()["error"]["status"]), (404, &json!("NOT_FOUND")));
}

#[tokio::test]
async fn errors_are_googles() {
    let demo = demo().await;
    let keyless = read(send_with(&demo, "POST", Gemini.path(), "", &Gemini.hello()).await).await;
    assert_eq!((keyless.status, &keyless.json()["error"]["status"]), (403, &json!("PERMISSION_DENIED")));
    let other = "authorization: Bearer key\r\n";
    assert_eq!(read(send_with(&demo, "POST", Gemini.path(), other, &Gemini.hello()).await).await.status, 403);
    let refused = async |more: Value| {
        let mut body = Gemini.hello();
        for (name, value) in more.as_object().unwrap() {
            body[name.as_str()] = value.clone();
        }
        let answer = Gemini.ask(&demo, &body).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]["status"]),
            (400, &json!("INVALID_ARGUMENT")),
            "{more}"
        );
        answer.json()["error"]["message"].as_str().unwrap().to_owned()
    };
    let configured = |configuration: Value| json!({"generationConfig": configuration});
    let unknown = refused(json!({"thinkingConfig": {"thinkingBudget": 0}})).await;
    assert_eq!(unknown, "Invalid JSON payload received. Unknown name \"thinkingConfig\": Cannot find field.");
    let nested = refused(configured(json!({"max_tokens": 7}))).await;
    assert!(nested.contains("Unknown name \"max_tokens\" at 'generation_config'"), "{nested}");
    let kind = refused(configured(json!({"temperature": "hot"}))).await;
    assert_eq!(kind, "Invalid value at 'generation_config.temperature' (TYPE_FLOAT), \"hot\"");
    let both = json!({"thinkingConfig": {"thinkingBudget": 100, "thinkingLevel": "LOW"}});
    assert!(refused(configured(both)).await.contains("only one of thinking budget and thinking level"));
    let open = json!({"responseMimeType": "application/json",
        "responseSchema": {"type": "OBJECT", "additionalProperties": false}});
    assert!(
        refused(configured(open))
            .await
            .contains("\"additionalProperties\" at 'generation_config.response_schema'")
    );
    assert!(refused(json!({"contents": []})).await.contains("contents is not specified"));
    let role = json!({"contents": [{"role": "assistant", "parts": [{"text": "hi"}]}]});
    assert_eq!(refused(role).await, "Please use a valid role: user, model.");
    let safety = json!({"safetySettings": [{"category": "HARM", "threshold": "OFF"}]});
    assert!(refused(safety).await.starts_with("Invalid value at 'safety_settings[0].category'"));
    demo.inject_fault(Fault::google_error(429, "RESOURCE_EXHAUSTED", "Please retry in 3s.", Some("3s")));
    let limited = Gemini.ask(&demo, &Gemini.hello()).await;
    let error = limited.json()["error"].clone();
    assert_eq!(
        (limited.status, &error["code"], &error["status"]),
        (429, &json!(429), &json!("RESOURCE_EXHAUSTED"))
    );
    let details = json!([{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "3s"}]);
    assert_eq!(error["details"], details);
}

#[tokio::test]
async fn ends_have_their_own_names() {
    for (reason, expected) in [
        ("max_output_tokens", "MAX_TOKENS"),
        ("content_filter", "SAFETY"),
        ("RECITATION", "RECITATION"),
        ("PROHIBITED_CONTENT", "PROHIBITED_CONTENT"),
    ] {
        let (answer, _) = Gemini.under(Fault::Incomplete { deltas: 1, reason: reason.to_owned() }).await;
        assert_eq!(Gemini.said(&answer), "one");
        assert_eq!(Gemini.ended(&answer).as_deref(), Some(expected));
    }
    let (stopped, _) = Gemini.under(Fault::Refusal("never".into())).await;
    assert_eq!((Gemini.said(&stopped).as_str(), Gemini.ended(&stopped).unwrap()), ("", "SAFETY".to_owned()));
    assert!(stopped.events()[0]["candidates"][0].get("content").is_none());
    let (blocked, _) = Gemini.under(Fault::Blocked("PROHIBITED_CONTENT".into())).await;
    let events = blocked.events();
    assert_eq!((blocked.status, events.len()), (200, 1));
    assert_eq!(events[0]["promptFeedback"]["blockReason"], "PROHIBITED_CONTENT");
    assert!(events[0].get("candidates").is_none());
}

#[tokio::test]
async fn thoughts_are_shown_when_asked_for_and_eat_the_limit() {
    let demo = demo().await;
    let ask = async |thinking: Value, limit: u64| {
        demo.queue_answer("one two");
        let mut body = Gemini.hello();
        body["generationConfig"] = json!({"thinkingConfig": thinking, "maxOutputTokens": limit});
        Gemini.ask(&demo, &body).await
    };
    let shown = ask(json!({"includeThoughts": true, "thinkingBudget": 200}), 500).await;
    let first = &shown.events()[0]["candidates"][0]["content"]["parts"][0];
    assert_eq!(first["thought"], true);
    assert_eq!(Gemini.said(&shown), "one two");
    let thoughts =
        |answer: &Answer| answer.events().last().unwrap()["usageMetadata"]["thoughtsTokenCount"].clone();
    assert!(thoughts(&shown).as_u64().unwrap() > 10);
    let hidden = ask(json!({"thinkingBudget": 200}), 500).await;
    assert!(!hidden.text().contains("\"thought\"") && thoughts(&hidden).as_u64().unwrap() > 10);
    let none = ask(json!({"thinkingBudget": 0}), 500).await;
    assert!(thoughts(&none).is_null());
    let eaten = ask(json!({"thinkingBudget": 200}), 5).await;
    assert_eq!((Gemini.said(&eaten).as_str(), Gemini.ended(&eaten).unwrap()), ("", "MAX_TOKENS".to_owned()));
    let mut body = Gemini.hello();
    body["generationConfig"] = json!({"thinkingConfig": {"thinkingBudget": 0}});
    let pro = ask_model(&demo, "gemini-2.5-pro:generateContent", &body).await.json();
    assert_eq!(pro["error"]["message"], "Budget 0 is invalid. This model only works in thinking mode.");
}

#[tokio::test]
async fn a_signature_must_come_back_as_it_was_given() {
    let demo = demo().await;
    let model = "gemini-3-flash:generateContent";
    demo.inject_fault(Fault::ToolCall { name: "look".into(), arguments: "{\"city\":\"서울\"}".into() });
    let called = ask_model(&demo, model, &Gemini.hello()).await.json();
    let part = called["candidates"][0]["content"]["parts"][0].clone();
    assert_eq!(part["functionCall"]["args"], json!({"city": "서울"}));
    assert_eq!(called["candidates"][0]["finishReason"], "STOP");
    assert!(part["thoughtSignature"].is_string());
    let next = async |part: &Value, model: &str| {
        let mut body = Gemini.hello();
        let contents = body["contents"].as_array_mut().unwrap();
        contents.push(json!({"role": "model", "parts": [part]}));
        let response = json!({"name": "look", "response": {"a": 7}});
        contents.push(json!({"role": "user", "parts": [{"functionResponse": response}]}));
        ask_model(&demo, model, &body).await
    };
    let answered = next(&part, model).await;
    assert!(answered.text().contains("a: 7"), "{}", answered.text());
    let mut unsigned = part.clone();
    unsigned.as_object_mut().unwrap().remove("thoughtSignature");
    let refused = next(&unsigned, model).await;
    assert_eq!(refused.status, 400);
    assert!(refused.text().contains("Function call is missing a thought_signature in functionCall parts."));
    // Older models do not mind.
    assert_eq!(next(&unsigned, "gemini-2.5-flash:generateContent").await.status, 200);
    let mut corrupted = part.clone();
    corrupted["thoughtSignature"] = json!("AAAA");
    assert!(next(&corrupted, model).await.text().contains("Corrupted thought signature."));
    let mut changed = part;
    changed["functionCall"]["args"]["city"] = json!("부산");
    assert!(next(&changed, model).await.text().contains("Corrupted thought signature."));
    let mut unanswered = Gemini.hello();
    unanswered["contents"].as_array_mut().unwrap().push(json!({"role": "model", "parts": [changed]}));
    assert!(ask_model(&demo, model, &unanswered).await.text().contains("number of function response parts"));
}
