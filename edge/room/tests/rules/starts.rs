//! A run whose start ends the object does not do it each time the room wakes.

use room::{Effect, Room};
use shared::{ErrorCode, RunState, Seq};

use crate::harness::Harness;

/// Wakes the room, stores what it writes, and ends the object before anything else happens. Returns whether a model was called.
fn wake_and_die(harness: &mut Harness) -> bool {
    let config = harness.config.clone();
    let woken = Room::wake(harness.now, config, &harness.storage, Vec::new(), Vec::new(), 1);
    let (_, effects) = woken.unwrap().unwrap();
    let mut has_called = false;
    for effect in effects {
        match effect {
            Effect::Store { writes, .. } => harness.storage.apply(&writes).unwrap(),
            Effect::StartCall(_) => has_called = true,
            _ => {}
        }
    }
    has_called
}

fn waiting() -> Harness {
    let mut harness = Harness::new();
    harness.run("ann joins; ann says @chatbot one; ann says @chatbot two; 1 s");
    // The object dies before the first answer ends, so the second question still waits.
    harness.run("room crashes");
    harness
}

#[test]
fn case_101_a_start_is_stored_before_its_prompt_is_built() {
    let mut harness = Harness::new();
    harness.run("ann joins; ann says @chatbot one; ann says @chatbot two; 1 s");
    assert_eq!(harness.storage.runs[&Seq(4)].starts, 0, "it waits");
    // The wake ends the first run as interrupted and records the start of the second, which the next input makes.
    assert!(!wake_and_die(&mut harness));
    let record = &harness.storage.runs[&Seq(4)];
    assert_eq!((record.starts, record.calls), (1, 0));
    assert!(!harness.storage.runs.contains_key(&Seq(2)));
}

#[test]
fn case_101_a_run_that_was_started_twice_without_a_call_fails_at_the_next_wake() {
    let mut harness = Harness::new();
    harness.run("ann joins; ann says @chatbot one; ann says @chatbot two; 1 s");
    assert!(!wake_and_die(&mut harness) && !wake_and_die(&mut harness));
    assert_eq!(harness.storage.runs[&Seq(4)].starts, 2);
    assert!(!wake_and_die(&mut harness));
    assert!(harness.storage.runs.is_empty());
    harness.run("room crashes; ann returns; 1 s");
    let answer = harness.tabs["ann"].view.answer(4);
    assert_eq!((answer.state, answer.code), (RunState::Failed, Some(ErrorCode::TryLater)));
    // Others go on, and it can be asked again.
    harness.run("ann says @chatbot three; 1 s");
    assert_eq!(harness.calls.last().unwrap().run, harness.head());
}

#[test]
fn case_101_a_waiting_run_starts_after_a_restart_without_any_input() {
    let mut harness = waiting();
    let calls = harness.calls.len();
    harness.run("1 s");
    assert_eq!(harness.calls.len(), calls + 1);
    harness.run("ann returns; answer 4 begins r2; answer 4 ends as two; 1 s");
    assert_eq!(harness.tabs["ann"].view.text(4), "two");
}

#[test]
fn case_101_a_request_that_comes_with_a_failed_start_is_refused() {
    let mut harness = Harness::new();
    harness
        .run("ann joins; bob joins; ann says @chatbot one; ann says @chatbot two; ann says @chatbot three");
    // The crash ends the first answer, the second is called again, and the third is a restored run that waits.
    harness.run("1 s; room crashes; ann returns; bob returns; 1 s; answer 4 begins r1; answer 4 ends");
    assert_eq!(harness.storage.runs[&Seq(6)].starts, 1);
    harness.take_lines();
    // The next input starts it, whatever else it does: here nothing, since Bob may not delete Ann's message.
    harness.run("store fails; bob deletes 1");
    assert!(harness.take_lines().contains("bob < refused auto4 TryLater"));
}
