//! Requests to the ledger's object.

use room::ledger::{LeaseGrant, LeaseRequest, LeaseSettlement};
use serde::de::DeserializeOwned;
use shared::operator::ReportRow;
use wasm_bindgen::JsValue;
use worker::{Env, Error, Headers, Method, Request, RequestInit, Result};

use super::LedgerRequest;
use crate::log;

/// Gives leases back and asks for others. `None`: the ledger did not answer.
pub async fn exchange(
    env: &Env,
    settle: Vec<LeaseSettlement>,
    ask: Vec<LeaseRequest>,
) -> Option<Vec<LeaseGrant>> {
    match send(env, &LedgerRequest::Exchange { settle, ask }).await {
        Ok(grants) => Some(grants),
        Err(error) => {
            let then = "the room goes on within its leases and asks again";
            log::error("ledger_unreachable", &[("error", &error), ("then", &then)]);
            None
        }
    }
}

/// Adds a reported message to the operator's list. The report itself stays in its room, so nothing is lost when this fails.
pub async fn report(env: &Env, report: ReportRow) {
    let sent: Result<()> = send(env, &LedgerRequest::Report(report)).await;
    if let Err(error) = sent {
        let then = "the report is in its room only";
        log::warn("report_not_listed", &[("error", &error), ("then", &then)]);
    }
}

/// Asks for the operator.
///
/// # Errors
/// When the ledger does not answer.
pub async fn operate<T: DeserializeOwned>(env: &Env, asked: &LedgerRequest) -> Result<T> {
    send(env, asked).await
}

/// Whether the ledger can be read and answers.
pub async fn is_reachable(env: &Env) -> bool {
    let answered: Result<()> = send(env, &LedgerRequest::Ping).await;
    answered.is_ok()
}

async fn send<T: DeserializeOwned>(env: &Env, asked: &LedgerRequest) -> Result<T> {
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_headers(Headers::new());
    init.with_body(Some(JsValue::from_str(&serde_json::to_string(asked)?)));
    let stub = env.durable_object("LEDGER")?.get_by_name("ledger")?;
    let mut response =
        stub.fetch_with_request(Request::new_with_init("https://ledger.invalid/", &init)?).await?;
    if response.status_code() != 200 {
        return Err(Error::RustError(format!("status {}", response.status_code())));
    }
    response.json().await
}
