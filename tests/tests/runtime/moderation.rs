//! Moderation of questions before a model is called, where the operator has set it.

use demo_model::{Cut, Endpoint, FLAGGED_WORD, Fault, RecordedRequest};
use shared::{ErrorCode, RunState};

use crate::browser::{Browser, Socket};
use crate::conversation::{DONE, end};
use crate::deployment::{CANARY, Deployment, UPSTREAM};
use crate::received::EndedAnswer;

async fn ask(socket: &mut Socket, browser: &mut Browser, text: &str) -> EndedAnswer {
    let asked = socket.say(browser, text).await;
    let ended = socket.end().await;
    assert_eq!(ended.target, asked.next());
    ended
}

fn moderated(deployment: &Deployment) -> Vec<RecordedRequest> {
    deployment.demo.requests().into_iter().filter(|seen| seen.endpoint == Endpoint::Moderations).collect()
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_72_without_a_moderation_result_no_model_is_called_and_people_can_chat() {
    let mut deployment = Deployment::start_with(&[("MODERATION", "on")]).await;
    for api in ["responses", "chat_completions"] {
        deployment.restart_with(&[("OPENAI_API", api)]).await;
        let (mut ann, mut bob) = (Browser::new(&deployment), Browser::new(&deployment));
        let room = api.replace('_', "-");
        let (mut ann_socket, _) = ann.join(&room, "Ann").await;
        let (mut bob_socket, _) = bob.join(&room, "Bob").await;
        let status =
            |status, body: &str| Fault::Status { status, headers: Vec::new(), body: body.to_owned() };
        let before = deployment.demo.model_calls().len();
        let unchecked = (RunState::Failed, Some(ErrorCode::Unchecked));
        for faults in [
            vec![status(429, UPSTREAM)],
            vec![status(500, UPSTREAM)],
            vec![status(401, &format!("Incorrect API key provided: {CANARY}"))],
            vec![status(302, "")],
            vec![status(200, "")],
            vec![status(200, &format!("<html>{UPSTREAM}</html>"))],
            vec![status(200, r#"{"results":[]}"#)],
            vec![status(200, r#"{"results":[{"flagged":"no"}]}"#)],
            vec![status(200, r#"{"flagged":false}"#)],
            vec![status(200, &" ".repeat(200_000))],
            vec![Fault::HangUp(Cut::Clean); 4],
            vec![Fault::HangUp(Cut::Reset); 4],
        ] {
            let told = format!("{api} {faults:.100?}");
            faults.into_iter().for_each(|fault| deployment.demo.inject_moderation_fault(fault));
            assert_eq!(end(&ask(&mut ann_socket, &mut ann, "@chatbot hello").await), unchecked, "{told}");
            deployment.demo.reset();
            let said = bob_socket.say(&mut bob, "people talk on").await;
            ann_socket.message(|message| message.seq == said).await;
        }
        // Flagged questions are sent to no bot; messages without a mention are not moderated.
        let flagged = ask(&mut ann_socket, &mut ann, &format!("@chatbot {FLAGGED_WORD}")).await;
        assert_eq!(end(&flagged), (RunState::Failed, Some(ErrorCode::Filtered)), "{api}");
        assert_eq!(deployment.demo.model_calls().len(), before, "{api}: no model was asked");
        let looked_at = moderated(&deployment).len();
        bob_socket.say(&mut bob, &format!("{FLAGGED_WORD} among people")).await;
        assert_eq!(moderated(&deployment).len(), looked_at);
        // One moderation request for each question, with its text alone, however many calls it takes.
        assert_eq!(end(&ask(&mut ann_socket, &mut ann, "@chatbot 지금 몇 시야?").await), DONE, "{api}");
        assert_eq!(deployment.demo.model_calls().len(), before + 2, "{api}");
        let looks = moderated(&deployment);
        assert_eq!(looks.len(), looked_at + 1, "{api}");
        assert_eq!(looks.last().unwrap().body["input"], "@chatbot 지금 몇 시야?", "{api}");
    }
    assert!(!deployment.output().contains("canary") && !deployment.output().contains(UPSTREAM), "case_77");
}
