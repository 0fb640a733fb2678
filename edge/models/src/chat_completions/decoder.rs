//! The chunks of an answer as [`ModelEvent`]s.
//!
//! The end is the `finish_reason`, but the tokens may come after it: it is told when nothing more comes (`[DONE]`, or the
//! end of the bytes). `[DONE]` alone is no end, since servers send it after a failure too.

use std::mem;

use serde_json::Value;
use shared::Usage;

use super::wire::{Choice, Message, Piece, usage};
use crate::error::{ModelError, ModelErrorKind};
use crate::error_classification;
use crate::event::{CallEnd, FinishReason, ModelEvent};
use crate::stream::ApiReader;
use crate::text_kind::TextKind;
use crate::think_tags::{Piece as ThoughtOrText, ThinkTags};
use crate::tool_calls::{PartialCall, ToolCalls};

/// The state of one answer while its events arrive.
#[derive(Debug, Default)]
pub(super) struct Reader {
    started: bool,
    text_kind: TextKind,
    think_tags: ThinkTags,
    calls: ToolCalls,
    finish: Option<FinishReason>,
    /// The whole text, where a document states it.
    text: Option<String>,
    usage: Option<Usage>,
}

impl ApiReader for Reader {
    fn event(&mut self, _: Option<&str>, value: &Value, events: &mut Vec<ModelEvent>) {
        self.usage = usage(value).or(self.usage);
        if value.get("choices").is_some() && !mem::replace(&mut self.started, true) {
            // The completion's id names nothing that could be continued.
            events.push(ModelEvent::Started { id: None, previous: None });
        }
        let Some(choice) = Choice::of(value) else { return };
        self.message(&choice.delta, events);
        self.finish = self.finish.take().or_else(|| finish(&choice.finish_reason));
    }

    fn document(&mut self, value: &Value, events: &mut Vec<ModelEvent>) -> bool {
        if value.get("choices").is_none() || error_classification::is_error(value) {
            return false;
        }
        self.event(None, value, events);
        if let Some(Choice { message, .. }) = Choice::of(value) {
            self.message(&message, events);
            let mut tags = ThinkTags::default();
            let pieces = tags.push(&message.content()).into_iter().chain(tags.finish());
            let said = |piece| match piece {
                ThoughtOrText::Text(text) => Some(text),
                ThoughtOrText::Thought(_) => None,
            };
            self.text = Some(pieces.filter_map(said).collect::<String>()).filter(|text| !text.is_empty());
        }
        true
    }

    fn flush(&mut self, events: &mut Vec<ModelEvent>) {
        let pieces = self.think_tags.finish();
        self.pieces(pieces, events);
    }

    fn final_state(&mut self) -> Option<CallEnd> {
        let mut ended =
            CallEnd { text: self.text.take(), usage: self.usage, ..CallEnd::bare(self.finish.take()?) };
        if ended.finish == FinishReason::Complete {
            ended.finish = self.text_kind.finish_reason();
        }
        self.calls.complete(&mut ended, self.text_kind);
        Some(ended)
    }
}

impl Reader {
    fn message(&mut self, message: &Message, events: &mut Vec<ModelEvent>) {
        events.extend(Some(message.thought()).filter(|text| !text.is_empty()).map(ModelEvent::Thought));
        let pieces = self.think_tags.push(&message.content());
        self.pieces(pieces, events);
        self.text_kind.push_refusal(&message.refusal, events);
        for piece in message.calls() {
            self.piece(&piece);
        }
    }

    fn pieces(&mut self, pieces: Vec<ThoughtOrText>, events: &mut Vec<ModelEvent>) {
        for piece in pieces {
            match piece {
                ThoughtOrText::Text(text) => self.text_kind.push_text(&text, events),
                ThoughtOrText::Thought(thought) => events.push(ModelEvent::Thought(thought)),
            }
        }
    }

    fn piece(&mut self, piece: &Piece<'_>) {
        if !self.calls.reserve_bytes(piece.arguments.len()) {
            return;
        }
        let Some(pending) = self.call_of(piece) else { return };
        let call = &mut pending.call;
        if call.id.is_empty() {
            piece.id.clone_into(&mut call.id);
        }
        // The name comes whole. Some servers repeat it with every piece.
        if call.name.is_empty() {
            piece.name.clone_into(&mut call.name);
        }
        call.arguments.push_str(&piece.arguments);
        if let Some(signature) = piece.signature {
            call.signature = Some(signature.to_owned());
        }
    }

    /// The call that a piece goes on with, or a new one.
    ///
    /// By the documentation the index says so, and the id and the name come once. But there are servers without indices,
    /// with the same index for all calls, with a new id in every piece, and without any ids.
    fn call_of(&mut self, piece: &Piece<'_>) -> Option<&mut PartialCall> {
        let is_named = |known: &PartialCall| !piece.id.is_empty() && known.call.id == piece.id;
        if piece.index.is_some() {
            // A name with another id begins another call, whatever the index says.
            let begins = |known: &PartialCall| {
                !piece.name.is_empty()
                    && !known.call.name.is_empty()
                    && !piece.id.is_empty()
                    && !is_named(known)
            };
            self.calls.newest_or_insert(piece.index, |known| known.index == piece.index && !begins(known))
        } else if self.calls.newest(is_named).is_some() {
            self.calls.newest(is_named)
        } else {
            self.calls.newest_or_insert(None, |_| piece.name.is_empty())
        }
    }
}

/// What a `finish_reason` means. `None`: it says nothing yet.
///
/// The documented ones, and what other servers say for them. A word that nobody knows is a server's own for an end that
/// is none of the bad ones.
fn finish(reason: &str) -> Option<FinishReason> {
    Some(match reason.to_ascii_lowercase().as_str() {
        "" | "null" => return None,
        "length" | "max_tokens" | "model_length" => FinishReason::Length,
        "content_filter" | "safety" | "recitation" => FinishReason::Filtered,
        "abort" | "aborted" | "cancelled" => FinishReason::Cut,
        "error" | "insufficient_system_resource" => FinishReason::Failed(ModelError::local(
            ModelErrorKind::Overloaded,
            "stream finish=error".to_owned(),
        )),
        _ => FinishReason::Complete,
    })
}
