//! What the person does.

use expect_test::expect;

use super::script::{config, nonce};
use super::{Script, check};
use crate::{Config, Input};

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
    "#]].assert_eq(&it.told);
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
    "#]].assert_eq(&it.told);
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
    "#]].assert_eq(&it.told);
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
    "#]].assert_eq(&it.told);
}

#[test]
fn what_another_person_kept_is_not_sent_in_this_ones_name() {
    let mut it = Script::live();
    it.run("offline\nsay 1 a\nreload\nstart\nentered open\nopened\nwelcome 3 as bob");
    it.screen();
    it.run("retry 1 as 9\naccepted 9 4\nevents | 4 bob/9 a");
    it.screen();
    assert!(it.kept.is_empty());
    expect![[r#"
        offline
          close
          ~ offline
        say 1 a
          keep 1
          ~ order
        reload
        start
          enter
          ~ connecting
        entered open
          open
          ~ door open
        opened
          send hello ann
        welcome 3 as bob
          keep 1
          ~ order, older none, row ann/1, you bob, people 1, bots, live
        = 4 rows
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        - ann: a (failed not_allowed mine)
        retry 1 as 9
          forget 1
          keep 9
          send say 9 after 3: a
          ~ order
        accepted 9 4
          forget 9
          ~ row bob/9
        events | 4 bob/9 a
          ~ order
        = 4 rows
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 bob: a (sent mine)
    "#]].assert_eq(&it.told);
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
    expect![[r#""#]].assert_eq(&it.kept[0].1);
}

#[test]
fn a_refusal_that_passes_is_waited_out() {
    let mut it = Script::live();
    it.run("say 1 a\nsay 2 b\nrefused 1 slow_down 500\npass 400\npass 1000\nrefused 1 try_later\npass 3000");
    it.screen();
    expect![[r#"
        say 1 a
          keep 1
          send say 1 after 3: a
          ~ order
        say 2 b
          keep 2
          ~ order
        refused 1 slow_down 500
        pass 400
        pass 1000
          after 260:
          send say 1 after 3: a
        refused 1 try_later
        pass 3000
          after 2025:
          send say 1 after 3: a
        = 5 rows
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        - ann: a (pending mine)
        - ann: b (pending mine)
    "#]].assert_eq(&it.told);
}

#[test]
fn a_refusal_for_good_is_shown_and_holds_up_nobody() {
    let mut it = Script::live();
    it.run("say 1 a\nsay 2 b\nrefused 1 no_such_message");
    it.screen();
    it.run("accepted 2 4\nevents | 4 ann/2 b\nretry 1 as 9\nrefused 1 too_long\ndiscard 1");
    it.screen();
    assert!(it.kept.is_empty());
    expect![[r#"
        say 1 a
          keep 1
          send say 1 after 3: a
          ~ order
        say 2 b
          keep 2
          ~ order
        refused 1 no_such_message
          keep 1
          send say 2 after 3: b
          ~ row ann/1
        = 5 rows
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        - ann: a (failed no_such_message mine)
        - ann: b (pending mine)
        accepted 2 4
          forget 2
          ~ row ann/2
        events | 4 ann/2 b
          ~ order
        retry 1 as 9
          keep 1
          send say 1 after 3: a
          ~ row ann/1
        refused 1 too_long
          keep 1
          ~ row ann/1
        discard 1
          forget 1
          ~ order
        = 4 rows
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 ann: b (sent mine)
    "#]].assert_eq(&it.told);
}

#[test]
fn a_failed_message_is_still_failed_after_a_reload() {
    let mut it = Script::live();
    it.run("say 1 a\nrefused 1 no_such_message\nreload\nstart\nentered open\nopened\nwelcome 3 as ann");
    assert_eq!(it.rows().last().unwrap(), "- ann: a (failed no_such_message mine)");
    it.run("retry 1 as 9");
    assert!(it.told.ends_with("send say 1 after 3: a\n  ~ row ann/1\n"), "{}", it.told);
}

#[test]
fn a_stale_attempt_is_made_anew() {
    let mut it = Script::live();
    it.run("say 1 a\nrefused 1 stale\nevents | 4 zed x\nretry 1 as 9\naccepted 9 5\nevents | 5 ann/9 a");
    it.screen();
    expect![[r#"
        say 1 a
          keep 1
          send say 1 after 3: a
          ~ order
        refused 1 stale
          keep 1
          ~ row ann/1
        events | 4 zed x
          ~ order
        retry 1 as 9
          forget 1
          keep 9
          send say 9 after 4: a
          ~ order
        accepted 9 5
          forget 9
          ~ row ann/9
        events | 5 ann/9 a
          ~ order
        = 5 rows
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 zed: x (sent)
        5 ann: a (sent mine)
    "#]].assert_eq(&it.told);
}

#[test]
fn a_message_of_another_numbering_is_the_persons_to_decide() {
    let mut it = Script::live();
    it.run("say 1 a\nclosed 1006\nonline\nentered open\nopened\nwelcome 2 as ann epoch bbb");
    it.screen();
    expect![[r#"
        say 1 a
          keep 1
          send say 1 after 3: a
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
        welcome 2 as ann epoch bbb
          keep 1
          ~ row 1, row 2, order, older none, row ann/1, people 1, live
        = 3 rows
        1 zed: one (sent)
        2 zed: two (sent)
        - ann: a (failed stale mine)
    "#]].assert_eq(&it.told);
}

#[test]
fn a_message_that_nobody_answers_leads_to_a_new_socket() {
    let mut it = Script::live();
    it.run("say 1 a\npass 15000");
    expect![[r#"
        say 1 a
          keep 1
          send say 1 after 3: a
          ~ order
        pass 15000
          after 15000:
          close
          ~ offline for 279
    "#]].assert_eq(&it.told);
}

#[test]
fn a_waiting_message_can_be_thrown_away_and_an_accepted_one_cannot() {
    let mut it = Script::live();
    it.run("say 1 a\nsay 2 b\ndiscard 2\naccepted 1 4\ndiscard 1");
    it.screen();
    expect![[r#"
        say 1 a
          keep 1
          send say 1 after 3: a
          ~ order
        say 2 b
          keep 2
          ~ order
        discard 2
          forget 2
          ~ order
        accepted 1 4
          forget 1
          ~ row ann/1
        discard 1
        = 4 rows
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 ann: a (sent mine)
    "#]].assert_eq(&it.told);
}

#[test]
fn readers_say_nothing_and_neither_does_nothing() {
    check("start\nentered open\nopened\nwelcome 1\nsay 1 hi\ntyping on", expect![[r#"
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
    "#]]);
    let mut it = Script::live();
    it.handle(Input::Say { nonce: nonce(1), text: " \u{200b} ".to_owned(), reply_to: None });
    it.handle(Input::Say { nonce: nonce(2), text: "a".repeat(4_001), reply_to: None });
    expect![[r#"
          ~ notice empty
          ~ notice too_long
    "#]].assert_eq(&it.told);
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
    "#]].assert_eq(&it.told);
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
    "#]].assert_eq(&it.told);
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
    "#]].assert_eq(&it.told);
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
    "#]].assert_eq(&it.told);
}
