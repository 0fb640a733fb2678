//! The deployment's ledger as a room asks it: before every call, again and again, and never twice for the same.

use room::{Budget, ClaimReply, Input};
use shared::{ErrorCode, Seq};

use crate::money::with;
use crate::stage::Stage;

fn ledger() -> Stage {
    with(Budget { has_ledger: true, ..Budget::default() })
}

fn answer(stage: &Stage, run: u64) -> (&'static str, Option<ErrorCode>) {
    let answer = stage.tabs["ann"].view.answer(run);
    (answer.state.as_str(), answer.code)
}

fn claims(stage: &Stage) -> Vec<(u64, u32)> {
    stage.reserves.iter().map(|(run, call_number, _)| (run.0, *call_number)).collect()
}

#[test]
fn g10_no_call_is_made_before_its_reserve_is_granted_and_each_has_its_own() {
    let mut stage = ledger();
    stage.run("ann says @chatbot hi; 5 s");
    assert_eq!((claims(&stage), stage.calls.len()), (vec![(2, 1)], 0));
    assert_eq!(stage.tabs["bob"].view.runs[&Seq(2)].state.as_str(), "thinking");
    stage.run("ledger grants; answer 2 fails Overloaded; 2 s");
    assert_eq!((claims(&stage), stage.calls.len()), (vec![(2, 1), (2, 2)], 1));
    stage.run("ledger grants; answer 2 begins r1; answer 2 calls current_time {}; 1 s");
    assert_eq!((claims(&stage), stage.calls.len()), (vec![(2, 1), (2, 2), (2, 3)], 2));
    stage.run("ledger grants; answer 2 begins r2; answer 2 counts 100/0/10 and ends as noon; 1 s");
    let reserved = stage.reserves[1].2;
    assert_eq!(stage.settled, [(Seq(2), 1, Some(0)), (Seq(2), 2, None), (Seq(2), 3, Some(200))]);
    assert!(reserved > 1_000, "the words that it may write are in it: {reserved}");
    assert_eq!(answer(&stage, 2), ("done", None));
}

#[test]
fn a_round_of_tools_reserves_what_its_chain_holds() {
    let mut stage = ledger();
    stage.run("ann says @chatbot hi; ledger grants; answer 2 begins r1");
    let calls = vec![models::ToolCall {
        id: "1".to_owned(),
        name: "current_time".to_owned(),
        arguments: "{}".to_owned(),
        signature: None,
    }];
    let usage = Some(shared::Usage { input: 50_000, cached: 0, output: 10 });
    stage.model(
        Seq(2),
        models::ModelEvent::Finished(models::CallEnd {
            calls,
            usage,
            ..models::CallEnd::bare(models::FinishReason::Complete)
        }),
    );
    assert!(stage.reserves[1].2 > 51_000, "{:?}", stage.reserves);
}

#[test]
fn a_refusal_says_when_it_ends_and_the_next_in_line_is_asked_for() {
    let mut stage = ledger();
    stage.run("ann says @chatbot hi; bob says @chatbot hi; ledger refuses; 1 s");
    let resets_at = stage.tabs["ann"].view.answer(2).resets_at;
    assert_eq!(
        (answer(&stage, 2), resets_at),
        (("failed", Some(ErrorCode::BudgetAll)), Some(stage.now.plus(59_000)))
    );
    assert_eq!(claims(&stage), [(2, 1), (4, 1)]);
    assert!(stage.calls.is_empty() && stage.settled.is_empty());
}

#[test]
fn a_ledger_that_cannot_be_asked_is_asked_three_times_and_then_nothing_is_spent() {
    for silence in ["ledger fails", "10 s"] {
        let mut stage = ledger();
        stage.run("ann says @chatbot hi");
        for call_number in 1..=3 {
            assert_eq!(claims(&stage), vec![(2, 1); call_number], "the same claim each time");
            stage.run(silence).run("1 s");
        }
        stage.run("1 s");
        assert_eq!(
            (answer(&stage, 2), stage.reserves.len()),
            (("failed", Some(ErrorCode::TryLater)), 3),
            "{silence}"
        );
        // People talk on, and what was granted at last is given back.
        stage.run("ledger grants; bob says and so on; 1 s");
        assert_eq!((stage.calls.len(), stage.settled.as_slice()), (0, [(Seq(2), 1, Some(0))].as_slice()));
    }
}

