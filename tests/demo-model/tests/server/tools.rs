//! Functions that are offered: when they are called, with what, and what is made of their outputs, in all three APIs.

use crate::all_apis::{ALL, Api};
use crate::raw_client::{Answer, demo};
use serde_json::{Value, json};

/// The three functions of the room, as each API wants them described.
fn offer(api: Api, body: &mut Value) {
    let text = json!({"type": "string"});
    let zone = json!({"type": ["string", "null"]});
    let closed = |properties: Value, required: Value| json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false});
    let functions = [
        ("get_current_weather", closed(json!({"city": text}), json!(["city"]))),
        ("current_time", closed(json!({"zone": zone}), json!(["zone"]))),
        ("search_room", closed(json!({"query": text}), json!(["query"]))),
    ];
    let each = |wrap: &dyn Fn(&str, &Value) -> Value| -> Vec<Value> {
        functions.iter().map(|(name, parameters)| wrap(name, parameters)).collect()
    };
    body["tools"] = match api {
        Api::Responses => json!(each(&|name, parameters| {
            json!({"type": "function", "name": name, "parameters": parameters, "strict": true})
        })),
        Api::Chat => json!(each(&|name, parameters| {
            json!({"type": "function", "function": {"name": name, "parameters": parameters, "strict": true}})
        })),
        Api::Gemini => json!([{"functionDeclarations": each(&|name, parameters| {
            json!({"name": name, "description": "d", "parametersJsonSchema": parameters})
        })}]),
    };
}

/// The call in an answer, as the next request must hold it, with its name and its arguments.
fn called(api: Api, answer: &Answer) -> Option<(Value, String, Value)> {
    let events = answer.events();
    match api {
        Api::Responses => {
            let item = events.last()?["response"]["output"][0].clone();
            let arguments = serde_json::from_str(item["arguments"].as_str()?).ok()?;
            Some((item.clone(), item["name"].as_str()?.to_owned(), arguments))
        }
        Api::Chat => {
            let deltas: Vec<&Value> =
                events.iter().map(|event| &event["choices"][0]["delta"]["tool_calls"][0]).collect();
            let first = deltas.iter().find(|delta| delta["id"].is_string())?;
            let pieces = deltas.iter().filter_map(|delta| delta["function"]["arguments"].as_str());
            let (name, text) = (first["function"]["name"].as_str()?.to_owned(), pieces.collect::<String>());
            let function = json!({"name": name, "arguments": text});
            let call = json!({"id": first["id"], "type": "function", "function": function});
            Some((call, name, serde_json::from_str(&text).ok()?))
        }
        Api::Gemini => {
            let parts = events.iter().map(|event| &event["candidates"][0]["content"]["parts"][0]);
            let part = parts.into_iter().find(|part| part["functionCall"].is_object())?.clone();
            let call = &part["functionCall"];
            Some((part.clone(), call["name"].as_str()?.to_owned(), call["args"].clone()))
        }
    }
}

/// The request that brings back the output.
fn returned(api: Api, mut body: Value, call: &Value, name: &str, output: &Value) -> Value {
    match api {
        Api::Responses => {
            let input = body["input"].as_array_mut().unwrap();
            input.push(call.clone());
            let output = output.to_string();
            input.push(json!({"type": "function_call_output", "call_id": call["call_id"], "output": output}));
        }
        Api::Chat => {
            let messages = body["messages"].as_array_mut().unwrap();
            messages.push(json!({"role": "assistant", "content": null, "tool_calls": [call]}));
            let output = output.to_string();
            messages.push(json!({"role": "tool", "tool_call_id": call["id"], "content": output}));
        }
        Api::Gemini => {
            let contents = body["contents"].as_array_mut().unwrap();
            contents.push(json!({"role": "model", "parts": [call]}));
            let response = json!({"functionResponse": {"name": name, "response": output}});
            contents.push(json!({"role": "user", "parts": [response]}));
        }
    }
    body
}

