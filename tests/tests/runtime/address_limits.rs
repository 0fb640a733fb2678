//! Limits of an address group: visits, new identities and new rooms. The local runtime passes a client's `CF-Connecting-IP` on, so
//! a test can come from several addresses.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use hyper::Method;
use shared::entry::ApiError;

use crate::browser::Browser;
use crate::deployment::Deployment;
use crate::http::{self, Reply};

/// The limits at the default factor.
const VISITS: usize = 120;
const IDENTITIES: usize = 60;
const ROOMS: usize = 10;
/// What an isolate lets pass without asking.
const UNASKED: usize = 4;

/// Somebody at an address.
struct Visitor<'a> {
    deployment: &'a Deployment,
    address: &'a str,
    cookie: Option<String>,
}

impl Visitor<'_> {
    async fn request(&self, method: Method, path: &str, more: &[(&str, &str)], body: &str) -> Reply {
        let origin = format!("http://127.0.0.1:{}", self.deployment.port);
        let mut headers = vec![("origin", origin.as_str()), ("cf-connecting-ip", self.address)];
        headers.extend(self.cookie.as_deref().map(|cookie| ("cookie", cookie)));
        headers.extend(more);
        http::request(self.deployment.port, method, path, &headers, body).await.unwrap()
    }

    async fn enter(&self, room: &str, create: bool) -> Reply {
        let body =
            format!(r#"{{"protocol":{},"room":"{room}","create":{create}}}"#, shared::PROTOCOL_VERSION);
        self.request(Method::POST, "/api/enter", &[], &body).await
    }

    /// Opens a socket, which closes at once.
    async fn connect(&self, room: &str) -> Reply {
        let upgrade = [
            ("connection", "Upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "AAAAAAAAAAAAAAAAAAAAAA=="),
        ];
        self.request(Method::GET, &format!("/api/rooms/{room}/socket"), &upgrade, "").await
    }
}

/// The default limits; the other runtime tests have larger ones.
async fn limited() -> Deployment {
    Deployment::start_with(&[("ADDRESS_FACTOR", "10")]).await
}

/// Asserts that a reply says `slow_down`; returns after how many seconds to come back.
fn retry_after(reply: &Reply) -> u64 {
    assert_eq!(reply.status, 429, "{}", reply.body);
    assert_eq!(serde_json::from_str::<ApiError>(&reply.body).unwrap().error, "slow_down");
    assert!(reply.header("set-cookie").is_none(), "a refused visitor gets no identity");
    reply.header("retry-after").unwrap().parse().unwrap()
}

/// Opens 2,000 sockets to as many rooms, 50 at a time; returns how many were not refused.
async fn attack(visitor: &Visitor<'_>) -> usize {
    let attempts = (0..2_000).map(|number| async move {
        let reply = visitor.connect(&format!("room-{number}")).await;
        if reply.status == 101 {
            return 1;
        }
        assert!((1..=10).contains(&retry_after(&reply)));
        0
    });
    futures_util::stream::iter(attempts)
        .buffer_unordered(50)
        .fold(0, |sum, one| async move { sum + one })
        .await
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_90_two_thousand_attempts_of_one_address_are_refused_before_a_room_wakes() {
    let deployment = limited().await;
    let mut bob = Browser::new(&deployment);
    let (mut bob_socket, _) = bob.join("lobby", "Bob").await;
    let before = deployment.objects();
    // Without a cookie, so that each attempt wants an identity.
    let eve = Visitor { deployment: &deployment, address: "203.0.113.9", cookie: None };
    let begun = Instant::now();
    let passed = attack(&eve).await;
    let seconds = usize::try_from(begun.elapsed().as_secs()).unwrap() + 1;
    assert!((IDENTITIES..=IDENTITIES + seconds / 5 + 1).contains(&passed), "{passed} in {seconds} s");
    assert!(deployment.objects().0 - before.0 <= passed, "no object woke for a refused attempt");
    // With one, each attempt is a visit only. Another address, of the same /64.
    let cookie = Browser { cookie: bob.cookie.clone(), ..Browser::new(&deployment) }.cookie;
    let eve = Visitor { deployment: &deployment, address: "2001:db8:1:2::9", cookie };
    let (before, begun) = (deployment.objects(), Instant::now());
    let passed = attack(&eve).await;
    let seconds = usize::try_from(begun.elapsed().as_secs()).unwrap() + 1;
    let most = VISITS + UNASKED * 4 + 2 * seconds;
    assert!((VISITS..=most).contains(&passed), "{passed} in {seconds} s");
    assert!(deployment.objects().0 - before.0 <= passed, "no object woke for a refused attempt");
    let neighbour = Visitor { deployment: &deployment, address: "2001:db8:1:2:3:4:5:6", cookie: None };
    retry_after(&neighbour.enter("lobby", false).await);
    assert_eq!(deployment.objects().1, 1, "only the lobby was created");
    // Others do not notice.
    bob_socket.say(&mut bob, "what was that?").await;
    let stranger = Visitor { deployment: &deployment, address: "203.0.113.10", cookie: None };
    assert_eq!(stranger.enter("lobby", false).await.status, 200);
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_90_an_address_creates_ten_rooms_and_then_waits() {
    let deployment = limited().await;
    let eve = Visitor { deployment: &deployment, address: "203.0.113.9", cookie: None };
    let replies = futures_util::future::join_all((0..40).map(|number| {
        let eve = &eve;
        async move { eve.enter(&format!("room-{number}"), true).await }
    }))
    .await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), ROOMS);
    let waits = replies.iter().filter(|reply| reply.status != 200).map(retry_after);
    assert!(waits.into_iter().all(|wait| (590..=600).contains(&wait)));
    assert_eq!(deployment.objects(), (ROOMS, ROOMS), "the others' objects did not wake");
    // The address can still enter what exists, and others can create.
    assert_eq!(eve.enter("lobby", false).await.status, 200);
    let ann = Visitor { deployment: &deployment, address: "203.0.113.10", cookie: None };
    assert_eq!(ann.enter("anns", true).await.status, 200);
    // What is low is stored: neither sleep nor a crash gives it back.
    let mut deployment = deployment;
    deployment.restart().await;
    let eve = Visitor { deployment: &deployment, address: "203.0.113.9", cookie: None };
    assert!((500..=600).contains(&retry_after(&eve.enter("one-more", true).await)));
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_91_a_room_has_its_alarm_from_its_first_row_on() {
    let deployment = limited().await;
    let mut ann = Browser::new(&deployment);
    assert_eq!(ann.enter("absent", false).await, shared::entry::EnterStatus::Absent);
    assert_eq!(deployment.alarms(), BTreeSet::new(), "there is nothing to forget");
    assert_eq!(ann.enter("den", true).await, shared::entry::EnterStatus::Open);
    let begun = Instant::now();
    while deployment.alarms().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(3), "no socket was ever opened, and no alarm is set");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(deployment.objects().1, 1);
    assert_eq!(deployment.alarms().len(), 1);
}
