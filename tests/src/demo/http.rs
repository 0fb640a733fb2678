//! The routes: from an HTTP request to a response object or a stream. What the model says is `talk`, how a stream
//! is written is `wire`.

use super::check::{Asked, check, check_chain};
use super::compose::{Frame, Output, Step, compose, item_tokens, response, tokens};
use super::control::control;
use super::fault::{Cut, Fault};
use super::problem::Problem;
use super::seen::{Ending, Log, Seen, Ticket};
use super::store::{Store, fresh_id};
use super::talk;
use super::wire::{Line, Outgoing, Player, Wire};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::mpsc;

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) log: Log,
    pub(crate) store: Arc<Mutex<Store>>,
    pub(crate) queue: Mutex<Queue>,
    pub(crate) control: bool,
}

/// What the next requests will meet.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    /// Faults with the method that they wait for.
    pub(crate) faults: VecDeque<(Method, Fault)>,
    /// Answers, in pieces.
    pub(crate) says: VecDeque<Vec<String>>,
    pub(crate) stateless: bool,
    pub(crate) pace: Duration,
}

impl Core {
    pub(crate) fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_faults(&self, method: &Method) -> Vec<Fault> {
        let mut queue = self.queue();
        let place = queue.faults.iter().position(|(waits_for, _)| waits_for == method);
        place.and_then(|place| queue.faults.remove(place)).map_or(Vec::new(), |(_, fault)| fault.flat())
    }
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
            Ok(done) => json_answer(200, &done),
            Err(problem) => json_answer(problem.status, &problem.body()),
        });
    }
    let headers = head.headers.iter().map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    let full_path = head.uri.path_and_query().map_or(path.clone(), |whole| whole.as_str().to_owned());
    let seen =
        Seen::new(head.method.to_string(), full_path, headers.collect(), body.clone().unwrap_or(Value::Null));
    let ticket = core.log.open(seen);
    let responses = path == "/v1/responses" || path.starts_with("/v1/responses/");
    let faults = if responses { core.next_faults(&head.method) } else { Vec::new() };
    if let Some(answer) = before_headers(&line, &ticket, &faults).await? {
        return Ok(answer);
    }
    let key = head.headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or("");
    let answered = if key.strip_prefix("Bearer ").is_none_or(|key| key.trim().is_empty()) {
        Err(Problem::no_key())
    } else {
        route(&core, &head.method, &path, body)
    };
    match answered {
        Ok(Routed::Json(body)) => {
            ticket.status(200);
            ticket.end(Ending::Completed);
            Ok(json_answer(200, &body))
        }
        Ok(Routed::Ask(asked)) => Ok(create(&core, line, ticket, *asked, &faults)),
        Err(problem) => Ok(refuse(&ticket, &problem)),
    }
}

enum Routed {
    Json(Value),
    Ask(Box<Asked>),
}

fn route(core: &Core, method: &Method, path: &str, body: Option<Value>) -> Result<Routed, Problem> {
    let id = path.strip_prefix("/v1/responses/");
    match (method, path, id) {
        (&Method::POST, "/v1/responses", _) => {
            Ok(Routed::Ask(Box::new(check(body.ok_or_else(Problem::not_json)?)?)))
        }
        (&Method::POST, "/v1/responses/input_tokens", _) => {
            let asked = check(body.ok_or_else(Problem::not_json)?)?;
            let chain = chain(core, asked.previous.as_deref())?;
            let count = item_tokens(&chain) + item_tokens(&asked.input);
            Ok(Routed::Json(json!({"object": "response.input_tokens", "input_tokens": count})))
        }
        (&Method::GET, "/v1/models", _) => Ok(Routed::Json(json!({"object": "list", "data": [
            {"id": "demo", "object": "model", "created": 1_750_000_000, "owned_by": "madang"},
        ]}))),
        (&Method::GET, _, Some(id)) => match core.store().find(id) {
            Some(response) => Ok(Routed::Json(response.clone())),
            None => Err(Problem::no_response(id)),
        },
        (&Method::DELETE, _, Some(id)) => {
            let deleted = core.store().delete(id).map_err(|error| Problem::new(500, error.to_string()))?;
            if !deleted {
                return Err(Problem::no_response(id));
            }
            Ok(Routed::Json(json!({"id": id, "object": "response", "deleted": true})))
        }
        _ => Err(Problem::no_route(method.as_str(), path)),
    }
}

