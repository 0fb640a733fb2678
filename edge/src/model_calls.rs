//! Calls to model APIs: sends one request, and hands on the events in its response, with question and answer moderated.
//!
//! The model server's key is added here, to one request, and is nowhere else. Not here: timeouts and retries, which the room
//! decides, and what the bytes mean, which `models` decodes.

mod moderation;
mod open_calls;
mod refused_fields;
mod request;

pub use open_calls::OpenCalls;

use futures_util::StreamExt;
use models::{
    Api, CallEnd, Endpoint, FinishReason, HttpRequest, ModelError, ModelErrorKind, ModelEvent, responses,
};
use room::{Call, ModelRoute};
use worker::{AbortSignal, Env, Fetch, Method, Request, RequestInit, RequestRedirect, Response, Result};

use crate::http::fetch::{fetch_bounded, read_body};
use crate::log;
use crate::settings::{ApiKey, Settings};
use moderation::{CheckedEvents, Moderator};
use refused_fields::ErrorResponse;
use request::{ERROR_BODY_BYTES, REQUEST_TIMEOUT_MS, key_header, model_error, post};

/// How often one request is sent at most, each time without the field that was refused before.
const REFUSED_FIELDS: u32 = 4;

/// Receives the events of a call.
pub trait CallListener {
    /// The request is about to leave. `false`: the call was aborted, and must not be made.
    fn on_send(&self) -> bool;
    /// `false`: the listener wants no more events.
    fn on_event(&self, event: ModelEvent) -> bool;
}

/// What a call needs besides its turn.
pub struct CallContext<'a> {
    pub env: &'a Env,
    pub settings: &'a Settings,
    /// How the operator's log and the ledger know the room.
    pub room: Option<&'a str>,
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
    if Settings::is_vendors(&call.route.endpoint) && context.key.is_none() {
        let note = format!("{} is not set", call.route.key);
        return fail(model_error(ModelErrorKind::Unauthorized, &note));
    }
    let moderator = Moderator::new(&call, &context).await;
    if let Err(error) = moderator.check_question(&call.asked).await {
        return fail(error);
    }
    if !listener.on_send() {
        return;
    }
    let (api, endpoint) = (call.route.api, call.route.endpoint.clone());
    let request = refused_fields::without_refused(http_request(call, &context), &endpoint);
    match send_tolerantly(api, request, &endpoint, &context).await {
        Ok(Ok(response)) => stream_events(api, response, CheckedEvents::new(&moderator, listener)).await,
        Ok(Err(error)) => fail(error),
        Err(error) => fail(model_error(ModelErrorKind::Connection, &error.to_string())),
    }
}

/// What happens to a response that could not be deleted.
const KEPT_FOR_DELETION: &str = "it stays marked for deletion, and the room tries again";

/// Sends a request. Where its server refuses an optional field, sends it once more without that; each refusal is remembered.
async fn send_tolerantly(
    api: Api,
    mut request: HttpRequest,
    endpoint: &Endpoint,
    context: &CallContext<'_>,
) -> Result<std::result::Result<Response, ModelError>> {
    for tries_left in (0..REFUSED_FIELDS).rev() {
        let response = send(api, &request, context.key.as_ref(), &context.signal).await?;
        if (200..300).contains(&response.status_code()) {
            return Ok(Ok(response));
        }
        let refused = read_error(api, response).await;
        let again = refused_fields::learn(&request, endpoint, &refused).filter(|_| tries_left > 0);
        let Some(again) = again else { return Ok(Err(refused.error)) };
        request = again;
    }
    Ok(Err(model_error(ModelErrorKind::BadRequest, "its server refuses many fields")))
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
            log::warn("response_not_deleted", &[("status", &status), ("then", &KEPT_FOR_DELETION)]);
            false
        }
        Err(error) => {
            log::warn("response_not_deleted", &[("error", &error), ("then", &KEPT_FOR_DELETION)]);
            false
        }
    }
}

/// Builds the API's HTTP request for a call.
fn http_request(call: Call, context: &CallContext<'_>) -> HttpRequest {
    let settings = context.settings;
    let Call { route, mut turn, asker, bot, .. } = call;
    // The asker's id is that of one room, so vendors cannot link what somebody asks in several rooms either. Whoever they block in
    // one could as well come with a new cookie, so this loses nothing.
    // Other servers may refuse a parameter that they do not know; the demo model checks this one.
    if Settings::is_vendors(&route.endpoint) || settings.demo {
        let hash = |purpose, text: &str| settings.keys.as_ref().ok().map(|keys| keys.hash(purpose, text));
        turn.safety_identifier = turn.safety_identifier.or_else(|| hash("madang asker", asker.as_str()));
        // Turns of one bot in one room begin alike, so the provider should serve them from the same cache.
        let of_room = context.room.map(|room| format!("{room} {bot}"));
        turn.cache_key = turn.cache_key.or_else(|| hash("madang prompt cache", &of_room?));
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
async fn stream_events<L: CallListener>(api: Api, mut response: Response, mut room: CheckedEvents<'_, L>) {
    let mut decoder = api.decoder();
    // A response without a body has no stream.
    let Ok(mut stream) = response.stream() else {
        room.hand_on(decoder.finish()).await;
        return;
    };
    while let Some(chunk) = stream.next().await {
        let events = match chunk {
            Ok(bytes) => decoder.push(&bytes),
            // The connection broke; the events before that still count.
            Err(_) => decoder.finish(),
        };
        if !room.hand_on(events).await {
            return;
        }
    }
    room.hand_on(decoder.finish()).await;
}

/// Reads a response with an error status.
async fn read_error(api: Api, mut response: Response) -> ErrorResponse {
    let status = response.status_code();
    let value = |name: &str| response.headers().get(name).ok().flatten();
    let headers: Vec<(String, String)> =
        models::ERROR_HEADERS.iter().filter_map(|name| Some(((*name).to_owned(), value(name)?))).collect();
    let body = read_body(&mut response, ERROR_BODY_BYTES).await;
    ErrorResponse { error: api.error_response(status, &headers, &body), status, body }
}
