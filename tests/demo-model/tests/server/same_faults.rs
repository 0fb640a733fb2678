//! The same faults in all three APIs: whatever the words, the bytes end, split and fall silent in the same way.

use crate::all_apis::{ALL, Api};
use crate::raw_client::{End, call, demo, read};
use demo_model::{Cut, DemoModel, Fault, LineEnd, Options, Outcome};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn cuts_after_bytes_and_deltas() {
    for api in ALL {
        for (how, end) in [(Cut::Clean, End::Whole), (Cut::Broken, End::Broken), (Cut::Reset, End::Reset)] {
            let (answer, ending) = api.under(Fault::CutAfterBytes { bytes: 333, how }).await;
            assert_eq!((answer.body.len(), &answer.end, ending), (333, &end, Outcome::Cut), "{api:?}");
            let (answer, ending) = api.under(Fault::CutAfterDeltas { deltas: 2, how }).await;
            assert_eq!((api.said(&answer).as_str(), &answer.end, ending), ("one two", &end, Outcome::Cut));
            assert_eq!(api.ended(&answer), None);
        }
        assert_eq!(api.under(Fault::HangUp(Cut::Reset)).await.0.end, End::Reset);
    }
}

#[tokio::test]
async fn a_cut_or_a_seam_may_be_at_any_byte() {
    for api in ALL {
        let demo = demo().await;
        let ask = async |fault| {
            demo.queue_answer("하나 둘");
            demo.inject_fault(fault);
            api.ask(&demo, &api.request("", &["p1 ann: hi"])).await
        };
        // Ids are as long as each other, so that all answers are.
        let length = ask(Fault::Healthy).await.body.len();
        for bytes in (1..length).step_by(61) {
            let cut = ask(Fault::CutAfterBytes { bytes, how: Cut::Clean }).await;
            assert_eq!((cut.body.len(), cut.chunks > 0), (bytes, true), "{api:?}");
            let seam = ask(Fault::SplitAt(bytes)).await;
            assert_eq!((seam.body.len(), api.said(&seam).as_str()), (length, "하나 둘"), "{api:?} {bytes}");
        }
    }
}

#[tokio::test]
async fn framing_faults_leave_the_same_words() {
    let faults = [
        Fault::SplitEvery(1),
        Fault::SplitAt(300),
        Fault::LineEnds(LineEnd::Crlf),
        Fault::LineEnds(LineEnd::Cr),
        Fault::LineEnds(LineEnd::Lf),
        Fault::ByteOrderMark,
        Fault::OddFraming,
        Fault::NoEventLines,
        Fault::Terse,
        Fault::DoneMarker,
        Fault::NoDoneMarker,
        Fault::NoUsage,
        Fault::EmptyFinish,
        Fault::Noise,
        Fault::BadJson(1),
        Fault::HugeEvent(100_000),
        Fault::LateHeaders(5),
        Fault::LateDelta(5),
    ];
    for api in ALL {
        for fault in &faults {
            let (answer, ending) = api.under(fault.clone()).await;
            let said = api.said(&answer);
            assert_eq!((said.as_str(), ending), ("one two three", Outcome::Completed), "{api:?} {fault:?}");
            assert!(api.ended(&answer).is_some(), "{api:?} {fault:?}");
            let text = answer.text();
            match fault {
                Fault::SplitEvery(_) => assert_eq!(answer.chunks, answer.body.len()),
                Fault::LineEnds(LineEnd::Cr) => assert!(text.contains("\r\r") && !text.contains('\n')),
                Fault::LineEnds(LineEnd::Lf) => assert!(!text.contains('\r')),
                Fault::Terse => assert!(!text.contains("modelVersion") && !text.contains("chatcmpl")),
                Fault::DoneMarker => assert!(text.trim_end().ends_with("data: [DONE]")),
                Fault::NoDoneMarker => assert!(!text.contains("[DONE]")),
                Fault::NoUsage => assert!(!text.contains("\"usage")),
                Fault::EmptyFinish => assert_eq!(text.contains("\"finish_reason\":\"\""), api == Api::Chat),
                Fault::Noise => assert!(text.contains("dream") && text.contains(": ping")),
                _ => {}
            }
        }
    }
}

