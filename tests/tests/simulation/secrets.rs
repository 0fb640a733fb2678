//! Words that were deleted: where they were, and that they go nowhere any more. Every message, every edit and every answer
//! of a run holds a word that nothing else holds (`m12`, `e7`, `a31`, a summary `s31`), so that any text can be searched
//! for what it gives away.

use std::collections::{BTreeMap, BTreeSet};

use models::Turn;
use room::{LogRow, RowData, Write};
use shared::Seq;

use crate::world::World;

/// The words of a text that belong to one message alone.
pub(crate) fn marks(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| {
        word.strip_prefix(['m', 'e', 'a', 's'])
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

/// What was ever written where, and what of it was deleted.
#[derive(Default)]
pub(crate) struct Secrets {
    /// All texts that a place ever held.
    pub(crate) texts: BTreeMap<Seq, BTreeSet<String>>,
    /// Marks that were deleted.
    deleted: BTreeSet<String>,
}

impl Secrets {
    /// Something is stored.
    pub(crate) fn store(&mut self, write: &Write) {
        match write {
            Write::Append(LogRow { seq, data, .. }) | Write::Rewrite { seq, data } => match data {
                RowData::Message(_) | RowData::Answer(_) if !data.text().is_empty() => {
                    self.texts.entry(*seq).or_default().insert(data.text().to_owned());
                }
                _ => {}
            },
            _ => {}
        }
        if let Write::Append(LogRow { data: RowData::Deleted, target: Some(target), .. }) = write {
            let texts = self.texts.get(target).into_iter().flatten();
            self.deleted.extend(texts.flat_map(|text| marks(text)).map(str::to_owned));
        }
    }
}

impl World {
    /// What a turn gives away, with all that its chain and its summaries hold.
    pub(crate) fn marks_of(&self, turn: &Turn) -> BTreeSet<String> {
        let mut found: BTreeSet<String> = BTreeSet::new();
        for item in &turn.input {
            found.extend(marks(item.text()).map(str::to_owned));
        }
        let summaries: Vec<usize> =
            found.iter().filter_map(|mark| mark.strip_prefix('s')?.parse().ok()).collect();
        for call in summaries {
            if let Some(asked) = self.model.calls.get(call) {
                found.extend(asked.holds.iter().cloned());
            }
        }
        found
    }

    /// What a response holds: its own turn, what it continues, and what it said.
    pub(crate) fn holds(&self, turn: &Turn) -> BTreeSet<String> {
        let mut holds = self.marks_of(turn);
        if let Some(before) = turn.previous.as_ref().and_then(|id| self.model.by_id(id)) {
            let before = &self.model.calls[before];
            holds.extend(before.holds.iter().cloned());
        }
        holds
    }

    /// What was deleted is in no turn that is built from now on, and no chain goes on that holds it. A run that has begun
    /// goes on with what its tools asked for.
    pub(crate) fn check_secrets(&self, run: Seq, turn: &Turn) -> Result<(), String> {
        let deleted = &self.history.secrets.deleted;
        if deleted.is_empty() {
            return Ok(());
        }
        if let Some(mark) = self.marks_of(turn).intersection(deleted).next() {
            return Err(format!("leaked: run {run} is given {mark}, which was deleted: {:?}", turn.input));
        }
        let before =
            turn.previous.as_ref().and_then(|id| self.model.by_id(id)).map(|call| &self.model.calls[call]);
        if let Some(before) = before.filter(|before| before.run != run)
            && let Some(mark) = before.holds.intersection(deleted).next()
        {
            let id = &before.response;
            return Err(format!(
                "leaked: run {run} goes on from {id}, which holds {mark}, which was deleted"
            ));
        }
        Ok(())
    }

    /// Whatever the model's server keeps of deleted words, it was asked to delete.
    pub(crate) fn check_forgotten(&self) -> Result<(), String> {
        let deleted = &self.history.secrets.deleted;
        for id in &self.history.recorded {
            let Some(call) = self.model.by_id(id) else { continue };
            let asked = &self.model.calls[call];
            let mark = asked.holds.intersection(deleted).next();
            if let Some(mark) = mark.filter(|_| !self.model.deleted.contains(id)) {
                return Err(format!("kept: {id} of run {} holds {mark}, which was deleted", asked.run));
            }
            if self.options.is_named && !self.model.deleted.contains(id) {
                return Err(format!("kept: {id} outlives its room"));
            }
        }
        Ok(())
    }
}
