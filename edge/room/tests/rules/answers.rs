//! The life of an answer on the wire: deltas, who joins late, and exactly one end (promise G9).

use expect_test::expect;
use models::{FinishReason, ModelEvent};
use shared::{Seq, ServerFrame, Usage, limits};

use crate::stage::{Stage, ended};

/// Ann has asked, and the answer is under way.
fn asked() -> Stage {
    let mut stage = Stage::new();
    stage.run("ann joins; bob joins; 1 s; ann says @chatbot hi; 1 s").look_away();
    stage
}

#[test]
fn g9_an_answer_from_its_question_to_its_end() {
    let mut stage = asked();
    stage.run("answer 2 begins r1; answer 2 writes Hel; 10 ms; answer 2 writes lo; 10 ms; answer 2 writes , 안; 40 ms");
    stage.run("answer 2 writes 녕; 60 ms; answer 2 ends; 1 s");
    expect![[r#"
        ann bob < run 2 streaming
        ann bob < delta 2+0 "Hel"
        ann bob < delta 2+3 "lo, 안"
        ann bob < delta 2+10 "녕"
        ann bob < #3 ends #2 done "Hello, 안녕"
    "#]]
    .assert_eq(&stage.seen());
    assert!(stage.log.runs.is_empty());
    assert_eq!(stage.log.rows.len(), 3, "deltas are no rows");
}

#[test]
fn g9_who_comes_late_gets_the_text_so_far_and_then_the_rest() {
    let mut stage = asked();
    stage.run("answer 2 begins r1; answer 2 writes one ; answer 2 writes two ; carol reads; answer 2 writes three; 1 s");
    expect![[r#"
        ann bob < run 2 streaming
        ann bob < delta 2+0 "one "
        carol < welcome reader 1..2 anew [#1 ann: @chatbot hi, #2 chatbot to #1 queued]; run 2 streaming "one two "; here ann bob
        ann bob carol < delta 2+4 "two three"
    "#]].assert_eq(&stage.seen());
    assert_eq!(stage.tabs["carol"].view.texts[&Seq(2)], "one two three");
    stage.run("answer 2 ends as one two three.; 1 s");
    assert_eq!(stage.tabs["carol"].view.shown(), stage.tabs["ann"].view.shown());
}

#[test]
fn g9_every_kind_of_end_comes_once_and_nothing_after_it() {
    for (end, state) in [
        ("answer 2 ends", "done \"so far\""),
        ("answer 2 ends as so far, so good", "done \"so far, so good\""),
        ("answer 2 runs out", "incomplete Length \"so far\""),
        ("answer 2 filters it", "incomplete Filtered \"so far\""),
        ("answer 2 declines I would rather not", "incomplete Declined \"I would rather not\""),
        ("answer 2 breaks off", "interrupted Cut \"so far\""),
        ("answer 2 fails Overloaded", "failed Busy \"so far\""),
        ("answer 2 fails ChainLost", "failed Misconfigured \"so far\""),
        ("ann stops 2", "stopped \"so far\""),
        ("60 s", "failed Timeout \"so far\""),
        ("room crashes; ann returns; bob returns", "interrupted Cut \"so far\""),
    ] {
        let mut stage = asked();
        stage.run("1 s; answer 2 begins r1; 1 s; answer 2 writes so far; 1 s; carol reads").look_away();
        stage.run(end).run("1 s");
        let seen = stage.seen();
        assert_eq!(
            seen.matches(&format!("#3 ends #2 {state}")).count(),
            if end.contains("crashes") { 2 } else { 1 },
            "{end}\n{seen}"
        );
        // A task that was too late to stop says more.
        for late in [
            "answer 2 begins r2",
            "answer 2 writes more",
            "answer 2 breathes",
            "answer 2 ends as all",
            "answer 2 breaks off",
        ] {
            stage.run(late);
        }
        stage.run("ann stops 2; 300 s; room crashes; ann returns; 1 s; fresh reads");
        assert_eq!(stage.head(), Seq(3), "{end}");
        assert_eq!(stage.tabs["ann"].view.ends[&Seq(2)], 1, "{end}");
        assert_eq!(stage.tabs["ann"].view.shown(), stage.tabs["fresh"].view.shown(), "{end}");
        assert!(stage.log.runs.is_empty() && stage.tabs["fresh"].view.runs.is_empty(), "{end}");
        assert_eq!(stage.calls.len(), 1, "nothing is paid again by itself: {end}");
    }
}

#[test]
fn g9_case_68_the_final_text_is_what_the_server_says_at_the_end() {
    let mut stage = asked();
    stage.run("answer 2 begins r1; answer 2 writes Hxllo; 1 s; answer 2 ends as Hello; carol reads; 1 s");
    for name in ["ann", "bob", "carol"] {
        assert_eq!(stage.tabs[name].view.shown()[1].2, "Hello");
    }
    assert_eq!(stage.log.rows[&Seq(2)].message().unwrap().text, "Hello");
}

#[test]
fn g9_deltas_that_wait_are_not_told_after_the_end() {
    let mut stage = asked();
    stage.run(
        "answer 2 begins r1; answer 2 writes a; answer 2 writes b; answer 2 writes c; answer 2 ends; 1 s",
    );
    expect![[r#"
        ann bob < run 2 streaming
        ann bob < delta 2+0 "a"
        ann bob < #3 ends #2 done "abc"
    "#]]
    .assert_eq(&stage.seen());
}

#[test]
fn g9_an_answer_that_is_too_long_ends_at_the_limit_once_and_for_good() {
    for wait in ["1 ms", "2 s"] {
        let mut stage = asked();
        stage.run("answer 2 begins r1");
        let text = "말".repeat(limits::ANSWER_BYTES / 3 - 1);
        stage.model(Seq(2), ModelEvent::Text(text.clone())).run(wait);
        stage.model(Seq(2), ModelEvent::Text("말말말".to_owned())).run("1 s");
        assert!(stage.tasks.is_empty(), "the call is aborted");
        let answer = stage.log.rows[&Seq(2)].message().unwrap();
        assert_eq!(answer.text, format!("{text}말"));
        assert!(answer.text.len() <= limits::ANSWER_BYTES);
        assert!(stage.log.runs.is_empty(), "no record outlives the end: {wait}");
        stage.run("room crashes");
        assert_eq!(stage.head(), Seq(3), "{wait}");
    }
}

#[test]
fn g9_a_final_text_that_is_too_long_is_incomplete() {
    let mut stage = asked();
    let text = "말".repeat(limits::ANSWER_BYTES);
    stage.run("answer 2 begins r1").model(Seq(2), ended(FinishReason::Complete, Some(&text))).run("1 s");
    let answer = stage.log.rows[&Seq(2)].message().unwrap();
    assert_eq!(answer.text.len(), limits::ANSWER_BYTES - 1);
    assert_eq!(answer.answer.unwrap().state.as_str(), "incomplete");
}

#[test]
fn g9_a_late_word_after_the_whole_time_is_over_leaves_no_record() {
    let mut stage = asked();
    stage.run("answer 2 begins r1; answer 2 writes a");
    let late = stage.now.plus(200_000);
    stage.jump(late).run("answer 2 writes b; 1 s");
    assert!(stage.log.runs.is_empty());
    stage.run("room crashes");
    assert_eq!(stage.head(), Seq(3));
}

#[test]
fn case_70_refusals_and_empty_answers_are_told_apart() {
    let mut stage = asked();
    stage.run("answer 2 begins r1; answer 2 refuses I cannot; answer 2 refuses  do that; answer 2 ends; 1 s");
    stage.run("ann says @chatbot empty; answer 5 begins r2; answer 5 ends; 1 s");
    expect![[r#"
        ann bob < run 2 streaming
        ann bob < delta 2+0 "I cannot"
        ann bob < #3 ends #2 incomplete Declined "I cannot do that"
        ann < accepted auto2 #4
        call 5.1 chatbot
        ann bob < #4 ann: @chatbot empty, #5 chatbot to #4 queued
        ann bob < run 5 thinking
        ann bob < #6 ends #5 done ""
    "#]]
    .assert_eq(&stage.seen());
}

#[test]
fn case_67_many_deltas_are_few_frames() {
    let mut stage = asked();
    stage.run("answer 2 begins r1");
    for _ in 0..1_000 {
        stage.run("answer 2 writes x; 1 ms");
    }
    let frames =
        stage.tabs["bob"].view.frames.iter().filter(|frame| matches!(frame, ServerFrame::Delta { .. }));
    assert!(frames.count() <= 21);
    stage.run("50 ms");
    assert_eq!(stage.tabs["bob"].view.texts[&Seq(2)].len(), 1_000);
}

#[test]
fn partial_text_is_stored_about_once_a_second_and_its_loss_costs_nothing() {
    let mut stage = asked();
    stage.run("answer 2 begins r1");
    let mut stores = 0;
    for _ in 0..100 {
        stage.run("answer 2 writes x");
        stores += usize::from(stage.order.contains(&"store"));
        stage.run("50 ms");
    }
    assert!((4..=6).contains(&stores), "{stores}");
    assert_eq!(stage.log.runs[&Seq(2)].partial_text.len(), 81);
    stage.failing = usize::MAX;
    for _ in 0..40 {
        stage.run("answer 2 writes x; 50 ms");
    }
    stage.failing = 0;
    assert_eq!(stage.tabs["bob"].view.texts[&Seq(2)].len(), 140, "a failed flush is not a failed store");
    stage.run("answer 2 ends; 1 s");
    assert_eq!(stage.tabs["bob"].view.shown()[1].2.len(), 140);
}

#[test]
fn tokens_and_how_much_was_followed_are_told_with_the_end() {
    let mut stage = asked();
    let usage = Some(Usage { input: 100, cached: 40, output: 7 });
    stage.run("answer 2 begins r1; answer 2 writes x");
    let ended = models::CallEnd { usage, ..models::CallEnd::bare(FinishReason::Complete) };
    stage.model(Seq(2), ModelEvent::Finished(ended)).run("1 s");
    let answer = stage.tabs["bob"].view.messages[&Seq(2)].answer.clone().unwrap();
    assert_eq!((answer.usage, answer.context_messages, answer.chain_rebuilt), (usage, 1, false));
    stage.run("bob says a; bob says b; ann says @chatbot c; answer 7 begins r2; answer 7 ends; 1 s");
    assert_eq!(stage.tabs["bob"].view.messages[&Seq(7)].answer.as_ref().unwrap().context_messages, 4);
}

#[test]
fn case_71_only_who_asked_and_the_owner_may_stop() {
    let mut stage = asked();
    stage
        .run("answer 2 begins r1; answer 2 writes so; 1 s; owner joins as olga; carol reads; 1 s")
        .look_away();
    stage.run("bob stops 2; carol stops 2; ann stops 1; ann stops 99; ann stops 2; ann stops 2; 1 s");
    expect![[r#"
        bob < refused NotAllowed
        carol < refused NotJoined
        ann < refused NotNow
        ann < refused NotNow
        abort 2.1
        ann bob carol owner < #3 ends #2 stopped "so"
        ann < refused NotNow
    "#]]
    .assert_eq(&stage.seen());
    stage.run("ann says @chatbot again; 1 s; owner stops 5; 1 s");
    assert_eq!(stage.tabs["bob"].view.messages[&Seq(5)].answer.as_ref().unwrap().state.as_str(), "stopped");
    assert!(stage.tasks.is_empty());
}

#[test]
fn case_71_an_answer_goes_on_without_the_one_who_asked() {
    let mut stage = asked();
    stage.run("answer 2 begins r1; ann leaves; answer 2 writes hi; answer 2 ends; 1 s; ann returns");
    assert_eq!(stage.tabs["ann"].view.shown(), stage.tabs["bob"].view.shown());
    assert_eq!(stage.tabs["ann"].view.shown()[1].2, "hi");
    // Asking, leaving, and stopping it after coming back.
    stage.run("ann says @chatbot more; ann leaves; 1 s; ann returns; ann stops 5; 1 s");
    assert_eq!(stage.tabs["bob"].view.shown().last().unwrap().3, Some("stopped"));
}

#[test]
fn case_73_words_of_a_run_that_is_not_there_make_nothing() {
    let mut stage = Stage::new();
    stage.run("ann joins; 1 s").look_away();
    for event in
        [ModelEvent::Text("x".to_owned()), ended(FinishReason::Complete, Some("x")), ModelEvent::Alive]
    {
        stage.hear(Seq(2), 1, event);
    }
    stage.run("1 s");
    assert_eq!(stage.seen(), "");
    assert!(stage.log.rows.is_empty() && stage.log.runs.is_empty());
}
