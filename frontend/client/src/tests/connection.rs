//! Connecting, reconnecting, heartbeat and close codes.

use expect_test::expect;
use shared::CloseCode;

use super::script::config;
use super::{Script, check};
use crate::{Config, Connection, EntryState};

#[test]
fn a_lost_connection_comes_back_where_it_was() {
    let mut script = Script::live();
    script.run(
        "events | 4 zed four
        closed 1006
        pass 500
        opened
        resumed 5 as ann | 5 zed five",
    );
    expect![[r#"
        events | 4 zed four
          ~ order
        closed 1006
          ~ offline for 279
        pass 500
          after 279:
          open
          ~ reconnecting
        opened
          send hello ann after 4
        resumed 5 as ann | 5 zed five
          ~ order, people 1, live
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn every_step_that_takes_too_long_leads_back_to_the_entry_call() {
    check(
        "start
        pass 12000
        entered open
        pass 12000
        entered open
        opened
        pass 20000",
        expect![[r#"
            start
              enter
              ~ connecting
            pass 12000
              after 10000:
              ~ offline for 279
              after 10279:
              enter
              ~ connecting
            entered open
              open
              ~ entry open
            pass 12000
              after 10000:
              close
              ~ offline for 451
              after 10451:
              enter
              ~ connecting
            entered open
              open
            opened
              send hello (reader)
            pass 20000
              after 10000:
              close
              ~ offline for 1515
              after 11515:
              enter
              ~ connecting
            = 0 items
        "#]],
    );
}

#[test]
fn a_failing_entry_call_is_repeated_with_growing_waits() {
    let mut script = Script::new();
    script.run("start");
    let mut longest = 0;
    for failure in 0..12 {
        script.run(if failure % 2 == 0 { "entered network" } else { "entered refused" });
        let Connection::Offline { retry_at: Some(at) } = *script.client.connection() else {
            panic!("{:?}", script.client.connection())
        };
        let wait = at.since(script.now);
        assert!(wait <= (500 << failure.min(6)).min(30_000), "{failure}: {wait}");
        longest = longest.max(wait);
        script.run(&format!("pass {wait}"));
        assert_eq!(*script.client.connection(), Connection::Opening { again: false });
    }
    assert!(longest > 5_000, "{longest}");
}

#[test]
fn a_connection_of_five_seconds_resets_the_backoff() {
    for (life, most) in [(4_999, 30_000), (5_000, 500)] {
        let mut longest = 0;
        for seed in 0..50 {
            let mut script = Script::with(Config { seed, ..config() });
            script.run("start");
            for _ in 0..10 {
                script.run("entered network\nvisible");
            }
            script.run("entered open\nopened\nwelcome 0");
            script.run(&format!("pass {life}\nclosed 1006"));
            // Full jitter may mean no wait at all: then the socket is opening again.
            if let Connection::Offline { retry_at: Some(at) } = *script.client.connection() {
                longest = longest.max(at.since(script.now));
            }
        }
        assert!(longest <= most && longest > most / 2, "{life}: {longest}");
    }
}

#[test]
fn network_page_and_person_end_the_wait_at_once() {
    for input in ["online", "visible", "wake", "start"] {
        let mut script = Script::live();
        script.run(&format!("closed 1006\n{input}"));
        assert_eq!(*script.client.connection(), Connection::Opening { again: true }, "{input}");
    }
    for input in ["hidden", "offline", "suspend"] {
        let mut script = Script::live();
        script.run(&format!("closed 1006\n{input}"));
        assert!(matches!(script.client.connection(), Connection::Offline { .. }), "{input}");
    }
}

#[test]
fn without_a_network_nothing_is_tried() {
    let mut script = Script::live();
    script.run("offline\npass 600000\nonline\nopened\nresumed 3 as ann");
    expect![[r#"
        offline
          close
          ~ offline
        pass 600000
        online
          open
          ~ reconnecting
        opened
          send hello ann after 3
        resumed 3 as ann
          ~ people 1, live
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn a_suspended_page_closes_its_socket_and_reconnects_when_it_wakes() {
    let mut script = Script::live();
    script
        .run("suspend\npass 600000\nwake\nsuspend\nopened\nwake\nsuspend\nentered open\nwake\nentered open");
    expect![[r#"
        suspend
          close
          ~ offline
        pass 600000
        wake
          open
          ~ reconnecting
        suspend
          close
          ~ offline
        opened
        wake
          enter
          ~ reconnecting
        suspend
          ~ offline
        entered open
        wake
          enter
          ~ reconnecting
        entered open
          open
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn inputs_before_the_start_do_nothing() {
    check(
        "online\nvisible\nwake\nopened\nclosed 1006\nentered open\nraw {}\npass 60000",
        expect![[r#"
        online
        visible
        wake
        opened
        closed 1006
        entered open
        raw {}
        pass 60000
        = 0 items
    "#]],
    );
}

#[test]
fn g14_close_codes_say_whether_to_come_back() {
    let back = [1000, 1001, 1005, 1006, 1011, 1012, 1013, 4000, 4008, 4408, 4999];
    let never = [1009, 4400, 4403, 4406, 4409, 4410];
    for code in back {
        let mut script = Script::live();
        script.run(&format!("closed {code}"));
        assert!(matches!(script.client.connection(), Connection::Offline { retry_at: Some(_) }), "{code}");
    }
    for code in never {
        let mut script = Script::live();
        script.run(&format!("closed {code}"));
        let why = CloseCode::from_code(code).unwrap();
        assert_eq!(*script.client.connection(), Connection::Ended { why }, "{code}");
        script.run("online\nvisible\nwake\njoin bob\npass 600000");
        assert_eq!(*script.client.connection(), Connection::Ended { why }, "{code}");
        assert!(!script.transcript.contains("enter"), "{code}");
        script.run("start");
        assert_eq!(*script.client.connection(), Connection::Opening { again: true }, "{code}");
    }
    for (code, state) in [
        (4410, EntryState::Gone),
        (4403, EntryState::Banned),
        (4406, EntryState::Version),
        (4409, EntryState::Open),
    ] {
        let mut script = Script::live();
        script.run(&format!("closed {code}"));
        assert_eq!(script.client.entry_state(), state);
    }
}

#[test]
fn g14_an_expired_identity_is_renewed_once() {
    let mut script = Script::live();
    script.run("closed 4401\nentered open\nopened\nclosed 4401");
    expect![[r#"
        closed 4401
          enter
          ~ reconnecting
        entered open
          open
        opened
          send hello ann after 3
        closed 4401
          ~ ended 4401
    "#]]
    .assert_eq(&script.transcript);

    let mut script = Script::live();
    script.run("closed 4401\nentered open\nopened\nresumed 3 as ann\npass 5000\nclosed 4401");
    assert_eq!(*script.client.connection(), Connection::Opening { again: true });
}

#[test]
fn the_entry_state_says_why_entry_is_refused() {
    for (word, state, why) in [
        ("gone", EntryState::Gone, CloseCode::Gone),
        ("banned", EntryState::Banned, CloseCode::Banned),
        ("version", EntryState::Version, CloseCode::Protocol),
    ] {
        let mut script = Script::new();
        script.run(&format!("start\nentered {word}\npass 600000"));
        assert_eq!(
            (script.client.entry_state(), *script.client.connection()),
            (state, Connection::Ended { why }),
            "{word}"
        );
    }
    let mut script = Script::new();
    script.run("start\nentered unknown");
    assert!(matches!(script.client.connection(), Connection::Offline { retry_at: Some(_) }));
}

#[test]
fn a_ping_is_sent_every_thirty_seconds_and_silence_closes_the_socket() {
    let mut script = Script::live();
    script.run("pass 30000\npong\npass 30000\ntypes zed\npass 30000\npass 10000");
    expect![[r#"
        pass 30000
          after 30000:
          send ping
        pong
        pass 30000
          after 30000:
          send ping
        types zed
          ~ typing ["zed"]
        pass 30000
          after 30000:
          send ping
        pass 10000
          after 10000:
          close
          ~ typing [], offline for 279
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn a_page_that_becomes_visible_pings_at_once() {
    let mut script = Script::live();
    script.run("pass 1000\nvisible\nvisible\npass 10000");
    expect![[r#"
        pass 1000
        visible
          send ping
        visible
        pass 10000
          after 10000:
          close
          ~ offline for 279
    "#]]
    .assert_eq(&script.transcript);
}

#[test]
fn an_unanswered_hello_on_a_live_socket_leads_to_a_reconnection() {
    let mut script = Script::live();
    script.run("join bob\npass 10000");
    expect![[r#"
        join bob
          send hello bob after 3
        pass 10000
          after 10000:
          close
          ~ offline for 279
    "#]]
    .assert_eq(&script.transcript);
}