fn chain(core: &Core, previous: Option<&str>) -> Result<Vec<Value>, Problem> {
    let Some(id) = previous else { return Ok(Vec::new()) };
    core.store().chain(id).ok_or_else(|| Problem::no_previous(id))
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

fn create(
    core: &Arc<Core>,
    line: Arc<Line>,
    ticket: Ticket,
    asked: Asked,
    faults: &[Fault],
) -> Response<Outgoing> {
    let stateless = core.queue().stateless || faults.iter().any(Fault::is_stateless);
    let previous = if stateless { None } else { asked.previous.clone() };
    let before = match chain(core, previous.as_deref()) {
        Ok(before) => before,
        Err(problem) => return refuse(&ticket, &problem),
    };
    if let Err(problem) = check_chain(&before, &asked.input) {
        return refuse(&ticket, &problem);
    }
    let said = core.queue().says.pop_front();
    let pace = core.queue().pace;
    let mut outputs = match said {
        Some(pieces) => vec![Output::Text(pieces)],
        None => vec![answer(&before, &asked)],
    };
    let mut incomplete = None;
    for fault in faults {
        fault.answer(&mut outputs, &mut incomplete);
    }
    let frame = frame(&before, asked, previous, pace);
    ticket.response_id(&frame.id);
    ticket.status(200);
    let mut steps = compose(&frame, outputs, incomplete.as_deref());
    if !frame.asked.stream {
        return whole(core, &frame, &ticket, &steps, faults);
    }
    let mut wire = Wire::default();
    for fault in faults {
        fault.stream(&frame, &mut steps, &mut wire);
    }
    let (sender, receiver) = mpsc::channel(1);
    let parent = frame.previous.as_str().map(str::to_owned);
    let store = core.store.clone();
    let player = Player { wire, parent, input: frame.asked.input, store, line, ticket };
    tokio::spawn(player.play(steps, sender));
    let mut response = Response::new(Outgoing::Stream(receiver));
    put_header(&mut response, "content-type", "text/event-stream; charset=utf-8");
    put_header(&mut response, "cache-control", "no-cache");
    usual_headers(&mut response);
    response
}

/// What the conversationalist makes of the chain and the new input.
fn answer(before: &[Value], asked: &Asked) -> Output {
    let items: Vec<&Value> = before.iter().chain(&asked.input).collect();
    talk::output(&items, &asked.body)
}

fn frame(before: &[Value], asked: Asked, previous: Option<String>, pace: Duration) -> Frame {
    let instructions = asked.body["instructions"].as_str().map_or(0, tokens);
    let prefix = instructions + item_tokens(before);
    let input_tokens = prefix + item_tokens(&asked.input);
    // The cache works in steps of 128 tokens and from 1024 on, and only what was there before can be in it.
    let cached_tokens = if previous.is_some() && prefix >= 1024 { prefix / 128 * 128 } else { 0 };
    let created_at = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let previous = json!(previous);
    Frame { id: fresh_id("resp"), created_at, asked, previous, input_tokens, cached_tokens, pace }
}

/// The answer to a request that did not ask for a stream.
fn whole(
    core: &Core,
    frame: &Frame,
    ticket: &Ticket,
    steps: &[Step],
    faults: &[Fault],
) -> Response<Outgoing> {
    ticket.end(Ending::Completed);
    for fault in faults {
        if let Fault::Failed { code, message, .. } | Fault::ErrorEvent { code, message, .. } = fault {
            let mut failed = response(frame, "failed", &[], None, None);
            failed["error"] = json!({"code": code, "message": message});
            return json_answer(200, &failed);
        }
    }
    let mut body = Value::Null;
    for step in steps {
        match step {
            Step::Keep(response) => {
                let parent = frame.previous.as_str();
                // As in a stream: a full disk only means that the chain is lost after a restart.
                let _ = core.store().keep(parent, &frame.asked.input, response);
            }
            Step::Event(event) if step.is_terminal() => body = event["response"].clone(),
            _ => {}
        }
    }
    json_answer(200, &body)
}

fn refuse(ticket: &Ticket, problem: &Problem) -> Response<Outgoing> {
    ticket.status(problem.status);
    ticket.end(Ending::Completed);
    json_answer(problem.status, &problem.body())
}

fn json_answer(status: u16, body: &Value) -> Response<Outgoing> {
    let mut answer = Response::new(Outgoing::Full(Some(Bytes::from(format!("{body:#}\n")))));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    put_header(&mut answer, CONTENT_TYPE.as_str(), "application/json");
    usual_headers(&mut answer);
    answer
}

fn usual_headers(answer: &mut Response<Outgoing>) {
    put_header(answer, "x-request-id", &fresh_id("req"));
    for (name, value) in [
        ("openai-processing-ms", "12"),
        ("openai-version", "2020-10-01"),
        ("x-ratelimit-limit-requests", "500"),
        ("x-ratelimit-remaining-requests", "499"),
        ("x-ratelimit-reset-requests", "120ms"),
        ("x-ratelimit-limit-tokens", "30000"),
        ("x-ratelimit-remaining-tokens", "29900"),
        ("x-ratelimit-reset-tokens", "6m0s"),
    ] {
        put_header(answer, name, value);
    }
}

fn put_header(answer: &mut Response<Outgoing>, name: &str, value: &str) {
    // A header that HTTP does not allow is left out: it could not be sent anyway.
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
        answer.headers_mut().insert(name, value);
    }
}
