//! Whether every promise was kept, judged by what was said, what is stored and what is shown.

use std::collections::{BTreeMap, BTreeSet};

use client::{Key, RowState};
use room::{Call, RowData};
use shared::{Person, PersonId, RunState, Seq, limits};

use crate::history::Told;
use crate::world::World;

/// Calls that one run may have: the first, its retries, and one that rebuilds the chain.
const CALLS: u32 = 1 + limits::RETRIES + 1;

impl World {
    /// Looks at a call before it is made.
    pub(crate) fn check_call(&mut self, call: &Call) {
        if self.history.interrupted.contains(&call.run) {
            self.fail(format!("called again: run {} had a call when the room lost it", call.run));
        }
        if call.attempt > CALLS {
            self.fail(format!("too many calls: the {}th of run {}", call.attempt, call.run));
        }
        let busy = self.shell.tasks.values().find(|other| self.model.calls[**other].bot == call.bot);
        if let Some(other) = busy {
            let other = self.model.calls[*other].run;
            self.fail(format!("two calls: {} is asked for {} while it answers {other}", call.bot, call.run));
        }
        let before = self.model.calls.iter().filter(|asked| asked.run == call.run).map(|asked| asked.attempt);
        if before.max().unwrap_or_default() + 1 != call.attempt {
            self.fail(format!("run {}: call {} does not follow", call.run, call.attempt));
        }
        let stored = self.shell.storage.memory.runs.get(&call.run).map(|run| run.calls);
        if stored != Some(call.attempt) {
            self.fail(format!("run {}: call {} is made and {stored:?} stored", call.run, call.attempt));
        }
    }

    /// What a person sees of an answer that streams is the beginning of what the model said (promise G9).
    pub(crate) fn check_streams(&mut self, page: usize) {
        let garbled = self.pages[page].screen.streams().find(|(run, text)| {
            let mut calls = self.model.calls.iter().rev().filter(|call| call.run == *run);
            !calls.any(|call| call.spoken.starts_with(text))
        });
        if let Some((run, text)) = garbled {
            self.fail(format!("garbled: page {page} shows {text:?} for run {run}"));
        }
    }

    /// Looks at everything once all is quiet.
    pub(crate) fn check(&self) -> Result<(), String> {
        self.check_log()?;
        self.check_says()?;
        self.check_answers()?;
        self.check_knowledge()?;
        let left = self.people.iter().find_map(|human| human.outbox.first_key_value());
        if let Some((nonce, item)) = left {
            return Err(format!("kept: {nonce} would be sent again: {item}"));
        }
        let people = self.present();
        for page in 0..self.pages.len() {
            self.check_page(page, &people).map_err(|violation| format!("page {page}: {violation}"))?;
        }
        Ok(())
    }

    /// Places are 1, 2, 3 …, and what pages were told stands there (promises G1 and G2).
    fn check_log(&self) -> Result<(), String> {
        let rows = &self.shell.storage.memory.rows;
        for (place, seq) in (1..).zip(rows.keys()) {
            if seq.0 != place {
                return Err(format!("gap: {place} is missing"));
            }
        }
        for (seq, told) in &self.history.told {
            let row = rows.get(seq).ok_or_else(|| format!("lost: {seq} was told as {told:?}"))?;
            let stored = match (row.message(), row.target) {
                (Some(message), _) => Told::message(&message),
                (None, Some(target)) => Told::End { target },
                (None, None) => Told::Unknown,
            };
            if stored != *told {
                return Err(format!("phantom: {seq} was told as {told:?} and is {stored:?}"));
            }
        }
        Ok(())
    }

    /// What was said stands in the log once, as it was said, by whoever said it; nothing else does (promise G3).
    fn check_says(&self) -> Result<(), String> {
        let mut found: BTreeMap<(&PersonId, &str), Seq> = BTreeMap::new();
        for row in self.shell.storage.memory.rows.values() {
            let RowData::Said(said) = &row.data else { continue };
            let nonce = row.nonce.as_ref().ok_or_else(|| format!("{} has no nonce", row.seq))?;
            let Some(original) = self.history.says.get(nonce) else {
                return Err(format!("phantom: {} holds {:?}", row.seq, said.text));
            };
            if (&original.author, original.text.as_str()) != (&row.author, said.text.as_str()) {
                return Err(format!("changed: {:?} became {:?}", original.text, said.text));
            }
            if original.accepted.is_some_and(|seq| seq != row.seq) {
                return Err(format!("moved: {:?} is at {}", original, row.seq));
            }
            if let Some(other) = found.insert((&row.author, &said.text), row.seq) {
                return Err(format!("doubled: {:?} is at {other} and at {}", said.text, row.seq));
            }
        }
        for said in self.history.says.values() {
            let is_there = found.contains_key(&(&said.author, said.text.as_str()));
            if !is_there && (said.accepted.is_some() || !said.is_discarded) {
                return Err(format!("lost: {said:?}"));
            }
        }
        for (nonce, seq) in &self.history.again {
            let rows = self.shell.storage.memory.rows.values();
            let places: Vec<Seq> =
                rows.filter(|row| row.nonce.as_ref() == Some(nonce)).map(|row| row.seq).collect();
            if places.len() > 1 || seq.is_some_and(|seq| places != [seq]) {
                return Err(format!("asked again once: accepted at {seq:?}, and is at {places:?}"));
            }
        }
        Ok(())
    }

