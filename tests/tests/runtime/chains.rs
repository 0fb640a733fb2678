//! Chains: one for each bot, rotated with a summary when it has grown too long, and rebuilt from the transcript when the
//! model's server has lost it.

use demo_model::Fault;
use shared::{RunState, Seq};

use crate::browser::Browser;
use crate::conversation::{Conversation, DONE, end};
use crate::model_errors::{refusal, said};
use crate::model_requests::{ALL, CallContents};

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn each_bot_has_its_own_memory() {
    let mut conversation = Conversation::new().await;
    for round in 0..3 {
        for bot in ["chatbot", "tutor", "storyteller"] {
            assert_eq!(end(&conversation.ask_somebody(&format!("@{bot} round {round}")).await), DONE);
        }
    }
    let calls = conversation.calls();
    assert_eq!(calls.len(), 9);
    let ids: Vec<&str> = calls.iter().map(|seen| seen.response_id.as_deref().unwrap()).collect();
    for (number, seen) in calls.iter().enumerate() {
        let question = CallContents::of(seen);
        // Each bot continues its own last response and is sent the messages since then, each once.
        let own = number.checked_sub(3).map(|own| ids[own]);
        assert_eq!(question.previous.as_deref(), own, "{number}");
        let mut texts = question.texts();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), question.texts().len(), "{number}: {:?}", question.texts());
        let expected = if number < 3 { 2 * number + 1 } else { 5 };
        assert_eq!(texts.len(), expected, "{number}: {:?}", question.parts);
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn without_chains_each_request_repeats_the_transcript_byte_by_byte() {
    for api in ALL.into_iter().filter(|api| !api.keeps_chains()) {
        let mut conversation = Conversation::speaking(api).await;
        for text in ["one", "two", "three"] {
            conversation.ask(text).await;
        }
        let questions: Vec<CallContents> = conversation.calls().iter().map(CallContents::of).collect();
        let lengths: Vec<usize> = questions.iter().map(|question| question.parts.len()).collect();
        assert_eq!(lengths, [1, 3, 5], "{api:?}");
        // Repeated messages are byte for byte the same, so that the provider's cache finds them.
        assert!(questions[2].parts.starts_with(&questions[1].parts), "{api:?}");
        assert!(questions[1].parts.starts_with(&questions[0].parts), "{api:?}");
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn a_chain_that_has_grown_too_long_is_rotated() {
    let mut conversation = Conversation::new().await;
    // The translator's threshold is 24,000 tokens. A token is about four letters, and a message has at most 4,000.
    let mut crowd: Vec<(Browser, _)> = Vec::new();
    for number in 0..5 {
        let mut browser = Browser::new(&conversation.deployment);
        let (socket, _) = browser.join(&conversation.room, &format!("Talker {number}")).await;
        crowd.push((browser, socket));
    }
    let long = "lorem ipsum dolor ".repeat(215);
    let mut last = Seq::ZERO;
    for number in 0..7 {
        conversation.deployment.demo.queue_answer(&format!("the words of call {number}"));
    }
    for round in 0..6 {
        for (number, (browser, socket)) in crowd.iter_mut().enumerate() {
            last = socket.say(browser, &format!("{round}.{number} {long}")).await;
        }
        conversation.ann_socket.message(|message| message.seq == last).await;
        assert_eq!(end(&conversation.ask_somebody("@translator hello").await), DONE);
    }
    let calls = conversation.calls();
    let questions: Vec<CallContents> = calls.iter().map(CallContents::of).collect();
    let is_summing = |question: &CallContents| {
        question.notes().iter().any(|note| note["note"].as_str().unwrap().contains("write a summary of it"))
    };
    let at = questions.iter().position(is_summing).expect("it has grown too long");
    let (sum, first) = (&questions[at], &questions[at + 1]);
    assert_eq!(sum.previous, calls[at - 1].response_id, "the old chain is what is summed up");
    assert_eq!((sum.parts.len(), sum.tools.len()), (1, 0), "{sum:?}");
    let summary = format!("the words of call {at}");
    let note = first.notes().into_iter().find(|note| note["note"] == "your own summary of what came before");
    assert_eq!(note.map(|note| note["text"].clone()), Some(summary.clone().into()), "{:?}", first.notes());
    assert_eq!(first.previous, None, "a new chain");
    assert_eq!(first.texts().last(), Some(&"@translator hello"), "the question comes last");
    assert_eq!(questions.iter().filter(|question| is_summing(question)).count(), 1);
    // Clients are sent neither the summary nor `chain_rebuilt`.
    assert!(!conversation.ann_socket.texts.iter().any(|text| text.contains(&summary)), "{summary}");
    assert!(!conversation.ann_socket.texts.iter().any(|text| text.contains("\"chain_rebuilt\":true")));
    // The new chain continues.
    conversation.ask_somebody("@translator and now?").await;
    let calls_now = conversation.calls();
    let question = CallContents::of(calls_now.last().unwrap());
    assert_eq!(question.previous, calls.last().unwrap().response_id);
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_58_a_lost_chain_is_rebuilt_once_in_the_same_run() {
    let mut conversation = Conversation::new().await;
    conversation.ask("my name is Sky").await;
    assert!(!conversation.ask("hello").await.answer.chain_rebuilt);
    conversation.deployment.demo.forget_responses().unwrap();
    conversation.calls();
    let ended = conversation.ask("what is my name?").await;
    assert_eq!((end(&ended), ended.answer.chain_rebuilt), (DONE, true));
    assert!(ended.text.contains("Sky"), "{}", ended.text);
    let calls = conversation.calls();
    assert_eq!(calls.iter().map(|call| call.status).collect::<Vec<_>>(), [400, 200]);
    assert!(calls[0].body["previous_response_id"].is_string());
    assert!(calls[1].body.get("previous_response_id").is_none());
    let rebuilt = |frame: &&String| frame.contains("\"chain_rebuilt\":true");
    assert!(conversation.ann_socket.texts.iter().any(|text| rebuilt(&text)), "it is shown");
    // The rebuilt chain continues.
    conversation.ask("and now?").await;
    let calls = conversation.calls();
    assert_eq!(calls.len(), 1);
    assert!(calls[0].body["previous_response_id"].is_string());
    // The same for each error by which servers report it.
    for fault in [
        refusal(400, "invalid_request_error", "previous_response_not_found", "previous_response_id"),
        refusal(404, "not_found_error", "previous_response_not_found", ""),
        said(400, "invalid_request_error", "", "", "Previous response with id 'resp_1' not found."),
        said(400, "", "invalid_request_error", "", "Invalid `previous_response_id`."),
        Fault::Status {
            status: 404,
            headers: Vec::new(),
            body: r#"{"code":"x","error":"previous_response_id resp_1 is unknown"}"#.to_owned(),
        },
    ] {
        let told = format!("{fault:?}");
        conversation.deployment.demo.inject_fault(fault);
        let ended = conversation.ask("once more").await;
        assert_eq!(
            (end(&ended), ended.answer.chain_rebuilt, conversation.calls().len()),
            (DONE, true, 2),
            "{told}"
        );
    }
    // A chain that is lost again after its rebuild is an error.
    let lost =
        || refusal(400, "invalid_request_error", "previous_response_not_found", "previous_response_id");
    conversation.deployment.demo.inject_fault(lost());
    conversation.deployment.demo.inject_fault(lost());
    assert_eq!(conversation.ask("again").await.answer.state, RunState::Failed);
    assert_eq!(conversation.calls().len(), 2);
    conversation.expect_normal_answer().await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_58_a_server_that_keeps_nothing_is_noticed_and_remembered() {
    for fault in [
        Fault::Stateless,
        Fault::StatelessWithoutField,
        said(400, "", "unsupported_parameter", "previous_response_id", "not for this organization"),
        said(
            400,
            "",
            "",
            "",
            "Previous response cannot be used for this organization due to Zero Data Retention.",
        ),
    ] {
        let told = format!("{fault:?}");
        let mut conversation = Conversation::new().await;
        conversation.ask("my name is Sky").await;
        conversation.calls();
        conversation.deployment.demo.inject_fault(fault);
        conversation.deployment.demo.inject_fault(Fault::Stateless);
        conversation.deployment.demo.inject_fault(Fault::Stateless);
        let ended = conversation.ask("what is my name?").await;
        assert_eq!(end(&ended), DONE, "{told}");
        assert!(ended.text.contains("Sky"), "{told}: {}", ended.text);
        let calls = conversation.calls();
        let sent = |number: usize| calls[number].body.get("previous_response_id").is_some();
        assert_eq!((calls.len(), sent(0), sent(1)), (2, true, false), "{told}");
        // From now on it is sent the transcript each time.
        let ended = conversation.ask("what is my name?").await;
        assert!(ended.text.contains("Sky"), "{told}: {}", ended.text);
        let calls = conversation.calls();
        assert_eq!((calls.len(), calls[0].body.get("previous_response_id")), (1, None), "{told}");
    }
}
