//! Several answers of a bot to one question, which are shown in one place: answers that were asked for again, and the options of
//! each. The first of them has the place, and the newest is shown until the person pages through them.

use shared::Seq;

use super::Timeline;
use super::event_log::{EventLog, LoggedMessage};
use super::item::TimelineItem;
use super::item_builder::ItemBuilder;
use crate::effect::Effects;

impl Timeline {
    /// Shows another answer to the same question.
    pub(crate) fn show_page(&mut self, seq: Seq, page: usize, effects: &mut Effects) {
        let newest = self.log.pages(seq).0.last().map(|(logged, _)| logged.message.seq);
        if let Some(newest) = newest {
            self.log.set_page(newest, Some(page));
            self.log.show(newest, effects);
        }
    }

    /// Shows an answer in the place of those to the same question.
    pub(super) fn turn_to(&mut self, seq: Seq, effects: &mut Effects) {
        let is_meant = |(logged, option): &(&LoggedMessage, usize)| {
            let chosen = logged.message.answer.as_ref().map(|answer| answer.chosen);
            logged.message.seq == seq && chosen == Some(*option)
        };
        let page = self.log.pages(seq).0.iter().position(is_meant);
        if let Some(page) = page {
            self.show_page(seq, page, effects);
        }
    }
}

impl EventLog {
    /// Returns the answers of the same bot to the same question, the oldest first; none for the message of a person.
    pub(super) fn answers_beside(&self, seq: Seq) -> Vec<&LoggedMessage> {
        let mut beside = Vec::new();
        let question_of = |logged: &LoggedMessage| Some(logged.message.answer.as_ref()?.parent);
        let Some(first) = self.by_seq(seq) else { return beside };
        let question = question_of(first);
        for logged in self.messages() {
            let is_beside = question.is_some() && question_of(logged) == question;
            if is_beside && logged.message.author == first.message.author {
                beside.push(logged);
            }
        }
        beside
    }

    /// Returns the answers beside one that are not deleted, each with its options, and which of them all is shown.
    fn pages(&self, seq: Seq) -> (Vec<(&LoggedMessage, usize)>, usize) {
        let (mut pages, mut shown) = (Vec::new(), 0);
        for logged in self.answers_beside(seq) {
            let Some(answer) = logged.message.answer.as_ref().filter(|_| !logged.message.deleted) else {
                continue;
            };
            shown = logged.page.unwrap_or(pages.len().saturating_add(answer.chosen));
            for option in 0..answer.options.len().max(1) {
                pages.push((logged, option));
            }
        }
        (pages, shown)
    }
}

impl<'a> ItemBuilder<'a> {
    /// Builds the item of a message, or of the answer that is shown in its place.
    pub(super) fn shown(&self, place: &'a LoggedMessage) -> TimelineItem<'a> {
        let (pages, shown) = self.log.pages(place.message.seq);
        let shown = shown.min(pages.len().saturating_sub(1));
        let Some((logged, option)) = pages.get(shown) else { return self.logged(place) };
        let mut item = self.logged(logged);
        item.key = place.key.clone();
        item.page = (shown, pages.len());
        if let Some(answer) = &logged.message.answer
            && let Some(text) = answer.options.get(*option)
        {
            item.text = text;
            let may_choose = *option != answer.chosen && item.permissions.decide;
            item.permissions.choose = may_choose.then_some(*option);
        }
        item
    }
}
