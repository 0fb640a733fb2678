//! The shell around a room: it wakes the room and hands it what happens. What the room says then is carried out in
//! `effects`.
//!
//! No rule of the room is here. Nothing here waits while a room is borrowed, so inputs never meet half done work.

use std::cell::{OnceCell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use room::{
    ActiveCall, Attachment, Config, Input, OnFailure, RawFrame, Room, SocketId, StorageError, Visitor,
};
use shared::{ClientFrame, CloseCode};
use worker::{Env, Error, Result, State, WebSocket, console_error};

use crate::call::Calls;
use crate::effects::StoreFailed;
use crate::settings::{ApiKey, Settings};
use crate::sockets::Sockets;
use crate::store::Store;
use crate::wakeups::{Alarm, Timer};
use crate::{bots, names, runtime};

/// One room and everything around it.
pub struct Shell {
    /// The object, as the runtime knows it.
    pub state: State,
    /// What is stored.
    pub store: Store,
    /// Who is connected.
    pub sockets: RefCell<Sockets>,
    pub(crate) env: Env,
    settings: OnceCell<Settings>,
    pub(crate) room: RefCell<Option<Room>>,
    /// What happened while something else was being carried out.
    pub(crate) inbox: RefCell<VecDeque<Input>>,
    pub(crate) calls: Calls,
    /// Calls that go on although there is no room to hear them, since it could not be woken.
    unheard: RefCell<Vec<ActiveCall>>,
    /// By which the ledger knows the room.
    pub(crate) room_key: RefCell<Option<String>>,
    pub(crate) timer: Timer,
    pub(crate) alarm: Alarm,
    pub(crate) me: Weak<Self>,
}

impl Shell {
    /// A shell without a room yet. Nothing is read.
    pub fn new(state: State, env: Env) -> Result<Rc<Self>> {
        let store = Store::new(&state)?;
        let shell = Rc::new_cyclic(|me: &Weak<Self>| Self {
            state,
            store,
            sockets: RefCell::default(),
            env,
            settings: OnceCell::new(),
            room: RefCell::default(),
            inbox: RefCell::default(),
            calls: Calls::default(),
            unheard: RefCell::default(),
            room_key: RefCell::default(),
            timer: Timer::default(),
            alarm: Alarm::default(),
            me: me.clone(),
        });
        let me = Rc::downgrade(&shell);
        shell.timer.on_ring(move || {
            if let Some(shell) = me.upgrade() {
                shell.timer.rang();
                shell.take(Input::Timer);
            }
        });
        Ok(shell)
    }

    /// What the operator set.
    pub fn settings(&self) -> &Settings {
        self.settings.get_or_init(|| Settings::from_env(&self.env))
    }

    /// The key in a variable or a secret. The names are the operator's, never a visitor's.
    pub(crate) fn key(&self, name: &str) -> Option<ApiKey> {
        let value = self.env.secret(name).map(|secret| secret.to_string());
        ApiKey::new(&value.or_else(|_| self.env.var(name).map(|value| value.to_string())).ok()?)
    }

    /// The room was removed: whoever comes now finds none.
    pub(crate) fn is_gone(&self) {
        self.room.replace(None);
        self.room_key.replace(None);
        self.store.forget();
        self.sockets.borrow_mut().close_all(CloseCode::Gone);
    }

    /// Something happened.
    pub fn take(&self, input: Input) {
        self.inbox.borrow_mut().push_back(input);
        loop {
            let next = self.inbox.borrow_mut().pop_front();
            match next {
                Some(input) if self.wake() => self.handle(input),
                Some(input) => self.do_without(input),
                None => break,
            }
        }
        self.keep_time();
    }

    /// A socket opened: takes it over, and tells the room. False: there is no room that could be told.
    pub fn connect(&self, socket: WebSocket, visitor: Visitor) -> Result<bool> {
        if !self.wake() {
            return Ok(false);
        }
        let Some(number) = self.room.borrow().as_ref().map(Room::next_socket_id) else { return Ok(false) };
        let attachment = Attachment {
            socket: number,
            visitor: visitor.clone(),
            since: runtime::now(),
            tab: None,
            name: None,
            number: None,
            says: Default::default(),
            frames: Default::default(),
            strikes: 0,
        };
        self.sockets.borrow_mut().accept(&self.state, socket, &attachment)?;
        self.take(Input::Connected { socket: number, visitor });
        Ok(true)
    }

    /// Which of the room's sockets this is.
    pub fn number(&self, socket: &WebSocket) -> Option<SocketId> {
        let mut sockets = self.sockets.borrow_mut();
        if let Err(error) = sockets.gather(&self.state) {
            console_error!("the sockets could not be read: {error}");
        }
        sockets.number(&self.state, socket)
    }

    /// A socket's other end closed it, or it failed.
    pub fn disconnect(&self, socket: &WebSocket) {
        // The room must know the socket before it can miss it.
        self.wake();
        let number = self.sockets.borrow_mut().end(&self.state, socket);
        if let Some(socket) = number {
            self.take(Input::Disconnected { socket });
        }
    }

    /// The object's alarm rang.
    pub fn ring(&self) {
        self.alarm.rang();
        self.wake();
        let heard = self.sockets.borrow().heard(&self.state);
        self.take(Input::Alarm { last_heard: heard });
    }

    /// Makes sure that there is a room. False: there is none, or it cannot be read now.
    fn wake(&self) -> bool {
        if self.room.borrow().is_some() {
            return true;
        }
        match self.build() {
            Ok(true) => true,
            Ok(false) => {
                self.sockets.borrow_mut().close_all(CloseCode::Gone);
                false
            }
            Err(error) => {
                console_error!("the room cannot be woken: {error}");
                false
            }
        }
    }

    fn build(&self) -> Result<bool> {
        self.sockets.borrow_mut().gather(&self.state)?;
        let settings = self.settings();
        let config = Config {
            bots: bots::bots(settings),
            custom_bots: bots::custom_bots(settings),
            budget: settings.budget(),
            nickname_keys: names::keys,
            demo: settings.demo,
            tuning: settings.tuning,
        };
        let attachments = self.sockets.borrow().attachments();
        let seed = u64::from_le_bytes(runtime::random()?);
        let mut live = self.unheard.borrow().clone();
        live.retain(|streaming| self.calls.has(streaming.run, streaming.call_number));
        let woken =
            Room::wake(runtime::now(), config, &self.store, attachments, live, seed).map_err(failed)?;
        let Some((room, effects)) = woken else { return Ok(false) };
        self.carry_out(effects).map_err(|failure| failed(failure.error))?;
        self.unheard.borrow_mut().clear();
        self.room.replace(Some(room));
        let ended = self.sockets.borrow().ended();
        self.inbox.borrow_mut().extend(ended.into_iter().map(|socket| Input::Disconnected { socket }));
        Ok(true)
    }

    fn handle(&self, input: Input) {
        let effects = match self.room.borrow_mut().as_mut() {
            Some(room) => room.handle(runtime::now(), input, &self.store),
            None => return,
        };
        if let Err(failure) = self.carry_out(effects) {
            self.recover(failure);
        }
    }

    /// The room believes what was not stored, so it is built anew from what was.
    fn recover(&self, failure: StoreFailed) {
        console_error!("storing failed: {}", failure.error);
        if let Some(room) = self.room.take() {
            self.unheard.replace(room.active_calls());
        }
        if let OnFailure::Refuse { socket, nonce } = failure.on_failure {
            self.refuse(socket, nonce);
        }
        self.wake();
    }

    /// What happens to an input when there is no room to take it.
    fn do_without(&self, input: Input) {
        match input {
            Input::Received { socket, frame } => {
                let nonce = match frame {
                    RawFrame::Text(text) => nonce(&text),
                    RawFrame::Binary => None,
                };
                self.refuse(socket, nonce);
            }
            Input::Connected { socket, .. } => self.sockets.borrow_mut().close(socket, CloseCode::Reset),
            // What it says now would be missing in the middle, so the call ends here.
            Input::ModelEvent { run, call_number, .. } => self.calls.abort(run, call_number),
            // A reserve that nobody uses runs out by itself, and what is to be deleted is found again.
            Input::Disconnected { .. }
            | Input::Reserved { .. }
            | Input::ToolFinished { .. }
            | Input::ResponseDeleted { .. }
            | Input::Timer
            | Input::Alarm { .. } => {}
        }
    }
}

/// The attempt that a frame belongs to.
fn nonce(text: &str) -> Option<shared::Nonce> {
    match ClientFrame::parse(text) {
        Ok(frame) => frame.nonce().cloned(),
        Err(bad) => bad.nonce,
    }
}

fn failed(error: StorageError) -> Error {
    Error::RustError(error.0)
}
