//! The chains: what each bot remembers of the room at its model server, and when it must forget.

use std::collections::BTreeMap;

use shared::Seq;

use super::active_run::ActiveRun;
use crate::bot::Bot;
use crate::context::Context;
use crate::storage::{ChainRecord, Storage, StorageError, Write};

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
            summary: None,
            fingerprint: bot.fingerprint.clone(),
            stateless: false,
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
        cx.effects.write(Write::Chain(chain.clone()));
    }

    /// Notes that the model server has lost the bot's chain, or keeps none at all (`is_stateless`).
    pub(super) fn lose(&mut self, cx: &mut Context<'_>, bot: &str, is_stateless: bool) {
        let Some(chain) = self.0.get_mut(bot) else { return };
        lose_head(chain);
        chain.stateless |= is_stateless;
        cx.effects.write(Write::Chain(chain.clone()));
    }

    /// Notes that the bot's model server keeps no responses. It is stored with the chain's next change.
    pub(super) fn mark_stateless(&mut self, bot: &str) {
        if let Some(chain) = self.0.get_mut(bot) {
            chain.stateless = true;
        }
    }

    /// Starts a new chain with a summary of the old one.
    pub(super) fn start_with_summary(&mut self, cx: &mut Context<'_>, bot: &str, summary: Option<String>) {
        let Some(chain) = self.0.get_mut(bot) else { return };
        lose_head(chain);
        chain.summary = summary.map(|mut text| {
            text.truncate(text.floor_char_boundary(SUMMARY_BYTES));
            text
        });
        cx.effects.write(Write::Chain(chain.clone()));
    }

    /// Drops every chain, and every summary, that may hold what stands at `seq`.
    pub(super) fn lose_from(&mut self, cx: &mut Context<'_>, seq: Seq) {
        for chain in self.0.values_mut() {
            let may_hold = chain.last.max(chain.run) >= seq;
            if may_hold && (chain.head.is_some() || chain.summary.is_some()) {
                lose_head(chain);
                chain.summary = None;
                cx.effects.write(Write::Chain(chain.clone()));
            }
        }
    }
}

/// The next turn sends the transcript.
fn lose_head(chain: &mut ChainRecord) {
    (chain.head, chain.base, chain.tokens) = (None, None, 0);
}
