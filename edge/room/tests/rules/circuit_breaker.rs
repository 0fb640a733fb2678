//! The circuit breaker: after a server refused the key, the model or the account, a bot is not called for a while.

use shared::{ErrorCode, Millis};

use crate::harness::Harness;

fn broken(kind: &str) -> Harness {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; carol joins; 20 s; ann says @chatbot hi; 1 s");
    harness.run(&format!("answer 2 fails {kind}; 1 s"));
    harness
}

fn code(harness: &Harness) -> Option<ErrorCode> {
    let last = harness.tabs["ann"].view.messages.values().rev().find_map(|message| message.answer.clone());
    last.unwrap().code
}

#[test]
fn case_60_case_61_the_open_breaker_makes_no_call_for_a_minute_and_repeats_the_reason() {
    for (kind, expected) in [
        ("Unauthorized", ErrorCode::Misconfigured),
        ("Forbidden", ErrorCode::Misconfigured),
        ("NotFound", ErrorCode::Misconfigured),
        ("QuotaExhausted", ErrorCode::Quota),
    ] {
        let mut harness = broken(kind);
        harness.run("ann says @chatbot again; 1 s");
        assert_eq!((harness.calls.len(), code(&harness)), (1, Some(expected)), "{kind}");
        harness.run("56 s; bob says @chatbot again; 1 s");
        assert_eq!((harness.calls.len(), code(&harness)), (1, Some(expected)), "{kind}");
        harness.run("2 s; bob says @chatbot again; 1 s");
        assert_eq!(harness.calls.len(), 2, "{kind}: then it is asked again");
        let run = harness.calls[1].run;
        harness.run(&format!(
            "answer {run} begins r1; answer {run} ends as here; 1 s; ann says @chatbot more; 1 s"
        ));
        assert_eq!(harness.calls.len(), 3);
    }
}

#[test]
fn case_60_queued_answers_fail_at_once_when_the_breaker_opens() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; carol joins; 20 s; ann says @chatbot 1; bob says @chatbot 2; carol says @chatbot 3; bob says @chatbot 4; 1 s");
    harness.run("answer 2 fails Unauthorized; 1 s");
    assert!(harness.storage.runs.is_empty(), "{:?}", harness.storage.runs);
    assert_eq!(harness.calls.len(), 1);
}

#[test]
fn case_60_other_bots_are_called_and_regenerating_fails_with_the_same_code() {
    let mut harness = broken("Unauthorized");
    harness.run("ann says @helper hi; 1 s");
    assert_eq!(harness.calls[1].bot, "helper");
    harness.run("ann regenerates 2; 1 s");
    assert_eq!((harness.calls.len(), code(&harness)), (2, Some(ErrorCode::Misconfigured)));
}

#[test]
fn temporary_errors_do_not_open_the_breaker() {
    for kind in ["Overloaded", "RateLimited", "BadRequest", "PolicyBlocked", "ContextTooLong"] {
        let mut harness = Harness::new();
        harness.run("ann joins; ann says @chatbot hi; 1 s");
        for _ in 0..3 {
            if !harness.tasks.is_empty() {
                harness.run(&format!("answer 2 fails {kind}; 5 s"));
            }
        }
        let made = harness.calls.len();
        harness.run("ann says @chatbot again; 1 s");
        assert_eq!(harness.calls.len(), made + 1, "{kind}");
    }
}

#[test]
fn case_52_a_clock_that_goes_back_does_not_keep_the_breaker_open() {
    let mut harness = broken("Unauthorized");
    let earlier = Millis(harness.now.0 - 3_600_000);
    harness.jump(earlier).run("ann says @chatbot again; 1 s");
    assert_eq!(harness.calls.len(), 2);
}
