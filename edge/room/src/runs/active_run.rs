//! A run that has not ended, as a state machine.

use models::paragraphs::Paragraphs;
use models::{ToolCall, Turn};
use shared::{Millis, Price, RunState, Seq, limits};

use crate::bot::Timeouts;
use crate::prompt::knowledge::GivenKnowledge;
use crate::prompt::{CallPurpose, Prompt, ToolRounds};
use crate::storage::{AnswerRow, ChainPosition, HeldRows, RunRecord};

/// The longest wait before a retry. If a model server asks for more, the run fails instead.
pub(super) const LONGEST_BACKOFF_MS: u64 = 20_000;
/// How long the ledger may take to answer a claim.
pub(super) const LEDGER_MS: u64 = 10_000;
/// How long after its record a start happens, if no other input comes first.
pub(super) const START_MS: u64 = 20;
/// More than the jitter that is added to a wait.
const JITTER_MS: u64 = 1_000;

/// A run that has not ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ActiveRun {
    pub(super) record: RunRecord,
    /// The answer as far as it is known; it is stored when the run ends.
    pub(super) answer: AnswerRow,
    pub(super) phase: Phase,
    /// What the present or the next call is for.
    pub(super) purpose: CallPurpose,
    pub(super) tools: ToolRounds,
    /// What the bot's knowledge holds for the question, once it was searched.
    pub(super) knowledge: Option<GivenKnowledge>,
    /// Bytes of the answer's text that earlier tool rounds wrote: what the present call says comes after them.
    pub(super) earlier_bytes: usize,
    /// When the first call was reserved or made.
    pub(super) started_at: Millis,
    pub(super) retries: u32,
    /// How often the ledger could not be reached.
    pub(super) failed_claims: u32,
    /// The ledger may have granted a claim for the next call, which is not made yet.
    pub(super) may_hold_claim: bool,
    /// It was read from the storage when the room woke.
    pub(super) is_restored: bool,
    /// When its start, which is recorded, happens at the latest.
    pub(super) starts_at: Option<Millis>,
    /// A call has sent the question.
    pub(super) is_question_sent: bool,
    /// What the responses of its calls hold.
    pub(super) held: HeldRows,
    /// How often the input was too long for the model.
    pub(super) overflows: u32,
    /// Messages no longer fit the model's context, so the bot should summarize them first.
    pub(super) wants_summary: bool,
    /// How often the bot's window is halved, because the input was too long for a model of which no context was learned.
    pub(super) halvings: u32,
    /// The chain was lost, so every call of this run sends everything.
    pub(super) without_chain: bool,
    /// The prompt held messages that were deleted, or the bot was changed: the answer must not extend the chain.
    pub(super) is_stale: bool,
}

/// Where a run stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Phase {
    /// Other runs come first.
    Queued,
    /// The ledger was asked to reserve money. Without `prepared` the call must be prepared again when the ledger has answered,
    /// because the room changed meanwhile.
    Reserving { since: Millis, prepared: Option<Box<PreparedCall>> },
    /// A model was called.
    Calling(Box<ModelCall>),
    /// The model waits for its tool calls.
    RunningTools { since: Millis, calls: Vec<RunningTool> },
    /// A call failed and will be tried again.
    BackingOff { until: Millis },
}

/// A call that is ready to be made.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PreparedCall {
    pub(super) prompt: Prompt,
    /// The highest possible cost of all its answers in micro-dollars.
    pub(super) micros: u64,
    /// For how many answers the claim is, of which this call gives the first.
    pub(super) answers: u32,
    /// The text of the question, if this call is the first to send it.
    pub(super) question: Option<String>,
}

/// A call in progress.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct ModelCall {
    pub(super) since: Millis,
    /// The request has left, or may have: before that the call costs nothing.
    pub(super) is_sent: bool,
    /// When the last bytes came.
    pub(super) last_heard: Option<Millis>,
    /// The response that the turn continues.
    pub(super) previous: Option<String>,
    /// The response that the call makes, once its id is known.
    pub(super) response_id: Option<String>,
    /// The model server was told to keep the response.
    pub(super) keeps_response: bool,
    /// The bot's price when the call was made, whatever becomes of the bot meanwhile.
    pub(super) price: Option<Price>,
    /// How many tokens the model reads at most.
    pub(super) input_tokens: u64,
    /// How many it reads if all is prose, and may write.
    pub(super) likely_tokens: u64,
    /// The cost was charged.
    pub(super) is_charged: bool,
    /// The model refuses, and the text is its refusal.
    pub(super) is_refusal: bool,
    /// The text of a summary, which is not shown to people.
    pub(super) summary: String,
    /// The turn, where it is sent again for further answers.
    pub(super) turn: Option<Box<Turn>>,
    /// Tokens of the chain that ends with the response, once the call has ended.
    pub(super) chain_tokens: u64,
    /// How many bytes of the text were last stored, and when.
    pub(super) stored_bytes: usize,
    pub(super) stored_at: Millis,
}

