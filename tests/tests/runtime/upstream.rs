//! A model's server that refuses: what is tried again, what never is, and what people are told.

use std::time::Duration;

use demo_model::{Cut, Fault, Outcome};
use shared::{ClientFrame, ErrorCode, RunState, Seq, ServerFrame};

use crate::api::{ALL, Api};
use crate::asking::{Asking, CUT, DONE, end};
use crate::person::Visitor;
use crate::stage::UPSTREAM;

/// An error as the API writes it.
pub(crate) fn refusal(status: u16, kind: &str, code: &str, param: &str) -> Fault {
    said(status, kind, code, param, &format!("Something happened in {UPSTREAM}, req_hidden."))
}

/// The same in other words.
pub(crate) fn said(status: u16, kind: &str, code: &str, param: &str, message: &str) -> Fault {
    let or_null = |text: &str| if text.is_empty() { serde_json::Value::Null } else { text.into() };
    let error = serde_json::json!({
        "message": message, "type": kind, "param": or_null(param), "code": or_null(code),
    });
    Fault::Status { status, headers: Vec::new(), body: serde_json::json!({ "error": error }).to_string() }
}

/// An error as Google writes it.
fn google(code: u16, status: &str) -> Fault {
    Fault::google_error(code, status, &format!("Something happened in {UPSTREAM}, req_hidden."), None)
}

