//! The life of a run, from its first call to its last. How it gets to a call is in `calling`, how it ends in `ending`.
//!
//! One run per chain at a time, in order of asking. Every call is recorded before it is made (promise G10), an answer
//! has exactly one end (promise G9), and nothing is paid again by itself after a crash.

use models::{CallEnd, FinishReason, ModelError, ModelErrorKind, ModelEvent};
use shared::{ErrorCode, Millis, RunState, Seq, limits};

use crate::answers::{ActiveRun, CallPurpose, Phase};
use crate::bot::{StateMode, tokens};
use crate::chain::SUMMARY_BYTES;
use crate::money::CallCost;
use crate::room::Effects;
use crate::{ActiveCall, Effect, ResponseRecord, Room, RunRecord, Storage, StorageError, Write};

/// The longest wait before a retry; a server that asks for more is not waited for.
pub(crate) const LONGEST_PAUSE_MS: u64 = 20_000;
/// The first wait before a retry.
const FIRST_PAUSE_MS: u64 = 500;
/// How long a bot is not asked after its server refused the key, the model or the account.
pub(crate) const BREAKER_MS: u64 = 60_000;

impl Room {
    /// A run as it was stored, when the room wakes: it waits, goes on, or was interrupted.
    pub(crate) fn resume_run(
        &mut self,
        now: Millis,
        record: RunRecord,
        streaming: Option<&ActiveCall>,
        log: &dyn Storage,
        out: &mut Effects,
    ) -> Result<(), StorageError> {
        let (run, call_number) = (record.run, record.calls);
        match streaming.filter(|streaming| call_number > 0 && streaming.call_number == call_number) {
            Some(streaming) => {
                if let Some(bot) = self.config.bot(&record.bot).cloned() {
                    self.chain(&bot, log)?;
                }
                let stored = (record.partial_text.len(), Millis(0));
                self.answers.open.insert(run, ActiveRun { record, stored, ..streaming.live.clone() });
            }
            None => {
                self.answers.open.insert(run, ActiveRun::new(record));
                if call_number > 0 {
                    // Where the instance outlives the room's memory, its task may still run.
                    out.push(Effect::AbortCall { run, call_number });
                    self.end(now, run, RunState::Interrupted, Some(ErrorCode::Cut), log, out);
                }
            }
        }
        Ok(())
    }

    /// What a model said.
    pub(crate) fn hear(
        &mut self,
        now: Millis,
        run: Seq,
        call_number: u32,
        event: ModelEvent,
        log: &dyn Storage,
        out: &mut Effects,
    ) {
        let Some(live) = self.answers.open.get_mut(&run) else { return };
        let Phase::Calling { heard, previous, .. } = &mut live.phase else { return };
        if live.record.calls != call_number {
            return;
        }
        *heard = Some(now);
        match event {
            ModelEvent::Alive => {}
            ModelEvent::Started { id, previous: continued } => {
                // Some servers name the response late; once text was shown it is too late to ask again.
                let is_forgetful = previous.is_some() && continued.is_none();
                let is_shown = !live.is_unheard();
                let bot = live.record.bot.clone();
                live.response.clone_from(&id);
                // A server that was told to keep nothing has nothing to delete.
                if let Some(id) = id.filter(|_| live.keeps_response) {
                    let (bot, deletion_pending) = (bot.clone(), live.is_stale);
                    out.write_conveniently(Write::Response(ResponseRecord {
                        id,
                        bot,
                        run,
                        deletion_pending,
                        tries: 0,
                    }));
                }
                let is_auto = self.config.bot(&bot).is_some_and(|bot| bot.state == StateMode::Auto);
                if is_forgetful && is_auto && !is_shown {
                    // The server took the id and ignored it: without the transcript it would answer without memory.
                    self.abort(run, out);
                    self.charge(now, run, CallCost::Unknown, log, out);
                    self.start_anew(now, run, true, log, out);
                } else if is_forgetful
                    && is_auto
                    && let Some(chain) = self.answers.chains.get_mut(&bot)
                {
                    // The next turn knows it. What is written comes with the chain's next place.
                    chain.stateless = true;
                }
            }
            ModelEvent::Text(text) if live.step == CallPurpose::Summary => {
                let space = SUMMARY_BYTES.saturating_sub(live.aside.len());
                live.aside.push_str(text.get(..text.floor_char_boundary(space)).unwrap_or_default());
            }
            ModelEvent::Refusal(_) if live.step == CallPurpose::Summary => {}
            ModelEvent::Text(text) => self.stream(now, run, &text, false, log, out),
            ModelEvent::Refusal(text) => self.stream(now, run, &text, true, log, out),
            ModelEvent::Finished(ended) => self.finish_call(now, run, ended, log, out),
        }
    }

