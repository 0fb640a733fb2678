//! What a person sees: rows that change only when the client says so. So a change that the client forgets to tell is
//! found as well as one that it gets wrong.

use std::collections::BTreeSet;

use client::{Client, Key, Row, RowState};
use shared::{Author, RunState, Seq};

/// A row as it is seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) key: Key,
    pub(crate) seq: Option<Seq>,
    pub(crate) author: Author,
    pub(crate) text: String,
    pub(crate) state: RowState,
    position: Option<usize>,
    reread: bool,
    can_stop: bool,
    can_regenerate: bool,
}

/// The rows from top to bottom.
#[derive(Debug, Default)]
pub(crate) struct Screen {
    pub(crate) rows: Vec<Shown>,
    head: Option<Seq>,
}

impl Screen {
    /// Shows which rows there are. An error: they cannot be right.
    pub(crate) fn order(&mut self, client: &Client) -> Result<(), String> {
        self.rows = rows(client)?;
        let mut keys = BTreeSet::new();
        let mut texts = BTreeSet::new();
        let mut last = None;
        for row in &self.rows {
            if !keys.insert(&row.key) {
                return Err(format!("doubled: {} is shown twice", row.key));
            }
            if let Author::Human { id, .. } = &row.author
                && !texts.insert((id, row.text.as_str()))
            {
                return Err(format!("doubled: {:?} is shown twice", row.text));
            }
            if row.seq.is_some() && row.seq <= last {
                return Err(format!("reordered: {:?} is shown below {last:?}", row.seq));
            }
            last = row.seq.or(last);
        }
        if last < self.head {
            return Err(format!("backwards: {last:?} is the newest after {:?}", self.head));
        }
        self.head = last;
        Ok(())
    }

    /// Shows one row as it is now.
    pub(crate) fn row(&mut self, client: &Client, key: &Key) -> Result<(), String> {
        let Some(shown) = self.rows.iter_mut().find(|shown| shown.key == *key) else { return Ok(()) };
        let row = client.timeline().row(key).ok_or_else(|| format!("{key} is shown and there is no such row"))?;
        *shown = Shown::from(row);
        Ok(())
    }

    /// Whether the screen shows what the client holds.
    pub(crate) fn check(&self, client: &Client) -> Result<(), String> {
        let held = rows(client)?;
        if let Some((shown, held)) = self.rows.iter().zip(&held).find(|(shown, held)| shown != held) {
            return Err(format!("not shown: {held:?} is shown as {shown:?}"));
        }
        if held.len() != self.rows.len() {
            return Err(format!("not shown: {} rows are held and {} shown", held.len(), self.rows.len()));
        }
        Ok(())
    }

    /// Answers that stream.
    pub(crate) fn streams(&self) -> impl Iterator<Item = (Seq, &str)> {
        let streams = |row: &&Shown| row.state == RowState::Answer(RunState::Streaming);
        self.rows.iter().filter(streams).filter_map(|row| Some((row.seq?, row.text.as_str())))
    }
}

impl From<Row<'_>> for Shown {
    fn from(row: Row<'_>) -> Self {
        Self {
            key: row.key,
            seq: row.seq,
            author: row.author.clone(),
            text: row.text.to_owned(),
            state: row.state,
            position: row.position,
            reread: row.reread,
            can_stop: row.can_stop,
            can_regenerate: row.can_regenerate,
        }
    }
}

fn rows(client: &Client) -> Result<Vec<Shown>, String> {
    let timeline = client.timeline();
    let row = |key: &Key| timeline.row(key).map(Shown::from).ok_or_else(|| format!("{key} has no row"));
    timeline.keys().iter().map(row).collect()
}
