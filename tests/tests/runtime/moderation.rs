//! Moderation of questions before a model is called, and of answers, where the operator has set it.

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

fn status(status: u16, body: &str) -> Fault {
    Fault::Status { status, headers: Vec::new(), body: body.to_owned() }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_72_without_a_moderation_result_no_model_is_called_and_people_can_chat() {
    let mut deployment = Deployment::start_with(&[("MODERATION", "strict")]).await;
    for api in ["responses", "chat_completions"] {
        deployment.restart_with(&[("OPENAI_API", api)]).await;
        let (mut ann, mut bob) = (Browser::new(&deployment), Browser::new(&deployment));
        let room = api.replace('_', "-");
        let (mut ann_socket, _) = ann.join(&room, "Ann").await;
        let (mut bob_socket, _) = bob.join(&room, "Bob").await;
        let before = deployment.demo.model_calls().len();
        let unchecked = (RunState::Failed, Some(ErrorCode::Unchecked));
        // Flagged questions are sent to no bot; messages without a mention are not moderated.
        let flagged = ask(&mut ann_socket, &mut ann, &format!("@chatbot {FLAGGED_WORD}")).await;
        assert_eq!(end(&flagged), (RunState::Failed, Some(ErrorCode::Flagged)), "{api}");
        assert_eq!(deployment.demo.model_calls().len(), before, "{api}: no model was asked");
        let looked_at = moderated(&deployment).len();
        bob_socket.say(&mut bob, &format!("{FLAGGED_WORD} among people")).await;
        assert_eq!(moderated(&deployment).len(), looked_at);
        // One moderation request for each question, with its text alone, however many calls it takes, and one for the answer.
        assert_eq!(end(&ask(&mut ann_socket, &mut ann, "@chatbot 지금 몇 시야?").await), DONE, "{api}");
        assert_eq!(deployment.demo.model_calls().len(), before + 2, "{api}");
        let looks = moderated(&deployment);
        assert_eq!(looks.len(), looked_at + 2, "{api}");
        assert_eq!(looks[looked_at].body["input"], "@chatbot 지금 몇 시야?", "{api}");
        // What fails in any way is no verdict; some of these pause the service, and then it is not asked either.
        let before = deployment.demo.model_calls().len();
        for faults in [
            vec![status(500, UPSTREAM)],
            vec![Fault::HangUp(Cut::Clean); 4],
            vec![status(200, "")],
            vec![status(200, &format!("<html>{UPSTREAM}</html>"))],
            vec![status(200, r#"{"results":[]}"#)],
            vec![status(200, r#"{"results":[{"flagged":"no"}]}"#)],
            vec![status(200, r#"{"flagged":false}"#)],
            vec![status(200, &" ".repeat(200_000))],
            vec![status(302, "")],
            vec![status(401, &format!("Incorrect API key provided: {CANARY}"))],
            vec![status(429, UPSTREAM)],
            vec![Fault::HangUp(Cut::Reset); 4],
        ] {
            let told = format!("{api} {faults:.100?}");
            faults.into_iter().for_each(|fault| deployment.demo.inject_moderation_fault(fault));
            assert_eq!(end(&ask(&mut ann_socket, &mut ann, "@chatbot hello").await), unchecked, "{told}");
            deployment.demo.reset();
            let said = bob_socket.say(&mut bob, "people talk on").await;
            ann_socket.message(|message| message.seq == said).await;
        }
        assert_eq!(deployment.demo.model_calls().len(), before, "{api}: no model was asked");
    }
    assert!(!deployment.output().contains("canary") && !deployment.output().contains(UPSTREAM), "case_77");
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_133_a_failing_moderation_service_silences_no_normal_room_and_is_reported_once() {
    let mut deployment = Deployment::start_with(&[("MODERATION", "on")]).await;
    for (fault, report) in [
        (status(401, &format!("Incorrect API key provided: {CANARY}")), "moderation_key_refused"),
        (status(429, UPSTREAM), "moderation_quota_used_up"),
        (status(404, UPSTREAM), "moderation_missing"),
    ] {
        deployment.restart().await;
        let mut ann = Browser::new(&deployment);
        let (mut socket, _) = ann.join(&report.replace('_', "-"), "Ann").await;
        deployment.demo.inject_moderation_fault(fault);
        assert_eq!(end(&ask(&mut socket, &mut ann, "@chatbot hello").await), DONE, "{report}");
        // Now the word list decides, and the service is left alone.
        let looks = moderated(&deployment).len();
        let listed = ask(&mut socket, &mut ann, "@chatbot you f-a-g-g-o-t").await;
        assert_eq!(end(&listed), (RunState::Failed, Some(ErrorCode::Flagged)), "{report}");
        assert_eq!(end(&ask(&mut socket, &mut ann, "@chatbot Scunthorpe").await), DONE, "{report}");
        assert_eq!(moderated(&deployment).len(), looks, "{report}");
        deployment.prints(report).await;
        assert_eq!(deployment.output().matches(report).count(), 1, "{report}");
        deployment.demo.reset();
    }
    assert!(!deployment.output().contains("canary") && !deployment.output().contains(UPSTREAM), "case_77");
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_131_a_flagged_answer_is_withdrawn_and_a_strict_room_never_sees_it() {
    let mut deployment = Deployment::start_with(&[("MODERATION", "normal")]).await;
    for moderation in ["normal", "strict"] {
        deployment.restart_with(&[("MODERATION", moderation)]).await;
        let mut ann = Browser::new(&deployment);
        let (mut socket, _) = ann.join(moderation, "Ann").await;
        let text = format!("first something fair, then {FLAGGED_WORD}");
        deployment.demo.inject_fault(Fault::ReasoningFirst(text));
        let flagged = ask(&mut socket, &mut ann, "@chatbot say it").await;
        assert_eq!(end(&flagged), (RunState::Failed, Some(ErrorCode::Flagged)), "{moderation}");
        assert_eq!(flagged.text, "", "{moderation}");
        assert_eq!(end(&ask(&mut socket, &mut ann, "@chatbot hello").await), DONE, "{moderation}");
        let request = deployment.demo.model_calls().last().unwrap().body.to_string();
        assert!(!request.contains("something fair"), "{moderation}: {request}");
    }
}
