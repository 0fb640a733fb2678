//! Reads a request, records it, applies the faults that replace an answer, and routes it to its API's module.

use super::body::{self, ResponseBody, set_header};
use super::control;
use super::reply;
use super::state::ServerState;
use crate::api::{ReceivedRequest, Rejection, Routed, chat_completions, gemini, openai, responses};
use crate::faults::Fault;
use crate::requests::{Endpoint, Outcome, RecordedRequest, Recording};
use crate::stream::{Connection, Cut};
use crate::{moderation, weather};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode};
use serde_json::Value;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Answers one request.
///
/// # Errors
/// An error closes the connection without an answer, as `Fault::HangUp` wants.
pub(crate) async fn handle(
    state: Arc<ServerState>,
    connection: Arc<Connection>,
    request: Request<Incoming>,
) -> io::Result<Response<ResponseBody>> {
    let (head, body) = request.into_parts();
    let bytes = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let body = serde_json::from_slice::<Value>(&bytes).ok();
    let path = head.uri.path().to_owned();
    if state.control && path.starts_with("/control") {
        return Ok(match control::handle(&state, &head.method, &path, body) {
            Ok(done) => body::json(200, &done, &[]),
            Err(error) => reply::rejection(&error.into(), &[]),
        });
    }
    let recorded = record(&head, body.as_ref());
    let endpoint = recorded.endpoint;
    let recording = state.requests.open(recorded);
    let faults = state.take_faults(endpoint);
    if let Some(response) = before_headers(&connection, &recording, &faults).await? {
        return Ok(response);
    }
    let received = ReceivedRequest {
        method: head.method,
        path,
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers,
        body,
        stateless: state.script().stateless || faults.iter().any(Fault::is_stateless),
    };
    let headers = usual_headers(endpoint);
    Ok(match route(&state, &received, endpoint) {
        Ok(Routed::Json(_)) if faults.contains(&Fault::SilentAfterHeaders) => silence(recording),
        Ok(Routed::Json(body)) => {
            recording.set_status(200);
            recording.end(Outcome::Completed);
            body::json(200, &body, &headers)
        }
        Ok(Routed::ModelCall(call)) => reply::answer(&state, connection, recording, call.as_ref(), &faults),
        Err(rejection) => reply::reject(&recording, &rejection, &headers),
    })
}

fn record(head: &Parts, body: Option<&Value>) -> RecordedRequest {
    let headers = head.headers.iter().map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    let path = head.uri.path_and_query().map_or(head.uri.path(), |whole| whole.as_str()).to_owned();
    RecordedRequest::new(
        head.method.to_string(),
        path,
        headers.collect(),
        body.cloned().unwrap_or(Value::Null),
    )
}

fn route(state: &ServerState, received: &ReceivedRequest, endpoint: Endpoint) -> Result<Routed, Rejection> {
    let stores = &state.stores;
    match endpoint {
        Endpoint::Weather => weather::route(received),
        Endpoint::Gemini => gemini::route(stores, received),
        _ => {
            openai::check_key(received)?;
            match (endpoint, received.path.as_str()) {
                (Endpoint::ChatCompletions, _) => chat_completions::route(stores, received),
                (Endpoint::Moderations, _) => moderation::route(received),
                (Endpoint::Responses | Endpoint::Deletion, _) => responses::route(stores, received),
                (_, path) if path.starts_with("/v1/responses/") => responses::route(stores, received),
                (_, "/v1/models") if received.method == Method::GET => Ok(Routed::Json(openai::models())),
                (_, path) => Err(openai::ApiError::no_route(received.method.as_str(), path).into()),
            }
        }
    }
}

/// Headers that every answer of an endpoint has, rejections included.
fn usual_headers(endpoint: Endpoint) -> Vec<(&'static str, String)> {
    match endpoint {
        Endpoint::Weather => Vec::new(),
        Endpoint::Gemini => gemini::headers(),
        _ => openai::headers(),
    }
}

/// Applies the faults that replace the whole answer.
async fn before_headers(
    connection: &Connection,
    recording: &Recording,
    faults: &[Fault],
) -> io::Result<Option<Response<ResponseBody>>> {
    for fault in faults {
        match fault {
            Fault::LateHeaders(millis) => tokio::time::sleep(Duration::from_millis(*millis)).await,
            // When the client goes away, hyper drops this future, and with it the recording.
            Fault::SilentBeforeHeaders => std::future::pending::<()>().await,
            Fault::HangUp(how) => {
                recording.end(Outcome::Cut);
                if *how == Cut::Reset {
                    connection.reset_on_close();
                }
                return Err(io::Error::other("closed by an injected fault"));
            }
            Fault::Status { status, headers, body } => {
                recording.set_status(*status);
                recording.end(Outcome::Completed);
                let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_GATEWAY);
                let mut response = body::full(status, Bytes::from(body.clone()));
                for (name, value) in headers {
                    set_header(&mut response, name, value);
                }
                return Ok(Some(response));
            }
            _ => {}
        }
    }
    Ok(None)
}

/// Headers, and a body that never comes.
fn silence(recording: Recording) -> Response<ResponseBody> {
    recording.set_status(200);
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        sender.closed().await;
        drop(recording);
    });
    Response::new(ResponseBody::Stream(receiver))
}
