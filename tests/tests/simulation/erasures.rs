//! People who have everything deleted that they wrote, and come back at once. Afterwards nothing of what they wrote until then
//! may be in the log, in prompts, in summaries or at the model's server, and nobody else's message may be harmed.
//!
//! When and who is chosen by a random generator of its own, so that a run without erasures is the same as before.

use std::collections::{BTreeMap, BTreeSet};

use room::{Input, LogRow, RowData, Visitor, Write};
use shared::{Bot, PersonId, Seq};

use crate::deleted_texts::marks;
use crate::random::Random;
use crate::schedule::SimEvent;
use crate::world::World;

/// What is recorded of erasures.
#[derive(Default)]
pub(crate) struct Erased {
    /// Up to which row each person had everything deleted.
    through: BTreeMap<PersonId, Seq>,
    /// Votes, reactions and custom bots whose rows were emptied, so that they may be told in two ways.
    pub(crate) rows: BTreeSet<Seq>,
    /// Every custom bot as it was added: its row may hold nothing of it any more.
    pub(crate) bots: BTreeMap<Seq, Bot>,
    /// Everybody who was ever given a number. The room forgets the numbers of those who had everything deleted.
    pub(crate) numbers: BTreeMap<u32, PersonId>,
}

impl Erased {
    /// Records what is stored.
    pub(crate) fn store(&mut self, write: &Write) {
        match write {
            Write::Append(LogRow { seq, data: RowData::BotSaved(bot), .. }) => {
                self.bots.insert(*seq, (**bot).clone());
            }
            Write::Rewrite {
                seq,
                data:
                    RowData::BotRemoved(_)
                    | RowData::Voted(_)
                    | RowData::CardChanged(_)
                    | RowData::Reacted(_)
                    | RowData::Chosen(_),
            } => {
                self.rows.insert(*seq);
            }
            Write::Person(person) => drop(self.numbers.insert(person.number, person.id.clone())),
            _ => {}
        }
    }

    /// Whether a row without a nonce is a part of an erasure that its author asked for.
    pub(crate) fn is_by_erasure(&self, row: &LogRow) -> bool {
        row.nonce.is_none() && self.through.contains_key(&row.author)
    }
}

impl World {
    /// Has everything of a random person deleted, and schedules the next time.
    pub(crate) fn erase_somebody(&mut self, mut random: Random) {
        if self.is_settling {
            return;
        }
        let person = random.pick(&self.people).id.clone();
        self.erase(&person);
        let wait = random.between(4_000, 20_000);
        self.schedule.after(wait, SimEvent::Erase { random });
    }

    /// Does what the Worker does when somebody asks for it, and loads their tabs anew.
    fn erase(&mut self, person: &PersonId) {
        self.set_readable();
        if self.shell.room.is_none() {
            self.wake_room(Vec::new());
        }
        let address = format!("address-of-{person}");
        let visitor = Visitor { address, person: person.clone(), operator_until: None };
        let now = self.server_now();
        let Some(room) = &mut self.shell.room else { return };
        if room.may_erase(now, &visitor).is_err() {
            return self.history.coverage.count("erasure refused");
        }
        let head = self.shell.storage.memory.rows.keys().next_back().copied().unwrap_or_default();
        let failures = |world: &Self| world.history.coverage.0.get("store failed").copied();
        let before = failures(self);
        // Recorded before, because the first step may be a part of the same input.
        let former = self.history.erased.through.insert(person.clone(), head);
        self.trace.line(self.schedule.now, || format!("{person} has everything deleted up to {head}"));
        self.room_input(Input::Erase { person: person.clone() });
        let pending = self.shell.storage.memory.erasures.get(person);
        if failures(self) != before && pending.is_none_or(|erasure| erasure.through < head) {
            // They are told to try again.
            let through = &mut self.history.erased.through;
            match former {
                Some(former) => drop(through.insert(person.clone(), former)),
                None => drop(through.remove(person)),
            }
            return self.history.coverage.count("erasure failed");
        }
        self.history.coverage.count("erasure");
        let tabs = (0..self.tabs.len()).filter(|tab| self.people[self.tabs[*tab].person].id == *person);
        tabs.collect::<Vec<_>>().into_iter().for_each(|tab| self.reload(tab));
    }

    /// Checks that nothing is left of what people had deleted.
    pub(crate) fn check_erasures(&self) -> Result<(), String> {
        let memory = &self.shell.storage.memory;
        for (person, through) in &self.history.erased.through {
            let rows = || memory.rows.values().filter(|row| row.author == *person);
            let left = rows().filter(|row| row.seq <= *through).find(|row| match &row.data {
                RowData::Message(message) => {
                    !message.deleted || !message.text.is_empty() || !message.name.is_empty()
                }
                RowData::Voted(options) => !options.is_empty(),
                RowData::CardChanged(added) => added.is_some(),
                RowData::Reacted(reacted) => reacted.on,
                RowData::Chosen(option) => option.is_some(),
                RowData::BotSaved(_) => true,
                _ => false,
            });
            if let Some(left) = left {
                return Err(format!(
                    "not erased: {person} had all up to {through} deleted, and {left:?} is left"
                ));
            }
            let votes_later = |poll: Seq| {
                rows().any(|row| {
                    row.seq > *through
                        && row.target == Some(poll)
                        && matches!(&row.data, RowData::Voted(options) if !options.is_empty())
                })
            };
            let voted = memory.rows.values().find(|row| match &row.data {
                RowData::Answer(answer) => {
                    answer.votes.iter().any(|vote| vote.person == *person) && !votes_later(row.seq)
                }
                _ => false,
            });
            if let Some(poll) = voted {
                return Err(format!("not erased: a vote of {person} is left in {poll:?}"));
            }
        }
        self.check_harm()?;
        self.check_summaries()
    }

    /// Checks that a message is deleted only when its author or the room's owner asked for it, or its author has erased it.
    fn check_harm(&self) -> Result<(), String> {
        let rows = &self.shell.storage.memory.rows;
        let is_deleted = |row: &&LogRow| matches!(&row.data, RowData::Message(message) if message.deleted);
        let harmed = rows.values().filter(is_deleted).find(|row| {
            let is_asked = rows.range(row.seq..).any(|(_, change)| {
                change.target == Some(row.seq) && change.data == RowData::Deleted && change.nonce.is_some()
            });
            let erased = self.history.erased.through.get(&row.author);
            !is_asked && erased.is_none_or(|through| row.seq > *through)
        });
        match harmed {
            Some(row) => Err(format!("harmed: {row:?} was deleted, and nobody asked for it")),
            None => Ok(()),
        }
    }

    /// Checks that no stored summary holds deleted text.
    fn check_summaries(&self) -> Result<(), String> {
        for chain in self.shell.storage.memory.chains.values() {
            let Some(summary) = &chain.summary else { continue };
            let own = marks(summary).map(str::to_owned);
            let calls = marks(summary).filter_map(|mark| mark.strip_prefix('s')?.parse::<usize>().ok());
            let held =
                calls.filter_map(|call| self.model.calls.get(call)).flat_map(|call| call.holds.clone());
            if let Some(mark) = own.chain(held).find(|mark| self.history.deleted_texts.is_deleted(mark)) {
                return Err(format!("leaked: the summary of {} holds {mark}, which was deleted", chain.bot));
            }
        }
        Ok(())
    }
}
