//! A call to a model: one request, and what its answer says, in the room's vocabulary.
//!
//! Not here: time limits and retries, which are the room's, and what the bytes mean, which `models` knows. The key is
//! added here, to one request, and is nowhere else.

use std::cell::RefCell;
use std::collections::BTreeMap;

use futures_util::StreamExt;
use models::{
    Api, CallEnd, FinishReason, HttpRequest, ModelError, ModelErrorKind, ModelEvent, moderation, responses,
};
use room::{Call, ModelRoute};
use shared::Seq;
use wasm_bindgen::JsValue;
use worker::{
    AbortController, AbortSignal, Fetch, Headers, Method, Request, RequestInit, RequestRedirect, Response,
    Result,
};

use crate::outgoing;
use crate::settings::{ApiKey, Settings};

/// What is read of a refusal.
const REFUSAL_BYTES: usize = 64 * 1024;
/// How long moderation and deletion may take.
const PATIENCE_MS: u64 = 10_000;
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
    pub fn begin(&self, run: Seq, call_number: u32) -> AbortSignal {
        let controller = AbortController::default();
        let signal = controller.signal();
        self.open.borrow_mut().insert((run, call_number), controller);
        signal
    }

    /// Whether a call goes on.
    pub fn has(&self, run: Seq, call_number: u32) -> bool {
        self.open.borrow().contains_key(&(run, call_number))
    }

    /// A call ended by itself.
    pub fn end(&self, run: Seq, call_number: u32) {
        self.open.borrow_mut().remove(&(run, call_number));
    }

    /// Ends a call: the request to the model's server is dropped.
    pub fn abort(&self, run: Seq, call_number: u32) {
        let controller = self.open.borrow_mut().remove(&(run, call_number));
        if let Some(controller) = controller {
            controller.abort();
        }
    }
}

/// What a call needs besides the turn.
pub struct Means<'a> {
    /// What the operator set.
    pub settings: &'a Settings,
    /// The key of the call's server.
    pub key: Option<ApiKey>,
    /// Tells the call when it is not wanted any more.
    pub signal: AbortSignal,
}

/// Makes a call and tells everything that it says. The last event is always an end, unless nobody listens.
pub async fn make(call: Call, means: Means<'_>, listener: &impl Listener) {
    let fail = |fault: ModelError| {
        listener.hear(ended(FinishReason::Failed(fault)));
    };
    let Means { settings, key, signal } = means;
    if Settings::is_vendors(&call.route.endpoint) && key.is_none() {
        return fail(fault(ModelErrorKind::Unauthorized, &format!("{} is not set", call.route.key)));
    }
    if let Some(refused) = moderate(&call, settings).await {
        return fail(refused);
    }
    let api = call.route.api;
    let request = request(call, settings);
    match send(api, &request, key.as_ref(), &signal).await {
        Ok(response) if (200..300).contains(&response.status_code()) => listen(api, response, listener).await,
        Ok(response) => fail(refusal(api, response).await),
        Err(error) => fail(fault(ModelErrorKind::Connection, &error.to_string())),
    }
}

/// Deletes a response at the model's server. True: it is gone there, or was never there.
pub async fn forget(id: &str, route: &ModelRoute, key: Option<&ApiKey>) -> bool {
    if route.api != Api::Responses {
        return true;
    }
    let ask = async {
        let mut init = RequestInit::new();
        init.with_method(Method::Delete).with_redirect(RequestRedirect::Manual);
        init.with_headers(key_header(route.api, key)?);
        let request = Request::new_with_init(&responses::delete(&route.endpoint, id), &init)?;
        outgoing::ask(request, PATIENCE_MS, 0).await
    };
    match ask.await {
        // 405: this server has no such thing, so it keeps none either.
        Ok((status, _)) => matches!(status, 200..=299 | 404 | 405 | 410),
        Err(_) => false,
    }
}

