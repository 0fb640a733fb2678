//! Questions that are looked at before any model sees them, where the operator wants that.

use demo_model::{Cut, Endpoint, FLAGGED_WORD, Fault, RecordedRequest};
use shared::{AnswerEnd, ErrorCode, RunState};

use crate::asking::{DONE, end};
use crate::person::{Socket, Visitor};
use crate::stage::{CANARY, Stage, UPSTREAM};

async fn ask(socket: &mut Socket, visitor: &mut Visitor, text: &str) -> AnswerEnd {
    let asked = socket.say(visitor, text).await;
    let ended = socket.end().await;
    assert_eq!(ended.target, asked.next());
    ended
}

fn moderated(stage: &Stage) -> Vec<RecordedRequest> {
    stage.demo.requests().into_iter().filter(|seen| seen.endpoint == Endpoint::Moderations).collect()
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_72_without_a_verdict_no_model_is_asked_and_people_talk_on() {
    let mut stage = Stage::start_with(&[("MODERATION", "on")]).await;
    for api in ["responses", "chat_completions"] {
        stage.restart_with(&[("OPENAI_API", api)]).await;
        let (mut ann, mut bob) = (Visitor::new(&stage), Visitor::new(&stage));
        let room = api.replace('_', "-");
        let (mut at_ann, _) = ann.join(&room, "Ann").await;
        let (mut at_bob, _) = bob.join(&room, "Bob").await;
        let status =
            |status, body: &str| Fault::Status { status, headers: Vec::new(), body: body.to_owned() };
        let before = stage.demo.model_calls().len();
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
            faults.into_iter().for_each(|fault| stage.demo.inject_moderation_fault(fault));
            assert_eq!(end(&ask(&mut at_ann, &mut ann, "@chatbot hello").await), unchecked, "{told}");
            stage.demo.reset();
            let said = at_bob.say(&mut bob, "people talk on").await;
            at_ann.message(|message| message.seq == said).await;
        }
        // What is flagged is not asked, whoever it is said to; what is said to nobody is nobody's business.
        let flagged = ask(&mut at_ann, &mut ann, &format!("@chatbot {FLAGGED_WORD}")).await;
        assert_eq!(end(&flagged), (RunState::Failed, Some(ErrorCode::Filtered)), "{api}");
        assert_eq!(stage.demo.model_calls().len(), before, "{api}: no model was asked");
        let looked_at = moderated(&stage).len();
        at_bob.say(&mut bob, &format!("{FLAGGED_WORD} among people")).await;
        assert_eq!(moderated(&stage).len(), looked_at);
        // One look for each question, however many calls it takes, at its words and nothing else.
        assert_eq!(end(&ask(&mut at_ann, &mut ann, "@chatbot 지금 몇 시야?").await), DONE, "{api}");
        assert_eq!(stage.demo.model_calls().len(), before + 2, "{api}");
        let looks = moderated(&stage);
        assert_eq!(looks.len(), looked_at + 1, "{api}");
        assert_eq!(looks.last().unwrap().body["input"], "@chatbot 지금 몇 시야?", "{api}");
    }
    assert!(!stage.output().contains("canary") && !stage.output().contains(UPSTREAM), "case_77");
}