    /// Every answer has one end, and says what the model said (promises G9 and G10).
    fn check_answers(&self) -> Result<(), String> {
        let rows = &self.shell.storage.memory.rows;
        let mut ends: BTreeMap<Seq, Vec<Seq>> = BTreeMap::new();
        for row in rows.values().filter(|row| row.data == RowData::Ended) {
            ends.entry(row.target.unwrap_or_default()).or_default().push(row.seq);
        }
        for row in rows.values() {
            let RowData::Answer(answer) = &row.data else { continue };
            let run = row.seq;
            let ends = ends.remove(&run).unwrap_or_default();
            if !answer.state.is_end() {
                return Err(format!("open: answer {run} is {:?}", answer.state));
            }
            // One that found no place in the queue ended where it began.
            let expected = answer.ended.into_iter().filter(|end| *end != run).collect::<Vec<_>>();
            if ends != expected || answer.ended.is_none() {
                return Err(format!("ends: answer {run} ended at {ends:?} and says {:?}", answer.ended));
            }
            let mut calls = self.model.calls.iter().filter(|call| call.run == run).rev();
            let is_said = match answer.state {
                RunState::Done => calls.next().is_some_and(|call| call.whole.as_ref() == Some(&answer.text)),
                _ => answer.text.is_empty() || calls.any(|call| call.has_said(&answer.text)),
            };
            if !is_said {
                return Err(format!("garbled: answer {run} is {:?} with {:?}", answer.state, answer.text));
            }
        }
        match ends.first_key_value() {
            Some((run, _)) => Err(format!("an end without an answer: {run}")),
            None => Ok(()),
        }
    }

    /// Who is here, by what is kept with the open sockets.
    fn present(&self) -> Vec<Person> {
        let joined = self.shell.sockets.values().filter_map(|seat| {
            let name = seat.attachment.name.clone()?;
            Some(Person { id: seat.attachment.visitor.person.clone(), name, owner: false })
        });
        let people: BTreeMap<PersonId, Person> = joined.map(|person| (person.id.clone(), person)).collect();
        people.into_values().collect()
    }

    /// A page shows what it holds, and holds the newest part of the log as it stands (promises G3 to G8).
    fn check_page(&self, page: usize, people: &[Person]) -> Result<(), String> {
        let page = &self.pages[page];
        page.screen.check(&page.client)?;
        let timeline = page.client.timeline();
        let log: Vec<_> = self.shell.storage.memory.rows.values().filter_map(room::Row::message).collect();
        let shown = &page.screen.rows;
        let first = shown.first().and_then(|row| row.seq);
        let from = log.iter().position(|message| Some(message.seq) == first).unwrap_or(log.len());
        if shown.len() < log.len().min(limits::WELCOME_MESSAGES) && !self.options.is_loud {
            return Err(format!("lost: {} of {} messages are shown", shown.len(), log.len()));
        }
        if timeline.has_older() != (from > 0) {
            return Err(format!("older: {} is said and {from} are before", timeline.has_older()));
        }
        let newest = log.last().map(|message| message.seq);
        let newest_shown = shown.last().and_then(|row| row.seq);
        if newest_shown != newest {
            return Err(format!("diverged: {newest_shown:?} is shown last and {newest:?} is the newest"));
        }
        for (shown, message) in shown.iter().zip(&log[from..]) {
            let state = match &message.answer {
                Some(answer) => RowState::Answer(answer.state),
                None => RowState::Sent,
            };
            let is_same = shown.seq == Some(message.seq)
                && shown.author == message.author
                && shown.text == message.text
                && shown.state == state;
            if !is_same {
                return Err(format!("diverged: {message:?} is shown as {shown:?}"));
            }
            if let (Key::Human { nonce, .. }, Some(of)) = (&shown.key, &message.nonce)
                && nonce != of
            {
                return Err(format!("diverged: {nonce} is shown for {of}"));
            }
        }
        if shown.len() != log.len() - from {
            return Err(format!("diverged: {} rows are shown for {}", shown.len(), log.len() - from));
        }
        // Who types, and who has a new name since a moment ago, is known to memory alone: a room that lost it cannot
        // take back what it told, nor tell what it did not.
        let has_forgotten =
            ["store failed", "memory lost"].iter().any(|what| self.history.met.0.contains_key(*what));
        let is_same = |seen: &Person, here: &Person| {
            seen.id == here.id && seen.owner == here.owner && (has_forgotten || seen.name == here.name)
        };
        let seen: Vec<Person> = page.client.people().values().cloned().collect();
        let is_right = seen.len() == people.len() && seen.iter().zip(people).all(|(a, b)| is_same(a, b));
        if !is_right || page.client.count() != people.len() {
            return Err(format!("people: {seen:?} are shown and {people:?} are here"));
        }
        if !page.client.typing().is_empty() && !has_forgotten {
            return Err(format!("typing: {:?} for ever", page.client.typing()));
        }
        let joined: BTreeSet<&PersonId> = people.iter().map(|person| &person.id).collect();
        if !page.is_reader && !joined.contains(&self.people[page.person].id) {
            return Err("people: somebody who joined is not here".to_owned());
        }
        Ok(())
    }
}
