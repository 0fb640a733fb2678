//! Starts calls. Every call of a run passes here, whether it is the first one, a retry, the next after a tool round, or a
//! summary: it is prepared, reserved, recorded and made, in this order (promise G10).

use shared::{ErrorCode, Millis, RunState, Seq, Strictness};

use super::active_run::{ActiveRun, ModelCall, Phase, PreparedCall};
use super::{RETRY_MS, Runs, next_prompt, private_answers};
use crate::billing::budgets::{self, BudgetError, OpenReservations, PlannedCall};
use crate::billing::ledger::ClaimReply;
use crate::bot::Bot;
use crate::context::Context;
use crate::effect::{Call, Effect};
use crate::prompt::{self, CallPurpose};
use crate::storage::{ChainPosition, LogStorage, RowData, RunRecord, SharedClaim, StorageError, Write};

/// How often a ledger that cannot be reached is asked before the run fails.
const LEDGER_TRIES: u32 = 3;

/// Why a call cannot be made.
enum CannotCall {
    /// The run has ended already.
    RunEnded,
    /// The run must end without the call.
    EndRun {
        state: RunState,
        code: ErrorCode,
        resets_at: Option<Millis>,
    },
    Storage(StorageError),
}

impl CannotCall {
    fn fail(code: ErrorCode) -> Self {
        Self::EndRun { state: RunState::Failed, code, resets_at: None }
    }
}

impl From<StorageError> for CannotCall {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<BudgetError> for CannotCall {
    fn from(error: BudgetError) -> Self {
        match error {
            BudgetError::Exceeded { code, resets_at } => {
                Self::EndRun { state: RunState::Failed, code, resets_at: Some(resets_at) }
            }
            BudgetError::Storage(error) => Self::Storage(error),
        }
    }
}

impl Runs {
    /// Starts the next call of a run: prepares it and asks for the money. A run whose call is not allowed ends; a run whose
    /// prompt cannot be read tries again later.
    pub(super) fn start_next_call(&mut self, cx: &mut Context<'_>, run: Seq) {
        match self.plan_call(cx, run) {
            Ok((bot, prepared)) => self.request_claim(cx, run, &bot, prepared),
            Err(reason) => self.give_up_call(cx, run, reason),
        }
    }

    /// Handles the ledger's answer to a claim; `None`: the ledger could not be reached.
    pub(crate) fn claim_answered(
        &mut self,
        cx: &mut Context<'_>,
        run: Seq,
        call_number: u32,
        reply: Option<ClaimReply>,
    ) {
        if private_answers::is_private(run) {
            return self.private_claim_answered(cx, run, reply);
        }
        let Some(active) = self.active.get_mut(&run) else {
            // Further answers use the claim of the first: the ledger has only repeated its reply.
            if reply == Some(ClaimReply::Granted) && !self.is_asked_for_more(run) {
                self.settlements.release(cx, run, call_number);
            }
            return;
        };
        let expected = active.next_call_number();
        let Phase::Reserving { prepared, .. } = &mut active.phase else { return };
        if call_number != expected {
            return;
        }
        match reply {
            Some(ClaimReply::Granted) => {
                let prepared = prepared.take().map(|prepared| *prepared);
                self.use_claim(cx, run, call_number, prepared);
            }
            Some(ClaimReply::Refused { code, resets_at }) => {
                active.record.reserved_micros = 0;
                active.may_hold_claim = false;
                active.answer.resets_at = (code != ErrorCode::BotsOff).then_some(resets_at);
                self.end(cx, run, RunState::Failed, Some(code));
            }
            None => {
                active.record.reserved_micros = 0;
                active.failed_claims = active.failed_claims.saturating_add(1);
                // Without the ledger nothing is spent.
                if active.failed_claims >= LEDGER_TRIES {
                    self.end(cx, run, RunState::Failed, Some(ErrorCode::TryLater));
                } else {
                    self.back_off(cx, run, RETRY_MS);
                }
            }
        }
    }

