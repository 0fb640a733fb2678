//! Errors of model servers: which are retried, which are not, and which codes people are sent.

use std::time::Duration;

use demo_model::{Cut, Fault, Outcome};
use shared::{ClientFrame, ErrorCode, RunState, Seq, ServerFrame};

use crate::browser::Browser;
use crate::conversation::{CUT, Conversation, DONE, end};
use crate::deployment::UPSTREAM;
use crate::model_requests::{ALL, Api};

/// An error in the API's format.
pub(crate) fn refusal(status: u16, kind: &str, code: &str, param: &str) -> Fault {
    said(status, kind, code, param, &format!("Something happened in {UPSTREAM}, req_hidden."))
}

pub(crate) fn said(status: u16, kind: &str, code: &str, param: &str, message: &str) -> Fault {
    let or_null = |text: &str| if text.is_empty() { serde_json::Value::Null } else { text.into() };
    let error = serde_json::json!({
        "message": message, "type": kind, "param": or_null(param), "code": or_null(code),
    });
    Fault::Status { status, headers: Vec::new(), body: serde_json::json!({ "error": error }).to_string() }
}

/// An error in Google's format.
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
async fn case_59_case_60_lasting_errors_are_not_retried() {
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
        for (fault, code) in [
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
            // A refused key opens the breaker of this room; another room has its own.
            conversation.change_room().await;
            assert_eq!(
                conversation.ask_with_fault(fault).await,
                ((RunState::Failed, Some(code)), String::new(), 1),
                "{told}"
            );
        }
        conversation.change_room().await;
        conversation.expect_normal_answer().await;
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_105_a_turn_that_is_too_long_is_sent_once_more() {
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
        let too_long = refusal(400, "invalid_request_error", "context_length_exceeded", "input");
        let (ended, text, calls) = conversation.ask_with_fault(too_long).await;
        assert_eq!((ended, text.as_str(), calls), (DONE, "one two three", 2));
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_61_a_rate_limit_is_retried_and_an_exhausted_quota_is_not() {
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
        let limited = || refusal(429, "requests", "rate_limit_exceeded", "");
        let begun = std::time::Instant::now();
        let (ended, text, calls) = conversation.ask_with_fault(with(limited(), "retry-after", "1")).await;
        assert_eq!((ended, text.as_str(), calls), (DONE, "one two three", 2));
        assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
        // The wait is in the error text or in a field that only Google has.
        let in_words = match api {
            Api::Gemini => Fault::google_error(429, "RESOURCE_EXHAUSTED", UPSTREAM, Some("1.2s")),
            _ => said(429, "tokens", "rate_limit_exceeded", "", "Please try again in 1.2s. Visit us."),
        };
        let begun = std::time::Instant::now();
        assert_eq!(conversation.ask_with_fault(in_words).await.2, 2, "{api:?}");
        assert!(begun.elapsed() >= Duration::from_millis(1_200), "{:?}", begun.elapsed());
        // A wait that is too long, and limits that no wait ends.
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
            conversation.change_room().await;
            assert_eq!(
                conversation.ask_with_fault(fault).await,
                ((RunState::Failed, Some(code)), String::new(), 1),
                "{told}"
            );
        }
        conversation.change_room().await;
        // Two retries, and not a third.
        for _ in 0..2 {
            conversation.deployment.demo.inject_fault(limited());
        }
        let (ended, _, calls) = conversation.ask_with_fault(limited()).await;
        assert_eq!((ended, calls), ((RunState::Failed, Some(ErrorCode::Busy)), 3));
        conversation.expect_normal_answer().await;
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_62_a_server_error_is_retried_only_before_the_first_text() {
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
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
            assert_eq!(
                conversation.ask_with_fault(fault).await,
                (DONE, "one two three".to_owned(), 2),
                "{told}"
            );
        }
        let fault = with(refusal(503, "server_error", "server_error", ""), "x-should-retry", "false");
        let (ended, _, calls) = conversation.ask_with_fault(fault).await;
        assert_eq!((ended.0, calls), (RunState::Failed, 1));
        // After the first text a retry would show and bill it twice.
        for nested in [true, false] {
            let (code, message) = ("server_error".to_owned(), UPSTREAM.to_owned());
            let fault = Fault::ErrorEvent { deltas: 2, nested, code, message };
            let (ended, text, calls) = conversation.ask_with_fault(fault).await;
            // An error outside of all events is no part of an event stream: the answer is cut off.
            let expected = match (api, nested) {
                (Api::Gemini, false) => CUT,
                _ => (RunState::Failed, Some(ErrorCode::Busy)),
            };
            assert_eq!((ended, text.as_str(), calls), (expected, "one two", 1), "{api:?} {nested}");
        }
        conversation.expect_normal_answer().await;
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_63_failed_connections_and_missing_first_bytes_end_the_call() {
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
        for how in [Cut::Clean, Cut::Reset] {
            let (ended, text, calls) = conversation.ask_with_fault(Fault::HangUp(how)).await;
            assert_eq!((ended, text.as_str(), calls), (DONE, "one two three", 2), "{api:?} {how:?}");
        }
        for _ in 0..2 {
            conversation.deployment.demo.inject_fault(Fault::HangUp(Cut::Clean));
        }
        let (ended, _, calls) = conversation.ask_with_fault(Fault::HangUp(Cut::Reset)).await;
        assert_eq!((ended, calls), ((RunState::Failed, Some(ErrorCode::Unreachable)), 3));
        // A stop ends a silent call, and the model's server notices.
        for fault in [Fault::SilentBeforeHeaders, Fault::SilentAfterHeaders, Fault::SilentAfterDeltas(2)] {
            let has_text = fault == Fault::SilentAfterDeltas(2);
            conversation.calls();
            conversation.deployment.demo.queue_answer("one two three");
            conversation.deployment.demo.inject_fault(fault);
            let run = conversation.begin("are you there?").await.next();
            conversation
                .deployment
                .demo
                .wait_for(Duration::from_secs(5), |all| {
                    all.last().is_some_and(|seen| seen.outcome == Outcome::Open)
                })
                .await;
            if has_text {
                conversation.text_comes(run).await;
            }
            // Meanwhile people can chat.
            conversation.ann_socket.say(&mut conversation.ann, "we wait").await;
            let ended = conversation.stop(run).await;
            assert_eq!((ended.answer.state, !ended.text.is_empty()), (RunState::Stopped, has_text));
            conversation.last_ended(Outcome::Aborted).await;
            assert_eq!(conversation.calls().len(), 1, "what was stopped is not tried again");
            conversation.deployment.demo.reset();
        }
        conversation.expect_normal_answer().await;
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_71_only_the_asker_and_the_owner_may_stop_and_the_run_continues_without_the_asker() {
    let mut conversation = Conversation::new().await;
    let (mut bob, mut cat) = (Browser::new(&conversation.deployment), Browser::new(&conversation.deployment));
    let (mut bob_socket, _) = bob.join(&conversation.room, "Bob").await;
    let (mut cat_socket, _) = cat.join(&conversation.room, "Cat").await;
    conversation.deployment.demo.set_pace(Duration::from_millis(10));
    conversation.deployment.demo.inject_fault(Fault::Endless);
    let run = bob_socket.say(&mut bob, "@chatbot go on and on").await.next();
    conversation.text_comes(run).await;
    cat_socket.send(&ClientFrame::Stop { run }).await;
    assert_eq!(cat_socket.refused().await, (None, ErrorCode::NotAllowed));
    cat_socket.send(&ClientFrame::Stop { run: Seq(run.0 + 100) }).await;
    assert_eq!(cat_socket.refused().await, (None, ErrorCode::NotNow));
    // Ann made the room.
    assert_eq!(conversation.stop(run).await.answer.state, RunState::Stopped);
    conversation.last_ended(Outcome::Aborted).await;
    cat_socket.send(&ClientFrame::Stop { run }).await;
    assert_eq!(cat_socket.refused().await, (None, ErrorCode::NotNow), "an end is an end");
    conversation.deployment.demo.queue_answer("a few words that take their time to be said");
    let run = bob_socket.say(&mut bob, "@chatbot and now briefly").await.next();
    conversation.text_comes(run).await;
    drop(bob_socket);
    let ended = conversation.ann_socket.end().await;
    assert_eq!((ended.target, end(&ended)), (run, DONE));
    let is_left = |frame: &ServerFrame| matches!(frame, ServerFrame::People { .. });
    assert!(
        conversation
            .ann_socket
            .texts
            .iter()
            .filter_map(|text| ServerFrame::parse(text).ok())
            .any(|frame| is_left(&frame))
    );
}
