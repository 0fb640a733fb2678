//! The room: takes an [`Input`], lets the subjects handle it, and returns [`Effect`]s.

mod administrate;
mod frames;
mod reading;
mod wake;
mod welcome;

use shared::{CloseCode, Millis, PersonId, Seq, limits};

use crate::administration::Administration;
use crate::ageing::Ageing;
use crate::attachment::{SocketId, Visitor};
use crate::config::Config;
use crate::context::{Context, Effects};
use crate::deletion::{self, Deletions};
use crate::effect::{Effect, Wakeups};
use crate::fanout::Fanout;
use crate::input::Input;
use crate::log::Log;
use crate::messages;
use crate::own_data::erasure::Erasures;
use crate::own_data::{OwnData, OwnDataError, export};
use crate::presence::Presence;
use crate::push::{PushList, SubscribeError};
use crate::runs::Runs;
use crate::runs::further_answers::ActiveCall;
use crate::storage::Storage;
use crate::token_bucket::Wait;

/// A room. Everything that must outlive it is in the storage and in the attachments of its sockets.
pub struct Room {
    config: Config,
    log: Log,
    fanout: Fanout,
    administration: Administration,
    presence: Presence,
    runs: Runs,
    deletions: Deletions,
    erasures: Erasures,
    ageing: Ageing,
    push: PushList,
}

/// The subjects of a room, apart from what the [`Context`] lends them.
struct Subjects<'a> {
    presence: &'a mut Presence,
    runs: &'a mut Runs,
    deletions: &'a mut Deletions,
    erasures: &'a mut Erasures,
    ageing: &'a mut Ageing,
    push: &'a mut PushList,
}

impl Room {
    /// Handles one input and returns what the caller must do, in order.
    pub fn handle(&mut self, now: Millis, input: Input, storage: &dyn Storage) -> Vec<Effect> {
        let mut effects = Effects::default();
        let (mut cx, mut subjects) = self.split(now, storage, &mut effects);
        subjects.handle(&mut cx, input);
        subjects.settle(&mut cx);
        effects.finish()
    }

    /// When the room wants to be given an input. To be asked after every input.
    pub fn wakeups(&self) -> Wakeups {
        let roster = self.presence.roster();
        let timers = [
            self.fanout.due(roster.count_sockets()),
            roster.handshake_deadline(),
            self.runs.next_wait_deadline(),
            self.runs.settlements().next_timer(),
        ];
        let alarms = [
            self.presence.heartbeat_at(),
            self.runs.next_call_deadline(&self.config),
            self.runs.settlements().next_alarm(),
            self.deletions.next_due(idle_at(&self.log, &self.presence, &self.runs)),
            self.erasures.next_due(),
            self.ageing.next_due(),
        ];
        Wakeups { timer: timers.into_iter().flatten().min(), alarm: alarms.into_iter().flatten().min() }
    }

    /// An id for the next socket.
    pub fn next_socket_id(&self) -> SocketId {
        self.presence.roster().next_socket_id()
    }

    /// A page of what the room keeps of a visitor, who needs no socket for it. It takes read tokens.
    ///
    /// # Errors
    /// When they must wait, or the storage cannot be read.
    pub fn own_data(
        &mut self,
        now: Millis,
        visitor: &Visitor,
        after: Seq,
        storage: &dyn Storage,
    ) -> Result<OwnData, OwnDataError> {
        let mut effects = Effects::default();
        let (cx, subjects) = self.split(now, storage, &mut effects);
        export::page(&cx, subjects.presence, visitor, after)
    }

    /// Whether a visitor may have everything deleted now, which takes read tokens. Then [`Input::Erase`] does it.
    ///
    /// # Errors
    /// When they must wait.
    pub fn may_erase(&mut self, now: Millis, visitor: &Visitor) -> Result<(), Wait> {
        self.presence.take_read_of(now, visitor, limits::ERASURE_READS)
    }

    /// Whether a visitor may be sent push messages, which takes read tokens. Then [`Input::Subscribe`] does it.
    ///
    /// # Errors
    /// When they must wait, are not in the room under a nickname, or the room has too many subscriptions.
    pub fn may_subscribe(
        &mut self,
        now: Millis,
        visitor: &Visitor,
        endpoint: &str,
        storage: &dyn Storage,
    ) -> Result<(), SubscribeError> {
        let mut effects = Effects::default();
        let (cx, subjects) = self.split(now, storage, &mut effects);
        subjects.push.may_subscribe(&cx, subjects.presence, visitor, endpoint)
    }

