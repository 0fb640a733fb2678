//! The shell around a room: it wakes the room, hands it what happens, and carries out what the room says, in order.
//!
//! No rule of the room is here. Nothing here waits while a room is borrowed, so inputs never meet half done work.

use std::cell::{OnceCell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::rc::{Rc, Weak};

use models::ModelEvent;
use room::{
    Attachment, Config, Effect, Frame, Input, LogError, OnFailure, Room, SocketId, Streaming, Visitor,
};
use shared::{ClientFrame, Close, Code, Seq, ServerFrame};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::future_to_promise;
use worker::{Env, Error, Result, State, WebSocket, console_error, console_log};

use crate::call::{self, Calls, Listener};
use crate::settings::Settings;
use crate::sockets::Sockets;
use crate::store::Store;
use crate::wakeups::{Alarm, Step, Timer};
use crate::{bots, names, runtime};

/// When a refused attempt may be made again, in milliseconds.
const AGAIN_MS: u64 = 1_000;

/// One room and everything around it.
pub struct Shell {
    /// The object, as the runtime knows it.
    pub state: State,
    /// What is stored.
    pub store: Store,
    /// Who is connected.
    pub sockets: RefCell<Sockets>,
    env: Env,
    settings: OnceCell<Settings>,
    room: RefCell<Option<Room>>,
    /// What happened while something else was being carried out.
    inbox: RefCell<VecDeque<Input>>,
    calls: Calls,
    /// Calls that go on although there is no room to hear them, since it could not be woken.
    unheard: RefCell<Vec<Streaming>>,
    timer: Timer,
    alarm: Alarm,
    me: Weak<Self>,
}

/// The store failed, and none of the later effects was carried out.
struct StoreFailed {
    error: LogError,
    or: OnFailure,
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
        let Some(number) = self.room.borrow().as_ref().map(Room::next_socket) else { return Ok(false) };
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
        self.take(Input::Alarm { heard });
    }

    /// Makes sure that there is a room. False: there is none, or it cannot be read now.
    fn wake(&self) -> bool {
        if self.room.borrow().is_some() {
            return true;
        }
        match self.build() {
            Ok(true) => true,
            Ok(false) => {
                self.sockets.borrow_mut().close_all(Close::Gone);
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
            names: names::keys,
            demo: settings.demo,
            tuning: settings.tuning,
        };
        let attachments = self.sockets.borrow().attachments();
        let seed = u64::from_le_bytes(runtime::random()?);
        let mut live = self.unheard.borrow().clone();
        live.retain(|streaming| self.calls.has(streaming.run, streaming.attempt));
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
            self.unheard.replace(room.streaming());
        }
        if let OnFailure::Refuse { socket, nonce } = failure.or {
            self.refuse(socket, nonce);
        }
        self.wake();
    }

    /// What happens to an input when there is no room to take it.
    fn do_without(&self, input: Input) {
        match input {
            Input::Received { socket, frame } => {
                let nonce = match frame {
                    Frame::Text(text) => nonce(&text),
                    Frame::Binary => None,
                };
                self.refuse(socket, nonce);
            }
            Input::Connected { socket, .. } => self.sockets.borrow_mut().close(socket, Close::Reset),
            // What it says now would be missing in the middle, so the call ends here.
            Input::Model { run, attempt, .. } => self.calls.abort(run, attempt),
            Input::Disconnected { .. } | Input::Timer | Input::Alarm { .. } => {}
        }
    }

    fn refuse(&self, socket: SocketId, nonce: Option<shared::Nonce>) {
        let refused = ServerFrame::Refused { nonce, code: Code::TryLater, retry_after_ms: Some(AGAIN_MS) };
        self.send(socket, &refused.encode());
    }

    /// Does what the room says. What fails after the store becomes an input of its own.
    fn carry_out(&self, effects: Vec<Effect>) -> std::result::Result<(), StoreFailed> {
        for effect in effects {
            match effect {
                Effect::Store { writes, or } => match self.store.apply(&writes) {
                    Ok(()) => {}
                    Err(error) if or == OnFailure::Ignore => {
                        console_error!("storing failed, going on: {error}")
                    }
                    Err(error) => return Err(StoreFailed { error, or }),
                },
                Effect::Remember(attachment) => {
                    if let Err(error) = self.sockets.borrow().remember(&attachment) {
                        console_error!("a socket could not be remembered: {error}");
                    }
                }
                Effect::Send { socket, text } => self.send(socket, &text),
                Effect::Broadcast { sockets, text } => {
                    sockets.into_iter().for_each(|socket| self.send(socket, &text))
                }
                Effect::Close { socket, why } => self.sockets.borrow_mut().close(socket, why),
                Effect::Call(call) => self.call(*call),
                Effect::Abort { run, attempt } => self.calls.abort(run, attempt),
                Effect::Note(note) => console_log!("{note}"),
            }
        }
        Ok(())
    }

    fn send(&self, socket: SocketId, text: &str) {
        if !self.sockets.borrow().send(socket, text) {
            self.sockets.borrow_mut().close(socket, Close::Reset);
            self.inbox.borrow_mut().push_back(Input::Disconnected { socket });
        }
    }

    /// Starts a call, which goes on by itself.
    fn call(&self, call: room::Call) {
        let Some(shell) = self.me.upgrade() else { return };
        let (run, attempt) = (call.run, call.attempt);
        let signal = self.calls.begin(run, attempt);
        self.keep_alive(async move {
            call::make(call, shell.settings(), signal, &Ear { shell: &shell, run, attempt }).await;
            shell.calls.end(run, attempt);
        });
    }

    /// Sets the timer and the alarm to what the room wants.
    fn keep_time(&self) {
        let wanted = self.room.borrow().as_ref().map(Room::wakeups).unwrap_or_default();
        self.timer.keep(wanted.timer, runtime::now());
        let (Some(step), Some(shell)) = (self.alarm.keep(wanted.alarm), self.me.upgrade()) else { return };
        self.keep_alive(async move {
            let done = match step {
                Step::Ask => shell.alarm.ask(&shell.state).await,
                Step::Set(at) => shell.alarm.set(&shell.state, at).await,
            };
            if let Err(error) = done {
                console_error!("the alarm failed: {error}");
            }
            if step == Step::Ask {
                shell.keep_time();
            }
        });
    }

    /// Lets something go on after the event that began it.
    fn keep_alive(&self, task: impl Future<Output = ()> + 'static) {
        let promise = future_to_promise(async move {
            task.await;
            Ok(JsValue::UNDEFINED)
        });
        if let Err(error) = self.state.as_raw().wait_until(&promise) {
            console_error!("a task may end early: {}", Error::from(error));
        }
    }
}

