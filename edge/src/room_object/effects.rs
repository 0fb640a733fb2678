//! Carries out a room's effects in their order: store, then send, then tasks that go on by themselves.
//!
//! Carrying out never awaits; calls, requests to the ledger and setting the alarm are spawned as tasks, whose outcome becomes
//! an input of the room.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Display;
use std::future::Future;
use std::rc::{Rc, Weak};

use room::leases::CallClaim;
use room::{
    Attachment, Effect, Input, Leases, OnFailure, RoomStorage, SocketId, StorageError, Visitor, Wakeups,
};
use shared::{CloseCode, ErrorCode, Millis, Nonce, ServerFrame};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::future_to_promise;
use worker::js_sys::JsString;
use worker::{Env, Error, Result, State, WebSocket};

use super::sockets::Sockets;
use super::wakeups::{Alarm, AlarmAction, Timer};
use crate::model_calls::OpenCalls;
use crate::settings::Settings;
use crate::sql::store::Store;
use crate::{ledger_object, log, runtime};

/// When a client may retry a write that could not be stored, in milliseconds.
const RETRY_AFTER_MS: u64 = 1_000;

/// The storage, sockets, calls and timers of one room.
pub struct EffectRunner {
    pub(super) store: Store,
    pub(super) calls: OpenCalls,
    pub(super) alarm: Alarm,
    /// Inputs that wait for the shell. A failed send adds one.
    pub(super) queue: RefCell<VecDeque<Input>>,
    /// `None`: they are read from the tables before they are used.
    pub(super) leases: RefCell<Option<Leases>>,
    pub(super) env: Env,
    state: State,
    settings: OnceCell<Settings>,
    sockets: RefCell<Sockets>,
    timer: Timer,
    /// How the ledger knows the room.
    key: RefCell<Option<String>>,
    owner: OnceCell<Weak<dyn Owner>>,
    me: Weak<Self>,
}

/// Who is told what tasks and timers produce: the shell.
pub trait Owner {
    fn handle(&self, input: Input);
    /// Inputs were added to [`EffectRunner::queue`].
    fn handle_queue(&self);
    /// The room's tables were deleted.
    fn room_removed(&self);
}

/// The store failed, and none of the later effects was carried out.
pub struct StoreFailed {
    pub error: StorageError,
    pub on_failure: OnFailure,
}

impl EffectRunner {
    pub fn new(state: State, env: Env) -> Result<Rc<Self>> {
        let store = Store::new(&state)?;
        Ok(Rc::new_cyclic(|me: &Weak<Self>| Self {
            store,
            calls: OpenCalls::default(),
            alarm: Alarm::default(),
            queue: RefCell::default(),
            leases: RefCell::default(),
            env,
            state,
            settings: OnceCell::new(),
            sockets: RefCell::default(),
            timer: Timer::default(),
            key: RefCell::default(),
            owner: OnceCell::new(),
            me: me.clone(),
        }))
    }

    /// Sets who is told. Once, before anything else.
    pub fn set_owner(&self, owner: Weak<dyn Owner>) {
        let me = self.me.clone();
        self.timer.on_fire(move || {
            if let Some(runner) = me.upgrade() {
                runner.timer.fired();
                runner.tell(Input::Timer);
            }
        });
        // It fails when it was set before, which `Shell::new` never does.
        let _already_set = self.owner.set(owner);
    }

    pub fn settings(&self) -> &Settings {
        self.settings.get_or_init(|| Settings::from_env(&self.env))
    }

