//! What bots look up: the weather, the time, what was said earlier. Whatever goes wrong there is the model's to explain.

use std::time::{Duration, Instant};

use demo_model::{Cut, Endpoint, Fault, RecordedRequest};
use shared::{RunState, Seq, ServerFrame, ToolUse};

use crate::api::{ALL, Part, Question};
use crate::asking::{Asking, DONE, end};
use crate::person::Visitor;
use crate::stage::{CANARY, UPSTREAM};

/// What the weather service was asked since then.
fn weather(asking: &Asking, since: usize) -> Vec<RecordedRequest> {
    let requests = asking.stage.demo.requests().split_off(since);
    requests.into_iter().filter(|seen| seen.endpoint == Endpoint::Weather).collect()
}

fn look(tool: &str, what: &str) -> ToolUse {
    ToolUse { tool: tool.to_owned(), argument: what.to_owned() }
}

/// The looks that were shown while an answer was being given.
fn shown(asking: &Asking, run: Seq) -> Vec<ToolUse> {
    fn looks(frame: ServerFrame, run: Seq) -> Vec<ToolUse> {
        match frame {
            ServerFrame::Run(told) if told.run == run => told.tool_uses,
            ServerFrame::Batch { frames } => frames.into_iter().flat_map(|frame| looks(frame, run)).collect(),
            _ => Vec::new(),
        }
    }
    let frames = asking.at_ann.texts.iter().filter_map(|text| ServerFrame::parse(text).ok());
    frames.flat_map(|frame| looks(frame, run)).collect()
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn the_weather_is_looked_up_and_the_room_sees_it() {
    for api in ALL {
        let mut asking = Asking::speaking(api).await;
        let mut bob = asking.beside().await;
        let since = asking.stage.demo.requests().len();
        let ended = asking.ask("서울 날씨 어때?").await;
        assert_eq!(end(&ended), DONE, "{api:?}");
        let looked = look("get_current_weather", "서울");
        assert_eq!(ended.answer.tool_uses, std::slice::from_ref(&looked), "{api:?}");
        assert!(shown(&asking, ended.target).contains(&looked), "{api:?}: while it was looked up");

        let asked = weather(&asking, since);
        let paths: Vec<&str> = asked.iter().filter_map(|seen| seen.path.split('?').next()).collect();
        assert_eq!(paths, ["/weather/v1/search", "/weather/v1/forecast"], "{api:?}");
        for seen in &asked {
            let said = format!("{seen:?}");
            assert!(!said.contains(CANARY) && !said.contains("Ann"), "case_77: {said}");
        }
        let questions: Vec<Question> = asking.calls().iter().map(Question::of).collect();
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
        bob.is_calm(3).await;
        // What was looked up is a part of the answer wherever it is shown.
        let (_, welcome) = Visitor::new(&asking.stage).join(&asking.room, "Cat").await;
        let answer = welcome.messages.iter().find(|message| message.seq == ended.target).unwrap();
        assert_eq!(answer.answer.as_ref().unwrap().tool_uses, [looked]);
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn a_weather_service_in_trouble_is_told_to_the_model_and_to_nobody_else() {
    let status = |status, body: &str| Fault::Status { status, headers: Vec::new(), body: body.to_owned() };
    for api in ALL {
        let mut asking = Asking::speaking(api).await;
        let mut bob = asking.beside().await;
        for faults in [
            vec![status(500, UPSTREAM)],
            vec![status(302, UPSTREAM)],
            vec![status(200, &format!("<html>{UPSTREAM}</html>"))],
            vec![status(200, "")],
            vec![status(200, &"x".repeat(200_000))],
            // The runtime itself asks again when a connection fails before an answer.
            vec![Fault::HangUp(Cut::Clean); 8],
            vec![Fault::HangUp(Cut::Reset); 8],
            vec![Fault::Healthy, status(429, UPSTREAM)],
            vec![Fault::Healthy, status(200, "7")],
        ] {
            let told = format!("{api:?} {faults:.100?}");
            faults.into_iter().for_each(|fault| asking.stage.demo.inject_weather_fault(fault));
            let ended = asking.ask("서울 날씨 어때?").await;
            asking.stage.demo.reset();
            assert_eq!((end(&ended), ended.text.is_empty()), (DONE, false), "{told}");
            assert_eq!(ended.answer.tool_uses.len(), 1, "{told}");
            let questions = asking.calls();
            assert_eq!(questions.len(), 2, "{told}");
            let question = Question::of(&questions[1]);
            let found = question.found();
            assert!(found.last().unwrap()["error"].is_string(), "{told}: {found:?}");
            assert!(!question.parts.iter().any(|part| format!("{part:?}").contains(UPSTREAM)), "{told}");
            bob.is_calm(3).await;
        }
        // There is no such city, and one that nobody named.
        asking.ask("아틀란티스 날씨 알려줘").await;
        let error = Question::of(asking.calls().last().unwrap()).found().last().unwrap()["error"].clone();
        assert_eq!(error, "no such city is known", "{api:?}");
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn a_slow_weather_service_is_waited_for_a_few_seconds() {
    let mut asking = Asking::new().await;
    let mut bob = asking.beside().await;
    for (fault, is_found) in [
        (Fault::LateHeaders(1_000), true),
        (Fault::SilentBeforeHeaders, false),
        (Fault::SilentAfterHeaders, false),
    ] {
        asking.stage.demo.inject_weather_fault(fault);
        asking.begin("서울 날씨 어때?").await;
        // Meanwhile people talk. The question and the place of its answer are there, the end is not.
        bob.is_calm(2).await;
        let begun = Instant::now();
        let ended = asking.at_ann.end().await;
        assert!(begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
        assert_eq!((end(&ended), ended.text.is_empty()), (DONE, false));
        let question = Question::of(asking.calls().last().unwrap());
        assert_eq!(question.found().last().unwrap()["error"].is_null(), is_found, "{question:?}");
        bob.is_calm(1).await;
    }
    // Whoever does not want to wait stops it.
    asking.stage.demo.inject_weather_fault(Fault::SilentBeforeHeaders);
    let run = asking.begin("부산 날씨 어때?").await.next();
    let is_weather =
        |all: &[RecordedRequest]| all.last().is_some_and(|seen| seen.endpoint == Endpoint::Weather);
    assert!(is_weather(&asking.stage.demo.wait_for(Duration::from_secs(5), is_weather).await));
    assert_eq!(asking.stop(run).await.answer.state, RunState::Stopped);
    asking.calls();
    assert_eq!(end(&asking.ask("hello").await), DONE);
    assert_eq!(asking.calls().len(), 1, "the answer of the stopped one asks nothing more");
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn the_time_and_older_words_are_found_in_the_room_itself() {
    for api in ALL {
        let mut asking = Asking::speaking(api).await;
        let mut bob = asking.beside().await;
        asking.say("지난번 라면집은 을지로 골목에 있었어").await;
        bob.is_calm(1).await;
        let ended = asking.ask("지금 몇 시야?").await;
        let looked = look("current_time", "+09:00");
        assert_eq!((end(&ended), ended.answer.tool_uses.as_slice()), (DONE, &[looked][..]), "{api:?}");
        let question = Question::of(asking.calls().last().unwrap());
        let time = question.found()[0]["time"].as_str().unwrap();
        assert!(time.starts_with("20") && time.ends_with("+09:00"), "{time}");
        let ended = asking.ask("라면집 얘기 찾아줘").await;
        let looked = look("search_room", "라면집");
        assert_eq!((end(&ended), ended.answer.tool_uses.as_slice()), (DONE, &[looked][..]), "{api:?}");
        let question = Question::of(asking.calls().last().unwrap());
        let found = question.found().last().unwrap()["messages"].clone();
        let is_it = |hit: &serde_json::Value| {
            hit["from"] == "Ann" && hit["text"] == "지난번 라면집은 을지로 골목에 있었어"
        };
        assert!(found.as_array().unwrap().iter().any(is_it), "{api:?}: {found}");
        assert!(ended.text.contains("을지로"), "{api:?}: {}", ended.text);
        bob.is_calm(6).await;
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn a_search_finds_what_the_bot_was_not_given() {
    let mut asking = Asking::new().await;
    asking.say("the old well is behind the chestnut tree").await;
    let mut head = Seq(1);
    for number in 0..9 {
        let mut crowd = Visitor::new(&asking.stage);
        let (mut socket, _) = crowd.join(&asking.room, &format!("Crowd {number}")).await;
        for _ in 0..25 {
            head = socket.say(&mut crowd, "and on").await;
        }
    }
    assert_eq!(head, Seq(226), "more than the bot's window of 200");
    asking.at_ann.message(|message| message.seq == head).await;
    let ended = asking.ask("search for chestnut").await;
    let questions: Vec<Question> = asking.calls().iter().map(Question::of).collect();
    let texts = questions[0].texts();
    assert!(!texts.iter().any(|text| text.contains("old well")), "it is too long ago to be given");
    assert!(texts.len() <= 200 && questions[0].notes().len() == 1, "{:?}", questions[0].notes());
    let found = questions[1].found()[0]["messages"].clone();
    assert_eq!(found[0]["text"], "the old well is behind the chestnut tree", "{found}");
    assert!(ended.text.contains("old well"), "{}", ended.text);
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn calls_that_nobody_offered_and_calls_without_end() {
    let call = |name: &str, arguments: &str| Fault::ToolCall {
        name: name.to_owned(),
        arguments: arguments.to_owned(),
    };
    for api in ALL {
        let mut asking = Asking::speaking(api).await;
        let mut bob = asking.beside().await;
        for fault in [
            call("shell", r#"{"command":"ls"}"#),
            call("get_current_weather", "{}"),
            call("get_current_weather", r#"{"city":7}"#),
            call("current_time", r#"{"utc_offset":"Asia/Seoul"}"#),
            call("search_room", r#"{"query":""}"#),
        ] {
            let told = format!("{api:?} {fault:?}");
            asking.stage.demo.inject_fault(fault);
            let ended = asking.ask("hello").await;
            assert_eq!(end(&ended), DONE, "{told}");
            assert!(!ended.answer.tool_uses.iter().any(|look| look.tool == "shell"), "{told}");
            let question = Question::of(asking.calls().last().unwrap());
            assert!(question.found().last().unwrap()["error"].is_string(), "{told}: {question:?}");
        }
        bob.is_calm(15).await;
        // Five at once are one too many; the weather of all of them would be asked at once otherwise.
        let time = || ("current_time".to_owned(), r#"{"utc_offset":"+09:00"}"#.to_owned());
        asking.stage.demo.inject_fault(Fault::ToolCalls((0..5).map(|_| time()).collect()));
        assert_eq!(end(&asking.ask("hello").await), DONE, "{api:?}");
        let question = Question::of(asking.calls().last().unwrap());
        let outputs: Vec<bool> = question.found().iter().map(|found| found["time"].is_string()).collect();
        assert!(outputs.ends_with(&[true, true, true, true, false]), "{api:?}: {outputs:?}");
        // Round after round: after the fourth there is nothing more on offer.
        for _ in 0..6 {
            asking.stage.demo.inject_fault(call("current_time", r#"{"utc_offset":"+09:00"}"#));
        }
        let ended = asking.ask("hello").await;
        asking.stage.demo.reset();
        assert!(ended.answer.state.is_end(), "{api:?}");
        let questions: Vec<Question> = asking.calls().iter().map(Question::of).collect();
        let offers: Vec<bool> = questions.iter().map(|question| !question.tools.is_empty()).collect();
        assert_eq!(offers, [true, true, true, true, false], "{api:?}");
        bob.is_calm(6).await;
        assert_eq!(end(&asking.ask("and now?").await), DONE, "{api:?}");
    }
}

/// Rounds of tools are one answer: its text stays together, and all of it is paid.
#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn rounds_are_paid_together() {
    for api in ALL {
        let mut asking = Asking::speaking(api).await;
        let plain = asking.ask("hello").await.answer.usage.unwrap();
        let looked = asking.ask("지금 몇 시야?").await.answer.usage.unwrap();
        assert_eq!(asking.calls().len(), 3, "{api:?}");
        assert!(looked.input > plain.input * 3 / 2, "{api:?}: {plain:?} {looked:?}");
        assert!(looked.output > 0, "{api:?}");
    }
}
