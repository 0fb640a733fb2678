//! The roster: open sockets, the people who joined with them, and how many bytes each socket has yet to read.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use shared::{Millis, Person, PersonId, limits};

use super::unread::{LargeAnswer, NeverSent, Unread};
use crate::attachment::{Attachment, SocketId, Visitor};
use crate::token_bucket::TokenBucket;

/// The open sockets and the people who joined with them.
pub(crate) struct Roster {
    sockets: BTreeMap<SocketId, SocketState>,
    people: BTreeMap<PersonId, Present>,
    /// All open sockets of everybody, also of those who have not joined.
    visitors: BTreeMap<PersonId, BTreeSet<SocketId>>,
    /// Sockets without a handshake, by the moment at which they are closed.
    without_handshake: BTreeSet<(Millis, SocketId)>,
    /// The sum of [`Unread::backlog`].
    backlog: u64,
    /// Sockets that were sent a frame while they were over their limit.
    over_limit: BTreeSet<SocketId>,
    newest: u32,
}

pub(crate) struct SocketState {
    pub(crate) attachment: Attachment,
    /// When the last frame came, or the socket opened. Pings that the runtime answers by itself are not counted.
    pub(crate) last_frame_at: Millis,
    /// How many more frames exceeded the rate limit than kept it.
    pub(crate) excess: u32,
    unread: Unread,
}

/// A person who has joined with an open socket.
pub(crate) struct Present {
    pub(crate) person: Person,
    sockets: BTreeSet<SocketId>,
}

impl Roster {
    pub(crate) fn new() -> Self {
        Self {
            sockets: BTreeMap::new(),
            people: BTreeMap::new(),
            visitors: BTreeMap::new(),
            without_handshake: BTreeSet::new(),
            backlog: 0,
            over_limit: BTreeSet::new(),
            newest: 0,
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
            told: None,
        };
        self.add(attachment, None, Unread::new());
    }

    /// Adds a socket that was already open when the room woke.
    pub(crate) fn restore(&mut self, attachment: Attachment, owner: Option<&PersonId>) {
        self.add(attachment, owner, Unread::restored());
    }

