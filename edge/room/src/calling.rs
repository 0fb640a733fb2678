//! From the queue to a call: whose turn it is, what it may cost, and what is asked.
//!
//! Every call of a run passes here, the first one as well as a retry, a rebuild, a round of tools or a summary: each is
//! reserved, then recorded, then made (promise G10).

use shared::{ErrorCode, Millis, RunState, Seq};

use crate::answers::{ActiveRun, CallPurpose, Phase};
use crate::money;
use crate::prompt::{self, Prepared};
use crate::room::Effects;
use crate::storage::LogStorage as _;
use crate::{Bot, Call, ClaimReply, Effect, Room, RunRecord, Storage, StorageError, Write};

/// Answers that are being given at once in one room. The runtime allows six outgoing connections.
const AT_ONCE: usize = 5;
/// How long the ledger may take to answer.
pub(crate) const LEDGER_MS: u64 = 10_000;
/// How often a ledger that cannot be asked is asked again.
const LEDGER_TRIES: u32 = 3;

impl Room {
    /// Puts a run into the queue.
    pub(crate) fn queue(&mut self, record: RunRecord, out: &mut Effects) {
        out.write(Write::Run(record.clone()));
        let run = record.run;
        self.answers.open.insert(run, ActiveRun::new(record));
        self.publish_run(run);
    }

    /// Starts whatever may start: the next of each bot that is not busy, and those whose pause is over. What is refused at
    /// once makes room for the next, until nothing more may start.
    pub(crate) fn start_waiting(&mut self, now: Millis, log: &dyn Storage, out: &mut Effects) {
        loop {
            let start = self.startable(now);
            if start.is_empty() {
                return;
            }
            for run in start {
                self.begin(now, run, log, out);
            }
        }
    }