    /// Carries out the effects of one input.
    ///
    /// # Errors
    /// When the store fails, unless the room said to ignore that. Failures of later effects become inputs or log lines.
    pub fn carry_out(&self, effects: Vec<Effect>) -> std::result::Result<(), StoreFailed> {
        for effect in effects {
            match effect {
                Effect::Store { writes, on_failure } => match self.store.apply(&writes) {
                    Ok(()) => {}
                    Err(error) if on_failure == OnFailure::Ignore => {
                        self.log_error(
                            "partial_text_not_stored",
                            &error,
                            "the answer goes on, and a restart would lose this part",
                        );
                    }
                    Err(error) => return Err(StoreFailed { error, on_failure }),
                },
                Effect::SaveAttachment(attachment) => self.save_attachment(&attachment),
                Effect::Send { socket, text } => self.send(socket, &text),
                Effect::Broadcast { sockets, text } => {
                    // One string in JavaScript for all sockets.
                    let text = JsString::from(text);
                    sockets.into_iter().for_each(|socket| self.send_text(socket, &text))
                }
                Effect::Close { socket, why } => self.close(socket, why),
                Effect::StartCall(call) => self.start_call(*call),
                Effect::AbortCall { run, call_number } => self.calls.abort(run, call_number),
                Effect::ReserveBudget { run, call_number, micros, address, model } => {
                    self.reserve_budget(CallClaim { run, call_number, micros, address, model })
                }
                Effect::SettleClaim { run, call_number, micros } => {
                    self.settle_claim(run, call_number, micros)
                }
                Effect::FetchWeather(request) => self.fetch_weather(request),
                Effect::DeleteResponse { id, route } => self.delete_response(id, route),
                Effect::ListReport(report) => self.list_report(report),
                Effect::Push(push) => self.push(*push),
                Effect::RemoveRoom => self.remove_room(),
                Effect::LogWarning(text) => {
                    log::warn("room_warning", &[("room", &self.label()), ("text", &text)]);
                }
            }
        }
        Ok(())
    }

    /// Refuses a write that could not be stored.
    pub fn refuse(&self, socket: SocketId, nonce: Option<Nonce>) {
        let refused = ServerFrame::Refused {
            nonce,
            code: ErrorCode::TryLater,
            retry_after_ms: Some(RETRY_AFTER_MS),
            fields: Vec::new(),
        };
        self.send(socket, &refused.encode());
    }

    /// Sets the timer and the alarm to what the room and its leases want.
    pub fn schedule(&self, wakeups: Wakeups) {
        self.timer.schedule(wakeups.timer, runtime::now());
        self.schedule_alarm(wakeups.alarm.into_iter().chain(self.leases_due()).min());
    }

    /// How log lines name the room: by its object's id.
    pub fn label(&self) -> String {
        runtime::object_id(&self.state).unwrap_or_else(|| "unknown".to_owned())
    }

    /// Logs what failed here, and what happens next.
    pub fn log_error(&self, event: &'static str, error: &dyn Display, then: &str) {
        log::error(event, &[("room", &self.label()), ("error", error), ("then", &then)]);
    }

    /// Has the room handle what waits for it.
    pub(super) fn handle_queue(&self) {
        if let Some(owner) = self.owner.get().and_then(Weak::upgrade) {
            owner.handle_queue();
        }
    }

    pub(super) fn tell(&self, input: Input) {
        if let Some(owner) = self.owner.get().and_then(Weak::upgrade) {
            owner.handle(input);
        }
    }

    fn schedule_alarm(&self, wanted: Option<Millis>) {
        let Some(action) = self.alarm.schedule(wanted) else { return };
        self.spawn(move |runner| async move {
            let done = match action {
                AlarmAction::Read => runner.alarm.read(&runner.state).await,
                AlarmAction::Set(at) => runner.alarm.set(&runner.state, at).await,
            };
            if let Err(error) = done {
                runner.log_error("room_alarm_failed", &error, "the next input tries again");
            }
            if action == AlarmAction::Read {
                runner.schedule_alarm(runner.alarm.wanted());
            }
        });
    }

    /// Deletes the room's tables and closes its sockets.
    fn remove_room(&self) {
        let key = self.key();
        self.spawn(move |runner| async move {
            // What its calls cost is not forgotten with the room. If the ledger does not answer, it charges the leases in full.
            if let (Some(batch), Some(key)) = (runner.last_lease_batch(), key) {
                let (settle, ask) = batch.for_room(&key);
                drop(ledger_object::exchange(&runner.env, settle, ask).await);
            }
            runner.reset_leases();
            let storage = runner.state.storage();
            if let Err(error) = storage.delete_alarm().await {
                runner.log_error("room_alarm_not_deleted", &error, "the alarm will fire once and do nothing");
            }
            if let Err(error) = storage.delete_all().await {
                return runner.log_error(
                    "room_not_deleted",
                    &error,
                    "the room stays until it is next found idle",
                );
            }
            runner.key.replace(None);
            runner.store.tables_deleted();
            if let Some(owner) = runner.owner.get().and_then(Weak::upgrade) {
                owner.room_removed();
            }
            runner.close_all(CloseCode::Gone);
        });
    }

