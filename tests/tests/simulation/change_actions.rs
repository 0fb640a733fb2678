//! Random changes that people make: edits, deletions, votes, changes of cards, reactions, and the owner's custom bots. Some of them are not allowed
//! and must be refused.

use client::{Input, ItemState};
use shared::{Author, Card, CardChange, ModerationAction, Nonce, RoomSettings, Seq, Strictness};

use crate::fixtures;
use crate::history::OtherWrite;
use crate::world::World;

impl World {
    /// Sends a write that is no new message and records it for the checker.
    pub(crate) fn write(&mut self, tab: usize, nonce: &Nonce, what: Input) {
        // Recorded before the effects are carried out, because a reply to it may arrive during them.
        self.history.other_writes.insert(nonce.clone(), OtherWrite { what: what.clone(), accepted: None });
        self.tab_input(tab, what);
    }

    /// Edits a message; in one of ten cases anybody's.
    pub(crate) fn edit(&mut self, tab: usize) {
        let anybody = self.random.percent(10);
        let Some(seq) = self.some_words(tab, anybody) else { return };
        let nonce = self.random.nonce();
        let call = if self.random.percent(30) { " @chatbot" } else { "" };
        let text = format!("e{}{call} 고침", self.history.other_writes.len());
        self.write(tab, &nonce.clone(), Input::Edit { nonce, seq, text });
    }

    /// Deletes a message; the owner deletes others' messages and answers too.
    pub(crate) fn delete(&mut self, tab: usize) {
        let is_owner = self.people[self.tabs[tab].person].id == self.options.owner();
        let anybody = self.random.percent(if is_owner { 60 } else { 10 });
        let seq = if anybody && self.random.percent(50) {
            self.some_row(tab, |state| matches!(state, ItemState::Answer(_)))
        } else {
            self.some_words(tab, anybody)
        };
        let Some(seq) = seq else { return };
        let nonce = self.random.nonce();
        self.write(tab, &nonce.clone(), Input::Delete { nonce, seq });
    }

    /// Votes in a poll, changes or withdraws a vote, or chooses an option that does not exist.
    pub(crate) fn vote(&mut self, tab: usize) {
        let polls = self.tabs[tab].screen.rows.iter().rev();
        let polls = polls.filter(|row| matches!(row.card, Some(Card::Poll { .. })) && !row.deleted);
        let polls: Vec<Seq> = polls.filter_map(|row| row.seq).take(2).collect();
        if polls.is_empty() {
            return;
        }
        let seq = *self.random.pick(&polls);
        let options = self.random.pick::<&[usize]>(&[&[0], &[1], &[2], &[0, 1], &[], &[9]]).to_vec();
        let nonce = self.random.nonce();
        self.write(tab, &nonce.clone(), Input::Vote { nonce, seq, options });
    }

    /// Closes a poll, adds an option to it, or ticks off a question; also on cards of other kinds and as somebody who may not.
    pub(crate) fn change_card(&mut self, tab: usize) {
        let cards = self.tabs[tab].screen.rows.iter().rev().filter(|row| row.card.is_some() && !row.deleted);
        let cards: Vec<Seq> = cards.filter_map(|row| row.seq).take(2).collect();
        if cards.is_empty() {
            return;
        }
        let seq = *self.random.pick(&cards);
        let (on, number) = (self.random.percent(50), self.history.other_writes.len());
        let change = match self.random.below(4) {
            0 => CardChange::Close(on),
            1 => CardChange::AddOption(format!("더 {number}")),
            _ => CardChange::Resolve { index: self.random.below(3), on },
        };
        let nonce = self.random.nonce();
        self.write(tab, &nonce.clone(), Input::ChangeCard { nonce, seq, change });
    }

    /// Pages through several answers to a question, or chooses one, rarely one that does not exist; also as somebody who may not.
    pub(crate) fn choose(&mut self, tab: usize) {
        let rows = self.tabs[tab].screen.rows.iter().rev().filter(|row| row.page.1 > 1);
        let answers: Vec<(Seq, usize)> =
            rows.filter_map(|row| Some((row.seq?, row.page.1))).take(2).collect();
        if answers.is_empty() {
            return;
        }
        let (seq, pages) = *self.random.pick(&answers);
        let index = self.random.below(pages + 1);
        if self.random.percent(30) {
            return self.tab_input(tab, Input::ShowPage { seq, page: index });
        }
        let nonce = self.random.nonce();
        self.write(tab, &nonce.clone(), Input::Choose { nonce, seq, index });
    }

    /// Puts an emoji on a message or answer, or takes one away; rarely what is no emoji.
    pub(crate) fn react(&mut self, tab: usize) {
        let Some(seq) = self.some_row(tab, |state| !matches!(state, ItemState::Failed { .. })) else {
            return;
        };
        let emoji = self.random.pick(&["👍", "👍", "❤️", "❤", "🎉", "👍🏽", "hi"]).to_string();
        let (on, nonce) = (self.random.percent(70), self.random.nonce());
        self.write(tab, &nonce.clone(), Input::React { nonce, seq, emoji, on });
    }

    /// Gives the room another topic; in one of five cases by a person who is not the owner, who also tries to ban them.
    pub(crate) fn run_room(&mut self, tab: usize) {
        let is_owner = self.people[self.tabs[tab].person].id == self.options.owner();
        if !is_owner && self.random.percent(80) {
            return;
        }
        let nonce = self.random.nonce();
        if !is_owner && self.random.percent(50) {
            let (person, action) = (self.options.owner(), ModerationAction::Ban { minutes: None });
            return self.write(tab, &nonce.clone(), Input::Moderate { nonce, person, action });
        }
        let topic = format!("주제 {}", self.history.other_writes.len());
        let moderation = Some(*self.random.pick(&[Strictness::Strict, Strictness::Normal, Strictness::Off]));
        let settings = RoomSettings { topic, moderation, ..RoomSettings::default() };
        self.write(tab, &nonce.clone(), Input::SetRoom { nonce, settings });
    }

    /// Adds, changes or removes a custom bot; rarely by a person who is not the owner.
    pub(crate) fn set_bots(&mut self, tab: usize) {
        let is_owner = self.people[self.tabs[tab].person].id == self.options.owner();
        if !is_owner && self.random.percent(95) {
            return;
        }
        let nonce = self.random.nonce();
        if self.random.percent(65) {
            let draft = Box::new(fixtures::draft(&mut self.random));
            self.write(tab, &nonce.clone(), Input::SetBot { nonce, draft, knowledge: None });
        } else {
            let handle = self.random.pick(&["owl", "owl", "fox", "poet"]).to_string();
            self.write(tab, &nonce.clone(), Input::RemoveBot { nonce, handle });
        }
    }

    /// The seq of a recent message: the person's own, or anybody's.
    fn some_words(&mut self, tab: usize, anybody: bool) -> Option<Seq> {
        let me = &self.people[self.tabs[tab].person].id;
        let is_fit = |author: &Author| match author {
            Author::Human { id, .. } => anybody || id == me,
            Author::Bot { .. } => false,
        };
        let rows = self.tabs[tab].screen.rows.iter().rev();
        let fit = rows.filter(|row| row.state == ItemState::Sent && !row.deleted && is_fit(&row.author));
        let places: Vec<Seq> = fit.filter_map(|row| row.seq).take(6).collect();
        (!places.is_empty()).then(|| *self.random.pick(&places))
    }
}
