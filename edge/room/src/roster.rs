//! Who is here: sockets, the people behind them, and how far each socket is behind in reading.

use std::collections::{BTreeMap, BTreeSet};

use shared::{Millis, Person, PersonId, limits};

use crate::rate_limit::{Rate, TokenBucket};
use crate::{Attachment, SocketId, Visitor};

/// The open sockets and the people who joined with them.
pub(crate) struct Roster {
    seats: BTreeMap<SocketId, SocketState>,
    people: BTreeMap<PersonId, Present>,
    /// How much each person and each address may still say at once. They outlive the sockets, so that coming back
    /// refills nothing.
    says: BTreeMap<PersonId, TokenBucket>,
    addresses: BTreeMap<String, TokenBucket>,
    waiting: BTreeSet<(Millis, SocketId)>,
    /// Bytes that all sockets together are behind.
    behind: u64,
    full: BTreeSet<SocketId>,
    newest: u32,
    address: Rate,
}

/// An open socket.
pub(crate) struct SocketState {
    pub(crate) attachment: Attachment,
    /// When the last frame came, or the socket opened. Pings that the runtime answers are not known here.
    pub(crate) heard: Millis,
    /// How many more frames came too fast than came in time.
    pub(crate) excess: u32,
    /// Bytes that were sent and not acknowledged.
    unread: u64,
}

/// A person who is here.
pub(crate) struct Present {
    pub(crate) person: Person,
    pub(crate) number: u32,
    sockets: BTreeSet<SocketId>,
}

const PERSON: Rate = Rate { burst: limits::PERSON_BURST, refill_ms: limits::PERSON_REFILL_MS };

impl SocketState {
    /// Bytes that this socket is behind in reading. What nobody acknowledges yet is not among them: everybody in a room
    /// is sent the same, so a crowd that reads everything comes to that point at the same moment.
    fn behind(&self) -> u64 {
        self.unread.saturating_sub(limits::ACK_BYTES)
    }
}

impl Roster {
    /// Nobody is here. An address may do `factor` times as much as a person.
    pub(crate) fn new(factor: u32) -> Self {
        let factor = factor.max(1);
        let burst = limits::PERSON_BURST.saturating_mul(factor);
        let refill_ms = (limits::PERSON_REFILL_MS / u64::from(factor)).max(1);
        Self {
            seats: BTreeMap::new(),
            people: BTreeMap::new(),
            says: BTreeMap::new(),
            addresses: BTreeMap::new(),
            waiting: BTreeSet::new(),
            behind: 0,
            full: BTreeSet::new(),
            newest: 0,
            address: Rate { burst, refill_ms },
        }
    }

    /// A socket opened.
    pub(crate) fn connect(&mut self, now: Millis, socket: SocketId, visitor: Visitor) {
        let attachment = Attachment {
            socket,
            visitor,
            since: now,
            tab: None,
            name: None,
            number: None,
            says: TokenBucket::default(),
            frames: TokenBucket::default(),
            strikes: 0,
        };
        self.sit(attachment, None);
    }

    /// A socket that was already open when the room woke.
    pub(crate) fn sit(&mut self, attachment: Attachment, owner: Option<&PersonId>) {
        let socket = attachment.socket;
        self.newest = self.newest.max(socket.0);
        if attachment.tab.is_none() {
            self.waiting.insert((attachment.since.plus(limits::HELLO_MS), socket));
        }
        if let (Some(name), Some(number)) = (attachment.name.clone(), attachment.number) {
            let id = attachment.visitor.person.clone();
            let person = Person { owner: owner == Some(&id), id: id.clone(), name };
            self.says.entry(id.clone()).or_insert(attachment.says);
            let present =
                self.people.entry(id).or_insert(Present { person, number, sockets: BTreeSet::new() });
            present.sockets.insert(socket);
        }
        let heard = attachment.since;
        self.seats.insert(socket, SocketState { attachment, heard, excess: 0, unread: 0 });
    }

    /// A number that no open socket has.
    pub(crate) fn next_socket(&self) -> SocketId {
        let mut number = self.newest.wrapping_add(1);
        while self.seats.contains_key(&SocketId(number)) {
            number = number.wrapping_add(1);
        }
        SocketId(number)
    }

    /// How many sockets are open.
    pub(crate) fn sockets(&self) -> usize {
        self.seats.len()
    }

    /// A socket.
    pub(crate) fn seat(&self, socket: SocketId) -> Option<&SocketState> {
        self.seats.get(&socket)
    }

    /// A socket.
    pub(crate) fn seat_mut(&mut self, socket: SocketId) -> Option<&mut SocketState> {
        self.seats.get_mut(&socket)
    }

    /// All sockets.
    pub(crate) fn seats(&self) -> impl Iterator<Item = (SocketId, &SocketState)> {
        self.seats.iter().map(|(socket, seat)| (*socket, seat))
    }

    /// Sockets that said hello, whoever they are: readers see everything too.
    pub(crate) fn greeted(&self) -> Vec<SocketId> {
        self.seats().filter(|(_, seat)| seat.attachment.tab.is_some()).map(|(socket, _)| socket).collect()
    }

    /// A socket said hello.
    pub(crate) fn greet(&mut self, socket: SocketId) {
        if let Some(seat) = self.seats.get(&socket) {
            self.waiting.remove(&(seat.attachment.since.plus(limits::HELLO_MS), socket));
        }
    }

