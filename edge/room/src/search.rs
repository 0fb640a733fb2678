//! Searches the log from its newest message backwards, in steps of a few hundred rows, within a budget.
//!
//! For people (`room/reading.rs`) and for the tool of bots (`tools.rs`).

use shared::Seq;

use crate::storage::{SearchHit, Storage, StorageError};

/// Rows that are searched with one query.
const STEP_ROWS: u64 = 200;

/// What bounds one search. The rows of every kind count, so that many changes of few messages cost no more.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SearchBudget {
    pub(crate) hits: usize,
    pub(crate) rows: usize,
    /// Bytes of the rows' data.
    pub(crate) bytes: usize,
}

/// What a search found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The newest message is the first.
    pub(crate) hits: Vec<SearchHit>,
    /// Where the search goes on: everything from here on was searched. `None`: there is nothing before.
    pub(crate) next: Option<Seq>,
}

/// Searches the messages before `before` for a text, ignoring the case of ASCII letters.
///
/// # Errors
/// When the log cannot be read.
pub(crate) fn search(
    storage: &dyn Storage,
    text: &str,
    before: Seq,
    budget: SearchBudget,
) -> Result<Found, StorageError> {
    let mut hits: Vec<SearchHit> = Vec::new();
    let (mut rows, mut bytes) = (0_usize, 0_usize);
    let mut end = before.previous();
    while end > Seq::ZERO {
        if rows >= budget.rows || bytes >= budget.bytes {
            return Ok(Found { hits, next: Some(end.next()) });
        }
        let start = Seq(end.0.saturating_sub(STEP_ROWS));
        let found = storage.search(start, end, text, budget.hits.saturating_sub(hits.len()))?;
        hits.extend(found.hits);
        // The rest of the step may contain more.
        if let Some(last) = hits.last().filter(|_| hits.len() >= budget.hits) {
            let next = Some(last.seq).filter(|seq| *seq > Seq(1));
            return Ok(Found { hits, next });
        }
        // Without rows, earlier ones were trimmed.
        if found.rows == 0 {
            break;
        }
        (rows, bytes) = (rows.saturating_add(found.rows), bytes.saturating_add(found.bytes));
        end = start;
    }
    Ok(Found { hits, next: None })
}
