//! Time: it passes from one wish of the room to the next, and pages ping while it does.

use std::collections::BTreeMap;

use room::{Input, SocketId};
use shared::{Millis, limits};

use super::{Stage, Tab};

impl Stage {
    /// Time passes. The timer and the alarm ring when the room wants it.
    pub(crate) fn pass(&mut self, ms: u64) -> &mut Self {
        let end = self.now.plus(ms);
        loop {
            let timer = self.room.as_ref().and_then(|room| room.wakeups().timer);
            let Some(next) = [timer, self.alarm].into_iter().flatten().min().filter(|next| *next <= end)
            else {
                break;
            };
            self.now = self.now.max(next);
            if self.alarm.is_some_and(|alarm| alarm <= self.now) {
                self.ring();
            } else {
                self.input(Input::Timer);
            }
        }
        self.now = end;
        self
    }

    /// The alarm rings.
    pub(crate) fn ring(&mut self) -> &mut Self {
        self.alarm = None;
        self.wake();
        let heard = self.heard();
        self.input(Input::Alarm { last_heard: heard })
    }

    /// The clock jumps without anything being woken.
    pub(crate) fn jump(&mut self, now: Millis) -> &mut Self {
        self.now = now;
        self
    }

    /// When each page was last answered a ping by the runtime: every 30 seconds since it opened, until it fell silent.
    fn heard(&self) -> BTreeMap<SocketId, Millis> {
        let pinged = |tab: &Tab| {
            let until = tab.silent_since.unwrap_or(self.now).min(self.now);
            let pings = until.since(tab.attachment.since) / limits::HEARTBEAT_MS;
            (pings > 0).then(|| tab.attachment.since.plus(pings * limits::HEARTBEAT_MS))
        };
        self.open().filter_map(|(_, tab)| Some((tab.socket, pinged(tab)?))).collect()
    }

    /// Sets the alarm as the Worker's shell does: it is left alone while it rings early enough.
    pub(super) fn keep_time(&mut self) {
        let Some(room) = &self.room else { return };
        let wanted = room.wakeups();
        let is_due = wanted.timer.is_some_and(|timer| timer <= self.now);
        if is_due {
            self.hot += 1;
            assert!(self.hot < 3, "a timer that rings at once rings for ever");
            self.inbox.push_back(Input::Timer);
        } else {
            self.hot = 0;
        }
        if let Some(wanted) = wanted.alarm
            && self.alarm.is_none_or(|alarm| alarm > wanted.plus(10_000))
        {
            self.alarm = Some(wanted);
        }
    }
}
