//! Calls to model APIs: sends one request, and hands on the events in its response.
//!
//! The model server's key is added here, to one request, and is nowhere else. Not here: timeouts and retries, which the room
//! decides, and what the bytes mean, which `models` decodes.

mod moderation;
mod open_calls;
mod request;

pub use open_calls::OpenCalls;

use futures_util::StreamExt;
use models::{Api, CallEnd, FinishReason, HttpRequest, ModelError, ModelErrorKind, ModelEvent, responses};
use room::{Call, ModelRoute};
use worker::{
    AbortSignal, Fetch, Method, Request, RequestInit, RequestRedirect, Response, Result, console_warn,
};

use crate::http::fetch::{fetch_bounded, read_body};
use crate::settings::{ApiKey, Settings};
use request::{ERROR_BODY_BYTES, REQUEST_TIMEOUT_MS, key_header, model_error, post};

/// Receives the events of a call.
pub trait CallListener {
    /// The request is about to leave. `false`: the call was aborted, and must not be made.
    fn on_send(&self) -> bool;
    /// `false`: the listener wants no more events.
    fn on_event(&self, event: ModelEvent) -> bool;
}

/// What a call needs besides its turn.
pub struct CallContext<'a> {
    pub settings: &'a Settings,
    /// The key of the call's server.
    pub key: Option<ApiKey>,
    pub signal: AbortSignal,
}

/// Makes a call. Its last event is always `Finished`, unless the listener wants no more before that; failures of the connection,
/// a missing key and a moderated question are reported as such an event.
pub async fn run(call: Call, context: CallContext<'_>, listener: &impl CallListener) {
    let fail = |error: ModelError| {
        listener.on_event(ModelEvent::Finished(CallEnd::bare(FinishReason::Failed(error))));
    };
    let CallContext { settings, key, signal } = context;
    if Settings::is_vendors(&call.route.endpoint) && key.is_none() {
        let note = format!("{} is not set", call.route.key);
        return fail(model_error(ModelErrorKind::Unauthorized, &note));
    }
    if let Err(error) = moderation::check(&call, settings, &signal).await {
        return fail(error);
    }
    if !listener.on_send() {
        return;
    }
    let api = call.route.api;
    let request = http_request(call, settings);
    match send(api, &request, key.as_ref(), &signal).await {
        Ok(response) if (200..300).contains(&response.status_code()) => {
            stream_events(api, response, listener).await;
        }
        Ok(response) => fail(read_error(api, response).await),
        Err(error) => fail(model_error(ModelErrorKind::Connection, &error.to_string())),
    }
}

/// Deletes a response at the model's server. `true`: it is deleted, or the server never had it.
pub async fn delete_response(id: &str, route: &ModelRoute, key: Option<&ApiKey>) -> bool {
    if route.api != Api::Responses {
        return true;
    }
    let delete = async {
        let mut init = RequestInit::new();
        init.with_method(Method::Delete).with_redirect(RequestRedirect::Manual);
        init.with_headers(key_header(route.api, key)?);
        let request = Request::new_with_init(&responses::delete(&route.endpoint, id), &init)?;
        fetch_bounded(request, REQUEST_TIMEOUT_MS, 0).await
    };
    match delete.await {
        // 405: the server has no such method, so it keeps no responses either.
        Ok((200..=299 | 404 | 405 | 410, _)) => true,
        Ok((status, _)) => {
            console_warn!(
                "deleting a response at the model's server failed with status {status}; it stays marked for deletion, and the room tries again"
            );
            false
        }
        Err(error) => {
            console_warn!(
                "deleting a response at the model's server failed: {error}; it stays marked for deletion, and the room tries again"
            );
            false
        }
    }
}

/// Builds the API's HTTP request for a call.
fn http_request(call: Call, settings: &Settings) -> HttpRequest {
    let Call { route, mut turn, asker, .. } = call;
    // Other servers may refuse a parameter that they do not know; the demo model checks this one.
    if Settings::is_vendors(&route.endpoint) || settings.demo {
        let hash = |purpose, text: &str| settings.keys.as_ref().ok().map(|keys| keys.hash(purpose, text));
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

/// Hands on the events of a response until it ends, or until the listener wants no more. Dropping the stream cancels the request.
async fn stream_events(api: Api, mut response: Response, listener: &impl CallListener) {
    let mut decoder = api.decoder();
    let hand_on = |events: Vec<ModelEvent>| {
        events.into_iter().all(|event| {
            let is_end = matches!(event, ModelEvent::Finished(_));
            listener.on_event(event) && !is_end
        })
    };
    // A response without a body has no stream.
    let Ok(mut stream) = response.stream() else {
        hand_on(decoder.finish());
        return;
    };
    while let Some(chunk) = stream.next().await {
        let events = match chunk {
            Ok(bytes) => decoder.push(&bytes),
            // The connection broke; the events before that still count.
            Err(_) => decoder.finish(),
        };
        if !hand_on(events) {
            return;
        }
    }
    hand_on(decoder.finish());
}

/// Reads a response with an error status.
async fn read_error(api: Api, mut response: Response) -> ModelError {
    let status = response.status_code();
    let value = |name: &str| response.headers().get(name).ok().flatten();
    let headers: Vec<(String, String)> =
        models::ERROR_HEADERS.iter().filter_map(|name| Some(((*name).to_owned(), value(name)?))).collect();
    let body = read_body(&mut response, ERROR_BODY_BYTES).await;
    api.error_response(status, &headers, &body)
}
