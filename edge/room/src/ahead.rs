//! The log as it will be once the writes of the present input are stored.
//!
//! A mention and the call that it starts are one input, so the turn is built before its question is stored.

use shared::{Nonce, PersonId, Seq};

use crate::money::{Period, Spender};
use crate::{
    ChainRecord, Log, LogError, NameRecord, OwnBot, PersonRecord, ResponseRecord, RoomRecord, Row, RunRecord,
    SpendRecord, Write,
};

/// What is stored, and what is about to be.
pub(crate) struct Ahead<'a> {
    log: &'a dyn Log,
    writes: &'a [Write],
}

impl<'a> Ahead<'a> {
    /// The log with these writes on top.
    pub(crate) fn new(log: &'a dyn Log, writes: &'a [Write]) -> Self {
        Self { log, writes }
    }

    fn appended(&self) -> impl DoubleEndedIterator<Item = &Row> {
        self.writes.iter().filter_map(|write| match write {
            Write::Append(row) => Some(row),
            _ => None,
        })
    }

    /// The row in the state to which it is about to be rewritten.
    fn current(&self, row: &Row) -> Row {
        let rewritten = self.writes.iter().rev().find_map(|write| match write {
            Write::Rewrite { seq, data } if *seq == row.seq => Some(data),
            _ => None,
        });
        Row { data: rewritten.unwrap_or(&row.data).clone(), ..row.clone() }
    }
}

impl Log for Ahead<'_> {
    fn range(&self, after: Seq, through: Seq, limit: usize) -> Result<Vec<Row>, LogError> {
        let stored = self.log.range(after, through, limit)?;
        let new = self.appended().filter(|row| after < row.seq && row.seq <= through);
        Ok(stored.iter().chain(new).take(limit).map(|row| self.current(row)).collect())
    }

    fn newest(&self, before: Seq, limit: usize) -> Result<Vec<Row>, LogError> {
        let stored = self.log.newest(before, limit)?;
        let new = self.appended().rev().filter(|row| row.seq < before && row.data.is_message());
        Ok(new.chain(&stored).take(limit).map(|row| self.current(row)).collect())
    }

    fn one(&self, seq: Seq) -> Result<Option<Row>, LogError> {
        let stored = match self.appended().find(|row| row.seq == seq) {
            Some(new) => Some(new.clone()),
            None => self.log.one(seq)?,
        };
        Ok(stored.map(|row| self.current(&row)))
    }

    fn room(&self) -> Result<Option<RoomRecord>, LogError> {
        self.log.room()
    }

    fn written(&self, after: Seq, author: &PersonId, nonce: &Nonce) -> Result<Option<Seq>, LogError> {
        self.log.written(after, author, nonce)
    }

    fn person(&self, id: &PersonId) -> Result<Option<PersonRecord>, LogError> {
        self.log.person(id)
    }

    fn name(&self, key: &str) -> Result<Option<NameRecord>, LogError> {
        self.log.name(key)
    }

    fn runs(&self) -> Result<Vec<RunRecord>, LogError> {
        self.log.runs()
    }

    fn chain(&self, bot: &str) -> Result<Option<ChainRecord>, LogError> {
        self.log.chain(bot)
    }

    fn bots(&self) -> Result<Vec<OwnBot>, LogError> {
        self.log.bots()
    }

    fn spend(&self, spender: &Spender, period: Period) -> Result<Option<SpendRecord>, LogError> {
        let new = self.writes.iter().rev().find_map(|write| match write {
            Write::Spend(spend) if spend.spender == *spender && spend.period == period => Some(spend.clone()),
            _ => None,
        });
        if new.is_some() { Ok(new) } else { self.log.spend(spender, period) }
    }

    fn doomed(&self, limit: usize) -> Result<Vec<ResponseRecord>, LogError> {
        self.log.doomed(limit)
    }

    fn bytes(&self) -> Result<u64, LogError> {
        self.log.bytes()
    }
}
