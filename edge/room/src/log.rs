//! The head and the tail of the room's log: which `seq` comes next, and which rows are trimmed (promise G12).
//!
//! Not here: what a row holds (`storage::log_row`), and reading rows for clients (`messages::history`).

use std::collections::VecDeque;

use shared::limits;
use shared::{Epoch, Millis, Nonce, PersonId, RoomName, RoomSettings, Seq};

use crate::storage::{LogRow, RoomRecord, Storage, StorageError};

/// Appended rows between two looks at the size and the age of the log, which change slowly.
const ROWS_BETWEEN_CHECKS: u64 = 128;

/// The room's record, kept up to date while rows are appended and trimmed.
pub(crate) struct Log {
    record: RoomRecord,
    /// Rows appended since the room woke.
    appended: u64,
    /// When the newest row was written or the last socket connected.
    active_at: Millis,
    recent: RecentNonces,
}

/// The nonces of the newest rows, so that a write request need not search the storage for an earlier one.
struct RecentNonces {
    /// Every row after this one is covered.
    after: Seq,
    nonces: VecDeque<(Seq, PersonId, Nonce)>,
}

/// Nonces kept in memory: at 200 messages a second, those of 2.5 s, in which a client hears of the head.
const RECENT_NONCES: usize = 500;

impl Log {
    pub(crate) fn new(record: RoomRecord) -> Self {
        let recent = RecentNonces { after: record.head, nonces: VecDeque::new() };
        Self { appended: 0, active_at: record.created, record, recent }
    }

    pub(crate) fn room_name(&self) -> &RoomName {
        &self.record.name
    }

    pub(crate) fn epoch(&self) -> &Epoch {
        &self.record.epoch
    }

    pub(crate) fn owner(&self) -> Option<&PersonId> {
        self.record.owner.as_ref()
    }

    /// Makes another person the owner.
    pub(crate) fn set_owner(&mut self, owner: PersonId) {
        self.record.owner = Some(owner);
    }

    /// How the room is run.
    pub(crate) fn settings(&self) -> &RoomSettings {
        &self.record.settings
    }

    pub(crate) fn set_settings(&mut self, settings: RoomSettings) {
        self.record.settings = settings;
    }

    /// The room's record as it is now.
    pub(crate) fn record(&self) -> &RoomRecord {
        &self.record
    }

    pub(crate) fn is_deleted(&self) -> bool {
        self.record.deleted
    }

    pub(crate) fn set_deleted(&mut self) {
        self.record.deleted = true;
    }

    pub(crate) fn head(&self) -> Seq {
        self.record.head
    }

    pub(crate) fn oldest(&self) -> Seq {
        self.record.oldest
    }

    pub(crate) fn active_at(&self) -> Millis {
        self.active_at
    }

    /// Whether anybody has ever joined the room: then the first person has a number.
    pub(crate) fn has_been_joined(&self) -> bool {
        self.record.people > 0
    }

    /// The `seq` of the next row.
    pub(crate) fn next_seq(&self) -> Seq {
        self.record.head.next()
    }

    /// Moves the head to a row that is being appended.
    pub(crate) fn advance(&mut self, row: &LogRow) {
        self.record.head = row.seq;
        self.appended = self.appended.wrapping_add(1);
        self.touch(row.at);
        self.recent.add(row);
    }

    /// Looks for the row after `after` that an author wrote under a nonce.
    ///
    /// # Errors
    /// When the storage cannot be read.
    pub(crate) fn find_nonce(
        &self,
        after: Seq,
        author: &PersonId,
        nonce: &Nonce,
        storage: &dyn Storage,
    ) -> Result<Option<Seq>, StorageError> {
        match self.recent.find(after, author, nonce) {
            Some(found) => Ok(found),
            None => storage.find_nonce(after, author, nonce),
        }
    }

    /// Notes activity, which keeps the room from being deleted as idle.
    pub(crate) fn touch(&mut self, at: Millis) {
        self.active_at = self.active_at.max(at);
    }

    /// The number for a person who joins for the first time.
    pub(crate) fn take_person_number(&mut self) -> u32 {
        self.record.people = self.record.people.saturating_add(1);
        self.record.people
    }

    /// Moves the tail past the rows that are too many, too large or too old. Returns the last row to remove, if there is any.
    pub(crate) fn trim(&mut self, now: Millis, storage: &dyn Storage) -> Result<Option<Seq>, StorageError> {
        let (head, oldest) = (self.record.head, self.record.oldest);
        let rows = head.next().since(oldest);
        let mut through = oldest.previous();
        if rows > limits::HISTORY_ROWS.saturating_add(limits::TRIM_ROWS) {
            through = through.max(Seq(head.0.saturating_sub(limits::HISTORY_ROWS)));
        }
        if self.appended.is_multiple_of(ROWS_BETWEEN_CHECKS) {
            through = through.max(self.last_old(now, storage)?);
            if rows > limits::TRIM_ROWS && storage.bytes()? > limits::HISTORY_BYTES {
                through = through.max(Seq(oldest.previous().0.saturating_add(limits::TRIM_ROWS)));
            }
        }
        if through < oldest {
            return Ok(None);
        }
        self.record.oldest = through.next();
        Ok(Some(through))
    }

    /// Moves the tail past the rows that are too old, at most [`limits::TRIM_ROWS`]. Returns the last row to remove, if there is any.
    pub(crate) fn trim_old(
        &mut self,
        now: Millis,
        storage: &dyn Storage,
    ) -> Result<Option<Seq>, StorageError> {
        let through = self.last_old(now, storage)?;
        if through < self.record.oldest {
            return Ok(None);
        }
        self.record.oldest = through.next();
        Ok(Some(through))
    }

    /// The newest row that is too old, found by bisection among the [`limits::TRIM_ROWS`] oldest; the `seq` before the oldest
    /// row when none is. The newest row of the log always stays.
    pub(crate) fn last_old(&self, now: Millis, storage: &dyn Storage) -> Result<Seq, StorageError> {
        let (head, oldest) = (self.record.head, self.record.oldest);
        let is_old = |seq: Seq| -> Result<bool, StorageError> {
            Ok(storage.row(seq)?.is_some_and(|row| now.since(row.at) > limits::HISTORY_AGE_MS))
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

impl RecentNonces {
    fn add(&mut self, row: &LogRow) {
        let Some(nonce) = &row.nonce else { return };
        self.nonces.push_back((row.seq, row.author.clone(), nonce.clone()));
        if self.nonces.len() > RECENT_NONCES
            && let Some((seq, ..)) = self.nonces.pop_front()
        {
            self.after = seq;
        }
    }

    /// The row after `after` with this nonce, if there is one; `None` when rows after `after` are not covered.
    fn find(&self, after: Seq, author: &PersonId, nonce: &Nonce) -> Option<Option<Seq>> {
        if after < self.after {
            return None;
        }
        let mut newest = self.nonces.iter().rev().take_while(|(seq, ..)| *seq > after);
        Some(newest.find(|(_, by, of)| by == author && of == nonce).map(|(seq, ..)| *seq))
    }
}
