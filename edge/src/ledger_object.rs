//! The Durable Object `Ledger`, one for the whole deployment: stores the ledger, and answers the rooms' requests for leases and
//! the operator's requests.
//!
//! Not here: which leases are granted and which rows change, which `room::Ledger` decides, and the SQL (`storage`).

mod client;
mod operator;
mod storage;

use std::cell::{Cell, RefCell};

use room::Ledger as RoomLedger;
use room::ledger::{Caps, LeaseGrant, LeaseRequest, LeaseSettlement, overridden};
use serde::{Deserialize, Serialize};
use shared::Millis;
use shared::operator::{Overrides, ReportRow};
use wasm_bindgen::JsValue;
use worker::js_sys::Date;
use worker::{
    DurableObject, Env, Error, Request, Response, Result, ScheduledTime, Socket, State, WebSocket,
    WebSocketIncomingMessage, durable_object,
};

use crate::http::reply::{self, ErrorReply};
use crate::settings::{Settings, SpendingLimits};
use crate::{bots, log, runtime};
pub use client::{exchange, is_reachable, operate, report};
use storage::LedgerStorage;

/// A request to the ledger. Amounts are micro-dollars.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum LedgerRequest {
    /// A room gives leases back and asks for others.
    Exchange { settle: Vec<LeaseSettlement>, ask: Vec<LeaseRequest> },
    /// A room reports a message that somebody reported there.
    Report(ReportRow),
    /// The operator wants to know what was spent.
    Summary,
    /// The operator changes limits or switches the bots off or on.
    SetOverrides(Overrides),
    /// The operator wants to read the reports.
    Reports,
    /// Asks only whether it can be read and answers.
    Ping,
}

#[durable_object]
pub struct Ledger {
    state: State,
    storage: LedgerStorage,
    limits: SpendingLimits,
    /// `None`: it is read from storage before the next request.
    ledger: RefCell<Option<KnownLedger>>,
    /// When the alarm rings, as far as this instance knows.
    alarm: Cell<Option<Millis>>,
    /// Requests of rooms since this instance started.
    requests: Cell<u64>,
}

/// What is stored, in memory.
struct KnownLedger {
    ledger: RoomLedger,
    overrides: Overrides,
}

impl DurableObject for Ledger {
    fn new(state: State, env: Env) -> Self {
        Self {
            storage: LedgerStorage::new(&state),
            state,
            limits: bots::spending_limits(&Settings::from_env(&env)),
            ledger: RefCell::default(),
            alarm: Cell::default(),
            requests: Cell::default(),
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let asked: LedgerRequest = serde_json::from_str(&request.text().await?)?;
        // Nothing awaits within `answer`, so no other request changes the ledger between reading and writing.
        match self.answer(asked) {
            Ok(response) => {
                self.plan_alarm().await;
                response
            }
            Err(error) => {
                let then = "replied 503, and the next request reads it anew";
                log::error("ledger_not_stored", &[("error", &Error::from(error)), ("then", &then)]);
                ErrorReply::TryLater.response()
            }
        }
    }

    /// Charges the leases that nobody gave back. When that fails the runtime rings again.
    async fn alarm(&self) -> Result<Response> {
        self.alarm.set(None);
        self.change(|known, now| known.ledger.expire(now)).map_err(Error::from)?;
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
    fn answer(&self, asked: LedgerRequest) -> std::result::Result<Result<Response>, JsValue> {
        Ok(match asked {
            LedgerRequest::Exchange { settle, ask } => {
                self.requests.set(self.requests.get().saturating_add(1));
                reply::json(200, &self.change(|known, now| self.exchange(known, now, &settle, ask))?)
            }
            LedgerRequest::Report(report) => {
                self.storage.add_report(&report)?;
                reply::json(200, &())
            }
            LedgerRequest::SetOverrides(overrides) => {
                self.set_overrides(overrides)?;
                reply::json(200, &self.summary()?)
            }
            LedgerRequest::Summary => reply::json(200, &self.summary()?),
            LedgerRequest::Reports => reply::json(200, &self.storage.reports(runtime::now())?),
            LedgerRequest::Ping => {
                self.change(|_, _| ())?;
                reply::json(200, &())
            }
        })
    }

    fn exchange(
        &self,
        known: &mut KnownLedger,
        now: Millis,
        settle: &[LeaseSettlement],
        ask: Vec<LeaseRequest>,
    ) -> Vec<LeaseGrant> {
        let (caps, is_off) = (self.caps(known.overrides), known.overrides.bots_off);
        settle.iter().for_each(|settled| known.ledger.settle_lease(now, settled));
        let grants = ask.into_iter().map(|asked| {
            let reply = known.ledger.lease(now, caps, is_off, &asked);
            LeaseGrant { claim: asked.claim, reply }
        });
        grants.collect()
    }

    fn caps(&self, overrides: Overrides) -> Caps {
        overridden(overrides, self.limits.caps, self.limits.address_percent)
    }

    /// Changes the ledger and stores the rows that changed. A ledger that could not be stored is read anew by the next request.
    fn change<T>(
        &self,
        change: impl FnOnce(&mut KnownLedger, Millis) -> T,
    ) -> std::result::Result<T, JsValue> {
        let known = self.ledger.borrow_mut().take();
        let mut known = match known {
            Some(known) => known,
            None => KnownLedger { ledger: self.storage.read()?, overrides: self.storage.overrides()? },
        };
        let result = change(&mut known, runtime::now());
        self.storage.apply(&known.ledger.take_writes())?;
        self.ledger.replace(Some(known));
        Ok(result)
    }

    /// Sets the alarm for the oldest open lease, unless one rings before that. Setting it writes a row.
    async fn plan_alarm(&self) {
        let due = self.ledger.borrow().as_ref().and_then(|known| known.ledger.next_expiry());
        let Some(due) = due.filter(|due| self.alarm.get().is_none_or(|alarm| alarm > *due)) else { return };
        self.alarm.set(Some(due));
        let date = ScheduledTime::new(Date::new(&runtime::js_number(due.0)));
        if let Err(error) = self.state.storage().set_alarm(date).await {
            self.alarm.set(None);
            log::error(
                "ledger_alarm_failed",
                &[("error", &error), ("then", &"the next request tries again")],
            );
        }
    }
}
