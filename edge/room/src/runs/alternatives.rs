//! Further answers to a question: a bot may give two or three, from which people choose.
//!
//! The first answer streams and ends as any other. Then its turn is sent again, one call after the other, and each whole text
//! becomes an option of the answer. These calls have the claim of the first one, which was made for the highest cost of all
//! together, and which is settled once. The bot's next question does not wait for them. Whatever goes wrong, the answers that
//! there are stay.
//!
//! Every API is asked so, also those that give several answers in one response: the Responses API does not, many compatible
//! servers refuse or ignore `n`, Gemini refuses `candidateCount` for several models, and none of them gives each answer a response
//! of its own to go on from. The repeated prompt is one that the provider has cached.
//!
//! Not here: who may choose (`messages::choice`).

use models::{CallEnd, FinishReason, ModelEvent};
use shared::{Millis, RunState, Seq, limits, tokens};

use super::Runs;
use super::active_run::{ActiveRun, ModelCall};
use super::charges;
use super::further_answers::FurtherAnswers;
use crate::billing::spending::CallCost;
use crate::config::Config;
use crate::context::Context;
use crate::effect::{Call, Effect};
use crate::storage::{
    AnswerOption, AnswerRow, LogRow, LogStorage, ResponseRecord, RowData, RunRecord, Write,
};

impl Runs {
    /// Whether the bot is being asked for further answers of this run.
    pub(crate) fn is_asked_for_more(&self, run: Seq) -> bool {
        self.further.contains_key(&run)
    }

    /// What further answers have reserved.
    pub(super) fn further_records(&self) -> impl Iterator<Item = &RunRecord> {
        self.further.values().map(|further| &further.record)
    }

    /// Asks for the next further answer; where there is none to ask for, the run is over.
    pub(super) fn ask_for_more(&mut self, cx: &mut Context<'_>, mut further: FurtherAnswers) {
        let calls_left = further.record.shared_claim.as_ref().map_or(0, |claim| claim.calls);
        let may_call = calls_left > 0 && !cx.config.budget.bots_off;
        let Some(bot) = cx.config.bot(&further.record.bot).filter(|_| may_call) else {
            return self.finish_further(cx, further);
        };
        let (handle, route, moderation) = (bot.handle.clone(), bot.route.clone(), cx.moderation());
        let record = &mut further.record;
        record.is_answered = true;
        record.partial_text.clear();
        record.calls = record.calls.saturating_add(1);
        cx.effects.write(Write::Run(record.clone()));
        let ModelCall { previous, keeps_response, price, input_tokens, likely_tokens, .. } =
            std::mem::take(&mut further.call);
        let since = cx.now;
        further.call = ModelCall {
            since,
            previous,
            keeps_response,
            price,
            input_tokens,
            likely_tokens,
            ..ModelCall::default()
        };
        further.text.clear();
        cx.effects.push(Effect::StartCall(Box::new(Call {
            run: record.run,
            call_number: record.calls,
            bot: handle,
            route,
            moderation,
            // The question was checked with the first call.
            asked: String::new(),
            address: record.address.clone(),
            asker: record.asker.clone(),
            turn: further.turn.clone(),
        })));
        self.further.insert(further.record.run, further);
    }

