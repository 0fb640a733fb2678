//! The events of an answer as [`ModelEvent`]s.
//!
//! Tolerant where servers differ (unknown events, missing fields, no event names, `[DONE]` or none), strict where an
//! answer could be taken for whole: only a terminal event makes it so.

use std::mem;

use serde_json::Value;

use super::wire::{Answer, Response, is_call};
use crate::error::ModelError;
use crate::error_classification;
use crate::event::{CallEnd, FinishReason, ModelEvent};
use crate::lenient::{is_truthy, text};
use crate::paragraphs::Paragraphs;
use crate::stream::ApiReader;
use crate::text_kind::TextKind;
use crate::tool_calls::ToolCalls;

/// The state of one answer while its events arrive.
#[derive(Debug, Default)]
pub(super) struct Reader {
    started: bool,
    text_kind: TextKind,
    calls: ToolCalls,
    paragraphs: Paragraphs,
    /// The index and the id of the message item whose text arrives.
    item: Option<(Option<u64>, String)>,
}

impl ApiReader for Reader {
    fn event(&mut self, name: Option<&str>, value: &Value, events: &mut Vec<ModelEvent>) {
        // The type in the data counts, since many servers send no event names. A name alone will do.
        let kind = value.get("type").and_then(Value::as_str).or(name);
        let response = || Response::read(value.get("response").unwrap_or(&Value::Null));
        match kind.unwrap_or_default() {
            "response.created" | "response.queued" | "response.in_progress" => {
                self.start(&response(), events)
            }
            "response.output_text.delta" => self.text(value, events),
            "response.reasoning_summary_text.delta" | "response.reasoning_text.delta" => {
                events.extend(text(value, "delta").map(|thought| ModelEvent::Thought(thought.to_owned())));
            }
            "response.refusal.delta" => {
                self.text_kind.push_refusal(text(value, "delta").unwrap_or_default(), events);
            }
            "response.output_item.added" | "response.output_item.done" => self.item(value),
            "response.function_call_arguments.delta" | "response.function_call_arguments.done" => {
                self.arguments(value);
            }
            "response.completed" => self.end(&response(), Terminal::Completed, events),
            "response.incomplete" => self.end(&response(), Terminal::Incomplete, events),
            "response.failed" => self.end(&response(), Terminal::Failed, events),
            "response.cancelled" => self.end(&response(), Terminal::Cancelled, events),
            _ => {}
        }
    }

    fn document(&mut self, value: &Value, events: &mut Vec<ModelEvent>) -> bool {
        if value.get("output").is_none() && text(value, "object") != Some("response") {
            return false;
        }
        let response = Response::read(value);
        self.start(&response, events);
        match response.answer() {
            Answer::Text(text) => self.text_kind.push_text(&text, events),
            Answer::Refusal(refusal) => self.text_kind.push_refusal(&refusal, events),
            Answer::Nothing => {}
        }
        let terminal = match response.status.as_deref() {
            // A server that answers later, which nobody will fetch.
            Some("queued" | "in_progress") => Terminal::Cancelled,
            _ => Terminal::Completed,
        };
        self.end(&response, terminal, events);
        true
    }

    fn classify_error(error: &Value) -> ModelError {
        error_classification::in_stream(error)
    }
}

impl Reader {
    fn start(&mut self, response: &Response, events: &mut Vec<ModelEvent>) {
        if !mem::replace(&mut self.started, true) {
            events.push(ModelEvent::Started { id: response.id(), previous: response.previous() });
        }
    }

    /// More of a message's text. Each message item of a response is a paragraph.
    fn text(&mut self, value: &Value, events: &mut Vec<ModelEvent>) {
        let index = value.get("output_index").and_then(Value::as_u64);
        let item = (index, text(value, "item_id").unwrap_or_default().to_owned());
        let is_another = match (&self.item, &item) {
            (Some((Some(known), _)), (Some(index), _)) => known != index,
            (Some((_, known)), (_, id)) => known != id,
            (None, _) => false,
        };
        if is_another {
            self.paragraphs.begin();
        }
        self.item = Some(item);
        let text = self.paragraphs.add(text(value, "delta").unwrap_or_default());
        self.text_kind.push_text(&text, events);
    }

