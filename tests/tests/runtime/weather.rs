//! The weather tool's two functions, and several calls of one round: their fetches run at the same time.

use std::time::{Duration, Instant};

use demo_model::{Endpoint, Fault, RecordedRequest};
use serde_json::{Value, json};
use shared::ToolUse;

use crate::conversation::{Conversation, DONE, end};
use crate::deployment::UPSTREAM;
use crate::model_requests::{ALL, CallContents};

const WEATHER: &str = "get_current_weather";
const FORECAST: &str = "get_weather_forecast";

/// A round of the model that calls both functions.
fn both(first: &str, second: &str) -> Fault {
    let arguments = |city: &str| json!({ "city": city, "unit": "celsius", "days": 3 }).to_string();
    Fault::ToolCalls(vec![(FORECAST.to_owned(), arguments(first)), (WEATHER.to_owned(), arguments(second))])
}

/// The requests to the weather service, as paths with their decoded queries.
fn weather_paths(requests: &[RecordedRequest]) -> Vec<String> {
    let weather = requests.iter().filter(|seen| seen.endpoint == Endpoint::Weather);
    weather.map(|seen| seen.path.replace("%2C", ",")).collect()
}

/// The outputs that the last call gave the model, as many as the round had calls.
fn outputs(conversation: &mut Conversation) -> Vec<Value> {
    let question = CallContents::of(conversation.calls().last().unwrap());
    let found: Vec<Value> = question.found().into_iter().cloned().collect();
    found.split_at(found.len() - 2).1.to_vec()
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_207_a_forecast_has_the_days_and_the_unit_that_were_asked_for() {
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
        let since = conversation.deployment.demo.requests().len();
        let ended = conversation.ask("What will the weather in New York be tomorrow, in Fahrenheit?").await;
        assert_eq!(end(&ended), DONE, "{api:?}");
        let looked = ToolUse { tool: FORECAST.to_owned(), argument: "New York".to_owned() };
        assert_eq!(ended.answer.tool_uses, [looked], "{api:?}");
        let requests = conversation.deployment.demo.requests().split_off(since);
        let paths = weather_paths(&requests);
        assert_eq!(paths.len(), 2, "{api:?}: {paths:?}");
        for part in
            ["daily=weather_code,temperature_2m_max", "forecast_days=2", "temperature_unit=fahrenheit"]
        {
            assert!(paths[1].contains(part) && !paths[1].contains("current="), "{api:?}: {paths:?}");
        }
        let calls = conversation.calls();
        let questions: Vec<CallContents> = calls.iter().map(CallContents::of).collect();
        assert_eq!(questions.len(), 2, "{api:?}");
        assert_eq!(questions[0].tools, [WEATHER, FORECAST, "current_time", "search_room"], "{api:?}");
        let found = questions[1].found()[0];
        assert_eq!((&found["city"], found["days"].as_array().unwrap().len()), (&json!("New York"), 2));
        let highest = found["days"][1]["highest_f"].to_string();
        assert!(ended.text.contains(&highest) && ended.text.contains("°F"), "{found}: {}", ended.text);
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_208_two_slow_weather_calls_of_one_round_take_the_time_of_one() {
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
        conversation.deployment.demo.inject_fault(both("서울", "부산"));
        // Each call makes two requests, of 1.5 seconds each.
        for _ in 0..4 {
            conversation.deployment.demo.inject_weather_fault(Fault::LateHeaders(1_500));
        }
        let begun = Instant::now();
        let ended = conversation.ask("hello").await;
        let took = begun.elapsed();
        assert_eq!((end(&ended), ended.answer.tool_uses.len()), (DONE, 2), "{api:?}");
        assert!((3_000..5_500).contains(&took.as_millis()), "{api:?}: {took:?}, one after the other is 6 s");
        let outputs = outputs(&mut conversation);
        assert_eq!((&outputs[0]["city"], &outputs[1]["city"]), (&json!("서울"), &json!("부산")), "{api:?}");
        assert!(outputs[0]["days"].is_array() && outputs[1]["temperature_c"].is_number(), "{api:?}");
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_208_a_weather_call_that_fails_leaves_the_others_of_its_round_alone() {
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
        let broken = Fault::Status { status: 500, headers: Vec::new(), body: UPSTREAM.to_owned() };
        for (fault, most) in [(broken, 4), (Fault::SilentBeforeHeaders, 8)] {
            conversation.deployment.demo.inject_fault(both("서울", "부산"));
            conversation.deployment.demo.inject_weather_fault(fault);
            let begun = Instant::now();
            let ended = conversation.ask("hello").await;
            assert_eq!(end(&ended), DONE, "{api:?}");
            assert!(begun.elapsed() < Duration::from_secs(most), "{api:?}: {:?}", begun.elapsed());
            let outputs = outputs(&mut conversation);
            let failed = outputs.iter().filter(|output| output["error"].is_string()).count();
            assert_eq!(failed, 1, "{api:?}: {outputs:?}");
            let is_in_order = outputs[0]["city"] == "서울" || outputs[1]["city"] == "부산";
            assert!(is_in_order, "{api:?}: {outputs:?}");
        }
        // A city that nobody knows beside one that is known.
        conversation.deployment.demo.inject_fault(both("아틀란티스", "부산"));
        conversation.ask("hello").await;
        let outputs = outputs(&mut conversation);
        assert_eq!(outputs[0]["error"], "no such city is known", "{api:?}");
        assert_eq!(outputs[1]["city"], "부산", "{api:?}");
    }
}