    /// Calls again without the chain, which the model server has lost or, with `is_stateless`, never keeps, or which is too long.
    pub(super) fn retry_without_chain(&mut self, cx: &mut Context<'_>, run: Seq, is_stateless: bool) {
        let Some(active) = self.active.get_mut(&run) else { return };
        active.answer.chain_rebuilt |= active.call().is_some_and(|call| call.previous.is_some());
        active.record.continues_from =
            active.record.continues_from.take().map(|position| ChainPosition { head: None, ..position });
        active.purpose = CallPurpose::Answer;
        // A model server that loses a chain once loses it again, so later tool rounds send everything as well.
        active.without_chain = true;
        active.tools.asked_by = None;
        self.chains.lose(cx, &active.record.bot, is_stateless);
        self.start_next_call(cx, run);
    }

    /// Starts a new chain after the old one was summarized, or could not be, and calls for the answer.
    pub(super) fn finish_rotation(&mut self, cx: &mut Context<'_>, run: Seq, summary: Option<String>) {
        let Some(active) = self.active.get_mut(&run) else { return };
        let through = active.summary_through();
        active.purpose = CallPurpose::Answer;
        // The summary of a stale run may hold what was deleted meanwhile.
        let summary = summary.filter(|text| !active.is_stale && !text.trim().is_empty());
        self.chains.start_with_summary(cx, &active.record.bot, summary, through);
        self.start_next_call(cx, run);
    }

    /// Tries the next call again in `wait_ms` milliseconds.
    pub(super) fn back_off(&mut self, cx: &mut Context<'_>, run: Seq, wait_ms: u64) {
        if let Some(active) = self.active.get_mut(&run) {
            active.phase = Phase::BackingOff { until: cx.now.plus(wait_ms) };
        }
        self.publish(cx, run);
    }

    /// Checks that the next call of a run is allowed, and prepares it.
    fn plan_call(&mut self, cx: &mut Context<'_>, run: Seq) -> Result<(Bot, PreparedCall), CannotCall> {
        let bot = self.bot_of(cx, run)?;
        let active = self.active.get(&run).ok_or(CannotCall::RunEnded)?;
        if cx.config.budget.bots_off {
            return Err(CannotCall::fail(ErrorCode::BotsOff));
        }
        check_time(cx, active, &bot)?;
        if let Some(code) = self.open_breaker(&bot.handle, cx.now) {
            return Err(CannotCall::fail(code));
        }
        self.count_question(cx, run)?;
        let prepared = self.prepare_call(cx, run, &bot)?;
        let active = self.active.get(&run).ok_or(CannotCall::RunEnded)?;
        let planned = PlannedCall { asker: &active.record.asker, micros: prepared.micros };
        budgets::check(cx, &planned, self.open_reservations(&active.record))?;
        Ok((bot, prepared))
    }

    /// Counts the question of a run that could not be counted when it was asked.
    fn count_question(&mut self, cx: &mut Context<'_>, run: Seq) -> Result<(), CannotCall> {
        let active = self.active.get_mut(&run).ok_or(CannotCall::RunEnded)?;
        if active.record.calls == 0 && !active.record.is_counted {
            budgets::take_question(cx, &active.record)?;
            active.record.is_counted = true;
            cx.effects.write(Write::Run(active.record.clone()));
        }
        Ok(())
    }

    /// The bot of a run, if it still exists and the question was not deleted.
    fn bot_of(&self, cx: &Context<'_>, run: Seq) -> Result<Bot, CannotCall> {
        let active = self.active.get(&run).ok_or(CannotCall::RunEnded)?;
        let Some(bot) = cx.config.bot(&active.record.bot) else {
            return Err(CannotCall::fail(ErrorCode::NoSuchBot));
        };
        if is_question_deleted(active, &cx.pending_storage())? {
            let (state, code) = (RunState::Stopped, ErrorCode::AskedDeleted);
            return Err(CannotCall::EndRun { state, code, resets_at: None });
        }
        Ok(bot.clone())
    }

