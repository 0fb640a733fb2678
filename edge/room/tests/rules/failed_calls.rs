//! Failed calls: which are retried, when, and which code people are sent (promise G10).

use expect_test::expect;
use models::{ModelErrorKind, ModelEvent};
use room::{Bot, Config, Timeouts};
use shared::{ErrorCode, Seq};

use crate::harness::{Harness, bot, config};

fn asked() -> Harness {
    let mut harness = Harness::new();
    harness.run("ann joins; 1 s; ann says @chatbot hi; 1 s").discard_lines();
    harness
}

fn code(harness: &Harness, run: u64) -> Option<ErrorCode> {
    let answer = harness.tabs["ann"].view.messages[&Seq(run)].answer.clone().unwrap();
    assert!(answer.state.is_end(), "{answer:?}");
    answer.code
}

#[test]
fn case_59_case_60_case_61_lasting_errors_are_not_retried() {
    for (kind, expected) in [
        ("BadRequest", ErrorCode::Misconfigured),
        ("Unauthorized", ErrorCode::Misconfigured),
        ("Forbidden", ErrorCode::Misconfigured),
        ("NotFound", ErrorCode::Misconfigured),
        ("PolicyBlocked", ErrorCode::Filtered),
        ("QuotaExhausted", ErrorCode::Quota),
        ("InvalidResponse", ErrorCode::Unreachable),
        // There is no chain yet.
        ("ChainLost", ErrorCode::Misconfigured),
        ("Stateless", ErrorCode::Misconfigured),
    ] {
        let mut harness = asked();
        harness.run(&format!("answer 2 fails {kind} 1000; 100 s"));
        assert_eq!((harness.calls.len(), code(&harness, 2)), (1, Some(expected)), "{kind}");
    }
}

#[test]
fn case_61_case_62_case_63_temporary_errors_are_retried_twice_and_no_sooner_than_asked() {
    for (kind, expected) in [
        ("RateLimited", ErrorCode::Busy),
        ("Overloaded", ErrorCode::Busy),
        ("Connection", ErrorCode::Unreachable),
        ("Timeout", ErrorCode::Timeout),
    ] {
        for (asked_wait, least) in [(0, [500, 1_000]), (700, [700, 1_000]), (20_000, [20_000, 20_000])] {
            let mut harness = asked();
            for (call_number, least) in least.into_iter().enumerate() {
                harness.run(&format!("answer 2 fails {kind} {asked_wait}"));
                harness.pass(least - 1);
                assert_eq!(harness.calls.len(), call_number + 1, "{kind}: not sooner than {least} ms");
                harness.pass(501);
                assert_eq!(harness.calls.len(), call_number + 2, "{kind}: then, with some jitter");
                assert_eq!(harness.calls[call_number + 1].turn, harness.calls[0].turn);
            }
            harness.run(&format!("answer 2 fails {kind} {asked_wait}; 100 s"));
            assert_eq!((harness.calls.len(), code(&harness, 2)), (3, Some(expected)), "{kind}");
        }
    }
}

#[test]
fn case_61_an_absurd_retry_after_is_not_waited_for() {
    for wait in ["20001", "3600000", "18446744073709551615"] {
        let mut harness = asked();
        harness.run(&format!("answer 2 fails RateLimited {wait}; 1 s"));
        assert_eq!((harness.calls.len(), code(&harness, 2)), (1, Some(ErrorCode::Busy)), "{wait}");
    }
}

#[test]
fn case_62_a_call_is_not_retried_once_text_was_shown() {
    let mut harness = asked();
    harness.run("answer 2 begins r1; answer 2 writes so far; answer 2 fails Overloaded; 100 s");
    assert_eq!((harness.calls.len(), code(&harness, 2)), (1, Some(ErrorCode::Busy)));
    assert_eq!(harness.tabs["ann"].view.shown()[1].2, "so far");
}

