//! What survives the end of the process.

use std::time::Duration;

use demo_model::Fault;
use shared::{ClientFrame, RunState, Seq, ServerFrame};

use crate::person::Visitor;
use crate::stage::Stage;

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_48_an_answer_whose_process_was_killed_is_interrupted_and_can_be_asked_again() {
    let mut stage = Stage::start().await;
    let mut ann = Visitor::new(&stage);
    let (mut at_ann, welcome) = ann.join("lobby", "Ann").await;
    at_ann.say(&mut ann, "@chatbot my name is Sky").await;
    assert_eq!(at_ann.end().await.answer.state, RunState::Done);

    // An endless answer at a pace at which partial text has been stored when the process ends.
    stage.demo.set_pace(Duration::from_millis(20));
    stage.demo.inject_fault(Fault::Endless);
    let asked = at_ann.say(&mut ann, "@chatbot tell me a long story").await;
    let mut text = String::new();
    let begun = std::time::Instant::now();
    while begun.elapsed() < Duration::from_millis(2_500) {
        if let Ok(ServerFrame::Delta { text: more, .. }) = at_ann.next().await {
            text.push_str(&more);
        }
    }
    stage.restart().await;

    let mut at_ann = ann.socket("lobby").await;
    let welcome = at_ann.hello(Some("Ann"), Some(shared::frame::Resume::new(&welcome.epoch, asked))).await;
    assert!(welcome.recovered, "the numbering goes on");
    let ended = welcome.events.iter().find_map(|event| match event {
        shared::Event::Ended(ended) => Some(ended.clone()),
        _ => None,
    });
    let ended = match ended {
        Some(ended) => ended,
        None => at_ann.end().await,
    };
    assert_eq!((ended.target, ended.answer.state), (asked.next(), RunState::Interrupted));
    assert!(!ended.text.is_empty() && text.starts_with(&ended.text), "{:?} of {text:?}", ended.text);
    assert_eq!(stage.demo.requests().len(), 2, "nothing is paid again by itself");

    stage.demo.set_pace(Duration::ZERO);
    let nonce = ann.nonce();
    at_ann.send(&ClientFrame::Regenerate { nonce, after: Seq::ZERO, run: ended.target }).await;
    assert_eq!(at_ann.end().await.answer.state, RunState::Done);
    at_ann.say(&mut ann, "@chatbot what is my name?").await;
    assert!(at_ann.end().await.text.contains("Sky"), "the chain survived");
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn g2_whatever_was_accepted_survives_a_kill() {
    let mut stage = Stage::start().await;
    let mut ann = Visitor::new(&stage);
    let mut accepted = Vec::new();
    for round in 0..3 {
        let (mut at_ann, _) = ann.join("lobby", "Ann").await;
        for number in 0..8 {
            let text = format!("round {round}, message {number}");
            accepted.push((at_ann.say(&mut ann, &text).await, text));
        }
        stage.restart().await;
    }
    let (_, welcome) = ann.join("lobby", "Ann").await;
    let stored: Vec<(Seq, String)> =
        welcome.messages.into_iter().map(|message| (message.seq, message.text)).collect();
    assert_eq!(stored, accepted);
}
