//! Connections that end badly, rooms that sleep.

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use shared::{ErrorCode, Seq, ServerFrame};
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use crate::guest::{Guest, Room, vigil};
use crate::person::Visitor;
use crate::raw::{CLOSE, FINAL, Raw, TEXT};
use crate::stage::Stage;

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_43_whoever_vanishes_is_gone_for_the_others() {
    let stage = Guest::new().await;
    let mut room = Room::new(&stage).await;
    let mut eve = Visitor::new(&stage);
    // A reset, an end without a close frame, and one in the middle of a frame.
    let raw = Raw::join(&mut eve, &room.name, "Eve").await;
    raw.stream.set_zero_linger().unwrap();
    drop(raw);
    room.is_without("Eve").await;
    let raw = Raw::join(&mut eve, &room.name, "Eve").await;
    drop(raw);
    room.is_without("Eve").await;
    let mut raw = Raw::join(&mut eve, &room.name, "Eve").await;
    raw.bytes(&[FINAL | TEXT, 0x80 | 126, 1]).await;
    drop(raw);
    room.is_without("Eve").await;
    room.is_calm(0).await;
    assert!(
        !stage.output().contains("Invalid WebSocket close code"),
        "no code is echoed that must not be sent"
    );
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_45_a_close_is_answered() {
    let stage = Guest::new().await;
    let mut room = Room::new(&stage).await;
    let mut eve = Visitor::new(&stage);
    for code in [Some(1000), Some(4000), Some(3999), None] {
        let (mut at_eve, _) = eve.join(&room.name, "Eve").await;
        let close = code.map(|code| CloseFrame { code: code.into(), reason: "bye".into() });
        let begun = Instant::now();
        at_eve.stream.send(Frame::Close(close)).await.unwrap();
        assert_eq!(at_eve.closed().await, code.unwrap_or(1005));
        assert!(begun.elapsed() < Duration::from_secs(1), "{code:?}: {:?}", begun.elapsed());
        room.is_without("Eve").await;
    }
    // A close frame of one byte is no close frame (RFC 6455, 5.5.1).
    let mut raw = Raw::join(&mut eve, &room.name, "Eve").await;
    raw.send(FINAL | CLOSE, b"x").await;
    let code = raw.closed().await;
    assert!(matches!(code, 1002 | 1005 | 1006), "{code}");
    drop(raw);
    room.is_without("Eve").await;
    room.is_calm(0).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_47_a_room_that_slept_knows_its_sockets() {
    let _stage = Guest::new().await;
    vigil("asleep").await;
}

/// People say nothing until the object has gone to sleep (ten quiet seconds), and go on as if nothing had been.
pub(crate) async fn asleep(stage: &'static Stage) {
    let mut room = Room::new(stage).await;
    let (mut ann, mut cat) = (Visitor::new(stage), Visitor::new(stage));
    let (mut at_ann, _) = ann.join(&room.name, "Ann").await;
    cat.enter(&room.name, false).await;
    let mut at_cat = cat.socket(&room.name).await;
    at_cat.hello(None, None).await;
    for _ in 0..2 {
        at_ann.send_text("no frame").await;
        assert_eq!(at_ann.refused().await.1, ErrorCode::BadJson);
    }
    let nonce = ann.nonce();
    let before = at_ann.try_say(&nonce, Seq::ZERO, "before").await.unwrap();
    room.is_calm(1).await;
    // Pings are answered without waking anybody.
    for _ in 0..4 {
        tokio::time::sleep(Duration::from_millis(3_500)).await;
        for socket in [&mut at_ann, &mut at_cat, &mut room.at_bob] {
            socket.send_text("ping").await;
            let pong = socket.stream.next().await.unwrap().unwrap();
            assert!(pong.is_text(), "{pong:?}");
        }
    }
    // Whoever was there still is, under the same name; what was written is not written again; both others hear it.
    assert_eq!(at_ann.try_say(&nonce, Seq::ZERO, "before").await, Ok(before));
    let after = at_ann.say(&mut ann, "after").await;
    assert_eq!(after, room.head.next());
    for socket in [&mut room.at_bob, &mut at_cat] {
        let seen = socket.message(|message| message.text == "after").await;
        assert_eq!((seen.seq, seen.author.name()), (after, "Ann"));
    }
    room.is_calm(1).await;
    // Two bad frames before, one after: they were not forgotten either.
    at_ann.send_text("no frame").await;
    assert_eq!(at_ann.closed().await, 4400);
    room.is_without("Ann").await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn g13_case_44_a_peer_that_fell_silent_is_gone_within_two_heartbeats() {
    let _stage = Guest::new().await;
    vigil("half open").await;
}

/// Somebody's connection stays open, but nothing comes any more.
pub(crate) async fn half_open(stage: &'static Stage) {
    let mut room = Room::new(stage).await;
    let mut eve = Visitor::new(stage);
    let begun = Instant::now();
    let (mut at_eve, welcome) = eve.join(&room.name, "Eve").await;
    let is_eve = |frame: &ServerFrame| match frame {
        ServerFrame::People { left, .. } => left.contains(&welcome.you.id),
        _ => false,
    };
    loop {
        room.at_bob.send_text("ping").await;
        let next = tokio::time::timeout(Duration::from_secs(5), room.at_bob.next()).await;
        if next.is_ok_and(|frame| is_eve(&frame.unwrap())) {
            break;
        }
        // Two heartbeats, one more until somebody looks, and the alarm's own slack.
        assert!(begun.elapsed() < Duration::from_secs(110), "still here");
    }
    assert!(begun.elapsed() > Duration::from_secs(59), "{:?}", begun.elapsed());
    assert_eq!(at_eve.closed().await, 4000, "had it still listened, it would come back");
    room.is_calm(0).await;
}
