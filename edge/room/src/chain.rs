//! Chains: what a bot remembers of the room at its model's server, when it goes on from there, and when it must not.

use shared::{Millis, Seq};

use crate::answers::CallPurpose;
use crate::room::Effects;
use crate::{Bot, ChainPosition, ChainRecord, Room, RowData, Storage, StorageError, Write};

/// Bytes of a summary that a new chain begins with.
pub(crate) const SUMMARY_BYTES: usize = 8 * 1024;

impl ChainRecord {
    /// Nothing goes on from here: the next turn starts from the transcript.
    fn lose_head(&mut self) {
        (self.head, self.base, self.tokens) = (None, None, 0);
    }

    /// Whether what stands at this place may be in the chain: among what was given, or as the answer to it.
    fn may_hold(&self, place: Seq) -> bool {
        self.last.max(self.run) >= place
    }
}

impl Room {
    /// The bot's chain, as long as it belongs to the bot as it is now.
    pub(crate) fn chain(&mut self, bot: &Bot, log: &dyn Storage) -> Result<ChainRecord, StorageError> {
        let known = match self.answers.chains.get(&bot.handle) {
            Some(chain) => Some(chain.clone()),
            None => log.chain(&bot.handle)?,
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
        self.answers.chains.insert(bot.handle.clone(), chain.clone());
        Ok(chain)
    }

    /// The chain goes on from this run.
    pub(crate) fn advance(&mut self, run: Seq, out: &mut Effects) {
        let Some(live) = self.answers.open.get(&run) else { return };
        let Some(chain) = self.answers.chains.get_mut(&live.record.bot) else { return };
        chain.lose_head();
        if !live.is_stale {
            (chain.head, chain.base) = (live.response.clone(), Some(live.base.clone()));
            chain.tokens = if chain.head.is_some() { live.chained } else { 0 };
        }
        (chain.run, chain.last, chain.context_messages) = (run, live.record.through, live.context_messages);
        out.write(Write::Chain(chain.clone()));
    }

    /// Asks again from the transcript, once: the chain is lost, or there never was one.
    pub(crate) fn start_anew(
        &mut self,
        now: Millis,
        run: Seq,
        is_stateless: bool,
        log: &dyn Storage,
        out: &mut Effects,
    ) {
        let Some(live) = self.answers.open.get_mut(&run) else { return };
        live.chain_rebuilt = true;
        live.record.continues_from =
            live.record.continues_from.take().map(|base| ChainPosition { head: None, ..base });
        live.step = CallPurpose::Answer;
        // What loses a chain once loses it again: later rounds of tools are told everything as well.
        live.is_rebuilt = true;
        live.tools.asked_by = None;
        if let Some(chain) = self.answers.chains.get_mut(&live.record.bot) {
            chain.lose_head();
            chain.stateless |= is_stateless;
            out.write(Write::Chain(chain.clone()));
        }
        self.begin(now, run, log, out);
    }

    /// The old chain was summed up, or could not be: the answer begins a new one.
    pub(crate) fn begin_new_chain(
        &mut self,
        now: Millis,
        run: Seq,
        summary: Option<String>,
        log: &dyn Storage,
        out: &mut Effects,
    ) {
        let Some(live) = self.answers.open.get_mut(&run) else { return };
        live.step = CallPurpose::Answer;
        let is_stale = live.is_stale;
        if let Some(chain) = self.answers.chains.get_mut(&live.record.bot) {
            chain.lose_head();
            // What was deleted in the meantime may stand in it.
            chain.summary = summary.filter(|text| !is_stale && !text.trim().is_empty()).map(|mut text| {
                text.truncate(text.floor_char_boundary(SUMMARY_BYTES));
                text
            });
            out.write(Write::Chain(chain.clone()));
        }
        self.begin(now, run, log, out);
    }

    /// No memory of a bot goes on that may hold what stood at this place.
    pub(crate) fn make_stale(&mut self, now: Millis, place: Seq, out: &mut Effects) {
        for chain in self.answers.chains.values_mut() {
            if chain.may_hold(place) && (chain.head.is_some() || chain.summary.is_some()) {
                chain.lose_head();
                chain.summary = None;
                out.write(Write::Chain(chain.clone()));
            }
        }
        for live in self.answers.open.values_mut() {
            if live.record.run >= place && live.record.calls > 0 {
                live.is_stale = true;
                live.forget_found();
            }
        }
        // Responses are told apart by their answers' places: those of earlier answers cannot hold it.
        out.write(Write::MarkResponsesForDeletion { after: place.previous() });
        self.forget_soon(now);
    }

    /// The bot is another one now, or no more: what it is being asked is no part of its memory.
    pub(crate) fn part_from_chain(&mut self, bot: &str) {
        let open = self.answers.open.values_mut();
        for live in open.filter(|live| live.record.bot == bot && live.record.calls > 0) {
            live.is_stale = true;
        }
    }

    /// Whether the question of a run was deleted, and nothing but the log could tell the model what it was.
    pub(crate) fn is_withdrawn(&self, run: Seq, log: &dyn Storage) -> Result<bool, StorageError> {
        let Some(live) = self.answers.get(run) else { return Ok(false) };
        // What tools found is given to the response that asked for it, which holds the question already.
        if !live.is_stale || live.tools.asked_by.is_some() {
            return Ok(false);
        }
        let parent = log.row(live.record.parent)?;
        Ok(parent.is_none_or(|row| matches!(row.data, RowData::Message(said) if said.deleted)))
    }
}
