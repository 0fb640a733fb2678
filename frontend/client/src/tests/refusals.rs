//! Messages that the room refuses or does not answer.

use expect_test::expect;

use super::Script;

#[test]
fn a_persisted_message_of_another_person_is_not_sent() {
    let mut script = Script::live();
    script.run("offline\nsay 1 a\nreload\nstart\nentered open\nopened\nwelcome 3 as bob");
    script.print_timeline();
    script.run("retry 1 as 9\naccepted 9 4\nevents | 4 bob/9 a");
    script.print_timeline();
    assert!(script.persisted.is_empty());
    expect![[r#"
        offline
          close
          ~ offline
        say 1 a
          persist 1
          ~ order
        reload
        start
          enter
          ~ connecting
        entered open
          open
          ~ entry open
        opened
          send hello ann
        welcome 3 as bob
          persist 1
          ~ order, history complete, item ann/1, you bob, people 1, bots, live
        = 4 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        - ann: a (failed not_allowed mine)
        retry 1 as 9
          unpersist 1
          persist 9
          send say 9 after 3: a
          ~ order
        accepted 9 4
          unpersist 9
          ~ item bob/9
        events | 4 bob/9 a
          ~ order
        = 4 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 bob: a (sent mine)
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn a_temporary_refusal_is_retried_after_its_wait() {
    let mut script = Script::live();
    script.run(
        "say 1 a\nsay 2 b\nrefused 1 slow_down 500\npass 400\npass 1000\nrefused 1 try_later\npass 3000",
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
        refused 1 slow_down 500
        pass 400
        pass 1000
          after 260:
          send say 1 after 3: a
        refused 1 try_later
        pass 3000
          after 2025:
          send say 1 after 3: a
        = 5 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        - ann: a (pending mine)
        - ann: b (pending mine)
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn a_permanent_refusal_is_shown_and_blocks_no_later_message() {
    let mut script = Script::live();
    script.run("say 1 a\nsay 2 b\nrefused 1 no_such_message");
    script.print_timeline();
    script.run("accepted 2 4\nevents | 4 ann/2 b\nretry 1 as 9\nrefused 1 too_long\ndiscard 1");
    script.print_timeline();
    assert!(script.persisted.is_empty());
    expect![[r#"
        say 1 a
          persist 1
          send say 1 after 3: a
          ~ order
        say 2 b
          persist 2
          ~ order
        refused 1 no_such_message
          persist 1
          send say 2 after 3: b
          ~ item ann/1
        = 5 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        - ann: a (failed no_such_message mine)
        - ann: b (pending mine)
        accepted 2 4
          unpersist 2
          ~ item ann/2
        events | 4 ann/2 b
          ~ order
        retry 1 as 9
          persist 1
          send say 1 after 3: a
          ~ item ann/1
        refused 1 too_long
          persist 1
          ~ item ann/1
        discard 1
          unpersist 1
          ~ order
        = 4 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 ann: b (sent mine)
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn a_failed_message_is_still_failed_after_a_reload() {
    let mut script = Script::live();
    script.run("say 1 a\nrefused 1 no_such_message\nreload\nstart\nentered open\nopened\nwelcome 3 as ann");
    assert_eq!(script.items().last().unwrap(), "- ann: a (failed no_such_message mine)");
    script.run("retry 1 as 9");
    assert!(script.transcript.ends_with("send say 1 after 3: a\n  ~ item ann/1\n"), "{}", script.transcript);
}

#[test]
fn a_stale_message_is_retried_under_a_fresh_nonce() {
    let mut script = Script::live();
    script.run("say 1 a\nrefused 1 stale\nevents | 4 zed x\nretry 1 as 9\naccepted 9 5\nevents | 5 ann/9 a");
    script.print_timeline();
    expect![[r#"
        say 1 a
          persist 1
          send say 1 after 3: a
          ~ order
        refused 1 stale
          persist 1
          ~ item ann/1
        events | 4 zed x
          ~ order
        retry 1 as 9
          unpersist 1
          persist 9
          send say 9 after 4: a
          ~ order
        accepted 9 5
          unpersist 9
          ~ item ann/9
        events | 5 ann/9 a
          ~ order
        = 5 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 zed: x (sent)
        5 ann: a (sent mine)
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn a_message_of_another_epoch_fails_and_the_person_decides() {
    let mut script = Script::live();
    script.run("say 1 a\nclosed 1006\nonline\nentered open\nopened\nwelcome 2 as ann epoch bbb");
    script.print_timeline();
    expect![[r#"
        say 1 a
          persist 1
          send say 1 after 3: a
          ~ order
        closed 1006
          ~ offline for 279
        online
          open
          ~ reconnecting
        entered open
        opened
          send hello ann after 3
        welcome 2 as ann epoch bbb
          persist 1
          ~ item 1, item 2, order, history complete, item ann/1, people 1, live
        = 3 items
        1 zed: one (sent)
        2 zed: two (sent)
        - ann: a (failed stale mine)
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn an_unanswered_message_leads_to_a_new_socket() {
    let mut script = Script::live();
    script.run("say 1 a\npass 15000");
    expect![[r#"
        say 1 a
          persist 1
          send say 1 after 3: a
          ~ order
        pass 15000
          after 15000:
          close
          ~ offline for 279
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn a_pending_message_can_be_discarded_and_an_accepted_one_cannot() {
    let mut script = Script::live();
    script.run("say 1 a\nsay 2 b\ndiscard 2\naccepted 1 4\ndiscard 1");
    script.print_timeline();
    expect![[r#"
        say 1 a
          persist 1
          send say 1 after 3: a
          ~ order
        say 2 b
          persist 2
          ~ order
        discard 2
          unpersist 2
          ~ order
        accepted 1 4
          unpersist 1
          ~ item ann/1
        discard 1
        = 4 items
        1 zed: one (sent)
        2 zed: two (sent)
        3 zed: three (sent)
        4 ann: a (sent mine)
    "#]]
    .assert_eq(&script.transcript);
}
