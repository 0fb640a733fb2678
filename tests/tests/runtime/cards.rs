//! Cards: polls with votes, summaries, and answers that do not match their schema.

use demo_model::Fault;
use shared::frame::{Resume, Welcome};
use shared::{
    Answer, Card, CardChange, CardKind, ClientFrame, ErrorCode, Event, Message, RunState, Seq, ServerFrame,
    Vote,
};

use crate::browser::{Browser, Socket};
use crate::conversation::{Conversation, DONE, end};
use crate::model_requests::{ALL, CallContents};

/// Votes and waits for the reply.
async fn vote(
    socket: &mut Socket,
    browser: &mut Browser,
    seq: Seq,
    option: Option<usize>,
) -> Result<Seq, ErrorCode> {
    let (nonce, options) = (browser.nonce(), Vec::from_iter(option));
    socket.send(&ClientFrame::Vote { nonce: nonce.clone(), after: Seq::ZERO, seq, options }).await;
    socket.outcome(&nonce).await.map_err(|(code, _)| code)
}

/// Waits for a vote event; returns its person and options.
async fn voted(socket: &mut Socket, at: Seq) -> (Seq, shared::PersonId, Vec<usize>) {
    socket
        .event(|event| match event {
            Event::Voted { seq, target, person, options } if *seq == at => {
                Some((*target, person.clone(), options.clone()))
            }
            _ => None,
        })
        .await
}

