//! The chain: what a turn continues, when it moves on, and what happens when it is lost.

use expect_test::expect;
use room::{Bot, Config, StateMode};
use shared::Seq;

use crate::stage::{Stage, bot, config};

fn in_state(state: StateMode) -> Stage {
    let mut stage = Stage::with(Config { bots: vec![Bot { state, ..bot("chatbot") }], ..config() });
    stage.run("ann joins; bob joins; 1 s");
    stage
}

/// One question and its answer. The question is in words, so that it can be found in prompts.
fn turn(stage: &mut Stage, number: u32) -> Seq {
    stage.run(&format!("10 s; ann says @chatbot q{number}; 1 s"));
    let run = stage.calls.last().unwrap().run;
    stage.run(&format!(
        "answer {run} begins r{number}; answer {run} writes a{number}; answer {run} ends; 1 s"
    ));
    run
}

fn head(stage: &Stage) -> (Option<&str>, u64) {
    let chain = &stage.log.chains["chatbot"];
    (chain.head.as_deref(), chain.last.0)
}

#[test]
fn a_turn_continues_the_last_one_that_was_completed() {
    let mut stage = in_state(StateMode::Auto);
    turn(&mut stage, 1);
    assert_eq!(head(&stage), (Some("r1"), 1));
    stage.run("bob says between");
    let run = turn(&mut stage, 2);
    expect![[r#"
        after r1
        p2 bob: between
        p1 ann: @chatbot q2
    "#]]
    .assert_eq(&stage.prompt(run.0));
    assert_eq!(head(&stage), (Some("r2"), 5));
}

#[test]
fn stopped_failed_cut_and_incomplete_answers_keep_the_old_head_and_their_words_are_told() {
    for (end, words) in [
        ("ann stops 5", "(your answer was cut off here) half"),
        ("answer 5 fails Overloaded", "(your answer was cut off here) half"),
        ("answer 5 breaks off", "(your answer was cut off here) half"),
        ("answer 5 runs out", "(your answer was cut off here) half"),
        ("answer 5 filters it", "(your answer was cut off here) half"),
        ("room crashes; ann returns; bob returns", "(your answer was cut off here) half"),
    ] {
        let mut stage = in_state(StateMode::Auto);
        turn(&mut stage, 1);
        stage.run("ann says @chatbot q2; 1 s; answer 5 begins r2; 1 s; answer 5 writes half; 1 s").run(end);
        assert_eq!(head(&stage), (Some("r1"), 1), "{end}");
        let run = turn(&mut stage, 3);
        let prompt = stage.prompt(run.0);
        assert_eq!(prompt, format!("after r1\np1 ann: @chatbot q2\n{words}\np1 ann: @chatbot q3\n"), "{end}");
        assert_eq!(head(&stage), (Some("r3"), run.0 - 1), "{end}");
    }
}

#[test]
fn a_refusal_is_an_answer_and_the_chain_goes_on_from_it() {
    let mut stage = in_state(StateMode::Auto);
    stage.run("ann says @chatbot q1; 1 s; answer 2 begins r1; answer 2 declines I will not; 1 s");
    assert_eq!(head(&stage), (Some("r1"), 1));
    let run = turn(&mut stage, 2);
    assert_eq!(stage.prompt(run.0), "after r1\np1 ann: @chatbot q2\n");
}

#[test]
fn case_58_a_lost_chain_is_rebuilt_once_in_the_same_run_and_people_see_it() {
    let mut stage = in_state(StateMode::Auto);
    turn(&mut stage, 1);
    stage.run("bob says between; ann says @chatbot q2; 1 s").look_away();
    stage.run("answer 6 fails ChainLost; 1 s");
    expect![[r#"
        p1 ann: @chatbot q1
        me: a1
        p2 bob: between
        p1 ann: @chatbot q2
    "#]]
    .assert_eq(&stage.prompt(6));
    stage.run("answer 6 begins r9; answer 6 writes a2; answer 6 ends; 1 s");
    expect![[r#"
        call 6.2 chatbot
        ann bob < run 6 thinking reread
        ann bob < run 6 streaming reread
        ann bob < delta 6+0 "a2"
        ann bob < #7 ends #6 done "a2"
    "#]]
    .assert_eq(&stage.seen());
    assert_eq!(head(&stage), (Some("r9"), 5));
    let run = turn(&mut stage, 3);
    assert_eq!(stage.prompt(run.0), "after r9\np1 ann: @chatbot q3\n");
    assert_eq!(stage.log.responses.keys().collect::<Vec<_>>(), ["r1", "r3", "r9"]);
}

#[test]
fn a_lost_chain_whose_rebuild_fails_is_rebuilt_by_the_next_run() {
    let mut stage = in_state(StateMode::Auto);
    turn(&mut stage, 1);
    stage.run("ann says @chatbot q2; 1 s; answer 5 fails ChainLost; answer 5 fails BadRequest; 1 s");
    let run = turn(&mut stage, 3);
    expect![[r#"
        p1 ann: @chatbot q1
        me: a1
        p1 ann: @chatbot q2
        p1 ann: @chatbot q3
    "#]]
    .assert_eq(&stage.prompt(run.0));
    assert!(stage.tabs["bob"].view.messages[&run].answer.as_ref().unwrap().chain_rebuilt);
}

#[test]
fn a_server_that_ignores_what_it_should_continue_is_asked_again_with_everything() {
    let mut stage = in_state(StateMode::Auto);
    turn(&mut stage, 1);
    stage.run("ann says @chatbot q2; 1 s").look_away();
    stage.run("answer 5 begins r2 after nothing; 1 s");
    expect![[r#"
        abort 5.1
        call 5.2 chatbot
        ann bob < run 5 thinking reread
    "#]]
    .assert_eq(&stage.seen());
    expect![[r#"
        p1 ann: @chatbot q1
        me: a1
        p1 ann: @chatbot q2
    "#]]
    .assert_eq(&stage.prompt(5));
    stage.run("answer 5 begins r3 after nothing; answer 5 writes a2; answer 5 ends; 1 s");
    assert!(stage.log.chains["chatbot"].stateless);
    // From now on it is not tried any more, over a crash as well.
    stage.run("room crashes; ann returns");
    let run = turn(&mut stage, 3);
    assert_eq!(stage.calls.iter().filter(|call| call.run == run).count(), 1);
    expect![[r#"
        p1 ann: @chatbot q1
        me: a1
        p1 ann: @chatbot q2
        me: a2
        p1 ann: @chatbot q3
    "#]]
    .assert_eq(&stage.prompt(run.0));
    assert!(
        !stage.tabs["ann"].view.messages[&run].answer.as_ref().unwrap().chain_rebuilt,
        "this is how it always is"
    );
    // Once it is known to keep nothing it is told to keep nothing, so there is nothing to delete there either.
    assert!(!stage.call(run).turn.store);
    assert_eq!(stage.log.responses.keys().collect::<Vec<_>>(), ["r1", "r2"]);
}

#[test]
fn a_server_that_refuses_to_keep_state_is_asked_again_with_everything() {
    let mut stage = in_state(StateMode::Auto);
    turn(&mut stage, 1);
    stage.run(
        "ann says @chatbot q2; 1 s; answer 5 fails Stateless; answer 5 begins r2; answer 5 ends as a2; 1 s",
    );
    let run = turn(&mut stage, 3);
    assert!(stage.prompt(run.0).starts_with("p1 ann: @chatbot q1\nme: a1\n"));
    assert_eq!(stage.calls.len(), 4);
}

#[test]
fn a_server_that_says_only_at_the_end_that_it_forgot_is_known_for_the_next_turn() {
    let mut stage = in_state(StateMode::Auto);
    turn(&mut stage, 1);
    stage.run(
        "ann says @chatbot q2; 1 s; answer 5 writes a2; answer 5 begins r2 after nothing; answer 5 ends; 1 s",
    );
    assert_eq!(stage.calls.len(), 2, "what was shown is not asked again");
    let run = turn(&mut stage, 3);
    assert_eq!(
        stage.prompt(run.0),
        "p1 ann: @chatbot q1\nme: a1\np1 ann: @chatbot q2\nme: a2\np1 ann: @chatbot q3\n"
    );
}

#[test]
fn a_bot_that_must_chain_believes_its_server() {
    let mut stage = in_state(StateMode::Chain);
    turn(&mut stage, 1);
    stage.run("ann says @chatbot q2; 1 s; answer 5 begins r2 after nothing; answer 5 ends as a2; 1 s");
    let run = turn(&mut stage, 3);
    assert_eq!(stage.prompt(run.0), "after r2\np1 ann: @chatbot q3\n");
    assert_eq!(stage.calls.len(), 3);
}

#[test]
fn a_bot_that_replays_never_continues_anything() {
    let mut stage = in_state(StateMode::Replay);
    turn(&mut stage, 1);
    stage.run("bob says between");
    let run = turn(&mut stage, 2);
    expect![[r#"
        p1 ann: @chatbot q1
        me: a1
        p2 bob: between
        p1 ann: @chatbot q2
    "#]]
    .assert_eq(&stage.prompt(run.0));
    assert!(!stage.tabs["ann"].view.messages[&run].answer.as_ref().unwrap().chain_rebuilt);
}

#[test]
fn another_model_or_other_instructions_begin_a_new_chain_from_the_transcript() {
    let mut stage = in_state(StateMode::Auto);
    turn(&mut stage, 1);
    stage.config.bots[0].fingerprint = "model-2".to_owned();
    stage.run("room crashes; ann returns; bob returns");
    let run = turn(&mut stage, 2);
    assert_eq!(stage.prompt(run.0), "p1 ann: @chatbot q1\nme: a1\np1 ann: @chatbot q2\n");
    assert!(stage.tabs["ann"].view.messages[&run].answer.as_ref().unwrap().chain_rebuilt);
    let run = turn(&mut stage, 3);
    assert_eq!(stage.prompt(run.0), "after r2\np1 ann: @chatbot q3\n");
}

#[test]
fn a_server_without_ids_is_given_everything_each_time() {
    let mut stage = in_state(StateMode::Auto);
    for number in 1..3 {
        stage.run(&format!("10 s; ann says @chatbot q{number}; 1 s"));
        let run = stage.calls.last().unwrap().run;
        stage.run(&format!("answer {run} ends as a{number}; 1 s"));
    }
    assert_eq!(stage.prompt(5), "p1 ann: @chatbot q1\nme: a1\np1 ann: @chatbot q2\n");
}

#[test]
fn every_bot_has_a_chain_of_its_own() {
    let mut stage = Stage::new();
    stage.run("ann joins; ann says @chatbot @helper hi; 1 s; answer 2 begins c1; answer 3 begins h1");
    stage.run("answer 3 ends as I help; answer 2 ends as I chat; 1 s; ann says @helper @chatbot and; 1 s");
    expect![[r#"
        after h1
        bot:chatbot chatbot: I chat
        p1 ann: @helper @chatbot and
    "#]]
    .assert_eq(&stage.prompt(7));
    expect![[r#"
        after c1
        bot:helper helper: I help
        p1 ann: @helper @chatbot and
    "#]]
    .assert_eq(&stage.prompt(8));
}

#[test]
fn the_chain_survives_a_failed_store_while_an_answer_streams() {
    let mut stage = in_state(StateMode::Auto);
    turn(&mut stage, 1);
    stage.run("ann says @chatbot q2; 1 s; answer 5 begins r2; answer 5 writes a; 1 s");
    stage.run("store fails; bob says lost; answer 5 writes 2; answer 5 ends; 1 s");
    assert_eq!(stage.tabs["ann"].view.shown().last().unwrap().2, "a2");
    assert_eq!(head(&stage), (Some("r2"), 4));
    let run = turn(&mut stage, 3);
    assert_eq!(stage.prompt(run.0), "after r2\np1 ann: @chatbot q3\n");
    assert_eq!(stage.tabs["ann"].view.messages[&run].answer.as_ref().unwrap().context_messages, 3);
}

#[test]
fn a_lost_chain_is_still_rebuilt_after_a_failed_store() {
    let mut stage = in_state(StateMode::Auto);
    turn(&mut stage, 1);
    stage.run(
        "ann says @chatbot q2; 1 s; store fails; bob says lost; answer 5 fails ChainLost; answer 5 begins r2",
    );
    assert_eq!(stage.prompt(5), "p1 ann: @chatbot q1\nme: a1\np1 ann: @chatbot q2\n");
    stage.run("answer 5 ends as a2; 1 s");
    assert_eq!(head(&stage), (Some("r2"), 4));
}
