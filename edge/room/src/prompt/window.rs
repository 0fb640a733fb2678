//! Chooses the rows that a prompt holds: what was written since a chain's end, or the newest messages.

use models::Item;
use shared::Seq;

use super::items::{correction, cut_off_answer, own_answer, remark, speech};
use crate::bot::Bot;
use crate::storage::{
    AnswerRow, ChainPosition, ChainRecord, LogRow, RowData, RunRecord, Storage, StorageError,
};

const LEFT_OUT: &str = "older messages are left out";
const SUMMED_UP: &str = "your own summary of what came before";
/// Rows that are searched for edits before a summary: more than a window, because what is older than the window is in the
/// summary alone from then on.
const CORRECTED_ROWS: usize = 10_000;
/// Rows that one message or answer has at most in the log: its own, its answer's, and the answer's end.
const ROWS_PER_MESSAGE: usize = 3;

/// Items of a turn, and how many of them are messages.
#[derive(Default)]
pub(super) struct Window {
    pub(super) items: Vec<Item>,
    pub(super) messages: u64,
}

impl Window {
    fn push_message(&mut self, item: Item) {
        self.items.push(item);
        self.messages = self.messages.saturating_add(1);
    }
}

/// What was written after the chain's end, up to the run's `through`. `None`: it is more than the bot's window holds.
pub(super) fn since(
    bot: &Bot,
    position: &ChainPosition,
    run: &RunRecord,
    storage: &dyn Storage,
) -> Result<Option<Window>, StorageError> {
    let most = bot.window.0.saturating_mul(ROWS_PER_MESSAGE);
    let rows = storage.rows(position.last, run.through, most.saturating_add(1))?;
    if rows.len() > most {
        return Ok(None);
    }
    let own = || rows.iter().filter_map(LogRow::as_answer).filter(|answer| answer.bot == bot.handle);
    // A question whose answer was cut off and then regenerated is in the chain with its whole answer.
    let answered: Vec<Seq> =
        own().filter(|answer| answer.is_in_chain()).map(|answer| answer.parent).collect();
    let mut window = Window::default();
    let mut question = None;
    let mut corrected: Vec<Seq> = Vec::new();
    for row in &rows {
        match &row.data {
            RowData::Message(_) if row.seq == run.parent => question = speech(row),
            RowData::Message(_) => speech(row).into_iter().for_each(|item| window.push_message(item)),
            RowData::Answer(answer) if answer.bot == bot.handle => {
                if !answered.contains(&answer.parent) {
                    window.items.extend(cut_off_answer(answer, run));
                }
            }
            RowData::Ended => {
                // Another bot's answer stands where it ended, not where it was asked for.
                let target = read_target(row, storage)?;
                if target.as_ref().and_then(LogRow::as_answer).is_some_and(|answer| answer.bot != bot.handle)
                {
                    target.as_ref().and_then(speech).into_iter().for_each(|item| window.push_message(item));
                }
            }
            // Corrects what the chain holds already. What this turn holds is given in its current state.
            RowData::Edited if row.target.is_some_and(|target| target <= position.last) => {
                let Some(target) = row.target.filter(|target| !corrected.contains(target)) else { continue };
                corrected.push(target);
                window.items.extend(storage.row(target)?.as_ref().and_then(correction));
            }
            RowData::Answer(_)
            | RowData::Edited
            | RowData::Deleted
            | RowData::Voted(_)
            | RowData::BotSaved(_)
            | RowData::BotRemoved(_) => {}
        }
    }
    if question.is_none() {
        question = storage.row(run.parent)?.as_ref().and_then(speech);
    }
    question.into_iter().for_each(|item| window.push_message(item));
    let bytes: usize = window.items.iter().map(|item| item.text().len()).sum();
    Ok((bytes <= bot.window.1).then_some(window))
}

/// The edits, since the chain's end, of messages that the chain holds.
pub(super) fn corrections(
    position: &ChainPosition,
    run: &RunRecord,
    storage: &dyn Storage,
) -> Result<Vec<Item>, StorageError> {
    let rows = storage.rows(position.last, run.through, CORRECTED_ROWS)?;
    let edited = rows.iter().filter(|row| row.data == RowData::Edited).filter_map(|row| row.target);
    let mut corrected: Vec<Seq> = edited.filter(|target| *target <= position.last).collect();
    corrected.sort_unstable();
    corrected.dedup();
    let mut items = Vec::new();
    for target in corrected {
        items.extend(storage.row(target)?.as_ref().and_then(correction));
    }
    Ok(items)
}

/// The newest messages that fit the bot's window, the question last.
pub(super) fn transcript(
    bot: &Bot,
    chain: &ChainRecord,
    run: &RunRecord,
    storage: &dyn Storage,
) -> Result<Window, StorageError> {
    let question = storage.row(run.parent)?.as_ref().and_then(speech);
    let mut bytes = question.as_ref().map_or(0, |item| item.text().len());
    let mut newest_first: Vec<(Item, bool)> = Vec::new();
    let mut answered: Vec<Seq> = Vec::new();
    let mut is_left_out = false;
    let rows = storage.newest_messages(run.through.next(), bot.window.0.saturating_add(1))?;
    for (index, row) in rows.iter().enumerate() {
        if index >= bot.window.0 {
            is_left_out = true;
            break;
        }
        let Some((item, is_message)) = transcript_item(bot, run, row, &mut answered) else { continue };
        bytes = bytes.saturating_add(item.text().len());
        if bytes > bot.window.1 {
            is_left_out = true;
            break;
        }
        newest_first.push((item, is_message));
    }
    let mut window = Window::default();
    if let Some(summary) = &chain.summary {
        window.items.push(remark(SUMMED_UP, Some(summary)));
    }
    if is_left_out {
        window.items.push(remark(LEFT_OUT, None));
    }
    for (item, is_message) in newest_first.into_iter().rev() {
        window.messages = window.messages.saturating_add(u64::from(is_message));
        window.items.push(item);
    }
    question.into_iter().for_each(|item| window.push_message(item));
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
