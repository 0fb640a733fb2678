//! Nicknames, and rooms that are made by joining.

use expect_test::expect;

use super::script::config;
use super::{Script, check};
use crate::Config;

#[test]
fn a_reader_comes_in_and_then_joins() {
    check(
        "start
        entered open
        opened
        welcome 3
        join ann
        welcome 3 as ann",
        expect![[r#"
            start
              enter
              ~ connecting
            entered open
              open
              ~ door open
            opened
              send hello (reader)
            welcome 3
              ~ order, older none, you read, people 0, bots, live
            join ann
              send hello ann after 3
            welcome 3 as ann
              ~ row 1, row 2, row 3, order, older none, you ann, people 1
            = 3 rows
            1 zed: one (sent)
            2 zed: two (sent)
            3 zed: three (sent)
        "#]],
    );
}

#[test]
fn a_nickname_of_the_last_visit_joins_by_itself() {
    let mut it = Script::with(Config { nickname: Some("ann".to_owned()), ..config() });
    it.run("start\nentered open\nopened\nwelcome 1 as ann");
    expect![[r#"
        start
          enter
          ~ connecting
        entered open
          open
          ~ door open
        opened
          send hello ann
        welcome 1 as ann
          ~ order, older none, you ann, people 1, bots, live
    "#]]
    .assert_eq(&it.told);
}

#[test]
fn joining_where_there_is_no_room_makes_it() {
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
              ~ door absent, offline
            pass 600000
            join ann
              enter and create
              ~ connecting
            entered open
              open
              ~ door open
            opened
              send hello ann
            welcome 0 as ann owner
              ~ order, older none, you ann, people 1, bots, live
            closed 1006
              ~ offline for 279
            pass 500
              after 279:
              enter
              ~ reconnecting
            = 0 rows
        "#]],
    );
}

#[test]
fn joining_while_the_door_is_asked_makes_the_room_too() {
    check(
        "start\njoin ann\nentered absent\nentered absent\npass 60000",
        expect![[r#"
        start
          enter
          ~ connecting
        join ann
        entered absent
          enter and create
          ~ door absent
        entered absent
          ~ offline
        pass 60000
        = 0 rows
    "#]],
    );
}

#[test]
fn a_link_that_leads_nowhere_stays_one() {
    let mut it = Script::with(Config { key: Some("secret".to_owned()), ..config() });
    it.run("start\nentered absent\njoin ann\npass 60000");
    expect![[r#"
        start
          enter
          ~ connecting
        entered absent
          ~ door absent, offline
        join ann
        pass 60000
    "#]]
    .assert_eq(&it.told);
}

#[test]
fn a_room_is_made_once() {
    let mut it = Script::with(Config { create: true, ..config() });
    it.run("start\nentered network\nonline\nentered open\nopened\nclosed 1006\nonline");
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
          ~ door open
        opened
          send hello (reader)
        closed 1006
          ~ offline for 451
        online
          enter
          ~ connecting
    "#]]
    .assert_eq(&it.told);
}

#[test]
fn a_refused_nickname_leaves_a_reader() {
    let mut it = Script::with(Config { nickname: Some("ann".to_owned()), ..config() });
    it.run(
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
          ~ door open
        opened
          send hello ann
        refused - nickname_taken
          ~ notice nickname_taken
        welcome 1
          ~ order, older none, you read, people 0, bots, live
        join zed
          send hello zed after 1
        refused - nickname_taken
          ~ notice nickname_taken
        welcome 1
          ~ row 1, order, older none, people 0
        join ann2
          send hello ann2 after 1
        welcome 1 as ann2
          ~ row 1, order, older none, you ann2, people 1
        closed 1006
          ~ offline for 279
        online
          enter
          ~ reconnecting
        entered open
          open
        opened
          send hello ann2 after 1
    "#]]
    .assert_eq(&it.told);
}

#[test]
fn a_refused_new_nickname_changes_nothing() {
    let mut it = Script::live();
    it.run("join zed\nrefused - nickname_taken\nback 3 as ann\nsay 1 still here\nclosed 1006\nonline\nentered open\nopened");
    expect![[r#"
        join zed
          send hello zed after 3
        refused - nickname_taken
          ~ notice nickname_taken
        back 3 as ann
          ~ people 1
        say 1 still here
          keep 1
          send say 1 after 3: still here
          ~ order
        closed 1006
          ~ offline for 279
        online
          enter
          ~ reconnecting
        entered open
          open
        opened
          send hello ann after 3
    "#]]
    .assert_eq(&it.told);
}

#[test]
fn a_nickname_chosen_while_away_is_said_at_the_next_hello() {
    let mut it = Script::live();
    it.run("offline\njoin bob\nentered open\nopened\nrefused - nickname_taken\nback 3\nback 3 as ann");
    it.run("join cat\nback 3 as cat\nclosed 1006\nonline\nentered open\nopened");
    expect![[r#"
        offline
          close
          ~ offline
        join bob
          enter
          ~ reconnecting
        entered open
          open
        opened
          send hello bob after 3
        refused - nickname_taken
          ~ notice nickname_taken
        back 3
          send hello ann after 3
          ~ you read, people 0, live
        back 3 as ann
          ~ you ann, people 1
        join cat
          send hello cat after 3
        back 3 as cat
          ~ you cat, people 1
        closed 1006
          ~ offline for 279
        online
          enter
          ~ reconnecting
        entered open
          open
        opened
          send hello cat after 3
    "#]]
    .assert_eq(&it.told);
}
