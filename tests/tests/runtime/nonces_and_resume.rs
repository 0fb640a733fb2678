//! Retries with the same nonce, positions of resumes, and the transition from snapshot to events (promises G3 to G6).

use demo_model::Fault;
use futures_util::future::join_all;
use shared::frame::{Resume, Welcome};
use shared::{ClientFrame, Event, Message, Nonce, Seq, ServerFrame};

use crate::browser::{Browser, Socket};
use crate::deployment::Deployment;
use crate::shared_deployment::{Room, SharedDeployment};

/// A message that is not answered yet.
async fn attempt(socket: &mut Socket, nonce: &Nonce, text: &str) {
    let (nonce, text) = (nonce.clone(), text.to_owned());
    socket.send(&ClientFrame::Say { nonce, after: Seq::ZERO, text, reply_to: None }).await;
}

/// A nonce that no other person uses.
fn nonce(text: &str) -> Nonce {
    Nonce::parse(format!("the-nonce-of-{text}")).unwrap()
}

/// The message with this nonce, asserted to be sent only once to a socket of its author.
fn only(socket: &Socket, nonce: &Nonce) -> Message {
    only_one(socket, |message| message.nonce.as_ref() == Some(nonce))
}

/// The message of this seq, asserted to be sent only once.
fn only_at(socket: &Socket, seq: Seq) -> Message {
    only_one(socket, |message| message.seq == seq)
}

