//! Makes private answers: a summary of what one person missed, a message in their language.
//!
//! Nothing of them is in the log, in a chain, or kept by the model server. Everything that protects the bill is the same as for other
//! answers: a question is counted, the call is reserved, recorded and then made (promise G10), and after a crash what was reserved
//! counts as spent. Each is one call: there are no tools, no retries and no queue.

use models::{CallEnd, FinishReason, ModelEvent};
use shared::{ErrorCode, Lang, Millis, PersonId, PrivateRequest, Seq, ServerFrame, limits};

use super::active_run::ModelCall;
use super::model_events::{error_code, is_lasting};
use super::private_answers::{Asker, PrivateAnswer};
use super::{BREAKER_MS, Runs, charges};
use crate::billing::budgets::{self, BudgetError, PlannedCall};
use crate::billing::ledger::ClaimReply;
use crate::billing::spending::{self, CallCost};
use crate::bot::Bot;
use crate::context::Context;
use crate::effect::{Call, Effect};
use crate::prompt::context::ContextSize;
use crate::prompt::private::{self, PrivatePrompt, Reader};
use crate::storage::{LogStorage, RunRecord, StorageError, Write};

/// The only call of a private answer.
const CALL: u32 = 1;
/// The bots whose models are used, where the room has them; otherwise its first bot's.
const SUMMARIZER: &str = "summary";
const TRANSLATOR: &str = "translator";

/// Why there is no answer.
struct CannotAnswer {
    code: ErrorCode,
    resets_at: Option<Millis>,
}

impl Runs {
    /// Answers somebody alone. The frame comes with [`Runs::take_private_answers`], now or later.
    pub(crate) fn ask_privately(&mut self, cx: &mut Context<'_>, asker: Asker, request: PrivateRequest) {
        let person = asker.person.clone();
        if let Err(CannotAnswer { code, resets_at }) = self.start_private(cx, asker, request) {
            self.private.refuse(person, request, code, resets_at);
        }
    }

    /// Frames for all sockets of a person.
    pub(crate) fn take_private_answers(&mut self) -> Vec<(PersonId, ServerFrame)> {
        std::mem::take(&mut self.private.ended)
    }

    /// Gives up some private answers.
    pub(super) fn give_up_private_if(
        &mut self,
        cx: &mut Context<'_>,
        code: ErrorCode,
        is_given_up: impl Fn(&RunRecord) -> bool,
    ) {
        let runs: Vec<Seq> =
            self.private.records().filter(|record| is_given_up(record)).map(|record| record.run).collect();
        runs.into_iter().for_each(|run| self.give_up_private(cx, run, code));
    }

    /// Ends a private answer that was read from the storage: its call is lost, and may have been paid for.
    pub(super) fn private_interrupted(&mut self, cx: &mut Context<'_>, record: RunRecord) {
        let (run, call) = (record.run, ModelCall { is_sent: record.calls > 0, ..ModelCall::default() });
        self.private.insert(record, (String::new(), Lang::default()), call);
        self.give_up_private(cx, run, ErrorCode::Cut);
    }

    /// Handles the ledger's answer to a claim.
    pub(super) fn private_claim_answered(
        &mut self,
        cx: &mut Context<'_>,
        run: Seq,
        reply: Option<ClaimReply>,
    ) {
        let private = self.private.active.get_mut(&run);
        let was_waiting = private.map(|private| std::mem::take(&mut private.is_waiting));
        match (was_waiting, reply) {
            (Some(true), Some(ClaimReply::Granted)) => {
                if let Err(code) = self.make_private_call(cx, run) {
                    self.settlements.release(cx, run, CALL);
                    self.end_private(cx, run, Some(code), None);
                }
            }
            (Some(true), Some(ClaimReply::Refused { code, resets_at })) => {
                let resets_at = (code != ErrorCode::BotsOff).then_some(resets_at);
                self.end_private(cx, run, Some(code), resets_at);
            }
            (Some(true), None) => {
                self.settlements.add_unused(cx, run, CALL);
                self.end_private(cx, run, Some(ErrorCode::TryLater), None);
            }
            // The ledger has repeated its reply.
            (Some(false), _) | (None, Some(ClaimReply::Refused { .. }) | None) => {}
            (None, Some(ClaimReply::Granted)) => self.settlements.release(cx, run, CALL),
        }
    }

    /// Handles an event of a call.
    pub(super) fn private_event(&mut self, cx: &mut Context<'_>, run: Seq, event: ModelEvent) {
        let Some(PrivateAnswer { call, answer, .. }) = self.private.active.get_mut(&run) else { return };
        call.last_heard = Some(cx.now);
        call.is_sent |= !event.is_failure();
        match event {
            ModelEvent::Alive | ModelEvent::Thought(_) => {}
            ModelEvent::Started { id, .. } => call.response_id = id,
            ModelEvent::Text(text) => add_text(&mut answer.text, &text),
            ModelEvent::Refusal(text) => {
                call.is_refusal = true;
                add_text(&mut answer.text, &text);
            }
            ModelEvent::Finished(end) => self.private_call_ended(cx, run, end),
        }
    }

