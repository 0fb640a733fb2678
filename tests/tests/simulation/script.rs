//! What people do at their pages: join, say, call bots, stop and ask again, look back, throw away.

use client::{Input, ItemKey, ItemState};
use shared::{Nonce, RunState, Seq};

use crate::agenda::Happening;
use crate::cast;
use crate::history::SaidOnce;
use crate::world::World;

impl World {
    /// A person does something, and will do something else later.
    pub(crate) fn act(&mut self, page: usize) {
        if self.is_settling {
            return;
        }
        self.do_something(page);
        let pace = self.options.pace;
        let wait =
            if self.dice.percent(20) { self.dice.between(1, 50) } else { self.dice.between(200, pace) };
        self.agenda.after(wait, Happening::Act { page });
    }

    fn do_something(&mut self, page: usize) {
        let has_name = self.pages[page].client.you().is_some_and(|you| you.name.is_some());
        if !has_name {
            if !self.pages[page].is_reader {
                self.join(page);
            }
            return;
        }
        match self.dice.between(0, 25) {
            0..10 => self.say(page),
            20 | 21 => self.edit(page),
            22 => self.delete(page),
            23 | 24 => self.vote(page),
            25 => self.set_bots(page),
            10..13 => {
                let on = self.dice.percent(60);
                self.tell_page(page, Input::Typing(on));
            }
            13 => self.tell_page(page, Input::LoadOlder),
            14 | 15 => self.stop(page),
            16 | 17 => self.ask_again(page),
            18 => self.retry_or_discard(page),
            _ if self.dice.percent(20) => self.join(page),
            _ => {}
        }
    }

    /// Everybody who wants to be here is here, under a name that nobody else wants.
    pub(crate) fn join_at_last(&mut self, page: usize) {
        let has_name = self.pages[page].client.you().is_some_and(|you| you.name.is_some());
        if !has_name && !self.pages[page].is_reader {
            self.tell_page(page, Input::Join { nickname: format!("끝{page}") });
        }
    }

    fn join(&mut self, page: usize) {
        let person = self.pages[page].person;
        let nickname = match self.dice.between(0, 9) {
            // Perhaps somebody else's.
            0 => self.dice.pick(&self.people).name.clone(),
            1 => format!("{} 둘째", self.people[person].name),
            2 => "chatbot".to_owned(),
            _ => self.people[person].name.clone(),
        };
        self.tell_page(page, Input::Join { nickname });
    }

    fn say(&mut self, page: usize) {
        let nonce = self.dice.nonce();
        let mut text = format!("m{} ", self.history.says.len());
        let calls =
            if self.dice.percent(self.options.mentions) { cast::call(&mut self.dice) } else { Vec::new() };
        calls.iter().for_each(|call| text.push_str(&format!("@{call} ")));
        text.push_str(" 안녕");
        if self.options.is_loud {
            text.push_str(&"가".repeat(3_900));
        }
        let reply_to = if self.dice.percent(15) { self.some_row(page, |_| true) } else { None };
        let author = self.people[self.pages[page].person].id.clone();
        let key = ItemKey::Human { author: author.clone(), nonce: nonce.clone() };
        // Before the effects are carried out: an answer must find its attempt.
        let said = SaidOnce { author, text: text.clone(), calls, accepted: None, is_discarded: false };
        self.history.says.insert(nonce.clone(), said);
        self.tell_page(page, Input::Say { nonce: nonce.clone(), text, reply_to });
        if self.pages[page].client.timeline().item(&key).is_none() {
            self.history.says.remove(&nonce);
        }
    }

    fn stop(&mut self, page: usize) {
        if let Some(run) =
            self.some_row(page, |state| matches!(state, ItemState::Answer(run) if !run.is_end()))
        {
            self.tell_page(page, Input::Stop { run });
        }
    }

    fn ask_again(&mut self, page: usize) {
        let is_broken = |state: ItemState| matches!(state, ItemState::Answer(run) if run.is_end() && run != RunState::Done);
        let is_ended = |state: ItemState| matches!(state, ItemState::Answer(run) if run.is_end());
        let run = self.some_row(page, is_broken).or_else(|| self.some_row(page, is_ended));
        let Some(run) = run else { return };
        let nonce = self.dice.nonce();
        self.try_at(page, &nonce.clone(), Input::Regenerate { nonce, run });
    }

    fn retry_or_discard(&mut self, page: usize) {
        let unsent = self.pages[page].screen.rows.iter().filter(|row| {
            row.seq.is_none() && matches!(row.state, ItemState::Pending | ItemState::Failed { .. })
        });
        let unsent: Vec<(Nonce, ItemState)> = unsent
            .filter_map(|row| match &row.key {
                ItemKey::Human { nonce, .. } => Some((nonce.clone(), row.state)),
                ItemKey::Seq(_) => None,
            })
            .collect();
        let Some((nonce, state)) = unsent.first().cloned() else { return };
        if matches!(state, ItemState::Failed { .. }) && self.dice.percent(70) {
            let fresh = self.dice.nonce();
            self.tell_page(page, Input::Retry { nonce, fresh });
        } else if self.dice.percent(30) {
            if let Some(said) = self.history.says.get_mut(&nonce) {
                said.is_discarded = true;
            }
            self.tell_page(page, Input::Discard { nonce });
        }
    }

    /// The place of some row in such a state.
    pub(crate) fn some_row(&mut self, page: usize, is_wanted: impl Fn(ItemState) -> bool) -> Option<Seq> {
        let rows = self.pages[page].screen.rows.iter().filter(|row| is_wanted(row.state));
        let places: Vec<Seq> = rows.filter_map(|row| row.seq).collect();
        let newest = &places[places.len().saturating_sub(5)..];
        (!newest.is_empty()).then(|| *self.dice.pick(newest))
    }
}
