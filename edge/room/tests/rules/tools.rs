//! Tool calls: their outputs, what people see of them, and everything that a model may do wrong.

use expect_test::expect;
use room::{Bot, Input, StateMode, WeatherRequest, tools};
use serde_json::json;
use shared::{Seq, limits};

use crate::harness::{Harness, bot, only};

/// A room with a bot that has all tools, and one question.
pub(crate) fn asked(state: StateMode) -> Harness {
    let tools = tools::ALL.map(str::to_owned).to_vec();
    let mut harness = Harness::with(only(Bot { tools, state, ..bot("chatbot") }));
    harness.run("ann joins; bob joins; 1 s; ann says @chatbot weather in Seoul?; 1 s").discard_lines();
    harness
}

fn offered(harness: &Harness, run: u64) -> usize {
    harness.call(Seq(run)).turn.tools.len()
}

#[test]
fn a_chained_round_sends_only_tool_outputs_and_everybody_sees_the_tool_use() {
    let mut harness = asked(StateMode::Auto);
    harness.run(r#"answer 2 begins r1; answer 2 calls get_current_weather {"city":"Seoul"}; 1 s"#);
    assert_eq!(harness.weather_requests.len(), 1);
    assert_eq!(harness.calls.len(), 1, "nothing is asked before the weather is there");
    harness.run("carol joins; weather is sunny; 1 s");
    assert_eq!(harness.prompt(2), "after r1\nget_current_weather -> {\"sky\":\"sunny\"}\n");
    assert_eq!(offered(&harness, 2), 4);
    harness.run("answer 2 begins r2; answer 2 writes It is sunny.; answer 2 ends; 1 s");
    expect![[r#"
        ann bob < run 2 thinking get_current_weather(Seoul)
        carol < welcome carol 1..2 anew [#1 ann: @chatbot weather in Seoul?, #2 chatbot to #1 queued]; run 2 thinking get_current_weather(Seoul); here ann bob carol
        ann bob carol < people +carol =3
        call 2.2 chatbot
        ann bob carol < run 2 thinking get_current_weather(Seoul)
        ann bob carol < run 2 streaming get_current_weather(Seoul)
        ann bob carol < delta 2+0 "It is sunny."
        ann bob carol < #3 ends #2 done =12
    "#]].assert_eq(&harness.take_lines());
    for tab in ["ann", "bob", "carol"] {
        let looked = &harness.tabs[tab].view.answer(2).tool_uses;
        assert_eq!(
            (looked[0].tool.as_str(), looked[0].argument.as_str()),
            (tools::WEATHER, "Seoul"),
            "{tab}"
        );
    }
    assert_eq!(harness.storage.chains["chatbot"].head.as_deref(), Some("r2"));
    harness.run("ann says @chatbot thanks; 1 s");
    assert_eq!(harness.prompt(5), "after r2\np1 ann: @chatbot thanks\n");
}

#[test]
fn without_a_chain_every_round_replays_the_turn() {
    let mut prompts = Vec::new();
    for state in [StateMode::Replay, StateMode::Auto] {
        let mut harness = asked(state);
        // A response without an id cannot be continued.
        harness.run(r#"answer 2 calls get_current_weather {"city":"Seoul"}; weather is sunny"#);
        harness.run(
            r#"answer 2 calls get_current_weather {"city":"Busan"} | search_room {"query":"rain"}; weather is wet"#,
        );
        prompts.push(harness.prompt(2));
        harness.run("answer 2 ends as sunny and wet; 1 s");
        assert_eq!(harness.tabs["bob"].view.text(2), "sunny and wet");
        assert_eq!(harness.calls.iter().map(|call| call.call_number).collect::<Vec<_>>(), [1, 2, 3]);
    }
    assert_eq!(prompts[0], prompts[1]);
    expect![[r#"
        p1 ann: @chatbot weather in Seoul?
        me: get_current_weather({"city":"Seoul"})
        get_current_weather -> {"sky":"sunny"}
        me: get_current_weather({"city":"Busan"})
        me: search_room({"query":"rain"})
        get_current_weather -> {"sky":"wet"}
        search_room -> {"messages":[]}
    "#]]
    .assert_eq(&prompts[0]);
}

#[test]
fn a_bot_in_replay_mode_continues_nothing_even_if_its_server_names_responses() {
    let mut harness = asked(StateMode::Replay);
    harness.run(r#"answer 2 begins r1; answer 2 calls current_time {}; 1 s"#);
    assert!(harness.call(Seq(2)).turn.previous.is_none());
    assert!(harness.prompt(2).starts_with("p1 ann: @chatbot weather in Seoul?\nme: current_time({})\n"));
}

#[test]
fn g10_after_four_rounds_no_tool_is_offered() {
    let mut harness = asked(StateMode::Auto);
    for round in 0..limits::TOOL_ROUNDS {
        assert_eq!(offered(&harness, 2), 4);
        harness.run(&format!("answer 2 begins r{round}; answer 2 calls current_time {{}}"));
    }
    assert_eq!((harness.calls.len(), offered(&harness, 2)), (5, 0));
    // A model that calls a tool all the same is not called again.
    harness.run("answer 2 begins r9; answer 2 writes well; answer 2 calls current_time {}; 20 s");
    assert_eq!((harness.calls.len(), harness.tabs["ann"].view.shown()[1].3), (5, Some("done")));
    assert_eq!(harness.tabs["ann"].view.answer(2).tool_uses.len(), 4);
}

#[test]
fn more_than_four_calls_in_a_round_are_answered_by_errors() {
    let mut harness = asked(StateMode::Auto);
    let six = [r#"get_current_weather {"city":"Seoul"}"#; 6].join(" | ");
    harness.run(&format!("answer 2 begins r1; answer 2 calls {six}"));
    assert_eq!(harness.weather_requests.len(), limits::TOOL_CALLS);
    for asked in harness.weather_requests.clone().into_iter().rev() {
        let WeatherRequest { run, call_number, index, .. } = asked;
        let output = json!({ "for": format!("call_{index}") });
        harness.input(Input::ToolFinished { run, call_number, index, output });
    }
    // In the order of the calls, not of the answers.
    expect![[r#"
        after r1
        get_current_weather -> {"for":"call_0"}
        get_current_weather -> {"for":"call_1"}
        get_current_weather -> {"for":"call_2"}
        get_current_weather -> {"for":"call_3"}
        get_current_weather -> {"error":"too many calls at once"}
        get_current_weather -> {"error":"too many calls at once"}
    "#]]
    .assert_eq(&harness.prompt(2));
    harness.run("answer 2 ends as ok; 1 s");
    assert_eq!(harness.tabs["ann"].view.answer(2).tool_uses.len(), limits::TOOL_CALLS);
}

#[test]
fn unknown_tools_and_invalid_arguments_are_errors_for_the_model_alone() {
    let mut harness = asked(StateMode::Auto);
    harness.run(r#"answer 2 begins r1; answer 2 calls drop_tables {} | get_current_weather {"city":7} | get_current_weather [ | search_room {"query":" "}; 1 s"#);
    expect![[r#"
        after r1
        drop_tables -> {"error":"there is no such tool"}
        get_current_weather -> {"error":"city is missing"}
        get_current_weather -> {"error":"city is missing"}
        search_room -> {"error":"query is missing"}
    "#]]
    .assert_eq(&harness.prompt(2));
    assert!(harness.weather_requests.is_empty());
    harness.run("answer 2 ends as sorry; 1 s");
    let answer = harness.tabs["ann"].view.answer(2);
    assert_eq!(answer.code, None, "no person is told of it");
    assert!(!answer.tool_uses.iter().any(|look| look.tool == "drop_tables"), "a name of the model's own");
}

#[test]
fn a_tool_that_the_bot_does_not_have_is_unknown() {
    let mut harness = Harness::with(only(Bot { tools: vec![tools::TIME.to_owned()], ..bot("chatbot") }));
    harness.run(r#"ann joins; ann says @chatbot hi; 1 s; answer 2 begins r1; answer 2 calls get_current_weather {"city":"Seoul"} | current_time {"utc_offset":"+09:00"}; 1 s"#);
    expect![[r#"
        after r1
        get_current_weather -> {"error":"there is no such tool"}
        current_time -> {"time":"2026-11-20T21:32+09:00","weekday":"Friday"}
    "#]]
    .assert_eq(&harness.prompt(2));
    assert!(harness.weather_requests.is_empty());
}

#[test]
fn slow_weather_times_out_and_a_late_result_is_ignored() {
    let mut harness = asked(StateMode::Auto);
    harness.run(r#"answer 2 begins r1; answer 2 calls get_current_weather {"city":"Seoul"} | current_time {"utc_offset":"+09:00"}; 9 s"#);
    assert_eq!(harness.calls.len(), 1);
    harness.run("1 s");
    expect![[r#"
        after r1
        get_current_weather -> {"error":"it took too long"}
        current_time -> {"time":"2026-11-20T21:32+09:00","weekday":"Friday"}
    "#]]
    .assert_eq(&harness.prompt(2));
    harness.run("weather is sunny; answer 2 begins r2; weather is sunny; answer 2 ends as unknown; weather is sunny; 1 s");
    assert_eq!((harness.calls.len(), harness.tabs["ann"].view.text(2)), (2, "unknown"));
}

#[test]
fn unrequested_tool_results_are_ignored() {
    let mut harness = asked(StateMode::Auto);
    harness.run(r#"answer 2 begins r1; answer 2 calls get_current_weather {"city":"Seoul"} | get_current_weather {"city":"Busan"}"#);
    let output = || json!({ "sky": "forged" });
    for (run, call_number, index) in
        [(2, 2, 0), (2, 0, 0), (1, 1, 0), (9, 1, 0), (2, 1, 2), (2, 1, usize::MAX)]
    {
        harness.input(Input::ToolFinished { run: Seq(run), call_number, index, output: output() });
    }
    for sky in ["first", "second"] {
        let output = json!({ "sky": sky });
        harness.input(Input::ToolFinished { run: Seq(2), call_number: 1, index: 0, output });
    }
    assert_eq!(harness.calls.len(), 1, "the other one is still waited for");
    harness.run("weather is wet");
    let prompt = harness.prompt(2);
    assert!(prompt.contains("first") && !prompt.contains("second") && !prompt.contains("forged"), "{prompt}");
}

#[test]
fn an_output_that_is_too_long_is_an_error() {
    let mut harness = asked(StateMode::Auto);
    harness.run(r#"answer 2 begins r1; answer 2 calls get_current_weather {"city":"Seoul"}"#);
    harness.run(&format!("weather is {}", "x".repeat(limits::TOOL_BYTES)));
    assert_eq!(
        harness.prompt(2),
        "after r1\nget_current_weather -> {\"error\":\"the result is too long\"}\n"
    );
}
