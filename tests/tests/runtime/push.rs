//! Push messages, with a server on this machine that stands for a push service and a browser whose keys the test knows.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::Method;
use serde_json::{Value, json};
use shared::ServerFrame;
use shared::entry::ApiError;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use web_push_native::p256::elliptic_curve::sec1::ToEncodedPoint;
use web_push_native::p256::{PublicKey, SecretKey};
use web_push_native::{Auth, decrypt};

use crate::browser::{Browser, Socket};
use crate::deployment::Deployment;
use crate::http::{self, Reply};

/// The keys of the example of RFC 8291, appendix A: the deployment's, the browser's, and the secret that both share.
const DEPLOYMENT_KEY: &str = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
const DEPLOYMENT_PUBLIC: &str =
    "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
const BROWSER_KEY: &str = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

/// A request to the push service.
#[derive(Debug, Clone)]
struct Delivery {
    head: String,
    body: Vec<u8>,
}

/// A push service that answers every message with `status`.
struct PushService {
    url: String,
    status: Arc<Mutex<&'static str>>,
    seen: Arc<Mutex<Vec<Delivery>>>,
}

impl PushService {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (status, seen) = (Arc::new(Mutex::new("201 Created")), Arc::new(Mutex::new(Vec::new())));
        let shared = (status.clone(), seen.clone());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let delivery = read(&mut stream).await;
                let status = *shared.0.lock().unwrap();
                let answer = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
                stream.write_all(answer.as_bytes()).await.unwrap();
                shared.1.lock().unwrap().push(delivery);
            }
        });
        Self { url, status, seen }
    }

    /// The next message that it is sent.
    async fn next(&self) -> Delivery {
        for _ in 0..200 {
            if let Some(delivery) = self.take() {
                return delivery;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no push message");
    }

    fn take(&self) -> Option<Delivery> {
        let mut seen = self.seen.lock().unwrap();
        (!seen.is_empty()).then(|| seen.remove(0))
    }
}

async fn read(stream: &mut TcpStream) -> Delivery {
    let mut bytes = Vec::new();
    loop {
        let mut part = [0; 4_096];
        let read = stream.read(&mut part).await.unwrap();
        bytes.extend(&part[..read]);
        if let Some(end) = bytes.windows(4).position(|part| part == b"\r\n\r\n") {
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
            if bytes.len() >= end + 4 + length {
                return Delivery { head, body: bytes[end + 4..].to_vec() };
            }
        }
        assert!(read > 0, "a request breaks off");
    }
}

fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// What the browser reads of a message.
fn opened(delivery: &Delivery) -> Value {
    let key = SecretKey::from_slice(&decode(BROWSER_KEY)).unwrap();
    let auth = Auth::clone_from_slice(&decode(AUTH));
    serde_json::from_slice(&decrypt(delivery.body.clone(), &key, &auth).unwrap()).unwrap()
}

fn subscription(endpoint: &str) -> Value {
    let public: PublicKey = SecretKey::from_slice(&decode(BROWSER_KEY)).unwrap().public_key();
    let p256dh = URL_SAFE_NO_PAD.encode(public.to_encoded_point(false));
    json!({ "endpoint": endpoint, "p256dh": p256dh, "auth": AUTH, "level": "mentions" })
}

async fn push(browser: &Browser, method: Method, room: &str, body: &Value) -> Reply {
    let origin = browser.origin();
    let mut headers = vec![("origin", origin.as_str()), ("content-type", "application/json")];
    headers.extend(browser.cookie.as_deref().map(|cookie| ("cookie", cookie)));
    let path = format!("/api/rooms/{room}/push");
    http::request(browser.port, method, &path, &headers, &body.to_string()).await.unwrap()
}

fn error(reply: &Reply) -> (u16, String) {
    (reply.status, serde_json::from_str::<ApiError>(&reply.body).unwrap().error)
}

/// Waits until the others are told that somebody has left.
async fn someone_left(socket: &mut Socket) {
    let is_left = |frame: &ServerFrame| {
        matches!(frame, ServerFrame::People { left, .. } if !left.is_empty()).then_some(())
    };
    socket.find(is_left).await;
}

async fn key(deployment: &Deployment) -> Value {
    let reply = http::request(deployment.port, Method::GET, "/api/push-key", &[], "").await.unwrap();
    assert_eq!(reply.status, 200, "{}", reply.body);
    serde_json::from_str::<Value>(&reply.body).unwrap()["key"].clone()
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn a_mention_is_pushed_to_a_closed_browser_which_alone_can_read_it() {
    let service = PushService::start().await;
    let settings = [
        ("VAPID_PRIVATE_KEY", DEPLOYMENT_KEY),
        ("VAPID_CONTACT", "mailto:operator@chat.example"),
        ("PUSH_ORIGINS", service.url.as_str()),
    ];
    let mut deployment = Deployment::start_with(&settings).await;
    assert_eq!(key(&deployment).await, DEPLOYMENT_PUBLIC);
    let (mut ann, mut bob) = (Browser::new(&deployment), Browser::new(&deployment));
    let (ann_socket, _) = ann.join("lobby", "앤").await;
    let (mut bob_socket, _) = bob.join("lobby", "Bob").await;
    let endpoint = format!("{}/send/ann", service.url);
    let reply = push(&ann, Method::POST, "lobby", &subscription(&endpoint)).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    drop(ann_socket);
    someone_left(&mut bob_socket).await;

    bob_socket.say(&mut bob, "quincunx @앤 안녕").await;
    let delivery = service.next().await;
    assert!(delivery.head.starts_with("post /send/ann http/1.1"), "{}", delivery.head);
    for header in ["content-encoding: aes128gcm", "ttl: 86400", "urgency: high", "authorization: vapid t="] {
        assert!(delivery.head.contains(header), "{header} in {}", delivery.head);
    }
    let found = opened(&delivery);
    assert_eq!((&found["room"], &found["from"]), (&json!("lobby"), &json!("Bob")));
    assert_eq!(found["text"], "quincunx @앤 안녕");
    assert!(!String::from_utf8_lossy(&delivery.body).contains("quincunx"));

    // Subscriptions outlive the object, until the push service does not know them any more.
    deployment.restart().await;
    *service.status.lock().unwrap() = "410 Gone";
    let (mut bob_socket, _) = bob.join("lobby", "Bob").await;
    bob_socket.say(&mut bob, "@앤 again").await;
    assert_eq!(opened(&service.next().await)["text"], "@앤 again");
    tokio::time::sleep(Duration::from_millis(300)).await;
    bob_socket.say(&mut bob, "@앤 once more").await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(service.take().is_none(), "it is gone");
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_230_case_231_only_usable_subscriptions_of_people_in_the_room_are_taken() {
    let service = PushService::start().await;
    let settings = [
        ("VAPID_PRIVATE_KEY", DEPLOYMENT_KEY),
        ("VAPID_CONTACT", "mailto:operator@chat.example"),
        ("PUSH_ORIGINS", service.url.as_str()),
    ];
    let deployment = Deployment::start_with(&settings).await;
    let mut ann = Browser::new(&deployment);
    let endpoint = format!("{}/send/ann", service.url);
    let good = subscription(&endpoint);
    let nobody = Browser::new(&deployment);
    assert_eq!(error(&push(&nobody, Method::POST, "lobby", &good).await), (401, "identity".to_owned()));
    let (ann_socket, _) = ann.join("lobby", "Ann").await;
    for bad in ["http://127.0.0.1:1/a", "https://evil.example/a", "file:///etc/passwd", ""] {
        let reply = push(&ann, Method::POST, "lobby", &subscription(bad)).await;
        assert_eq!(error(&reply), (400, "bad_request".to_owned()), "{bad}");
    }
    for bad in [json!({}), json!([]), json!({ "endpoint": endpoint, "p256dh": "AAAA", "auth": AUTH })] {
        assert_eq!(error(&push(&ann, Method::POST, "lobby", &bad).await), (400, "bad_request".to_owned()));
    }
    assert_eq!(push(&ann, Method::GET, "lobby", &good).await.status, 405);
    assert_eq!(push(&ann, Method::POST, "nowhere", &good).await.status, 404);
    let foreign = [("origin", "https://evil.example"), ("cookie", ann.cookie.as_deref().unwrap())];
    let body = good.to_string();
    let eve = http::request(ann.port, Method::POST, "/api/rooms/lobby/push", &foreign, &body);
    assert_eq!(error(&eve.await.unwrap()), (403, "origin".to_owned()));
    assert_eq!(push(&ann, Method::POST, "lobby", &good).await.status, 200);
    let end = json!({ "endpoint": endpoint });
    assert_eq!(push(&ann, Method::DELETE, "lobby", &end).await.status, 200);
    // Whoever has left has no nickname by which they could be mentioned.
    let mut bob = Browser::new(&deployment);
    let (mut bob_socket, _) = bob.join("lobby", "Bob").await;
    drop(ann_socket);
    someone_left(&mut bob_socket).await;
    assert_eq!(error(&push(&ann, Method::POST, "lobby", &good).await), (409, "not_joined".to_owned()));
    bob_socket.say(&mut bob, "@Ann hello").await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(service.take().is_none(), "she ended it");
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_229_without_a_key_nobody_is_offered_push_messages() {
    let deployment = Deployment::start().await;
    assert_eq!(key(&deployment).await, Value::Null);
    let mut ann = Browser::new(&deployment);
    let _socket = ann.join("lobby", "Ann").await;
    let reply =
        push(&ann, Method::POST, "lobby", &subscription("https://fcm.googleapis.com/fcm/send/a")).await;
    assert_eq!(error(&reply), (404, "not_found".to_owned()));
}
