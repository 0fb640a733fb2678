//! The end of runs: aborting calls, and writing the one end of an answer (promise G9). What calls cost is in `charges`.

use shared::{Card, ErrorCode, PersonId, RunState, Seq};

use super::Runs;
use super::active_run::ActiveRun;
use super::alternatives;
use crate::billing::spending::{self, CallCost};
use crate::context::Context;
use crate::effect::Effect;
use crate::storage::{AnswerRow, LogRow, RowData, Write};

impl Runs {
    /// Stops a run because this person asked for it.
    pub(crate) fn stop_for(&mut self, cx: &mut Context<'_>, run: Seq, person: PersonId) {
        if let Some(active) = self.active.get_mut(&run) {
            active.answer.stopped_by = Some(person);
        }
        self.stop(cx, run);
    }

    fn stop(&mut self, cx: &mut Context<'_>, run: Seq) {
        self.abort_call(cx, run);
        self.end(cx, run, RunState::Stopped, None);
    }

    /// Stops every run that a person asked for.
    pub(crate) fn stop_asked_by(&mut self, cx: &mut Context<'_>, person: &PersonId) {
        let of_person = self.active.iter().filter(|(_, active)| active.record.asker == *person);
        let runs: Vec<Seq> = of_person.map(|(run, _)| *run).collect();
        runs.into_iter().for_each(|run| self.stop(cx, run));
        self.give_up_further_if(cx, Seq::ZERO, |record| record.asker == *person);
        self.give_up_private_if(cx, ErrorCode::NotNow, |record| record.asker == *person);
    }

    /// Stops every run, because the room is deleted.
    pub(crate) fn stop_all(&mut self, cx: &mut Context<'_>) {
        let runs: Vec<Seq> = self.active.keys().copied().collect();
        runs.into_iter().for_each(|run| self.stop(cx, run));
        self.give_up_further_if(cx, Seq::ZERO, |_| true);
        self.give_up_private_if(cx, ErrorCode::NotNow, |_| true);
    }

    /// Aborts the request of the call in progress, if there is one.
    pub(super) fn abort_call(&mut self, cx: &mut Context<'_>, run: Seq) {
        let Some(active) = self.active.get(&run) else { return };
        if active.call().is_some() {
            cx.effects.push(Effect::AbortCall { run, call_number: active.record.calls });
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
        if let Some(active) = self.active.get_mut(&run) {
            active.answer.thoughts.clear();
        }
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
        self.charge_call(cx, run, CallCost::Unknown);
        let further = self.active.get(&run).and_then(|active| alternatives::after(active, state, &text));
        if further.is_none() {
            self.charge(cx, run, CallCost::Unknown);
        }
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
        if further.is_none() {
            cx.effects.write(Write::RunEnded(run));
        }
        let ended =
            LogRow { seq, at: cx.now, author: asker, nonce: None, target: Some(run), data: RowData::Ended };
        cx.append_end(ended, &target, is_streamed);
        if let Some(further) = further {
            self.ask_for_more(cx, further);
        }
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
    let bot = cx.config.bot(&active.record.bot);
    let form = bot.and_then(|bot| Some((bot.card?, bot.schema.as_ref())));
    let Some((kind, schema)) = form.filter(|_| state == RunState::Done) else {
        return AnswerRow { text, code, ..active.answer };
    };
    // What was written before a tool was called is no part of the card.
    let last = text.get(active.earlier_bytes..).unwrap_or_default();
    match schema.map_or_else(|| Card::parse(kind, last), |schema| schema.read(last)) {
        Ok(card) => AnswerRow { text: card.text(), code, card: Some(card), ..active.answer },
        Err(_) => AnswerRow { text, code: Some(ErrorCode::Unfit), ..active.answer },
    }
}
