//! Regeneration of answers.

use expect_test::expect;
use room::{Config, StateMode};
use shared::{Seq, limits};

use crate::harness::{Harness, bot, config, nonce};

/// A room with a question and its chained answer, and messages before and after.
fn answered() -> Harness {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 1 s; bob says before; ann says @chatbot q1; 1 s; answer 3 begins r1; answer 3 ends as a1; 1 s");
    harness.run("bob says after; 1 s").discard_lines();
    harness
}

fn head(harness: &Harness) -> (Option<&str>, u64) {
    let chain = &harness.storage.chains["chatbot"];
    (chain.head.as_deref(), chain.last.0)
}

#[test]
fn regenerating_the_newest_answer_repeats_its_input_and_becomes_the_head() {
    let mut harness = answered();
    harness.run("ann regenerates 3; 1 s");
    assert_eq!(harness.calls[0].turn, harness.calls[1].turn);
    harness.run("answer 6 begins r2; answer 6 ends as better; 1 s");
    expect![[r#"
        call 6.1 chatbot
        ann < accepted auto4 #6
        ann < #6 chatbot to #2 queued
        ann < run 6 thinking
        bob < #6 chatbot to #2 queued
        bob < run 6 thinking
        ann bob < #7 ends #6 done "better"
    "#]]
    .assert_eq(&harness.take_lines());
    assert_eq!(head(&harness), (Some("r2"), 2));
    harness.run("ann says @chatbot q2; 1 s");
    assert_eq!(harness.prompt(9), "after r2\np2 bob: after\np1 ann: @chatbot q2\n");
    // After a rebuild the earlier answer is not there.
    harness.run("answer 9 fails ChainLost");
    expect![[r#"
        p2 bob: before
        p1 ann: @chatbot q1
        p2 bob: after
        me: better
        p1 ann: @chatbot q2
    "#]]
    .assert_eq(&harness.prompt(9));
}

#[test]
fn regenerating_continues_the_response_that_the_answer_had_continued() {
    let mut harness = answered();
    harness.run(
        "ann says @chatbot q2; 1 s; answer 7 begins r2; answer 7 ends as a2; 1 s; ann regenerates 7; 1 s",
    );
    assert_eq!(harness.call(Seq(7)).turn, harness.call(Seq(9)).turn);
    assert_eq!(harness.prompt(9), "after r1\np2 bob: after\np1 ann: @chatbot q2\n");
    // Repeatedly, and the older answer too.
    harness.run("answer 9 begins r3; answer 9 ends as b2; 1 s; ann regenerates 7; 1 s");
    assert_eq!(harness.call(Seq(11)).turn, harness.call(Seq(7)).turn);
    harness.run("ann stops 11; 1 s");
    assert_eq!(head(&harness), (Some("r3"), 6), "what is stopped changes nothing");
}

#[test]
fn older_answers_of_the_chain_cannot_be_regenerated() {
    let mut harness = answered();
    harness.run("ann says @chatbot q2; 1 s; answer 7 begins r2; answer 7 ends as a2; 1 s").discard_lines();
    harness.run(
        "ann regenerates 3; ann regenerates 2; ann regenerates 4; ann regenerates 99; ann regenerates 0; 1 s",
    );
    expect![[r#"
        ann < refused auto5 NotNow
        ann < refused auto6 NoSuchMessage
        ann < refused auto7 NoSuchMessage
        ann < refused auto8 NoSuchMessage
        ann < refused auto9 NoSuchMessage
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn a_running_answer_cannot_be_regenerated() {
    let mut harness = answered();
    harness.run("ann says @chatbot q2; ann says @chatbot q3; 1 s").discard_lines();
    // 7 is running, 9 waits, and 3 is no longer the newest once they are there.
    harness.run("ann regenerates 7; ann regenerates 9; ann regenerates 3; 1 s");
    expect![[r#"
        ann < refused auto6 NotNow
        ann < refused auto7 NotNow
        ann < refused auto8 NotNow
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn regenerating_with_the_same_nonce_starts_one_run() {
    let mut harness = answered();
    for _ in 0..2 {
        let frame = shared::ClientFrame::Regenerate {
            nonce: nonce("again"),
            after: Seq(5),
            run: Seq(3),
            confirmed: false,
        };
        harness.send("ann", &frame).pass(1_000);
    }
    harness.run("answer 6 begins r2; answer 6 ends as better; 1 s");
    let frame = shared::ClientFrame::Regenerate {
        nonce: nonce("again"),
        after: Seq(5),
        run: Seq(3),
        confirmed: false,
    };
    harness.discard_lines().send("ann", &frame);
    assert_eq!(harness.take_lines(), "ann < accepted again #6\n");
    assert_eq!(harness.calls.len(), 2);
}

#[test]
fn a_failed_answer_is_regenerated_with_the_same_input() {
    let mut harness = answered();
    harness.run("ann says @chatbot q2; 1 s; answer 7 begins r2; answer 7 writes half; answer 7 fails Overloaded; 1 s; bob says later; ann regenerates 7; 1 s");
    assert_eq!(
        harness.prompt(10),
        "after r1\np2 bob: after\np1 ann: @chatbot q2\n",
        "nothing of the half answer"
    );
    harness.run("answer 10 begins r3; answer 10 ends as whole; 1 s; ann says @chatbot q3; 1 s");
    assert_eq!(
        harness.prompt(13),
        "after r3\np2 bob: later\np1 ann: @chatbot q3\n",
        "what was cut off was given whole"
    );
}

#[test]
fn a_failed_answer_is_regenerated_from_the_transcript_when_the_chain_has_moved_on() {
    let mut harness = answered();
    harness.run("ann says @chatbot q2; 1 s; answer 7 fails BadRequest; 1 s; ann says @chatbot q3; 1 s; answer 10 begins r3; answer 10 ends as a3; 1 s");
    harness.run("bob says later; 1 s; ann regenerates 7; 1 s");
    let run = harness.calls.last().unwrap().run.0;
    assert_eq!(harness.prompt(run), "after r3\np2 bob: later\np1 ann: @chatbot q2\n");
    harness.run(&format!("answer {run} begins r4; answer {run} ends as a2; 1 s; ann says @chatbot q4; 1 s"));
    let next = harness.calls.last().unwrap().run.0;
    assert_eq!(harness.prompt(next), "after r4\np1 ann: @chatbot q4\n", "the chain never goes back");
}

#[test]
fn regenerating_a_failed_answer_never_moves_the_chain_back() {
    let mut harness = answered();
    harness.run(
        "ann says @chatbot q2; 1 s; answer 7 fails BadRequest; 1 s; bob says x; ann says @chatbot q3; 1 s",
    );
    harness.run("ann regenerates 7; 1 s; bob says y; bob says @chatbot q4; 1 s");
    let run = |harness: &Harness| harness.calls.last().unwrap().run.0;
    assert_eq!(run(&harness), 11);
    harness.run("answer 11 begins r3; answer 11 ends as a3; 1 s");
    let again = run(&harness);
    assert_eq!(harness.prompt(again), "after r3\np1 ann: @chatbot q2\n");
    harness.run(&format!("answer {again} begins r4; answer {again} ends as a2; 1 s"));
    let last = run(&harness);
    assert_eq!(harness.prompt(last), "after r4\np2 bob: y\np2 bob: @chatbot q4\n", "every line once");
}

#[test]
fn an_answer_refused_by_a_full_queue_can_be_regenerated() {
    let mut harness = Harness::new();
    harness.run("ann joins; 20 s");
    for number in 0..5 {
        harness.run(&format!("ann says @chatbot {number}; 1 s"));
    }
    harness.discard_lines().run("ann regenerates 10; 1 s");
    expect![[r#"
        ann < refused auto6 QueueFull
    "#]]
    .assert_eq(&harness.take_lines());
    for run in [2, 4, 6, 8] {
        harness.run(&format!("answer {run} begins r{run}; answer {run} ends as a{run}; 1 s"));
    }
    harness.run("ann regenerates 10; 1 s");
    let run = harness.calls.last().unwrap().run.0;
    assert_eq!(harness.prompt(run), "after r8\np1 ann: @chatbot 4\n");
}

#[test]
fn a_lost_chain_is_rebuilt_when_regenerating_too() {
    let mut harness = answered();
    harness.run("ann says @chatbot q2; 1 s; answer 7 begins r2; answer 7 ends as a2; 1 s; ann regenerates 7; 1 s; answer 9 fails ChainLost");
    expect![[r#"
        p2 bob: before
        p1 ann: @chatbot q1
        me: a1
        p2 bob: after
        p1 ann: @chatbot q2
    "#]]
    .assert_eq(&harness.prompt(9));
    harness.run("answer 9 begins r3; answer 9 ends as b2; 1 s; ann says @chatbot q3; 1 s");
    assert_eq!(harness.prompt(12), "after r3\np1 ann: @chatbot q3\n");
}

#[test]
fn a_bot_in_replay_mode_regenerates_with_the_same_input() {
    let replaying = room::Bot { state: StateMode::Replay, ..bot("chatbot") };
    let mut harness = Harness::with(Config { bots: vec![replaying], ..config() });
    harness.run("ann joins; ann says x; ann says @chatbot q1; 1 s; answer 3 ends as a1; ann says y; 1 s; ann regenerates 3; 1 s");
    assert_eq!(harness.calls[0].turn, harness.calls[1].turn);
}

#[test]
fn regenerating_is_rate_limited_like_messages() {
    let mut harness = answered();
    for _ in 0..limits::PERSON_BURST + 1 {
        harness.run("ann regenerates 99");
    }
    assert!(harness.take_lines().contains("SlowDown"));
    harness.run("carol reads; carol regenerates 3");
    assert_eq!(harness.calls.len(), 1);
}

#[test]
fn case_219_only_who_asked_owners_and_operators_regenerate() {
    let mut harness = answered();
    harness.run("bob regenerates 3; 1 s");
    assert_eq!(harness.take_lines(), "bob < refused auto4 NotAllowed\n");
    harness.run(
        "owner joins as olga; owner regenerates 3; 1 s; answer 6 begins r2; answer 6 ends as better; 1 s",
    );
    assert_eq!(
        harness.tabs["bob"].view.answer(6).asker,
        crate::harness::person("owner"),
        "who asked is said"
    );
    // Who asked the question keeps the right, whoever had it answered again.
    harness.discard_lines().run("bob regenerates 6; ann regenerates 6; 1 s");
    let lines = harness.take_lines();
    assert!(
        lines.contains("bob < refused auto6 NotAllowed") && lines.contains("ann < accepted auto7 #8"),
        "{lines}"
    );
}
