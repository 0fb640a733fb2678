//! Computes the room's state from the log alone, change by change: the text, votes and reactions of every message, the bots, and
//! which of them each message mentions. The checker compares it with what is stored and shown.

use std::collections::BTreeMap;

use client::Input;
use room::{LogRow, ReactedRow, RowData};
use shared::reaction::set_reaction;
use shared::{Card, CardChange, PersonId, Reaction, Seq, Vote};

use crate::fixtures;
use crate::world::World;

/// A message after its changes.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct State {
    text: Option<String>,
    edited: bool,
    deleted: bool,
    votes: BTreeMap<PersonId, Vec<usize>>,
    reactions: Vec<Reaction>,
    chosen: usize,
}

impl World {
    /// Checks that every row is the result of its changes and every change was allowed (promise G8).
    pub(crate) fn check_changes(&self) -> Result<(), String> {
        let rows = &self.shell.storage.memory.rows;
        let mut states: BTreeMap<Seq, State> = BTreeMap::new();
        for row in rows.values() {
            if let RowData::Message(_) = row.data {
                let said = row.nonce.as_ref().and_then(|nonce| self.history.message(&row.author, nonce));
                let text = said.map(|said| said.text.clone());
                states.insert(row.seq, State { text, ..State::default() });
            }
            self.check_right(row)?;
            let Some(target) = row.target else { continue };
            let state = states.entry(target).or_default();
            let tried = row.nonce.as_ref().and_then(|nonce| self.history.other_writes.get(nonce));
            match (&row.data, tried.map(|tried| &tried.what)) {
                (RowData::Ended | RowData::Alternatives, None) => {}
                (RowData::Chosen(chosen), Some(Input::Choose { seq, index, .. }))
                    if *seq == target
                        && (*chosen == Some(*index) || self.history.erased.rows.contains(&row.seq)) =>
                {
                    state.chosen = *index;
                }
                (RowData::Edited, Some(Input::Edit { seq, text, .. })) if *seq == target => {
                    state.text = Some(text.clone());
                    state.edited = true;
                }
                (RowData::Deleted, Some(Input::Delete { seq, .. })) if *seq == target => {
                    state.text = Some(String::new());
                    (state.edited, state.deleted) = (false, true);
                    state.votes.clear();
                    state.reactions.clear();
                }
                (RowData::Deleted, None) if self.history.erased.is_by_erasure(row) => {
                    state.text = Some(String::new());
                    (state.edited, state.deleted) = (false, true);
                    state.reactions.clear();
                }
                (RowData::Voted(voted), None)
                    if voted.is_empty() && self.history.erased.is_by_erasure(row) =>
                {
                    state.votes.remove(&row.author);
                }
                (RowData::Voted(voted), Some(Input::Vote { seq, options, .. }))
                    if *seq == target
                        && (voted == options || self.history.erased.rows.contains(&row.seq)) =>
                {
                    state.votes.insert(row.author.clone(), options.clone());
                }
                (RowData::CardChanged(None), None) if self.history.erased.is_by_erasure(row) => {}
                // The checker of answers applies it.
                (RowData::CardChanged(added), Some(Input::ChangeCard { seq, change, .. }))
                    if *seq == target
                        && (added.is_some() == matches!(change, CardChange::AddOption(_))
                            || self.history.erased.rows.contains(&row.seq)) => {}
                (RowData::Reacted(ReactedRow { emoji, on: false }), None)
                    if self.history.erased.is_by_erasure(row) =>
                {
                    set_reaction(&mut state.reactions, emoji, &row.author, false);
                }
                (RowData::Reacted(ReactedRow { emoji, on }), Some(Input::React { seq, on: asked, .. }))
                    if *seq == target && (on == asked || self.history.erased.rows.contains(&row.seq)) =>
                {
                    set_reaction(&mut state.reactions, emoji, &row.author, *asked);
                }
                (data, tried) => return Err(format!("phantom: {} is {data:?} and was {tried:?}", row.seq)),
            }
        }
        for (seq, state) in states {
            let Some(row) = rows.get(&seq) else {
                return Err(format!("lost: {seq} was changed and is not there"));
            };
            let is_same = match &row.data {
                RowData::Message(said) => {
                    Some(&said.text) == state.text.as_ref()
                        && (said.edited, said.deleted) == (state.edited, state.deleted)
                        && said.reactions == state.reactions
                }
                RowData::Answer(answer) => {
                    let mut votes: Vec<Vote> = answer.votes.clone();
                    votes.sort_by(|a, b| a.person.cmp(&b.person));
                    let expected = state.votes.iter();
                    let expected = expected
                        .flat_map(|(person, options)| options.iter().map(move |option| (person, *option)));
                    answer.deleted == state.deleted
                        && (state.deleted || answer.chosen == state.chosen)
                        && answer.reactions == state.reactions
                        && (!state.deleted || answer.text.is_empty())
                        && votes.iter().map(|vote| (&vote.person, vote.option)).eq(expected)
                }
                _ => false,
            };
            if !is_same {
                return Err(format!("diverged: {seq} should be {state:?} and is {:?}", row.data));
            }
        }
        Ok(())
    }

