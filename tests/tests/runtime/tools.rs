//! Tools: weather, time and search. Their errors are given to the model alone.

use std::time::{Duration, Instant};

use demo_model::{Cut, Endpoint, Fault, RecordedRequest};
use shared::{RunState, Seq, ServerFrame, ToolUse};

use crate::browser::Browser;
use crate::conversation::{Conversation, DONE, end};
use crate::deployment::{CANARY, UPSTREAM};
use crate::model_requests::{ALL, CallContents, Part};

/// The requests to the weather service since then.
fn weather(conversation: &Conversation, since: usize) -> Vec<RecordedRequest> {
    let requests = conversation.deployment.demo.requests().split_off(since);
    requests.into_iter().filter(|seen| seen.endpoint == Endpoint::Weather).collect()
}

fn look(tool: &str, what: &str) -> ToolUse {
    ToolUse { tool: tool.to_owned(), argument: what.to_owned() }
}

/// The tool uses that were shown while an answer ran.
fn shown(conversation: &Conversation, run: Seq) -> Vec<ToolUse> {
    fn looks(frame: ServerFrame, run: Seq) -> Vec<ToolUse> {
        match frame {
            ServerFrame::Run(told) if told.run == run => told.tool_uses,
            ServerFrame::Batch { frames } => frames.into_iter().flat_map(|frame| looks(frame, run)).collect(),
            _ => Vec::new(),
        }
    }
    let frames = conversation.ann_socket.texts.iter().filter_map(|text| ServerFrame::parse(text).ok());
    frames.flat_map(|frame| looks(frame, run)).collect()
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn a_weather_tool_call_is_shown_to_the_room() {
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
        let mut bob = conversation.with_bystander().await;
        let since = conversation.deployment.demo.requests().len();
        let ended = conversation.ask("서울 날씨 어때?").await;
        assert_eq!(end(&ended), DONE, "{api:?}");
        let looked = look("get_current_weather", "서울");
        assert_eq!(ended.answer.tool_uses, std::slice::from_ref(&looked), "{api:?}");
        assert!(shown(&conversation, ended.target).contains(&looked), "{api:?}: while it was looked up");

        let asked = weather(&conversation, since);
        let paths: Vec<&str> = asked.iter().filter_map(|seen| seen.path.split('?').next()).collect();
        assert_eq!(paths, ["/weather/v1/search", "/weather/v1/forecast"], "{api:?}");
        for seen in &asked {
            let said = format!("{seen:?}");
            assert!(!said.contains(CANARY) && !said.contains("Ann"), "case_77: {said}");
        }
        let questions: Vec<CallContents> = conversation.calls().iter().map(CallContents::of).collect();
        assert_eq!(questions.len(), 2, "{api:?}");
        let found = questions[1].found();
        assert_eq!(found.len(), 1, "{api:?}: {questions:#?}");
        let degrees = found[0]["temperature_c"].to_string();
        assert!(found[0]["city"] == "서울" && ended.text.contains(&degrees), "{}: {}", found[0], ended.text);
        if api.keeps_chains() {
            assert_eq!((questions[1].parts.len(), questions[1].previous.is_some()), (1, true));
        } else {
            let called = Part::Called("get_current_weather".to_owned());
            assert!(questions[1].parts.contains(&called), "{api:?}: {questions:#?}");
        }
        bob.stored_exactly(3).await;
        // The tool uses are part of the answer wherever it is shown.
        let (_, welcome) = Browser::new(&conversation.deployment).join(&conversation.room, "Cat").await;
        let answer = welcome.messages.iter().find(|message| message.seq == ended.target).unwrap();
        assert_eq!(answer.answer.as_ref().unwrap().tool_uses, [looked]);
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn weather_errors_are_given_to_the_model_and_to_nobody_else() {
    let status = |status, body: &str| Fault::Status { status, headers: Vec::new(), body: body.to_owned() };
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
        let mut bob = conversation.with_bystander().await;
        for faults in [
            vec![status(500, UPSTREAM)],
            vec![status(302, UPSTREAM)],
            vec![status(200, &format!("<html>{UPSTREAM}</html>"))],
            vec![status(200, "")],
            vec![status(200, &"x".repeat(200_000))],
            // The runtime itself retries when a connection fails before a response.
            vec![Fault::HangUp(Cut::Clean); 8],
            vec![Fault::HangUp(Cut::Reset); 8],
            vec![Fault::Healthy, status(429, UPSTREAM)],
            vec![Fault::Healthy, status(200, "7")],
        ] {
            let told = format!("{api:?} {faults:.100?}");
            faults.into_iter().for_each(|fault| conversation.deployment.demo.inject_weather_fault(fault));
            let ended = conversation.ask("서울 날씨 어때?").await;
            conversation.deployment.demo.reset();
            assert_eq!((end(&ended), ended.text.is_empty()), (DONE, false), "{told}");
            assert_eq!(ended.answer.tool_uses.len(), 1, "{told}");
            let questions = conversation.calls();
            assert_eq!(questions.len(), 2, "{told}");
            let question = CallContents::of(&questions[1]);
            let found = question.found();
            assert!(found.last().unwrap()["error"].is_string(), "{told}: {found:?}");
            assert!(!question.parts.iter().any(|part| format!("{part:?}").contains(UPSTREAM)), "{told}");
            bob.stored_exactly(3).await;
        }
        // An unknown city, and a call without one.
        conversation.ask("아틀란티스 날씨 알려줘").await;
        let error =
            CallContents::of(conversation.calls().last().unwrap()).found().last().unwrap()["error"].clone();
        assert_eq!(error, "no such city is known", "{api:?}");
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn a_slow_weather_service_times_out_after_a_few_seconds() {
    let mut conversation = Conversation::new().await;
    let mut bob = conversation.with_bystander().await;
    for (fault, is_found) in [
        (Fault::LateHeaders(1_000), true),
        (Fault::SilentBeforeHeaders, false),
        (Fault::SilentAfterHeaders, false),
    ] {
        conversation.deployment.demo.inject_weather_fault(fault);
        conversation.begin("서울 날씨 어때?").await;
        // Meanwhile people can chat. The question and its answer have rows, the end does not.
        bob.stored_exactly(2).await;
        let begun = Instant::now();
        let ended = conversation.ann_socket.end().await;
        assert!(begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
        assert_eq!((end(&ended), ended.text.is_empty()), (DONE, false));
        let question = CallContents::of(conversation.calls().last().unwrap());
        assert_eq!(question.found().last().unwrap()["error"].is_null(), is_found, "{question:?}");
        bob.stored_exactly(1).await;
    }
    // A stop ends the wait.
    conversation.deployment.demo.inject_weather_fault(Fault::SilentBeforeHeaders);
    let run = conversation.begin("부산 날씨 어때?").await.next();
    let is_weather =
        |all: &[RecordedRequest]| all.last().is_some_and(|seen| seen.endpoint == Endpoint::Weather);
    assert!(is_weather(&conversation.deployment.demo.wait_for(Duration::from_secs(5), is_weather).await));
    assert_eq!(conversation.stop(run).await.answer.state, RunState::Stopped);
    conversation.calls();
    assert_eq!(end(&conversation.ask("hello").await), DONE);
    assert_eq!(conversation.calls().len(), 1, "the answer of the stopped one asks nothing more");
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn time_and_search_tools_need_no_request() {
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
        let mut bob = conversation.with_bystander().await;
        conversation.say("지난번 라면집은 을지로 골목에 있었어").await;
        bob.stored_exactly(1).await;
        let ended = conversation.ask("지금 몇 시야?").await;
        let looked = look("current_time", "+09:00");
        assert_eq!((end(&ended), ended.answer.tool_uses.as_slice()), (DONE, &[looked][..]), "{api:?}");
        let question = CallContents::of(conversation.calls().last().unwrap());
        let time = question.found()[0]["time"].as_str().unwrap();
        assert!(time.starts_with("20") && time.ends_with("+09:00"), "{time}");
        let ended = conversation.ask("라면집 얘기 찾아줘").await;
        let looked = look("search_room", "라면집");
        assert_eq!((end(&ended), ended.answer.tool_uses.as_slice()), (DONE, &[looked][..]), "{api:?}");
        let question = CallContents::of(conversation.calls().last().unwrap());
        let found = question.found().last().unwrap()["messages"].clone();
        let is_it = |hit: &serde_json::Value| {
            hit["from"] == "Ann" && hit["text"] == "지난번 라면집은 을지로 골목에 있었어"
        };
        assert!(found.as_array().unwrap().iter().any(is_it), "{api:?}: {found}");
        assert!(ended.text.contains("을지로"), "{api:?}: {}", ended.text);
        bob.stored_exactly(6).await;
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn a_search_finds_messages_outside_the_window() {
    let mut conversation = Conversation::new().await;
    conversation.say("the old well is behind the chestnut tree").await;
    let mut head = Seq(1);
    for number in 0..9 {
        let mut crowd = Browser::new(&conversation.deployment);
        let (mut socket, _) = crowd.join(&conversation.room, &format!("Crowd {number}")).await;
        for _ in 0..25 {
            head = socket.say(&mut crowd, "and on").await;
        }
    }
    assert_eq!(head, Seq(226), "more than the bot's window of 200");
    conversation.ann_socket.message(|message| message.seq == head).await;
    let ended = conversation.ask("search for chestnut").await;
    let questions: Vec<CallContents> = conversation.calls().iter().map(CallContents::of).collect();
    let texts = questions[0].texts();
    assert!(!texts.iter().any(|text| text.contains("old well")), "it is too long ago to be given");
    assert!(texts.len() <= 200 && questions[0].notes().len() == 1, "{:?}", questions[0].notes());
    let found = questions[1].found()[0]["messages"].clone();
    assert_eq!(found[0]["text"], "the old well is behind the chestnut tree", "{found}");
    assert!(ended.text.contains("old well"), "{}", ended.text);
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn unknown_tools_and_endless_tool_rounds_are_bounded() {
    let call = |name: &str, arguments: &str| Fault::ToolCall {
        name: name.to_owned(),
        arguments: arguments.to_owned(),
    };
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
        let mut bob = conversation.with_bystander().await;
        for fault in [
            call("shell", r#"{"command":"ls"}"#),
            call("get_current_weather", "{}"),
            call("get_current_weather", r#"{"city":7}"#),
            call("current_time", r#"{"utc_offset":"Asia/Seoul"}"#),
            call("search_room", r#"{"query":""}"#),
        ] {
            let told = format!("{api:?} {fault:?}");
            conversation.deployment.demo.inject_fault(fault);
            let ended = conversation.ask("hello").await;
            assert_eq!(end(&ended), DONE, "{told}");
            assert!(!ended.answer.tool_uses.iter().any(|look| look.tool == "shell"), "{told}");
            let question = CallContents::of(conversation.calls().last().unwrap());
            assert!(question.found().last().unwrap()["error"].is_string(), "{told}: {question:?}");
        }
        bob.stored_exactly(15).await;
        // Five calls are one too many for a round.
        let time = || ("current_time".to_owned(), r#"{"utc_offset":"+09:00"}"#.to_owned());
        conversation.deployment.demo.inject_fault(Fault::ToolCalls((0..5).map(|_| time()).collect()));
        assert_eq!(end(&conversation.ask("hello").await), DONE, "{api:?}");
        let question = CallContents::of(conversation.calls().last().unwrap());
        let outputs: Vec<bool> = question.found().iter().map(|found| found["time"].is_string()).collect();
        assert!(outputs.ends_with(&[true, true, true, true, false]), "{api:?}: {outputs:?}");
        // After the fourth round no tool is offered.
        for _ in 0..6 {
            conversation.deployment.demo.inject_fault(call("current_time", r#"{"utc_offset":"+09:00"}"#));
        }
        let ended = conversation.ask("hello").await;
        conversation.deployment.demo.reset();
        assert!(ended.answer.state.is_end(), "{api:?}");
        let questions: Vec<CallContents> = conversation.calls().iter().map(CallContents::of).collect();
        let offers: Vec<bool> = questions.iter().map(|question| !question.tools.is_empty()).collect();
        assert_eq!(offers, [true, true, true, true, false], "{api:?}");
        bob.stored_exactly(6).await;
        assert_eq!(end(&conversation.ask("and now?").await), DONE, "{api:?}");
    }
}

/// Tool rounds are one answer: its text is joined, and all its calls are billed.
#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn tool_rounds_are_billed_as_one_answer() {
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
        let plain = conversation.ask("hello").await.answer.usage.unwrap();
        let looked = conversation.ask("지금 몇 시야?").await.answer.usage.unwrap();
        assert_eq!(conversation.calls().len(), 3, "{api:?}");
        assert!(looked.input > plain.input * 3 / 2, "{api:?}: {plain:?} {looked:?}");
        assert!(looked.output > 0, "{api:?}");
    }
}
