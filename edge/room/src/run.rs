//! The life of a run: from the queue through its calls to its one end.
//!
//! One run per chain at a time, in order of asking. Every call is recorded before it is made (promise G10), an answer
//! has exactly one end (promise G9), and nothing is paid again by itself after a crash.

use models::{Ended, Fault, FaultKind, Finish, ModelEvent};
use shared::frame::Run;
use shared::{Code, Millis, RunState, Seq, Usage, limits};

use crate::answers::{Live, Phase};
use crate::config::StateMode;
use crate::prompt::{self, Prepared};
use crate::room::Out;
use crate::{
    AnswerRow, Base, Bot, Call, ChainRecord, Effect, Log, LogError, Room, Row, RowData, RunRecord, Streaming,
    Write,
};

/// Answers that are being given at once in one room. The runtime allows six outgoing connections.
const AT_ONCE: usize = 5;
/// The longest wait before a retry; a server that asks for more is not waited for.
pub(crate) const LONGEST_PAUSE_MS: u64 = 20_000;
/// The first wait before a retry.
const FIRST_PAUSE_MS: u64 = 500;

impl Room {
    /// Puts a run into the queue.
    pub(crate) fn queue(&mut self, record: RunRecord, out: &mut Out) {
        out.write(Write::Run(record.clone()));
        let run = record.run;
        self.answers.open.insert(run, Live::new(record));
        self.tell(run);
    }

    /// A run as it was stored, when the room wakes: it waits, goes on, or was interrupted.
    pub(crate) fn resume_run(
        &mut self,
        now: Millis,
        record: RunRecord,
        streaming: Option<&Streaming>,
        log: &dyn Log,
        out: &mut Out,
    ) -> Result<(), LogError> {
        let (run, attempt) = (record.run, record.calls);
        match streaming.filter(|streaming| attempt > 0 && streaming.attempt == attempt) {
            Some(streaming) => {
                if let Some(bot) = self.config.bot(&record.bot).cloned() {
                    self.chain(&bot, log)?;
                }
                let stored = (record.partial.len(), Millis(0));
                self.answers.open.insert(run, Live { record, stored, ..streaming.live.clone() });
            }
            None => {
                self.answers.open.insert(run, Live::new(record));
                if attempt > 0 {
                    // Where the instance outlives the room's memory, its task may still run.
                    out.push(Effect::Abort { run, attempt });
                    self.end(now, run, RunState::Interrupted, Some(Code::Cut), out);
                }
            }
        }
        Ok(())
    }

    /// Starts whatever may start: the next of each bot that is not busy, and those whose pause is over.
    pub(crate) fn start_waiting(&mut self, now: Millis, log: &dyn Log, out: &mut Out) {
        let mut busy: Vec<&str> = Vec::new();
        let mut start = Vec::new();
        // A run that pauses keeps its place, so that its pause never ends in another wait.
        let mut free = AT_ONCE.saturating_sub(self.answers.busy());
        for live in self.answers.open.values() {
            let is_first = !busy.contains(&live.record.bot.as_str());
            busy.push(&live.record.bot);
            match live.phase {
                // A bot that is no more makes no calls, so nobody waits for it.
                Phase::Waiting if self.config.bot(&live.record.bot).is_none() => start.push(live.record.run),
                Phase::Waiting if is_first && free > 0 => {
                    free = free.saturating_sub(1);
                    start.push(live.record.run);
                }
                Phase::Pausing { until } if until <= now => start.push(live.record.run),
                Phase::Waiting | Phase::Pausing { .. } | Phase::Calling { .. } => {}
            }
        }
        for run in start {
            if let Err(error) = self.call(now, run, log, out) {
                out.push(Effect::Note(format!("reading failed: {error}")));
                self.pause(run, now.plus(1_000));
            }
        }
    }

