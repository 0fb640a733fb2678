//! Every fault, seen from the client's end of the wire.

use crate::raw_client::{Answer, End, after, ask, demo, question, send, under};
use demo_model::{Cut, Fault, LineEnd, Outcome};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn any_status_with_any_body() {
    let body = "<html>bad gateway</html>".to_owned();
    let headers =
        vec![("content-type".to_owned(), "text/html".to_owned()), ("retry-after".to_owned(), "7".to_owned())];
    let (answer, _) = under(Fault::Status { status: 502, headers, body: body.clone() }).await;
    assert_eq!((answer.status, answer.text()), (502, body));
    assert!(answer.head.contains("retry-after: 7") && answer.head.contains("content-type: text/html"));
}

#[tokio::test]
async fn cuts_after_bytes_and_deltas_end_as_told() {
    for (how, end) in [(Cut::Clean, End::Whole), (Cut::Broken, End::Broken), (Cut::Reset, End::Reset)] {
        let (answer, ending) = under(Fault::CutAfterBytes { bytes: 777, how }).await;
        assert_eq!((answer.body.len(), &answer.end, ending), (777, &end, Outcome::Cut));
        let (answer, ending) = under(Fault::CutAfterDeltas { deltas: 2, how }).await;
        assert_eq!((answer.deltas().as_str(), &answer.end, ending), ("one two", &end, Outcome::Cut));
    }
    assert_eq!(under(Fault::HangUp(Cut::Clean)).await.0.end, End::Broken);
    assert_eq!(under(Fault::HangUp(Cut::Reset)).await.0.end, End::Reset);
}

#[tokio::test]
async fn what_was_cut_is_not_chainable() {
    let demo = demo().await;
    demo.inject_fault(Fault::CutAfterDeltas { deltas: 1, how: Cut::Clean });
    let answer = ask(&demo, question("@chatbot hi")).await;
    let id = answer.events()[0]["response"]["id"].as_str().unwrap().to_owned();
    assert_eq!(ask(&demo, after(&id, "hi")).await.status, 400);
}

#[tokio::test]
async fn framing_faults_leave_the_same_words() {
    let faults = [
        Fault::SplitEvery(1),
        Fault::SplitAt(2000),
        Fault::LineEnds(LineEnd::Crlf),
        Fault::LineEnds(LineEnd::Cr),
        Fault::ByteOrderMark,
        Fault::OddFraming,
        Fault::NoEventLines,
        Fault::Terse,
        Fault::DoneMarker,
        Fault::Noise,
        Fault::BadJson(1),
        Fault::HugeEvent(300_000),
    ];
    for fault in faults {
        let (answer, ending) = under(fault.clone()).await;
        assert_eq!((answer.deltas().as_str(), ending), ("one two three", Outcome::Completed), "{fault:?}");
        let text = answer.text();
        match fault {
            Fault::SplitEvery(_) => assert_eq!(answer.chunks, answer.body.len()),
            Fault::LineEnds(LineEnd::Crlf) => assert!(text.contains("\r\n\r\n")),
            Fault::LineEnds(_) => assert!(text.contains("\r\r") && !text.contains('\n')),
            Fault::ByteOrderMark => assert!(text.starts_with('\u{feff}')),
            Fault::NoEventLines => assert!(!text.contains("event: ")),
            Fault::Terse => assert!(!text.contains("sequence_number") && !text.contains("item_id")),
            Fault::DoneMarker => assert!(text.ends_with("data: [DONE]\n\n")),
            Fault::Noise => assert!(text.contains("\"keepalive\"") && text.contains(": ping")),
            Fault::BadJson(_) => assert!(text.contains("delta\",\n\n")),
            Fault::HugeEvent(_) => assert!(answer.body.len() > 300_000),
            _ => {}
        }
    }
}

#[tokio::test]
async fn ends_of_every_kind() {
    let last = |answer: &Answer| answer.events().last().unwrap().clone();
    let error = |nested| Fault::ErrorEvent { deltas: 1, nested, code: "boom".into(), message: "no".into() };
    assert_eq!(last(&under(error(false)).await.0)["code"], "boom");
    let nested = under(error(true)).await.0;
    assert_eq!((last(&nested)["error"]["code"].clone(), nested.deltas().as_str()), (json!("boom"), "one"));
    let failed = Fault::Failed { deltas: 0, code: "rate_limit_exceeded".into(), message: "slow".into() };
    let failed = under(failed).await.0;
    assert_eq!(last(&failed)["response"]["error"]["code"], "rate_limit_exceeded");
    assert_eq!(failed.types(), ["response.created", "response.in_progress", "response.failed"]);
    let incomplete = under(Fault::Incomplete { deltas: 1, reason: "content_filter".into() }).await.0;
    assert_eq!(last(&incomplete)["response"]["incomplete_details"]["reason"], "content_filter");
    assert_eq!(incomplete.deltas(), "one");
    let refusal = under(Fault::Refusal("I cannot".into())).await.0;
    assert_eq!(last(&refusal)["response"]["output"][0]["content"][0]["refusal"], "I cannot");
    let reasoning = under(Fault::ReasoningOnly).await.0;
    assert_eq!(last(&reasoning)["response"]["output"][0]["type"], "reasoning");
    let call = Fault::ToolCall { name: "look".into(), arguments: "{\"a\":1}".into() };
    assert_eq!(last(&under(call).await.0)["response"]["output"][0]["arguments"], "{\"a\":1}");
    assert_eq!(last(&under(Fault::TwoTerminals).await.0)["type"], "response.failed");
    assert_eq!(last(&under(Fault::LateError).await.0)["type"], "error");
    let different = under(Fault::DifferentFinal("other".into())).await.0;
    assert_eq!(different.deltas(), "one two three");
    assert_eq!(last(&different)["response"]["output"][0]["content"][0]["text"], "other");
    assert_eq!(under(Fault::DeltaAfterDone).await.0.deltas(), "one two three (after done)");
    assert_eq!(under(Fault::Body("data: hm\n\n".into())).await.0.text(), "data: hm\n\n");
}

#[tokio::test]
async fn silence_and_endless_talk_last_until_the_client_goes() {
    let cases = [
        (Fault::SilentBeforeHeaders, 0),
        (Fault::SilentAfterHeaders, 0),
        (Fault::SilentAfterDeltas(2), 2),
        (Fault::StaysOpen, 3),
        (Fault::Endless, 5),
    ];
    for (fault, deltas) in cases {
        let demo = demo().await;
        demo.queue_answer("one two three");
        demo.inject_fault(fault.clone());
        let stream = send(&demo, "POST", "/v1/responses", Some("key"), &question("@chatbot hi")).await;
        tokio::time::sleep(Duration::from_millis(80)).await;
        let seen = demo.requests()[0].clone();
        assert_eq!(seen.outcome, Outcome::Open, "{fault:?}");
        assert!(seen.deltas.len() >= deltas, "{fault:?}");
        drop(stream);
        let seen = demo.wait_for(Duration::from_secs(2), |seen| seen[0].outcome != Outcome::Open).await;
        assert_eq!(seen[0].outcome, Outcome::Aborted, "{fault:?}");
    }
}
