//! Deleting upstream: what was deleted here is deleted there, and an idle room goes when nothing is left of it.

use room::{Budget, Effect, ResponseRecord};
use shared::{RoomName, Seq, limits};

use crate::stage::{Stage, config};

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A room with doomed responses.
fn doomed(count: usize) -> Stage {
    let mut stage = Stage::new();
    stage.log.room.name = RoomName::parse("den").unwrap();
    for number in 0..count {
        let (id, bot) = (format!("r{number:02}"), "chatbot".to_owned());
        let response = ResponseRecord { id: id.clone(), bot, run: Seq(2), deletion_pending: true, tries: 0 };
        stage.log.responses.insert(id, response);
    }
    stage.run("room crashes");
    stage
}

/// The model's server answers all that it was asked, and time passes. What `keeps` says is never deleted there.
fn serve(stage: &mut Stage, ms: u64, keeps: impl Fn(&str) -> bool) -> Vec<String> {
    let end = stage.now.plus(ms);
    let mut asked = Vec::new();
    while stage.now < end {
        stage.pass(1_000);
        for id in std::mem::take(&mut stage.forgets) {
            stage.run(&format!("upstream {} {id}", if keeps(&id) { "keeps" } else { "forgets" }));
            asked.push(id);
        }
    }
    asked
}

#[test]
fn a_few_at_a_time_until_all_are_gone() {
    let mut stage = doomed(7);
    stage.pass(10);
    assert_eq!(stage.forgets, ["r00", "r01", "r02"]);
    let asked = serve(&mut stage, 20_000, |_| false);
    assert_eq!((asked.len(), stage.log.responses.len()), (7, 0));
    assert!(serve(&mut stage, DAY, |_| false).is_empty(), "each once");
}

#[test]
fn what_cannot_be_deleted_is_tried_less_and_less_and_blocks_nobody() {
    let mut stage = doomed(9);
    let keeps = |id: &str| id < "r03";
    serve(&mut stage, 5 * MINUTE, keeps);
    assert_eq!(stage.log.responses.keys().collect::<Vec<_>>(), ["r00", "r01", "r02"], "all others are gone");
    let first_day = serve(&mut stage, DAY, keeps).len();
    assert!((3 * 20..3 * 40).contains(&first_day), "about once an hour at last: {first_day}");
    let asked = serve(&mut stage, 2 * HOUR, |_| false);
    assert_eq!((asked.len(), stage.log.responses.len()), (3, 0));
}

#[test]
fn the_waits_survive_the_rooms_memory_and_so_do_the_trials() {
    let mut stage = doomed(1);
    let end = stage.now.plus(DAY);
    let mut asked = 0;
    while stage.now < end {
        // The room sleeps whenever it can, and wakes for its alarm and whenever somebody says something.
        stage.pass(20_000).run("upstream keeps nothing");
        for id in std::mem::take(&mut stage.forgets) {
            stage.run(&format!("upstream keeps {id}"));
            asked += 1;
        }
        stage.room = None;
        stage.wake();
    }
    assert!((20..60).contains(&asked), "{asked}");
    assert_eq!(stage.log.responses["r00"].tries, asked);
}

#[test]
fn a_deletion_that_nobody_answers_is_asked_again() {
    let mut stage = doomed(1);
    stage.pass(50_000);
    assert_eq!(stage.forgets.len(), 1);
    stage.pass(30_000);
    assert_eq!(stage.forgets.len(), 2);
}

#[test]
fn a_log_that_cannot_be_read_is_read_later_and_not_at_once_for_ever() {
    let mut stage = doomed(1);
    stage.log.is_unreadable.set(true);
    let before = stage.log.reads.get();
    stage.pass(10 * MINUTE);
    assert!(stage.forgets.is_empty() && stage.log.reads.get() - before < 50);
    stage.log.is_unreadable.set(false);
    stage.pass(MINUTE);
    assert_eq!(stage.forgets, ["r00"]);
}

#[test]
fn deleted_words_are_deleted_upstream_at_the_bots_own_server() {
    let mut stage = Stage::new();
    stage.config.bots[0].route.key = "KEY_OF_CHATBOT".to_owned();
    stage.run("room crashes; ann joins; bob joins; 1 s; bob says secret; ann says @chatbot hi; 1 s; answer 3 begins r1; answer 3 ends as ok; 1 s; bob deletes 1");
    let room = stage.room.as_mut().unwrap();
    let effects = room.handle(stage.now.plus(5), room::Input::Timer, &stage.log);
    let route = effects.iter().find_map(|effect| match effect {
        Effect::DeleteResponse { id, route } => Some((id.as_str(), route.key.as_str())),
        _ => None,
    });
    assert_eq!(route, Some(("r1", "KEY_OF_CHATBOT")));
}

/// A named room with an answer, in which nobody is any more.
fn left() -> Stage {
    let mut stage = doomed(0);
    stage.run(
        "ann joins; ann says @chatbot hi; 1 s; answer 2 begins r1; answer 2 ends as ok; 1 s; ann leaves; 1 s",
    );
    stage
}

