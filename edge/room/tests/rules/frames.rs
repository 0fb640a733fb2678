//! Frames that are malformed, too early or too large (promises G14 and G15).

use expect_test::expect;
use room::{Input, RawFrame};
use shared::{CloseCode, limits};

use crate::harness::Harness;

const SAY: &str = r#"{"type":"say","nonce":"nonce-0123456789","after":0,"text":"hi"}"#;

/// What a joined tab is sent for a text, twice within its three strikes.
fn answer(text: &str) -> String {
    let mut harness = Harness::new();
    harness.run("ann joins; 1 s").discard_lines().send_text("ann", text);
    assert!(harness.storage.rows.is_empty(), "nothing is stored");
    harness.take_lines()
}

#[test]
fn case_01_case_02_case_03_case_08_malformed_frames_are_refused() {
    let deep = format!(r#"{{"type":"say","nonce":"nonce-0123456789","x":{}"#, "[".repeat(10_000));
    let broken = ["", "{", "say", "null x", &SAY.replace("hi", r"\ud800"), &SAY.replace("0", "1e999"), &deep];
    for text in broken {
        assert_eq!(answer(text), "ann < refused BadJson\n", "{text:.40}");
    }
    for text in ["7", "[]", "null", r#"{"type":"say"}"#, r#"{"type":7}"#] {
        assert_eq!(answer(text), "ann < refused BadFrame\n", "{text}");
    }
    for (good, bad) in [("\"hi\"", "7"), ("\"after\":0", "\"after\":0.5"), ("\"after\":0", "\"after\":-1")] {
        assert_eq!(answer(&SAY.replace(good, bad)), "ann < refused nonce-0123456789 BadFrame\n", "{bad}");
    }
}

#[test]
fn case_01_the_third_malformed_frame_closes_the_socket() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 1 s; ann says hi; 1 s").discard_lines();
    harness.send_text("ann", "{").run("ann says fine; 1 s").send_text("ann", "[]");
    harness.run("20 s; room sleeps").send_text("ann", "}").run("1 s");
    expect![[r#"
        ann < refused BadJson
        ann < accepted auto2 #2
        ann < #2 ann: fine
        bob < #2 ann: fine
        ann < refused BadFrame
        ann < refused BadJson
        ann is closed 4400
        bob < people -ann-person =1
    "#]]
    .assert_eq(&harness.take_lines());
    assert!(CloseCode::BadFrames.is_final());
}

#[test]
fn case_04_binary_frames_are_refused_like_malformed_text() {
    let mut harness = Harness::new();
    harness.run("ann joins; 1 s").discard_lines();
    for _ in 0..4 {
        let socket = harness.tabs["ann"].socket;
        harness.input(Input::Received { socket, frame: RawFrame::Binary });
    }
    expect![[r#"
        ann < refused Binary
        ann < refused Binary
        ann < refused Binary
        ann is closed 4400
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn case_05_frames_over_the_size_limit_close_the_socket_and_frames_at_the_limit_do_not() {
    let largest = format!("{SAY}{}", " ".repeat(limits::FRAME_BYTES - SAY.len()));
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 1 s").discard_lines();
    harness.send_text("ann", &largest).pass(1_000);
    harness.send_text("ann", &format!("{largest} ")).pass(1_000);
    expect![[r#"
        ann < accepted nonce-0123456789 #1
        ann < #1 ann: hi
        bob < #1 ann: hi
        ann is closed 1009
        bob < people -ann-person =1
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn case_07_replacement_characters_are_text() {
    let mut harness = Harness::new();
    harness.run("ann joins; 1 s; ann says a\u{fffd}(b; 1 s");
    assert_eq!(harness.tabs["ann"].view.shown()[0].2, "a\u{fffd}(b");
}

#[test]
fn case_12_g15_unknown_types_are_refused_with_their_nonce_and_count_no_strike() {
    let mut harness = Harness::new();
    harness.run("ann joins; 1 s").discard_lines();
    for _ in 0..4 {
        harness.send_text("ann", r#"{"type":"dance","nonce":"nonce-0123456789"}"#);
    }
    harness.run("ann says hi; 1 s");
    expect![[r#"
        ann < refused nonce-0123456789 UnknownType
        ann < refused nonce-0123456789 UnknownType
        ann < refused nonce-0123456789 UnknownType
        ann < refused nonce-0123456789 UnknownType
        ann < accepted auto1 #1
        ann < #1 ann: hi
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn case_13_g15_another_protocol_version_is_closed_with_its_own_code() {
    for version in ["0", "1", "\"2\"", "null", "2.0", "-2", "99999999999999999999"] {
        let mut harness = Harness::new();
        harness.connect("ann");
        harness.send_text("ann", &format!(r#"{{"type":"hello","protocol":{version},"tab":"page-of-ann"}}"#));
        assert_eq!(harness.tabs["ann"].closed, Some(CloseCode::Protocol), "{version}");
    }
    // A version that changes what a hello holds is still known by its number.
    let mut harness = Harness::new();
    harness.connect("ann").send_text("ann", r#"{"type":"hello","protocol":3,"page":7}"#);
    assert_eq!(harness.tabs["ann"].closed, Some(CloseCode::Protocol));
}

#[test]
fn g15_unknown_fields_from_a_newer_client_are_ignored() {
    let mut harness = Harness::new();
    harness.connect("ann");
    let hello = r#"{"type":"hello","protocol":2,"tab":"page-of-ann","nickname":"ann","mood":{"good":[1]}}"#;
    harness.send_text("ann", hello).send_text("ann", &SAY.replace('}', ",\"mood\":\"good\"}")).pass(1_000);
    assert_eq!(harness.storage.rows.len(), 1);
}

#[test]
fn case_14_a_frame_before_hello_closes_with_4400() {
    for frame in
        [SAY, r#"{"type":"typing","on":true}"#, r#"{"type":"ack","bytes":1}"#, r#"{"type":"stop","run":1}"#]
    {
        let mut harness = Harness::new();
        harness.connect("ann").send_text("ann", frame);
        assert_eq!(harness.tabs["ann"].closed, Some(CloseCode::BadFrames), "{frame}");
        assert_eq!(harness.take_lines(), "ann is closed 4400\n");
    }
}

#[test]
fn case_14_a_second_hello_renames_and_writes_before_joining_are_refused() {
    let mut harness = Harness::new();
    harness.run("ann joins; ann says @chatbot hi; 1 s; bob reads; 1 s").discard_lines();
    harness.run("bob says hi; bob stops 2; bob regenerates 2; bob types; 1 s; bob joins as bob; bob joins as rob; 1 s");
    expect![[r#"
        bob < refused auto2 NotJoined
        bob < refused NotJoined
        bob < refused auto3 NotJoined
        bob < welcome bob 1..2 missed []; run 2 thinking; here ann bob
        ann bob < people +bob =2
        bob < welcome rob 1..2 missed []; run 2 thinking; here ann rob
        ann bob < people +rob =2
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn a_ping_that_reaches_the_room_is_answered_and_does_not_count_as_hello() {
    let mut harness = Harness::new();
    harness.connect("ann").send_text("ann", "ping");
    assert_eq!(harness.take_lines(), "ann < pong\n");
    harness.run("10 s");
    assert_eq!(harness.tabs["ann"].closed, Some(CloseCode::NoHello));
}

#[test]
fn frames_of_closed_sockets_are_ignored() {
    let mut harness = Harness::new();
    harness.run("ann joins; 1 s; ann leaves").discard_lines();
    harness.send_text("ann", SAY).run("ann stops 1; ann leaves; 1 s");
    assert_eq!(harness.take_lines(), "");
    assert!(harness.storage.rows.is_empty());
}
