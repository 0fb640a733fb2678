//! Frames that are none, come too early, or are too large (promises G14 and G15).

use expect_test::expect;
use room::{Input, RawFrame};
use shared::{CloseCode, limits};

use crate::stage::Stage;

const SAY: &str = r#"{"type":"say","nonce":"nonce-0123456789","after":0,"text":"hi"}"#;

/// What a page of somebody who has joined gets for a text, twice within its three strikes.
fn answer(text: &str) -> String {
    let mut stage = Stage::new();
    stage.run("ann joins; 1 s").look_away().send_text("ann", text);
    assert!(stage.log.rows.is_empty(), "nothing is stored");
    stage.seen()
}

#[test]
fn case_01_case_02_case_03_case_08_texts_that_are_no_frames_are_refused() {
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
fn case_01_the_third_bad_frame_ends_the_connection() {
    let mut stage = Stage::new();
    stage.run("ann joins; bob joins; 1 s; ann says hi; 1 s").look_away();
    stage.send_text("ann", "{").run("ann says fine; 1 s").send_text("ann", "[]");
    stage.run("20 s; room sleeps").send_text("ann", "}").run("1 s");
    expect![[r#"
        ann < refused BadJson
        ann < accepted auto2 #2
        ann bob < #2 ann: fine
        ann < refused BadFrame
        ann < refused BadJson
        ann is closed 4400
        bob < people -ann-person =1
    "#]]
    .assert_eq(&stage.seen());
    assert!(CloseCode::BadFrames.is_final());
}

#[test]
fn case_04_binary_frames_are_refused_like_texts_that_are_none() {
    let mut stage = Stage::new();
    stage.run("ann joins; 1 s").look_away();
    for _ in 0..4 {
        let socket = stage.tabs["ann"].socket;
        stage.input(Input::Received { socket, frame: RawFrame::Binary });
    }
    expect![[r#"
        ann < refused Binary
        ann < refused Binary
        ann < refused Binary
        ann is closed 4400
    "#]]
    .assert_eq(&stage.seen());
}

#[test]
fn case_05_frames_over_the_limit_close_and_frames_at_the_limit_do_not() {
    let largest = format!("{SAY}{}", " ".repeat(limits::FRAME_BYTES - SAY.len()));
    let mut stage = Stage::new();
    stage.run("ann joins; bob joins; 1 s").look_away();
    stage.send_text("ann", &largest).pass(1_000);
    stage.send_text("ann", &format!("{largest} ")).pass(1_000);
    expect![[r#"
        ann < accepted nonce-0123456789 #1
        ann bob < #1 ann: hi
        ann is closed 1009
        bob < people -ann-person =1
    "#]]
    .assert_eq(&stage.seen());
}

#[test]
fn case_07_replacement_characters_are_text() {
    let mut stage = Stage::new();
    stage.run("ann joins; 1 s; ann says a\u{fffd}(b; 1 s");
    assert_eq!(stage.tabs["ann"].view.shown()[0].2, "a\u{fffd}(b");
}

#[test]
fn case_12_g15_unknown_types_are_refused_with_their_nonce_and_are_no_strike() {
    let mut stage = Stage::new();
    stage.run("ann joins; 1 s").look_away();
    for _ in 0..4 {
        stage.send_text("ann", r#"{"type":"dance","nonce":"nonce-0123456789"}"#);
    }
    stage.run("ann says hi; 1 s");
    expect![[r#"
        ann < refused nonce-0123456789 UnknownType
        ann < refused nonce-0123456789 UnknownType
        ann < refused nonce-0123456789 UnknownType
        ann < refused nonce-0123456789 UnknownType
        ann < accepted auto1 #1
        ann < #1 ann: hi
    "#]]
    .assert_eq(&stage.seen());
}

#[test]
fn case_13_g15_another_version_is_told_so_plainly() {
    for version in ["0", "2", "\"1\"", "null", "1.0", "-1", "99999999999999999999"] {
        let mut stage = Stage::new();
        stage.connect("ann");
        stage.send_text("ann", &format!(r#"{{"type":"hello","protocol":{version},"tab":"page-of-ann"}}"#));
        assert_eq!(stage.tabs["ann"].closed, Some(CloseCode::Protocol), "{version}");
    }
    // A version that changes what a hello holds is still known by its number.
    let mut stage = Stage::new();
    stage.connect("ann").send_text("ann", r#"{"type":"hello","protocol":3,"page":7}"#);
    assert_eq!(stage.tabs["ann"].closed, Some(CloseCode::Protocol));
}

#[test]
fn g15_a_newer_page_of_the_same_version_may_say_more() {
    let mut stage = Stage::new();
    stage.connect("ann");
    let hello = r#"{"type":"hello","protocol":1,"tab":"page-of-ann","nickname":"ann","mood":{"good":[1]}}"#;
    stage.send_text("ann", hello).send_text("ann", &SAY.replace('}', ",\"mood\":\"good\"}")).pass(1_000);
    assert_eq!(stage.log.rows.len(), 1);
}

#[test]
fn case_14_a_frame_before_hello_closes_with_4400() {
    for frame in
        [SAY, r#"{"type":"typing","on":true}"#, r#"{"type":"ack","bytes":1}"#, r#"{"type":"stop","run":1}"#]
    {
        let mut stage = Stage::new();
        stage.connect("ann").send_text("ann", frame);
        assert_eq!(stage.tabs["ann"].closed, Some(CloseCode::BadFrames), "{frame}");
        assert_eq!(stage.seen(), "ann is closed 4400\n");
    }
}

#[test]
fn case_14_a_second_hello_is_a_rename_and_everything_before_joining_is_refused() {
    let mut stage = Stage::new();
    stage.run("ann joins; ann says @chatbot hi; 1 s; bob reads; 1 s").look_away();
    stage.run("bob says hi; bob stops 2; bob regenerates 2; bob types; 1 s; bob joins as bob; bob joins as rob; 1 s");
    expect![[r#"
        bob < refused auto2 NotJoined
        bob < refused NotJoined
        bob < refused auto3 NotJoined
        bob < welcome bob 1..2 missed []; run 2 thinking; here ann bob
        ann bob < people +bob =2
        bob < welcome rob 1..2 missed []; run 2 thinking; here ann rob
        ann bob < people +rob =2
    "#]]
    .assert_eq(&stage.seen());
}

#[test]
fn a_ping_that_reaches_the_room_is_answered_and_is_no_hello() {
    let mut stage = Stage::new();
    stage.connect("ann").send_text("ann", "ping");
    assert_eq!(stage.seen(), "ann < pong\n");
    stage.run("10 s");
    assert_eq!(stage.tabs["ann"].closed, Some(CloseCode::NoHello));
}

#[test]
fn frames_of_sockets_that_are_gone_mean_nothing() {
    let mut stage = Stage::new();
    stage.run("ann joins; 1 s; ann leaves").look_away();
    stage.send_text("ann", SAY).run("ann stops 1; ann leaves; 1 s");
    assert_eq!(stage.seen(), "");
    assert!(stage.log.rows.is_empty());
}