    /// The calls in progress, for [`Room::wake`]: they go on while the room's memory is built anew.
    pub fn active_calls(&self) -> Vec<ActiveCall> {
        self.runs.active_calls()
    }

    fn split<'a>(
        &'a mut self,
        now: Millis,
        storage: &'a dyn Storage,
        effects: &'a mut Effects,
    ) -> (Context<'a>, Subjects<'a>) {
        let Self { config, log, fanout, administration, presence, runs, deletions, erasures, ageing, push } =
            self;
        let subjects = Subjects { presence, runs, deletions, erasures, ageing, push };
        (Context { now, storage, effects, config, log, fanout, administration }, subjects)
    }
}

impl Subjects<'_> {
    fn handle(&mut self, cx: &mut Context<'_>, input: Input) {
        match input {
            Input::Connected { socket, visitor } => self.presence.connect(cx, socket, visitor),
            Input::Received { socket, frame } => self.receive(cx, socket, frame),
            Input::Disconnected { socket } => self.presence.leave(cx, socket),
            Input::CallSent { run, call_number } => self.runs.call_sent(cx.now, run, call_number),
            Input::ModelEvent { run, call_number, event } => {
                self.runs.model_event(cx, run, call_number, event);
            }
            Input::Reserved { run, call_number, reply } => {
                self.runs.claim_answered(cx, run, call_number, reply);
            }
            Input::ClaimSettled { run, call_number } => self.runs.claim_settled(cx, run, call_number),
            Input::ToolFinished { run, call_number, index, output } => {
                self.runs.tool_finished(cx, run, call_number, index, &output);
            }
            Input::ResponseDeleted { id, is_gone } => self.deletions.answered(cx, &id, is_gone),
            Input::Erase { person } => self.erase(cx, &person),
            Input::Subscribe { person, request } => self.push.subscribe(cx, self.presence, &person, request),
            Input::PushGone { endpoint } => self.push.remove(cx, &endpoint),
            Input::Timer => {}
            Input::Alarm { last_heard } => self.presence.close_dead_sockets(cx, &last_heard),
        }
    }

    /// Does what is due by the clock and starts what may start now. This is part of every input, so that a late timer loses
    /// nothing.
    fn settle(&mut self, cx: &mut Context<'_>) {
        for socket in self.presence.roster().without_handshake(cx.now) {
            self.presence.close(cx, socket, CloseCode::NoHello);
        }
        let mut messages = messages::Subjects { presence: self.presence, runs: self.runs };
        self.erasures.run(cx, &mut messages);
        self.ageing.run(cx, self.presence);
        self.runs.end_late_calls(cx);
        self.runs.end_late_waits(cx);
        self.runs.start_waiting(cx);
        self.runs.send_settlements(cx);
        self.delete_responses(cx);
        self.ageing.note(cx, self.presence);
        for (person, frame) in self.runs.take_private_answers() {
            self.presence.send_to_person(cx, &person, &frame);
        }
        self.push.send(cx, self.presence);
        self.presence.plan_heartbeat(cx.now);
        self.presence.charge_rows(cx);
        self.presence.fan_out(cx);
    }

    fn erase(&mut self, cx: &mut Context<'_>, person: &PersonId) {
        let mut messages = messages::Subjects { presence: self.presence, runs: self.runs };
        self.erasures.request(cx, &mut messages, person);
        self.push.forget(person);
    }

    /// Deletes what model servers must forget, and everything that they keep of a room that is idle.
    fn delete_responses(&mut self, cx: &mut Context<'_>) {
        let is_idle = idle_at(cx.log, self.presence, self.runs).is_some_and(|at| at <= cx.now);
        if self.deletions.set_idle(is_idle) {
            self.runs.forget_from(cx, shared::Seq::ZERO);
        }
        if self.runs.take_new_deletions() {
            self.deletions.schedule(cx.now);
        }
        let runs = &*self.runs;
        self.deletions
            .run(cx, |response| runs.get(response.run).is_some() || runs.is_asked_for_more(response.run));
    }
}

/// When the room becomes idle if nobody comes. The lobby never does, and neither does a room with an open socket or a run.
fn idle_at(log: &Log, presence: &Presence, runs: &Runs) -> Option<Millis> {
    if log.is_deleted() {
        return Some(log.active_at());
    }
    let is_empty = presence.roster().count_sockets() == 0 && runs.is_empty();
    (is_empty && !log.room_name().is_lobby())
        .then(|| deletion::idle_at(log.active_at(), log.has_been_joined()))
}
