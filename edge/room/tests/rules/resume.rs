//! Resuming: every missed event or a fresh start, never a part (promises G5 and G6).

use expect_test::expect;
use shared::frame::Resume;
use shared::{Seq, limits};

use crate::harness::{Harness, View};
use crate::history::fill;

/// A room with messages, answers that ended in every way, one that is queued and one that streams.
fn busy_room() -> Harness {
    let mut harness = Harness::new();
    harness.run(
        "ann joins; bob joins; ann says hello; bob says @chatbot one; answer 3 begins r1; answer 3 writes o",
    );
    harness
        .run("ann says meanwhile; 1 s; answer 3 writes ne; answer 3 ends as one!; bob says @helper two; 1 s");
    harness.run("answer 7 begins h1; answer 7 writes tw; bob stops 7; ann says @chatbot three; 1 s");
    harness.run(
        "answer 10 fails BadRequest; ann says @chatbot four @helper five; 1 s; bob says @chatbot six; 1 s",
    );
    harness.run("answer 13 begins r2; answer 13 writes fo; 1 s");
    harness
}

#[test]
fn g5_g6_resuming_from_every_seq_gives_the_same_as_a_fresh_start() {
    let mut harness = busy_room();
    harness.run("fresh reads; 1 s");
    let head = harness.head();
    assert_eq!(head, Seq(16));
    let fresh = harness.tabs["fresh"].view.clone();
    // The page as it was at every place: a snapshot(k), made of the same events.
    for after in 0..=head.0 {
        harness.run("page reads");
        let view = &mut harness.tabs.get_mut("page").unwrap().view;
        view.last = Seq(after);
        view.messages.retain(|seq, _| *seq <= Seq(after));
        harness.run("page returns; 1 s");
        let view = &harness.tabs["page"].view;
        assert!(view.recovered, "{after}");
        assert_eq!(view.last, head);
        assert_eq!(view.shown(), fresh.shown(), "{after}");
        assert_eq!(view.texts, fresh.texts, "{after}");
        assert_eq!(view.runs, fresh.runs, "{after}");
        harness.run("page leaves");
        harness.tabs.remove("page");
    }
}

#[test]
fn g6_snapshots_taken_at_every_moment_lead_to_the_same_view() {
    let mut harness = Harness::new();
    harness.run("ann joins");
    let steps = [
        "ann says hello",
        "ann says @chatbot one",
        "answer 3 begins r1",
        "20 ms",
        "answer 3 writes o",
        "20 ms",
        "answer 3 writes ne 안",
        "10 ms",
        "ann says meanwhile",
        "answer 3 writes 녕",
        "10 ms",
        "1 s",
        "ann says @chatbot two",
        "answer 3 ends as one 안녕!",
        "20 ms",
        "answer 6 begins r2",
        "answer 6 writes tw",
        "ann says @helper three",
        "20 ms",
        "ann stops 6",
        "answer 9 begins h1",
        "answer 9 writes x",
        "answer 9 breaks",
    ];
    for (number, step) in steps.into_iter().enumerate() {
        harness.run(step).run(&format!("page{number} reads"));
    }
    harness.run("1 s");
    let first = harness.tabs["ann"].view.clone();
    assert_eq!(harness.tabs.len(), steps.len() + 1);
    for (name, tab) in &harness.tabs {
        let view = &tab.view;
        assert!(!view.is_behind && view.last == first.last, "{name}");
        assert_eq!((view.shown(), &view.texts), (first.shown(), &first.texts), "{name}");
        assert!(view.ends.values().all(|ends| *ends == 1), "{name}");
    }
}

