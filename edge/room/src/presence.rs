//! Presence: who is connected and joined, and sending frames to them.
//!
//! Not here: gathering what all sockets are told (`fanout`), and what a `welcome` holds (`room::welcome`).

mod door;
mod handshake;
mod heartbeat;
mod nicknames;
mod rates;
mod requests;
mod roster;
mod told;
mod unread;

use std::collections::BTreeSet;

use shared::{CloseCode, ErrorCode, Millis, Nonce, Person, PersonId, Seq, ServerFrame, frame, limits};

use crate::attachment::{Attachment, SocketId, Visitor};
use crate::context::Context;
use crate::effect::Effect;
use crate::storage::StorageError;
use crate::token_bucket::Rate;
pub(crate) use handshake::Handshake;
pub(crate) use nicknames::{keys_of_bots, swallows_calls};
use rates::Rates;
pub(crate) use requests::ReadCheck;
pub(crate) use roster::Roster;
pub(crate) use unread::LargeAnswer;

const CONNECTION_RATE: Rate =
    Rate { burst: limits::CONNECTION_BURST, refill_ms: limits::CONNECTION_REFILL_MS };
/// When a client may try again after the storage could not be read, in milliseconds.
const UNREADABLE_RETRY_MS: u64 = 1_000;

/// The sockets and people of the room.
pub(crate) struct Presence {
    roster: Roster,
    rates: Rates,
    /// When sockets are next checked for signs of life.
    heartbeat_at: Option<Millis>,
    /// Comparison keys of nicknames that nobody may take: those of the bots and of the room itself.
    reserved_nicknames: Vec<String>,
    /// `accepted` of this input: it leaves in one frame with the event, if that leaves at once.
    accepted: Option<(Vec<SocketId>, ServerFrame)>,
}

/// What to do with a frame after its rate limit was checked.
pub(crate) enum FrameCheck {
    Handle,
    /// The frame was refused or its socket closed.
    Done,
}

impl Presence {
    pub(crate) fn new(address_factor: u32) -> Self {
        Self {
            roster: Roster::new(),
            rates: Rates::new(address_factor),
            heartbeat_at: None,
            reserved_nicknames: Vec::new(),
            accepted: None,
        }
    }

    pub(crate) fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Adds a socket that opened. The oldest of a person who has too many is closed.
    pub(crate) fn connect(&mut self, cx: &mut Context<'_>, socket: SocketId, visitor: Visitor) {
        cx.log.touch(cx.now);
        let person = visitor.person.clone();
        let refusal = self.check_door(cx, &visitor);
        self.roster.connect(cx.now, socket, visitor);
        if let Some(why) = refusal {
            return self.close(cx, socket, why);
        }
        if let Some(oldest) = self.roster.oldest_beyond_limit(&person) {
            self.close(cx, oldest, CloseCode::Replaced);
        }
    }

    /// Adds a socket that was open before the room woke.
    pub(crate) fn restore(&mut self, cx: &Context<'_>, attachment: Attachment) {
        if attachment.name.is_some() {
            self.rates.restore(&attachment.visitor.person, attachment.says);
        }
        self.roster.restore(attachment, cx.log.owner());
    }

    /// Takes a token from the rate limit of a socket's frames. A frame without one is refused, and a connection whose frames
    /// keep exceeding the limit is closed.
    pub(crate) fn check_rate(&mut self, cx: &mut Context<'_>, socket: SocketId) -> FrameCheck {
        let Some(state) = self.roster.socket_mut(socket) else { return FrameCheck::Done };
        state.last_frame_at = cx.now;
        let Err(wait) = state.attachment.frames.take(cx.now, CONNECTION_RATE) else {
            // Only one less: a steady pace that is a little too fast adds up too.
            state.excess = state.excess.saturating_sub(1);
            return FrameCheck::Handle;
        };
        state.excess = state.excess.saturating_add(1);
        if state.excess > limits::CONNECTION_BURST {
            self.close(cx, socket, CloseCode::BadFrames);
        } else {
            self.refuse(cx, socket, None, ErrorCode::SlowDown, Some(wait.ms));
        }
        FrameCheck::Done
    }

    /// Handles a malformed frame: refuses it, counts a strike, and closes the socket at the last one.
    pub(crate) fn strike(
        &mut self,
        cx: &mut Context<'_>,
        socket: SocketId,
        code: ErrorCode,
        nonce: Option<Nonce>,
    ) {
        let Some(state) = self.roster.socket_mut(socket) else { return };
        state.attachment.strikes = state.attachment.strikes.saturating_add(1);
        let is_last = state.attachment.strikes >= limits::STRIKES;
        let attachment = state.attachment.clone();
        self.refuse(cx, socket, nonce, code, None);
        if is_last {
            return self.close(cx, socket, CloseCode::BadFrames);
        }
        cx.effects.push(Effect::SaveAttachment(attachment));
    }

    /// Notes that the person behind a socket types or stopped typing.
    pub(crate) fn typing(&self, cx: &mut Context<'_>, socket: SocketId, on: bool) {
        let attachment = self.roster.socket(socket).map(|state| &state.attachment);
        let muted = attachment.and_then(|it| cx.administration.muted_until(&it.visitor.person, cx.now));
        if let Some(name) = attachment.and_then(|it| it.name.as_deref()).filter(|_| muted.is_none()) {
            cx.fanout.typing(cx.now, name, on);
        }
    }

    /// Closes a socket and removes it from the roster. Whoever sent what nobody honest sends must wait before they come back.
    pub(crate) fn close(&mut self, cx: &mut Context<'_>, socket: SocketId, why: CloseCode) {
        if let Some(state) = self.roster.socket(socket) {
            if matches!(why, CloseCode::TooLarge | CloseCode::BadFrames) {
                self.rates.punish(cx.now, &state.attachment.visitor);
            }
            cx.effects.push(Effect::Close { socket, why });
            self.leave(cx, socket);
        }
    }

