//! The one end of an answer (promise G9), and what everybody is told of a run until then.

use shared::frame::RunStatus;
use shared::{Card, ErrorCode, Millis, RunState, Seq};

use crate::money::CallCost;
use crate::room::Effects;
use crate::{AnswerRow, LogRow, Room, RowData, Storage, Write};

impl Room {
    /// The end of an answer without a word of the model about it.
    pub(crate) fn end(
        &mut self,
        now: Millis,
        run: Seq,
        state: RunState,
        code: Option<ErrorCode>,
        log: &dyn Storage,
        out: &mut Effects,
    ) {
        let text = self.answers.open.get(&run).map(|live| live.text.clone()).unwrap_or_default();
        self.conclude(now, run, state, code, text, log, out);
    }

    /// Writes the end and tells it.
    #[expect(clippy::too_many_arguments, reason = "the parts of one end")]
    pub(crate) fn conclude(
        &mut self,
        now: Millis,
        run: Seq,
        state: RunState,
        mut code: Option<ErrorCode>,
        mut text: String,
        log: &dyn Storage,
        out: &mut Effects,
    ) {
        // A call that nobody ended otherwise may have cost all that was reserved for it.
        self.charge(now, run, CallCost::Unknown, log, out);
        let Some(live) = self.answers.open.remove(&run) else { return };
        if live.is_stale {
            self.forget_soon(now);
        }
        if live.record.calls > 0 {
            self.count_answer(now, &live.record.asker, log, out);
        }
        let kind = self.config.bot(&live.record.bot).and_then(|bot| bot.card);
        let card = match kind.filter(|_| state == RunState::Done) {
            Some(kind) => {
                // What was said before a tool was asked is no part of the form.
                let last = text.get(live.settled..).unwrap_or_default();
                let card = Card::parse(kind, last).ok();
                match &card {
                    Some(card) => text = card.text(),
                    None => code = Some(ErrorCode::Unfit),
                }
                card
            }
            None => None,
        };
        let seq = self.next_seq();
        let data = RowData::Answer(AnswerRow {
            state,
            text,
            code,
            context_messages: live.context_messages,
            chain_rebuilt: live.chain_rebuilt,
            usage: live.usage,
            cost: live.cost,
            tool_uses: live.tools.tool_uses,
            card,
            resets_at: live.resets_at,
            ended: Some(seq),
            continues_from: Some(live.base),
            ..AnswerRow::queued(&live.record)
        });
        let asker = live.record.asker;
        let target = LogRow {
            seq: run,
            at: now,
            author: asker.clone(),
            nonce: None,
            target: None,
            data: data.clone(),
        };
        out.write(Write::Rewrite { seq: run, data });
        out.write(Write::RunEnded(run));
        let ended =
            LogRow { seq, at: now, author: asker, nonce: None, target: Some(run), data: RowData::Ended };
        self.append(ended, Some(&target), out);
        let queued: Vec<Seq> = self.answers.open.range(run..).map(|(run, _)| *run).collect();
        for run in queued {
            self.publish_run(run);
        }
    }

    /// Tells everybody how a run stands.
    pub(crate) fn publish_run(&mut self, run: Seq) {
        if let Some(told) = self.run_now(run) {
            self.fanout.run(RunStatus { text: String::new(), ..told });
        }
    }

    /// How a run stands, with its text so far.
    pub(crate) fn run_now(&self, run: Seq) -> Option<RunStatus> {
        let live = self.answers.get(run)?;
        let state = live.state();
        Some(RunStatus {
            run,
            state,
            position: (state == RunState::Queued).then(|| self.answers.position(run)),
            chain_rebuilt: live.chain_rebuilt,
            tool_uses: live.tools.tool_uses.clone(),
            card: self.config.bot(&live.record.bot).and_then(|bot| bot.card),
            text: live.text.clone(),
        })
    }
}
