//! Handles what model APIs say about a call: its start, its text, and its end.

use models::{CallEnd, FinishReason, ModelError, ModelErrorKind, ModelEvent, paragraphs};
use shared::{ErrorCode, Millis, RunState, Seq, limits};

use super::active_run::{ActiveRun, LONGEST_BACKOFF_MS, Phase};
use super::chains::SUMMARY_BYTES;
use super::recovery::passing_failure;
use super::{BREAKER_MS, Runs, alternatives, charges, private_answers};
use crate::billing::spending::CallCost;
use crate::bot::StateMode;
use crate::context::Context;
use crate::prompt::CallPurpose;
use crate::storage::{ResponseRecord, Write};

/// The wait before the first retry; it doubles with each further one.
const FIRST_BACKOFF_MS: u64 = 500;

impl Runs {
    /// Handles an event of a call. Events of earlier calls are ignored.
    pub(crate) fn model_event(
        &mut self,
        cx: &mut Context<'_>,
        run: Seq,
        call_number: u32,
        event: ModelEvent,
    ) {
        if private_answers::is_private(run) {
            return self.private_event(cx, run, event);
        }
        let Some(active) = self.active.get_mut(&run) else {
            return self.further_event(cx, run, call_number, event);
        };
        if active.record.calls != call_number {
            return;
        }
        let purpose = active.purpose;
        let Some(call) = active.call_mut() else { return };
        call.last_heard = Some(cx.now);
        // An error may come without a request: a key that is missing, a question that moderation stopped.
        call.is_sent |= !event.is_failure();
        match event {
            ModelEvent::Alive => {}
            ModelEvent::Started { id, previous } => self.call_started(cx, run, id, previous.is_some()),
            ModelEvent::Text(text) if purpose.is_summary() => {
                let space = SUMMARY_BYTES.saturating_sub(call.summary.len());
                call.summary.push_str(text.get(..text.floor_char_boundary(space)).unwrap_or_default());
            }
            ModelEvent::Refusal(_) | ModelEvent::Thought(_) if purpose.is_summary() => {}
            ModelEvent::Thought(text) => active.answer.add_thought(&text),
            ModelEvent::Text(text) => self.add_text(cx, run, &text),
            ModelEvent::Refusal(text) => {
                call.is_refusal = true;
                self.add_text(cx, run, &text);
            }
            ModelEvent::Finished(end) => self.call_ended(cx, run, end),
        }
    }

    /// The request of a call is about to leave: from now on it may cost something.
    pub(crate) fn call_sent(&mut self, now: Millis, run: Seq, call_number: u32) {
        if private_answers::is_private(run) {
            return self.private.sent(now, run);
        }
        let Some(active) = self.active.get_mut(&run) else {
            return self.further_sent(now, run, call_number);
        };
        if active.record.calls == call_number
            && let Some(call) = active.call_mut()
        {
            (call.is_sent, call.since) = (true, now);
        }
    }

    /// Records the response, and notices a model server that keeps no chain.
    fn call_started(&mut self, cx: &mut Context<'_>, run: Seq, id: Option<String>, continues: bool) {
        let Some(active) = self.active.get_mut(&run) else { return };
        let (bot, deletion_pending) = (active.record.bot.clone(), active.is_stale);
        // Some model servers name the response late; once text was shown it is too late to call again.
        let is_shown = !active.is_call_silent();
        let Some(call) = active.call_mut() else { return };
        call.response_id.clone_from(&id);
        let lost_chain = call.previous.is_some() && !continues;
        // A model server that was told to keep nothing has nothing to delete.
        if let Some(id) = id.filter(|_| call.keeps_response) {
            let record = ResponseRecord { id, bot: bot.clone(), run, deletion_pending, tries: 0 };
            cx.effects.write_optional(Write::Response(record));
        }
        let is_auto = cx.config.bot(&bot).is_some_and(|bot| bot.state == StateMode::Auto);
        if !lost_chain || !is_auto {
            return;
        }
        if is_shown {
            return self.chains.mark_stateless(&bot);
        }
        // The server accepted the previous response's id and ignored it: the bot would answer without memory.
        self.abort_call(cx, run);
        self.charge(cx, run, CallCost::Unknown);
        self.retry_without_chain(cx, run, true);
    }

