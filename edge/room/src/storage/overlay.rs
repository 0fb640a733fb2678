//! The storage as it will be once the pending writes of the present input are stored.
//!
//! A message and the first call that it leads to are one input, so the prompt is built before its question is stored.

use shared::{Nonce, PersonId, Seq};

use super::{
    ChainRecord, LogRow, LogStorage, NicknameRecord, PeopleStorage, Period, PersonRecord, ResponseRecord,
    RoomRecord, RoomStorage, RunRecord, RunStorage, SettlementRecord, Spender, SpendingRecord,
    SpendingStorage, Storage, StorageError, Write,
};
use crate::bot::CustomBot;

/// Reads log rows and spending with the pending writes applied, and everything else as it is stored.
pub(crate) struct StorageOverlay<'a> {
    storage: &'a dyn Storage,
    writes: &'a [Write],
}

impl<'a> StorageOverlay<'a> {
    pub(crate) fn new(storage: &'a dyn Storage, writes: &'a [Write]) -> Self {
        Self { storage, writes }
    }

    fn appended(&self) -> impl DoubleEndedIterator<Item = &LogRow> {
        self.writes.iter().filter_map(|write| match write {
            Write::Append(row) => Some(row),
            _ => None,
        })
    }

    /// The row with its last pending rewrite applied.
    fn current(&self, row: &LogRow) -> LogRow {
        let rewritten = self.writes.iter().rev().find_map(|write| match write {
            Write::Rewrite { seq, data } if *seq == row.seq => Some(data),
            _ => None,
        });
        LogRow { data: rewritten.unwrap_or(&row.data).clone(), ..row.clone() }
    }
}

impl LogStorage for StorageOverlay<'_> {
    fn rows(&self, after: Seq, through: Seq, limit: usize) -> Result<Vec<LogRow>, StorageError> {
        let stored = self.storage.rows(after, through, limit)?;
        let new = self.appended().filter(|row| after < row.seq && row.seq <= through);
        Ok(stored.iter().chain(new).take(limit).map(|row| self.current(row)).collect())
    }

    fn newest_messages(&self, before: Seq, limit: usize) -> Result<Vec<LogRow>, StorageError> {
        let stored = self.storage.newest_messages(before, limit)?;
        let new = self.appended().rev().filter(|row| row.seq < before && row.data.is_message());
        Ok(new.chain(&stored).take(limit).map(|row| self.current(row)).collect())
    }

    fn row(&self, seq: Seq) -> Result<Option<LogRow>, StorageError> {
        let stored = match self.appended().find(|row| row.seq == seq) {
            Some(new) => Some(new.clone()),
            None => self.storage.row(seq)?,
        };
        Ok(stored.map(|row| self.current(&row)))
    }

    fn find_nonce(&self, after: Seq, author: &PersonId, nonce: &Nonce) -> Result<Option<Seq>, StorageError> {
        self.storage.find_nonce(after, author, nonce)
    }
}

impl RoomStorage for StorageOverlay<'_> {
    fn room(&self) -> Result<Option<RoomRecord>, StorageError> {
        self.storage.room()
    }

    fn custom_bots(&self) -> Result<Vec<CustomBot>, StorageError> {
        self.storage.custom_bots()
    }

    fn bytes(&self) -> Result<u64, StorageError> {
        self.storage.bytes()
    }
}

impl PeopleStorage for StorageOverlay<'_> {
    fn person(&self, id: &PersonId) -> Result<Option<PersonRecord>, StorageError> {
        self.storage.person(id)
    }

    fn nickname(&self, key: &str) -> Result<Option<NicknameRecord>, StorageError> {
        self.storage.nickname(key)
    }
}

impl RunStorage for StorageOverlay<'_> {
    fn runs(&self) -> Result<Vec<RunRecord>, StorageError> {
        self.storage.runs()
    }

    fn chain(&self, bot: &str) -> Result<Option<ChainRecord>, StorageError> {
        self.storage.chain(bot)
    }

    fn settlements(&self, limit: usize) -> Result<Vec<SettlementRecord>, StorageError> {
        self.storage.settlements(limit)
    }

    fn responses_to_delete(&self, limit: usize) -> Result<Vec<ResponseRecord>, StorageError> {
        self.storage.responses_to_delete(limit)
    }
}

impl SpendingStorage for StorageOverlay<'_> {
    fn spending(&self, spender: &Spender, period: Period) -> Result<Option<SpendingRecord>, StorageError> {
        let new = self.writes.iter().rev().find_map(|write| match write {
            Write::Spending(record) if record.spender == *spender && record.period == period => {
                Some(record.clone())
            }
            _ => None,
        });
        if new.is_some() { Ok(new) } else { self.storage.spending(spender, period) }
    }
}
