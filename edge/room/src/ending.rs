//! The one end of an answer (promise G9), and what everybody is told of a run until then.

use shared::frame::Run;
use shared::{Card, Code, Millis, RunState, Seq};

use crate::money::Paid;
use crate::room::Out;
use crate::{AnswerRow, Log, Room, Row, RowData, Write};

impl Room {
    /// The end of an answer without a word of the model about it.
    pub(crate) fn end(
        &mut self,
        now: Millis,
        run: Seq,
        state: RunState,
        code: Option<Code>,
        log: &dyn Log,
        out: &mut Out,
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
        mut code: Option<Code>,
        mut text: String,
        log: &dyn Log,
        out: &mut Out,
    ) {
        // A call that nobody ended otherwise may have cost all that was reserved for it.
        self.charge(now, run, Paid::Unknown, log, out);
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
                let card = Card::read(kind, last);
                match &card {
                    Some(card) => text = card.text(),
                    None => code = Some(Code::Unfit),
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
            follows: live.follows,
            reread: live.reread,
            usage: live.usage,
            cost: live.cost,
            looked: live.tools.looked,
            card,
            resets_at: live.resets_at,
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
    pub(crate) fn tell(&mut self, run: Seq) {
        if let Some(told) = self.run_now(run) {
            self.fanout.run(Run { text: String::new(), ..told });
        }
    }

    /// How a run stands, with its text so far.
    pub(crate) fn run_now(&self, run: Seq) -> Option<Run> {
        let live = self.answers.get(run)?;
        let state = live.state();
        Some(Run {
            run,
            state,
            position: (state == RunState::Queued).then(|| self.answers.position(run)),
            reread: live.reread,
            looked: live.tools.looked.clone(),
            card: self.config.bot(&live.record.bot).and_then(|bot| bot.card),
            text: live.text.clone(),
        })
    }
}
