//! Rate limits of a person, an address and a socket.

use expect_test::expect;
use room::{Input, SocketId, Tuning, Visitor};
use shared::{CloseCode, ServerFrame, limits};

use crate::harness::{Harness, config, person};

fn accepted(harness: &Harness, name: &str) -> usize {
    let is_accepted = |frame: &&ServerFrame| matches!(frame, ServerFrame::Accepted { .. });
    harness.tabs[name].view.frames.iter().filter(is_accepted).count()
}

#[test]
fn case_41_a_person_may_write_a_burst_and_then_two_a_second() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 20 s");
    for _ in 0..100 {
        harness.run("ann says spam; 10 ms");
    }
    assert_eq!(accepted(&harness, "ann"), 30 + 1, "a second has passed, less the last moment of it");
    harness.discard_lines().run("ann says more; 501 ms; ann says more; bob says hi; 1 s");
    expect![[r#"
        ann < accepted auto101 #32
        ann < #32 ann: more
        bob < #32 ann: more
        ann < accepted auto102 #33
        ann < #33 ann: more
        bob < #33 ann: more
        bob < accepted auto103 #34
        bob < #34 bob: hi
        ann < #34 bob: hi
    "#]]
    .assert_eq(&harness.take_lines());
    harness.run("15 s");
    for _ in 0..30 {
        harness.run("ann says again");
    }
    assert!(!harness.take_lines().contains("SlowDown"), "a bucket is full again after fifteen seconds");
}

#[test]
fn case_41_more_tabs_reconnecting_and_hibernation_refill_no_token_bucket() {
    let mut harness = Harness::new();
    harness.run("bob joins; ann/phone joins; ann/laptop joins; 20 s");
    for _ in 0..15 {
        harness.run("ann/phone says spam; ann/laptop says spam");
    }
    harness.discard_lines().run(
        "ann/phone says one; ann/laptop says two; ann/phone leaves; ann/laptop leaves; ann/phone returns",
    );
    harness.run("1 s").discard_lines().run("ann/phone says three; ann/phone says four; ann/phone says five");
    let refused = |harness: &mut Harness| harness.take_lines().matches("SlowDown").count();
    assert_eq!(refused(&mut harness), 1, "two in a second");
    harness.run("600 ms; room sleeps").discard_lines().run("ann/phone says six; ann/phone says seven");
    assert_eq!(refused(&mut harness), 1);
}

#[test]
fn case_41_a_refused_message_may_be_sent_later_with_its_nonce() {
    let mut harness = Harness::new();
    harness.run("ann joins; 20 s");
    for _ in 0..30 {
        harness.run("ann says spam");
    }
    let nonce = crate::harness::nonce("late");
    harness
        .pass(50)
        .discard_lines()
        .say_as("ann", nonce.clone(), "late", None)
        .pass(500)
        .say_as("ann", nonce, "late", None);
    expect![[r#"
        ann < refused late SlowDown, again in 450 ms
        ann < accepted late #31
        ann < #31 ann: late
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn case_41_people_behind_one_address_share_a_larger_bucket() {
    let tuning = Tuning { address_factor: 2, ..Tuning::default() };
    let mut harness = Harness::with(room::Config { tuning, ..config() });
    for name in ["ann", "bob", "carol"] {
        // Another person at the same address.
        harness.connect(name);
        let socket = harness.tabs[name].socket;
        let visitor = Visitor { person: person(name), address: "one house".to_owned(), operator_until: None };
        harness.input(Input::Disconnected { socket }).input(Input::Connected { socket, visitor });
        harness.hello(name, Some(name));
    }
    // Joining took a token of each.
    harness.pass(1_500);
    for _ in 0..30 {
        harness.run("ann says spam; bob says spam; carol says spam");
    }
    let all: usize = ["ann", "bob", "carol"].map(|name| accepted(&harness, name)).into_iter().sum();
    assert_eq!(all, 60);
}

#[test]
fn case_41_a_socket_that_exceeds_its_burst_is_closed() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 20 s").discard_lines();
    for _ in 0..limits::CONNECTION_BURST {
        harness.send_text("ann", r#"{"type":"typing","on":true}"#);
    }
    assert!(!harness.take_lines().contains("refused"));
    harness.send_text("ann", r#"{"type":"typing","on":true}"#);
    assert_eq!(harness.take_lines(), "ann < refused SlowDown, again in 16 ms\n");
    harness.run("16 ms; ann types");
    assert!(!harness.take_lines().contains("refused"), "slowing down is enough");
    for _ in 0..=limits::CONNECTION_BURST {
        harness.send_text("ann", "{");
    }
    assert_eq!(harness.tabs["ann"].closed, Some(CloseCode::BadFrames));
    assert!(harness.tabs["bob"].is_open);
}

#[test]
fn case_52_a_clock_that_goes_back_closes_no_socket() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 20 s");
    for _ in 0..limits::CONNECTION_BURST {
        harness.run("ann types");
    }
    let earlier = shared::Millis(harness.now.0 - 3_600_000);
    harness.jump(earlier).run("ann types; 1 s").discard_lines();
    for _ in 0..50 {
        harness.run("ann types; ann rests; 40 ms");
    }
    harness.run("ann says hi; 1 s");
    assert!(!harness.take_lines().contains("refused"));
}

#[test]
fn case_41_reading_and_stopping_use_only_the_sockets_token_bucket() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 20 s").discard_lines();
    for _ in 0..40 {
        harness.run("ann stops 1");
    }
    assert_eq!(harness.take_lines().matches("NotNow").count(), 40);
}

#[test]
fn addresses_that_nobody_uses_any_more_are_forgotten() {
    let mut harness = Harness::new();
    harness.run("ann joins");
    for number in 0..3_000_u32 {
        let socket = SocketId(10_000 + number);
        let visitor = Visitor {
            person: person(&format!("guest{number}")),
            address: format!("house {number}"),
            operator_until: None,
        };
        harness.input(Input::Connected { socket, visitor }).input(Input::Disconnected { socket });
    }
    assert!(harness.tabs["ann"].is_open);
}
