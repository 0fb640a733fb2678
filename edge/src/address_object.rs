//! The Durable Object `Address`, one for each address group: counts its visits, new identities, new rooms and sign-ins. Each link for
//! another device has an object of this class, too, which notes that it was used.
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
    DurableObject, Env, Error, Headers, Request, RequestInit, Response, Result, State, durable_object,
};

use crate::address_limits::{AddressBuckets, Limit, TooMany, VisitKind};
use crate::http::reply::{self, ErrorReply};
use crate::log;
use crate::runtime::{self, DurableStorage, js_number};

const HAS_TABLE: &str = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'buckets'";
const TABLE: &str = "CREATE TABLE IF NOT EXISTS buckets (id INTEGER PRIMARY KEY, data TEXT NOT NULL)";
const READ: &str = "SELECT data FROM buckets WHERE id = 1";
const WRITE: &str = "INSERT OR REPLACE INTO buckets (id, data) VALUES (1, ?)";
/// How long stored buckets wait before an alarm looks whether they are full again, in milliseconds.
pub const FORGET_MS: u64 = 20 * 60_000;

const GRANTED: u16 = 204;
const REFUSED: u16 = 429;
const USED: u16 = 409;
/// The path of the request that uses up a link; the time at which it expires follows.
const ONCE: &str = "/once/";
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
        if let Some(expires_at) = parse_once(&request.path()) {
            return self.use_once(expires_at).await;
        }
        let Some((factor, asked)) = parse(&request.path()) else { return ErrorReply::BadRequest.response() };
        // Nothing awaits while the buckets are taken from and stored, so no other request comes between.
        let taken = self.take(factor, asked).map_err(Error::from);
        match taken {
            Ok(Ok(alarm)) => {
                if let Some(alarm) = alarm {
                    JsFuture::from(alarm).await?;
                }
                Ok(Response::empty()?.with_status(GRANTED))
            }
            Ok(Err(why)) => refusal(why),
            Err(error) => {
                let then = "replied 503, and the next request reads them anew";
                log::error("address_not_stored", &[("error", &error), ("then", &then)]);
                self.buckets.replace(None);
                ErrorReply::TryLater.response()
            }
        }
    }

    async fn alarm(&self) -> Result<Response> {
        if let Err(error) = self.forget_if_full().await {
            let then = "the runtime fires the alarm again";
            log::error("address_not_forgotten", &[("error", &error), ("then", &then)]);
            return Err(error);
        }
        reply::text(200, "ok")
    }
}

/// What the object is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Visit(VisitKind),
    /// A call that the moderation service is asked about.
    Check,
}

/// What asking leads to: the promise of an alarm that had to be set, or a refusal.
type Taken = std::result::Result<Option<Promise>, TooMany>;

impl Address {
    fn take(&self, factor: u32, asked: Asked) -> std::result::Result<Taken, JsValue> {
        let now = runtime::now();
        let mut buckets = match self.buckets.borrow_mut().take() {
            Some(buckets) => buckets,
            None => self.read()?,
        };
        let taken = match asked {
            Asked::Visit(kind) => buckets.take(now, factor, kind),
            Asked::Check => buckets.take_check(now, factor),
        };
        self.buckets.replace(Some(buckets));
        if let Err(why) = taken {
            return Ok(Err(why));
        }
        let alarm = if buckets.is_low(now, factor) { self.store(now, &buckets)? } else { None };
        Ok(Ok(alarm))
    }

    /// Answers 204 the first time, and 409 from then on. The object is that of one link, and forgets it when the link has expired.
    async fn use_once(&self, expires_at: Millis) -> Result<Response> {
        let sql = self.storage.sql()?;
        if sql.exec(&HAS_TABLE.into(), &Array::new())?.to_array()?.length() > 0 {
            return Ok(Response::empty()?.with_status(USED));
        }
        // Nothing awaits between the look and the table.
        let alarm = self.storage.set_alarm(&js_number(expires_at.plus(FORGET_MS).0))?;
        sql.exec(&TABLE.into(), &Array::new())?;
        JsFuture::from(alarm).await?;
        Ok(Response::empty()?.with_status(GRANTED))
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
    ask(env, address, factor, Asked::Visit(kind)).await
}

/// Asks an address's object for its share of the moderation service's quota.
///
/// # Errors
/// When the object did not answer.
pub async fn take_check(env: &Env, address: &str, factor: u32) -> Result<std::result::Result<(), TooMany>> {
    ask(env, address, factor, Asked::Check).await
}

async fn ask(
    env: &Env,
    address: &str,
    factor: u32,
    asked: Asked,
) -> Result<std::result::Result<(), TooMany>> {
    let mut init = RequestInit::new();
    init.with_headers(Headers::new());
    let request = Request::new_with_init(&format!("https://address.invalid{}", path(factor, asked)), &init)?;
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

/// Uses up a link for another device. `false`: it was used before.
///
/// # Errors
/// When its object did not answer.
pub async fn use_link(env: &Env, id: &str, expires_at: Millis) -> Result<bool> {
    let mut init = RequestInit::new();
    init.with_headers(Headers::new());
    let path = format!("{ONCE}{}", expires_at.0);
    let request = Request::new_with_init(&format!("https://address.invalid{path}"), &init)?;
    // No hash of an address holds a colon.
    let stub = env.durable_object("ADDRESS")?.get_by_name(&format!("link:{id}"))?;
    match stub.fetch_with_request(request).await?.status_code() {
        GRANTED => Ok(true),
        USED => Ok(false),
        status => Err(Error::RustError(format!("status {status}"))),
    }
}

fn parse_once(path: &str) -> Option<Millis> {
    path.strip_prefix(ONCE)?.parse().ok().map(Millis)
}

fn refusal(why: TooMany) -> Result<Response> {
    let headers = Headers::new();
    headers.set(LIMIT_HEADER, why.limit.name())?;
    headers.set(WAIT_HEADER, &why.wait_ms.to_string())?;
    Ok(Response::empty()?.with_status(REFUSED).with_headers(headers))
}

fn path(factor: u32, asked: Asked) -> String {
    let flag = u8::from;
    match asked {
        Asked::Visit(kind) => {
            format!("/{factor}/{}/{}/{}", flag(kind.new_identity), flag(kind.new_room), flag(kind.sign_in))
        }
        Asked::Check => format!("/{factor}/check"),
    }
}

/// Reads what [`path`] wrote.
fn parse(path: &str) -> Option<(u32, Asked)> {
    let mut parts = path.strip_prefix('/')?.split('/');
    let factor = parts.next()?.parse().ok()?;
    let first = parts.next()?;
    if first == "check" {
        return Some((factor, Asked::Check));
    }
    let mut flag = || Some(parts.next()? == "1");
    let kind = VisitKind { new_identity: first == "1", new_room: flag()?, sign_in: flag()? };
    Some((factor, Asked::Visit(kind)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_as_it_was_written() {
        for (new_identity, new_room) in [(false, false), (false, true), (true, false), (true, true)] {
            let kind = VisitKind { new_identity, new_room, sign_in: new_identity != new_room };
            assert_eq!(parse(&path(500, Asked::Visit(kind))), Some((500, Asked::Visit(kind))));
        }
        assert_eq!(parse(&path(10, Asked::Check)), Some((10, Asked::Check)));
        for bad in ["", "/", "/x/0/0/0", "/10", "/10/1", "/10/1/1"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
