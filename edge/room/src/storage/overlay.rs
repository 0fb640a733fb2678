//! The storage as it will be once the pending writes of the present input are stored.
//!
//! A message and the first call that it leads to are one input, so the prompt is built before its question is stored.

use shared::{Nonce, PersonId, Seq};

use super::{
    ChainRecord, LogPage, LogRow, LogStorage, PassThrough, Period, ReadBudget, ResponseRecord, RowData,
    RunRecord, RunStorage, SearchedRows, SettlementRecord, Spender, SpendingRecord, SpendingStorage, Storage,
    StorageError, Write,
};

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
        Write::appended(self.writes)
    }

    /// The row with its last pending rewrite applied.
    fn current(&self, mut row: LogRow) -> LogRow {
        let rewritten = self.writes.iter().rev().find_map(|write| match write {
            Write::Rewrite { seq, data } if *seq == row.seq => Some(data),
            _ => None,
        });
        if let Some(data) = rewritten {
            row.data.clone_from(data);
        }
        row
    }

    /// A page of these rows. The pending ones are few and count only as rows.
    fn page(&self, rows: impl Iterator<Item = LogRow>, budget: ReadBudget, is_cut: bool) -> LogPage {
        let mut rows: Vec<LogRow> = rows.map(|row| self.current(row)).collect();
        let is_cut = is_cut || rows.len() > budget.rows;
        rows.truncate(budget.rows);
        LogPage { rows, is_cut }
    }
}

impl PassThrough for StorageOverlay<'_> {
    fn inner(&self) -> &dyn Storage {
        self.storage
    }
}

impl LogStorage for StorageOverlay<'_> {
    fn rows(&self, after: Seq, through: Seq, budget: ReadBudget) -> Result<LogPage, StorageError> {
        let LogPage { rows, is_cut } = self.storage.rows(after, through, budget)?;
        let new = self.appended().filter(|row| !is_cut && after < row.seq && row.seq <= through);
        Ok(self.page(rows.into_iter().chain(new.cloned()), budget, is_cut))
    }

    fn newest_messages(&self, before: Seq, budget: ReadBudget) -> Result<LogPage, StorageError> {
        let LogPage { rows, is_cut } = self.storage.newest_messages(before, budget)?;
        let new = self.appended().rev().filter(|row| row.seq < before && row.data.is_message());
        Ok(self.page(new.cloned().chain(rows), budget, is_cut))
    }

    fn oldest_messages(&self, after: Seq, budget: ReadBudget) -> Result<LogPage, StorageError> {
        let LogPage { rows, is_cut } = self.storage.oldest_messages(after, budget)?;
        let new = self.appended().filter(|row| !is_cut && row.seq > after && row.data.is_message());
        Ok(self.page(rows.into_iter().chain(new.cloned()), budget, is_cut))
    }

    fn edited(&self, after: Seq, through: Seq, target: Seq, limit: usize) -> Result<Vec<Seq>, StorageError> {
        let new = self.appended().rev().filter(|row| after < row.seq && row.seq <= through);
        let new = new
            .filter(|row| matches!(row.data, RowData::Edited | RowData::Chosen(_)))
            .filter_map(|row| row.target);
        let mut edited: Vec<Seq> = Vec::new();
        for seq in new.chain(self.storage.edited(after, through, target, limit)?) {
            if seq <= target && !edited.contains(&seq) {
                edited.push(seq);
            }
        }
        edited.truncate(limit);
        Ok(edited)
    }

    /// Searches what is stored: a search reads only what was written before its question.
    fn search(
        &self,
        after: Seq,
        through: Seq,
        text: &str,
        limit: usize,
    ) -> Result<SearchedRows, StorageError> {
        self.storage.search(after, through, text, limit)
    }

    fn row(&self, seq: Seq) -> Result<Option<LogRow>, StorageError> {
        let stored = match self.appended().find(|row| row.seq == seq) {
            Some(new) => Some(new.clone()),
            None => self.storage.row(seq)?,
        };
        Ok(stored.map(|row| self.current(row)))
    }

    fn find_nonce(&self, after: Seq, author: &PersonId, nonce: &Nonce) -> Result<Option<Seq>, StorageError> {
        self.storage.find_nonce(after, author, nonce)
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
