//! People who read at random places and search, and checks of what the room tells them: at the moment it is sent, a page holds
//! every message between its ends, and a search every message that contains its words and none that was deleted.

use client::Input;
use room::{LogRow, RowData};
use shared::frame::HistoryPlace;
use shared::{Hit, Message, Seq, ServerFrame};

use crate::world::World;

impl World {
    /// Scrolls, jumps to a message or searches.
    pub(crate) fn read_somewhere(&mut self, tab: usize) {
        if self.options.has_private_questions && self.random.percent(30) {
            return self.ask_privately(tab);
        }
        let head = self.shell.storage.memory.rows.keys().next_back().copied().unwrap_or_default();
        let input = match self.random.between(0, 12) {
            0..3 => Input::LoadOlder,
            3 | 4 => Input::LoadNewer,
            5 => Input::ToNewest,
            6 => Input::Following(self.random.percent(50)),
            7..10 => Input::JumpTo { seq: Seq(self.random.between(0, head.0 + 2)) },
            10 => Input::SearchOlder,
            _ => {
                let query = *self.random.pick(&["안녕", "m1", "M2 ", "e", "없는 말", "", "고침"]);
                Input::Search { query: query.to_owned() }
            }
        };
        self.tab_input(tab, input);
        if self.tabs[tab].client.timeline().is_detached() {
            self.history.coverage.count("reads elsewhere");
        }
    }

    /// Checks what a frame tells of the history against what is stored while it is sent.
    pub(crate) fn check_reading(&mut self, text: &str) {
        if text.starts_with(r#"{"type":"private_answer""#) {
            return self.count_private_answer(text);
        }
        if !text.starts_with(r#"{"type":"page""#) && !text.starts_with(r#"{"type":"search_page""#) {
            return;
        }
        let result = match ServerFrame::parse(text) {
            Ok(ServerFrame::Page { place, messages, more, newer }) => {
                if matches!(place, HistoryPlace::Around(_)) {
                    self.history.coverage.count("page around");
                }
                self.check_page(place, &messages, more, newer)
            }
            Ok(ServerFrame::SearchPage { query, before, hits, next }) => {
                self.history.coverage.count(if hits.is_empty() { "nothing found" } else { "found" });
                self.check_found(query.trim(), before, &hits, next)
            }
            _ => Ok(()),
        };
        if let Err(violation) = result {
            self.fail(violation);
        }
    }

    fn stored_messages(&self) -> impl DoubleEndedIterator<Item = &LogRow> {
        self.shell.storage.memory.rows.values().filter(|row| row.data.is_message())
    }

    fn check_page(
        &self,
        place: HistoryPlace,
        messages: &[Message],
        more: bool,
        newer: bool,
    ) -> Result<(), String> {
        let told: Vec<Seq> = messages.iter().map(|message| message.seq).collect();
        let (Some(first), Some(last)) = (told.first().copied(), told.last().copied()) else {
            let outside = |row: &&LogRow| match place {
                HistoryPlace::Before(seq) => row.seq < seq,
                HistoryPlace::After(seq) => row.seq > seq,
                HistoryPlace::Around(_) => true,
            };
            return match self.stored_messages().find(outside) {
                Some(row) => Err(format!("lost: no message is told at {place:?}, and {} is there", row.seq)),
                None => Ok(()),
            };
        };
        let stored: Vec<Seq> =
            self.stored_messages().map(|row| row.seq).filter(|seq| first <= *seq && *seq <= last).collect();
        if told != stored {
            return Err(format!("lost: a page at {place:?} has {told:?} of {stored:?}"));
        }
        let (has_older, has_newer) = (
            self.stored_messages().any(|row| row.seq < first),
            self.stored_messages().any(|row| row.seq > last),
        );
        let is_right = match place {
            HistoryPlace::Before(_) => more == has_older,
            HistoryPlace::After(_) => newer == has_newer,
            HistoryPlace::Around(seq) => {
                let is_there = self.stored_messages().any(|row| row.seq == seq);
                more == has_older && newer == has_newer && (!is_there || told.contains(&seq))
            }
        };
        let flags = format!("more {more}, newer {newer}");
        if is_right { Ok(()) } else { Err(format!("lost: a page at {place:?} with {flags} has {told:?}")) }
    }

    fn check_found(
        &self,
        query: &str,
        before: Option<Seq>,
        hits: &[Hit],
        next: Option<Seq>,
    ) -> Result<(), String> {
        let text = |data: &RowData| data.text().to_ascii_lowercase();
        let query = query.to_ascii_lowercase();
        let searched = self.stored_messages().rev().filter(|row| {
            before.is_none_or(|before| row.seq < before) && next.is_none_or(|next| row.seq >= next)
        });
        let expected: Vec<Seq> =
            searched.filter(|row| text(&row.data).contains(&query)).map(|row| row.seq).collect();
        let told: Vec<Seq> = hits.iter().map(|hit| hit.seq).collect();
        if told != expected {
            return Err(format!("search: {query:?} is told in {told:?} and is in {expected:?}"));
        }
        for hit in hits {
            let row = self.shell.storage.memory.rows.get(&hit.seq);
            let part = hit.text.trim_matches('…');
            if row.is_none_or(|row| !row.data.text().contains(part)) {
                return Err(format!("phantom: {hit:?} was found"));
            }
        }
        Ok(())
    }
}
