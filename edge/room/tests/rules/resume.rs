//! Coming back: everything that was missed, or a fresh start, and nothing between (promises G5 and G6).

use expect_test::expect;
use shared::frame::Resume;
use shared::{Seq, limits};

use crate::history::fill;
use crate::stage::{Stage, View};

/// A history with everything in it: words, answers that end in every way, one that is queued and one that streams.
fn busy_room() -> Stage {
    let mut stage = Stage::new();
    stage.run(
        "ann joins; bob joins; ann says hello; bob says @chatbot one; answer 3 begins r1; answer 3 writes o",
    );
    stage
        .run("ann says meanwhile; 1 s; answer 3 writes ne; answer 3 ends as one!; bob says @helper two; 1 s");
    stage.run("answer 7 begins h1; answer 7 writes tw; bob stops 7; ann says @chatbot three; 1 s");
    stage.run(
        "answer 10 fails BadRequest; ann says @chatbot four @helper five; 1 s; bob says @chatbot six; 1 s",
    );
    stage.run("answer 13 begins r2; answer 13 writes fo; 1 s");
    stage
}

#[test]
fn g5_g6_resuming_from_every_place_gives_what_a_fresh_start_gives() {
    let mut stage = busy_room();
    stage.run("fresh reads; 1 s");
    let head = stage.head();
    assert_eq!(head, Seq(16));
    let fresh = stage.tabs["fresh"].view.clone();
    // The page as it was at every place: a snapshot(k), made of the same events.
    for after in 0..=head.0 {
        stage.run("page reads");
        let view = &mut stage.tabs.get_mut("page").unwrap().view;
        view.last = Seq(after);
        view.messages.retain(|seq, _| *seq <= Seq(after));
        stage.run("page returns; 1 s");
        let view = &stage.tabs["page"].view;
        assert!(view.recovered, "{after}");
        assert_eq!(view.last, head);
        assert_eq!(view.shown(), fresh.shown(), "{after}");
        assert_eq!(view.texts, fresh.texts, "{after}");
        assert_eq!(view.runs, fresh.runs, "{after}");
        stage.run("page leaves");
        stage.tabs.remove("page");
    }
}

#[test]
fn g6_snapshots_taken_at_every_moment_grow_into_the_same_page() {
    let mut stage = Stage::new();
    stage.run("ann joins");
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
        stage.run(step).run(&format!("page{number} reads"));
    }
    stage.run("1 s");
    let first = stage.tabs["ann"].view.clone();
    assert_eq!(stage.tabs.len(), steps.len() + 1);
    for (name, tab) in &stage.tabs {
        let view = &tab.view;
        assert!(!view.is_behind && view.last == first.last, "{name}");
        assert_eq!((view.shown(), &view.texts), (first.shown(), &first.texts), "{name}");
        assert!(view.ends.values().all(|ends| *ends == 1), "{name}");
    }
}

#[test]
fn g6_case_35_what_is_written_while_the_line_is_busy_is_seen_once_by_who_comes_in_between() {
    let mut stage = Stage::new();
    stage.run("ann joins; 1 s; ann says one").look_away();
    stage.run("ann says two; bob reads; ann says three; 1 s");
    expect![[r#"
        ann < accepted auto2 #2
        bob < welcome reader 1..2 anew [#1 ann: one, #2 ann: two]; here ann
        ann < accepted auto3 #3
        ann bob < #2 ann: two, #3 ann: three
    "#]]
    .assert_eq(&stage.seen());
}

#[test]
fn case_33_resuming_at_the_head_misses_nothing() {
    let mut stage = Stage::new();
    stage.run("ann joins; ann says hi; 1 s; ann returns").look_away();
    stage.run("ann returns");
    expect![[r#"
        an older socket is closed 4409
        ann < welcome ann 1..1 missed []; here ann
    "#]]
    .assert_eq(&stage.seen());
}

#[test]
fn case_31_case_32_impossible_positions_start_anew() {
    let mut stage = busy_room();
    let epoch = stage.log.room.epoch.as_str().to_owned();
    let mut check = |epoch: &str, after: i64, recovered: bool| {
        stage.connect("page");
        stage.hello_from("page", None, Some(Resume { epoch: epoch.to_owned(), after }));
        let page = stage.tabs.remove("page").unwrap();
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
fn case_34_more_than_five_hundred_missed_events_start_anew() {
    let mut stage = Stage::new();
    stage.run("ann reads; bob reads");
    fill(&mut stage, limits::RESUME_EVENTS);
    stage.run("ann returns");
    assert!(stage.tabs["ann"].view.recovered);
    assert_eq!(stage.tabs["ann"].view.messages.len(), 500);
    fill(&mut stage, limits::RESUME_EVENTS + 1);
    stage.run("bob returns");
    assert!(!stage.tabs["bob"].view.recovered);
    assert_eq!(stage.tabs["bob"].view.messages.len(), limits::WELCOME_MESSAGES);
}

#[test]
fn g5_more_bytes_than_a_welcome_may_have_start_anew() {
    let mut stage = Stage::new();
    stage.run("ann joins; bob reads; 1 s; bob leaves");
    let long = "말".repeat(4_000);
    for _ in 0..21 {
        stage.say("ann", &long).pass(2_000);
    }
    stage.run("bob returns");
    assert!(stage.tabs["bob"].view.recovered);
    stage.tabs.get_mut("bob").unwrap().view = View { last: Seq(0), ..stage.tabs["bob"].view.clone() };
    stage.say("ann", &long).run("bob returns");
    let view = &stage.tabs["bob"].view;
    assert!(!view.recovered && view.messages.len() == 21, "{}", view.messages.len());
}

#[test]
fn g5_when_the_log_cannot_be_read_the_socket_is_told_to_come_back() {
    let mut stage = Stage::new();
    stage.run("ann joins; ann says hi; 1 s").look_away();
    stage.connect("bob").log.is_unreadable.set(true);
    stage.hello("bob", Some("bob"));
    expect![[r#"
        bob < refused TryLater, again in 1000 ms
        bob is closed 4000
    "#]]
    .assert_eq(&stage.seen());
    stage.log.is_unreadable.set(false);
    stage.run("bob returns; 1 s");
    expect![[r#"
        bob < welcome bob 1..1 anew [#1 ann: hi]; here ann bob
        ann bob < people +bob =2
    "#]]
    .assert_eq(&stage.seen());
}

#[test]
fn g5_a_gap_on_a_live_socket_is_healed_by_another_hello() {
    let mut stage = Stage::new();
    stage.run("ann joins; bob joins; 1 s; ann says one; 1 s; ann says two; 1 s");
    let view = &mut stage.tabs.get_mut("bob").unwrap().view;
    view.last = Seq(0);
    view.messages.clear();
    stage.look_away().hello("bob", Some("bob"));
    expect![[r#"
        bob < welcome bob 1..2 missed [#1 ann: one, #2 ann: two]; here ann bob
    "#]]
    .assert_eq(&stage.seen());
}

#[test]
fn g8_the_end_of_an_answer_is_a_row_and_is_resumed_like_any_other() {
    let mut stage = Stage::new();
    stage.run("ann joins; ann says @chatbot hi; 1 s; ann leaves; answer 2 begins r1; answer 2 writes hello");
    stage.run("answer 2 ends").look_away().run("ann returns");
    expect![[r#"
        ann < welcome ann 1..3 missed [#3 ends #2 done "hello"]; here ann
    "#]]
    .assert_eq(&stage.seen());
}
