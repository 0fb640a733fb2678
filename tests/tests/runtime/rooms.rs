//! Creation and ownership of rooms, and what the Worker's paths answer.

use hyper::Method;
use shared::entry::{ApiError, EnterReply, EnterStatus};
use shared::{CloseCode, RunState};

use crate::browser::Browser;
use crate::deployment::{CANARY, Deployment};
use crate::http;
use crate::shared_deployment::{SharedDeployment, room_name};

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn rooms_exist_only_after_they_are_created() {
    let deployment = SharedDeployment::new().await;
    let (name, mut ann, mut bob) = (room_name(), Browser::new(&deployment), Browser::new(&deployment));
    ann.enter("lobby", false).await;
    bob.enter("lobby", false).await;
    let made = deployment.objects().1;
    for _ in 0..2 {
        assert_eq!(ann.enter(&name, false).await, EnterStatus::Absent);
        let mut socket = ann.socket(&name).await;
        assert_eq!(socket.closed().await, CloseCode::Gone.code());
        assert!(socket.texts.is_empty());
        let page = http::request(deployment.port, Method::GET, &format!("/r/{name}"), &[], "").await.unwrap();
        assert_eq!(page.status, 200);
    }
    assert_eq!(deployment.objects().1, made, "asking makes nothing");
    // A room is created by `POST /api/enter` with `create`, and its creator owns it.
    assert_eq!(ann.enter(&name, true).await, EnterStatus::Open);
    assert_eq!(deployment.objects().1, made + 1);
    let mut bob_socket = {
        assert_eq!(bob.enter(&name, true).await, EnterStatus::Open);
        bob.socket(&name).await
    };
    assert!(!bob_socket.hello(Some("Bob"), None).await.you.owner);
    let (mut ann_socket, welcome) = ann.join(&name, "Ann").await;
    assert!(welcome.you.owner);
    let owners: Vec<&str> =
        welcome.people.iter().filter(|person| person.owner).map(|person| person.name.as_str()).collect();
    assert_eq!(owners, ["Ann"]);
    let seq = ann_socket.say(&mut ann, "mine").await;
    let seen = bob_socket.message(|message| message.seq == seq).await;
    assert!(matches!(seen.author, shared::Author::Human { owner: true, .. }));
    // The lobby has no owner.
    assert!(!ann.join("lobby", "Ann").await.1.you.owner);
    // Two simultaneous creations make one room, and one of them owns it.
    let name = room_name();
    let made = futures_util::future::join(ann.enter(&name, true), bob.enter(&name, true)).await;
    assert_eq!(made, (EnterStatus::Open, EnterStatus::Open));
    let owns = [ann.join(&name, "Ann").await.1.you.owner, bob.join(&name, "Bob").await.1.you.owner];
    assert_eq!(owns.iter().filter(|owns| **owns).count(), 1);
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn private_rooms_open_with_their_key_and_otherwise_look_absent() {
    let deployment = SharedDeployment::new().await;
    let (name, mut ann, mut bob) = (room_name(), Browser::new(&deployment), Browser::new(&deployment));
    let key = "private-key-of-22-chars";
    let wrong = "private-key-of-22-charS";
    // A weak key creates nothing.
    assert_eq!(ann.enter_with(&name, true, Some("short")).await.status, EnterStatus::Absent);
    assert_eq!(ann.enter_with(&name, true, Some(key)).await.status, EnterStatus::Open);
    assert!(ann.join(&name, "Ann").await.1.you.owner, "the maker needs the key no more");
    for key in [None, Some(wrong), Some(""), Some("short")] {
        for create in [false, true] {
            assert_eq!(bob.enter_with(&name, create, key).await.status, EnterStatus::Absent, "{key:?}");
        }
    }
    let mut bob_socket = bob.socket(&name).await;
    assert_eq!(bob_socket.closed().await, CloseCode::Gone.code());
    assert!(bob_socket.texts.is_empty());
    // The same as for a room that does not exist, besides the visitor's id, which is another one in every room.
    let you = bob.enter_with(&name, false, Some(wrong)).await.you;
    let ask = |room: &str| format!(r#"{{"protocol":2,"room":"{room}","key":"{wrong}"}}"#);
    let (there, nowhere) =
        (bob.post("/api/enter", &ask(&name)).await, bob.post("/api/enter", &ask(&room_name())).await);
    let without_id = |reply: &http::Reply| {
        let told: EnterReply = serde_json::from_str(&reply.body).unwrap();
        (reply.status, reply.body.replace(told.you.as_str(), ""), reply.body.len())
    };
    assert_eq!(without_id(&there), without_id(&nowhere));
    let headers = |reply: &http::Reply| {
        let mut names: Vec<String> = reply.headers.iter().map(|(name, _)| name.clone()).collect();
        names.sort();
        names
    };
    assert_eq!(headers(&there), headers(&nowhere));
    // The right key admits a person for good.
    let reply: EnterReply = bob.enter_with(&name, false, Some(key)).await;
    assert_eq!((reply.status, reply.you), (EnterStatus::Open, you));
    assert_eq!(bob.enter_with(&name, false, None).await.status, EnterStatus::Open);
    assert!(!bob.join(&name, "Bob").await.1.you.owner);
    assert!(!deployment.output().contains("private-key"), "keys are not for logs");
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn every_response_carries_the_security_headers() {
    let deployment = SharedDeployment::new().await;
    let mut ann = Browser::new(&deployment);
    let api = [
        ann.post("/api/enter", r#"{"protocol":2,"room":"lobby"}"#).await,
        ann.post("/api/enter", "no").await,
        http::request(deployment.port, Method::GET, "/api/nothing", &[], "").await.unwrap(),
        http::request(deployment.port, Method::GET, "/api/health", &[], "").await.unwrap(),
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
        let page = http::request(deployment.port, Method::GET, path, &[], "").await.unwrap();
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
async fn unknown_paths_and_methods_get_their_status() {
    let deployment = SharedDeployment::new().await;
    let (objects, mut ann) = (deployment.objects(), Browser::new(&deployment));
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
        let reply = http::request(deployment.port, method.clone(), path, &headers, "").await.unwrap();
        let said = serde_json::from_str::<ApiError>(&reply.body)
            .unwrap_or_else(|_| panic!("{path}: {}", reply.body));
        assert_eq!((reply.status, said.error.as_str()), (status, word), "{method} {path}");
        assert_eq!(reply.header("allow").is_some(), status == 405, "{method} {path}");
    }
    assert_eq!(deployment.objects(), objects, "no object was woken");
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn malformed_entry_requests_are_refused() {
    let deployment = SharedDeployment::new().await;
    let (objects, mut ann) = (deployment.objects(), Browser::new(&deployment));
    let long = "a".repeat(65);
    let mut bodies: Vec<String> = [
        "",
        "null",
        "[]",
        "{}",
        "{\"protocol\":2}",
        "{\"room\":\"lobby\"}",
        "{\"protocol\":\"2\",\"room\":\"lobby\"}",
        "{\"protocol\":2.0,\"room\":\"lobby\"}",
        "{\"protocol\":-1,\"room\":\"lobby\"}",
        "{\"protocol\":2,\"room\":7}",
        "{\"protocol\":2,\"room\":\"\"}",
        "{\"protocol\":2,\"room\":\"Lobby\"}",
        "{\"protocol\":2,\"room\":\"a b\"}",
        "{\"protocol\":2,\"room\":\"../x\"}",
        "{\"protocol\":2,\"room\":\"lobby\\u0000\"}",
        "{\"protocol\":2,\"room\":\"lobby\",\"room\":\"other\"}",
        "{\"protocol\":2,\"room\":\"lobby\",\"create\":\"true\"}",
        "{\"protocol\":2,\"room\":\"lobby\",\"create\":1}",
        "{\"protocol\":2,\"room\":\"lobby\",\"key\":7}",
        "{\"protocol\":2,\"room\":\"lobby\"} {}",
        "room=lobby&protocol=2",
    ]
    .map(str::to_owned)
    .to_vec();
    bodies.push(format!("{{\"protocol\":2,\"room\":\"{long}\",\"create\":true}}"));
    bodies.push("[".repeat(4_000));
    bodies.push(format!("{{\"protocol\":2,\"room\":\"lobby\"{}}}", " ".repeat(4_096)));
    // The rest of a much larger body is not read, and wrangler's proxy sometimes loses the reply.
    bodies.push("x".repeat(1 << 15));
    for body in bodies {
        let reply = ann.post("/api/enter", &body).await;
        assert_eq!(reply.status, 400, "{body:.80}");
        assert_eq!(serde_json::from_str::<ApiError>(&reply.body).unwrap().error, "bad_request", "{body:.80}");
        assert!(reply.header("set-cookie").is_none(), "{body:.80}");
    }
    let reply = ann.post("/api/enter", r#"{"protocol":99,"room":"lobby"}"#).await;
    assert_eq!(serde_json::from_str::<EnterReply>(&reply.body).unwrap().status, EnterStatus::Version);
    assert_eq!(deployment.objects(), objects, "no object was woken");
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn without_an_identity_secret_entry_fails_and_the_page_is_served() {
    let deployment = Deployment::start_with(&[("IDENTITY_SECRET", "too short")]).await;
    let mut ann = Browser::new(&deployment);
    let reply = ann.post("/api/enter", r#"{"protocol":2,"room":"lobby"}"#).await;
    assert_eq!(reply.status, 500);
    assert_eq!(serde_json::from_str::<ApiError>(&reply.body).unwrap().error, "misconfigured");
    let refused = ann.try_socket("lobby", &[("origin", &ann.origin())]).await;
    assert_eq!(refused.err(), Some(500));
    for path in ["/api/alive", "/"] {
        assert_eq!(
            http::request(deployment.port, Method::GET, path, &[], "").await.unwrap().status,
            200,
            "{path}"
        );
    }
    assert_eq!(deployment.objects(), (0, 0));
    deployment.prints("IDENTITY_SECRET has fewer than 32 characters").await;
    assert!(!deployment.output().contains("too short"));
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_63_an_unreachable_model_server_fails_the_answer() {
    // Nothing listens on this port.
    let deployment = Deployment::start_with(&[("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")]).await;
    let mut ann = Browser::new(&deployment);
    let (mut ann_socket, _) = ann.join("lobby", "Ann").await;
    for _ in 0..2 {
        ann_socket.say(&mut ann, "@chatbot are you there?").await;
        let ended = ann_socket.end().await;
        assert_eq!(
            (ended.answer.state, ended.answer.code),
            (RunState::Failed, Some(shared::ErrorCode::Unreachable))
        );
        ann_socket.say(&mut ann, "then we talk among ourselves").await;
    }
    assert!(!deployment.output().contains("canary"), "case_77");
}
