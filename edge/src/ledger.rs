//! The ledger's Durable Object: one for the whole deployment. What it answers is `room::Ledger`'s business; here it is kept
//! and asked.
#![allow(missing_docs, reason = "the macro makes functions without documentation")]

use std::cell::RefCell;

use room::ledger::{Caps, Claim};
use room::{ClaimReply, Ledger as Book};
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::{Array, Reflect};
use worker::{
    DurableObject, Env, Error, Headers, Method, Request, RequestInit, Response, Result, Socket, State,
    WebSocket, WebSocketIncomingMessage, console_error, durable_object,
};

use crate::headers::{self, Refusal};
use crate::runtime::{self, DurableStorage};
use crate::settings::Settings;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS ledger (id INTEGER PRIMARY KEY, data TEXT NOT NULL)";
const READ: &str = "SELECT data FROM ledger WHERE id = 1";
const WRITE: &str = "INSERT OR REPLACE INTO ledger (id, data) VALUES (1, ?)";
/// How often a settlement is tried.
const TRIES: u32 = 3;

/// What the ledger is asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
enum Ask {
    /// Whether a call may cost this.
    Reserve { claim: Claim, micros: u64 },
    /// What a call did cost.
    Settle { claim: Claim, micros: Option<u64> },
}

/// The object.
#[durable_object]
pub struct Ledger {
    storage: DurableStorage,
    caps: Caps,
    book: RefCell<Option<Book>>,
}

impl DurableObject for Ledger {
    fn new(state: State, env: Env) -> Self {
        let storage = state.as_raw().storage().map_or(JsValue::UNDEFINED, JsValue::from).unchecked_into();
        Self { storage, caps: Settings::from_env(&env).caps, book: RefCell::default() }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let asked: Ask = serde_json::from_str(&request.text().await?)?;
        // From here on nothing waits: what was read is still true when it is written.
        match self.answer(asked) {
            Ok(reply) => headers::json(200, &reply),
            Err(error) => {
                console_error!("the ledger failed: {}", Error::from(error));
                self.book.replace(None);
                Refusal::TryLater.response()
            }
        }
    }

    async fn alarm(&self) -> Result<Response> {
        headers::text(200, "ok")
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
    /// Answers, and keeps the new state before it does.
    fn answer(&self, asked: Ask) -> std::result::Result<ClaimReply, JsValue> {
        let now = runtime::now();
        let mut book = match self.book.borrow_mut().take() {
            Some(book) => book,
            None => self.read()?,
        };
        let reply = match asked {
            Ask::Reserve { claim, micros } => book.reserve(now, self.caps, claim, micros),
            Ask::Settle { claim, micros } => {
                book.settle(now, &claim, micros);
                ClaimReply::Granted
            }
        };
        let data = serde_json::to_string(&book).map_err(|_| JsValue::from_str("a ledger that is no JSON"))?;
        self.storage.sql()?.exec(WRITE, &Array::of1(&data.into()))?;
        self.book.replace(Some(book));
        Ok(reply)
    }

    /// What is stored. Nothing yet is an empty book; one that cannot be read is an error, since an empty one would allow
    /// everything again.
    fn read(&self) -> std::result::Result<Book, JsValue> {
        let sql = self.storage.sql()?;
        sql.exec(TABLE, &Array::new())?;
        let rows = sql.exec(READ, &Array::new())?.to_array()?;
        if rows.length() == 0 {
            return Ok(Book::default());
        }
        let text = Reflect::get(&rows.get(0), &JsValue::from_str("data"))?.as_string().unwrap_or_default();
        serde_json::from_str(&text).map_err(|_| JsValue::from_str("the ledger cannot be read"))
    }
}

/// Asks for money. `None`: the ledger could not be asked.
pub async fn reserve(env: &Env, claim: Claim, micros: u64) -> Option<ClaimReply> {
    match ask(env, &Ask::Reserve { claim, micros }).await {
        Ok(reply) => Some(reply),
        Err(error) => {
            console_error!("the ledger could not be asked: {error}");
            None
        }
    }
}

/// Says what a call did cost. When that cannot be said the reserve runs out by itself.
pub async fn settle(env: &Env, claim: Claim, micros: Option<u64>) {
    let asked = Ask::Settle { claim, micros };
    for left in (0..TRIES).rev() {
        match ask(env, &asked).await {
            Ok(_) => return,
            Err(error) if left == 0 => console_error!("the ledger could not be told: {error}"),
            Err(_) => {}
        }
    }
}

async fn ask(env: &Env, asked: &Ask) -> Result<ClaimReply> {
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
