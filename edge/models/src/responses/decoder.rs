//! The bytes of an answer as [`ModelEvent`]s.
//!
//! Tolerant where servers differ (unknown events, missing fields, no event names, `[DONE]` or none), strict where an
//! answer could be taken for whole: only a terminal event makes it so.

use std::mem;

use serde_json::Value;

use super::errors;
use super::wire::{Answer, Response};
use crate::event::{Ended, Finish, ModelEvent};
use crate::fault::Fault;
use crate::sse;

/// A decoder for one answer.
pub fn decoder() -> Decoder {
    Decoder { shape: Shape::Opening, stream: sse::Decoder::default(), started: false, told: Told::Nothing }
}

/// Turns the bytes of one answer into events. Where the chunks are split changes only how the text is divided.
#[derive(Debug)]
pub struct Decoder {
    shape: Shape,
    stream: sse::Decoder,
    started: bool,
    told: Told,
}

/// What the bytes turned out to be.
#[derive(Debug)]
enum Shape {
    /// Nothing but white space so far.
    Opening,
    /// Server-Sent Events.
    Stream,
    /// A JSON document, from a server that does not stream though it was asked to.
    Document(Vec<u8>),
    /// The end was said. The first one counts; what follows is not read.
    Over,
}

/// What the deltas told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Nothing,
    Refusal,
    Text,
}

