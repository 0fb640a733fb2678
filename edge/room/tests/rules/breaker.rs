//! The breaker: a server that refuses the key, the model or the account is not asked for a while.

use shared::{ErrorCode, Millis};

use crate::stage::Stage;

fn broken(kind: &str) -> Stage {
    let mut stage = Stage::new();
    stage.run("ann joins; bob joins; carol joins; 20 s; ann says @chatbot hi; 1 s");
    stage.run(&format!("answer 2 fails {kind}; 1 s"));
    stage
}

fn code(stage: &Stage) -> Option<ErrorCode> {
    let last = stage.tabs["ann"].view.messages.values().rev().find_map(|message| message.answer.clone());
    last.unwrap().code
}

#[test]
fn case_60_case_61_for_a_minute_nothing_is_asked_and_the_reason_is_the_same() {
    for (kind, expected) in [
        ("Unauthorized", ErrorCode::Misconfigured),
        ("Forbidden", ErrorCode::Misconfigured),
        ("NotFound", ErrorCode::Misconfigured),
        ("QuotaExhausted", ErrorCode::Quota),
    ] {
        let mut stage = broken(kind);
        stage.run("ann says @chatbot again; 1 s");
        assert_eq!((stage.calls.len(), code(&stage)), (1, Some(expected)), "{kind}");
        stage.run("56 s; bob says @chatbot again; 1 s");
        assert_eq!((stage.calls.len(), code(&stage)), (1, Some(expected)), "{kind}");
        stage.run("2 s; bob says @chatbot again; 1 s");
        assert_eq!(stage.calls.len(), 2, "{kind}: then it is asked again");
        let run = stage.calls[1].run;
        stage.run(&format!(
            "answer {run} begins r1; answer {run} ends as here; 1 s; ann says @chatbot more; 1 s"
        ));
        assert_eq!(stage.calls.len(), 3);
    }
}

#[test]
fn case_60_whoever_waits_is_told_at_once() {
    let mut stage = Stage::new();
    stage.run("ann joins; bob joins; carol joins; 20 s; ann says @chatbot 1; bob says @chatbot 2; carol says @chatbot 3; bob says @chatbot 4; 1 s");
    stage.run("answer 2 fails Unauthorized; 1 s");
    assert!(stage.log.runs.is_empty(), "{:?}", stage.log.runs);
    assert_eq!(stage.calls.len(), 1);
}

#[test]
fn case_60_other_bots_are_asked_and_asking_again_is_refused_in_the_same_words() {
    let mut stage = broken("Unauthorized");
    stage.run("ann says @helper hi; 1 s");
    assert_eq!(stage.calls[1].bot, "helper");
    stage.run("ann regenerates 2; 1 s");
    assert_eq!((stage.calls.len(), code(&stage)), (2, Some(ErrorCode::Misconfigured)));
}

#[test]
fn what_passes_by_itself_breaks_nothing() {
    for kind in ["Overloaded", "RateLimited", "BadRequest", "PolicyBlocked", "ContextTooLong"] {
        let mut stage = Stage::new();
        stage.run("ann joins; ann says @chatbot hi; 1 s");
        for _ in 0..3 {
            if !stage.tasks.is_empty() {
                stage.run(&format!("answer 2 fails {kind}; 5 s"));
            }
        }
        let made = stage.calls.len();
        stage.run("ann says @chatbot again; 1 s");
        assert_eq!(stage.calls.len(), made + 1, "{kind}");
    }
}

#[test]
fn case_52_a_clock_that_goes_back_keeps_no_bot_broken() {
    let mut stage = broken("Unauthorized");
    let earlier = Millis(stage.now.0 - 3_600_000);
    stage.jump(earlier).run("ann says @chatbot again; 1 s");
    assert_eq!(stage.calls.len(), 2);
}
