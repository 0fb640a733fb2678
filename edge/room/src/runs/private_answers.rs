//! The private answers that are being made: what bots write for one person alone.

use std::collections::BTreeMap;

use shared::{ErrorCode, Lang, Millis, PersonId, PrivateRequest, Seq, ServerFrame, SplitMix64};

use super::active_run::{LEDGER_MS, ModelCall};
use crate::config::Config;
use crate::storage::{AnswerRow, RunRecord};

/// Runs from here on have no row in the log. Their ids follow the clock, with some random bits, so that none is used twice; they stay
/// below 2^53 until the year 2109.
const FIRST_ID: u64 = 1 << 52;
const RANDOM_BITS: u32 = 10;

/// A person who asks for something for themselves.
pub(crate) struct Asker {
    pub(crate) person: PersonId,
    /// The hash of their address.
    pub(crate) address: String,
    pub(crate) name: String,
    pub(crate) lang: Lang,
}

/// The private answers that are being made, and frames that are to be sent.
#[derive(Debug, Default)]
pub(crate) struct PrivateAnswers {
    pub(super) active: BTreeMap<Seq, PrivateAnswer>,
    /// The newest id that was given.
    newest: Seq,
    pub(super) ended: Vec<(PersonId, ServerFrame)>,
}

/// A private answer from its question to its end.
#[derive(Debug)]
pub(super) struct PrivateAnswer {
    /// `parent` and `through` are the first and the last message that the call may hold.
    pub(super) record: RunRecord,
    /// The nickname and the language of the one who asks.
    pub(super) reader: (String, Lang),
    /// The ledger is asked for the money.
    pub(super) is_waiting: bool,
    pub(super) call: ModelCall,
    /// The text, and what the call cost.
    pub(super) answer: AnswerRow,
}

/// Whether a run is a private answer.
pub(super) fn is_private(run: Seq) -> bool {
    run.0 >= FIRST_ID
}

impl PrivateAnswers {
    pub(super) fn is_empty(&self) -> bool {
        self.active.is_empty()
    }

    /// How many of the calls that a room makes at once they occupy.
    pub(super) fn count(&self) -> usize {
        self.active.len()
    }

    pub(super) fn records(&self) -> impl Iterator<Item = &RunRecord> {
        self.active.values().map(|private| &private.record)
    }

    /// The request of a call is about to leave.
    pub(super) fn sent(&mut self, now: Millis, run: Seq) {
        if let Some(private) = self.active.get_mut(&run) {
            (private.call.is_sent, private.call.since) = (true, now);
        }
    }

    /// When the ledger has taken too long.
    pub(super) fn next_claim_deadline(&self) -> Option<Millis> {
        let waiting = self.active.values().filter(|private| private.is_waiting);
        waiting.map(|private| private.call.since.plus(LEDGER_MS)).min()
    }

    /// When the next call has taken too long.
    pub(super) fn next_call_deadline(&self, config: &Config) -> Option<Millis> {
        let calling = self.active.values().filter(|private| !private.is_waiting);
        calling.map(|private| private.deadline(config)).min()
    }

    /// An id that was not used before, also not by this room before it woke.
    pub(super) fn next_id(&mut self, now: Millis, rng: &mut SplitMix64) -> Seq {
        let random = rng.up_to((1 << RANDOM_BITS) - 1);
        let by_clock = FIRST_ID.saturating_add(now.0 << RANDOM_BITS).saturating_add(random);
        self.newest = self.newest.next().max(Seq(by_clock));
        self.newest
    }

    pub(super) fn late(&mut self, now: Millis, config: &Config) -> Vec<Seq> {
        self.active.values_mut().for_each(|private| private.call.clamp_to(now));
        let is_late = |private: &&PrivateAnswer| private.deadline(config) <= now;
        self.active.values().filter(is_late).map(|private| private.record.run).collect()
    }

    pub(super) fn insert(&mut self, record: RunRecord, reader: (String, Lang), call: ModelCall) {
        let answer = record.queued_answer();
        let private = PrivateAnswer { reader, is_waiting: false, call, answer, record };
        self.active.insert(private.record.run, private);
    }

    pub(super) fn refuse(
        &mut self,
        person: PersonId,
        request: PrivateRequest,
        code: ErrorCode,
        resets_at: Option<Millis>,
    ) {
        let text = String::new();
        let frame = ServerFrame::PrivateAnswer { request, text, code: Some(code), resets_at, cost: None };
        self.ended.push((person, frame));
    }
}

impl PrivateAnswer {
    fn deadline(&self, config: &Config) -> Millis {
        if self.is_waiting {
            return self.call.since.plus(LEDGER_MS);
        }
        self.call.deadline(self.call.since, config.timeouts(&self.record.bot))
    }
}
