//! Crashes and failing stores, at every point.

use expect_test::expect;
use models::{ModelErrorKind, ModelEvent};
use shared::{RunState, Seq};

use crate::stage::{Stage, ended};

/// A conversation with everything in it. Runs are named by what they have become, since faults move their places.
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

/// One step. What a model does, every running call does.
fn publish_run(stage: &mut Stage, step: &str, number: usize) {
    let tasks: Vec<(Seq, u32)> = stage.tasks.iter().copied().collect();
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
                note: String::new(),
            };
            Some(ended(models::FinishReason::Failed(fault), None))
        }
        _ => None,
    };
    match step {
        "ann stops" => {
            let run = stage.log.runs.keys().next().copied();
            if let Some(run) = run {
                stage.run(&format!("ann stops {run}"));
            }
        }
        _ if event(Seq(0)).is_none() => {
            stage.run(step);
        }
        _ => {
            for (run, call_number) in tasks {
                if stage.tasks.contains(&(run, call_number)) {
                    stage.hear(run, call_number, event(run).unwrap());
                }
            }
        }
    }
}

/// What must hold after everything, whatever broke on the way.
fn check(stage: &mut Stage, what: &str) {
    for _ in 0..20 {
        for name in ["ann", "bob"] {
            if !stage.tabs[name].is_open {
                stage.run(&format!("{name} returns"));
            }
        }
        publish_run(stage, "ends", 99);
        stage.run("5 s");
    }
    assert!(stage.log.runs.is_empty(), "{what}: every run has ended");
    assert!(stage.tasks.is_empty(), "{what}: no call goes on for nobody");
    for row in stage.log.rows.values() {
        if let room::RowData::Answer(answer) = &row.data {
            assert!(answer.state.is_end(), "{what}: {answer:?}");
            let ends = stage.log.rows.values().filter(|end| end.target == Some(row.seq)).count();
            assert_eq!(ends, 1, "{what}: one end of {}", row.seq);
            let calls = stage.calls.iter().filter(|call| call.run == row.seq);
            assert!(calls.count() <= 4, "{what}");
        }
    }
    stage.run("fresh reads; 1 s");
    let fresh = stage.tabs["fresh"].view.clone();
    for name in ["ann", "bob"] {
        // Somebody who noticed a gap resumes.
        if stage.tabs[name].view.is_behind {
            stage.hello(name, Some(name));
        }
        let view = &stage.tabs[name].view;
        assert!(!view.is_behind, "{what}");
        assert_eq!(view.shown(), fresh.shown(), "{what}: {name}");
        assert!(view.ends.values().all(|ends| *ends == 1), "{what}: {name}");
    }
}

fn begin() -> Stage {
    let mut stage = Stage::new();
    stage.run("ann joins; bob joins; 20 s");
    stage
}

#[test]
fn case_51_any_one_store_may_fail() {
    for (failing, broken) in STORY.into_iter().enumerate() {
        let mut stage = begin();
        for (number, step) in STORY.into_iter().enumerate() {
            stage.failing = usize::from(number == failing);
            publish_run(&mut stage, step, number);
            stage.failing = 0;
        }
        check(&mut stage, &format!("the store of step {failing} {broken:?} fails"));
    }
}

#[test]
fn case_51_stores_fail_for_a_while() {
    for (first, last) in [(1, 3), (2, 6), (4, 9), (8, 14), (12, 16), (0, 21)] {
        let mut stage = begin();
        for (number, step) in STORY.into_iter().enumerate() {
            stage.failing = if (first..=last).contains(&number) { 3 } else { 0 };
            publish_run(&mut stage, step, number);
            stage.failing = 0;
        }
        check(&mut stage, &format!("stores {first} to {last} fail"));
    }
}

#[test]
fn case_48_the_room_may_crash_after_any_step() {
    for (crash, last) in STORY.into_iter().enumerate() {
        let mut stage = begin();
        for (number, step) in STORY.into_iter().enumerate() {
            publish_run(&mut stage, step, number);
            if number == crash {
                stage.run("room crashes; ann returns; bob returns");
            }
        }
        check(&mut stage, &format!("a crash after step {crash} {last:?}"));
    }
}

