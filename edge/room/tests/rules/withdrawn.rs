//! Questions that are withdrawn, moderated or lost: what they cost, what they count, and what the ledger is told.

use models::{ModelError, ModelErrorKind};
use room::Budget;
use shared::{ErrorCode, Seq};

use crate::budgets::with;
use crate::harness::{Harness, ended};

const LEDGER: Budget =
    Budget { bots_off: false, has_ledger: true, room_day: None, person_day: None, person_hour: None };

fn end(harness: &Harness, run: u64) -> (&'static str, Option<ErrorCode>) {
    let answer = harness.tabs["ann"].view.answer(run);
    (answer.state.as_str(), answer.code)
}

fn charged(harness: &Harness) -> u64 {
    harness.storage.spends.values().map(|spend| spend.charged).max().unwrap_or_default()
}

#[test]
fn case_83_a_call_that_is_stopped_during_moderation_costs_nothing_and_is_aborted() {
    for end in ["ann stops 2", "ann deletes 1", "200 s"] {
        let mut harness = with(LEDGER);
        harness.is_moderating = true;
        harness.run("ann says @chatbot hi; ledger grants").run(end).run("1 s");
        assert_eq!(harness.settlements, [(Seq(2), 1, Some(0))], "{end}");
        assert!(harness.tasks.is_empty() && charged(&harness) == 0, "{end}");
    }
    // What moderation stops was not sent either.
    for kind in ["PolicyBlocked", "Unchecked"] {
        let mut harness = with(LEDGER);
        harness.is_moderating = true;
        harness.run("ann says @chatbot hi; ledger grants").run(&format!("answer 2 fails {kind}; 1 s"));
        assert_eq!((harness.settlements.as_slice(), charged(&harness)), (&[(Seq(2), 1, Some(0))][..], 0));
    }
    // Once its request has left it counts in full, also when the room's memory was built anew meanwhile.
    for then in
        ["ann stops 2; 1 s", "store fails; bob says lost; ann stops 2; 1 s", "room crashes; ann returns; 1 s"]
    {
        let mut harness = with(LEDGER);
        harness.is_moderating = true;
        harness.run("ann says @chatbot hi; ledger grants; answer 2 leaves").run(then);
        assert_eq!(harness.settlements, [(Seq(2), 1, None)], "{then}");
        assert_eq!(charged(&harness), harness.reservations[0].2);
    }
}

#[test]
fn case_84_only_an_error_status_is_free() {
    let fail = |status: Option<u16>, kind: ModelErrorKind| {
        let mut harness = with(LEDGER);
        harness.run("ann says @chatbot hi; ledger grants");
        let error =
            ModelError { kind, retry_after_ms: None, status, context_tokens: None, note: String::new() };
        harness.model(Seq(2), ended(models::FinishReason::Failed(error), None)).run("100 ms");
        harness.settlements[0].2
    };
    use ModelErrorKind::{BadRequest, Connection, InvalidResponse, Overloaded, RateLimited};
    for (status, kind) in [(400, BadRequest), (429, RateLimited), (500, Overloaded), (503, Overloaded)] {
        assert_eq!(fail(Some(status), kind), Some(0), "{status}");
    }
    // The request may have been read: a lost connection, garbage with status 200, an error inside a stream, a gateway's timeout.
    for (status, kind) in [
        (None, Connection),
        (None, InvalidResponse),
        (None, Overloaded),
        (Some(302), InvalidResponse),
        (Some(504), Overloaded),
        (Some(524), Overloaded),
    ] {
        assert_eq!(fail(status, kind), None, "{status:?} {kind:?}");
    }
}

#[test]
fn case_85_withdrawn_and_moderated_questions_count_in_the_hour() {
    let budget = Budget { person_hour: Some(4), ..LEDGER };
    let mut harness = with(budget);
    harness.is_moderating = true;
    // Deleted while it waits and reserves, stopped while it reserves, and flagged: four questions.
    harness.run("ann says @chatbot @helper hi; ann deletes 1; 1 s");
    assert_eq!([end(&harness, 2), end(&harness, 3)], [("stopped", Some(ErrorCode::AskedDeleted)); 2]);
    harness.run("ann says @chatbot hi; ann stops 8; ann says @chatbot hi; ledger grants; answer 11 fails PolicyBlocked; 1 s");
    assert_eq!((end(&harness, 8), end(&harness, 11).1), (("stopped", None), Some(ErrorCode::Filtered)));
    harness.run("room crashes; ann returns; ann says @chatbot hi; 1 s");
    assert_eq!(end(&harness, 14), ("failed", Some(ErrorCode::QuestionsPerson)));
    assert!(harness.tabs["ann"].view.answer(14).resets_at.is_some());
    assert_eq!(harness.reservations.iter().filter(|(run, ..)| run.0 == 14).count(), 0);
}

