//! Reads the log for clients: what they missed, snapshots of the newest messages, and pages of older ones.

use shared::frame::Resume;
use shared::{AnswerEnd, Event, FinalText, Message, PersonId, Seq, limits};

use crate::context::Context;
use crate::storage::{LogPage, LogRow, ReadBudget, Storage, StorageError};

/// Bytes that a message or an event has on the wire besides its text, about.
const FRAME_BYTES: usize = 200;
/// Bytes of a custom bot on the wire, at most: its names and its description.
const BOT_BYTES: usize = 1_000;
/// Bytes of what an owner did: names, and at most a topic.
const MODERATION_BYTES: usize = 800;
/// Bytes of rows that are read for one frame: stored as JSON a text may take more than on the wire.
const READ_BYTES: usize = 2 * limits::SNAPSHOT_BYTES;
/// Bytes of changed messages that are read for one resume. A client that needs more gets a snapshot, which needs none.
const TARGET_BYTES: usize = 2 * 1024 * 1024;

/// What brings a client up to date.
pub(crate) enum CatchUp {
    /// Everything that the client missed, in order (promise G5).
    Events(Vec<Event>),
    /// A fresh start with the newest messages.
    Snapshot(Page),
}

/// Messages in a row, oldest first.
pub(crate) struct Page {
    pub(crate) messages: Vec<Message>,
    /// Whether there are older ones.
    pub(crate) more: bool,
}

/// What brings a client of this person at this position up to date; `None` is a client without a position.
///
/// # Errors
/// When the log cannot be read.
pub(crate) fn catch_up(
    cx: &Context<'_>,
    viewer: &PersonId,
    resume: Option<&Resume>,
) -> Result<CatchUp, StorageError> {
    if let Some(after) = resume.and_then(|resume| resumable(cx, resume))
        && let Some(events) = missed(cx, viewer, after)?
    {
        return Ok(CatchUp::Events(events));
    }
    let page = read_page(cx, viewer, cx.log.next_seq(), limits::WELCOME_MESSAGES)?;
    Ok(CatchUp::Snapshot(page))
}

/// The messages before `before` as this person sees them, at most `limit` and [`limits::SNAPSHOT_BYTES`]. The newest is always among them.
///
/// # Errors
/// When the log cannot be read.
pub(crate) fn read_page(
    cx: &Context<'_>,
    viewer: &PersonId,
    before: Seq,
    limit: usize,
) -> Result<Page, StorageError> {
    let budget = ReadBudget { rows: limit, bytes: READ_BYTES };
    let LogPage { rows, is_cut: mut more } = cx.storage.newest_messages(before, budget)?;
    let mut messages = Vec::with_capacity(rows.len());
    let mut bytes = 0_usize;
    for row in &rows {
        let Some(message) = row.message() else { continue };
        bytes = bytes.saturating_add(message.text.len()).saturating_add(FRAME_BYTES);
        if bytes > limits::SNAPSHOT_BYTES && !messages.is_empty() {
            more = true;
            break;
        }
        messages.push(Message { nonce: row.nonce_for(viewer), ..message });
    }
    messages.reverse();
    Ok(Page { messages, more })
}

/// A row as an event in its current state.
///
/// # Errors
/// When the row that it changes cannot be read.
pub(crate) fn event(row: &LogRow, storage: &dyn Storage) -> Result<Event, StorageError> {
    let target = match row.target {
        Some(target) => storage.row(target)?,
        None => None,
    };
    Ok(row.event(target.as_ref()))
}

/// The position of a client, if everything after it can be sent.
fn resumable(cx: &Context<'_>, resume: &Resume) -> Option<Seq> {
    let after = Seq(u64::try_from(resume.after).ok()?);
    let head = cx.log.head();
    let is_known = resume.epoch == cx.log.epoch().as_str()
        && after <= head
        && after.next() >= cx.log.oldest()
        && head.since(after) <= limits::RESUME_EVENTS;
    is_known.then_some(after)
}

/// Every event after `after`; `None` when they are too large for one frame or some are missing.
fn missed(cx: &Context<'_>, viewer: &PersonId, after: Seq) -> Result<Option<Vec<Event>>, StorageError> {
    let head = cx.log.head();
    let limit = usize::try_from(limits::RESUME_EVENTS).unwrap_or(usize::MAX);
    let LogPage { rows, .. } = cx.storage.rows(after, head, ReadBudget { rows: limit, bytes: READ_BYTES })?;
    if u64::try_from(rows.len()) != Ok(head.since(after)) {
        return Ok(None);
    }
    let mut events = Vec::with_capacity(rows.len());
    let (mut bytes, mut target_bytes) = (0_usize, 0_usize);
    let mut target: Option<LogRow> = None;
    for row in &rows {
        // Many changes in a row have the same target, such as the votes in a poll.
        if let Some(seq) = row.target.filter(|seq| target.as_ref().is_none_or(|known| known.seq != *seq)) {
            target = cx.storage.row(seq)?;
            target_bytes = target_bytes.saturating_add(target.as_ref().map_or(0, |row| row.data.size()));
            if target_bytes > TARGET_BYTES {
                return Ok(None);
            }
        }
        let mut event = row.event(target.as_ref().filter(|target| row.target == Some(target.seq)));
        if let Event::Message(message) = &mut event {
            message.nonce = row.nonce_for(viewer);
        }
        bytes = bytes.saturating_add(size(&event));
        if bytes > limits::SNAPSHOT_BYTES {
            return Ok(None);
        }
        events.push(event);
    }
    Ok(Some(events))
}

/// About how many bytes an event has on the wire.
fn size(event: &Event) -> usize {
    let text = match event {
        Event::Message(message) => message.text.len(),
        Event::Said(said) => said.text.len(),
        Event::Ended(AnswerEnd { text: FinalText::Whole(text), .. }) => text.len(),
        Event::Ended(_) => 0,
        Event::Edited { text, .. } => text.len(),
        Event::BotSet { .. } => BOT_BYTES,
        Event::Moderation(_) => MODERATION_BYTES,
        Event::Deleted { .. } | Event::Voted { .. } | Event::BotGone { .. } | Event::Unknown(_) => 0,
    };
    text.saturating_add(FRAME_BYTES)
}
