//! Injects faults, ends them all at last, and tells what is still pending after that.

use client::{Connection, Input, ItemState};

use crate::network::Peer;
use crate::schedule::SimEvent;
use crate::world::World;

impl World {
    /// Injects one fault and schedules the next.
    pub(crate) fn fault(&mut self) {
        if self.is_settling {
            return;
        }
        let faults = self.options.faults.clone();
        let every = faults.every;
        let tab = self.random.below(self.tabs.len());
        let link = self.tabs[tab].link;
        let now = self.schedule.now;
        match self.random.between(0, 15) {
            0 | 1 if faults.cuts => {
                if let Some(link) = link {
                    self.trace.line(now, || format!("fault: tab {tab} is cut off"));
                    self.cut(link);
                }
            }
            2 | 3 if faults.stalls && self.options.has_long_messages => {
                let slow = self.tabs.last().and_then(|tab| tab.link);
                slow.into_iter().for_each(|link| self.stall(link, 20_000));
            }
            2 if faults.stalls => {
                if let Some(link) = link {
                    let wait = self.random.between(500, 12_000);
                    self.trace.line(now, || format!("fault: tab {tab} reads nothing for {wait} ms"));
                    self.stall(link, wait);
                }
            }
            3 if faults.reloads => {
                self.trace.line(now, || format!("fault: tab {tab} is loaded anew"));
                self.reload(tab);
            }
            4 if faults.networks => self.toggle_network(tab),
            5 if faults.lifecycle => {
                let input = self.random.pick(&[
                    Input::Suspend,
                    Input::Wake,
                    Input::Wake,
                    Input::Visible(true),
                    Input::Visible(false),
                ]);
                let input = input.clone();
                self.trace.line(now, || format!("fault: tab {tab} gets {input:?}"));
                self.tab_input(tab, input);
            }
            6 if faults.entry => self.active_faults.entry_until = now + self.random.between(500, 8_000),
            7 | 8 if faults.stores => {
                self.active_faults.store_until = now + self.random.between(50, 3_000);
                self.trace.line(now, || "fault: stores fail".to_owned());
            }
            9 if faults.reads => {
                self.active_faults.unreadable_until = now + self.random.between(50, 3_000);
                self.trace.line(now, || "fault: reads fail".to_owned());
            }
            10 if faults.crashes => {
                self.trace.line(now, || "fault: the room crashes".to_owned());
                self.crash();
            }
            11 if faults.memory_losses => {
                self.trace.line(now, || "fault: the room loses its memory".to_owned());
                self.lose_room();
            }
            12 if faults.clocks => self.move_a_clock(tab),
            13 if faults.timers => {
                if self.random.percent(50) {
                    self.room_input(room::Input::Timer);
                } else {
                    self.alarm();
                }
            }
            14 if faults.models => self.forget_conversations(),
            15 if faults.models => self.active_faults.model_until = now + self.random.between(500, 6_000),
            _ => {}
        }
        let wait = self.random.between(1, every);
        self.schedule.after(wait, SimEvent::Fault);
    }

    /// Ends all faults: every tab is online and reconnects.
    pub(crate) fn settle(&mut self) {
        self.trace.line(self.schedule.now, || "nothing breaks any more".to_owned());
        self.is_settling = true;
        self.active_faults = Default::default();
        self.hostile_leaves();
        for tab in 0..self.tabs.len() {
            self.tabs[tab].is_offline = false;
            self.tab_input(tab, Input::Online);
            // Some read on where they are.
            if self.random.percent(50) {
                self.tab_input(tab, Input::ToNewest);
            }
        }
    }

    /// What is still pending; `None` when nothing is.
    pub(crate) fn why_not_quiet(&mut self) -> Option<String> {
        for tab in 0..self.tabs.len() {
            self.join_at_last(tab);
            let state = *self.tabs[tab].client.connection();
            if !matches!(state, Connection::Live { .. }) {
                return Some(format!("tab {tab} is {state:?}"));
            }
            if !self.tabs[tab].link.is_some_and(|link| self.is_whole(link)) {
                return Some(format!("tab {tab} does not know yet that it is cut off"));
            }
            let pending = self.tabs[tab].screen.rows.iter().find(|row| row.state == ItemState::Pending);
            if let Some(row) = pending {
                return Some(format!("tab {tab} has not sent {:?}", row.text));
            }
            let name = self.tabs[tab].client.you().and_then(|you| you.name.clone());
            if name.is_none() && !self.tabs[tab].is_reader {
                return Some(format!("tab {tab} has no name"));
            }
        }
        if let Some(run) = self.shell.open_runs().first() {
            return Some(format!("run {run} is open"));
        }
        if let Some(person) = self.shell.storage.memory.erasures.keys().next() {
            return Some(format!("what {person} wrote is not erased"));
        }
        if let Some((run, call_number)) = self.unsettled() {
            return Some(format!("the ledger was not told of call {call_number} of {run}"));
        }
        let ghost =
            self.shell.sockets.values().find(|socket_state| match self.links[socket_state.link].peer {
                Peer::Tab(tab) => self.tabs[tab].link != Some(socket_state.link),
                Peer::Hostile(_) => true,
            });
        if let Some(socket_state) = ghost {
            return Some(format!("socket {} is a ghost", socket_state.attachment.socket.0));
        }
        if self.shell.sockets.len() != self.tabs.len() {
            return Some("a tab believes in a socket that the room does not know".to_owned());
        }
        self.request_final_views();
        (self.schedule.in_flight > 0 || !self.has_told_all()).then(|| "frames are under way".to_owned())
    }

    /// Requests the bill on every tab and the drafts on the owner's.
    fn request_final_views(&mut self) {
        if self.has_requested_bill {
            return;
        }
        self.has_requested_bill = true;
        self.bill_requests += 1;
        for tab in 0..self.tabs.len() {
            let is_owner = self.people[self.tabs[tab].person].id == self.options.owner();
            if is_owner && !self.tabs[tab].is_reader {
                self.tab_input(tab, Input::RequestCustomBots);
            }
            self.tab_input(tab, Input::RequestBill);
        }
    }

    /// Whether the room has no buffered frames.
    fn has_told_all(&self) -> bool {
        self.shell.room.as_ref().is_none_or(|room| room.wakeups().timer.is_none())
    }

    fn toggle_network(&mut self, tab: usize) {
        let is_offline = !self.tabs[tab].is_offline;
        self.tabs[tab].is_offline = is_offline;
        self.trace.line(self.schedule.now, || format!("fault: tab {tab} is offline: {is_offline}"));
        if is_offline && let Some(link) = self.tabs[tab].link {
            self.cut(link);
        }
        // Browsers do not always notice.
        if self.random.percent(60) {
            self.tab_input(tab, if is_offline { Input::Offline } else { Input::Online });
        }
    }

    fn move_a_clock(&mut self, tab: usize) {
        let ahead = *self.random.pick(&[100, 5_000, 70_000, 3_600_000]);
        let back = *self.random.pick(&[100, 2_000, 10_000]);
        let step = if self.random.percent(50) { ahead } else { -back };
        if self.random.percent(50) {
            self.trace.line(self.schedule.now, || format!("fault: the server's clock moves by {step} ms"));
            self.shell.skew += step;
        } else {
            let step = step.clamp(-2_000, 70_000);
            self.trace.line(self.schedule.now, || format!("fault: tab {tab}'s clock moves by {step} ms"));
            self.tabs[tab].skew += step;
        }
    }
}
