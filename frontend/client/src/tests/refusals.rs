//! Messages that do not get through.

use expect_test::expect;

use super::Script;

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
    "#]]
    .assert_eq(&it.told);
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
    "#]]
    .assert_eq(&it.told);
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
    "#]]
    .assert_eq(&it.told);
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
    "#]]
    .assert_eq(&it.told);
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
    "#]]
    .assert_eq(&it.told);
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
    "#]]
    .assert_eq(&it.told);
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
    "#]]
    .assert_eq(&it.told);
}
