//! Which prompt the next call of a run sends: that for the answer, or first one for a summary, where the model's context has no
//! room for everything.

use super::active_run::ActiveRun;
use crate::bot::Bot;
use crate::prompt::context::ContextSize;
use crate::prompt::{self, CallPurpose, Prompt, PromptRequest, knowledge};
use crate::storage::{ChainRecord, Storage, StorageError};

/// Builds the prompt of a run's next call, and notes what the call is for. A chain that has outgrown the context is summarized
/// first; where it cannot be, or a call was too long, the messages are that no longer fit. A summary for which there is no room is
/// done without.
pub(super) fn build(
    active: &mut ActiveRun,
    bot: &Bot,
    chain: &ChainRecord,
    storage: &dyn Storage,
) -> Result<Prompt, StorageError> {
    let wants_summary = std::mem::take(&mut active.wants_summary);
    let size = ContextSize::of(bot, chain.context_tokens);
    // A model whose context proves to be smaller is given less.
    if active.knowledge.as_ref().is_none_or(|given| given.size != size) {
        active.knowledge = knowledge::given(bot, &active.record, size, storage)?;
    }
    let is_first = active.record.calls == 0 && active.record.continues_from.is_none();
    let build = |purpose| {
        let request = PromptRequest {
            run: &active.record,
            purpose,
            tools: &active.tools,
            continues_from: active.answer.continues_from.as_ref(),
            context_messages: active.answer.context_messages,
            held: active.held,
            halvings: active.halvings,
            size,
            knowledge: active.knowledge.as_ref(),
        };
        prompt::build(bot, chain, &request, storage)
    };
    let mut summaries = match active.purpose {
        CallPurpose::Answer if wants_summary => vec![CallPurpose::SummaryOfOlder],
        CallPurpose::Answer => Vec::new(),
        purpose => vec![purpose],
    };
    let mut answer = None;
    if is_first && active.purpose == CallPurpose::Answer {
        answer = build(CallPurpose::Answer)?;
        if answer.as_ref().is_some_and(|prompt| prompt.outgrew_context) {
            summaries = vec![CallPurpose::Summary, CallPurpose::SummaryOfOlder];
        }
    }
    for purpose in summaries {
        if let Some(prompt) = build(purpose)? {
            active.purpose = purpose;
            return Ok(prompt);
        }
    }
    let answer = match answer {
        Some(answer) => Some(answer),
        None => build(CallPurpose::Answer)?,
    };
    active.purpose = CallPurpose::Answer;
    answer.ok_or_else(|| StorageError("the prompt of an answer was not built".to_owned()))
}
