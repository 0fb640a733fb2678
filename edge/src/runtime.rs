//! What the runtime offers and the `worker` crate does not bind, or binds so that an exception of JavaScript would go
//! straight through Rust, which costs every room of the isolate its memory. Here every call returns a `Result`.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use shared::Millis;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use worker::js_sys::{Array, Date, Function, Object, Promise};
use worker::{Error, State, WebSocket};

#[wasm_bindgen]
extern "C" {
    /// The storage of an object.
    #[wasm_bindgen(extends = Object)]
    pub type DurableStorage;

    /// Runs `body` in a transaction. Its error rolls everything back and comes out again.
    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    pub fn transaction_sync(
        this: &DurableStorage,
        body: &mut dyn FnMut() -> Result<(), JsValue>,
    ) -> Result<JsValue, JsValue>;

    /// The database.
    #[wasm_bindgen(method, getter, catch)]
    pub fn sql(this: &DurableStorage) -> Result<Sql, JsValue>;

    /// The database of an object.
    #[wasm_bindgen(extends = Object)]
    pub type Sql;

    /// Runs statements. The values belong to the question marks of the last one.
    #[wasm_bindgen(method, catch, variadic)]
    pub fn exec(this: &Sql, statements: &str, values: &Array) -> Result<Cursor, JsValue>;

    /// How large the database is, in bytes.
    #[wasm_bindgen(method, getter, catch, js_name = databaseSize)]
    pub fn database_size(this: &Sql) -> Result<f64, JsValue>;

    /// What a statement found.
    #[wasm_bindgen(extends = Object)]
    pub type Cursor;

    /// All that is left, as objects.
    #[wasm_bindgen(method, catch, js_name = toArray)]
    pub fn to_array(this: &Cursor) -> Result<Array, JsValue>;

    #[wasm_bindgen(extends = Object)]
    type Clockwork;

    #[wasm_bindgen(method, catch, js_name = getWebSocketAutoResponseTimestamp)]
    fn auto_response_timestamp(this: &Clockwork, socket: &JsValue) -> Result<Option<Date>, JsValue>;

    #[wasm_bindgen(catch, js_namespace = crypto, js_name = getRandomValues)]
    fn get_random_values(bytes: &mut [u8]) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_name = setTimeout)]
    fn js_set_timeout(callback: &Function, ms: f64) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_name = clearTimeout)]
    fn js_clear_timeout(id: &JsValue) -> Result<(), JsValue>;
}

/// The clock. It stands still while code runs.
pub fn now() -> Millis {
    millis(Date::now())
}

/// Random bytes that are fit for secrets.
pub fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    get_random_values(&mut bytes)?;
    Ok(bytes)
}

/// When the runtime last answered a ping of this socket by itself.
pub fn last_ping(state: &State, socket: &WebSocket) -> Option<Millis> {
    let clockwork: &Clockwork = state.as_raw().unchecked_ref();
    let heard = clockwork.auto_response_timestamp(socket.as_ref()).ok()??;
    Some(millis(heard.get_time()))
}

/// Calls back once, after `ms` milliseconds. What names the timeout is a number in browsers and an object in this runtime.
pub fn set_timeout(callback: &Function, ms: u64) -> Result<JsValue, Error> {
    // Later than this, and the number would wrap around to now.
    const MOST: u64 = i32::MAX as u64;
    js_set_timeout(callback, number(ms.min(MOST)).as_f64().unwrap_or_default()).map_err(Error::from)
}

/// Takes a timeout back.
pub fn clear_timeout(id: &JsValue) {
    // A timeout that is over cannot be taken back, and need not.
    let _over = js_clear_timeout(id);
}

/// Time that passes. It is taken back when nobody waits for it any more: a pending timeout keeps an object awake.
///
/// The `worker` crate's own delay expects a number from `setTimeout`, and panics at what this runtime gives.
pub struct Pause {
    over: JsFuture,
    id: JsValue,
}

impl Pause {
    /// `ms` milliseconds from now.
    pub fn new(ms: u64) -> Result<Self, Error> {
        let mut id = Err(JsValue::UNDEFINED);
        let promise = Promise::new(&mut |resolve: Function, _| {
            id = set_timeout(&resolve, ms).map_err(JsValue::from);
        });
        Ok(Self { over: JsFuture::from(promise), id: id? })
    }
}

impl Future for Pause {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.over).poll(context).map(drop)
    }
}

impl Drop for Pause {
    fn drop(&mut self) {
        clear_timeout(&self.id);
    }
}

/// A number for JavaScript, which holds those below 2^53 exactly.
pub fn number(value: u64) -> JsValue {
    #[expect(clippy::cast_precision_loss, reason = "places, times and sizes are below 2^53")]
    JsValue::from_f64(value as f64)
}

/// A number of JavaScript. What is no count is 0.
pub fn count(value: f64) -> u64 {
    // This conversion saturates, and takes NaN for 0.
    value as u64
}

fn millis(value: f64) -> Millis {
    Millis(count(value))
}
