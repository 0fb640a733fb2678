//! Decides whether a request to enter a room or to open a socket is admitted, before the room's object wakes.
//!
//! In this order, the cheapest first: what this isolate remembers of the address (`address_limits::memory`), Cloudflare's
//! rate-limit binding where the operator has configured one, the address's object (`address_object`).

use std::cell::RefCell;

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::js_sys::{Object, Reflect};
use worker::{Env, Error, Result};

use crate::address_limits::memory::AddressMemory;
use crate::address_limits::{Refused, VisitKind};
use crate::address_object;
use crate::http::reply::{ErrorReply, RequestError};
use crate::log;
use crate::runtime::{self, RateLimit};

/// The name of the optional binding (Cloudflare, "Rate Limiting API").
const RATE_LIMIT: &str = "RATE_LIMIT";
/// The binding does not say when to come back. Its periods are 10 and 60 seconds.
const RATE_LIMIT_RETRY_MS: u64 = 10_000;

thread_local! {
    static MEMORY: RefCell<AddressMemory> = RefCell::default();
}

/// A request that wants to be admitted.
pub struct Admission<'a> {
    /// The address group as a keyed hash.
    pub address: &'a str,
    /// The person at this address as a keyed hash, if they have an identity.
    pub person: Option<&'a str>,
    /// How many times as much as one person an address may do (`ADDRESS_FACTOR`).
    pub factor: u32,
    pub kind: VisitKind,
    /// It opens a socket for a person who has an identity already.
    pub is_reconnection: bool,
}

impl Admission<'_> {
    /// # Errors
    /// `SlowDown` when a limit of the address is used up, or the person is refused for what they sent before; `TryLater` when its object cannot be asked: an address that could
    /// overload its own object would otherwise have no limit.
    pub async fn check(&self, env: &Env) -> std::result::Result<(), RequestError> {
        let now = runtime::now();
        MEMORY
            .with_borrow(|memory| memory.check(now, self.address, self.person, self.kind))
            .map_err(slow_down)?;
        if !is_within_rate_limit(env, self.address).await {
            return Err(ErrorReply::SlowDown { wait_ms: RATE_LIMIT_RETRY_MS }.into());
        }
        if self.is_reconnection
            && MEMORY.with_borrow_mut(|memory| memory.may_reconnect_unasked(now, self.address))
        {
            return Ok(());
        }
        match address_object::take(env, self.address, self.factor, self.kind, self.person).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(why)) => {
                let now = runtime::now();
                MEMORY.with_borrow_mut(|memory| memory.refused(now, self.address, self.person, why));
                Err(slow_down(why))
            }
            Err(error) => {
                let then = "a request is not admitted and replied 503 try_later";
                log::error("address_unreachable", &[("error", &error), ("then", &then)]);
                Err(ErrorReply::TryLater.into())
            }
        }
    }
}

fn slow_down(why: Refused) -> RequestError {
    ErrorReply::SlowDown { wait_ms: why.wait_ms() }.into()
}

/// Asks the rate-limit binding. Without one, and when it fails, the address's own limits decide alone.
async fn is_within_rate_limit(env: &Env, address: &str) -> bool {
    let Ok(binding) = Reflect::get(env, &JsValue::from_str(RATE_LIMIT)) else { return true };
    if binding.is_undefined() {
        return true;
    }
    ask_rate_limit(binding.unchecked_ref(), address).await.unwrap_or_else(|error| {
        let then = "the limits of the address decide alone";
        log::error("rate_limit_unreachable", &[("error", &error), ("then", &then)]);
        true
    })
}

async fn ask_rate_limit(binding: &RateLimit, address: &str) -> Result<bool> {
    let options = Object::new();
    Reflect::set(&options, &JsValue::from_str("key"), &JsValue::from_str(address))?;
    let outcome = JsFuture::from(binding.limit(&options)?).await?;
    let success = Reflect::get(&outcome, &JsValue::from_str("success"))?;
    success.as_bool().ok_or_else(|| Error::RustError("its outcome has no success".to_owned()))
}