    /// Ends private answers that have taken too long.
    pub(super) fn end_late_private(&mut self, cx: &mut Context<'_>) {
        for run in self.private.late(cx.now, cx.config) {
            let is_waiting = self.private.active.get(&run).is_some_and(|private| private.is_waiting);
            self.give_up_private(cx, run, if is_waiting { ErrorCode::TryLater } else { ErrorCode::Timeout });
        }
    }

    fn start_private(
        &mut self,
        cx: &mut Context<'_>,
        asker: Asker,
        request: PrivateRequest,
    ) -> Result<(), CannotAnswer> {
        let Asker { person, address, name, lang } = asker;
        let bot = self.private_bot(cx, &person, request)?;
        let reader = Reader { name: &name, lang, head: cx.log.head() };
        let PrivatePrompt { turn, last, input_tokens } = self.private_prompt(cx, &bot, request, &reader)?;
        let first = match request {
            PrivateRequest::CatchUp(after) => after.next(),
            PrivateRequest::Translation(seq) => seq,
        };
        let micros = budgets::highest_cost(&bot, &turn, input_tokens);
        let record = RunRecord {
            through: last,
            reserved_micros: micros,
            is_counted: true,
            private: Some(request),
            ..RunRecord::new(
                self.private.next_id(cx.now, &mut self.rng),
                bot.handle.clone(),
                first,
                person,
                address,
            )
        };
        let planned = PlannedCall { asker: &record.asker, micros };
        budgets::check(cx, &planned, self.open_reservations(&record))
            .map_err(|error| of_budget(cx, error))?;
        budgets::take_question(cx, &record).map_err(|error| of_budget(cx, error))?;
        let (run, address) = (record.run, record.address.clone());
        cx.effects.write(Write::Run(record.clone()));
        let call = ModelCall { since: cx.now, price: bot.price, input_tokens, ..ModelCall::default() };
        self.private.insert(record, (name, lang), call);
        if !cx.config.budget.has_ledger {
            if let Err(code) = self.make_private_call(cx, run) {
                self.end_private(cx, run, Some(code), None);
            }
            return Ok(());
        }
        if let Some(private) = self.private.active.get_mut(&run) {
            private.is_waiting = true;
        }
        let model = bot.route.endpoint.model;
        cx.effects.push(Effect::ReserveBudget { run, call_number: CALL, micros, address, model });
        Ok(())
    }

    /// The bot whose model answers somebody, if it may be called for them now.
    fn private_bot(
        &self,
        cx: &Context<'_>,
        person: &PersonId,
        request: PrivateRequest,
    ) -> Result<Bot, ErrorCode> {
        let has_asked = self.private.records().any(|record| record.asker == *person);
        if has_asked || self.count_started() >= super::scheduler::CALLS_AT_ONCE {
            return Err(ErrorCode::QueueFull);
        }
        if cx.config.budget.bots_off {
            return Err(ErrorCode::BotsOff);
        }
        let handle = match request {
            PrivateRequest::CatchUp(_) => SUMMARIZER,
            PrivateRequest::Translation(_) => TRANSLATOR,
        };
        let bot = cx.config.bot(handle).or(cx.config.bots.first()).ok_or(ErrorCode::NoSuchBot)?;
        self.open_breaker(&bot.handle, cx.now).map_or_else(|| Ok(bot.clone()), Err)
    }

    fn private_prompt(
        &self,
        cx: &mut Context<'_>,
        bot: &Bot,
        request: PrivateRequest,
        reader: &Reader<'_>,
    ) -> Result<PrivatePrompt, ErrorCode> {
        let size = ContextSize::of(bot, self.chains.learned_context(&bot.handle));
        let prompt = private::build(bot, size, request, reader, &cx.pending_storage());
        prompt.map_err(|error| unreadable(cx, &error))?.ok_or(ErrorCode::NoSuchMessage)
    }

    /// Records the call, then makes it. While the ledger was asked, messages may have been edited, so the turn is built anew.
    ///
    /// # Errors
    /// When there is no turn any more, or it costs more than was reserved.
    fn make_private_call(&mut self, cx: &mut Context<'_>, run: Seq) -> Result<(), ErrorCode> {
        let private = self.private.active.get(&run).ok_or(ErrorCode::NotNow)?;
        let request = private.record.private.ok_or(ErrorCode::NotNow)?;
        let bot = cx.config.bot(&private.record.bot).cloned().ok_or(ErrorCode::NoSuchBot)?;
        let (name, lang) = &private.reader;
        let reader = Reader { name, lang: *lang, head: private.record.through };
        let PrivatePrompt { turn, input_tokens, .. } = self.private_prompt(cx, &bot, request, &reader)?;
        let private = self.private.active.get_mut(&run).ok_or(ErrorCode::NotNow)?;
        if budgets::highest_cost(&bot, &turn, input_tokens) > private.record.reserved_micros {
            return Err(ErrorCode::TryLater);
        }
        private.record.calls = CALL;
        (private.call.since, private.call.input_tokens) = (cx.now, input_tokens);
        let record = private.record.clone();
        cx.effects.write(Write::Run(record.clone()));
        // A message may be translated that no bot was asked about, so it is checked like a question.
        let translated = match request {
            PrivateRequest::Translation(seq) => cx.pending_storage().row(seq).ok().flatten(),
            PrivateRequest::CatchUp(_) => None,
        };
        let asked = translated.map(|row| row.data.text().to_owned()).unwrap_or_default();
        let moderation = cx.moderation();
        cx.effects.push(Effect::StartCall(Box::new(Call {
            run,
            call_number: CALL,
            bot: bot.handle,
            route: bot.route,
            moderation,
            asked,
            address: record.address,
            asker: record.asker,
            turn,
        })));
        Ok(())
    }

