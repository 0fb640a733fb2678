//! How rooms come to be, whose they are, and what the Worker's addresses answer.

use hyper::Method;
use shared::entry::{ApiError, EnterReply, EnterStatus};
use shared::{CloseCode, RunState};

use crate::guest::{Guest, room_name};
use crate::person::Visitor;
use crate::stage::{CANARY, Stage};
use crate::web;

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn absent_rooms_stay_absent_until_somebody_makes_them() {
    let stage = Guest::new().await;
    let (name, mut ann, mut bob) = (room_name(), Visitor::new(&stage), Visitor::new(&stage));
    ann.enter("lobby", false).await;
    bob.enter("lobby", false).await;
    let made = stage.objects().1;
    for _ in 0..2 {
        assert_eq!(ann.enter(&name, false).await, EnterStatus::Absent);
        let mut socket = ann.socket(&name).await;
        assert_eq!(socket.closed().await, CloseCode::Gone.code());
        assert!(socket.texts.is_empty());
        let page = web::request(stage.port, Method::GET, &format!("/r/{name}"), &[], "").await.unwrap();
        assert_eq!(page.status, 200);
    }
    assert_eq!(stage.objects().1, made, "asking makes nothing");
    // Made by a POST that says so, by one person, who owns it.
    assert_eq!(ann.enter(&name, true).await, EnterStatus::Open);
    assert_eq!(stage.objects().1, made + 1);
    let mut at_bob = {
        assert_eq!(bob.enter(&name, true).await, EnterStatus::Open);
        bob.socket(&name).await
    };
    assert!(!at_bob.hello(Some("Bob"), None).await.you.owner);
    let (mut at_ann, welcome) = ann.join(&name, "Ann").await;
    assert!(welcome.you.owner);
    let owners: Vec<&str> =
        welcome.people.iter().filter(|person| person.owner).map(|person| person.name.as_str()).collect();
    assert_eq!(owners, ["Ann"]);
    let seq = at_ann.say(&mut ann, "mine").await;
    let seen = at_bob.message(|message| message.seq == seq).await;
    assert!(matches!(seen.author, shared::Author::Human { owner: true, .. }));
    // The lobby is nobody's.
    assert!(!ann.join("lobby", "Ann").await.1.you.owner);
    // Two at once make one room, and one of them owns it.
    let name = room_name();
    let made = futures_util::future::join(ann.enter(&name, true), bob.enter(&name, true)).await;
    assert_eq!(made, (EnterStatus::Open, EnterStatus::Open));
    let owns = [ann.join(&name, "Ann").await.1.you.owner, bob.join(&name, "Bob").await.1.you.owner];
    assert_eq!(owns.iter().filter(|owns| **owns).count(), 1);
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn private_rooms_open_for_their_key_and_otherwise_look_absent() {
    let stage = Guest::new().await;
    let (name, mut ann, mut bob) = (room_name(), Visitor::new(&stage), Visitor::new(&stage));
    let key = "private-key-of-22-chars";
    let wrong = "private-key-of-22-charS";
    // A key that could be guessed makes nothing.
    assert_eq!(ann.enter_with(&name, true, Some("short")).await.status, EnterStatus::Absent);
    assert_eq!(ann.enter_with(&name, true, Some(key)).await.status, EnterStatus::Open);
    assert!(ann.join(&name, "Ann").await.1.you.owner, "the maker needs the key no more");
    for key in [None, Some(wrong), Some(""), Some("short")] {
        for create in [false, true] {
            assert_eq!(bob.enter_with(&name, create, key).await.status, EnterStatus::Absent, "{key:?}");
        }
    }
    let mut at_bob = bob.socket(&name).await;
    assert_eq!(at_bob.closed().await, CloseCode::Gone.code());
    assert!(at_bob.texts.is_empty());
    // To the letter as where there is nothing.
    let you = bob.enter_with(&name, false, Some(wrong)).await.you;
    let ask = |room: &str| format!(r#"{{"protocol":1,"room":"{room}","key":"{wrong}"}}"#);
    let (there, nowhere) =
        (bob.post("/api/enter", &ask(&name)).await, bob.post("/api/enter", &ask(&room_name())).await);
    assert_eq!((there.status, &there.body), (nowhere.status, &nowhere.body));
    let headers = |reply: &web::Reply| {
        let mut names: Vec<String> = reply.headers.iter().map(|(name, _)| name.clone()).collect();
        names.sort();
        names
    };
    assert_eq!(headers(&there), headers(&nowhere));
    // The right one lets in for good.
    let reply: EnterReply = bob.enter_with(&name, false, Some(key)).await;
    assert_eq!((reply.status, reply.you), (EnterStatus::Open, you));
    assert_eq!(bob.enter_with(&name, false, None).await.status, EnterStatus::Open);
    assert!(!bob.join(&name, "Bob").await.1.you.owner);
    assert!(!stage.output().contains("private-key"), "keys are not for logs");
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn every_answer_carries_its_headers() {
    let stage = Guest::new().await;
    let mut ann = Visitor::new(&stage);
    let api = [
        ann.post("/api/enter", r#"{"protocol":1,"room":"lobby"}"#).await,
        ann.post("/api/enter", "no").await,
        web::request(stage.port, Method::GET, "/api/nothing", &[], "").await.unwrap(),
        web::request(stage.port, Method::GET, "/api/health", &[], "").await.unwrap(),
    ];
    for reply in &api {
        for (name, value) in [
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(reply.header(name), Some(value), "{}", reply.body);
        }
        assert!(reply.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
        assert!(reply.header("content-type").unwrap().ends_with("charset=utf-8"));
        assert!(reply.header("strict-transport-security").is_some());
        assert!(reply.header("access-control-allow-origin").is_none());
    }
    let cookie = api[0].header("set-cookie").unwrap();
    let mut parts = cookie.split("; ");
    assert!(parts.next().unwrap().starts_with("madang="), "{cookie}");
    let mut attributes: Vec<&str> = parts.collect();
    attributes.sort_unstable();
    // Without `Secure` and a prefix: some browsers drop such cookies on plain http to this machine.
    assert_eq!(attributes, ["HttpOnly", "Max-Age=15552000", "Path=/", "SameSite=Lax"]);
    for path in ["/", "/r/lobby"] {
        let page = web::request(stage.port, Method::GET, path, &[], "").await.unwrap();
        let csp = page.header("content-security-policy").unwrap();
        assert!(csp.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';"), "{csp}");
        assert!(csp.contains("frame-ancestors 'none'") && csp.contains("base-uri 'none'"), "{csp}");
        assert!(!csp.contains("'unsafe-inline'") && !csp.contains("'unsafe-eval'"), "{csp}");
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(page.header("cross-origin-opener-policy"), Some("same-origin"));
        assert_eq!(page.header("x-robots-tag").is_some(), path != "/");
        assert!(page.body.contains("<title>") && !page.body.contains(CANARY), "case_77");
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn unknown_addresses_and_methods_are_said_so() {
    let stage = Guest::new().await;
    let (objects, mut ann) = (stage.objects(), Visitor::new(&stage));
    ann.cookie = None;
    let origin = ann.origin();
    for (method, path, status, word) in [
        (Method::GET, "/api/", 404, "not_found"),
        (Method::GET, "/api/nothing", 404, "not_found"),
        (Method::POST, "/api/enter/", 404, "not_found"),
        (Method::GET, "/api/rooms/lobby", 404, "not_found"),
        (Method::GET, "/api/rooms/lobby/socket/", 404, "not_found"),
        (Method::GET, "/api/../api/rooms//", 404, "not_found"),
        (Method::GET, "/api/enter", 405, "method"),
        (Method::DELETE, "/api/enter", 405, "method"),
        (Method::POST, "/api/rooms/lobby/socket", 405, "method"),
        (Method::POST, "/api/health", 405, "method"),
        (Method::GET, "/api/rooms/lobby/socket", 400, "bad_request"),
        (Method::GET, "/api/rooms/%FF/socket", 400, "bad_request"),
        (Method::GET, "/api/rooms/Lobby/socket", 400, "bad_request"),
        (Method::GET, "/api/rooms/a%2Fb/socket", 400, "bad_request"),
    ] {
        let headers = [("origin", origin.as_str())];
        let reply = web::request(stage.port, method.clone(), path, &headers, "").await.unwrap();
        let said = serde_json::from_str::<ApiError>(&reply.body)
            .unwrap_or_else(|_| panic!("{path}: {}", reply.body));
        assert_eq!((reply.status, said.error.as_str()), (status, word), "{method} {path}");
        assert_eq!(reply.header("allow").is_some(), status == 405, "{method} {path}");
    }
    assert_eq!(stage.objects(), objects, "no object was woken");
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn bodies_that_the_door_does_not_understand() {
    let stage = Guest::new().await;
    let (objects, mut ann) = (stage.objects(), Visitor::new(&stage));
    let long = "a".repeat(65);
    let mut bodies: Vec<String> = [
        "",
        "null",
        "[]",
        "{}",
        "{\"protocol\":1}",
        "{\"room\":\"lobby\"}",
        "{\"protocol\":\"1\",\"room\":\"lobby\"}",
        "{\"protocol\":1.0,\"room\":\"lobby\"}",
        "{\"protocol\":-1,\"room\":\"lobby\"}",
        "{\"protocol\":1,\"room\":7}",
        "{\"protocol\":1,\"room\":\"\"}",
        "{\"protocol\":1,\"room\":\"Lobby\"}",
        "{\"protocol\":1,\"room\":\"a b\"}",
        "{\"protocol\":1,\"room\":\"../x\"}",
        "{\"protocol\":1,\"room\":\"lobby\\u0000\"}",
        "{\"protocol\":1,\"room\":\"lobby\",\"room\":\"other\"}",
        "{\"protocol\":1,\"room\":\"lobby\",\"create\":\"true\"}",
        "{\"protocol\":1,\"room\":\"lobby\",\"create\":1}",
        "{\"protocol\":1,\"room\":\"lobby\",\"key\":7}",
        "{\"protocol\":1,\"room\":\"lobby\"} {}",
        "room=lobby&protocol=1",
    ]
    .map(str::to_owned)
    .to_vec();
    bodies.push(format!("{{\"protocol\":1,\"room\":\"{long}\",\"create\":true}}"));
    bodies.push("[".repeat(4_000));
    bodies.push(format!("{{\"protocol\":1,\"room\":\"lobby\"{}}}", " ".repeat(4_096)));
    // Of a much larger one the rest is not read, and wrangler's proxy loses the answer now and then.
    bodies.push("x".repeat(1 << 15));
    for body in bodies {
        let reply = ann.post("/api/enter", &body).await;
        assert_eq!(reply.status, 400, "{body:.80}");
        assert_eq!(serde_json::from_str::<ApiError>(&reply.body).unwrap().error, "bad_request", "{body:.80}");
        assert!(reply.header("set-cookie").is_none(), "{body:.80}");
    }
    let reply = ann.post("/api/enter", r#"{"protocol":99,"room":"lobby"}"#).await;
    assert_eq!(serde_json::from_str::<EnterReply>(&reply.body).unwrap().status, EnterStatus::Version);
    assert_eq!(stage.objects(), objects, "no object was woken");
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn without_a_secret_the_door_says_so_and_the_page_still_comes() {
    let stage = Stage::start_with(&[("IDENTITY_SECRET", "too short")]).await;
    let mut ann = Visitor::new(&stage);
    let reply = ann.post("/api/enter", r#"{"protocol":1,"room":"lobby"}"#).await;
    assert_eq!(reply.status, 500);
    assert_eq!(serde_json::from_str::<ApiError>(&reply.body).unwrap().error, "misconfigured");
    let refused = ann.try_socket("lobby", &[("origin", &ann.origin())]).await;
    assert_eq!(refused.err(), Some(500));
    for path in ["/api/health", "/"] {
        assert_eq!(web::request(stage.port, Method::GET, path, &[], "").await.unwrap().status, 200, "{path}");
    }
    assert_eq!(stage.objects(), (0, 0));
    stage.prints("IDENTITY_SECRET is missing or has fewer than").await;
    assert!(!stage.output().contains("too short"));
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_63_a_server_that_is_not_there() {
    // Nothing listens on this port.
    let stage = Stage::start_with(&[("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")]).await;
    let mut ann = Visitor::new(&stage);
    let (mut at_ann, _) = ann.join("lobby", "Ann").await;
    for _ in 0..2 {
        at_ann.say(&mut ann, "@chatbot are you there?").await;
        let ended = at_ann.end().await;
        assert_eq!(
            (ended.answer.state, ended.answer.code),
            (RunState::Failed, Some(shared::ErrorCode::Unreachable))
        );
        at_ann.say(&mut ann, "then we talk among ourselves").await;
    }
    assert!(!stage.output().contains("canary"), "case_77");
}
