//! What the bots were told: every line of the room exactly once, in order, under the right speaker. The expectation is
//! computed from the log alone, without a look at how the room does it.

use std::collections::BTreeMap;

use room::{Row, RowData};
use serde::Deserialize;
use shared::{Code, RunState, Seq};

use crate::model::Asked;
use crate::world::World;

/// A line as the bot reads it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Line {
    id: String,
    text: String,
}

impl Asked {
    /// Whether the model said this, or the beginning of it.
    pub(crate) fn has_said(&self, text: &str) -> bool {
        self.spoken.starts_with(text) || self.whole.as_deref() == Some(text)
    }

    /// The lines that this call brought. Remarks of the room are none.
    fn lines(&self) -> Vec<Line> {
        self.turn.input.iter().filter_map(|item| serde_json::from_str(item.text()).ok()).collect()
    }

    fn leaves_out(&self) -> bool {
        self.turn.input.iter().any(|item| item.text().contains("older messages are left out"))
    }
}

impl World {
    /// Every completed answer was given with the right knowledge.
    pub(crate) fn check_knowledge(&self) -> Result<(), String> {
        let rows = &self.shell.storage.memory.rows;
        for call in self.model.calls.iter().filter(|call| call.whole.is_some()) {
            let Some(RowData::Answer(answer)) = rows.get(&call.run).map(|row| &row.data) else { continue };
            if answer.state != RunState::Done {
                continue;
            }
            let through = self.history.through.get(&call.run).copied().unwrap_or_default();
            let parent = answer.parent;
            let told = call.lines();
            match &call.turn.previous {
                Some(previous) => {
                    let before = self.model.calls.iter().find(|other| other.response == *previous);
                    let before = before.ok_or_else(|| format!("run {}: no response {previous}", call.run))?;
                    let last = self.history.through.get(&before.run).copied().unwrap_or_default();
                    let expected = self.lines_between(&call.bot, last, through, parent);
                    if told != expected {
                        return Err(format!(
                            "knowledge: run {} continues {} and was told {told:?} instead of {expected:?}",
                            call.run, before.run
                        ));
                    }
                }
                None => self.check_transcript(call, &told, through, parent)?,
            }
        }
        Ok(())
    }

    /// From the transcript: the newest of what people said, the question last, and a remark where older lines are left
    /// out.
    fn check_transcript(&self, call: &Asked, told: &[Line], through: Seq, parent: Seq) -> Result<(), String> {
        let rows = &self.shell.storage.memory.rows;
        let said = |row: &&Row| matches!(row.data, RowData::Said(_)) && row.seq <= through;
        let others = rows.values().filter(said).filter(|row| row.seq != parent);
        let asked = rows.get(&parent).and_then(line);
        let expected: Vec<Line> = others.filter_map(line).chain(asked).collect();
        self.check_own_words(call, through, parent)?;
        let told: Vec<Line> = told.iter().filter(|line| line.id.starts_with('p')).cloned().collect();
        let missing = expected.len().checked_sub(told.len());
        let is_newest = missing.is_some_and(|missing| expected[missing..] == told) && !told.is_empty();
        if !is_newest || (missing > Some(0) && !call.leaves_out()) {
            return Err(format!(
                "knowledge: run {} was told {told:?} of {expected:?} from the transcript",
                call.run
            ));
        }
        Ok(())
    }

    /// Its own finished answers are among them, the last one to each question, in order.
    fn check_own_words(&self, call: &Asked, through: Seq, parent: Seq) -> Result<(), String> {
        let mut newest: BTreeMap<Seq, (Seq, &str)> = BTreeMap::new();
        for row in self.shell.storage.memory.rows.values().filter(|row| row.seq <= through) {
            if let RowData::Answer(answer) = &row.data
                && answer.bot == call.bot
                && answer.parent != parent
                && (answer.state == RunState::Done || answer.code == Some(Code::Declined))
            {
                newest.insert(answer.parent, (row.seq, &answer.text));
            }
        }
        let by_place: BTreeMap<Seq, &str> = newest.into_values().collect();
        let expected: Vec<&str> = by_place.into_values().filter(|text| !text.is_empty()).collect();
        let own = call.turn.input.iter().filter(|item| item.is_own());
        let told: Vec<&str> = own.map(|item| item.text()).collect();
        let is_whole = told == expected || (call.leaves_out() && expected.ends_with(&told));
        if is_whole {
            return Ok(());
        }
        Err(format!("knowledge: run {} was told of its own {told:?} instead of {expected:?}", call.run))
    }

    /// What was said after one place up to another, other bots' answers where they ended, the question last.
    fn lines_between(&self, bot: &str, last: Seq, through: Seq, parent: Seq) -> Vec<Line> {
        let rows = &self.shell.storage.memory.rows;
        let between = rows.values().filter(|row| row.seq > last && row.seq <= through && row.seq != parent);
        let mut lines: Vec<Line> = between
            .filter_map(|row| match &row.data {
                RowData::Said(_) => line(row),
                RowData::Answer(_) => None,
                RowData::Ended => rows.get(&row.target?).filter(|row| !is_of(row, bot)).and_then(line),
                _ => None,
            })
            .collect();
        lines.extend(rows.get(&parent).and_then(line));
        lines
    }
}

fn is_of(row: &Row, bot: &str) -> bool {
    matches!(&row.data, RowData::Answer(answer) if answer.bot == bot)
}

fn line(row: &Row) -> Option<Line> {
    match &row.data {
        RowData::Said(said) => Some(Line { id: format!("p{}", said.number), text: said.text.clone() }),
        RowData::Answer(answer) if !answer.text.is_empty() => {
            Some(Line { id: format!("bot:{}", answer.bot), text: answer.text.clone() })
        }
        _ => None,
    }
}