    /// Builds the prompt of the next call. A chain that has grown too long is summarized before the first answer.
    fn prepare_call(&mut self, cx: &Context<'_>, run: Seq, bot: &Bot) -> Result<PreparedCall, CannotCall> {
        let chain = self.chains.load(bot, cx.storage)?;
        let active = self.active.get_mut(&run).ok_or(CannotCall::RunEnded)?;
        if active.record.calls == 0 {
            let rotates = active.record.continues_from.is_none() && prompt::should_rotate(bot, &chain);
            active.purpose = if rotates { CallPurpose::Summary } else { CallPurpose::Answer };
        }
        let storage = cx.pending_storage();
        let prompt = next_prompt::build(active, bot, &chain, &storage)?;
        let question = if active.purpose == CallPurpose::Answer && !active.is_question_sent {
            let row = storage.row(active.record.parent)?;
            Some(row.map(|row| row.data.text().to_owned()).unwrap_or_default())
        } else {
            None
        };
        // Further answers send the same turn, to which a tool round would belong as well.
        let is_plain = active.purpose == CallPurpose::Answer && active.tools.count == 0;
        let answers = if is_plain { bot.answers() } else { 1 };
        let micros = budgets::highest_cost(bot, &prompt.turn, prompt.input_tokens);
        Ok(PreparedCall { prompt, micros: micros.saturating_mul(answers.into()), answers, question })
    }

    /// Asks the ledger for the money of a call, and where it costs nothing, whether the operator lets bots be called; without a
    /// ledger, makes the call at once.
    fn request_claim(&mut self, cx: &mut Context<'_>, run: Seq, bot: &Bot, prepared: PreparedCall) {
        let Some(active) = self.active.get_mut(&run) else { return };
        let micros = prepared.micros;
        active.record.reserved_micros = micros;
        if !cx.config.budget.has_ledger {
            return self.send_call(cx, run, bot, prepared);
        }
        active.phase = Phase::Reserving { since: cx.now, prepared: Some(Box::new(prepared)) };
        if active.record.calls == 0 {
            active.started_at = cx.now;
        }
        active.may_hold_claim = true;
        let (call_number, address) = (active.next_call_number(), active.record.address.clone());
        let model = bot.route.endpoint.model.clone();
        cx.effects.push(Effect::ReserveBudget { run, call_number, micros, address, model });
        self.publish(cx, run);
    }

    /// Makes the call for which the ledger granted a claim. Without `prepared` the room has changed meanwhile, so the call is
    /// prepared again; if it costs more now, the ledger is asked again.
    fn use_claim(
        &mut self,
        cx: &mut Context<'_>,
        run: Seq,
        call_number: u32,
        prepared: Option<PreparedCall>,
    ) {
        let planned = self.bot_of(cx, run).and_then(|bot| {
            check_time(cx, self.active.get(&run).ok_or(CannotCall::RunEnded)?, &bot)?;
            let prepared = prepared.map_or_else(|| self.prepare_call(cx, run, &bot), Ok)?;
            Ok((bot, prepared))
        });
        let reserved_micros = self.active.get(&run).map_or(0, |active| active.record.reserved_micros);
        match planned {
            Ok((_, prepared)) if prepared.micros > reserved_micros => {
                self.start_next_call(cx, run);
                if !self.active.contains_key(&run) {
                    self.settlements.release(cx, run, call_number);
                }
            }
            Ok((bot, prepared)) => self.send_call(cx, run, &bot, prepared),
            Err(reason) => {
                if matches!(reason, CannotCall::EndRun { .. }) {
                    self.settlements.release(cx, run, call_number);
                }
                self.give_up_call(cx, run, reason);
            }
        }
    }

