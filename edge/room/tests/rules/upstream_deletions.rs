//! Deletion of responses at the model's server, and the removal of an idle room once none is left.

use room::{Budget, Effect, ResponseRecord};
use shared::{RoomName, Seq, limits};

use crate::harness::{Harness, config};

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A room with responses that are marked for deletion.
fn with_marked_responses(count: usize) -> Harness {
    let mut harness = Harness::new();
    harness.storage.room.name = RoomName::parse("den").unwrap();
    for number in 0..count {
        let (id, bot) = (format!("r{number:02}"), "chatbot".to_owned());
        let response = ResponseRecord { id: id.clone(), bot, run: Seq(2), deletion_pending: true, tries: 0 };
        harness.storage.responses.insert(id, response);
    }
    harness.run("room crashes");
    harness
}

/// Advances the clock and answers every deletion request; those that `keeps` selects fail. Returns the requested ids.
fn answer_deletions(harness: &mut Harness, ms: u64, keeps: impl Fn(&str) -> bool) -> Vec<String> {
    let end = harness.now.plus(ms);
    let mut asked = Vec::new();
    while harness.now < end {
        harness.pass(1_000);
        for id in std::mem::take(&mut harness.deletion_requests) {
            harness.run(&format!("upstream {} {id}", if keeps(&id) { "keeps" } else { "deletes" }));
            asked.push(id);
        }
    }
    asked
}

#[test]
fn responses_are_deleted_a_few_at_a_time_until_none_is_left() {
    let mut harness = with_marked_responses(7);
    harness.pass(10);
    assert_eq!(harness.deletion_requests, ["r00", "r01", "r02"]);
    let asked = answer_deletions(&mut harness, 20_000, |_| false);
    assert_eq!((asked.len(), harness.storage.responses.len()), (7, 0));
    assert!(answer_deletions(&mut harness, DAY, |_| false).is_empty(), "each once");
}

#[test]
fn failed_deletions_back_off_and_do_not_delay_others() {
    let mut harness = with_marked_responses(9);
    let keeps = |id: &str| id < "r03";
    answer_deletions(&mut harness, 5 * MINUTE, keeps);
    assert_eq!(
        harness.storage.responses.keys().collect::<Vec<_>>(),
        ["r00", "r01", "r02"],
        "all others are gone"
    );
    let first_day = answer_deletions(&mut harness, DAY, keeps).len();
    assert!((3 * 20..3 * 40).contains(&first_day), "about once an hour at last: {first_day}");
    let asked = answer_deletions(&mut harness, 2 * HOUR, |_| false);
    assert_eq!((asked.len(), harness.storage.responses.len()), (3, 0));
}

#[test]
fn the_backoff_of_deletions_survives_restarts() {
    let mut harness = with_marked_responses(1);
    let end = harness.now.plus(DAY);
    let mut asked = 0;
    while harness.now < end {
        // The room hibernates whenever it can, and wakes for its alarm and for frames.
        harness.pass(20_000).run("upstream keeps nothing");
        for id in std::mem::take(&mut harness.deletion_requests) {
            harness.run(&format!("upstream keeps {id}"));
            asked += 1;
        }
        harness.room = None;
        harness.wake();
    }
    assert!((20..60).contains(&asked), "{asked}");
    assert_eq!(harness.storage.responses["r00"].tries, asked);
}

#[test]
fn an_unanswered_deletion_is_requested_again() {
    let mut harness = with_marked_responses(1);
    harness.pass(50_000);
    assert_eq!(harness.deletion_requests.len(), 1);
    harness.pass(30_000);
    assert_eq!(harness.deletion_requests.len(), 2);
}

#[test]
fn an_unreadable_storage_is_read_again_later_and_not_in_a_loop() {
    let mut harness = with_marked_responses(1);
    harness.storage.is_unreadable.set(true);
    let before = harness.storage.reads.get();
    harness.pass(10 * MINUTE);
    assert!(harness.deletion_requests.is_empty() && harness.storage.reads.get() - before < 50);
    harness.storage.is_unreadable.set(false);
    harness.pass(MINUTE);
    assert_eq!(harness.deletion_requests, ["r00"]);
}

#[test]
fn deleted_text_is_deleted_at_the_server_of_the_bot_that_read_it() {
    let mut harness = Harness::new();
    harness.config.bots[0].route.key = "KEY_OF_CHATBOT".to_owned();
    harness.run("room crashes; ann joins; bob joins; 1 s; bob says secret; ann says @chatbot hi; 1 s; answer 3 begins r1; answer 3 ends as ok; 1 s; bob deletes 1");
    let room = harness.room.as_mut().unwrap();
    let effects = room.handle(harness.now.plus(5), room::Input::Timer, &harness.storage);
    let route = effects.iter().find_map(|effect| match effect {
        Effect::DeleteResponse { id, route } => Some((id.as_str(), route.key.as_str())),
        _ => None,
    });
    assert_eq!(route, Some(("r1", "KEY_OF_CHATBOT")));
}

/// A named room with an answer, whose only visitor has left.
fn abandoned() -> Harness {
    let mut harness = with_marked_responses(0);
    harness.run(
        "ann joins; ann says @chatbot hi; 1 s; answer 2 begins r1; answer 2 ends as ok; 1 s; ann leaves; 1 s",
    );
    harness
}

