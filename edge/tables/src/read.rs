//! A TOML file with the places of its values: what is missing, of the wrong kind or unknown becomes a [`Fault`].
//!
//! Reading goes on after a fault, so that one build names all of them.

use std::cell::RefCell;
use std::ops::RangeInclusive;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::Fault;

/// A file, and what is wrong in it so far.
pub(crate) struct Source<'s> {
    file: &'static str,
    text: &'s str,
    parsed: Option<Spanned<DeTable<'s>>>,
    faults: RefCell<Vec<Fault>>,
}

/// A table of the file. It remembers which keys were asked for: the others are unknown.
pub(crate) struct Table<'a> {
    source: &'a Source<'a>,
    map: &'a DeTable<'a>,
    at: usize,
    asked: RefCell<Vec<&'static str>>,
}

/// A value and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At<T> {
    pub(crate) at: usize,
    pub(crate) is: T,
}

impl<'s> Source<'s> {
    pub(crate) fn new(file: &'static str, text: &'s str) -> Self {
        let mut source = Self { file, text, parsed: None, faults: RefCell::default() };
        match DeTable::parse(text) {
            Ok(parsed) => source.parsed = Some(parsed),
            Err(error) => {
                let at = error.span().map_or(text.len(), |span| span.start);
                // The parser says over several lines what it expected; the first one says enough.
                source.fault(at, error.message().lines().next().unwrap_or("no TOML"));
            }
        }
        source
    }

    /// The file as a table; nothing where it is no TOML.
    pub(crate) fn root<'a>(&'a self) -> Option<Table<'a>>
    where
        's: 'a,
    {
        self.parsed.as_ref().map(|parsed| Table::new(self, parsed.get_ref(), 0))
    }

    pub(crate) fn fault(&self, at: usize, reason: impl Into<String>) {
        let fault = Fault { file: self.file, line: self.line(at), reason: reason.into() };
        self.faults.borrow_mut().push(fault);
    }

    /// The line of a place, counted from 1.
    pub(crate) fn line(&self, at: usize) -> usize {
        let before = self.text.as_bytes().get(..at).unwrap_or(self.text.as_bytes());
        before.iter().filter(|byte| **byte == b'\n').count().saturating_add(1)
    }

    /// What was read, unless something is wrong.
    pub(crate) fn end<T>(&self, read: Option<T>) -> Result<T, Vec<Fault>> {
        let mut faults = self.faults.take();
        faults.sort();
        faults.dedup();
        match read {
            Some(read) if faults.is_empty() => Ok(read),
            _ => Err(faults),
        }
    }
}

impl<'a> Table<'a> {
    fn new<'s: 'a>(source: &'a Source<'s>, map: &'a DeTable<'s>, at: usize) -> Self {
        Self { source, map, at, asked: RefCell::default() }
    }

