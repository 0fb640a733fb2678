//! The room's shell: carries out effects as the Worker does: store first, then send, and wake the room again when a
//! store fails. When and how the room wakes is in [`crate::waking`].

use std::collections::BTreeMap;
use std::rc::Rc;

use room::{Attachment, Effect, Input, OnFailure, RawFrame, Room, SocketId, Write};
use shared::{ErrorCode, Millis, Nonce, Seq, ServerFrame, frame};

use crate::ledger::LedgerRequest;
use crate::options::{Mutation, Options};
use crate::schedule::{Packet, SimEvent};
use crate::storage::FaultyStorage;
use crate::world::World;

/// The Durable Object around the room.
pub(crate) struct Shell {
    pub(crate) storage: FaultyStorage,
    pub(crate) room: Option<Room>,
    /// Open sockets with their attachments.
    pub(crate) sockets: BTreeMap<SocketId, SocketState>,
    /// Calls whose tasks run.
    pub(crate) tasks: BTreeMap<(Seq, u32), usize>,
    /// How far the server's clock is from true time, in milliseconds.
    pub(crate) skew: i64,
    pub(crate) timer: Planned,
    pub(crate) alarm: Planned,
    /// Counts the processes; replies to an earlier one are dropped.
    pub(crate) process: u64,
    /// The room was removed with everything in it.
    pub(crate) is_removed: bool,
    /// Counts inputs, for the idle check.
    pub(crate) turn: u64,
}

/// An open socket.
pub(crate) struct SocketState {
    pub(crate) link: usize,
    pub(crate) attachment: Attachment,
    /// Bytes sent and not acknowledged since the room last woke, as the checker counts them.
    pub(crate) unread: u64,
}

/// A planned wake-up, in the server's time.
#[derive(Default)]
pub(crate) struct Planned {
    pub(crate) at: Option<Millis>,
    pub(crate) turn: u64,
}

impl World {
    /// The server's clock.
    pub(crate) fn server_now(&self) -> Millis {
        self.clock(self.shell.skew)
    }

    /// Gives the room an input and carries out what it asks for.
    pub(crate) fn room_input(&mut self, input: Input) {
        self.set_readable();
        if self.shell.room.is_none() {
            self.wake_room(Vec::new());
        }
        let now = self.server_now();
        let Some(room) = &mut self.shell.room else { return self.refuse_without_room(input) };
        let effects = room.handle(now, input, &self.shell.storage);
        self.carry_out(effects);
        self.plan_wakeups();
    }

    /// Carries out effects in their order.
    pub(crate) fn carry_out(&mut self, effects: Vec<Effect>) {
        let mut failed = None;
        for effect in effects {
            match effect {
                Effect::Store { writes, on_failure } => {
                    if !self.store(writes) && on_failure != OnFailure::Ignore {
                        if self.options.has_mutation(Mutation::SendBeforeStore) {
                            failed = Some(on_failure);
                        } else if !self.options.has_mutation(Mutation::UnnoticedFailures) {
                            return self.recover(on_failure);
                        }
                    }
                }
                Effect::SaveAttachment(attachment) => {
                    if let Some(socket_state) = self.shell.sockets.get_mut(&attachment.socket) {
                        socket_state.attachment = attachment;
                    }
                }
                Effect::Send { socket, text } => {
                    self.check_reading(&text);
                    self.send(socket, Rc::from(text));
                }
                Effect::Broadcast { sockets, text } => {
                    let text: Rc<str> = Rc::from(text);
                    sockets.into_iter().for_each(|socket| self.send(socket, text.clone()));
                }
                Effect::Close { socket, why } => self.close_socket(socket, why),
                // The mutation is about frames alone, not about calls without a record.
                Effect::StartCall(_) if failed.is_some() => {}
                Effect::StartCall(mut call) => {
                    self.mutate_turn(&mut call.turn);
                    self.check_call(&call);
                    self.history.coverage.count(format!("call {}", call.call_number));
                    let is_chained = call.turn.previous.is_some();
                    self.history.coverage.count(if is_chained { "chained" } else { "from the transcript" });
                    self.shell.tasks.insert((call.run, call.call_number), self.model.calls.len());
                    self.ask(*call);
                }
                Effect::AbortCall { run, call_number } => drop(self.shell.tasks.remove(&(run, call_number))),
                Effect::ReserveBudget { run, call_number, micros, address, .. } => {
                    self.request_ledger(run, call_number, LedgerRequest::Reserve { micros, address });
                }
                Effect::SettleClaim { run, call_number, micros } => {
                    self.request_ledger(run, call_number, LedgerRequest::Settle(micros));
                }
                Effect::FetchWeather(asked) => self.fetch_weather(asked),
                Effect::DeleteResponse { id, .. } => self.delete_response(id),
                Effect::ListReport(_) | Effect::Push(_) => {}
                Effect::RemoveRoom => self.remove_room(),
                Effect::LogWarning(note) => self.trace.line(self.schedule.now, || format!("note: {note}")),
            }
        }
        if let Some(on_failure) = failed {
            self.recover(on_failure);
        }
    }

