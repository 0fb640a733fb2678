//! Reads the log for clients: what they missed, snapshots of the newest messages, and pages of others.

use shared::frame::{HistoryPlace, Resume};
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
    /// Whether there are newer ones.
    pub(crate) newer: bool,
}

/// What bounds a page.
#[derive(Clone, Copy)]
struct PageBudget {
    messages: usize,
    /// Bytes on the wire, about.
    bytes: usize,
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
    let budget = PageBudget { messages: limits::WELCOME_MESSAGES, bytes: limits::SNAPSHOT_BYTES };
    let (messages, more) = messages_before(cx, viewer, cx.log.next_seq(), budget)?;
    Ok(CatchUp::Snapshot(Page { messages, more, newer: false }))
}

/// The messages at a place as this person sees them, at most `limit` and about [`limits::SNAPSHOT_BYTES`]. The one next to the place,
/// or at it, is always among them.
///
/// # Errors
/// When the log cannot be read.
pub(crate) fn read_place(
    cx: &Context<'_>,
    viewer: &PersonId,
    place: HistoryPlace,
    limit: usize,
) -> Result<Page, StorageError> {
    let whole = PageBudget { messages: limit, bytes: limits::SNAPSHOT_BYTES };
    let next = cx.log.next_seq();
    match place {
        HistoryPlace::Before(before) => {
            let (messages, more) = messages_before(cx, viewer, before.min(next), whole)?;
            Ok(Page { messages, more, newer: false })
        }
        HistoryPlace::After(after) => {
            let (messages, newer) = messages_after(cx, viewer, after, whole)?;
            Ok(Page { messages, more: false, newer })
        }
        HistoryPlace::Around(seq) => {
            let seq = seq.min(next.previous());
            let after = PageBudget { messages: limit / 2, bytes: limits::SNAPSHOT_BYTES / 2 };
            let before = PageBudget { messages: limit.saturating_sub(limit / 2), ..after };
            let (mut messages, more) = messages_before(cx, viewer, seq.next(), before)?;
            let (later, newer) = messages_after(cx, viewer, seq, after)?;
            messages.extend(later);
            Ok(Page { messages, more, newer })
        }
    }
}

/// The newest messages before a place, oldest first, and whether there are older ones.
fn messages_before(
    cx: &Context<'_>,
    viewer: &PersonId,
    before: Seq,
    budget: PageBudget,
) -> Result<(Vec<Message>, bool), StorageError> {
    let page = cx.storage.newest_messages(before, budget.of_rows())?;
    let (mut messages, is_cut) = fitting(page, viewer, budget);
    messages.reverse();
    Ok((messages, is_cut))
}

/// The oldest messages after a place, oldest first, and whether there are newer ones.
fn messages_after(
    cx: &Context<'_>,
    viewer: &PersonId,
    after: Seq,
    budget: PageBudget,
) -> Result<(Vec<Message>, bool), StorageError> {
    Ok(fitting(cx.storage.oldest_messages(after, budget.of_rows())?, viewer, budget))
}

/// The first messages of a read that fit, and whether others are left out.
fn fitting(page: LogPage, viewer: &PersonId, budget: PageBudget) -> (Vec<Message>, bool) {
    let mut messages = Vec::with_capacity(page.rows.len());
    let mut bytes = 0_usize;
    for row in &page.rows {
        let Some(message) = row.message_for(viewer) else { continue };
        bytes = bytes.saturating_add(message.text.len()).saturating_add(FRAME_BYTES);
        if bytes > budget.bytes && !messages.is_empty() {
            return (messages, true);
        }
        messages.push(message);
    }
    (messages, page.is_cut)
}

impl PageBudget {
    /// What may be read of the rows: stored as JSON a text may take more bytes than on the wire.
    fn of_rows(self) -> ReadBudget {
        ReadBudget { rows: self.messages, bytes: self.bytes.saturating_mul(2) }
    }
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
        match &mut event {
            Event::Message(message) => {
                message.nonce = row.nonce_for(viewer);
                message.answer.iter_mut().for_each(|answer| row.show_own_votes(answer, viewer));
            }
            Event::Ended(AnswerEnd { answer, .. }) | Event::Alternatives(AnswerEnd { answer, .. }) => {
                target.iter().for_each(|target| target.show_own_votes(answer, viewer));
            }
            Event::Voted { person, .. } if row.author == *viewer => *person = viewer.clone(),
            _ => {}
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
        Event::Alternatives(state) => {
            state.answer.options.iter().map(String::len).fold(0, usize::saturating_add)
        }
        Event::Edited { text, .. } => text.len(),
        Event::CardChanged { card, .. } => card.bytes(),
        Event::BotSet { .. } => BOT_BYTES,
        Event::Moderation(_) => MODERATION_BYTES,
        Event::Deleted { .. }
        | Event::Voted { .. }
        | Event::Reacted { .. }
        | Event::Chosen { .. }
        | Event::BotGone { .. }
        | Event::Unknown(_) => 0,
    };
    text.saturating_add(FRAME_BYTES)
}
