//! The queue of answers: who waits, who is being answered, and how long that may take.

use std::collections::BTreeMap;

use models::{Item, ToolCall};
use shared::{ErrorCode, Millis, PersonId, Price, RunState, Seq, ToolUse, Usage, limits};

use crate::calling::LEDGER_MS;
use crate::run::{BREAKER_MS, LONGEST_PAUSE_MS};
use crate::{ActiveCall, AnswerRow, ChainPosition, ChainRecord, Config, RunRecord};

/// Runs that have not ended, by their places.
#[derive(Default)]
pub(crate) struct ActiveRuns {
    pub(crate) open: BTreeMap<Seq, ActiveRun>,
    /// Room for the chains of the bots, read when first needed.
    pub(crate) chains: BTreeMap<String, ChainRecord>,
    /// Bots whose server refuses them for a reason that does not pass by itself: until when they are not asked, and why.
    pub(crate) breakers: BTreeMap<String, (Millis, ErrorCode)>,
}

/// A run that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ActiveRun {
    pub(crate) record: RunRecord,
    pub(crate) text: String,
    /// Bytes of the text that earlier rounds of tools left: what the next round ends with comes after them.
    pub(crate) settled: usize,
    pub(crate) chain_rebuilt: bool,
    pub(crate) phase: Phase,
    pub(crate) step: CallPurpose,
    pub(crate) base: ChainPosition,
    pub(crate) context_messages: u64,
    pub(crate) response: Option<String>,
    pub(crate) is_refusal: bool,
    pub(crate) retries: u32,
    pub(crate) ledger_tries: u32,
    pub(crate) started_at: Millis,
    pub(crate) stored: (usize, Millis),
    /// The model's server was told to keep the response of this call.
    pub(crate) keeps_response: bool,
    /// A call was made whose cost is not charged yet.
    pub(crate) has_open_call: bool,
    /// What the model of that call costs, whatever becomes of the bot meanwhile.
    pub(crate) price: Option<Price>,
    /// Tokens that the model was given with that call, about.
    pub(crate) given: u64,
    /// The words that ask were given to a model.
    pub(crate) is_asked: bool,
    /// The chain was lost once already.
    pub(crate) is_rebuilt: bool,
    pub(crate) usage: Option<Usage>,
    pub(crate) cost: Option<u64>,
    pub(crate) resets_at: Option<Millis>,
    /// Words that this run was given were deleted, or its bot is another one: what it becomes is no part of a chain.
    pub(crate) is_stale: bool,
    pub(crate) tools: ToolRounds,
    /// What a call says that is not for people: a summary.
    pub(crate) aside: String,
    /// Tokens of the chain as it would be with this answer.
    pub(crate) chained: u64,
}

/// What a run asked its tools so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ToolRounds {
    /// How many rounds.
    pub(crate) count: u32,
    /// What people are told.
    pub(crate) tool_uses: Vec<ToolUse>,
    /// All calls and what was found, in order: what a transcript goes on with.
    pub(crate) exchange: Vec<Item>,
    /// What was found in the last round: what a chain goes on with.
    pub(crate) found: Vec<Item>,
    /// The response that asked for it.
    pub(crate) asked_by: Option<String>,
}

/// What a run's next call is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallPurpose {
    /// The chain is too long, and is summed up before a new one begins.
    Summary,
    /// The answer.
    Answer,
}

/// Where a run is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Others come first.
    Waiting,
    /// It will be tried again.
    Pausing { until: Millis },
    /// The ledger was asked.
    Reserving { since: Millis },
    /// The model was asked. `previous` is the response that the turn continues.
    Calling { since: Millis, heard: Option<Millis>, previous: Option<String> },
    /// Tools are asked. Those whose output is `None` have not answered.
    Looking { since: Millis, calls: Vec<(ToolCall, Option<String>)> },
}

impl ActiveRuns {
    /// Runs that have not ended, in order.
    pub(crate) fn open(&self) -> impl Iterator<Item = &ActiveRun> {
        self.open.values()
    }

    /// A run that has not ended.
    pub(crate) fn get(&self, run: Seq) -> Option<&ActiveRun> {
        self.open.get(&run)
    }

    /// How many answers of the same bot come before this one.
    pub(crate) fn position(&self, run: Seq) -> usize {
        let Some(bot) = self.open.get(&run).map(|live| &live.record.bot) else { return 0 };
        self.open.range(..run).filter(|(_, live)| live.record.bot == *bot).count()
    }

    /// Whether nothing more of this person, or of anybody, may wait for this bot. The first in a bot's line does not wait
    /// for anybody, so a message that calls several idle bots gets all their answers.
    pub(crate) fn is_full_for(&self, person: &PersonId, bot: &str) -> bool {
        if !self.open.values().any(|live| live.record.bot == bot) {
            return false;
        }
        let waiting = || self.open.values().filter(|live| self.position(live.record.run) > 0);
        waiting().count() >= limits::WAITING_ROOM
            || waiting().filter(|live| live.record.asker == *person).count() >= limits::WAITING_PERSON
    }

