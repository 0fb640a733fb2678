//! Messages on their way.

use expect_test::expect;

use super::Script;
use super::script::config;
use crate::Config;

#[test]
fn a_message_is_kept_sent_accepted_and_shown_once() {
    let mut it = Script::live();
    it.run("say 1 hi\naccepted 1 4\nevents | 4 ann/1 hi");
    it.screen();
    expect![[r#"
        say 1 hi
          keep 1
          send say 1 after 3: hi
          ~ order
        accepted 1 4
          forget 1
          ~ row ann/1
        events | 4 ann/1 hi
          ~ order
        = 4 rows
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 ann: hi (sent mine)
    "#]]
    .assert_eq(&it.told);
}

#[test]
fn messages_go_one_by_one_in_their_order() {
    let mut it = Script::live();
    it.run(
        "say 1 a
        say 2 b
        reply 3 to 2 c
        accepted 1 4
        events | 4 ann/1 a
        events | 5 ann/2 b
        accepted 2 5
        accepted 3 6",
    );
    it.screen();
    expect![[r#"
        say 1 a
          keep 1
          send say 1 after 3: a
          ~ order
        say 2 b
          keep 2
          ~ order
        reply 3 to 2 c
          keep 3
          ~ order
        accepted 1 4
          forget 1
          send say 2 after 3: b
          ~ row ann/1
        events | 4 ann/1 a
          ~ order
        events | 5 ann/2 b
          forget 2
          send say 3 after 3: c (to 2)
          ~ order
        accepted 2 5
        accepted 3 6
          forget 3
          ~ row ann/3
        = 6 rows
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 ann: a (sent mine)
        5 ann: b (sent mine)
        6 ann: c (sent mine to 2)
    "#]]
    .assert_eq(&it.told);
}

#[test]
fn what_is_said_offline_waits_and_survives_a_reload() {
    let mut it = Script::live();
    it.run("offline\nsay 1 a\nsay 2 b");
    it.screen();
    it.run("reload");
    it.screen();
    it.run("start\nentered open\nopened\nwelcome 3 as ann\naccepted 1 4\naccepted 2 5");
    assert!(it.kept.is_empty());
    expect![[r#"
        offline
          close
          ~ offline
        say 1 a
          keep 1
          ~ order
        say 2 b
          keep 2
          ~ order
        = 5 rows
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        - ann: a (pending mine)
        - ann: b (pending mine)
        reload
        = 2 rows
        - ann: a (pending mine)
        - ann: b (pending mine)
        start
          enter
          ~ connecting
        entered open
          open
          ~ door open
        opened
          send hello ann
        welcome 3 as ann
          send say 1 after 3: a
          ~ order, older none, you ann, people 1, bots, live
        accepted 1 4
          forget 1
          send say 2 after 3: b
          ~ row ann/1
        accepted 2 5
          forget 2
          ~ row ann/2
    "#]]
    .assert_eq(&it.told);
}

#[test]
fn what_was_not_accepted_is_sent_again_with_the_same_nonce_and_place() {
    let mut it = Script::live();
    it.run(
        "say 1 a
        say 2 b
        events | 4 zed x | 5 zed y
        closed 1006
        online
        entered open
        opened
        back 6 as ann | 6 zed z
        accepted 1 7
        accepted 2 8",
    );
    expect![[r#"
        say 1 a
          keep 1
          send say 1 after 3: a
          ~ order
        say 2 b
          keep 2
          ~ order
        events | 4 zed x | 5 zed y
          ~ order
        closed 1006
          ~ offline for 279
        online
          enter
          ~ reconnecting
        entered open
          open
        opened
          send hello ann after 5
        back 6 as ann | 6 zed z
          send say 1 after 3: a
          ~ order, people 1, live
        accepted 1 7
          forget 1
          send say 2 after 3: b
          ~ row ann/1
        accepted 2 8
          forget 2
          ~ row ann/2
    "#]]
    .assert_eq(&it.told);
}

#[test]
fn kept_texts_that_are_none_are_left_out() {
    let good = r#"{"nonce":"nonce-000000000001","author":"person-ann","name":"ann","after":3,"text":"a"}"#;
    let outbox = ["", "{", "7", "null", "{}", r#"{"nonce":"x"}"#, good, good].map(str::to_owned).to_vec();
    let it = Script::with(Config { outbox, ..config() });
    assert_eq!(it.rows(), ["- ann: a (pending mine)"]);
}

#[test]
fn what_is_kept_says_all_that_the_next_page_needs() {
    let mut it = Script::live();
    it.run("offline\nreply 1 to 2 hi \"you\"");
    expect![[r#"{"nonce":"nonce-000000000001","author":"person-ann","name":"ann","epoch":"epoch-aaa","after":3,"at":1000000,"text":"hi \"you\"","reply_to":2}"#]].assert_eq(&it.kept[0].1);
}
