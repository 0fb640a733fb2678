//! Deletes responses at model servers: those that hold deleted messages, and all of a room that is removed because it was idle.
//!
//! A few at a time, tried again until they are gone. A response that the model server does not know counts as gone.

use shared::time::DAY_MS;
use shared::{Millis, limits};

use crate::context::Context;
use crate::effect::Effect;
use crate::storage::{ResponseRecord, Write};

/// Deletions that are requested at once.
const AT_ONCE: usize = 3;
/// Tries happen in slots of this length: a response is tried in every slot at first, after each failure in half as many, and at
/// last in one slot of [`SLOT_MS`] × 2^[`MOST_DOUBLINGS`]. The slot follows from the clock and the count of failures, so the
/// backoff outlives the room's memory.
const SLOT_MS: u64 = 30_000;
const MOST_DOUBLINGS: u32 = 7;
/// The longest wait. A moment further away was set before the clock went back.
const LONGEST_WAIT_MS: u64 = SLOT_MS << MOST_DOUBLINGS;
/// When a deletion without an answer is requested again.
const NO_ANSWER_MS: u64 = 60_000;

/// The deletions of a room.
#[derive(Debug, Default)]
pub(crate) struct Deletions {
    /// When to look for responses to delete; `None`: there are none.
    due_at: Option<Millis>,
    /// Ids of the requested deletions.
    requested: Vec<String>,
    has_failed: bool,
    /// The room is removed when no response is left.
    removes_room: bool,
}

impl Deletions {
    /// Looks for responses to delete as soon as this input is stored.
    pub(crate) fn schedule(&mut self, now: Millis) {
        self.due_at = Some(now.plus(1));
    }

    /// When there is something to do; `idle_at` is when the room becomes idle.
    pub(crate) fn next_due(&self, idle_at: Option<Millis>) -> Option<Millis> {
        let idle_at = idle_at.filter(|_| !self.removes_room);
        [self.due_at, idle_at].into_iter().flatten().min()
    }

    /// Notes whether the room is idle. Returns whether its removal begins: then all its responses must be marked for deletion.
    /// Somebody who comes in the meantime keeps the room.
    pub(crate) fn set_idle(&mut self, is_idle: bool) -> bool {
        let was_removing = std::mem::replace(&mut self.removes_room, is_idle);
        is_idle && !was_removing
    }

    /// Requests the next deletions, if it is time. The responses of runs that have not ended (`is_running`) are kept for now.
    pub(crate) fn run(&mut self, cx: &mut Context<'_>, is_running: impl Fn(&ResponseRecord) -> bool) {
        let now = cx.now;
        if self.due_at.is_none_or(|at| now < at && at.since(now) <= LONGEST_WAIT_MS) {
            return;
        }
        self.requested.clear();
        self.has_failed = false;
        let pending = match cx.storage.responses_to_delete(AT_ONCE) {
            Ok(pending) => pending,
            Err(error) => {
                self.due_at = Some(now.plus(SLOT_MS));
                return cx.warn(format!(
                    "failed to read the responses to delete: {error}; it is tried again in {} s",
                    SLOT_MS / 1_000
                ));
            }
        };
        // Those that failed least often come first, so the first one is due before all others.
        let Some(first) = pending.first() else {
            self.due_at = None;
            if self.removes_room {
                cx.effects.push(Effect::RemoveRoom);
            }
            return;
        };
        let first_due = next_try(now, first.tries);
        self.due_at = Some(now.plus(NO_ANSWER_MS));
        for response in pending {
            if next_try(now, response.tries) <= now && !is_running(&response) {
                self.request(cx, response);
            }
        }
        if self.requested.is_empty() {
            self.due_at = Some(if first_due > now { first_due } else { now.plus(SLOT_MS) });
        }
    }

    /// Handles the model server's answer to a deletion.
    pub(crate) fn answered(&mut self, cx: &mut Context<'_>, id: &str, is_gone: bool) {
        self.requested.retain(|requested| requested != id);
        if is_gone {
            cx.effects.write(Write::ResponseDeleted(id.to_owned()));
        } else {
            self.has_failed = true;
            cx.effects.write_optional(Write::ResponseDeletionFailed(id.to_owned()));
        }
        if self.requested.is_empty() {
            self.due_at = Some(cx.now.plus(if self.has_failed { SLOT_MS } else { 1 }));
        }
    }

    fn request(&mut self, cx: &mut Context<'_>, response: ResponseRecord) {
        let bot = cx.config.bot(&response.bot).unwrap_or(&cx.config.custom_bots.template);
        let route = bot.route.clone();
        self.requested.push(response.id.clone());
        cx.effects.push(Effect::DeleteResponse { id: response.id, route });
    }
}

/// When a room in which nothing happens after `active_at` becomes idle. It is rounded up to whole days, so that the alarm is
/// not set anew by every message. A room that nobody has ever joined holds nothing, and only keeps its name from others.
pub(crate) fn idle_at(active_at: Millis, has_been_joined: bool) -> Millis {
    if !has_been_joined {
        return active_at.plus(limits::ROOM_UNJOINED_MS);
    }
    Millis((active_at.0 / DAY_MS).saturating_add(1).saturating_mul(DAY_MS)).plus(limits::ROOM_IDLE_MS)
}

/// When a response whose deletion failed `tries` times is tried: now, or at the start of its next slot.
fn next_try(now: Millis, tries: u32) -> Millis {
    if tries == 0 {
        return now;
    }
    let every = 1_u64 << tries.saturating_sub(1).min(MOST_DOUBLINGS);
    let slot = now.0 / SLOT_MS;
    if slot.is_multiple_of(every) {
        return now;
    }
    Millis(slot.div_ceil(every).saturating_mul(every).saturating_mul(SLOT_MS))
}
