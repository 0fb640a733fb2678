//! The challenge for new visitors, with a server on this machine that verifies tokens as Turnstile's does.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use hyper::Method;
use serde_json::{Value, json};
use shared::entry::ApiError;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::browser::Browser;
use crate::deployment::Deployment;
use crate::http::{self, Reply};

const SECRET: &str = "0x4AAA-secret";

/// What the server does with the next requests.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Works,
    Fails,
    IsSilent,
}

/// A server that verifies each token once: those that begin with `good`, for the host and the action that follow.
struct Verifier {
    url: String,
    mode: Arc<Mutex<Mode>>,
    /// The bodies that it was sent.
    seen: Arc<Mutex<Vec<Value>>>,
}

impl Verifier {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (mode, seen) = (Arc::new(Mutex::new(Mode::Works)), Arc::new(Mutex::new(Vec::new())));
        let shared = (mode.clone(), seen.clone());
        tokio::spawn(async move {
            let mut used = BTreeSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let mode = *shared.0.lock().unwrap();
                if mode == Mode::IsSilent {
                    std::mem::forget(stream);
                    continue;
                }
                let mut stream = stream;
                let body = read_body(&mut stream).await;
                let answer = verify(&body, &mut used);
                shared.1.lock().unwrap().push(body);
                let status = if mode == Mode::Works { "200 OK" } else { "500 Oh" };
                let answer = format!(
                    "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{answer}",
                    answer.len()
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Self { url, mode, seen }
    }

    fn set(&self, mode: Mode) {
        *self.mode.lock().unwrap() = mode;
    }

    fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

async fn read_body(stream: &mut TcpStream) -> Value {
    let mut bytes = Vec::new();
    loop {
        let mut part = [0; 4_096];
        let read = stream.read(&mut part).await.unwrap();
        bytes.extend(&part[..read]);
        let text = String::from_utf8_lossy(&bytes);
        if let Some((_, body)) = text.split_once("\r\n\r\n")
            && let Ok(body) = serde_json::from_str(body)
        {
            return body;
        }
        assert!(read > 0, "no body: {text}");
    }
}

fn verify(body: &Value, used: &mut BTreeSet<String>) -> String {
    let failed = |code: &str| json!({ "success": false, "error-codes": [code] }).to_string();
    let token = body["response"].as_str().unwrap_or_default().to_owned();
    if body["secret"] != SECRET {
        return failed("invalid-input-secret");
    }
    let parts: Vec<&str> = token.split('|').collect();
    let ["good", _, hostname, action] = parts.as_slice() else { return failed("invalid-input-response") };
    if !used.insert(token.clone()) {
        return failed("timeout-or-duplicate");
    }
    json!({ "success": true, "error-codes": [], "hostname": hostname, "action": action }).to_string()
}

async fn enter(browser: &mut Browser, room: &str, create: bool, token: Option<&str>) -> Reply {
    let body = format!(r#"{{"protocol":{},"room":"{room}","create":{create}}}"#, shared::PROTOCOL_VERSION);
    let origin = browser.origin();
    let cookie = browser.cookie.clone();
    let mut headers = vec![("origin", origin.as_str())];
    headers.extend(cookie.as_deref().map(|cookie| ("cookie", cookie)));
    headers.extend(token.map(|token| ("x-madang-challenge", token)));
    let reply = http::request(browser.port, Method::POST, "/api/enter", &headers, &body).await.unwrap();
    if let Some(cookie) = reply.header("set-cookie") {
        browser.cookie = cookie.split(';').next().map(str::to_owned);
    }
    reply
}

fn refused(reply: &Reply) -> (u16, String) {
    assert!(reply.header("set-cookie").is_none(), "a refused visitor gets no identity");
    (reply.status, serde_json::from_str::<ApiError>(&reply.body).unwrap().error)
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_174_new_visitors_and_rooms_need_a_token_that_the_service_accepts() {
    let verifier = Verifier::start().await;
    let keys = [
        ("TURNSTILE_SITE_KEY", "0x4AAA-site"),
        ("TURNSTILE_SECRET", SECRET),
        ("TURNSTILE_URL", &verifier.url),
    ];
    let mut deployment = Deployment::start_with(&keys).await;
    let challenge = (403, "challenge".to_owned());
    let mut ann = Browser::new(&deployment);
    assert_eq!(refused(&enter(&mut ann, "lobby", false, None).await), challenge);
    assert_eq!(refused(&enter(&mut ann, "lobby", false, Some(&"x".repeat(3_000))).await), challenge);
    let origin = ann.origin();
    assert_eq!(ann.try_socket("lobby", &[("origin", &origin)]).await.err(), Some(403));
    assert_eq!((verifier.count(), deployment.objects()), (0, (0, 0)), "nobody was asked for these");
    for bad in ["bad", "good|1|evil.example|enter", "good|2|127.0.0.1|login", "good"] {
        assert_eq!(refused(&enter(&mut ann, "lobby", false, Some(bad)).await), challenge, "{bad}");
    }
    assert_eq!(deployment.objects().1, 0);
    let token = "good|3|127.0.0.1|enter";
    assert_eq!(enter(&mut ann, "lobby", false, Some(token)).await.status, 200);
    assert!(ann.cookie.is_some());
    let mut bob = Browser::new(&deployment);
    assert_eq!(refused(&enter(&mut bob, "lobby", false, Some(token)).await), challenge, "it holds once");
    // Whoever is known is asked for rooms alone.
    let asked = verifier.count();
    assert_eq!(enter(&mut ann, "lobby", false, None).await.status, 200);
    ann.socket("lobby").await.hello(Some("Ann"), None).await;
    assert_eq!(refused(&enter(&mut ann, "den", true, None).await), challenge);
    assert_eq!(verifier.count(), asked);
    assert_eq!(enter(&mut ann, "den", true, Some("good|4|127.0.0.1|enter")).await.status, 200);
    // The service fails.
    for mode in [Mode::Fails, Mode::IsSilent] {
        verifier.set(mode);
        let reply = enter(&mut bob, "lobby", false, Some("good|5|127.0.0.1|enter")).await;
        assert_eq!(refused(&reply), (503, "unverified".to_owned()));
        assert_eq!(reply.header("retry-after"), Some("10"));
        assert_eq!(enter(&mut ann, "lobby", false, None).await.status, 200, "who is known comes in");
    }
    assert!(!deployment.output().contains(SECRET) && deployment.output().contains("challenge_not_verified"));
    verifier.set(Mode::Works);
    deployment.restart_with(&[("TURNSTILE_SECRET", "another")]).await;
    let reply = enter(&mut bob, "lobby", false, Some("good|6|127.0.0.1|enter")).await;
    assert_eq!(refused(&reply), (503, "unverified".to_owned()));
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_174_the_frame_alone_may_load_the_service_and_only_where_it_is_configured() {
    let keys = [("TURNSTILE_SITE_KEY", "0x4AAA-site"), ("TURNSTILE_SECRET", SECRET)];
    let mut deployment = Deployment::start_with(&keys).await;
    let get = async |deployment: &Deployment, path: &str| {
        http::request(deployment.port, Method::GET, path, &[], "").await.unwrap()
    };
    let policy = |reply: &Reply| reply.header("content-security-policy").unwrap().to_owned();
    let frame = get(&deployment, "/api/challenge").await;
    assert!(frame.status == 200 && frame.body.contains("0x4AAA-site") && !frame.body.contains(SECRET));
    assert!(
        policy(&frame).contains("https://challenges.cloudflare.com") && !policy(&frame).contains("unsafe")
    );
    assert_eq!(frame.header("referrer-policy"), Some("strict-origin"));
    let page = get(&deployment, "/").await;
    assert!(policy(&page).contains("frame-src 'self'") && !policy(&page).contains("cloudflare"));
    deployment.restart_with(&[("TURNSTILE_SITE_KEY", "")]).await;
    assert_eq!(get(&deployment, "/api/challenge").await.status, 404);
    assert_eq!(enter(&mut Browser::new(&deployment), "lobby", false, None).await.status, 200);
}
