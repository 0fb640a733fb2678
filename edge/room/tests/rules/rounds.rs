//! ToolRounds of tools in the life of an answer: its words, its chain, its failures and its end.

use expect_test::expect;
use room::{StateMode, tools};
use shared::{Seq, ServerFrame};

use crate::tools::asked;

#[test]
fn stopping_while_it_looks_asks_nothing_more() {
    let mut stage = asked(StateMode::Auto);
    stage.run(r#"answer 2 begins r1; answer 2 writes Well. ; answer 2 calls get_current_weather {"city":"Seoul"}; 1 s; ann stops 2; weather is sunny; 20 s"#);
    assert_eq!(stage.calls.len(), 1);
    let shown = stage.tabs["bob"].view.shown();
    assert_eq!((shown[1].2.as_str(), shown[1].3), ("Well. ", Some("stopped")));
    assert!(stage.log.runs.is_empty());
}

#[test]
fn g10_case_48_a_crash_while_it_looks_interrupts_and_pays_nothing_again() {
    let mut stage = asked(StateMode::Auto);
    stage.run(r#"answer 2 begins r1; answer 2 writes Well.; 2 s; answer 2 writes  So; answer 2 calls get_current_weather {"city":"Seoul"}"#);
    stage.run("room crashes; ann returns; weather is sunny; 20 s");
    assert_eq!(stage.calls.len(), 1);
    assert_eq!(stage.tabs["ann"].view.shown()[1].3, Some("interrupted"));
    assert_eq!(stage.tabs["ann"].view.text(2), "Well. So", "what was said before it looked was stored");
}

#[test]
fn g9_text_before_a_call_stays_and_every_byte_has_its_place() {
    let mut stage = asked(StateMode::Auto);
    stage.run(r#"answer 2 begins r1; answer 2 writes 잠깐만요. ; 1 s; answer 2 calls current_time {}; carol reads; 1 s"#);
    assert_eq!(stage.tabs["carol"].view.texts[&Seq(2)], "잠깐만요. ");
    stage.run("answer 2 begins r2; answer 2 writes It is; 1 s; answer 2 writes  late; 1 s");
    for tab in ["ann", "bob", "carol"] {
        assert_eq!(stage.tabs[tab].view.texts[&Seq(2)], "잠깐만요. It is late", "{tab}");
    }
    let offsets = stage.tabs["ann"].view.frames.iter().filter_map(|frame| match frame {
        ServerFrame::Delta { offset, .. } => Some(*offset),
        _ => None,
    });
    let offsets = offsets.collect::<Vec<_>>();
    assert_eq!(offsets, [0, 14, 19]);
    // The end states the last round's text; what was said before it is no part of that.
    stage.run("answer 2 ends as It is late.; 1 s");
    for tab in ["ann", "bob", "carol"] {
        assert_eq!(stage.tabs[tab].view.text(2), "잠깐만요. It is late.", "{tab}");
    }
}

#[test]
fn case_62_a_round_that_fails_before_its_first_word_is_tried_again_with_what_was_found() {
    let mut stage = asked(StateMode::Auto);
    stage.run("answer 2 begins r1; answer 2 writes So. ; answer 2 calls current_time {}; answer 2 fails Overloaded; 2 s");
    assert_eq!(stage.calls[1].turn, stage.calls[2].turn);
    stage.run("answer 2 begins r3; answer 2 writes noon; answer 2 fails Overloaded; 20 s");
    assert_eq!((stage.calls.len(), stage.tabs["ann"].view.text(2)), (3, "So. noon"));
}

#[test]
fn g10_case_58_a_chain_that_is_lost_in_a_round_is_rebuilt_once_and_then_not_chained_in_this_run() {
    let mut stage = asked(StateMode::Chain);
    stage.run("answer 2 begins r1; answer 2 calls current_time {}; answer 2 fails ChainLost; 1 s");
    expect![[r#"
        p1 ann: @chatbot weather in Seoul?
        me: current_time({})
        current_time -> {"time":"2026-11-20T12:32+00:00","weekday":"Friday"}
    "#]]
    .assert_eq(&stage.prompt(2));
    stage.run("answer 2 begins r3; answer 2 calls search_room {\"query\":\"weather\"}; 1 s");
    assert!(stage.call(Seq(2)).turn.previous.is_none(), "it would be lost again");
    stage.run("answer 2 begins r4; answer 2 ends as ok; 1 s; ann says @chatbot more; 1 s");
    assert_eq!(stage.prompt(5), "after r4\np1 ann: @chatbot more\n");
}

#[test]
fn a_server_that_forgets_between_rounds_is_told_everything() {
    let mut stage = asked(StateMode::Auto);
    stage.run("answer 2 begins r1; answer 2 calls current_time {}; answer 2 begins r2 after nothing; 1 s");
    assert!(stage.prompt(2).starts_with("p1 ann: @chatbot weather in Seoul?\nme: current_time({})\n"));
    stage.run("answer 2 begins r3 after nothing; answer 2 ends as ok; 1 s");
    assert!(stage.log.chains["chatbot"].stateless);
}

#[test]
fn a_failed_store_while_it_looks_loses_the_answer_and_nothing_else() {
    let mut stage = asked(StateMode::Auto);
    stage.run(r#"answer 2 begins r1; answer 2 calls get_current_weather {"city":"Seoul"}; store fails; bob says lost; weather is sunny; 1 s"#);
    assert_eq!((stage.calls.len(), stage.tabs["ann"].view.shown()[1].3), (1, Some("interrupted")));
    stage.run("ann says @chatbot again; 1 s");
    assert_eq!(stage.tasks.len(), 1);
}

#[test]
fn words_that_a_server_states_only_with_its_calls_are_said_all_the_same() {
    let mut stage = asked(StateMode::Auto);
    let calls = vec![models::ToolCall {
        id: "1".to_owned(),
        name: tools::TIME.to_owned(),
        arguments: "{}".to_owned(),
        signature: None,
    }];
    let text = Some("Let me see. ".to_owned());
    let finish = models::FinishReason::Complete;
    let ended = models::CallEnd { calls, text, ..models::CallEnd::bare(finish) };
    stage.run("answer 2 begins r1").model(Seq(2), models::ModelEvent::Finished(ended));
    stage.run("answer 2 begins r2; answer 2 ends as Noon.; 1 s");
    for tab in ["ann", "bob"] {
        assert_eq!(stage.tabs[tab].view.text(2), "Let me see. Noon.");
    }
}

#[test]
fn case_71_what_is_told_from_the_beginning_is_not_told_without_its_question() {
    for (state, calls) in [(StateMode::Replay, 1), (StateMode::Auto, 2)] {
        let mut stage = asked(state);
        stage
            .run(r#"answer 2 begins r1; answer 2 calls get_current_weather {"city":"Seoul"}; ann deletes 1"#);
        stage.run("weather is sunny; 1 s");
        assert_eq!(stage.calls.len(), calls, "the response that asked holds the question already");
        let code = if calls == 1 { Some(shared::ErrorCode::AskedDeleted) } else { None };
        assert_eq!(stage.tabs["bob"].view.answer(2).code, code);
    }
}
