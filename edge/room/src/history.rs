//! Reading the log for clients, and keeping it bounded.

use shared::frame::Resume;
use shared::{Event, Message, Millis, Nonce, PersonId, Seq, ServerFrame, limits};

use crate::room::Effects;
use crate::{LogRow, Room, SocketId, Storage, StorageError, Write};

/// What a client needs to be where the room is.
pub(crate) enum Since {
    /// All that it missed, in order (promise G5).
    Missed(Vec<Event>),
    /// A fresh start.
    Anew {
        /// The newest messages, oldest first.
        messages: Vec<Message>,
        /// Whether there are older ones.
        more: bool,
    },
}

impl Room {
    /// What a client at this position needs.
    pub(crate) fn since(&self, resume: Option<&Resume>, log: &dyn Storage) -> Result<Since, StorageError> {
        if let Some(after) = resume.and_then(|resume| self.position(resume))
            && let Some(events) = self.missed(after, log)?
        {
            return Ok(Since::Missed(events));
        }
        let (messages, more) = snapshot(self.next_seq(), limits::WELCOME_MESSAGES, log)?;
        Ok(Since::Anew { messages, more })
    }

    /// The position, where it is one from which everything can be told.
    fn position(&self, resume: &Resume) -> Option<Seq> {
        let after = Seq(u64::try_from(resume.after).ok()?);
        let is_known = resume.epoch == self.record.epoch.as_str()
            && after <= self.record.head
            && after.next() >= self.record.oldest
            && self.record.head.since(after) <= limits::RESUME_EVENTS;
        is_known.then_some(after)
    }

    /// Every event after a place; `None` when they are too large to send at once or not all there.
    fn missed(&self, after: Seq, log: &dyn Storage) -> Result<Option<Vec<Event>>, StorageError> {
        let head = self.record.head;
        let rows = log.rows(after, head, usize::try_from(limits::RESUME_EVENTS).unwrap_or(usize::MAX))?;
        if u64::try_from(rows.len()) != Ok(head.since(after)) {
            return Ok(None);
        }
        let mut events = Vec::with_capacity(rows.len());
        let mut bytes = 0_usize;
        for row in &rows {
            let event = event(row, log)?;
            bytes = bytes.saturating_add(size(&event));
            if bytes > limits::SNAPSHOT_BYTES {
                return Ok(None);
            }
            events.push(event);
        }
        Ok(Some(events))
    }

    /// Older messages for one socket.
    pub(crate) fn page(
        &mut self,
        socket: SocketId,
        before: Seq,
        limit: u32,
        log: &dyn Storage,
        out: &mut Effects,
    ) {
        let most = usize::try_from(limit).unwrap_or(usize::MAX).clamp(1, limits::PAGE_MESSAGES);
        match snapshot(before.min(self.next_seq()), most, log) {
            Ok((messages, more)) => self.send(socket, &ServerFrame::Page { before, messages, more }, out),
            Err(error) => self.refuse_unread(socket, None, &error, out),
        }
    }

    /// Where this attempt was already written (promise G3). `Err(None)`: too long ago to tell.
    pub(crate) fn written(
        &self,
        after: Seq,
        author: &PersonId,
        nonce: &Nonce,
        log: &dyn Storage,
    ) -> Result<Option<Seq>, Option<StorageError>> {
        // What was trimmed cannot be asked any more.
        if self.record.head.since(after) > limits::NONCE_REACH || after.next() < self.record.oldest {
            return Err(None);
        }
        if after >= self.record.head {
            return Ok(None);
        }
        log.find_nonce(after, author, nonce).map_err(Some)
    }

    /// Removes the oldest rows when there are too many, or they are too large or too old (promise G12).
    pub(crate) fn trim(
        &mut self,
        now: Millis,
        log: &dyn Storage,
        out: &mut Effects,
    ) -> Result<(), StorageError> {
        let (head, oldest) = (self.record.head, self.record.oldest);
        let rows = head.next().since(oldest);
        let mut through = oldest.previous();
        if rows > limits::HISTORY_ROWS.saturating_add(limits::TRIM_ROWS) {
            through = through.max(Seq(head.0.saturating_sub(limits::HISTORY_ROWS)));
        }
        // Size and age change slowly: it is enough to look at them now and then.
        if self.appended.is_multiple_of(128) {
            through = through.max(self.last_old(now, log)?);
            if rows > limits::TRIM_ROWS && log.bytes()? > limits::HISTORY_BYTES {
                through = through.max(Seq(oldest.previous().0.saturating_add(limits::TRIM_ROWS)));
            }
        }
        if through >= oldest {
            self.record.oldest = through.next();
            out.write(Write::Trim { through });
        }
        Ok(())
    }

    /// The last of the oldest rows that is too old, found by halving; the place before the oldest when none is. The
    /// newest row always stays.
    fn last_old(&self, now: Millis, log: &dyn Storage) -> Result<Seq, StorageError> {
        let (head, oldest) = (self.record.head, self.record.oldest);
        let is_old = |seq: Seq| -> Result<bool, StorageError> {
            Ok(log.row(seq)?.is_some_and(|row| now.since(row.at) > limits::HISTORY_AGE_MS))
        };
        if oldest >= head || !is_old(oldest)? {
            return Ok(oldest.previous());
        }
        let (mut old, mut young) = (oldest, Seq(oldest.0.saturating_add(limits::TRIM_ROWS)).min(head));
        while young.since(old) > 1 {
            let middle = Seq(old.0.saturating_add(young.since(old) / 2));
            if is_old(middle)? { old = middle } else { young = middle }
        }
        Ok(old)
    }
}

/// A row as an event in its current state.
pub(crate) fn event(row: &LogRow, log: &dyn Storage) -> Result<Event, StorageError> {
    let target = match row.target {
        Some(target) => log.row(target)?,
        None => None,
    };
    Ok(row.event(target.as_ref()))
}

/// Messages before a place, oldest first, and whether there are older ones. The newest is always among them.
fn snapshot(before: Seq, most: usize, log: &dyn Storage) -> Result<(Vec<Message>, bool), StorageError> {
    let mut rows = log.newest_messages(before, most.saturating_add(1))?;
    let mut more = rows.len() > most;
    rows.truncate(most);
    let mut messages = Vec::with_capacity(rows.len());
    let mut bytes = 0_usize;
    for message in rows.iter().filter_map(LogRow::message) {
        bytes = bytes.saturating_add(message.text.len()).saturating_add(200);
        if bytes > limits::SNAPSHOT_BYTES && !messages.is_empty() {
            more = true;
            break;
        }
        messages.push(message);
    }
    messages.reverse();
    Ok((messages, more))
}

/// About how many bytes an event has on the wire.
fn size(event: &Event) -> usize {
    let text = match event {
        Event::Message(message) => message.text.len(),
        Event::Ended(ended) => ended.text.len(),
        Event::Edited { text, .. } => text.len(),
        // A bot's face: its names and what it is for.
        Event::BotSet { .. } => 1_000,
        Event::Deleted { .. } | Event::Voted { .. } | Event::BotGone { .. } | Event::Unknown(_) => 0,
    };
    text.saturating_add(200)
}
