//! Reservations at the deployment's ledger: before every call, retried, and never twice for the same call.

use room::{Budget, ClaimReply, Input};
use shared::{ErrorCode, Seq};

use crate::budgets::with;
use crate::harness::Harness;

fn ledger() -> Harness {
    with(Budget { has_ledger: true, ..Budget::default() })
}

fn answer(harness: &Harness, run: u64) -> (&'static str, Option<ErrorCode>) {
    let answer = harness.tabs["ann"].view.answer(run);
    (answer.state.as_str(), answer.code)
}

fn claims(harness: &Harness) -> Vec<(u64, u32)> {
    harness.reservations.iter().map(|(run, call_number, _)| (run.0, *call_number)).collect()
}

#[test]
fn g10_each_call_waits_for_its_own_granted_reservation() {
    let mut harness = ledger();
    harness.run("ann says @chatbot hi; 5 s");
    assert_eq!((claims(&harness), harness.calls.len()), (vec![(2, 1)], 0));
    assert_eq!(harness.tabs["bob"].view.runs[&Seq(2)].state.as_str(), "thinking");
    harness.run("ledger grants; answer 2 fails Overloaded; 2 s");
    assert_eq!((claims(&harness), harness.calls.len()), (vec![(2, 1), (2, 2)], 1));
    harness.run("ledger grants; answer 2 begins r1; answer 2 calls current_time {}; 1 s");
    assert_eq!((claims(&harness), harness.calls.len()), (vec![(2, 1), (2, 2), (2, 3)], 2));
    harness.run("ledger grants; answer 2 begins r2; answer 2 counts 100/0/10 and ends as noon; 1 s");
    let reserved = harness.reservations[1].2;
    assert_eq!(harness.settlements, [(Seq(2), 1, Some(0)), (Seq(2), 2, None), (Seq(2), 3, Some(200))]);
    assert!(reserved > 1_000, "the words that it may write are in it: {reserved}");
    assert_eq!(answer(&harness, 2), ("done", None));
}

#[test]
fn a_tool_round_reserves_for_the_whole_chain() {
    let mut harness = ledger();
    harness.run("ann says @chatbot hi; ledger grants; answer 2 begins r1");
    let calls = vec![models::ToolCall {
        id: "1".to_owned(),
        name: "current_time".to_owned(),
        arguments: "{}".to_owned(),
        signature: None,
    }];
    let usage = Some(shared::Usage { input: 50_000, cached: 0, output: 10 });
    harness.model(
        Seq(2),
        models::ModelEvent::Finished(models::CallEnd {
            calls,
            usage,
            ..models::CallEnd::bare(models::FinishReason::Complete)
        }),
    );
    assert!(harness.reservations[1].2 > 51_000, "{:?}", harness.reservations);
}

#[test]
fn a_refused_claim_states_when_it_resets_and_the_next_in_the_queue_is_claimed() {
    let mut harness = ledger();
    harness.run("ann says @chatbot hi; bob says @chatbot hi; ledger refuses; 1 s");
    let resets_at = harness.tabs["ann"].view.answer(2).resets_at;
    assert_eq!(
        (answer(&harness, 2), resets_at),
        (("failed", Some(ErrorCode::BudgetAll)), Some(harness.now.plus(59_000)))
    );
    assert_eq!(claims(&harness), [(2, 1), (4, 1)]);
    assert!(harness.calls.is_empty() && harness.settlements.is_empty());
}

#[test]
fn an_unreachable_ledger_is_asked_three_times_and_then_no_call_is_made() {
    for silence in ["ledger fails", "10 s"] {
        let mut harness = ledger();
        harness.run("ann says @chatbot hi");
        for call_number in 1..=3 {
            assert_eq!(claims(&harness), vec![(2, 1); call_number], "the same claim each time");
            harness.run(silence).run("1 s");
        }
        harness.run("1 s");
        assert_eq!(
            (answer(&harness, 2), harness.reservations.len()),
            (("failed", Some(ErrorCode::TryLater)), 3),
            "{silence}"
        );
        // People can chat meanwhile, and a late grant is settled at zero.
        harness.run("ledger grants; bob says and so on; 1 s");
        assert_eq!(
            (harness.calls.len(), harness.settlements.as_slice()),
            (0, [(Seq(2), 1, Some(0))].as_slice())
        );
    }
}

#[test]
fn duplicate_late_or_foreign_grants_make_no_call() {
    let mut harness = ledger();
    harness.run("ann says @chatbot hi");
    for (run, call_number) in [(2, 0), (2, 2), (1, 1), (9, 1)] {
        harness.input(Input::Reserved { run: Seq(run), call_number, reply: Some(ClaimReply::Granted) });
    }
    assert!(harness.calls.is_empty());
    harness.run("ledger grants; ledger grants; ledger refuses; 1 s");
    assert_eq!(harness.calls.len(), 1);
    harness.run("answer 2 begins r1; answer 2 counts 10/0/1 and ends as ok; 1 s");
    assert_eq!(answer(&harness, 2), ("done", None));
}

