//! Nicknames, and rooms that are created by joining.

use expect_test::expect;

use super::script::{check_opened, config};
use super::{Script, check};
use crate::Config;

#[test]
fn a_reader_comes_in_and_then_joins() {
    check_opened(
        "welcome 3
        join ann
        welcome 3 as ann",
        expect![[r#"
            welcome 3
              ~ order, history complete, you (reader), people 0, bots, live
            join ann
              send hello ann after 3
            welcome 3 as ann
              ~ item 1, item 2, item 3, order, history complete, you ann, people 1
            = 3 items
            1 zed: one (sent)
            2 zed: two (sent)
            3 zed: three (sent)
        "#]],
    );
}

#[test]
fn a_nickname_of_the_last_visit_joins_by_itself() {
    let mut script = Script::with(Config { nickname: Some("ann".to_owned()), ..config() });
    script.run("start\nentered open\nopened\nwelcome 1 as ann");
    expect![[r#"
        start
          enter
          ~ connecting
        entered open
          open
          ~ entry open
        opened
          send hello ann
        welcome 1 as ann
          ~ order, history complete, you ann, people 1, bots, live
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn joining_where_there_is_no_room_creates_it() {
    check(
        "start
        entered absent
        pass 600000
        join ann
        entered open
        opened
        welcome 0 as ann owner
        closed 1006
        pass 500",
        expect![[r#"
            start
              enter
              ~ connecting
            entered absent
              ~ entry absent, offline
            pass 600000
            join ann
              enter and create
              ~ connecting
            entered open
              open
              ~ entry open
            opened
              send hello ann
            welcome 0 as ann owner
              ~ order, history complete, you ann, people 1, bots, live
            closed 1006
              ~ offline for 279
            pass 500
              after 279:
              open
              ~ reconnecting
            = 0 items
        "#]],
    );
}

#[test]
fn joining_during_the_entry_call_creates_the_room_too() {
    check(
        "start\njoin ann\nentered absent\nentered absent\npass 60000",
        expect![[r#"
        start
          enter
          ~ connecting
        join ann
        entered absent
          enter and create
          ~ entry absent
        entered absent
          ~ offline
        pass 60000
        = 0 items
    "#]],
    );
}

#[test]
fn joining_by_a_wrong_link_creates_no_room() {
    let mut script = Script::with(Config { key: Some("secret".to_owned()), ..config() });
    script.run("start\nentered absent\njoin ann\npass 60000");
    expect![[r#"
        start
          enter
          ~ connecting
        entered absent
          ~ entry absent, offline
        join ann
        pass 60000
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn a_room_is_created_once() {
    let mut script = Script::with(Config { create: true, ..config() });
    script.run("start\nentered network\nonline\nentered open\nopened\nclosed 1006\nonline");
    expect![[r#"
        start
          enter and create
          ~ connecting
        entered network
          ~ offline for 279
        online
          enter and create
          ~ connecting
        entered open
          open
          ~ entry open
        opened
          send hello (reader)
        closed 1006
          ~ offline for 451
        online
          enter
          ~ connecting
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn a_refused_nickname_leaves_a_reader() {
    let mut script = Script::with(Config { nickname: Some("ann".to_owned()), ..config() });
    script.run(
        "start
        entered open
        opened
        refused - nickname_taken
        welcome 1
        join zed
        refused - nickname_taken
        welcome 1
        join ann2
        welcome 1 as ann2
        closed 1006
        online
        entered open
        opened",
    );
    expect![[r#"
        start
          enter
          ~ connecting
        entered open
          open
          ~ entry open
        opened
          send hello ann
        refused - nickname_taken
          ~ notice nickname_taken
        welcome 1
          ~ order, history complete, you (reader), people 0, bots, live
        join zed
          send hello zed after 1
        refused - nickname_taken
          ~ notice nickname_taken
        welcome 1
          ~ item 1, order, history complete, people 0
        join ann2
          send hello ann2 after 1
        welcome 1 as ann2
          ~ item 1, order, history complete, you ann2, people 1
        closed 1006
          ~ offline for 279
        online
          open
          ~ reconnecting
        entered open
        opened
          send hello ann2 after 1
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn a_refused_new_nickname_changes_nothing() {
    let mut script = Script::live();
    script.run("join zed\nrefused - nickname_taken\nresumed 3 as ann\nsay 1 still here\nclosed 1006\nonline\nentered open\nopened");
    expect![[r#"
        join zed
          send hello zed after 3
        refused - nickname_taken
          ~ notice nickname_taken
        resumed 3 as ann
          ~ people 1
        say 1 still here
          persist 1
          send say 1 after 3: still here
          ~ order
        closed 1006
          ~ offline for 279
        online
          open
          ~ reconnecting
        entered open
        opened
          send hello ann after 3
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn a_nickname_chosen_offline_is_sent_with_the_next_hello() {
    let mut script = Script::live();
    script.run(
        "offline\njoin bob\nentered open\nopened\nrefused - nickname_taken\nresumed 3\nresumed 3 as ann",
    );
    script.run("join cat\nresumed 3 as cat\nclosed 1006\nonline\nentered open\nopened");
    expect![[r#"
        offline
          close
          ~ offline
        join bob
          open
          ~ reconnecting
        entered open
        opened
          send hello bob after 3
        refused - nickname_taken
          ~ notice nickname_taken
        resumed 3
          send hello ann after 3
          ~ you (reader), people 0, live
        resumed 3 as ann
          ~ you ann, people 1
        join cat
          send hello cat after 3
        resumed 3 as cat
          ~ you cat, people 1
        closed 1006
          ~ offline for 279
        online
          open
          ~ reconnecting
        entered open
        opened
          send hello cat after 3
    "#]]
    .assert_eq(&script.transcript);
}
