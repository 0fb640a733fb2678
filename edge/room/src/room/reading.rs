//! Answers requests of somebody who reads: for a page of messages, for what a search finds, and for what a bot writes for them
//! alone.

use shared::frame::HistoryPlace;
use shared::{Author, ErrorCode, Hit, Lang, PrivateRequest, Seq, ServerFrame, limits};

use super::Subjects;
use crate::attachment::SocketId;
use crate::context::Context;
use crate::messages::history;
use crate::presence::LargeAnswer;
use crate::runs::private_answers::Asker;
use crate::search::{Found, SearchBudget, search};
use crate::storage::SearchHit;

/// What one search may read and find.
const SEARCH: SearchBudget =
    SearchBudget { hits: limits::SEARCH_HITS, rows: limits::SEARCH_ROWS, bytes: limits::SEARCH_BYTES };
/// The rows that cost as much as a search.
const SEARCH_COST_ROWS: u64 = limits::SEARCH_READS as u64 * limits::READ_TOKEN_ROWS;

impl Subjects<'_> {
    /// Sends a page of messages.
    pub(super) fn page(&mut self, cx: &mut Context<'_>, socket: SocketId, place: HistoryPlace, limit: u32) {
        let Some(state) = self.presence.roster().socket(socket) else { return };
        let viewer = state.attachment.visitor.person.clone();
        let limit = usize::try_from(limit).unwrap_or(usize::MAX).clamp(1, limits::PAGE_MESSAGES);
        if !self.may_read(cx, socket, LargeAnswer::Page, u64::try_from(limit).unwrap_or(u64::MAX)) {
            return;
        }
        match history::read_place(cx, &viewer, place, limit) {
            Ok(history::Page { messages, more, newer }) => {
                let page = ServerFrame::Page { place, messages, more, newer };
                self.presence.answer(cx, socket, LargeAnswer::Page, &page);
            }
            Err(error) => self.presence.refuse_unreadable(cx, socket, None, &error),
        }
    }

    /// Asks a bot for something that only one person is shown.
    pub(super) fn ask_privately(
        &mut self,
        cx: &mut Context<'_>,
        socket: SocketId,
        request: PrivateRequest,
        lang: Lang,
    ) {
        let Some(state) = self.presence.roster().socket(socket) else { return };
        let (visitor, name) = (state.attachment.visitor.clone(), state.attachment.name.clone());
        let may_ask = match name {
            None => Err(ErrorCode::NotJoined),
            Some(name) => {
                let taken = self.presence.take_read_of(cx.now, &visitor, limits::SEARCH_READS);
                taken.map(|()| name).map_err(|_wait| ErrorCode::SlowDown)
            }
        };
        match may_ask {
            Ok(name) => {
                let asker = Asker { person: visitor.person, address: visitor.address, name, lang };
                self.runs.ask_privately(cx, asker, request);
            }
            Err(code) => {
                let (text, code) = (String::new(), Some(code));
                let refusal = ServerFrame::PrivateAnswer { request, text, code, resets_at: None, cost: None };
                self.presence.send(cx, socket, &refusal);
            }
        }
    }

    /// Searches a part of the log for somebody who has joined.
    pub(super) fn search(
        &mut self,
        cx: &mut Context<'_>,
        socket: SocketId,
        query: String,
        before: Option<Seq>,
    ) {
        let Some(state) = self.presence.roster().socket(socket) else { return };
        let words = query.trim();
        let refusal = if state.attachment.name.is_none() {
            Some(ErrorCode::NotJoined)
        } else if words.is_empty() {
            Some(ErrorCode::Empty)
        } else {
            let is_too_long = words.chars().nth(limits::SEARCH_CHARACTERS).is_some();
            is_too_long.then_some(ErrorCode::TooLong)
        };
        if let Some(code) = refusal {
            return self.presence.refuse(cx, socket, None, code, None);
        }
        if !self.may_read(cx, socket, LargeAnswer::SearchPage, SEARCH_COST_ROWS) {
            return;
        }
        let next_seq = cx.log.next_seq();
        let from = before.map_or(next_seq, |before| before.min(next_seq));
        match search(cx.storage, words, from, SEARCH) {
            Ok(Found { hits, next }) => {
                let hits = hits.into_iter().map(hit).collect();
                let page = ServerFrame::SearchPage { query, before, hits, next };
                self.presence.answer(cx, socket, LargeAnswer::SearchPage, &page);
            }
            Err(error) => self.presence.refuse_unreadable(cx, socket, None, &error),
        }
    }
}

fn hit(SearchHit { seq, at, from, person, text }: SearchHit) -> Hit {
    let author = match person {
        Some(id) => Author::Human { id, name: from, owner: false },
        None => Author::Bot { name: from },
    };
    Hit { seq, at, author, text }
}