/// Hears one call for the room.
struct Ear<'a> {
    shell: &'a Shell,
    run: Seq,
    attempt: u32,
}

impl Listener for Ear<'_> {
    fn hear(&self, event: ModelEvent) -> bool {
        let Self { shell, run, attempt } = *self;
        if !shell.calls.has(run, attempt) {
            return false;
        }
        // A call that has said its last is over, whatever becomes of what it said.
        if let ModelEvent::Ended(ended) = &event {
            shell.calls.end(run, attempt);
            note(run, attempt, ended);
        }
        shell.take(Input::Model { run, attempt, event });
        shell.calls.has(run, attempt)
    }
}

/// Tells the operator why a call failed.
fn note(run: Seq, attempt: u32, ended: &models::Ended) {
    if let models::Finish::Failed(fault) = &ended.finish {
        console_error!("call {attempt} of run {run} failed: {:?}: {}", fault.kind, fault.note);
    }
}

/// The attempt that a frame belongs to.
fn nonce(text: &str) -> Option<shared::Nonce> {
    match ClientFrame::parse(text) {
        Ok(ClientFrame::Say { nonce, .. } | ClientFrame::Regenerate { nonce, .. }) => Some(nonce),
        Ok(_) => None,
        Err(bad) => bad.nonce,
    }
}

fn failed(error: LogError) -> Error {
    Error::RustError(error.0)
}
