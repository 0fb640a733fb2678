//! Leases and the operator's endpoints: how rarely a busy room's calls reach the ledger, limits changed while people ask, closed
//! rooms, and whether the deployment says that it is ready.

use demo_model::Fault;
use hyper::Method;
use shared::operator::{Health, LimitOverride, OperatorSummary, Overrides, ReportList, ReportRow};
use shared::{ClientFrame, CloseCode, ErrorCode, RunState, Seq};

use crate::browser::{Browser, TIMEOUT};
use crate::conversation::{DONE, end};
use crate::deployment::Deployment;
use crate::http::{self, Reply};

const SECRET: &str = "the operator's secret of these tests";
const OPERATOR: (&str, &str) = ("OPERATOR_SECRET", SECRET);
const PRICED: (&str, &str) = ("DEMO", "1");
const ALONE: (&str, &str) = ("BUDGET_ADDRESS_PERCENT", "off");

/// A browser whose operator has signed in.
struct Operator {
    port: u16,
    origin: String,
    cookie: String,
}

impl Operator {
    async fn sign_in(deployment: &Deployment) -> Self {
        let mut browser = Browser::new(deployment);
        browser.enter("lobby", false).await;
        let identity = browser.cookie.clone().unwrap();
        let body = serde_json::json!({ "secret": SECRET }).to_string();
        let reply = browser.post("/api/operator", &body).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        // The session belongs to the identity that opened it.
        let cookie = format!("{identity}; {}", browser.cookie.clone().unwrap());
        Self { port: deployment.port, origin: browser.origin(), cookie }
    }

    async fn request(&self, method: Method, path: &str, body: &str) -> Reply {
        let headers = [("origin", self.origin.as_str()), ("cookie", self.cookie.as_str())];
        http::request(self.port, method, path, &headers, body).await.unwrap()
    }

    async fn usage(&self) -> OperatorSummary {
        let reply = self.request(Method::GET, "/api/operator/usage", "").await;
        serde_json::from_str(&reply.body).unwrap_or_else(|error| panic!("{error}: {}", reply.body))
    }

