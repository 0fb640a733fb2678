//! One order of events for everybody, stored before it is sent, and each nonce written once (promises G1 to G3).

use expect_test::expect;
use shared::{ErrorCode, Seq, ServerFrame};

use crate::harness::{Harness, nonce};

#[test]
fn g1_everybody_sees_seqs_in_the_same_order() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; ann says hi; bob says hello; ann says well; 50 ms");
    expect![[r#"
        ann < welcome ann 1..0 anew []; here ann
        ann < people +ann =1
        bob < welcome bob 1..0 anew []; here ann bob
        ann < accepted auto1 #1
        ann < #1 ann: hi
        bob < #1 ann: hi
        bob < accepted auto2 #2
        bob < #2 bob: hello
        ann < #2 bob: hello
        ann < accepted auto3 #3
        ann < #3 ann: well
        bob < #3 ann: well
    "#]]
    .assert_eq(&harness.take_lines());
    assert_eq!(harness.tabs["ann"].view.shown(), harness.tabs["bob"].view.shown());
}

#[test]
fn g1_a_failed_store_uses_no_seq() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; ann says one; 1 s").discard_lines();
    harness.run("store fails; ann says two; bob says three; 1 s; ann says two again; 1 s");
    expect![[r#"
        ann < refused auto2 TryLater, again in 1000 ms
        ann < accepted auto1 #1
        ann bob < #1 ann: one
        bob < accepted auto3 #2
        bob < #2 bob: three
        ann < #2 bob: three
        ann < accepted auto4 #3
        ann < #3 ann: two again
        bob < #3 ann: two again
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn g2_a_message_is_stored_then_accepted_then_sent_to_others() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 1 s; ann says @chatbot hi");
    assert_eq!(harness.effect_kinds, ["store", "call", "send", "send"]);
}

#[test]
fn g2_case_51_a_failed_store_accepts_nothing_and_sends_nothing() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 20 s").discard_lines();
    harness.run("store fails; ann says @chatbot hi; 1 s");
    expect![[r#"
        ann < refused auto1 TryLater, again in 1000 ms
    "#]]
    .assert_eq(&harness.take_lines());
    assert!(harness.storage.rows.is_empty() && harness.storage.runs.is_empty());
    harness.run("ann says @chatbot hi; 1 s");
    expect![[r#"
        call 2.1 chatbot
        ann < accepted auto2 #1
        ann < #1 ann: @chatbot hi, #2 chatbot to #1 queued
        ann < run 2 thinking
        bob < #1 ann: @chatbot hi, #2 chatbot to #1 queued
        bob < run 2 thinking
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn g2_case_51_a_room_that_cannot_read_refuses_writes_and_keeps_running() {
    let mut harness = Harness::new();
    harness.run("ann joins; ann says one; 1 s").discard_lines();
    harness.storage.is_unreadable.set(true);
    let head = harness.head();
    harness.say_after("ann", nonce("two"), Seq(0), "two", None);
    harness.say_as("ann", nonce("three"), "a reply", Some(head));
    expect![[r#"
        ann < accepted two #2
        ann < #2 ann: two
        ann < refused three TryLater, again in 1000 ms
    "#]]
    .assert_eq(&harness.take_lines());
    harness.storage.is_unreadable.set(false);
    harness.run("ann says four; 1 s");
    expect![[r#"
        ann < accepted auto2 #3
        ann < #3 ann: four
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn g3_case_26_the_same_nonce_gets_the_same_seq_and_is_sent_once() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 1 s").discard_lines();
    let before = harness.tabs["ann"].view.last;
    for _ in 0..3 {
        harness.say_after("ann", nonce("one"), before, "hi @chatbot", None).pass(1_000);
    }
    expect![[r#"
        call 2.1 chatbot
        ann < accepted one #1
        ann < #1 ann: hi @chatbot, #2 chatbot to #1 queued
        ann < run 2 thinking
        bob < #1 ann: hi @chatbot, #2 chatbot to #1 queued
        bob < run 2 thinking
        ann < accepted one #1
        ann < accepted one #1
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn g3_case_27_another_text_with_the_same_nonce_changes_nothing() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 1 s");
    harness.say_after("ann", nonce("one"), Seq(0), "first", None).pass(1_000).discard_lines();
    harness.say_after("ann", nonce("one"), Seq(0), "second", None);
    harness.say_after("ann", nonce("one"), Seq(0), "", None);
    expect![[r#"
        ann < accepted one #1
        ann < accepted one #1
    "#]]
    .assert_eq(&harness.take_lines());
    assert_eq!(harness.storage.rows.len(), 1);
}

#[test]
fn g3_case_28_the_same_nonce_from_another_person_is_another_write() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 1 s").discard_lines();
    harness.say_after("ann", nonce("one"), Seq(0), "of ann", None);
    harness.say_after("bob", nonce("one"), Seq(0), "of bob", None).pass(1_000);
    expect![[r#"
        ann < accepted one #1
        ann < #1 ann: of ann
        bob < #1 ann: of ann
        bob < accepted one #2
        bob < #2 bob: of bob
        ann < #2 bob: of bob
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn g3_case_29_a_retry_after_a_crash_is_accepted_with_the_same_seq() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 1 s");
    harness.say_after("ann", nonce("one"), Seq(0), "hi", None);
    for broken in ["ann returns", "room crashes; ann returns; bob returns", "10 s; room sleeps"] {
        harness.run(broken).pass(1_000).discard_lines();
        harness.say_after("ann", nonce("one"), Seq(0), "hi", None);
        assert_eq!(harness.take_lines(), "ann < accepted one #1\n", "{broken}");
    }
    assert_eq!(harness.storage.rows.len(), 1);
}

#[test]
fn g3_a_write_whose_store_failed_is_written_on_retry() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 20 s; store fails").discard_lines();
    harness.say_after("ann", nonce("one"), Seq(0), "hi", None);
    harness.say_after("ann", nonce("one"), Seq(0), "hi", None);
    harness.say_after("ann", nonce("one"), Seq(0), "hi", None);
    expect![[r#"
        ann < refused one TryLater, again in 1000 ms
        ann < accepted one #1
        ann < #1 ann: hi
        bob < #1 ann: hi
        ann < accepted one #1
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn g3_case_30_two_tabs_of_one_person_write_in_one_order() {
    let mut harness = Harness::new();
    harness.run("ann/phone joins; ann/laptop joins; 1 s").discard_lines();
    harness.say_after("ann/phone", nonce("phone"), Seq(0), "from the phone", None);
    harness.say_after("ann/laptop", nonce("laptop"), Seq(0), "from the laptop", None);
    // A person's nonces count on every tab: an outbox may be sent from both.
    harness.say_after("ann/laptop", nonce("phone"), Seq(0), "from the phone", None).pass(1_000);
    expect![[r#"
        ann/laptop ann/phone < accepted phone #1
        ann/laptop ann/phone < #1 ann: from the phone
        ann/laptop ann/phone < accepted laptop #2
        ann/laptop ann/phone < #2 ann: from the laptop
        ann/laptop < accepted phone #1
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn g3_a_nonce_too_old_to_look_up_is_stale() {
    let mut harness = Harness::new();
    harness.run("ann joins; ann says hi");
    crate::history::fill(&mut harness, 10_001);
    harness.run("ann returns").discard_lines();
    // 10,000 places may be searched, 10,001 may not.
    harness.say_after("ann", nonce("old"), Seq(0), "words", None);
    harness.say_after("ann", nonce("auto1"), Seq(0), "hi", None);
    harness.say_after("ann", nonce("new"), Seq(1), "words", None);
    expect![[r#"
        ann < refused old Stale
        ann < refused auto1 Stale
        ann < accepted new #10002
        ann < #10002 ann: words
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn g3_a_nonce_before_the_oldest_row_is_stale() {
    let mut harness = Harness::new();
    harness.run("ann joins");
    harness.say_after("ann", nonce("one"), Seq(0), "one", None);
    harness.run("ann says two; ann says three; 1 s");
    harness.storage.rows.remove(&Seq(1));
    harness.run("room crashes; ann returns").discard_lines();
    harness.say_after("ann", nonce("one"), Seq(0), "one", None);
    let refused = harness.tabs["ann"].view.frames.last().unwrap();
    assert!(matches!(refused, ServerFrame::Refused { code: ErrorCode::Stale, .. }), "{refused:?}");
}

#[test]
fn g3_a_position_beyond_the_head_searches_nothing_and_does_no_harm() {
    let mut harness = Harness::new();
    harness.run("ann joins; ann says hi; 1 s").discard_lines();
    harness.say_after("ann", nonce("far"), Seq(u64::MAX), "hi", None);
    harness.say_after("ann", nonce("far"), Seq(0), "hi", None).pass(1_000);
    expect![[r#"
        ann < accepted far #2
        ann < #2 ann: hi
        ann < accepted far #2
    "#]]
    .assert_eq(&harness.take_lines());
}
