//! Moderation of answers: what the caller flags and what the room's own word list finds. `ugly` is a listed word.

use expect_test::expect;
use models::Item;
use room::{Budget, Config};
use shared::{ErrorCode, RunState, Seq, Strictness};

use crate::harness::{Harness, config};

fn moderated(moderation: Strictness) -> Harness {
    let mut harness = Harness::with(Config { moderation, ..config() });
    harness.run("ann joins");
    harness
}

/// The end of an answer as ann sees it: state, code, text.
fn end(harness: &Harness, run: u64) -> (RunState, Option<ErrorCode>, String) {
    let view = &harness.tabs["ann"].view;
    let answer = view.answer(run);
    let text = view.shown().into_iter().find(|(seq, ..)| seq.0 == run).map(|(_, _, text, _)| text);
    (answer.state, answer.code, text.unwrap_or_default())
}

fn all_items(harness: &Harness, run: u64) -> String {
    harness.call(Seq(run)).turn.input.iter().map(Item::text).collect()
}

#[test]
fn case_131_a_flagged_answer_is_withdrawn_and_is_not_the_chains_head() {
    let mut harness = moderated(Strictness::Normal);
    harness.run("ann says @chatbot hi; answer 2 begins r1; answer 2 ends as fine; 1 s");
    harness
        .run("ann says @chatbot more; answer 5 begins r2 after r1; answer 5 writes some dreadful thing; 1 s")
        .discard_lines();
    harness.run("answer 5 is flagged; 1 s");
    expect![[r#"
        ann < #6 ends #5 failed Flagged ""
    "#]]
    .assert_eq(&harness.take_lines());
    assert_eq!(end(&harness, 5), (RunState::Failed, Some(ErrorCode::Flagged), String::new()));
    assert_eq!(harness.storage.chains["chatbot"].head.as_deref(), Some("r1"));
    // Neither this bot's next prompt nor another's holds it, and neither does what is stored.
    harness.run("ann says @chatbot @helper and now?; 1 s");
    for run in [8, 9] {
        assert!(!all_items(&harness, run).contains("dreadful"), "{run}");
    }
    assert_eq!(harness.call(Seq(8)).turn.previous.as_deref(), Some("r1"));
    assert!(!format!("{:?}", harness.storage.rows).contains("dreadful"));
    assert!(harness.storage.runs.values().all(|run| run.partial_text.is_empty()));
}

#[test]
fn case_131_a_flagged_answer_costs_what_it_cost() {
    let mut harness = crate::budgets::with(Budget { has_ledger: true, ..Budget::default() });
    harness.config.moderation = Strictness::Normal;
    harness.run("room crashes; ann returns; ann says @chatbot hi; ledger grants; answer 2 begins r1; answer 2 writes x");
    harness.run("answer 2 is flagged; 1 s");
    assert_eq!(harness.settlements.len(), 1);
    assert!(harness.settlements[0].2.is_some_and(|micros| micros > 0), "{:?}", harness.settlements);
    assert_eq!(harness.tabs["ann"].view.answer(2).code, Some(ErrorCode::Flagged));
}

#[test]
fn case_131_answers_that_end_without_the_caller_are_checked_by_the_word_list() {
    for (how, state) in [
        ("ann stops 2", RunState::Stopped),
        ("200 s", RunState::Failed),
        ("room crashes; ann returns", RunState::Interrupted),
    ] {
        for (moderation, is_kept) in
            [(Strictness::Off, true), (Strictness::Normal, false), (Strictness::Strict, false)]
        {
            let mut harness = moderated(moderation);
            harness.run("ann says @chatbot hi; answer 2 begins r1; 2 s; answer 2 writes an ugly word; 2 s");
            harness.run(how).run("1 s");
            let (ended, code, text) = end(&harness, 2);
            assert_eq!((ended, text.as_str()), (state, if is_kept { "an ugly word" } else { "" }), "{how}");
            assert_eq!(code == Some(ErrorCode::Flagged), !is_kept, "{how} {moderation:?}");
        }
        // Other texts stay, whatever the setting.
        let mut harness = moderated(Strictness::Strict);
        harness.run("ann says @chatbot hi; answer 2 begins r1; 2 s; answer 2 writes a fair word; 2 s");
        assert_eq!(end(harness.run(how).run("1 s"), 2).2, "a fair word", "{how}");
    }
}

#[test]
fn case_130_a_call_says_how_strictly_it_is_moderated_and_for_whose_address() {
    for moderation in [Strictness::Strict, Strictness::Normal, Strictness::Off] {
        let mut harness = moderated(moderation);
        harness.run("ann says @chatbot 안녕; 1 s");
        let call = harness.call(Seq(2));
        assert_eq!((call.moderation, call.asked.as_str()), (moderation, "@chatbot 안녕"));
        assert_eq!(call.address, "ann's home");
        // After a tool round nothing new is asked, but the answer is checked as well.
        harness.run(r#"answer 2 begins r1; answer 2 calls current_time {"time_zone":"UTC"}; 1 s"#);
        let call = harness.call(Seq(2));
        assert_eq!((call.call_number, call.moderation, call.asked.as_str()), (2, moderation, ""));
    }
}

#[test]
fn case_130_a_flagged_question_costs_nothing_and_people_talk_on() {
    let mut harness = crate::budgets::with(Budget { has_ledger: true, ..Budget::default() });
    harness.is_moderating = true;
    harness.run("ann says @chatbot hi; ledger grants; answer 2 fails Flagged; ann says an ugly word; 1 s");
    assert_eq!(harness.tabs["ann"].view.answer(2).code, Some(ErrorCode::Flagged));
    assert_eq!(harness.settlements, [(Seq(2), 1, Some(0))]);
    let shown = harness.tabs["ann"].view.shown();
    assert!(shown.iter().any(|(_, _, text, _)| text == "an ugly word"), "people's own talk is not moderated");
    // It does not trip the circuit breaker: the next question is asked.
    harness.run("ann says @chatbot hello; ledger grants; 1 s");
    assert_eq!(harness.tasks.len(), 1);
}
