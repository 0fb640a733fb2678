//! Runs that have not ended: their states and the text that has streamed so far.

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
    /// A part of the text is missing, so that what follows the room's text does not follow this one.
    has_gap: bool,
}

/// All runs that have not ended, by the `seq` of their answers. They are few.
#[derive(Debug, Default)]
pub(super) struct ActiveRuns(Vec<(Seq, ActiveRun)>);

impl ActiveRuns {
    pub(super) fn get(&self, run: Seq) -> Option<&ActiveRun> {
        find(&self.0, run)
    }

    /// Records a run that an answer of the log stands for, unless its status is known already.
    pub(super) fn begin(&mut self, run: Seq, answer: &Answer) {
        if self.get(run).is_some() {
            return;
        }
        let active = ActiveRun {
            state: answer.state,
            position: None,
            chain_rebuilt: answer.chain_rebuilt,
            tool_uses: answer.tool_uses.clone(),
            card: None,
            text: String::new(),
            has_gap: false,
        };
        self.0.push((run, active));
    }

    /// Removes a run that has ended. Returns the text that was streamed.
    pub(super) fn end(&mut self, run: Seq) -> String {
        let index = self.0.iter().position(|(other, _)| *other == run);
        index.map(|index| self.0.remove(index).1.text).unwrap_or_default()
    }

    /// Applies a new status. The text so far stays: deltas bring the rest.
    pub(super) fn set_status(&mut self, status: RunStatus) {
        let run = status.run;
        let index = self.0.iter().position(|(other, _)| *other == run);
        let (text, has_gap) = index
            .map(|index| self.0.remove(index).1)
            .map_or_else(|| (String::new(), false), |active| (active.text, active.has_gap));
        self.0.push((run, ActiveRun { text, has_gap, ..ActiveRun::from(status) }));
    }

    /// Replaces all runs by those of a welcome. Returns the runs that changed.
    pub(super) fn replace(&mut self, runs: Vec<RunStatus>) -> Vec<Seq> {
        let before = std::mem::take(&mut self.0);
        let running = runs.into_iter().filter(|status| !status.state.is_end());
        self.0.extend(running.map(|status| (status.run, ActiveRun::from(status))));
        let mut changed: Vec<Seq> = self.0.iter().chain(&before).map(|(run, _)| *run).collect();
        changed.retain(|run| self.get(*run) != find(&before, *run));
        changed
    }

    /// Appends a delta that starts at a byte offset of the answer's text, or at its end. What is known already is dropped.
    /// Returns whether anything changed.
    ///
    /// # Errors
    /// Fails when text before the delta is missing, or when its overlap with the known text ends inside a character: then
    /// the known text is not the room's.
    pub(super) fn append(&mut self, run: Seq, offset: Option<u64>, text: &str) -> Result<bool, Gap> {
        let Some((_, active)) = self.0.iter_mut().find(|(other, _)| *other == run) else { return Ok(false) };
        let length = active.text.len() as u64;
        let known =
            length.checked_sub(offset.unwrap_or(length)).filter(|_| offset.is_some() || !active.has_gap);
        active.has_gap = known.is_none();
        let known = known.ok_or(Gap)?;
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

fn find(runs: &[(Seq, ActiveRun)], run: Seq) -> Option<&ActiveRun> {
    runs.iter().find(|(other, _)| *other == run).map(|(_, active)| active)
}

impl From<RunStatus> for ActiveRun {
    fn from(status: RunStatus) -> Self {
        let RunStatus { state, position, chain_rebuilt, tool_uses, card, text, .. } = status;
        Self { state, position, chain_rebuilt, tool_uses, card, text, has_gap: false }
    }
}