#[test]
fn grants_that_come_twice_late_or_for_others_make_no_call() {
    let mut stage = ledger();
    stage.run("ann says @chatbot hi");
    for (run, call_number) in [(2, 0), (2, 2), (1, 1), (9, 1)] {
        stage.input(Input::Reserved { run: Seq(run), call_number, reply: Some(ClaimReply::Granted) });
    }
    assert!(stage.calls.is_empty());
    stage.run("ledger grants; ledger grants; ledger refuses; 1 s");
    assert_eq!(stage.calls.len(), 1);
    stage.run("answer 2 begins r1; answer 2 counts 10/0/1 and ends as ok; 1 s");
    assert_eq!(answer(&stage, 2), ("done", None));
}

#[test]
fn stopped_while_it_reserves_it_costs_nothing_also_when_the_grant_comes_late() {
    let mut stage = ledger();
    stage.run("ann says @chatbot hi; ann stops 2; 1 s; ledger grants; 1 s");
    assert_eq!((answer(&stage, 2), stage.calls.len()), (("stopped", None), 0));
    assert_eq!(stage.settled, [(Seq(2), 1, Some(0))]);
}

#[test]
fn stopped_in_the_middle_all_that_was_reserved_counts() {
    let mut stage = ledger();
    stage
        .run("ann says @chatbot hi; ledger grants; answer 2 begins r1; answer 2 writes so; ann stops 2; 1 s");
    assert_eq!(stage.settled, [(Seq(2), 1, None)]);
}

#[test]
fn g10_case_48_after_a_crash_the_same_claim_is_asked_for_again_or_settled_once() {
    let mut stage = ledger();
    stage.run("ann says @chatbot hi; room crashes; ann returns");
    assert_eq!(claims(&stage), [(2, 1), (2, 1)], "nothing was called yet");
    stage.run("ledger grants; ledger grants; answer 2 begins r1; room crashes; ann returns; 1 s");
    assert_eq!(stage.settled, [(Seq(2), 1, None)]);
    assert_eq!((answer(&stage, 2), stage.calls.len()), (("interrupted", Some(ErrorCode::Cut)), 1));
    // While the second call is reserved the first one is settled already.
    let mut stage = ledger();
    stage.run("ann says @chatbot hi; ledger grants; answer 2 begins r1; answer 2 calls current_time {}; room crashes; ann returns");
    assert_eq!(stage.settled, [(Seq(2), 1, None)]);
    stage.run("ledger grants; 1 s");
    assert_eq!(stage.settled, [(Seq(2), 1, None), (Seq(2), 2, Some(0))]);
    assert_eq!(stage.calls.len(), 1);
}

#[test]
fn what_is_deleted_while_it_reserves_is_not_asked() {
    let mut stage = ledger();
    stage.run("ann says @chatbot hi; ann deletes 1; 1 s; ledger grants; 1 s");
    assert_eq!((answer(&stage, 2), stage.calls.len()), (("stopped", Some(ErrorCode::AskedDeleted)), 0));
    assert_eq!(stage.settled, [(Seq(2), 1, Some(0))]);
    // What else was said is in the turn as it is when the money is there.
    let mut stage = ledger();
    stage.run("bob says secret; ann says @chatbot hi; bob deletes 1; ledger grants; 1 s");
    assert_eq!(stage.prompt(3), "p1 ann: @chatbot hi\n");
    // Neither is a second call that would have to say the question again.
    let mut stage = ledger();
    stage.run("ann says @chatbot hi; ledger grants; answer 2 fails Overloaded; 2 s; ann deletes 1; ledger grants; 1 s");
    assert_eq!((answer(&stage, 2), stage.calls.len()), (("stopped", Some(ErrorCode::AskedDeleted)), 1));
    assert_eq!(stage.settled, [(Seq(2), 1, Some(0)), (Seq(2), 2, Some(0))]);
}

#[test]
fn questions_of_an_hour_that_wait_for_the_ledger_are_counted() {
    let mut stage = with(Budget { has_ledger: true, person_hour: Some(1), ..Budget::default() });
    stage.run("ann says @chatbot @helper hi; 1 s");
    assert_eq!(
        (claims(&stage), answer(&stage, 3)),
        (vec![(2, 1)], ("failed", Some(ErrorCode::BudgetPerson)))
    );
}

#[test]
fn a_log_that_cannot_be_read_when_the_grant_comes_holds_the_call_up() {
    let mut stage = ledger();
    stage.run("ann says @chatbot hi");
    stage.log.is_unreadable.set(true);
    stage.run("ledger grants; 3 s");
    assert!(stage.calls.is_empty());
    stage.log.is_unreadable.set(false);
    stage.run("1 s; ledger grants; 1 s");
    assert_eq!((stage.calls.len(), claims(&stage)), (1, vec![(2, 1), (2, 1)]));
}
