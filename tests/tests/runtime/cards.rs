//! Answers with a form: polls that people vote on, summaries, and answers that do not have the form that they should.

use demo_model::Fault;
use shared::frame::{Resume, Welcome};
use shared::{
    Answer, Card, CardKind, ClientFrame, ErrorCode, Event, Message, RunState, Seq, ServerFrame, Vote,
};

use crate::api::{ALL, Question};
use crate::asking::{Asking, DONE, end};
use crate::person::{Socket, Visitor};

/// Votes, and says what became of it.
async fn vote(
    socket: &mut Socket,
    visitor: &mut Visitor,
    seq: Seq,
    option: Option<usize>,
) -> Result<Seq, ErrorCode> {
    let nonce = visitor.nonce();
    socket.send(&ClientFrame::Vote { nonce: nonce.clone(), after: Seq::ZERO, seq, option }).await;
    socket.outcome(&nonce).await.map_err(|(code, _)| code)
}

/// Reads until a vote is told, and says whose it is and for what.
async fn voted(socket: &mut Socket, at: Seq) -> (Seq, shared::PersonId, Option<usize>) {
    socket
        .event(|event| match event {
            Event::Voted { seq, target, person, option } if *seq == at => {
                Some((*target, person.clone(), *option))
            }
            _ => None,
        })
        .await
}

/// A message as somebody finds it who comes now.
async fn found(asking: &Asking, seq: Seq) -> Message {
    let (_, welcome) = Visitor::new(&asking.stage).join(&asking.room, "Reader").await;
    message(&welcome, seq)
}

fn message(welcome: &Welcome, seq: Seq) -> Message {
    welcome.messages.iter().find(|message| message.seq == seq).unwrap().clone()
}

