//! Presence: the roster, and how sockets open, end and are replaced (promises G13 and G14).

use expect_test::expect;
use shared::{CloseCode, Millis};

use crate::harness::{Harness, START, person};

#[test]
fn presence_is_sent_at_most_four_times_a_second() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; carol joins; 100 ms; dan joins; bob leaves; 1 s; carol leaves; 1 s");
    expect![[r#"
        ann < welcome ann 1..0 anew []; here ann
        ann < people +ann =1
        bob < welcome bob 1..0 anew []; here ann bob
        carol < welcome carol 1..0 anew []; here ann bob carol
        dan < welcome dan 1..0 anew []; here ann bob carol dan
        ann carol dan < people +carol +dan -bob-person =3
        ann dan < people -carol-person =2
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn case_40_fifty_joins_and_leaves_a_second_are_sent_in_few_frames() {
    let mut harness = Harness::new();
    harness.run("ann joins; 1 s").discard_lines();
    for round in 0..50 {
        harness.run(&format!("guest{round} joins; 10 ms; guest{round} leaves; 10 ms"));
    }
    let frames = harness.take_lines().lines().filter(|line| line.starts_with("ann <")).count();
    assert!(frames <= 5, "{frames}");
    harness.run("1 s");
    assert_eq!(harness.tabs["ann"].view.count, 1);
    assert_eq!(harness.tabs["ann"].view.people.keys().cloned().collect::<Vec<_>>(), [person("ann")]);
}

#[test]
fn a_person_with_several_tabs_is_counted_once() {
    let mut harness = Harness::new();
    harness.run("bob joins; 1 s; ann/phone joins; 1 s; ann/laptop joins; 1 s; ann/phone leaves; 1 s; ann/laptop leaves; 1 s");
    expect![[r#"
        bob < welcome bob 1..0 anew []; here bob
        bob < people +bob =1
        ann/phone < welcome ann 1..0 anew []; here bob ann
        ann/phone bob < people +ann =2
        ann/laptop < welcome ann 1..0 anew []; here bob ann
        bob < people -ann-person =1
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn a_reader_sees_everything_and_is_not_in_the_roster() {
    let mut harness = Harness::new();
    harness.run(
        "ann joins; bob reads; 1 s; ann says hi; bob says psst; 1 s; bob joins as bob; bob says hello; 1 s",
    );
    expect![[r#"
        ann < welcome ann 1..0 anew []; here ann
        ann < people +ann =1
        bob < welcome reader 1..0 anew []; here ann
        ann < accepted auto1 #1
        ann < #1 ann: hi
        bob < #1 ann: hi
        bob < refused auto2 NotJoined
        bob < welcome bob 1..1 missed []; here ann bob
        ann bob < people +bob =2
        bob < accepted auto3 #2
        bob < #2 bob: hello
        ann < #2 bob: hello
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn a_tab_that_only_reads_has_no_name_even_when_its_person_is_here() {
    let mut harness = Harness::new();
    harness.run("ann/phone joins; 1 s").discard_lines();
    harness.run("ann/laptop reads; ann/laptop says hi");
    expect![[r#"
        ann/laptop < welcome reader 1..0 anew []; here ann
        ann/laptop < refused auto1 NotJoined
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn the_newest_hello_names_the_person_on_all_tabs() {
    let mut harness = Harness::new();
    harness.run("ann/phone joins; ann/laptop joins; 1 s").discard_lines();
    harness.run(
        "ann/laptop joins as anna; 1 s; ann/phone says hi; 20 s; room sleeps; ann/phone says still; 1 s",
    );
    expect![[r#"
        ann/laptop < welcome anna 1..0 missed []; here anna
        ann/laptop ann/phone < people +anna =1
        ann/laptop ann/phone < accepted auto1 #1
        ann/laptop ann/phone < #1 anna: hi
        ann/laptop ann/phone < accepted auto2 #2
        ann/laptop ann/phone < #2 anna: still
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn g14_a_reconnecting_tab_replaces_only_its_own_old_socket() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 1 s");
    harness.discard_lines().run("ann returns; 1 s");
    // People are never sent that ann left.
    expect![[r#"
        an older socket is closed 4409
        ann < welcome ann 1..0 missed []; here bob ann
        ann bob < people +ann =2
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn g14_the_same_tab_id_of_another_person_is_another_tab() {
    let mut harness = Harness::new();
    harness.run("ann joins; 1 s; bob connects");
    let frame = r#"{"type":"hello","protocol":2,"tab":"page-of-ann","nickname":"bob"}"#;
    harness.discard_lines().send_text("bob", frame).pass(1_000);
    assert!(harness.tabs["ann"].is_open);
    expect![[r#"
        bob < welcome bob 1..0 anew []; here ann bob
        ann bob < people +bob =2
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn case_14_a_socket_without_hello_is_closed_after_ten_seconds() {
    let mut harness = Harness::new();
    harness.run("ann connects; 9999 ms");
    assert!(harness.tabs["ann"].is_open);
    harness.run("1 ms");
    assert_eq!(harness.tabs["ann"].closed, Some(CloseCode::NoHello));
    assert!(!CloseCode::NoHello.is_final());
    harness.run("bob connects; 9 s; bob joins as bob; 1 s");
    assert!(harness.tabs["bob"].is_open);
}

#[test]
fn case_14_a_missing_hello_is_noticed_despite_a_failed_store() {
    let mut harness = Harness::new();
    harness.run("ann joins; eve connects; 5 s; store fails; ann says hi; 4 s");
    assert!(harness.tabs["eve"].is_open);
    harness.run("1 s");
    assert_eq!(harness.tabs["eve"].closed, Some(CloseCode::NoHello));
}

#[test]
fn g13_silent_sockets_are_removed_within_two_heartbeats_and_only_those() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; carol joins; 95 s; bob dies");
    let died = harness.now;
    harness.run("59 s");
    assert!(harness.tabs["bob"].is_open, "its last ping is younger than a minute");
    harness.run("31 s");
    assert_eq!(harness.tabs["bob"].closed, Some(CloseCode::Reset));
    assert_eq!(harness.now.since(died), 90_000);
    assert!(!harness.tabs["ann"].view.people.contains_key(&person("bob")));
    harness.run("1000 s");
    assert!(harness.tabs["ann"].is_open && harness.tabs["carol"].is_open);
}

#[test]
fn g13_silent_sockets_are_removed_from_a_hibernating_room_too() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 95 s; bob dies");
    for _ in 0..10 {
        harness.run("1 s; room sleeps; 8 s");
    }
    assert_eq!(harness.tabs["bob"].closed, Some(CloseCode::Reset));
    assert!(harness.tabs["ann"].is_open);
    harness.run("1 s");
    assert_eq!(harness.tabs["ann"].view.people.len(), 1);
}

#[test]
fn g13_a_socket_that_writes_but_never_pings_is_kept() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; bob dies");
    for _ in 0..10 {
        harness.run("20 s; bob types; bob rests");
    }
    assert!(harness.tabs["bob"].is_open);
}

#[test]
fn case_53_an_alarm_that_rings_twice_early_or_late_changes_nothing() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 40 s").discard_lines();
    harness.ring_alarm().ring_alarm();
    harness.pass(10_000).ring_alarm().ring_alarm();
    let late = harness.now.plus(25_000);
    harness.jump(late).ring_alarm().ring_alarm();
    assert!(harness.tabs["ann"].is_open && harness.tabs["bob"].is_open);
    assert_eq!(harness.take_lines(), "");
    harness.run("bob dies; 120 s").discard_lines();
    harness.ring_alarm().ring_alarm();
    assert_eq!(harness.take_lines(), "");
}

#[test]
fn a_room_with_one_socket_sets_no_alarm_for_heartbeats() {
    let mut harness = Harness::new();
    // Nothing but the cleaning of the day after tomorrow (ageing.rs).
    let is_quiet = |harness: &Harness| {
        let room::Wakeups { timer, alarm } = harness.room.as_ref().unwrap().wakeups();
        timer.is_none() && alarm == harness.storage.cleaning_due
    };
    harness.run("ann joins; 1 s");
    assert!(is_quiet(&harness));
    harness.run("bob joins; 1 s");
    assert!(!is_quiet(&harness));
    harness.run("bob leaves; 1 s");
    assert!(is_quiet(&harness));
}

#[test]
fn case_47_hibernation_keeps_every_socket_and_position() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; carol reads; ann says one; 20 s; room sleeps").discard_lines();
    harness.run("bob says two; 1 s; dan joins; 1 s");
    expect![[r#"
        bob < accepted auto2 #2
        bob < #2 bob: two
        ann carol < #2 bob: two
        dan < welcome dan 1..2 anew [#1 ann: one, #2 bob: two]; here bob ann dan
        ann bob carol dan < people +dan =3
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn case_52_a_clock_jump_delays_nothing() {
    for jump in [-3_600_000_i64, 86_400_000] {
        let mut harness = Harness::new();
        harness.run("ann joins; bob joins; bob types; ann says one; ann says two");
        let now = Millis(START.0.checked_add_signed(jump).unwrap());
        harness.jump(now).run("ann says three; 60 ms; carol joins; 1 s; ann says four; 60 ms; 10 s");
        let words = |name: &str| {
            harness.tabs[name].view.messages.values().map(|m| m.text.clone()).collect::<Vec<_>>()
        };
        assert_eq!(words("bob"), ["one", "two", "three", "four"], "{jump}");
        assert_eq!(harness.tabs["bob"].view.people.len(), 3);
        let typing = harness.tabs["ann"].view.frames.iter().rev().find_map(|frame| match frame {
            shared::ServerFrame::Typing { names } => Some(names.clone()),
            _ => None,
        });
        assert_eq!(typing, Some(Vec::new()), "{jump}");
    }
}

#[test]
fn a_join_during_a_failed_store_is_sent_to_the_others() {
    let mut harness = Harness::new();
    harness.run("ann joins; 1 s; carol joins; bob joins");
    assert!(!harness.tabs["ann"].view.people.contains_key(&person("bob")), "it waits to be told");
    harness.run("store fails; ann says hi; 1 s");
    assert!(harness.tabs["ann"].view.people.contains_key(&person("bob")));
}

#[test]
fn typing_is_rate_limited_and_ends_by_timeout_and_with_the_message() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; carol joins; eve reads; 1 s").discard_lines();
    harness.run(
        "ann types; bob types; eve types; 100 ms; bob rests; 500 ms; ann says hi; 1 s; carol types; 7 s",
    );
    expect![[r#"
        ann bob carol eve < typing ["ann"]
        ann < accepted auto1 #1
        ann < #1 ann: hi
        ann < typing []
        bob carol eve < #1 ann: hi
        bob carol eve < typing []
        ann bob carol eve < typing ["carol"]
        ann bob carol eve < typing []
    "#]]
    .assert_eq(&harness.take_lines());
    harness.run("bob types; 1 s; bob leaves; 1 s");
    expect![[r#"
        ann bob carol eve < typing ["bob"]
        ann carol eve < people -bob-person =2
        ann carol eve < typing []
    "#]]
    .assert_eq(&harness.take_lines());
}

/// Drops the room's memory and wakes it. Sockets and what is stored stay.
fn lose_memory(harness: &mut Harness) {
    harness.room = None;
    harness.wake();
    harness.run("1 s");
}

#[test]
fn case_183_what_was_not_told_of_people_is_told_when_the_room_wakes() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob reads; carol joins; 10 s; dan joins").discard_lines();
    // The next frame about people has to wait for a while.
    harness.run("bob joins as bob; carol leaves").discard_lines();
    lose_memory(&mut harness);
    let here = |harness: &Harness| harness.tabs["ann"].view.people.values().cloned().collect::<Vec<String>>();
    assert_eq!(here(&harness), ["ann", "bob", "dan"]);
    harness.run("10 s; dan leaves; bob joins as bobby; store fails; ann says hi; 1 s");
    assert_eq!(here(&harness), ["ann", "bobby"]);
}

#[test]
fn case_183_a_room_that_told_everything_tells_nothing_when_it_wakes() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; carol reads; 10 s; carol leaves; 10 s; room sleeps").discard_lines();
    lose_memory(&mut harness);
    assert_eq!(harness.take_lines(), "");
    // The socket that held the note leaves, and another one holds it then.
    harness.run("ann leaves; 10 s; room sleeps").discard_lines();
    lose_memory(&mut harness);
    assert_eq!(harness.take_lines(), "");
}