#[tokio::test]
async fn ends_that_are_too_early_too_late_or_missing() {
    for api in ALL {
        let error = |nested| Fault::ErrorEvent {
            deltas: 1,
            nested,
            code: "UNAVAILABLE".into(),
            message: "gone".into(),
        };
        for fault in [error(true), error(false), failed()] {
            let (answer, _) = api.under(fault.clone()).await;
            assert_eq!(api.said(&answer), "one", "{api:?} {fault:?}");
            assert!(answer.text().contains("gone") && answer.end == End::Whole);
            assert!(!answer.text().contains("[DONE]"));
        }
        let (unended, _) = api.under(Fault::NoTerminal).await;
        assert_eq!((api.said(&unended).as_str(), api.ended(&unended)), ("one two three", None));
        let (after, _) = api.under(Fault::DeltaAfterDone).await;
        assert_eq!(api.said(&after), "one two three (after done)");
        let (late, _) = api.under(Fault::LateError).await;
        assert!(late.events().last().unwrap().get("error").is_some());
        assert_ne!(api.under(Fault::TwoTerminals).await.0.body, api.under(Fault::Healthy).await.0.body);
        let (body, _) = api.under(Fault::Body("data: hm\n\n".into())).await;
        assert_eq!(body.text().replace('\r', ""), "data: hm\n\n");
        let status = Fault::Status { status: 503, headers: Vec::new(), body: "[]".into() };
        assert_eq!(api.under(status).await.0.status, 503);
    }
    let (gemini, _) = Api::Gemini.under(failed()).await;
    assert_eq!(
        gemini.events().last().unwrap()["error"],
        json!({"code": 503, "message": "gone", "status": "UNAVAILABLE"})
    );
    let (chat, _) = Api::Chat.under(failed()).await;
    assert_eq!(chat.events().last().unwrap()["error"]["message"], "gone");
}

fn failed() -> Fault {
    Fault::Failed { deltas: 1, code: "UNAVAILABLE".into(), message: "gone".into() }
}

#[tokio::test]
async fn silence_and_endless_talk_last_until_the_client_goes() {
    for api in ALL {
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
            let stream = api.send(&demo, &api.hello()).await;
            tokio::time::sleep(Duration::from_millis(80)).await;
            let seen = demo.wait_for(Duration::from_secs(2), |seen| seen[0].deltas.len() >= deltas).await;
            assert_eq!(seen[0].outcome, Outcome::Open, "{api:?} {fault:?}");
            assert!(seen[0].deltas.len() >= deltas, "{api:?} {fault:?}");
            drop(stream);
            let seen = demo.wait_for(Duration::from_secs(2), |seen| seen[0].outcome != Outcome::Open).await;
            assert_eq!(seen[0].outcome, Outcome::Aborted, "{api:?} {fault:?}");
        }
    }
}

#[tokio::test]
async fn one_conversationalist_one_queue_one_pace() {
    let demo = demo().await;
    demo.set_pace(Duration::from_millis(5));
    for api in ALL {
        let name = ["p1 ann: my name is Eve", "p1 ann: @chatbot what is my name?"];
        let said = api.answer(&demo, "You are @chatbot.", &name).await;
        assert!(said.contains("Your name is Eve"), "{api:?}: {said}");
        demo.inject_fault(Fault::Status { status: 418, headers: Vec::new(), body: String::new() });
        assert_eq!(read(api.send(&demo, &api.hello()).await).await.status, 418);
    }
    let seen = demo.model_calls();
    assert_eq!(seen.iter().map(|seen| seen.endpoint.is_model_call()).collect::<Vec<_>>(), [true; 6]);
    assert!(seen[0].deltas[0] >= Duration::from_millis(45), "{:?}", seen[0].deltas);
}

#[tokio::test]
async fn faults_and_requests_of_all_apis_from_another_process() {
    let demo = DemoModel::start(Options { control: true, ..Options::default() }).await.unwrap();
    let control = json!({
        "answers": ["one two three"],
        "faults": ["no_done_marker", {"blocked": "SAFETY"}, {"tool_calls": [["look", "{}"]]}],
        "moderation_faults": [{"status": {"status": 500, "body": "no"}}],
        "weather_faults": [{"status": {"status": 502, "body": "no"}}],
    });
    assert_eq!(call(&demo, "POST", "/control", control).await.status, 200);
    assert_eq!(call(&demo, "POST", "/v1/moderations", json!({"input": "hi"})).await.status, 500);
    assert_eq!(call(&demo, "GET", "/weather/v1/search?name=Seoul", Value::Null).await.status, 502);
    assert!(!Api::Chat.ask(&demo, &Api::Chat.hello()).await.text().contains("[DONE]"));
    assert!(Api::Gemini.ask(&demo, &Api::Gemini.hello()).await.text().contains("blockReason"));
    assert!(Api::Responses.ask(&demo, &Api::Responses.hello()).await.text().contains("\"name\":\"look\""));
    let seen = call(&demo, "GET", "/control/requests", Value::Null).await.json();
    let endpoints: Vec<&str> =
        seen.as_array().unwrap().iter().map(|seen| seen["endpoint"].as_str().unwrap()).collect();
    assert_eq!(endpoints, ["moderations", "weather", "chat_completions", "gemini", "responses"]);
}
