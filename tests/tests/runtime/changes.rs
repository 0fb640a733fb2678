//! Other words, and no words any more: what people see of it, and what bots are told.

use std::time::Duration;

use demo_model::{Endpoint, Fault, RecordedRequest};
use shared::frame::Resume;
use shared::{ClientFrame, ErrorCode, Event, Message, RunState, Seq, ServerFrame};

use crate::api::{ALL, Api, Part, Question};
use crate::asking::{Asking, DONE, end};
use crate::guest::Room;
use crate::person::{Socket, Visitor};

/// Gives a message other words, and says what became of it.
async fn edit(socket: &mut Socket, visitor: &mut Visitor, seq: Seq, text: &str) -> Result<Seq, ErrorCode> {
    let (nonce, text) = (visitor.nonce(), text.to_owned());
    socket.send(&ClientFrame::Edit { nonce: nonce.clone(), after: Seq::ZERO, seq, text }).await;
    socket.outcome(&nonce).await.map_err(|(code, _)| code)
}

/// Deletes a message, and says what became of it.
pub(crate) async fn delete(socket: &mut Socket, visitor: &mut Visitor, seq: Seq) -> Result<Seq, ErrorCode> {
    let nonce = visitor.nonce();
    socket.send(&ClientFrame::Delete { nonce: nonce.clone(), after: Seq::ZERO, seq }).await;
    socket.outcome(&nonce).await.map_err(|(code, _)| code)
}

/// Reads until the change at this place is told.
async fn change(socket: &mut Socket, at: Seq) -> Event {
    socket.event(|event| (event.seq() == at).then(|| event.clone())).await
}

