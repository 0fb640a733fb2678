//! Entry (`POST /api/enter`) and the upgrade: origins, cookies and internal headers.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use hyper::Method;
use sha2::{Digest, Sha256};
use shared::PersonId;
use shared::entry::{ApiError, EnterReply};

use crate::browser::Browser;
use crate::deployment::{Deployment, SECRET};
use crate::http::{self, Reply};
use crate::shared_deployment::{Room, SharedDeployment, room_name};

/// The code of a refusal.
fn as_str(reply: &Reply) -> String {
    assert_eq!(reply.header("content-type"), Some("application/json; charset=utf-8"), "{}", reply.body);
    serde_json::from_str::<ApiError>(&reply.body)
        .unwrap_or_else(|_| panic!("no refusal: {}", reply.body))
        .error
}

/// Posts to `/api/enter` with these headers and this body.
async fn post(deployment: &Deployment, headers: &[(&str, &str)], body: &str) -> Reply {
    http::request(deployment.port, Method::POST, "/api/enter", headers, body).await.unwrap()
}

/// A request body as the page sends it.
fn entry_body(room: &str, more: &str) -> String {
    format!(r#"{{"protocol":2,"room":"{room}"{more}}}"#)
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_36_only_the_pages_own_origin_is_accepted() {
    let deployment = SharedDeployment::new().await;
    let mut ann = Browser::new(&deployment);
    ann.enter("lobby", false).await;
    let (port, own, objects) = (deployment.port, ann.origin(), deployment.objects());
    let cookie = ann.cookie.clone().unwrap();
    let body = entry_body(&room_name(), r#","create":true"#);
    // Other schemes and user names are missing: wrangler's proxy turns every origin of this host and port into
    // the Worker's.
    let bad = [
        "null".to_owned(),
        String::new(),
        "*".to_owned(),
        "http://127.0.0.1".to_owned(),
        format!("http://127.0.0.1:{}", port + 1),
        format!("http://localhost:{port}"),
        format!("http://127.0.0.1:{port}.evil.example"),
        format!("http://127.0.0.1.evil.example:{port}"),
        format!("http://evil.example/127.0.0.1:{port}"),
        format!("http://evil.example#{own}"),
        format!("{own}/"),
        format!("{own}, http://evil.example"),
    ];
    for origin in bad.iter().map(|origin| Some(origin.as_str())).chain([None]) {
        let said = origin.map(|origin| ("origin", origin));
        let headers: Vec<_> = said.into_iter().chain([("cookie", cookie.as_str())]).collect();
        let reply = post(&deployment, &headers, &body).await;
        assert_eq!(reply.status, 403, "{origin:?}");
        assert_eq!(as_str(&reply), "origin", "{origin:?}");
        assert!(
            reply.header("set-cookie").is_none() && reply.header("access-control-allow-origin").is_none()
        );
        let said: Vec<_> = said.into_iter().collect();
        assert_eq!(ann.try_socket("lobby", &said).await.err(), Some(403), "{origin:?}");
        assert_eq!(ann.try_socket(&room_name(), &said).await.err(), Some(403), "{origin:?}");
    }
    assert_eq!(deployment.objects(), objects, "no object was woken");
    // Preflight requests of other pages are refused too.
    let headers = [("origin", "http://evil.example"), ("access-control-request-method", "POST")];
    let reply = http::request(port, Method::OPTIONS, "/api/enter", &headers, "").await.unwrap();
    assert_eq!((reply.status, reply.header("access-control-allow-origin")), (405, None));
    assert_eq!(post(&deployment, &[("origin", &own)], &body).await.status, 200, "the control");
    assert_eq!(deployment.objects(), (objects.0 + 1, objects.1 + 1));
}

/// An identity token with these claims, signed as the Worker signs it.
fn token(claims: &str, secret: &str) -> String {
    let payload = URL_SAFE_NO_PAD.encode(claims);
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    let tag = mac.chain_update("madang identity").chain_update([0]).chain_update(&payload).finalize();
    format!("{payload}.{}", URL_SAFE_NO_PAD.encode(tag.into_bytes()))
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_37_forged_and_expired_cookies_identify_nobody() {
    let deployment = SharedDeployment::new().await;
    let room = Room::new(&deployment).await;
    let mut ann = Browser::new(&deployment);
    let you = ann.enter_with(&room.name, false, None).await.you;
    let good = ann.cookie.clone().unwrap();
    let kid = |secret: &str| -> String {
        Sha256::digest(secret).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
    };
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let claims = |kid: &str, iat: u64, exp: u64| {
        format!(r#"{{"v":1,"kid":"{kid}","uid":"AAAAAAAAAAAAAAAAAAAAAA","iat":{iat},"exp":{exp}}}"#)
    };
    let own = kid(SECRET);
    let control = Browser {
        cookie: Some(format!("madang={}", token(&claims(&own, now, now + 60), SECRET))),
        ..Browser::new(&deployment)
    };
    drop(control.socket(&room.name).await);
    let other = "another secret, which is long enough to be one";
    let (payload, tag) = good.split_once('.').unwrap();
    for forged in [
        "madang=".to_owned(),
        payload.to_owned(),
        format!("{payload}."),
        good.strip_suffix(|_| true).unwrap().to_owned(),
        format!("{good}x"),
        format!("madang={}.{tag}", URL_SAFE_NO_PAD.encode(claims(&own, now, now + 60))),
        format!("madang={}", token(&claims(&own, now - 120, now - 60), SECRET)),
        format!("madang={}", token(&claims(&own, now + 3_600, now + 7_200), SECRET)),
        format!("madang={}", token(&claims("00000000", now, now + 60), SECRET)),
        format!("madang={}", token(&claims(&kid(other), now, now + 60), other)),
        format!("madang={}", token(&claims(&own, now, now + 60), other)),
        format!("madang={}", token(&claims(&own, now, u64::MAX), SECRET)),
        format!("madang={}", "A".repeat(3_000)),
    ] {
        let mut eve = Browser { cookie: Some(forged.clone()), ..Browser::new(&deployment) };
        let refused = eve.try_socket(&room.name, &[("origin", &eve.origin())]).await;
        assert_eq!(refused.err(), Some(401), "{forged}");
        // Entry gives them a new identity, with which the socket opens.
        let made = eve.enter_with(&room.name, false, None).await;
        assert_ne!(made.you, you, "{forged}");
        assert_ne!(eve.cookie.as_deref(), Some(forged.as_str()));
        assert_eq!(eve.socket(&room.name).await.hello(None, None).await.you.id, made.you);
    }
    // No cookie of that name is no identity: the socket opens for somebody new.
    for cookie in [None, Some(String::new()), Some(good.replacen("madang=", "__Host-madang=", 1))] {
        let stranger = Browser { cookie: cookie.clone(), ..Browser::new(&deployment) };
        assert_ne!(stranger.socket(&room.name).await.hello(None, None).await.you.id, you, "{cookie:?}");
    }
    // A valid cookie is kept: the same person, and no new cookie.
    let reply = ann.post("/api/enter", &entry_body(&room.name, "")).await;
    assert_eq!(reply.header("set-cookie"), None);
    assert_eq!(serde_json::from_str::<EnterReply>(&reply.body).unwrap().you, you);
}

/// Upgrades to a socket and returns the answer, whose socket is closed again.
async fn upgrade(deployment: &Deployment, room: &str, origin: &str, cookie: Option<&str>) -> Reply {
    let headers = [
        ("origin", origin),
        ("connection", "Upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "AAAAAAAAAAAAAAAAAAAAAA=="),
    ];
    let headers: Vec<_> = headers.into_iter().chain(cookie.map(|cookie| ("cookie", cookie))).collect();
    let path = format!("/api/rooms/{room}/socket");
    http::request(deployment.port, Method::GET, &path, &headers, "").await.unwrap()
}

/// The browser that a reply has set a cookie of.
fn browser_of(deployment: &Deployment, reply: &Reply) -> Browser {
    let set = reply.header("set-cookie").expect("a cookie is set");
    let (cookie, attributes) = set.split_once("; ").unwrap();
    assert!(cookie.starts_with("madang="), "{set}");
    assert_eq!(attributes, "Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax");
    Browser { cookie: Some(cookie.to_owned()), ..Browser::new(deployment) }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn a_socket_sets_the_cookie_of_a_new_identity() {
    let deployment = SharedDeployment::new().await;
    let room = Room::new(&deployment).await;
    let origin = Browser::new(&deployment).origin();
    let mut people = Vec::new();
    for _ in 0..2 {
        let answer = upgrade(&deployment, &room.name, &origin, None).await;
        assert_eq!(answer.status, 101);
        let mut browser = browser_of(&deployment, &answer);
        let cookie = browser.cookie.clone();
        let id = browser.socket(&room.name).await.hello(None, None).await.you.id;
        assert_eq!(browser.enter_with(&room.name, false, None).await.you, id, "the entry knows the cookie");
        assert_eq!(browser.cookie, cookie, "and keeps it");
        people.push(id);
    }
    assert_ne!(people[0], people[1]);
    // A room that does not exist is not made by it, and another page gets no identity.
    let made = deployment.objects().1;
    let answer = upgrade(&deployment, &room_name(), &origin, None).await;
    assert_eq!(answer.status, 101);
    drop(browser_of(&deployment, &answer));
    assert_eq!(deployment.objects().1, made);
    let answer = upgrade(&deployment, &room.name, "http://evil.example", None).await;
    assert_eq!((answer.status, answer.header("set-cookie")), (403, None));
    let answer = upgrade(&deployment, &room.name, &origin, Some("madang=forged")).await;
    assert_eq!((answer.status, answer.header("set-cookie")), (401, None));
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn a_socket_renews_an_old_cookie_and_keeps_a_new_one() {
    let deployment = SharedDeployment::new().await;
    let room = Room::new(&deployment).await;
    let mut ann = Browser::new(&deployment);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let kid: String = Sha256::digest(SECRET).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let (iat, exp) = (now - 8 * 86_400, now + 86_400);
    let claims = format!(r#"{{"v":1,"kid":"{kid}","uid":"BBBBBBBBBBBBBBBBBBBBBA","iat":{iat},"exp":{exp}}}"#);
    let old = format!("madang={}", token(&claims, SECRET));
    let answer = upgrade(&deployment, &room.name, &ann.origin(), Some(&old)).await;
    assert_eq!(answer.status, 101);
    ann.cookie = Some(old);
    let id = ann.socket(&room.name).await.hello(None, None).await.you.id;
    let renewed = browser_of(&deployment, &answer);
    assert_ne!(renewed.cookie, ann.cookie);
    assert_eq!(renewed.socket(&room.name).await.hello(None, None).await.you.id, id, "the same person");
    let answer = upgrade(&deployment, &room.name, &ann.origin(), renewed.cookie.as_deref()).await;
    assert_eq!((answer.status, answer.header("set-cookie")), (101, None));
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_38_internal_headers_are_ignored_in_requests() {
    let deployment = SharedDeployment::new().await;
    let room = Room::new(&deployment).await;
    let (mut ann, mut eve) = (Browser::new(&deployment), Browser::new(&deployment));
    let victim: PersonId = ann.enter_with(&room.name, false, None).await.you;
    let own = eve.enter_with(&room.name, false, None).await.you;
    let origin = eve.origin();
    let headers = [
        ("origin", origin.as_str()),
        ("x-madang-person", victim.as_str()),
        ("X-Madang-Address", "somewhere"),
        ("x-uid", victim.as_str()),
        ("cf-connecting-ip", "203.0.113.9"),
        ("x-forwarded-for", "203.0.113.9"),
    ];
    let mut eve_socket = eve.try_socket(&room.name, &headers).await.unwrap();
    assert_eq!(eve_socket.hello(Some("Eve"), None).await.you.id, own);
    let nobody = Browser::new(&deployment);
    let made = nobody.try_socket(&room.name, &headers).await.unwrap().hello(None, None).await.you.id;
    assert!(made != victim && made != own, "a header is no identity");
    let body = entry_body(&room.name, &format!(r#","person":"{victim}","you":"{victim}","owner":true"#));
    let reply = eve.post("/api/enter", &body).await;
    assert_eq!(serde_json::from_str::<EnterReply>(&reply.body).unwrap().you, own);
}
