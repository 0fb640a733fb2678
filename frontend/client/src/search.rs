//! A search in the room: one part of the log after the other, the newest first, until there is enough to show.

use shared::{ClientFrame, ErrorCode, Hit, Seq};

use crate::effect::{Change, Effects};

/// Messages after which the person decides whether to search on.
const ENOUGH_HITS: usize = 20;
/// Parts of the log after which they decide, though little was found.
const ROUNDS: usize = 6;

/// A search and what it has found so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Search {
    /// The words; empty where nothing is searched for.
    pub query: String,
    /// The messages found, the newest first.
    pub hits: Vec<Hit>,
    pub state: SearchState,
    /// Where the next part ends.
    next: Option<Seq>,
    rounds: usize,
    enough: usize,
}

/// How far a search is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SearchState {
    /// The room is asked, now or as soon as it can be.
    Searching,
    /// There are older messages that were not searched.
    Paused,
    /// There is nothing left to search.
    #[default]
    Complete,
    /// The room refused to search on.
    Refused(ErrorCode),
}

impl Search {
    /// Starts a search. Returns its first request; `None` for no words, which ends the former search.
    pub(crate) fn start(&mut self, query: &str, effects: &mut Effects) -> Option<ClientFrame> {
        *self = Self { query: query.trim().to_owned(), enough: ENOUGH_HITS, ..Self::default() };
        effects.show(Change::Search);
        if self.query.is_empty() {
            return None;
        }
        self.state = SearchState::Searching;
        self.unanswered()
    }

    /// Searches older messages, or again what was refused.
    pub(crate) fn go_on(&mut self, effects: &mut Effects) -> Option<ClientFrame> {
        if !matches!(self.state, SearchState::Paused | SearchState::Refused(_)) {
            return None;
        }
        (self.rounds, self.enough) = (0, self.hits.len().saturating_add(ENOUGH_HITS));
        self.state = SearchState::Searching;
        effects.show(Change::Search);
        self.unanswered()
    }

    /// The request that is not answered.
    pub(crate) fn unanswered(&self) -> Option<ClientFrame> {
        let is_due = self.state == SearchState::Searching;
        is_due.then(|| ClientFrame::Search { query: self.query.clone(), before: self.next })
    }

    /// Applies what was found in one part of the log. Returns the request for the next part, if there is not enough yet.
    pub(crate) fn found(
        &mut self,
        query: &str,
        before: Option<Seq>,
        hits: Vec<Hit>,
        next: Option<Seq>,
        effects: &mut Effects,
    ) -> Option<ClientFrame> {
        if self.state != SearchState::Searching || self.query != query || self.next != before {
            return None;
        }
        self.hits.extend(hits);
        self.rounds = self.rounds.saturating_add(1);
        // A part that does not end before the last one would be searched for ever.
        self.next = next.filter(|next| before.is_none_or(|before| *next < before));
        if self.next.is_none() {
            self.state = SearchState::Complete;
        } else if self.hits.len() >= self.enough || self.rounds >= ROUNDS {
            self.state = SearchState::Paused;
        }
        effects.show(Change::Search);
        self.unanswered()
    }

    /// The room refused a request without a nonce, which may be this one.
    pub(crate) fn query_refused(&mut self, code: ErrorCode, effects: &mut Effects) {
        if self.state == SearchState::Searching {
            self.state = SearchState::Refused(code);
            effects.show(Change::Search);
        }
    }

    /// Drops a message that was deleted.
    pub(crate) fn message_deleted(&mut self, seq: Seq, effects: &mut Effects) {
        let before = self.hits.len();
        self.hits.retain(|hit| hit.seq != seq);
        if self.hits.len() != before {
            effects.show(Change::Search);
        }
    }
}

/// The parts of a text, and whether each matches the words of a search: exactly, or in the other case of ASCII letters.
pub fn marked<'a>(text: &'a str, query: &str) -> Vec<(&'a str, bool)> {
    let (folded, query) = (text.to_ascii_lowercase(), query.to_ascii_lowercase());
    let mut parts = Vec::new();
    let mut end = 0;
    // Folding ASCII letters moves no byte.
    for (at, _) in folded.match_indices(&query).filter(|_| !query.is_empty()) {
        let after = at.saturating_add(query.len());
        parts.extend(text.get(end..at).map(|part| (part, false)));
        parts.extend(text.get(at..after).map(|part| (part, true)));
        end = after;
    }
    parts.extend(text.get(end..).map(|part| (part, false)));
    parts.retain(|(part, _)| !part.is_empty());
    parts
}
