//! What the person does besides saying something.

use expect_test::expect;

use super::words::nonce;
use super::{Script, check};
use crate::Input;

#[test]
fn readers_say_nothing_and_neither_does_nothing() {
    check(
        "start\nentered open\nopened\nwelcome 1\nsay 1 hi\ntyping on",
        expect![[r#"
        start
          enter
          ~ connecting
        entered open
          open
          ~ door open
        opened
          send hello (reader)
        welcome 1
          ~ order, older none, you read, people 0, bots, live
        say 1 hi
        typing on
        = 1 rows
        1 zed: one (sent)
    "#]],
    );
    let mut it = Script::live();
    it.handle(Input::Say { nonce: nonce(1), text: " \u{200b} ".to_owned(), reply_to: None });
    it.handle(Input::Say { nonce: nonce(2), text: "a".repeat(4_001), reply_to: None });
    assert_eq!(it.told, "  ~ notice empty\n  ~ notice too_long\n");
}

#[test]
fn asking_again_is_idempotent_and_lives_in_memory() {
    let mut it = Script::live();
    it.run(
        "again 1 of 3
        closed 1006
        again 2 of 3
        online
        entered open
        opened
        back 3 as ann
        accepted 1 4
        refused 2 queue_full
        closed 1006
        online
        entered open
        opened
        back 3 as ann",
    );
    assert!(it.kept.is_empty());
    expect![[r#"
        again 1 of 3
          send regenerate 1 after 3: 3
        closed 1006
          ~ offline for 279
        again 2 of 3
        online
          enter
          ~ reconnecting
        entered open
          open
        opened
          send hello ann after 3
        back 3 as ann
          send regenerate 1 after 3: 3
          send regenerate 2 after 3: 3
          ~ people 1, live
        accepted 1 4
        refused 2 queue_full
          ~ notice queue_full
        closed 1006
          ~ offline for 451
        online
          enter
          ~ reconnecting
        entered open
          open
        opened
          send hello ann after 3
        back 3 as ann
          ~ people 1, live
    "#]]
    .assert_eq(&it.told);
}

#[test]
fn typing_is_told_sparingly_and_its_end_at_once() {
    let mut it = Script::live();
    it.run("typing on\npass 2999\ntyping on\npass 1\ntyping on\ntyping off\ntyping off\ntyping on\nstop 2");
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
    .assert_eq(&it.told);
}

#[test]
fn older_messages_come_once_and_in_front() {
    let mut it = Script::new();
    it.run(
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
        back 5 as ann
        older
        page 2 | 1 zed one
        older",
    );
    it.screen();
    expect![[r#"
        start
          enter
          ~ connecting
        entered open
          open
          ~ door open
        opened
          send hello (reader)
        welcome 5 as ann more | 4 zed four | 5 zed five
          ~ order, older there, you ann, people 1, bots, live
        older
          send history before 4, 50
          ~ older loading
        older
        page 9 | 1 zed wrong
        page 4 more | 2 zed two | 3 zed three | 4 zed twice
          ~ older there, order
        older
          send history before 2, 50
          ~ older loading
        pass 10000
          after 10000:
          ~ older there
        older
          send history before 2, 50
          ~ older loading
        closed 1006
          ~ older there, offline for 279
        online
          enter
          ~ reconnecting
        entered open
          open
        opened
          send hello ann after 5
        back 5 as ann
          ~ people 1, live
        older
          send history before 2, 50
          ~ older loading
        page 2 | 1 zed one
          ~ older none, order
        older
        = 5 rows
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 zed: four (sent)
        5 zed: five (sent)
    "#]]
    .assert_eq(&it.told);
}

#[test]
fn a_fresh_start_forgets_a_page_that_is_on_its_way() {
    let mut it = Script::new();
    it.run("start\nentered open\nopened\nwelcome 5 as ann more | 4 zed four | 5 zed five\nolder");
    it.run("welcome 9 as ann more | 8 zed eight | 9 zed nine\npage 4 | 3 zed three\nolder");
    it.screen();
    expect![[r#"
        start
          enter
          ~ connecting
        entered open
          open
          ~ door open
        opened
          send hello (reader)
        welcome 5 as ann more | 4 zed four | 5 zed five
          ~ order, older there, you ann, people 1, bots, live
        older
          send history before 4, 50
          ~ older loading
        welcome 9 as ann more | 8 zed eight | 9 zed nine
          ~ order, older there, people 1
        page 4 | 3 zed three
        older
          send history before 8, 50
          ~ older loading
        = 2 rows
        8 zed: eight (sent)
        9 zed: nine (sent)
    "#]]
    .assert_eq(&it.told);
}