    /// An item of the output began, or is whole.
    fn item(&mut self, value: &Value) {
        let Some(item) = value.get("item").filter(|item| is_call(item)) else { return };
        let index = value.get("output_index").and_then(Value::as_u64);
        let item_id = text(item, "id").unwrap_or_default();
        let arguments = text(item, "arguments").unwrap_or_default();
        let id = text(item, "call_id");
        if !self.calls.reserve_bytes(arguments.len()) {
            return;
        }
        let pending = self.calls.newest_or_insert(index, |known| match (index, known.index) {
            (Some(index), Some(known)) => index == known,
            _ => {
                (!item_id.is_empty() && known.item_id == item_id) || id.is_some_and(|id| known.call.id == id)
            }
        });
        let Some(pending) = pending else { return };
        let set = |field: &mut String, text: &str| {
            if !text.is_empty() {
                text.clone_into(field);
            }
        };
        set(&mut pending.item_id, item_id);
        set(&mut pending.call.id, id.unwrap_or_default());
        set(&mut pending.call.name, text(item, "name").unwrap_or_default());
        set(&mut pending.call.arguments, arguments);
    }

    /// More of a call's arguments (`delta`), or all of them (`arguments`). A call that never began has no id.
    fn arguments(&mut self, value: &Value) {
        let index = value.get("output_index").and_then(Value::as_u64);
        let item_id = text(value, "item_id").unwrap_or_default();
        let (whole, delta) = (text(value, "arguments"), text(value, "delta"));
        if !self.calls.reserve_bytes(whole.or(delta).map_or(0, str::len)) {
            return;
        }
        let pending = self.calls.newest(|known| match index {
            Some(index) => known.index == Some(index),
            None => known.item_id == item_id,
        });
        let Some(pending) = pending else { return };
        match (whole, delta) {
            (Some(whole), _) => whole.clone_into(&mut pending.call.arguments),
            (None, Some(delta)) => pending.call.arguments.push_str(delta),
            (None, None) => {}
        }
    }

    fn end(&mut self, response: &Response, terminal: Terminal, events: &mut Vec<ModelEvent>) {
        // A server that skips `response.created` still has an id to chain to.
        if response.id().is_some() {
            self.start(response, events);
        }
        let terminal = terminal.as_stated(response);
        let (mut text, mut refused) = (None, self.text_kind == TextKind::Refusal);
        match response.answer() {
            Answer::Text(whole) => (text, refused) = (Some(whole), false),
            Answer::Refusal(whole) => (text, refused) = (Some(whole), true),
            // Some servers stream the answer and then state an empty output: the deltas stand.
            Answer::Nothing => {}
        }
        let finish = match terminal {
            Terminal::Completed if refused => FinishReason::Refused,
            Terminal::Completed => FinishReason::Complete,
            Terminal::Incomplete if response.is_filtered() => FinishReason::Filtered,
            Terminal::Incomplete => FinishReason::Length,
            Terminal::Failed => FinishReason::Failed(error_classification::in_stream(&response.error)),
            Terminal::Cancelled => FinishReason::Cut,
        };
        let mut ended = CallEnd { text, usage: response.usage(), ..CallEnd::bare(finish) };
        // Some servers stream a call and then state an output without it.
        let mut stated = response.calls();
        let calls = if stated.is_empty() { &mut self.calls } else { &mut stated };
        calls.complete(&mut ended, self.text_kind);
        events.push(ModelEvent::Finished(ended));
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
            (Self::Completed, None) if is_truthy(&response.error) => Self::Failed,
            (terminal, _) => terminal,
        }
    }
}
