//! The door: reads a request, records it, and hands it to the module whose address it has.

use super::answering::answer;
use super::control::control;
use super::core::Core;
use super::dialect::{Dialect, Refused};
use super::fault::{Cut, Fault};
use super::openai::{self, Problem};
use super::outgoing::{Line, Outgoing};
use super::seen::{Door, Ending, Seen, Ticket};
use super::{chat_completions, gemini, moderations, responses, weather};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use serde_json::Value;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// A request, read.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    /// `None` when it is no JSON.
    pub(crate) body: Option<Value>,
    /// Chains are ignored.
    pub(crate) stateless: bool,
}

impl Received {
    /// A header's text; empty when it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// What a request comes to.
pub(crate) enum Routed {
    /// This body at once.
    Json(Value),
    /// An answer of the model.
    Answer(Box<dyn Dialect>),
}

/// Answers one request; an error closes the connection.
pub(crate) async fn handle(
    core: Arc<Core>,
    line: Arc<Line>,
    request: Request<Incoming>,
) -> io::Result<Response<Outgoing>> {
    let (head, body) = request.into_parts();
    let bytes = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let body = serde_json::from_slice::<Value>(&bytes).ok();
    let path = head.uri.path().to_owned();
    if core.control && path.starts_with("/control") {
        return Ok(match control(&core, &head.method, &path, body) {
            Ok(done) => json_answer(200, &done, &[]),
            Err(problem) => refusal(&problem.into(), &[]),
        });
    }
    let headers = head.headers.iter().map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    let full_path = head.uri.path_and_query().map_or(path.clone(), |whole| whole.as_str().to_owned());
    let seen =
        Seen::new(head.method.to_string(), full_path, headers.collect(), body.clone().unwrap_or(Value::Null));
    let door = seen.door;
    let ticket = core.log.open(seen);
    let faults = core.next_faults(door);
    if let Some(answer) = before_headers(&line, &ticket, &faults).await? {
        return Ok(answer);
    }
    let received = Received {
        method: head.method,
        path,
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers,
        body,
        stateless: core.queue().stateless || faults.iter().any(Fault::is_stateless),
    };
    let usual = usual_headers(door);
    Ok(match route(&core, &received, door) {
        Ok(Routed::Json(_)) if faults.contains(&Fault::SilentAfterHeaders) => silence(ticket),
        Ok(Routed::Json(body)) => {
            ticket.status(200);
            ticket.end(Ending::Completed);
            json_answer(200, &body, &usual)
        }
        Ok(Routed::Answer(dialect)) => answer(&core, line, ticket, dialect.as_ref(), &faults),
        Err(refused) => refuse(&ticket, &refused, &usual),
    })
}

fn route(core: &Core, received: &Received, door: Door) -> Result<Routed, Refused> {
    match door {
        Door::Weather => weather::route(received),
        Door::Gemini => gemini::route(core, received),
        _ => {
            openai::check_key(received)?;
            match (door, received.path.as_str()) {
                (Door::ChatCompletions, _) => chat_completions::route(core, received),
                (Door::Moderations, _) => moderations::route(received),
                (Door::Responses | Door::Deletion, _) => responses::route(core, received),
                (_, path) if path.starts_with("/v1/responses/") => responses::route(core, received),
                (_, "/v1/models") if received.method == Method::GET => Ok(Routed::Json(openai::models())),
                (_, path) => Err(Problem::no_route(received.method.as_str(), path).into()),
            }
        }
    }
}

/// Headers that every answer behind a door has, refusals too.
fn usual_headers(door: Door) -> Vec<(&'static str, String)> {
    match door {
        Door::Weather => Vec::new(),
        Door::Gemini => gemini::headers(),
        _ => openai::headers(),
    }
}

/// The faults that take the place of an answer.
async fn before_headers(
    line: &Line,
    ticket: &Ticket,
    faults: &[Fault],
) -> io::Result<Option<Response<Outgoing>>> {
    for fault in faults {
        match fault {
            Fault::LateHeaders(millis) => tokio::time::sleep(Duration::from_millis(*millis)).await,
            // The connection drops this future, and with it the ticket, when the client goes.
            Fault::SilentBeforeHeaders => std::future::pending::<()>().await,
            Fault::HangUp(how) => {
                ticket.end(Ending::Cut);
                if *how == Cut::Reset {
                    line.will_reset();
                }
                return Err(io::Error::other("closed by a fault"));
            }
            Fault::Status { status, headers, body } => {
                ticket.status(*status);
                ticket.end(Ending::Completed);
                let mut answer = Response::new(Outgoing::Full(Some(Bytes::from(body.clone()))));
                *answer.status_mut() = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_GATEWAY);
                put_header(&mut answer, "content-type", "application/json");
                for (name, value) in headers {
                    put_header(&mut answer, name, value);
                }
                return Ok(Some(answer));
            }
            _ => {}
        }
    }
    Ok(None)
}

/// Headers, and a body that never comes.
fn silence(ticket: Ticket) -> Response<Outgoing> {
    ticket.status(200);
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        sender.closed().await;
        drop(ticket);
    });
    Response::new(Outgoing::Stream(receiver))
}

/// Answers with an error, and records it.
pub(crate) fn refuse(
    ticket: &Ticket,
    refused: &Refused,
    headers: &[(&'static str, String)],
) -> Response<Outgoing> {
    ticket.status(refused.status);
    ticket.end(Ending::Completed);
    refusal(refused, headers)
}

fn refusal(refused: &Refused, headers: &[(&'static str, String)]) -> Response<Outgoing> {
    json_answer(refused.status, &refused.body, headers)
}

/// A JSON body, written as the APIs do.
pub(crate) fn json_answer(
    status: u16,
    body: &Value,
    headers: &[(&'static str, String)],
) -> Response<Outgoing> {
    let mut answer = Response::new(Outgoing::Full(Some(Bytes::from(format!("{body:#}\n")))));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    put_header(&mut answer, "content-type", "application/json");
    for (name, value) in headers {
        put_header(&mut answer, name, value);
    }
    answer
}

/// Sets a header. One that HTTP does not allow is left out: it could not be sent anyway.
pub(crate) fn put_header(answer: &mut Response<Outgoing>, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
        answer.headers_mut().insert(name, value);
    }
}