/// A message as a new reader is sent it.
async fn found(conversation: &Conversation, seq: Seq) -> Message {
    let (_, welcome) = Browser::new(&conversation.deployment).join(&conversation.room, "Reader").await;
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
async fn people_vote_change_and_withdraw_votes() {
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
        let mut room = conversation.with_bystander().await;
        let mut bob = Browser::new(&conversation.deployment);
        let (mut bob_socket, welcome) = bob.join(&conversation.room, "밥").await;
        let ann = conversation.ann.enter_with(&conversation.room, false, None).await.you;
        let ended = conversation.ask_somebody("@poll 점심 뭐 먹지? 김밥, 라면, 비빔밥").await;
        let options = ["김밥", "라면", "비빔밥"].map(str::to_owned).to_vec();
        let poll = Card::Poll {
            question: "점심 뭐 먹지?".to_owned(),
            options,
            added: 0,
            multiple: false,
            secret: false,
            closed: false,
        };
        assert_eq!((end(&ended), ended.answer.card.as_ref()), (DONE, Some(&poll)), "{api:?}");
        assert_eq!(
            ended.text, "점심 뭐 먹지?\n- 김밥\n- 라면\n- 비빔밥",
            "{api:?}: as text for those who know no card"
        );
        // The streamed text is JSON, and the run's state names the card's kind beforehand.
        let is_told = |text: &String| text.contains(r#""card":"poll""#) && text.contains(r#""type":"run""#);
        assert!(conversation.ann_socket.texts.iter().any(is_told), "{api:?}");
        let question = CallContents::of(conversation.calls().last().unwrap());
        let form = question.form.expect("the form is asked for");
        assert!(form["properties"]["options"].is_object(), "{api:?}: {form}");
        room.stored_exactly(3).await;

        let run = ended.target;
        assert_eq!(bob_socket.end().await.answer.card, Some(poll.clone()), "{api:?}");
        let you = welcome.you.id;
        let mut last = room.head;
        for (who, option) in [(0, Some(0)), (1, Some(1)), (0, Some(1)), (1, Some(2)), (0, None), (0, Some(2))]
        {
            let (socket, browser) = match who {
                0 => (&mut conversation.ann_socket, &mut conversation.ann),
                _ => (&mut bob_socket, &mut bob),
            };
            last = vote(socket, browser, run, option).await.unwrap();
            let person = if who == 0 { &ann } else { &you };
            for socket in [&mut conversation.ann_socket, &mut bob_socket, &mut room.bob_socket] {
                let expected = (run, person.clone(), Vec::from_iter(option));
                assert_eq!(voted(socket, last).await, expected, "{api:?}");
            }
        }
        room.stored_exactly(6).await;
        let mut votes = answer(found(&conversation, run).await).votes;
        votes.sort_by_key(|vote| vote.person != ann);
        let expected = [ann.clone(), you.clone()].map(|person| Vote { person, option: 2 });
        assert_eq!(votes, expected, "{api:?}");
        // A client that resumes is sent the missed votes in order.
        let resume = Resume::new(&welcome.epoch, Seq(last.0 - 2));
        let back = bob_socket.hello(Some("밥"), Some(resume)).await;
        let missed: Vec<&[usize]> = back
            .events
            .iter()
            .filter_map(|event| match event {
                Event::Voted { options, .. } => Some(options.as_slice()),
                _ => None,
            })
            .collect();
        assert_eq!((back.recovered, missed), (true, vec![&[][..], &[2]]), "{api:?}");
        // Other bots are sent the card as plain text.
        conversation.ask("what was that?").await;
        let question = CallContents::of(conversation.calls().last().unwrap());
        assert!(question.said().contains(&("bot:poll", ended.text.as_str())), "{api:?}: {question:#?}");
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_226_invalid_votes_are_refused() {
    let mut conversation = Conversation::new().await;
    let mut room = conversation.with_bystander().await;
    let ended = conversation.ask_somebody("@투표 tea or coffee?").await;
    assert!(
        matches!(&ended.answer.card, Some(Card::Poll { options, .. }) if options.len() == 2),
        "{ended:?}"
    );
    room.stored_exactly(3).await;
    let run = ended.target;
    for (seq, option, code) in [
        (run, Some(2), ErrorCode::OutOfRange),
        (run, Some(4_000_000_000), ErrorCode::OutOfRange),
        (ended.seq, Some(0), ErrorCode::NoSuchMessage),
        (run.previous(), Some(0), ErrorCode::NoSuchMessage),
        (Seq(10_000), Some(0), ErrorCode::NoSuchMessage),
        (Seq::ZERO, None, ErrorCode::NoSuchMessage),
    ] {
        let refused = vote(&mut conversation.ann_socket, &mut conversation.ann, seq, option).await;
        assert_eq!(refused, Err(code), "{seq} {option:?}");
    }
    // A reader cannot vote.
    let mut reader = Browser::new(&conversation.deployment);
    reader.enter(&conversation.room, false).await;
    let mut socket = reader.socket(&conversation.room).await;
    socket.hello(None, None).await;
    assert_eq!(vote(&mut socket, &mut reader, run, Some(0)).await, Err(ErrorCode::NotJoined));
    // The same nonce twice is one vote.
    let nonce = conversation.ann.nonce();
    for _ in 0..2 {
        let vote = ClientFrame::Vote { nonce: nonce.clone(), after: Seq::ZERO, seq: run, options: vec![0] };
        conversation.ann_socket.send(&vote).await;
        assert_eq!(conversation.ann_socket.outcome(&nonce).await, Ok(room.head.next()));
    }
    room.stored_exactly(1).await;
    assert_eq!(answer(found(&conversation, run).await).votes.len(), 1);
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_226_case_227_people_choose_several_options_add_one_and_close_a_poll() {
    let mut conversation = Conversation::new().await;
    let mut bob = Browser::new(&conversation.deployment);
    let (mut bob_socket, _) = bob.join(&conversation.room, "밥").await;
    let ended = conversation.ask_somebody("@poll 되는 날을 모두 골라 주세요. 언제 볼까? 월, 화, 수").await;
    let run = ended.target;
    assert!(matches!(&ended.answer.card, Some(Card::Poll { multiple: true, .. })), "{ended:?}");
    let change = |nonce, change| ClientFrame::ChangeCard { nonce, after: Seq::ZERO, seq: run, change };
    let added = CardChange::AddOption("목".to_owned());
    bob_socket.send(&change(bob.nonce(), added)).await;
    let card = |event: &Event| match event {
        Event::CardChanged { card: Card::Poll { options, closed, .. }, .. } => Some((options.len(), *closed)),
        _ => None,
    };
    assert_eq!(conversation.ann_socket.event(card).await, (4, false));
    let nonce = bob.nonce();
    let both = ClientFrame::Vote { nonce: nonce.clone(), after: Seq::ZERO, seq: run, options: vec![3, 1] };
    bob_socket.send(&both).await;
    assert!(bob_socket.outcome(&nonce).await.is_ok());
    // Only who asked closes it.
    let nonce = bob.nonce();
    bob_socket.send(&change(nonce.clone(), CardChange::Close(true))).await;
    assert_eq!(bob_socket.outcome(&nonce).await, Err((ErrorCode::NotAllowed, None)));
    conversation.ann_socket.send(&change(conversation.ann.nonce(), CardChange::Close(true))).await;
    assert_eq!(conversation.ann_socket.event(card).await, (4, true));
    assert_eq!(vote(&mut bob_socket, &mut bob, run, Some(0)).await, Err(ErrorCode::NotNow));
    let stored = answer(found(&conversation, run).await);
    assert_eq!(stored.votes.iter().map(|vote| vote.option).collect::<Vec<_>>(), [1, 3]);
    assert!(matches!(stored.card, Some(Card::Poll { closed: true, .. })));
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn a_summary_is_a_card() {
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
        let mut bob = conversation.with_bystander().await;
        conversation.say("let us meet at the station on Friday at seven").await;
        conversation.say("who brings the tickets?").await;
        let ended = conversation.ask_somebody("@summary what was decided?").await;
        assert_eq!(end(&ended), DONE, "{api:?}");
        let Some(Card::Summary { topics, decisions, open_questions, .. }) = &ended.answer.card else {
            panic!("{api:?}: {ended:?}");
        };
        let lines = [topics.as_slice(), decisions, open_questions].concat().join("\n");
        assert!(lines.contains("station") || lines.contains("tickets"), "{api:?}: {lines}");
        assert!(topics.iter().all(|line| ended.text.contains(line.as_str())), "{api:?}: {}", ended.text);
        bob.stored_exactly(5).await;
        let message = found(&conversation, ended.target).await;
        assert_eq!(answer(message).card.map(|card| card.kind()), Some(CardKind::Summary), "{api:?}");
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn an_answer_that_does_not_match_its_schema_is_text_with_a_code() {
    let unfit = (RunState::Done, Some(ErrorCode::Unfit));
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
        let mut bob = conversation.with_bystander().await;
        for said in [
            "How about kimbap?",
            r#"{"question":"lunch?","options":["kimbap"]}"#,
            r#"{"question":"lunch?","options":["kimbap","kimbap"]}"#,
            r#"{"question":"lunch?","options":["kimbap","ramen""#,
            r#"{"question":7,"options":["a","b"]}"#,
            r#"["kimbap","ramen"]"#,
        ] {
            conversation.deployment.demo.queue_answer(said);
            let ended = conversation.ask_somebody("@poll lunch? kimbap or ramen").await;
            let seen = (end(&ended), ended.text.as_str(), ended.answer.card.is_none());
            assert_eq!(seen, (unfit, said, true), "{api:?}");
            bob.stored_exactly(3).await;
            let refused =
                vote(&mut conversation.ann_socket, &mut conversation.ann, ended.target, Some(0)).await;
            assert_eq!(refused, Err(ErrorCode::NoSuchMessage), "{api:?}: nobody votes on it");
        }
        // An answer that is cut off is no card, and its code is `Cut` rather than `Unfit`.
        let reason = "max_output_tokens".to_owned();
        conversation.deployment.demo.inject_fault(Fault::Incomplete { deltas: 1, reason });
        let ended = conversation.ask_somebody("@poll lunch? kimbap or ramen").await;
        assert_eq!(end(&ended), (RunState::Incomplete, Some(ErrorCode::Length)), "{api:?}");
        assert_eq!(ended.answer.card, None, "{api:?}");
        let ended = conversation.ask_somebody("@poll lunch? kimbap or ramen").await;
        assert!(end(&ended) == DONE && ended.answer.card.is_some(), "{api:?}: {ended:?}");
        let is_card = |frame: &ServerFrame| matches!(frame, ServerFrame::Run(run) if run.card.is_some());
        let frames = conversation.ann_socket.texts.iter().filter_map(|text| ServerFrame::parse(text).ok());
        let frames = frames.flat_map(|frame| match frame {
            ServerFrame::Batch { frames } => frames,
            frame => vec![frame],
        });
        assert!(frames.into_iter().any(|frame| is_card(&frame)), "{api:?}");
    }
}