#[test]
fn case_85_the_questions_of_an_address_are_counted_together() {
    let mut harness = with(Budget { person_hour: Some(1), ..Budget::default() });
    harness.config.tuning.address_factor = 2;
    harness.run("room crashes");
    // The tabs of one name are one person; three people at one address are three cookies.
    for (number, name) in ["x1", "x2", "x3"].into_iter().enumerate() {
        harness.address = Some("one address".to_owned());
        harness.run(&format!("{name} joins; {name} says @chatbot hi; 1 s"));
        let answer = harness.head_answer();
        let is_refused = harness.tabs[name].view.answer(answer).code == Some(ErrorCode::QuestionsAddress);
        assert_eq!(is_refused, number == 2, "{name}");
        if !is_refused {
            harness.run(&format!("answer {answer} ends; 1 s"));
        }
    }
}

#[test]
fn case_86_deleting_a_question_aborts_its_call_under_way() {
    let mut harness = with(LEDGER);
    harness.run("ann says @chatbot hi; ledger grants; answer 2 begins r1; answer 2 writes so; 1 s");
    assert!(!harness.tasks.is_empty());
    harness.run("ann deletes 1; 1 s");
    assert!(harness.tasks.is_empty(), "its request is dropped");
    assert_eq!(end(&harness, 2), ("stopped", Some(ErrorCode::AskedDeleted)));
    assert_eq!(harness.settlements, [(Seq(2), 1, None)]);
    harness.run("40 s");
    assert_eq!(harness.deletion_requests, ["r1"], "what the server kept of it goes");
    // An answer to somebody else's question goes on.
    harness.run("ann says @chatbot again; ledger grants; bob says and I; bob deletes 7; 1 s");
    assert_eq!(harness.tasks.len(), 1);
}

#[test]
fn case_87_a_settlement_is_sent_until_the_ledger_takes_it_over_restarts() {
    let mut harness = with(LEDGER);
    harness.confirms_settlements = false;
    harness.run("ann says @chatbot hi; ledger grants; answer 2 begins r1; answer 2 counts 100/0/10 and ends");
    let told = (Seq(2), 1, Some(200));
    assert_eq!((harness.settlements.as_slice(), harness.storage.settlements.len()), (&[told][..], 1));
    // 2, 4, 8 and 16 seconds by the timer; then by the alarm, which outlives hibernation.
    harness.run("45 s");
    assert_eq!(harness.settlements, [told; 5]);
    assert!(harness.alarm.is_some());
    harness.run("room sleeps; ann leaves; bob leaves; owner leaves; 2000 s");
    assert!(harness.settlements.len() > 8 && harness.settlements.iter().all(|one| *one == told));
    // A restart begins anew.
    harness.settlements.clear();
    harness.run("room crashes; ann joins");
    assert_eq!(harness.settlements, [told]);
    harness.input(room::Input::ClaimSettled { run: Seq(2), call_number: 1 }).run("1000 s");
    assert_eq!((harness.settlements.as_slice(), harness.storage.settlements.len()), (&[told][..], 0));
}

#[test]
fn case_87_a_claim_that_is_not_used_is_given_back_also_when_its_grant_is_lost() {
    // Its grant may be on its way for ten seconds; the settlement must not overtake it.
    for end in ["ann stops 2", "ann deletes 1"] {
        let mut harness = with(LEDGER);
        harness.run("ann says @chatbot hi").run(end).run("9 s");
        assert!(harness.settlements.is_empty() && harness.storage.settlements.len() == 1);
        harness.run("2 s");
        assert_eq!(harness.settlements, [(Seq(2), 1, Some(0))]);
        assert!(harness.storage.settlements.is_empty());
    }
    let mut harness = with(LEDGER);
    harness.run("ann says @chatbot hi; ann stops 2; room crashes; ann returns; 1 s");
    assert_eq!(harness.settlements, [(Seq(2), 1, Some(0))]);
    // A refused claim holds nothing.
    let mut harness = with(LEDGER);
    harness.run("ann says @chatbot hi; ledger refuses; 60 s");
    assert!(harness.settlements.is_empty());
}

#[test]
fn case_82_a_claim_carries_the_address_of_who_asks() {
    let mut harness = with(LEDGER);
    harness.run("ann says @chatbot hi; ledger grants; answer 2 ends; 1 s; owner regenerates 2");
    assert_eq!(harness.addresses, ["ann's home", "owner's home"]);
}