    /// Closes all sockets of a person whom the room is to forget.
    pub(crate) fn close_sockets_of(&mut self, cx: &mut Context<'_>, person: &PersonId) {
        for socket in self.roster.sockets_of(person) {
            self.close(cx, socket, CloseCode::Gone);
        }
    }

    /// Removes a socket from the roster, and its person if it was their last.
    pub(crate) fn leave(&mut self, cx: &mut Context<'_>, socket: SocketId) {
        let Some(person) = self.roster.disconnect(socket) else { return };
        cx.fanout.left(&person);
        nicknames::release(cx, &person);
    }

    /// Sends a frame to one socket.
    pub(crate) fn send(&mut self, cx: &mut Context<'_>, socket: SocketId, frame: &ServerFrame) {
        let text = frame.encode();
        self.roster.count_sent(socket, text.len(), None);
        cx.effects.push(Effect::Send { socket, text });
    }

    /// Sends a frame to every socket of a person that has done the handshake.
    pub(crate) fn send_to_person(&mut self, cx: &mut Context<'_>, person: &PersonId, frame: &ServerFrame) {
        let sockets = self.roster.connected_sockets_of(person);
        self.send_all(cx, sockets, &frame.encode());
    }

    /// Sends a frame to every socket that has done the handshake.
    pub(crate) fn broadcast(&mut self, cx: &mut Context<'_>, frame: &ServerFrame) {
        let mut sockets = self.roster.connected();
        let text = frame.encode();
        if let Some((authors, accepted)) = self.accepted.take() {
            sockets.retain(|socket| !authors.contains(socket));
            self.send_all(cx, authors, &frame::batch(&accepted.encode(), &text));
        }
        self.send_all(cx, sockets, &text);
    }

    /// Tells every socket of an author that a write is stored. It comes before the event, which has no nonce: another tab of
    /// theirs that shares the outbox, or a newer socket of the same tab, may wait for it too (promise G4).
    pub(crate) fn accept(&mut self, author: &PersonId, socket: Option<SocketId>, nonce: Nonce, seq: Seq) {
        let mut sockets = self.roster.connected_sockets_of(author);
        sockets.extend(socket.filter(|socket| !sockets.contains(socket)));
        self.accepted = Some((sockets, ServerFrame::Accepted { nonce, seq }));
    }

    /// Sends an `accepted` that no event takes along.
    pub(crate) fn send_accepted(&mut self, cx: &mut Context<'_>) {
        if let Some((sockets, frame)) = self.accepted.take() {
            self.send_all(cx, sockets, &frame.encode());
        }
    }

    /// The people to tell a new page of: those whom messages name by number, then others until a `welcome` is full. Those
    /// beyond that are to be told in a frame of their own.
    pub(crate) fn people_to_tell(&self, cx: &Context<'_>) -> (Vec<Person>, Vec<Person>) {
        let introduced = cx.fanout.introduced().filter_map(|person| self.roster.person(&person.id));
        let mut people: Vec<Person> = introduced.map(|present| present.person.clone()).collect();
        let beyond = people.split_off(people.len().min(limits::WELCOME_PEOPLE));
        let numbers: BTreeSet<u32> = people.iter().map(|person| person.number).collect();
        let space = limits::WELCOME_PEOPLE.saturating_sub(people.len());
        let others = self.roster.people().filter(|person| !numbers.contains(&person.number));
        people.extend(others.take(space).cloned());
        (people, beyond)
    }

    fn send_all(&mut self, cx: &mut Context<'_>, sockets: Vec<SocketId>, text: &str) {
        for socket in &sockets {
            self.roster.count_sent(*socket, text.len(), None);
        }
        let text = text.to_owned();
        match *sockets {
            [] => {}
            [socket] => cx.effects.push(Effect::Send { socket, text }),
            _ => cx.effects.push(Effect::Broadcast { sockets, text }),
        }
    }

    /// Refuses a frame: nothing is stored, and nobody else is told.
    pub(crate) fn refuse(
        &mut self,
        cx: &mut Context<'_>,
        socket: SocketId,
        nonce: Option<Nonce>,
        code: ErrorCode,
        retry_after_ms: Option<u64>,
    ) {
        let refused = ServerFrame::Refused { nonce, code, retry_after_ms, fields: Vec::new() };
        self.send(cx, socket, &refused);
    }

    /// Refuses a frame because the storage cannot be read.
    pub(crate) fn refuse_unreadable(
        &mut self,
        cx: &mut Context<'_>,
        socket: SocketId,
        nonce: Option<Nonce>,
        error: &StorageError,
    ) {
        cx.warn(format!("failed to read the storage: {error}; a client is told to try again"));
        self.refuse(cx, socket, nonce, ErrorCode::TryLater, Some(UNREADABLE_RETRY_MS));
    }

    /// Sends what is due to all sockets as one frame, and closes sockets that read too slowly (promise G11).
    pub(crate) fn fan_out(&mut self, cx: &mut Context<'_>) {
        let people = self.roster.count_people();
        cx.fanout.count_people(people, || self.roster.people().cloned().collect());
        if let Some(frame) = cx.fanout.take(cx.now, people, self.roster.count_sockets()) {
            self.broadcast(cx, &frame);
        }
        if cx.fanout.take_told_people() {
            self.note_told(cx);
        }
        self.send_accepted(cx);
        // Frames for single sockets count too, so this does not depend on the broadcast.
        for socket in self.roster.too_slow() {
            self.close(cx, socket, CloseCode::Slow);
        }
    }
}
