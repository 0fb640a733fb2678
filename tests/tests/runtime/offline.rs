//! What takes minutes: a bot whose server refuses it for good, deletions that fail, moderation that never answers. All of it
//! happens in one product of its own, beside the other tests.

use std::time::{Duration, Instant};

use demo_model::{Endpoint, Fault, RecordedRequest};
use shared::{AnswerEnd, ErrorCode, RunState};

use crate::asking::{DONE, end};
use crate::changes::delete;
use crate::guest::{Guest, vigil};
use crate::person::{Socket, Visitor};
use crate::stage::{Stage, UPSTREAM};

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_60_case_72_what_takes_minutes() {
    let _stage = Guest::new().await;
    vigil("offline").await;
}

/// Asks and waits for the end.
async fn ask(socket: &mut Socket, visitor: &mut Visitor, text: &str) -> AnswerEnd {
    let asked = socket.say(visitor, text).await;
    let ended = socket.end().await;
    assert_eq!(ended.target, asked.next());
    ended
}

fn deletions(all: &[RecordedRequest]) -> Vec<(String, u16)> {
    let deletions = all.iter().filter(|seen| seen.endpoint == Endpoint::Deletion);
    deletions.map(|seen| (seen.path.clone(), seen.status)).collect()
}

pub(crate) async fn minutes() {
    let stage = Stage::start_with(&[("MODERATION", "on")]).await;
    let (mut ann, mut bob) = (Visitor::new(&stage), Visitor::new(&stage));
    let (mut at_ann, _) = ann.join("lobby", "Ann").await;
    let (mut at_bob, _) = bob.join("lobby", "Bob").await;

    // A response that cannot be deleted now is deleted later.
    let asked = at_ann.say(&mut ann, "@translator the code word is platypus").await;
    assert_eq!(end(&at_ann.end().await), DONE);
    for _ in 0..2 {
        let body = UPSTREAM.to_owned();
        stage.demo.inject_deletion_fault(Fault::Status { status: 500, headers: Vec::new(), body });
    }
    delete(&mut at_ann, &mut ann, asked).await.unwrap();
    let failed = stage.demo.wait_for(Duration::from_secs(5), |all| deletions(all).len() == 1).await;
    assert_eq!(deletions(&failed).iter().map(|(_, status)| *status).collect::<Vec<_>>(), [500]);

    // A key that is refused is refused for a while without asking, and everybody is told why.
    let body = format!(r#"{{"error":{{"message":"{UPSTREAM}","code":"invalid_api_key"}}}}"#);
    stage.demo.inject_fault(Fault::Status { status: 401, headers: Vec::new(), body });
    let opened = Instant::now();
    let before = stage.demo.model_calls().len();
    let offline = (RunState::Failed, Some(ErrorCode::Misconfigured));
    for _ in 0..3 {
        assert_eq!(end(&ask(&mut at_ann, &mut ann, "@chatbot are you there?").await), offline);
        at_bob.say(&mut bob, "then we talk among ourselves").await;
    }
    assert_eq!(end(&ask(&mut at_bob, &mut bob, "@chatbot and for me?").await), offline);
    assert_eq!(stage.demo.model_calls().len(), before + 1, "one was asked, the others were not");
    assert!(opened.elapsed() < Duration::from_secs(10));
    stage.prints("Unauthorized").await;
    at_ann.end().await;
    // Another bot is another door.
    assert_eq!(end(&ask(&mut at_ann, &mut ann, "@tutor hello").await), DONE);

    // Moderation that does not answer: nothing is asked, people talk on, and after ten seconds it is said so.
    let before = stage.demo.model_calls().len();
    stage.demo.inject_moderation_fault(Fault::SilentBeforeHeaders);
    let begun = Instant::now();
    at_ann.say(&mut ann, "@storyteller tell me a story").await;
    at_bob.say(&mut bob, "we talk on").await;
    assert_eq!(end(&at_ann.end().await), (RunState::Failed, Some(ErrorCode::Unchecked)));
    let waited = begun.elapsed().as_secs_f64();
    assert!((9.0..14.0).contains(&waited), "{waited} s");
    assert_eq!(stage.demo.model_calls().len(), before);

    while opened.elapsed() < Duration::from_secs(62) {
        // Whoever is not heard of for a minute is taken for dead.
        at_ann.send_text("ping").await;
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    assert_eq!(end(&ask(&mut at_ann, &mut ann, "@chatbot are you back?").await), DONE);
    // Failed twice, each half a minute before the next: the third one works, and then it is over.
    let is_gone = |all: &[RecordedRequest]| deletions(all).iter().any(|(_, status)| *status == 200);
    let all = deletions(&stage.demo.wait_for(Duration::from_secs(100), is_gone).await);
    assert_eq!(all.iter().map(|(_, status)| *status).collect::<Vec<_>>(), [500, 500, 200]);
    assert!(all.iter().all(|(path, _)| *path == all[0].0), "{all:?}");
    assert!(!stage.output().contains("canary") && !stage.output().contains(UPSTREAM), "case_77");
}
