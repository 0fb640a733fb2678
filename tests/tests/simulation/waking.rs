//! Builds and drops the room's memory: wakes, hibernation, crashes, timers and alarms.

use std::collections::BTreeMap;

use room::{ActiveCall, Attachment, Input, Room};
use shared::Millis;

use crate::fixtures;
use crate::options::Mutation;
use crate::schedule::SimEvent;
use crate::world::World;

/// A quiet room hibernates after this.
const IDLE_MS: u64 = 10_000;
/// An alarm is only moved by more than this.
const ALARM_STEP_MS: u64 = 10_000;

impl World {
    /// Wakes the room. `live` are calls that may continue if their tasks still run. If waking fails, there is no room until
    /// it is retried.
    pub(crate) fn wake_room(&mut self, live: Vec<ActiveCall>) {
        self.history.coverage.count("wake");
        let tasks = &self.shell.tasks;
        let live: Vec<ActiveCall> =
            live.into_iter().filter(|call| tasks.contains_key(&(call.run, call.call_number))).collect();
        self.interrupt_all_but(&live);
        let sockets: Vec<Attachment> =
            self.shell.sockets.values().map(|socket_state| socket_state.attachment.clone()).collect();
        self.shell.sockets.values_mut().for_each(|socket_state| socket_state.unread = 0);
        let seed = self.random.bits();
        let config = fixtures::config(&self.options);
        self.trace.line(self.schedule.now, || format!("room wakes with {} calls", live.len()));
        match Room::wake(self.server_now(), config, &self.shell.storage, sockets, live, seed) {
            Ok(Some((room, effects))) => {
                self.shell.room = Some(room);
                // A store that fails now wakes the room again; after three times it is given up.
                self.is_waking += 1;
                if self.is_waking > 3 {
                    self.history.coverage.count("wake given up");
                    self.lose_room();
                } else {
                    self.carry_out(effects);
                }
                self.is_waking -= 1;
                self.plan_wakeups();
            }
            Ok(None) if self.shell.is_removed => {}
            Ok(None) => self.fail("the room is gone".to_owned()),
            Err(_) => {
                self.history.coverage.count("wake failed");
                self.lose_room();
            }
        }
    }

    /// Drops the room's memory and every call. Sockets and their attachments stay.
    pub(crate) fn lose_room(&mut self) {
        self.history.coverage.count("memory lost");
        self.shell.room = None;
        self.shell.process += 1;
        self.shell.tasks.clear();
        self.interrupt_all_but(&[]);
        self.schedule.after(1_000, SimEvent::RetryWake);
    }

    /// Drops the room's memory and every socket. The alarm stays.
    pub(crate) fn crash(&mut self) {
        self.history.coverage.count("crash");
        self.shell.room = None;
        self.shell.process += 1;
        self.shell.tasks.clear();
        self.interrupt_all_but(&[]);
        for (_, socket_state) in std::mem::take(&mut self.shell.sockets) {
            self.drop_server_end(socket_state.link);
        }
    }

    pub(crate) fn timer_rings(&mut self, turn: u64) {
        if self.shell.timer.turn == turn && self.shell.room.is_some() {
            self.shell.timer.at = None;
            self.room_input(Input::Timer);
        }
    }

    pub(crate) fn alarm_rings(&mut self, turn: u64) {
        if self.shell.alarm.turn != turn || self.options.has_mutation(Mutation::NoAlarm) {
            return;
        }
        self.shell.alarm.at = None;
        self.alarm();
    }

    /// Gives the room an alarm, planned or not: the runtime may fire one twice.
    pub(crate) fn alarm(&mut self) {
        let heard = self.shell.sockets.iter().filter_map(|(socket, socket_state)| {
            let heard = self.links[socket_state.link].heard?;
            Some((*socket, heard))
        });
        let heard: BTreeMap<_, _> = heard.collect();
        self.trace.line(self.schedule.now, || "the alarm rings".to_owned());
        self.room_input(Input::Alarm { last_heard: heard });
    }

    /// Drops the memory of a room that had no input for a while.
    pub(crate) fn hibernate(&mut self, turn: u64) {
        let Some(room) = &self.shell.room else { return };
        if self.shell.turn == turn && room.wakeups().timer.is_none() && self.shell.tasks.is_empty() {
            self.trace.line(self.schedule.now, || "the room hibernates".to_owned());
            self.history.coverage.count("hibernation");
            self.shell.room = None;
        }
    }

    /// Plans the wake-ups that the room asks for.
    pub(crate) fn plan_wakeups(&mut self) {
        let Some(room) = &self.shell.room else { return };
        let wakeups = room.wakeups();
        let now = self.server_now();
        self.shell.turn += 1;
        let idle = if self.options.faults.timers { self.random.between(1_000, IDLE_MS) } else { IDLE_MS };
        self.schedule.after(idle, SimEvent::Idle { turn: self.shell.turn });
        if wakeups.timer != self.shell.timer.at {
            self.shell.timer.turn += 1;
            self.shell.timer.at = wakeups.timer;
            if let Some(at) = wakeups.timer {
                let turn = self.shell.timer.turn;
                self.ring(at.since(now), SimEvent::Timer { turn });
            }
        }
        let moves = match (wakeups.alarm, self.shell.alarm.at) {
            (Some(wanted), Some(set)) => wanted.since(set).max(set.since(wanted)) > ALARM_STEP_MS,
            (wanted, set) => wanted != set,
        };
        if moves {
            self.shell.alarm.turn += 1;
            self.shell.alarm.at = wakeups.alarm;
            if let Some(at) = wakeups.alarm {
                let turn = self.shell.alarm.turn;
                self.ring(at.since(now), SimEvent::Alarm { turn });
            }
        }
    }

    /// Plans a wake-up, which may be late.
    fn ring(&mut self, wait: u64, bell: SimEvent) {
        let may_fail = self.options.faults.timers && !self.is_settling;
        let late = if may_fail && self.random.percent(10) { 3_000 } else { 15 };
        let wait = wait + self.random.between(0, late);
        self.schedule.after(wait, bell);
    }

    /// Records the runs whose calls do not continue: none of them may be called again.
    fn interrupt_all_but(&mut self, live: &[ActiveCall]) {
        let memory = &self.shell.storage.memory;
        for run in memory.runs.values().filter(|run| run.calls > 0) {
            if !live.iter().any(|call| call.run == run.run) {
                self.history.interrupted.insert(run.run);
            }
        }
    }
}

/// A time shifted by a clock's error.
pub(crate) fn shifted(base: u64, skew: i64) -> Millis {
    Millis(base.saturating_add_signed(skew))
}
