//! Checks the guarantees G1 to G15 by comparing what people sent, what is stored and what tabs show.

use std::collections::{BTreeMap, BTreeSet};

use client::{ItemKey, ItemState};
use room::{Call, RowData};
use shared::{Author, Message, Nonce, Person, PersonId, RunState, Seq, Vote, limits};

use crate::history::ToldRow;
use crate::private_answers;
use crate::screen::Shown;
use crate::world::World;

/// Calls that one run may have: a summary, the first, its retries, one that rebuilds the chain, and rounds of tools.
const CALLS: u32 = 1 + 1 + limits::RETRIES + 1 + limits::TOOL_ROUNDS;

impl World {
    /// Checks a call before it is made.
    pub(crate) fn check_call(&mut self, call: &Call) {
        if self.history.interrupted.contains(&call.run) {
            self.fail(format!("called again: run {} had a call when the room lost it", call.run));
        }
        if call.call_number > CALLS {
            self.fail(format!("too many calls: the {}th of run {}", call.call_number, call.run));
        }
        let is_further =
            |run: &Seq| self.shell.storage.memory.runs.get(run).is_some_and(|run| run.is_answered);
        let is_beside = |run: &Seq| is_further(run) || private_answers::is_private(*run);
        let others = self.shell.tasks.iter().filter(|((run, _), _)| !is_beside(run) && !is_beside(&call.run));
        let busy = others.map(|(_, other)| other).find(|other| self.model.calls[**other].bot == call.bot);
        if let Some(other) = busy {
            let other = self.model.calls[*other].run;
            self.fail(format!("two calls: {} is asked for {} while it answers {other}", call.bot, call.run));
        }
        let before =
            self.model.calls.iter().filter(|asked| asked.run == call.run).map(|asked| asked.call_number);
        if before.max().unwrap_or_default() + 1 != call.call_number {
            self.fail(format!("run {}: call {} does not follow", call.run, call.call_number));
        }
        let stored = self.shell.storage.memory.runs.get(&call.run).map(|run| run.calls);
        if stored != Some(call.call_number) {
            self.fail(format!("run {}: call {} is made and {stored:?} stored", call.run, call.call_number));
        }
        let checks =
            [self.check_money(call), self.check_turn(call), self.check_deleted_texts(call.run, &call.turn)];
        checks.into_iter().filter_map(Result::err).for_each(|violation| self.fail(violation));
    }

    /// Checks that the text shown of a streaming answer is a prefix of the model's text (promise G9).
    pub(crate) fn check_streams(&mut self, tab: usize) {
        let mut streams = self.tabs[tab].screen.streams();
        let garbled =
            streams.find(|(run, text)| !self.may_say(*run, text)).map(|(run, text)| (run, text.to_owned()));
        drop(streams);
        if let Some((run, text)) = garbled {
            self.fail(format!("garbled: tab {tab} shows {text:?} for run {run}"));
        }
    }

    /// Checks everything once nothing is pending.
    pub(crate) fn check(&self) -> Result<(), String> {
        self.check_log()?;
        self.check_says()?;
        self.check_changes()?;
        self.check_erasures()?;
        self.check_mentions()?;
        self.check_answers()?;
        self.check_settled()?;
        let left = self.people.iter().find_map(|human| human.outbox.first_key_value());
        if let Some((nonce, item)) = left {
            return Err(format!("kept: {nonce} would be sent again: {item}"));
        }
        let people = self.present();
        for tab in 0..self.tabs.len() {
            self.check_tab(tab, &people).map_err(|violation| format!("tab {tab}: {violation}"))?;
        }
        Ok(())
    }

    /// Checks that seqs are 1, 2, 3 … and hold what tabs were told (promises G1 and G2).
    fn check_log(&self) -> Result<(), String> {
        let rows = &self.shell.storage.memory.rows;
        for (place, seq) in (1..).zip(rows.keys()) {
            if seq.0 != place {
                return Err(format!("gap: {place} is missing"));
            }
        }
        for (seq, told) in &self.history.told {
            let row = rows.get(seq).ok_or_else(|| format!("lost: {seq} was told as {told:?}"))?;
            let stored = ToldRow::row(row);
            if !stored.agrees(told) && !self.history.erased.rows.contains(seq) {
                return Err(format!("phantom: {seq} was told as {told:?} and is {stored:?}"));
            }
        }
        Ok(())
    }

