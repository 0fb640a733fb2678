//! Checks that deleted text reaches no bot. Every message, edit, answer and summary of a run contains a marker word of
//! its own (`m12`, `e7`, `a31`, `s31`), so that any text can be searched for
//! deleted markers.

use std::collections::{BTreeMap, BTreeSet};

use models::Turn;
use room::{LogRow, RowData, Write};
use shared::Seq;

use crate::world::World;

/// The marker words in a text.
pub(crate) fn marks(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| {
        word.strip_prefix(['m', 'e', 'a', 's'])
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

/// Every text that was ever stored, and the markers that were deleted.
#[derive(Default)]
pub(crate) struct DeletedTexts {
    /// All texts that each row ever held.
    pub(crate) texts: BTreeMap<Seq, BTreeSet<String>>,
    deleted: BTreeSet<String>,
}

impl DeletedTexts {
    /// Records what is stored.
    pub(crate) fn store(&mut self, write: &Write) {
        match write {
            Write::Append(LogRow { seq, data, .. }) | Write::Rewrite { seq, data } => match data {
                RowData::Message(_) | RowData::Answer(_) if !data.text().is_empty() => {
                    let texts = self.texts.entry(*seq).or_default();
                    texts.insert(data.text().to_owned());
                    if let RowData::Answer(answer) = data {
                        texts.extend(answer.options.iter().map(|option| option.text.clone()));
                    }
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

impl DeletedTexts {
    /// Whether a marker was in a text that was deleted.
    pub(crate) fn is_deleted(&self, mark: &str) -> bool {
        self.deleted.contains(mark)
    }
}

impl World {
    /// The markers in a turn, those of the summaries in it included.
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

    /// The markers that a response holds: its turn's and those of the response that it continues.
    pub(crate) fn holds(&self, turn: &Turn) -> BTreeSet<String> {
        let mut holds = self.marks_of(turn);
        if let Some(before) = turn.previous.as_ref().and_then(|id| self.model.by_id(id)) {
            let before = &self.model.calls[before];
            holds.extend(before.holds.iter().cloned());
        }
        holds
    }

    /// Checks that a turn holds no deleted text and continues no response that does. A run that has begun may continue its
    /// own earlier tool rounds.
    pub(crate) fn check_deleted_texts(&self, run: Seq, turn: &Turn) -> Result<(), String> {
        let deleted = &self.history.deleted_texts.deleted;
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

    /// Checks that the model's server was asked to delete every response that holds deleted text.
    pub(crate) fn check_forgotten(&self) -> Result<(), String> {
        let deleted = &self.history.deleted_texts.deleted;
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
