//! Connections that break, close or fall silent, and rooms that hibernate.

use std::time::{Duration, Instant};

use futures_util::SinkExt;
use shared::{ErrorCode, Seq, ServerFrame};
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use crate::browser::Browser;
use crate::deployment::Deployment;
use crate::raw_socket::{CLOSE, FINAL, Raw, TEXT};
use crate::shared_deployment::{Room, SharedDeployment, finish_background_test};

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_43_people_whose_connection_breaks_leave_the_roster() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let mut eve = Browser::new(&deployment);
    // A reset, an end without a close frame, and one in the middle of a frame.
    let raw = Raw::join(&mut eve, &room.name, "Eve").await;
    raw.stream.set_zero_linger().unwrap();
    drop(raw);
    room.wait_until_absent("Eve").await;
    let raw = Raw::join(&mut eve, &room.name, "Eve").await;
    drop(raw);
    room.wait_until_absent("Eve").await;
    let mut raw = Raw::join(&mut eve, &room.name, "Eve").await;
    raw.bytes(&[FINAL | TEXT, 0x80 | 126, 1]).await;
    drop(raw);
    room.wait_until_absent("Eve").await;
    room.stored_exactly(0).await;
    assert!(
        !deployment.output().contains("Invalid WebSocket close code"),
        "no code is echoed that must not be sent"
    );
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_45_a_close_frame_is_answered() {
    let deployment = SharedDeployment::new().await;
    let mut room = Room::new(&deployment).await;
    let mut eve = Browser::new(&deployment);
    for code in [Some(1000), Some(4000), Some(3999), None] {
        let (mut eve_socket, _) = eve.join(&room.name, "Eve").await;
        let close = code.map(|code| CloseFrame { code: code.into(), reason: "bye".into() });
        let begun = Instant::now();
        eve_socket.stream.send(Frame::Close(close)).await.unwrap();
        assert_eq!(eve_socket.closed().await, code.unwrap_or(1005));
        assert!(begun.elapsed() < Duration::from_secs(1), "{code:?}: {:?}", begun.elapsed());
        room.wait_until_absent("Eve").await;
    }
    // A close frame of one byte is no close frame (RFC 6455, 5.5.1).
    let mut raw = Raw::join(&mut eve, &room.name, "Eve").await;
    raw.send(FINAL | CLOSE, b"x").await;
    let code = raw.closed().await;
    assert!(matches!(code, 1002 | 1005 | 1006), "{code}");
    drop(raw);
    room.wait_until_absent("Eve").await;
    room.stored_exactly(0).await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_47_a_room_keeps_its_sockets_over_hibernation() {
    let _turn = SharedDeployment::new().await;
    finish_background_test("asleep").await;
}

/// People are silent until the object hibernates (after ten seconds), and continue on the same sockets.
pub(crate) async fn asleep(deployment: &'static Deployment) {
    let mut room = Room::new(deployment).await;
    let (mut ann, mut cat) = (Browser::new(deployment), Browser::new(deployment));
    let (mut ann_socket, _) = ann.join(&room.name, "Ann").await;
    cat.enter(&room.name, false).await;
    let mut cat_socket = cat.socket(&room.name).await;
    cat_socket.hello(None, None).await;
    for _ in 0..2 {
        ann_socket.send_text("no frame").await;
        assert_eq!(ann_socket.refused().await.1, ErrorCode::BadJson);
    }
    let nonce = ann.nonce();
    let before = ann_socket.try_say(&nonce, Seq::ZERO, "before").await.unwrap();
    room.stored_exactly(1).await;
    // The runtime answers pings without waking the object.
    for _ in 0..4 {
        tokio::time::sleep(Duration::from_millis(3_500)).await;
        for socket in [&mut ann_socket, &mut cat_socket, &mut room.bob_socket] {
            socket.ping().await;
        }
    }
    // The roster is the same; a retried nonce is not written again; both other sockets are sent new messages.
    assert_eq!(ann_socket.try_say(&nonce, Seq::ZERO, "before").await, Ok(before));
    let after = ann_socket.say(&mut ann, "after").await;
    assert_eq!(after, room.head.next());
    for socket in [&mut room.bob_socket, &mut cat_socket] {
        let seen = socket.message(|message| message.text == "after").await;
        assert_eq!((seen.seq, seen.author.name()), (after, "Ann"));
    }
    room.stored_exactly(1).await;
    // Strikes survive too: two malformed frames before, one after.
    ann_socket.send_text("no frame").await;
    assert_eq!(ann_socket.closed().await, 4400);
    room.wait_until_absent("Ann").await;
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn g13_case_44_a_silent_socket_is_removed_within_two_heartbeats() {
    let _turn = SharedDeployment::new().await;
    finish_background_test("half open").await;
}

/// A connection stays open but carries nothing any more.
pub(crate) async fn half_open(deployment: &'static Deployment) {
    let mut room = Room::new(deployment).await;
    let mut eve = Browser::new(deployment);
    let begun = Instant::now();
    let (mut eve_socket, welcome) = eve.join(&room.name, "Eve").await;
    let is_eve = |frame: &ServerFrame| match frame {
        ServerFrame::People { left, .. } => left.contains(&welcome.you.id),
        _ => false,
    };
    loop {
        room.bob_socket.send_text("ping").await;
        let next = tokio::time::timeout(Duration::from_secs(5), room.bob_socket.next()).await;
        if next.is_ok_and(|frame| is_eve(&frame.unwrap())) {
            break;
        }
        // Two heartbeats, one more until the next alarm, and the alarm's tolerance.
        assert!(begun.elapsed() < Duration::from_secs(110), "still here");
    }
    assert!(begun.elapsed() > Duration::from_secs(59), "{:?}", begun.elapsed());
    assert_eq!(eve_socket.closed().await, 4000, "had it still listened, it would come back");
    room.stored_exactly(0).await;
}
