//! The tables of the talk: patterns (regular expressions; case does not matter) and replies in Korean and English. rustfmt
//! skips them, so that a row stays a row.

pub(crate) mod bots;
pub(crate) mod cards;
pub(crate) mod general;
pub(crate) mod lessons;
pub(crate) mod memory;
pub(crate) mod stories;
pub(crate) mod tools;