    /// Ends calls that took too long.
    pub(crate) fn end_timed_out(&mut self, now: Millis, log: &dyn Storage, out: &mut Effects) {
        for live in self.answers.open.values_mut() {
            live.begin_no_later_than(now);
        }
        let is_late = |live: &&ActiveRun| live.deadline(&self.config).is_some_and(|end| end <= now);
        let late: Vec<Seq> = self.answers.open.values().filter(is_late).map(|live| live.record.run).collect();
        for run in late {
            self.abort(run, out);
            self.end(now, run, RunState::Failed, Some(ErrorCode::Timeout), log, out);
        }
    }

    /// Drops the request to the model's server, if there is one.
    pub(crate) fn abort(&mut self, run: Seq, out: &mut Effects) {
        let Some(live) = self.answers.open.get(&run) else { return };
        if matches!(live.phase, Phase::Calling { .. }) {
            out.push(Effect::AbortCall { run, call_number: live.record.calls });
        }
    }

    /// More text.
    fn stream(
        &mut self,
        now: Millis,
        run: Seq,
        text: &str,
        is_refusal: bool,
        log: &dyn Storage,
        out: &mut Effects,
    ) {
        let Some(live) = self.answers.open.get_mut(&run) else { return };
        let space = limits::ANSWER_BYTES.saturating_sub(live.text.len());
        let fits = text.get(..text.floor_char_boundary(space)).unwrap_or_default();
        let is_over = fits.len() < text.len();
        let is_first = live.text.is_empty() && !fits.is_empty();
        let offset = u64::try_from(live.text.len()).unwrap_or_default();
        live.is_refusal |= is_refusal;
        live.text.push_str(fits);
        if now.since(live.stored.1) >= limits::PARTIAL_MS && live.stored.0 != live.text.len() {
            live.stored = (live.text.len(), now);
            live.record.partial_text.clone_from(&live.text);
            out.write_conveniently(Write::Run(live.record.clone()));
        }
        if is_first {
            self.fanout.hurry();
            self.publish_run(run);
        }
        if !fits.is_empty() {
            self.fanout.delta(run, offset, fits);
        }
        if is_over {
            self.abort(run, out);
            self.end(now, run, RunState::Incomplete, Some(ErrorCode::Length), log, out);
        }
    }

    /// A call ended: the answer ends with it, or another call follows.
    fn finish_call(&mut self, now: Millis, run: Seq, ended: CallEnd, log: &dyn Storage, out: &mut Effects) {
        let Some(live) = self.answers.open.get_mut(&run) else { return };
        let is_untouched = live.response.is_none() && live.is_unheard() && live.aside.is_empty();
        let paid = match (&ended.finish, ended.usage) {
            (_, Some(usage)) => CallCost::Usage(usage),
            (FinishReason::Failed(_), None) if is_untouched => CallCost::Nothing,
            _ => CallCost::Unknown,
        };
        let said = ended.text.filter(|text| !text.is_empty());
        let written = said.as_ref().map_or(live.text.len(), String::len);
        live.chained = match ended.usage {
            Some(usage) => usage.input.saturating_add(usage.output),
            None => live.given.saturating_add(tokens(written)),
        };
        self.charge(now, run, paid, log, out);
        let Some(live) = self.answers.open.get_mut(&run) else { return };
        if live.step == CallPurpose::Summary {
            let summary = said.unwrap_or_else(|| std::mem::take(&mut live.aside));
            let is_whole = ended.finish == FinishReason::Complete;
            return self.begin_new_chain(now, run, Some(summary).filter(|_| is_whole), log, out);
        }
        if ended.finish == FinishReason::Complete && !ended.calls.is_empty() {
            // A server may state its words only with the end.
            if let Some(said) = said.as_ref().filter(|_| live.is_unheard()) {
                self.stream(now, run, said, false, log, out);
            }
            let is_allowed = |live: &ActiveRun| live.tools.count < limits::TOOL_ROUNDS;
            if self.answers.get(run).is_none_or(is_allowed) {
                return self.look_up(now, run, ended.calls, log, out);
            }
            out.push(Effect::LogWarning(format!("run {run}: tools without end")));
        }
        let Some(live) = self.answers.open.get_mut(&run) else { return };
        // What earlier rounds said stays; the end of the last one outranks its own deltas.
        let said = match said {
            Some(said) => live.text.get(..live.settled).unwrap_or_default().to_owned() + &said,
            None => live.text.clone(),
        };
        let cut = said.floor_char_boundary(limits::ANSWER_BYTES);
        let is_long = cut < said.len();
        let text = said.get(..cut).unwrap_or_default().to_owned();
        let (state, code) = match ended.finish {
            FinishReason::Failed(fault) => return self.fail(now, run, &fault, log, out),
            FinishReason::Cut => (RunState::Interrupted, Some(ErrorCode::Cut)),
            FinishReason::Length => (RunState::Incomplete, Some(ErrorCode::Length)),
            FinishReason::Filtered => (RunState::Incomplete, Some(ErrorCode::Filtered)),
            FinishReason::Refused => (RunState::Incomplete, Some(ErrorCode::Declined)),
            FinishReason::Complete if is_long => (RunState::Incomplete, Some(ErrorCode::Length)),
            FinishReason::Complete if live.is_refusal => (RunState::Incomplete, Some(ErrorCode::Declined)),
            FinishReason::Complete => (RunState::Done, None),
        };
        if state == RunState::Done || code == Some(ErrorCode::Declined) {
            self.advance(run, out);
        }
        self.conclude(now, run, state, code, text, log, out);
    }

