//! People who are too fast, too many, or too slow to read.

use std::time::{Duration, Instant};

use futures_util::SinkExt;
use shared::frame::Resume;
use shared::{ClientFrame, ErrorCode, Seq};

use crate::guest::{Guest, Room};
use crate::person::{Socket, Visitor};
use crate::raw::Raw;

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_39_a_hundred_connections_at_once() {
    let stage = Guest::new().await;
    let mut room = Room::new(&stage).await;
    let mut eve = Visitor::new(&stage);
    eve.enter(&room.name, false).await;
    let sockets = futures_util::future::join_all((0..100).map(|_| eve.socket(&room.name))).await;
    room.is_calm(0).await;
    drop(sockets);
    room.is_calm(0).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_40_coming_and_going_is_told_in_few_frames() {
    let stage = Guest::new().await;
    let mut room = Room::new(&stage).await;
    let mut crowd: Vec<Visitor> = (0..5).map(|_| Visitor::new(&stage)).collect();
    for eve in &mut crowd {
        eve.enter(&room.name, false).await;
    }
    let begun = Instant::now();
    for round in 0..10 {
        for (number, eve) in crowd.iter().enumerate() {
            let name = format!("Eve {number}");
            let mut at_eve = eve.socket(&room.name).await;
            at_eve.hello(Some(&name), None).await;
            // Some say goodbye, some just go.
            if round % 2 == 0 {
                at_eve.stream.close(None).await.unwrap();
            }
        }
    }
    for number in 0..5 {
        room.is_without(&format!("Eve {number}")).await;
    }
    let seconds = begun.elapsed().as_secs_f64();
    room.is_calm(0).await;
    let told = room.at_bob.texts.iter().filter(|text| text.contains("\"people\"")).count();
    assert!((told as f64) < 4.0 * seconds + 3.0, "{told} times in {seconds} s");
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_41_whoever_says_too_much_at_once_waits_and_loses_nothing() {
    let stage = Guest::new().await;
    let mut room = Room::new(&stage).await;
    let mut eve = Visitor::new(&stage);
    let (mut at_eve, _) = eve.join(&room.name, "Eve").await;
    let nonces: Vec<_> = (0..36).map(|_| eve.nonce()).collect();
    for nonce in &nonces {
        let (nonce, text) = (nonce.clone(), nonce.to_string());
        at_eve.send(&ClientFrame::Say { nonce, after: Seq::ZERO, text, reply_to: None }).await;
    }
    let mut late = Vec::new();
    let mut accepted = 0;
    for nonce in &nonces {
        match at_eve.outcome(nonce).await {
            Ok(seq) => {
                accepted += 1;
                assert_eq!(seq, Seq(room.head.0 + accepted));
            }
            Err((code, wait)) => {
                assert_eq!(code, ErrorCode::SlowDown);
                assert!((1..=500).contains(&wait.unwrap()), "{wait:?}");
                late.push((nonce, wait.unwrap()));
            }
        }
    }
    assert!((30..34).contains(&accepted), "a burst of 30 and two a second: {accepted}");
    // The others are not slowed.
    room.is_calm(accepted).await;
    for (nonce, wait) in &late {
        tokio::time::sleep(Duration::from_millis(*wait)).await;
        let mut said = at_eve.try_say(nonce, Seq::ZERO, nonce.as_str()).await;
        while let Err((ErrorCode::SlowDown, Some(wait))) = said {
            tokio::time::sleep(Duration::from_millis(wait)).await;
            said = at_eve.try_say(nonce, Seq::ZERO, nonce.as_str()).await;
        }
        assert!(said.is_ok(), "{said:?}");
    }
    room.is_calm(late.len() as u64).await;
    for nonce in &nonces {
        assert_eq!(room.at_bob.texts.join("").matches(&format!("\"text\":\"{nonce}\"")).count(), 1);
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_41_whoever_never_stops_sending_is_closed() {
    let stage = Guest::new().await;
    let mut room = Room::new(&stage).await;
    let mut eve = Visitor::new(&stage);
    let (mut at_eve, _) = eve.join(&room.name, "Eve").await;
    for _ in 0..400 {
        // It closes while this still sends.
        let sent = at_eve.stream.send(ClientFrame::Typing { on: true }.encode().into()).await;
        if sent.is_err() {
            break;
        }
    }
    assert!(matches!(at_eve.closed().await, 4400 | 1006));
    assert!(at_eve.texts.iter().any(|text| text.contains("slow_down")));
    room.is_calm(0).await;
    room.is_without("Eve").await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn g11_case_42_whoever_does_not_read_is_closed_and_comes_back_whole() {
    let stage = Guest::new().await;
    let mut room = Room::new(&stage).await;
    let mut eve = Visitor::new(&stage);
    let mut slow = Raw::join(&mut eve, &room.name, "Eve").await;
    let (mut ann, mut cat) = (Visitor::new(&stage), Visitor::new(&stage));
    let (mut at_ann, welcome) = ann.join(&room.name, "Ann").await;
    let (mut at_cat, _) = cat.join(&room.name, "Cat").await;
    // 4,000 characters, 12,000 bytes.
    let long = "가".repeat(4_000);
    let mut read = [0; 3];
    let mut head = room.head;
    for _ in 0..25 {
        at_ann.say(&mut ann, &long).await;
        head = at_cat.say(&mut cat, &long).await;
        for (socket, read) in [&mut at_ann, &mut at_cat, &mut room.at_bob].into_iter().zip(&mut read) {
            socket.message(|message| message.seq == head).await;
            acknowledge(socket, read).await;
        }
    }
    assert_eq!(slow.closed().await, 4008);
    room.head = head;
    room.is_calm(0).await;
    // What it missed is more than one frame should hold, so it begins anew, and the newest is there in any case.
    let mut at_eve = eve.socket(&room.name).await;
    let resume = Resume::new(&welcome.epoch, welcome.head);
    let back = at_eve.hello(Some("Eve"), Some(resume)).await;
    let newest = back.messages.last().map(|message| message.seq);
    assert_eq!((back.recovered, newest, back.more), (false, Some(room.head), true));
    let resume = Resume::new(&welcome.epoch, Seq(head.0 - 5));
    let back = at_eve.hello(Some("Eve"), Some(resume)).await;
    assert_eq!((back.recovered, back.events.len()), (true, 6));
}

/// Tells how much was read since the last time.
async fn acknowledge(socket: &mut Socket, acknowledged: &mut usize) {
    let read = socket.texts.iter().map(String::len).sum();
    let bytes = (read - std::mem::replace(acknowledged, read)) as u64;
    socket.send(&ClientFrame::Ack { bytes }).await;
}
