//! The Durable Object `Address`, one for each address group: counts its visits, new identities, new rooms and sign-ins, and the sockets
//! that were closed for what somebody there sent. Each link for
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

use room::token_bucket::Wait;
use serde::{Deserialize, Serialize};

use crate::address_limits::offenders::Offenders;
use crate::address_limits::{AddressBuckets, Limit, Refused, TooMany, VisitKind};
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
/// The path of the report of an offence; the person follows.
const OFFENCE: &str = "offence";
/// In a path: the visitor has no identity.
const NOBODY: &str = "-";
const LIMIT_HEADER: &str = "x-madang-limit";
/// The value of that header for offenders.
const OFFENDER: &str = "offender";
const WAIT_HEADER: &str = "x-madang-wait-ms";

#[durable_object(alarm)]
pub struct Address {
    state: State,
    storage: DurableStorage,
    /// `None`: they are read from storage before the next request.
    counts: RefCell<Option<Counts>>,
    /// The table and the alarm that deletes it exist.
    is_stored: Cell<bool>,
}

impl DurableObject for Address {
    fn new(state: State, _env: Env) -> Self {
        let storage = state.as_raw().storage().map_or(JsValue::UNDEFINED, JsValue::from).unchecked_into();
        Self { state, storage, counts: RefCell::default(), is_stored: Cell::new(false) }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        if let Some(expires_at) = parse_once(&request.path()) {
            return self.use_once(expires_at).await;
        }
        let Some((factor, asked)) = parse(&request.path()) else { return ErrorReply::BadRequest.response() };
        // Nothing awaits while the buckets are taken from and stored, so no other request comes between.
        let taken = self.take(factor, &asked).map_err(Error::from);
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
                self.counts.replace(None);
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
#[derive(Debug, Clone, PartialEq, Eq)]
enum Asked {
    /// A visit of this person. `None`: of somebody without an identity.
    Visit(VisitKind, Option<String>),
    /// A call that the moderation service is asked about.
    Check,
    /// A socket of this person was closed for what they sent.
    Offence(String),
}

/// What the object counts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Counts {
    #[serde(flatten)]
    buckets: AddressBuckets,
    #[serde(default)]
    offenders: Offenders,
}

/// What asking leads to: the promise of an alarm that had to be set, or a refusal.
type Taken = std::result::Result<Option<Promise>, Refused>;

impl Address {
    fn take(&self, factor: u32, asked: &Asked) -> std::result::Result<Taken, JsValue> {
        let now = runtime::now();
        let mut counts = match self.counts.borrow_mut().take() {
            Some(counts) => counts,
            None => self.read()?,
        };
        let taken = counts.take(now, factor, asked);
        let is_stored =
            taken.is_ok() && (counts.buckets.is_low(now, factor) || matches!(asked, Asked::Offence(_)));
        let alarm = if is_stored { self.store(now, &counts)? } else { None };
        self.counts.replace(Some(counts));
        Ok(taken.map(|()| alarm))
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
    fn read(&self) -> std::result::Result<Counts, JsValue> {
        let sql = self.storage.sql()?;
        if sql.exec(&HAS_TABLE.into(), &Array::new())?.to_array()?.length() == 0 {
            return Ok(Counts::default());
        }
        let rows = sql.exec(&READ.into(), &Array::new())?.to_array()?;
        let text =
            Reflect::get(&rows.get(0), &JsValue::from_str("data")).ok().and_then(|data| data.as_string());
        // Counts of another form are not worth more than starting anew.
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    /// Stores the buckets and, with the first, the alarm that forgets them. Both are in one write, since nothing awaits in between.
    fn store(&self, now: Millis, counts: &Counts) -> std::result::Result<Option<Promise>, JsValue> {
        let sql = self.storage.sql()?;
        let mut alarm = None;
        if !self.is_stored.get() {
            alarm = Some(self.storage.set_alarm(&js_number(now.plus(FORGET_MS).0))?);
            sql.exec(&TABLE.into(), &Array::new())?;
        }
        let data = serde_json::to_string(counts)
            .map_err(|_| JsValue::from_str("the counts cannot be written as JSON"))?;
        sql.exec(&WRITE.into(), &Array::of1(&data.into()))?;
        self.is_stored.set(true);
        Ok(alarm)
    }

    /// Deletes the stored buckets when they are full, or looks again later.
    async fn forget_if_full(&self) -> Result<()> {
        let now = runtime::now();
        let known = self.counts.borrow().clone();
        let counts = match known {
            Some(counts) => counts,
            None => self.read()?,
        };
        if !counts.buckets.is_full(now) || !counts.offenders.is_empty(now) {
            let again = self.storage.set_alarm(&js_number(now.plus(FORGET_MS).0))?;
            JsFuture::from(again).await?;
            return Ok(());
        }
        // The next request that is worth storing makes the table and the alarm anew.
        self.is_stored.set(false);
        self.state.storage().delete_all().await
    }
}

impl Counts {
    fn take(&mut self, now: Millis, factor: u32, asked: &Asked) -> std::result::Result<(), Refused> {
        match asked {
            Asked::Visit(kind, person) => {
                if person.is_some() || kind.new_identity {
                    let checked = self.offenders.check(now, factor, person.as_deref());
                    checked.map_err(Refused::Offender)?;
                }
                self.buckets.take(now, factor, *kind)?;
            }
            Asked::Check => self.buckets.take_check(now, factor)?,
            Asked::Offence(person) => self.offenders.add(now, factor, person),
        }
        Ok(())
    }
}

/// Asks an address's object for a visit of a person, or of somebody without an identity.
///
/// # Errors
/// When the object did not answer.
pub async fn take(
    env: &Env,
    address: &str,
    factor: u32,
    kind: VisitKind,
    person: Option<&str>,
) -> Result<std::result::Result<(), Refused>> {
    ask(env, address, factor, Asked::Visit(kind, person.map(str::to_owned))).await
}

/// Tells an address's object that a socket of this person was closed for what they sent.
///
/// # Errors
/// When the object did not answer.
pub async fn add_offence(env: &Env, address: &str, factor: u32, person: &str) -> Result<()> {
    ask(env, address, factor, Asked::Offence(person.to_owned())).await.map(drop)
}

/// Asks an address's object for its share of the moderation service's quota.
///
/// # Errors
/// When the object did not answer.
pub async fn take_check(env: &Env, address: &str, factor: u32) -> Result<std::result::Result<(), Refused>> {
    ask(env, address, factor, Asked::Check).await
}

async fn ask(
    env: &Env,
    address: &str,
    factor: u32,
    asked: Asked,
) -> Result<std::result::Result<(), Refused>> {
    let mut init = RequestInit::new();
    init.with_headers(Headers::new());
    let request = Request::new_with_init(&format!("https://address.invalid{}", path(factor, &asked)), &init)?;
    let stub = env.durable_object("ADDRESS")?.get_by_name(address)?;
    let response = stub.fetch_with_request(request).await?;
    match response.status_code() {
        GRANTED => Ok(Ok(())),
        REFUSED => {
            let header = |name: &str| response.headers().get(name).ok().flatten();
            let limit = header(LIMIT_HEADER).unwrap_or_default();
            let wait_ms = header(WAIT_HEADER).and_then(|text| text.parse().ok()).unwrap_or(1_000);
            Ok(Err(match limit.as_str() {
                OFFENDER => Refused::Offender(Wait { ms: wait_ms }),
                name => TooMany { limit: Limit::from_name(name).unwrap_or(Limit::Visits), wait_ms }.into(),
            }))
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

fn refusal(why: Refused) -> Result<Response> {
    let headers = Headers::new();
    let limit = match why {
        Refused::TooMany(why) => why.limit.name(),
        Refused::Offender(_) => OFFENDER,
    };
    headers.set(LIMIT_HEADER, limit)?;
    headers.set(WAIT_HEADER, &why.wait_ms().to_string())?;
    Ok(Response::empty()?.with_status(REFUSED).with_headers(headers))
}

fn path(factor: u32, asked: &Asked) -> String {
    let flag = u8::from;
    match asked {
        Asked::Visit(kind, person) => {
            let flags = [kind.new_identity, kind.new_room, kind.sign_in].map(flag);
            let [new_identity, new_room, sign_in] = flags;
            let person = person.as_deref().unwrap_or(NOBODY);
            format!("/{factor}/{new_identity}/{new_room}/{sign_in}/{person}")
        }
        Asked::Check => format!("/{factor}/check"),
        Asked::Offence(person) => format!("/{factor}/{OFFENCE}/{person}"),
    }
}

/// Reads what [`path`] wrote.
fn parse(path: &str) -> Option<(u32, Asked)> {
    let mut parts = path.strip_prefix('/')?.split('/');
    let factor = parts.next()?.parse().ok()?;
    let first = parts.next()?;
    match first {
        "check" => return Some((factor, Asked::Check)),
        OFFENCE => return Some((factor, Asked::Offence(parts.next()?.to_owned()))),
        _ => {}
    }
    let mut flag = || Some(parts.next()? == "1");
    let kind = VisitKind { new_identity: first == "1", new_room: flag()?, sign_in: flag()? };
    let person = parts.next().filter(|person| *person != NOBODY);
    Some((factor, Asked::Visit(kind, person.map(str::to_owned))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_as_it_was_written() {
        for (new_identity, new_room) in [(false, false), (false, true), (true, false), (true, true)] {
            let kind = VisitKind { new_identity, new_room, sign_in: new_identity != new_room };
            for person in [None, Some("a-_Z09".to_owned())] {
                let asked = Asked::Visit(kind, person);
                assert_eq!(parse(&path(500, &asked)), Some((500, asked)));
            }
        }
        for asked in [Asked::Check, Asked::Offence("eve".to_owned())] {
            assert_eq!(parse(&path(10, &asked)), Some((10, asked)));
        }
        for bad in ["", "/", "/x/0/0/0", "/10", "/10/1", "/10/1/1"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn case_171_an_offender_is_refused_at_the_door_and_a_neighbour_is_not() {
        let now = Millis(1_800_000_000_000);
        let mut counts = Counts::default();
        let visit = |person: Option<&str>| {
            let kind = VisitKind { new_identity: person.is_none(), ..VisitKind::default() };
            Asked::Visit(kind, person.map(str::to_owned))
        };
        for _ in 0..3 {
            assert_eq!(counts.take(now, 10, &visit(Some("eve"))), Ok(()));
            assert_eq!(counts.take(now, 10, &Asked::Offence("eve".to_owned())), Ok(()));
        }
        let stored = serde_json::to_string(&counts).unwrap();
        let mut counts: Counts = serde_json::from_str(&stored).unwrap();
        assert_eq!(counts.take(now, 10, &visit(Some("eve"))), Err(Refused::Offender(Wait { ms: 300_000 })));
        assert_eq!(counts.take(now, 10, &visit(Some("ann"))), Ok(()));
        assert_eq!(counts.take(now, 10, &visit(None)), Ok(()));
        let earlier: Counts = serde_json::from_str(
            r#"{"visits":{"debt_ms":1,"at":2},"identities":{"debt_ms":0,"at":0},"rooms":{"debt_ms":0,"at":0}}"#,
        )
        .unwrap();
        assert_eq!(earlier.offenders, Offenders::default(), "what was stored before is read");
    }
}
