//! Guarantees that are tested with many orders of the same frames, by comparing timelines.

use shared::ServerFrame;

use super::Script;
use super::model_room::ModelRoom;
use super::parse::{delta, frame};
use crate::{Input, ItemKey};

/// Returns every order of `items`.
fn orders<T: Copy>(items: &[T]) -> Vec<Vec<T>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (index, first) in items.iter().enumerate() {
        let mut rest = items.to_vec();
        rest.remove(index);
        for mut order in orders(&rest) {
            order.insert(0, *first);
            all.push(order);
        }
    }
    all
}

#[test]
fn g4_an_own_message_shows_once_in_every_order_of_replies_and_events() {
    const RESUME: &str = "closed 1006\nonline\nentered open\nopened\nresumed 5 as ann | 4 ann/1 hi | 5 zed x";
    const EARLY: &str = "closed 1006\nonline\nentered open\nopened\nresumed 3 as ann";
    const FRESH: &str =
        "closed 1006\nonline\nentered open\nopened\nwelcome 5 as ann | 3 zed three | 4 ann/1 hi | 5 zed x";
    const FAR: &str = "closed 1006\nonline\nentered open\nopened\nwelcome 5 as ann | 5 zed x";
    let steps = ["accepted 1 4", "events | 4 ann/1 hi | 5 zed x", RESUME, EARLY, FRESH];
    let mut count = 0;
    for order in orders(&steps) {
        // An early resume cannot follow a late one: the room does not forget events.
        let at = |step: &str| order.iter().position(|other| *other == step).unwrap();
        let late = at(RESUME).min(at(FRESH)).min(at("events | 4 ann/1 hi | 5 zed x"));
        if at(EARLY) > late {
            continue;
        }
        count += 1;
        let mut script = Script::live();
        script.run("say 1 hi");
        for step in &order {
            script.run(step);
            let own = script.items().iter().filter(|row| row.contains("ann: hi")).count();
            assert_eq!(own, 1, "{}", script.transcript);
        }
        assert_eq!(script.items().last().unwrap(), "5 zed: x (sent)", "{}", script.transcript);
        assert!(script.persisted.is_empty(), "{}", script.transcript);
    }
    assert!(count >= 10, "{count}");

    // A snapshot that begins after the message: it was accepted, so it is not shown as if it were on its way.
    for order in orders(&["accepted 1 4", FAR]) {
        let mut script = Script::live();
        script.run("say 1 hi");
        order.iter().for_each(|step| script.run(step));
        assert_eq!(script.items(), ["5 zed: x (sent)"], "{}", script.transcript);
        assert!(script.persisted.is_empty(), "{}", script.transcript);
    }
}

#[test]
fn g3_a_message_keeps_its_nonce_over_lost_replies_and_reloads() {
    let mut script = Script::live();
    script.run("say 1 hi");
    for again in ["closed 1006\nonline", "suspend\nwake", "pass 16000\nvisible", "reload\nstart"] {
        script.run(again);
        script.run("entered open\nopened\nwelcome 3 as ann");
    }
    let says: Vec<&str> = script.transcript.lines().filter(|line| line.contains("send say")).collect();
    assert_eq!(says, ["  send say 1 after 3: hi"; 5]);
}

/// Returns a room whose log has every kind of event.
fn eventful_room() -> ModelRoom {
    let mut room = ModelRoom::default();
    room.append("zed", Some(1), "one");
    let first = room.ask(1);
    room.append("ann", Some(2), "two");
    room.end(first, "done", "first answer");
    room.append_unknown();
    let second = room.ask(3);
    let third = room.ask(3);
    room.append("bob", None, "three");
    room.end(third, "stopped", "third");
    room.end(second, "interrupted", "sec");
    room.edit(3, "two, better");
    let poll = room.ask(3);
    room.end_as_poll(poll);
    room.vote(poll, "zed", &[1]);
    room.vote(poll, "bob", &[0]);
    room.vote(poll, "zed", &[0]);
    room.delete(1);
    room.edit(3, "two, best");
    room.vote(poll, "bob", &[]);
    room.append("zed", Some(3), "four");
    room.ask(11);
    room
}