fn with(fault: Fault, name: &str, value: &str) -> Fault {
    match fault {
        Fault::Status { status, mut headers, body } => {
            headers.push((name.to_owned(), value.to_owned()));
            Fault::Status { status, headers, body }
        }
        other => other,
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_59_case_60_what_is_wrong_stays_wrong_and_is_asked_once() {
    for api in ALL {
        let mut asking = Asking::speaking(api).await;
        for (fault, code) in [
            (
                refusal(400, "invalid_request_error", "context_length_exceeded", "input"),
                ErrorCode::ContextTooLong,
            ),
            (refusal(400, "invalid_request_error", "invalid_prompt", ""), ErrorCode::Filtered),
            (refusal(400, "invalid_request_error", "content_policy_violation", ""), ErrorCode::Filtered),
            (
                refusal(400, "invalid_request_error", "unsupported_value", "temperature"),
                ErrorCode::Misconfigured,
            ),
            (refusal(400, "invalid_request_error", "", "model"), ErrorCode::Misconfigured),
            (refusal(401, "invalid_request_error", "invalid_api_key", ""), ErrorCode::Misconfigured),
            (
                refusal(403, "invalid_request_error", "unsupported_country_region_territory", ""),
                ErrorCode::Misconfigured,
            ),
            (refusal(404, "invalid_request_error", "model_not_found", "model"), ErrorCode::Misconfigured),
            (
                Fault::Status { status: 401, headers: Vec::new(), body: String::new() },
                ErrorCode::Misconfigured,
            ),
            (
                Fault::Status { status: 400, headers: Vec::new(), body: format!("<h1>{UPSTREAM}</h1>") },
                ErrorCode::Misconfigured,
            ),
            (
                with(refusal(307, "", "", ""), "location", "http://127.0.0.1:1/v1/responses"),
                ErrorCode::Unreachable,
            ),
            (google(400, "INVALID_ARGUMENT"), ErrorCode::Misconfigured),
            (google(400, "FAILED_PRECONDITION"), ErrorCode::Misconfigured),
            (google(401, "UNAUTHENTICATED"), ErrorCode::Misconfigured),
            (google(403, "PERMISSION_DENIED"), ErrorCode::Misconfigured),
            (google(404, "NOT_FOUND"), ErrorCode::Misconfigured),
        ] {
            let told = format!("{api:?} {fault:?}");
            // A key that is refused is refused for a while; in another room nobody knows of it.
            asking.moves().await;
            assert_eq!(
                asking.under(fault).await,
                ((RunState::Failed, Some(code)), String::new(), 1),
                "{told}"
            );
        }
        asking.moves().await;
        asking.is_well().await;
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_61_a_rate_limit_is_waited_for_and_a_quota_is_not() {
    for api in ALL {
        let mut asking = Asking::speaking(api).await;
        let limited = || refusal(429, "requests", "rate_limit_exceeded", "");
        let begun = std::time::Instant::now();
        let (ended, text, calls) = asking.under(with(limited(), "retry-after", "1")).await;
        assert_eq!((ended, text.as_str(), calls), (DONE, "one two three", 2));
        assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
        // In a sentence, or in a field that only Google has.
        let in_words = match api {
            Api::Gemini => Fault::google_error(429, "RESOURCE_EXHAUSTED", UPSTREAM, Some("1.2s")),
            _ => said(429, "tokens", "rate_limit_exceeded", "", "Please try again in 1.2s. Visit us."),
        };
        let begun = std::time::Instant::now();
        assert_eq!(asking.under(in_words).await.2, 2, "{api:?}");
        assert!(begun.elapsed() >= Duration::from_millis(1_200), "{:?}", begun.elapsed());
        // A wait that nobody has, and kinds of limits that no wait ends.
        for (fault, code) in [
            (with(limited(), "retry-after", "86400"), ErrorCode::Busy),
            (with(limited(), "retry-after-ms", "9999999999"), ErrorCode::Busy),
            (refusal(429, "insufficient_quota", "insufficient_quota", ""), ErrorCode::Quota),
            (refusal(429, "insufficient_quota", "credit_balance_exhausted", ""), ErrorCode::Quota),
            (refusal(429, "", "project_spend_limit_exceeded", ""), ErrorCode::Quota),
            (
                with(refusal(429, "insufficient_quota", "insufficient_quota", ""), "retry-after", "1"),
                ErrorCode::Quota,
            ),
            (with(limited(), "x-should-retry", "false"), ErrorCode::Quota),
            (Fault::google_error(429, "RESOURCE_EXHAUSTED", UPSTREAM, Some("86400s")), ErrorCode::Busy),
        ] {
            let told = format!("{api:?} {fault:?}");
            asking.moves().await;
            assert_eq!(
                asking.under(fault).await,
                ((RunState::Failed, Some(code)), String::new(), 1),
                "{told}"
            );
        }
        asking.moves().await;
        // Twice more, and not a third time.
        for _ in 0..2 {
            asking.stage.demo.inject_fault(limited());
        }
        let (ended, _, calls) = asking.under(limited()).await;
        assert_eq!((ended, calls), ((RunState::Failed, Some(ErrorCode::Busy)), 3));
        asking.is_well().await;
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_62_a_server_in_trouble_is_asked_again_before_the_first_word_only() {
    for api in ALL {
        let mut asking = Asking::speaking(api).await;
        let mut faults = vec![Fault::Status {
            status: 502,
            headers: Vec::new(),
            body: "<html>bad gateway</html>".to_owned(),
        }];
        faults.extend(match api {
            Api::Gemini => vec![google(500, "INTERNAL"), google(503, "UNAVAILABLE")],
            _ => vec![
                refusal(500, "server_error", "server_error", ""),
                refusal(503, "service_unavailable_error", "server_is_overloaded", ""),
                refusal(429, "rate_limit_error", "slow_down", ""),
            ],
        });
        for fault in faults {
            let told = format!("{api:?} {fault:?}");
            assert_eq!(asking.under(fault).await, (DONE, "one two three".to_owned(), 2), "{told}");
        }
        let fault = with(refusal(503, "server_error", "server_error", ""), "x-should-retry", "false");
        let (ended, _, calls) = asking.under(fault).await;
        assert_eq!((ended.0, calls), (RunState::Failed, 1));
        // After the first word it would be shown and paid twice.
        for nested in [true, false] {
            let (code, message) = ("server_error".to_owned(), UPSTREAM.to_owned());
            let fault = Fault::ErrorEvent { deltas: 2, nested, code, message };
            let (ended, text, calls) = asking.under(fault).await;
            // An error outside of all events is none that an event stream could tell: there the answer is cut.
            let expected = match (api, nested) {
                (Api::Gemini, false) => CUT,
                _ => (RunState::Failed, Some(ErrorCode::Busy)),
            };
            assert_eq!((ended, text.as_str(), calls), (expected, "one two", 1), "{api:?} {nested}");
        }
        asking.is_well().await;
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_63_connections_that_fail_and_answers_that_never_begin() {
    for api in ALL {
        let mut asking = Asking::speaking(api).await;
        for how in [Cut::Clean, Cut::Reset] {
            let (ended, text, calls) = asking.under(Fault::HangUp(how)).await;
            assert_eq!((ended, text.as_str(), calls), (DONE, "one two three", 2), "{api:?} {how:?}");
        }
        for _ in 0..2 {
            asking.stage.demo.inject_fault(Fault::HangUp(Cut::Clean));
        }
        let (ended, _, calls) = asking.under(Fault::HangUp(Cut::Reset)).await;
        assert_eq!((ended, calls), ((RunState::Failed, Some(ErrorCode::Unreachable)), 3));
        // Silence is ended by hand, and the model's server notices.
        for fault in [Fault::SilentBeforeHeaders, Fault::SilentAfterHeaders, Fault::SilentAfterDeltas(2)] {
            let has_text = fault == Fault::SilentAfterDeltas(2);
            asking.calls();
            asking.stage.demo.queue_answer("one two three");
            asking.stage.demo.inject_fault(fault);
            let run = asking.begin("are you there?").await.next();
            asking
                .stage
                .demo
                .wait_for(Duration::from_secs(5), |all| {
                    all.last().is_some_and(|seen| seen.outcome == Outcome::Open)
                })
                .await;
            if has_text {
                asking.text_comes(run).await;
            }
            // Meanwhile people talk.
            asking.at_ann.say(&mut asking.ann, "we wait").await;
            let ended = asking.stop(run).await;
            assert_eq!((ended.answer.state, !ended.text.is_empty()), (RunState::Stopped, has_text));
            asking.last_ended(Outcome::Aborted).await;
            assert_eq!(asking.calls().len(), 1, "what was stopped is not tried again");
            asking.stage.demo.reset();
        }
        asking.is_well().await;
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_71_only_who_asked_and_the_owner_may_stop_and_a_run_outlives_who_asked() {
    let mut asking = Asking::new().await;
    let (mut bob, mut cat) = (Visitor::new(&asking.stage), Visitor::new(&asking.stage));
    let (mut at_bob, _) = bob.join(&asking.room, "Bob").await;
    let (mut at_cat, _) = cat.join(&asking.room, "Cat").await;
    asking.stage.demo.set_pace(Duration::from_millis(10));
    asking.stage.demo.inject_fault(Fault::Endless);
    let run = at_bob.say(&mut bob, "@chatbot go on and on").await.next();
    asking.text_comes(run).await;
    at_cat.send(&ClientFrame::Stop { run }).await;
    assert_eq!(at_cat.refused().await, (None, ErrorCode::NotAllowed));
    at_cat.send(&ClientFrame::Stop { run: Seq(run.0 + 100) }).await;
    assert_eq!(at_cat.refused().await, (None, ErrorCode::NotNow));
    // Ann made the room.
    assert_eq!(asking.stop(run).await.answer.state, RunState::Stopped);
    asking.last_ended(Outcome::Aborted).await;
    at_cat.send(&ClientFrame::Stop { run }).await;
    assert_eq!(at_cat.refused().await, (None, ErrorCode::NotNow), "an end is an end");
    asking.stage.demo.queue_answer("a few words that take their time to be said");
    let run = at_bob.say(&mut bob, "@chatbot and now briefly").await.next();
    asking.text_comes(run).await;
    drop(at_bob);
    let ended = asking.at_ann.end().await;
    assert_eq!((ended.target, end(&ended)), (run, DONE));
    let is_left = |frame: &ServerFrame| matches!(frame, ServerFrame::People { .. });
    assert!(
        asking
            .at_ann
            .texts
            .iter()
            .filter_map(|text| ServerFrame::parse(text).ok())
            .any(|frame| is_left(&frame))
    );
}
