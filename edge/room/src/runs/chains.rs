//! The chains: what each bot remembers of the room at its model server, and when it must forget.

use std::collections::BTreeMap;

use shared::Seq;

use super::active_run::ActiveRun;
use crate::bot::Bot;
use crate::context::Context;
use crate::storage::{AnswerOption, ChainRecord, HeldRows, Storage, StorageError, Write};

/// Bytes of the summary that a new chain starts with.
pub(super) const SUMMARY_BYTES: usize = 8 * 1024;

/// The chains by the handles of their bots, read from the storage when first needed.
#[derive(Default)]
pub(super) struct Chains(BTreeMap<String, ChainRecord>);

impl Chains {
    /// The bot's chain. A chain that was made for another fingerprint is replaced by an empty one.
    pub(super) fn load(&mut self, bot: &Bot, storage: &dyn Storage) -> Result<ChainRecord, StorageError> {
        let known = match self.0.get(&bot.handle) {
            Some(chain) => Some(chain.clone()),
            None => storage.chain(&bot.handle)?,
        };
        let last = known.as_ref().map(|chain| chain.last).unwrap_or_default();
        let chain = known.filter(|chain| chain.fingerprint == bot.fingerprint).unwrap_or(ChainRecord {
            bot: bot.handle.clone(),
            head: None,
            run: Seq::ZERO,
            base: None,
            last,
            context_messages: 0,
            tokens: 0,
            held: HeldRows::NOTHING,
            summary: None,
            summary_through: None,
            fingerprint: bot.fingerprint.clone(),
            stateless: false,
            context_tokens: None,
        });
        self.0.insert(bot.handle.clone(), chain.clone());
        Ok(chain)
    }

    /// Tokens of the bot's chain, as far as it is known.
    pub(super) fn tokens(&self, bot: &str) -> u64 {
        self.0.get(bot).map_or(0, |chain| chain.tokens)
    }

    /// Extends the bot's chain by the answer of a run. A stale answer leaves the chain without a head. `tokens` are those of the
    /// chain with the answer.
    pub(super) fn extend(&mut self, cx: &mut Context<'_>, run: &ActiveRun, tokens: u64) {
        let Some(chain) = self.0.get_mut(&run.record.bot) else { return };
        lose_head(chain);
        if !run.is_stale {
            chain.head = run.call().and_then(|call| call.response_id.clone());
            chain.base.clone_from(&run.answer.continues_from);
            chain.tokens = if chain.head.is_some() { tokens } else { 0 };
        }
        (chain.run, chain.last) = (run.record.run, run.record.through);
        chain.context_messages = run.answer.context_messages;
        chain.held = run.held;
        cx.effects.write(Write::Chain(chain.clone()));
    }

    /// An option of a run's answer was chosen: the bot's chain goes on from its response, if nothing went on from that answer. A
    /// chain that did ends, so that the next turn sends the transcript with the chosen text.
    pub(super) fn choose(&mut self, cx: &mut Context<'_>, bot: &str, run: Seq, option: &AnswerOption) {
        let Some(chain) = self.0.get_mut(bot).filter(|chain| chain.head.is_some() && chain.run >= run) else {
            return;
        };
        match &option.response {
            Some(response) if chain.run == run => {
                (chain.head, chain.tokens) = (Some(response.clone()), option.chain_tokens);
            }
            _ => lose_head(chain),
        }
        cx.effects.write(Write::Chain(chain.clone()));
    }

    /// Notes what the responses of a call are going to hold. Only what a model server keeps (`is_kept`) needs to be stored.
    pub(super) fn widen(&mut self, cx: &mut Context<'_>, bot: &str, held: HeldRows, is_kept: bool) {
        let Some(chain) = self.0.get_mut(bot) else { return };
        let wider = chain.held.with(held);
        if wider != std::mem::replace(&mut chain.held, wider) && is_kept {
            cx.effects.write(Write::Chain(chain.clone()));
        }
    }

    /// Notes that the model server has lost the bot's chain, or keeps none at all (`is_stateless`).
    pub(super) fn lose(&mut self, cx: &mut Context<'_>, bot: &str, is_stateless: bool) {
        let Some(chain) = self.0.get_mut(bot) else { return };
        lose_head(chain);
        chain.stateless |= is_stateless;
        cx.effects.write(Write::Chain(chain.clone()));
    }

    /// Notes how large the context of the bot's model is.
    pub(super) fn learn_context(&mut self, cx: &mut Context<'_>, bot: &str, tokens: u64) {
        if let Some(chain) = self.0.get_mut(bot) {
            chain.context_tokens = Some(tokens);
            cx.effects.write(Write::Chain(chain.clone()));
        }
    }

    /// Tokens of the context of the bot's model, as far as its server has said.
    pub(super) fn learned_context(&self, bot: &str) -> Option<u64> {
        self.0.get(bot).and_then(|chain| chain.context_tokens)
    }

    /// Notes that the bot's model server keeps no responses. It is stored with the chain's next change.
    pub(super) fn mark_stateless(&mut self, bot: &str) {
        if let Some(chain) = self.0.get_mut(bot) {
            chain.stateless = true;
        }
    }

    /// Starts a new chain with a summary of the old one, or of messages up to `through`.
    pub(super) fn start_with_summary(
        &mut self,
        cx: &mut Context<'_>,
        bot: &str,
        summary: Option<String>,
        through: Seq,
    ) {
        let Some(chain) = self.0.get_mut(bot) else { return };
        lose_head(chain);
        // An earlier summary is better than none.
        if let Some(mut text) = summary {
            text.truncate(text.floor_char_boundary(SUMMARY_BYTES));
            (chain.summary, chain.summary_through) =
                (Some(text), Some(chain.last.max(chain.run).max(through)));
        }
        cx.effects.write(Write::Chain(chain.clone()));
    }

    /// Drops every chain, and every summary, that may hold something from `seq` to `last`; [`Seq::ZERO`] stands for everything.
    /// Returns what other bots keep: their handles, and the first run whose response, like those after it, holds none of it.
    pub(super) fn lose_from(&mut self, cx: &mut Context<'_>, seq: Seq, last: Seq) -> Vec<(String, Seq)> {
        let mut kept = Vec::new();
        for chain in self.0.values_mut() {
            let summary_holds =
                chain.summary.is_some() && chain.summary_through.is_none_or(|through| through >= seq);
            if seq > Seq::ZERO && chain.held.oldest > last && !summary_holds {
                kept.push((chain.bot.clone(), chain.held.first_run));
                continue;
            }
            let was_told = chain.last.max(chain.run) >= seq;
            if was_told && (chain.head.is_some() || summary_holds) {
                lose_head(chain);
                if summary_holds {
                    (chain.summary, chain.summary_through) = (None, None);
                }
                cx.effects.write(Write::Chain(chain.clone()));
            }
        }
        kept
    }
}

/// The next turn sends the transcript.
fn lose_head(chain: &mut ChainRecord) {
    (chain.head, chain.base, chain.tokens) = (None, None, 0);
}