/// Everything that somebody who comes now is shown: a welcome, a page and a resume.
async fn shown(asking: &Asking, resume: &Resume) -> (Vec<Message>, String) {
    let mut reader = Visitor::new(&asking.stage);
    reader.enter(&asking.room, false).await;
    let mut socket = reader.socket(&asking.room).await;
    let welcome = socket.hello(None, None).await;
    socket.send(&ClientFrame::History { before: Seq(welcome.head.0 + 1), limit: 100 }).await;
    let is_page = |frame: &ServerFrame| matches!(frame, ServerFrame::Page { .. }).then_some(());
    socket.find(is_page).await;
    assert!(socket.hello(None, Some(resume.clone())).await.recovered);
    (welcome.messages, socket.texts.join("\n"))
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn other_words_are_told_to_everybody_and_once_to_the_bot() {
    for api in ALL {
        let mut asking = Asking::speaking(api).await;
        let mut bob = asking.beside().await;
        let before = asking.say("the picnic is on Monday").await;
        asking.ask("when is the picnic?").await;
        bob.is_calm(4).await;
        // Twice, so that the last words count; and one that no bot has been given yet.
        let later = asking.say("I bring the kimbap").await;
        for (seq, text) in [
            (before, "the picnic is on Tuesday"),
            (before, "the picnic is on Wednesday"),
            (later, "I bring the tangerines"),
        ] {
            let at = edit(&mut asking.at_ann, &mut asking.ann, seq, text).await.unwrap();
            for socket in [&mut asking.at_ann, &mut bob.at_bob] {
                let Event::Edited { target, text: now, .. } = change(socket, at).await else { panic!() };
                assert_eq!((target, now.as_str()), (seq, text), "{api:?}");
            }
        }
        bob.is_calm(4).await;
        let (epoch, head) = {
            let (_, welcome) = Visitor::new(&asking.stage).join(&asking.room, "Cat").await;
            (welcome.epoch, welcome.head)
        };
        let (messages, _) = shown(&asking, &Resume::new(&epoch, head)).await;
        let message = |seq| messages.iter().find(|message: &&Message| message.seq == seq).unwrap();
        let now = (message(before).text.as_str(), message(before).edited);
        assert_eq!(now, ("the picnic is on Wednesday", true), "{api:?}");

        asking.calls();
        asking.ask("and now?").await;
        let question = Question::of(asking.calls().last().unwrap());
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
        // Once is enough.
        asking.ask("thanks").await;
        let question = Question::of(asking.calls().last().unwrap());
        assert!(question.notes().is_empty(), "{api:?}: {question:?}");
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn only_ones_own_words_can_be_changed() {
    let mut asking = Asking::new().await;
    let mut bob = asking.beside().await;
    let own = asking.say("mine").await;
    let ended = asking.ask("hello").await;
    let Room { bob: eve, at_bob: at_eve, .. } = &mut bob;
    assert_eq!(edit(at_eve, eve, own, "Bob's").await, Err(ErrorCode::NotAllowed));
    assert_eq!(delete(at_eve, eve, own).await, Err(ErrorCode::NotAllowed));
    assert_eq!(
        delete(at_eve, eve, ended.target).await,
        Err(ErrorCode::NotAllowed),
        "an answer is the owner's to delete"
    );
    assert_eq!(edit(at_eve, eve, ended.target, "no").await, Err(ErrorCode::NoSuchMessage));
    for seq in [Seq::ZERO, ended.seq, Seq(999)] {
        assert_eq!(edit(at_eve, eve, seq, "no").await, Err(ErrorCode::NoSuchMessage), "{seq}");
        assert_eq!(delete(at_eve, eve, seq).await, Err(ErrorCode::NoSuchMessage), "{seq}");
    }
    for (text, code) in
        [("", ErrorCode::Empty), ("\u{200b}", ErrorCode::Empty), ("a\u{7}", ErrorCode::ControlCharacters)]
    {
        assert_eq!(edit(&mut asking.at_ann, &mut asking.ann, own, text).await, Err(code), "{text:?}");
    }
    let long = "a".repeat(4_001);
    assert_eq!(edit(&mut asking.at_ann, &mut asking.ann, own, &long).await, Err(ErrorCode::TooLong));
    bob.is_calm(4).await;
    // The owner may not put words into a mouth, but may close it.
    let said = bob.head;
    assert_eq!(edit(&mut asking.at_ann, &mut asking.ann, said, "Ann's").await, Err(ErrorCode::NotAllowed));
    assert!(delete(&mut asking.at_ann, &mut asking.ann, said).await.is_ok());
    assert!(delete(&mut asking.at_ann, &mut asking.ann, ended.target).await.is_ok());
    for seq in [said, ended.target] {
        assert_eq!(
            delete(&mut asking.at_ann, &mut asking.ann, seq).await,
            Err(ErrorCode::NoSuchMessage),
            "once"
        );
    }
    bob.is_calm(2).await;
    assert_eq!(edit(&mut bob.at_bob, &mut bob.bob, said, "back").await, Err(ErrorCode::NoSuchMessage));
    bob.is_calm(0).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_57_what_was_deleted_is_nowhere_any_more() {
    const SECRET: &str = "platypus-4711";
    for api in ALL {
        let mut asking = Asking::speaking(api).await;
        let mut bob = asking.beside().await;
        asking.ask("hello").await;
        let secret = asking.say(&format!("the code word is {SECRET}")).await;
        asking.stage.demo.queue_answer(&format!("So it is {SECRET}."));
        let told = asking.ask("what is the code word?").await;
        assert!(told.text.contains(SECRET), "{api:?}");
        let held = asking.calls();
        assert!(held.iter().any(|seen| seen.body.to_string().contains(SECRET)), "{api:?}: the control");
        let epoch = {
            let (_, welcome) = Visitor::new(&asking.stage).join(&asking.room, "Cat").await;
            welcome.epoch
        };
        let at = delete(&mut asking.at_ann, &mut asking.ann, secret).await.unwrap();
        let Event::Deleted { target, .. } = change(&mut bob.at_bob, at).await else { panic!() };
        assert_eq!(target, secret);
        assert!(delete(&mut asking.at_ann, &mut asking.ann, told.target).await.is_ok());
        let (messages, texts) = shown(&asking, &Resume::new(&epoch, Seq::ZERO)).await;
        assert!(!texts.contains(SECRET), "{api:?}: {texts}");
        let deleted = messages.iter().filter(|message| message.deleted && message.text.is_empty()).count();
        assert_eq!(deleted, 2, "{api:?}");

        asking.ask("what is the code word?").await;
        asking.ask("search for code word").await;
        let later = asking.calls();
        assert!(later.len() >= 2 && Question::of(&later[0]).previous.is_none(), "{api:?}");
        for seen in &later {
            assert!(!seen.body.to_string().contains(SECRET), "{api:?}: {}", seen.body);
        }
        // Another room has never heard of any of it.
        asking.moves().await;
        asking.ask("what was said elsewhere?").await;
        let question = Question::of(asking.calls().last().unwrap());
        assert_eq!(
            (question.texts(), question.previous.as_ref()),
            (vec!["@chatbot what was said elsewhere?"], None)
        );
        if api == Api::Responses {
            are_deleted(&asking, &held).await;
        }
    }
}

/// The responses that held it are deleted at the model's server, and those from before it are not.
async fn are_deleted(asking: &Asking, held: &[RecordedRequest]) {
    let deletions = |all: &[RecordedRequest]| -> Vec<String> {
        let deletions = all.iter().filter(|seen| seen.endpoint == Endpoint::Deletion && seen.status == 200);
        deletions.filter_map(|seen| Some(seen.path.rsplit_once('/')?.1.to_owned())).collect()
    };
    let held: Vec<&String> = held.iter().filter_map(|seen| seen.response_id.as_ref()).collect();
    let is_gone = |all: &[RecordedRequest]| deletions(all).contains(held[1]);
    let all = asking.stage.demo.wait_for(Duration::from_secs(5), is_gone).await;
    assert!(is_gone(&all), "{held:?} of {:?}", deletions(&all));
    assert!(!deletions(&all).contains(held[0]), "it was said before and holds nothing of it");
    let keys = all.iter().filter(|seen| seen.endpoint == Endpoint::Deletion);
    assert!(keys.into_iter().all(|seen| seen.header("authorization").is_some()));
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_71_a_question_that_is_deleted_while_it_waits_is_not_asked() {
    for api in ALL {
        let mut asking = Asking::speaking(api).await;
        let mut bob = asking.beside().await;
        asking.stage.demo.inject_fault(Fault::SilentAfterHeaders);
        let first = asking.begin("hello").await;
        let second = asking.begin("my number is 010-0000-4711").await;
        assert!(delete(&mut asking.at_ann, &mut asking.ann, second).await.is_ok());
        let ended = asking.at_ann.end().await;
        assert_eq!(
            (ended.target, end(&ended)),
            (second.next(), (RunState::Stopped, Some(ErrorCode::AskedDeleted))),
            "{api:?}"
        );
        asking.stop(first.next()).await;
        assert_eq!(end(&asking.ask("and now?").await), DONE, "{api:?}");
        let calls = asking.calls();
        assert_eq!(calls.len(), 2, "{api:?}");
        assert!(calls.iter().all(|seen| !seen.body.to_string().contains("4711")), "{api:?}");
        // Two questions, their answers' places, the deletion and both ends; then three rows more.
        bob.is_calm(10).await;
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_71_what_is_deleted_while_it_is_answered_is_forgotten_with_the_answer() {
    for api in ALL {
        let mut asking = Asking::speaking(api).await;
        asking.stage.demo.set_pace(Duration::from_millis(30));
        asking.stage.demo.queue_answer("it is noted, and I say so in a few words more");
        let asked = asking.begin("my number is 010-0000-4711").await;
        asking.text_comes(asked.next()).await;
        assert!(delete(&mut asking.at_ann, &mut asking.ann, asked).await.is_ok());
        let ended = asking.at_ann.end().await;
        assert_eq!((ended.target, end(&ended)), (asked.next(), DONE), "{api:?}: the answer goes on");
        asking.stage.demo.reset();
        let held = asking.calls();
        asking.ask("and now?").await;
        let question = Question::of(asking.calls().last().unwrap());
        assert_eq!(question.previous, None, "{api:?}");
        assert!(!format!("{:?}", question.parts).contains("4711"), "{api:?}: {question:?}");
        let own = Part::Own(ended.text.clone());
        assert_eq!(question.parts.iter().filter(|part| **part == own).count(), 1, "{api:?}: {question:?}");
        if api == Api::Responses {
            let id = held[0].response_id.clone().unwrap();
            let is_gone = |all: &[RecordedRequest]| {
                all.iter().any(|seen| seen.endpoint == Endpoint::Deletion && seen.path.ends_with(&id))
            };
            let all = asking.stage.demo.wait_for(Duration::from_secs(5), is_gone).await;
            assert!(is_gone(&all), "{id}");
        }
    }
}
