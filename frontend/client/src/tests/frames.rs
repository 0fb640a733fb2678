//! The frames of the room: events, deltas, runs, presence, batches, gaps.

use expect_test::expect;
use shared::limits::ACK_BYTES;
use shared::{Event, ServerFrame};

use super::Script;
use super::parse::{delta, event};
use crate::Input;

fn receive(script: &mut Script, frame: &ServerFrame) {
    script.handle(Input::Received(frame.encode()));
}

#[test]
fn an_answer_waits_thinks_streams_and_ends() {
    let mut script = Script::live();
    script.run("events | 4 @bot<3 queued\nrun 4 queued after 2");
    script.print_timeline();
    script.run("run 4 thinking");
    script.print_timeline();
    script.run("delta 4 0 안녕\ndelta 4 6 , ann");
    script.print_timeline();
    script.run("events | 5 end 4 done 안녕, ann!\ndelta 4 11 late\nrun 4 streaming");
    script.print_timeline();
    expect![[r#"
        events | 4 @bot<3 queued
          ~ order
        run 4 queued after 2
          ~ item 4
        = 4 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 bot:  (queued stop after 2)
        run 4 thinking
          ~ item 4
        = 4 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 bot:  (thinking stop)
        delta 4 0 안녕
          ~ item 4
        delta 4 6 , ann
          ~ item 4
        = 4 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 bot: 안녕, ann (streaming stop)
        events | 5 end 4 done 안녕, ann!
          ~ item 4
        delta 4 11 late
        run 4 streaming
        = 4 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 bot: 안녕, ann! (done regenerate)
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn who_may_stop_and_who_may_regenerate() {
    let rows =
        "| 4 @bot<0 queued | 5 @bot<1 done old | 6 @bot<2 done new | 7 @bot<3 failed | 8 @cat<3 done x";
    for (who, expected) in [
        ("as ann", "queued stop, done, done, failed regenerate, done regenerate"),
        ("as bob", "queued, done, done, failed, done"),
        ("as bob owner", "queued stop, done, done, failed regenerate, done regenerate"),
        ("", "queued, done, done, failed, done"),
        ("id bob", "queued, done, done, failed, done"),
    ] {
        let mut script = Script::new();
        script.run(&format!("start\nentered open\nopened\nwelcome 8 {who} {rows}"));
        let rights: Vec<String> = script
            .items()
            .iter()
            .map(|row| row.rsplit_once('(').unwrap().1.trim_end_matches(')').to_owned())
            .collect();
        assert_eq!(rights.join(", "), expected, "{who}");
    }
}

#[test]
fn a_newer_answer_ends_the_permission_to_regenerate_the_former() {
    let mut script = Script::live();
    script.run("events | 4 @bot<3 done a\nevents | 5 @bot<2 queued\nevents | 6 end 5<2 done b");
    script.print_timeline();
    expect![[r#"
        events | 4 @bot<3 done a
          ~ order
        events | 5 @bot<2 queued
          ~ item 4, order
        events | 6 end 5<2 done b
          ~ item 5
        = 5 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 bot: a (done)
        5 bot: b (done regenerate)
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn people_come_and_go_and_type() {
    let mut script = Script::live();
    script.run(
        "people 3 +bob +zed\npeople 2 -zed\ntypes ann bob\ntypes ann bob\ntypes ann\ntypes bob\nclosed 1006",
    );
    expect![[r#"
        people 3 +bob +zed
          ~ people 3
        people 2 -zed
          ~ people 2
        types ann bob
          ~ typing ["bob"]
        types ann bob
        types ann
          ~ typing []
        types bob
          ~ typing ["bob"]
        closed 1006
          ~ typing [], offline for 279
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn reading_is_acknowledged_about_every_128_kib_and_anew_on_each_socket() {
    let mut script = Script::live();
    let frame = ServerFrame::Typing { names: vec!["x".repeat(1_000)] }.encode();
    let count = |script: &mut Script, frames: usize| {
        script.transcript.clear();
        for _ in 0..frames {
            script.run("pong");
            script.handle(Input::Received(frame.clone()));
        }
        let acks: Vec<u64> = script
            .transcript
            .lines()
            .filter_map(|line| line.trim().strip_prefix("send ack "))
            .map(|bytes| bytes.parse().unwrap())
            .collect();
        acks
    };
    let is_about = |bytes: u64, wanted: u64| bytes >= wanted && bytes < wanted + 2_000;
    assert!(matches!(count(&mut script, 150)[..], [bytes] if is_about(bytes, ACK_BYTES)));
    // A second one within a second waits for twice as much.
    assert!(matches!(count(&mut script, 250)[..], [bytes] if is_about(bytes, ACK_BYTES * 2)));
    script.run("pass 1000");
    assert!(matches!(count(&mut script, 130)[..], [bytes] if is_about(bytes, ACK_BYTES)));
    assert!(count(&mut script, 20).is_empty());
    script.run_reconnected("resumed 3 as ann");
    assert!(count(&mut script, 110).is_empty());
}

#[test]
fn batches_are_read_in_order_and_hold_no_batches() {
    let mut script = Script::live();
    let events = |text| ServerFrame::Events { events: vec![event(text)] };
    let frames = vec![events("4 @bot<3 queued"), delta(4, 0, "a"), delta(4, 1, "b"), ServerFrame::Unknown];
    let inner = ServerFrame::Batch { frames: vec![events("5 zed never"), events("6 zed never")] };
    receive(&mut script, &ServerFrame::Batch { frames: [frames, vec![inner]].concat() });
    script.print_timeline();
    expect![[r#"
          ~ order, item 4
        = 4 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 bot: ab (streaming stop)
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn g15_unknown_frames_and_events_change_nothing() {
    let mut script = Script::live();
    let before = script.items();
    script.run(
        r#"raw
        raw {
        raw 7
        raw {"type":"notice","code":"new"}
        raw {"type":"events"}
        raw {"type":"welcome","you":7}
        raw {"type":"refused","code":"a_new_one"}
        raw {"type":"accepted","nonce":"nonce-unknown-0000","seq":3}
        events | 4 unknown | 5 zed five | 6 end 1 done x | 7 end 99 done x
        run 99 streaming
        run 3 streaming
        delta 99 0 x
        delta 3 0 x"#,
    );
    assert_eq!(script.items().len(), before.len() + 1);
    expect![[r#"
        raw
        raw {
        raw 7
        raw {"type":"notice","code":"new"}
        raw {"type":"events"}
        raw {"type":"welcome","you":7}
        raw {"type":"refused","code":"a_new_one"}
          ~ notice unknown
        raw {"type":"accepted","nonce":"nonce-unknown-0000","seq":3}
        events | 4 unknown | 5 zed five | 6 end 1 done x | 7 end 99 done x
          ~ order, item 1
        run 99 streaming
        run 3 streaming
        delta 99 0 x
        delta 3 0 x
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn g7_a_gap_among_events_is_repaired_by_one_hello() {
    let mut script = Script::live();
    script.run(
        "events | 6 zed six
        events | 7 zed seven
        events | 4 zed four
        resumed 7 as ann | 4 zed four | 5 zed five | 6 zed six | 7 zed seven
        events | 7 zed seven
        events | 8 zed eight",
    );
    script.print_timeline();
    expect![[r#"
        events | 6 zed six
          send hello ann after 3
        events | 7 zed seven
        events | 4 zed four
          ~ order
        resumed 7 as ann | 4 zed four | 5 zed five | 6 zed six | 7 zed seven
          ~ order, people 1
        events | 7 zed seven
        events | 8 zed eight
          ~ order
        = 8 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 zed: four (sent)
        5 zed: five (sent)
        6 zed: six (sent)
        7 zed: seven (sent)
        8 zed: eight (sent)
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn g7_a_gap_noticed_during_a_hello_is_repaired_by_its_welcome() {
    let mut script = Script::live();
    script.run("join bob\nevents | 6 zed six\nresumed 6 as bob | 4 zed four | 5 zed five | 6 zed six");
    script.run("join zed\nevents | 9 zed nine\nrefused - nickname_taken");
    script.run("resumed 9 as bob | 7 zed seven | 8 zed eight | 9 zed nine");
    expect![[r#"
        join bob
          send hello bob after 3
        events | 6 zed six
        resumed 6 as bob | 4 zed four | 5 zed five | 6 zed six
          ~ order, you bob, people 1
        join zed
          send hello zed after 6
        events | 9 zed nine
        refused - nickname_taken
          ~ notice nickname_taken
        resumed 9 as bob | 7 zed seven | 8 zed eight | 9 zed nine
          ~ order, people 1
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn g7_a_gap_in_the_text_of_an_answer_is_repaired_too() {
    let mut script = Script::live();
    script.run(
        "events | 4 @bot<3 queued
        delta 4 0 abc
        delta 4 2 cde
        delta 4 0 abc
        delta 4 9 jkl
        delta 4 12 mno
        resumed 4 as ann | run 4 streaming abcdefghi
        delta 4 7 hijkl",
    );
    script.print_timeline();
    expect![[r#"
        events | 4 @bot<3 queued
          ~ order
        delta 4 0 abc
          ~ item 4
        delta 4 2 cde
          ~ item 4
        delta 4 0 abc
        delta 4 9 jkl
          send hello ann after 4
        delta 4 12 mno
        resumed 4 as ann | run 4 streaming abcdefghi
          ~ item 4, people 1
        delta 4 7 hijkl
          ~ item 4
        = 4 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 bot: abcdefghijkl (streaming stop)
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn a_delta_that_splits_a_character_is_repaired_too() {
    let mut script = Script::live();
    script.run("events | 4 @bot<3 queued\ndelta 4 0 abc\ndelta 4 2 가나");
    expect![[r#"
        events | 4 @bot<3 queued
          ~ order
        delta 4 0 abc
          ~ item 4
        delta 4 2 가나
          send hello ann after 4
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn g5_an_incomplete_welcome_leads_to_a_fresh_snapshot() {
    for part in
        ["resumed 6 as ann | 4 zed four | 6 zed six", "resumed 6 as ann", "resumed 3 as ann epoch bbb"]
    {
        let mut script = Script::live();
        script.run("closed 1006\nonline\nentered open\nopened");
        script.transcript.clear();
        script.run(&format!("{part}\nsay 1 not lost\nvisible\nentered open\nopened"));
        assert!(script.transcript.contains("  close\n"), "{}", script.transcript);
        assert!(script.transcript.contains("  persist 1\n"), "{}", script.transcript);
        assert!(script.transcript.ends_with("send hello ann\n"), "{}", script.transcript);
        script.run("welcome 6 as ann | 4 zed four | 5 zed five | 6 zed six\naccepted 1 7");
        assert!(script.transcript.contains("send say 1 after"), "{}", script.transcript);
        assert_eq!(script.items().len(), 4);
    }
}

#[test]
fn the_same_nonce_twice_in_the_log_shows_two_items() {
    let mut script = Script::live();
    script.run("events | 4 bob/1 a | 5 bob/1 b");
    assert_eq!(script.items().len(), 5);
    assert!(matches!(event("5 bob/1 b"), Event::Message(_)));
}