    /// The object's id and the room's epoch: a room that is recreated under the same name has another epoch. The ledger knows the
    /// room by it, which does not tell the room's name.
    pub(super) fn key(&self) -> Option<String> {
        let known = self.key.borrow().clone();
        known.or_else(|| {
            let record = self.store.room().ok().flatten()?;
            let key = format!("{}/{}", runtime::object_id(&self.state)?, record.epoch);
            self.key.replace(Some(key.clone()));
            Some(key)
        })
    }

    /// Runs a task that goes on after the event that started it.
    pub(super) fn spawn<F: Future<Output = ()> + 'static>(&self, task: impl FnOnce(Rc<Self>) -> F) {
        let Some(me) = self.me.upgrade() else { return };
        let task = task(me);
        let promise = future_to_promise(async move {
            task.await;
            Ok(JsValue::UNDEFINED)
        });
        if let Err(error) = self.state.as_raw().wait_until(&promise) {
            let then = "the task may be cut off when the object goes to sleep";
            self.log_error("task_not_awaited", &Error::from(error), then);
        }
    }
}

/// The sockets, borrowed only for the length of one call.
impl EffectRunner {
    pub fn accept(&self, id: SocketId, socket: WebSocket, visitor: &Visitor, at_address: &str) -> Result<()> {
        let attachment = Attachment {
            socket: id,
            visitor: visitor.clone(),
            since: runtime::now(),
            tab: None,
            name: None,
            number: None,
            says: Default::default(),
            frames: Default::default(),
            strikes: 0,
            told: None,
        };
        self.sockets.borrow_mut().accept(&self.state, socket, &attachment, at_address)
    }

    pub fn restore_sockets(&self) -> Result<()> {
        self.sockets.borrow_mut().restore(&self.state)
    }

    pub fn socket_id(&self, socket: &WebSocket) -> Option<SocketId> {
        self.sockets.borrow().id(socket)
    }

    pub fn remove_socket(&self, socket: &WebSocket) -> Option<SocketId> {
        self.sockets.borrow_mut().remove(socket)
    }

    pub fn attachments(&self) -> Vec<Attachment> {
        self.sockets.borrow().attachments()
    }

    pub fn closed_sockets(&self) -> Vec<SocketId> {
        self.sockets.borrow().closed()
    }

    pub fn last_pings(&self) -> BTreeMap<SocketId, Millis> {
        self.sockets.borrow().last_pings(&self.state)
    }

    /// Closes a socket. The object of its address hears of frames that nobody honest sends, so that who repeats it is refused at the
    /// door for a while.
    pub fn close(&self, socket: SocketId, why: CloseCode) {
        if matches!(why, CloseCode::TooLarge | CloseCode::BadFrames) {
            let offender = self.sockets.borrow().offender(&self.state, socket);
            offender.into_iter().for_each(|offender| self.report_offender(offender));
        }
        self.sockets.borrow_mut().close(socket, why);
    }

    pub fn close_all(&self, why: CloseCode) {
        self.sockets.borrow_mut().close_all(why);
    }

    fn send(&self, socket: SocketId, text: &str) {
        self.send_text(socket, &JsString::from(text));
    }

    fn send_text(&self, socket: SocketId, text: &JsString) {
        let is_sent = self.sockets.borrow().send(socket, text);
        if !is_sent {
            self.close(socket, CloseCode::Reset);
            self.queue.borrow_mut().push_back(Input::Disconnected { socket });
        }
    }

    fn save_attachment(&self, attachment: &Attachment) {
        if let Err(error) = self.sockets.borrow().save_attachment(attachment) {
            let then = "after hibernation the socket continues with the former one";
            self.log_error("attachment_not_saved", &error, then);
        }
    }
}
