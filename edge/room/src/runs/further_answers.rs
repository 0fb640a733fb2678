//! What is left of a run whose answer has ended while its bot gives further answers to the same question, and the calls in
//! progress of both kinds of runs.

use models::Turn;
use shared::Seq;

use super::active_run::{ActiveRun, ModelCall};
use crate::storage::{AnswerOption, RunRecord};

/// A call in progress, for [`crate::Room::wake`]: it goes on while the room's memory is built anew.
#[derive(Debug, Clone, PartialEq)]
pub struct ActiveCall {
    pub run: Seq,
    pub call_number: u32,
    /// What only memory knows of the run, such as the text that is not stored yet.
    pub(crate) state: CallState,
}

/// The run of a call in progress.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum CallState {
    Answer(Box<ActiveRun>),
    FurtherAnswer(Box<FurtherAnswers>),
}

/// A run whose answer has ended, and whose bot is asked for further ones: one call after the other, each with the same turn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FurtherAnswers {
    pub(super) record: RunRecord,
    pub(super) turn: Turn,
    /// The answer that has ended.
    pub(super) first: AnswerOption,
    /// The call in progress; that of the first answer before it.
    pub(super) call: ModelCall,
    /// What the call in progress has said.
    pub(super) text: String,
}

impl FurtherAnswers {
    /// Of a run that was read from the storage when the room woke: nothing is known of its call but that it was made.
    pub(super) fn restored(record: RunRecord) -> Self {
        let first = AnswerOption { text: String::new(), response: None, chain_tokens: 0 };
        let call = ModelCall { is_sent: true, ..ModelCall::default() };
        Self { record, turn: Turn::default(), first, call, text: String::new() }
    }
}