    /// Adds text to the answer. A text that exceeds the limit ends the run.
    fn add_text(&mut self, cx: &mut Context<'_>, run: Seq, text: &str) {
        let Some(active) = self.active.get_mut(&run) else { return };
        let (text, break_bytes) = active.as_paragraph(text);
        let space = limits::ANSWER_BYTES.saturating_sub(active.answer.text.len());
        let fits = text.get(..text.floor_char_boundary(space)).unwrap_or_default();
        let is_over = fits.len() < text.len();
        let is_first = active.answer.text.is_empty() && !fits.is_empty();
        let offset = u64::try_from(active.answer.text.len()).unwrap_or_default();
        active.answer.text.push_str(fits);
        // The break belongs to what stands before it.
        active.earlier_bytes = active.earlier_bytes.saturating_add(break_bytes.min(fits.len()));
        store_partial_text(cx, active);
        if is_first {
            cx.fanout.send_soon();
            self.publish(cx, run);
        }
        if !fits.is_empty() {
            cx.fanout.delta(run, offset, fits);
        }
        if is_over {
            self.abort_call(cx, run);
            self.end(cx, run, RunState::Incomplete, Some(ErrorCode::Length));
        }
    }

    /// Handles the end of a call: another call follows, or the run ends.
    fn call_ended(&mut self, cx: &mut Context<'_>, run: Seq, end: CallEnd) {
        let Some(active) = self.active.get_mut(&run) else { return };
        let (purpose, is_silent) = (active.purpose, active.is_call_silent());
        let ActiveRun { answer, phase: Phase::Calling(call), .. } = active else { return };
        let text = end.text.filter(|text| !text.is_empty());
        let cost = charges::cost_of(call, is_silent, &end.finish, end.usage);
        let chain_tokens = alternatives::chain_tokens(call, end.usage, text.as_ref().unwrap_or(&answer.text));
        call.chain_tokens = chain_tokens;
        let summary = call.summary.clone();
        if purpose == CallPurpose::Answer && end.finish == FinishReason::Complete && end.calls.is_empty() {
            // The answer ends, and perhaps further ones follow.
            self.charge_call(cx, run, cost);
        } else {
            self.charge(cx, run, cost);
        }
        if purpose.is_summary() {
            if let FinishReason::Failed(error) = &end.finish
                && error.kind == ModelErrorKind::ContextTooLong
            {
                return self.go_on_after_overflow(cx, run, error);
            }
            if let Some(wait_ms) = passing_failure(&end.finish) {
                cx.warn(format!(
                    "run {run}: summarizing failed ({:?}); the chain goes on as it is",
                    end.finish
                ));
                return self.go_on_without_summary(cx, run, wait_ms);
            }
            let is_whole = end.finish == FinishReason::Complete;
            return self.finish_rotation(cx, run, is_whole.then(|| text.unwrap_or(summary)));
        }
        if end.finish == FinishReason::Complete && !end.calls.is_empty() {
            // Some model servers state the text only at the end.
            if let Some(text) = &text
                && self.active.get(&run).is_some_and(ActiveRun::is_call_silent)
            {
                self.add_text(cx, run, text);
            }
            if self.active.get(&run).is_none_or(|active| active.tools.count < limits::TOOL_ROUNDS) {
                return self.start_tool_round(cx, run, end.calls, chain_tokens);
            }
            cx.warn(format!("run {run}: the model calls tools after its last round; the answer ends here"));
        }
        self.answer_ended(cx, run, &end.finish, text, chain_tokens);
    }

    /// Ends the run with the last text of the model, or handles its failure.
    fn answer_ended(
        &mut self,
        cx: &mut Context<'_>,
        run: Seq,
        finish: &FinishReason,
        text: Option<String>,
        chain_tokens: u64,
    ) {
        let Some(active) = self.active.get(&run) else { return };
        // The text of earlier tool rounds stays; what the server states at the end replaces what this call streamed.
        let so_far = &active.answer.text;
        let mut text = match text {
            Some(text) => {
                let earlier = so_far.get(..active.earlier_bytes).unwrap_or_default();
                paragraphs::join([earlier, &text])
            }
            None => so_far.clone(),
        };
        let is_empty = text.trim().is_empty();
        let ends_empty = text.get(active.earlier_bytes..).unwrap_or_default().trim().is_empty();
        let is_too_long = text.len() > limits::ANSWER_BYTES;
        text.truncate(text.floor_char_boundary(limits::ANSWER_BYTES));
        let is_refusal = active.call().is_some_and(|call| call.is_refusal);
        if is_empty && *finish == FinishReason::Complete {
            text.clear();
        }
        let (state, code) = match finish {
            FinishReason::Failed(error) => return self.call_failed(cx, run, error),
            FinishReason::Flagged => return self.withdraw(cx, run, RunState::Failed),
            FinishReason::Cut => (RunState::Interrupted, Some(ErrorCode::Cut)),
            FinishReason::Length => (RunState::Incomplete, Some(ErrorCode::Length)),
            FinishReason::Filtered => (RunState::Incomplete, Some(ErrorCode::Filtered)),
            FinishReason::Refused => (RunState::Incomplete, Some(ErrorCode::Declined)),
            FinishReason::Complete if is_too_long => (RunState::Incomplete, Some(ErrorCode::Length)),
            FinishReason::Complete if is_refusal => (RunState::Incomplete, Some(ErrorCode::Declined)),
            FinishReason::Complete if is_empty => (RunState::Failed, Some(ErrorCode::NoAnswer)),
            // Words stand before the last tool call, and nothing after it.
            FinishReason::Complete if ends_empty => (RunState::Incomplete, Some(ErrorCode::NoAnswer)),
            FinishReason::Complete => (RunState::Done, None),
        };
        if state == RunState::Done || code == Some(ErrorCode::Declined) {
            self.chains.extend(cx, active, chain_tokens);
        }
        self.end_with_text(cx, run, state, code, text);
    }

