//! The person's actions besides sending a message.

use expect_test::expect;

use super::Script;
use super::parse::nonce;
use super::script::check_opened;
use crate::Input;

#[test]
fn readers_and_empty_texts_send_nothing() {
    check_opened(
        "welcome 1\nsay 1 hi\ntyping on",
        expect![[r#"
        welcome 1
          ~ order, history complete, you (reader), people 0, bots, live
        say 1 hi
        typing on
        = 1 items
        1 zed: one (sent)
    "#]],
    );
    let mut script = Script::live();
    script.handle(Input::Say { nonce: nonce(1), text: " \u{200b} ".to_owned(), reply_to: None });
    script.handle(Input::Say { nonce: nonce(2), text: "a".repeat(4_001), reply_to: None });
    assert_eq!(script.transcript, "  ~ notice empty\n  ~ notice too_long\n");
}

#[test]
fn regenerating_is_repeated_on_new_sockets_and_not_persisted() {
    let mut script = Script::live();
    script.run(
        "regenerate 1 of 3
        closed 1006
        regenerate 2 of 3
        online
        entered open
        opened
        resumed 3 as ann
        accepted 1 4
        refused 2 queue_full
        closed 1006
        online
        entered open
        opened
        resumed 3 as ann",
    );
    assert!(script.persisted.is_empty());
    expect![[r#"
        regenerate 1 of 3
          send regenerate 1 after 3: 3
        closed 1006
          ~ offline for 279
        regenerate 2 of 3
        online
          open
          ~ reconnecting
        entered open
        opened
          send hello ann after 3
        resumed 3 as ann
          send regenerate 1 after 3: 3
          send regenerate 2 after 3: 3
          ~ people 1, live
        accepted 1 4
        refused 2 queue_full
          ~ notice queue_full
        closed 1006
          ~ offline for 451
        online
          open
          ~ reconnecting
        entered open
        opened
          send hello ann after 3
        resumed 3 as ann
          ~ people 1, live
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn typing_is_sent_every_three_seconds_and_its_end_at_once() {
    let mut script = Script::live();
    script
        .run("typing on\npass 2999\ntyping on\npass 1\ntyping on\ntyping off\ntyping off\ntyping on\nstop 2");
    expect![[r#"
        typing on
          send typing true
        pass 2999
        typing on
        pass 1
        typing on
          send typing true
        typing off
          send typing false
        typing off
        typing on
          send typing true
        stop 2
          send stop 2
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn older_messages_are_added_once_and_above() {
    let mut script = Script::new();
    script.run(
        "start
        entered open
        opened
        welcome 5 as ann more | 4 zed four | 5 zed five
        older
        older
        page 9 | 1 zed wrong
        page 4 more | 2 zed two | 3 zed three | 4 zed twice
        older
        pass 10000
        older
        closed 1006
        online
        entered open
        opened
        resumed 5 as ann
        older
        page 2 | 1 zed one
        older",
    );
    script.print_timeline();
    expect![[r#"
        start
          enter
          ~ connecting
        entered open
          open
          ~ entry open
        opened
          send hello (reader)
        welcome 5 as ann more | 4 zed four | 5 zed five
          ~ order, history more, you ann, people 1, bots, live
        older
          send history before 4, 50
          ~ history loading
        older
        page 9 | 1 zed wrong
        page 4 more | 2 zed two | 3 zed three | 4 zed twice
          ~ history more, order
        older
          send history before 2, 50
          ~ history loading
        pass 10000
          after 10000:
          ~ history more
        older
          send history before 2, 50
          ~ history loading
        closed 1006
          ~ history more, offline for 279
        online
          open
          ~ reconnecting
        entered open
        opened
          send hello ann after 5
        resumed 5 as ann
          ~ people 1, live
        older
          send history before 2, 50
          ~ history loading
        page 2 | 1 zed one
          ~ history complete, order
        older
        = 5 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 zed: four (sent)
        5 zed: five (sent)
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn a_fresh_snapshot_drops_a_page_that_is_on_its_way() {
    let mut script = Script::new();
    script.run("start\nentered open\nopened\nwelcome 5 as ann more | 4 zed four | 5 zed five\nolder");
    script.run("welcome 9 as ann more | 8 zed eight | 9 zed nine\npage 4 | 3 zed three\nolder");
    script.print_timeline();
    expect![[r#"
        start
          enter
          ~ connecting
        entered open
          open
          ~ entry open
        opened
          send hello (reader)
        welcome 5 as ann more | 4 zed four | 5 zed five
          ~ order, history more, you ann, people 1, bots, live
        older
          send history before 4, 50
          ~ history loading
        welcome 9 as ann more | 8 zed eight | 9 zed nine
          ~ order, history more, people 1
        page 4 | 3 zed three
        older
          send history before 8, 50
          ~ history loading
        = 2 items
        8 zed: eight (sent)
        9 zed: nine (sent)
    "#]]
    .assert_eq(&script.transcript);
}
