//! The end of calls and of runs: charging what a call cost, and writing the one end of an answer (promise G9).

use shared::{Card, ErrorCode, PersonId, RunState, Seq};

use super::Runs;
use super::active_run::ActiveRun;
use crate::billing::spending::{self, CallCost, EndedCall};
use crate::context::Context;
use crate::effect::Effect;
use crate::storage::{AnswerRow, LogRow, RowData, SettlementRecord, Write};

impl Runs {
    /// Stops a run because somebody asked for it.
    pub(crate) fn stop(&mut self, cx: &mut Context<'_>, run: Seq) {
        self.abort_call(cx, run);
        self.end(cx, run, RunState::Stopped, None);
    }

    /// Stops every run that a person asked for.
    pub(crate) fn stop_asked_by(&mut self, cx: &mut Context<'_>, person: &PersonId) {
        let of_person = self.active.iter().filter(|(_, active)| active.record.asker == *person);
        let runs: Vec<Seq> = of_person.map(|(run, _)| *run).collect();
        runs.into_iter().for_each(|run| self.stop(cx, run));
    }

    /// Stops every run, because the room is deleted.
    pub(crate) fn stop_all(&mut self, cx: &mut Context<'_>) {
        let runs: Vec<Seq> = self.active.keys().copied().collect();
        runs.into_iter().for_each(|run| self.stop(cx, run));
    }

    /// Aborts the request of the call in progress, if there is one.
    pub(super) fn abort_call(&mut self, cx: &mut Context<'_>, run: Seq) {
        let Some(active) = self.active.get(&run) else { return };
        if active.call().is_some() {
            cx.effects.push(Effect::AbortCall { run, call_number: active.record.calls });
        }
    }

    /// Charges the call in progress, unless that was done already, and frees what was reserved for it. A call whose request has
    /// not left costs nothing.
    pub(super) fn charge(&mut self, cx: &mut Context<'_>, run: Seq, call_cost: CallCost) {
        let Some(active) = self.active.get_mut(&run) else { return };
        let Some(call) = active.call_mut() else { return };
        let is_unsent = !call.is_sent && matches!(call_cost, CallCost::Unknown);
        let call_cost = if is_unsent { CallCost::Nothing } else { call_cost };
        if std::mem::replace(&mut call.is_charged, true) {
            return;
        }
        let price = call.price;
        let reserved_micros = std::mem::take(&mut active.record.reserved_micros);
        if let (Some(usage), cost) = call_cost.priced(price) {
            let answer = &mut active.answer;
            answer.usage = Some(answer.usage.unwrap_or_default().plus(usage));
            answer.cost =
                cost.map(|cost| answer.cost.unwrap_or_default().saturating_add(cost)).or(answer.cost);
        }
        if reserved_micros > 0 {
            // Otherwise a crash before the next call would charge this one again.
            cx.effects.write(Write::Run(active.record.clone()));
        }
        let call = EndedCall { asker: &active.record.asker, reserved_micros, price };
        let micros = spending::charge(cx, &call, call_cost);
        if cx.config.budget.has_ledger && reserved_micros > 0 {
            let call_number = active.record.calls;
            self.settlements.add(cx, SettlementRecord { run, call_number, micros });
        }
    }

    /// Ends a run with the text so far.
    pub(super) fn end(&mut self, cx: &mut Context<'_>, run: Seq, state: RunState, code: Option<ErrorCode>) {
        let text = self.active.get(&run).map(|active| active.answer.text.clone()).unwrap_or_default();
        if cx.must_withdraw(&text) {
            return self.withdraw(cx, run, state);
        }
        self.end_with_text(cx, run, state, code, text);
    }

    /// Ends a run whose text was flagged: nothing of it stays, and the chain goes on without it.
    pub(super) fn withdraw(&mut self, cx: &mut Context<'_>, run: Seq, state: RunState) {
        self.end_with_text(cx, run, state, Some(ErrorCode::Flagged), String::new());
    }

    /// Ends a run: writes its answer with this text and tells everybody.
    pub(super) fn end_with_text(
        &mut self,
        cx: &mut Context<'_>,
        run: Seq,
        state: RunState,
        code: Option<ErrorCode>,
        text: String,
    ) {
        // A call that did not end by itself may have cost all that was reserved for it.
        self.charge(cx, run, CallCost::Unknown);
        let Some(active) = self.active.remove(&run) else { return };
        if active.may_hold_claim {
            self.settlements.add_unused(cx, run, active.next_call_number());
        }
        // Its responses can be deleted now.
        self.has_new_deletions |= active.is_stale;
        if active.record.calls > 0 {
            spending::count_answer(cx, &active.record.asker);
        }
        let seq = cx.log.next_seq();
        let asker = active.record.asker.clone();
        let is_streamed = !text.is_empty() && active.answer.text == text;
        let answer = final_answer(cx, active, state, code, text);
        let is_streamed = is_streamed && answer.card.is_none();
        let data = RowData::Answer(AnswerRow { state, ended: Some(seq), ..answer });
        let target = LogRow {
            seq: run,
            at: cx.now,
            author: asker.clone(),
            nonce: None,
            target: None,
            data: data.clone(),
        };
        cx.effects.write(Write::Rewrite { seq: run, data });
        cx.effects.write(Write::RunEnded(run));
        let ended =
            LogRow { seq, at: cx.now, author: asker, nonce: None, target: Some(run), data: RowData::Ended };
        cx.append_end(ended, &target, is_streamed);
        let later: Vec<Seq> = self.active.range(run..).map(|(run, _)| *run).collect();
        for run in later {
            self.publish(cx, run);
        }
    }
}

/// The answer of a run that ends with this text, as a card where the bot answers with cards.
fn final_answer(
    cx: &Context<'_>,
    active: ActiveRun,
    state: RunState,
    code: Option<ErrorCode>,
    text: String,
) -> AnswerRow {
    let kind = cx.config.bot(&active.record.bot).and_then(|bot| bot.card);
    let Some(kind) = kind.filter(|_| state == RunState::Done) else {
        return AnswerRow { text, code, ..active.answer };
    };
    // What was written before a tool was called is no part of the card.
    let last = text.get(active.earlier_bytes..).unwrap_or_default();
    match Card::parse(kind, last) {
        Ok(card) => AnswerRow { text: card.text(), code, card: Some(card), ..active.answer },
        Err(_) => AnswerRow { text, code: Some(ErrorCode::Unfit), ..active.answer },
    }
}