    /// What a model said.
    pub(crate) fn hear(
        &mut self,
        now: Millis,
        run: Seq,
        attempt: u32,
        event: ModelEvent,
        log: &dyn Log,
        out: &mut Out,
    ) {
        let Some(live) = self.answers.open.get_mut(&run) else { return };
        let Phase::Calling { heard, previous, .. } = &mut live.phase else { return };
        if live.record.calls != attempt {
            return;
        }
        *heard = Some(now);
        match event {
            ModelEvent::Alive => {}
            ModelEvent::Started { id, previous: continued } => {
                // Some servers name the response late; once text was shown it is too late to ask again.
                let is_forgetful = previous.is_some() && continued.is_none();
                let is_shown = !live.text.is_empty();
                let bot = live.record.bot.clone();
                live.response.clone_from(&id);
                if let Some(id) = id {
                    out.write_conveniently(Write::Response { id, bot: bot.clone(), run });
                }
                let is_auto = self.config.bot(&bot).is_some_and(|bot| bot.state == StateMode::Auto);
                if is_forgetful && is_auto && !is_shown {
                    // The server took the id and ignored it: without the transcript it would answer without memory.
                    self.abort(run, out);
                    self.start_anew(now, run, true, log, out);
                } else if is_forgetful
                    && is_auto
                    && let Some(chain) = self.answers.chains.get_mut(&bot)
                {
                    // The next turn knows it. What is written comes with the chain's next place.
                    chain.stateless = true;
                }
            }
            ModelEvent::Text(text) => self.stream(now, run, &text, false, out),
            ModelEvent::Refusal(text) => self.stream(now, run, &text, true, out),
            ModelEvent::Ended(ended) => self.finish_call(now, run, ended, log, out),
        }
    }

    /// Ends calls that took too long.
    pub(crate) fn end_impatient(&mut self, now: Millis, out: &mut Out) {
        for live in self.answers.open.values_mut() {
            live.begin_no_later_than(now);
        }
        let is_late = |live: &&Live| live.patience_ends(&self.config).is_some_and(|end| end <= now);
        let late: Vec<Seq> = self.answers.open.values().filter(is_late).map(|live| live.record.run).collect();
        for run in late {
            self.abort(run, out);
            self.end(now, run, RunState::Failed, Some(Code::Timeout), out);
        }
    }

    /// Drops the request to the model's server, if there is one.
    pub(crate) fn abort(&mut self, run: Seq, out: &mut Out) {
        let Some(live) = self.answers.open.get(&run) else { return };
        if matches!(live.phase, Phase::Calling { .. }) {
            out.push(Effect::Abort { run, attempt: live.record.calls });
        }
    }

    /// The end of an answer without a word of the model about it.
    pub(crate) fn end(&mut self, now: Millis, run: Seq, state: RunState, code: Option<Code>, out: &mut Out) {
        let text = self.answers.open.get(&run).map(|live| live.text.clone()).unwrap_or_default();
        self.conclude(now, run, state, code, text, None, out);
    }

    /// Asks the model: the record first, then the call.
    fn call(&mut self, now: Millis, run: Seq, log: &dyn Log, out: &mut Out) -> Result<(), LogError> {
        let Some(record) = self.answers.open.get(&run).map(|live| live.record.clone()) else { return Ok(()) };
        let Some(bot) = self.config.bot(&record.bot).cloned() else {
            self.end(now, run, RunState::Failed, Some(Code::Misconfigured), out);
            return Ok(());
        };
        let patience_ends = self.answers.get(run).map(|live| live.started_at.plus(bot.patience.total_ms));
        if record.calls > 0 && patience_ends.is_some_and(|end| end <= now) {
            // A call that would be ended at once is not made.
            self.end(now, run, RunState::Failed, Some(Code::Timeout), out);
            return Ok(());
        }
        let chain = self.chain(&bot, log)?;
        let Prepared { turn, base, follows, reread } =
            prompt::prepare(&bot, &chain, &record, &out.ahead(log))?;
        let Some(live) = self.answers.open.get_mut(&run) else { return Ok(()) };
        live.record.calls = live.record.calls.saturating_add(1);
        if live.record.calls == 1 {
            live.started_at = now;
        }
        live.phase = Phase::Calling { since: now, heard: None, previous: turn.previous.clone() };
        live.base = base;
        live.follows = follows;
        live.response = None;
        live.reread |= reread;
        live.stored = (0, now);
        out.write(Write::Run(live.record.clone()));
        let (attempt, asker) = (live.record.calls, live.record.asker.clone());
        out.push(Effect::Call(Box::new(Call { run, attempt, bot: bot.handle, asker, turn })));
        self.tell(run);
        Ok(())
    }

