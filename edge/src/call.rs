//! A call to a model: one request, and what its answer says, in the room's vocabulary.
//!
//! Not here: time limits and retries, which are the room's, and what the bytes mean, which `models` knows. The key is
//! added here, to one request, and is nowhere else.

use std::cell::RefCell;
use std::collections::BTreeMap;

use futures_util::StreamExt;
use models::{Ended, Fault, FaultKind, Finish, HttpRequest, ModelEvent, responses};
use room::Call;
use shared::Seq;
use wasm_bindgen::JsValue;
use worker::{
    AbortController, AbortSignal, Fetch, Headers, Method, Request, RequestInit, RequestRedirect, Response,
    Result,
};

use crate::settings::Settings;

/// What is read of a refusal.
const REFUSAL_BYTES: usize = 64 * 1024;
/// What a fault's note may hold.
const NOTE_BYTES: usize = 200;
/// The headers of a refusal that mean something.
const REFUSAL_HEADERS: [&str; 4] = ["retry-after", "retry-after-ms", "x-should-retry", "x-request-id"];

/// The calls that go on in this instance.
#[derive(Default)]
pub struct Calls {
    open: RefCell<BTreeMap<(Seq, u32), AbortController>>,
}

/// Takes what a call says. False: nobody wants to hear more.
pub trait Listener {
    /// One event.
    fn hear(&self, event: ModelEvent) -> bool;
}

impl Calls {
    /// A call begins. The signal tells it when it is not wanted any more.
    pub fn begin(&self, run: Seq, attempt: u32) -> AbortSignal {
        let controller = AbortController::default();
        let signal = controller.signal();
        self.open.borrow_mut().insert((run, attempt), controller);
        signal
    }

    /// Whether a call goes on.
    pub fn has(&self, run: Seq, attempt: u32) -> bool {
        self.open.borrow().contains_key(&(run, attempt))
    }

    /// A call ended by itself.
    pub fn end(&self, run: Seq, attempt: u32) {
        self.open.borrow_mut().remove(&(run, attempt));
    }

    /// Ends a call: the request to the model's server is dropped.
    pub fn abort(&self, run: Seq, attempt: u32) {
        let controller = self.open.borrow_mut().remove(&(run, attempt));
        if let Some(controller) = controller {
            controller.abort();
        }
    }
}

/// Makes a call and tells everything that it says. The last event is always an end, unless nobody listens.
pub async fn make(call: Call, settings: &Settings, signal: AbortSignal, listener: &impl Listener) {
    if settings.is_hosted() && settings.key.is_none() {
        let fault = fault(FaultKind::Unauthorized, "OPENAI_API_KEY is not set");
        listener.hear(ended(Finish::Failed(fault)));
        return;
    }
    let request = request(call, settings);
    match send(&request, settings, &signal).await {
        Ok(response) if (200..300).contains(&response.status_code()) => listen(response, listener).await,
        Ok(response) => {
            let fault = refusal(response).await;
            listener.hear(ended(Finish::Failed(fault)));
        }
        Err(error) => {
            let fault = fault(FaultKind::Connection, &error.to_string());
            listener.hear(ended(Finish::Failed(fault)));
        }
    }
}

fn request(call: Call, settings: &Settings) -> HttpRequest {
    let mut turn = call.turn;
    // Other servers may refuse what they do not know; the demo model checks it.
    if settings.is_hosted() || settings.demo {
        let hash = |purpose, text: &str| settings.keys.as_ref().map(|keys| keys.hash(purpose, text));
        turn.safety_identifier = turn.safety_identifier.or_else(|| hash("madang asker", call.asker.as_str()));
    }
    responses::request(&turn, &settings.endpoint)
}

async fn send(request: &HttpRequest, settings: &Settings, signal: &AbortSignal) -> Result<Response> {
    let headers = Headers::new();
    for (name, value) in &request.headers {
        headers.set(name, value)?;
    }
    if let Some(key) = &settings.key {
        headers.set("authorization", &key.authorization())?;
    }
    let mut init = RequestInit::new();
    // The key must not follow a redirect to another host.
    init.with_method(Method::Post).with_redirect(RequestRedirect::Manual).with_headers(headers);
    init.with_body(Some(JsValue::from_str(&request.body)));
    Fetch::Request(Request::new_with_init(&request.url, &init)?).send_with_signal(signal).await
}

/// Reads an answer to its end, or until nobody wants to hear more. Dropping the stream cancels it.
async fn listen(mut response: Response, listener: &impl Listener) {
    let mut decoder = responses::decoder();
    let is_wanted = |events: Vec<ModelEvent>| {
        events.into_iter().all(|event| {
            let is_end = matches!(event, ModelEvent::Ended(_));
            listener.hear(event) && !is_end
        })
    };
    // An answer without a body has no stream.
    let Ok(mut stream) = response.stream() else {
        is_wanted(decoder.finish());
        return;
    };
    while let Some(chunk) = stream.next().await {
        let events = match chunk {
            Ok(bytes) => decoder.push(&bytes),
            Err(_) => vec![ended(Finish::Cut)],
        };
        if !is_wanted(events) {
            return;
        }
    }
    is_wanted(decoder.finish());
}

/// What a response with an error status says.
async fn refusal(mut response: Response) -> Fault {
    let status = response.status_code();
    let value = |name: &str| response.headers().get(name).ok().flatten();
    let headers: Vec<(String, String)> =
        REFUSAL_HEADERS.iter().filter_map(|name| Some(((*name).to_owned(), value(name)?))).collect();
    let mut body = Vec::new();
    if let Ok(mut stream) = response.stream() {
        while let Some(Ok(chunk)) = stream.next().await {
            body.extend(chunk);
            if body.len() >= REFUSAL_BYTES {
                break;
            }
        }
    }
    body.truncate(REFUSAL_BYTES);
    responses::refusal(status, &headers, &body)
}

fn ended(finish: Finish) -> ModelEvent {
    ModelEvent::Ended(Ended::bare(finish))
}

fn fault(kind: FaultKind, note: &str) -> Fault {
    let note = note.get(..note.floor_char_boundary(NOTE_BYTES)).unwrap_or_default().to_owned();
    Fault { kind, retry_after_ms: None, note }
}
