//! The shell around a room: wakes the room, hands it one input after another, and wakes it anew when a store failed.
//!
//! No rule of the room is here. Nothing here awaits while the room is borrowed, so no input meets another one half handled.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use room::{
    ActiveCall, Config, Input, OnFailure, OwnData, OwnDataError, RawFrame, Room, SocketId, StorageError,
    SubscribeError, SubscribeRequest, Visitor, Wakeups,
};
use shared::{ClientFrame, CloseCode, Millis, Seq};
use worker::{Env, Error, Result, State, WebSocket};

use super::effects::{EffectRunner, Owner, StoreFailed};
use crate::http::reply::{ErrorReply, RequestError};
use crate::moderation::word_list::is_listed;
use crate::nickname_keys::nickname_keys;
use crate::sql::store::Store;
use crate::{bots, log, runtime};

/// One room and everything around it.
pub struct Shell {
    /// `None` while the room is not awake: at the start, after a failed store, and when there is none.
    room: RefCell<Option<Room>>,
    io: Rc<EffectRunner>,
    /// Calls that go on while the room is not awake.
    calls_without_room: RefCell<Vec<ActiveCall>>,
    /// The room exists, or may exist, and could not be woken.
    has_wake_failed: Cell<bool>,
    /// How many inputs were undone because their writes could not be stored.
    store_failures: Cell<u32>,
}

/// When waking a room that cannot be read is tried again, in milliseconds. Without it, a room whose alarm meets such a failure would
/// sleep until somebody comes, and neither end a call nor be deleted.
const WAKE_RETRY_MS: u64 = 30_000;

