//! Answers as clients are sent them: deltas, late joiners, and exactly one end (promise G9).

use expect_test::expect;
use models::{FinishReason, ModelEvent};
use shared::{Seq, ServerFrame, Usage, limits};

use crate::harness::{Harness, ended, person};

/// A room in which ann has asked and the answer has begun.
fn asked() -> Harness {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 1 s; ann says @chatbot hi; 1 s").discard_lines();
    harness
}

#[test]
fn g9_an_answer_streams_from_its_question_to_its_end() {
    let mut harness = asked();
    harness.run("answer 2 begins r1; answer 2 writes Hel; 10 ms; answer 2 writes lo; 10 ms; answer 2 writes , 안; 40 ms");
    harness.run("answer 2 writes 녕; 60 ms; answer 2 ends; 1 s");
    expect![[r#"
        ann bob < run 2 streaming
        ann bob < delta 2+0 "Hel"
        ann bob < delta 2 "lo, 안"
        ann bob < delta 2 "녕"
        ann bob < #3 ends #2 done =13
    "#]]
    .assert_eq(&harness.take_lines());
    assert!(harness.storage.runs.is_empty());
    assert_eq!(harness.storage.rows.len(), 3, "deltas are no rows");
}

#[test]
fn g9_a_late_joiner_gets_the_text_so_far_and_then_the_rest() {
    let mut harness = asked();
    harness.run("answer 2 begins r1; answer 2 writes one ; answer 2 writes two ; carol reads; answer 2 writes three; 1 s");
    expect![[r#"
        ann bob < run 2 streaming
        ann bob < delta 2+0 "one "
        carol < welcome reader 1..2 anew [#1 ann: @chatbot hi, #2 chatbot to #1 queued]; run 2 streaming "one two "; here ann bob
        ann bob carol < delta 2+4 "two three"
    "#]].assert_eq(&harness.take_lines());
    assert_eq!(harness.tabs["carol"].view.texts[&Seq(2)], "one two three");
    harness.run("answer 2 ends as one two three.; 1 s");
    assert_eq!(harness.tabs["carol"].view.shown(), harness.tabs["ann"].view.shown());
}

#[test]
fn g9_every_kind_of_end_is_sent_once_and_nothing_follows_it() {
    for (end, state) in [
        ("answer 2 ends", "done =6"),
        ("answer 2 ends as so far, so good", "done \"so far, so good\""),
        ("answer 2 runs out", "incomplete Length =6"),
        ("answer 2 filters it", "incomplete Filtered =6"),
        ("answer 2 declines I would rather not", "incomplete Declined \"I would rather not\""),
        ("answer 2 breaks off", "interrupted Cut =6"),
        ("answer 2 fails Overloaded", "failed Busy =6"),
        ("answer 2 fails ChainLost", "failed Misconfigured =6"),
        ("ann stops 2", "stopped =6"),
        ("60 s", "failed Timeout =6"),
        ("room crashes; ann returns; bob returns", "interrupted Cut \"so far\""),
    ] {
        let mut harness = asked();
        harness.run("1 s; answer 2 begins r1; 1 s; answer 2 writes so far; 1 s; carol reads").discard_lines();
        harness.run(end).run("1 s");
        let seen = harness.take_lines();
        assert_eq!(
            seen.matches(&format!("#3 ends #2 {state}")).count(),
            if end.contains("crashes") { 2 } else { 1 },
            "{end}\n{seen}"
        );
        // A task that was aborted too late sends more.
        for late in [
            "answer 2 begins r2",
            "answer 2 writes more",
            "answer 2 breathes",
            "answer 2 ends as all",
            "answer 2 breaks off",
        ] {
            harness.run(late);
        }
        harness.run("ann stops 2; 300 s; room crashes; ann returns; 1 s; fresh reads");
        assert_eq!(harness.head(), Seq(3), "{end}");
        assert_eq!(harness.tabs["ann"].view.ends[&Seq(2)], 1, "{end}");
        assert_eq!(harness.tabs["ann"].view.shown(), harness.tabs["fresh"].view.shown(), "{end}");
        assert!(harness.storage.runs.is_empty() && harness.tabs["fresh"].view.runs.is_empty(), "{end}");
        assert_eq!(harness.calls.len(), 1, "nothing is paid again by itself: {end}");
    }
}

#[test]
fn g9_case_68_the_final_text_is_the_one_stated_at_the_end() {
    let mut harness = asked();
    harness.run("answer 2 begins r1; answer 2 writes Hxllo; 1 s; answer 2 ends as Hello; carol reads; 1 s");
    for name in ["ann", "bob", "carol"] {
        assert_eq!(harness.tabs[name].view.shown()[1].2, "Hello");
    }
    assert_eq!(harness.storage.rows[&Seq(2)].message().unwrap().text, "Hello");
}

#[test]
fn g9_buffered_deltas_are_not_sent_after_the_end() {
    let mut harness = asked();
    harness.run(
        "answer 2 begins r1; answer 2 writes a; answer 2 writes b; answer 2 writes c; answer 2 ends; 1 s",
    );
    expect![[r#"
        ann bob < run 2 streaming
        ann bob < delta 2+0 "a"
        ann bob < delta 2 "bc"
        ann bob < #3 ends #2 done =3
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn g9_an_answer_that_is_too_long_ends_once_at_the_limit() {
    for wait in ["1 ms", "2 s"] {
        let mut harness = asked();
        harness.run("answer 2 begins r1");
        let text = "말".repeat(limits::ANSWER_BYTES / 3 - 1);
        harness.model(Seq(2), ModelEvent::Text(text.clone())).run(wait);
        harness.model(Seq(2), ModelEvent::Text("말말말".to_owned())).run("1 s");
        assert!(harness.tasks.is_empty(), "the call is aborted");
        let answer = harness.storage.rows[&Seq(2)].message().unwrap();
        assert_eq!(answer.text, format!("{text}말"));
        assert!(answer.text.len() <= limits::ANSWER_BYTES);
        assert!(harness.storage.runs.is_empty(), "no record outlives the end: {wait}");
        harness.run("room crashes");
        assert_eq!(harness.head(), Seq(3), "{wait}");
    }
}

#[test]
fn g9_a_final_text_that_is_too_long_is_incomplete() {
    let mut harness = asked();
    let text = "말".repeat(limits::ANSWER_BYTES);
    harness.run("answer 2 begins r1").model(Seq(2), ended(FinishReason::Complete, Some(&text))).run("1 s");
    let answer = harness.storage.rows[&Seq(2)].message().unwrap();
    assert_eq!(answer.text.len(), limits::ANSWER_BYTES - 1);
    assert_eq!(answer.answer.unwrap().state.as_str(), "incomplete");
}

#[test]
fn g9_a_model_event_after_the_total_timeout_stores_nothing() {
    let mut harness = asked();
    harness.run("answer 2 begins r1; answer 2 writes a");
    let late = harness.now.plus(200_000);
    harness.jump(late).run("answer 2 writes b; 1 s");
    assert!(harness.storage.runs.is_empty());
    harness.run("room crashes");
    assert_eq!(harness.head(), Seq(3));
}

#[test]
fn case_70_refusals_and_empty_answers_are_distinguished() {
    let mut harness = asked();
    harness
        .run("answer 2 begins r1; answer 2 refuses I cannot; answer 2 refuses  do that; answer 2 ends; 1 s");
    harness.run("ann says @chatbot empty; answer 5 begins r2; answer 5 ends; 1 s");
    expect![[r#"
        ann bob < run 2 streaming
        ann bob < delta 2+0 "I cannot"
        ann bob < delta 2 " do that"
        ann bob < #3 ends #2 incomplete Declined =16
        call 5.1 chatbot
        ann < accepted auto2 #4
        ann < #4 ann: @chatbot empty, #5 chatbot to #4 queued
        ann < run 5 thinking
        bob < #4 ann: @chatbot empty, #5 chatbot to #4 queued
        bob < run 5 thinking
        ann bob < #6 ends #5 failed NoAnswer ""
    "#]]
    .assert_eq(&harness.take_lines());
}

#[test]
fn case_67_many_deltas_are_sent_in_few_frames() {
    let mut harness = asked();
    harness.run("answer 2 begins r1");
    for _ in 0..1_000 {
        harness.run("answer 2 writes x; 1 ms");
    }
    let frames =
        harness.tabs["bob"].view.frames.iter().filter(|frame| matches!(frame, ServerFrame::Deltas { .. }));
    assert!(frames.count() <= 35);
    harness.run("50 ms");
    assert_eq!(harness.tabs["bob"].view.texts[&Seq(2)].len(), 1_000);
}

#[test]
fn partial_text_is_stored_about_once_a_second_and_a_failed_store_loses_nothing() {
    let mut harness = asked();
    harness.run("answer 2 begins r1");
    let mut stores = 0;
    for _ in 0..100 {
        harness.run("answer 2 writes x");
        stores += usize::from(harness.effect_kinds.contains(&"store"));
        harness.run("50 ms");
    }
    assert!((4..=6).contains(&stores), "{stores}");
    assert_eq!(harness.storage.runs[&Seq(2)].partial_text.len(), 81);
    harness.failing_stores = usize::MAX;
    for _ in 0..40 {
        harness.run("answer 2 writes x; 50 ms");
    }
    harness.failing_stores = 0;
    assert_eq!(harness.tabs["bob"].view.texts[&Seq(2)].len(), 140, "a failed flush is not a failed store");
    harness.run("answer 2 ends; 1 s");
    assert_eq!(harness.tabs["bob"].view.shown()[1].2.len(), 140);
}

#[test]
fn the_end_states_tokens_and_context_messages() {
    let mut harness = asked();
    let usage = Some(Usage { input: 100, cached: 40, output: 7 });
    harness.run("answer 2 begins r1; answer 2 writes x");
    let ended = models::CallEnd { usage, ..models::CallEnd::bare(FinishReason::Complete) };
    harness.model(Seq(2), ModelEvent::Finished(ended)).run("1 s");
    let answer = harness.tabs["bob"].view.messages[&Seq(2)].answer.clone().unwrap();
    assert_eq!((answer.usage, answer.context_messages, answer.chain_rebuilt), (usage, 1, false));
    harness.run("bob says a; bob says b; ann says @chatbot c; answer 7 begins r2; answer 7 ends; 1 s");
    assert_eq!(harness.tabs["bob"].view.messages[&Seq(7)].answer.as_ref().unwrap().context_messages, 4);
}

#[test]
fn case_71_only_the_asker_and_the_owner_may_stop_an_answer() {
    let mut harness = asked();
    harness
        .run("answer 2 begins r1; answer 2 writes so; 1 s; owner joins as olga; carol reads; 1 s")
        .discard_lines();
    harness.run("bob stops 2; carol stops 2; ann stops 1; ann stops 99; ann stops 2; ann stops 2; 1 s");
    expect![[r#"
        bob < refused NotAllowed
        carol < refused NotJoined
        ann < refused NotNow
        ann < refused NotNow
        abort 2.1
        ann bob carol owner < #3 ends #2 stopped =2
        ann < refused NotNow
    "#]]
    .assert_eq(&harness.take_lines());
    harness.run("ann says @chatbot again; 1 s; owner stops 5; 1 s");
    let bob = &harness.tabs["bob"].view;
    assert_eq!(bob.answer(5).state.as_str(), "stopped");
    let stopped_by = [2, 5].map(|answer| bob.answer(answer).stopped_by.clone());
    assert_eq!(stopped_by, [Some(person("ann")), Some(person("owner"))]);
    assert!(harness.tasks.is_empty());
}

#[test]
fn case_71_an_answer_continues_after_its_asker_leaves() {
    let mut harness = asked();
    harness.run("answer 2 begins r1; ann leaves; answer 2 writes hi; answer 2 ends; 1 s; ann returns");
    assert_eq!(harness.tabs["ann"].view.shown(), harness.tabs["bob"].view.shown());
    assert_eq!(harness.tabs["ann"].view.shown()[1].2, "hi");
    // Ann asks, leaves, reconnects and stops the answer.
    harness.run("ann says @chatbot more; ann leaves; 1 s; ann returns; ann stops 5; 1 s");
    assert_eq!(harness.tabs["bob"].view.shown().last().unwrap().3, Some("stopped"));
}

#[test]
fn case_73_model_events_of_unknown_runs_are_ignored() {
    let mut harness = Harness::new();
    harness.run("ann joins; 1 s").discard_lines();
    for event in
        [ModelEvent::Text("x".to_owned()), ended(FinishReason::Complete, Some("x")), ModelEvent::Alive]
    {
        harness.model_event(Seq(2), 1, event);
    }
    harness.run("1 s");
    assert_eq!(harness.take_lines(), "");
    assert!(harness.storage.rows.is_empty() && harness.storage.runs.is_empty());
}

#[test]
fn g9_offsets_are_sent_after_a_welcome_and_otherwise_left_out() {
    let mut harness = asked();
    harness.run("answer 2 begins r1; answer 2 writes 안; 1 s; answer 2 writes b; 1 s");
    harness.discard_lines();
    // The welcome holds text that the others are sent only after it.
    harness.run(
        "answer 2 writes c; answer 2 writes d; carol reads; answer 2 writes e; 1 s; answer 2 writes f; 1 s",
    );
    let lines = harness.take_lines();
    let deltas = lines.lines().filter(|line| line.contains("delta")).collect::<Vec<_>>();
    assert_eq!(deltas.len(), 3, "{lines}");
    assert!(deltas[0].ends_with(r#"delta 2 "c""#), "{lines}");
    assert!(deltas[1].contains("delta 2+"), "{lines}");
    assert!(deltas[2].ends_with(r#"delta 2 "f""#), "{lines}");
    for tab in ["ann", "bob", "carol"] {
        assert_eq!(harness.tabs[tab].view.texts[&Seq(2)], "안bcdef", "{tab}");
        assert!(!harness.tabs[tab].view.is_behind, "{tab}");
    }
}
