//! The roster: open sockets, the people who joined with them, and how many bytes each socket has yet to read.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use shared::{Millis, Person, PersonId, limits};

use crate::attachment::{Attachment, SocketId, Visitor};
use crate::token_bucket::{Rate, TokenBucket, Wait};

/// The open sockets and the people who joined with them.
pub(crate) struct Roster {
    sockets: BTreeMap<SocketId, SocketState>,
    people: BTreeMap<PersonId, Present>,
    /// The sockets of each person, also those of tabs that only read.
    sockets_by_person: BTreeMap<PersonId, BTreeSet<SocketId>>,
    /// The rate limits of people and of addresses. They outlive the sockets, so that reconnecting refills nothing.
    person_buckets: BTreeMap<PersonId, TokenBucket>,
    address_buckets: BTreeMap<String, TokenBucket>,
    /// Sockets without a handshake, by the moment at which they are closed.
    without_handshake: BTreeSet<(Millis, SocketId)>,
    /// The sum of [`SocketState::backlog`].
    backlog: u64,
    /// Sockets that were sent a frame while they were over their limit.
    over_limit: BTreeSet<SocketId>,
    newest: u32,
    address_rate: Rate,
}

pub(crate) struct SocketState {
    pub(crate) attachment: Attachment,
    /// When the last frame came, or the socket opened. Pings that the runtime answers by itself are not counted.
    pub(crate) last_frame_at: Millis,
    /// How many more frames exceeded the rate limit than kept it.
    pub(crate) excess: u32,
    /// Bytes that were sent and are not acknowledged.
    unread: u64,
}

/// A person who has joined with an open socket.
pub(crate) struct Present {
    pub(crate) person: Person,
    sockets: BTreeSet<SocketId>,
}

/// Buckets of people and addresses from which on full ones are dropped.
const BUCKETS_KEPT: usize = 2_000;
const PERSON_RATE: Rate = Rate { burst: limits::PERSON_BURST, refill_ms: limits::PERSON_REFILL_MS };

impl SocketState {
    /// Bytes that this socket should have acknowledged. Clients acknowledge every [`limits::ACK_BYTES`]; what is below that
    /// does not count, because all sockets of a room come to that point at the same moment.
    fn backlog(&self) -> u64 {
        self.unread.saturating_sub(limits::ACK_BYTES)
    }
}

impl Roster {
    /// An empty roster. The rate limit of an address is `factor` times that of a person.
    pub(crate) fn new(factor: u32) -> Self {
        let factor = factor.max(1);
        let burst = limits::PERSON_BURST.saturating_mul(factor);
        let refill_ms = (limits::PERSON_REFILL_MS / u64::from(factor)).max(1);
        Self {
            sockets: BTreeMap::new(),
            people: BTreeMap::new(),
            sockets_by_person: BTreeMap::new(),
            person_buckets: BTreeMap::new(),
            address_buckets: BTreeMap::new(),
            without_handshake: BTreeSet::new(),
            backlog: 0,
            over_limit: BTreeSet::new(),
            newest: 0,
            address_rate: Rate { burst, refill_ms },
        }
    }

