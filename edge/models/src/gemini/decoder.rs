//! The chunks of an answer as [`ModelEvent`]s.
//!
//! The end is the `finishReason`, but some models say one in every chunk: it is told when nothing more comes. Only a prompt
//! that is not answered at all ends at once.

use std::mem;

use serde_json::Value;

use super::wire::{Part, Response, UsageMetadata};
use crate::error::{ModelError, ModelErrorKind};
use crate::error_classification;
use crate::event::{CallEnd, FinishReason, ModelEvent};
use crate::stream::ApiReader;
use crate::text_kind::TextKind;
use crate::tool_calls::ToolCalls;

/// The state of one answer while its events arrive.
#[derive(Debug, Default)]
pub(super) struct Reader {
    started: bool,
    text_kind: TextKind,
    calls: ToolCalls,
    finish: Option<FinishReason>,
    usage: UsageMetadata,
}

impl ApiReader for Reader {
    fn event(&mut self, _: Option<&str>, value: &Value, events: &mut Vec<ModelEvent>) {
        if !Response::is_one(value) {
            return;
        }
        if !mem::replace(&mut self.started, true) {
            // The response's id names nothing that could be continued.
            events.push(ModelEvent::Started { id: None, previous: None });
        }
        let mut response: Response = crate::lenient::read(value);
        if let Some(usage) = response.usage_metadata.take() {
            self.usage.update(usage);
        }
        if let Some(block) = response.block() {
            let finish = FinishReason::Failed(api_error(ModelErrorKind::PolicyBlocked, "block", block));
            events.push(ModelEvent::Finished(CallEnd { usage: self.usage.usage(), ..CallEnd::bare(finish) }));
            return;
        }
        let Some(candidate) = response.candidate() else { return };
        for part in candidate.parts() {
            self.part(part, events);
        }
        self.finish = finish(&candidate.finish_reason).or_else(|| self.finish.take());
    }

    /// One response, or all chunks of a stream in an array, as a server sends them that does not know `alt=sse`.
    fn document(&mut self, value: &Value, events: &mut Vec<ModelEvent>) -> bool {
        let chunks = match value {
            Value::Array(chunks) => chunks.as_slice(),
            chunk => std::slice::from_ref(chunk),
        };
        if !chunks
            .first()
            .is_some_and(|chunk| Response::is_one(chunk) && !error_classification::is_error(chunk))
        {
            return false;
        }
        for chunk in chunks {
            match error_classification::is_error(chunk) {
                true if self.finish.is_some() => break,
                true => {
                    events.push(ModelEvent::Finished(CallEnd::bare(FinishReason::Failed(
                        Self::classify_error(chunk),
                    ))));
                }
                false => self.event(None, chunk, events),
            }
            if matches!(events.last(), Some(ModelEvent::Finished(_))) {
                break;
            }
        }
        true
    }

    fn final_state(&mut self) -> Option<CallEnd> {
        // The first chunks count the prompt alone. An answer that cost nothing is one that was not counted.
        let is_empty = self.text_kind == TextKind::Nothing && self.calls.is_empty();
        let usage = self.usage.usage().filter(|usage| usage.output > 0 || is_empty);
        let mut ended = CallEnd { usage, ..CallEnd::bare(self.finish.take()?) };
        self.calls.complete(&mut ended, self.text_kind);
        Some(ended)
    }
}

impl Reader {
    fn part(&mut self, part: Part, events: &mut Vec<ModelEvent>) {
        if let Some(called) = part.function_call {
            let arguments = if called.args.is_object() { called.args.to_string() } else { "{}".to_owned() };
            if !self.calls.reserve_bytes(arguments.len()) {
                return;
            }
            // ToolCalls come whole, one a part.
            if let Some(pending) = self.calls.newest_or_insert(None, |_| false) {
                pending.call.id = called.id;
                pending.call.name = called.name;
                pending.call.arguments = arguments;
                pending.call.signature = part.thought_signature.filter(|signature| !signature.is_empty());
            }
        } else if !part.thought {
            self.text_kind.push_text(&part.text, events);
        } else if !part.text.is_empty() {
            events.push(ModelEvent::Thought(part.text));
        }
    }
}

/// What a `finishReason` means. `None`: it says nothing yet.
///
/// The reasons for an answer that is none are the reference's own. A call that the model wrote wrongly may be right the
/// next time; the others come again.
fn finish(reason: &str) -> Option<FinishReason> {
    let failed = |kind| FinishReason::Failed(api_error(kind, "finish", reason));
    Some(match reason {
        "" | "FINISH_REASON_UNSPECIFIED" => return None,
        "STOP" => FinishReason::Complete,
        "MAX_TOKENS" => FinishReason::Length,
        "SAFETY"
        | "RECITATION"
        | "LANGUAGE"
        | "BLOCKLIST"
        | "PROHIBITED_CONTENT"
        | "SPII"
        | "MODEL_ARMOR"
        | "IMAGE_SAFETY"
        | "IMAGE_PROHIBITED_CONTENT"
        | "IMAGE_RECITATION" => FinishReason::Filtered,
        "MALFORMED_FUNCTION_CALL" | "MALFORMED_RESPONSE" | "UNEXPECTED_TOOL_CALL" | "OTHER" => {
            failed(ModelErrorKind::Overloaded)
        }
        "TOO_MANY_TOOL_CALLS" | "MISSING_THOUGHT_SIGNATURE" => failed(ModelErrorKind::BadRequest),
        _ => failed(ModelErrorKind::InvalidResponse),
    })
}

/// A failure that the API states by one word of its own.
fn api_error(kind: ModelErrorKind, what: &str, word: &str) -> ModelError {
    let is_word = word.len() <= 64 && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let word = if is_word { word.to_ascii_lowercase() } else { "odd".to_owned() };
    ModelError::local(kind, format!("stream {what}={word}"))
}
