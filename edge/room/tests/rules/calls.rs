//! Calls that fail: what is tried again, how long that takes, and what people are told (promise G10).

use expect_test::expect;
use models::{ModelErrorKind, ModelEvent};
use room::{Bot, Config, Timeouts};
use shared::{ErrorCode, Seq};

use crate::stage::{Stage, bot, config};

fn asked() -> Stage {
    let mut stage = Stage::new();
    stage.run("ann joins; 1 s; ann says @chatbot hi; 1 s").look_away();
    stage
}

fn code(stage: &Stage, run: u64) -> Option<ErrorCode> {
    let answer = stage.tabs["ann"].view.messages[&Seq(run)].answer.clone().unwrap();
    assert!(answer.state.is_end(), "{answer:?}");
    answer.code
}

#[test]
fn case_59_case_60_case_61_what_cannot_help_is_not_tried_again() {
    for (kind, expected) in [
        ("BadRequest", ErrorCode::Misconfigured),
        ("Unauthorized", ErrorCode::Misconfigured),
        ("Forbidden", ErrorCode::Misconfigured),
        ("NotFound", ErrorCode::Misconfigured),
        ("ContextTooLong", ErrorCode::ContextTooLong),
        ("PolicyBlocked", ErrorCode::Filtered),
        ("QuotaExhausted", ErrorCode::Quota),
        ("Garbage", ErrorCode::Unreachable),
        // There is no chain yet that could be lost.
        ("ChainLost", ErrorCode::Misconfigured),
        ("Stateless", ErrorCode::Misconfigured),
    ] {
        let mut stage = asked();
        stage.run(&format!("answer 2 fails {kind} 1000; 100 s"));
        assert_eq!((stage.calls.len(), code(&stage, 2)), (1, Some(expected)), "{kind}");
    }
}

#[test]
fn case_61_case_62_case_63_what_may_pass_is_tried_twice_more_and_no_sooner_than_asked() {
    for (kind, expected) in [
        ("RateLimited", ErrorCode::Busy),
        ("Overloaded", ErrorCode::Busy),
        ("Connection", ErrorCode::Unreachable),
        ("Timeout", ErrorCode::Timeout),
    ] {
        for (asked_wait, least) in [(0, [500, 1_000]), (700, [700, 1_000]), (20_000, [20_000, 20_000])] {
            let mut stage = asked();
            for (call_number, least) in least.into_iter().enumerate() {
                stage.run(&format!("answer 2 fails {kind} {asked_wait}"));
                stage.pass(least - 1);
                assert_eq!(stage.calls.len(), call_number + 1, "{kind}: not sooner than {least} ms");
                stage.pass(501);
                assert_eq!(stage.calls.len(), call_number + 2, "{kind}: then, with some jitter");
                assert_eq!(stage.calls[call_number + 1].turn, stage.calls[0].turn);
            }
            stage.run(&format!("answer 2 fails {kind} {asked_wait}; 100 s"));
            assert_eq!((stage.calls.len(), code(&stage, 2)), (3, Some(expected)), "{kind}");
        }
    }
}

#[test]
fn case_61_who_asks_for_an_absurd_wait_is_not_waited_for() {
    for wait in ["20001", "3600000", "18446744073709551615"] {
        let mut stage = asked();
        stage.run(&format!("answer 2 fails RateLimited {wait}; 1 s"));
        assert_eq!((stage.calls.len(), code(&stage, 2)), (1, Some(ErrorCode::Busy)), "{wait}");
    }
}

#[test]
fn case_62_nothing_is_tried_again_once_something_was_shown() {
    let mut stage = asked();
    stage.run("answer 2 begins r1; answer 2 writes so far; answer 2 fails Overloaded; 100 s");
    assert_eq!((stage.calls.len(), code(&stage, 2)), (1, Some(ErrorCode::Busy)));
    assert_eq!(stage.tabs["ann"].view.shown()[1].2, "so far");
}