    fn check_right(&self, row: &LogRow) -> Result<(), String> {
        let target = row.target.and_then(|target| self.shell.storage.memory.rows.get(&target));
        let is_owner = row.author == self.options.owner();
        let is_allowed = match (&row.data, target.map(|target| (&target.author, &target.data))) {
            (RowData::Edited, Some((author, RowData::Message(_)))) => *author == row.author,
            (RowData::Deleted, Some((author, RowData::Message(_)))) => *author == row.author || is_owner,
            (RowData::Deleted, Some((_, RowData::Answer(_)))) => is_owner,
            (RowData::Voted(voted), Some((_, RowData::Answer(answer)))) => match &answer.card {
                Some(Card::Poll { options, multiple, .. }) => {
                    voted.iter().all(|option| *option < options.len()) && (voted.len() < 2 || *multiple)
                }
                _ => answer.deleted,
            },
            (RowData::CardChanged(_), Some((_, RowData::Answer(answer)))) => {
                answer.card.is_some() || answer.deleted
            }
            (RowData::BotSaved(_) | RowData::BotRemoved(_) | RowData::Administration(_), None) => is_owner,
            (RowData::Reacted(_), Some((_, data))) => data.is_message(),
            (RowData::Alternatives, Some((author, RowData::Answer(_)))) => *author == row.author,
            (RowData::Chosen(_), Some((author, RowData::Answer(answer)))) => {
                *author == row.author || is_owner || self.has_asked(&row.author, answer.parent)
            }
            // Asked again.
            (RowData::Answer(answer), None) if row.nonce.is_some() => {
                is_owner || self.has_asked(&row.author, answer.parent)
            }
            (
                RowData::Edited
                | RowData::Deleted
                | RowData::Voted(_)
                | RowData::CardChanged(_)
                | RowData::Reacted(_)
                | RowData::Alternatives
                | RowData::Chosen(_),
                _,
            ) => false,
            _ => true,
        };
        if is_allowed { Ok(()) } else { Err(format!("not allowed: {row:?}")) }
    }

    fn has_asked(&self, person: &PersonId, question: Seq) -> bool {
        let rows = &self.shell.storage.memory.rows;
        rows.get(&question).is_some_and(|row| row.author == *person)
    }

    /// Applies a row to the room's bots.
    fn bots_after(&self, bots: &mut Vec<shared::Bot>, row: &LogRow) {
        if let Some(bot) = self.history.erased.bots.get(&row.seq) {
            bots.retain(|other| other.handle != bot.handle);
            return bots.push(bot.clone());
        }
        if let RowData::BotRemoved(handle) = &row.data {
            bots.retain(|other| other.handle != *handle);
        }
    }

    fn operators_bots(&self) -> Vec<shared::Bot> {
        let bots = fixtures::config(&self.options).bots;
        let face = |bot: room::Bot| shared::Bot {
            handle: bot.handle,
            aliases: bot.aliases,
            card: bot.card,
            price: bot.price,
            ..shared::Bot::default()
        };
        bots.into_iter().map(face).collect()
    }

    /// The bots that every tab must show.
    pub(crate) fn bots_now(&self) -> Vec<shared::Bot> {
        let mut bots = self.operators_bots();
        self.shell.storage.memory.rows.values().for_each(|row| self.bots_after(&mut bots, row));
        bots.sort_by(|a, b| a.handle.cmp(&b.handle));
        bots
    }

    /// Checks that each bot mentioned in a message has exactly one answer to it, in the order of the mentions.
    pub(crate) fn check_mentions(&self) -> Result<(), String> {
        let rows = &self.shell.storage.memory.rows;
        let mut answers: BTreeMap<Seq, Vec<&str>> = BTreeMap::new();
        for row in rows.values().filter(|row| row.nonce.is_none()) {
            if let RowData::Answer(answer) = &row.data {
                answers.entry(answer.parent).or_default().push(&answer.bot);
            }
        }
        let mut bots = self.operators_bots();
        for row in rows.values() {
            self.bots_after(&mut bots, row);
            let RowData::Message(said) = &row.data else { continue };
            let Some(original) =
                row.nonce.as_ref().and_then(|nonce| self.history.message(&row.author, nonce))
            else {
                continue;
            };
            let replied = said.reply_to.and_then(|seq| rows.get(&seq)).and_then(|row| match &row.data {
                RowData::Answer(answer) => Some(answer.bot.clone()),
                _ => None,
            });
            let of = |word: &String| {
                bots.iter()
                    .find(|bot| bot.handle == *word || bot.aliases.contains(word))
                    .map(|bot| bot.handle.clone())
            };
            let called =
                replied.as_ref().and_then(of).into_iter().chain(original.calls.iter().filter_map(of));
            let mut expected: Vec<String> = Vec::new();
            called.for_each(|bot| {
                if !expected.contains(&bot) {
                    expected.push(bot)
                }
            });
            let given = answers.remove(&row.seq).unwrap_or_default();
            if given != expected {
                let text = &original.text;
                return Err(format!(
                    "dropped: {} {text:?} called {expected:?}, and {given:?} answered",
                    row.seq
                ));
            }
        }
        match answers.first_key_value() {
            Some((seq, bots)) => Err(format!("phantom: {bots:?} answered {seq}")),
            None => Ok(()),
        }
    }
}