    /// Handles an error of a model API: tries again where that can help and no text was shown yet, otherwise ends the run.
    fn call_failed(&mut self, cx: &mut Context<'_>, run: Seq, error: &ModelError) {
        cx.warn(format!("run {run}: the model call failed: {:?} {}", error.kind, error.note));
        let Some(active) = self.active.get_mut(&run) else { return };
        let is_silent = active.is_call_silent();
        let was_chained = active.call().is_some_and(|call| call.previous.is_some());
        let lost_chain = matches!(error.kind, ModelErrorKind::ChainLost | ModelErrorKind::Stateless);
        if is_silent && was_chained && lost_chain {
            return self.retry_without_chain(cx, run, error.kind == ModelErrorKind::Stateless);
        }
        if is_silent && error.kind == ModelErrorKind::ContextTooLong && self.retry_with_less(cx, run, error) {
            return;
        }
        let Some(active) = self.active.get_mut(&run) else { return };
        if is_silent && error.kind.is_retryable() && active.retries < limits::RETRIES {
            let backoff_ms = FIRST_BACKOFF_MS << active.retries;
            let wait_ms = error.retry_after_ms.unwrap_or_default().max(backoff_ms);
            if wait_ms <= LONGEST_BACKOFF_MS {
                active.retries = active.retries.saturating_add(1);
                let jitter_ms = self.rng.up_to(backoff_ms / 2);
                return self.back_off(cx, run, wait_ms.saturating_add(jitter_ms));
            }
        }
        let code = error_code(error.kind);
        if is_lasting(error.kind) {
            self.breakers.insert(active.record.bot.clone(), (cx.now.plus(BREAKER_MS), code));
        }
        self.end(cx, run, RunState::Failed, Some(code));
    }
}

/// Stores the text so far, at most every [`limits::PARTIAL_MS`].
fn store_partial_text(cx: &mut Context<'_>, active: &mut ActiveRun) {
    let (now, bytes) = (cx.now, active.answer.text.len());
    let Some(call) = active.call_mut() else { return };
    if now.since(call.stored_at) < limits::PARTIAL_MS || call.stored_bytes == bytes {
        return;
    }
    (call.stored_bytes, call.stored_at) = (bytes, now);
    active.record.partial_text.clone_from(&active.answer.text);
    cx.effects.write_optional(Write::Run(active.record.clone()));
}

/// Whether waiting does not help: only the operator can repair it.
pub(super) fn is_lasting(kind: ModelErrorKind) -> bool {
    matches!(
        kind,
        ModelErrorKind::Unauthorized
            | ModelErrorKind::Forbidden
            | ModelErrorKind::NotFound
            | ModelErrorKind::QuotaExhausted
    )
}

/// What people are told about an error of a model API.
pub(super) fn error_code(kind: ModelErrorKind) -> ErrorCode {
    match kind {
        ModelErrorKind::ContextTooLong => ErrorCode::ContextTooLong,
        ModelErrorKind::PolicyBlocked => ErrorCode::Filtered,
        ModelErrorKind::RateLimited | ModelErrorKind::Overloaded => ErrorCode::Busy,
        ModelErrorKind::QuotaExhausted => ErrorCode::Quota,
        ModelErrorKind::Timeout => ErrorCode::Timeout,
        ModelErrorKind::Flagged => ErrorCode::Flagged,
        ModelErrorKind::Unchecked => ErrorCode::Unchecked,
        ModelErrorKind::Connection | ModelErrorKind::InvalidResponse => ErrorCode::Unreachable,
        ModelErrorKind::Unauthorized
        | ModelErrorKind::Forbidden
        | ModelErrorKind::NotFound
        | ModelErrorKind::BadRequest
        | ModelErrorKind::ChainLost
        | ModelErrorKind::Stateless => ErrorCode::Misconfigured,
    }
}
