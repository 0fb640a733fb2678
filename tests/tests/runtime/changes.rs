//! Edits and deletions: the events that people are sent, and what bots are sent.

use std::time::Duration;

use demo_model::{Endpoint, Fault, RecordedRequest};
use shared::frame::{HistoryPlace, Resume};
use shared::{ClientFrame, ErrorCode, Event, Message, RunState, Seq, ServerFrame};

use crate::browser::{Browser, Socket};
use crate::conversation::{Conversation, DONE, end};
use crate::model_requests::{ALL, Api, CallContents, Part};
use crate::shared_deployment::Room;

/// Edits a message and waits for the reply.
async fn edit(socket: &mut Socket, browser: &mut Browser, seq: Seq, text: &str) -> Result<Seq, ErrorCode> {
    let (nonce, text) = (browser.nonce(), text.to_owned());
    socket.send(&ClientFrame::Edit { nonce: nonce.clone(), after: Seq::ZERO, seq, text }).await;
    socket.outcome(&nonce).await.map_err(|(code, _)| code)
}

/// Deletes a message and waits for the reply.
pub(crate) async fn delete(socket: &mut Socket, browser: &mut Browser, seq: Seq) -> Result<Seq, ErrorCode> {
    let nonce = browser.nonce();
    socket.send(&ClientFrame::Delete { nonce: nonce.clone(), after: Seq::ZERO, seq }).await;
    socket.outcome(&nonce).await.map_err(|(code, _)| code)
}

/// Waits for the change with this seq.
async fn change(socket: &mut Socket, at: Seq) -> Event {
    socket.event(|event| (event.seq() == at).then(|| event.clone())).await
}