fn answer(message: Message) -> Answer {
    message.answer.expect("it is an answer")
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn people_vote_change_their_minds_and_take_it_back() {
    for api in ALL {
        let mut asking = Asking::speaking(api).await;
        let mut room = asking.beside().await;
        let mut bob = Visitor::new(&asking.stage);
        let (mut at_bob, welcome) = bob.join(&asking.room, "밥").await;
        let ann = asking.ann.enter_with(&asking.room, false, None).await.you;
        let ended = asking.ask_somebody("@poll 점심 뭐 먹지? 김밥, 라면, 비빔밥").await;
        let options = ["김밥", "라면", "비빔밥"].map(str::to_owned).to_vec();
        let poll = Card::Poll { question: "점심 뭐 먹지?".to_owned(), options };
        assert_eq!((end(&ended), ended.answer.card.as_ref()), (DONE, Some(&poll)), "{api:?}");
        assert_eq!(
            ended.text, "점심 뭐 먹지?\n- 김밥\n- 라면\n- 비빔밥",
            "{api:?}: as text for those who know no card"
        );
        // What streams is JSON, and whoever shows it is told so beforehand.
        let is_told = |text: &String| text.contains(r#""card":"poll""#) && text.contains(r#""type":"run""#);
        assert!(asking.at_ann.texts.iter().any(is_told), "{api:?}");
        let question = Question::of(asking.calls().last().unwrap());
        let form = question.form.expect("the form is asked for");
        assert!(form["properties"]["options"].is_object(), "{api:?}: {form}");
        room.is_calm(3).await;

        let run = ended.target;
        assert_eq!(at_bob.end().await.answer.card, Some(poll.clone()), "{api:?}");
        let you = welcome.you.id;
        let mut last = room.head;
        for (who, option) in [(0, Some(0)), (1, Some(1)), (0, Some(1)), (1, Some(2)), (0, None), (0, Some(2))]
        {
            let (socket, visitor) = match who {
                0 => (&mut asking.at_ann, &mut asking.ann),
                _ => (&mut at_bob, &mut bob),
            };
            last = vote(socket, visitor, run, option).await.unwrap();
            let person = if who == 0 { &ann } else { &you };
            for socket in [&mut asking.at_ann, &mut at_bob, &mut room.at_bob] {
                assert_eq!(voted(socket, last).await, (run, person.clone(), option), "{api:?}");
            }
        }
        room.is_calm(6).await;
        let mut votes = answer(found(&asking, run).await).votes;
        votes.sort_by_key(|vote| vote.person != ann);
        let expected = [ann.clone(), you.clone()].map(|person| Vote { person, option: 2 });
        assert_eq!(votes, expected, "{api:?}");
        // Whoever comes back hears of the votes that they missed, in order.
        let resume = Resume::new(&welcome.epoch, Seq(last.0 - 2));
        let back = at_bob.hello(Some("밥"), Some(resume)).await;
        let missed: Vec<Option<usize>> = back
            .events
            .iter()
            .filter_map(|event| match event {
                Event::Voted { option, .. } => Some(*option),
                _ => None,
            })
            .collect();
        assert_eq!((back.recovered, missed), (true, vec![None, Some(2)]), "{api:?}");
        // Other bots read the card as people do.
        asking.ask("what was that?").await;
        let question = Question::of(asking.calls().last().unwrap());
        assert!(question.said().contains(&("bot:poll", ended.text.as_str())), "{api:?}: {question:#?}");
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn votes_that_cannot_be() {
    let mut asking = Asking::new().await;
    let mut room = asking.beside().await;
    let ended = asking.ask_somebody("@투표 tea or coffee?").await;
    assert!(
        matches!(&ended.answer.card, Some(Card::Poll { options, .. }) if options.len() == 2),
        "{ended:?}"
    );
    room.is_calm(3).await;
    let run = ended.target;
    for (seq, option, code) in [
        (run, Some(2), ErrorCode::OutOfRange),
        (run, Some(4_000_000_000), ErrorCode::OutOfRange),
        (ended.seq, Some(0), ErrorCode::NoSuchMessage),
        (run.previous(), Some(0), ErrorCode::NoSuchMessage),
        (Seq(10_000), Some(0), ErrorCode::NoSuchMessage),
        (Seq::ZERO, None, ErrorCode::NoSuchMessage),
    ] {
        let refused = vote(&mut asking.at_ann, &mut asking.ann, seq, option).await;
        assert_eq!(refused, Err(code), "{seq} {option:?}");
    }
    // Whoever has no name only looks.
    let mut reader = Visitor::new(&asking.stage);
    reader.enter(&asking.room, false).await;
    let mut socket = reader.socket(&asking.room).await;
    socket.hello(None, None).await;
    assert_eq!(vote(&mut socket, &mut reader, run, Some(0)).await, Err(ErrorCode::NotJoined));
    // The same attempt twice is one vote.
    let nonce = asking.ann.nonce();
    for _ in 0..2 {
        let vote = ClientFrame::Vote { nonce: nonce.clone(), after: Seq::ZERO, seq: run, option: Some(0) };
        asking.at_ann.send(&vote).await;
        assert_eq!(asking.at_ann.outcome(&nonce).await, Ok(room.head.next()));
    }
    room.is_calm(1).await;
    assert_eq!(answer(found(&asking, run).await).votes.len(), 1);
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn a_summary_is_a_card_of_what_was_said() {
    for api in ALL {
        let mut asking = Asking::speaking(api).await;
        let mut bob = asking.beside().await;
        asking.say("let us meet at the station on Friday at seven").await;
        asking.say("who brings the tickets?").await;
        let ended = asking.ask_somebody("@summary what was decided?").await;
        assert_eq!(end(&ended), DONE, "{api:?}");
        let Some(Card::Summary { topics, decisions, open_questions }) = &ended.answer.card else {
            panic!("{api:?}: {ended:?}");
        };
        let lines = [topics.as_slice(), decisions, open_questions].concat().join("\n");
        assert!(lines.contains("station") || lines.contains("tickets"), "{api:?}: {lines}");
        assert!(topics.iter().all(|line| ended.text.contains(line.as_str())), "{api:?}: {}", ended.text);
        bob.is_calm(5).await;
        let message = found(&asking, ended.target).await;
        assert_eq!(answer(message).card.map(|card| card.kind()), Some(CardKind::Summary), "{api:?}");
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn an_answer_without_its_form_is_text_and_says_so() {
    let unfit = (RunState::Done, Some(ErrorCode::Unfit));
    for api in ALL {
        let mut asking = Asking::speaking(api).await;
        let mut bob = asking.beside().await;
        for said in [
            "How about kimbap?",
            r#"{"question":"lunch?","options":["kimbap"]}"#,
            r#"{"question":"lunch?","options":["kimbap","kimbap"]}"#,
            r#"{"question":"lunch?","options":["kimbap","ramen""#,
            r#"{"question":7,"options":["a","b"]}"#,
            r#"["kimbap","ramen"]"#,
        ] {
            asking.stage.demo.queue_answer(said);
            let ended = asking.ask_somebody("@poll lunch? kimbap or ramen").await;
            let seen = (end(&ended), ended.text.as_str(), ended.answer.card.is_none());
            assert_eq!(seen, (unfit, said, true), "{api:?}");
            bob.is_calm(3).await;
            let refused = vote(&mut asking.at_ann, &mut asking.ann, ended.target, Some(0)).await;
            assert_eq!(refused, Err(ErrorCode::NoSuchMessage), "{api:?}: nobody votes on it");
        }
        // One that is cut is no card either, and no unfit one: it never came to its end.
        let reason = "max_output_tokens".to_owned();
        asking.stage.demo.inject_fault(Fault::Incomplete { deltas: 1, reason });
        let ended = asking.ask_somebody("@poll lunch? kimbap or ramen").await;
        assert_eq!(end(&ended), (RunState::Incomplete, Some(ErrorCode::Length)), "{api:?}");
        assert_eq!(ended.answer.card, None, "{api:?}");
        // The bot goes on.
        let ended = asking.ask_somebody("@poll lunch? kimbap or ramen").await;
        assert!(end(&ended) == DONE && ended.answer.card.is_some(), "{api:?}: {ended:?}");
        let is_card = |frame: &ServerFrame| matches!(frame, ServerFrame::Run(run) if run.card.is_some());
        let frames = asking.at_ann.texts.iter().filter_map(|text| ServerFrame::parse(text).ok());
        let frames = frames.flat_map(|frame| match frame {
            ServerFrame::Batch { frames } => frames,
            frame => vec![frame],
        });
        assert!(frames.into_iter().any(|frame| is_card(&frame)), "{api:?}");
    }
}