    /// Runs that may start. None of them still is one once it has begun.
    fn startable(&self, now: Millis) -> Vec<Seq> {
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
                _ => {}
            }
        }
        start
    }

    /// Begins the next call of a run, as far as it can go now.
    pub(crate) fn begin(&mut self, now: Millis, run: Seq, log: &dyn Storage, out: &mut Effects) {
        let begun = self.try_begin(now, run, log, out);
        self.or_again(now, run, begun, out);
    }

    /// A run whose words could not be read is tried again in a second.
    fn or_again(&mut self, now: Millis, run: Seq, tried: Result<(), StorageError>, out: &mut Effects) {
        if let Err(error) = tried {
            out.push(Effect::LogWarning(format!("reading failed: {error}")));
            self.pause(run, now.plus(1_000));
        }
    }

    /// The ledger answered.
    pub(crate) fn reserved(
        &mut self,
        now: Millis,
        run: Seq,
        call_number: u32,
        reply: Option<ClaimReply>,
        log: &dyn Storage,
        out: &mut Effects,
    ) {
        let Some(live) = self.answers.open.get_mut(&run) else {
            if reply == Some(ClaimReply::Granted) {
                give_back(run, call_number, out);
            }
            return;
        };
        if !matches!(live.phase, Phase::Reserving { .. })
            || live.record.calls.saturating_add(1) != call_number
        {
            return;
        }
        match reply {
            Some(ClaimReply::Granted) => {
                let asked = self.try_ask(now, run, log, out);
                self.or_again(now, run, asked, out);
            }
            Some(ClaimReply::Refused { code, resets_at }) => {
                live.record.reserved_micros = 0;
                live.resets_at = Some(resets_at);
                self.end(now, run, RunState::Failed, Some(code), log, out);
            }
            None => {
                live.record.reserved_micros = 0;
                live.ledger_tries = live.ledger_tries.saturating_add(1);
                // Without the ledger nothing is spent.
                if live.ledger_tries >= LEDGER_TRIES {
                    self.end(now, run, RunState::Failed, Some(ErrorCode::TryLater), log, out);
                } else {
                    self.pause(run, now.plus(1_000));
                }
            }
        }
    }

    pub(crate) fn pause(&mut self, run: Seq, until: Millis) {
        if let Some(live) = self.answers.open.get_mut(&run) {
            live.phase = Phase::Pausing { until };
        }
        self.publish_run(run);
    }

    fn try_begin(
        &mut self,
        now: Millis,
        run: Seq,
        log: &dyn Storage,
        out: &mut Effects,
    ) -> Result<(), StorageError> {
        let Some(live) = self.answers.get(run) else { return Ok(()) };
        let (is_first, started_at) = (live.record.calls == 0, live.started_at);
        let handle = live.record.bot.clone();
        let Some(bot) = self.config.bot(&handle).cloned() else {
            self.end(now, run, RunState::Failed, Some(ErrorCode::NoSuchBot), log, out);
            return Ok(());
        };
        if self.is_withdrawn(run, &out.ahead(log))? {
            self.end(now, run, RunState::Stopped, Some(ErrorCode::AskedDeleted), log, out);
            return Ok(());
        }
        let refusal = if self.config.budget.bots_off {
            Some(ErrorCode::BotsOff)
        } else if !is_first && started_at.plus(bot.timeouts.total_ms) <= now {
            // A call that would be ended at once is not made.
            Some(ErrorCode::Timeout)
        } else {
            self.answers.broken(&handle, now)
        };
        if let Some(code) = refusal {
            self.end(now, run, RunState::Failed, Some(code), log, out);
            return Ok(());
        }
        let prepared = self.prepare(run, &bot, log, out)?;
        let micros = money::worst(&bot, &prepared.turn, prepared.given);
        if let Some(refused) = self.afford(now, run, micros, &out.ahead(log))? {
            if let Some(live) = self.answers.open.get_mut(&run) {
                live.resets_at = Some(refused.resets_at);
            }
            self.end(now, run, RunState::Failed, Some(refused.code), log, out);
            return Ok(());
        }
        let Some(live) = self.answers.open.get_mut(&run) else { return Ok(()) };
        live.record.reserved_micros = micros;
        // What costs nothing needs no money: a price that is not known is the operator's choice.
        if !self.config.budget.has_ledger || micros == 0 {
            return self.ask(now, run, &bot, prepared, log, out);
        }
        live.phase = Phase::Reserving { since: now };
        if is_first {
            live.started_at = now;
        }
        let call_number = live.record.calls.saturating_add(1);
        out.push(Effect::ReserveBudget { run, call_number, micros });
        self.publish_run(run);
        Ok(())
    }

    /// Asks what was reserved for. What is asked may have changed while the ledger was: something may have been deleted.
    fn try_ask(
        &mut self,
        now: Millis,
        run: Seq,
        log: &dyn Storage,
        out: &mut Effects,
    ) -> Result<(), StorageError> {
        let Some(live) = self.answers.get(run) else { return Ok(()) };
        let call_number = live.record.calls.saturating_add(1);
        let Some(bot) = self.config.bot(&live.record.bot).cloned() else {
            give_back(run, call_number, out);
            self.end(now, run, RunState::Failed, Some(ErrorCode::NoSuchBot), log, out);
            return Ok(());
        };
        if self.is_withdrawn(run, &out.ahead(log))? {
            give_back(run, call_number, out);
            self.end(now, run, RunState::Stopped, Some(ErrorCode::AskedDeleted), log, out);
            return Ok(());
        }
        let prepared = self.prepare(run, &bot, log, out)?;
        let micros = money::worst(&bot, &prepared.turn, prepared.given);
        if self.answers.get(run).is_some_and(|live| micros > live.record.reserved_micros) {
            // What is asked has grown meanwhile: a chain was lost, or a message has more words.
            self.try_begin(now, run, log, out)?;
            if self.answers.get(run).is_none() {
                give_back(run, call_number, out);
            }
            return Ok(());
        }
        self.ask(now, run, &bot, prepared, log, out)
    }

    /// Asks the model: the record first, then the call.
    fn ask(
        &mut self,
        now: Millis,
        run: Seq,
        bot: &Bot,
        prepared: Prepared,
        log: &dyn Storage,
        out: &mut Effects,
    ) -> Result<(), StorageError> {
        let Prepared { turn, base, context_messages, chain_rebuilt, given } = prepared;
        let Some(live) = self.answers.get(run) else { return Ok(()) };
        let is_first = live.record.calls == 0;
        // A summary asks nothing new.
        let is_asking = live.step == CallPurpose::Answer && !live.is_asked;
        let parent = if is_asking { out.ahead(log).row(live.record.parent)? } else { None };
        let asked = parent.map(|row| row.data.words().to_owned()).unwrap_or_default();
        let Some(live) = self.answers.open.get_mut(&run) else { return Ok(()) };
        live.record.calls = live.record.calls.saturating_add(1);
        live.is_asked |= is_asking;
        live.has_open_call = true;
        (live.price, live.given) = (bot.price, given);
        live.keeps_response = turn.store;
        if is_first {
            live.started_at = now;
        }
        live.phase = Phase::Calling { since: now, heard: None, previous: turn.previous.clone() };
        if live.step == CallPurpose::Answer {
            live.base = base;
            live.context_messages = context_messages;
        }
        live.response = None;
        live.chain_rebuilt |= chain_rebuilt;
        live.stored = (0, now);
        out.write(Write::Run(live.record.clone()));
        let (call_number, asker) = (live.record.calls, live.record.asker.clone());
        if is_first {
            self.count_question(now, &asker, log, out);
        }
        let (handle, route) = (bot.handle.clone(), bot.route.clone());
        let call = Call { run, call_number, bot: handle, route, asked, asker, turn };
        out.push(Effect::StartCall(Box::new(call)));
        self.publish_run(run);
        Ok(())
    }

    /// The turn of the next call. A chain that has grown too long is summed up first.
    fn prepare(
        &mut self,
        run: Seq,
        bot: &Bot,
        log: &dyn Storage,
        out: &Effects,
    ) -> Result<Prepared, StorageError> {
        let chain = self.chain(bot, log)?;
        let Some(live) = self.answers.open.get_mut(&run) else {
            return Err(StorageError("the run is gone".to_owned()));
        };
        if live.record.calls == 0 {
            // It may have been otherwise while the ledger was asked: a chain that was lost is not summed up.
            let is_overlong = live.record.continues_from.is_none() && prompt::is_overlong(bot, &chain);
            live.step = if is_overlong { CallPurpose::Summary } else { CallPurpose::Answer };
        }
        prompt::prepare(bot, &chain, live, &out.ahead(log))
    }
}

/// What was reserved is not needed: nothing will be spent.
fn give_back(run: Seq, call_number: u32, out: &mut Effects) {
    out.push(Effect::SettleClaim { run, call_number, micros: Some(0) });
}