    /// Records the call, then makes it.
    fn send_call(&mut self, cx: &mut Context<'_>, run: Seq, bot: &Bot, prepared: PreparedCall) {
        let PreparedCall { prompt, question, micros, answers } = prepared;
        let Some(active) = self.active.get_mut(&run) else { return };
        let is_first = active.record.calls == 0;
        if is_first {
            active.started_at = cx.now;
        }
        active.record.calls = active.next_call_number();
        active.may_hold_claim = false;
        let (call_number, has_more) = (active.record.calls, answers > 1);
        active.record.shared_claim =
            has_more.then_some(SharedClaim { call_number, micros, calls: answers, spent_micros: 0 });
        active.is_question_sent |= question.is_some();
        active.phase = Phase::Calling(Box::new(ModelCall {
            since: cx.now,
            previous: prompt.turn.previous.clone(),
            keeps_response: prompt.turn.store,
            price: bot.price,
            input_tokens: prompt.input_tokens,
            likely_tokens: prompt
                .likely_tokens
                .saturating_add(prompt.turn.parameters.max_output_tokens.unwrap_or_default().into()),
            turn: has_more.then(|| Box::new(prompt.turn.clone())),
            stored_at: cx.now,
            ..ModelCall::default()
        }));
        if active.purpose == CallPurpose::Answer {
            active.answer.continues_from = Some(prompt.continues_from);
            active.answer.context_messages = prompt.context_messages;
            let given = active.knowledge.as_ref().map(|given| given.sources.clone());
            active.answer.sources = given.unwrap_or_default();
        }
        active.answer.chain_rebuilt |= prompt.chain_rebuilt;
        active.held = prompt.held;
        self.chains.widen(cx, &bot.handle, prompt.held, prompt.turn.store);
        cx.effects.write(Write::Run(active.record.clone()));
        let asker = active.record.asker.clone();
        let moderation = match active.purpose {
            CallPurpose::Answer => cx.moderation(),
            CallPurpose::Summary | CallPurpose::SummaryOfOlder => Strictness::Off,
        };
        cx.effects.push(Effect::StartCall(Box::new(Call {
            run,
            call_number,
            bot: bot.handle.clone(),
            route: bot.route.clone(),
            moderation,
            asked: question.unwrap_or_default(),
            address: active.record.address.clone(),
            asker,
            turn: prompt.turn,
        })));
        self.publish(cx, run);
    }

    fn give_up_call(&mut self, cx: &mut Context<'_>, run: Seq, reason: CannotCall) {
        match reason {
            CannotCall::RunEnded => {}
            CannotCall::EndRun { state, code, resets_at } => {
                if let Some(active) = self.active.get_mut(&run) {
                    active.answer.resets_at = resets_at.or(active.answer.resets_at);
                }
                self.end(cx, run, state, Some(code));
            }
            CannotCall::Storage(error) => {
                cx.warn(format!("run {run}: failed to read the log: {error}; it is tried again in a second"));
                self.back_off(cx, run, RETRY_MS);
            }
        }
    }

    /// What all other runs have reserved.
    pub(super) fn open_reservations(&self, record: &RunRecord) -> OpenReservations {
        let mut open = OpenReservations::default();
        let runs = self.active.values().map(|other| &other.record).chain(self.further_records());
        for other in runs.chain(self.private.records()).filter(|other| other.run != record.run) {
            let micros = other.reserved_micros;
            open.room_micros = open.room_micros.saturating_add(micros);
            if other.asker == record.asker {
                open.person_micros = open.person_micros.saturating_add(micros);
            }
        }
        open
    }
}

/// Whether the question of a run was deleted and the next call would have to send it.
fn is_question_deleted(active: &ActiveRun, storage: &dyn LogStorage) -> Result<bool, StorageError> {
    // Tool outputs continue the response that asked for them, which holds the question already.
    if !active.is_stale || active.tools.asked_by.is_some() {
        return Ok(false);
    }
    let question = storage.row(active.record.parent)?;
    Ok(question.is_none_or(|row| matches!(row.data, RowData::Message(message) if message.deleted)))
}

/// Refuses a call that would be ended at once, because its run has had its time.
fn check_time(cx: &Context<'_>, active: &ActiveRun, bot: &Bot) -> Result<(), CannotCall> {
    if active.record.calls > 0 && active.started_at.plus(bot.timeouts.total_ms) <= cx.now {
        return Err(CannotCall::fail(ErrorCode::Timeout));
    }
    Ok(())
}
