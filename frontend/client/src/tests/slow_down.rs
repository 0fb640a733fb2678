//! The entry call is refused because this network makes too many requests (status 429).

use super::Script;
use super::script::config;
use crate::{Config, Connection, EntryState};

/// How long `entered slowdown` says to wait.
const RETRY_AFTER_MS: u64 = 20_000;

fn refused(seed: u64) -> Script {
    let mut script = Script::with(Config { seed, ..config() });
    script.run("start\nentered slowdown");
    script
}

#[test]
fn case_90_the_client_waits_as_long_as_the_server_says_and_asks_again() {
    let mut waits = Vec::new();
    for seed in 0..50 {
        let mut script = refused(seed);
        assert_eq!(script.client.entry_state(), EntryState::SlowDown);
        let Connection::Offline { retry_at: Some(at) } = *script.client.connection() else {
            panic!("{:?}", script.client.connection())
        };
        let wait = at.since(script.now);
        assert!((RETRY_AFTER_MS..=RETRY_AFTER_MS + 500).contains(&wait), "{wait}");
        waits.push(wait);
        script.run(&format!("pass {}", wait - 1));
        assert!(matches!(script.client.connection(), Connection::Offline { .. }));
        script.run("pass 1");
        assert!(matches!(script.client.connection(), Connection::Opening { .. }));
        script.run("entered open");
        assert_eq!(script.client.entry_state(), EntryState::Open);
    }
    waits.sort_unstable();
    waits.dedup();
    assert!(waits.len() > 20, "the pages of a network do not all come at the same moment");
}

#[test]
fn case_90_nothing_asks_earlier() {
    for input in ["online", "visible", "wake", "join Ann"] {
        let mut script = refused(1);
        script.run(&format!("pass 1000\n{input}"));
        let Connection::Offline { retry_at: Some(at) } = *script.client.connection() else {
            panic!("{input}: {:?}", script.client.connection())
        };
        assert!(at.since(script.now) >= RETRY_AFTER_MS - 1_000, "{input}");
    }
}

#[test]
fn case_90_a_room_that_may_not_be_created_yet_is_created_later() {
    let mut script = Script::with(Config { create: true, ..config() });
    script.run("start\nentered slowdown\npass 21000\nentered open\nopened\nwelcome 0");
    assert!(matches!(script.client.connection(), Connection::Live { .. }));
    assert_eq!(script.transcript.matches("enter and create").count(), 2, "{}", script.transcript);
}

#[test]
fn case_174_the_client_says_that_it_cannot_be_verified_and_asks_again() {
    let mut script = Script::with(config());
    script.run("start\nentered unverified");
    assert_eq!(script.client.entry_state(), EntryState::Unverified);
    assert!(matches!(script.client.connection(), Connection::Offline { retry_at: Some(_) }));
    script.run("pass 30000\nentered open");
    assert_eq!(script.client.entry_state(), EntryState::Open);
}

#[test]
fn case_174_a_visitor_has_five_minutes_for_the_challenge() {
    let mut script = Script::with(config());
    script.run("start\nentered challenged\npass 299000");
    assert_eq!(script.transcript.matches("\n  enter").count(), 1, "{}", script.transcript);
    script.run("entered open");
    assert_eq!(script.client.entry_state(), EntryState::Open);
    let mut script = Script::with(config());
    script.run("start\nentered challenged\npass 301000");
    assert_eq!(script.transcript.matches("\n  enter").count(), 2, "{}", script.transcript);
}