    /// Where it begins.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn line(&self, at: usize) -> usize {
        self.source.line(at)
    }

    pub(crate) fn fault(&self, at: usize, reason: impl Into<String>) {
        self.source.fault(at, reason);
    }

    /// A value that must be there. What is there and wrong is a fault already.
    pub(crate) fn need<T>(&self, key: &'static str, value: Option<T>) -> Option<T> {
        if value.is_none() && !self.map.contains_key(key) {
            self.fault(self.at, format!("\"{key}\" is missing"));
        }
        value
    }

    /// Every key that nobody asked for is a fault.
    pub(crate) fn finish(&self) {
        for key in self.map.keys() {
            if !self.asked.borrow().iter().any(|asked| asked == key.get_ref()) {
                self.fault(key.span().start, format!("unknown key \"{}\"", key.get_ref()));
            }
        }
    }

    pub(crate) fn text(&self, key: &'static str) -> Option<At<&'a str>> {
        self.value(key, "a text", |value| value.as_str())
    }

    pub(crate) fn table(&self, key: &'static str) -> Option<Table<'a>> {
        let found = self.value(key, "a table", |value| value.as_table())?;
        Some(Table::new(self.source, found.is, found.at))
    }

    /// The tables below every key, whatever it is.
    pub(crate) fn named_tables(&self) -> Vec<(At<&'a str>, Table<'a>)> {
        let mut tables = Vec::new();
        for (key, value) in self.map {
            let at = key.span().start;
            match value.get_ref().as_table() {
                Some(map) => {
                    tables.push((At { at, is: key.get_ref().as_ref() }, Table::new(self.source, map, at)))
                }
                None => self.fault(at, format!("\"{}\" is no table", key.get_ref())),
            }
        }
        tables
    }

    /// The tables of `[[key]]`.
    pub(crate) fn tables(&self, key: &'static str) -> Vec<Table<'a>> {
        self.each(key, "tables", |value| value.as_table())
            .into_iter()
            .map(|found| Table::new(self.source, found.is, found.at))
            .collect()
    }

    pub(crate) fn texts(&self, key: &'static str) -> Vec<At<&'a str>> {
        self.each(key, "texts", |value| value.as_str())
    }

    pub(crate) fn integer(&self, key: &'static str, range: RangeInclusive<i64>) -> Option<i64> {
        let read = |value: &DeValue<'_>| {
            let integer = value.as_integer()?;
            i64::from_str_radix(&integer.as_str().replace('_', ""), integer.radix()).ok()
        };
        let found = self.value(key, "a whole number", read)?;
        self.within(key, found, &range)
    }

    pub(crate) fn number(&self, key: &'static str, range: RangeInclusive<f64>) -> Option<f64> {
        let read = |value: &DeValue<'_>| {
            let text = value.as_float().map(|float| float.as_str());
            text.or_else(|| value.as_integer().map(|integer| integer.as_str()))?.parse::<f64>().ok()
        };
        let found = self.value(key, "a number", read)?;
        self.within(key, found, &range)
    }

    /// One of the words.
    pub(crate) fn one_of(&self, key: &'static str, known: &[&'static str]) -> Option<&'a str> {
        let word = self.text(key)?;
        self.known(key, word, known).then_some(word.is)
    }

    /// Whether a word is one of those that there are.
    pub(crate) fn known(&self, what: &str, word: At<&str>, known: &[&str]) -> bool {
        let is_known = known.contains(&word.is);
        if !is_known {
            self.fault(word.at, format!("unknown {what} \"{}\"; there are {}", word.is, known.join(", ")));
        }
        is_known
    }

    fn within<T: PartialOrd + std::fmt::Display>(
        &self,
        key: &str,
        found: At<T>,
        range: &RangeInclusive<T>,
    ) -> Option<T> {
        if range.contains(&found.is) {
            return Some(found.is);
        }
        let (least, most) = (range.start(), range.end());
        self.fault(found.at, format!("\"{key}\" is {}, not {least} to {most}", found.is));
        None
    }

    fn value<T>(
        &self,
        key: &'static str,
        kind: &str,
        read: impl Fn(&'a DeValue<'a>) -> Option<T>,
    ) -> Option<At<T>> {
        self.asked.borrow_mut().push(key);
        let value = self.map.get(key)?;
        let at = value.span().start;
        let is = read(value.get_ref());
        if is.is_none() {
            self.fault(at, format!("\"{key}\" is not {kind}"));
        }
        is.map(|is| At { at, is })
    }

    fn each<T>(
        &self,
        key: &'static str,
        kind: &str,
        read: impl Fn(&'a DeValue<'a>) -> Option<T>,
    ) -> Vec<At<T>> {
        let Some(array) = self.value(key, &format!("a list of {kind}"), |value| value.as_array()) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for value in array.is.iter() {
            let at = value.span().start;
            match read(value.get_ref()) {
                Some(is) => found.push(At { at, is }),
                None => self.fault(at, format!("\"{key}\" is not a list of {kind}")),
            }
        }
        found
    }
}
