//! The log as it will be once the writes of the present input are stored.
//!
//! A mention and the call that it starts are one input, so the turn is built before its question is stored.

use shared::{Nonce, PersonId, Seq};

use crate::money::{Period, Spender};
use crate::{
    ChainRecord, CustomBot, LogRow, NameRecord, PersonRecord, ResponseRecord, RoomRecord, RunRecord,
    SpendingRecord, Storage, StorageError, Write,
};

/// What is stored, and what is about to be.
pub(crate) struct StorageOverlay<'a> {
    log: &'a dyn Storage,
    writes: &'a [Write],
}

impl<'a> StorageOverlay<'a> {
    /// The log with these writes on top.
    pub(crate) fn new(log: &'a dyn Storage, writes: &'a [Write]) -> Self {
        Self { log, writes }
    }

    fn appended(&self) -> impl DoubleEndedIterator<Item = &LogRow> {
        self.writes.iter().filter_map(|write| match write {
            Write::Append(row) => Some(row),
            _ => None,
        })
    }

    /// The row in the state to which it is about to be rewritten.
    fn current(&self, row: &LogRow) -> LogRow {
        let rewritten = self.writes.iter().rev().find_map(|write| match write {
            Write::Rewrite { seq, data } if *seq == row.seq => Some(data),
            _ => None,
        });
        LogRow { data: rewritten.unwrap_or(&row.data).clone(), ..row.clone() }
    }
}

impl Storage for StorageOverlay<'_> {
    fn range(&self, after: Seq, through: Seq, limit: usize) -> Result<Vec<LogRow>, StorageError> {
        let stored = self.log.range(after, through, limit)?;
        let new = self.appended().filter(|row| after < row.seq && row.seq <= through);
        Ok(stored.iter().chain(new).take(limit).map(|row| self.current(row)).collect())
    }

    fn newest(&self, before: Seq, limit: usize) -> Result<Vec<LogRow>, StorageError> {
        let stored = self.log.newest(before, limit)?;
        let new = self.appended().rev().filter(|row| row.seq < before && row.data.is_message());
        Ok(new.chain(&stored).take(limit).map(|row| self.current(row)).collect())
    }

    fn one(&self, seq: Seq) -> Result<Option<LogRow>, StorageError> {
        let stored = match self.appended().find(|row| row.seq == seq) {
            Some(new) => Some(new.clone()),
            None => self.log.one(seq)?,
        };
        Ok(stored.map(|row| self.current(&row)))
    }

    fn room(&self) -> Result<Option<RoomRecord>, StorageError> {
        self.log.room()
    }

    fn written(&self, after: Seq, author: &PersonId, nonce: &Nonce) -> Result<Option<Seq>, StorageError> {
        self.log.written(after, author, nonce)
    }

    fn person(&self, id: &PersonId) -> Result<Option<PersonRecord>, StorageError> {
        self.log.person(id)
    }

    fn name(&self, key: &str) -> Result<Option<NameRecord>, StorageError> {
        self.log.name(key)
    }

    fn runs(&self) -> Result<Vec<RunRecord>, StorageError> {
        self.log.runs()
    }

    fn chain(&self, bot: &str) -> Result<Option<ChainRecord>, StorageError> {
        self.log.chain(bot)
    }

    fn bots(&self) -> Result<Vec<CustomBot>, StorageError> {
        self.log.bots()
    }

    fn spend(&self, spender: &Spender, period: Period) -> Result<Option<SpendingRecord>, StorageError> {
        let new = self.writes.iter().rev().find_map(|write| match write {
            Write::Spending(spend) if spend.spender == *spender && spend.period == period => {
                Some(spend.clone())
            }
            _ => None,
        });
        if new.is_some() { Ok(new) } else { self.log.spend(spender, period) }
    }

    fn responses_to_delete(&self, limit: usize) -> Result<Vec<ResponseRecord>, StorageError> {
        self.log.responses_to_delete(limit)
    }

    fn bytes(&self) -> Result<u64, StorageError> {
        self.log.bytes()
    }
}
