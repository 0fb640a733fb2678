//! Decodes the bytes of an answer for every API: an event stream, or a JSON document from a server that does not stream.
//!
//! Not here: what an event means, which each API's [`ApiReader`] knows. Shared rules: the first end counts and is reported
//! once, whatever follows it; an error is recognised under every name; bytes that belong to no API are an error.

use std::fmt::Debug;
use std::mem;

use serde_json::Value;

use crate::error::ModelError;
use crate::error_classification;
use crate::event::{CallEnd, FinishReason, ModelEvent};
use crate::model_api::Decode;
use crate::sse::{self, SseEvent};

/// Interprets the JSON of one API.
pub trait ApiReader: Debug + Default {
    /// Reads one event of a stream that is not an error. If it ends the answer, the reader pushes [`ModelEvent::Finished`], and
    /// nothing is read after that.
    fn event(&mut self, name: Option<&str>, value: &Value, events: &mut Vec<ModelEvent>);

    /// Reads a whole document. Returns false if the document is not of this API.
    fn document(&mut self, value: &Value, events: &mut Vec<ModelEvent>) -> bool;

    /// Hands on what waits for more of the stream, because nothing more comes.
    fn flush(&mut self, _events: &mut Vec<ModelEvent>) {}

    /// The end as the API has stated it so far, asked when nothing more comes. APIs that end with a terminal event return
    /// `None`.
    fn final_state(&mut self) -> Option<CallEnd> {
        None
    }

    /// Classifies an error inside the stream.
    fn classify_error(error: &Value) -> ModelError {
        error_classification::without_chains(error_classification::in_stream(error))
    }
}

/// Turns the bytes of one answer into events with the reader of one API.
#[derive(Debug, Default)]
pub struct Decoder<R> {
    format: Format,
    stream: sse::Decoder,
    reader: R,
}

/// The format that the first bytes showed.
#[derive(Debug, Default)]
enum Format {
    /// Only white space arrived so far.
    #[default]
    Unknown,
    EventStream,
    /// A JSON document, from a server that does not stream though it was asked to.
    Document(Vec<u8>),
    /// The end was reported. The first end counts; what follows is not read.
    Ended,
}

impl<R: ApiReader> Decode for Decoder<R> {
    fn push(&mut self, bytes: &[u8]) -> Vec<ModelEvent> {
        let mut events = Vec::new();
        if bytes.is_empty() {
            return events;
        }
        if matches!(self.format, Format::Unknown) {
            self.detect_format(bytes, &mut events);
        }
        match &mut self.format {
            Format::Unknown | Format::EventStream => {
                let (complete, too_large) = match self.stream.push(bytes) {
                    Ok(events) => (events, false),
                    Err(error) => (error.before, true),
                };
                self.read_all(complete, &mut events);
                if too_large && !matches!(self.format, Format::Ended) {
                    self.fail(error_classification::invalid_response("event_too_large"), &mut events);
                }
            }
            Format::Document(document) => {
                let is_first = document.is_empty();
                document.extend(bytes.iter().skip_while(|byte| is_first && is_blank(byte)));
                if document.len() > sse::EVENT_BYTES {
                    self.fail(error_classification::invalid_response("document_too_large"), &mut events);
                }
            }
            Format::Ended => return events,
        }
        if events.is_empty() {
            events.push(ModelEvent::Alive);
        }
        events
    }

    fn finish(&mut self) -> Vec<ModelEvent> {
        let mut events = Vec::new();
        match mem::replace(&mut self.format, Format::Ended) {
            Format::Ended => return events,
            Format::Document(document) => self.read_document(&document, &mut events),
            Format::Unknown | Format::EventStream => {
                // The last event may lack its empty line. Half an event is not an error: the connection was cut there.
                let rest =
                    self.stream.finish().filter(|rest| serde_json::from_str::<Value>(&rest.data).is_ok());
                self.read_all(rest, &mut events);
            }
        }
        if !has_ended(&events) {
            self.end(&mut events);
        }
        events
    }
}

impl<R: ApiReader> Decoder<R> {
    /// Detects the format by the first byte that is not blank: no line of an event stream begins like JSON or markup.
    fn detect_format(&mut self, bytes: &[u8], events: &mut Vec<ModelEvent>) {
        match bytes.iter().find(|byte| !is_blank(byte)) {
            None => {}
            Some(b'{' | b'[') => self.format = Format::Document(Vec::new()),
            Some(b'<') => self.fail(error_classification::invalid_response("markup"), events),
            Some(_) => self.format = Format::EventStream,
        }
    }

    fn read_all(&mut self, complete: impl IntoIterator<Item = SseEvent>, events: &mut Vec<ModelEvent>) {
        for event in complete {
            self.read(&event, events);
            if has_ended(events) {
                self.format = Format::Ended;
                return;
            }
        }
    }

    fn read(&mut self, event: &SseEvent, events: &mut Vec<ModelEvent>) {
        let data = event.data.trim();
        if data.is_empty() {
            return;
        }
        if data == "[DONE]" {
            return self.end(events);
        }
        let name = event.event.as_deref();
        match serde_json::from_str::<Value>(data) {
            Ok(value) if error_classification::is_error_event(name, &value) => {
                self.fail(R::classify_error(&value), events)
            }
            Ok(value) => self.reader.event(name, &value, events),
            Err(_) => self.fail(error_classification::invalid_response("event_not_json"), events),
        }
    }

    fn read_document(&mut self, document: &[u8], events: &mut Vec<ModelEvent>) {
        let value = match serde_json::from_slice::<Value>(document) {
            Ok(value) => value,
            Err(error) if error.is_eof() => return,
            Err(_) => return self.fail(error_classification::invalid_response("document_not_json"), events),
        };
        if !self.reader.document(&value, events) {
            let is_error = error_classification::is_error(&value);
            let error = if is_error {
                R::classify_error(&value)
            } else {
                error_classification::invalid_response("document")
            };
            self.fail(error, events);
        }
    }

    fn end(&mut self, events: &mut Vec<ModelEvent>) {
        self.reader.flush(events);
        let ended = self.reader.final_state().unwrap_or(CallEnd::bare(FinishReason::Cut));
        events.push(ModelEvent::Finished(ended));
        self.format = Format::Ended;
    }

    /// Ends with an error, unless the API has stated an end before: the answer then stands.
    fn fail(&mut self, error: ModelError, events: &mut Vec<ModelEvent>) {
        self.reader.flush(events);
        let ended = self.reader.final_state().unwrap_or(CallEnd::bare(FinishReason::Failed(error)));
        events.push(ModelEvent::Finished(ended));
        self.format = Format::Ended;
    }
}

fn has_ended(events: &[ModelEvent]) -> bool {
    matches!(events.last(), Some(ModelEvent::Finished(_)))
}

/// Whether a byte is white space or part of a byte order mark.
fn is_blank(byte: &u8) -> bool {
    byte.is_ascii_whitespace() || b"\xEF\xBB\xBF".contains(byte)
}
