//! Crowds: who is named, who is counted, and what a message says of its author.

use shared::{ClientFrame, Event, ServerFrame, Speaker, limits};

use crate::harness::{Harness, config, person};

/// A room with so many people, each behind a socket of their own, of whom nobody has spoken.
fn crowd(people: usize) -> Harness {
    let mut harness = Harness::new();
    for number in 0..people {
        harness.run(&format!("guest{number:04} joins"));
    }
    harness.pass(20_000);
    harness.tabs.values_mut().for_each(|tab| tab.view.frames.clear());
    harness
}

/// How the newest message that a tab was sent names its author.
fn newest_speaker(harness: &Harness, tab: &str) -> Speaker {
    let said = harness.tabs[tab].view.frames.iter().rev().find_map(|frame| match frame {
        ServerFrame::Said(said) => Some(said.by.clone()),
        ServerFrame::Events { events } => events.iter().rev().find_map(|event| match event {
            Event::Said(said) => Some(said.by.clone()),
            _ => None,
        }),
        _ => None,
    });
    said.expect("a message")
}

#[test]
fn in_a_small_room_everybody_is_named_by_number_from_their_first_message_on() {
    let mut harness = crowd(20);
    harness.run("guest0003 says hi");
    assert_eq!(newest_speaker(&harness, "guest0007"), Speaker::Known(4));
    let text = harness.tabs["guest0007"].view.frames.last().map(ServerFrame::encode).unwrap();
    assert!(text.len() <= 70, "{text}");
}

#[test]
fn a_live_message_of_200_bytes_has_at_most_270_on_the_wire() {
    let mut harness = crowd(20);
    harness.run(&format!("guest0003 says {}", "x".repeat(200)));
    let text = harness.tabs["guest0007"].view.frames.last().map(ServerFrame::encode).unwrap();
    assert!(text.len() <= 270, "{} bytes: {text}", text.len());
}

#[test]
fn a_crowd_is_told_how_many_join_and_leave_and_not_who() {
    let mut harness = crowd(limits::CROWD_PEOPLE + 10);
    harness.run("late joins; guest0001 leaves; 5 s");
    let people: Vec<&ServerFrame> = harness.tabs["guest0002"].view.frames.iter().collect();
    assert!(!people.is_empty());
    for frame in people {
        let ServerFrame::People { joined, left, count, all } = frame else { panic!("{frame:?}") };
        assert!(joined.is_empty() && left.is_empty() && !all && *count >= 110, "{frame:?}");
    }
    assert_eq!(harness.tabs["guest0002"].view.count, limits::CROWD_PEOPLE + 10);
}

#[test]
fn a_crowd_that_goes_at_once_leaves_a_room_that_names_everybody() {
    let mut harness = crowd(limits::CROWD_PEOPLE + 30);
    for number in 5..limits::CROWD_PEOPLE + 30 {
        harness.run(&format!("guest{number:04} leaves"));
    }
    harness.pass(5_000);
    let view = &harness.tabs["guest0000"].view;
    assert_eq!((view.people.len(), view.count), (5, 5), "{:?}", view.people);
}

#[test]
fn a_welcome_holds_at_most_100_people_and_all_whom_messages_name() {
    let mut harness = crowd(150);
    harness.run("guest0140 says hi");
    assert!(matches!(newest_speaker(&harness, "guest0000"), Speaker::Introduced(_)));
    harness.run("late joins; 1 s; guest0140 says again");
    assert_eq!(newest_speaker(&harness, "late"), Speaker::Known(141));
    let welcome = harness.tabs["late"].view.frames.iter().find_map(|frame| match frame {
        ServerFrame::Welcome(welcome) => Some(welcome),
        _ => None,
    });
    let welcome = welcome.expect("a welcome");
    assert_eq!((welcome.people.len(), welcome.count), (limits::WELCOME_PEOPLE, 151));
}

#[test]
fn more_speakers_than_a_welcome_holds_are_told_after_it() {
    let mut harness = crowd(150);
    for number in 0..150 {
        harness.run(&format!("guest{number:04} says hi; 600 ms"));
    }
    harness.run("late joins; 5 s");
    for number in 0..150 {
        // The view fails at a number that it does not know.
        harness.run(&format!("guest{number:04} says again; 600 ms"));
        assert!(matches!(newest_speaker(&harness, "late"), Speaker::Known(_)), "{number}");
    }
}

#[test]
fn who_renames_themselves_or_returns_is_introduced_again() {
    let mut harness = crowd(120);
    harness.run("guest0000 says one; guest0000 says two");
    assert_eq!(newest_speaker(&harness, "guest0001"), Speaker::Known(1));
    harness.run("guest0000 joins as Anna; guest0000 says three");
    let Speaker::Introduced(anna) = newest_speaker(&harness, "guest0001") else { panic!("not introduced") };
    assert_eq!(anna.name, "Anna");
    harness.run("guest0000 leaves; late joins; 1 s; guest0000 returns; guest0000 says four");
    assert!(matches!(newest_speaker(&harness, "late"), Speaker::Introduced(_)));
}

#[test]
fn the_list_of_people_comes_in_pages() {
    let mut harness = crowd(limits::PAGE_PEOPLE * 2 + 50);
    let mut names = Vec::new();
    let mut after = None;
    loop {
        harness.send("guest0000", &ClientFrame::People { after: after.clone() });
        let Some(ServerFrame::PeoplePage { after: asked, people, more }) =
            harness.tabs["guest0000"].view.frames.last().cloned()
        else {
            panic!("no page")
        };
        assert_eq!(asked, after);
        assert!(people.len() <= limits::PAGE_PEOPLE);
        after = people.last().map(|person| person.id.clone());
        names.extend(people.into_iter().map(|person| person.name));
        if !more {
            break;
        }
    }
    assert_eq!(names.len(), limits::PAGE_PEOPLE * 2 + 50);
    harness.send("guest0000", &ClientFrame::People { after: Some(person("zzz")) });
    let last = harness.tabs["guest0000"].view.frames.last();
    assert!(matches!(last, Some(ServerFrame::PeoplePage { people, more: false, .. }) if people.is_empty()));
}

#[test]
fn no_message_waits_for_people_or_deltas() {
    let mut harness = crowd(300);
    harness.run("guest0000 says @chatbot hi; 1 s; answer 2 begins r1; answer 2 writes a; answer 2 writes b");
    harness.run("late joins; guest0001 types; guest0002 says at once");
    assert_eq!(harness.tabs["guest0007"].view.last, shared::Seq(3), "without any time passing");
}

#[test]
fn a_new_nickname_does_not_overtake_gathered_messages_under_the_old_one() {
    // Sending is so dear that every message but the first is gathered for more than a second.
    let tuning = room::Tuning { send_micros: 200_000, ..Default::default() };
    let mut harness = Harness::with(room::Config { tuning, ..config() });
    harness.run("ann joins; bob joins; 60 s; ann says one; ann says two; ann joins as Anna; 60 s");
    let names: Vec<&str> =
        harness.tabs["bob"].view.messages.values().map(|message| message.author.name()).collect();
    assert_eq!(names, ["ann", "ann"]);
}