    /// Checks that the log holds each message once, unchanged, with its author, and nothing else (promise G3).
    fn check_says(&self) -> Result<(), String> {
        let mut found: BTreeMap<(&PersonId, &str), Seq> = BTreeMap::new();
        for row in self.shell.storage.memory.rows.values() {
            let RowData::Message(said) = &row.data else { continue };
            let nonce = row.nonce.as_ref().ok_or_else(|| format!("{} has no nonce", row.seq))?;
            let Some(original) = self.history.message(&row.author, nonce) else {
                return Err(format!("phantom: {} holds {:?}", row.seq, said.text));
            };
            if original.accepted.is_some_and(|seq| seq != row.seq) {
                return Err(format!("moved: {:?} is at {}", original, row.seq));
            }
            if let Some(other) = found.insert((&row.author, &original.text), row.seq) {
                return Err(format!("doubled: {:?} is at {other} and at {}", said.text, row.seq));
            }
        }
        for said in self.history.messages.values() {
            let is_there = found.contains_key(&(&said.author, said.text.as_str()));
            if !is_there && (said.accepted.is_some() || !said.is_discarded) {
                return Err(format!("lost: {said:?}"));
            }
        }
        let mut places: BTreeMap<&Nonce, Vec<Seq>> = BTreeMap::new();
        for row in self.shell.storage.memory.rows.values() {
            let is_message = matches!(row.data, RowData::Message(_));
            row.nonce
                .iter()
                .filter(|_| !is_message)
                .for_each(|nonce| places.entry(nonce).or_default().push(row.seq));
        }
        for (nonce, tried) in &self.history.other_writes {
            let places = places.remove(nonce).unwrap_or_default();
            if places.len() > 1 || tried.accepted.is_some_and(|seq| places != [seq]) {
                return Err(format!("tried once: {tried:?} is at {places:?}"));
            }
        }
        Ok(())
    }

    /// The roster, computed from the attachments of the open sockets.
    fn present(&self) -> Vec<Person> {
        let joined = self.shell.sockets.values().filter_map(|socket_state| {
            let name = socket_state.attachment.name.clone()?;
            let id = socket_state.attachment.visitor.person.clone();
            let number = socket_state.attachment.number?;
            Some(Person { number, owner: id == self.options.owner(), operator: false, id, name })
        });
        let people: BTreeMap<PersonId, Person> = joined.map(|person| (person.id.clone(), person)).collect();
        people.into_values().collect()
    }