/// A tool call of the present round.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RunningTool {
    pub(super) call: ToolCall,
    /// `None` while the tool has not answered.
    pub(super) output: Option<String>,
}

impl ModelCall {
    /// Moves moments that lie in the future to `now`, so that nobody waits longer because the clock went back.
    pub(super) fn clamp_to(&mut self, now: Millis) {
        self.since = now.min(self.since);
        self.last_heard = self.last_heard.map(|at| at.min(now));
    }

    /// When the call has taken too long; `begun`: when the first one for the same answer began.
    pub(super) fn deadline(&self, begun: Millis, timeouts: Timeouts) -> Millis {
        let silence = match self.last_heard {
            None => self.since.plus(timeouts.first_ms),
            Some(at) => at.plus(timeouts.idle_ms),
        };
        silence.min(begun.plus(timeouts.total_ms))
    }
}

impl ActiveRun {
    pub(super) fn new(record: RunRecord) -> Self {
        let start = ChainPosition { head: None, last: Seq::ZERO, context_messages: 0 };
        let answer = AnswerRow {
            text: record.partial_text.clone(),
            continues_from: Some(start),
            ..record.queued_answer()
        };
        Self {
            record,
            answer,
            phase: Phase::Queued,
            purpose: CallPurpose::Answer,
            tools: ToolRounds::default(),
            knowledge: None,
            earlier_bytes: 0,
            started_at: Millis(0),
            retries: 0,
            failed_claims: 0,
            may_hold_claim: false,
            is_restored: false,
            starts_at: None,
            is_question_sent: false,
            held: HeldRows::NOTHING,
            overflows: 0,
            wants_summary: false,
            halvings: 0,
            without_chain: false,
            is_stale: false,
        }
    }

    pub(crate) fn record(&self) -> &RunRecord {
        &self.record
    }

    /// The last `seq` that the present call's summary may hold besides the chain.
    pub(super) fn summary_through(&self) -> Seq {
        if self.purpose == CallPurpose::SummaryOfOlder { self.record.through } else { Seq::ZERO }
    }

    /// The number of the next call.
    pub(super) fn next_call_number(&self) -> u32 {
        self.record.calls.saturating_add(1)
    }

    /// The state that people are shown.
    pub(super) fn state(&self) -> RunState {
        match self.phase {
            Phase::Queued => RunState::Queued,
            _ if self.answer.text.is_empty() => RunState::Thinking,
            _ => RunState::Streaming,
        }
    }

    /// A piece of text as it is appended, and the bytes of the break before it: what a call writes after a tool round begins a
    /// paragraph.
    pub(super) fn as_paragraph(&self, text: &str) -> (String, usize) {
        if self.earlier_bytes == 0 || !self.is_call_silent() {
            return (text.to_owned(), 0);
        }
        let mut paragraphs = Paragraphs::after(&self.answer.text);
        paragraphs.begin();
        let piece = paragraphs.add(text);
        let line_ends = piece.len().saturating_sub(piece.trim_start_matches('\n').len());
        (piece, line_ends)
    }

    /// Whether the present call has written no text yet.
    pub(super) fn is_call_silent(&self) -> bool {
        self.answer.text.len() <= self.earlier_bytes
    }

    /// The call in progress, if there is one.
    pub(super) fn call(&self) -> Option<&ModelCall> {
        match &self.phase {
            Phase::Calling(call) => Some(call),
            _ => None,
        }
    }

    pub(super) fn call_mut(&mut self) -> Option<&mut ModelCall> {
        match &mut self.phase {
            Phase::Calling(call) => Some(call),
            _ => None,
        }
    }

    /// Moves moments that lie in the future to `now`, so that nobody waits longer because the clock went back.
    pub(super) fn clamp_to(&mut self, now: Millis) {
        self.started_at = self.started_at.min(now);
        match &mut self.phase {
            Phase::Queued => self.starts_at = self.starts_at.map(|at| now.plus(START_MS).min(at)),
            Phase::BackingOff { until } => {
                *until = now.plus(LONGEST_BACKOFF_MS.saturating_add(JITTER_MS)).min(*until);
            }
            Phase::Reserving { since, .. } | Phase::RunningTools { since, .. } => *since = now.min(*since),
            Phase::Calling(call) => call.clamp_to(now),
        }
    }

    /// When the call in progress has taken too long.
    pub(super) fn call_deadline(&self, timeouts: Timeouts) -> Option<Millis> {
        Some(self.call()?.deadline(self.started_at, timeouts))
    }

    /// When the run has waited long enough for a retry, the ledger, its tools, or the record of its start.
    pub(super) fn wait_deadline(&self) -> Option<Millis> {
        match &self.phase {
            Phase::BackingOff { until } => Some(*until),
            Phase::Reserving { since, .. } => Some(since.plus(LEDGER_MS)),
            Phase::RunningTools { since, .. } => Some(since.plus(limits::TOOL_MS)),
            Phase::Queued => self.starts_at,
            Phase::Calling(_) => None,
        }
    }
}
