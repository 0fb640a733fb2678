//! Asking a bot again.

use expect_test::expect;
use room::{Config, StateMode};
use shared::{Seq, limits};

use crate::stage::{Stage, bot, config, nonce};

/// A question with its answer in the chain, and words before and after.
fn answered() -> Stage {
    let mut stage = Stage::new();
    stage.run("ann joins; bob joins; 1 s; bob says before; ann says @chatbot q1; 1 s; answer 3 begins r1; answer 3 ends as a1; 1 s");
    stage.run("bob says after; 1 s").look_away();
    stage
}

fn head(stage: &Stage) -> (Option<&str>, u64) {
    let chain = &stage.log.chains["chatbot"];
    (chain.head.as_deref(), chain.last.0)
}

#[test]
fn the_newest_answer_is_asked_again_with_the_same_input_and_becomes_the_head() {
    let mut stage = answered();
    stage.run("bob regenerates 3; 1 s");
    assert_eq!(stage.calls[0].turn, stage.calls[1].turn);
    stage.run("answer 6 begins r2; answer 6 ends as better; 1 s");
    expect![[r#"
        bob < accepted auto4 #6
        call 6.1 chatbot
        ann bob < #6 chatbot to #2 queued
        ann bob < run 6 thinking
        ann bob < #7 ends #6 done "better"
    "#]]
    .assert_eq(&stage.seen());
    assert_eq!(head(&stage), (Some("r2"), 2));
    stage.run("ann says @chatbot q2; 1 s");
    assert_eq!(stage.prompt(9), "after r2\np2 bob: after\np1 ann: @chatbot q2\n");
    // After a rebuild the earlier answer is not there.
    stage.run("answer 9 fails ChainLost");
    expect![[r#"
        p2 bob: before
        p1 ann: @chatbot q1
        p2 bob: after
        me: better
        p1 ann: @chatbot q2
    "#]]
    .assert_eq(&stage.prompt(9));
}

#[test]
fn in_the_middle_of_a_chain_it_continues_what_the_answer_had_continued() {
    let mut stage = answered();
    stage.run(
        "ann says @chatbot q2; 1 s; answer 7 begins r2; answer 7 ends as a2; 1 s; ann regenerates 7; 1 s",
    );
    assert_eq!(stage.call(Seq(7)).turn, stage.call(Seq(9)).turn);
    assert_eq!(stage.prompt(9), "after r1\np2 bob: after\np1 ann: @chatbot q2\n");
    // Again and again, the older one too.
    stage.run("answer 9 begins r3; answer 9 ends as b2; 1 s; ann regenerates 7; 1 s");
    assert_eq!(stage.call(Seq(11)).turn, stage.call(Seq(7)).turn);
    stage.run("ann stops 11; 1 s");
    assert_eq!(head(&stage), (Some("r3"), 6), "what is stopped changes nothing");
}

#[test]
fn older_answers_of_the_chain_cannot_be_asked_again() {
    let mut stage = answered();
    stage.run("ann says @chatbot q2; 1 s; answer 7 begins r2; answer 7 ends as a2; 1 s").look_away();
    stage.run(
        "ann regenerates 3; ann regenerates 2; ann regenerates 4; ann regenerates 99; ann regenerates 0; 1 s",
    );
    expect![[r#"
        ann < refused auto5 NotNow
        ann < refused auto6 NoSuchMessage
        ann < refused auto7 NoSuchMessage
        ann < refused auto8 NoSuchMessage
        ann < refused auto9 NoSuchMessage
    "#]]
    .assert_eq(&stage.seen());
}

#[test]
fn an_answer_that_has_not_ended_cannot_be_asked_again() {
    let mut stage = answered();
    stage.run("ann says @chatbot q2; ann says @chatbot q3; 1 s").look_away();
    // 7 is running, 9 waits, and 3 is no longer the newest once they are there.
    stage.run("bob regenerates 7; bob regenerates 9; bob regenerates 3; 1 s");
    expect![[r#"
        bob < refused auto6 NotNow
        bob < refused auto7 NotNow
        bob < refused auto8 NotNow
    "#]]
    .assert_eq(&stage.seen());
}

#[test]
fn the_same_attempt_asks_once() {
    let mut stage = answered();
    for _ in 0..2 {
        let frame = shared::ClientFrame::Regenerate { nonce: nonce("again"), after: Seq(5), run: Seq(3) };
        stage.send("ann", &frame).pass(1_000);
    }
    stage.run("answer 6 begins r2; answer 6 ends as better; 1 s");
    let frame = shared::ClientFrame::Regenerate { nonce: nonce("again"), after: Seq(5), run: Seq(3) };
    stage.look_away().send("ann", &frame);
    assert_eq!(stage.seen(), "ann < accepted again #6\n");
    assert_eq!(stage.calls.len(), 2);
}

#[test]
fn a_failed_answer_is_asked_again_as_it_was() {
    let mut stage = answered();
    stage.run("ann says @chatbot q2; 1 s; answer 7 begins r2; answer 7 writes half; answer 7 fails Overloaded; 1 s; bob says later; bob regenerates 7; 1 s");
    assert_eq!(
        stage.prompt(10),
        "after r1\np2 bob: after\np1 ann: @chatbot q2\n",
        "nothing of the half answer"
    );
    stage.run("answer 10 begins r3; answer 10 ends as whole; 1 s; ann says @chatbot q3; 1 s");
    assert_eq!(
        stage.prompt(13),
        "after r3\np2 bob: later\np1 ann: @chatbot q3\n",
        "what was cut off was given whole"
    );
}

#[test]
fn a_failed_answer_is_asked_again_with_everything_when_the_chain_has_gone_on() {
    let mut stage = answered();
    stage.run("ann says @chatbot q2; 1 s; answer 7 fails BadRequest; 1 s; ann says @chatbot q3; 1 s; answer 10 begins r3; answer 10 ends as a3; 1 s");
    stage.run("bob says later; 1 s; bob regenerates 7; 1 s");
    let run = stage.calls.last().unwrap().run.0;
    assert_eq!(stage.prompt(run), "after r3\np2 bob: later\np1 ann: @chatbot q2\n");
    stage.run(&format!("answer {run} begins r4; answer {run} ends as a2; 1 s; ann says @chatbot q4; 1 s"));
    let next = stage.calls.last().unwrap().run.0;
    assert_eq!(stage.prompt(next), "after r4\np1 ann: @chatbot q4\n", "the chain never goes back");
}

#[test]
fn a_failed_answer_that_is_asked_again_while_others_wait_never_takes_the_chain_back() {
    let mut stage = answered();
    stage.run(
        "ann says @chatbot q2; 1 s; answer 7 fails BadRequest; 1 s; bob says x; ann says @chatbot q3; 1 s",
    );
    stage.run("bob regenerates 7; 1 s; bob says y; bob says @chatbot q4; 1 s");
    let run = |stage: &Stage| stage.calls.last().unwrap().run.0;
    assert_eq!(run(&stage), 11);
    stage.run("answer 11 begins r3; answer 11 ends as a3; 1 s");
    let again = run(&stage);
    assert_eq!(stage.prompt(again), "after r3\np1 ann: @chatbot q2\n");
    stage.run(&format!("answer {again} begins r4; answer {again} ends as a2; 1 s"));
    let last = run(&stage);
    assert_eq!(stage.prompt(last), "after r4\np2 bob: y\np2 bob: @chatbot q4\n", "every line once");
}

#[test]
fn an_answer_that_found_the_line_full_is_asked_again_later() {
    let mut stage = Stage::new();
    stage.run("ann joins; 20 s");
    for number in 0..5 {
        stage.run(&format!("ann says @chatbot {number}; 1 s"));
    }
    stage.look_away().run("ann regenerates 10; 1 s");
    expect![[r#"
        ann < refused auto6 QueueFull
    "#]]
    .assert_eq(&stage.seen());
    for run in [2, 4, 6, 8] {
        stage.run(&format!("answer {run} begins r{run}; answer {run} ends as a{run}; 1 s"));
    }
    stage.run("ann regenerates 10; 1 s");
    let run = stage.calls.last().unwrap().run.0;
    assert_eq!(stage.prompt(run), "after r8\np1 ann: @chatbot 4\n");
}

#[test]
fn a_lost_chain_is_rebuilt_when_asking_again_too() {
    let mut stage = answered();
    stage.run("ann says @chatbot q2; 1 s; answer 7 begins r2; answer 7 ends as a2; 1 s; ann regenerates 7; 1 s; answer 9 fails ChainLost");
    expect![[r#"
        p2 bob: before
        p1 ann: @chatbot q1
        me: a1
        p2 bob: after
        p1 ann: @chatbot q2
    "#]]
    .assert_eq(&stage.prompt(9));
    stage.run("answer 9 begins r3; answer 9 ends as b2; 1 s; ann says @chatbot q3; 1 s");
    assert_eq!(stage.prompt(12), "after r3\np1 ann: @chatbot q3\n");
}

#[test]
fn a_bot_that_replays_is_asked_again_with_the_same_input() {
    let replaying = room::Bot { state: StateMode::Replay, ..bot("chatbot") };
    let mut stage = Stage::with(Config { bots: vec![replaying], ..config() });
    stage.run("ann joins; ann says x; ann says @chatbot q1; 1 s; answer 3 ends as a1; ann says y; 1 s; ann regenerates 3; 1 s");
    assert_eq!(stage.calls[0].turn, stage.calls[1].turn);
}

#[test]
fn asking_again_is_as_limited_as_saying() {
    let mut stage = answered();
    for _ in 0..limits::PERSON_BURST + 1 {
        stage.run("ann regenerates 99");
    }
    assert!(stage.seen().contains("SlowDown"));
    stage.run("carol reads; carol regenerates 3");
    assert_eq!(stage.calls.len(), 1);
}
