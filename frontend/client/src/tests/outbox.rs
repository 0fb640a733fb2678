//! The outbox: unsent messages, their order and persistence.

use expect_test::expect;

use super::Script;
use super::script::config;
use crate::Config;

#[test]
fn a_message_is_persisted_sent_accepted_and_shown_once() {
    let mut script = Script::live();
    script.run("say 1 hi\naccepted 1 4\nevents | 4 ann/1 hi");
    script.print_timeline();
    expect![[r#"
        say 1 hi
          persist 1
          send say 1 after 3: hi
          ~ order
        accepted 1 4
          unpersist 1
          ~ item ann/1
        events | 4 ann/1 hi
          ~ order
        = 4 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 ann: hi (sent mine)
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn messages_are_sent_one_at_a_time_in_their_order() {
    let mut script = Script::live();
    script.run(
        "say 1 a
        say 2 b
        reply 3 to 2 c
        accepted 1 4
        events | 4 ann/1 a
        events | 5 ann/2 b
        accepted 2 5
        accepted 3 6",
    );
    script.print_timeline();
    expect![[r#"
        say 1 a
          persist 1
          send say 1 after 3: a
          ~ order
        say 2 b
          persist 2
          ~ order
        reply 3 to 2 c
          persist 3
          ~ order
        accepted 1 4
          unpersist 1
          send say 2 after 3: b
          ~ item ann/1
        events | 4 ann/1 a
          ~ order
        events | 5 ann/2 b
          unpersist 2
          send say 3 after 3: c (to 2)
          ~ order
        accepted 2 5
        accepted 3 6
          unpersist 3
          ~ item ann/3
        = 6 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 ann: a (sent mine)
        5 ann: b (sent mine)
        6 ann: c (sent mine to 2)
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn messages_written_offline_wait_and_survive_a_reload() {
    let mut script = Script::live();
    script.run("offline\nsay 1 a\nsay 2 b");
    script.print_timeline();
    script.run("reload");
    script.print_timeline();
    script.run("start\nentered open\nopened\nwelcome 3 as ann\naccepted 1 4\naccepted 2 5");
    assert!(script.persisted.is_empty());
    expect![[r#"
        offline
          close
          ~ offline
        say 1 a
          persist 1
          ~ order
        say 2 b
          persist 2
          ~ order
        = 5 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        - ann: a (pending mine)
        - ann: b (pending mine)
        reload
        = 2 items
        - ann: a (pending mine)
        - ann: b (pending mine)
        start
          enter
          ~ connecting
        entered open
          open
          ~ entry open
        opened
          send hello ann
        welcome 3 as ann
          send say 1 after 3: a
          ~ order, history complete, you ann, people 1, bots, live
        accepted 1 4
          unpersist 1
          send say 2 after 3: b
          ~ item ann/1
        accepted 2 5
          unpersist 2
          ~ item ann/2
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn an_unaccepted_message_is_sent_again_with_the_same_nonce_and_position() {
    let mut script = Script::live();
    script.run(
        "say 1 a
        say 2 b
        events | 4 zed x | 5 zed y
        closed 1006
        online
        entered open
        opened
        resumed 6 as ann | 6 zed z
        accepted 1 7
        accepted 2 8",
    );
    expect![[r#"
        say 1 a
          persist 1
          send say 1 after 3: a
          ~ order
        say 2 b
          persist 2
          ~ order
        events | 4 zed x | 5 zed y
          ~ order
        closed 1006
          ~ offline for 279
        online
          open
          ~ reconnecting
        entered open
        opened
          send hello ann after 5
        resumed 6 as ann | 6 zed z
          send say 1 after 3: a
          ~ order, people 1, live
        accepted 1 7
          unpersist 1
          send say 2 after 3: b
          ~ item ann/1
        accepted 2 8
          unpersist 2
          ~ item ann/2
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn persisted_texts_that_are_no_items_are_left_out() {
    let good = r#"{"nonce":"nonce-000000000001","author":"person-ann","name":"ann","after":3,"text":"a"}"#;
    let outbox = ["", "{", "7", "null", "{}", r#"{"nonce":"x"}"#, good, good].map(str::to_owned).to_vec();
    let script = Script::with(Config { outbox, ..config() });
    assert_eq!(script.items(), ["- ann: a (pending mine)"]);
}

#[test]
fn a_persisted_item_holds_all_that_the_next_load_needs() {
    let mut script = Script::live();
    script.run("offline\nreply 1 to 2 hi \"you\"");
    expect![[r#"{"nonce":"nonce-000000000001","author":"person-ann","name":"ann","epoch":"epoch-aaa","after":3,"at":1000000,"text":"hi \"you\"","reply_to":2}"#]].assert_eq(&script.persisted[0].1);
}
