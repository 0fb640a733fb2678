//! Streams of model servers that are late, cut off, split, repeated, unusual or endless.

use std::time::{Duration, Instant};

use demo_model::{Cut, Fault, LineEnd, Outcome, RecordedRequest};
use shared::{ErrorCode, RunState, limits};

use crate::conversation::{CUT, Conversation, DONE, End, end};
use crate::deployment::UPSTREAM;
use crate::model_requests::{ALL, Api};

const FULL: &str = "one two three";

/// Asks once with each fault and expects this end and text after one request.
async fn end_so(api: Api, cases: Vec<(Fault, End, &str)>) {
    let mut conversation = Conversation::speaking(api).await;
    for (fault, expected, text) in cases {
        let told = format!("{api:?} {fault:.200?}");
        assert_eq!(conversation.ask_with_fault(fault).await, (expected, text.to_owned(), 1), "{told}");
        if matches!(expected.1, Some(ErrorCode::Quota | ErrorCode::Misconfigured)) {
            // An exhausted or barred account opens the breaker of this room; another room has its own.
            conversation.change_room().await;
        }
    }
    conversation.expect_normal_answer().await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_64_an_answer_that_is_cut_off_is_interrupted_and_keeps_its_text() {
    for api in ALL {
        let mut cases = Vec::new();
        for how in [Cut::Clean, Cut::Broken, Cut::Reset] {
            cases.push((Fault::CutAfterDeltas { deltas: 2, how }, CUT, "one two"));
            cases.push((Fault::CutAfterDeltas { deltas: 0, how }, CUT, ""));
        }
        for bytes in [0, 1, 200] {
            cases.push((Fault::CutAfterBytes { bytes, how: Cut::Clean }, CUT, ""));
        }
        end_so(api, cases).await;
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_65_unusual_streams_are_understood_and_garbage_is_not_shown() {
    for api in ALL {
        let garbage = (RunState::Failed, Some(ErrorCode::Unreachable));
        let usual = [
            Fault::Noise,
            Fault::ByteOrderMark,
            Fault::LineEnds(LineEnd::Crlf),
            Fault::LineEnds(LineEnd::Cr),
            Fault::OddFraming,
            Fault::NoEventLines,
            Fault::Terse,
            Fault::DoneMarker,
            Fault::All(vec![
                Fault::Noise,
                Fault::ByteOrderMark,
                Fault::LineEnds(LineEnd::Crlf),
                Fault::SplitEvery(3),
            ]),
        ];
        let mut cases: Vec<(Fault, End, &str)> = usual.map(|fault| (fault, DONE, FULL)).into();
        cases.push((Fault::BadJson(2), garbage, "one two"));
        for body in [
            format!("<html>{UPSTREAM}</html>"),
            format!("data: {UPSTREAM}\n\n"),
            format!("{{\"hello\":\"{UPSTREAM}\"}}"),
            "data: {\"type\":\"response.output_text.delta\",\"delta\":\n\n".to_owned(),
        ] {
            cases.push((Fault::Body(body), garbage, ""));
        }
        for body in ["", ": nothing\n\n", "\u{0}\u{1}\u{2}", "data: {}\n\ndata: 7\n\ndata: [DONE]\n\n"] {
            cases.push((Fault::Body(body.to_owned()), CUT, ""));
        }
        end_so(api, cases).await;
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_66_splits_at_any_byte_give_the_same_answer() {
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
        let text = "한글 and 😀 — é, 가나다 👨‍👩‍👧 끝";
        let splits = [Fault::SplitEvery(1), Fault::SplitEvery(2), Fault::SplitEvery(7)];
        let offsets = [1, 900, 1_201, 1_502, 1_903, 2_304].map(Fault::SplitAt);
        for fault in splits.into_iter().chain(offsets) {
            let told = format!("{fault:?}");
            conversation.deployment.demo.queue_answer(text);
            conversation.deployment.demo.inject_fault(fault);
            let ended = conversation.ask("in many languages, please").await;
            assert_eq!((end(&ended), ended.text.as_str()), (DONE, text), "{told}");
        }
        // A large event is skipped; one of ten megabytes ends the call.
        assert_eq!(conversation.ask_with_fault(Fault::HugeEvent(300_000)).await, (DONE, FULL.to_owned(), 1));
        let (ended, text, calls) = conversation.ask_with_fault(Fault::HugeEvent(10 << 20)).await;
        assert_eq!((ended, calls), ((RunState::Failed, Some(ErrorCode::Unreachable)), 1));
        assert!(FULL.starts_with(&text), "{text}");
        conversation.expect_normal_answer().await;
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_67_an_endless_answer_is_ended() {
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
        // By the length limit, at full speed.
        conversation.calls();
        conversation.deployment.demo.queue_answer_deltas(&["한글 그리고 more words. "]);
        conversation.deployment.demo.inject_fault(Fault::Endless);
        let begun = Instant::now();
        conversation.ann_socket.texts.clear();
        let ended = conversation.ask("never stop").await;
        let seconds = begun.elapsed().as_secs_f64();
        assert_eq!(end(&ended), (RunState::Incomplete, Some(ErrorCode::Length)));
        assert!(ended.text.len() <= limits::ANSWER_BYTES && ended.text.len() > limits::ANSWER_BYTES - 4);
        conversation.last_ended(Outcome::Aborted).await;
        assert_eq!(conversation.calls().len(), 1);
        let frames = conversation.ann_socket.texts.iter().filter(|text| text.contains("\"deltas\"")).count();
        assert!(
            (frames as f64) <= seconds * 1_000.0 / limits::DELTAS_MS as f64 + 5.0,
            "{frames} frames in {seconds} s"
        );
        // By a stop, at the pace of typing.
        conversation.deployment.demo.set_pace(Duration::from_millis(5));
        conversation.deployment.demo.inject_fault(Fault::Endless);
        let run = conversation.begin("never stop").await.next();
        conversation.text_comes(run).await;
        let ended = conversation.stop(run).await;
        assert_eq!(ended.answer.state, RunState::Stopped);
        assert!(!ended.text.is_empty());
        conversation.last_ended(Outcome::Aborted).await;
        conversation.deployment.demo.set_pace(Duration::ZERO);
        conversation.expect_normal_answer().await;
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_68_the_first_end_and_the_final_text_count() {
    for api in ALL {
        // Text after the end, and a second end: only one API has an explicit end event. In Gemini the
        // last finish reason counts, since some models send one with every piece; the demo model's second one is an error.
        let (second, after, other) = match api {
            Api::Responses => (DONE, FULL, "the last word"),
            Api::ChatCompletions => (DONE, "one two three (after done)", FULL),
            Api::Gemini => ((RunState::Failed, Some(ErrorCode::Busy)), "one two three (after done)", FULL),
        };
        let cases = vec![
            (Fault::TwoTerminals, second, FULL),
            (Fault::LateError, DONE, FULL),
            (Fault::DeltaAfterDone, DONE, after),
            (Fault::DifferentFinal("the last word".to_owned()), DONE, other),
        ];
        end_so(api, cases).await;
        if api == Api::Gemini {
            // Its end is the end of the bytes.
            continue;
        }
        // The answer ends although the connection stays open, and the connection is closed.
        let mut conversation = Conversation::speaking(api).await;
        let begun = Instant::now();
        assert_eq!(conversation.ask_with_fault(Fault::StaysOpen).await, (DONE, FULL.to_owned(), 1));
        assert!(begun.elapsed() < Duration::from_secs(5));
        let is_over = |all: &[RecordedRequest]| all.last().is_some_and(|seen| seen.outcome != Outcome::Open);
        let all = conversation.deployment.demo.wait_for(Duration::from_secs(5), is_over).await;
        assert_ne!(all.last().unwrap().outcome, Outcome::Open);
        conversation.expect_normal_answer().await;
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_69_every_finish_reason_is_distinguished() {
    for api in ALL {
        let failed =
            |code: &str| Fault::Failed { deltas: 1, code: code.to_owned(), message: UPSTREAM.to_owned() };
        let error = |nested, code: &str| Fault::ErrorEvent {
            deltas: 1,
            nested,
            code: code.to_owned(),
            message: UPSTREAM.to_owned(),
        };
        let incomplete = |reason: &str| Fault::Incomplete { deltas: 2, reason: reason.to_owned() };
        let ended = |code| (RunState::Failed, Some(code));
        let filtered = (RunState::Incomplete, Some(ErrorCode::Filtered));
        let mut cases = vec![
            (incomplete("max_output_tokens"), (RunState::Incomplete, Some(ErrorCode::Length)), "one two"),
            (incomplete("content_filter"), filtered, "one two"),
            (failed("server_error"), ended(ErrorCode::Busy), "one"),
            (failed("rate_limit_exceeded"), ended(ErrorCode::Busy), "one"),
            (failed("a_code_of_tomorrow"), ended(ErrorCode::Busy), "one"),
            (error(true, "too_many_requests"), ended(ErrorCode::Busy), "one"),
        ];
        cases.extend(match api {
            Api::Responses | Api::ChatCompletions => vec![
                (failed("insufficient_quota"), ended(ErrorCode::Quota), "one"),
                (failed("context_length_exceeded"), ended(ErrorCode::ContextTooLong), "one"),
                (failed("invalid_prompt"), ended(ErrorCode::Filtered), "one"),
                (error(false, "insufficient_quota"), ended(ErrorCode::Quota), "one"),
            ],
            Api::Gemini => vec![
                (failed("UNAVAILABLE"), ended(ErrorCode::Busy), "one"),
                (failed("PERMISSION_DENIED"), ended(ErrorCode::Misconfigured), "one"),
                (incomplete("RECITATION"), filtered, "one two"),
                (incomplete("PROHIBITED_CONTENT"), filtered, "one two"),
                (incomplete("A_REASON_OF_TOMORROW"), ended(ErrorCode::Unreachable), "one two"),
                (Fault::Blocked("SAFETY".to_owned()), ended(ErrorCode::Filtered), ""),
            ],
        });
        end_so(api, cases).await;
        // An error before any text may be temporary, so the call is retried.
        let mut conversation = Conversation::speaking(api).await;
        let early =
            Fault::Failed { deltas: 0, code: "server_error".to_owned(), message: UPSTREAM.to_owned() };
        let (ended, _, calls) = conversation.ask_with_fault(early).await;
        assert_eq!((ended, calls), (DONE, 2));
        let ended = conversation.ask("hello").await;
        assert!(ended.answer.usage.is_some_and(|usage| usage.input > 0 && usage.output > 0));
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_70_refusals_and_empty_answers_are_distinguished() {
    for api in ALL {
        let declined = (RunState::Incomplete, Some(ErrorCode::Declined));
        let (refused, words) = match api {
            Api::Gemini => ((RunState::Incomplete, Some(ErrorCode::Filtered)), ""),
            _ => (declined, "I would rather not."),
        };
        end_so(
            api,
            vec![
                (Fault::Refusal("I would rather not.".to_owned()), refused, words),
                (Fault::ReasoningFirst("after some thought".to_owned()), DONE, "after some thought"),
            ],
        )
        .await;
        let mut conversation = Conversation::speaking(api).await;
        let nothing = (RunState::Failed, Some(ErrorCode::NoAnswer));
        assert_eq!(conversation.ask_with_fault(Fault::ReasoningOnly).await, (nothing, String::new(), 1));
        // A response that ended while thinking cannot be continued (the API refuses it), so the transcript is sent next.
        conversation.deployment.demo.queue_answer("all is well");
        assert_eq!(conversation.ask("are you well?").await.text, "all is well");
        conversation.expect_normal_answer().await;
    }
}
