//! The clock: it advances from one timer or alarm of the room to the next, and tabs send pings meanwhile.

use std::collections::BTreeMap;

use room::{Input, SocketId};
use shared::{Millis, limits};

use super::{Harness, Tab};

impl Harness {
    /// Advances the clock; the timer and the alarm fire when the room has set them.
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
                self.ring_alarm();
            } else {
                self.input(Input::Timer);
            }
        }
        self.now = end;
        self
    }

    /// Fires the alarm.
    pub(crate) fn ring_alarm(&mut self) -> &mut Self {
        self.alarm = None;
        self.wake();
        let heard = self.last_heard();
        self.input(Input::Alarm { last_heard: heard })
    }

    /// Sets the clock without firing anything.
    pub(crate) fn jump(&mut self, now: Millis) -> &mut Self {
        self.now = now;
        self
    }

    /// When the runtime last answered a ping of each tab: every 30 seconds since it opened, until it fell silent.
    fn last_heard(&self) -> BTreeMap<SocketId, Millis> {
        let pinged = |tab: &Tab| {
            let until = tab.silent_since.unwrap_or(self.now).min(self.now);
            let pings = until.since(tab.attachment.since) / limits::HEARTBEAT_MS;
            (pings > 0).then(|| tab.attachment.since.plus(pings * limits::HEARTBEAT_MS))
        };
        self.open().filter_map(|(_, tab)| Some((tab.socket, pinged(tab)?))).collect()
    }

    /// Sets the alarm as the Worker's shell does: it is not moved while it fires early enough.
    pub(super) fn plan_wakeups(&mut self) {
        let Some(room) = &self.room else { return };
        let wanted = room.wakeups();
        let is_due = wanted.timer.is_some_and(|timer| timer <= self.now);
        if is_due {
            self.immediate_timers += 1;
            assert!(self.immediate_timers < 3, "a timer that rings at once rings for ever");
            self.inbox.push_back(Input::Timer);
        } else {
            self.immediate_timers = 0;
        }
        if let Some(wanted) = wanted.alarm
            && self.alarm.is_none_or(|alarm| alarm > wanted.plus(10_000))
        {
            self.alarm = Some(wanted);
        }
    }
}
