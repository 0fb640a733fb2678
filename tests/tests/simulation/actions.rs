//! Random actions of people at their tabs: join, write, mention bots, stop, regenerate, read, discard.

use client::{Input, ItemKey, ItemState};
use shared::{Nonce, RunState, Seq};

use crate::fixtures;
use crate::history::SentMessage;
use crate::schedule::SimEvent;
use crate::world::World;

impl World {
    /// Makes a person act once and schedules their next action.
    pub(crate) fn act(&mut self, tab: usize) {
        if self.is_settling {
            return;
        }
        self.do_something(tab);
        let pace = self.options.pace;
        let wait =
            if self.random.percent(20) { self.random.between(1, 50) } else { self.random.between(200, pace) };
        self.schedule.after(wait, SimEvent::Act { tab });
    }

    fn do_something(&mut self, tab: usize) {
        let has_name = self.tabs[tab].client.you().is_some_and(|you| you.name.is_some());
        if !has_name {
            if !self.tabs[tab].is_reader {
                self.join(tab);
            }
            return;
        }
        match self.random.between(0, 31) {
            0..10 => self.say(tab),
            20 | 21 => self.edit(tab),
            22 => self.delete(tab),
            23 | 24 => self.vote(tab),
            25 => self.set_bots(tab),
            27 | 28 => self.react(tab),
            29 | 30 => self.choose(tab),
            31 => self.change_card(tab),
            26 if self.random.percent(40) => self.run_room(tab),
            10..13 => {
                let on = self.random.percent(60);
                self.tab_input(tab, Input::Typing(on));
            }
            13 => self.read_somewhere(tab),
            14 | 15 => self.stop(tab),
            16 | 17 => self.ask_again(tab),
            18 => self.retry_or_discard(tab),
            _ if self.random.percent(20) => self.join(tab),
            _ => {}
        }
    }

    /// Joins a tab that is no reader under a nickname of its own.
    pub(crate) fn join_at_last(&mut self, tab: usize) {
        let has_name = self.tabs[tab].client.you().is_some_and(|you| you.name.is_some());
        if !has_name && !self.tabs[tab].is_reader {
            self.tab_input(tab, Input::Join { nickname: format!("끝{tab}") });
        }
    }

    fn join(&mut self, tab: usize) {
        let person = self.tabs[tab].person;
        let nickname = match self.random.between(0, 9) {
            // Another person's nickname, perhaps.
            0 => self.random.pick(&self.people).name.clone(),
            1 => format!("{} 둘째", self.people[person].name),
            2 => "chatbot".to_owned(),
            _ => self.people[person].name.clone(),
        };
        self.tab_input(tab, Input::Join { nickname });
    }

    fn say(&mut self, tab: usize) {
        let nonce = self.random.nonce();
        let mut text = format!("m{} ", self.history.messages.len());
        let calls = if self.random.percent(self.options.mentions) {
            fixtures::call(&mut self.random)
        } else {
            Vec::new()
        };
        calls.iter().for_each(|call| text.push_str(&format!("@{call} ")));
        text.push_str(" 안녕");
        if self.options.has_long_messages {
            text.push_str(&"가".repeat(3_900));
        }
        let reply_to = if self.random.percent(15) { self.some_row(tab, |_| true) } else { None };
        let author = self.people[self.tabs[tab].person].id.clone();
        let key = ItemKey::Human { author: author.clone(), nonce: nonce.clone() };
        // Recorded before the effects are carried out, because a reply to it may arrive during them.
        let said = SentMessage { author, text: text.clone(), calls, accepted: None, is_discarded: false };
        self.history.messages.insert(nonce.clone(), said);
        self.tab_input(tab, Input::Say { nonce: nonce.clone(), text, reply_to });
        if self.tabs[tab].client.timeline().item(&key).is_none() {
            self.history.messages.remove(&nonce);
        }
    }

    fn stop(&mut self, tab: usize) {
        if let Some(run) =
            self.some_row(tab, |state| matches!(state, ItemState::Answer(run) if !run.is_end()))
        {
            self.tab_input(tab, Input::Stop { run });
        }
    }

    fn ask_again(&mut self, tab: usize) {
        let is_broken = |state: ItemState| matches!(state, ItemState::Answer(run) if run.is_end() && run != RunState::Done);
        let is_ended = |state: ItemState| matches!(state, ItemState::Answer(run) if run.is_end());
        let run = self.some_row(tab, is_broken).or_else(|| self.some_row(tab, is_ended));
        let Some(run) = run else { return };
        let nonce = self.random.nonce();
        self.write(tab, &nonce.clone(), Input::Regenerate { nonce, run, confirmed: true });
    }

    fn retry_or_discard(&mut self, tab: usize) {
        let unsent = self.tabs[tab].screen.rows.iter().filter(|row| {
            row.seq.is_none() && matches!(row.state, ItemState::Pending | ItemState::Failed { .. })
        });
        let unsent: Vec<(Nonce, ItemState)> = unsent
            .filter_map(|row| match &row.key {
                ItemKey::Human { nonce, .. } => Some((nonce.clone(), row.state)),
                ItemKey::Seq(_) => None,
            })
            .collect();
        let Some((nonce, state)) = unsent.first().cloned() else { return };
        if matches!(state, ItemState::Failed { .. }) && self.random.percent(70) {
            let fresh = self.random.nonce();
            self.tab_input(tab, Input::Retry { nonce, fresh });
        } else if self.random.percent(30) {
            if let Some(said) = self.history.messages.get_mut(&nonce) {
                said.is_discarded = true;
            }
            self.tab_input(tab, Input::Discard { nonce });
        }
    }

    /// The seq of a recent item in such a state.
    pub(crate) fn some_row(&mut self, tab: usize, is_wanted: impl Fn(ItemState) -> bool) -> Option<Seq> {
        let rows = self.tabs[tab].screen.rows.iter().filter(|row| is_wanted(row.state));
        let places: Vec<Seq> = rows.filter_map(|row| row.seq).collect();
        let newest = &places[places.len().saturating_sub(5)..];
        (!newest.is_empty()).then(|| *self.random.pick(newest))
    }
}
