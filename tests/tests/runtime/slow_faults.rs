//! Faults that take minutes: an open circuit breaker, failing deletions, moderation that never answers. They run in one
//! deployment of their own, beside the other tests.

use std::time::{Duration, Instant};

use demo_model::{Endpoint, Fault, RecordedRequest};
use shared::{ErrorCode, RunState};

use crate::browser::{Browser, Socket, TIMEOUT};
use crate::changes::delete;
use crate::conversation::{DONE, end};
use crate::deployment::{Deployment, UPSTREAM};
use crate::received::EndedAnswer;
use crate::shared_deployment::{SharedDeployment, finish_background_test};

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_60_case_72_breaker_deletion_retries_and_moderation_timeouts() {
    let _turn = SharedDeployment::new().await;
    finish_background_test("offline").await;
}

/// Asks and waits for the end.
async fn ask(socket: &mut Socket, browser: &mut Browser, text: &str) -> EndedAnswer {
    let asked = socket.say(browser, text).await;
    let ended = socket.end().await;
    assert_eq!(ended.target, asked.next());
    ended
}

fn deletions(all: &[RecordedRequest]) -> Vec<(String, u16)> {
    let deletions = all.iter().filter(|seen| seen.endpoint == Endpoint::Deletion);
    deletions.map(|seen| (seen.path.clone(), seen.status)).collect()
}

pub(crate) async fn minutes() {
    let deployment = Deployment::start_with(&[("MODERATION", "strict")]).await;
    let (mut ann, mut bob) = (Browser::new(&deployment), Browser::new(&deployment));
    let (mut ann_socket, _) = ann.join("lobby", "Ann").await;
    let (mut bob_socket, _) = bob.join("lobby", "Bob").await;

    // A failed deletion of a response is retried.
    let asked = ann_socket.say(&mut ann, "@translator the code word is platypus").await;
    assert_eq!(end(&ann_socket.end().await), DONE);
    for _ in 0..2 {
        let body = UPSTREAM.to_owned();
        deployment.demo.inject_deletion_fault(Fault::Status { status: 500, headers: Vec::new(), body });
    }
    delete(&mut ann_socket, &mut ann, asked).await.unwrap();
    let failed = deployment.demo.wait_for(Duration::from_secs(30), |all| deletions(all).len() == 1).await;
    assert_eq!(deletions(&failed).iter().map(|(_, status)| *status).collect::<Vec<_>>(), [500]);

    // After a refused key the breaker is open: no call is made, and answers fail with the same code.
    let body = format!(r#"{{"error":{{"message":"{UPSTREAM}","code":"invalid_api_key"}}}}"#);
    deployment.demo.inject_fault(Fault::Status { status: 401, headers: Vec::new(), body });
    let before = deployment.demo.model_calls().len();
    let offline = (RunState::Failed, Some(ErrorCode::Misconfigured));
    assert_eq!(end(&ask(&mut ann_socket, &mut ann, "@chatbot are you there?").await), offline);
    let opened = Instant::now();
    for _ in 0..2 {
        bob_socket.say(&mut bob, "then we talk among ourselves").await;
        assert_eq!(end(&ask(&mut ann_socket, &mut ann, "@chatbot are you there?").await), offline);
    }
    assert_eq!(end(&ask(&mut bob_socket, &mut bob, "@chatbot and for me?").await), offline);
    assert_eq!(deployment.demo.model_calls().len(), before + 1, "one was asked, the others were not");
    assert!(opened.elapsed() < Duration::from_secs(10));
    deployment.prints("Unauthorized").await;
    ann_socket.end().await;
    // Another bot has its own breaker.
    assert_eq!(end(&ask(&mut ann_socket, &mut ann, "@tutor hello").await), DONE);

    // Strict moderation that does not answer: no call is made, people can chat, and the answer fails after ten seconds.
    let before = deployment.demo.model_calls().len();
    deployment.demo.inject_moderation_fault(Fault::SilentBeforeHeaders);
    let begun = Instant::now();
    ann_socket.say(&mut ann, "@storyteller tell me a story").await;
    bob_socket.say(&mut bob, "we talk on").await;
    // A socket on which nothing comes for as long as moderation may take fails the test.
    tokio::time::sleep(TIMEOUT / 2).await;
    assert_eq!(end(&ann_socket.end().await), (RunState::Failed, Some(ErrorCode::Unchecked)));
    let waited = begun.elapsed().as_secs_f64();
    assert!((9.0..14.0).contains(&waited), "{waited} s");
    assert_eq!(deployment.demo.model_calls().len(), before);

    while opened.elapsed() < Duration::from_secs(62) {
        // A socket that is silent for a minute is closed.
        ann_socket.send_text("ping").await;
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    assert_eq!(end(&ask(&mut ann_socket, &mut ann, "@chatbot are you back?").await), DONE);
    // Two deletions fail, half a minute apart; the third succeeds, and no more follow.
    let is_gone = |all: &[RecordedRequest]| deletions(all).iter().any(|(_, status)| *status == 200);
    let all = deletions(&deployment.demo.wait_for(Duration::from_secs(100), is_gone).await);
    assert_eq!(all.iter().map(|(_, status)| *status).collect::<Vec<_>>(), [500, 500, 200]);
    assert!(all.iter().all(|(path, _)| *path == all[0].0), "{all:?}");
    assert!(!deployment.output().contains("canary") && !deployment.output().contains(UPSTREAM), "case_77");
}
