//! What edits, deletions and changed bots do to runs: prompts are built again, chains are dropped, answers become stale.

use shared::{ErrorCode, RunState, Seq};

use super::Runs;
use super::active_run::{ActiveRun, Phase};
use crate::context::Context;
use crate::storage::Write;

impl Runs {
    /// A message was edited: calls that wait for the ledger are prepared again.
    pub(crate) fn message_edited(&mut self) {
        self.active.values_mut().for_each(ActiveRun::discard_prepared);
    }

    /// Makes bots forget what stands at `seq`: drops the chains and summaries that may hold it, keeps running answers that may
    /// hold it out of chains, and marks the responses that may hold it to be deleted at their model servers.
    pub(crate) fn forget_from(&mut self, cx: &mut Context<'_>, seq: Seq) {
        let kept = self.chains.lose_from(cx, seq);
        for active in self.active.values_mut() {
            active.discard_prepared();
            let is_kept = kept.iter().any(|(bot, _)| *bot == active.record.bot);
            if active.record.run >= seq && active.record.calls > 0 && !is_kept {
                active.is_stale = true;
                active.forget_search_results();
            } else if active.tools.oldest_hit.is_some_and(|oldest| oldest <= seq) {
                active.forget_search_results();
            }
        }
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
    }

    /// A custom bot was changed or removed: what it is being asked does not become a part of its memory.
    pub(crate) fn bot_changed(&mut self, bot: &str) {
        self.breakers.remove(bot);
        for active in self.active.values_mut().filter(|active| active.record.bot == bot) {
            active.discard_prepared();
            active.is_stale |= active.record.calls > 0;
        }
    }
}

impl ActiveRun {
    /// Makes a call that waits for the ledger be prepared again before it is made.
    fn discard_prepared(&mut self) {
        if let Phase::Reserving { prepared, .. } = &mut self.phase {
            *prepared = None;
        }
    }
}
