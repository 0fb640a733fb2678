//! The Durable Object `Ledger`, one for the whole deployment: stores the ledger, and answers the rooms' claims on the budget.
//!
//! Not here: which claims are granted, which `room::Ledger` decides.

use std::cell::RefCell;

use room::ledger::{Caps, Claim};
use room::{ClaimReply, Ledger as RoomLedger};
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::{Array, Reflect};
use worker::{
    DurableObject, Env, Error, Headers, Method, Request, RequestInit, Response, Result, Socket, State,
    WebSocket, WebSocketIncomingMessage, console_error, durable_object,
};

use crate::bots;
use crate::http::reply::{self, ErrorReply};
use crate::runtime::{self, DurableStorage};
use crate::settings::Settings;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS ledger (id INTEGER PRIMARY KEY, data TEXT NOT NULL)";
const READ: &str = "SELECT data FROM ledger WHERE id = 1";
const WRITE: &str = "INSERT OR REPLACE INTO ledger (id, data) VALUES (1, ?)";
/// How many times a settlement is tried.
const SETTLE_TRIES: u32 = 3;

/// A room's request to the ledger. Amounts are micro-dollars.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
enum LedgerRequest {
    /// May this call cost at most `micros`?
    Reserve { claim: Claim, micros: u64 },
    /// The call cost this; `None`: unknown, so the whole claim counts.
    Settle { claim: Claim, micros: Option<u64> },
}

#[durable_object]
pub struct Ledger {
    storage: DurableStorage,
    caps: Caps,
    /// `None`: it is read from storage before the next request.
    ledger: RefCell<Option<RoomLedger>>,
}

impl DurableObject for Ledger {
    fn new(state: State, env: Env) -> Self {
        let storage = state.as_raw().storage().map_or(JsValue::UNDEFINED, JsValue::from).unchecked_into();
        Self {
            storage,
            caps: bots::spending_limits(&Settings::from_env(&env)).caps,
            ledger: RefCell::default(),
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let asked: LedgerRequest = serde_json::from_str(&request.text().await?)?;
        // Nothing awaits from here on, so no other request changes the ledger between reading and writing.
        match self.handle(asked) {
            Ok(reply) => reply::json(200, &reply),
            Err(error) => {
                console_error!(
                    "ledger: reading or storing it failed: {}; replied 503, and the next request reads it anew",
                    Error::from(error)
                );
                self.ledger.replace(None);
                ErrorReply::TryLater.response()
            }
        }
    }

    async fn alarm(&self) -> Result<Response> {
        reply::text(200, "ok")
    }

    async fn websocket_message(&self, _socket: WebSocket, _message: WebSocketIncomingMessage) -> Result<()> {
        Ok(())
    }

    async fn websocket_close(&self, _: WebSocket, _: usize, _: String, _: bool) -> Result<()> {
        Ok(())
    }

    async fn websocket_error(&self, _socket: WebSocket, _error: Error) -> Result<()> {
        Ok(())
    }

    async fn connect(&self, _socket: Socket) -> Result<()> {
        Ok(())
    }
}

impl Ledger {
    /// Answers a request after storing the new state.
    fn handle(&self, asked: LedgerRequest) -> std::result::Result<ClaimReply, JsValue> {
        let now = runtime::now();
        let mut ledger = match self.ledger.borrow_mut().take() {
            Some(ledger) => ledger,
            None => self.read()?,
        };
        let reply = match asked {
            LedgerRequest::Reserve { claim, micros } => ledger.reserve(now, self.caps, claim, micros),
            LedgerRequest::Settle { claim, micros } => {
                ledger.settle(now, &claim, micros);
                ClaimReply::Granted
            }
        };
        let data = serde_json::to_string(&ledger)
            .map_err(|_| JsValue::from_str("the ledger cannot be written as JSON"))?;
        self.storage.sql()?.exec(&WRITE.into(), &Array::of1(&data.into()))?;
        self.ledger.replace(Some(ledger));
        Ok(reply)
    }

    /// Reads the ledger. An unreadable one is an error: an empty one instead would grant every budget again.
    fn read(&self) -> std::result::Result<RoomLedger, JsValue> {
        let sql = self.storage.sql()?;
        sql.exec(&TABLE.into(), &Array::new())?;
        let rows = sql.exec(&READ.into(), &Array::new())?.to_array()?;
        if rows.length() == 0 {
            return Ok(RoomLedger::default());
        }
        let text = Reflect::get(&rows.get(0), &JsValue::from_str("data"))?.as_string().unwrap_or_default();
        serde_json::from_str(&text)
            .map_err(|_| JsValue::from_str("the stored ledger has another form than expected"))
    }
}

/// Claims `micros` for a call. `None`: the ledger did not answer.
pub async fn reserve(env: &Env, claim: Claim, micros: u64) -> Option<ClaimReply> {
    match send(env, &LedgerRequest::Reserve { claim, micros }).await {
        Ok(reply) => Some(reply),
        Err(error) => {
            console_error!("ledger: it did not answer a claim: {error}; the room does not start the call");
            None
        }
    }
}

/// Reports what a call cost. If that fails, the claim expires by itself.
pub async fn settle(env: &Env, claim: Claim, micros: Option<u64>) {
    let asked = LedgerRequest::Settle { claim, micros };
    for tries_left in (0..SETTLE_TRIES).rev() {
        match send(env, &asked).await {
            Ok(_) => return,
            Err(error) if tries_left == 0 => console_error!(
                "ledger: {SETTLE_TRIES} tries to settle a claim failed: {error}; the claim counts in full until it expires"
            ),
            Err(_) => {}
        }
    }
}

async fn send(env: &Env, asked: &LedgerRequest) -> Result<ClaimReply> {
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
