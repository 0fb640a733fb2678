//! Records every request and how its answer ended, for tests to look at.

use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many requests are kept, so that a server that runs for days does not keep everything that was ever said.
const KEPT: usize = 2000;

/// How an exchange ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is still being answered.
    Open,
    /// The whole answer was written.
    Completed,
    /// The client closed the connection before the end.
    Aborted,
    /// The server cut the answer because of an injected fault.
    Cut,
}

/// What a request was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// `POST /v1/responses` and the counting of its tokens.
    Responses,
    /// `POST /v1/chat/completions`.
    ChatCompletions,
    /// Anything below `/v1beta`.
    Gemini,
    /// `DELETE /v1/responses/{id}`.
    Deletion,
    /// `POST /v1/moderations`.
    Moderations,
    /// Anything below `/weather`.
    Weather,
    Other,
}

impl Endpoint {
    fn of(method: &str, path: &str) -> Endpoint {
        let path = path.split('?').next().unwrap_or(path);
        let below = |folder: &str| path == folder || path.starts_with(&format!("{folder}/"));
        match method {
            _ if below("/weather") => Endpoint::Weather,
            _ if below("/v1beta") => Endpoint::Gemini,
            "POST" if below("/v1/responses") => Endpoint::Responses,
            "POST" if path == "/v1/chat/completions" => Endpoint::ChatCompletions,
            "POST" if path == "/v1/moderations" => Endpoint::Moderations,
            "DELETE" if below("/v1/responses") => Endpoint::Deletion,
            _ => Endpoint::Other,
        }
    }

    /// Whether the request asked a model.
    pub fn is_model_call(self) -> bool {
        matches!(self, Endpoint::Responses | Endpoint::ChatCompletions | Endpoint::Gemini)
    }

    fn as_str(self) -> &'static str {
        match self {
            Endpoint::Responses => "responses",
            Endpoint::ChatCompletions => "chat_completions",
            Endpoint::Gemini => "gemini",
            Endpoint::Deletion => "deletion",
            Endpoint::Moderations => "moderations",
            Endpoint::Weather => "weather",
            Endpoint::Other => "other",
        }
    }
}

/// A request and what became of it.
#[derive(Clone, Debug)]
pub struct RecordedRequest {
    pub endpoint: Endpoint,
    /// `GET`, `POST` or `DELETE`.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// Header names in lower case, in the order sent.
    pub headers: Vec<(String, String)>,
    /// The body; null when it is not JSON.
    pub body: Value,
    /// The status of the answer; 0 before there is one.
    pub status: u16,
    /// The id of the response that was begun, if one was.
    pub response_id: Option<String>,
    /// When each delta of text was handed to the connection, counted from the arrival of the request.
    pub deltas: Vec<Duration>,
    pub outcome: Outcome,
    arrived: Instant,
    number: u64,
}

impl RecordedRequest {
    /// The value of a header; the name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// When each delta of text was handed to the connection.
    pub fn delta_times(&self) -> impl Iterator<Item = Instant> + '_ {
        self.deltas.iter().map(|delta| self.arrived + *delta)
    }

    pub(crate) fn new(
        method: String,
        path: String,
        headers: Vec<(String, String)>,
        body: Value,
    ) -> RecordedRequest {
        RecordedRequest {
            endpoint: Endpoint::of(&method, &path),
            method,
            path,
            headers,
            body,
            status: 0,
            response_id: None,
            deltas: Vec::new(),
            outcome: Outcome::Open,
            arrived: Instant::now(),
            number: 0,
        }
    }

    /// The request as `GET /control/requests` lists it.
    pub(crate) fn to_json(&self) -> Value {
        let headers: serde_json::Map<String, Value> =
            self.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        let outcome = match self.outcome {
            Outcome::Open => "open",
            Outcome::Completed => "completed",
            Outcome::Aborted => "aborted",
            Outcome::Cut => "cut",
        };
        let deltas: Vec<u128> = self.deltas.iter().map(Duration::as_millis).collect();
        json!({
            "endpoint": self.endpoint.as_str(), "method": self.method, "path": self.path, "headers": headers,
            "body": self.body, "status": self.status, "response_id": self.response_id, "deltas_ms": deltas,
            "outcome": outcome,
        })
    }
}

/// The newest requests, in the order of arrival.
#[derive(Clone, Debug, Default)]
pub(crate) struct RequestLog(Arc<Mutex<Recorded>>);

#[derive(Debug, Default)]
struct Recorded {
    requests: VecDeque<RecordedRequest>,
    opened: u64,
}

impl RequestLog {
    pub(crate) fn all(&self) -> Vec<RecordedRequest> {
        self.lock().requests.iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        self.lock().requests.clear();
    }

    pub(crate) fn open(&self, mut request: RecordedRequest) -> Recording {
        let mut recorded = self.lock();
        recorded.opened += 1;
        if recorded.requests.len() >= KEPT {
            recorded.requests.pop_front();
        }
        request.number = recorded.opened;
        let number = recorded.opened;
        recorded.requests.push_back(request);
        Recording { log: self.clone(), number }
    }

    fn lock(&self) -> MutexGuard<'_, Recorded> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds to the record of a request while it is answered. Dropping it before `end` records that the client went away.
#[derive(Debug)]
pub(crate) struct Recording {
    log: RequestLog,
    number: u64,
}

impl Recording {
    pub(crate) fn set_status(&self, status: u16) {
        self.change(|request| request.status = status);
    }

    pub(crate) fn set_response_id(&self, id: &str) {
        self.change(|request| request.response_id = Some(id.to_owned()));
    }

    pub(crate) fn add_delta(&self) {
        self.change(|request| request.deltas.push(request.arrived.elapsed()));
    }

    /// Records how the exchange ended; the first end counts.
    pub(crate) fn end(&self, outcome: Outcome) {
        self.change(|request| {
            if request.outcome == Outcome::Open {
                request.outcome = outcome;
            }
        });
    }

    fn change(&self, change: impl FnOnce(&mut RecordedRequest)) {
        // The record is missing when the log was cleared in the meantime.
        let mut recorded = self.log.lock();
        if let Some(request) =
            recorded.requests.iter_mut().rev().find(|request| request.number == self.number)
        {
            change(request);
        }
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        self.end(Outcome::Aborted);
    }
}