    /// Handles an event of the call for a further answer.
    pub(super) fn further_event(
        &mut self,
        cx: &mut Context<'_>,
        run: Seq,
        call_number: u32,
        event: ModelEvent,
    ) {
        let Some(further) = self.further.get_mut(&run).filter(|further| further.record.calls == call_number)
        else {
            return;
        };
        let call = &mut further.call;
        call.last_heard = Some(cx.now);
        call.is_sent |= !event.is_failure();
        match event {
            ModelEvent::Alive | ModelEvent::Thought(_) => {}
            ModelEvent::Started { id, previous } => {
                call.response_id.clone_from(&id);
                if let Some(id) = id.filter(|_| call.keeps_response) {
                    let bot = further.record.bot.clone();
                    let record = ResponseRecord { id, bot, run, deletion_pending: false, tries: 0 };
                    cx.effects.write_optional(Write::Response(record));
                }
                if call.previous.is_some() && previous.is_none() {
                    // The server has lost the chain, so this would be an answer without memory.
                    self.give_up_further(cx, run, true);
                }
            }
            // One byte too many shows that the text is too long.
            ModelEvent::Text(text) if further.text.len() <= limits::ANSWER_BYTES => {
                further.text.push_str(&text)
            }
            ModelEvent::Text(_) => {}
            ModelEvent::Refusal(_) => call.is_refusal = true,
            ModelEvent::Finished(end) => self.further_ended(cx, run, end),
        }
    }

    /// The request of the call for a further answer is about to leave.
    pub(super) fn further_sent(&mut self, now: Millis, run: Seq, call_number: u32) {
        if let Some(further) = self.further.get_mut(&run)
            && further.record.calls == call_number
        {
            (further.call.is_sent, further.call.since) = (true, now);
        }
    }

    /// Ends calls for further answers that have taken too long.
    pub(super) fn end_late_further(&mut self, cx: &mut Context<'_>) {
        self.further.values_mut().for_each(|further| further.call.clamp_to(cx.now));
        let late = self.further.values().filter(|further| call_deadline(further, cx.config) <= cx.now);
        let late: Vec<Seq> = late.map(|further| further.record.run).collect();
        late.into_iter().for_each(|run| self.give_up_further(cx, run, true));
    }

    /// When the next call for a further answer has taken too long.
    pub(super) fn next_further_deadline(&self, config: &Config) -> Option<Millis> {
        self.further.values().map(|further| call_deadline(further, config)).min()
    }

    /// Gives up the further answers of some runs. `deleted` is the answer that is being deleted, if one is.
    pub(crate) fn give_up_further_if(
        &mut self,
        cx: &mut Context<'_>,
        deleted: Seq,
        is_given_up: impl Fn(&RunRecord) -> bool,
    ) {
        let runs: Vec<Seq> =
            self.further_records().filter(|record| is_given_up(record)).map(|record| record.run).collect();
        runs.into_iter().for_each(|run| self.give_up_further(cx, run, run != deleted));
    }

    /// Gives up the further answers of a run that was read from the storage, and whose call is lost.
    pub(super) fn further_interrupted(&mut self, cx: &mut Context<'_>, record: RunRecord) {
        let run = record.run;
        self.further.insert(run, FurtherAnswers::restored(record));
        self.give_up_further(cx, run, true);
    }

    /// Aborts the call for a further answer; `is_shown`: its cost is added to the answer.
    fn give_up_further(&mut self, cx: &mut Context<'_>, run: Seq, is_shown: bool) {
        let Some(mut further) = self.further.remove(&run) else { return };
        cx.effects.push(Effect::AbortCall { run, call_number: further.record.calls });
        self.record_further(cx, &mut further, CallCost::Unknown, None, is_shown);
        self.finish_further(cx, further);
    }

    /// Handles the end of a call: its text becomes an option, and the next call follows unless this one failed.
    fn further_ended(&mut self, cx: &mut Context<'_>, run: Seq, end: CallEnd) {
        let Some(mut further) = self.further.remove(&run) else { return };
        let CallEnd { finish, text, usage, calls } = end;
        let call = &further.call;
        let cost = charges::cost_of(call, further.text.is_empty(), &finish, usage);
        let text = text.filter(|text| !text.is_empty()).unwrap_or_else(|| std::mem::take(&mut further.text));
        let is_whole = finish == FinishReason::Complete && calls.is_empty() && !call.is_refusal;
        let is_fit = !text.trim().is_empty() && text.len() <= limits::ANSWER_BYTES;
        let chain_tokens = chain_tokens(call, usage, &text);
        let response = call.response_id.clone().filter(|_| call.keeps_response);
        let option = (is_whole && is_fit).then_some(AnswerOption { text, response, chain_tokens });
        self.record_further(cx, &mut further, cost, option, true);
        match finish {
            FinishReason::Failed(error) => {
                cx.warn(format!(
                    "run {run}: a further answer failed: {:?} {}; the answers so far stay",
                    error.kind, error.note
                ));
                self.finish_further(cx, further);
            }
            FinishReason::Cut => self.finish_further(cx, further),
            _ => self.ask_for_more(cx, further),
        }
    }

