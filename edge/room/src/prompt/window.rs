//! Chooses the rows that a prompt holds: what was written since a chain's end, or the newest messages.
//!
//! Whatever the history holds, a prompt is built from at most [`READ_BYTES`] of it at once; what does not fit is left out, and
//! the model is told so.

use models::Item;
use shared::{Seq, tokens};

use super::context::item_tokens;
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
    /// Older messages are left out.
    pub(super) is_left_out: bool,
    bytes: usize,
    tokens: u64,
}

impl Window {
    fn new() -> Self {
        Self {
            items: Vec::new(),
            messages: 0,
            oldest: Seq(u64::MAX),
            is_left_out: false,
            bytes: 0,
            tokens: 0,
        }
    }

    /// Adds what a row says.
    fn push(&mut self, seq: Seq, item: Item) {
        self.oldest = self.oldest.min(seq);
        self.bytes = self.bytes.saturating_add(item.text().len());
        self.tokens = self.tokens.saturating_add(item_tokens(&item));
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

/// What was written after the chain's end, up to the run's `through`. `None`: it is more than the bot's window holds, or has more
/// tokens than `room`.
pub(super) fn since(
    bot: &Bot,
    position: &ChainPosition,
    run: &RunRecord,
    room: Option<u64>,
    storage: &dyn Storage,
) -> Result<Option<Window>, StorageError> {
    let is_over =
        |window: &Window| window.bytes > bot.window.1 || room.is_some_and(|room| window.tokens > room);
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
            RowData::Edited | RowData::Chosen(_) => {
                let Some(target) = row.target.filter(|target| !corrected.contains(target)) else { continue };
                corrected.push(target);
                let told = storage.row(target)?.filter(|row| is_told(row, bot, position));
                let item = told.as_ref().and_then(correction);
                item.into_iter().for_each(|item| window.push(target, item));
            }
            RowData::Message(_)
            | RowData::Answer(_)
            | RowData::Deleted
            | RowData::Voted(_)
            | RowData::CardChanged(_)
            | RowData::Reacted(_)
            | RowData::Alternatives
            | RowData::BotSaved(_)
            | RowData::BotRemoved(_)
            | RowData::Administration(_) => {}
        }
        if is_over(&window) {
            return Ok(None);
        }
    }
    storage.row(run.parent)?.iter().for_each(|question| window.push_message(question));
    Ok((!is_over(&window)).then_some(window))
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
        let row = storage.row(target)?.filter(|row| is_told(row, bot, position));
        let Some(item) = row.as_ref().and_then(correction) else { continue };
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

/// The newest messages that fit the bot's window and `room` tokens, the question last.
pub(super) fn transcript(
    bot: &Bot,
    chain: &ChainRecord,
    run: &RunRecord,
    room: Option<u64>,
    storage: &dyn Storage,
) -> Result<Window, StorageError> {
    let question = storage.row(run.parent)?;
    let asked = question.as_ref().and_then(speech);
    let summary = chain.summary.as_deref().map(|summary| remark(SUMMED_UP, Some(fitting(summary, room))));
    let fixed = asked.iter().chain(&summary).map(item_tokens).fold(0, u64::saturating_add);
    let limits =
        (asked.as_ref().map_or(0, |item| item.text().len()), room.map(|room| room.saturating_sub(fixed)));
    let newest = newest_before(bot, run, run.through.next(), limits, storage)?;
    let mut window = Window { is_left_out: newest.is_left_out, ..Window::new() };
    window.items.extend(summary);
    if newest.is_left_out {
        window.items.push(remark(LEFT_OUT, None));
    }
    newest.add_to(&mut window);
    question.iter().for_each(|question| window.push_message(question));
    Ok(window)
}

/// The messages before `seq` that fit the bot's window and `room` tokens, with the summary of what came before them.
pub(super) fn before(
    bot: &Bot,
    chain: &ChainRecord,
    run: &RunRecord,
    seq: Seq,
    room: Option<u64>,
    storage: &dyn Storage,
) -> Result<Window, StorageError> {
    let summary = chain.summary.as_deref().map(|summary| remark(SUMMED_UP, Some(fitting(summary, room))));
    let fixed = summary.as_ref().map_or(0, item_tokens);
    let limits = (0, room.map(|room| room.saturating_sub(fixed)));
    let newest = newest_before(bot, run, seq, limits, storage)?;
    let mut window = Window::new();
    window.items.extend(summary);
    newest.add_to(&mut window);
    Ok(window)
}

/// What was written after a message, as everybody saw it: the newest messages that fit the bot's window and `room` tokens.
pub(super) struct Missed {
    pub(super) items: Vec<Item>,
    /// The newest of them; `None` without any.
    pub(super) newest: Option<Seq>,
}

/// The newest messages after `seq` up to `head`, the answers of every bot included.
pub(super) fn after(
    bot: &Bot,
    seq: Seq,
    head: Seq,
    room: Option<u64>,
    storage: &dyn Storage,
) -> Result<Missed, StorageError> {
    let budget = ReadBudget { rows: bot.window.0, bytes: READ_BYTES };
    let LogPage { rows, is_cut } = storage.newest_messages(head.next(), budget)?;
    let mut is_left_out = is_cut && rows.last().is_some_and(|row| row.seq > seq.next());
    let (mut items, mut newest) = (Vec::new(), None);
    let (mut bytes, mut tokens) = (0_usize, 0_u64);
    for row in rows.iter().take_while(|row| row.seq > seq) {
        let Some(item) = speech(row) else { continue };
        bytes = bytes.saturating_add(item.text().len());
        tokens = tokens.saturating_add(item_tokens(&item));
        if bytes > bot.window.1 || room.is_some_and(|room| tokens > room) {
            is_left_out = true;
            break;
        }
        newest = newest.or(Some(row.seq));
        items.push(item);
    }
    if is_left_out && newest.is_some() {
        items.push(remark(LEFT_OUT, None));
    }
    items.reverse();
    Ok(Missed { items, newest })
}

/// The beginning of a summary that takes at most a third of the room.
fn fitting(summary: &str, room: Option<u64>) -> &str {
    let Some(room) = room else { return summary };
    let mut end = summary.len();
    while let Some(part) = summary.get(..end).filter(|part| tokens::estimate(part).likely > room / 3) {
        end = part.floor_char_boundary(end.saturating_mul(3) / 4);
    }
    summary.get(..end).unwrap_or_default()
}

/// Rows of a transcript, the newest first: what each says, and whether it counts as a message.
struct NewestRows {
    rows: Vec<(Seq, Item, bool)>,
    is_left_out: bool,
}

impl NewestRows {
    fn add_to(self, window: &mut Window) {
        for (seq, item, is_message) in self.rows.into_iter().rev() {
            window.messages = window.messages.saturating_add(u64::from(is_message));
            window.push(seq, item);
        }
    }
}

/// The newest rows before `seq` that fit: `bytes` of the bot's window are taken already, and there are so many `tokens`.
fn newest_before(
    bot: &Bot,
    run: &RunRecord,
    seq: Seq,
    (mut bytes, tokens): (usize, Option<u64>),
    storage: &dyn Storage,
) -> Result<NewestRows, StorageError> {
    let mut rows_that_fit: Vec<(Seq, Item, bool)> = Vec::new();
    let mut answered: Vec<Seq> = Vec::new();
    let mut free = tokens;
    let budget = ReadBudget { rows: bot.window.0, bytes: READ_BYTES };
    let LogPage { rows, is_cut: mut is_left_out } = storage.newest_messages(seq, budget)?;
    for row in &rows {
        let Some((item, is_message)) = transcript_item(bot, run, row, &mut answered) else { continue };
        bytes = bytes.saturating_add(item.text().len());
        let left = free.map(|free| free.checked_sub(item_tokens(&item)));
        if bytes > bot.window.1 || left == Some(None) {
            is_left_out = true;
            break;
        }
        free = left.flatten();
        rows_that_fit.push((row.seq, item, is_message));
    }
    Ok(NewestRows { rows: rows_that_fit, is_left_out })
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

/// Whether a chain that ends at a position was told a message, or another bot's answer, which stands where it ended.
fn is_told(row: &LogRow, bot: &Bot, position: &ChainPosition) -> bool {
    match row.as_answer() {
        Some(answer) => answer.bot != bot.handle && answer.ended.is_some_and(|ended| ended <= position.last),
        None => row.seq <= position.last,
    }
}

fn read_target(row: &LogRow, storage: &dyn Storage) -> Result<Option<LogRow>, StorageError> {
    row.target.map_or(Ok(None), |target| storage.row(target))
}
