//! Too much: of one person, of one address, of one connection.

use expect_test::expect;
use room::{Input, SocketId, Tuning, Visitor};
use shared::{CloseCode, ServerFrame, limits};

use crate::stage::{Stage, config, person};

fn accepted(stage: &Stage, name: &str) -> usize {
    let is_accepted = |frame: &&ServerFrame| matches!(frame, ServerFrame::Accepted { .. });
    stage.tabs[name].view.frames.iter().filter(is_accepted).count()
}

#[test]
fn case_41_a_person_has_a_burst_and_then_two_a_second() {
    let mut stage = Stage::new();
    stage.run("ann joins; bob joins; 20 s");
    for _ in 0..100 {
        stage.run("ann says spam; 10 ms");
    }
    assert_eq!(accepted(&stage, "ann"), 30 + 1, "a second has passed, less the last moment of it");
    stage.look_away().run("ann says more; 501 ms; ann says more; bob says hi; 1 s");
    expect![[r#"
        ann < accepted auto101 #32
        ann bob < #32 ann: more
        ann < accepted auto102 #33
        ann bob < #33 ann: more
        bob < accepted auto103 #34
        ann bob < #34 bob: hi
    "#]]
    .assert_eq(&stage.seen());
    stage.run("15 s");
    for _ in 0..30 {
        stage.run("ann says again");
    }
    assert!(!stage.seen().contains("SlowDown"), "a bucket is full again after fifteen seconds");
}

#[test]
fn case_41_tabs_reconnecting_and_sleep_refill_nothing() {
    let mut stage = Stage::new();
    stage.run("bob joins; ann/phone joins; ann/laptop joins; 20 s");
    for _ in 0..15 {
        stage.run("ann/phone says spam; ann/laptop says spam");
    }
    stage.look_away().run(
        "ann/phone says one; ann/laptop says two; ann/phone leaves; ann/laptop leaves; ann/phone returns",
    );
    stage.run("1 s").look_away().run("ann/phone says three; ann/phone says four; ann/phone says five");
    let refused = |stage: &mut Stage| stage.seen().matches("SlowDown").count();
    assert_eq!(refused(&mut stage), 1, "two in a second");
    stage.run("600 ms; room sleeps").look_away().run("ann/phone says six; ann/phone says seven");
    assert_eq!(refused(&mut stage), 1);
}

#[test]
fn case_41_what_was_refused_may_be_said_later_under_its_own_nonce() {
    let mut stage = Stage::new();
    stage.run("ann joins; 20 s");
    for _ in 0..30 {
        stage.run("ann says spam");
    }
    let nonce = crate::stage::nonce("late");
    stage
        .pass(50)
        .look_away()
        .say_as("ann", nonce.clone(), "late", None)
        .pass(500)
        .say_as("ann", nonce, "late", None);
    expect![[r#"
        ann < refused late SlowDown, again in 450 ms
        ann < accepted late #31
        ann < #31 ann: late
    "#]]
    .assert_eq(&stage.seen());
}

#[test]
fn case_41_people_behind_one_address_share_a_larger_bucket() {
    let tuning = Tuning { address_factor: 2, ..Tuning::default() };
    let mut stage = Stage::with(room::Config { tuning, ..config() });
    for name in ["ann", "bob", "carol"] {
        // A visitor of the same house.
        stage.connect(name);
        let socket = stage.tabs[name].socket;
        let visitor = Visitor { person: person(name), address: "one house".to_owned() };
        stage.input(Input::Disconnected { socket }).input(Input::Connected { socket, visitor });
        stage.hello(name, Some(name));
    }
    for _ in 0..30 {
        stage.run("ann says spam; bob says spam; carol says spam");
    }
    let all: usize = ["ann", "bob", "carol"].map(|name| accepted(&stage, name)).into_iter().sum();
    assert_eq!(all, 60);
}

#[test]
fn case_41_a_connection_has_a_burst_and_is_closed_when_it_goes_on() {
    let mut stage = Stage::new();
    stage.run("ann joins; bob joins; 20 s").look_away();
    for _ in 0..limits::CONNECTION_BURST {
        stage.send_text("ann", r#"{"type":"typing","on":true}"#);
    }
    assert!(!stage.seen().contains("refused"));
    stage.send_text("ann", r#"{"type":"typing","on":true}"#);
    assert_eq!(stage.seen(), "ann < refused SlowDown, again in 16 ms\n");
    stage.run("16 ms; ann types");
    assert!(!stage.seen().contains("refused"), "slowing down is enough");
    for _ in 0..=limits::CONNECTION_BURST {
        stage.send_text("ann", "{");
    }
    assert_eq!(stage.tabs["ann"].closed, Some(CloseCode::BadFrames));
    assert!(stage.tabs["bob"].is_open);
}

#[test]
fn case_52_a_clock_that_goes_back_closes_nobody() {
    let mut stage = Stage::new();
    stage.run("ann joins; bob joins; 20 s");
    for _ in 0..limits::CONNECTION_BURST {
        stage.run("ann types");
    }
    let earlier = shared::Millis(stage.now.0 - 3_600_000);
    stage.jump(earlier).run("ann types; 1 s").look_away();
    for _ in 0..50 {
        stage.run("ann types; ann rests; 40 ms");
    }
    stage.run("ann says hi; 1 s");
    assert!(!stage.seen().contains("refused"));
}

#[test]
fn case_41_reading_and_stopping_have_no_bucket_of_their_own_but_the_connections() {
    let mut stage = Stage::new();
    stage.run("ann joins; bob joins; 20 s").look_away();
    for _ in 0..40 {
        stage.run("ann stops 1");
    }
    assert_eq!(stage.seen().matches("NotNow").count(), 40);
}

#[test]
fn addresses_that_nobody_uses_any_more_are_forgotten() {
    let mut stage = Stage::new();
    stage.run("ann joins");
    for number in 0..3_000_u32 {
        let socket = SocketId(10_000 + number);
        let visitor =
            Visitor { person: person(&format!("guest{number}")), address: format!("house {number}") };
        stage.input(Input::Connected { socket, visitor }).input(Input::Disconnected { socket });
    }
    assert!(stage.tabs["ann"].is_open);
}
