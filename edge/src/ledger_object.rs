//! The Durable Object `Ledger`, one for the whole deployment: stores the ledger, and answers the rooms' claims on the budget.
//!
//! Not here: which claims are granted and which rows change, which `room::Ledger` decides, and the SQL (`storage`).

mod storage;

use std::cell::{Cell, RefCell};

use room::ledger::{Caps, Claim};
use room::{ClaimReply, Ledger as RoomLedger};
use serde::{Deserialize, Serialize};
use shared::Millis;
use wasm_bindgen::JsValue;
use worker::js_sys::Date;
use worker::{
    DurableObject, Env, Error, Headers, Method, Request, RequestInit, Response, Result, ScheduledTime,
    Socket, State, WebSocket, WebSocketIncomingMessage, console_error, durable_object,
};

use crate::bots;
use crate::http::reply::{self, ErrorReply};
use crate::runtime;
use crate::settings::Settings;
use storage::LedgerStorage;

/// A room's request to the ledger. Amounts are micro-dollars.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
enum LedgerRequest {
    /// May this call, asked for from this address (a keyed hash), cost at most `micros`?
    Reserve {
        claim: Claim,
        #[serde(default)]
        address: String,
        micros: u64,
    },
    /// The call cost this; `None`: unknown, so the whole claim counts.
    Settle { claim: Claim, micros: Option<u64> },
}

#[durable_object]
pub struct Ledger {
    state: State,
    storage: LedgerStorage,
    caps: Caps,
    /// `None`: it is read from storage before the next request.
    ledger: RefCell<Option<RoomLedger>>,
    /// When the alarm rings, as far as this instance knows.
    alarm: Cell<Option<Millis>>,
}

impl DurableObject for Ledger {
    fn new(state: State, env: Env) -> Self {
        Self {
            storage: LedgerStorage::new(&state),
            state,
            caps: bots::spending_limits(&Settings::from_env(&env)).caps,
            ledger: RefCell::default(),
            alarm: Cell::default(),
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let asked: LedgerRequest = serde_json::from_str(&request.text().await?)?;
        // Nothing awaits within `change`, so no other request changes the ledger between reading and writing.
        let reply = self.change(|ledger, now| match asked {
            LedgerRequest::Reserve { claim, address, micros } => {
                ledger.reserve(now, self.caps, claim, &address, micros)
            }
            LedgerRequest::Settle { claim, micros } => {
                ledger.settle(now, &claim, micros);
                ClaimReply::Granted
            }
        });
        match reply {
            Ok(reply) => {
                self.plan_alarm().await;
                reply::json(200, &reply)
            }
            Err(error) => {
                console_error!(
                    "ledger: reading or storing it failed: {}; replied 503, and the next request reads it anew",
                    Error::from(error)
                );
                ErrorReply::TryLater.response()
            }
        }
    }

    /// Charges the claims that nobody settled. When that fails the runtime rings again.
    async fn alarm(&self) -> Result<Response> {
        self.alarm.set(None);
        self.change(RoomLedger::expire).map_err(Error::from)?;
        self.plan_alarm().await;
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
    /// Changes the ledger and stores the rows that changed. A ledger that could not be stored is read anew by the next request.
    fn change<T>(
        &self,
        change: impl FnOnce(&mut RoomLedger, Millis) -> T,
    ) -> std::result::Result<T, JsValue> {
        let known = self.ledger.borrow_mut().take();
        let mut ledger = match known {
            Some(ledger) => ledger,
            None => self.storage.read()?,
        };
        let result = change(&mut ledger, runtime::now());
        self.storage.apply(&ledger.take_writes())?;
        self.ledger.replace(Some(ledger));
        Ok(result)
    }

    /// Sets the alarm for the oldest open claim, unless one rings before that. Setting it writes a row.
    async fn plan_alarm(&self) {
        let due = self.ledger.borrow().as_ref().and_then(RoomLedger::next_expiry);
        let Some(due) = due.filter(|due| self.alarm.get().is_none_or(|alarm| alarm > *due)) else { return };
        self.alarm.set(Some(due));
        let date = ScheduledTime::new(Date::new(&runtime::js_number(due.0)));
        if let Err(error) = self.state.storage().set_alarm(date).await {
            self.alarm.set(None);
            console_error!("ledger: setting its alarm failed: {error}; the next request tries again");
        }
    }
}

/// Claims `micros` for a call that somebody at `address` asked for. `None`: the ledger did not answer.
pub async fn reserve(env: &Env, claim: Claim, address: String, micros: u64) -> Option<ClaimReply> {
    match send(env, &LedgerRequest::Reserve { claim, address, micros }).await {
        Ok(reply) => Some(reply),
        Err(error) => {
            console_error!("ledger: it did not answer a claim: {error}; the room does not start the call");
            None
        }
    }
}

/// Reports what a call cost. `false`: the ledger did not take it, and the room tries again.
pub async fn settle(env: &Env, claim: Claim, micros: Option<u64>) -> bool {
    match send(env, &LedgerRequest::Settle { claim, micros }).await {
        Ok(_) => true,
        Err(error) => {
            console_error!("ledger: it did not take a settlement: {error}; the room tries again later");
            false
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
