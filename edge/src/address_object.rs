//! The Durable Object `Address`, one for each address group: counts its visits, new identities and new rooms.
//!
//! The counts are in memory. Buckets that are low are stored as well, as one row, because an object that is asked nothing for ten
//! seconds may lose its memory; an alarm deletes the row once they are full again. Refused requests write nothing, so an address
//! cannot write faster than its limits let it visit.
//!
//! Not here: the limits (`address_limits`), and when an isolate need not ask (`address_limits::memory`).

use std::cell::{Cell, RefCell};

use shared::Millis;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::js_sys::{Array, Promise, Reflect};
use worker::{
    DurableObject, Env, Error, Headers, Request, RequestInit, Response, Result, State, console_error,
    durable_object,
};

use crate::address_limits::{AddressBuckets, Limit, TooMany, VisitKind};
use crate::http::reply::{self, ErrorReply};
use crate::runtime::{self, DurableStorage, js_number};

const HAS_TABLE: &str = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'buckets'";
const TABLE: &str = "CREATE TABLE IF NOT EXISTS buckets (id INTEGER PRIMARY KEY, data TEXT NOT NULL)";
const READ: &str = "SELECT data FROM buckets WHERE id = 1";
const WRITE: &str = "INSERT OR REPLACE INTO buckets (id, data) VALUES (1, ?)";
/// How long stored buckets wait before an alarm looks whether they are full again, in milliseconds.
const FORGET_MS: u64 = 20 * 60_000;

const GRANTED: u16 = 204;
const REFUSED: u16 = 429;
const LIMIT_HEADER: &str = "x-madang-limit";
const WAIT_HEADER: &str = "x-madang-wait-ms";

#[durable_object(alarm)]
pub struct Address {
    state: State,
    storage: DurableStorage,
    /// `None`: they are read from storage before the next request.
    buckets: RefCell<Option<AddressBuckets>>,
    /// The table and the alarm that deletes it exist.
    is_stored: Cell<bool>,
}

impl DurableObject for Address {
    fn new(state: State, _env: Env) -> Self {
        let storage = state.as_raw().storage().map_or(JsValue::UNDEFINED, JsValue::from).unchecked_into();
        Self { state, storage, buckets: RefCell::default(), is_stored: Cell::new(false) }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        let Some((factor, kind)) = parse(&request.path()) else { return ErrorReply::BadRequest.response() };
        // Nothing awaits while the buckets are taken from and stored, so no other request comes between.
        let taken = self.take(factor, kind).map_err(Error::from);
        match taken {
            Ok(Ok(alarm)) => {
                if let Some(alarm) = alarm {
                    JsFuture::from(alarm).await?;
                }
                Ok(Response::empty()?.with_status(GRANTED))
            }
            Ok(Err(why)) => refusal(why),
            Err(error) => {
                console_error!(
                    "an address's object: reading or storing its counts failed: {error}; replied 503, and the next request reads them anew"
                );
                self.buckets.replace(None);
                ErrorReply::TryLater.response()
            }
        }
    }

    async fn alarm(&self) -> Result<Response> {
        if let Err(error) = self.forget_if_full().await {
            console_error!(
                "an address's object: forgetting its counts failed: {error}; the runtime fires the alarm again"
            );
            return Err(error);
        }
        reply::text(200, "ok")
    }
}

/// What asking for a visit leads to: the promise of an alarm that had to be set, or a refusal.
type Taken = std::result::Result<Option<Promise>, TooMany>;

impl Address {
    fn take(&self, factor: u32, kind: VisitKind) -> std::result::Result<Taken, JsValue> {
        let now = runtime::now();
        let mut buckets = match self.buckets.borrow_mut().take() {
            Some(buckets) => buckets,
            None => self.read()?,
        };
        let taken = buckets.take(now, factor, kind);
        self.buckets.replace(Some(buckets));
        if let Err(why) = taken {
            return Ok(Err(why));
        }
        let alarm = if buckets.is_low(now, factor) { self.store(now, &buckets)? } else { None };
        Ok(Ok(alarm))
    }