    /// A socket was accepted.
    pub(crate) fn accept(&mut self, link: usize) {
        self.set_readable();
        if self.shell.room.is_none() {
            self.wake_room(Vec::new());
        }
        let Some(room) = &self.shell.room else {
            return self.schedule.after(1, SimEvent::TabNotices { link });
        };
        let socket = room.next_socket_id();
        let visitor = self.visitor(link);
        self.links[link].socket = Some(socket);
        let attachment = Attachment {
            socket,
            visitor: visitor.clone(),
            since: self.server_now(),
            tab: None,
            name: None,
            number: None,
            says: Default::default(),
            frames: Default::default(),
            strikes: 0,
            told: None,
        };
        if self.shell.sockets.insert(socket, SocketState { link, attachment, unread: 0 }).is_some() {
            self.fail(format!("socket number {} was given twice", socket.0));
        }
        self.trace
            .line(self.schedule.now, || format!("{:?} opened socket {}", self.links[link].peer, socket.0));
        self.room_input(Input::Connected { socket, visitor });
        self.send_to_tab(link, Packet::Opened);
    }

    /// A text frame reached the server.
    pub(crate) fn received(&mut self, link: usize, text: &str) {
        let Some(socket) = self.open_socket(link) else { return };
        if text == frame::PING {
            self.links[link].heard = Some(self.server_now());
            return self.send_to_tab(link, Packet::Text(Rc::from(frame::PONG)));
        }
        self.count_ack(socket, text);
        self.trace.line(self.schedule.now, || format!("room: from {}: {text}", socket.0));
        self.room_input(Input::Received { socket, frame: RawFrame::Text(text.to_owned()) });
    }

    /// The runtime reports that a socket is gone. Until it has, the socket is among those that a room wakes with, because
    /// nobody would be told that its person left otherwise.
    pub(crate) fn socket_is_gone(&mut self, link: usize) {
        let Some(socket) = self.open_socket(link) else {
            if let (true, Some(socket)) =
                (self.options.has_mutation(Mutation::LateDisconnects), self.links[link].socket)
            {
                self.room_input(Input::Disconnected { socket });
            }
            return;
        };
        self.trace.line(self.schedule.now, || format!("socket {} is gone", socket.0));
        self.set_readable();
        if self.shell.room.is_none() {
            self.wake_room(Vec::new());
        }
        // Waking may have closed it.
        if self.shell.sockets.remove(&socket).is_some() {
            self.drop_server_end(link);
            self.room_input(Input::Disconnected { socket });
        }
    }

    /// A link's socket, while the server has it open.
    pub(crate) fn open_socket(&self, link: usize) -> Option<SocketId> {
        let socket = self.links[link].socket?;
        self.shell.sockets.get(&socket).filter(|socket_state| socket_state.link == link).map(|_| socket)
    }

    /// Makes the storage readable or not, as the active faults say.
    pub(crate) fn set_readable(&mut self) {
        let is_unreadable = self.schedule.now < self.active_faults.unreadable_until;
        self.shell.storage.memory.is_unreadable.set(is_unreadable);
    }

    fn store(&mut self, writes: Vec<Write>) -> bool {
        let is_failing = self.schedule.now < self.active_faults.store_until && self.random.percent(50);
        if is_failing {
            self.history.coverage.count("store failed");
            self.trace.line(self.schedule.now, || format!("store failed: {writes:?}"));
            return false;
        }
        for write in &writes {
            match write {
                Write::Run(run) => drop(self.history.through.insert(run.run, run.through)),
                Write::Response(response) => drop(self.history.recorded.insert(response.id.clone())),
                _ => self.history.deleted_texts.store(write),
            }
            self.history.erased.store(write);
        }
        for write in &writes {
            if let Write::Spending(_) | Write::Run(_) | Write::Chain(_) = write {
                self.trace.line(self.schedule.now, || format!("stored: {write:?}"));
            }
        }
        if let Err(error) = self.shell.storage.apply(writes) {
            self.fail(format!("an impossible write: {error}"));
        }
        if let Err(violation) = self.check_budgets() {
            self.fail(violation);
        }
        true
    }

    /// Handles a failed store: refuses the frame that caused it and rebuilds the room from storage.
    fn recover(&mut self, on_failure: OnFailure) {
        if let OnFailure::Refuse { socket, nonce } = on_failure {
            self.refuse_later(socket, nonce);
        }
        let Some(room) = self.shell.room.take() else { return };
        self.wake_room(room.active_calls());
    }

    fn refuse_later(&mut self, socket: SocketId, nonce: Option<Nonce>) {
        let (code, retry_after_ms, fields) = (ErrorCode::TryLater, Some(1_000), Vec::new());
        let refused = ServerFrame::Refused { nonce, code, retry_after_ms, fields };
        self.send(socket, Rc::from(refused.encode()));
    }

    fn refuse_without_room(&mut self, input: Input) {
        if let Input::Received { socket, frame: RawFrame::Text(text) } = input {
            let frame = shared::ClientFrame::parse(&text).ok();
            self.refuse_later(socket, frame.and_then(|frame| frame.nonce().cloned()));
        }
    }
}

impl Shell {
    /// A Durable Object before its first request.
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            storage: FaultyStorage::new(options),
            room: None,
            sockets: BTreeMap::new(),
            tasks: BTreeMap::new(),
            skew: 0,
            timer: Planned::default(),
            alarm: Planned::default(),
            process: 0,
            is_removed: false,
            turn: 0,
        }
    }

    /// Runs that have not ended; works while the storage is unreadable.
    pub(crate) fn open_runs(&self) -> Vec<Seq> {
        self.storage.memory.runs.keys().copied().collect()
    }
}
