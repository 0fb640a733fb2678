//! Rooms that nobody has ever joined: they are removed soon, and leave nothing behind.

use shared::{RoomName, limits};

use crate::harness::Harness;

const MINUTE: u64 = 60_000;

/// A room that was just created, and woken as the Worker does it.
fn created() -> Harness {
    let mut harness = Harness::new();
    harness.storage.room.name = RoomName::parse("den").unwrap();
    harness.run("room crashes");
    harness
}

#[test]
fn case_91_a_room_that_nobody_joins_is_removed_after_an_hour() {
    let mut harness = created();
    harness.run("alarm rings");
    harness.pass(limits::ROOM_UNJOINED_MS - MINUTE);
    assert!(!harness.is_removed);
    harness.pass(2 * MINUTE);
    assert!(harness.is_removed);
}

#[test]
fn case_91_a_reader_keeps_a_room_that_nobody_has_joined_until_they_leave() {
    let mut harness = created();
    harness.run("ann reads");
    harness.pass(3 * limits::ROOM_UNJOINED_MS);
    assert!(!harness.is_removed, "a reader may still join");
    harness.run("ann leaves; room sleeps");
    harness.pass(limits::ROOM_UNJOINED_MS + MINUTE);
    assert!(harness.is_removed);
}

#[test]
fn case_91_a_room_that_somebody_has_joined_stays_for_a_month() {
    let mut harness = created();
    harness.run("ann joins; ann leaves; 10 s; room sleeps");
    harness.pass(limits::ROOM_IDLE_MS - MINUTE);
    assert!(!harness.is_removed);
}

#[test]
fn case_91_the_lobby_stays_though_nobody_has_joined() {
    let mut harness = Harness::new();
    harness.run("ann reads; ann leaves; room sleeps; alarm rings");
    harness.pass(limits::ROOM_IDLE_MS);
    assert!(!harness.is_removed);
}
