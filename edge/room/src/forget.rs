//! Deleting responses at the model's server: those that held words which were deleted here, and all of a room that goes.
//!
//! A few at a time, retried until they are gone; what the model's server does not know is gone as well.

use shared::{Millis, Seq, limits};

use crate::room::Out;
use crate::{Effect, Log, Room, Write};

/// Deletions that go on at once.
const AT_ONCE: usize = 3;
/// The first wait after one that failed; every later one waits twice as long, up to an hour.
const FIRST_WAIT_MS: u64 = 30_000;
const LONGEST_WAIT_MS: u64 = 3_600_000;
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
    failures: u32,
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
    pub(crate) fn forget(&mut self, now: Millis, log: &dyn Log, out: &mut Out) {
        if self.forgetting.at.is_none_or(|at| now < at) {
            return;
        }
        let doomed = match log.doomed(AT_ONCE) {
            Ok(doomed) => doomed,
            Err(error) => return out.push(Effect::Note(format!("responses could not be read: {error}"))),
        };
        self.forgetting.asked.clear();
        for response in doomed {
            let route = self
                .config
                .bot(&response.bot)
                .map_or_else(|| self.config.workshop.template.route.clone(), |bot| bot.route.clone());
            self.forgetting.asked.push(response.id.clone());
            out.push(Effect::Forget { id: response.id, route });
        }
        self.forgetting.at = (!self.forgetting.asked.is_empty()).then(|| now.plus(PATIENCE_MS));
        if self.forgetting.at.is_none() && self.forgetting.is_leaving {
            out.push(Effect::RemoveRoom);
        }
    }

    /// The model's server answered.
    pub(crate) fn forgotten(&mut self, now: Millis, id: &str, is_gone: bool, out: &mut Out) {
        self.forgetting.asked.retain(|asked| asked != id);
        if is_gone {
            self.forgetting.failures = 0;
            out.write(Write::ResponseGone(id.to_owned()));
        } else {
            self.forgetting.failures = self.forgetting.failures.saturating_add(1);
            out.write_conveniently(Write::ResponseTried(id.to_owned()));
        }
        if self.forgetting.asked.is_empty() {
            let wait = match self.forgetting.failures {
                0 => 0,
                failures => {
                    FIRST_WAIT_MS.saturating_mul(1 << failures.saturating_sub(1).min(8)).min(LONGEST_WAIT_MS)
                }
            };
            self.forgetting.at = Some(now.plus(wait.max(1)));
        }
    }

    /// A room in which nothing has happened for a month goes, with all that model servers keep of it.
    pub(crate) fn leave_when_idle(&mut self, now: Millis, out: &mut Out) {
        if self.idle_ends().is_some_and(|end| end <= now) && !self.forgetting.is_leaving {
            self.forgetting.is_leaving = true;
            out.write(Write::Doom { after: Seq::ZERO });
            self.forget_soon(now);
        }
    }

    /// When the room goes, if nobody comes. The lobby stays, and nobody loses a room that they are in.
    fn idle_ends(&self) -> Option<Millis> {
        let is_empty = self.roster.sockets() == 0 && self.answers.open.is_empty();
        let begins = Millis((self.newest_at.0 / DAY_MS).saturating_add(1).saturating_mul(DAY_MS));
        (is_empty && !self.record.name.is_lobby()).then(|| begins.plus(limits::ROOM_IDLE_MS))
    }
}
