//! When the room's memory is built and dropped: waking, hibernation, crashes, timers and alarms.

use std::collections::BTreeMap;

use room::{ActiveCall, Attachment, Input, Room};
use shared::Millis;

use crate::agenda::Happening;
use crate::cast;
use crate::options::Sabotage;
use crate::world::World;

/// A quiet room hibernates after this.
const IDLE_MS: u64 = 10_000;
/// An alarm is set anew only when its time moves by more than this.
const ALARM_STEP_MS: u64 = 10_000;

impl World {
    /// Builds the room's memory. `live` are calls that may go on, if their tasks still run. When it fails there is no
    /// room: whatever was in memory is gone, and it is tried again later.
    pub(crate) fn wake_room(&mut self, live: Vec<ActiveCall>) {
        self.history.met.count("wake");
        let tasks = &self.shell.tasks;
        let live: Vec<ActiveCall> =
            live.into_iter().filter(|call| tasks.contains_key(&(call.run, call.call_number))).collect();
        self.interrupt_all_but(&live);
        let sockets: Vec<Attachment> =
            self.shell.sockets.values().map(|seat| seat.attachment.clone()).collect();
        self.shell.sockets.values_mut().for_each(|seat| seat.unread = 0);
        let seed = self.dice.bits();
        let config = cast::config(&self.options);
        self.trace.line(self.agenda.now, || format!("room wakes with {} calls", live.len()));
        match Room::wake(self.server_now(), config, &self.shell.storage, sockets, live, seed) {
            Ok(Some((room, effects))) => {
                self.shell.room = Some(room);
                // A store that fails now would wake the room again, and so on: it is given up instead.
                self.is_waking += 1;
                if self.is_waking > 3 {
                    self.history.met.count("wake given up");
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
                self.history.met.count("wake failed");
                self.lose_room();
            }
        }
    }

    /// The room's memory is gone, and with it every call. Sockets and what is kept with them stay.
    pub(crate) fn lose_room(&mut self) {
        self.history.met.count("memory lost");
        self.shell.room = None;
        self.shell.life += 1;
        self.shell.tasks.clear();
        self.interrupt_all_but(&[]);
        self.agenda.after(1_000, Happening::Waking);
    }

    /// The room's memory is gone and every socket with it. The alarm stays.
    pub(crate) fn crash(&mut self) {
        self.history.met.count("crash");
        self.shell.room = None;
        self.shell.life += 1;
        self.shell.tasks.clear();
        self.interrupt_all_but(&[]);
        for (_, seat) in std::mem::take(&mut self.shell.sockets) {
            self.drop_server_end(seat.link);
        }
    }

    /// The in-memory timer rang.
    pub(crate) fn timer_rings(&mut self, turn: u64) {
        if self.shell.timer.turn == turn && self.shell.room.is_some() {
            self.shell.timer.at = None;
            self.tell_room(Input::Timer);
        }
    }

    /// The object's alarm rang.
    pub(crate) fn alarm_rings(&mut self, turn: u64) {
        if self.shell.alarm.turn != turn || self.options.is(Sabotage::NoAlarm) {
            return;
        }
        self.shell.alarm.at = None;
        self.alarm();
    }

    /// Gives the room an alarm, planned or not: the runtime may ring twice.
    pub(crate) fn alarm(&mut self) {
        let heard = self.shell.sockets.iter().filter_map(|(socket, seat)| {
            let heard = self.links[seat.link].heard?;
            Some((*socket, heard))
        });
        let heard: BTreeMap<_, _> = heard.collect();
        self.trace.line(self.agenda.now, || "the alarm rings".to_owned());
        self.tell_room(Input::Alarm { last_heard: heard });
    }

    /// Drops the memory of a room to which nothing has happened for a while.
    pub(crate) fn hibernate(&mut self, turn: u64) {
        let Some(room) = &self.shell.room else { return };
        if self.shell.turn == turn && room.wakeups().timer.is_none() && self.shell.tasks.is_empty() {
            self.trace.line(self.agenda.now, || "the room hibernates".to_owned());
            self.history.met.count("hibernation");
            self.shell.room = None;
        }
    }

    /// Plans the wake-ups that the room asks for.
    pub(crate) fn plan_wakeups(&mut self) {
        let Some(room) = &self.shell.room else { return };
        let wakeups = room.wakeups();
        let now = self.server_now();
        self.shell.turn += 1;
        let idle = if self.options.faults.timers { self.dice.between(1_000, IDLE_MS) } else { IDLE_MS };
        self.agenda.after(idle, Happening::Idle { turn: self.shell.turn });
        if wakeups.timer != self.shell.timer.at {
            self.shell.timer.turn += 1;
            self.shell.timer.at = wakeups.timer;
            if let Some(at) = wakeups.timer {
                let turn = self.shell.timer.turn;
                self.ring(at.since(now), Happening::Timer { turn });
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
                self.ring(at.since(now), Happening::Alarm { turn });
            }
        }
    }

    /// Plans a wake-up, which may be late.
    fn ring(&mut self, wait: u64, bell: Happening) {
        let is_troubled = self.options.faults.timers && !self.is_settling;
        let late = if is_troubled && self.dice.percent(10) { 3_000 } else { 15 };
        let wait = wait + self.dice.between(0, late);
        self.agenda.after(wait, bell);
    }

    /// Remembers which runs had a call that does not go on: none of them may be called again.
    fn interrupt_all_but(&mut self, live: &[ActiveCall]) {
        let memory = &self.shell.storage.memory;
        for run in memory.runs.values().filter(|run| run.calls > 0) {
            if !live.iter().any(|call| call.run == run.run) {
                self.history.interrupted.insert(run.run);
            }
        }
    }
}

/// The server's clock moves without time passing.
pub(crate) fn shifted(base: u64, skew: i64) -> Millis {
    Millis(base.saturating_add_signed(skew))
}
