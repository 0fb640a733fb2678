//! What the room says, frame by frame. What this version does not understand changes nothing (promise G15).

use shared::frame::{PONG, Welcome};
use shared::{ClientFrame, Code, Millis, Nonce, ServerFrame};

use crate::Change;
use crate::client::Client;
use crate::effect::Out;
use crate::heartbeat::Heartbeat;
use crate::link::Phase;
use crate::log::Step;

impl Client {
    pub(crate) fn received(&mut self, now: Millis, text: &str, out: &mut Out) {
        if !self.link.is_open() {
            return;
        }
        if let Some(heart) = self.link.heart() {
            heart.heard();
        }
        if text == PONG {
            return;
        }
        if let Some(bytes) = self.acknowledge.read(text) {
            out.send(&ClientFrame::Ack { bytes });
        }
        match ServerFrame::parse(text) {
            // A batch holds no other batch, so frames within frames end here.
            Some(ServerFrame::Batch { frames }) => {
                frames.into_iter().for_each(|frame| self.frame(now, frame, out));
            }
            Some(frame) => self.frame(now, frame, out),
            None => {}
        }
    }

    fn frame(&mut self, now: Millis, frame: ServerFrame, out: &mut Out) {
        match frame {
            // An earlier frame of the same batch may have ended the connection.
            _ if !self.link.is_open() => {}
            ServerFrame::Welcome(welcome) => self.welcomed(now, *welcome, out),
            ServerFrame::Refused { nonce, code, retry_after_ms } => {
                self.refused(now, nonce, code, retry_after_ms, out);
            }
            // Before the welcome nothing has a place yet; the welcome holds it all.
            _ if !self.link.is_live() => {}
            ServerFrame::Events { events } => {
                let step = self.timeline.events(events, out);
                self.follow(step);
            }
            ServerFrame::Accepted { nonce, seq } => {
                self.regenerations.answered(&nonce);
                let position = self.timeline.log.position();
                self.timeline.outbox.accepted(&nonce, seq, position, out);
            }
            ServerFrame::Delta { run, offset, text } => {
                let step = self.timeline.log.delta(run, offset, &text, out);
                self.follow(step);
            }
            ServerFrame::Run(run) => self.timeline.run(run, out),
            ServerFrame::People { joined, left, count } => {
                self.crowd.came_and_went(joined, left, count, out);
            }
            ServerFrame::Typing { names } => {
                let me = self.timeline.you.as_ref().and_then(|you| you.name.as_deref());
                self.crowd.types(names, me, out);
            }
            ServerFrame::Page { before, messages, more } => {
                self.timeline.page(before, messages, more, out);
            }
            ServerFrame::Batch { .. } | ServerFrame::Unknown => {}
        }
    }

    fn welcomed(&mut self, now: Millis, mut welcome: Welcome, out: &mut Out) {
        if self.timeline.welcomed(&mut welcome, out) == Step::Gap {
            // Such a welcome cannot be built upon. Without a position the next one is a fresh snapshot.
            self.timeline.log.distrust();
            return self.hang_up(now, out);
        }
        self.greeting.welcomed(welcome.you.name.as_deref());
        self.crowd.everybody(welcome.people, out);
        self.crowd.room(welcome.bots, welcome.limits, welcome.demo, out);
        if self.link.is_live() {
            return;
        }
        self.link.turn(Phase::Live { since: now, heart: Heartbeat::new(now) }, out);
        for frame in self.regenerations.again(&welcome.epoch) {
            out.send(&frame);
        }
    }

    fn refused(
        &mut self,
        now: Millis,
        nonce: Option<Nonce>,
        code: Code,
        retry_after_ms: Option<u64>,
        out: &mut Out,
    ) {
        if let Some(nonce) = nonce {
            let of_outbox =
                self.timeline.outbox.refused(&nonce, code, retry_after_ms, now, &mut self.chance, out);
            if !of_outbox && self.regenerations.answered(&nonce) {
                out.show(Change::Notice { code, retry_after_ms });
            }
            return;
        }
        out.show(Change::Notice { code, retry_after_ms });
        self.greeting.refused(code);
    }

    fn follow(&mut self, step: Step) {
        if step == Step::Gap {
            self.greeting.fell_behind();
        }
    }
}
