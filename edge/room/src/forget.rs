//! Deleting responses at the model's server: those that held words which were deleted here, and all of a room that goes.
//!
//! A few at a time, retried until they are gone; what the model's server does not know is gone as well.

use shared::{Millis, Seq, limits};

use crate::room::Effects;
use crate::{Effect, ResponseRecord, Room, Storage, Write};

/// Deletions that go on at once.
const AT_ONCE: usize = 3;
/// Time is cut into slots. A response is tried in every slot at first, and after each failure in half as many, down to one
/// an hour: the clock and the count of failures say when, so that the waits survive the room's memory.
const SLOT_MS: u64 = 30_000;
const RAREST: u32 = 7;
/// The longest that anything here waits; what lies further ahead is of a clock that went back.
const LONGEST_MS: u64 = SLOT_MS << RAREST;
/// A deletion that nobody answers is asked again after this.
const PATIENCE_MS: u64 = 60_000;
/// Idle rooms are looked at by the day, so that the alarm for it is not moved by every message.
const DAY_MS: u64 = 24 * 3_600_000;

/// What goes on.
#[derive(Debug, Default)]
pub(crate) struct Forgetting {
    /// When to look for more; `None`: there is nothing to delete.
    pub(crate) at: Option<Millis>,
    asked: Vec<String>,
    has_failed: bool,
    /// The room itself goes when nothing is left.
    is_leaving: bool,
}

impl Room {
    /// There is something to delete, or will be once this input is stored.
    pub(crate) fn forget_soon(&mut self, now: Millis) {
        self.forgetting.at = Some(now.plus(1));
    }

    /// When the room has something to do here.
    pub(crate) fn forget_due(&self) -> Option<Millis> {
        let idle = self.idle_ends().filter(|_| !self.forgetting.is_leaving);
        [self.forgetting.at, idle].into_iter().flatten().min()
    }

    /// Asks for the next deletions, if it is time.
    pub(crate) fn forget(&mut self, now: Millis, log: &dyn Storage, out: &mut Effects) {
        if self.forgetting.at.is_none_or(|at| now < at && at.since(now) <= LONGEST_MS) {
            return;
        }
        self.forgetting.asked.clear();
        self.forgetting.has_failed = false;
        let doomed = match log.responses_to_delete(AT_ONCE) {
            Ok(doomed) => doomed,
            Err(error) => {
                self.forgetting.at = Some(now.plus(SLOT_MS));
                return out.push(Effect::LogWarning(format!("responses could not be read: {error}")));
            }
        };
        if doomed.is_empty() {
            self.forgetting.at = None;
            if self.forgetting.is_leaving {
                out.push(Effect::RemoveRoom);
            }
            return;
        }
        // Those that were tried least often come first, so the first one's turn is the next turn of any.
        let next = doomed.first().map_or(0, |response| response.tries);
        self.forgetting.at = Some(now.plus(PATIENCE_MS));
        for response in doomed.into_iter().filter(|response| due(now, response.tries) <= now) {
            // What is still being said cannot be deleted yet.
            if self.answers.get(response.run).is_none() {
                self.forget_one(response, out);
            }
        }
        if self.forgetting.asked.is_empty() {
            let next = due(now, next);
            self.forgetting.at = Some(if next > now { next } else { now.plus(SLOT_MS) });
        }
    }

    /// The model's server answered.
    pub(crate) fn forgotten(&mut self, now: Millis, id: &str, is_gone: bool, out: &mut Effects) {
        self.forgetting.asked.retain(|asked| asked != id);
        if is_gone {
            out.write(Write::ResponseDeleted(id.to_owned()));
        } else {
            self.forgetting.has_failed = true;
            out.write_conveniently(Write::ResponseDeletionFailed(id.to_owned()));
        }
        if self.forgetting.asked.is_empty() {
            self.forgetting.at = Some(now.plus(if self.forgetting.has_failed { SLOT_MS } else { 1 }));
        }
    }

    /// A room in which nothing has happened for a month goes, with all that model servers keep of it.
    pub(crate) fn leave_when_idle(&mut self, now: Millis, out: &mut Effects) {
        // Whoever comes while it goes keeps the room.
        let is_idle = self.idle_ends().is_some_and(|end| end <= now);
        let was_leaving = std::mem::replace(&mut self.forgetting.is_leaving, is_idle);
        if self.forgetting.is_leaving && !was_leaving {
            self.make_stale(now, Seq::ZERO, out);
        }
    }

    fn forget_one(&mut self, response: ResponseRecord, out: &mut Effects) {
        let bot = self.config.bot(&response.bot).unwrap_or(&self.config.custom_bots.template);
        let route = bot.route.clone();
        self.forgetting.asked.push(response.id.clone());
        out.push(Effect::DeleteResponse { id: response.id, route });
    }

    /// When the room goes, if nobody comes. The lobby stays, and nobody loses a room that they are in.
    fn idle_ends(&self) -> Option<Millis> {
        let is_empty = self.roster.sockets() == 0 && self.answers.open.is_empty();
        let begins = Millis((self.newest_at.0 / DAY_MS).saturating_add(1).saturating_mul(DAY_MS));
        (is_empty && !self.record.name.is_lobby()).then(|| begins.plus(limits::ROOM_IDLE_MS))
    }
}

/// When a response whose deletion failed so often is tried: now, or at the beginning of its next slot.
fn due(now: Millis, tries: u32) -> Millis {
    if tries == 0 {
        return now;
    }
    let every = 1_u64 << tries.saturating_sub(1).min(RAREST);
    let slot = now.0 / SLOT_MS;
    if slot.is_multiple_of(every) {
        return now;
    }
    Millis(slot.div_ceil(every).saturating_mul(every).saturating_mul(SLOT_MS))
}
