//! The scheduler: which runs may start, which calls have taken too long, and what happens to runs when the room wakes.

use shared::{ErrorCode, Millis, RunState, Seq};

use super::active_run::{ActiveRun, ModelCall, Phase};
use super::further_answers::{ActiveCall, CallState, FurtherAnswers};
use super::starts::STARTS;
use super::{Runs, private_answers};
use crate::config::Config;
use crate::context::Context;
use crate::storage::{RunRecord, StorageError};

/// Calls that a room makes at once. The Worker's runtime allows six outgoing connections (Workers limits, "Simultaneous open
/// connections").
pub(super) const CALLS_AT_ONCE: usize = 5;

impl Runs {
    /// Loads the chains of all bots, so that clients can be told how long they are.
    ///
    /// # Errors
    /// When a chain cannot be read.
    pub(crate) fn load_chains(&mut self, cx: &Context<'_>) -> Result<(), StorageError> {
        for bot in &cx.config.bots {
            self.chains.load(bot, cx.storage)?;
        }
        Ok(())
    }

    /// Restores a stored run: it waits; or its call goes on, if that is among `active_calls`; or it was interrupted.
    pub(crate) fn restore_run(
        &mut self,
        cx: &mut Context<'_>,
        record: RunRecord,
        active_calls: &[ActiveCall],
    ) {
        let run = record.run;
        if private_answers::is_private(run) {
            return self.private_interrupted(cx, record);
        }
        let has_call = record.calls > 0;
        let going_on =
            active_calls.iter().find(|call| has_call && call.run == run && call.call_number == record.calls);
        match going_on.map(|call| &call.state) {
            Some(CallState::FurtherAnswer(further)) => {
                self.further.insert(run, FurtherAnswers { record, ..(**further).clone() });
                return;
            }
            _ if record.is_answered => return self.further_interrupted(cx, record),
            _ => {}
        }
        if let Some(ActiveCall { state: CallState::Answer(state), .. }) = going_on {
            let mut active = ActiveRun { record, ..(**state).clone() };
            let stored_bytes = active.record.partial_text.len();
            if let Some(call) = active.call_mut() {
                (call.stored_bytes, call.stored_at) = (stored_bytes, Millis(0));
            }
            self.active.insert(run, active);
            return;
        }
        let is_hopeless = record.starts >= STARTS;
        let may_hold_claim = cx.config.budget.has_ledger;
        let mut active = ActiveRun { is_restored: true, may_hold_claim, ..ActiveRun::new(record) };
        if has_call {
            // Nothing is known of the call but that it was made, so all that was reserved counts as spent.
            active.phase = Phase::Calling(Box::new(ModelCall { is_sent: true, ..ModelCall::default() }));
        }
        self.active.insert(run, active);
        if has_call {
            // If the Worker's instance outlived the room's memory, the request may still be open.
            self.abort_call(cx, run);
            self.end(cx, run, RunState::Interrupted, Some(ErrorCode::Cut));
        } else if is_hopeless {
            cx.warn(format!("run {run}: the room ended {STARTS} times while starting it; the answer fails"));
            self.end(cx, run, RunState::Failed, Some(ErrorCode::TryLater));
        }
    }

    /// Starts every run that may start: the first of each bot, and those whose backoff is over. A run that ends at once makes
    /// room for the next, until no more may start.
    pub(crate) fn start_waiting(&mut self, cx: &mut Context<'_>) {
        loop {
            let (ready, unrecorded): (Vec<Seq>, Vec<Seq>) =
                self.startable(cx).into_iter().partition(|run| self.may_start(cx, *run));
            if ready.is_empty() {
                return self.record_starts(cx, unrecorded);
            }
            for run in ready {
                self.start_next_call(cx, run);
            }
        }
    }

    /// Ends calls that have taken too long.
    pub(crate) fn end_late_calls(&mut self, cx: &mut Context<'_>) {
        for active in self.active.values_mut() {
            active.clamp_to(cx.now);
        }
        let is_late = |active: &&ActiveRun| call_deadline(active, cx.config).is_some_and(|end| end <= cx.now);
        let late: Vec<Seq> = self.active.values().filter(is_late).map(|active| active.record.run).collect();
        for run in late {
            self.end_late_call(cx, run);
        }
        self.end_late_further(cx);
        self.end_late_private(cx);
    }

    /// When the next backoff is over, or the ledger or a tool has taken too long.
    pub(crate) fn next_wait_deadline(&self) -> Option<Millis> {
        let waits = self.active.values().filter_map(ActiveRun::wait_deadline);
        waits.chain(self.private.next_claim_deadline()).min()
    }

    /// When the next call has taken too long.
    pub(crate) fn next_call_deadline(&self, config: &Config) -> Option<Millis> {
        let calls = self.active.values().filter_map(|active| call_deadline(active, config));
        let further = self.next_further_deadline(config);
        calls.chain(further).chain(self.private.next_call_deadline(config)).min()
    }

    /// Whether a run may start now; otherwise its start must be recorded first. The run of a bot that was removed only ends.
    fn may_start(&self, cx: &Context<'_>, run: Seq) -> bool {
        self.active
            .get(&run)
            .is_some_and(|active| active.may_start() || cx.config.bot(&active.record.bot).is_none())
    }

    /// Runs that may start. Starting a run takes it out of this list.
    fn startable(&self, cx: &Context<'_>) -> Vec<Seq> {
        let mut seen: Vec<&str> = Vec::new();
        let mut startable = Vec::new();
        // A run that backs off keeps its place, so that it never has to wait again when its backoff is over.
        let mut free = CALLS_AT_ONCE.saturating_sub(self.count_started());
        for active in self.active.values() {
            let bot = active.record.bot.as_str();
            let is_first = !seen.contains(&bot);
            seen.push(bot);
            match active.phase {
                // A bot that was removed makes no calls, so its runs end without waiting.
                Phase::Queued if cx.config.bot(bot).is_none() => startable.push(active.record.run),
                Phase::Queued if is_first && free > 0 => {
                    free = free.saturating_sub(1);
                    startable.push(active.record.run);
                }
                Phase::BackingOff { until } if until <= cx.now => startable.push(active.record.run),
                _ => {}
            }
        }
        startable
    }
}

fn call_deadline(active: &ActiveRun, config: &Config) -> Option<Millis> {
    active.call_deadline(config.timeouts(&active.record.bot))
}
