//! Removes what a room has kept long enough, once a day while there is something to remove: by alarm, not only when somebody writes.
//!
//! Not here: what expires with a write (`log`, `presence::nicknames`), and the removal of the whole room (`deletion`).

use shared::time::DAY_MS;
use shared::{Millis, limits};

use crate::billing::spending;
use crate::context::Context;
use crate::messages::reports;
use crate::presence::Presence;
use crate::storage::{StorageError, Write};

/// Time to the next batch of rows that are too old.
const BATCH_MS: u64 = 60_000;

/// When a room is next cleaned.
#[derive(Debug, Default)]
pub(crate) struct Ageing {
    due_at: Option<Millis>,
}

impl Ageing {
    /// Loads when the room is to be cleaned. A room of an earlier version does not know it yet.
    ///
    /// # Errors
    /// When the storage cannot be read.
    pub(crate) fn load(&mut self, cx: &mut Context<'_>) -> Result<(), StorageError> {
        self.due_at = cx.storage.cleaning_due()?;
        if self.due_at.is_none() && cx.log.has_been_joined() {
            self.schedule(cx, soon(cx.now));
        }
        Ok(())
    }

    pub(crate) fn next_due(&self) -> Option<Millis> {
        self.due_at
    }

    /// Notes what is going to age: somebody is here, or something was written.
    pub(crate) fn note(&mut self, cx: &mut Context<'_>, presence: &Presence) {
        let is_active = presence.roster().count_people() > 0 || cx.effects.count_appended() > 0;
        let soon = soon(cx.now);
        if is_active && self.due_at.is_none_or(|at| at > soon) {
            self.schedule(cx, soon);
        }
    }

    /// Cleans the room, if it is time.
    pub(crate) fn run(&mut self, cx: &mut Context<'_>, presence: &Presence) {
        if self.due_at.is_none_or(|at| cx.now < at) {
            return;
        }
        match clean(cx, presence) {
            Ok(next) => {
                self.due_at = next;
                cx.effects.write(Write::CleaningDue(next));
            }
            Err(error) => {
                self.due_at = Some(cx.now.plus(BATCH_MS));
                cx.warn(format!(
                    "failed to read what is too old: {error}; it is tried again in {} s",
                    BATCH_MS / 1_000
                ));
            }
        }
    }

    fn schedule(&mut self, cx: &mut Context<'_>, at: Millis) {
        self.due_at = Some(at);
        cx.effects.write(Write::CleaningDue(Some(at)));
    }
}

/// Removes what is too old, and returns when to do so again.
fn clean(cx: &mut Context<'_>, presence: &Presence) -> Result<Option<Millis>, StorageError> {
    let trimmed = cx.log.trim_old(cx.now, cx.storage)?;
    presence.refresh_nicknames(cx);
    let before = |age| Millis(cx.now.0.saturating_sub(age));
    let (nicknames_before, members_before) = (before(limits::NAME_KEPT_MS), before(limits::MEMBER_KEPT_MS));
    if let Some(through) = trimmed {
        cx.effects.write(Write::Trim { through });
    }
    cx.effects.write(Write::Age { nicknames_before, members_before });
    spending::trim(cx, cx.now.0 / DAY_MS);
    reports::forget_old_reports(cx);
    let is_more_old = trimmed.is_some() && cx.log.last_old(cx.now, cx.storage)? >= cx.log.oldest();
    if is_more_old {
        return Ok(Some(cx.now.plus(BATCH_MS)));
    }
    let active_at = cx.log.active_at();
    if cx.now.since(active_at) < limits::NAME_KEPT_MS || presence.roster().count_people() > 0 {
        return Ok(Some(soon(cx.now)));
    }
    // Nobody comes any more: what is left are members, and rows of the log.
    let members = midnight_after(active_at.plus(limits::MEMBER_KEPT_MS));
    let oldest = cx.storage.row(cx.log.oldest())?.filter(|row| row.seq < cx.log.head());
    let rows = oldest.map(|row| midnight_after(row.at.plus(limits::HISTORY_AGE_MS)));
    Ok([Some(members), rows].into_iter().flatten().filter(|at| *at > cx.now).min())
}

/// The first midnight (UTC) by which a nickname that is left now is kept no more. Whole days, so that it is not set anew by every
/// message.
fn soon(now: Millis) -> Millis {
    midnight_after(now.plus(limits::NAME_KEPT_MS))
}

fn midnight_after(at: Millis) -> Millis {
    Millis((at.0 / DAY_MS).saturating_add(1).saturating_mul(DAY_MS))
}
