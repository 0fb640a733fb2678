//! What bounds a read of the log, and what it returns.
//!
//! Every read of several rows has a budget of rows and of bytes, so that no history, however long its messages, makes the object
//! hold more of it at once than its memory allows.

use shared::{Millis, PersonId, Seq};

use super::LogRow;

/// How much one read of the log may return. The first row is returned whatever its size, so that a reader always gets on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadBudget {
    pub rows: usize,
    /// Bytes of the stored rows' data.
    pub bytes: usize,
}

/// Rows that fit a [`ReadBudget`], in the order of the read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogPage {
    pub rows: Vec<LogRow>,
    /// The budget was used up before all rows were read.
    pub is_cut: bool,
}

/// What a search found in a range of the log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchedRows {
    /// The messages and answers that contain the text, newest first.
    pub hits: Vec<SearchHit>,
    /// How many rows the range has.
    pub rows: usize,
    /// The bytes of their data.
    pub bytes: usize,
}

/// A message or an answer that contains the text of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchHit {
    pub seq: Seq,
    pub at: Millis,
    /// The nickname of the author, or the handle of the bot.
    pub from: String,
    /// The author, if it is a person.
    pub person: Option<PersonId>,
    /// At most [`SearchHit::CHARACTERS`] characters of the text around the first match, with an ellipsis where it was cut.
    pub text: String,
}

impl ReadBudget {
    /// How many of the first rows with these sizes fit.
    pub fn count_fitting(self, sizes: impl IntoIterator<Item = usize>) -> usize {
        let (mut rows, mut bytes) = (0_usize, 0_usize);
        for size in sizes {
            bytes = bytes.saturating_add(size);
            if rows >= self.rows || (bytes > self.bytes && rows > 0) {
                break;
            }
            rows = rows.saturating_add(1);
        }
        rows
    }
}

impl SearchHit {
    pub const CHARACTERS: usize = 300;
    /// How many of them stand before the match.
    pub const CHARACTERS_BEFORE: usize = 60;

    /// The part of a text of `length` characters that begins after `start` of them.
    pub fn with_ellipses(part: String, start: usize, length: usize) -> String {
        let end = start.saturating_add(Self::CHARACTERS);
        let (before, after) = (if start > 0 { "…" } else { "" }, if end < length { "…" } else { "" });
        format!("{before}{part}{after}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_counts_rows_and_bytes_and_always_fits_one_row() {
        let budget = ReadBudget { rows: 3, bytes: 100 };
        assert_eq!(budget.count_fitting([40, 40, 20, 0]), 3);
        assert_eq!(budget.count_fitting([40, 61, 1]), 1);
        assert_eq!(budget.count_fitting([1_000, 1]), 1);
        assert_eq!(budget.count_fitting([]), 0);
    }
}
