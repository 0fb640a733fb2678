//! The links between tabs and the room: in order, each direction with its own delay and its own faults.

use std::rc::Rc;

use crate::options::Mutation;
use crate::schedule::{Packet, SimEvent};
use crate::world::World;
use room::SocketId;
use shared::{CloseCode, Millis, PersonId, limits};

/// What happens to frames in one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    Open,
    /// Frames in flight arrive, later ones do not.
    Sealed,
    Lost,
}

/// Who holds the other end of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Peer {
    Tab(usize),
    Hostile(PersonId),
}

/// One WebSocket with its two ends.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) peer: Peer,
    /// The socket's id at the server, once it was accepted.
    pub(crate) socket: Option<SocketId>,
    /// When the runtime last answered a ping on it.
    pub(crate) heard: Option<Millis>,
    to_tab: Flow,
    to_room: Flow,
    tab_free: u64,
    room_free: u64,
}

impl Link {
    pub(crate) fn is_hostile(&self) -> bool {
        matches!(self.peer, Peer::Hostile(_))
    }
}

impl World {
    /// A tab opens a socket.
    pub(crate) fn open_link(&mut self, tab: usize) -> usize {
        if self.tabs[tab].is_offline {
            let link = self.add_link(Peer::Tab(tab));
            let wait = self.delay();
            // Some connections fail at once, others hang until the client gives up.
            self.links[link].to_room = Flow::Lost;
            self.links[link].to_tab = Flow::Lost;
            if self.random.percent(70) {
                self.schedule.after(wait, SimEvent::TabNotices { link });
            }
            return link;
        }
        self.connect(Peer::Tab(tab))
    }

    /// Opens a link whose upgrade will reach the room.
    pub(crate) fn connect(&mut self, peer: Peer) -> usize {
        let link = self.add_link(peer);
        let wait = self.delay();
        self.schedule.after(wait, SimEvent::Upgrade { link });
        link
    }

    fn add_link(&mut self, peer: Peer) -> usize {
        self.links.push(Link {
            peer,
            socket: None,
            heard: None,
            to_tab: Flow::Open,
            to_room: Flow::Open,
            tab_free: 0,
            room_free: 0,
        });
        self.links.len() - 1
    }

    /// Sends something to a link's tab.
    pub(crate) fn send_to_tab(&mut self, link: usize, packet: Packet) {
        if self.links[link].to_tab != Flow::Open {
            return;
        }
        let is_text = matches!(packet, Packet::Text(_));
        if is_text && self.options.has_mutation(Mutation::SilentLoss) && self.random.percent(3) {
            return;
        }
        let ready = self.schedule.now + self.delay();
        let mut at = ready.max(self.links[link].tab_free);
        if is_text && self.options.has_mutation(Mutation::Reordering) {
            at = ready;
        }
        self.links[link].tab_free = self.links[link].tab_free.max(at);
        self.schedule.after(at - self.schedule.now, SimEvent::ToTab { link, packet });
    }

    /// Sends something to a link's room.
    pub(crate) fn send_to_room(&mut self, link: usize, packet: Packet) {
        if self.links[link].to_room != Flow::Open {
            return;
        }
        let at = (self.schedule.now + self.delay()).max(self.links[link].room_free);
        self.links[link].room_free = at;
        self.schedule.after(at - self.schedule.now, SimEvent::ToRoom { link, packet });
    }

    pub(crate) fn reaches_tab(&self, link: usize) -> bool {
        self.links[link].to_tab != Flow::Lost
    }

    pub(crate) fn reaches_room(&self, link: usize) -> bool {
        self.links[link].to_room != Flow::Lost
    }

    /// Whether a link carries frames both ways.
    pub(crate) fn is_whole(&self, link: usize) -> bool {
        let Link { to_tab, to_room, .. } = &self.links[link];
        (*to_tab, *to_room) == (Flow::Open, Flow::Open)
    }

    /// Delays what a tab receives.
    pub(crate) fn stall(&mut self, link: usize, wait: u64) {
        let until = self.schedule.now + wait;
        self.links[link].tab_free = self.links[link].tab_free.max(until);
    }

