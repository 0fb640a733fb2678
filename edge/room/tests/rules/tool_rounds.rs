//! Tool rounds within an answer: its text, its chain, its errors and its end.

use expect_test::expect;
use room::{StateMode, tools};
use shared::Seq;

use crate::tools::asked;

#[test]
fn stopping_during_a_tool_call_makes_no_further_call() {
    let mut harness = asked(StateMode::Auto);
    harness.run(r#"answer 2 begins r1; answer 2 writes Well. ; answer 2 calls get_current_weather {"city":"Seoul"}; 1 s; ann stops 2; weather is sunny; 20 s"#);
    assert_eq!(harness.calls.len(), 1);
    let shown = harness.tabs["bob"].view.shown();
    assert_eq!((shown[1].2.as_str(), shown[1].3), ("Well. ", Some("stopped")));
    assert!(harness.storage.runs.is_empty());
}

#[test]
fn g10_case_48_a_crash_during_a_tool_call_interrupts_the_answer_and_charges_nothing_twice() {
    let mut harness = asked(StateMode::Auto);
    harness.run(r#"answer 2 begins r1; answer 2 writes Well.; 2 s; answer 2 writes  So; answer 2 calls get_current_weather {"city":"Seoul"}"#);
    harness.run("room crashes; ann returns; weather is sunny; 20 s");
    assert_eq!(harness.calls.len(), 1);
    assert_eq!(harness.tabs["ann"].view.shown()[1].3, Some("interrupted"));
    assert_eq!(harness.tabs["ann"].view.text(2), "Well. So", "what was said before it looked was stored");
}

#[test]
fn g9_text_before_a_tool_call_stays() {
    let mut harness = asked(StateMode::Auto);
    harness.run(r#"answer 2 begins r1; answer 2 writes 잠깐만요. ; 1 s; answer 2 calls current_time {}; carol reads; 1 s"#);
    assert_eq!(harness.tabs["carol"].view.texts[&Seq(2)], "잠깐만요. ");
    harness.run("answer 2 begins r2; answer 2 writes It is; 1 s; answer 2 writes  late; 1 s");
    for tab in ["ann", "bob", "carol"] {
        assert_eq!(harness.tabs[tab].view.texts[&Seq(2)], "잠깐만요. \n\nIt is late", "{tab}");
    }
    // The end states the last round's text; what was said before it is no part of that.
    harness.run("answer 2 ends as It is late.; 1 s");
    for tab in ["ann", "bob", "carol"] {
        assert_eq!(harness.tabs[tab].view.text(2), "잠깐만요. \n\nIt is late.", "{tab}");
    }
}

#[test]
fn case_62_a_tool_round_that_fails_before_its_first_text_is_retried_with_the_tool_outputs() {
    let mut harness = asked(StateMode::Auto);
    harness.run("answer 2 begins r1; answer 2 writes So. ; answer 2 calls current_time {}; answer 2 fails Overloaded; 2 s");
    assert_eq!(harness.calls[1].turn, harness.calls[2].turn);
    harness.run("answer 2 begins r3; answer 2 writes noon; answer 2 fails Overloaded; 20 s");
    assert_eq!((harness.calls.len(), harness.tabs["ann"].view.text(2)), (3, "So. \n\nnoon"));
}

#[test]
fn g10_case_58_a_chain_lost_in_a_tool_round_is_rebuilt_once_and_not_used_again_in_the_run() {
    let mut harness = asked(StateMode::Chain);
    harness.run("answer 2 begins r1; answer 2 calls current_time {}; answer 2 fails ChainLost; 1 s");
    expect![[r#"
        p1 ann: @chatbot weather in Seoul?
        me: current_time({})
        current_time -> {"time":"2026-11-20T12:32+00:00","weekday":"Friday"}
    "#]]
    .assert_eq(&harness.prompt(2));
    harness.run("answer 2 begins r3; answer 2 calls search_room {\"query\":\"weather\"}; 1 s");
    assert!(harness.call(Seq(2)).turn.previous.is_none(), "it would be lost again");
    harness.run("answer 2 begins r4; answer 2 ends as ok; 1 s; ann says @chatbot more; 1 s");
    assert_eq!(harness.prompt(5), "after r4\np1 ann: @chatbot more\n");
}

#[test]
fn a_server_that_loses_the_chain_between_rounds_gets_the_transcript() {
    let mut harness = asked(StateMode::Auto);
    harness.run("answer 2 begins r1; answer 2 calls current_time {}; answer 2 begins r2 after nothing; 1 s");
    assert!(harness.prompt(2).starts_with("p1 ann: @chatbot weather in Seoul?\nme: current_time({})\n"));
    harness.run("answer 2 begins r3 after nothing; answer 2 ends as ok; 1 s");
    assert!(harness.storage.chains["chatbot"].stateless);
}

#[test]
fn a_failed_store_during_a_tool_call_loses_only_the_answer() {
    let mut harness = asked(StateMode::Auto);
    harness.run(r#"answer 2 begins r1; answer 2 calls get_current_weather {"city":"Seoul"}; store fails; bob says lost; weather is sunny; 1 s"#);
    assert_eq!((harness.calls.len(), harness.tabs["ann"].view.shown()[1].3), (1, Some("interrupted")));
    harness.run("ann says @chatbot again; 1 s");
    assert_eq!(harness.tasks.len(), 1);
}

#[test]
fn text_stated_only_with_the_tool_calls_is_part_of_the_answer() {
    let mut harness = asked(StateMode::Auto);
    let calls = vec![models::ToolCall {
        id: "1".to_owned(),
        name: tools::TIME.to_owned(),
        arguments: "{}".to_owned(),
        signature: None,
    }];
    let text = Some("Let me see. ".to_owned());
    let finish = models::FinishReason::Complete;
    let ended = models::CallEnd { calls, text, ..models::CallEnd::bare(finish) };
    harness.run("answer 2 begins r1").model(Seq(2), models::ModelEvent::Finished(ended));
    harness.run("answer 2 begins r2; answer 2 ends as Noon.; 1 s");
    for tab in ["ann", "bob"] {
        assert_eq!(harness.tabs[tab].view.text(2), "Let me see. \n\nNoon.");
    }
}

#[test]
fn case_71_a_replayed_turn_is_not_sent_without_its_question() {
    for state in [StateMode::Replay, StateMode::Auto] {
        let mut harness = asked(state);
        harness
            .run(r#"answer 2 begins r1; answer 2 calls get_current_weather {"city":"Seoul"}; ann deletes 1"#);
        harness.run("weather is sunny; 1 s");
        assert_eq!(
            harness.calls.len(),
            1,
            "not even where the response that asked holds the question already"
        );
        assert_eq!(harness.tabs["bob"].view.answer(2).code, Some(shared::ErrorCode::AskedDeleted));
    }
}