    /// Checks that a tab shows what its client holds: the newest part of the log, or where somebody reads elsewhere, all of that
    /// part (promises G3 to G8).
    fn check_tab(&self, tab: usize, people: &[Person]) -> Result<(), String> {
        let tab = &self.tabs[tab];
        tab.screen.check(&tab.client)?;
        let timeline = tab.client.timeline();
        let rows = self.shell.storage.memory.rows.values();
        let stored = rows.filter_map(|row| {
            Some(Message { nonce: row.nonce.clone(), ..row.message_for(&self.people[tab.person].id)? })
        });
        let log: Vec<_> = stored.collect();
        let shown = &tab.screen.rows;
        let first = shown.first().and_then(Shown::place);
        let from = log.iter().position(|message| Some(message.seq) == first).unwrap_or(log.len());
        let is_detached = timeline.is_detached();
        if !is_detached
            && log.len() - from < log.len().min(limits::WELCOME_MESSAGES)
            && !self.options.has_long_messages
        {
            return Err(format!("lost: {} of {} messages are shown", shown.len(), log.len()));
        }
        if timeline.has_older() != (from > 0) {
            return Err(format!("older: {} is said and {from} are before", timeline.has_older()));
        }
        let places = places(&log[from..]);
        for (shown, place) in shown.iter().zip(&places) {
            // Somebody may have turned to an earlier answer, or may read elsewhere and not hold the newest one.
            let is_newest = shown.page.1 < 2 && !is_detached;
            let held = place.iter().rev().filter(|message| shown.seq == Some(message.seq) || is_newest);
            let Some(message) = held.copied().next() else {
                return Err(format!("diverged: {place:?} is shown as {shown:?}"));
            };
            let state = match &message.answer {
                Some(answer) => ItemState::Answer(answer.state),
                None => ItemState::Sent,
            };
            let is_same = shown.seq == Some(message.seq)
                && is_same_author(&shown.author, message)
                && (shown.text == message.text
                    || is_cut_card(message, &shown.text)
                    || message.answer.as_ref().is_some_and(|answer| answer.options.contains(&shown.text)))
                && shown.deleted == message.deleted
                && (shown.deleted || shown.edited == message.edited)
                && shown.card.as_ref() == message.answer.as_ref().and_then(|answer| answer.card.as_ref())
                && by_person(&shown.votes)
                    == message.answer.as_ref().map(|of| by_person(&of.votes)).unwrap_or_default()
                && shown.reactions == message.reactions
                && shown.state == state;
            if !is_same {
                return Err(format!("diverged: {message:?} is shown as {shown:?}"));
            }
            if let (ItemKey::Human { nonce, .. }, Some(of)) = (&shown.key, &message.nonce)
                && nonce != of
            {
                return Err(format!("diverged: {nonce} is shown for {of}"));
            }
        }
        if !is_detached && shown.len() != places.len() {
            return Err(format!("diverged: {} rows are shown for {}", shown.len(), places.len()));
        }
        self.check_bots(tab)?;
        let settings = &self.shell.storage.memory.room.settings;
        if timeline.settings() != settings {
            return Err(format!("settings: {:?} are shown for {settings:?}", timeline.settings()));
        }
        // Who types, and which of two nicknames a person took last, may be kept in memory alone: a room that lost its memory cannot
        // take it back.
        let has_forgotten =
            ["store failed", "memory lost"].iter().any(|what| self.history.coverage.0.contains_key(*what));
        let is_same = |seen: &Person, here: &Person| {
            seen.id == here.id && seen.owner == here.owner && (has_forgotten || seen.name == here.name)
        };
        let known: Vec<&Person> = tab.client.people().values().collect();
        // In a crowd a tab knows some of the people, and those who left may be among them.
        let is_crowd = people.len() > self.options.crowd_people;
        let is_whole =
            known.len() == people.len() && known.iter().zip(people).all(|(seen, here)| is_same(seen, here));
        if !(is_crowd || is_whole) || tab.client.people_count() != people.len() {
            return Err(format!("people: {known:?} are shown and {people:?} are here"));
        }
        if !tab.client.typing().is_empty() && !has_forgotten {
            return Err(format!("typing: {:?} for ever", tab.client.typing()));
        }
        let joined: BTreeSet<&PersonId> = people.iter().map(|person| &person.id).collect();
        if !tab.is_reader && !joined.contains(&self.people[tab.person].id) {
            return Err("people: somebody who joined is not here".to_owned());
        }
        Ok(())
    }
}

/// The messages that are shown in each place, the one that is shown last: answers of a bot to one question share a place, and of
/// these the newest is shown that is not deleted.
fn places(log: &[Message]) -> Vec<Vec<&Message>> {
    let mut places: Vec<Vec<&Message>> = Vec::new();
    let question =
        |message: &Message| message.answer.as_ref().map(|answer| (answer.parent, message.author.clone()));
    for message in log {
        let beside = places
            .iter_mut()
            .find(|place| question(message).is_some() && question(place[0]) == question(message));
        match beside {
            Some(place) => place.push(message),
            None => places.push(vec![message]),
        }
    }
    for place in &mut places {
        if place.iter().any(|message| !message.deleted) {
            place.retain(|message| !message.deleted);
        } else {
            place.truncate(1);
        }
    }
    places
}

/// Whether this is the author that a tab shows. Of a deleted message it may show the nickname that it knew before.
fn is_same_author(shown: &Author, message: &Message) -> bool {
    match (shown, &message.author) {
        (Author::Human { id, .. }, Author::Human { id: known, name, .. })
            if message.deleted && name.is_empty() =>
        {
            id == known
        }
        (shown, author) => shown == author,
    }
}

/// Whether this is the JSON of a card that was cut off, of which a tab shows nothing.
fn is_cut_card(message: &Message, shown: &str) -> bool {
    let is_cut =
        message.answer.as_ref().is_some_and(|answer| answer.card.is_none() && answer.state != RunState::Done);
    is_cut && shown.is_empty() && message.text.starts_with('{')
}

/// Votes by person: a changed vote keeps its position on a tab and moves to the end in the room.
fn by_person(votes: &[Vote]) -> BTreeMap<&PersonId, usize> {
    votes.iter().map(|vote| (&vote.person, vote.option)).collect()
}
