//! Chooses the rows that a prompt holds: what was written since a chain's end, or the newest messages.
//!
//! Whatever the history holds, a prompt is built from at most [`READ_BYTES`] of it at once; what does not fit is left out, and
//! the model is told so.

use models::Item;
use shared::Seq;

use super::items::{correction, cut_off_answer, own_answer, remark, speech};
use crate::bot::Bot;
use crate::storage::{
    AnswerRow, ChainPosition, ChainRecord, LogPage, LogRow, ReadBudget, RowData, RunRecord, Storage,
    StorageError,
};

const LEFT_OUT: &str = "older messages are left out";
const CHANGES_LEFT_OUT: &str = "more earlier messages were changed, and what they say now is left out";
const SUMMED_UP: &str = "your own summary of what came before";
/// Bytes of rows that are read for one prompt. A bot's window has at most 400,000 bytes.
const READ_BYTES: usize = 1024 * 1024;
/// Rows that are searched for edits before a summary: more than a window, because what is older than the window is in the
/// summary alone from then on.
const CORRECTED_ROWS: u64 = 10_000;
/// Changed messages that a summary is told of.
const CORRECTIONS: usize = 200;
/// Rows that one message or answer has at most in the log: its own, its answer's, and the answer's end.
const ROWS_PER_MESSAGE: usize = 3;

/// Items of a turn, how many of them are messages, and the oldest row that they hold.
pub(super) struct Window {
    pub(super) items: Vec<Item>,
    pub(super) messages: u64,
    pub(super) oldest: Seq,
    bytes: usize,
}

impl Window {
    fn new() -> Self {
        Self { items: Vec::new(), messages: 0, oldest: Seq(u64::MAX), bytes: 0 }
    }

    /// Adds what a row says.
    fn push(&mut self, seq: Seq, item: Item) {
        self.oldest = self.oldest.min(seq);
        self.bytes = self.bytes.saturating_add(item.text().len());
        self.items.push(item);
    }

    /// Adds a row that may be a message.
    fn push_message(&mut self, row: &LogRow) {
        if let Some(item) = speech(row) {
            self.push(row.seq, item);
            self.messages = self.messages.saturating_add(1);
        }
    }
}

/// What was written after the chain's end, up to the run's `through`. `None`: it is more than the bot's window holds.
pub(super) fn since(
    bot: &Bot,
    position: &ChainPosition,
    run: &RunRecord,
    storage: &dyn Storage,
) -> Result<Option<Window>, StorageError> {
    let budget = ReadBudget { rows: bot.window.0.saturating_mul(ROWS_PER_MESSAGE), bytes: READ_BYTES };
    let LogPage { rows, is_cut } = storage.rows(position.last, run.through, budget)?;
    if is_cut {
        return Ok(None);
    }
    let own = || rows.iter().filter_map(LogRow::as_answer).filter(|answer| answer.bot == bot.handle);
    // A question whose answer was cut off and then regenerated is in the chain with its whole answer.
    let answered: Vec<Seq> =
        own().filter(|answer| answer.is_in_chain()).map(|answer| answer.parent).collect();
    let mut window = Window::new();
    let mut corrected: Vec<Seq> = Vec::new();
    for row in &rows {
        match &row.data {
            // The question comes last.
            RowData::Message(_) if row.seq != run.parent => window.push_message(row),
            RowData::Answer(answer) if answer.bot == bot.handle && !answered.contains(&answer.parent) => {
                cut_off_answer(answer, run).into_iter().for_each(|item| window.push(row.seq, item));
            }
            RowData::Ended => {
                // Another bot's answer stands where it ended, not where it was asked for.
                let target = read_target(row, storage)?;
                let is_other = |row: &LogRow| row.as_answer().is_some_and(|answer| answer.bot != bot.handle);
                target.iter().filter(|row| is_other(row)).for_each(|row| window.push_message(row));
            }
            // Corrects what the chain holds already. What this turn holds is given in its current state.
            RowData::Edited if row.target.is_some_and(|target| target <= position.last) => {
                let Some(target) = row.target.filter(|target| !corrected.contains(target)) else { continue };
                corrected.push(target);
                let item = storage.row(target)?.as_ref().and_then(correction);
                item.into_iter().for_each(|item| window.push(target, item));
            }
            RowData::Message(_)
            | RowData::Answer(_)
            | RowData::Edited
            | RowData::Deleted
            | RowData::Voted(_)
            | RowData::BotSaved(_)
            | RowData::BotRemoved(_)
            | RowData::Administration(_) => {}
        }
        if window.bytes > bot.window.1 {
            return Ok(None);
        }
    }
    storage.row(run.parent)?.iter().for_each(|question| window.push_message(question));
    Ok((window.bytes <= bot.window.1).then_some(window))
}

