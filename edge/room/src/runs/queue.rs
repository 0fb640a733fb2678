//! The queue: who waits for which bot, how many may wait, and what others may ask about runs.

use shared::frame::RunStatus;
use shared::{ErrorCode, Nonce, PersonId, RunState, Seq, limits};

use super::Runs;
use super::active_run::{ActiveRun, Phase};
use super::further_answers::{ActiveCall, CallState};
use crate::billing::budgets;
use crate::config::Config;
use crate::context::Context;
use crate::storage::{AnswerRow, LogRow, RowData, RunRecord, Write};

impl Runs {
    pub(crate) fn is_empty(&self) -> bool {
        self.active.is_empty() && self.further.is_empty() && self.private.is_empty()
    }

    pub(crate) fn get(&self, run: Seq) -> Option<&ActiveRun> {
        self.active.get(&run)
    }

    /// The runs of a bot that have not ended, in order.
    pub(crate) fn of_bot(&self, bot: &str) -> impl Iterator<Item = &ActiveRun> {
        self.active.values().filter(move |active| active.record.bot == bot)
    }

    /// Tokens of the bot's chain, as far as it is known.
    pub(crate) fn chain_tokens(&self, bot: &str) -> u64 {
        self.chains.tokens(bot)
    }

    /// The calls in progress, which go on while the room's memory is built anew.
    pub(crate) fn active_calls(&self) -> Vec<ActiveCall> {
        let calling = self.active.values().filter(|active| active.call().is_some());
        let calling = calling.map(|active| (&active.record, CallState::Answer(Box::new(active.clone()))));
        let further = self.further.values();
        let further =
            further.map(|further| (&further.record, CallState::FurtherAnswer(Box::new(further.clone()))));
        let calls = calling.chain(further);
        calls
            .map(|(record, state)| ActiveCall { run: record.run, call_number: record.calls, state })
            .collect()
    }

    /// Whether nobody, or not this person, may wait for this bot any more. The first in a bot's queue does not count as
    /// waiting, so a message that mentions several idle bots gets all their answers.
    pub(crate) fn is_full_for(&self, person: &PersonId, bot: &str) -> bool {
        if self.of_bot(bot).next().is_none() {
            return false;
        }
        let waiting = || self.active.values().filter(|active| self.position(active.record.run) > 0);
        waiting().count() >= limits::WAITING_ROOM
            || waiting().filter(|active| active.record.asker == *person).count() >= limits::WAITING_PERSON
    }

    /// Appends the row of an answer and queues its run; if the queue is full, the answer fails at once.
    pub(crate) fn enqueue(&mut self, cx: &mut Context<'_>, mut record: RunRecord, nonce: Option<Nonce>) {
        // A question too many fails when its turn comes, unless a new hour has begun by then. While the operator has switched the
        // bots off, nobody's questions are counted.
        record.is_counted = !cx.config.budget.bots_off && budgets::take_question(cx, &record).is_ok();
        let is_full = self.is_full_for(&record.asker, &record.bot);
        let (state, code) =
            if is_full { (RunState::Failed, Some(ErrorCode::QueueFull)) } else { (RunState::Queued, None) };
        let data = RowData::Answer(AnswerRow {
            state,
            code,
            ended: is_full.then_some(record.run),
            ..record.queued_answer()
        });
        let author = record.asker.clone();
        cx.append(LogRow { seq: record.run, at: cx.now, author, nonce, target: None, data }, None);
        if !is_full {
            cx.effects.write(Write::Run(record.clone()));
            let run = record.run;
            self.active.insert(run, ActiveRun::new(record));
            self.publish(cx, run);
        }
    }

    /// The status of every run, with its text so far.
    pub(crate) fn statuses(&self, config: &Config) -> Vec<RunStatus> {
        self.active.values().map(|active| self.status(active, config)).collect()
    }

    /// Tells everybody how a run stands, without its text.
    pub(super) fn publish(&self, cx: &mut Context<'_>, run: Seq) {
        if let Some(active) = self.active.get(&run) {
            let status = self.status(active, cx.config);
            cx.fanout.run_status(RunStatus { text: String::new(), ..status });
        }
    }

    /// How many runs have left the queue: they occupy one of the calls that a room makes at once.
    pub(super) fn count_started(&self) -> usize {
        let started = self.active.values().filter(|active| active.phase != Phase::Queued).count();
        started.saturating_add(self.further.len()).saturating_add(self.private.count())
    }

    fn status(&self, active: &ActiveRun, config: &Config) -> RunStatus {
        let (run, state) = (active.record.run, active.state());
        RunStatus {
            run,
            state,
            position: (state == RunState::Queued).then(|| self.position(run)),
            chain_rebuilt: active.answer.chain_rebuilt,
            tool_uses: active.answer.tool_uses.clone(),
            card: config.bot(&active.record.bot).and_then(|bot| bot.card),
            text: active.answer.text.clone(),
        }
    }

    /// How many runs of the same bot come before this one.
    fn position(&self, run: Seq) -> usize {
        let Some(bot) = self.active.get(&run).map(|active| &active.record.bot) else { return 0 };
        self.active.range(..run).filter(|(_, active)| active.record.bot == *bot).count()
    }
}