    /// Adds a socket that opened.
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
        self.restore(attachment, None);
    }

    /// Adds a socket that was already open when the room woke.
    pub(crate) fn restore(&mut self, attachment: Attachment, owner: Option<&PersonId>) {
        let socket = attachment.socket;
        self.newest = self.newest.max(socket.0);
        if attachment.tab.is_none() {
            self.without_handshake.insert((attachment.since.plus(limits::HELLO_MS), socket));
        }
        if let (Some(name), Some(number)) = (attachment.name.clone(), attachment.number) {
            let id = attachment.visitor.person.clone();
            let person = Person { number, owner: owner == Some(&id), id: id.clone(), name };
            self.person_buckets.entry(id.clone()).or_insert(attachment.says);
            let present = self.people.entry(id).or_insert(Present { person, sockets: BTreeSet::new() });
            present.sockets.insert(socket);
        }
        self.sockets_by_person.entry(attachment.visitor.person.clone()).or_default().insert(socket);
        let last_frame_at = attachment.since;
        self.sockets.insert(socket, SocketState { attachment, last_frame_at, excess: 0, unread: 0 });
    }

    /// A number that no open socket has.
    pub(crate) fn next_socket_id(&self) -> SocketId {
        let mut number = self.newest.wrapping_add(1);
        while self.sockets.contains_key(&SocketId(number)) {
            number = number.wrapping_add(1);
        }
        SocketId(number)
    }

    pub(crate) fn count_sockets(&self) -> usize {
        self.sockets.len()
    }

    pub(crate) fn socket(&self, socket: SocketId) -> Option<&SocketState> {
        self.sockets.get(&socket)
    }

    pub(crate) fn socket_mut(&mut self, socket: SocketId) -> Option<&mut SocketState> {
        self.sockets.get_mut(&socket)
    }

    pub(crate) fn sockets(&self) -> impl Iterator<Item = (SocketId, &SocketState)> {
        self.sockets.iter().map(|(socket, state)| (*socket, state))
    }

    /// Sockets that have done the handshake, including those of readers who have not joined.
    pub(crate) fn connected(&self) -> Vec<SocketId> {
        self.sockets().filter(|(_, state)| state.attachment.tab.is_some()).map(|(socket, _)| socket).collect()
    }

    /// Notes that a socket did the handshake in time.
    pub(crate) fn finish_handshake(&mut self, socket: SocketId) {
        if let Some(state) = self.sockets.get(&socket) {
            self.without_handshake.remove(&(state.attachment.since.plus(limits::HELLO_MS), socket));
        }
    }

    /// Joins a person with a socket, or changes their nickname. Returns whether others must be told.
    pub(crate) fn join(&mut self, socket: SocketId, person: Person) -> bool {
        let number = person.number;
        let present = self.people.entry(person.id.clone()).or_insert_with(|| Present {
            person: Person { name: String::new(), ..person.clone() },
            sockets: BTreeSet::new(),
        });
        present.sockets.insert(socket);
        let is_news = present.person != person;
        present.person = person;
        // A person has one nickname in all tabs, so the attachments of all their sockets must have it after hibernation.
        let (name, sockets) = (present.person.name.clone(), present.sockets.clone());
        for socket in sockets {
            if let Some(state) = self.sockets.get_mut(&socket) {
                state.attachment.name = Some(name.clone());
                state.attachment.number = Some(number);
            }
        }
        is_news
    }

    /// Removes a socket. Returns its person if it was their last socket.
    pub(crate) fn disconnect(&mut self, socket: SocketId) -> Option<Person> {
        let state = self.sockets.remove(&socket)?;
        self.without_handshake.remove(&(state.attachment.since.plus(limits::HELLO_MS), socket));
        self.over_limit.remove(&socket);
        self.backlog = self.backlog.saturating_sub(state.backlog());
        let id = &state.attachment.visitor.person;
        if let Some(sockets) = self.sockets_by_person.get_mut(id) {
            sockets.remove(&socket);
            if sockets.is_empty() {
                self.sockets_by_person.remove(id);
            }
        }
        let present = self.people.get_mut(id)?;
        present.sockets.remove(&socket);
        if !present.sockets.is_empty() {
            return None;
        }
        self.people.remove(id).map(|present| present.person)
    }

    /// The person, if they are in the room.
    pub(crate) fn person(&self, id: &PersonId) -> Option<&Present> {
        self.people.get(id)
    }

    pub(crate) fn sockets_of(&self, id: &PersonId) -> Vec<SocketId> {
        self.people.get(id).map(|present| present.sockets.iter().copied().collect()).unwrap_or_default()
    }

    /// All sockets of a person that have done the handshake, also those of tabs that only read.
    pub(crate) fn connected_sockets_of(&self, id: &PersonId) -> Vec<SocketId> {
        let sockets = self.sockets_by_person.get(id).into_iter().flatten().copied();
        let is_greeted =
            |socket: &SocketId| self.socket(*socket).is_some_and(|state| state.attachment.tab.is_some());
        sockets.filter(is_greeted).collect()
    }

    /// Another socket of the same tab and person.
    pub(crate) fn same_tab(&self, socket: SocketId) -> Option<SocketId> {
        let new = &self.sockets.get(&socket)?.attachment;
        let is_same = |state: &SocketState| {
            state.attachment.tab.is_some()
                && state.attachment.tab == new.tab
                && state.attachment.visitor.person == new.visitor.person
        };
        self.sockets().find(|(other, state)| *other != socket && is_same(state)).map(|(other, _)| other)
    }

    /// Everybody in the room, in the order of their ids.
    pub(crate) fn people(&self) -> impl Iterator<Item = &Person> {
        self.people.values().map(|present| &present.person)
    }

    /// At most `limit` people after this one, and whether there are more.
    pub(crate) fn people_after(&self, after: Option<&PersonId>, limit: usize) -> (Vec<Person>, bool) {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut rest = self.people.range::<PersonId, _>((from, Bound::Unbounded));
        let people = rest.by_ref().take(limit).map(|(_, present)| present.person.clone()).collect();
        (people, rest.next().is_some())
    }

    pub(crate) fn count_people(&self) -> usize {
        self.people.len()
    }

    /// Takes a token for a write from the buckets of the socket's address and person. Returns whether the attachment must be
    /// saved, because much of the bucket is used.
    pub(crate) fn take_write(&mut self, now: Millis, socket: SocketId) -> Result<bool, Wait> {
        let Some(state) = self.sockets.get_mut(&socket) else { return Err(Wait { ms: 0 }) };
        let visitor = &state.attachment.visitor;
        self.address_buckets.entry(visitor.address.clone()).or_default().take(now, self.address_rate)?;
        let bucket = self.person_buckets.entry(visitor.person.clone()).or_default();
        bucket.take(now, PERSON_RATE)?;
        state.attachment.says = *bucket;
        let is_low = bucket.is_low(now, PERSON_RATE);
        if self.address_buckets.len().saturating_add(self.person_buckets.len()) > BUCKETS_KEPT {
            self.address_buckets.retain(|_, bucket| !bucket.is_full(now));
            self.person_buckets.retain(|_, bucket| !bucket.is_full(now));
        }
        Ok(is_low)
    }

    /// Takes a token for a new nickname from the person's bucket.
    pub(crate) fn take_rename(&mut self, now: Millis, id: &PersonId) -> Result<(), Wait> {
        self.person_buckets.entry(id.clone()).or_default().take(now, PERSON_RATE)
    }

    /// When the next socket without a handshake is closed.
    pub(crate) fn handshake_deadline(&self) -> Option<Millis> {
        self.without_handshake.first().map(|(at, _)| *at)
    }

    /// Sockets whose time for the handshake is over.
    pub(crate) fn without_handshake(&self, now: Millis) -> Vec<SocketId> {
        self.without_handshake.iter().take_while(|(at, _)| *at <= now).map(|(_, socket)| *socket).collect()
    }

    /// Counts bytes that are sent to a socket.
    pub(crate) fn count_sent(&mut self, socket: SocketId, bytes: usize) {
        let Some(state) = self.sockets.get_mut(&socket) else { return };
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        // One frame may be larger than the limit (a welcome), so only a socket that was over it before is too slow.
        if state.unread > limits::UNREAD_SOCKET_BYTES {
            self.over_limit.insert(socket);
        }
        let before = state.backlog();
        state.unread = state.unread.saturating_add(bytes);
        self.backlog = self.backlog.saturating_sub(before).saturating_add(state.backlog());
    }

    /// Counts bytes that a client says it has read.
    pub(crate) fn acknowledge(&mut self, socket: SocketId, bytes: u64) {
        let Some(state) = self.sockets.get_mut(&socket) else { return };
        let before = state.backlog();
        state.unread = state.unread.saturating_sub(bytes);
        self.backlog = self.backlog.saturating_sub(before).saturating_add(state.backlog());
        if state.unread <= limits::UNREAD_SOCKET_BYTES {
            self.over_limit.remove(&socket);
        }
    }

    /// Sockets over their own limit, and the slowest others until the sum of all is below the limit of the room.
    pub(crate) fn too_slow(&self) -> Vec<SocketId> {
        let mut slow: Vec<SocketId> = self.over_limit.iter().copied().collect();
        if self.backlog > limits::UNREAD_ROOM_BYTES {
            let behind = |socket: &SocketId| self.sockets.get(socket).map_or(0, SocketState::backlog);
            let mut left = self.backlog.saturating_sub(slow.iter().map(behind).sum());
            let mut others: Vec<SocketId> =
                self.sockets.keys().filter(|socket| !self.over_limit.contains(socket)).copied().collect();
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