/// The edits, since the chain's end, of messages that the chain holds: the newest that fit the bot's window.
pub(super) fn corrections(
    bot: &Bot,
    position: &ChainPosition,
    run: &RunRecord,
    storage: &dyn Storage,
) -> Result<Window, StorageError> {
    let after = position.last.max(Seq(run.through.0.saturating_sub(CORRECTED_ROWS)));
    let edited = storage.edited(after, run.through, position.last, CORRECTIONS.saturating_add(1))?;
    let mut is_left_out = after > position.last || edited.len() > CORRECTIONS;
    let (mut found, mut bytes) = (Vec::new(), 0_usize);
    for target in edited.into_iter().take(CORRECTIONS) {
        let Some(item) = storage.row(target)?.as_ref().and_then(correction) else { continue };
        bytes = bytes.saturating_add(item.text().len());
        if bytes > bot.window.1 {
            is_left_out = true;
            break;
        }
        found.push((target, item));
    }
    found.sort_unstable_by_key(|(target, _)| *target);
    let mut window = Window::new();
    found.into_iter().for_each(|(target, item)| window.push(target, item));
    if is_left_out {
        window.items.push(remark(CHANGES_LEFT_OUT, None));
    }
    Ok(window)
}

/// The newest messages that fit the bot's window, the question last.
pub(super) fn transcript(
    bot: &Bot,
    chain: &ChainRecord,
    run: &RunRecord,
    storage: &dyn Storage,
) -> Result<Window, StorageError> {
    let question = storage.row(run.parent)?;
    let mut bytes = question.as_ref().and_then(speech).map_or(0, |item| item.text().len());
    let mut newest_first: Vec<(Seq, Item, bool)> = Vec::new();
    let mut answered: Vec<Seq> = Vec::new();
    let budget = ReadBudget { rows: bot.window.0, bytes: READ_BYTES };
    let LogPage { rows, is_cut: mut is_left_out } = storage.newest_messages(run.through.next(), budget)?;
    for row in &rows {
        let Some((item, is_message)) = transcript_item(bot, run, row, &mut answered) else { continue };
        bytes = bytes.saturating_add(item.text().len());
        if bytes > bot.window.1 {
            is_left_out = true;
            break;
        }
        newest_first.push((row.seq, item, is_message));
    }
    let mut window = Window::new();
    if let Some(summary) = &chain.summary {
        window.items.push(remark(SUMMED_UP, Some(summary)));
    }
    if is_left_out {
        window.items.push(remark(LEFT_OUT, None));
    }
    for (seq, item, is_message) in newest_first.into_iter().rev() {
        window.messages = window.messages.saturating_add(u64::from(is_message));
        window.push(seq, item);
    }
    question.iter().for_each(|question| window.push_message(question));
    Ok(window)
}

/// A row of a transcript, and whether it counts as a message. `answered` collects the questions whose answer was given:
/// rows come newest first, so of several answers to one question the last one is used.
fn transcript_item(
    bot: &Bot,
    run: &RunRecord,
    row: &LogRow,
    answered: &mut Vec<Seq>,
) -> Option<(Item, bool)> {
    match &row.data {
        // The question comes last.
        RowData::Message(_) if row.seq == run.parent => None,
        RowData::Message(_) => speech(row).map(|item| (item, true)),
        RowData::Answer(answer) if answer.bot == bot.handle => own_item(answer, run, answered),
        RowData::Answer(answer) => {
            let has_ended = answer.ended.is_some_and(|ended| ended <= run.through);
            speech(row).filter(|_| has_ended).map(|item| (item, true))
        }
        _ => None,
    }
}

fn own_item(answer: &AnswerRow, run: &RunRecord, answered: &mut Vec<Seq>) -> Option<(Item, bool)> {
    if answer.deleted || answer.parent == run.parent || answered.contains(&answer.parent) {
        return None;
    }
    if answer.is_in_chain() {
        answered.push(answer.parent);
    }
    own_answer(answer).or_else(|| cut_off_answer(answer, run)).map(|item| (item, answer.is_in_chain()))
}

fn read_target(row: &LogRow, storage: &dyn Storage) -> Result<Option<LogRow>, StorageError> {
    row.target.map_or(Ok(None), |target| storage.row(target))
}
