//! Ageing: what is kept long enough goes by the room's alarm, though nobody writes or comes.

use shared::time::DAY_MS;
use shared::{RoomName, Seq, limits};

use crate::harness::{Harness, person};
use crate::history::fill_at;

const MINUTE: u64 = 60_000;

/// A room in which ann and bob talked and left; it sleeps.
fn left() -> Harness {
    let mut harness = Harness::new();
    harness.run(
        "ann joins; bob joins; ann says one; bob says two; 1 s; ann leaves; bob leaves; 20 s; room sleeps",
    );
    harness
}

#[test]
fn case_151_nicknames_go_by_alarm_after_their_time() {
    let mut harness = left();
    harness.pass(limits::NAME_KEPT_MS - MINUTE);
    assert_eq!(harness.storage.names.len(), 2, "they are kept for a day");
    harness.pass(DAY_MS + 2 * MINUTE);
    assert!(harness.storage.names.is_empty(), "nobody came, and the alarm rang");
    assert_eq!(harness.storage.people.len(), 2, "their messages are there still");
}

#[test]
fn case_151_old_messages_and_their_people_go_by_alarm() {
    let mut harness = left();
    harness.pass(limits::HISTORY_AGE_MS + 2 * DAY_MS);
    let rows: Vec<Seq> = harness.storage.rows.keys().copied().collect();
    assert_eq!(rows, [Seq(2)], "the newest row stays, so that no place is given twice");
    harness.run("room sleeps").pass(limits::MEMBER_KEPT_MS);
    assert!(!harness.storage.people.contains_key(&person("ann")), "nothing of hers is kept");
}

#[test]
fn case_151_many_old_messages_go_in_batches() {
    let mut harness = left();
    let old = harness.now;
    harness.storage.rows.clear();
    fill_at(&mut harness, 2_500, old);
    harness.jump(old.plus(limits::HISTORY_AGE_MS + 1)).run("alarm rings");
    assert_eq!(harness.storage.rows.len(), 1_500, "one batch");
    harness.pass(10 * MINUTE);
    assert_eq!(harness.storage.rows.len(), 1);
}

#[test]
fn case_151_people_who_are_here_keep_their_nickname() {
    let mut harness = left();
    harness.run("carol joins");
    harness.pass(3 * DAY_MS);
    let names: Vec<&String> = harness.storage.names.keys().collect();
    assert_eq!(names, ["carol"]);
    harness.run("room crashes; carol returns; 1 s");
    assert_eq!(harness.tabs["carol"].view.name.as_deref(), Some("carol"));
}

#[test]
fn case_151_members_of_a_private_room_go_after_a_month_without_a_nickname_and_messages() {
    let mut harness = left();
    let members = ["owner", "ann", "bob", "dora"].map(person);
    harness.storage.members.extend(members);
    harness.run("carol joins");
    harness.pass(3 * DAY_MS);
    assert!(harness.storage.members.contains(&person("ann")), "she wrote something that is kept");
    assert_eq!(harness.storage.names.len(), 3, "members' nicknames are kept longer");
    harness.pass(limits::MEMBER_KEPT_MS);
    assert_eq!(harness.storage.names.len(), 1);
    assert!(!harness.storage.members.contains(&person("dora")), "she never joined");
    assert!(harness.storage.members.contains(&person("owner")), "the owner stays one");
    harness.run("carol says still here; 1 s").pass(limits::HISTORY_AGE_MS);
    assert!(!harness.storage.members.contains(&person("ann")));
}

#[test]
fn case_151_an_idle_room_wakes_a_few_times_and_goes() {
    let mut harness = Harness::new();
    harness.storage.room.name = RoomName::parse("den").unwrap();
    harness.run("room crashes; ann joins; ann says one; 1 s; ann leaves; 20 s; room sleeps");
    let mut rings = 0;
    while !harness.is_removed {
        rings += 1;
        assert!(rings < 6, "an idle room costs as good as nothing");
        let next = harness.alarm.unwrap();
        let wait = next.since(harness.now);
        harness.pass(wait + 5_000);
        if !harness.is_removed {
            harness.run("room sleeps");
        }
    }
}
