//! What is wrong in a table, and at which line.

use std::fmt;
use std::ops::Range;

/// One error in a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableError {
    pub file: &'static str,
    /// Counted from 1.
    pub line: usize,
    pub reason: String,
}

/// A file that is being checked, and its errors so far. Checking goes on after an error, so that one build reports all of them.
pub(crate) struct Source<'a> {
    file: &'static str,
    text: &'a str,
    errors: Vec<TableError>,
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.reason)
    }
}

impl std::error::Error for TableError {}

impl<'a> Source<'a> {
    pub(crate) fn new(file: &'static str, text: &'a str) -> Self {
        Self { file, text, errors: Vec::new() }
    }

    /// Parses the file. A syntax error, an unknown or missing key and a value of the wrong type end the reading: the first is the
    /// only one reported.
    pub(crate) fn parse<T: serde::de::DeserializeOwned>(&self) -> Result<T, Vec<TableError>> {
        toml::from_str(self.text).map_err(|error| {
            let span = error.span().unwrap_or_default();
            // For a syntax error, further lines list what could stand there.
            let reason = error.message().lines().next().unwrap_or("not TOML").to_owned();
            vec![TableError { file: self.file, line: self.line(&span), reason }]
        })
    }

    pub(crate) fn error(&mut self, span: Range<usize>, reason: impl Into<String>) {
        let line = self.line(&span);
        self.errors.push(TableError { file: self.file, line, reason: reason.into() });
    }

    /// The line where a span begins, counted from 1.
    pub(crate) fn line(&self, span: &Range<usize>) -> usize {
        let before = self.text.as_bytes().get(..span.start).unwrap_or(self.text.as_bytes());
        before.iter().filter(|byte| **byte == b'\n').count().saturating_add(1)
    }

    /// Returns `table`, unless there are errors.
    pub(crate) fn finish<T>(mut self, table: T) -> Result<T, Vec<TableError>> {
        self.errors.sort();
        self.errors.dedup();
        if self.errors.is_empty() { Ok(table) } else { Err(self.errors) }
    }
}
