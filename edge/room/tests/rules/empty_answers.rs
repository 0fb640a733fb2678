//! Answers without text, words before a tool call, thoughts, and calls whose cost is unknown.

use models::{Item, ModelEvent};
use room::{Bot, Budget, Config};
use shared::{ErrorCode, RunState, Seq, ServerFrame};

use crate::budgets::paid;
use crate::harness::{Harness, bot, config, item, only};

fn asked(bot: Bot) -> Harness {
    let mut harness = Harness::with(only(bot));
    harness.run("ann joins; 1 s; ann says @chatbot hi; 1 s");
    harness
}

fn with_clock() -> Bot {
    Bot { tools: vec!["current_time".to_owned()], ..bot("chatbot") }
}

#[test]
fn case_191_an_answer_without_text_fails_is_charged_and_is_not_the_chains_head() {
    for text in ["", " as  \n"] {
        let mut harness = asked(paid("chatbot"));
        harness.run(&format!("answer 2 begins r1; answer 2 counts 100/0/50 and ends{text}; 1 s"));
        let answer = harness.tabs["ann"].view.answer(2);
        assert_eq!((answer.state, answer.code), (RunState::Failed, Some(ErrorCode::NoAnswer)));
        assert!(answer.cost > Some(0) && answer.usage.is_some_and(|usage| usage.output == 50));
        assert_eq!(harness.storage.chains["chatbot"].head, None);
        // The next question says the first one again.
        harness.run("ann says @chatbot you there?; 1 s");
        assert_eq!(harness.prompt(5), "p1 ann: @chatbot hi\np1 ann: @chatbot you there?\n");
    }
}

#[test]
fn case_191_nothing_after_a_tool_call_is_no_whole_answer() {
    let mut harness = asked(with_clock());
    harness.run("answer 2 begins r1; answer 2 writes Let me look.; answer 2 calls current_time {}; 1 s");
    harness.run("answer 2 begins r2; answer 2 ends; 1 s");
    let answer = harness.tabs["ann"].view.answer(2);
    assert_eq!((answer.state, answer.code), (RunState::Incomplete, Some(ErrorCode::NoAnswer)));
    assert_eq!(harness.tabs["ann"].view.text(2), "Let me look.");
    assert_eq!(harness.storage.chains["chatbot"].head, None);
}

#[test]
fn case_192_words_before_a_tool_call_are_a_paragraph_of_their_own() {
    for (first, second) in [
        ("Let me look.", "answer 2 writes It is ; answer 2 writes late.; answer 2 ends"),
        ("Let me look.", "answer 2 writes It is late.; answer 2 ends as It is late."),
        ("Let me look.", "answer 2 ends as It is late."),
        ("Let me look.\n", "answer 2 writes \n\n; answer 2 writes It is late.; answer 2 ends"),
        ("Let me look.\n\n", "answer 2 writes It is late.; answer 2 ends"),
    ] {
        let mut harness = asked(with_clock());
        harness.run("answer 2 begins r1");
        harness.model(Seq(2), ModelEvent::Text(first.to_owned()));
        harness.run("answer 2 calls current_time {}; 1 s; answer 2 begins r2").run(second).run("1 s");
        assert_eq!(harness.tabs["ann"].view.text(2), "Let me look.\n\nIt is late.", "{first:?} {second}");
        assert_eq!(harness.tabs["ann"].view.answer(2).state, RunState::Done);
        assert_eq!(harness.storage.chains["chatbot"].head.as_deref(), Some("r2"));
    }
}

#[test]
fn case_192_a_replayed_turn_holds_what_the_model_said_before_it_called() {
    let replayed = Bot { state: room::StateMode::Replay, ..with_clock() };
    let mut harness = asked(replayed);
    harness.run("answer 2 writes Let me look.; answer 2 calls current_time {}; 1 s");
    harness.run("answer 2 writes And again.; answer 2 calls current_time {}; 1 s");
    let own: Vec<String> =
        harness.call(Seq(2)).turn.input.iter().filter(|one| one.is_own()).map(item).collect();
    assert_eq!(own.len(), 4, "{own:?}");
    assert!(own[0].ends_with("Let me look.") && own[2].ends_with("And again."), "{own:?}");
    assert!(matches!(harness.call(Seq(2)).turn.input[1], Item::Message { .. }), "before the call");
}

#[test]
fn case_193_thoughts_are_kept_beside_the_answer_and_are_no_part_of_any_prompt() {
    let mut harness = asked(Bot { state: room::StateMode::Replay, ..bot("chatbot") });
    harness.model(Seq(2), ModelEvent::Thought("they greet ".to_owned()));
    harness.model(Seq(2), ModelEvent::Thought("me".to_owned()));
    harness.run("answer 2 writes Hello; answer 2 ends; 1 s");
    let answer = harness.tabs["ann"].view.answer(2);
    assert_eq!((harness.tabs["ann"].view.text(2), answer.thoughts.as_str()), ("Hello", "they greet me"));
    harness.run("ann says @chatbot again; 1 s");
    assert!(!harness.prompt(5).contains("greet"));
    for _ in 0..100 {
        harness.model(Seq(5), ModelEvent::Thought("생각".repeat(100)));
    }
    harness.run("answer 5 ends as ok; 1 s");
    assert!((4_000..=4_096).contains(&harness.tabs["ann"].view.answer(5).thoughts.len()));
}

#[test]
fn case_195_what_a_cut_answer_is_charged_stands_on_it_and_in_the_bill() {
    let budget = Budget { has_ledger: true, room_day: Some(10_000_000), ..Budget::default() };
    let mut harness = Harness::with(Config { bots: vec![paid("chatbot")], budget, ..config() });
    harness.run("ann joins; 1 s; ann says @chatbot hi; 1 s; ledger grants; answer 2 begins r1; answer 2 writes half; answer 2 breaks off; 1 s");
    let reserved = harness.reservations[0].2;
    let answer = harness.tabs["ann"].view.answer(2);
    assert_eq!((answer.cost, answer.cost_is_most), (Some(reserved), true));
    harness.run("ann asks the bill; 1 s");
    let bill = harness.tabs["ann"].view.frames.iter().rev().find_map(|frame| match frame {
        ServerFrame::Bill(bill) => Some(bill.clone()),
        _ => None,
    });
    let bill = bill.unwrap();
    assert_eq!((bill.day.cost, bill.day.unmetered, bill.yours.cost), (reserved, reserved, reserved));
    // What counts against the limit is what the bill says.
    let of_room = harness.storage.spends.iter().find(|((spender, _), _)| *spender == room::Spender::Room);
    assert_eq!(of_room.map(|(_, record)| record.charged), Some(bill.day.cost));
}

#[test]
fn case_197_a_limit_of_nothing_allows_nothing_whatever_the_price() {
    for budget in [
        Budget { room_day: Some(0), ..Budget::default() },
        Budget { person_day: Some(0), ..Budget::default() },
        Budget { person_hour: Some(0), ..Budget::default() },
    ] {
        let mut harness = Harness::with(Config { budget, ..config() });
        harness.run("ann joins; 1 s; ann says @chatbot hi; 1 s");
        assert_eq!(harness.calls.len(), 0, "{budget:?}");
        assert_eq!(harness.tabs["ann"].view.answer(2).state, RunState::Failed, "{budget:?}");
    }
}
