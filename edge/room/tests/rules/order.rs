//! One order for all, durable before it is told, and each attempt written once (promises G1 to G3).

use expect_test::expect;
use shared::{ErrorCode, Seq, ServerFrame};

use crate::stage::{Stage, nonce};

#[test]
fn g1_places_are_given_in_one_order_and_everybody_sees_it() {
    let mut stage = Stage::new();
    stage.run("ann joins; bob joins; ann says hi; bob says hello; ann says well; 50 ms");
    expect![[r#"
        ann < welcome ann 1..0 anew []; here ann
        ann < people +ann =1
        bob < welcome bob 1..0 anew []; here ann bob
        ann < accepted auto1 #1
        ann bob < #1 ann: hi
        bob < accepted auto2 #2
        ann < accepted auto3 #3
        ann bob < #2 bob: hello, #3 ann: well
    "#]]
    .assert_eq(&stage.seen());
    assert_eq!(stage.tabs["ann"].view.shown(), stage.tabs["bob"].view.shown());
}

#[test]
fn g1_a_failed_store_burns_no_place() {
    let mut stage = Stage::new();
    stage.run("ann joins; bob joins; ann says one; 1 s").look_away();
    stage.run("store fails; ann says two; bob says three; 1 s; ann says two again; 1 s");
    expect![[r#"
        ann < refused auto2 TryLater, again in 1000 ms
        ann bob < #1 ann: one
        ann bob < people +ann +bob =2
        bob < accepted auto3 #2
        ann bob < #2 bob: three
        ann < accepted auto4 #3
        ann bob < #3 ann: two again
    "#]]
    .assert_eq(&stage.seen());
}

#[test]
fn g2_the_store_comes_first_then_acceptance_then_the_others() {
    let mut stage = Stage::new();
    stage.run("ann joins; bob joins; 1 s; ann says @chatbot hi");
    assert_eq!(stage.order, ["store", "send", "call", "broadcast"]);
}

#[test]
fn g2_case_51_a_failed_store_accepts_nothing_and_tells_nobody() {
    let mut stage = Stage::new();
    stage.run("ann joins; bob joins; 20 s").look_away();
    stage.run("store fails; ann says @chatbot hi; 1 s");
    expect![[r#"
        ann < refused auto1 TryLater, again in 1000 ms
    "#]]
    .assert_eq(&stage.seen());
    assert!(stage.log.rows.is_empty() && stage.log.runs.is_empty());
    stage.run("ann says @chatbot hi; 1 s");
    expect![[r#"
        ann < accepted auto2 #1
        call 2.1 chatbot
        ann bob < #1 ann: @chatbot hi, #2 chatbot to #1 queued
        ann bob < run 2 thinking
    "#]]
    .assert_eq(&stage.seen());
}

#[test]
fn g2_case_51_a_room_that_cannot_read_refuses_and_lives_on() {
    let mut stage = Stage::new();
    stage.run("ann joins; ann says one; 1 s").look_away();
    stage.log.is_unreadable.set(true);
    let head = stage.head();
    stage.say_after("ann", nonce("two"), Seq(0), "two", None);
    stage.say_as("ann", nonce("three"), "a reply", Some(head));
    expect![[r#"
        ann < refused two TryLater, again in 1000 ms
        ann < refused three TryLater, again in 1000 ms
    "#]]
    .assert_eq(&stage.seen());
    stage.log.is_unreadable.set(false);
    stage.run("ann says four; 1 s");
    expect![[r#"
        ann < accepted auto2 #2
        ann < #2 ann: four
    "#]]
    .assert_eq(&stage.seen());
}

#[test]
fn g3_case_26_the_same_attempt_has_the_same_place_and_is_told_once() {
    let mut stage = Stage::new();
    stage.run("ann joins; bob joins; 1 s").look_away();
    let before = stage.tabs["ann"].view.last;
    for _ in 0..3 {
        stage.say_after("ann", nonce("one"), before, "hi @chatbot", None).pass(1_000);
    }
    expect![[r#"
        ann < accepted one #1
        call 2.1 chatbot
        ann bob < #1 ann: hi @chatbot, #2 chatbot to #1 queued
        ann bob < run 2 thinking
        ann < accepted one #1
        ann < accepted one #1
    "#]]
    .assert_eq(&stage.seen());
}

#[test]
fn g3_case_27_other_words_under_the_same_attempt_change_nothing() {
    let mut stage = Stage::new();
    stage.run("ann joins; bob joins; 1 s");
    stage.say_after("ann", nonce("one"), Seq(0), "first", None).pass(1_000).look_away();
    stage.say_after("ann", nonce("one"), Seq(0), "second", None);
    stage.say_after("ann", nonce("one"), Seq(0), "", None);
    expect![[r#"
        ann < accepted one #1
        ann < accepted one #1
    "#]]
    .assert_eq(&stage.seen());
    assert_eq!(stage.log.rows.len(), 1);
}

#[test]
fn g3_case_28_the_same_nonce_of_somebody_else_is_another_attempt() {
    let mut stage = Stage::new();
    stage.run("ann joins; bob joins; 1 s").look_away();
    stage.say_after("ann", nonce("one"), Seq(0), "of ann", None);
    stage.say_after("bob", nonce("one"), Seq(0), "of bob", None).pass(1_000);
    expect![[r#"
        ann < accepted one #1
        ann bob < #1 ann: of ann
        bob < accepted one #2
        ann bob < #2 bob: of bob
    "#]]
    .assert_eq(&stage.seen());
}

#[test]
fn g3_case_29_an_attempt_made_again_after_everything_broke_is_accepted_again() {
    let mut stage = Stage::new();
    stage.run("ann joins; bob joins; 1 s");
    stage.say_after("ann", nonce("one"), Seq(0), "hi", None);
    for broken in ["ann returns", "room crashes; ann returns; bob returns", "10 s; room sleeps"] {
        stage.run(broken).pass(1_000).look_away();
        stage.say_after("ann", nonce("one"), Seq(0), "hi", None);
        assert_eq!(stage.seen(), "ann < accepted one #1\n", "{broken}");
    }
    assert_eq!(stage.log.rows.len(), 1);
}

#[test]
fn g3_an_attempt_whose_store_failed_is_written_when_it_is_made_again() {
    let mut stage = Stage::new();
    stage.run("ann joins; bob joins; 20 s; store fails").look_away();
    stage.say_after("ann", nonce("one"), Seq(0), "hi", None);
    stage.say_after("ann", nonce("one"), Seq(0), "hi", None);
    stage.say_after("ann", nonce("one"), Seq(0), "hi", None);
    expect![[r#"
        ann < refused one TryLater, again in 1000 ms
        ann < accepted one #1
        ann bob < #1 ann: hi
        ann < accepted one #1
    "#]]
    .assert_eq(&stage.seen());
}

#[test]
fn g3_case_30_two_tabs_of_one_person_write_in_one_order() {
    let mut stage = Stage::new();
    stage.run("ann/phone joins; ann/laptop joins; 1 s").look_away();
    stage.say_after("ann/phone", nonce("phone"), Seq(0), "from the phone", None);
    stage.say_after("ann/laptop", nonce("laptop"), Seq(0), "from the laptop", None);
    // A person's attempts are theirs on every tab: an outbox may be sent from both.
    stage.say_after("ann/laptop", nonce("phone"), Seq(0), "from the phone", None).pass(1_000);
    expect![[r#"
        ann/phone < accepted phone #1
        ann/laptop ann/phone < #1 ann: from the phone
        ann/laptop < accepted laptop #2
        ann/laptop < accepted phone #1
        ann/laptop ann/phone < #2 ann: from the laptop
    "#]]
    .assert_eq(&stage.seen());
}

#[test]
fn g3_what_is_too_long_ago_to_tell_is_stale() {
    let mut stage = Stage::new();
    stage.run("ann joins; ann says hi");
    crate::history::fill(&mut stage, 10_001);
    stage.run("ann returns").look_away();
    // 10,000 places may be searched, 10,001 may not.
    stage.say_after("ann", nonce("old"), Seq(0), "words", None);
    stage.say_after("ann", nonce("auto1"), Seq(0), "hi", None);
    stage.say_after("ann", nonce("new"), Seq(1), "words", None);
    expect![[r#"
        ann < refused old Stale
        ann < refused auto1 Stale
        ann < accepted new #10002
        ann < #10002 ann: words
    "#]]
    .assert_eq(&stage.seen());
}

#[test]
fn g3_what_was_trimmed_cannot_be_told_either() {
    let mut stage = Stage::new();
    stage.run("ann joins");
    stage.say_after("ann", nonce("one"), Seq(0), "one", None);
    stage.run("ann says two; ann says three; 1 s");
    stage.log.rows.remove(&Seq(1));
    stage.run("room crashes; ann returns").look_away();
    stage.say_after("ann", nonce("one"), Seq(0), "one", None);
    let refused = stage.tabs["ann"].view.frames.last().unwrap();
    assert!(matches!(refused, ServerFrame::Refused { code: ErrorCode::Stale, .. }), "{refused:?}");
}

#[test]
fn g3_a_position_beyond_the_head_searches_nothing_and_breaks_nothing() {
    let mut stage = Stage::new();
    stage.run("ann joins; ann says hi; 1 s").look_away();
    stage.say_after("ann", nonce("far"), Seq(u64::MAX), "hi", None);
    stage.say_after("ann", nonce("far"), Seq(0), "hi", None).pass(1_000);
    expect![[r#"
        ann < accepted far #2
        ann < #2 ann: hi
        ann < accepted far #2
    "#]]
    .assert_eq(&stage.seen());
}
