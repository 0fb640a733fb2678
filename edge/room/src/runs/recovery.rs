//! Goes on with a run whose call failed in a way that another call can mend: a chain that could not be summarized now, or a turn
//! that is too long for the model.

use models::{FinishReason, ModelError};
use shared::{ErrorCode, RunState, Seq};

use super::Runs;
use super::active_run::LONGEST_BACKOFF_MS;
use crate::billing::spending::CallCost;
use crate::context::Context;
use crate::prompt::CallPurpose;

impl Runs {
    /// Ends a call that has taken too long, and its run, unless the call was a summary: the question does not need that.
    pub(super) fn end_late_call(&mut self, cx: &mut Context<'_>, run: Seq) {
        self.abort_call(cx, run);
        if self.active.get(&run).is_some_and(|active| active.purpose == CallPurpose::Summary) {
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

    /// Calls again, once, with half the bot's window and without the chain, because the input was too long for the model.
    /// Returns whether it does.
    pub(super) fn retry_with_half_window(&mut self, cx: &mut Context<'_>, run: Seq) -> bool {
        let Some(active) = self.active.get_mut(&run) else { return false };
        if std::mem::replace(&mut active.has_half_window, true) {
            return false;
        }
        self.retry_without_chain(cx, run, false);
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
