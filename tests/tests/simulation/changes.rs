//! What people do to what was said, and the owner to the bots: other words, deletions, votes, bots that come and go. Some
//! of it is not theirs to do.

use client::{Input, ItemState};
use shared::{Author, Card, Nonce, Seq};

use crate::cast;
use crate::history::Tried;
use crate::world::World;

impl World {
    /// Tries to write something that is no message.
    pub(crate) fn try_at(&mut self, page: usize, nonce: &Nonce, what: Input) {
        // Before the effects are carried out: an answer must find its attempt.
        self.history.tried.insert(nonce.clone(), Tried { what: what.clone(), accepted: None });
        self.tell_page(page, what);
    }

    /// A person gives a message other words. Now and then it is somebody else's.
    pub(crate) fn edit(&mut self, page: usize) {
        let anybody = self.dice.percent(10);
        let Some(seq) = self.some_words(page, anybody) else { return };
        let nonce = self.dice.nonce();
        let call = if self.dice.percent(30) { " @chatbot" } else { "" };
        let text = format!("e{}{call} 고침", self.history.tried.len());
        self.try_at(page, &nonce.clone(), Input::Edit { nonce, seq, text });
    }

    /// A person deletes a message of theirs; the owner also others' and answers.
    pub(crate) fn delete(&mut self, page: usize) {
        let is_owner = self.people[self.pages[page].person].id == self.options.owner();
        let anybody = self.dice.percent(if is_owner { 60 } else { 10 });
        let seq = if anybody && self.dice.percent(50) {
            self.some_row(page, |state| matches!(state, ItemState::Answer(_)))
        } else {
            self.some_words(page, anybody)
        };
        let Some(seq) = seq else { return };
        let nonce = self.dice.nonce();
        self.try_at(page, &nonce.clone(), Input::Delete { nonce, seq });
    }

    /// A person votes in a poll, changes their vote, takes it back, or chooses what is not there.
    pub(crate) fn vote(&mut self, page: usize) {
        let polls = self.pages[page].screen.rows.iter().rev();
        let polls = polls.filter(|row| matches!(row.card, Some(Card::Poll { .. })) && !row.deleted);
        let polls: Vec<Seq> = polls.filter_map(|row| row.seq).take(2).collect();
        if polls.is_empty() {
            return;
        }
        let seq = *self.dice.pick(&polls);
        let option = *self.dice.pick(&[Some(0), Some(1), Some(2), Some(1), None, Some(9)]);
        let nonce = self.dice.nonce();
        self.try_at(page, &nonce.clone(), Input::Vote { nonce, seq, option });
    }

    /// The owner adds, changes or removes a bot; now and then somebody tries who is not the owner.
    pub(crate) fn set_bots(&mut self, page: usize) {
        let is_owner = self.people[self.pages[page].person].id == self.options.owner();
        if !is_owner && self.dice.percent(95) {
            return;
        }
        let nonce = self.dice.nonce();
        if self.dice.percent(65) {
            let draft = Box::new(cast::draft(&mut self.dice));
            self.try_at(page, &nonce.clone(), Input::SetBot { nonce, draft });
        } else {
            let handle = self.dice.pick(&["owl", "owl", "fox", "poet"]).to_string();
            self.try_at(page, &nonce.clone(), Input::RemoveBot { nonce, handle });
        }
    }

    /// The place of somebody's words: the person's own, or anybody's.
    fn some_words(&mut self, page: usize, anybody: bool) -> Option<Seq> {
        let me = &self.people[self.pages[page].person].id;
        let is_fit = |author: &Author| match author {
            Author::Human { id, .. } => anybody || id == me,
            Author::Bot { .. } => false,
        };
        let rows = self.pages[page].screen.rows.iter().rev();
        let fit = rows.filter(|row| row.state == ItemState::Sent && !row.deleted && is_fit(&row.author));
        let places: Vec<Seq> = fit.filter_map(|row| row.seq).take(6).collect();
        (!places.is_empty()).then(|| *self.dice.pick(&places))
    }
}