/// Advances the clock until a deletion is requested: a month and at most a day.
fn pass_until_deletion_request(harness: &mut Harness) {
    let last = harness.now.plus(limits::ROOM_IDLE_MS + DAY + MINUTE);
    while harness.deletion_requests.is_empty() {
        harness.pass(30_000);
        assert!(harness.now < last && !harness.is_removed);
    }
}

#[test]
fn case_73_an_idle_room_is_removed_after_its_responses_are_deleted_upstream() {
    let mut harness = abandoned();
    harness.pass(limits::ROOM_IDLE_MS - MINUTE);
    assert!(harness.deletion_requests.is_empty() && !harness.is_removed);
    pass_until_deletion_request(&mut harness);
    assert_eq!(
        (harness.deletion_requests.as_slice(), harness.is_removed),
        (["r1".to_owned()].as_slice(), false)
    );
    answer_deletions(&mut harness, 10 * MINUTE, |_| true);
    assert!(!harness.is_removed, "not before");
    answer_deletions(&mut harness, 3 * HOUR, |_| false);
    assert!(harness.is_removed);
}

#[test]
fn a_hibernating_room_is_removed_too() {
    let mut harness = abandoned();
    harness.pass(10_000).run("room sleeps");
    harness.pass(limits::ROOM_IDLE_MS + DAY + 10 * MINUTE);
    answer_deletions(&mut harness, MINUTE, |_| false);
    assert!(harness.is_removed);
}

#[test]
fn a_room_with_people_in_it_or_visited_again_is_not_removed() {
    let mut harness = abandoned();
    harness.run("ann joins");
    for _ in 0..40 {
        harness.pass(DAY);
    }
    assert!(harness.deletion_requests.is_empty() && !harness.is_removed);
    // A person returns while the room is being removed.
    let mut harness = abandoned();
    pass_until_deletion_request(&mut harness);
    harness.run("bob joins");
    answer_deletions(&mut harness, HOUR, |_| false);
    assert!(!harness.is_removed && harness.storage.responses.is_empty());
    // The bot's chain was deleted at the server, so it is sent the transcript.
    harness.run("bob says @chatbot hello; 1 s");
    let run = harness.calls.last().unwrap().run.0;
    assert_eq!(harness.prompt(run), "p1 ann: @chatbot hi\nme: ok\np2 bob: @chatbot hello\n");
    // A month later the room is removed.
    harness.run(&format!("answer {run} begins r2; answer {run} ends as ok; bob leaves"));
    answer_deletions(&mut harness, MINUTE, |_| false);
    pass_until_deletion_request(&mut harness);
    answer_deletions(&mut harness, 10 * MINUTE, |_| false);
    assert!(harness.is_removed);
}

#[test]
fn responses_made_after_a_return_are_deleted_upstream_before_the_room_is_removed() {
    let mut harness = abandoned();
    pass_until_deletion_request(&mut harness);
    // Deleting the old response fails for more than a month.
    harness.run("bob joins; bob says @chatbot more; 1 s");
    let run = harness.calls.last().unwrap().run;
    harness.run(&format!("answer {run} begins r2; answer {run} ends as ok; 1 s; bob leaves"));
    let mut asked = Vec::new();
    for _ in 0..(limits::ROOM_IDLE_MS / HOUR + 30) {
        harness.pass(HOUR);
        for id in std::mem::take(&mut harness.deletion_requests) {
            harness.run(&format!("upstream {} {id}", if id == "r1" { "keeps" } else { "deletes" }));
            asked.push(id);
        }
    }
    assert!(asked.contains(&"r2".to_owned()) && !harness.is_removed);
    answer_deletions(&mut harness, 3 * HOUR, |_| false);
    assert!(harness.is_removed && harness.storage.responses.is_empty());
}

#[test]
fn the_lobby_is_never_removed() {
    let mut harness = Harness::with(room::Config { budget: Budget::default(), ..config() });
    harness.run("ann joins; ann says hi; ann leaves; 1 s");
    harness.pass(limits::ROOM_IDLE_MS * 3);
    assert!(!harness.is_removed && harness.room.as_ref().unwrap().wakeups().alarm.is_none());
}

#[test]
fn the_alarm_for_an_idle_room_is_not_moved_by_every_message() {
    let mut harness = abandoned();
    let alarm = |harness: &Harness| harness.room.as_ref().unwrap().wakeups().alarm;
    let before = alarm(&harness);
    harness.run("ann joins; ann says more; 1 s; ann leaves; 1 s");
    assert_eq!((alarm(&harness), before.is_some()), (before, true));
}

#[test]
fn a_room_without_messages_is_removed_too() {
    let mut harness = Harness::new();
    harness.storage.room.name = shared::RoomName::parse("kitchen").unwrap();
    harness.room = None;
    harness.run("ann joins; ann leaves; 1 s");
    for _ in 0..(limits::ROOM_IDLE_MS / HOUR + 30) {
        harness.room = None;
        harness.pass(HOUR);
        if harness.is_removed {
            return;
        }
    }
    panic!("each waking made it young again");
}