#[test]
fn g6_snapshot_and_events_equal_the_later_snapshot() {
    let room = eventful_room();
    let n = room.head();
    let mut whole = Script::new();
    whole.run("start\nentered open\nopened");
    whole.handle(Input::Received(room.welcome(n).encode()));
    for k in 0..=n {
        for chunk in 1..=4 {
            let mut script = Script::new();
            script.run("start\nentered open\nopened");
            script.handle(Input::Received(room.welcome(k).encode()));
            for from in (k..n).step_by(chunk) {
                // Each frame overlaps the one before: known events are dropped.
                let frame = room.events(from.saturating_sub(1), (from + chunk as u64).min(n));
                script.handle(Input::Received(frame.encode()));
            }
            assert_eq!(script.items(), whole.items(), "snapshot({k}) + events in steps of {chunk}");
            // Items of this person's other tabs have a nonce only in a snapshot, so keys may differ, and nothing else.
            let keys = script.client.timeline().keys();
            let seqs = |keys: &[ItemKey], script: &Script| -> Vec<_> {
                keys.iter().map(|key| script.client.timeline().item(key).unwrap().seq).collect()
            };
            assert_eq!(seqs(&keys, &script), seqs(&whole.client.timeline().keys(), &whole));
        }
    }
}

#[test]
fn g5_a_resume_from_every_position_equals_the_later_snapshot() {
    let room = eventful_room();
    let n = room.head();
    let mut whole = Script::new();
    whole.run("start\nentered open\nopened");
    whole.handle(Input::Received(room.welcome(n).encode()));
    for k in 0..=n {
        for fresh in [false, true] {
            let mut script = Script::new();
            script.run("start\nentered open\nopened");
            script.handle(Input::Received(room.welcome(k).encode()));
            script.run("closed 1006\nonline\nentered open\nopened");
            let welcome = if fresh { room.welcome(n) } else { room.resume(k, n) };
            script.handle(Input::Received(welcome.encode()));
            assert_eq!(script.items(), whole.items(), "from {k}, fresh: {fresh}");
        }
    }
}

#[test]
fn g9_joining_in_the_middle_of_an_answer_gives_the_same_text() {
    let text = "안녕 *ann*, 🙂 it is\n\n```\ncode\n```";
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    for joined in &ends {
        for size in [1, 3, 7] {
            let mut script = Script::new();
            script.run("start\nentered open\nopened");
            let so_far = &text[..*joined];
            let mut welcome = frame("welcome", "4 | 4 @bot<3 queued | run 4 streaming");
            if let ServerFrame::Welcome(welcome) = &mut welcome {
                welcome.runs[0].text = so_far.to_owned();
            }
            script.handle(Input::Received(welcome.encode()));
            // Deltas sent before the welcome was written overlap it.
            let start = ends.iter().position(|end| end == joined).unwrap().saturating_sub(2);
            for pair in ends[start..].chunks(size) {
                let from = pair[0];
                let to = ends.iter().copied().find(|end| *end > pair[pair.len() - 1]).unwrap_or(text.len());
                script.handle(Input::Received(delta(4, from as u64, &text[from..to]).encode()));
            }
            assert_eq!(
                script.client.timeline().by_seq(shared::Seq(4)).unwrap().text,
                text,
                "{joined} {size}"
            );
            script.run("events | 5 end 4 done whole");
            assert_eq!(script.items(), ["4 bot: whole (done)"]);
            assert!(!script.transcript.contains("hello (reader) after"), "no gap: {}", script.transcript);
        }
    }
}

#[test]
fn g9_after_a_resume_the_text_of_a_streaming_answer_is_the_rooms() {
    let mut script = Script::live();
    script.run("events | 4 @bot<3 queued\ndelta 4 0 wrong text\nclosed 1006\nonline\nentered open\nopened");
    script.run("resumed 4 as ann | run 4 streaming right");
    assert_eq!(script.items()[3], "4 bot: right (streaming stop)");
    script.run_reconnected("resumed 5 as ann | 5 end 4 incomplete right so");
    assert_eq!(script.items()[3], "4 bot: right so (incomplete regenerate)");
}

#[test]
fn g9_what_follows_a_missing_part_is_not_shown_until_the_welcome() {
    let mut script = Script::live();
    script.run("events | 4 @bot<3 queued\ndelta 4 0 one");
    let appended = |text: &str| format!(r#"[[4,"{text}"]]"#);
    script.handle(Input::Received(appended(" two ")));
    assert_eq!(script.items()[3], "4 bot: one two  (streaming stop)");
    script.run("delta 4 99 four ");
    assert!(script.transcript.contains("hello"), "{}", script.transcript);
    script.handle(Input::Received(appended("five ")));
    assert_eq!(script.items()[3], "4 bot: one two  (streaming stop)");
    script.run("resumed 4 as ann | run 4 streaming all");
    script.handle(Input::Received(appended(" of it")));
    assert_eq!(script.items()[3], "4 bot: all of it (streaming stop)");
}