    /// More text.
    fn stream(&mut self, now: Millis, run: Seq, text: &str, is_refusal: bool, out: &mut Out) {
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
            live.record.partial.clone_from(&live.text);
            out.write_conveniently(Write::Run(live.record.clone()));
        }
        if is_first {
            self.fanout.hurry();
            self.tell(run);
        }
        if !fits.is_empty() {
            self.fanout.delta(run, offset, fits);
        }
        if is_over {
            self.abort(run, out);
            self.end(now, run, RunState::Incomplete, Some(Code::Length), out);
        }
    }

    /// A call ended: the answer ends with it, or is tried again.
    fn finish_call(&mut self, now: Millis, run: Seq, ended: Ended, log: &dyn Log, out: &mut Out) {
        let Some(live) = self.answers.open.get(&run) else { return };
        let has_text = !live.text.is_empty();
        let said = ended.text.filter(|text| !text.is_empty()).unwrap_or_else(|| live.text.clone());
        let cut = said.floor_char_boundary(limits::ANSWER_BYTES);
        let is_long = cut < said.len();
        let text = said.get(..cut).unwrap_or_default().to_owned();
        let (state, code) = match ended.finish {
            Finish::Failed(fault) => return self.fail(now, run, &fault, has_text, log, out),
            Finish::Cut => (RunState::Interrupted, Some(Code::Cut)),
            Finish::Length => (RunState::Incomplete, Some(Code::Length)),
            Finish::Filtered => (RunState::Incomplete, Some(Code::Filtered)),
            Finish::Refused => (RunState::Incomplete, Some(Code::Declined)),
            Finish::Complete if is_long => (RunState::Incomplete, Some(Code::Length)),
            Finish::Complete if live.is_refusal => (RunState::Incomplete, Some(Code::Declined)),
            Finish::Complete => (RunState::Done, None),
        };
        if state == RunState::Done || code == Some(Code::Declined) {
            self.advance(run, out);
        }
        self.conclude(now, run, state, code, text, ended.usage, out);
    }

    /// An error: another try where that can help and nothing was shown yet, otherwise the end.
    fn fail(&mut self, now: Millis, run: Seq, fault: &Fault, has_text: bool, log: &dyn Log, out: &mut Out) {
        out.push(Effect::Note(format!("run {run}: {:?} {}", fault.kind, fault.note)));
        let Some(live) = self.answers.open.get_mut(&run) else { return };
        let was_chained = matches!(&live.phase, Phase::Calling { previous: Some(_), .. });
        if !has_text && was_chained && matches!(fault.kind, FaultKind::ChainLost | FaultKind::Stateless) {
            let is_stateless = fault.kind == FaultKind::Stateless;
            return self.start_anew(now, run, is_stateless, log, out);
        }
        if !has_text && fault.kind.is_retryable() && live.retries < limits::RETRIES {
            let backoff = FIRST_PAUSE_MS << live.retries;
            let wait = fault.retry_after_ms.unwrap_or_default().max(backoff);
            if wait <= LONGEST_PAUSE_MS {
                live.retries = live.retries.saturating_add(1);
                let jitter = self.chance.up_to(backoff / 2);
                return self.pause(run, now.plus(wait).plus(jitter));
            }
        }
        self.end(now, run, RunState::Failed, Some(code(fault.kind)), out);
    }

    /// Asks again from the transcript, once: the chain is lost, or there never was one.
    fn start_anew(&mut self, now: Millis, run: Seq, is_stateless: bool, log: &dyn Log, out: &mut Out) {
        let Some(live) = self.answers.open.get_mut(&run) else { return };
        live.reread = true;
        live.record.base = live.record.base.take().map(|base| Base { head: None, ..base });
        let bot = live.record.bot.clone();
        if let Some(chain) = self.answers.chains.get_mut(&bot) {
            chain.head = None;
            chain.stateless |= is_stateless;
            out.write(Write::Chain(chain.clone()));
        }
        if let Err(error) = self.call(now, run, log, out) {
            out.push(Effect::Note(format!("reading failed: {error}")));
            self.pause(run, now.plus(1_000));
        }
    }

    /// The chain goes on from this run.
    fn advance(&mut self, run: Seq, out: &mut Out) {
        let Some(live) = self.answers.open.get(&run) else { return };
        let Some(chain) = self.answers.chains.get_mut(&live.record.bot) else { return };
        chain.head.clone_from(&live.response);
        chain.last = live.record.through;
        chain.follows = live.follows;
        out.write(Write::Chain(chain.clone()));
    }

    /// Writes the end and tells it.
    #[expect(clippy::too_many_arguments, reason = "the parts of one end")]
    fn conclude(
        &mut self,
        now: Millis,
        run: Seq,
        state: RunState,
        code: Option<Code>,
        text: String,
        usage: Option<Usage>,
        out: &mut Out,
    ) {
        let Some(live) = self.answers.open.remove(&run) else { return };
        let seq = self.next_seq();
        let data = RowData::Answer(AnswerRow {
            state,
            text,
            code,
            follows: live.follows,
            reread: live.reread,
            usage,
            ended: Some(seq),
            base: Some(live.base),
            ..AnswerRow::queued(&live.record)
        });
        let asker = live.record.asker;
        let target =
            Row { seq: run, at: now, author: asker.clone(), nonce: None, target: None, data: data.clone() };
        out.write(Write::Rewrite { seq: run, data });
        out.write(Write::RunEnded(run));
        let ended = Row { seq, at: now, author: asker, nonce: None, target: Some(run), data: RowData::Ended };
        self.append(ended, Some(&target), out);
        let queued: Vec<Seq> = self.answers.open.range(run..).map(|(run, _)| *run).collect();
        for run in queued {
            self.tell(run);
        }
    }

    /// Tells everybody how a run stands.
    fn tell(&mut self, run: Seq) {
        let Some(live) = self.answers.open.get(&run) else { return };
        let state = live.state();
        let position = (state == RunState::Queued).then(|| self.answers.position(run));
        let reread = live.reread;
        self.fanout.run(Run { run, state, position, reread, text: String::new() });
    }

    fn pause(&mut self, run: Seq, until: Millis) {
        if let Some(live) = self.answers.open.get_mut(&run) {
            live.phase = Phase::Pausing { until };
        }
        self.tell(run);
    }

    /// The bot's chain, as long as it belongs to the bot as it is now.
    fn chain(&mut self, bot: &Bot, log: &dyn Log) -> Result<ChainRecord, LogError> {
        let known = match self.answers.chains.get(&bot.handle) {
            Some(chain) => Some(chain.clone()),
            None => log.chain(&bot.handle)?,
        };
        let last = known.as_ref().map(|chain| chain.last).unwrap_or_default();
        let chain = known.filter(|chain| chain.fingerprint == bot.fingerprint).unwrap_or(ChainRecord {
            bot: bot.handle.clone(),
            head: None,
            last,
            follows: 0,
            fingerprint: bot.fingerprint.clone(),
            stateless: false,
        });
        self.answers.chains.insert(bot.handle.clone(), chain.clone());
        Ok(chain)
    }
}

/// What people are told about a failure.
fn code(kind: FaultKind) -> Code {
    match kind {
        FaultKind::ContextTooLong => Code::ContextTooLong,
        FaultKind::PolicyBlocked => Code::Filtered,
        FaultKind::RateLimited | FaultKind::Overloaded => Code::Busy,
        FaultKind::QuotaExhausted => Code::Quota,
        FaultKind::Timeout => Code::Timeout,
        FaultKind::Connection | FaultKind::Garbage => Code::Unreachable,
        FaultKind::Unauthorized
        | FaultKind::Forbidden
        | FaultKind::NotFound
        | FaultKind::BadRequest
        | FaultKind::ChainLost
        | FaultKind::Stateless => Code::Misconfigured,
    }
}