#[test]
fn an_answer_stopped_during_its_reservation_costs_nothing_even_if_granted_late() {
    let mut harness = ledger();
    harness.run("ann says @chatbot hi; ann stops 2; 1 s; ledger grants; 1 s");
    assert_eq!((answer(&harness, 2), harness.calls.len()), (("stopped", None), 0));
    assert_eq!(harness.settlements, [(Seq(2), 1, Some(0))]);
}

#[test]
fn an_answer_stopped_while_streaming_is_charged_its_whole_reservation() {
    let mut harness = ledger();
    harness
        .run("ann says @chatbot hi; ledger grants; answer 2 begins r1; answer 2 writes so; ann stops 2; 1 s");
    assert_eq!(harness.settlements, [(Seq(2), 1, None)]);
}

#[test]
fn g10_case_48_after_a_crash_the_same_claim_is_repeated_or_settled_once() {
    let mut harness = ledger();
    harness.run("ann says @chatbot hi; room crashes; ann returns");
    assert_eq!(claims(&harness), [(2, 1), (2, 1)], "nothing was called yet");
    harness.run("ledger grants; ledger grants; answer 2 begins r1; room crashes; ann returns; 1 s");
    assert_eq!(harness.settlements, [(Seq(2), 1, None)]);
    assert_eq!((answer(&harness, 2), harness.calls.len()), (("interrupted", Some(ErrorCode::Cut)), 1));
    // While the second call is reserved the first one is settled already.
    let mut harness = ledger();
    harness.run("ann says @chatbot hi; ledger grants; answer 2 begins r1; answer 2 calls current_time {}; room crashes; ann returns");
    assert_eq!(harness.settlements, [(Seq(2), 1, None)]);
    harness.run("ledger grants; 1 s");
    assert_eq!(harness.settlements, [(Seq(2), 1, None), (Seq(2), 2, Some(0))]);
    assert_eq!(harness.calls.len(), 1);
}

#[test]
fn a_question_deleted_during_its_reservation_is_not_sent() {
    let mut harness = ledger();
    harness.run("ann says @chatbot hi; ann deletes 1; 1 s; ledger grants; 1 s");
    assert_eq!((answer(&harness, 2), harness.calls.len()), (("stopped", Some(ErrorCode::AskedDeleted)), 0));
    assert_eq!(harness.settlements, [(Seq(2), 1, Some(0))]);
    // Messages sent meanwhile are in the turn that is built after the grant.
    let mut harness = ledger();
    harness.run("bob says secret; ann says @chatbot hi; bob deletes 1; ledger grants; 1 s");
    assert_eq!(harness.prompt(3), "p1 ann: @chatbot hi\n");
    // Nor is a second call made that would repeat the question.
    let mut harness = ledger();
    harness.run("ann says @chatbot hi; ledger grants; answer 2 fails Overloaded; 2 s; ann deletes 1; ledger grants; 1 s");
    assert_eq!((answer(&harness, 2), harness.calls.len()), (("stopped", Some(ErrorCode::AskedDeleted)), 1));
    assert_eq!(harness.settlements, [(Seq(2), 1, Some(0)), (Seq(2), 2, Some(0))]);
}

#[test]
fn questions_of_an_hour_that_wait_for_the_ledger_are_counted() {
    let mut harness = with(Budget { has_ledger: true, person_hour: Some(1), ..Budget::default() });
    harness.run("ann says @chatbot @helper hi; 1 s");
    assert_eq!(
        (claims(&harness), answer(&harness, 3)),
        (vec![(2, 1)], ("failed", Some(ErrorCode::QuestionsPerson)))
    );
}

#[test]
fn a_changed_call_waits_when_storage_is_unreadable_at_its_grant() {
    let mut harness = ledger();
    harness.run("ann says @chatbot hi; ann edits 1 @chatbot hello");
    harness.storage.is_unreadable.set(true);
    harness.run("ledger grants; 3 s");
    assert!(harness.calls.is_empty());
    harness.storage.is_unreadable.set(false);
    harness.run("1 s; ledger grants; 1 s");
    assert_eq!((harness.calls.len(), claims(&harness)), (1, vec![(2, 1), (2, 1)]));
}

#[test]
fn the_prompt_is_built_once_when_nothing_changes_before_the_grant() {
    let mut harness = ledger();
    harness.run("ann says @chatbot hi");
    harness.storage.is_unreadable.set(true);
    harness.run("ledger grants");
    assert_eq!((harness.calls.len(), claims(&harness)), (1, vec![(2, 1)]));
}