#[test]
fn g6_case_35_messages_written_during_a_join_are_seen_once() {
    let mut harness = Harness::new();
    harness.run("ann joins; 1 s; ann says one").discard_lines();
    harness.run("ann says two; bob reads; ann says three; 1 s");
    expect![[r#"
        ann < accepted auto2 #2
        ann < #2 ann: two
        bob < welcome reader 1..2 anew [#1 ann: one, #2 ann: two]; here ann
        ann < accepted auto3 #3
        ann < #3 ann: three
        bob < #3 ann: three
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn case_33_resuming_at_the_head_gets_no_events() {
    let mut harness = Harness::new();
    harness.run("ann joins; ann says hi; 1 s; ann returns").discard_lines();
    harness.run("ann returns");
    expect![[r#"
        an older socket is closed 4409
        ann < welcome ann 1..1 missed []; here ann
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn case_31_case_32_impossible_positions_get_a_fresh_start() {
    let mut harness = busy_room();
    let epoch = harness.storage.room.epoch.as_str().to_owned();
    let mut check = |epoch: &str, after: i64, recovered: bool| {
        harness.connect("page");
        harness.hello_from("page", None, Some(Resume { epoch: epoch.to_owned(), after }));
        let page = harness.tabs.remove("page").unwrap();
        let Some(shared::ServerFrame::Welcome(welcome)) = page.view.frames.first() else { panic!() };
        assert_eq!(welcome.recovered, recovered, "{epoch} {after}");
        assert_eq!(welcome.events.is_empty(), !recovered || after == 16, "{epoch} {after}");
        assert_eq!(welcome.messages.is_empty(), recovered);
        assert_eq!(welcome.head, Seq(16));
    };
    for after in [17, -1, i64::MIN, i64::MAX, 1 << 53] {
        check(&epoch, after, false);
    }
    for other in ["epoch-02", "", "EPOCH-01", "epoch-01 "] {
        check(other, 16, false);
    }
}

#[test]
fn case_34_more_than_five_hundred_missed_events_get_a_fresh_start() {
    let mut harness = Harness::new();
    harness.run("ann reads; bob reads");
    fill(&mut harness, limits::RESUME_EVENTS);
    harness.run("ann returns");
    assert!(harness.tabs["ann"].view.recovered);
    assert_eq!(harness.tabs["ann"].view.messages.len(), 500);
    fill(&mut harness, limits::RESUME_EVENTS + 1);
    harness.run("bob returns");
    assert!(!harness.tabs["bob"].view.recovered);
    assert_eq!(harness.tabs["bob"].view.messages.len(), limits::WELCOME_MESSAGES);
}

#[test]
fn g5_more_missed_bytes_than_a_welcome_may_have_get_a_fresh_start() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob reads; 1 s; bob leaves");
    let long = "말".repeat(4_000);
    for _ in 0..21 {
        harness.say("ann", &long).pass(2_000);
    }
    harness.run("bob returns");
    assert!(harness.tabs["bob"].view.recovered);
    harness.tabs.get_mut("bob").unwrap().view = View { last: Seq(0), ..harness.tabs["bob"].view.clone() };
    harness.say("ann", &long).run("bob returns");
    let view = &harness.tabs["bob"].view;
    assert!(!view.recovered && view.messages.len() == 21, "{}", view.messages.len());
}

#[test]
fn g5_when_storage_is_unreadable_the_client_is_told_to_reconnect() {
    let mut harness = Harness::new();
    harness.run("ann joins; ann says hi; 1 s").discard_lines();
    harness.connect("bob").storage.is_unreadable.set(true);
    harness.hello("bob", Some("bob"));
    expect![[r#"
        bob < refused TryLater, again in 1000 ms
        bob is closed 4000
    "#]]
    .assert_eq(&harness.take_lines());
    harness.storage.is_unreadable.set(false);
    harness.run("bob returns; 1 s");
    expect![[r#"
        bob < welcome bob 1..1 anew [#1 ann: hi]; here ann bob
        ann bob < people +bob =2
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn g5_another_hello_fills_a_gap_on_an_open_socket() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 1 s; ann says one; 1 s; ann says two; 1 s");
    let view = &mut harness.tabs.get_mut("bob").unwrap().view;
    view.last = Seq(0);
    view.messages.clear();
    harness.discard_lines().hello("bob", Some("bob"));
    expect![[r#"
        bob < welcome bob 1..2 missed [#1 ann: one, #2 ann: two]; here ann bob
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn g8_the_end_of_an_answer_is_a_row_and_is_resumed_like_others() {
    let mut harness = Harness::new();
    harness
        .run("ann joins; ann says @chatbot hi; 1 s; ann leaves; answer 2 begins r1; answer 2 writes hello");
    harness.run("answer 2 ends").discard_lines().run("ann returns");
    expect![[r#"
        ann < welcome ann 1..3 missed [#3 ends #2 done "hello"]; here ann
    "#]]
    .assert_eq(&harness.take_lines());
}
