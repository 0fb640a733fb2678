//! What edits, deletions and changed bots do to runs: prompts are built again, chains are dropped, answers become stale.

use shared::{ErrorCode, RunState, Seq};

use super::Runs;
use super::active_run::{ActiveRun, Phase};
use crate::context::Context;
use crate::storage::{AnswerOption, Write};

impl Runs {
    /// A message was edited: calls that wait for the ledger are prepared again.
    pub(crate) fn message_edited(&mut self) {
        self.active.values_mut().for_each(ActiveRun::discard_prepared);
    }

    /// An option of a run's answer was chosen. What the bot is answering now may hold the former text, so it extends no chain; calls
    /// that wait for the ledger are prepared again.
    pub(crate) fn option_chosen(&mut self, cx: &mut Context<'_>, bot: &str, run: Seq, option: &AnswerOption) {
        self.message_edited();
        for active in self.active.values_mut().filter(|active| active.record.bot == bot) {
            active.is_stale |= active.record.calls > 0;
        }
        self.chains.choose(cx, bot, run, option);
    }

    /// Makes bots forget what stands at `seq`: drops the chains and summaries that may hold it, keeps running answers that may
    /// hold it out of chains, and marks the responses that may hold it to be deleted at their model servers.
    pub(crate) fn forget_from(&mut self, cx: &mut Context<'_>, seq: Seq) {
        self.forget_range(cx, seq, seq);
    }

    /// Does so for everything from `seq` to `last`: what began after `seq` may hold what comes later.
    pub(crate) fn forget_range(&mut self, cx: &mut Context<'_>, seq: Seq, last: Seq) {
        let kept = self.chains.lose_from(cx, seq, last);
        for active in self.active.values_mut() {
            active.discard_prepared();
            let is_kept = kept.iter().any(|(bot, _)| *bot == active.record.bot);
            if active.record.run >= seq && active.record.calls > 0 && !is_kept {
                active.is_stale = true;
                active.forget_search_results();
            } else if active.tools.oldest_hit.is_some_and(|oldest| oldest <= last) {
                active.forget_search_results();
            }
        }
        // What their bot remembers by now does not tell what their turn holds.
        self.give_up_further_if(cx, seq, |record| record.run >= seq);
        // Rather no answer than one that repeats what was deleted.
        self.give_up_private_if(cx, ErrorCode::TryLater, |record| {
            record.parent <= last && record.through >= seq
        });
        // A response holds only what was written before its answer, so those of earlier answers are kept.
        cx.effects.write(Write::MarkResponsesForDeletion { after: seq.previous(), kept });
        self.has_new_deletions = true;
    }

    /// Ends the answers to a question that was deleted, and aborts what is under way for them.
    pub(crate) fn question_deleted(&mut self, cx: &mut Context<'_>, question: Seq) {
        let answers = self.active.values().filter(|active| active.record.parent == question);
        let answers: Vec<Seq> = answers.map(|active| active.record.run).collect();
        for run in answers {
            self.abort_call(cx, run);
            self.end(cx, run, RunState::Stopped, Some(ErrorCode::AskedDeleted));
        }
        self.give_up_further_if(cx, question, |record| record.parent == question || record.run == question);
    }

    /// A custom bot was changed or removed: what it is being asked does not become a part of its memory.
    pub(crate) fn bot_changed(&mut self, cx: &mut Context<'_>, bot: &str) {
        self.breakers.remove(bot);
        self.give_up_further_if(cx, Seq::ZERO, |record| record.bot == bot);
        for active in self.active.values_mut().filter(|active| active.record.bot == bot) {
            active.discard_prepared();
            active.is_stale |= active.record.calls > 0;
        }
    }
}

impl ActiveRun {
    /// Makes a call that waits for the ledger be prepared again before it is made, and the bot's knowledge be searched again.
    fn discard_prepared(&mut self) {
        self.knowledge = None;
        if let Phase::Reserving { prepared, .. } = &mut self.phase {
            *prepared = None;
        }
    }
}
