//! Rate limits, many connections, and sockets that do not read.

use std::time::{Duration, Instant};

use futures_util::SinkExt;
use shared::frame::Resume;
use shared::{ClientFrame, ErrorCode, Seq};

use crate::browser::{Browser, Socket};
use crate::raw_socket::Raw;
use crate::shared_deployment::{Room, SharedDeployment};

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_39_a_hundred_connections_at_once() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let mut eve = Browser::new(&deployment);
    eve.enter(&room.name, false).await;
    let sockets = futures_util::future::join_all((0..100).map(|_| eve.socket(&room.name))).await;
    room.stored_exactly(0).await;
    drop(sockets);
    room.stored_exactly(0).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_40_joins_and_leaves_are_sent_in_few_frames() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let mut crowd: Vec<Browser> = (0..5).map(|_| Browser::new(&deployment)).collect();
    for eve in &mut crowd {
        eve.enter(&room.name, false).await;
    }
    let begun = Instant::now();
    for round in 0..10 {
        for (number, eve) in crowd.iter().enumerate() {
            let name = format!("Eve {number}");
            let mut eve_socket = eve.socket(&room.name).await;
            eve_socket.hello(Some(&name), None).await;
            // Some send a close frame, some only end the connection.
            if round % 2 == 0 {
                eve_socket.stream.close(None).await.unwrap();
            }
        }
    }
    for number in 0..5 {
        room.wait_until_absent(&format!("Eve {number}")).await;
    }
    let seconds = begun.elapsed().as_secs_f64();
    room.stored_exactly(0).await;
    let told = room.bob_socket.texts.iter().filter(|text| text.contains("\"people\"")).count();
    assert!((told as f64) < 4.0 * seconds + 3.0, "{told} times in {seconds} s");
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_41_a_person_over_the_rate_limit_waits_and_loses_nothing() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let mut eve = Browser::new(&deployment);
    let (mut eve_socket, _) = eve.join(&room.name, "Eve").await;
    let nonces: Vec<_> = (0..36).map(|_| eve.nonce()).collect();
    for nonce in &nonces {
        let (nonce, text) = (nonce.clone(), nonce.to_string());
        eve_socket.send(&ClientFrame::Say { nonce, after: Seq::ZERO, text, reply_to: None }).await;
    }
    let mut late = Vec::new();
    let mut accepted = 0;
    for nonce in &nonces {
        match eve_socket.outcome(nonce).await {
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
    assert!(
        (29..33).contains(&accepted),
        "a burst of 30, of which the nickname took one, and two a second: {accepted}"
    );
    // Other people are not slowed down.
    room.stored_exactly(accepted).await;
    for (nonce, wait) in &late {
        tokio::time::sleep(Duration::from_millis(*wait)).await;
        let mut said = eve_socket.try_say(nonce, Seq::ZERO, nonce.as_str()).await;
        while let Err((ErrorCode::SlowDown, Some(wait))) = said {
            tokio::time::sleep(Duration::from_millis(wait)).await;
            said = eve_socket.try_say(nonce, Seq::ZERO, nonce.as_str()).await;
        }
        assert!(said.is_ok(), "{said:?}");
    }
    room.stored_exactly(late.len() as u64).await;
    for nonce in &nonces {
        assert_eq!(room.bob_socket.texts.join("").matches(&format!("\"text\":\"{nonce}\"")).count(), 1);
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_41_a_socket_that_floods_is_closed() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let mut eve = Browser::new(&deployment);
    let (mut eve_socket, _) = eve.join(&room.name, "Eve").await;
    for _ in 0..400 {
        // The server closes while the test still sends.
        let sent = eve_socket.stream.send(ClientFrame::Typing { on: true }.encode().into()).await;
        if sent.is_err() {
            break;
        }
    }
    assert!(matches!(eve_socket.closed().await, 4400 | 1006));
    assert!(eve_socket.texts.iter().any(|text| text.contains("slow_down")));
    room.stored_exactly(0).await;
    room.wait_until_absent("Eve").await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn g11_case_42_a_socket_that_does_not_read_is_closed_and_can_resume() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let mut eve = Browser::new(&deployment);
    let mut slow = Raw::join(&mut eve, &room.name, "Eve").await;
    let (mut ann, mut cat) = (Browser::new(&deployment), Browser::new(&deployment));
    let (mut ann_socket, welcome) = ann.join(&room.name, "Ann").await;
    let (mut cat_socket, _) = cat.join(&room.name, "Cat").await;
    // 4,000 characters, 12,000 bytes.
    let long = "가".repeat(4_000);
    let mut read = [0; 3];
    let mut head = room.head;
    for _ in 0..25 {
        ann_socket.say(&mut ann, &long).await;
        head = cat_socket.say(&mut cat, &long).await;
        for (socket, read) in
            [&mut ann_socket, &mut cat_socket, &mut room.bob_socket].into_iter().zip(&mut read)
        {
            socket.message(|message| message.seq == head).await;
            acknowledge(socket, read).await;
        }
    }
    assert_eq!(slow.closed().await, 4008);
    room.head = head;
    room.stored_exactly(0).await;
    // It missed more than a welcome may hold, so it gets a fresh start with the newest messages.
    let mut eve_socket = eve.socket(&room.name).await;
    let resume = Resume::new(&welcome.epoch, welcome.head);
    let back = eve_socket.hello(Some("Eve"), Some(resume)).await;
    let newest = back.messages.last().map(|message| message.seq);
    assert_eq!((back.recovered, newest, back.more), (false, Some(room.head), true));
    let resume = Resume::new(&welcome.epoch, Seq(head.0 - 5));
    let back = eve_socket.hello(Some("Eve"), Some(resume)).await;
    assert_eq!((back.recovered, back.events.len()), (true, 6));
}

/// Acknowledges what was read since the last time.
async fn acknowledge(socket: &mut Socket, acknowledged: &mut usize) {
    let read = socket.texts.iter().map(String::len).sum();
    let bytes = (read - std::mem::replace(acknowledged, read)) as u64;
    socket.send(&ClientFrame::Ack { bytes }).await;
}
