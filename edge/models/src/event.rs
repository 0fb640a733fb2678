//! What a model API reports during a call, in one vocabulary for all APIs.

use shared::Usage;

use crate::error::ModelError;
use crate::turn::ToolCall;

/// One report of a model API. [`ModelEvent::Finished`] comes at most once and is always the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelEvent {
    /// The server accepted the turn. At most once and first, except where a server sends its id only at the end.
    Started {
        /// The id to chain the next turn to, where the API has one. Opaque, up to some kilobytes long.
        id: Option<String>,
        /// The id that the server says it chained to. `None` where it says nothing or null: after a turn that was sent
        /// with a `previous_response_id` this means that the server keeps no state.
        previous: Option<String>,
    },
    /// More of the answer's text. Never empty.
    Text(String),
    /// More of what the model thinks before it answers, where it says so. Never empty. No part of the answer.
    Thought(String),
    /// More of a refusal's text. Never empty.
    Refusal(String),
    /// Bytes arrived that add nothing to the answer (a comment, a keep-alive, an unknown event, half an event). They reset
    /// the idle timeout.
    Alive,
    /// The end. Nothing follows.
    Finished(CallEnd),
}

/// How a call ended, and what is known then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallEnd {
    pub finish: FinishReason,
    /// The whole text as the server states it at the end, where it does. It outranks the sum of the deltas.
    pub text: Option<String>,
    /// Tokens as the server counted them, where it says so.
    pub usage: Option<Usage>,
    /// The tool calls that the model waits for, with [`FinishReason::Complete`]: the answer is not whole until the next call
    /// has sent the tools' outputs.
    pub calls: Vec<ToolCall>,
}

impl CallEnd {
    /// An end without text, usage and tool calls.
    pub fn bare(finish: FinishReason) -> Self {
        Self { finish, text: None, usage: None, calls: Vec::new() }
    }
}

/// Why a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FinishReason {
    /// The answer is whole.
    Complete,
    /// The output limit was reached.
    Length,
    /// A content filter cut the answer.
    Filtered,
    /// The model declined; the text is the refusal.
    Refused,
    /// Moderation flagged the text (reported by the Worker).
    Flagged,
    /// The stream ended without its terminal event.
    Cut,
    /// The API reported an error.
    Failed(ModelError),
}

impl ModelEvent {
    /// Whether it says that the call failed. Such an event may come without a request.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Finished(CallEnd { finish: FinishReason::Failed(_), .. }))
    }
}