/// Why the room could not be woken.
#[derive(Debug, thiserror::Error)]
enum WakeError {
    #[error("reading or writing its tables failed: {0}")]
    Storage(#[from] StorageError),
    #[error("the runtime refused: {0}")]
    Runtime(#[from] Error),
}

impl Shell {
    /// A shell whose room is not awake yet. Nothing is read.
    pub fn new(state: State, env: Env) -> Result<Rc<Self>> {
        let io = EffectRunner::new(state, env)?;
        for error in &io.settings().errors {
            log::warn("setting_not_used", &[("error", error)]);
        }
        let shell = Rc::new(Self {
            room: RefCell::default(),
            io,
            calls_without_room: RefCell::default(),
            has_wake_failed: Cell::new(false),
            store_failures: Cell::new(0),
        });
        let owner: Weak<Self> = Rc::downgrade(&shell);
        shell.io.set_owner(owner);
        Ok(shell)
    }

    pub fn store(&self) -> &Store {
        &self.io.store
    }

    /// Hands an input to the room, and then those that follow from it.
    pub fn handle(&self, input: Input) {
        self.io.queue.borrow_mut().push_back(input);
        self.handle_queue();
    }

    /// Hands the room what waits for it.
    fn handle_queue(&self) {
        loop {
            let next = self.io.queue.borrow_mut().pop_front();
            match next {
                Some(input) if self.wake() => self.handle_awake(input),
                Some(input) => self.handle_without_room(input),
                None => {
                    self.io.advance_leases(false);
                    if self.io.queue.borrow().is_empty() {
                        break;
                    }
                }
            }
        }
        self.schedule();
    }

    /// Accepts a socket and tells the room. `false`: the room could not be woken, and the socket is not accepted. `at_address` is
    /// how the object of the visitor's address knows them.
    pub fn connect(&self, socket: WebSocket, visitor: Visitor, at_address: &str) -> Result<bool> {
        if !self.wake() {
            return Ok(false);
        }
        let Some(id) = self.room.borrow().as_ref().map(Room::next_socket_id) else { return Ok(false) };
        self.io.accept(id, socket, &visitor, at_address)?;
        self.handle(Input::Connected { socket: id, visitor });
        Ok(true)
    }

    /// The id of an open socket. `None`: it was closed before.
    pub fn socket_id(&self, socket: &WebSocket) -> Option<SocketId> {
        if let Err(error) = self.io.restore_sockets() {
            let then = "the frame is ignored, the next one tries again";
            self.io.log_error("sockets_not_listed", &error, then);
        }
        self.io.socket_id(socket)
    }

    /// A socket's other end closed it, or it failed.
    pub fn disconnected(&self, socket: &WebSocket) {
        // A room that wakes counts the socket as connected, so it must wake before the socket is removed.
        self.wake();
        if let Some(socket) = self.io.remove_socket(socket) {
            self.handle(Input::Disconnected { socket });
        }
    }

    /// A page of what the room keeps of a visitor.
    ///
    /// # Errors
    /// `SlowDown` when they must wait, `TryLater` when the room cannot be read.
    pub fn own_data(&self, visitor: &Visitor, after: Seq) -> std::result::Result<OwnData, RequestError> {
        let _is_awake = self.wake();
        let mut room = self.room.borrow_mut();
        let room = room.as_mut().ok_or(ErrorReply::TryLater)?;
        room.own_data(runtime::now(), visitor, after, &self.io.store).map_err(|error| match error {
            OwnDataError::TooFast(wait) => ErrorReply::SlowDown { wait_ms: wait.ms }.into(),
            OwnDataError::Storage(error) => error.into(),
        })
    }

    /// Deletes everything that a visitor wrote, or begins to.
    ///
    /// # Errors
    /// `SlowDown` when they must wait, `TryLater` when it could not be stored.
    pub fn erase(&self, visitor: Visitor) -> std::result::Result<(), RequestError> {
        let _is_awake = self.wake();
        let allowed = self.room.borrow_mut().as_mut().map(|room| room.may_erase(runtime::now(), &visitor));
        allowed.ok_or(ErrorReply::TryLater)?.map_err(|wait| ErrorReply::SlowDown { wait_ms: wait.ms })?;
        self.store_input(Input::Erase { person: visitor.person })
    }

    /// Has a visitor sent push messages while they are away.
    ///
    /// # Errors
    /// `SlowDown` when they must wait, `NotJoined` when they are not here, `TooMany` when the room has too many subscriptions, `TryLater`
    /// when it could not be stored.
    pub fn subscribe(
        &self,
        visitor: Visitor,
        request: SubscribeRequest,
    ) -> std::result::Result<(), RequestError> {
        let _is_awake = self.wake();
        let endpoint = request.subscription.endpoint.as_str();
        let allowed = self
            .room
            .borrow_mut()
            .as_mut()
            .map(|room| room.may_subscribe(runtime::now(), &visitor, endpoint, &self.io.store));
        allowed.ok_or(ErrorReply::TryLater)?.map_err(|error| match error {
            SubscribeError::TooFast(wait) => ErrorReply::SlowDown { wait_ms: wait.ms },
            SubscribeError::NotJoined => ErrorReply::NotJoined,
            SubscribeError::TooMany => ErrorReply::TooMany,
        })?;
        self.store_input(Input::Subscribe { person: visitor.person, request })
    }

    /// Hands the room an input whose writes must be stored.
    ///
    /// # Errors
    /// `TryLater` when they could not be stored.
    pub fn store_input(&self, input: Input) -> std::result::Result<(), RequestError> {
        if !self.wake() {
            return Err(ErrorReply::TryLater.into());
        }
        let failures = self.store_failures.get();
        self.handle(input);
        if failures == self.store_failures.get() { Ok(()) } else { Err(ErrorReply::TryLater.into()) }
    }

    /// The object's alarm fired.
    pub fn alarm_fired(&self) {
        self.io.alarm.fired();
        self.wake();
        self.io.advance_leases(true);
        self.handle(Input::Alarm { last_heard: self.io.last_pings() });
    }

    /// Closes the room to everybody, or opens it again. Returns whether there is a room.
    pub fn set_closed(&self, is_closed: bool) -> std::result::Result<bool, StorageError> {
        let exists = self.io.store.set_closed(is_closed)?;
        if exists && is_closed && self.wake() {
            let open: Vec<SocketId> =
                self.io.attachments().iter().map(|attachment| attachment.socket).collect();
            self.io.close_all(CloseCode::Gone);
            open.into_iter().for_each(|socket| self.handle(Input::Disconnected { socket }));
        }
        Ok(exists)
    }

    /// Makes sure that the room is awake. `false`: it does not exist, or cannot be read now.
    fn wake(&self) -> bool {
        if self.room.borrow().is_some() {
            return true;
        }
        let woken = self.try_wake();
        self.has_wake_failed.set(woken.is_err());
        match woken {
            Ok(true) => true,
            Ok(false) => {
                self.io.close_all(CloseCode::Gone);
                false
            }
            Err(error) => {
                let then = "inputs are refused; the next one tries again, or an alarm in 30 s";
                self.io.log_error("room_not_woken", &error, then);
                false
            }
        }
    }

    fn try_wake(&self) -> std::result::Result<bool, WakeError> {
        self.io.reset_leases();
        self.io.restore_sockets()?;
        let settings = self.io.settings();
        let config = Config {
            bots: bots::built_in_bots(settings),
            custom_bots: bots::custom_bot_policy(settings),
            budget: bots::spending_limits(settings).budget,
            moderation: settings.moderation,
            is_listed,
            nickname_keys,
            demo: settings.demo,
            tuning: settings.tuning,
        };
        let seed = u64::from_le_bytes(runtime::random_bytes()?);
        let mut calls = self.calls_without_room.borrow().clone();
        calls.retain(|call| self.io.calls.is_open(call.run, call.call_number));
        let attachments = self.io.attachments();
        let woken = Room::wake(runtime::now(), config, &self.io.store, attachments, calls, seed)?;
        let Some((room, effects)) = woken else { return Ok(false) };
        self.io.carry_out(effects).map_err(|failure| failure.error)?;
        self.calls_without_room.borrow_mut().clear();
        self.room.replace(Some(room));
        let closed = self.io.closed_sockets();
        let inputs = closed.into_iter().map(|socket| Input::Disconnected { socket });
        self.io.queue.borrow_mut().extend(inputs);
        Ok(true)
    }

    fn handle_awake(&self, input: Input) {
        let effects = match self.room.borrow_mut().as_mut() {
            Some(room) => room.handle(runtime::now(), input, &self.io.store),
            None => return,
        };
        if let Err(failure) = self.io.carry_out(effects) {
            self.recover(failure);
        }
    }

    /// The room's memory holds what was not stored, so the room is woken anew from what was.
    fn recover(&self, failure: StoreFailed) {
        self.store_failures.set(self.store_failures.get().wrapping_add(1));
        let then = "the input is undone and the room is woken anew from its tables";
        self.io.log_error("room_not_stored", &failure.error, then);
        if let Some(room) = self.room.take() {
            self.calls_without_room.replace(room.active_calls());
        }
        if let OnFailure::Refuse { socket, nonce } = failure.on_failure {
            self.io.refuse(socket, nonce);
        }
        self.wake();
    }

    /// Answers an input when there is no room to take it.
    fn handle_without_room(&self, input: Input) {
        match input {
            Input::Received { socket, frame } => {
                let nonce = match frame {
                    RawFrame::Text(text) => nonce(&text),
                    RawFrame::TooLarge | RawFrame::Binary => None,
                };
                self.io.refuse(socket, nonce);
            }
            Input::Connected { socket, .. } => self.io.close(socket, CloseCode::Reset),
            // This event would be missing from the middle of the answer, so the call ends here.
            Input::ModelEvent { run, call_number, .. } | Input::CallSent { run, call_number } => {
                self.io.calls.abort(run, call_number);
            }
            // A grant is asked for again or given back; settlements and responses to delete are found again in the tables.
            Input::Disconnected { .. }
            | Input::Reserved { .. }
            | Input::ClaimSettled { .. }
            | Input::ToolFinished { .. }
            | Input::ResponseDeleted { .. }
            | Input::Erase { .. }
            | Input::Subscribe { .. }
            | Input::PushGone { .. }
            | Input::Timer
            | Input::Alarm { .. } => {}
        }
    }

    fn schedule(&self) {
        let wakeups = self.room.borrow().as_ref().map(Room::wakeups);
        self.io.schedule(wakeups.unwrap_or_else(|| without_room(runtime::now(), self.has_wake_failed.get())));
    }
}

impl Owner for Shell {
    fn handle(&self, input: Input) {
        Self::handle(self, input);
    }

    fn handle_queue(&self) {
        Self::handle_queue(self);
    }

    fn room_removed(&self) {
        self.room.replace(None);
        self.schedule();
    }
}

/// When an object whose room is not awake wants an input.
fn without_room(now: Millis, has_wake_failed: bool) -> Wakeups {
    Wakeups { timer: None, alarm: has_wake_failed.then(|| now.plus(WAKE_RETRY_MS)) }
}

/// The nonce of a frame, for its refusal.
fn nonce(text: &str) -> Option<shared::Nonce> {
    match ClientFrame::parse(text) {
        Ok(frame) => frame.nonce().cloned(),
        Err(bad) => bad.nonce,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_92_a_room_that_could_not_be_woken_has_an_alarm() {
        let now = Millis(1_800_000_000_000);
        assert_eq!(without_room(now, true).alarm, Some(now.plus(30_000)));
        assert_eq!(without_room(now, false).alarm, None, "there is no room");
    }
}