    fn add(&mut self, attachment: Attachment, owner: Option<&PersonId>, unread: Unread) {
        let socket = attachment.socket;
        self.newest = self.newest.max(socket.0);
        if attachment.tab.is_none() {
            self.without_handshake.insert((attachment.since.plus(limits::HELLO_MS), socket));
        }
        if let (Some(name), Some(number)) = (attachment.name.clone(), attachment.number) {
            let id = attachment.visitor.person.clone();
            // Their session holds until the room looks, at every act of theirs; the badge stays until they leave.
            let operator = attachment.visitor.operator_until.is_some();
            let person = Person { number, owner: owner == Some(&id), operator, id: id.clone(), name };
            let present = self.people.entry(id).or_insert(Present { person, sockets: BTreeSet::new() });
            present.person.operator |= operator;
            present.sockets.insert(socket);
        }
        let last_frame_at = attachment.since;
        self.visitors.entry(attachment.visitor.person.clone()).or_default().insert(socket);
        self.sockets.insert(socket, SocketState { attachment, last_frame_at, excess: 0, unread });
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

    /// Joins a person with a socket, or changes their nickname. Returns whether others must be told, and the sockets whose
    /// attachments changed.
    pub(crate) fn join(&mut self, socket: SocketId, person: Person) -> (bool, Vec<SocketId>) {
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
        let mut changed = Vec::new();
        for socket in sockets {
            let Some(state) = self.sockets.get_mut(&socket) else { continue };
            let attachment = &mut state.attachment;
            if attachment.name.as_ref() != Some(&name) || attachment.number != Some(number) {
                attachment.name = Some(name.clone());
                attachment.number = Some(number);
                changed.push(socket);
            }
        }
        (is_news, changed)
    }

    /// Removes a socket. Returns its person if it was their last socket.
    pub(crate) fn disconnect(&mut self, socket: SocketId) -> Option<Person> {
        let state = self.sockets.remove(&socket)?;
        let id = &state.attachment.visitor.person;
        if let Some(sockets) = self.visitors.get_mut(id) {
            sockets.remove(&socket);
            if sockets.is_empty() {
                self.visitors.remove(id);
            }
        }
        self.without_handshake.remove(&(state.attachment.since.plus(limits::HELLO_MS), socket));
        self.over_limit.remove(&socket);
        self.backlog = self.backlog.saturating_sub(state.unread.backlog());
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

    /// All sockets of a person that have done the handshake, also those of tabs that only read.
    pub(crate) fn connected_sockets_of(&self, id: &PersonId) -> Vec<SocketId> {
        let sockets = self.visitors.get(id).into_iter().flatten().copied();
        let is_greeted =
            |socket: &SocketId| self.socket(*socket).is_some_and(|state| state.attachment.tab.is_some());
        sockets.filter(is_greeted).collect()
    }

    /// All open sockets of a person.
    pub(crate) fn sockets_of(&self, id: &PersonId) -> Vec<SocketId> {
        self.visitors.get(id).into_iter().flatten().copied().collect()
    }

    /// Gives or takes a person's badge of the owner. Returns them as they are now, if they are here.
    pub(crate) fn set_owner(&mut self, id: &PersonId, is_owner: bool) -> Option<Person> {
        let present = self.people.get_mut(id)?;
        present.person.owner = is_owner;
        Some(present.person.clone())
    }

    /// Another socket of the same tab and person.
    pub(crate) fn same_tab(&self, socket: SocketId) -> Option<SocketId> {
        let new = &self.sockets.get(&socket)?.attachment;
        let of_person = self.visitors.get(&new.visitor.person)?.iter().filter(|other| **other != socket);
        let is_same = |state: &SocketState| state.attachment.tab.is_some() && state.attachment.tab == new.tab;
        of_person.copied().find(|other| self.sockets.get(other).is_some_and(is_same))
    }

    /// The oldest socket of a person who has more than [`limits::SOCKETS_PER_PERSON`].
    pub(crate) fn oldest_beyond_limit(&self, person: &PersonId) -> Option<SocketId> {
        let sockets =
            self.visitors.get(person).filter(|sockets| sockets.len() > limits::SOCKETS_PER_PERSON)?;
        let opened = |socket: &SocketId| self.sockets.get(socket).map(|state| state.attachment.since);
        sockets.iter().copied().min_by_key(|socket| (opened(socket), *socket))
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

    /// When the next socket without a handshake is closed.
    pub(crate) fn handshake_deadline(&self) -> Option<Millis> {
        self.without_handshake.first().map(|(at, _)| *at)
    }

    /// Sockets whose time for the handshake is over.
    pub(crate) fn without_handshake(&self, now: Millis) -> Vec<SocketId> {
        self.without_handshake.iter().take_while(|(at, _)| *at <= now).map(|(_, socket)| *socket).collect()
    }

    /// Counts bytes that are sent to a socket; `answer` is what they answer, if that may be large.
    pub(crate) fn count_sent(&mut self, socket: SocketId, bytes: usize, answer: Option<LargeAnswer>) {
        let Some(state) = self.sockets.get_mut(&socket) else { return };
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        // One frame may be larger than the limit, so only a socket that was over it before is too slow.
        if state.unread.is_over_limit() {
            self.over_limit.insert(socket);
        }
        let before = state.unread.backlog();
        state.unread.count_sent(bytes);
        if let Some(kind) = answer {
            state.unread.note_answer(kind, bytes);
        }
        self.backlog = self.backlog.saturating_sub(before).saturating_add(state.unread.backlog());
    }

    /// Counts bytes that a client says it has read.
    ///
    /// # Errors
    /// [`NeverSent`]; then nothing is acknowledged.
    pub(crate) fn acknowledge(&mut self, socket: SocketId, bytes: u64) -> Result<(), NeverSent> {
        let Some(state) = self.sockets.get_mut(&socket) else { return Ok(()) };
        let before = state.unread.backlog();
        state.unread.acknowledge(bytes)?;
        self.backlog = self.backlog.saturating_sub(before).saturating_add(state.unread.backlog());
        if !state.unread.is_over_limit() {
            self.over_limit.remove(&socket);
        }
        Ok(())
    }

    /// Whether the last answer of a kind is still on its way to a socket.
    pub(crate) fn is_waiting_for(&self, socket: SocketId, kind: LargeAnswer) -> bool {
        self.sockets.get(&socket).is_some_and(|state| state.unread.is_waiting_for(kind))
    }

    /// Sockets over their own limit, and the slowest others until the sum of all is below the limit of the room.
    pub(crate) fn too_slow(&self) -> Vec<SocketId> {
        let mut slow: Vec<SocketId> = self.over_limit.iter().copied().collect();
        if self.backlog > limits::UNREAD_ROOM_BYTES {
            let behind =
                |socket: &SocketId| self.sockets.get(socket).map_or(0, |state| state.unread.backlog());
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