impl Decoder {
    /// The events that these bytes complete, or one [`ModelEvent::Alive`] where they complete none. After the end, and
    /// for no bytes, there is nothing.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<ModelEvent> {
        let mut events = Vec::new();
        if bytes.is_empty() {
            return events;
        }
        if matches!(self.shape, Shape::Opening) {
            self.open(bytes, &mut events);
        }
        match &mut self.shape {
            Shape::Opening | Shape::Stream => {
                let (whole, too_large) = match self.stream.push(bytes) {
                    Ok(whole) => (whole, false),
                    Err(error) => (error.before, true),
                };
                self.read_all(whole, &mut events);
                if too_large && !matches!(self.shape, Shape::Over) {
                    self.fail(errors::garbage("event_too_large"), &mut events);
                }
            }
            Shape::Document(document) => {
                let is_first = document.is_empty();
                document.extend(bytes.iter().skip_while(|byte| is_first && is_blank(byte)));
                if document.len() > sse::EVENT_BYTES {
                    self.fail(errors::garbage("document_too_large"), &mut events);
                }
            }
            Shape::Over => return events,
        }
        if events.is_empty() {
            events.push(ModelEvent::Alive);
        }
        events
    }

    /// The bytes ended. Without a terminal event before, the answer is [`Finish::Cut`].
    pub fn finish(&mut self) -> Vec<ModelEvent> {
        let mut events = Vec::new();
        match mem::replace(&mut self.shape, Shape::Over) {
            Shape::Over => return events,
            Shape::Document(document) => self.read_document(&document, &mut events),
            Shape::Opening | Shape::Stream => {
                // The last event may lack its empty line. Half of one is no garbage: the connection was cut there.
                let rest =
                    self.stream.finish().filter(|rest| serde_json::from_str::<Value>(&rest.data).is_ok());
                self.read_all(rest, &mut events);
            }
        }
        if !matches!(events.last(), Some(ModelEvent::Ended(_))) {
            events.push(cut());
        }
        events
    }

    /// Looks at the first byte that means something. No line of a stream of this API
    /// begins like a JSON document or like markup.
    fn open(&mut self, bytes: &[u8], events: &mut Vec<ModelEvent>) {
        match bytes.iter().find(|byte| !is_blank(byte)) {
            None => {}
            Some(b'{' | b'[') => self.shape = Shape::Document(Vec::new()),
            Some(b'<') => self.fail(errors::garbage("markup"), events),
            Some(_) => self.shape = Shape::Stream,
        }
    }

    fn read_all(&mut self, whole: impl IntoIterator<Item = sse::SseEvent>, events: &mut Vec<ModelEvent>) {
        for event in whole {
            self.read(&event, events);
            if matches!(events.last(), Some(ModelEvent::Ended(_))) {
                self.shape = Shape::Over;
                return;
            }
        }
    }

    fn read(&mut self, event: &sse::SseEvent, events: &mut Vec<ModelEvent>) {
        let data = event.data.trim();
        if data.is_empty() {
            return;
        }
        if data == "[DONE]" {
            return events.push(cut());
        }
        let Ok(value) = serde_json::from_str::<Value>(data) else {
            return self.fail(errors::garbage("event_not_json"), events);
        };
        if errors::is_error(&value) {
            return self.fail(errors::in_stream(&value), events);
        }
        // The type in the data counts, since many servers send no event names. A name alone will do.
        let kind = value.get("type").and_then(Value::as_str).or(event.event.as_deref());
        let response = || Response::read(value.get("response").unwrap_or(&Value::Null));
        match kind.unwrap_or_default() {
            "response.created" | "response.queued" | "response.in_progress" => {
                self.start(&response(), events)
            }
            "response.output_text.delta" => {
                if let Some(delta) = delta(&value) {
                    self.told = Told::Text;
                    events.push(ModelEvent::Text(delta));
                }
            }
            "response.refusal.delta" => {
                if let Some(delta) = delta(&value) {
                    self.told = if self.told == Told::Text { Told::Text } else { Told::Refusal };
                    events.push(ModelEvent::Refusal(delta));
                }
            }
            "response.completed" => self.end(&response(), Terminal::Completed, events),
            "response.incomplete" => self.end(&response(), Terminal::Incomplete, events),
            "response.failed" => self.end(&response(), Terminal::Failed, events),
            "response.cancelled" => self.end(&response(), Terminal::Cancelled, events),
            "error" => self.fail(errors::in_stream(&value), events),
            _ => {}
        }
    }

    /// A whole Response object, an error, or something else.
    fn read_document(&mut self, document: &[u8], events: &mut Vec<ModelEvent>) {
        let value = match serde_json::from_slice::<Value>(document) {
            Ok(value) => value,
            Err(error) if error.is_eof() => return,
            Err(_) => return self.fail(errors::garbage("document_not_json"), events),
        };
        let is_response =
            value.get("output").is_some() || value.get("object").is_some_and(|kind| kind == "response");
        if !is_response {
            let fault = if errors::is_error(&value) {
                errors::in_stream(&value)
            } else {
                errors::garbage("document")
            };
            return self.fail(fault, events);
        }
        let response = Response::read(&value);
        self.start(&response, events);
        match response.answer() {
            Answer::Text(text) if !text.is_empty() => events.push(ModelEvent::Text(text)),
            Answer::Refusal(refusal) if !refusal.is_empty() => events.push(ModelEvent::Refusal(refusal)),
            _ => {}
        }
        let terminal = match response.status.as_deref() {
            // A server that answers later, which nobody will fetch.
            Some("queued" | "in_progress") => Terminal::Cancelled,
            _ => Terminal::Completed,
        };
        self.end(&response, terminal, events);
    }

    fn start(&mut self, response: &Response, events: &mut Vec<ModelEvent>) {
        if !mem::replace(&mut self.started, true) {
            events.push(ModelEvent::Started { id: response.id(), previous: response.previous() });
        }
    }

    fn end(&mut self, response: &Response, terminal: Terminal, events: &mut Vec<ModelEvent>) {
        // A server that skips `response.created` still has an id to chain to.
        if response.id().is_some() {
            self.start(response, events);
        }
        let terminal = terminal.as_stated(response);
        let (text, refused) = match response.answer() {
            Answer::Text(text) => (Some(text), false),
            Answer::Refusal(refusal) => (Some(refusal), true),
            // Some servers stream the answer and then state an empty output: the deltas stand. Where there are none
            // either, the answer is whole and empty.
            Answer::Nothing => {
                let is_empty = self.told == Told::Nothing && terminal == Terminal::Completed;
                (is_empty.then(String::new), self.told == Told::Refusal)
            }
        };
        let finish = match terminal {
            Terminal::Completed if refused => Finish::Refused,
            Terminal::Completed => Finish::Complete,
            Terminal::Incomplete if response.is_filtered() => Finish::Filtered,
            Terminal::Incomplete => Finish::Length,
            Terminal::Failed => Finish::Failed(errors::in_stream(&response.error)),
            Terminal::Cancelled => Finish::Cut,
        };
        events.push(ModelEvent::Ended(Ended { finish, text, usage: response.usage(), calls: Vec::new() }));
        self.shape = Shape::Over;
    }

    fn fail(&mut self, fault: Fault, events: &mut Vec<ModelEvent>) {
        events.push(ModelEvent::Ended(Ended::bare(Finish::Failed(fault))));
        self.shape = Shape::Over;
    }
}

/// The ends that a server can state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Terminal {
    Completed,
    Incomplete,
    Failed,
    Cancelled,
}

impl Terminal {
    /// Some servers send `response.completed` whatever happened; the status in it is then the truth. A status that is no
    /// end (a stale copy of the response) does not undo the event.
    fn as_stated(self, response: &Response) -> Self {
        match (self, response.status.as_deref()) {
            (Self::Completed, Some("incomplete")) => Self::Incomplete,
            (Self::Completed, Some("failed")) => Self::Failed,
            (Self::Completed, Some("cancelled")) => Self::Cancelled,
            (Self::Completed, None) if errors::is_truthy(&response.error) => Self::Failed,
            (terminal, _) => terminal,
        }
    }
}

/// White space, or a byte of a byte order mark.
fn is_blank(byte: &u8) -> bool {
    byte.is_ascii_whitespace() || b"\xEF\xBB\xBF".contains(byte)
}

fn cut() -> ModelEvent {
    ModelEvent::Ended(Ended::bare(Finish::Cut))
}

fn delta(value: &Value) -> Option<String> {
    value.get("delta").and_then(Value::as_str).filter(|delta| !delta.is_empty()).map(str::to_owned)
}