/// Time passes until a response is to be deleted: a month and at most a day.
fn until_asked(stage: &mut Stage) {
    let last = stage.now.plus(limits::ROOM_IDLE_MS + DAY + MINUTE);
    while stage.forgets.is_empty() {
        stage.pass(30_000);
        assert!(stage.now < last && !stage.is_removed);
    }
}

#[test]
fn case_73_an_idle_room_goes_when_all_that_servers_keep_of_it_is_gone() {
    let mut stage = left();
    stage.pass(limits::ROOM_IDLE_MS - MINUTE);
    assert!(stage.forgets.is_empty() && !stage.is_removed);
    until_asked(&mut stage);
    assert_eq!((stage.forgets.as_slice(), stage.is_removed), (["r1".to_owned()].as_slice(), false));
    serve(&mut stage, 10 * MINUTE, |_| true);
    assert!(!stage.is_removed, "not before");
    serve(&mut stage, 3 * HOUR, |_| false);
    assert!(stage.is_removed);
}

#[test]
fn a_room_that_sleeps_goes_as_well() {
    let mut stage = left();
    stage.pass(10_000).run("room sleeps");
    stage.pass(limits::ROOM_IDLE_MS + DAY + 10 * MINUTE);
    serve(&mut stage, MINUTE, |_| false);
    assert!(stage.is_removed);
}

#[test]
fn nobody_loses_a_room_that_they_are_in_or_came_back_to() {
    let mut stage = left();
    stage.run("ann joins");
    for _ in 0..40 {
        stage.pass(DAY);
    }
    assert!(stage.forgets.is_empty() && !stage.is_removed);
    // Somebody comes back while it is being taken down.
    let mut stage = left();
    until_asked(&mut stage);
    stage.run("bob joins");
    serve(&mut stage, HOUR, |_| false);
    assert!(!stage.is_removed && stage.log.responses.is_empty());
    // The bot has lost its memory at the server, and reads the room.
    stage.run("bob says @chatbot hello; 1 s");
    let run = stage.calls.last().unwrap().run.0;
    assert_eq!(stage.prompt(run), "p1 ann: @chatbot hi\nme: ok\np2 bob: @chatbot hello\n");
    // A month after that it goes.
    stage.run(&format!("answer {run} begins r2; answer {run} ends as ok; bob leaves"));
    serve(&mut stage, MINUTE, |_| false);
    until_asked(&mut stage);
    serve(&mut stage, 10 * MINUTE, |_| false);
    assert!(stage.is_removed);
}

#[test]
fn what_was_said_after_somebody_came_back_is_deleted_upstream_too_before_the_room_goes() {
    let mut stage = left();
    until_asked(&mut stage);
    // The old response cannot be deleted for longer than a month.
    stage.run("bob joins; bob says @chatbot more; 1 s");
    let run = stage.calls.last().unwrap().run;
    stage.run(&format!("answer {run} begins r2; answer {run} ends as ok; 1 s; bob leaves"));
    let mut asked = Vec::new();
    for _ in 0..(limits::ROOM_IDLE_MS / HOUR + 30) {
        stage.pass(HOUR);
        for id in std::mem::take(&mut stage.forgets) {
            stage.run(&format!("upstream {} {id}", if id == "r1" { "keeps" } else { "forgets" }));
            asked.push(id);
        }
    }
    assert!(asked.contains(&"r2".to_owned()) && !stage.is_removed);
    serve(&mut stage, 3 * HOUR, |_| false);
    assert!(stage.is_removed && stage.log.responses.is_empty());
}

#[test]
fn the_lobby_stays() {
    let mut stage = Stage::with(room::Config { budget: Budget::default(), ..config() });
    stage.run("ann joins; ann says hi; ann leaves; 1 s");
    stage.pass(limits::ROOM_IDLE_MS * 3);
    assert!(!stage.is_removed && stage.room.as_ref().unwrap().wakeups().alarm.is_none());
}

#[test]
fn the_alarm_for_an_idle_room_is_not_moved_by_every_message() {
    let mut stage = left();
    let alarm = |stage: &Stage| stage.room.as_ref().unwrap().wakeups().alarm;
    let before = alarm(&stage);
    stage.run("ann joins; ann says more; 1 s; ann leaves; 1 s");
    assert_eq!((alarm(&stage), before.is_some()), (before, true));
}

#[test]
fn a_room_in_which_nothing_was_ever_said_goes_as_well() {
    let mut stage = Stage::new();
    stage.log.room.name = shared::RoomName::parse("kitchen").unwrap();
    stage.room = None;
    stage.run("ann joins; ann leaves; 1 s");
    for _ in 0..(limits::ROOM_IDLE_MS / HOUR + 30) {
        stage.room = None;
        stage.pass(HOUR);
        if stage.is_removed {
            return;
        }
    }
    panic!("each waking made it young again");
}
