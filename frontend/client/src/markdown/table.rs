//! Rows of tables and their cells.

use std::ops::Range;

use crate::markdown::line::trimmed;

/// Where the cells of a row stand. A bar after a backslash is of the cell.
pub(super) fn cells(row: &str) -> Vec<Range<usize>> {
    let mut cells = Vec::new();
    let mut from = usize::from(row.starts_with('|'));
    let mut is_escaped = false;
    for (at, byte) in row.bytes().enumerate().skip(from) {
        if byte == b'|' && !is_escaped {
            cells.push(from..at);
            from = at.saturating_add(1);
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
    if !trimmed(row.get(from..).unwrap_or_default()).is_empty() {
        cells.push(from..row.len());
    }
    cells
}

/// How many columns a table has whose head is the one row and whose second is the other, if they are that.
pub(super) fn columns(head: &str, second: &str) -> Option<usize> {
    if !second.contains('|') || second.contains(|c| !matches!(c, '|' | '-' | ':' | ' ' | '\t')) {
        return None;
    }
    let below = cells(second);
    let is_border = |cell: &Range<usize>| {
        let cell = trimmed(second.get(cell.clone()).unwrap_or_default());
        let cell = cell.strip_prefix(':').unwrap_or(cell);
        let cell = cell.strip_suffix(':').unwrap_or(cell);
        !cell.is_empty() && cell.bytes().all(|byte| byte == b'-')
    };
    (below.iter().all(is_border) && cells(head).len() == below.len()).then_some(below.len())
}

/// What a cell says: the backslash before a bar was for the row.
pub(super) fn words(cell: &str) -> String {
    let mut words = String::with_capacity(cell.len());
    let mut chars = trimmed(cell).chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' || chars.peek() != Some(&'|') {
            words.push(c);
        }
    }
    words
}
