//! The rows of GFM tables and their cells.

use std::ops::Range;

use crate::line::trim;

/// Where the cells of a row stand. An escaped pipe belongs to its cell.
pub(crate) fn cells(row: &str) -> Vec<Range<usize>> {
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
    if !trim(row.get(from..).unwrap_or_default()).is_empty() {
        cells.push(from..row.len());
    }
    cells
}

/// The number of columns, if the two lines are the header row and the delimiter row of a table.
pub(crate) fn table_columns(header: &str, second: &str) -> Option<usize> {
    if !second.contains('|') || second.contains(|c| !matches!(c, '|' | '-' | ':' | ' ' | '\t')) {
        return None;
    }
    let delimiters = cells(second);
    let is_delimiter = |cell: &Range<usize>| {
        let cell = trim(second.get(cell.clone()).unwrap_or_default());
        let cell = cell.strip_prefix(':').unwrap_or(cell);
        let cell = cell.strip_suffix(':').unwrap_or(cell);
        !cell.is_empty() && cell.bytes().all(|byte| byte == b'-')
    };
    let count = delimiters.len();
    (delimiters.iter().all(is_delimiter) && cells(header).len() == count).then_some(count)
}

/// The text of a cell, without the backslashes that kept pipes from ending it.
pub(crate) fn cell_text(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len());
    let mut chars = trim(cell).chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' || chars.peek() != Some(&'|') {
            text.push(c);
        }
    }
    text
}