    /// Somebody joined with a socket, or changed their nickname. True when others must be told.
    pub(crate) fn join(&mut self, socket: SocketId, person: Person, number: u32) -> bool {
        let present = self.people.entry(person.id.clone()).or_insert_with(|| Present {
            person: Person { name: String::new(), ..person.clone() },
            number,
            sockets: BTreeSet::new(),
        });
        present.sockets.insert(socket);
        let is_news = present.person != person;
        present.person = person;
        // One nickname for all tabs: each socket's attachment must say the same after hibernation.
        let (name, sockets) = (present.person.name.clone(), present.sockets.clone());
        for socket in sockets {
            if let Some(seat) = self.seats.get_mut(&socket) {
                seat.attachment.name = Some(name.clone());
                seat.attachment.number = Some(number);
            }
        }
        is_news
    }

    /// A socket closed. Its person, when it was their last.
    pub(crate) fn disconnect(&mut self, socket: SocketId) -> Option<Person> {
        let seat = self.seats.remove(&socket)?;
        self.waiting.remove(&(seat.attachment.since.plus(limits::HELLO_MS), socket));
        self.full.remove(&socket);
        self.behind = self.behind.saturating_sub(seat.behind());
        let id = &seat.attachment.visitor.person;
        let present = self.people.get_mut(id)?;
        present.sockets.remove(&socket);
        if !present.sockets.is_empty() {
            return None;
        }
        self.people.remove(id).map(|present| present.person)
    }

    /// Somebody who is here.
    pub(crate) fn present(&self, id: &PersonId) -> Option<&Present> {
        self.people.get(id)
    }

    /// The sockets of somebody who is here.
    pub(crate) fn sockets_of(&self, id: &PersonId) -> Vec<SocketId> {
        self.people.get(id).map(|present| present.sockets.iter().copied().collect()).unwrap_or_default()
    }

    /// Another socket of the same tab.
    pub(crate) fn same_tab(&self, socket: SocketId) -> Option<SocketId> {
        let new = &self.seats.get(&socket)?.attachment;
        let is_same = |seat: &SocketState| {
            seat.attachment.tab.is_some()
                && seat.attachment.tab == new.tab
                && seat.attachment.visitor.person == new.visitor.person
        };
        self.seats().find(|(other, seat)| *other != socket && is_same(seat)).map(|(other, _)| other)
    }

    /// Everybody who is here.
    pub(crate) fn people(&self) -> Vec<Person> {
        self.people.values().map(|present| present.person.clone()).collect()
    }

    /// How many are here.
    pub(crate) fn count_people(&self) -> usize {
        self.people.len()
    }

    /// Takes one say from the person's and the address's buckets, or says how long to wait. True: worth remembering.
    pub(crate) fn take_say(&mut self, now: Millis, socket: SocketId) -> Result<bool, u64> {
        let Some(seat) = self.seats.get_mut(&socket) else { return Err(0) };
        let visitor = &seat.attachment.visitor;
        self.addresses.entry(visitor.address.clone()).or_default().take(now, self.address)?;
        let says = self.says.entry(visitor.person.clone()).or_default();
        says.take(now, PERSON)?;
        seat.attachment.says = *says;
        let is_low = says.is_low(now, PERSON);
        if self.addresses.len().saturating_add(self.says.len()) > 2_000 {
            self.addresses.retain(|_, bucket| !bucket.is_full(now));
            self.says.retain(|_, bucket| !bucket.is_full(now));
        }
        Ok(is_low)
    }

    /// Takes one from the person's bucket for a new nickname, or says how long to wait.
    pub(crate) fn take_name(&mut self, now: Millis, id: &PersonId) -> Result<(), u64> {
        self.says.entry(id.clone()).or_default().take(now, PERSON)
    }

    /// When the next socket without hello is closed.
    pub(crate) fn hello_due(&self) -> Option<Millis> {
        self.waiting.first().map(|(at, _)| *at)
    }

    /// Sockets whose time for hello is over.
    pub(crate) fn without_hello(&self, now: Millis) -> Vec<SocketId> {
        self.waiting.iter().take_while(|(at, _)| *at <= now).map(|(_, socket)| *socket).collect()
    }

    /// Counts what was sent.
    pub(crate) fn count(&mut self, socket: SocketId, bytes: usize) {
        let Some(seat) = self.seats.get_mut(&socket) else { return };
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        // One frame may be larger than the cap (a snapshot): only who was behind before it is too slow.
        if seat.unread > limits::UNREAD_SOCKET_BYTES {
            self.full.insert(socket);
        }
        let before = seat.behind();
        seat.unread = seat.unread.saturating_add(bytes);
        self.behind = self.behind.saturating_sub(before).saturating_add(seat.behind());
    }

    /// Counts what was read.
    pub(crate) fn acknowledge(&mut self, socket: SocketId, bytes: u64) {
        let Some(seat) = self.seats.get_mut(&socket) else { return };
        let before = seat.behind();
        seat.unread = seat.unread.saturating_sub(bytes);
        self.behind = self.behind.saturating_sub(before).saturating_add(seat.behind());
        if seat.unread <= limits::UNREAD_SOCKET_BYTES {
            self.full.remove(&socket);
        }
    }

    /// Sockets that are too far behind, and the slowest ones until all together no longer are.
    pub(crate) fn too_slow(&self) -> Vec<SocketId> {
        let mut slow: Vec<SocketId> = self.full.iter().copied().collect();
        if self.behind > limits::UNREAD_ROOM_BYTES {
            let behind = |socket: &SocketId| self.seats.get(socket).map_or(0, SocketState::behind);
            let mut left = self.behind.saturating_sub(slow.iter().map(behind).sum());
            let mut others: Vec<SocketId> =
                self.seats.keys().filter(|socket| !self.full.contains(socket)).copied().collect();
            others.sort_by_key(|socket| std::cmp::Reverse(behind(socket)));
            for socket in others {
                if left <= limits::UNREAD_ROOM_BYTES {
                    break;
                }
                left = left.saturating_sub(behind(&socket));
                slow.push(socket);
            }
        }
        slow
    }
}