    /// Reads the buckets. An object that stored none has no table, and reading creates none.
    fn read(&self) -> std::result::Result<AddressBuckets, JsValue> {
        let sql = self.storage.sql()?;
        if sql.exec(&HAS_TABLE.into(), &Array::new())?.to_array()?.length() == 0 {
            return Ok(AddressBuckets::default());
        }
        let rows = sql.exec(&READ.into(), &Array::new())?.to_array()?;
        let text =
            Reflect::get(&rows.get(0), &JsValue::from_str("data")).ok().and_then(|data| data.as_string());
        // Counts of another form are not worth more than starting anew.
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    /// Stores the buckets and, with the first, the alarm that forgets them. Both are in one write, since nothing awaits in between.
    fn store(&self, now: Millis, buckets: &AddressBuckets) -> std::result::Result<Option<Promise>, JsValue> {
        let sql = self.storage.sql()?;
        let mut alarm = None;
        if !self.is_stored.get() {
            alarm = Some(self.storage.set_alarm(&js_number(now.plus(FORGET_MS).0))?);
            sql.exec(&TABLE.into(), &Array::new())?;
        }
        let data = serde_json::to_string(buckets)
            .map_err(|_| JsValue::from_str("the counts cannot be written as JSON"))?;
        sql.exec(&WRITE.into(), &Array::of1(&data.into()))?;
        self.is_stored.set(true);
        Ok(alarm)
    }

    /// Deletes the stored buckets when they are full, or looks again later.
    async fn forget_if_full(&self) -> Result<()> {
        let now = runtime::now();
        let known = *self.buckets.borrow();
        let buckets = match known {
            Some(buckets) => buckets,
            None => self.read()?,
        };
        if !buckets.is_full(now) {
            let again = self.storage.set_alarm(&js_number(now.plus(FORGET_MS).0))?;
            JsFuture::from(again).await?;
            return Ok(());
        }
        // The next request that is worth storing makes the table and the alarm anew.
        self.is_stored.set(false);
        self.state.storage().delete_all().await
    }
}

/// Asks an address's object for a visit.
///
/// # Errors
/// When the object did not answer.
pub async fn take(
    env: &Env,
    address: &str,
    factor: u32,
    kind: VisitKind,
) -> Result<std::result::Result<(), TooMany>> {
    let mut init = RequestInit::new();
    init.with_headers(Headers::new());
    let request = Request::new_with_init(&format!("https://address.invalid{}", path(factor, kind)), &init)?;
    let stub = env.durable_object("ADDRESS")?.get_by_name(address)?;
    let response = stub.fetch_with_request(request).await?;
    match response.status_code() {
        GRANTED => Ok(Ok(())),
        REFUSED => {
            let header = |name: &str| response.headers().get(name).ok().flatten();
            let limit = header(LIMIT_HEADER).and_then(|name| Limit::from_name(&name));
            let wait_ms = header(WAIT_HEADER).and_then(|text| text.parse().ok());
            Ok(Err(TooMany { limit: limit.unwrap_or(Limit::Visits), wait_ms: wait_ms.unwrap_or(1_000) }))
        }
        status => Err(Error::RustError(format!("status {status}"))),
    }
}

fn refusal(why: TooMany) -> Result<Response> {
    let headers = Headers::new();
    headers.set(LIMIT_HEADER, why.limit.name())?;
    headers.set(WAIT_HEADER, &why.wait_ms.to_string())?;
    Ok(Response::empty()?.with_status(REFUSED).with_headers(headers))
}

fn path(factor: u32, kind: VisitKind) -> String {
    format!("/{factor}/{}/{}", u8::from(kind.new_identity), u8::from(kind.new_room))
}

/// Reads what [`path`] wrote.
fn parse(path: &str) -> Option<(u32, VisitKind)> {
    let mut parts = path.strip_prefix('/')?.split('/');
    let factor = parts.next()?.parse().ok()?;
    let (new_identity, new_room) = (parts.next()? == "1", parts.next()? == "1");
    Some((factor, VisitKind { new_identity, new_room }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_as_it_was_written() {
        for (new_identity, new_room) in [(false, false), (false, true), (true, false), (true, true)] {
            let kind = VisitKind { new_identity, new_room };
            assert_eq!(parse(&path(500, kind)), Some((500, kind)));
        }
        for bad in ["", "/", "/x/0/0", "/10", "/10/1"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
