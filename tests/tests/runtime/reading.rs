//! Pages around a place and searches, over the real tables.

use shared::frame::HistoryPlace;
use shared::{Author, ClientFrame, ErrorCode, Hit, Message, Seq, ServerFrame};

use crate::browser::{Browser, Socket};
use crate::changes::delete;
use crate::conversation::Conversation;

async fn page(socket: &mut Socket, place: HistoryPlace) -> (Vec<Message>, bool, bool) {
    socket.send(&ClientFrame::History { place, limit: 4 }).await;
    socket
        .find(|frame| match frame {
            ServerFrame::Page { messages, more, newer, .. } => Some((messages.clone(), *more, *newer)),
            _ => None,
        })
        .await
}

async fn search(socket: &mut Socket, query: &str) -> (Vec<Hit>, Option<Seq>) {
    socket.send(&ClientFrame::Search { query: query.to_owned(), before: None }).await;
    socket
        .find(|frame| match frame {
            ServerFrame::SearchPage { hits, next, .. } => Some((hits.clone(), *next)),
            _ => None,
        })
        .await
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn pages_around_a_place_are_read_from_the_tables() {
    let mut conversation = Conversation::new().await;
    for number in 1..=9 {
        conversation.say(&format!("word {number}")).await;
    }
    let socket = &mut conversation.ann_socket;
    let seqs = |messages: &[Message]| messages.iter().map(|message| message.seq.0).collect::<Vec<_>>();
    let (messages, more, newer) = page(socket, HistoryPlace::Around(Seq(5))).await;
    assert_eq!((seqs(&messages), more, newer), (vec![4, 5, 6, 7], true, true));
    let (messages, _, newer) = page(socket, HistoryPlace::After(Seq(7))).await;
    assert_eq!((seqs(&messages), newer), (vec![8, 9], false));
    let (messages, more, newer) = page(socket, HistoryPlace::Around(Seq(1 << 40))).await;
    assert_eq!((seqs(&messages), more, newer), (vec![8, 9], true, false));
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_215_case_216_a_search_reads_the_tables_and_finds_no_deleted_words() {
    let mut conversation = Conversation::new().await;
    conversation.say("오늘은 김치찌개 \"둘\"").await;
    let long = format!("{} NEEDLE\n{}", "가".repeat(400), "나".repeat(400));
    conversation.say(&long).await;
    let secret = conversation.say("a needle that goes").await;
    conversation.ask("say something").await;
    let (browser, socket) = (&mut conversation.ann, &mut conversation.ann_socket);
    // Decomposed Hangul is the same text.
    let (hits, next) = search(socket, " \u{1100}\u{1175}\u{11b7}치찌개 \"둘\" ").await;
    assert_eq!((hits.len(), next), (1, None));
    assert_eq!(hits[0].text, "오늘은 김치찌개 \"둘\"");
    assert!(matches!(&hits[0].author, Author::Human { name, .. } if !name.is_empty()));
    let (hits, _) = search(socket, "needle").await;
    assert_eq!(hits.len(), 2);
    assert!(hits[1].text.starts_with("…가") && hits[1].text.contains("가 NEEDLE\n나"), "{}", hits[1].text);
    delete(socket, browser, secret).await.unwrap();
    assert_eq!(search(socket, "needle").await.0.len(), 1);
    // What bots said is found under their names.
    let (hits, _) = search(socket, "something").await;
    assert!(hits.iter().any(|hit| matches!(&hit.author, Author::Human { .. })), "{hits:?}");
    let mut reader = Browser::new(&conversation.deployment);
    reader.enter(&conversation.room, false).await;
    let mut reading = reader.socket(&conversation.room).await;
    reading.hello(None, None).await;
    reading.send(&ClientFrame::Search { query: "needle".to_owned(), before: None }).await;
    assert_eq!(reading.refused().await.1, ErrorCode::NotJoined);
}
