//! The door: who is refused there for a while because of what they sent, and the lobby, which is there before anybody has entered it.

use shared::entry::{ApiError, EnterStatus};
use shared::{ClientFrame, ModerationAction, Seq, limits};

use crate::browser::{Browser, TIMEOUT};
use crate::deployment::Deployment;
use crate::http::Reply;

async fn enter(browser: &mut Browser) -> Reply {
    let body = format!(r#"{{"protocol":{},"room":"lobby"}}"#, shared::PROTOCOL_VERSION);
    browser.post("/api/enter", &body).await
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_171_who_is_closed_for_their_frames_again_and_again_is_refused_at_the_door() {
    let deployment = Deployment::start_with(&[("ADDRESS_FACTOR", "10")]).await;
    let (mut ann, mut eve) = (Browser::new(&deployment), Browser::new(&deployment));
    let (mut ann_socket, _) = ann.join("lobby", "Ann").await;
    for _ in 0..limits::OFFENCES {
        assert_eq!(enter(&mut eve).await.status, 200);
        let mut socket = eve.socket("lobby").await;
        socket.send_text(&"x".repeat(limits::FRAME_BYTES + 1)).await;
        assert_eq!(socket.closed().await, 1009);
    }
    let give_up = tokio::time::Instant::now() + TIMEOUT;
    let refused = loop {
        let reply = enter(&mut eve).await;
        if reply.status != 200 {
            break reply;
        }
        assert!(tokio::time::Instant::now() < give_up, "never refused");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    };
    assert_eq!(refused.status, 429);
    assert_eq!(serde_json::from_str::<ApiError>(&refused.body).unwrap().error, "slow_down");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((280..=300).contains(&wait), "{wait}");
    let origin = eve.origin();
    for room in ["lobby", "elsewhere"] {
        assert_eq!(eve.try_socket(room, &[("origin", &origin)]).await.err(), Some(429), "{room}");
    }
    // Neighbours at the same address come in, new ones too.
    assert_eq!(enter(&mut ann).await.status, 200);
    ann_socket.say(&mut ann, "what was that?").await;
    assert_eq!(enter(&mut Browser::new(&deployment)).await.status, 200);
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_172_a_socket_to_the_lobby_needs_no_entry_call_before() {
    let deployment = Deployment::start().await;
    let mut ann = Browser::new(&deployment);
    assert_eq!(ann.enter("nowhere", false).await, EnterStatus::Absent);
    assert_eq!(deployment.objects().1, 0);
    assert_eq!(ann.socket("nowhere").await.closed().await, 4410);
    assert_eq!(deployment.objects().1, 0, "a socket to a room that nobody made makes none");
    let mut socket = ann.socket("lobby").await;
    let welcome = socket.hello(Some("Ann"), None).await;
    assert!(!welcome.you.owner && !welcome.private);
    socket.say(&mut ann, "first").await;
    assert_eq!(deployment.objects().1, 1);
    let (_, welcome) = Browser::new(&deployment).join("lobby", "Bob").await;
    assert_eq!(welcome.head.0, 1);
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_176_who_is_kept_out_is_told_until_when() {
    let deployment = Deployment::start().await;
    let (mut ann, mut bob) = (Browser::new(&deployment), Browser::new(&deployment));
    let (mut ann_socket, _) = ann.join("den", "Ann").await;
    let (mut bob_socket, welcome) = bob.join("den", "Bob").await;
    for (action, wait) in [
        (ModerationAction::Kick, Some(limits::KICK_MS)),
        (ModerationAction::Ban { minutes: Some(10) }, Some(600_000)),
        (ModerationAction::Ban { minutes: None }, None),
    ] {
        let (nonce, person) = (ann.nonce(), welcome.you.id.clone());
        ann_socket
            .send(&ClientFrame::Moderate { nonce: nonce.clone(), after: Seq::ZERO, person, action })
            .await;
        if ann_socket.outcome(&nonce).await.is_err() {
            panic!("{action:?}");
        }
        let reply = bob.enter_with("den", false, None).await;
        assert!(matches!(reply.status, EnterStatus::Kicked | EnterStatus::Banned), "{reply:?}");
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
        let left = reply.until.map(|until| until.0.saturating_sub(u64::try_from(now).unwrap()));
        assert_eq!(left.is_some(), wait.is_some(), "{reply:?}");
        let (left, wait) = (left.unwrap_or_default(), wait.unwrap_or_default());
        assert!(left <= wait && left + 10_000 >= wait, "{left} of {wait}");
    }
    assert!(matches!(bob_socket.closed().await, 4403 | 4411));
}