#[test]
fn g10_case_48_after_a_crash_what_was_called_is_interrupted_and_what_waited_starts() {
    let mut stage = begin();
    stage.run("ann says @chatbot one; bob says @chatbot two; 1 s; answer 2 begins r1; 1 s; answer 2 writes half; 1 s").look_away();
    stage.run("room crashes; ann returns; 1 s");
    expect![[r#"
        call 4.1 chatbot
        ann < welcome ann 1..5 missed [#5 ends #2 interrupted Cut "half"]; run 4 thinking; here ann
        ann < people +ann =1
    "#]]
    .assert_eq(&stage.seen());
    // What was cut off is known to the one that starts in the same moment.
    let prompt = "p1 ann: @chatbot one\n(your answer was cut off here) half\np2 bob: @chatbot two\n";
    assert_eq!(stage.prompt(4), prompt);
    // Asking again works, and pays again because somebody asked.
    stage.run("answer 4 begins r2; answer 4 ends as two; 1 s; bob returns; bob regenerates 2; 1 s");
    let run = stage.calls.last().unwrap().run.0;
    expect![[r#"
        after r2
        p1 ann: @chatbot one
    "#]]
    .assert_eq(&stage.prompt(run));
    stage.run(&format!("answer {run} begins r3; answer {run} ends as one; 1 s"));
    assert_eq!(stage.tabs["ann"].view.shown().last().unwrap().3, Some("done"));
}

#[test]
fn g10_a_call_whose_record_was_not_stored_is_not_made() {
    let mut stage = begin();
    stage.run("ann says @chatbot one; ann says @chatbot two; 1 s; answer 2 begins r1").look_away();
    // The end of the first and the call of the second are one store.
    stage.run("store fails; answer 2 ends; 1 s");
    expect![[r#"
        ann bob < #4 chatbot to #3 queued
        call 4.1 chatbot
        ann bob < #5 ends #2 interrupted Cut ""
        ann bob < run 4 thinking
    "#]]
    .assert_eq(&stage.seen());
    assert_eq!(
        stage.calls.iter().map(|call| (call.run.0, call.call_number)).collect::<Vec<_>>(),
        [(2, 1), (4, 1)]
    );
}

#[test]
fn g9_a_failed_store_while_an_answer_streams_loses_none_of_its_words() {
    let mut stage = begin();
    stage
        .run("ann says @chatbot one; 1 s; answer 2 begins r1; answer 2 writes a; answer 2 writes b")
        .look_away();
    stage.run("store fails; bob says lost; answer 2 writes c; 1 s");
    expect![[r#"
        bob < refused auto2 TryLater, again in 1000 ms
        ann bob < #2 chatbot to #1 queued
        ann bob < delta 2+2 "c"
    "#]]
    .assert_eq(&stage.seen());
    // Who missed the delta that waited notices, and a hello brings it.
    assert!(stage.tabs["ann"].view.is_behind);
    stage.hello("ann", Some("ann"));
    assert_eq!(stage.tabs["ann"].view.texts[&Seq(2)], "abc");
    stage.run("answer 2 ends; 1 s");
    assert_eq!(stage.tabs["ann"].view.shown()[1].2, "abc");
}

#[test]
fn g1_what_was_stored_and_never_told_is_noticed() {
    let mut stage = begin();
    // The second waits 50 ms to be told; the room loses its memory before that.
    stage.run("ann says one; ann says two").look_away();
    stage.run("store fails; bob says lost; 1 s");
    expect![[r#"
        bob < refused auto3 TryLater, again in 1000 ms
        ann bob < #2 ann: two
    "#]]
    .assert_eq(&stage.seen());
    assert!(!stage.tabs["ann"].view.is_behind && stage.tabs["ann"].view.last == Seq(2));
    stage.run("20 s; ann says three; ann says four; ann says five; store fails; bob says lost; 1 s");
    assert!(stage.tabs["ann"].view.is_behind, "the newest one shows that there is one before it");
}

#[test]
fn a_stop_whose_store_failed_ends_the_call_all_the_same() {
    let mut stage = begin();
    stage.run("ann says @chatbot one; 1 s; answer 2 begins r1; answer 2 writes half; 1 s; store fails; ann stops 2; 1 s");
    assert!(stage.tasks.is_empty(), "nobody would hear it");
    let answer = stage.log.rows[&Seq(2)].message().unwrap().answer.unwrap();
    assert_eq!(answer.state, RunState::Interrupted);
}

#[test]
fn waking_without_storage_is_tried_again_with_the_next_frame() {
    let mut stage = begin();
    stage.run("ann says one; 20 s; room sleeps").look_away();
    stage.log.is_unreadable.set(true);
    stage.run("ann says two");
    assert!(stage.room.is_none());
    stage.log.is_unreadable.set(false);
    stage.run("ann says three; 1 s");
    expect![[r#"
        ann < refused TryLater, again in 1000 ms
        ann < accepted auto3 #2
        ann bob < #2 ann: three
    "#]]
    .assert_eq(&stage.seen());
}
