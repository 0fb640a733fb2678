//! The links between pages and the room: first in, first out, each way with its own delay, and ways to break.

use std::rc::Rc;

use crate::agenda::{Happening, Parcel};
use crate::options::Sabotage;
use crate::world::World;
use room::SocketId;
use shared::{CloseCode, Millis, limits};

/// What becomes of frames on their way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// They arrive.
    Open,
    /// Those under way arrive, but no new ones.
    Sealed,
    /// None arrives.
    Lost,
}

/// One WebSocket with its two ends.
#[derive(Debug)]
pub(crate) struct Link {
    /// Whose it is.
    pub(crate) page: usize,
    /// Its number at the server, once it was accepted.
    pub(crate) socket: Option<SocketId>,
    /// When the runtime last answered a ping on it.
    pub(crate) heard: Option<Millis>,
    to_page: Flow,
    to_room: Flow,
    page_free: u64,
    room_free: u64,
}

impl World {
    /// A page opens a socket.
    pub(crate) fn open_link(&mut self, page: usize) -> usize {
        let link = self.links.len();
        self.links.push(Link {
            page,
            socket: None,
            heard: None,
            to_page: Flow::Open,
            to_room: Flow::Open,
            page_free: 0,
            room_free: 0,
        });
        let wait = self.delay();
        if self.pages[page].is_offline {
            // Some attempts fail at once, others hang until the page gives up.
            self.links[link].to_room = Flow::Lost;
            self.links[link].to_page = Flow::Lost;
            if self.dice.percent(70) {
                self.agenda.after(wait, Happening::PageNotices { link });
            }
        } else {
            self.agenda.after(wait, Happening::Upgrade { link });
        }
        link
    }

    /// Sends something to a link's page.
    pub(crate) fn send_to_page(&mut self, link: usize, parcel: Parcel) {
        if self.links[link].to_page != Flow::Open {
            return;
        }
        let is_text = matches!(parcel, Parcel::Text(_));
        if is_text && self.options.is(Sabotage::SilentLoss) && self.dice.percent(3) {
            return;
        }
        let ready = self.agenda.now + self.delay();
        let mut at = ready.max(self.links[link].page_free);
        if is_text && self.options.is(Sabotage::Reordering) {
            at = ready;
        }
        self.links[link].page_free = self.links[link].page_free.max(at);
        self.agenda.after(at - self.agenda.now, Happening::ToPage { link, parcel });
    }

    /// Sends something to a link's room.
    pub(crate) fn send_to_room(&mut self, link: usize, parcel: Parcel) {
        if self.links[link].to_room != Flow::Open {
            return;
        }
        let at = (self.agenda.now + self.delay()).max(self.links[link].room_free);
        self.links[link].room_free = at;
        self.agenda.after(at - self.agenda.now, Happening::ToRoom { link, parcel });
    }

    /// Whether what reaches this end of a link now is given to it.
    pub(crate) fn reaches_page(&self, link: usize) -> bool {
        self.links[link].to_page != Flow::Lost
    }

    /// Whether what reaches this end of a link now is given to it.
    pub(crate) fn reaches_room(&self, link: usize) -> bool {
        self.links[link].to_room != Flow::Lost
    }

    /// Whether a link carries frames both ways.
    pub(crate) fn is_whole(&self, link: usize) -> bool {
        let Link { to_page, to_room, .. } = &self.links[link];
        (*to_page, *to_room) == (Flow::Open, Flow::Open)
    }

    /// The page reads nothing from its socket for a while.
    pub(crate) fn stall(&mut self, link: usize, wait: u64) {
        let until = self.agenda.now + wait;
        self.links[link].page_free = self.links[link].page_free.max(until);
    }

    /// A connection breaks. Either end may notice soon, late or never.
    pub(crate) fn cut(&mut self, link: usize) {
        let flows = [Flow::Sealed, Flow::Lost];
        self.links[link].to_page = *self.dice.pick(&flows);
        self.links[link].to_room = *self.dice.pick(&flows);
        if self.dice.percent(70) {
            let wait = self.dice.between(0, 3_000);
            self.agenda.after(wait, Happening::PageNotices { link });
        }
        let wait = match self.dice.between(0, 9) {
            0..4 => Some(self.dice.between(0, 500)),
            4..7 => Some(self.dice.between(2_000, 20_000)),
            _ => None,
        };
        if let Some(wait) = wait {
            self.agenda.after(wait, Happening::RoomNotices { link });
        }
    }

    /// The server's end is gone: what it had sent may still arrive.
    pub(crate) fn drop_server_end(&mut self, link: usize) {
        self.links[link].to_room = Flow::Lost;
        self.links[link].to_page = *self.dice.pick(&[Flow::Sealed, Flow::Lost]);
        let wait = self.dice.between(0, 500);
        self.agenda.after(wait, Happening::PageNotices { link });
    }

    /// The page's end is closed in order; the network may swallow the goodbye.
    pub(crate) fn close_page_end(&mut self, link: usize) {
        if self.dice.percent(85) || self.is_settling {
            self.send_to_room(link, Parcel::Closed(1005));
        }
        self.links[link].to_page = Flow::Lost;
        if self.links[link].to_room == Flow::Open {
            self.links[link].to_room = Flow::Sealed;
        }
    }

    /// The server's end is closed in order.
    pub(crate) fn close_server_end(&mut self, link: usize, code: u16) {
        self.send_to_page(link, Parcel::Closed(code));
        self.links[link].to_room = Flow::Lost;
        if self.links[link].to_page == Flow::Open {
            self.links[link].to_page = Flow::Sealed;
        }
    }

    /// Sends to a socket, and counts what its page has not acknowledged (promise G11).
    pub(crate) fn send(&mut self, socket: SocketId, text: Rc<str>) {
        let Some(seat) = self.shell.sockets.get_mut(&socket) else { return };
        let behind = seat.unread;
        seat.unread += text.len() as u64;
        let link = seat.link;
        // A room that is behind by the cap sends one more frame, and the batch in which it notices.
        if behind > 2 * (limits::UNREAD_SOCKET_BYTES + limits::SNAPSHOT_BYTES as u64) {
            self.fail(format!(
                "unbounded: socket {} was sent {behind} unread bytes and still more",
                socket.0
            ));
        }
        self.send_to_page(link, Parcel::Text(text));
    }

    /// The room closes a socket.
    pub(crate) fn close_socket(&mut self, socket: SocketId, why: CloseCode) {
        let Some(seat) = self.shell.sockets.remove(&socket) else { return };
        self.trace.line(self.agenda.now, || format!("room closes {}: {why:?}", socket.0));
        self.history.met.count(format!("close {why:?}"));
        self.close_server_end(seat.link, why.code());
        // The other end's goodbye comes later, when the number may be another's.
        let wait = self.dice.between(1, 3_000);
        self.agenda.after(wait, Happening::RoomNotices { link: seat.link });
    }

    /// A page says how much it has read.
    pub(crate) fn count_ack(&mut self, socket: SocketId, text: &str) {
        if let Some(seat) = self.shell.sockets.get_mut(&socket)
            && text.starts_with(r#"{"type":"ack""#)
            && let Ok(shared::ClientFrame::Ack { bytes }) = shared::ClientFrame::parse(text)
        {
            seat.unread = seat.unread.saturating_sub(bytes);
        }
    }

    fn delay(&mut self) -> u64 {
        if self.dice.percent(4) && !self.is_settling {
            self.dice.between(100, 1_500)
        } else {
            self.dice.between(1, 60)
        }
    }
}