fn only_one(socket: &Socket, is_it: impl Fn(&Message) -> bool) -> Message {
    let mut found: Vec<Message> = socket
        .events()
        .into_iter()
        .filter_map(|event| match event {
            Event::Message(message) if is_it(&message) => Some(message),
            _ => None,
        })
        .collect();
    assert_eq!(found.len(), 1, "{:#?}", socket.texts);
    found.remove(0)
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn g3_case_26_case_27_a_retry_with_the_same_nonce_is_the_same_message() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let mut ann = Browser::new(&deployment);
    let (mut ann_socket, _) = ann.join(&room.name, "Ann").await;
    let nonce = nonce("the-first");
    let seq = ann_socket.try_say(&nonce, Seq::ZERO, "the first words").await.unwrap();
    for text in ["the first words", "other words", "the first words "] {
        assert_eq!(ann_socket.try_say(&nonce, Seq::ZERO, text).await, Ok(seq), "{text}");
        assert_eq!(ann_socket.try_say(&nonce, seq.previous(), text).await, Ok(seq), "{text}");
    }
    // Three tries at once, before any is answered.
    let other = Nonce::parse("nonce-of-three-at-once").unwrap();
    for text in ["one", "two", "three"] {
        attempt(&mut ann_socket, &other, text).await;
    }
    let mut answers = Vec::new();
    for _ in 0..3 {
        answers.push(ann_socket.outcome(&other).await);
    }
    assert_eq!(answers, [Ok(seq.next()); 3]);
    room.stored_exactly(2).await;
    ann_socket.message(|message| message.seq == room.head).await;
    for (nonce, seq, text) in [(&nonce, seq, "the first words"), (&other, seq.next(), "one")] {
        let (own, told) = (only(&ann_socket, nonce), only_at(&room.bob_socket, seq));
        assert_eq!((own.seq, own.text.as_str()), (seq, text));
        assert_eq!((told.author, told.text.as_str(), told.nonce), (own.author, text, None));
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_28_the_same_nonce_of_somebody_else_is_another_message() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let mut ann = Browser::new(&deployment);
    let (mut ann_socket, _) = ann.join(&room.name, "Ann").await;
    let nonce = nonce("both");
    let first = ann_socket.try_say(&nonce, Seq::ZERO, "Ann's").await.unwrap();
    let second = room.bob_socket.try_say(&nonce, Seq::ZERO, "Bob's").await.unwrap();
    assert_eq!(second, first.next());
    assert_eq!(ann_socket.try_say(&nonce, Seq::ZERO, "Ann's").await, Ok(first));
    assert_eq!(room.bob_socket.try_say(&nonce, Seq::ZERO, "Bob's").await, Ok(second));
    room.stored_exactly(2).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn g3_case_29_a_nonce_is_known_on_a_new_connection_and_after_a_kill() {
    let mut deployment = Deployment::start().await;
    let (mut ann, mut bob) = (Browser::new(&deployment), Browser::new(&deployment));
    let (mut ann_socket, _) = ann.join("lobby", "Ann").await;
    let nonce = ann.nonce();
    let seq = ann_socket.try_say(&nonce, Seq::ZERO, "once").await.unwrap();
    drop(ann_socket);
    let (mut ann_socket, _) = ann.join("lobby", "Ann").await;
    assert_eq!(ann_socket.try_say(&nonce, Seq::ZERO, "once").await, Ok(seq));
    // The process is killed before the reply is read.
    let unheard = ann.nonce();
    attempt(&mut ann_socket, &unheard, "was it heard?").await;
    deployment.restart().await;
    let (mut ann_socket, _) = ann.join("lobby", "Ann").await;
    assert_eq!(ann_socket.try_say(&nonce, Seq::ZERO, "once").await, Ok(seq));
    let again = ann_socket.try_say(&unheard, Seq::ZERO, "was it heard?").await.unwrap();
    assert_eq!(again, seq.next());
    // A frame captured and sent by another person is a message of that person.
    let (mut bob_socket, welcome) = bob.join("lobby", "Bob").await;
    assert_eq!(bob_socket.try_say(&nonce, Seq::ZERO, "once").await, Ok(again.next()));
    let texts: Vec<&str> = welcome.messages.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(texts, ["once", "was it heard?"]);
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn g3_case_30_two_tabs_send_equal_and_different_writes_at_once() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let mut ann = Browser::new(&deployment);
    let (mut one, welcome) = ann.join(&room.name, "Ann").await;
    let mut two = ann.socket(&room.name).await;
    assert_eq!(two.hello(Some("Ann"), None).await.you, welcome.you);
    let [same, first, second] = ["both", "one", "two"].map(nonce);
    attempt(&mut one, &same, "from one").await;
    attempt(&mut two, &same, "from two").await;
    attempt(&mut one, &first, "first").await;
    attempt(&mut two, &second, "second").await;
    let (one_socket, two_socket) = (one.outcome(&same).await.unwrap(), two.outcome(&same).await.unwrap());
    assert_eq!(one_socket, two_socket);
    let (first_at, second_at) = (one.outcome(&first).await.unwrap(), two.outcome(&second).await.unwrap());
    let mut places = [one_socket, first_at, second_at];
    places.sort();
    assert_eq!(places.map(|seq| seq.0 - room.head.0), [1, 2, 3]);
    room.stored_exactly(3).await;
    // Both tabs are sent all three messages, each once.
    for socket in [&mut one, &mut two] {
        socket.message(|message| message.seq == room.head).await;
        let told = only_at(&room.bob_socket, one_socket);
        assert_eq!((only(socket, &same).seq, only(socket, &same).text), (one_socket, told.text));
        only(socket, &first);
        only(socket, &second);
    }
}

/// Sends hello with a position given as JSON.
async fn resume(browser: &Browser, room: &Room, position: &str) -> Welcome {
    let mut socket = browser.socket(&room.name).await;
    let hello = format!(
        r#"{{"type":"hello","protocol":2,"tab":"tab-of-somebody","nickname":"Ann","resume":{position}}}"#
    );
    socket.send_text(&hello).await;
    socket
        .find(|frame| match frame {
            ServerFrame::Welcome(welcome) => Some(*welcome.clone()),
            _ => None,
        })
        .await
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn g5_case_31_case_32_case_33_valid_positions_resume_and_others_get_a_fresh_start() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let mut ann = Browser::new(&deployment);
    let (_, welcome) = ann.join(&room.name, "Ann").await;
    for _ in 0..5 {
        room.stored_exactly(0).await;
    }
    let (epoch, head) = (welcome.epoch.as_str(), room.head.0);
    assert_eq!(head, 5);
    for after in 0..=head {
        let back = resume(&ann, &room, &format!(r#"{{"epoch":"{epoch}","after":{after}}}"#)).await;
        let seqs: Vec<u64> = back.events.iter().map(|event| event.seq().0).collect();
        assert_eq!((back.recovered, back.messages.len()), (true, 0), "{after}");
        assert_eq!(seqs, (after + 1..=head).collect::<Vec<_>>(), "{after}");
    }
    let most = i64::MAX;
    for position in [
        format!(r#"{{"epoch":"{epoch}","after":{}}}"#, head + 1),
        format!(r#"{{"epoch":"{epoch}","after":-1}}"#),
        format!(r#"{{"epoch":"{epoch}","after":9007199254740992}}"#),
        format!(r#"{{"epoch":"{epoch}","after":{most}}}"#),
        format!(r#"{{"epoch":"{}","after":2}}"#, "A".repeat(16)),
        format!(r#"{{"epoch":"{}","after":2}}"#, epoch.to_lowercase() + "x"),
        r#"{"epoch":"","after":2}"#.to_owned(),
        format!(r#"{{"epoch":"{}","after":0}}"#, "가".repeat(1_000)),
    ] {
        let back = resume(&ann, &room, &position).await;
        let seqs: Vec<u64> = back.messages.iter().map(|message| message.seq.0).collect();
        assert_eq!((back.recovered, back.events.len()), (false, 0), "{position}");
        assert_eq!(seqs, (1..=head).collect::<Vec<_>>(), "{position}");
        assert_eq!(back.head.0, head);
    }
    room.stored_exactly(0).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn g5_case_34_a_gap_that_is_too_long_gets_a_fresh_start() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    // While the bot is busy, each question is two rows: itself and an answer that is queued or refused by the queue.
    deployment.demo.inject_fault(Fault::SilentBeforeHeaders);
    let asked = room.bob_socket.say(&mut room.bob, "@chatbot wait").await;
    // A question takes three of the thirty writes that a person has at once.
    let mut crowd: Vec<Browser> = (0..25).map(|_| Browser::new(&deployment)).collect();
    let mut head = asked.next();
    for (number, browser) in crowd.iter_mut().enumerate() {
        let (mut socket, _) = browser.join(&room.name, &format!("Ann {number}")).await;
        for _ in 0..10 {
            head = socket.say(browser, "@chatbot and this?").await.next();
        }
    }
    assert_eq!(head, Seq(502));
    let mut ann = Browser::new(&deployment);
    let (ann_socket, welcome) = ann.join(&room.name, "Ann").await;
    drop(ann_socket);
    let back = |after: u64| {
        let (ann, room, epoch) = (&ann, &room, welcome.epoch.as_str());
        async move { resume(ann, room, &format!(r#"{{"epoch":"{epoch}","after":{after}}}"#)).await }
    };
    let all = back(2).await;
    let seqs: Vec<u64> = all.events.iter().map(|event| event.seq().0).collect();
    assert_eq!((all.recovered, seqs), (true, (3..=502).collect()));
    let anew = back(1).await;
    assert_eq!((anew.recovered, anew.events.len(), anew.more), (false, 0, true));
    let seqs: Vec<u64> = anew.messages.iter().map(|message| message.seq.0).collect();
    assert_eq!(seqs, (453..=502).collect::<Vec<_>>());
    room.bob_socket.send(&ClientFrame::Stop { run: asked.next() }).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn g6_case_35_nothing_is_missing_or_doubled_between_snapshot_and_events() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let epoch = {
        let mut reader = Browser::new(&deployment);
        reader.enter(&room.name, false).await;
        reader.socket(&room.name).await.hello(None, None).await.epoch
    };
    // Three people write without a pause and a bot streams while twelve others join, each at another moment.
    let mut writers = Vec::new();
    for number in 0..3 {
        let mut browser = Browser::new(&deployment);
        let (socket, _) = browser.join(&room.name, &format!("Ann {number}")).await;
        writers.push((browser, socket));
    }
    let readers: Vec<_> = (0..12).map(|_| Browser::new(&deployment)).collect();
    room.bob_socket.say(&mut room.bob, "@chatbot hello").await;
    let writing = join_all(writers.iter_mut().map(|(browser, socket)| async {
        for _ in 0..25 {
            socket.say(browser, "and on").await;
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }));
    let reading = join_all(readers.into_iter().enumerate().map(|(number, mut reader)| {
        let (name, epoch) = (&room.name, &epoch);
        async move {
            tokio::time::sleep(std::time::Duration::from_millis(60 * number as u64)).await;
            reader.enter(name, false).await;
            let mut socket = reader.socket(name).await;
            let position = (number % 2 == 1).then(|| Resume::new(epoch, Seq(number as u64 % 3)));
            let welcome = socket.hello(None, position).await;
            (reader, socket, welcome)
        }
    }));
    let ((), readers) = futures_util::future::join(async { drop(writing.await) }, reading).await;
    let last = room.bob_socket.say(&mut room.bob, "the last").await;
    // Bob was connected all the time, so his events are complete.
    room.bob_socket.message(|message| message.seq == last).await;
    let truth: Vec<u64> = room.bob_socket.events().iter().map(|event| event.seq().0).collect();
    assert_eq!(truth, (1..=last.0).collect::<Vec<_>>());
    let places = |welcome: &Welcome| welcome.head.0;
    assert!(
        readers.iter().map(|(_, _, welcome)| places(welcome)).max() > Some(20),
        "all came before it began"
    );
    for (_, mut socket, welcome) in readers {
        socket.message(|message| message.seq == last).await;
        let followed: Vec<u64> = socket.events().iter().map(|event| event.seq().0).collect();
        // Events that were buffered at the join are in the snapshot already; a client skips them by their seq.
        let first = followed[0];
        assert!(first <= welcome.head.0 + 1, "{first} after {}", welcome.head);
        assert_eq!(followed, (first..=last.0).collect::<Vec<_>>());
        let before: Vec<u64> = welcome.events.iter().map(|event| event.seq().0).collect();
        if welcome.recovered {
            assert_eq!(before.last(), Some(&welcome.head.0));
        } else {
            assert_eq!(
                welcome.messages.last().map_or(0, |message| message.seq.0.max(welcome.head.0)),
                welcome.head.0
            );
        }
    }
}
