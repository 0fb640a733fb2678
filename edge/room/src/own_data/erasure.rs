//! Deletes everything that a person wrote, in steps, so that no input has to hold or tell more than it can.
//!
//! The person's nicknames, number and membership go with the request. Each of their messages becomes a deleted one as if they had
//! deleted it alone (promise G8): clients are told by the same events, chains that hold it end, and model servers delete the
//! responses that hold it. What is left to do is stored, so that it goes on after every crash.

use std::collections::VecDeque;

use shared::{Millis, PersonId, limits};

use crate::context::Context;
use crate::messages::{self, change, custom_bots, reports};
use crate::storage::{ErasureRecord, LogPage, ReadBudget, RowData, StorageError, Write};

/// Bytes of rows that are read for one step.
const STEP_BYTES: usize = 1024 * 1024;
/// Time between two steps.
const STEP_MS: u64 = 200;
/// When a step is tried again after the storage could not be read.
const RETRY_MS: u64 = 30_000;

/// The erasures that are not done.
#[derive(Debug, Default)]
pub(crate) struct Erasures {
    pending: VecDeque<ErasureRecord>,
    due_at: Option<Millis>,
}

impl Erasures {
    /// Loads what was not done when the room fell asleep.
    ///
    /// # Errors
    /// When the storage cannot be read.
    pub(crate) fn load(&mut self, cx: &Context<'_>) -> Result<(), StorageError> {
        self.pending = cx.storage.erasures()?.into();
        self.due_at = (!self.pending.is_empty()).then_some(cx.now);
        Ok(())
    }

    /// When the next step is due.
    pub(crate) fn next_due(&self) -> Option<Millis> {
        self.due_at
    }

    /// Forgets a person: closes their sockets, removes their custom bots if the room is theirs, and begins to delete what they
    /// wrote until now. What they write later is not touched.
    pub(crate) fn request(
        &mut self,
        cx: &mut Context<'_>,
        subjects: &mut messages::Subjects<'_>,
        person: &PersonId,
    ) {
        subjects.presence.close_sockets_of(cx, person);
        if cx.log.owner() == Some(person) {
            custom_bots::remove_all(cx, subjects, person);
        }
        reports::forget_person(cx, subjects.presence, person);
        cx.effects.write(Write::ForgetPerson(person.clone()));
        self.pending.retain(|erasure| erasure.person != *person);
        let record = ErasureRecord {
            person: person.clone(),
            after: cx.log.oldest().previous(),
            through: cx.log.head(),
        };
        cx.effects.write(Write::Erasure(record.clone()));
        self.pending.push_back(record);
        self.due_at = Some(cx.now);
    }

    /// Takes the next step, if it is due.
    pub(crate) fn run(&mut self, cx: &mut Context<'_>, subjects: &mut messages::Subjects<'_>) {
        if self.due_at.is_none_or(|at| cx.now < at) {
            return;
        }
        let Some(erasure) = self.pending.pop_front() else {
            self.due_at = None;
            return;
        };
        match step(cx, subjects, &erasure) {
            Ok(Some(rest)) => {
                cx.effects.write(Write::Erasure(rest.clone()));
                self.pending.push_back(rest);
            }
            Ok(None) => cx.effects.write(Write::ErasureDone(erasure.person)),
            Err(error) => {
                self.due_at = Some(cx.now.plus(RETRY_MS));
                self.pending.push_back(erasure);
                return cx.warn(format!(
                    "failed to read what a person asked to delete: {error}; it is tried again in {} s",
                    RETRY_MS / 1_000
                ));
            }
        }
        self.due_at = (!self.pending.is_empty()).then_some(cx.now.plus(STEP_MS));
    }
}

/// Deletes the next rows of a person. Returns what is left to do.
fn step(
    cx: &mut Context<'_>,
    subjects: &mut messages::Subjects<'_>,
    erasure: &ErasureRecord,
) -> Result<Option<ErasureRecord>, StorageError> {
    let ErasureRecord { person, after, through } = erasure;
    let end = (*through).min(shared::Seq(after.0.saturating_add(limits::OWN_DATA_ROWS)));
    let budget = ReadBudget { rows: limits::ERASED_AT_ONCE, bytes: STEP_BYTES };
    let LogPage { rows, is_cut } = cx.storage.rows_of(person, *after, end, budget)?;
    let is_text =
        |row: &&crate::storage::LogRow| matches!(&row.data, RowData::Message(message) if !message.deleted);
    let mut texts = rows.iter().filter(is_text).map(|row| row.seq);
    let oldest_text = texts.next();
    let newest_text = texts.next_back().or(oldest_text);
    let last = rows.last().map(|row| row.seq);
    if let Some(trimmed) = cx.log.trim(cx.now, cx.storage)? {
        cx.effects.write(Write::Trim { through: trimmed });
    }
    if let (Some(oldest), Some(newest)) = (oldest_text, newest_text) {
        subjects.runs.forget_range(cx, oldest, newest);
    }
    for row in rows {
        change::erase(cx, subjects, row)?;
    }
    let after = last.filter(|_| is_cut).unwrap_or(end);
    Ok((after < *through).then(|| ErasureRecord { after, ..erasure.clone() }))
}
