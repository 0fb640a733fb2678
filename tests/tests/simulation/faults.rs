//! What breaks, when, and how everything is mended in the end.

use client::{Connection, Input, ItemState};

use crate::agenda::Happening;
use crate::world::World;

impl World {
    /// Something breaks, and something else will break later.
    pub(crate) fn fault(&mut self) {
        if self.is_settling {
            return;
        }
        let faults = self.options.faults.clone();
        let every = faults.every;
        let page = self.dice.below(self.pages.len());
        let link = self.pages[page].link;
        let now = self.agenda.now;
        match self.dice.between(0, 15) {
            0 | 1 if faults.cuts => {
                if let Some(link) = link {
                    self.trace.line(now, || format!("fault: page {page} is cut off"));
                    self.cut(link);
                }
            }
            2 | 3 if faults.stalls && self.options.is_loud => {
                let slow = self.pages.last().and_then(|page| page.link);
                slow.into_iter().for_each(|link| self.stall(link, 20_000));
            }
            2 if faults.stalls => {
                if let Some(link) = link {
                    let wait = self.dice.between(500, 12_000);
                    self.trace.line(now, || format!("fault: page {page} reads nothing for {wait} ms"));
                    self.stall(link, wait);
                }
            }
            3 if faults.reloads => {
                self.trace.line(now, || format!("fault: page {page} is loaded anew"));
                self.reload(page);
            }
            4 if faults.networks => self.toggle_network(page),
            5 if faults.lifecycle => {
                let input = self.dice.pick(&[
                    Input::Suspend,
                    Input::Wake,
                    Input::Wake,
                    Input::Visible(true),
                    Input::Visible(false),
                ]);
                let input = input.clone();
                self.trace.line(now, || format!("fault: page {page} gets {input:?}"));
                self.tell_page(page, input);
            }
            6 if faults.doors => self.trouble.door_until = now + self.dice.between(500, 8_000),
            7 | 8 if faults.stores => {
                self.trouble.store_until = now + self.dice.between(50, 3_000);
                self.trace.line(now, || "fault: stores fail".to_owned());
            }
            9 if faults.reads => {
                self.trouble.unreadable_until = now + self.dice.between(50, 3_000);
                self.trace.line(now, || "fault: reads fail".to_owned());
            }
            10 if faults.crashes => {
                self.trace.line(now, || "fault: the room crashes".to_owned());
                self.crash();
            }
            11 if faults.amnesia => {
                self.trace.line(now, || "fault: the room loses its memory".to_owned());
                self.lose_room();
            }
            12 if faults.clocks => self.move_a_clock(page),
            13 if faults.timers => {
                if self.dice.percent(50) {
                    self.tell_room(room::Input::Timer);
                } else {
                    self.alarm();
                }
            }
            14 if faults.models => self.forget_chains(),
            15 if faults.models => self.trouble.model_until = now + self.dice.between(500, 6_000),
            _ => {}
        }
        let wait = self.dice.between(1, every);
        self.agenda.after(wait, Happening::Fault);
    }

    /// Nothing breaks any more: everybody is online and comes back.
    pub(crate) fn settle(&mut self) {
        self.trace.line(self.agenda.now, || "nothing breaks any more".to_owned());
        self.is_settling = true;
        self.trouble = Default::default();
        for page in 0..self.pages.len() {
            self.pages[page].is_offline = false;
            self.tell_page(page, Input::Online);
        }
    }

    /// Why not all is quiet.
    pub(crate) fn noise(&mut self) -> Option<String> {
        for page in 0..self.pages.len() {
            self.join_at_last(page);
            let state = *self.pages[page].client.connection();
            if !matches!(state, Connection::Live { .. }) {
                return Some(format!("page {page} is {state:?}"));
            }
            if !self.pages[page].link.is_some_and(|link| self.is_whole(link)) {
                return Some(format!("page {page} does not know yet that it is cut off"));
            }
            let pending = self.pages[page].screen.rows.iter().find(|row| row.state == ItemState::Pending);
            if let Some(row) = pending {
                return Some(format!("page {page} has not sent {:?}", row.text));
            }
            let name = self.pages[page].client.you().and_then(|you| you.name.clone());
            if name.is_none() && !self.pages[page].is_reader {
                return Some(format!("page {page} has no name"));
            }
        }
        if let Some(run) = self.shell.open_runs().first() {
            return Some(format!("run {run} is open"));
        }
        let ghost = self.shell.sockets.values().find(|seat| {
            let page = self.links[seat.link].page;
            self.pages[page].link != Some(seat.link)
        });
        if let Some(seat) = ghost {
            return Some(format!("socket {} is a ghost", seat.attachment.socket.0));
        }
        if self.shell.sockets.len() != self.pages.len() {
            return Some("a page believes in a socket that the room does not know".to_owned());
        }
        self.ask_at_last();
        (self.agenda.in_flight > 0 || !self.is_told()).then(|| "frames are under way".to_owned())
    }

    /// Everybody looks at the bill, and the owner at the bots, once all else is quiet.
    fn ask_at_last(&mut self) {
        if self.has_asked {
            return;
        }
        self.has_asked = true;
        self.asked += 1;
        for page in 0..self.pages.len() {
            let is_owner = self.people[self.pages[page].person].id == self.options.owner();
            if is_owner && !self.pages[page].is_reader {
                self.tell_page(page, Input::RequestCustomBots);
            }
            self.tell_page(page, Input::RequestBill);
        }
    }

    /// Whether the room has nothing more to tell.
    fn is_told(&self) -> bool {
        self.shell.room.as_ref().is_none_or(|room| room.wakeups().timer.is_none())
    }

    fn toggle_network(&mut self, page: usize) {
        let is_offline = !self.pages[page].is_offline;
        self.pages[page].is_offline = is_offline;
        self.trace.line(self.agenda.now, || format!("fault: page {page} is offline: {is_offline}"));
        if is_offline && let Some(link) = self.pages[page].link {
            self.cut(link);
        }
        // Browsers do not always know.
        if self.dice.percent(60) {
            self.tell_page(page, if is_offline { Input::Offline } else { Input::Online });
        }
    }

    fn move_a_clock(&mut self, page: usize) {
        let ahead = *self.dice.pick(&[100, 5_000, 70_000, 3_600_000]);
        let back = *self.dice.pick(&[100, 2_000, 10_000]);
        let step = if self.dice.percent(50) { ahead } else { -back };
        if self.dice.percent(50) {
            self.trace.line(self.agenda.now, || format!("fault: the server's clock moves by {step} ms"));
            self.shell.skew += step;
        } else {
            let step = step.clamp(-2_000, 70_000);
            self.trace.line(self.agenda.now, || format!("fault: page {page}'s clock moves by {step} ms"));
            self.pages[page].skew += step;
        }
    }
}