    fn private_call_ended(&mut self, cx: &mut Context<'_>, run: Seq, end: CallEnd) {
        let Some(private) = self.private.active.get_mut(&run) else { return };
        let CallEnd { finish, text, usage, .. } = end;
        let PrivateAnswer { record, call, answer, .. } = private;
        let cost = charges::cost_of(call, answer.text.is_empty(), &finish, usage);
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            answer.text.clear();
            add_text(&mut answer.text, &text);
        }
        let is_empty = answer.text.trim().is_empty();
        charges::charge(cx, &mut self.settlements, record, (answer, call), cost);
        let code = match &finish {
            FinishReason::Complete if is_empty => Some(ErrorCode::NoAnswer),
            FinishReason::Complete if call.is_refusal => Some(ErrorCode::Declined),
            FinishReason::Complete => None,
            FinishReason::Length => Some(ErrorCode::Length),
            FinishReason::Cut => Some(ErrorCode::Cut),
            FinishReason::Filtered => Some(ErrorCode::Filtered),
            FinishReason::Refused => Some(ErrorCode::Declined),
            FinishReason::Flagged => Some(ErrorCode::Flagged),
            FinishReason::Failed(error) => Some(error_code(error.kind)),
        };
        if let FinishReason::Failed(error) = &finish {
            let bot = record.bot.clone();
            cx.warn(format!("a private answer of {bot} failed: {:?} {}", error.kind, error.note));
            if is_lasting(error.kind) {
                self.breakers.insert(bot, (cx.now.plus(BREAKER_MS), error_code(error.kind)));
            }
        }
        self.end_private(cx, run, code, None);
    }

    /// Aborts what is under way for a private answer.
    fn give_up_private(&mut self, cx: &mut Context<'_>, run: Seq, code: ErrorCode) {
        let Some(PrivateAnswer { record, call, answer, .. }) = self.private.active.get_mut(&run) else {
            return;
        };
        if record.calls > 0 {
            cx.effects.push(Effect::AbortCall { run, call_number: CALL });
            charges::charge(cx, &mut self.settlements, record, (answer, call), CallCost::Unknown);
        } else if cx.config.budget.has_ledger {
            // The claim may have been granted, also before the room woke.
            self.settlements.add_unused(cx, run, CALL);
        }
        answer.text.clear();
        self.end_private(cx, run, Some(code), None);
    }

    fn end_private(
        &mut self,
        cx: &mut Context<'_>,
        run: Seq,
        code: Option<ErrorCode>,
        resets_at: Option<Millis>,
    ) {
        let Some(PrivateAnswer { record, answer, .. }) = self.private.active.remove(&run) else { return };
        let Some(request) = record.private else { return };
        cx.effects.write(Write::RunEnded(run));
        if record.calls > 0 {
            spending::count_answer(cx, &record.asker);
        }
        let is_flagged = code == Some(ErrorCode::Flagged) || cx.must_withdraw(&answer.text);
        let (text, code) =
            if is_flagged { (String::new(), Some(ErrorCode::Flagged)) } else { (answer.text, code) };
        let frame = ServerFrame::PrivateAnswer { request, text, code, resets_at, cost: answer.cost };
        self.private.ended.push((record.asker, frame));
    }
}

impl From<ErrorCode> for CannotAnswer {
    fn from(code: ErrorCode) -> Self {
        Self { code, resets_at: None }
    }
}

fn of_budget(cx: &mut Context<'_>, error: BudgetError) -> CannotAnswer {
    match error {
        BudgetError::Exceeded { code, resets_at } => CannotAnswer { code, resets_at: Some(resets_at) },
        BudgetError::Storage(error) => unreadable(cx, &error).into(),
    }
}

fn unreadable(cx: &mut Context<'_>, error: &StorageError) -> ErrorCode {
    cx.warn(format!("failed to read the storage: {error}; a private answer is refused"));
    ErrorCode::TryLater
}

/// Adds text, as much as an answer may have.
fn add_text(answer: &mut String, text: &str) {
    let space = limits::ANSWER_BYTES.saturating_sub(answer.len());
    answer.push_str(text.get(..text.floor_char_boundary(space)).unwrap_or_default());
}
