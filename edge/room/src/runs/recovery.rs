//! Goes on with a run whose call failed in a way that another call can mend: a chain that could not be summarized now, or a turn
//! that is too long for the model.

use models::{FinishReason, ModelError};
use shared::{ErrorCode, RunState, Seq};

use super::Runs;
use super::active_run::LONGEST_BACKOFF_MS;
use crate::billing::spending::CallCost;
use crate::context::Context;
use crate::prompt::CallPurpose;
use crate::prompt::context::{self, ContextSize};

/// How often one run is tried again because its input was too long: each time about half is left, so this takes the largest window
/// to the smallest context.
const OVERFLOWS: u32 = 6;

impl Runs {
    /// Ends a call that has taken too long, and its run, unless the call was a summary: the question does not need that.
    pub(super) fn end_late_call(&mut self, cx: &mut Context<'_>, run: Seq) {
        self.abort_call(cx, run);
        if self.active.get(&run).is_some_and(|active| active.purpose.is_summary()) {
            self.charge(cx, run, CallCost::Unknown);
            return self.go_on_without_summary(cx, run, 0);
        }
        self.end(cx, run, RunState::Failed, Some(ErrorCode::Timeout));
    }

    /// Calls for the answer with the chain as it is. The next question tries to summarize it again.
    pub(super) fn go_on_without_summary(&mut self, cx: &mut Context<'_>, run: Seq, wait_ms: u64) {
        let Some(active) = self.active.get_mut(&run) else { return };
        active.purpose = CallPurpose::Answer;
        if wait_ms == 0 {
            self.start_next_call(cx, run);
        } else if wait_ms <= LONGEST_BACKOFF_MS {
            self.back_off(cx, run, wait_ms);
        } else {
            self.end(cx, run, RunState::Failed, Some(ErrorCode::Busy));
        }
    }

    /// Calls again with less and without the chain, because the input was too long for the model. What the error teaches of the
    /// model's context is kept; where it teaches nothing, half the window is sent, once. Returns whether it calls.
    pub(super) fn retry_with_less(&mut self, cx: &mut Context<'_>, run: Seq, error: &ModelError) -> bool {
        let has_learned = self.learn_context(cx, run, error);
        let Some(active) = self.active.get_mut(&run) else { return false };
        active.overflows = active.overflows.saturating_add(1);
        if active.overflows > OVERFLOWS || (!has_learned && active.overflows > 1) {
            return false;
        }
        if has_learned {
            active.wants_summary = active.overflows == 1;
        } else {
            active.halvings = active.halvings.saturating_add(1);
        }
        self.retry_without_chain(cx, run, false);
        true
    }

    /// Goes on after a summary for which the input was too long.
    pub(super) fn go_on_after_overflow(&mut self, cx: &mut Context<'_>, run: Seq, error: &ModelError) {
        let has_learned = self.learn_context(cx, run, error);
        if let Some(active) = self.active.get_mut(&run) {
            // The chain could not be summarized, but perhaps what no longer fits can be.
            active.wants_summary = has_learned && active.purpose == CallPurpose::Summary;
        }
        self.finish_rotation(cx, run, None);
    }

    /// Keeps what an overflow teaches of the model's context. Returns whether it does.
    fn learn_context(&mut self, cx: &mut Context<'_>, run: Seq, error: &ModelError) -> bool {
        let Some(active) = self.active.get(&run) else { return false };
        let (Some(call), Some(bot)) = (active.call(), cx.config.bot(&active.record.bot)) else {
            return false;
        };
        let known = ContextSize::of(bot, self.chains.learned_context(&bot.handle)).tokens();
        let Some(tokens) = context::learned(error.context_tokens, known, call.likely_tokens) else {
            return false;
        };
        let handle = bot.handle.clone();
        cx.warn(format!(
            "run {run}: the input was too long; {handle}'s prompts are built for {tokens} tokens"
        ));
        self.chains.learn_context(cx, &handle, tokens);
        true
    }
}

/// How long to wait before the next call when a summary failed for a reason that passes; `None`: it will not pass.
pub(super) fn passing_failure(finish: &FinishReason) -> Option<u64> {
    match finish {
        FinishReason::Cut => Some(0),
        FinishReason::Failed(ModelError { kind, retry_after_ms, .. }) if kind.is_retryable() => {
            Some(retry_after_ms.unwrap_or_default())
        }
        _ => None,
    }
}
