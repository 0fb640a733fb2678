//! Runs that have not ended: their states and the text that has streamed so far.

use std::collections::BTreeMap;

use shared::frame::RunStatus;
use shared::{Answer, CardKind, RunState, Seq, ToolUse};

use super::gap::Gap;

/// A run that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ActiveRun {
    pub(super) state: RunState,
    /// How many answers come before a queued one.
    pub(super) position: Option<usize>,
    pub(super) chain_rebuilt: bool,
    pub(super) tool_uses: Vec<ToolUse>,
    pub(super) card: Option<CardKind>,
    pub(super) text: String,
}

/// All runs that have not ended, by the `seq` of their answers.
#[derive(Debug, Default)]
pub(super) struct ActiveRuns(BTreeMap<Seq, ActiveRun>);

impl ActiveRuns {
    pub(super) fn get(&self, run: Seq) -> Option<&ActiveRun> {
        self.0.get(&run)
    }

    /// Records a run that an answer of the log stands for, unless its status is known already.
    pub(super) fn begin(&mut self, run: Seq, answer: &Answer) {
        self.0.entry(run).or_insert_with(|| ActiveRun {
            state: answer.state,
            position: None,
            chain_rebuilt: answer.chain_rebuilt,
            tool_uses: answer.tool_uses.clone(),
            card: None,
            text: String::new(),
        });
    }

    /// Removes a run that has ended. Returns the text that was streamed.
    pub(super) fn end(&mut self, run: Seq) -> String {
        self.0.remove(&run).map(|active| active.text).unwrap_or_default()
    }

    /// Applies a new status. The text so far stays: deltas bring the rest.
    pub(super) fn set_status(&mut self, status: RunStatus) {
        let run = status.run;
        let text = self.0.remove(&run).map(|active| active.text).unwrap_or_default();
        self.0.insert(run, ActiveRun { text, ..ActiveRun::from(status) });
    }

    /// Replaces all runs by those of a welcome. Returns the runs that changed.
    pub(super) fn replace(&mut self, runs: Vec<RunStatus>) -> Vec<Seq> {
        let before = std::mem::take(&mut self.0);
        let running = runs.into_iter().filter(|status| !status.state.is_end());
        self.0 = running.map(|status| (status.run, ActiveRun::from(status))).collect();
        let mut changed: Vec<Seq> = self.0.keys().chain(before.keys()).copied().collect();
        changed.retain(|run| self.0.get(run) != before.get(run));
        changed
    }

    /// Appends a delta that starts at a byte offset of the answer's text. What is known already is dropped. Returns whether
    /// anything changed.
    ///
    /// # Errors
    /// Fails when text before the delta is missing, or when its overlap with the known text ends inside a character: then
    /// the known text is not the room's.
    pub(super) fn append(&mut self, run: Seq, offset: u64, text: &str) -> Result<bool, Gap> {
        let Some(active) = self.0.get_mut(&run) else { return Ok(false) };
        let known = (active.text.len() as u64).checked_sub(offset).ok_or(Gap)?;
        let known = usize::try_from(known).unwrap_or(usize::MAX);
        if known >= text.len() {
            return Ok(false);
        }
        active.text.push_str(text.get(known..).ok_or(Gap)?);
        active.state = RunState::Streaming;
        active.position = None;
        Ok(true)
    }
}

impl From<RunStatus> for ActiveRun {
    fn from(status: RunStatus) -> Self {
        let RunStatus { state, position, chain_rebuilt, tool_uses, card, text, .. } = status;
        Self { state, position, chain_rebuilt, tool_uses, card, text }
    }
}
