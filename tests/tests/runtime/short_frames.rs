//! The short frames that live messages are: authors as numbers, nonces only for their author, and accepted before the event.

use shared::frame::Welcome;
use shared::{Event, Nonce, Person, PersonId, Said, Seq, ServerFrame, Speaker};

use crate::browser::{Browser, Socket};
use crate::shared_deployment::{Room, SharedDeployment};

/// The live message of this seq in a frame of the wire, not resolved.
fn said(text: &str, seq: Seq) -> Option<Said> {
    fn all(frame: ServerFrame) -> Vec<Said> {
        match frame {
            ServerFrame::Said(said) => vec![said],
            ServerFrame::Events { events } => {
                let said = |event| if let Event::Said(said) = event { Some(said) } else { None };
                events.into_iter().filter_map(said).collect()
            }
            ServerFrame::Batch { frames } => frames.into_iter().flat_map(all).collect(),
            _ => Vec::new(),
        }
    }
    all(ServerFrame::parse(text).ok()?).into_iter().find(|said| said.seq == seq)
}

/// The text of the wire that brought a message, and the message as it was there.
fn raw(socket: &Socket, seq: Seq) -> (String, Said) {
    let found = |text: &String| said(text, seq).map(|said| (text.clone(), said));
    socket.texts.iter().find_map(found).unwrap_or_else(|| panic!("no {seq} in {:#?}", socket.texts))
}

/// The number of a person who is here.
fn number(welcome: &Welcome, id: &PersonId) -> u32 {
    welcome.people.iter().find(|person| person.id == *id).unwrap().number
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn a_live_message_is_short_and_holds_no_nonce() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let mut ann = Browser::new(&deployment);
    let (mut ann_socket, welcome) = ann.join(&room.name, "Ann").await;
    let is_ann = |person: &Person| person.id == welcome.you.id;
    let is_told = |frame: &ServerFrame| match frame {
        ServerFrame::People { joined, .. } => joined.iter().any(is_ann).then_some(()),
        _ => None,
    };
    room.bob_socket.find(is_told).await;
    let text = "x".repeat(200);
    for number_of_nonce in 0..3 {
        let nonce = Nonce::parse(format!("a-nonce-of-ann-{number_of_nonce}")).unwrap();
        let seq = ann_socket.try_say(&nonce, Seq::ZERO, &text).await.unwrap();
        let seen = room.bob_socket.message(|message| message.seq == seq).await;
        assert_eq!((seen.author.name(), seen.author.is(&welcome.you.id)), ("Ann", true));
        let (wire, said) = raw(&room.bob_socket, seq);
        assert_eq!((said.by, said.text), (Speaker::Known(number(&welcome, &welcome.you.id)), text.clone()));
        assert!(wire.len() <= 270, "{} bytes: {wire}", wire.len());
        let all = room.bob_socket.texts.join("\n");
        assert!(!all.contains(nonce.as_str()) && !wire.contains("nonce"), "{all}");
        room.stored_exactly(1).await;
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn a_message_is_accepted_in_both_tabs_of_its_author_before_its_event() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let mut ann = Browser::new(&deployment);
    let (mut one, welcome) = ann.join(&room.name, "Ann").await;
    let mut two = ann.socket(&room.name).await;
    assert_eq!(two.hello(Some("Ann"), None).await.you, welcome.you);
    for text in ["said in the first tab", "and once more"] {
        let nonce = Nonce::parse(format!("a-nonce-of-{}", text.replace(' ', "-"))).unwrap();
        let seq = one.try_say(&nonce, Seq::ZERO, text).await.unwrap();
        assert_eq!(two.outcome(&nonce).await, Ok(seq), "the other tab, whose event is yet to come");
        for socket in [&mut one, &mut two] {
            let seen = socket.message(|message| message.seq == seq).await;
            assert_eq!((seen.nonce, seen.text.as_str()), (Some(nonce.clone()), text));
            // One frame brings both.
            let (wire, _) = raw(socket, seq);
            let accepted = ServerFrame::Accepted { nonce: nonce.clone(), seq };
            let Ok(ServerFrame::Batch { frames }) = ServerFrame::parse(&wire) else { panic!("{wire}") };
            assert_eq!(frames.first(), Some(&accepted), "{wire}");
        }
        room.stored_exactly(1).await;
        let told = room.bob_socket.texts.join("\n");
        assert!(told.contains(text) && !told.contains(nonce.as_str()), "{told}");
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn a_person_who_joins_knows_everybody_by_number() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let (mut ann, mut cat, mut dan) =
        (Browser::new(&deployment), Browser::new(&deployment), Browser::new(&deployment));
    let (mut ann_socket, _) = ann.join(&room.name, "Ann").await;
    let (mut cat_socket, _) = cat.join(&room.name, "Cat").await;
    // Everybody has spoken before Dan comes, and is named by number from then on.
    let bob = (&mut room.bob_socket, &mut room.bob);
    for (socket, browser) in [(&mut ann_socket, &mut ann), (&mut cat_socket, &mut cat), bob] {
        socket.say(browser, "before").await;
    }
    let (mut dan_socket, welcome) = dan.join(&room.name, "Dan").await;
    let mut names: Vec<&str> = welcome.people.iter().map(|person| person.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!((names, welcome.count), (vec!["Ann", "Bob", "Cat", "Dan"], 4));
    let by_number = |number: u32| -> Person {
        welcome.people.iter().find(|person| person.number == number).unwrap().clone()
    };
    let bob = (&mut room.bob_socket, &mut room.bob);
    for (socket, browser) in [(&mut ann_socket, &mut ann), (&mut cat_socket, &mut cat), bob] {
        let seq = socket.say(browser, "after").await;
        let seen = dan_socket.message(|message| message.seq == seq).await;
        let (wire, said) = raw(&dan_socket, seq);
        let Speaker::Known(number) = said.by else { panic!("{wire}") };
        assert_eq!(seen.author.name(), by_number(number).name);
        assert!(seen.author.is(&by_number(number).id));
        let own = socket.message(|message| message.seq == seq).await;
        assert_eq!(own.author, seen.author);
    }
    // Those who were here know Dan from the list of people, or from his first message.
    let seq = dan_socket.say(&mut dan, "hello").await;
    for socket in [&mut ann_socket, &mut cat_socket, &mut room.bob_socket, &mut dan_socket] {
        let seen = socket.message(|message| message.seq == seq).await;
        assert_eq!((seen.author.name(), seen.author.is(&welcome.you.id)), ("Dan", true));
    }
}
