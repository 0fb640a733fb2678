//! The tables of the talk: patterns (regular expressions; case does not matter) and replies in Korean and English. rustfmt
//! skips them, so that a row stays a row.

pub(crate) mod cards;
pub(crate) mod counsellor;
pub(crate) mod facts;
pub(crate) mod ferryman;
pub(crate) mod general;
pub(crate) mod names;
pub(crate) mod phrases;
pub(crate) mod stories;
pub(crate) mod tools;
pub(crate) mod tutor;

use super::language::Text;

/// A row of a bot that answers by patterns: what it matches, replies that take turns, and questions that follow in turn.
pub(crate) type TalkRow = (&'static str, &'static [Text], &'static [Text]);