/// Everything that a new reader is sent: a welcome, a history page and a resume.
async fn shown(conversation: &Conversation, resume: &Resume) -> (Vec<Message>, String) {
    let mut reader = Browser::new(&conversation.deployment);
    reader.enter(&conversation.room, false).await;
    let mut socket = reader.socket(&conversation.room).await;
    let welcome = socket.hello(None, None).await;
    socket
        .send(&ClientFrame::History { place: HistoryPlace::Before(Seq(welcome.head.0 + 1)), limit: 100 })
        .await;
    let is_page = |frame: &ServerFrame| matches!(frame, ServerFrame::Page { .. }).then_some(());
    socket.find(is_page).await;
    assert!(socket.hello(None, Some(resume.clone())).await.recovered);
    (welcome.messages, socket.texts.join("\n"))
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn edits_are_sent_to_everybody_and_once_to_the_bot() {
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
        let mut bob = conversation.with_bystander().await;
        let before = conversation.say("the picnic is on Monday").await;
        conversation.ask("when is the picnic?").await;
        bob.stored_exactly(4).await;
        // Twice, so that the last text counts; and a message that no bot was sent yet.
        let later = conversation.say("I bring the kimbap").await;
        for (seq, text) in [
            (before, "the picnic is on Tuesday"),
            (before, "the picnic is on Wednesday"),
            (later, "I bring the tangerines"),
        ] {
            let at = edit(&mut conversation.ann_socket, &mut conversation.ann, seq, text).await.unwrap();
            for socket in [&mut conversation.ann_socket, &mut bob.bob_socket] {
                let Event::Edited { target, text: now, .. } = change(socket, at).await else { panic!() };
                assert_eq!((target, now.as_str()), (seq, text), "{api:?}");
            }
        }
        bob.stored_exactly(4).await;
        let (epoch, head) = {
            let (_, welcome) = Browser::new(&conversation.deployment).join(&conversation.room, "Cat").await;
            (welcome.epoch, welcome.head)
        };
        let (messages, _) = shown(&conversation, &Resume::new(&epoch, head)).await;
        let message = |seq| messages.iter().find(|message: &&Message| message.seq == seq).unwrap();
        let now = (message(before).text.as_str(), message(before).edited);
        assert_eq!(now, ("the picnic is on Wednesday", true), "{api:?}");

        conversation.calls();
        conversation.ask("and now?").await;
        let question = CallContents::of(conversation.calls().last().unwrap());
        let said = question.parts.iter().filter(|part| matches!(part, Part::Said(_)));
        let whole = format!("{:?}", said.collect::<Vec<_>>());
        assert!(!whole.contains("Tuesday") && !whole.contains("kimbap"), "{api:?}: {whole}");
        assert_eq!(whole.matches("Wednesday").count(), 1, "{api:?}: {whole}");
        assert_eq!(whole.matches("tangerines").count(), 1, "{api:?}: {whole}");
        let notes = question.notes();
        if api.keeps_chains() {
            assert_eq!((notes.len(), &notes[0]["text"]), (1, &"the picnic is on Wednesday".into()));
            assert!(notes[0]["id"].is_string() && question.previous.is_some(), "{notes:?}");
        } else {
            assert!(notes.is_empty() && !whole.contains("Monday"), "{api:?}: {whole}");
        }
        // The note is sent only once.
        conversation.ask("thanks").await;
        let question = CallContents::of(conversation.calls().last().unwrap());
        assert!(question.notes().is_empty(), "{api:?}: {question:?}");
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn people_edit_only_their_own_messages() {
    let mut conversation = Conversation::new().await;
    let mut bob = conversation.with_bystander().await;
    let own = conversation.say("mine").await;
    let ended = conversation.ask("hello").await;
    let Room { bob: eve, bob_socket: eve_socket, .. } = &mut bob;
    assert_eq!(edit(eve_socket, eve, own, "Bob's").await, Err(ErrorCode::NotAllowed));
    assert_eq!(delete(eve_socket, eve, own).await, Err(ErrorCode::NotAllowed));
    assert_eq!(
        delete(eve_socket, eve, ended.target).await,
        Err(ErrorCode::NotAllowed),
        "an answer is the owner's to delete"
    );
    assert_eq!(edit(eve_socket, eve, ended.target, "no").await, Err(ErrorCode::NoSuchMessage));
    for seq in [Seq::ZERO, ended.seq, Seq(999)] {
        assert_eq!(edit(eve_socket, eve, seq, "no").await, Err(ErrorCode::NoSuchMessage), "{seq}");
        assert_eq!(delete(eve_socket, eve, seq).await, Err(ErrorCode::NoSuchMessage), "{seq}");
    }
    for (text, code) in
        [("", ErrorCode::Empty), ("\u{200b}", ErrorCode::Empty), ("a\u{7}", ErrorCode::ControlCharacters)]
    {
        assert_eq!(
            edit(&mut conversation.ann_socket, &mut conversation.ann, own, text).await,
            Err(code),
            "{text:?}"
        );
    }
    let long = "a".repeat(4_001);
    assert_eq!(
        edit(&mut conversation.ann_socket, &mut conversation.ann, own, &long).await,
        Err(ErrorCode::TooLong)
    );
    bob.stored_exactly(4).await;
    // The owner may delete other people's messages but not edit them.
    let said = bob.head;
    assert_eq!(
        edit(&mut conversation.ann_socket, &mut conversation.ann, said, "Ann's").await,
        Err(ErrorCode::NotAllowed)
    );
    assert!(delete(&mut conversation.ann_socket, &mut conversation.ann, said).await.is_ok());
    assert!(delete(&mut conversation.ann_socket, &mut conversation.ann, ended.target).await.is_ok());
    for seq in [said, ended.target] {
        assert_eq!(
            delete(&mut conversation.ann_socket, &mut conversation.ann, seq).await,
            Err(ErrorCode::NoSuchMessage),
            "once"
        );
    }
    bob.stored_exactly(2).await;
    assert_eq!(edit(&mut bob.bob_socket, &mut bob.bob, said, "back").await, Err(ErrorCode::NoSuchMessage));
    bob.stored_exactly(0).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_57_deleted_text_is_kept_nowhere() {
    const SECRET: &str = "platypus-4711";
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
        let mut bob = conversation.with_bystander().await;
        conversation.ask("hello").await;
        let secret = conversation.say(&format!("the code word is {SECRET}")).await;
        conversation.deployment.demo.queue_answer(&format!("So it is {SECRET}."));
        let told = conversation.ask("what is the code word?").await;
        assert!(told.text.contains(SECRET), "{api:?}");
        let held = conversation.calls();
        assert!(held.iter().any(|seen| seen.body.to_string().contains(SECRET)), "{api:?}: the control");
        let epoch = {
            let (_, welcome) = Browser::new(&conversation.deployment).join(&conversation.room, "Cat").await;
            welcome.epoch
        };
        let at = delete(&mut conversation.ann_socket, &mut conversation.ann, secret).await.unwrap();
        let Event::Deleted { target, .. } = change(&mut bob.bob_socket, at).await else { panic!() };
        assert_eq!(target, secret);
        assert!(delete(&mut conversation.ann_socket, &mut conversation.ann, told.target).await.is_ok());
        let (messages, texts) = shown(&conversation, &Resume::new(&epoch, Seq::ZERO)).await;
        assert!(!texts.contains(SECRET), "{api:?}: {texts}");
        let deleted = messages.iter().filter(|message| message.deleted && message.text.is_empty()).count();
        assert_eq!(deleted, 2, "{api:?}");

        conversation.ask("what is the code word?").await;
        conversation.ask("search for code word").await;
        let later = conversation.calls();
        assert!(later.len() >= 2 && CallContents::of(&later[0]).previous.is_none(), "{api:?}");
        for seen in &later {
            assert!(!seen.body.to_string().contains(SECRET), "{api:?}: {}", seen.body);
        }
        // Bots in another room were sent none of it.
        conversation.change_room().await;
        conversation.ask("what was said elsewhere?").await;
        let question = CallContents::of(conversation.calls().last().unwrap());
        assert_eq!(
            (question.texts(), question.previous.as_ref()),
            (vec!["@chatbot what was said elsewhere?"], None)
        );
        if api == Api::Responses {
            are_deleted(&conversation, &held).await;
        }
    }
}

/// Asserts that the responses that held it were deleted at the model's server, and earlier ones were not.
async fn are_deleted(conversation: &Conversation, held: &[RecordedRequest]) {
    let deletions = |all: &[RecordedRequest]| -> Vec<String> {
        let deletions = all.iter().filter(|seen| seen.endpoint == Endpoint::Deletion && seen.status == 200);
        deletions.filter_map(|seen| Some(seen.path.rsplit_once('/')?.1.to_owned())).collect()
    };
    let held: Vec<&String> = held.iter().filter_map(|seen| seen.response_id.as_ref()).collect();
    let is_gone = |all: &[RecordedRequest]| deletions(all).contains(held[1]);
    let all = conversation.deployment.demo.wait_for(Duration::from_secs(5), is_gone).await;
    assert!(is_gone(&all), "{held:?} of {:?}", deletions(&all));
    assert!(!deletions(&all).contains(held[0]), "it was said before and holds nothing of it");
    let keys = all.iter().filter(|seen| seen.endpoint == Endpoint::Deletion);
    assert!(keys.into_iter().all(|seen| seen.header("authorization").is_some()));
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_71_a_deleted_queued_question_is_not_sent() {
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
        let mut bob = conversation.with_bystander().await;
        conversation.deployment.demo.inject_fault(Fault::SilentAfterHeaders);
        let first = conversation.begin("hello").await;
        let second = conversation.begin("my number is 010-0000-4711").await;
        assert!(delete(&mut conversation.ann_socket, &mut conversation.ann, second).await.is_ok());
        let ended = conversation.ann_socket.end().await;
        assert_eq!(
            (ended.target, end(&ended)),
            (second.next(), (RunState::Stopped, Some(ErrorCode::AskedDeleted))),
            "{api:?}"
        );
        conversation.stop(first.next()).await;
        assert_eq!(end(&conversation.ask("and now?").await), DONE, "{api:?}");
        let calls = conversation.calls();
        assert_eq!(calls.len(), 2, "{api:?}");
        assert!(calls.iter().all(|seen| !seen.body.to_string().contains("4711")), "{api:?}");
        // Two questions, two answers, the deletion and both ends; then three more rows.
        bob.stored_exactly(10).await;
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_71_a_question_deleted_during_its_answer_is_deleted_upstream_with_the_answer() {
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
        conversation.deployment.demo.set_pace(Duration::from_millis(30));
        conversation.deployment.demo.queue_answer("it is noted, and I say so in a few words more");
        let asked = conversation.begin("my number is 010-0000-4711").await;
        conversation.text_comes(asked.next()).await;
        assert!(delete(&mut conversation.ann_socket, &mut conversation.ann, asked).await.is_ok());
        let ended = conversation.ann_socket.end().await;
        let stopped = (RunState::Stopped, Some(ErrorCode::AskedDeleted));
        assert_eq!((ended.target, end(&ended)), (asked.next(), stopped), "{api:?}");
        conversation.deployment.demo.reset();
        let held = conversation.calls();
        conversation.ask("and now?").await;
        let question = CallContents::of(conversation.calls().last().unwrap());
        assert_eq!(question.previous, None, "{api:?}");
        assert!(!format!("{:?}", question.parts).contains("4711"), "{api:?}: {question:?}");
        let own = Part::Own(ended.text.clone());
        assert!(!question.parts.contains(&own), "{api:?}: it was never finished: {question:?}");
        if api == Api::Responses {
            let id = held[0].response_id.clone().unwrap();
            let is_gone = |all: &[RecordedRequest]| {
                all.iter().any(|seen| seen.endpoint == Endpoint::Deletion && seen.path.ends_with(&id))
            };
            let all = conversation.deployment.demo.wait_for(Duration::from_secs(5), is_gone).await;
            assert!(is_gone(&all), "{id}");
        }
    }
}