/// Whether the words that ask may go to a model, where the operator wants that to be checked. When it cannot be checked,
/// the model is not asked.
async fn moderate(call: &Call, settings: &Settings) -> Option<ModelError> {
    if !settings.moderation || call.asked.is_empty() {
        return None;
    }
    let asked = moderation::request(&call.asked, settings.moderation_url());
    let ask = async {
        let request = post(Api::Responses, &asked, settings.key.as_ref())?;
        let (status, body) = outgoing::ask(request, PATIENCE_MS, REFUSAL_BYTES).await?;
        Ok::<_, worker::Error>((status == 200).then(|| moderation::is_flagged(&body).ok()).flatten())
    };
    match ask.await {
        Ok(Some(false)) => None,
        Ok(Some(true)) => Some(fault(ModelErrorKind::PolicyBlocked, "moderation flagged it")),
        Ok(None) | Err(_) => Some(fault(ModelErrorKind::Unchecked, "moderation did not answer")),
    }
}

fn request(call: Call, settings: &Settings) -> HttpRequest {
    let Call { route, mut turn, asker, .. } = call;
    // Other servers may refuse what they do not know; the demo model checks it.
    if Settings::is_vendors(&route.endpoint) || settings.demo {
        let hash = |purpose, text: &str| settings.keys.as_ref().map(|keys| keys.hash(purpose, text));
        turn.safety_identifier = turn.safety_identifier.or_else(|| hash("madang asker", asker.as_str()));
    }
    route.api.request(&turn, &route.endpoint)
}

async fn send(
    api: Api,
    request: &HttpRequest,
    key: Option<&ApiKey>,
    signal: &AbortSignal,
) -> Result<Response> {
    Fetch::Request(post(api, request, key)?).send_with_signal(signal).await
}

fn post(api: Api, request: &HttpRequest, key: Option<&ApiKey>) -> Result<Request> {
    let headers = key_header(api, key)?;
    for (name, value) in &request.headers {
        headers.set(name, value)?;
    }
    let mut init = RequestInit::new();
    // The key must not follow a redirect to another host.
    init.with_method(Method::Post).with_redirect(RequestRedirect::Manual).with_headers(headers);
    init.with_body(Some(JsValue::from_str(&request.body)));
    Request::new_with_init(&request.url, &init)
}

fn key_header(api: Api, key: Option<&ApiKey>) -> Result<Headers> {
    let headers = Headers::new();
    if let Some(key) = key {
        let (name, value) = key.header(api);
        headers.set(name, &value)?;
    }
    Ok(headers)
}

/// Reads an answer to its end, or until nobody wants to hear more. Dropping the stream cancels it.
async fn listen(api: Api, mut response: Response, listener: &impl Listener) {
    let mut decoder = api.decoder();
    let is_wanted = |events: Vec<ModelEvent>| {
        events.into_iter().all(|event| {
            let is_end = matches!(event, ModelEvent::Finished(_));
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
            // What was stated before the connection broke still counts.
            Err(_) => decoder.finish(),
        };
        if !is_wanted(events) {
            return;
        }
    }
    is_wanted(decoder.finish());
}

/// What a response with an error status says.
async fn refusal(api: Api, mut response: Response) -> ModelError {
    let status = response.status_code();
    let value = |name: &str| response.headers().get(name).ok().flatten();
    let headers: Vec<(String, String)> =
        REFUSAL_HEADERS.iter().filter_map(|name| Some(((*name).to_owned(), value(name)?))).collect();
    let body = outgoing::read(&mut response, REFUSAL_BYTES).await;
    api.error_response(status, &headers, &body)
}

fn ended(finish: FinishReason) -> ModelEvent {
    ModelEvent::Finished(CallEnd::bare(finish))
}

fn fault(kind: ModelErrorKind, note: &str) -> ModelError {
    let note = note.get(..note.floor_char_boundary(NOTE_BYTES)).unwrap_or_default().to_owned();
    ModelError { kind, retry_after_ms: None, note }
}
