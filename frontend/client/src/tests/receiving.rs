//! What the room says.

use expect_test::expect;
use shared::limits::ACK_BYTES;
use shared::{Event, ServerFrame};

use super::Script;
use super::words::{delta, event};
use crate::Input;

fn receive(it: &mut Script, frame: &ServerFrame) {
    it.handle(Input::Received(frame.encode()));
}

#[test]
fn an_answer_waits_thinks_streams_and_ends() {
    let mut it = Script::live();
    it.run("events | 4 @bot<3 queued\nrun 4 queued after 2");
    it.screen();
    it.run("run 4 thinking");
    it.screen();
    it.run("delta 4 0 안녕\ndelta 4 6 , ann");
    it.screen();
    it.run("events | 5 end 4 done 안녕, ann!\ndelta 4 11 late\nrun 4 streaming");
    it.screen();
    expect![[r#"
        events | 4 @bot<3 queued
          ~ order
        run 4 queued after 2
          ~ row 4
        = 4 rows
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 bot:  (queued stop after 2)
        run 4 thinking
          ~ row 4
        = 4 rows
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 bot:  (thinking stop)
        delta 4 0 안녕
          ~ row 4
        delta 4 6 , ann
          ~ row 4
        = 4 rows
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 bot: 안녕, ann (streaming stop)
        events | 5 end 4 done 안녕, ann!
          ~ row 4
        delta 4 11 late
        run 4 streaming
        = 4 rows
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 bot: 안녕, ann! (done again)
    "#]]
    .assert_eq(&it.told);
}

#[test]
fn who_may_stop_and_who_may_ask_again() {
    let rows =
        "| 4 @bot<3 queued | 5 @bot<3 done old | 6 @bot<3 done new | 7 @bot<3 failed | 8 @cat<3 done x";
    for (who, expected) in [
        ("as ann", "queued stop, done, done, failed again, done again"),
        ("as bob", "queued, done, done, failed again, done again"),
        ("as bob owner", "queued stop, done, done, failed again, done again"),
        ("", "queued, done, done, failed, done"),
        ("id bob", "queued, done, done, failed, done"),
    ] {
        let mut it = Script::new();
        it.run(&format!("start\nentered open\nopened\nwelcome 8 {who} {rows}"));
        let rights: Vec<String> = it
            .rows()
            .iter()
            .map(|row| row.rsplit_once('(').unwrap().1.trim_end_matches(')').to_owned())
            .collect();
        assert_eq!(rights.join(", "), expected, "{who}");
    }
}

#[test]
fn a_newer_answer_takes_the_right_to_ask_again_from_the_former() {
    let mut it = Script::live();
    it.run("events | 4 @bot<3 done a\nevents | 5 @bot<3 queued\nevents | 6 end 5 done b");
    it.screen();
    expect![[r#"
        events | 4 @bot<3 done a
          ~ order
        events | 5 @bot<3 queued
          ~ row 4, order
        events | 6 end 5 done b
          ~ row 5
        = 5 rows
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 bot: a (done)
        5 bot: b (done again)
    "#]]
    .assert_eq(&it.told);
}

#[test]
fn people_come_and_go_and_type() {
    let mut it = Script::live();
    it.run(
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
    .assert_eq(&it.told);
}

#[test]
fn reading_is_acknowledged_about_every_32_kib_and_anew_on_each_socket() {
    let mut it = Script::live();
    let frame = ServerFrame::Typing { names: vec!["x".repeat(1_000)] }.encode();
    let count = |it: &mut Script, frames: usize| {
        it.told.clear();
        for _ in 0..frames {
            it.run("pong");
            it.handle(Input::Received(frame.clone()));
        }
        let acks: Vec<u64> = it
            .told
            .lines()
            .filter_map(|line| line.trim().strip_prefix("send ack "))
            .map(|bytes| bytes.parse().unwrap())
            .collect();
        acks
    };
    let acks = count(&mut it, 100);
    assert_eq!(acks.len(), 3);
    assert!(acks.iter().all(|bytes| *bytes >= ACK_BYTES && *bytes < ACK_BYTES + 2_000), "{acks:?}");
    assert!(count(&mut it, 20).is_empty());
    it.run("closed 1006\nonline\nentered open\nopened\nback 3 as ann");
    assert!(count(&mut it, 25).is_empty());
}

#[test]
fn batches_are_read_in_order_and_hold_no_batches() {
    let mut it = Script::live();
    let events = |text| ServerFrame::Events { events: vec![event(text)] };
    let frames = vec![events("4 @bot<3 queued"), delta(4, 0, "a"), delta(4, 1, "b"), ServerFrame::Unknown];
    let inner = ServerFrame::Batch { frames: vec![events("5 zed never"), events("6 zed never")] };
    receive(&mut it, &ServerFrame::Batch { frames: [frames, vec![inner]].concat() });
    it.screen();
    expect![[r#"
          ~ order, row 4
        = 4 rows
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 bot: ab (streaming stop)
    "#]]
    .assert_eq(&it.told);
}

#[test]
fn g15_what_is_unknown_changes_nothing() {
    let mut it = Script::live();
    let before = it.rows();
    it.run(
        r#"raw
        raw {
        raw 7
        raw {"type":"notice","code":"new"}
        raw {"type":"events"}
        raw {"type":"welcome","you":7}
        raw {"type":"refused","code":"a_new_one"}
        raw {"type":"accepted","nonce":"nonce-unknown-0000","seq":3}
        events | 4 strange | 5 zed five | 6 end 1 done x | 7 end 99 done x
        run 99 streaming
        run 3 streaming
        delta 99 0 x
        delta 3 0 x"#,
    );
    assert_eq!(it.rows().len(), before.len() + 1);
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
        events | 4 strange | 5 zed five | 6 end 1 done x | 7 end 99 done x
          ~ order, row 1
        run 99 streaming
        run 3 streaming
        delta 99 0 x
        delta 3 0 x
    "#]]
    .assert_eq(&it.told);
}

#[test]
fn g7_a_gap_among_events_is_noticed_and_healed_once() {
    let mut it = Script::live();
    it.run(
        "events | 6 zed six
        events | 7 zed seven
        events | 4 zed four
        back 7 as ann | 4 zed four | 5 zed five | 6 zed six | 7 zed seven
        events | 7 zed seven
        events | 8 zed eight",
    );
    it.screen();
    expect![[r#"
        events | 6 zed six
          send hello ann after 3
        events | 7 zed seven
        events | 4 zed four
          ~ order
        back 7 as ann | 4 zed four | 5 zed five | 6 zed six | 7 zed seven
          ~ order, people 1
        events | 7 zed seven
        events | 8 zed eight
          ~ order
        = 8 rows
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 zed: four (sent)
        5 zed: five (sent)
        6 zed: six (sent)
        7 zed: seven (sent)
        8 zed: eight (sent)
    "#]]
    .assert_eq(&it.told);
}

#[test]
fn g7_a_gap_that_is_noticed_during_a_hello_is_healed_by_its_welcome() {
    let mut it = Script::live();
    it.run("join bob\nevents | 6 zed six\nback 6 as bob | 4 zed four | 5 zed five | 6 zed six");
    it.run("join zed\nevents | 9 zed nine\nrefused - nickname_taken");
    it.run("back 9 as bob | 7 zed seven | 8 zed eight | 9 zed nine");
    expect![[r#"
        join bob
          send hello bob after 3
        events | 6 zed six
        back 6 as bob | 4 zed four | 5 zed five | 6 zed six
          ~ order, you bob, people 1
        join zed
          send hello zed after 6
        events | 9 zed nine
        refused - nickname_taken
          ~ notice nickname_taken
        back 9 as bob | 7 zed seven | 8 zed eight | 9 zed nine
          ~ order, people 1
    "#]]
    .assert_eq(&it.told);
}

#[test]
fn g7_a_gap_in_the_text_of_an_answer_is_healed_too() {
    let mut it = Script::live();
    it.run(
        "events | 4 @bot<3 queued
        delta 4 0 abc
        delta 4 2 cde
        delta 4 0 abc
        delta 4 9 jkl
        delta 4 12 mno
        back 4 as ann | run 4 streaming abcdefghi
        delta 4 7 hijkl",
    );
    it.screen();
    expect![[r#"
        events | 4 @bot<3 queued
          ~ order
        delta 4 0 abc
          ~ row 4
        delta 4 2 cde
          ~ row 4
        delta 4 0 abc
        delta 4 9 jkl
          send hello ann after 4
        delta 4 12 mno
        back 4 as ann | run 4 streaming abcdefghi
          ~ row 4, people 1
        delta 4 7 hijkl
          ~ row 4
        = 4 rows
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 bot: abcdefghijkl (streaming stop)
    "#]]
    .assert_eq(&it.told);
}

#[test]
fn a_delta_that_cuts_a_character_is_healed_too() {
    let mut it = Script::live();
    it.run("events | 4 @bot<3 queued\ndelta 4 0 abc\ndelta 4 2 가나");
    expect![[r#"
        events | 4 @bot<3 queued
          ~ order
        delta 4 0 abc
          ~ row 4
        delta 4 2 가나
          send hello ann after 4
    "#]]
    .assert_eq(&it.told);
}

#[test]
fn g5_a_welcome_that_lacks_something_is_not_believed() {
    for part in ["back 6 as ann | 4 zed four | 6 zed six", "back 6 as ann", "back 3 as ann epoch bbb"] {
        let mut it = Script::live();
        it.run("closed 1006\nonline\nentered open\nopened");
        it.told.clear();
        it.run(&format!("{part}\nsay 1 not lost\nfront\nentered open\nopened"));
        assert!(it.told.contains("  close\n"), "{}", it.told);
        assert!(it.told.contains("  keep 1\n"), "{}", it.told);
        assert!(it.told.ends_with("send hello ann\n"), "{}", it.told);
        it.run("welcome 6 as ann | 4 zed four | 5 zed five | 6 zed six\naccepted 1 7");
        assert!(it.told.contains("send say 1 after"), "{}", it.told);
        assert_eq!(it.rows().len(), 4);
    }
}

#[test]
fn the_same_attempt_twice_in_the_log_still_shows_two_rows() {
    let mut it = Script::live();
    it.run("events | 4 bob/1 a | 5 bob/1 b");
    assert_eq!(it.rows().len(), 5);
    assert!(matches!(event("5 bob/1 b"), Event::Message(_)));
}
