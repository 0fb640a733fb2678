//! What one person, one address and one room may request, write and keep, whatever the client says.

use room::{Config, Input, RawFrame, SocketId, Tuning, Visitor};
use shared::frame::HistoryPlace;
use shared::{ClientFrame, CloseCode, Seq, ServerFrame, limits};

use crate::harness::{Harness, bot, config, person};

const LONG: usize = 4_000;

/// Opens a socket of a person at an address, without a tab, and says hello.
fn stranger(harness: &mut Harness, name: &str, address: &str) -> SocketId {
    harness.wake();
    let socket = harness.room.as_ref().unwrap().next_socket_id();
    let visitor = Visitor { person: person(name), address: address.to_owned(), operator_until: None };
    harness.input(Input::Connected { socket, visitor });
    send(
        harness,
        socket,
        &format!(r#"{{"type":"hello","protocol":2,"tab":"tab-{name:0>8}","nickname":"{name}"}}"#),
    );
    socket
}

fn send(harness: &mut Harness, socket: SocketId, text: &str) {
    harness.input(Input::Received { socket, frame: RawFrame::Text(text.to_owned()) });
}

fn say(harness: &mut Harness, socket: SocketId, number: usize, text: &str) {
    let after = harness.head();
    send(
        harness,
        socket,
        &format!(r#"{{"type":"say","nonce":"nonce-{number:0>12}","after":{after},"text":"{text}"}}"#),
    );
}

fn history(before: u64) -> ClientFrame {
    ClientFrame::History { place: HistoryPlace::Before(Seq(before)), limit: 100 }
}

/// How many frames of a kind a tab was sent.
fn count(harness: &Harness, name: &str, is_kind: fn(&ServerFrame) -> bool) -> usize {
    harness.tabs[name].view.frames.iter().filter(|frame| is_kind(frame)).count()
}

fn is_page(frame: &ServerFrame) -> bool {
    matches!(frame, ServerFrame::Page { .. })
}

fn is_welcome(frame: &ServerFrame) -> bool {
    matches!(frame, ServerFrame::Welcome(_))
}

/// A room of so many long messages.
fn room_of_long_messages(count: usize) -> Harness {
    let mut harness = Harness::new();
    harness.run("ann joins; 1 s");
    for _ in 0..count {
        harness.say("ann", &"x".repeat(LONG)).pass(1_000);
    }
    harness.discard_lines();
    harness
}

#[test]
fn case_110_an_ack_of_more_than_was_sent_acknowledges_nothing_and_is_malformed() {
    let mut harness = room_of_long_messages(30);
    harness.run("slow joins; 1 s").discard_lines();
    harness.tabs.get_mut("slow").unwrap().acknowledges = false;
    for _ in 0..2 {
        harness.send("slow", &ClientFrame::Ack { bytes: 1_000_000_000_000_000 });
    }
    assert_eq!(harness.take_lines(), "slow < refused BadFrame\nslow < refused BadFrame\n");
    harness.send("slow", &ClientFrame::Ack { bytes: u64::MAX });
    assert_eq!(harness.tabs["slow"].closed, Some(CloseCode::BadFrames));
}

#[test]
fn case_110_an_ack_of_what_was_sent_before_the_room_slept_is_no_mistake() {
    let mut harness = room_of_long_messages(30);
    harness.run("ann leaves; slow joins; 1 s");
    let unread = harness.tabs["slow"].unread;
    harness.run("20 s; room sleeps").discard_lines();
    harness.send("slow", &ClientFrame::Ack { bytes: unread.max(400_000) }).run("1 s");
    assert!(!harness.take_lines().contains("refused"));
}

#[test]
fn case_111_no_page_is_sent_while_an_earlier_one_must_be_acknowledged() {
    let mut harness = room_of_long_messages(100);
    harness.run("slow joins; 1 s").discard_lines();
    harness.tabs.get_mut("slow").unwrap().acknowledges = false;
    for _ in 0..30 {
        harness.send("slow", &history(101)).send("slow", &ClientFrame::Ack { bytes: 1 });
    }
    // An honest client may have read the first and not have said so.
    assert_eq!(count(&harness, "slow", is_page), 2);
    assert!(harness.take_lines().contains("slow < refused SlowDown, again in 1000 ms"));
    assert!(harness.tabs["slow"].unread < limits::UNREAD_SOCKET_BYTES + 100_000);
    let bytes = harness.tabs["slow"].unread;
    harness.tabs.get_mut("slow").unwrap().unread = 0;
    harness.send("slow", &ClientFrame::Ack { bytes }).send("slow", &history(101));
    assert_eq!(count(&harness, "slow", is_page), 3);
}

#[test]
fn case_111_a_repeated_hello_waits_for_the_earlier_welcome() {
    let mut harness = room_of_long_messages(100);
    harness.run("slow reads");
    harness.tabs.get_mut("slow").unwrap().acknowledges = false;
    let before = count(&harness, "slow", is_welcome);
    for _ in 0..10 {
        harness.hello_from("slow", None, None);
    }
    assert!(count(&harness, "slow", is_welcome) <= before + 2, "256 KiB may be held back");
    assert_eq!(harness.tabs["slow"].closed, Some(CloseCode::Reset));
}

#[test]
fn case_111_who_acknowledges_every_128_kib_gets_every_page_at_once() {
    let mut harness = room_of_long_messages(300);
    harness.run("bob joins; 10 s").discard_lines();
    for before in (30..=300).rev().step_by(30) {
        harness.send("bob", &history(before)).send("bob", &ClientFrame::People { after: None });
        harness.send("bob", &ClientFrame::Bill).pass(50);
    }
    assert_eq!(count(&harness, "bob", is_page), 10);
    assert!(!harness.take_lines().contains("refused"));
}

#[test]
fn case_112_reconnecting_refills_no_reads() {
    let mut harness = room_of_long_messages(100);
    let mut welcomes = 0;
    for round in 0..1_000 {
        harness.run("eve reads");
        harness.tabs.get_mut("eve").unwrap().view.epoch = None;
        let frames = std::mem::take(&mut harness.tabs.get_mut("eve").unwrap().view.frames);
        welcomes += frames.iter().filter(|frame| is_welcome(frame)).count();
        if round % 10 == 0 {
            harness.pass(1);
        }
    }
    assert!(welcomes <= 200, "{welcomes}");
    assert_eq!(harness.tabs["eve"].closed, Some(CloseCode::Reset));
    assert!(harness.take_lines().contains("eve < refused SlowDown, again in"));
    harness.run("60 s; eve reads");
    assert!(harness.tabs["eve"].is_open);
}

#[test]
fn case_112_one_address_reads_a_bounded_number_of_pages() {
    let mut harness = room_of_long_messages(1);
    crate::history::fill(&mut harness, 300);
    harness.run("ann joins; 1 s");
    harness.storage.reads.set(0);
    // Twenty identities of one address ask for twenty seconds as fast as their connections allow.
    let sockets: Vec<SocketId> =
        (0..20).map(|number| stranger(&mut harness, &format!("eve{number:0>5}"), "one house")).collect();
    for _ in 0..600 {
        for socket in &sockets {
            send(&mut harness, *socket, &history(300).encode());
        }
        harness.pass(33);
    }
    // 2,000 tokens at once and 20 a second, each for at most 50 rows.
    assert!(harness.storage.reads.get() < 2_500 * 60, "{}", harness.storage.reads.get());
    harness.run("bob joins; 1 s");
    assert!(harness.tabs["bob"].is_open, "others are not affected");
}

#[test]
fn case_112_reloads_and_quick_scrolling_are_never_refused() {
    let mut harness = Harness::new();
    crate::history::fill(&mut harness, 2_100);
    harness.run("ann joins; 1 s").discard_lines();
    for before in (100..=2_000).rev().step_by(100) {
        harness.send("ann", &history(before)).pass(30);
    }
    for _ in 0..100 {
        harness.run("ann joins; 2 s");
    }
    assert!(!harness.take_lines().contains("refused"));
    assert!(harness.tabs["ann"].is_open);
}

#[test]
fn case_112_a_thousand_people_of_one_address_join_and_come_back_at_once() {
    let tuning = Tuning { address_factor: 500, ..Tuning::default() };
    let mut harness = Harness::with(Config { tuning, ..config() });
    for _ in 0..2 {
        for number in 0..1_000 {
            stranger(&mut harness, &format!("pupil{number:0>4}"), "one school");
        }
        assert_eq!(harness.storage.names.len(), 1_000);
        harness.run("5 s; room crashes; ann joins; 1 s");
        harness.storage.names.remove("ann");
        assert_eq!(harness.tabs["ann"].view.count, 1);
    }
}

#[test]
fn case_113_an_eleventh_socket_of_a_person_closes_the_oldest() {
    let mut harness = Harness::new();
    for number in 0..limits::SOCKETS_PER_PERSON {
        harness.run(&format!("ann/{number} joins; 10 ms"));
    }
    harness.run("bob joins; 1 s").discard_lines();
    harness.run("ann/new connects");
    assert_eq!(harness.take_lines(), "ann/0 is closed 4409\n");
    assert_eq!(harness.open().count(), limits::SOCKETS_PER_PERSON + 1);
}

#[test]
fn case_113_a_hello_saves_only_the_attachments_that_it_changes() {
    let mut harness = Harness::new();
    harness.run("ann/a joins; ann/b joins; ann/c joins; 1 s");
    let saved =
        |harness: &Harness| harness.effect_kinds.iter().filter(|kind| **kind == "save attachment").count();
    harness.hello("ann/c", Some("ann"));
    assert_eq!(saved(&harness), 0);
    harness.hello("ann/c", Some("anna"));
    assert_eq!(
        saved(&harness),
        4,
        "a new name is the name of all tabs, and one notes that everybody was told"
    );
}

#[test]
fn case_114_many_identities_together_write_3000_rows_at_once_and_then_100_a_second() {
    let mut harness = Harness::new();
    let sockets: Vec<SocketId> = (0..150)
        .map(|number| stranger(&mut harness, &format!("eve{number:0>5}"), &format!("house {number}")))
        .collect();
    let mut number = 0;
    for _ in 0..40 {
        for socket in &sockets {
            number += 1;
            say(&mut harness, *socket, number, "flood");
        }
        harness.pass(50);
    }
    let rows = harness.storage.rows.len();
    assert!((3_000..=3_000 + 250).contains(&rows), "{rows}");
}

#[test]
fn case_115_a_message_asks_four_bots_and_costs_what_their_answers_write() {
    let names = ["one", "two", "three", "four", "five", "six", "seven", "eight"];
    let budget = room::Budget { bots_off: true, ..room::Budget::default() };
    let bots = names.iter().map(|name| bot(name)).collect();
    let mut harness = Harness::with(Config { bots, budget, ..config() });
    harness.run("ann joins; 20 s; ann says @one @two @three @four @five @six @seven @eight; 1 s");
    assert_eq!(harness.storage.rows.len(), 1 + 4 * 2, "the answers end at once");
    // Ten people of one address flood for a minute: 300 rows at once, then 20 a second.
    let sockets: Vec<SocketId> =
        (0..10).map(|number| stranger(&mut harness, &format!("eve{number:0>5}"), "one house")).collect();
    let before = harness.storage.rows.len();
    for number in 0..600 {
        for (index, socket) in sockets.iter().enumerate() {
            say(&mut harness, *socket, number * 10 + index, "@one @two @three @four @five");
        }
        harness.pass(100);
    }
    let rows = harness.storage.rows.len() - before;
    // Each message that is let through while a token is left may write nine rows.
    assert!(rows <= 300 + 60 * 20 + 10 * 8, "{rows}");
}

#[test]
fn case_117_a_reader_of_long_messages_who_acknowledges_is_never_closed_as_slow() {
    let mut harness = room_of_long_messages(100);
    for number in 0..8 {
        harness.run(&format!("writer{number} joins"));
    }
    harness.run("20 s; bob joins").discard_lines();
    // Bob's acknowledgements are late: half a second of messages at the full rate of eight people, after a welcome.
    harness.tabs.get_mut("bob").unwrap().acknowledges = false;
    for round in 0..100 {
        for number in 0..8 {
            harness.say(&format!("writer{number}"), &"x".repeat(LONG));
        }
        harness.pass(50);
        let bob = harness.tabs.get_mut("bob").unwrap();
        assert_eq!(bob.closed, None, "{round}");
        if round % 10 == 9 {
            let bytes = std::mem::take(&mut bob.unread);
            harness.send("bob", &ClientFrame::Ack { bytes });
        }
    }
    assert_eq!(harness.tabs["bob"].closed, None);
}

#[test]
fn case_118_new_nicknames_are_charged_and_few_are_kept() {
    let mut harness = Harness::new();
    for number in 0..1_000 {
        let socket = stranger(&mut harness, &format!("eve{number:0>5}"), "one house");
        harness.input(Input::Disconnected { socket });
    }
    let names = harness.storage.names.len();
    assert!(names <= (limits::PERSON_BURST * limits::ADDRESS_FACTOR) as usize, "{names}");
    harness.run("ann joins; 1 s; ann joins as bea; 1 s; ann joins as cleo; 1 s; ann joins as dora; 1 s");
    let kept: Vec<&String> = harness
        .storage
        .names
        .values()
        .filter(|name| name.person == person("ann"))
        .map(|name| &name.key)
        .collect();
    assert_eq!(kept, ["bea", "cleo", "dora"]);
}

#[test]
fn case_118_old_nicknames_and_people_without_messages_are_forgotten() {
    let mut harness = Harness::new();
    harness.run("ann joins; ann says hi; ann leaves; here joins; 1 s");
    for number in 0..150 {
        let socket = stranger(&mut harness, &format!("old{number:0>5}"), &format!("house {number}"));
        harness.input(Input::Disconnected { socket });
    }
    let (before, numbers) = (harness.storage.names.len(), harness.storage.people.len());
    assert_eq!((before, numbers), (152, 152));
    let later = harness.now.plus(limits::NAME_KEPT_MS + 1_000);
    harness.jump(later);
    for number in 0..150 {
        stranger(&mut harness, &format!("new{number:0>5}"), &format!("house {number}"));
    }
    let has_name = |key: &str| harness.storage.names.contains_key(key);
    assert!(!has_name("old00001") && !has_name("ann") && has_name("here") && has_name("new00149"));
    let knows = |name: &str| harness.storage.people.contains_key(&person(name));
    assert!(!knows("old00001") && knows("ann") && knows("here"), "who wrote is known by the same number");
    let mut all: Vec<u32> = harness.storage.people.values().map(|person| person.number).collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), harness.storage.people.len(), "no number is given twice");
}

#[test]
fn case_119_who_sends_frames_over_the_limit_has_to_wait() {
    let mut harness = Harness::new();
    harness.run("bob joins; 1 s").discard_lines();
    for _ in 0..2 {
        harness.run("eve connects");
        let socket = harness.tabs["eve"].socket;
        harness.input(Input::Received { socket, frame: RawFrame::TooLarge });
        assert_eq!(harness.tabs["eve"].closed, Some(CloseCode::TooLarge));
    }
    harness.discard_lines().run("eve reads");
    assert_eq!(harness.tabs["eve"].closed, Some(CloseCode::Reset));
    assert!(harness.take_lines().contains("eve < refused SlowDown"));
    harness.run("2 s; eve reads; 1 s");
    assert!(harness.tabs["eve"].is_open && harness.tabs["bob"].is_open);
}