    /// An error: another try where that can help and nothing was shown yet, otherwise the end.
    fn fail(&mut self, now: Millis, run: Seq, fault: &ModelError, log: &dyn Storage, out: &mut Effects) {
        out.push(Effect::LogWarning(format!("run {run}: {:?} {}", fault.kind, fault.note)));
        let Some(live) = self.answers.open.get_mut(&run) else { return };
        let has_text = !live.is_unheard();
        let was_chained = matches!(&live.phase, Phase::Calling { previous: Some(_), .. });
        if !has_text
            && was_chained
            && matches!(fault.kind, ModelErrorKind::ChainLost | ModelErrorKind::Stateless)
        {
            let is_stateless = fault.kind == ModelErrorKind::Stateless;
            return self.start_anew(now, run, is_stateless, log, out);
        }
        if !has_text && fault.kind.is_retryable() && live.retries < limits::RETRIES {
            let backoff = FIRST_PAUSE_MS << live.retries;
            let wait = fault.retry_after_ms.unwrap_or_default().max(backoff);
            if wait <= LONGEST_PAUSE_MS {
                live.retries = live.retries.saturating_add(1);
                let jitter = self.rng.up_to(backoff / 2);
                return self.pause(run, now.plus(wait).plus(jitter));
            }
        }
        let code = code(fault.kind);
        if is_lasting(fault.kind) {
            let bot = live.record.bot.clone();
            self.answers.breakers.insert(bot, (now.plus(BREAKER_MS), code));
        }
        self.end(now, run, RunState::Failed, Some(code), log, out);
    }
}

/// Whether waiting does not help: only the operator can.
fn is_lasting(kind: ModelErrorKind) -> bool {
    matches!(
        kind,
        ModelErrorKind::Unauthorized
            | ModelErrorKind::Forbidden
            | ModelErrorKind::NotFound
            | ModelErrorKind::QuotaExhausted
    )
}

/// What people are told about a failure.
fn code(kind: ModelErrorKind) -> ErrorCode {
    match kind {
        ModelErrorKind::ContextTooLong => ErrorCode::ContextTooLong,
        ModelErrorKind::PolicyBlocked => ErrorCode::Filtered,
        ModelErrorKind::RateLimited | ModelErrorKind::Overloaded => ErrorCode::Busy,
        ModelErrorKind::QuotaExhausted => ErrorCode::Quota,
        ModelErrorKind::Timeout => ErrorCode::Timeout,
        ModelErrorKind::Unchecked => ErrorCode::Unchecked,
        ModelErrorKind::Connection | ModelErrorKind::Garbage => ErrorCode::Unreachable,
        ModelErrorKind::Unauthorized
        | ModelErrorKind::Forbidden
        | ModelErrorKind::NotFound
        | ModelErrorKind::BadRequest
        | ModelErrorKind::ChainLost
        | ModelErrorKind::Stateless => ErrorCode::Misconfigured,
    }
}
