//! The two functions of the weather tool, and calls of one round that finish in any order.

use expect_test::expect;
use models::{CallEnd, FinishReason, ModelEvent, ToolCall};
use room::tools::{self, TemperatureUnit, WeatherQuery};
use room::{Bot, Input, StateMode, WeatherRequest};
use serde_json::{Value, json};
use shared::Seq;

use crate::harness::{Harness, bot, only};
use crate::tools::asked;

fn finish(harness: &mut Harness, asked: &WeatherRequest, output: Value) {
    let WeatherRequest { run, call_number, index, .. } = *asked;
    harness.input(Input::ToolFinished { run, call_number, index, output });
}

#[test]
fn case_207_the_weather_tool_offers_the_weather_now_and_a_forecast_each_with_a_unit() {
    let mut harness = Harness::with(only(Bot { tools: vec![tools::WEATHER.to_owned()], ..bot("chatbot") }));
    harness.run("ann joins; ann says @chatbot weather?; 1 s");
    let functions = &harness.call(Seq(2)).turn.tools;
    let names: Vec<&str> = functions.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!(names, [tools::WEATHER, tools::FORECAST]);
    for tool in functions {
        let schema = &tool.parameters;
        let properties = schema["properties"].as_object().unwrap();
        // Strict modes take closed objects with nothing optional.
        assert_eq!(schema["required"], json!(properties.keys().collect::<Vec<_>>()));
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(properties["unit"]["enum"], json!(["celsius", "fahrenheit"]));
        assert_eq!(properties.contains_key("days"), tool.name == tools::FORECAST);
    }
    harness.run(r#"answer 2 begins r1; answer 2 calls get_weather_forecast {"city":"Boston","unit":"fahrenheit","days":5} | get_current_weather {"city":"Seoul","unit":"celsius"} | current_time {}; 1 s"#);
    let queries: Vec<&WeatherQuery> = harness.weather_requests.iter().map(|asked| &asked.query).collect();
    let query = |city: &str, unit, days| WeatherQuery { city: city.to_owned(), unit, days };
    assert_eq!(
        queries,
        [
            &query("Boston", TemperatureUnit::Fahrenheit, Some(5)),
            &query("Seoul", TemperatureUnit::Celsius, None)
        ]
    );
    for asked in harness.weather_requests.clone() {
        finish(&mut harness, &asked, json!({ "sky": "clear" }));
    }
    harness.run("answer 2 ends as clear; 1 s");
    let uses = harness.tabs["ann"].view.answer(2).tool_uses.clone();
    let uses: Vec<(&str, &str)> =
        uses.iter().map(|used| (used.tool.as_str(), used.argument.as_str())).collect();
    assert_eq!(uses, [(tools::FORECAST, "Boston"), (tools::WEATHER, "Seoul")], "a bot without the clock");
}

#[test]
fn case_207_a_forecast_is_unknown_to_a_bot_without_the_weather() {
    let mut harness = Harness::with(only(Bot { tools: vec![tools::TIME.to_owned()], ..bot("chatbot") }));
    harness.run(r#"ann joins; ann says @chatbot hi; 1 s; answer 2 begins r1; answer 2 calls get_weather_forecast {"city":"Seoul","unit":"celsius","days":2}; 1 s"#);
    assert_eq!(
        harness.prompt(2),
        "after r1\nget_weather_forecast -> {\"error\":\"there is no such tool\"}\n"
    );
    assert!(harness.weather_requests.is_empty());
}

/// Each output goes to its own call, whichever comes first, also where a model server names all calls alike.
#[test]
fn case_208_outputs_of_calls_with_the_same_id_are_given_back_in_the_order_of_the_calls() {
    let mut harness = asked(StateMode::Auto);
    harness.run("answer 2 begins r1");
    let call = |city: &str| ToolCall {
        id: "call_same".to_owned(),
        name: tools::WEATHER.to_owned(),
        arguments: json!({ "city": city, "unit": "celsius" }).to_string(),
        signature: None,
    };
    let calls = ["Seoul", "Busan", "Jeju"].map(call).to_vec();
    let end = CallEnd { calls, ..CallEnd::bare(FinishReason::Complete) };
    harness.model(Seq(2), ModelEvent::Finished(end));
    let requests = harness.weather_requests.clone();
    assert_eq!(requests.len(), 3, "all are fetched at the same time");
    finish(&mut harness, &requests[2], json!({ "error": "no such city is known" }));
    finish(&mut harness, &requests[0], json!({ "sky": "clear" }));
    assert_eq!(harness.calls.len(), 1, "one is still waited for");
    harness.run("11 s");
    expect![[r#"
        after r1
        get_current_weather -> {"sky":"clear"}
        get_current_weather -> {"error":"it took too long"}
        get_current_weather -> {"error":"no such city is known"}
    "#]]
    .assert_eq(&harness.prompt(2));
}
