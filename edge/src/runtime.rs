//! Bindings to the JavaScript runtime (workerd) that the `worker` crate lacks, or whose JavaScript exceptions it lets unwind
//! through Rust, which would destroy the memory of every room in the isolate. Here every call that can throw returns a `Result`.
//!
//! Not here: anything about rooms.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use shared::Millis;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use worker::js_sys::{Array, Date, Function, JsString, Object, Promise};
use worker::{Error, State, WebSocket};

#[wasm_bindgen]
extern "C" {
    /// `DurableObjectStorage`.
    #[wasm_bindgen(extends = Object)]
    pub type DurableStorage;

    /// Runs `body` in a transaction. When `body` fails, everything is rolled back and its error is returned.
    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    pub fn transaction_sync(
        this: &DurableStorage,
        body: &mut dyn FnMut() -> Result<(), JsValue>,
    ) -> Result<JsValue, JsValue>;

    /// Sets the object's alarm. What is written before the next await is written together with it, or not at all.
    #[wasm_bindgen(method, catch, js_name = setAlarm)]
    pub fn set_alarm(this: &DurableStorage, at: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, getter, catch)]
    pub fn sql(this: &DurableStorage) -> Result<Sql, JsValue>;

    /// `SqlStorage`.
    #[wasm_bindgen(extends = Object)]
    pub type Sql;

    /// Runs statements. `values` are bound to the question marks of the last one.
    #[wasm_bindgen(method, catch, variadic)]
    pub fn exec(this: &Sql, statements: &JsString, values: &Array) -> Result<Cursor, JsValue>;

    /// The size of the database in bytes.
    #[wasm_bindgen(method, getter, catch, js_name = databaseSize)]
    pub fn database_size(this: &Sql) -> Result<f64, JsValue>;

    /// `SqlStorageCursor`.
    #[wasm_bindgen(extends = Object)]
    pub type Cursor;

    /// The remaining rows, as objects.
    #[wasm_bindgen(method, catch, js_name = toArray)]
    pub fn to_array(this: &Cursor) -> Result<Array, JsValue>;

    /// A WebSocket, for sending one JavaScript string to many of them without copying it again for each.
    #[wasm_bindgen(extends = Object)]
    pub type TextSocket;

    #[wasm_bindgen(method, catch)]
    pub fn send(this: &TextSocket, text: &JsString) -> Result<(), JsValue>;

    /// A rate-limit binding. The `worker` crate looks for the name of its class, which not every runtime gives it.
    #[wasm_bindgen(extends = Object)]
    pub type RateLimit;

    #[wasm_bindgen(method, catch)]
    pub fn limit(this: &RateLimit, options: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(extends = Object)]
    type AutoResponseState;

    #[wasm_bindgen(method, catch, js_name = getWebSocketAutoResponseTimestamp)]
    fn auto_response_timestamp(this: &AutoResponseState, socket: &JsValue) -> Result<Option<Date>, JsValue>;

    #[wasm_bindgen(catch, js_namespace = crypto, js_name = getRandomValues)]
    fn get_random_values(bytes: &mut [u8]) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_name = setTimeout)]
    fn js_set_timeout(callback: &Function, ms: f64) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_name = clearTimeout)]
    fn js_clear_timeout(id: &JsValue) -> Result<(), JsValue>;
}

/// The current time. In workerd it does not advance while code runs, only over I/O.
pub fn now() -> Millis {
    millis(Date::now())
}

/// Returns cryptographically secure random bytes.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    get_random_values(&mut bytes)?;
    Ok(bytes)
}

/// When the runtime last answered a ping of this socket without waking the object.
pub fn last_ping(state: &State, socket: &WebSocket) -> Option<Millis> {
    let state: &AutoResponseState = state.as_raw().unchecked_ref();
    let answered = state.auto_response_timestamp(socket.as_ref()).ok()??;
    Some(millis(answered.get_time()))
}

/// The id of an object as text, which does not tell its name.
pub fn object_id(state: &State) -> Option<String> {
    state.as_raw().id().and_then(|id| id.to_string()).ok()
}

/// Calls back once, after `ms` milliseconds. The returned id is a number in browsers and an object in workerd.
pub fn set_timeout(callback: &Function, ms: u64) -> Result<JsValue, Error> {
    // `setTimeout` takes a signed 32-bit number; a larger one would fire at once.
    const MAX_MS: u64 = i32::MAX as u64;
    js_set_timeout(callback, js_number(ms.min(MAX_MS)).as_f64().unwrap_or_default()).map_err(Error::from)
}

pub fn clear_timeout(id: &JsValue) {
    // It fails for a timeout that has fired, which needs no cancelling.
    let _fired = js_clear_timeout(id);
}

/// A future that completes after a time. Dropping it cancels its timeout, because a pending timeout prevents hibernation.
///
/// Replaces `worker::Delay`, which expects a number from `setTimeout` and panics at workerd's object.
pub struct Sleep {
    timeout: JsFuture,
    id: JsValue,
}

impl Sleep {
    /// # Errors
    /// When the runtime refuses the timeout.
    pub fn new(ms: u64) -> Result<Self, Error> {
        let mut id = Err(JsValue::UNDEFINED);
        let promise = Promise::new(&mut |resolve: Function, _| {
            id = set_timeout(&resolve, ms).map_err(JsValue::from);
        });
        Ok(Self { timeout: JsFuture::from(promise), id: id? })
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.timeout).poll(context).map(drop)
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        clear_timeout(&self.id);
    }
}

/// Converts to a JavaScript number, which is exact below 2^53.
pub fn js_number(value: u64) -> JsValue {
    #[expect(clippy::cast_precision_loss, reason = "sequence numbers, times and sizes are below 2^53")]
    JsValue::from_f64(value as f64)
}

/// Converts from a JavaScript number. NaN and negative numbers become 0.
pub fn from_js_number(value: f64) -> u64 {
    // `as` saturates, and converts NaN to 0.
    value as u64
}

fn millis(value: f64) -> Millis {
    Millis(from_js_number(value))
}
