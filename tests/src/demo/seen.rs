//! What the demo was asked, for tests to look at.

use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How an exchange ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Still being answered.
    Open,
    /// The whole answer was written.
    Completed,
    /// The client went before the end.
    Aborted,
    /// The demo itself cut the answer, as a fault told it.
    Cut,
}

/// Where a request came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// `POST /v1/responses` and what is counted there.
    Responses,
    /// `POST /v1/chat/completions`.
    ChatCompletions,
    /// `POST /v1beta/models/…`.
    Gemini,
    /// `DELETE /v1/responses/{id}`.
    Deletion,
    /// `POST /v1/moderations`.
    Moderations,
    /// Anything below `/weather`.
    Weather,
    /// Everything else.
    Other,
}

impl Door {
    fn of(method: &str, path: &str) -> Door {
        let path = path.split('?').next().unwrap_or(path);
        let below = |folder: &str| path == folder || path.starts_with(&format!("{folder}/"));
        match method {
            _ if below("/weather") => Door::Weather,
            _ if below("/v1beta") => Door::Gemini,
            "POST" if below("/v1/responses") => Door::Responses,
            "POST" if path == "/v1/chat/completions" => Door::ChatCompletions,
            "POST" if path == "/v1/moderations" => Door::Moderations,
            "DELETE" if below("/v1/responses") => Door::Deletion,
            _ => Door::Other,
        }
    }

    /// Whether a model is asked here.
    pub fn is_question(self) -> bool {
        matches!(self, Door::Responses | Door::ChatCompletions | Door::Gemini)
    }

    fn name(self) -> &'static str {
        match self {
            Door::Responses => "responses",
            Door::ChatCompletions => "chat_completions",
            Door::Gemini => "gemini",
            Door::Deletion => "deletion",
            Door::Moderations => "moderations",
            Door::Weather => "weather",
            Door::Other => "other",
        }
    }
}

/// One request and what became of it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Where it came in.
    pub door: Door,
    /// `GET`, `POST` or `DELETE`.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// Header names in lower case, in the order sent.
    pub headers: Vec<(String, String)>,
    /// The body, null when it is not JSON.
    pub body: Value,
    /// The status of the answer; 0 before there is one.
    pub status: u16,
    /// The id of the response that was begun, if one was.
    pub response_id: Option<String>,
    /// When the deltas of text were handed to the connection, from the arrival of the request on.
    pub deltas: Vec<Duration>,
    /// How it ended.
    pub ending: Ending,
    arrived: Instant,
    number: u64,
}

impl Seen {
    /// The value of a header; the name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// When the deltas of text were handed to the connection.
    pub fn written(&self) -> impl Iterator<Item = Instant> + '_ {
        self.deltas.iter().map(|delta| self.arrived + *delta)
    }

    pub(crate) fn new(method: String, path: String, headers: Vec<(String, String)>, body: Value) -> Seen {
        Seen {
            door: Door::of(&method, &path),
            method,
            path,
            headers,
            body,
            status: 0,
            response_id: None,
            deltas: Vec::new(),
            ending: Ending::Open,
            arrived: Instant::now(),
            number: 0,
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        let headers: serde_json::Map<String, Value> =
            self.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        let ending = match self.ending {
            Ending::Open => "open",
            Ending::Completed => "completed",
            Ending::Aborted => "aborted",
            Ending::Cut => "cut",
        };
        let deltas: Vec<u128> = self.deltas.iter().map(Duration::as_millis).collect();
        json!({
            "door": self.door.name(), "method": self.method, "path": self.path, "headers": headers, "body": self.body,
            "status": self.status, "response_id": self.response_id, "deltas": deltas, "ending": ending,
        })
    }
}

/// All requests, in the order of arrival.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Arc<Mutex<Rows>>);

#[derive(Debug, Default)]
struct Rows {
    seen: Vec<Seen>,
    opened: u64,
}

impl Log {
    pub(crate) fn all(&self) -> Vec<Seen> {
        self.lock().seen.clone()
    }

    pub(crate) fn clear(&self) {
        self.lock().seen.clear();
    }

    pub(crate) fn open(&self, mut seen: Seen) -> Ticket {
        let mut rows = self.lock();
        rows.opened += 1;
        // A demo that runs for days shall not keep all that was ever said.
        if rows.seen.len() >= 2000 {
            rows.seen.remove(0);
        }
        seen.number = rows.opened;
        rows.seen.push(seen);
        Ticket { log: self.clone(), number: rows.opened }
    }

    fn lock(&self) -> MutexGuard<'_, Rows> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The open record of one exchange. Dropped without an end, the client has gone.
#[derive(Debug)]
pub(crate) struct Ticket {
    log: Log,
    number: u64,
}

impl Ticket {
    pub(crate) fn status(&self, status: u16) {
        self.change(|seen| seen.status = status);
    }

    pub(crate) fn response_id(&self, id: &str) {
        self.change(|seen| seen.response_id = Some(id.to_owned()));
    }

    pub(crate) fn delta(&self) {
        self.change(|seen| seen.deltas.push(seen.arrived.elapsed()));
    }

    pub(crate) fn end(&self, ending: Ending) {
        self.change(|seen| {
            if seen.ending == Ending::Open {
                seen.ending = ending;
            }
        });
    }

    fn change(&self, change: impl FnOnce(&mut Seen)) {
        // The row is gone when the log was cleared in the meantime.
        if let Some(seen) = self.log.lock().seen.iter_mut().rev().find(|seen| seen.number == self.number) {
            change(seen);
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.end(Ending::Aborted);
    }
}
