//! Carrying out what a room says, in its order: store, then send, then whatever goes on by itself.
//!
//! Nothing here awaits, but for the tasks that are started: calls, and setting the alarm.

use std::future::Future;

use models::ModelEvent;
use room::ledger::Claim;
use room::{
    Call, Effect, Input, ModelRoute, OnFailure, Room, RoomStorage, SocketId, StorageError, WeatherRequest,
};
use shared::{CloseCode, ErrorCode, Nonce, Seq, ServerFrame};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::future_to_promise;
use worker::{Error, console_error, console_warn};

use crate::call::{self, Listener, Means};
use crate::shell::Shell;
use crate::wakeups::Step;
use crate::{ledger, runtime, weather};

/// When a refused attempt may be made again, in milliseconds.
const AGAIN_MS: u64 = 1_000;

/// The store failed, and none of the later effects was carried out.
pub(crate) struct StoreFailed {
    pub(crate) error: StorageError,
    pub(crate) on_failure: OnFailure,
}

impl Shell {
    /// Does what the room says. What fails after the store becomes an input of its own.
    pub(crate) fn carry_out(&self, effects: Vec<Effect>) -> std::result::Result<(), StoreFailed> {
        for effect in effects {
            match effect {
                Effect::Store { writes, on_failure } => match self.store.apply(&writes) {
                    Ok(()) => {}
                    Err(error) if on_failure == OnFailure::Ignore => {
                        console_error!("storing failed, going on: {error}")
                    }
                    Err(error) => return Err(StoreFailed { error, on_failure }),
                },
                Effect::SaveAttachment(attachment) => {
                    if let Err(error) = self.sockets.borrow().remember(&attachment) {
                        console_error!("a socket could not be remembered: {error}");
                    }
                }
                Effect::Send { socket, text } => self.send(socket, &text),
                Effect::Broadcast { sockets, text } => {
                    sockets.into_iter().for_each(|socket| self.send(socket, &text))
                }
                Effect::Close { socket, why } => self.sockets.borrow_mut().close(socket, why),
                Effect::StartCall(call) => self.call(*call),
                Effect::AbortCall { run, call_number } => self.calls.abort(run, call_number),
                Effect::ReserveBudget { run, call_number, micros } => self.reserve(run, call_number, micros),
                Effect::SettleClaim { run, call_number, micros } => self.settle(run, call_number, micros),
                Effect::FetchWeather(weather) => self.weather(weather),
                Effect::DeleteResponse { id, route } => self.forget(id, route),
                Effect::RemoveRoom => self.remove(),
                Effect::LogWarning(note) => console_warn!("{note}"),
            }
        }
        Ok(())
    }

    /// Refuses an attempt that could not be stored.
    pub(crate) fn refuse(&self, socket: SocketId, nonce: Option<Nonce>) {
        let refused = ServerFrame::Refused {
            nonce,
            code: ErrorCode::TryLater,
            retry_after_ms: Some(AGAIN_MS),
            fields: Vec::new(),
        };
        self.send(socket, &refused.encode());
    }

    fn send(&self, socket: SocketId, text: &str) {
        if !self.sockets.borrow().send(socket, text) {
            self.sockets.borrow_mut().close(socket, CloseCode::Reset);
            self.inbox.borrow_mut().push_back(Input::Disconnected { socket });
        }
    }

    /// Starts a call, which goes on by itself.
    fn call(&self, call: Call) {
        let Some(shell) = self.me.upgrade() else { return };
        let (run, call_number) = (call.run, call.call_number);
        let signal = self.calls.begin(run, call_number);
        self.keep_alive(async move {
            let means = Means { settings: shell.settings(), key: shell.key(&call.route.key), signal };
            call::make(call, means, &Ear { shell: &shell, run, call_number }).await;
            shell.calls.end(run, call_number);
        });
    }

    /// Asks the ledger for money.
    fn reserve(&self, run: Seq, call_number: u32, micros: u64) {
        let Some(shell) = self.me.upgrade() else { return };
        self.keep_alive(async move {
            let reply = match shell.claim(run, call_number) {
                Some(claim) => ledger::reserve(&shell.env, claim, micros).await,
                None => None,
            };
            shell.take(Input::Reserved { run, call_number, reply });
        });
    }

    /// Tells the ledger what a call did cost.
    fn settle(&self, run: Seq, call_number: u32, micros: Option<u64>) {
        let Some(shell) = self.me.upgrade() else { return };
        self.keep_alive(async move {
            if let Some(claim) = shell.claim(run, call_number) {
                ledger::settle(&shell.env, claim, micros).await;
            }
        });
    }

    /// Asks for the weather.
    fn weather(&self, asked: WeatherRequest) {
        let Some(shell) = self.me.upgrade() else { return };
        self.keep_alive(async move {
            let output = weather::current(shell.settings(), &asked.city).await;
            let WeatherRequest { run, call_number, id, .. } = asked;
            shell.take(Input::ToolFinished { run, call_number, id, output });
        });
    }

    /// Deletes a response at the model's server.
    fn forget(&self, id: String, route: ModelRoute) {
        let Some(shell) = self.me.upgrade() else { return };
        self.keep_alive(async move {
            let is_gone = call::forget(&id, &route, shell.key(&route.key).as_ref()).await;
            shell.take(Input::ResponseDeleted { id, is_gone });
        });
    }

    /// Removes the room with everything in it.
    fn remove(&self) {
        let Some(shell) = self.me.upgrade() else { return };
        self.keep_alive(async move {
            let storage = shell.state.storage();
            if let Err(error) = storage.delete_alarm().await {
                console_error!("the alarm of a room that goes stays: {error}");
            }
            match storage.delete_all().await {
                Ok(()) => shell.is_gone(),
                Err(error) => console_error!("a room could not be removed: {error}"),
            }
        });
    }

    /// By which the ledger knows a call. A room that is made anew under the same name has another epoch.
    fn claim(&self, run: Seq, call_number: u32) -> Option<Claim> {
        let known = self.room_key.borrow().clone();
        let room = match known {
            Some(room) => room,
            None => {
                let record = self.store.room().ok().flatten()?;
                let room = format!("{}/{}", record.name, record.epoch);
                self.room_key.replace(Some(room.clone()));
                room
            }
        };
        Some(Claim { room, run: run.0, call_number })
    }

    /// Sets the timer and the alarm to what the room wants.
    pub(crate) fn keep_time(&self) {
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
    call_number: u32,
}

impl Listener for Ear<'_> {
    fn hear(&self, event: ModelEvent) -> bool {
        let Self { shell, run, call_number } = *self;
        if !shell.calls.has(run, call_number) {
            return false;
        }
        // A call that has said its last is over, whatever becomes of what it said.
        if matches!(event, ModelEvent::Finished(_)) {
            shell.calls.end(run, call_number);
        }
        shell.take(Input::ModelEvent { run, call_number, event });
        shell.calls.has(run, call_number)
    }
}
