//! Optional fields of requests to the model server: the key of the prompt cache, and fields that a server refuses.

use demo_model::Fault;

use crate::browser::{Browser, Socket};
use crate::conversation::{DONE, end};
use crate::deployment::Deployment;

async fn ask(socket: &mut Socket, browser: &mut Browser, text: &str) {
    socket.say(browser, text).await;
    assert_eq!(end(&socket.end().await), DONE, "{text}");
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_136_a_field_that_the_server_refuses_is_left_out_from_then_on() {
    let deployment = Deployment::start().await;
    let mut ann = Browser::new(&deployment);
    let (mut socket, _) = ann.join("lobby", "Ann").await;
    let body = r#"{"detail":"Unsupported fields in the request: {'store'}"}"#.to_owned();
    deployment.demo.inject_fault(Fault::Status { status: 422, headers: Vec::new(), body });
    ask(&mut socket, &mut ann, "@chatbot hello").await;
    ask(&mut socket, &mut ann, "@chatbot hello again").await;
    let calls = deployment.demo.model_calls();
    let has_store: Vec<bool> = calls.iter().map(|call| call.body.get("store").is_some()).collect();
    assert_eq!(has_store, [true, false, false]);
    deployment.prints("field_refused").await;
    // What is no refusal of a field is no reason to call again.
    let before = deployment.demo.model_calls().len();
    let body = r#"{"error":{"message":"Invalid input","param":"input"}}"#.to_owned();
    deployment.demo.inject_fault(Fault::Status { status: 400, headers: Vec::new(), body });
    socket.say(&mut ann, "@chatbot and now?").await;
    socket.end().await;
    assert_eq!(deployment.demo.model_calls().len(), before + 1);
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_139_a_bot_in_a_room_has_a_key_for_the_prompt_cache_that_names_neither() {
    // It is sent to vendors and to the demo model.
    let deployment = Deployment::start_with(&[("DEMO", "1")]).await;
    let mut keys: Vec<String> = Vec::new();
    for (number, (room, bot)) in [
        ("a-secret-room", "chatbot"),
        ("a-secret-room", "tutor"),
        ("a-secret-room", "chatbot"),
        ("other", "chatbot"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut ann = Browser::new(&deployment);
        let (mut socket, _) = ann.join(room, &format!("Ann {number}")).await;
        ask(&mut socket, &mut ann, &format!("@{bot} hello")).await;
        let body = deployment.demo.model_calls().last().unwrap().body.clone();
        keys.push(body["prompt_cache_key"].as_str().unwrap().to_owned());
        assert!(!body.to_string().contains("a-secret-room"));
    }
    assert_eq!(keys[0], keys[2], "the same over turns and people");
    assert!(keys[0] != keys[1] && keys[0] != keys[3], "{keys:?}");
    assert!(keys.iter().all(|key| key.len() <= 64), "{keys:?}");
}