    /// Breaks a connection. Either end may notice soon, late or never.
    pub(crate) fn cut(&mut self, link: usize) {
        let flows = [Flow::Sealed, Flow::Lost];
        self.links[link].to_tab = *self.random.pick(&flows);
        self.links[link].to_room = *self.random.pick(&flows);
        if self.random.percent(70) {
            let wait = self.random.between(0, 3_000);
            self.schedule.after(wait, SimEvent::TabNotices { link });
        }
        let wait = match self.random.between(0, 9) {
            0..4 => Some(self.random.between(0, 500)),
            4..7 => Some(self.random.between(2_000, 20_000)),
            _ => None,
        };
        if let Some(wait) = wait {
            self.schedule.after(wait, SimEvent::RoomNotices { link });
        }
    }

    /// Drops the server's end; frames in flight may still arrive.
    pub(crate) fn drop_server_end(&mut self, link: usize) {
        self.links[link].to_room = Flow::Lost;
        self.links[link].to_tab = *self.random.pick(&[Flow::Sealed, Flow::Lost]);
        let wait = self.random.between(0, 500);
        self.schedule.after(wait, SimEvent::TabNotices { link });
    }

    /// Closes the tab's end with a close frame, which the network may lose.
    pub(crate) fn close_tab_end(&mut self, link: usize) {
        if self.random.percent(85) || self.is_settling {
            self.send_to_room(link, Packet::Closed(1005));
        }
        self.links[link].to_tab = Flow::Lost;
        if self.links[link].to_room == Flow::Open {
            self.links[link].to_room = Flow::Sealed;
        }
    }

    /// Closes the server's end with a close frame.
    pub(crate) fn close_server_end(&mut self, link: usize, code: u16) {
        self.send_to_tab(link, Packet::Closed(code));
        self.links[link].to_room = Flow::Lost;
        if self.links[link].to_tab == Flow::Open {
            self.links[link].to_tab = Flow::Sealed;
        }
    }

    /// Sends to a socket, and counts what its tab has not acknowledged (promise G11).
    pub(crate) fn send(&mut self, socket: SocketId, text: Rc<str>) {
        let Some(socket_state) = self.shell.sockets.get_mut(&socket) else { return };
        let behind = socket_state.unread;
        socket_state.unread += text.len() as u64;
        let link = socket_state.link;
        // At the cap the room may still send one frame and the batch in which it notices.
        if behind > 2 * (limits::UNREAD_SOCKET_BYTES + limits::SNAPSHOT_BYTES as u64) {
            self.fail(format!(
                "unbounded: socket {} was sent {behind} unread bytes and still more",
                socket.0
            ));
        }
        self.send_to_tab(link, Packet::Text(text));
    }

    pub(crate) fn close_socket(&mut self, socket: SocketId, why: CloseCode) {
        let Some(socket_state) = self.shell.sockets.remove(&socket) else { return };
        self.trace.line(self.schedule.now, || format!("room closes {}: {why:?}", socket.0));
        self.history.coverage.count(format!("close {why:?}"));
        self.close_server_end(socket_state.link, why.code());
        // The other end's close frame arrives later, when the id may have been reused.
        let wait = self.random.between(1, 3_000);
        self.schedule.after(wait, SimEvent::RoomNotices { link: socket_state.link });
    }

    /// Counts an acknowledgement of a tab.
    pub(crate) fn count_ack(&mut self, socket: SocketId, text: &str) {
        if let Some(socket_state) = self.shell.sockets.get_mut(&socket)
            && text.starts_with(r#"{"type":"ack""#)
            && let Ok(shared::ClientFrame::Ack { bytes }) = shared::ClientFrame::parse(text)
        {
            // Nobody reads more than they were sent.
            let is_lie = bytes > socket_state.unread && self.links[socket_state.link].is_hostile();
            socket_state.unread = socket_state.unread.saturating_sub(if is_lie { 0 } else { bytes });
        }
    }

    fn delay(&mut self) -> u64 {
        if self.random.percent(4) && !self.is_settling {
            self.random.between(100, 1_500)
        } else {
            self.random.between(1, 60)
        }
    }
}
