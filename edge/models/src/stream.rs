//! The bytes of an answer, whatever the API: a stream of events, or a document from a server that does not stream.
//!
//! Not here: what an event means, which each API's [`Read`] knows. What is the same for all: the first end counts and is
//! told once, whatever follows it; an error is an error under every name; bytes that are no API at all.

use std::fmt::Debug;
use std::mem;

use serde_json::Value;

use crate::error::ModelError;
use crate::errors;
use crate::event::{CallEnd, FinishReason, ModelEvent};
use crate::sse::{self, SseEvent};

/// What an API makes of its own JSON.
pub trait Read: Debug + Default {
    /// Reads one event of a stream, which is no error. An end that the API states by it is pushed as
    /// [`ModelEvent::Finished`], and nothing is read after that.
    fn event(&mut self, name: Option<&str>, value: &Value, events: &mut Vec<ModelEvent>);

    /// Reads a whole document. False: it is none of this API.
    fn document(&mut self, value: &Value, events: &mut Vec<ModelEvent>) -> bool;

    /// The end as the API has stated it so far, asked when nothing more comes. APIs that tell their end by one last event
    /// have nothing to say here.
    fn stated(&mut self) -> Option<CallEnd> {
        None
    }

    /// What an error inside the stream means.
    fn fault(error: &Value) -> ModelError {
        errors::without_chains(errors::in_stream(error))
    }
}

/// Turns the bytes of one answer into events. Where the chunks are split changes only how the text is divided.
#[derive(Debug, Default)]
pub struct Decoder<R> {
    shape: Shape,
    stream: sse::Decoder,
    reader: R,
}

/// What the bytes turned out to be.
#[derive(Debug, Default)]
enum Shape {
    /// Nothing but white space so far.
    #[default]
    Opening,
    /// Server-Sent Events.
    Stream,
    /// A JSON document, from a server that does not stream though it was asked to.
    Document(Vec<u8>),
    /// The end was said. The first one counts; what follows is not read.
    Over,
}

impl<R: Read> Decoder<R> {
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

    /// The bytes ended. Where no end was stated before, the answer is [`FinishReason::Cut`].
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
        if !has_ended(&events) {
            self.end(&mut events);
        }
        events
    }

    /// Looks at the first byte that means something. No line of a stream begins like a JSON document or like markup.
    fn open(&mut self, bytes: &[u8], events: &mut Vec<ModelEvent>) {
        match bytes.iter().find(|byte| !is_blank(byte)) {
            None => {}
            Some(b'{' | b'[') => self.shape = Shape::Document(Vec::new()),
            Some(b'<') => self.fail(errors::garbage("markup"), events),
            Some(_) => self.shape = Shape::Stream,
        }
    }

    fn read_all(&mut self, whole: impl IntoIterator<Item = SseEvent>, events: &mut Vec<ModelEvent>) {
        for event in whole {
            self.read(&event, events);
            if has_ended(events) {
                self.shape = Shape::Over;
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
            Ok(value) if errors::is_error_event(name, &value) => self.fail(R::fault(&value), events),
            Ok(value) => self.reader.event(name, &value, events),
            Err(_) => self.fail(errors::garbage("event_not_json"), events),
        }
    }

    fn read_document(&mut self, document: &[u8], events: &mut Vec<ModelEvent>) {
        let value = match serde_json::from_slice::<Value>(document) {
            Ok(value) => value,
            Err(error) if error.is_eof() => return,
            Err(_) => return self.fail(errors::garbage("document_not_json"), events),
        };
        if !self.reader.document(&value, events) {
            let is_error = errors::is_error(&value);
            let fault = if is_error { R::fault(&value) } else { errors::garbage("document") };
            self.fail(fault, events);
        }
    }

    /// Nothing more comes.
    fn end(&mut self, events: &mut Vec<ModelEvent>) {
        let ended = self.reader.stated().unwrap_or(CallEnd::bare(FinishReason::Cut));
        events.push(ModelEvent::Finished(ended));
        self.shape = Shape::Over;
    }

    /// What goes wrong after a stated end does not undo the answer.
    fn fail(&mut self, fault: ModelError, events: &mut Vec<ModelEvent>) {
        let ended = self.reader.stated().unwrap_or(CallEnd::bare(FinishReason::Failed(fault)));
        events.push(ModelEvent::Finished(ended));
        self.shape = Shape::Over;
    }
}

fn has_ended(events: &[ModelEvent]) -> bool {
    matches!(events.last(), Some(ModelEvent::Finished(_)))
}

/// White space, or a byte of a byte order mark.
fn is_blank(byte: &u8) -> bool {
    byte.is_ascii_whitespace() || b"\xEF\xBB\xBF".contains(byte)
}