    /// The list of reports, as soon as it is so long.
    async fn reports(&self, count: usize) -> Vec<ReportRow> {
        let give_up = tokio::time::Instant::now() + TIMEOUT;
        loop {
            let reply = self.request(Method::GET, "/api/operator/reports", "").await;
            let list: ReportList = serde_json::from_str(&reply.body).unwrap();
            if list.reports.len() == count || tokio::time::Instant::now() > give_up {
                assert!(
                    !reply.body.contains("rude words") && !reply.body.contains("127.0.0.1"),
                    "{}",
                    reply.body
                );
                return list.reports;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }

    async fn set(&self, overrides: Overrides) -> OperatorSummary {
        let body = serde_json::to_string(&overrides).unwrap();
        let reply = self.request(Method::PUT, "/api/operator/limits", &body).await;
        serde_json::from_str(&reply.body).unwrap_or_else(|error| panic!("{error}: {}", reply.body))
    }
}

async fn sign_in(port: u16, origin: &str, secret: &str) -> Reply {
    let body = serde_json::json!({ "secret": secret }).to_string();
    http::request(port, Method::POST, "/api/operator", &[("origin", origin)], &body).await.unwrap()
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_140_the_calls_of_a_busy_room_reach_the_ledger_rarely() {
    let limits = [("BUDGET_HOUR_USD", "100"), ("BUDGET_DAY_USD", "100"), ("BUDGET_PERSON_DAY_USD", "off")];
    let variables: Vec<_> = limits.into_iter().chain([OPERATOR, PRICED, ALONE]).collect();
    let deployment = Deployment::start_with(&variables).await;
    let operator = Operator::sign_in(&deployment).await;
    let mut ann = Browser::new(&deployment);
    let (mut socket, _) = ann.join("lobby", "Ann").await;
    for _ in 0..20 {
        socket.say(&mut ann, "@chatbot hello").await;
        assert_eq!(end(&socket.end().await), DONE);
    }
    let usage = operator.usage().await;
    assert!(usage.requests <= 5, "{usage:?}");
    assert!((1..=3).contains(&usage.open_leases) && usage.hour.used > 0, "{usage:?}");
    assert_eq!(usage.hour.cap, Some(100_000_000));
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_144_the_operator_switches_bots_off_and_sets_limits_without_a_deploy() {
    let mut deployment = Deployment::start_with(&[OPERATOR, PRICED, ALONE]).await;
    let operator = Operator::sign_in(&deployment).await;
    let mut ann = Browser::new(&deployment);
    let (mut socket, _) = ann.join("lobby", "Ann").await;
    let off = operator.set(Overrides { bots_off: true, ..Overrides::default() }).await;
    assert!(off.overrides.bots_off);
    socket.say(&mut ann, "@chatbot hello").await;
    let ended = socket.end().await;
    assert_eq!(end(&ended), (RunState::Failed, Some(ErrorCode::BotsOff)));
    assert_eq!(ended.answer.resets_at, None);
    // It is stored.
    deployment.restart().await;
    let (mut socket, _) = ann.join("lobby", "Ann").await;
    socket.say(&mut ann, "@chatbot hello").await;
    assert_eq!(end(&socket.end().await), (RunState::Failed, Some(ErrorCode::BotsOff)));
    let none = operator.set(Overrides { hour: LimitOverride::At(0), ..Overrides::default() }).await;
    assert_eq!(none.hour.cap, Some(0));
    socket.say(&mut ann, "@chatbot hello").await;
    assert_eq!(end(&socket.end().await), (RunState::Failed, Some(ErrorCode::BudgetAll)));
    operator.set(Overrides::default()).await;
    deployment.demo.inject_fault(Fault::NoUsage);
    socket.say(&mut ann, "@chatbot hello").await;
    assert_eq!(end(&socket.end().await), DONE);
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_146_only_the_signed_in_operator_is_answered() {
    let deployment = Deployment::start_with(&[OPERATOR]).await;
    let origin = Browser::new(&deployment).origin();
    let operator = Operator::sign_in(&deployment).await;
    assert_eq!(
        sign_in(deployment.port, &origin, "a guess of many characters, which is wrong").await.status,
        403
    );
    assert_eq!(sign_in(deployment.port, "https://elsewhere.example", SECRET).await.status, 403);
    for (method, path, allowed) in [
        (Method::GET, "/api/operator/usage", 200),
        (Method::GET, "/api/operator/reports", 200),
        (Method::PUT, "/api/operator/limits", 400),
        (Method::POST, "/api/operator/rooms", 400),
        (Method::POST, "/api/operator/usage", 405),
        (Method::GET, "/api/operator/nothing", 404),
    ] {
        let headers = [("origin", origin.as_str()), ("cookie", "madang-operator=1.x")];
        let refused = http::request(deployment.port, method.clone(), path, &headers, "{").await.unwrap();
        assert_eq!(refused.status, 403, "{path}");
        assert_eq!(operator.request(method, path, "{").await.status, allowed, "{path}");
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_149_a_closed_room_is_absent_until_it_is_opened() {
    let deployment = Deployment::start_with(&[OPERATOR]).await;
    let operator = Operator::sign_in(&deployment).await;
    let mut ann = Browser::new(&deployment);
    let (mut socket, _) = ann.join("lobby", "Ann").await;
    socket.say(&mut ann, "hello").await;
    let close = |closed: bool| format!(r#"{{"room":"lobby","closed":{closed}}}"#);
    assert_eq!(operator.request(Method::POST, "/api/operator/rooms", &close(true)).await.status, 200);
    assert_eq!(socket.closed().await, CloseCode::Gone.code());
    assert_eq!(ann.enter("lobby", false).await, shared::entry::EnterStatus::Absent);
    assert_eq!(operator.request(Method::POST, "/api/operator/rooms", &close(false)).await.status, 200);
    let (_, welcome) = ann.join("lobby", "Ann").await;
    assert_eq!(welcome.head.0, 1);
    let unknown = r#"{"room":"never-made","closed":true}"#;
    assert_eq!(operator.request(Method::POST, "/api/operator/rooms", unknown).await.status, 404);
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_170_a_reported_message_is_in_the_operators_list_until_it_is_dismissed() {
    let deployment = Deployment::start_with(&[OPERATOR]).await;
    let operator = Operator::sign_in(&deployment).await;
    let (mut ann, mut bob) = (Browser::new(&deployment), Browser::new(&deployment));
    let (mut ann_socket, _) = ann.join("den", "Ann").await;
    let (mut bob_socket, _) = bob.join("den", "Bob").await;
    assert!(operator.reports(0).await.is_empty());
    let seq = bob_socket.say(&mut bob, "rude words").await;
    let nonce = ann.nonce();
    let report = ClientFrame::Report { nonce: nonce.clone(), seq, reason: "insulting".to_owned() };
    ann_socket.send(&report).await;
    assert!(ann_socket.outcome(&nonce).await.is_ok());
    let listed = operator.reports(1).await;
    let [row] = listed.as_slice() else { panic!("{listed:?}") };
    assert_eq!(
        (row.name.as_str(), Seq(row.seq), row.count, row.reason.as_str()),
        ("den", seq, 1, "insulting")
    );
    assert!(row.room.len() == 64 && row.at.0 > 0, "{row:?}");
    assert_eq!(operator.usage().await.reports, 1);
    let nonce = ann.nonce();
    ann_socket.send(&ClientFrame::DismissReports { nonce: nonce.clone(), seq }).await;
    assert!(ann_socket.outcome(&nonce).await.is_ok());
    assert!(operator.reports(0).await.is_empty(), "the room's owner has dismissed it");
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn case_147_health_says_what_is_missing() {
    let health = async |variables: &[(&str, &str)]| {
        let deployment = Deployment::start_with(variables).await;
        let reply = http::request(deployment.port, Method::GET, "/api/health", &[], "").await.unwrap();
        (reply.status, serde_json::from_str::<Health>(&reply.body).unwrap())
    };
    let ready = Health { ready: true, identity: true, model: true, ledger: true };
    assert_eq!(health(&[]).await, (200, ready));
    let no_identity = Health { ready: false, identity: false, ..ready };
    // A secret that is too short is a setting that cannot be used.
    let (status, found) = health(&[("IDENTITY_SECRET", "too short")]).await;
    assert_eq!((status, found.identity, found.ready), (503, no_identity.identity, no_identity.ready));
    let (status, found) = health(&[("BUDGET_DAY_USD", "five")]).await;
    assert_eq!((status, found), (503, Health { ready: false, model: false, ..ready }));
}
