//! Owners and operators through the Worker: bans over reconnections and restarts, frames of others, keys, deleted rooms, the
//! operator's session, links for other devices.

use hyper::Method;
use shared::entry::{ApiError, DeviceLink, EnterStatus, OperatorReply};
use shared::{ClientFrame, ErrorCode, ModerationAction, PersonId, RoomSettings, Seq, ServerFrame};

use crate::browser::{Browser, Socket};
use crate::deployment::Deployment;
use crate::http::{self, Reply};
use crate::shared_deployment::{SharedDeployment, room_name};

const SECRET: &str = "an operator's secret that is long enough";
const BAN: ModerationAction = ModerationAction::Ban { minutes: None };

type Outcome = Result<Seq, ErrorCode>;

async fn moderate(
    socket: &mut Socket,
    browser: &mut Browser,
    person: &PersonId,
    action: ModerationAction,
) -> Outcome {
    let nonce = browser.nonce();
    let frame =
        ClientFrame::Moderate { nonce: nonce.clone(), after: Seq::ZERO, person: person.clone(), action };
    socket.send(&frame).await;
    socket.outcome(&nonce).await.map_err(|(code, _)| code)
}

async fn set_room(socket: &mut Socket, browser: &mut Browser, settings: RoomSettings) -> Outcome {
    let nonce = browser.nonce();
    socket.send(&ClientFrame::SetRoom { nonce: nonce.clone(), after: Seq::ZERO, settings }).await;
    socket.outcome(&nonce).await.map_err(|(code, _)| code)
}