    /// When the next pause is over, or the ledger or a tool has taken too long.
    pub(crate) fn pause_ends(&self) -> Option<Millis> {
        let pauses = self.open.values().filter_map(|live| match live.phase {
            Phase::Pausing { until } => Some(until),
            Phase::Reserving { since } => Some(since.plus(LEDGER_MS)),
            Phase::Looking { since, .. } => Some(since.plus(limits::TOOL_MS)),
            Phase::Waiting | Phase::Calling { .. } => None,
        });
        pauses.min()
    }

    /// How many calls are made or will be made again soon.
    pub(crate) fn busy(&self) -> usize {
        self.open.values().filter(|live| live.phase != Phase::Waiting).count()
    }

    /// Why a bot is not asked for now.
    pub(crate) fn broken(&self, bot: &str, now: Millis) -> Option<ErrorCode> {
        // An end that is too far away is one of a clock that went back.
        let is_open = |until: Millis| now < until && until.since(now) <= BREAKER_MS;
        self.breakers.get(bot).filter(|(until, _)| is_open(*until)).map(|(_, code)| *code)
    }

    /// When the next call has taken too long.
    pub(crate) fn deadline(&self, config: &Config) -> Option<Millis> {
        self.open.values().filter_map(|live| live.deadline(config)).min()
    }

    /// What goes on when the room's memory is built anew.
    pub(crate) fn streaming(&self) -> Vec<ActiveCall> {
        let calls = self.open.values().filter(|live| matches!(live.phase, Phase::Calling { .. }));
        calls
            .map(|live| ActiveCall {
                run: live.record.run,
                call_number: live.record.calls,
                live: live.clone(),
            })
            .collect()
    }
}

impl ActiveRun {
    pub(crate) fn new(record: RunRecord) -> Self {
        Self {
            text: record.partial_text.clone(),
            settled: 0,
            keeps_response: false,
            has_open_call: record.reserved_micros > 0,
            price: None,
            given: 0,
            is_asked: false,
            is_rebuilt: false,
            record,
            chain_rebuilt: false,
            phase: Phase::Waiting,
            step: CallPurpose::Answer,
            base: ChainPosition { head: None, last: Seq::ZERO, context_messages: 0 },
            context_messages: 0,
            response: None,
            is_refusal: false,
            retries: 0,
            ledger_tries: 0,
            started_at: Millis(0),
            stored: (0, Millis(0)),
            usage: None,
            cost: None,
            resets_at: None,
            is_stale: false,
            tools: ToolRounds::default(),
            aside: String::new(),
            chained: 0,
        }
    }

    /// What people see.
    pub(crate) fn state(&self) -> RunState {
        match self.phase {
            Phase::Waiting => RunState::Queued,
            _ if self.text.is_empty() => RunState::Thinking,
            _ => RunState::Streaming,
        }
    }

    /// Whether the present call has shown nothing yet.
    pub(crate) fn is_unheard(&self) -> bool {
        self.text.len() <= self.settled
    }

    /// Keeps what is measured from lying in the future: a clock that went back makes nobody wait longer.
    pub(crate) fn begin_no_later_than(&mut self, now: Millis) {
        self.started_at = self.started_at.min(now);
        match &mut self.phase {
            Phase::Waiting => {}
            // A second is more than the jitter.
            Phase::Pausing { until } => *until = now.plus(LONGEST_PAUSE_MS.saturating_add(1_000)).min(*until),
            Phase::Reserving { since } | Phase::Looking { since, .. } => *since = now.min(*since),
            Phase::Calling { since, heard, .. } => {
                *since = now.min(*since);
                *heard = heard.map(|heard| heard.min(now));
            }
        }
    }

    /// When it has taken too long.
    pub(crate) fn deadline(&self, config: &Config) -> Option<Millis> {
        let Phase::Calling { since, heard, .. } = self.phase else { return None };
        // A call outlives its bot, and must not outlive its time.
        let bot = config.bot(&self.record.bot).unwrap_or(&config.custom_bots.template);
        let timeouts = bot.timeouts;
        let silence = match heard {
            None => since.plus(timeouts.first_ms),
            Some(heard) => heard.plus(timeouts.idle_ms),
        };
        Some(silence.min(self.started_at.plus(timeouts.total_ms)))
    }
}

impl AnswerRow {
    /// A row for a run that waits.
    pub(crate) fn queued(record: &RunRecord) -> Self {
        Self {
            bot: record.bot.clone(),
            parent: record.parent,
            state: RunState::Queued,
            text: String::new(),
            code: None,
            context_messages: 0,
            chain_rebuilt: false,
            usage: None,
            cost: None,
            tool_uses: Vec::new(),
            card: None,
            votes: Vec::new(),
            resets_at: None,
            deleted: false,
            ended: None,
            continues_from: None,
        }
    }

    /// Whether the model's server finished it, so that it is a part of the chain.
    pub(crate) fn is_in_chain(&self) -> bool {
        self.state == RunState::Done
            || (self.state == RunState::Incomplete && self.code == Some(ErrorCode::Declined))
    }
}
