//! The way to the room and back to it.

use expect_test::expect;
use shared::CloseCode;

use super::script::config;
use super::{Script, check};
use crate::{Config, Connection, Door};

#[test]
fn a_lost_connection_comes_back_where_it_was() {
    let mut it = Script::live();
    it.run(
        "events | 4 zed four
        closed 1006
        pass 500
        entered open
        opened
        back 5 as ann | 5 zed five",
    );
    expect![[r#"
        events | 4 zed four
          ~ order
        closed 1006
          ~ offline for 279
        pass 500
          after 279:
          enter
          ~ reconnecting
        entered open
          open
        opened
          send hello ann after 4
        back 5 as ann | 5 zed five
          ~ order, people 1, live
    "#]]
    .assert_eq(&it.told);
}

#[test]
fn every_step_that_takes_too_long_leads_back_to_the_door() {
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
              ~ door open
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
            = 0 rows
        "#]],
    );
}

#[test]
fn a_door_that_fails_is_asked_again_and_again_with_growing_waits() {
    let mut it = Script::new();
    it.run("start");
    let mut longest = 0;
    for failure in 0..12 {
        it.run(if failure % 2 == 0 { "entered network" } else { "entered refused" });
        let Connection::Offline { retry_at: Some(at) } = *it.client.connection() else {
            panic!("{:?}", it.client.connection())
        };
        let wait = at.since(it.now);
        assert!(wait <= (500 << failure.min(6)).min(30_000), "{failure}: {wait}");
        longest = longest.max(wait);
        it.run(&format!("pass {wait}"));
        assert_eq!(*it.client.connection(), Connection::Opening { again: false });
    }
    assert!(longest > 5_000, "{longest}");
}

#[test]
fn five_seconds_of_life_forget_earlier_failures() {
    for (life, most) in [(4_999, 30_000), (5_000, 500)] {
        let mut longest = 0;
        for seed in 0..50 {
            let mut it = Script::with(Config { seed, ..config() });
            it.run("start");
            for _ in 0..10 {
                it.run("entered network\nfront");
            }
            it.run("entered open\nopened\nwelcome 0");
            it.run(&format!("pass {life}\nclosed 1006"));
            // Full jitter may mean no wait at all: then it is at the door again.
            if let Connection::Offline { retry_at: Some(at) } = *it.client.connection() {
                longest = longest.max(at.since(it.now));
            }
        }
        assert!(longest <= most && longest > most / 2, "{life}: {longest}");
    }
}

#[test]
fn hope_shortens_the_wait() {
    for hope in ["online", "front", "wake", "start"] {
        let mut it = Script::live();
        it.run(&format!("closed 1006\n{hope}"));
        assert_eq!(*it.client.connection(), Connection::Opening { again: true }, "{hope}");
    }
    for nothing in ["behind", "offline", "suspend"] {
        let mut it = Script::live();
        it.run(&format!("closed 1006\n{nothing}"));
        assert!(matches!(it.client.connection(), Connection::Offline { .. }), "{nothing}");
    }
}

#[test]
fn without_a_network_nothing_is_tried() {
    let mut it = Script::live();
    it.run("offline\npass 600000\nonline\nentered open\nopened\nback 3 as ann");
    expect![[r#"
        offline
          close
          ~ offline
        pass 600000
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
fn a_page_that_is_put_away_closes_and_comes_back() {
    let mut it = Script::live();
    it.run("suspend\npass 600000\nwake\nsuspend\nentered open\nwake\nentered open");
    expect![[r#"
        suspend
          close
          ~ offline
        pass 600000
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
    .assert_eq(&it.told);
}

#[test]
fn hope_before_the_start_starts_nothing() {
    check(
        "online\nfront\nwake\nopened\nclosed 1006\nentered open\nraw {}\npass 60000",
        expect![[r#"
        online
        front
        wake
        opened
        closed 1006
        entered open
        raw {}
        pass 60000
        = 0 rows
    "#]],
    );
}

#[test]
fn g14_close_codes_say_whether_to_come_back() {
    let back = [1000, 1001, 1005, 1006, 1011, 1012, 1013, 4000, 4008, 4408, 4999];
    let never = [1009, 4400, 4403, 4406, 4409, 4410];
    for code in back {
        let mut it = Script::live();
        it.run(&format!("closed {code}"));
        assert!(matches!(it.client.connection(), Connection::Offline { retry_at: Some(_) }), "{code}");
    }
    for code in never {
        let mut it = Script::live();
        it.run(&format!("closed {code}"));
        let why = CloseCode::from_code(code).unwrap();
        assert_eq!(*it.client.connection(), Connection::Ended { why }, "{code}");
        it.run("online\nfront\nwake\njoin bob\npass 600000");
        assert_eq!(*it.client.connection(), Connection::Ended { why }, "{code}");
        assert!(!it.told.contains("enter"), "{code}");
        it.run("start");
        assert_eq!(*it.client.connection(), Connection::Opening { again: true }, "{code}");
    }
    for (code, door) in [(4410, Door::Gone), (4403, Door::Banned), (4406, Door::Version), (4409, Door::Open)]
    {
        let mut it = Script::live();
        it.run(&format!("closed {code}"));
        assert_eq!(it.client.door(), door);
    }
}

#[test]
fn g14_an_ended_identity_is_renewed_once() {
    let mut it = Script::live();
    it.run("closed 4401\nentered open\nopened\nclosed 4401");
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
    .assert_eq(&it.told);

    let mut it = Script::live();
    it.run("closed 4401\nentered open\nopened\nback 3 as ann\npass 5000\nclosed 4401");
    assert_eq!(*it.client.connection(), Connection::Opening { again: true });
}

#[test]
fn the_door_says_why_not() {
    for (word, door, why) in [
        ("gone", Door::Gone, CloseCode::Gone),
        ("banned", Door::Banned, CloseCode::Banned),
        ("version", Door::Version, CloseCode::Protocol),
    ] {
        let mut it = Script::new();
        it.run(&format!("start\nentered {word}\npass 600000"));
        assert_eq!((it.client.door(), *it.client.connection()), (door, Connection::Ended { why }), "{word}");
    }
    let mut it = Script::new();
    it.run("start\nentered unknown");
    assert!(matches!(it.client.connection(), Connection::Offline { retry_at: Some(_) }));
}

#[test]
fn the_heart_beats_every_thirty_seconds_and_notices_silence() {
    let mut it = Script::live();
    it.run("pass 30000\npong\npass 30000\ntypes zed\npass 30000\npass 10000");
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
    .assert_eq(&it.told);
}

#[test]
fn a_page_that_comes_to_the_front_asks_at_once_whether_anybody_is_there() {
    let mut it = Script::live();
    it.run("pass 1000\nfront\nfront\npass 10000");
    expect![[r#"
        pass 1000
        front
          send ping
        front
        pass 10000
          after 10000:
          close
          ~ offline for 279
    "#]]
    .assert_eq(&it.told);
}

#[test]
fn a_hello_on_a_live_socket_that_nobody_answers_leads_back_to_the_door() {
    let mut it = Script::live();
    it.run("join bob\npass 10000");
    expect![[r#"
        join bob
          send hello bob after 3
        pass 10000
          after 10000:
          close
          ~ offline for 279
    "#]]
    .assert_eq(&it.told);
}