fn code(reply: &Reply) -> String {
    serde_json::from_str::<ApiError>(&reply.body).map(|error| error.error).unwrap_or_default()
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_74_case_123_a_banned_person_stays_out_over_names_sockets_and_restarts() {
    let mut deployment = Deployment::start().await;
    let (mut ann, mut eve) = (Browser::new(&deployment), Browser::new(&deployment));
    let (mut ann_socket, _) = ann.join("den", "Ann").await;
    let (mut eve_socket, welcome) = eve.join("den", "Eve").await;
    let mut fresh = Browser::new(&deployment);
    assert_eq!(fresh.enter("den", false).await, EnterStatus::Open);
    assert_eq!(moderate(&mut eve_socket, &mut eve, &welcome.you.id, BAN).await, Err(ErrorCode::NotAllowed));
    assert!(moderate(&mut ann_socket, &mut ann, &welcome.you.id, BAN).await.is_ok());
    assert_eq!(eve_socket.closed().await, 4403);
    for restarts in [false, true] {
        if restarts {
            deployment.restart().await;
        }
        assert_eq!(eve.enter("den", true).await, EnterStatus::Banned);
        assert_eq!(eve.socket("den").await.closed().await, 4403);
        assert_eq!(fresh.enter("den", false).await, EnterStatus::Banned, "a newcomer of the same address");
        assert_eq!(eve.enter("elsewhere", true).await, EnterStatus::Open);
    }
    let (mut ann_socket, welcome_back) = ann.join("den", "Ann").await;
    assert!(welcome_back.you.owner && !welcome_back.private);
    let unban = ModerationAction::Unban;
    assert!(moderate(&mut ann_socket, &mut ann, &welcome.you.id, unban).await.is_ok());
    let (mut eve_socket, _) = eve.join("den", "Zoe").await;
    eve_socket.say(&mut eve, "back").await;
    assert_eq!(fresh.enter("den", false).await, EnterStatus::Open);
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_75_case_124_only_owners_run_a_room() {
    let deployment = SharedDeployment::new().await;
    let room = room_name();
    let (mut ann, mut bob) = (Browser::new(&deployment), Browser::new(&deployment));
    let (mut ann_socket, _) = ann.join(&room, "Ann").await;
    let (mut bob_socket, _) = bob.join(&room, "Bob").await;
    let locked = RoomSettings { locked: true, slow_mode: 60, ..RoomSettings::default() };
    assert_eq!(set_room(&mut bob_socket, &mut bob, locked.clone()).await, Err(ErrorCode::NotAllowed));
    bob_socket.send(&ClientFrame::Audit).await;
    assert_eq!(bob_socket.refused().await, (None, ErrorCode::NotAllowed));
    let nonce = bob.nonce();
    bob_socket.send(&ClientFrame::DeleteRoom { nonce: nonce.clone() }).await;
    assert_eq!(bob_socket.refused().await, (Some(nonce), ErrorCode::NotAllowed));
    assert!(set_room(&mut ann_socket, &mut ann, locked.clone()).await.is_ok());
    let mut eve = Browser::new(&deployment);
    assert_eq!(eve.enter(&room, true).await, EnterStatus::Locked);
    assert_eq!(eve.socket(&room).await.closed().await, 4410);
    bob_socket.say(&mut bob, "one").await;
    let again = bob_socket.try_say(&bob.nonce(), Seq::ZERO, "two").await;
    assert!(matches!(again, Err((ErrorCode::SlowMode, Some(1..=60_000)))), "{again:?}");
    let (_, welcome) = bob.join(&room, "Bob").await;
    assert_eq!(welcome.settings, locked);
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_126_another_key_and_a_deleted_room() {
    let deployment = SharedDeployment::new().await;
    let room = room_name();
    let (old, new) = ("o".repeat(22), "n".repeat(22));
    let mut ann = Browser::new(&deployment);
    assert_eq!(ann.enter_with(&room, true, Some(&old)).await.status, EnterStatus::Open);
    let mut ann_socket = ann.socket(&room).await;
    assert!(ann_socket.hello(Some("Ann"), None).await.private);
    let (mut bob, mut max) = (Browser::new(&deployment), Browser::new(&deployment));
    for browser in [&mut bob, &mut max] {
        assert_eq!(browser.enter_with(&room, false, Some(&old)).await.status, EnterStatus::Open);
    }
    let mut bob_socket = bob.socket(&room).await;
    bob_socket.hello(Some("Bob"), None).await;
    let mut max_socket = max.socket(&room).await;
    max_socket.hello(None, None).await;
    let nonce = ann.nonce();
    let rotate = ClientFrame::RotateKey { nonce: nonce.clone(), after: Seq::ZERO, key: new.clone() };
    ann_socket.send(&rotate).await;
    assert!(ann_socket.outcome(&nonce).await.is_ok());
    assert_eq!(max_socket.closed().await, 4410);
    let mut eve = Browser::new(&deployment);
    assert_eq!(eve.enter_with(&room, false, Some(&old)).await.status, EnterStatus::Absent);
    assert_eq!(max.enter_with(&room, false, None).await.status, EnterStatus::Absent);
    assert_eq!(bob.enter_with(&room, false, None).await.status, EnterStatus::Open);
    assert_eq!(eve.enter_with(&room, false, Some(&new)).await.status, EnterStatus::Open);
    bob_socket.say(&mut bob, "still here").await;
    let nonce = ann.nonce();
    ann_socket.send(&ClientFrame::DeleteRoom { nonce }).await;
    assert_eq!([ann_socket.closed().await, bob_socket.closed().await], [4410, 4410]);
    assert_eq!(bob.enter(&room, false).await, EnterStatus::Absent, "nothing was asked, so nothing is left");
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_127_an_operator_signs_in_and_moderates_every_room() {
    let deployment = Deployment::start_with(&[("OPERATOR_SECRET", SECRET)]).await;
    let mut olga = Browser::new(&deployment);
    olga.enter("lobby", false).await;
    let identity = olga.cookie.clone().unwrap();
    let reply = olga.post("/api/operator", r#"{"secret":"wrong"}"#).await;
    assert_eq!((reply.status, code(&reply).as_str()), (403, "operator"));
    assert!(reply.header("set-cookie").is_none());
    let reply = olga.post("/api/operator", &format!(r#"{{"secret":"{SECRET}"}}"#)).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert!(serde_json::from_str::<OperatorReply>(&reply.body).is_ok());
    let cookie = reply.header("set-cookie").unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let session = olga.cookie.take().unwrap();
    let mut bob = Browser::new(&deployment);
    let (mut bob_socket, welcome) = bob.join("lobby", "Bob").await;
    let bob_id = welcome.you.id;
    // Without the cookie, with a forged one, and with the cookie of somebody else nobody is an operator.
    let others = format!("{}; {session}", bob.cookie.clone().unwrap());
    for cookie in [identity.clone(), format!("{identity}; {session}x"), others] {
        let mut browser = Browser { cookie: Some(cookie), ..Browser::new(&deployment) };
        let mut socket = browser.socket("lobby").await;
        assert!(!socket.hello(Some("Nobody"), None).await.you.operator);
        assert!(moderate(&mut socket, &mut browser, &bob_id, BAN).await.is_err());
    }
    olga.cookie = Some(format!("{identity}; {session}"));
    let mut socket = olga.socket("lobby").await;
    let welcome = socket.hello(Some("Olga"), None).await;
    assert!(welcome.you.operator && !welcome.you.owner);
    assert!(moderate(&mut socket, &mut olga, &bob_id, BAN).await.is_ok());
    assert_eq!(bob_socket.closed().await, 4403);
    socket.send(&ClientFrame::Audit).await;
    let audit = socket.find(|frame| match frame {
        ServerFrame::Audit(audit) => Some(audit.clone()),
        _ => None,
    });
    let audit = audit.await;
    assert!(audit.entries[0].operator && audit.banned[0].person == bob_id);
    let origin = olga.origin();
    let headers = [("origin", origin.as_str())];
    let reply = http::request(olga.port, Method::DELETE, "/api/operator", &headers, "").await.unwrap();
    assert!(reply.status == 200 && reply.header("set-cookie").unwrap().contains("Max-Age=0"));
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_127_case_128_without_a_secret_nobody_is_an_operator_and_a_link_works_once() {
    let deployment = Deployment::start_with(&[("ADDRESS_FACTOR", "10")]).await;
    let mut ann = Browser::new(&deployment);
    let reply = ann.post("/api/operator", r#"{"secret":""}"#).await;
    assert_eq!((reply.status, code(&reply).as_str()), (404, "not_found"));
    let reply = ann.post("/api/device-link", "").await;
    assert_eq!((reply.status, code(&reply).as_str()), (401, "identity"), "nobody has no other device");
    let you = ann.enter_with("lobby", false, None).await.you;
    let reply = ann.post("/api/device-link", "").await;
    let link: DeviceLink = serde_json::from_str(&reply.body).unwrap();
    let body = format!(r#"{{"token":"{}"}}"#, link.token);
    let mut phones: Vec<Browser> = (0..4).map(|_| Browser::new(&deployment)).collect();
    let replies =
        futures_util::future::join_all(phones.iter_mut().map(|phone| phone.post("/api/device", &body)));
    let replies = replies.await;
    let redeemed: Vec<&Reply> = replies.iter().filter(|reply| reply.status == 200).collect();
    assert_eq!(redeemed.len(), 1, "of four at the same moment one");
    for reply in replies.iter().filter(|reply| reply.status != 200) {
        assert_eq!((reply.status, code(reply).as_str()), (403, "used"));
        assert!(reply.header("set-cookie").is_none());
    }
    let index = replies.iter().position(|reply| reply.status == 200).unwrap();
    assert_eq!(phones[index].enter_with("lobby", false, None).await.you, you, "the phone is the same person");
    let mut statuses = Vec::new();
    for _ in 0..8 {
        let reply = Browser::new(&deployment).post("/api/device", r#"{"token":"a.b"}"#).await;
        statuses.push(reply.status);
    }
    assert!(statuses.contains(&403) && statuses.last() == Some(&429), "guessing is limited: {statuses:?}");
}