#[test]
fn case_62_a_retry_on_the_wire_and_late_words_of_the_first_try() {
    let mut stage = asked();
    stage.run("answer 2 begins r1; answer 2 fails Overloaded");
    stage.hear(Seq(2), 1, ModelEvent::Text("late".to_owned())).run("carol reads; 1 s");
    stage.hear(Seq(2), 1, ModelEvent::Text("late".to_owned()));
    stage.hear(Seq(2), 1, ModelEvent::Started { id: Some("r9".to_owned()), previous: None });
    stage.run("answer 2 begins r2; answer 2 writes hi; answer 2 ends; 1 s");
    expect![[r#"
        ann < run 2 thinking
        carol < welcome reader 1..2 anew [#1 ann: @chatbot hi, #2 chatbot to #1 queued]; run 2 thinking; here ann
        call 2.2 chatbot
        ann carol < run 2 thinking
        ann carol < run 2 streaming
        ann carol < delta 2+0 "hi"
        ann carol < #3 ends #2 done "hi"
    "#]].assert_eq(&stage.seen());
    assert_eq!(stage.log.chains["chatbot"].head.as_deref(), Some("r2"));
    assert_eq!(stage.log.responses.keys().collect::<Vec<_>>(), ["r1", "r2"]);
}

#[test]
fn a_response_that_failed_is_never_what_the_chain_goes_on_from() {
    let mut stage = asked();
    stage.run("answer 2 begins r1; answer 2 fails Overloaded; 2 s; answer 2 writes hi; answer 2 ends; 1 s");
    assert_eq!(stage.log.chains["chatbot"].head, None, "the second server named no response");
}

#[test]
fn case_63_nothing_in_time_ends_the_call() {
    // Nothing at all: 30 seconds.
    let mut stage = asked();
    stage.run("28999 ms");
    assert_eq!(stage.tasks.len(), 1);
    stage.run("10 s");
    expect![[r#"
        abort 2.1
        ann < #3 ends #2 failed Timeout ""
    "#]]
    .assert_eq(&stage.seen());
    // Something, and then nothing: 60 seconds, however little it was.
    let mut stage = asked();
    stage.run("28 s; answer 2 breathes; 59 s; answer 2 breathes; 59 s");
    assert_eq!(stage.tasks.len(), 1);
    stage.run("11 s");
    assert_eq!((stage.tasks.len(), code(&stage, 2)), (0, Some(ErrorCode::Timeout)));
    // In all: 180 seconds, retries included.
    let mut stage = asked();
    stage.run("answer 2 fails Overloaded 19000; 20 s");
    for _ in 0..155 {
        stage.run("answer 2 breathes; 1 s");
    }
    assert_eq!((stage.calls.len(), stage.tasks.len()), (2, 1));
    stage.run("15 s");
    assert_eq!((stage.tasks.len(), code(&stage, 2)), (0, Some(ErrorCode::Timeout)));
}

#[test]
fn case_63_patience_is_the_bots_own() {
    let slow = Bot { timeouts: Timeouts::LOCAL, ..bot("chatbot") };
    let mut stage = Stage::with(Config { bots: vec![slow], ..config() });
    stage.run("ann joins; bob joins; 1 s; ann says @chatbot hi; 179 s");
    assert_eq!(stage.tasks.len(), 1);
    stage.run("11 s");
    assert_eq!(stage.tasks.len(), 0);
}

#[test]
fn case_67_words_for_ever_end_with_the_time() {
    let mut stage = asked();
    stage.run("answer 2 begins r1");
    for _ in 0..200 {
        stage.run("answer 2 writes x; 1 s");
    }
    assert_eq!((stage.tasks.len(), code(&stage, 2)), (0, Some(ErrorCode::Timeout)));
    assert!((178..=181).contains(&stage.tabs["ann"].view.shown()[1].2.len()));
}

#[test]
fn case_64_a_stream_that_breaks_off_is_interrupted_also_before_its_first_word() {
    for words in ["1 ms", "answer 2 writes half"] {
        let mut stage = asked();
        stage.run("answer 2 begins r1").run(words).run("answer 2 breaks off; 100 s");
        assert_eq!((stage.calls.len(), code(&stage, 2)), (1, Some(ErrorCode::Cut)));
        assert_eq!(stage.tabs["ann"].view.shown()[1].3, Some("interrupted"));
    }
}

#[test]
fn case_77_what_upstream_said_reaches_no_client() {
    for kind in ["BadRequest", "Overloaded", "Unauthorized"] {
        let mut stage = asked();
        stage.run(&format!("answer 2 begins r1; answer 2 fails {kind}; 2 s; answer 2 fails {kind}; 3 s"));
        let frames: String = stage.tabs["ann"].view.frames.iter().map(shared::ServerFrame::encode).collect();
        let rows: String = stage.log.rows.values().map(|row| row.data.encode()).collect();
        assert!(!frames.contains("secret") && !frames.contains("You are"), "{frames}");
        assert!(!rows.contains("secret"));
    }
}

#[test]
fn a_pause_survives_being_stopped() {
    let mut stage = asked();
    stage.run("answer 2 fails Overloaded; ann stops 2; 10 s");
    assert_eq!(stage.calls.len(), 1);
    assert_eq!(stage.tabs["ann"].view.shown()[1].3, Some("stopped"));
    assert!(stage.log.runs.is_empty());
}

#[test]
fn every_kind_of_failure_has_an_end_and_frees_the_bot() {
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
        Garbage,
    ];
    let mut stage = asked();
    stage.run("answer 2 begins r1; answer 2 ends as one; 1 s");
    for kind in all {
        stage.run("20 s; ann says @chatbot more; 1 ms");
        let run = stage.head();
        for _ in 0..4 {
            if stage.log.runs.contains_key(&run) {
                stage.run(&format!("answer {run} fails {kind:?}; 5 s"));
            }
        }
        assert!(stage.log.runs.is_empty(), "{kind:?}");
        let made = stage.calls.iter().filter(|call| call.run == run).count();
        assert!(made <= 4, "one, two retries, one rebuild: {kind:?}");
    }
    stage.run("20 s; ann says @chatbot last; 1 ms");
    assert_eq!(stage.tasks.len(), 1);
}

#[test]
fn g10_case_58_retries_and_a_rebuild_are_four_calls_and_no_more() {
    let mut stage = asked();
    stage.run("answer 2 begins r1; answer 2 ends as one; 1 s; ann says @chatbot two; 1 s; answer 5 fails Overloaded; 5 s");
    stage.run("answer 5 fails Overloaded; 5 s; answer 5 fails ChainLost; answer 5 fails Overloaded; 20 s");
    assert_eq!(stage.calls.iter().filter(|call| call.run == Seq(5)).count(), 4);
    assert_eq!(code(&stage, 5), Some(ErrorCode::Busy));
    // A server that says so twice is not believed twice.
    stage.run("ann says @chatbot three; answer 8 fails ChainLost; 20 s");
    assert_eq!(
        (stage.calls.iter().filter(|call| call.run == Seq(8)).count(), code(&stage, 8)),
        (1, Some(ErrorCode::Misconfigured))
    );
}

#[test]
fn case_52_a_clock_that_goes_back_lets_no_call_and_no_pause_last_longer() {
    let mut stage = asked();
    let earlier = |stage: &Stage| shared::Millis(stage.now.0 - 3_600_000);
    stage.run("answer 2 begins r1");
    let now = earlier(&stage);
    stage.jump(now).run("ann types; 75 s");
    assert_eq!((stage.tasks.len(), code(&stage, 2)), (0, Some(ErrorCode::Timeout)));
    let mut stage = asked();
    stage.run("answer 2 fails Overloaded");
    let now = earlier(&stage);
    stage.jump(now).run("ann types; 21 s");
    assert_eq!(stage.calls.len(), 2);
}
