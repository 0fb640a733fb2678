//! The way to the room: the door, the socket, the hello; and the way back when any of them fails. Every attempt begins at
//! the door, since a browser never learns why a socket did not open.

use shared::entry::{EnterReply, EnterRequest, EnterStatus};
use shared::{ClientFrame, CloseCode, Millis, PROTOCOL_VERSION};

use crate::acknowledge::Acknowledge;
use crate::client::Client;
use crate::effect::Out;
use crate::link::{Phase, STEP_MS};
use crate::typing::Typing;
use crate::{Change, Door, Effect, EnterFault};

/// How long a connection must hold until earlier failures are forgotten.
const HELD_MS: u64 = 5_000;

impl Client {
    pub(crate) fn start(&mut self, now: Millis, out: &mut Out) {
        if !matches!(self.link.phase(), Phase::Idle | Phase::Offline { .. } | Phase::Ended { .. }) {
            return;
        }
        self.held();
        self.enter(now, out);
    }

    /// Asks the door.
    pub(crate) fn enter(&mut self, now: Millis, out: &mut Out) {
        out.effect(Effect::Enter(EnterRequest {
            protocol: PROTOCOL_VERSION,
            room: self.room.clone(),
            create: self.create || self.makes_room(),
            key: self.key.clone(),
        }));
        self.link.turn(Phase::Entering { until: now.plus(STEP_MS) }, out);
    }

    pub(crate) fn entered(&mut self, now: Millis, result: Result<EnterReply, EnterFault>, out: &mut Out) {
        if !matches!(self.link.phase(), Phase::Entering { .. }) {
            return;
        }
        let Ok(reply) = result else { return self.wait(now, out) };
        self.crowd.is_demo(reply.demo, out);
        match reply.status {
            EnterStatus::Open => {
                self.door_says(Door::Open, out);
                // A room that is deleted later is not to be made again by a mere reconnection.
                self.create = false;
                self.acknowledge = Acknowledge::default();
                out.effect(Effect::Open);
                self.link.turn(Phase::Connecting { until: now.plus(STEP_MS) }, out);
            }
            EnterStatus::Absent => {
                // Whoever joined while the door was still being asked makes the room, like whoever joins afterwards.
                let is_news = self.door != Door::Absent;
                self.door_says(Door::Absent, out);
                if is_news && self.makes_room() {
                    return self.enter(now, out);
                }
                self.link.turn(Phase::Offline { retry_at: None }, out);
            }
            EnterStatus::Gone => self.end(CloseCode::Gone, out),
            EnterStatus::Banned => self.end(CloseCode::Banned, out),
            EnterStatus::Version => self.end(CloseCode::Protocol, out),
            EnterStatus::Unknown => self.wait(now, out),
        }
    }

    pub(crate) fn opened(&mut self, now: Millis, out: &mut Out) {
        if !matches!(self.link.phase(), Phase::Connecting { .. }) {
            return;
        }
        self.link.turn(Phase::Greeting, out);
        self.hello(now, out);
    }

    /// Says hello, from the position on if there is one.
    pub(crate) fn hello(&mut self, now: Millis, out: &mut Out) {
        out.send(&ClientFrame::Hello {
            protocol: PROTOCOL_VERSION,
            tab: self.tab.clone(),
            lang: self.lang,
            nickname: self.greeting.hello(now),
            resume: self.timeline.log.resume(),
        });
    }

    pub(crate) fn closed(&mut self, now: Millis, code: u16, out: &mut Out) {
        if !self.link.has_socket() {
            return;
        }
        self.lost(now, out);
        match CloseCode::from_code(code) {
            // The door renews the identity, so one more attempt is not in vain.
            Some(CloseCode::Identity) if !self.is_renewed => {
                self.is_renewed = true;
                self.enter(now, out);
            }
            Some(close) if close.is_final() => self.end(close, out),
            _ => self.wait(now, out),
        }
    }

    /// Gives up a socket that does not do what it should, and comes back.
    pub(crate) fn hang_up(&mut self, now: Millis, out: &mut Out) {
        out.effect(Effect::Close);
        self.lost(now, out);
        self.wait(now, out);
    }

    /// The browser lost its network, or the page is put away: no attempts until it says otherwise.
    pub(crate) fn put_away(&mut self, now: Millis, out: &mut Out) {
        if self.link.has_socket() {
            out.effect(Effect::Close);
            self.lost(now, out);
        }
        if !matches!(self.link.phase(), Phase::Idle | Phase::Ended { .. }) {
            self.link.turn(Phase::Offline { retry_at: None }, out);
        }
    }

    /// Something gives hope: try at once, or find out at once whether the socket still lives.
    pub(crate) fn nudge(&mut self, now: Millis, out: &mut Out) {
        if matches!(self.link.phase(), Phase::Offline { .. }) {
            self.enter(now, out);
        } else if let Some(heart) = self.link.heart() {
            heart.hurry(now);
        }
    }

    /// Waits for the next attempt.
    pub(crate) fn wait(&mut self, now: Millis, out: &mut Out) {
        let wait = self.backoff.wait(&mut self.rng);
        self.link.turn(Phase::Offline { retry_at: Some(now.plus(wait)) }, out);
    }

    fn end(&mut self, why: CloseCode, out: &mut Out) {
        match why {
            CloseCode::Gone => self.door_says(Door::Gone, out),
            CloseCode::Banned => self.door_says(Door::Banned, out),
            CloseCode::Protocol => self.door_says(Door::Version, out),
            _ => {}
        }
        self.link.turn(Phase::Ended { why }, out);
    }

    /// The socket is gone: forgets what was only its own.
    fn lost(&mut self, now: Millis, out: &mut Out) {
        if matches!(self.link.phase(), Phase::Live { since, .. } if now.since(*since) >= HELD_MS) {
            self.held();
        }
        self.greeting.lost();
        self.typing = Typing::default();
        self.timeline.outbox.lost();
        self.timeline.older.give_up(out);
        self.crowd.types(Vec::new(), None, out);
    }

    /// Whether joining here means making the room.
    fn makes_room(&self) -> bool {
        self.door == Door::Absent && self.key.is_none() && self.greeting.wants()
    }

    fn held(&mut self) {
        self.backoff.reset();
        self.is_renewed = false;
    }

    fn door_says(&mut self, door: Door, out: &mut Out) {
        if self.door != door {
            self.door = door;
            out.show(Change::Door);
        }
    }
}
