//! Crashes and failed stores, at every step of a conversation.

use expect_test::expect;
use models::{ModelErrorKind, ModelEvent};
use shared::{RunState, Seq};

use crate::harness::{Harness, config, ended};

/// A conversation with every kind of event. Runs are named by their role, because faults change their seqs.
const STORY: [&str; 22] = [
    "ann says hello",
    "ann says @chatbot one",
    "begins",
    "bob says @chatbot two @helper three",
    "writes",
    "1 s",
    "writes",
    "1 s",
    "ends",
    "1 s",
    "begins",
    "begins",
    "writes",
    "ann stops",
    "bob says more",
    "fails",
    "2 s",
    "begins",
    "writes",
    "ends",
    "ann says @helper four",
    "ends",
];

/// Runs one step; a step of a model is done by every running call.
fn publish_run(harness: &mut Harness, step: &str, number: usize) {
    let tasks: Vec<(Seq, u32)> = harness.tasks.iter().copied().collect();
    let event = |run: Seq| match step {
        "begins" => Some(ModelEvent::Started {
            id: Some(format!("r{run}.{number}")),
            previous: Some("any".to_owned()),
        }),
        "writes" => Some(ModelEvent::Text(format!("words {number} "))),
        "ends" => Some(ended(models::FinishReason::Complete, None)),
        "fails" => {
            let fault = models::ModelError {
                kind: ModelErrorKind::Overloaded,
                retry_after_ms: None,
                status: Some(503),
                context_tokens: None,
                note: String::new(),
            };
            Some(ended(models::FinishReason::Failed(fault), None))
        }
        _ => None,
    };
    match step {
        "ann stops" => {
            let run = harness.storage.runs.keys().next().copied();
            if let Some(run) = run {
                harness.run(&format!("ann stops {run}"));
            }
        }
        _ if event(Seq(0)).is_none() => {
            harness.run(step);
        }
        _ => {
            for (run, call_number) in tasks {
                if harness.tasks.contains(&(run, call_number)) {
                    harness.model_event(run, call_number, event(run).unwrap());
                }
            }
        }
    }
}

/// Checks what must hold at the end, whatever failed on the way.
fn check(harness: &mut Harness, what: &str) {
    for _ in 0..20 {
        for name in ["ann", "bob"] {
            if !harness.tabs[name].is_open {
                harness.run(&format!("{name} returns"));
            }
        }
        publish_run(harness, "ends", 99);
        harness.run("5 s");
    }
    assert!(harness.storage.runs.is_empty(), "{what}: every run has ended");
    assert!(harness.tasks.is_empty(), "{what}: no call goes on for nobody");
    for row in harness.storage.rows.values() {
        if let room::RowData::Answer(answer) = &row.data {
            assert!(answer.state.is_end(), "{what}: {answer:?}");
            let ends = harness.storage.rows.values().filter(|end| end.target == Some(row.seq)).count();
            assert_eq!(ends, 1, "{what}: one end of {}", row.seq);
            let calls = harness.calls.iter().filter(|call| call.run == row.seq);
            assert!(calls.count() <= 4, "{what}");
        }
    }
    harness.run("fresh reads; 1 s");
    let fresh = harness.tabs["fresh"].view.clone();
    for name in ["ann", "bob"] {
        // A tab that noticed a gap resumes.
        if harness.tabs[name].view.is_behind {
            harness.hello(name, Some(name));
        }
        let view = &harness.tabs[name].view;
        assert!(!view.is_behind, "{what}");
        assert_eq!(view.shown(), fresh.shown(), "{what}: {name}");
        assert!(view.ends.values().all(|ends| *ends == 1), "{what}: {name}");
    }
}

fn begin() -> Harness {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 20 s");
    harness
}

#[test]
fn case_51_any_one_store_may_fail() {
    for (failing, broken) in STORY.into_iter().enumerate() {
        let mut harness = begin();
        for (number, step) in STORY.into_iter().enumerate() {
            harness.failing_stores = usize::from(number == failing);
            publish_run(&mut harness, step, number);
            harness.failing_stores = 0;
        }
        check(&mut harness, &format!("the store of step {failing} {broken:?} fails"));
    }
}

#[test]
fn case_51_stores_fail_for_a_while() {
    for (first, last) in [(1, 3), (2, 6), (4, 9), (8, 14), (12, 16), (0, 21)] {
        let mut harness = begin();
        for (number, step) in STORY.into_iter().enumerate() {
            harness.failing_stores = if (first..=last).contains(&number) { 3 } else { 0 };
            publish_run(&mut harness, step, number);
            harness.failing_stores = 0;
        }
        check(&mut harness, &format!("stores {first} to {last} fail"));
    }
}

#[test]
fn case_48_the_room_may_crash_after_any_step() {
    for (crash, last) in STORY.into_iter().enumerate() {
        let mut harness = begin();
        for (number, step) in STORY.into_iter().enumerate() {
            publish_run(&mut harness, step, number);
            if number == crash {
                harness.run("room crashes; ann returns; bob returns");
            }
        }
        check(&mut harness, &format!("a crash after step {crash} {last:?}"));
    }
}