#[tokio::test]
async fn a_question_is_a_call_and_its_output_the_answer() {
    let demo = demo().await;
    let weather = json!({"city": "서울", "temperature_c": 7.2, "wind_kmh": 9.7, "sky": "mainly clear"});
    let clock = json!({"time": "2026-11-20T09:05", "zone": "America/New_York"});
    let found = json!({"results": [{"from": "지수", "text": "라면 먹자"}]});
    let cases = [
        ("서울 날씨 어때?", "get_current_weather", json!({"city": "서울"}), &weather, "7.2도"),
        ("how is the weather in Seoul?", "get_current_weather", json!({"city": "Seoul"}), &weather, "7.2 °C"),
        (
            "아틀란티스 날씨는?",
            "get_current_weather",
            json!({"city": "아틀란티스"}),
            &json!({"error": "unknown city"}),
            "미안해요",
        ),
        ("지금 뉴욕 몇 시야?", "current_time", json!({"zone": "America/New_York"}), &clock, "오전 9시 5분"),
        ("what time is it?", "current_time", json!({"zone": null}), &clock, "09:05"),
        ("라면 얘기 찾아줘", "search_room", json!({"query": "라면"}), &found, "라면 먹자"),
    ];
    for api in ALL {
        for (question, name, arguments, output, expected) in &cases {
            let mut body = api.request("You are @chatbot.", &[&format!("p1 ann: @chatbot {question}")]);
            offer(api, &mut body);
            let answer = api.ask(&demo, &body).await;
            let (call, called, given) =
                called(api, &answer).unwrap_or_else(|| panic!("{api:?} {}", answer.text()));
            assert_eq!((called.as_str(), &given), (*name, arguments), "{api:?} {question}");
            let answer = api.ask(&demo, &returned(api, body, &call, name, output)).await;
            let said = api.said(&answer);
            assert!(said.contains(expected), "{api:?} {question}\n-> {said} {}", answer.text());
        }
    }
}

#[tokio::test]
async fn the_room_s_own_clock_wants_an_offset_and_the_ferryman_grumbles() {
    let demo = demo().await;
    let schema = json!({"type": "object", "properties": {"utc_offset": {"type": "string"}},
        "required": ["utc_offset"], "additionalProperties": false});
    for (question, offset) in [("지금 몇 시야?", "+09:00"), ("what time is it in New York?", "-05:00")] {
        let mut body =
            Api::Responses.request("당신은 @character입니다.", &[&format!("p1 ann: @character {question}")]);
        body["tools"] =
            json!([{"type": "function", "name": "current_time", "parameters": schema, "strict": true}]);
        let answer = Api::Responses.ask(&demo, &body).await;
        let (call, name, arguments) = called(Api::Responses, &answer).unwrap();
        assert_eq!(arguments, json!({"utc_offset": offset}));
        let output = json!({"time": "2026-11-20T21:32+09:00", "weekday": "Friday"});
        let next = returned(Api::Responses, body, &call, &name, &output);
        let said = Api::Responses.said(&Api::Responses.ask(&demo, &next).await);
        assert!(said.contains("21:32") && (said.contains("아는가") || said.contains("Must one")), "{said}");
    }
}

#[tokio::test]
async fn what_is_not_asked_for_is_not_called() {
    let demo = demo().await;
    for api in ALL {
        let mut body = api.request("You are @chatbot.", &["p1 ann: @chatbot hello"]);
        offer(api, &mut body);
        assert!(api.said(&api.ask(&demo, &body).await).contains("Hello, ann!"), "{api:?}");
        let mut body = api.request("You are @chatbot.", &["p1 ann: @chatbot how is the weather?"]);
        offer(api, &mut body);
        match api {
            Api::Gemini => body["toolConfig"] = json!({"functionCallingConfig": {"mode": "NONE"}}),
            _ => body["tool_choice"] = json!("none"),
        }
        assert!(called(api, &api.ask(&demo, &body).await).is_none(), "{api:?}");
        let mut body = api.request("You are @chatbot.", &["p1 ann: @chatbot hello"]);
        offer(api, &mut body);
        match api {
            Api::Gemini => {
                let calling = json!({"mode": "ANY", "allowedFunctionNames": ["search_room"]});
                body["toolConfig"] = json!({"functionCallingConfig": calling});
            }
            Api::Chat => {
                body["tool_choice"] = json!({"type": "function", "function": {"name": "search_room"}})
            }
            Api::Responses => body["tool_choice"] = json!({"type": "function", "name": "search_room"}),
        }
        let (_, name, _) = called(api, &api.ask(&demo, &body).await).unwrap();
        assert_eq!(name, "search_room");
    }
}
