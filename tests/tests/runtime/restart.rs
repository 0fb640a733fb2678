//! What survives a kill of the process.

use std::time::Duration;

use demo_model::Fault;
use shared::{ClientFrame, RunState, Seq, ServerFrame};

use crate::browser::Browser;
use crate::deployment::Deployment;
use crate::received::EndedAnswer;

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_48_an_answer_whose_process_was_killed_is_interrupted_and_can_be_asked_again() {
    let mut deployment = Deployment::start().await;
    let mut ann = Browser::new(&deployment);
    let (mut ann_socket, welcome) = ann.join("lobby", "Ann").await;
    ann_socket.say(&mut ann, "@chatbot my name is Sky").await;
    assert_eq!(ann_socket.end().await.answer.state, RunState::Done);

    // An endless answer, slow enough that partial text is stored before the kill.
    deployment.demo.set_pace(Duration::from_millis(20));
    deployment.demo.inject_fault(Fault::Endless);
    let asked = ann_socket.say(&mut ann, "@chatbot tell me a long story").await;
    let mut text = String::new();
    let begun = std::time::Instant::now();
    while begun.elapsed() < Duration::from_millis(2_500) {
        if let Ok(ServerFrame::Deltas { deltas }) = ann_socket.next().await {
            text.extend(deltas.into_iter().map(|delta| delta.text));
        }
    }
    deployment.restart().await;

    let mut ann_socket = ann.socket("lobby").await;
    let welcome =
        ann_socket.hello(Some("Ann"), Some(shared::frame::Resume::new(&welcome.epoch, asked))).await;
    assert!(welcome.recovered, "the numbering goes on");
    let ended = welcome.events.iter().find_map(|event| match event {
        shared::Event::Ended(ended) => Some(EndedAnswer::from(ended.clone())),
        _ => None,
    });
    let ended = match ended {
        Some(ended) => ended,
        None => ann_socket.end().await,
    };
    assert_eq!((ended.target, ended.answer.state), (asked.next(), RunState::Interrupted));
    assert!(!ended.text.is_empty() && text.starts_with(&ended.text), "{:?} of {text:?}", ended.text);
    assert_eq!(deployment.demo.requests().len(), 2, "nothing is paid again by itself");

    deployment.demo.set_pace(Duration::ZERO);
    let nonce = ann.nonce();
    ann_socket
        .send(&ClientFrame::Regenerate { nonce, after: Seq::ZERO, run: ended.target, confirmed: false })
        .await;
    assert_eq!(ann_socket.end().await.answer.state, RunState::Done);
    ann_socket.say(&mut ann, "@chatbot what is my name?").await;
    assert!(ann_socket.end().await.text.contains("Sky"), "the chain survived");
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn g2_accepted_messages_survive_a_kill() {
    let mut deployment = Deployment::start().await;
    let mut ann = Browser::new(&deployment);
    let mut accepted = Vec::new();
    for round in 0..3 {
        let (mut ann_socket, _) = ann.join("lobby", "Ann").await;
        for number in 0..8 {
            let text = format!("round {round}, message {number}");
            accepted.push((ann_socket.say(&mut ann, &text).await, text));
        }
        deployment.restart().await;
    }
    let (_, welcome) = ann.join("lobby", "Ann").await;
    let stored: Vec<(Seq, String)> =
        welcome.messages.into_iter().map(|message| (message.seq, message.text)).collect();
    assert_eq!(stored, accepted);
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn g1_g2_g3_case_162_nothing_is_lost_doubled_or_paid_twice_over_kills() {
    let (problems, summary) = crate::kills::play(3, 50).await;
    assert!(problems.is_empty(), "{summary}: {problems:#?}");
}