    /// Charges a call for a further answer, adds its text and its cost to the answer, and tells everybody.
    fn record_further(
        &mut self,
        cx: &mut Context<'_>,
        further: &mut FurtherAnswers,
        cost: CallCost,
        option: Option<AnswerOption>,
        is_shown: bool,
    ) {
        let run = further.record.run;
        let row = cx.pending_storage().row(run).unwrap_or_else(|error| {
            cx.warn(format!("run {run}: failed to read the answer: {error}; a further one is lost"));
            None
        });
        let mut unread = further.record.queued_answer();
        let mut row = row.filter(|row| row.as_answer().is_some_and(|answer| is_shown && !answer.deleted));
        let answer = match row.as_mut().map(|row| &mut row.data) {
            Some(RowData::Answer(answer)) => answer,
            _ => &mut unread,
        };
        let before = answer.clone();
        let FurtherAnswers { record, first, call, .. } = further;
        charges::charge(cx, &mut self.settlements, record, (answer, call), cost);
        if let Some(option) = option {
            add_option(answer, first, option);
        }
        let is_changed = *answer != before;
        let Some(row) = row.filter(|_| is_changed) else { return };
        let (seq, at, author) = (cx.log.next_seq(), cx.now, record.asker.clone());
        cx.effects.write(Write::Rewrite { seq: run, data: row.data.clone() });
        let change = LogRow { seq, at, author, nonce: None, target: Some(run), data: RowData::Alternatives };
        cx.append(change, Some(&row));
    }

    fn finish_further(&mut self, cx: &mut Context<'_>, mut further: FurtherAnswers) {
        charges::settle(cx, &mut self.settlements, &mut further.record);
        cx.effects.write(Write::RunEnded(further.record.run));
    }
}

/// The further answers to ask for after an answer that ends whole; `None` where its bot gives no more.
pub(super) fn after(active: &ActiveRun, state: RunState, text: &str) -> Option<FurtherAnswers> {
    let claim = active.record.shared_claim.as_ref()?;
    let call = active.call()?;
    let turn = call.turn.as_deref()?.clone();
    let is_whole = state == RunState::Done && claim.calls > 0 && !active.is_stale;
    let response = call.response_id.clone().filter(|_| call.keeps_response);
    let first = AnswerOption { text: text.to_owned(), response, chain_tokens: call.chain_tokens };
    is_whole.then(|| FurtherAnswers {
        record: active.record.clone(),
        turn,
        first,
        call: call.clone(),
        text: String::new(),
    })
}

/// Tokens of the chain that ends with the response of a call.
pub(super) fn chain_tokens(call: &ModelCall, usage: Option<shared::Usage>, text: &str) -> u64 {
    match usage {
        Some(usage) => usage.input.saturating_add(usage.output),
        None => call.input_tokens.saturating_add(tokens::estimate(text).likely),
    }
}

/// Adds an option to an answer, unless the bot has said the same already.
fn add_option(answer: &mut AnswerRow, first: &AnswerOption, option: AnswerOption) {
    if answer.options.is_empty() && option.text != first.text {
        answer.options.push(first.clone());
    }
    if !answer.options.is_empty() && answer.options.iter().all(|other| other.text != option.text) {
        answer.options.push(option);
    }
}

fn call_deadline(further: &FurtherAnswers, config: &Config) -> Millis {
    further.call.deadline(further.call.since, config.timeouts(&further.record.bot))
}
