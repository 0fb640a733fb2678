//! What bots remember: one chain each, a new one with a summary when the old one has grown too long, and one from the
//! transcript when the model's server has lost it.

use demo_model::Fault;
use shared::{RunState, Seq};

use crate::api::{ALL, Question};
use crate::asking::{Asking, DONE, end};
use crate::person::Visitor;
use crate::upstream::{refusal, said};

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn every_bot_has_a_memory_of_its_own() {
    let mut asking = Asking::new().await;
    for round in 0..3 {
        for bot in ["chatbot", "tutor", "storyteller"] {
            assert_eq!(end(&asking.ask_somebody(&format!("@{bot} round {round}")).await), DONE);
        }
    }
    let calls = asking.calls();
    assert_eq!(calls.len(), 9);
    let ids: Vec<&str> = calls.iter().map(|seen| seen.response_id.as_deref().unwrap()).collect();
    for (number, seen) in calls.iter().enumerate() {
        let question = Question::of(seen);
        // Each continues its own answer of the round before, and hears what was said since then, each line once.
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
async fn without_chains_everything_is_told_each_time_and_in_the_same_words() {
    for api in ALL.into_iter().filter(|api| !api.keeps_chains()) {
        let mut asking = Asking::speaking(api).await;
        for text in ["one", "two", "three"] {
            asking.ask(text).await;
        }
        let questions: Vec<Question> = asking.calls().iter().map(Question::of).collect();
        let lengths: Vec<usize> = questions.iter().map(|question| question.parts.len()).collect();
        assert_eq!(lengths, [1, 3, 5], "{api:?}");
        // What was said once is said again in the same words, so that the provider's cache knows it.
        assert!(questions[2].parts.starts_with(&questions[1].parts), "{api:?}");
        assert!(questions[1].parts.starts_with(&questions[0].parts), "{api:?}");
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn a_chain_that_has_grown_too_long_is_summed_up_and_begun_anew() {
    let mut asking = Asking::new().await;
    // The translator's threshold is 24,000 tokens. A token is about four letters, and a message has at most 4,000.
    let mut crowd: Vec<(Visitor, _)> = Vec::new();
    for number in 0..5 {
        let mut visitor = Visitor::new(&asking.stage);
        let (socket, _) = visitor.join(&asking.room, &format!("Talker {number}")).await;
        crowd.push((visitor, socket));
    }
    let long = "lorem ipsum dolor ".repeat(215);
    let mut last = Seq::ZERO;
    for number in 0..7 {
        asking.stage.demo.queue_answer(&format!("the words of call {number}"));
    }
    for round in 0..6 {
        for (number, (visitor, socket)) in crowd.iter_mut().enumerate() {
            last = socket.say(visitor, &format!("{round}.{number} {long}")).await;
        }
        asking.at_ann.message(|message| message.seq == last).await;
        assert_eq!(end(&asking.ask_somebody("@translator hello").await), DONE);
    }
    let calls = asking.calls();
    let questions: Vec<Question> = calls.iter().map(Question::of).collect();
    let is_summing = |question: &Question| {
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
    // Nobody was shown the summary, and nobody is told that the bot forgot.
    assert!(!asking.at_ann.texts.iter().any(|text| text.contains(&summary)), "{summary}");
    assert!(!asking.at_ann.texts.iter().any(|text| text.contains("\"reread\":true")));
    // The new chain goes on.
    asking.ask_somebody("@translator and now?").await;
    let calls_now = asking.calls();
    let question = Question::of(calls_now.last().unwrap());
    assert_eq!(question.previous, calls.last().unwrap().response_id);
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_58_a_lost_chain_is_built_again_once_in_the_same_run() {
    let mut asking = Asking::new().await;
    asking.ask("my name is Sky").await;
    assert!(!asking.ask("hello").await.answer.chain_rebuilt);
    asking.stage.demo.forget_responses().unwrap();
    asking.calls();
    let ended = asking.ask("what is my name?").await;
    assert_eq!((end(&ended), ended.answer.chain_rebuilt), (DONE, true));
    assert!(ended.text.contains("Sky"), "{}", ended.text);
    let calls = asking.calls();
    assert_eq!(calls.iter().map(|call| call.status).collect::<Vec<_>>(), [400, 200]);
    assert!(calls[0].body["previous_response_id"].is_string());
    assert!(calls[1].body.get("previous_response_id").is_none());
    let reread = |frame: &&String| frame.contains("\"reread\":true");
    assert!(asking.at_ann.texts.iter().any(|text| reread(&text)), "it is shown");
    // The new chain holds.
    asking.ask("and now?").await;
    let calls = asking.calls();
    assert_eq!(calls.len(), 1);
    assert!(calls[0].body["previous_response_id"].is_string());
    // However a server says it.
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
        asking.stage.demo.inject_fault(fault);
        let ended = asking.ask("once more").await;
        assert_eq!(
            (end(&ended), ended.answer.chain_rebuilt, asking.calls().len()),
            (DONE, true, 2),
            "{told}"
        );
    }
    // Only once: what is lost again after that is an error.
    let lost =
        || refusal(400, "invalid_request_error", "previous_response_not_found", "previous_response_id");
    asking.stage.demo.inject_fault(lost());
    asking.stage.demo.inject_fault(lost());
    assert_eq!(asking.ask("again").await.answer.state, RunState::Failed);
    assert_eq!(asking.calls().len(), 2);
    asking.is_well().await;
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
        let mut asking = Asking::new().await;
        asking.ask("my name is Sky").await;
        asking.calls();
        asking.stage.demo.inject_fault(fault);
        asking.stage.demo.inject_fault(Fault::Stateless);
        asking.stage.demo.inject_fault(Fault::Stateless);
        let ended = asking.ask("what is my name?").await;
        assert_eq!(end(&ended), DONE, "{told}");
        assert!(ended.text.contains("Sky"), "{told}: {}", ended.text);
        let calls = asking.calls();
        let sent = |number: usize| calls[number].body.get("previous_response_id").is_some();
        assert_eq!((calls.len(), sent(0), sent(1)), (2, true, false), "{told}");
        // From now on it is told everything each time, without trying.
        let ended = asking.ask("what is my name?").await;
        assert!(ended.text.contains("Sky"), "{told}: {}", ended.text);
        let calls = asking.calls();
        assert_eq!((calls.len(), calls[0].body.get("previous_response_id")), (1, None), "{told}");
    }
}
