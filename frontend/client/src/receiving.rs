//! What the room says, frame by frame. What this version does not understand changes nothing (promise G15).

use shared::frame::{PONG, Welcome};
use shared::{ClientFrame, ErrorCode, FieldError, Millis, Nonce, Seq, ServerFrame};

use crate::bots::Setting;
use crate::client::Client;
use crate::effect::Out;
use crate::heartbeat::Heartbeat;
use crate::link::Phase;
use crate::log::Step;
use crate::{Change, attempt};

/// Why the room did not take something.
struct Refusal {
    code: ErrorCode,
    retry_after_ms: Option<u64>,
    fields: Vec<FieldError>,
}

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
            Ok(ServerFrame::Batch { frames }) => {
                frames.into_iter().for_each(|frame| self.frame(now, frame, out));
            }
            Ok(frame) => self.frame(now, frame, out),
            Err(_) => {}
        }
    }

    fn frame(&mut self, now: Millis, frame: ServerFrame, out: &mut Out) {
        match frame {
            // An earlier frame of the same batch may have ended the connection.
            _ if !self.link.is_open() => {}
            ServerFrame::Welcome(welcome) => self.welcomed(now, *welcome, out),
            ServerFrame::Refused { nonce: Some(nonce), code, retry_after_ms, fields } => {
                self.refused(now, &nonce, Refusal { code, retry_after_ms, fields }, out);
            }
            ServerFrame::Refused { nonce: None, code, retry_after_ms, .. } => {
                out.show(Change::Notice { code, retry_after_ms });
                self.greeting.refused(code);
                self.bots.refused();
            }
            // Before the welcome nothing has a place yet; the welcome holds it all.
            _ if !self.link.is_live() => {}
            ServerFrame::Events { events } => {
                let step = self.timeline.events(events, out);
                self.follow(step);
            }
            ServerFrame::Accepted { nonce, seq } => {
                let position = self.timeline.log.position();
                self.timeline.outbox.accepted(&nonce, seq, position, out);
                self.accepted(&nonce, seq, out);
                self.timeline.settle(out);
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
            ServerFrame::Drafts { drafts, offer } => self.bots.drafts_came(drafts, offer, out),
            ServerFrame::Bill(bill) => self.bots.bill_came(*bill, out),
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
        self.timeline.log.everybot(welcome.bots, out);
        self.crowd.room(welcome.limits, welcome.demo, out);
        if !self.timeline.attempts.sets_bot() && self.bots.setting == Setting::UnderWay {
            self.bots.turn(Setting::Idle, out);
        }
        if self.link.is_live() {
            return;
        }
        self.link.turn(Phase::Live { since: now, heart: Heartbeat::new(now) }, out);
        self.timeline.attempts.unanswered().for_each(|frame| out.send(frame));
        self.bots.unanswered().for_each(|frame| out.send(&frame));
    }

    /// The room wrote what was asked of it.
    fn accepted(&mut self, nonce: &Nonce, seq: Seq, out: &mut Out) {
        match self.timeline.attempts.accepted(nonce, seq) {
            Some(ClientFrame::SetBot { .. }) => _ = self.bots.settle(Setting::Done, out),
            Some(ClientFrame::RemoveBot { .. }) => {}
            _ => return,
        }
        // What the owner wrote is not part of the log.
        self.ask_drafts(out);
    }

    fn refused(&mut self, now: Millis, nonce: &Nonce, refusal: Refusal, out: &mut Out) {
        let Refusal { code, retry_after_ms, fields } = refusal;
        let timeline = &mut self.timeline;
        if timeline.outbox.refused(nonce, code, retry_after_ms, now, &mut self.rng, out) {
            return;
        }
        let Some(frame) = timeline.attempts.refused(nonce) else { return };
        if let Some(seq) = attempt::target(&frame) {
            timeline.log.show(seq, out);
        }
        let is_bot = matches!(frame, ClientFrame::SetBot { .. });
        if !is_bot || !self.bots.settle(Setting::Refused { code, faults: fields }, out) {
            out.show(Change::Notice { code, retry_after_ms });
        }
    }

    fn follow(&mut self, step: Step) {
        if step == Step::Gap {
            self.greeting.fell_behind();
        }
    }
}
