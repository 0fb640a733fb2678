//! The chain: which response a turn continues, when the head moves, and how a lost chain is rebuilt.

use expect_test::expect;
use room::{Bot, Config, StateMode};
use shared::Seq;

use crate::harness::{Harness, bot, config};

fn in_state(state: StateMode) -> Harness {
    let mut harness = Harness::with(Config { bots: vec![Bot { state, ..bot("chatbot") }], ..config() });
    harness.run("ann joins; bob joins; 1 s");
    harness
}

/// Asks and answers a question, whose text can be found in prompts.
fn turn(harness: &mut Harness, number: u32) -> Seq {
    harness.run(&format!("10 s; ann says @chatbot q{number}; 1 s"));
    let run = harness.calls.last().unwrap().run;
    harness.run(&format!(
        "answer {run} begins r{number}; answer {run} writes a{number}; answer {run} ends; 1 s"
    ));
    run
}

fn head(harness: &Harness) -> (Option<&str>, u64) {
    let chain = &harness.storage.chains["chatbot"];
    (chain.head.as_deref(), chain.last.0)
}

#[test]
fn a_turn_continues_the_last_completed_response() {
    let mut harness = in_state(StateMode::Auto);
    turn(&mut harness, 1);
    assert_eq!(head(&harness), (Some("r1"), 1));
    harness.run("bob says between");
    let run = turn(&mut harness, 2);
    expect![[r#"
        after r1
        p2 bob: between
        p1 ann: @chatbot q2
    "#]]
    .assert_eq(&harness.prompt(run.0));
    assert_eq!(head(&harness), (Some("r2"), 5));
}

#[test]
fn stopped_failed_cut_and_incomplete_answers_keep_the_old_head_and_their_text_is_sent() {
    for (end, words) in [
        ("ann stops 5", "(your answer was cut off here) half"),
        ("answer 5 fails Overloaded", "(your answer was cut off here) half"),
        ("answer 5 breaks off", "(your answer was cut off here) half"),
        ("answer 5 runs out", "(your answer was cut off here) half"),
        ("answer 5 filters it", "(your answer was cut off here) half"),
        ("room crashes; ann returns; bob returns", "(your answer was cut off here) half"),
    ] {
        let mut harness = in_state(StateMode::Auto);
        turn(&mut harness, 1);
        harness.run("ann says @chatbot q2; 1 s; answer 5 begins r2; 1 s; answer 5 writes half; 1 s").run(end);
        assert_eq!(head(&harness), (Some("r1"), 1), "{end}");
        let run = turn(&mut harness, 3);
        let prompt = harness.prompt(run.0);
        assert_eq!(prompt, format!("after r1\np1 ann: @chatbot q2\n{words}\np1 ann: @chatbot q3\n"), "{end}");
        assert_eq!(head(&harness), (Some("r3"), run.0 - 1), "{end}");
    }
}

#[test]
fn the_chain_continues_from_a_refusal() {
    let mut harness = in_state(StateMode::Auto);
    harness.run("ann says @chatbot q1; 1 s; answer 2 begins r1; answer 2 declines I will not; 1 s");
    assert_eq!(head(&harness), (Some("r1"), 1));
    let run = turn(&mut harness, 2);
    assert_eq!(harness.prompt(run.0), "after r1\np1 ann: @chatbot q2\n");
}

#[test]
fn case_58_a_lost_chain_is_rebuilt_once_in_the_same_run_and_clients_are_told() {
    let mut harness = in_state(StateMode::Auto);
    turn(&mut harness, 1);
    harness.run("bob says between; ann says @chatbot q2; 1 s").discard_lines();
    harness.run("answer 6 fails ChainLost; 1 s");
    expect![[r#"
        p1 ann: @chatbot q1
        me: a1
        p2 bob: between
        p1 ann: @chatbot q2
    "#]]
    .assert_eq(&harness.prompt(6));
    harness.run("answer 6 begins r9; answer 6 writes a2; answer 6 ends; 1 s");
    expect![[r#"
        call 6.2 chatbot
        ann bob < run 6 thinking reread
        ann bob < run 6 streaming reread
        ann bob < delta 6+0 "a2"
        ann bob < #7 ends #6 done =2
    "#]]
    .assert_eq(&harness.take_lines());
    assert_eq!(head(&harness), (Some("r9"), 5));
    let run = turn(&mut harness, 3);
    assert_eq!(harness.prompt(run.0), "after r9\np1 ann: @chatbot q3\n");
    assert_eq!(harness.storage.responses.keys().collect::<Vec<_>>(), ["r1", "r3", "r9"]);
}

#[test]
fn a_lost_chain_whose_rebuild_fails_is_rebuilt_by_the_next_run() {
    let mut harness = in_state(StateMode::Auto);
    turn(&mut harness, 1);
    harness.run("ann says @chatbot q2; 1 s; answer 5 fails ChainLost; answer 5 fails BadRequest; 1 s");
    let run = turn(&mut harness, 3);
    expect![[r#"
        p1 ann: @chatbot q1
        me: a1
        p1 ann: @chatbot q2
        p1 ann: @chatbot q3
    "#]]
    .assert_eq(&harness.prompt(run.0));
    assert!(harness.tabs["bob"].view.messages[&run].answer.as_ref().unwrap().chain_rebuilt);
}

#[test]
fn a_server_that_ignores_the_previous_response_is_called_again_with_the_transcript() {
    let mut harness = in_state(StateMode::Auto);
    turn(&mut harness, 1);
    harness.run("ann says @chatbot q2; 1 s").discard_lines();
    harness.run("answer 5 begins r2 after nothing; 1 s");
    expect![[r#"
        abort 5.1
        call 5.2 chatbot
        ann bob < run 5 thinking reread
    "#]]
    .assert_eq(&harness.take_lines());
    expect![[r#"
        p1 ann: @chatbot q1
        me: a1
        p1 ann: @chatbot q2
    "#]]
    .assert_eq(&harness.prompt(5));
    harness.run("answer 5 begins r3 after nothing; answer 5 writes a2; answer 5 ends; 1 s");
    assert!(harness.storage.chains["chatbot"].stateless);
    // From now on no chain is tried, even after a crash.
    harness.run("room crashes; ann returns");
    let run = turn(&mut harness, 3);
    assert_eq!(harness.calls.iter().filter(|call| call.run == run).count(), 1);
    expect![[r#"
        p1 ann: @chatbot q1
        me: a1
        p1 ann: @chatbot q2
        me: a2
        p1 ann: @chatbot q3
    "#]]
    .assert_eq(&harness.prompt(run.0));
    assert!(
        !harness.tabs["ann"].view.messages[&run].answer.as_ref().unwrap().chain_rebuilt,
        "this is how it always is"
    );
    // Once the server is known to be stateless, `store` is false, so there is nothing to delete there.
    assert!(!harness.call(run).turn.store);
    assert_eq!(harness.storage.responses.keys().collect::<Vec<_>>(), ["r1", "r2"]);
}

#[test]
fn a_server_that_refuses_to_keep_state_is_called_again_with_the_transcript() {
    let mut harness = in_state(StateMode::Auto);
    turn(&mut harness, 1);
    harness.run(
        "ann says @chatbot q2; 1 s; answer 5 fails Stateless; answer 5 begins r2; answer 5 ends as a2; 1 s",
    );
    let run = turn(&mut harness, 3);
    assert!(harness.prompt(run.0).starts_with("p1 ann: @chatbot q1\nme: a1\n"));
    assert_eq!(harness.calls.len(), 4);
}

#[test]
fn a_server_that_reports_a_lost_chain_at_the_end_gets_the_transcript_next_time() {
    let mut harness = in_state(StateMode::Auto);
    turn(&mut harness, 1);
    harness.run(
        "ann says @chatbot q2; 1 s; answer 5 writes a2; answer 5 begins r2 after nothing; answer 5 ends; 1 s",
    );
    assert_eq!(harness.calls.len(), 2, "what was shown is not asked again");
    let run = turn(&mut harness, 3);
    assert_eq!(
        harness.prompt(run.0),
        "p1 ann: @chatbot q1\nme: a1\np1 ann: @chatbot q2\nme: a2\np1 ann: @chatbot q3\n"
    );
}

#[test]
fn a_bot_in_chain_mode_ignores_a_mismatched_previous_response() {
    let mut harness = in_state(StateMode::Chain);
    turn(&mut harness, 1);
    harness.run("ann says @chatbot q2; 1 s; answer 5 begins r2 after nothing; answer 5 ends as a2; 1 s");
    let run = turn(&mut harness, 3);
    assert_eq!(harness.prompt(run.0), "after r2\np1 ann: @chatbot q3\n");
    assert_eq!(harness.calls.len(), 3);
}

#[test]
fn a_bot_in_replay_mode_never_continues_a_response() {
    let mut harness = in_state(StateMode::Replay);
    turn(&mut harness, 1);
    harness.run("bob says between");
    let run = turn(&mut harness, 2);
    expect![[r#"
        p1 ann: @chatbot q1
        me: a1
        p2 bob: between
        p1 ann: @chatbot q2
    "#]]
    .assert_eq(&harness.prompt(run.0));
    assert!(!harness.tabs["ann"].view.messages[&run].answer.as_ref().unwrap().chain_rebuilt);
}

#[test]
fn a_new_model_or_new_instructions_start_a_new_chain_from_the_transcript() {
    let mut harness = in_state(StateMode::Auto);
    turn(&mut harness, 1);
    harness.config.bots[0].fingerprint = "model-2".to_owned();
    harness.run("room crashes; ann returns; bob returns");
    let run = turn(&mut harness, 2);
    assert_eq!(harness.prompt(run.0), "p1 ann: @chatbot q1\nme: a1\np1 ann: @chatbot q2\n");
    assert!(harness.tabs["ann"].view.messages[&run].answer.as_ref().unwrap().chain_rebuilt);
    let run = turn(&mut harness, 3);
    assert_eq!(harness.prompt(run.0), "after r2\np1 ann: @chatbot q3\n");
}

#[test]
fn a_server_without_response_ids_gets_the_transcript_each_time() {
    let mut harness = in_state(StateMode::Auto);
    for number in 1..3 {
        harness.run(&format!("10 s; ann says @chatbot q{number}; 1 s"));
        let run = harness.calls.last().unwrap().run;
        harness.run(&format!("answer {run} ends as a{number}; 1 s"));
    }
    assert_eq!(harness.prompt(5), "p1 ann: @chatbot q1\nme: a1\np1 ann: @chatbot q2\n");
}

#[test]
fn each_bot_has_its_own_chain() {
    let mut harness = Harness::new();
    harness.run("ann joins; ann says @chatbot @helper hi; 1 s; answer 2 begins c1; answer 3 begins h1");
    harness.run("answer 3 ends as I help; answer 2 ends as I chat; 1 s; ann says @helper @chatbot and; 1 s");
    expect![[r#"
        after h1
        bot:chatbot chatbot: I chat
        p1 ann: @helper @chatbot and
    "#]]
    .assert_eq(&harness.prompt(7));
    expect![[r#"
        after c1
        bot:helper helper: I help
        p1 ann: @helper @chatbot and
    "#]]
    .assert_eq(&harness.prompt(8));
}

#[test]
fn the_chain_survives_a_failed_store_while_an_answer_streams() {
    let mut harness = in_state(StateMode::Auto);
    turn(&mut harness, 1);
    harness.run("ann says @chatbot q2; 1 s; answer 5 begins r2; answer 5 writes a; 1 s");
    harness.run("store fails; bob says lost; answer 5 writes 2; answer 5 ends; 1 s");
    assert_eq!(harness.tabs["ann"].view.shown().last().unwrap().2, "a2");
    assert_eq!(head(&harness), (Some("r2"), 4));
    let run = turn(&mut harness, 3);
    assert_eq!(harness.prompt(run.0), "after r2\np1 ann: @chatbot q3\n");
    assert_eq!(harness.tabs["ann"].view.messages[&run].answer.as_ref().unwrap().context_messages, 3);
}

#[test]
fn a_lost_chain_is_still_rebuilt_after_a_failed_store() {
    let mut harness = in_state(StateMode::Auto);
    turn(&mut harness, 1);
    harness.run(
        "ann says @chatbot q2; 1 s; store fails; bob says lost; answer 5 fails ChainLost; answer 5 begins r2",
    );
    assert_eq!(harness.prompt(5), "p1 ann: @chatbot q1\nme: a1\np1 ann: @chatbot q2\n");
    harness.run("answer 5 ends as a2; 1 s");
    assert_eq!(head(&harness), (Some("r2"), 4));
}