#[test]
fn g10_case_48_after_a_crash_called_runs_are_interrupted_and_queued_runs_start() {
    let mut harness = begin();
    harness.run("ann says @chatbot one; bob says @chatbot two; 1 s; answer 2 begins r1; 1 s; answer 2 writes half; 1 s").discard_lines();
    harness.run("room crashes; ann returns; 1 s");
    expect![[r#"
        call 4.1 chatbot
        ann < welcome ann 1..5 missed [#5 ends #2 interrupted Cut "half"]; run 4 thinking; here ann
        ann < people +ann =1
    "#]]
    .assert_eq(&harness.take_lines());
    // The call that starts in the same moment is sent the partial answer.
    let prompt = "p1 ann: @chatbot one\n(your answer was cut off here) half\np2 bob: @chatbot two\n";
    assert_eq!(harness.prompt(4), prompt);
    // Regenerating works and is charged again.
    harness.run("answer 4 begins r2; answer 4 ends as two; 1 s; bob returns; ann regenerates 2; 1 s");
    let run = harness.calls.last().unwrap().run.0;
    expect![[r#"
        after r2
        p1 ann: @chatbot one
    "#]]
    .assert_eq(&harness.prompt(run));
    harness.run(&format!("answer {run} begins r3; answer {run} ends as one; 1 s"));
    assert_eq!(harness.tabs["ann"].view.shown().last().unwrap().3, Some("done"));
}

#[test]
fn g10_a_call_is_not_made_when_storing_its_record_fails() {
    let mut harness = begin();
    harness.run("ann says @chatbot one; ann says @chatbot two; 1 s; answer 2 begins r1").discard_lines();
    // The end of the first and the call of the second are one store.
    harness.run("store fails; answer 2 ends; 1 s");
    expect![[r#"
        ann bob < #4 chatbot to #3 queued
        ann bob < #5 ends #2 interrupted Cut ""
        call 4.1 chatbot
        ann bob < run 4 thinking
    "#]]
    .assert_eq(&harness.take_lines());
    assert_eq!(
        harness.calls.iter().map(|call| (call.run.0, call.call_number)).collect::<Vec<_>>(),
        [(2, 1), (4, 1)]
    );
}

#[test]
fn g9_a_failed_store_during_streaming_loses_no_text() {
    let mut harness = begin();
    harness
        .run("ann says @chatbot one; 1 s; answer 2 begins r1; answer 2 writes a; answer 2 writes b")
        .discard_lines();
    harness.run("store fails; bob says lost; answer 2 writes c; 1 s");
    expect![[r#"
        bob < refused auto2 TryLater, again in 1000 ms
        ann bob < #2 chatbot to #1 queued
        ann bob < delta 2+2 "c"
    "#]]
    .assert_eq(&harness.take_lines());
    // A tab that missed the buffered delta notices the gap, and a hello fills it.
    assert!(harness.tabs["ann"].view.is_behind);
    harness.hello("ann", Some("ann"));
    assert_eq!(harness.tabs["ann"].view.texts[&Seq(2)], "abc");
    harness.run("answer 2 ends; 1 s");
    assert_eq!(harness.tabs["ann"].view.shown()[1].2, "abc");
}

#[test]
fn g1_a_client_notices_events_that_were_stored_and_never_sent() {
    // Sending is so dear that the second message is gathered; the room loses its memory before that is sent.
    let tuning = room::Tuning { send_micros: 200_000, ..Default::default() };
    let mut harness = Harness::with(room::Config { tuning, ..config() });
    harness.run("ann joins; bob joins; 20 s");
    harness.run("ann says one; ann says two").discard_lines();
    harness.run("store fails; bob says lost; 1 s");
    expect![[r#"
        bob < refused auto3 TryLater, again in 1000 ms
        ann < accepted auto2 #2
        ann bob < #2 ann: two
    "#]]
    .assert_eq(&harness.take_lines());
    assert!(!harness.tabs["ann"].view.is_behind && harness.tabs["ann"].view.last == Seq(2));
    harness.run("20 s; ann says three; ann says four; ann says five; store fails; bob says lost; 1 s");
    assert!(harness.tabs["ann"].view.is_behind, "the newest one shows that there is one before it");
}

#[test]
fn a_stop_whose_store_fails_still_ends_the_call() {
    let mut harness = begin();
    harness.run("ann says @chatbot one; 1 s; answer 2 begins r1; answer 2 writes half; 1 s; store fails; ann stops 2; 1 s");
    assert!(harness.tasks.is_empty(), "nobody would hear it");
    let answer = harness.storage.rows[&Seq(2)].message().unwrap().answer.unwrap();
    assert_eq!(answer.state, RunState::Interrupted);
}

#[test]
fn a_failed_wake_is_retried_with_the_next_frame() {
    let mut harness = begin();
    harness.run("ann says one; 20 s; room sleeps").discard_lines();
    harness.storage.is_unreadable.set(true);
    harness.run("ann says two");
    assert!(harness.room.is_none());
    harness.storage.is_unreadable.set(false);
    harness.run("ann says three; 1 s");
    expect![[r#"
        ann < refused TryLater, again in 1000 ms
        ann < accepted auto3 #2
        ann < #2 ann: three
        bob < #2 ann: three
    "#]]
    .assert_eq(&harness.take_lines());
}