#[test]
fn case_62_late_text_of_the_first_call_is_ignored_after_a_retry() {
    let mut harness = asked();
    harness.run("answer 2 begins r1; answer 2 fails Overloaded");
    harness.model_event(Seq(2), 1, ModelEvent::Text("late".to_owned())).run("carol reads; 1 s");
    harness.model_event(Seq(2), 1, ModelEvent::Text("late".to_owned()));
    harness.model_event(Seq(2), 1, ModelEvent::Started { id: Some("r9".to_owned()), previous: None });
    harness.run("answer 2 begins r2; answer 2 writes hi; answer 2 ends; 1 s");
    expect![[r#"
        ann < run 2 thinking
        carol < welcome reader 1..2 anew [#1 ann: @chatbot hi, #2 chatbot to #1 queued]; run 2 thinking; here ann
        call 2.2 chatbot
        ann carol < run 2 thinking
        ann carol < run 2 streaming
        ann carol < delta 2+0 "hi"
        ann carol < #3 ends #2 done =2
    "#]].assert_eq(&harness.take_lines());
    assert_eq!(harness.storage.chains["chatbot"].head.as_deref(), Some("r2"));
    assert_eq!(harness.storage.responses.keys().collect::<Vec<_>>(), ["r1", "r2"]);
}

#[test]
fn a_failed_response_never_becomes_the_head_of_the_chain() {
    let mut harness = asked();
    harness.run("answer 2 begins r1; answer 2 fails Overloaded; 2 s; answer 2 writes hi; answer 2 ends; 1 s");
    assert_eq!(harness.storage.chains["chatbot"].head, None, "the second server named no response");
}

#[test]
fn case_63_a_timeout_ends_the_call() {
    // No first byte: 30 seconds.
    let mut harness = asked();
    harness.run("28999 ms");
    assert_eq!(harness.tasks.len(), 1);
    harness.run("10 s");
    expect![[r#"
        abort 2.1
        ann < #3 ends #2 failed Timeout ""
    "#]]
    .assert_eq(&harness.take_lines());
    // Idle after the first byte: 60 seconds.
    let mut harness = asked();
    harness.run("28 s; answer 2 breathes; 59 s; answer 2 breathes; 59 s");
    assert_eq!(harness.tasks.len(), 1);
    harness.run("11 s");
    assert_eq!((harness.tasks.len(), code(&harness, 2)), (0, Some(ErrorCode::Timeout)));
    // In total: 180 seconds, retries included.
    let mut harness = asked();
    harness.run("answer 2 fails Overloaded 19000; 20 s");
    for _ in 0..155 {
        harness.run("answer 2 breathes; 1 s");
    }
    assert_eq!((harness.calls.len(), harness.tasks.len()), (2, 1));
    harness.run("15 s");
    assert_eq!((harness.tasks.len(), code(&harness, 2)), (0, Some(ErrorCode::Timeout)));
}

#[test]
fn case_63_each_bot_has_its_own_timeouts() {
    let slow = Bot { timeouts: Timeouts::LOCAL, ..bot("chatbot") };
    let mut harness = Harness::with(Config { bots: vec![slow], ..config() });
    harness.run("ann joins; bob joins; 1 s; ann says @chatbot hi; 179 s");
    assert_eq!(harness.tasks.len(), 1);
    harness.run("11 s");
    assert_eq!(harness.tasks.len(), 0);
}

#[test]
fn case_67_endless_text_ends_at_the_total_timeout() {
    let mut harness = asked();
    harness.run("answer 2 begins r1");
    for _ in 0..200 {
        harness.run("answer 2 writes x; 1 s");
    }
    assert_eq!((harness.tasks.len(), code(&harness, 2)), (0, Some(ErrorCode::Timeout)));
    assert!((178..=181).contains(&harness.tabs["ann"].view.shown()[1].2.len()));
}

#[test]
fn case_64_a_stream_that_is_cut_off_is_interrupted_even_before_its_first_text() {
    for words in ["1 ms", "answer 2 writes half"] {
        let mut harness = asked();
        harness.run("answer 2 begins r1").run(words).run("answer 2 breaks off; 100 s");
        assert_eq!((harness.calls.len(), code(&harness, 2)), (1, Some(ErrorCode::Cut)));
        assert_eq!(harness.tabs["ann"].view.shown()[1].3, Some("interrupted"));
    }
}

#[test]
fn case_77_no_upstream_error_text_reaches_a_client() {
    for kind in ["BadRequest", "Overloaded", "Unauthorized"] {
        let mut harness = asked();
        harness.run(&format!("answer 2 begins r1; answer 2 fails {kind}; 2 s; answer 2 fails {kind}; 3 s"));
        let frames: String =
            harness.tabs["ann"].view.frames.iter().map(shared::ServerFrame::encode).collect();
        let rows: String = harness.storage.rows.values().map(|row| row.data.encode()).collect();
        assert!(!frames.contains("secret") && !frames.contains("You are"), "{frames}");
        assert!(!rows.contains("secret"));
    }
}

#[test]
fn stopping_during_a_retry_wait_cancels_the_retry() {
    let mut harness = asked();
    harness.run("answer 2 fails Overloaded; ann stops 2; 10 s");
    assert_eq!(harness.calls.len(), 1);
    assert_eq!(harness.tabs["ann"].view.shown()[1].3, Some("stopped"));
    assert!(harness.storage.runs.is_empty());
}

#[test]
fn every_kind_of_error_ends_the_answer_and_frees_the_bot() {
    use ModelErrorKind::*;
    let all = [
        ChainLost,
        Stateless,
        ContextTooLong,
        Unauthorized,
        Forbidden,
        NotFound,
        BadRequest,
        PolicyBlocked,
        RateLimited,
        QuotaExhausted,
        Overloaded,
        Timeout,
        Connection,
        InvalidResponse,
    ];
    let mut harness = asked();
    harness.run("answer 2 begins r1; answer 2 ends as one; 1 s");
    for kind in all {
        harness.run("20 s; ann says @chatbot more; 1 ms");
        let run = harness.head();
        for _ in 0..4 {
            if harness.storage.runs.contains_key(&run) {
                harness.run(&format!("answer {run} fails {kind:?}; 5 s"));
            }
        }
        assert!(harness.storage.runs.is_empty(), "{kind:?}");
        let made = harness.calls.iter().filter(|call| call.run == run).count();
        assert!(made <= 4, "one, two retries, one rebuild: {kind:?}");
    }
    harness.run("20 s; ann says @chatbot last; 1 ms");
    assert_eq!(harness.tasks.len(), 1);
}

#[test]
fn g10_case_58_retries_and_a_chain_rebuild_make_at_most_four_calls() {
    let mut harness = asked();
    harness.run("answer 2 begins r1; answer 2 ends as one; 1 s; ann says @chatbot two; 1 s; answer 5 fails Overloaded; 5 s");
    harness.run("answer 5 fails Overloaded; 5 s; answer 5 fails ChainLost; answer 5 fails Overloaded; 20 s");
    assert_eq!(harness.calls.iter().filter(|call| call.run == Seq(5)).count(), 4);
    assert_eq!(code(&harness, 5), Some(ErrorCode::Busy));
    // A server that reports a lost chain twice gets only one rebuild.
    harness.run("ann says @chatbot three; answer 8 fails ChainLost; 20 s");
    assert_eq!(
        (harness.calls.iter().filter(|call| call.run == Seq(8)).count(), code(&harness, 8)),
        (1, Some(ErrorCode::Misconfigured))
    );
}

#[test]
fn case_52_a_clock_that_goes_back_extends_no_call_and_no_retry_wait() {
    let mut harness = asked();
    let earlier = |harness: &Harness| shared::Millis(harness.now.0 - 3_600_000);
    harness.run("answer 2 begins r1");
    let now = earlier(&harness);
    harness.jump(now).run("ann types; 75 s");
    assert_eq!((harness.tasks.len(), code(&harness, 2)), (0, Some(ErrorCode::Timeout)));
    let mut harness = asked();
    harness.run("answer 2 fails Overloaded");
    let now = earlier(&harness);
    harness.jump(now).run("ann types; 21 s");
    assert_eq!(harness.calls.len(), 2);
}
