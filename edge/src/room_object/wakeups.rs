//! What wakes the room at a time: an in-memory timer for the next seconds, the object's alarm for later.
//!
//! A pending timer prevents hibernation, so one exists only while the room wants it. Setting an alarm writes a row, so an alarm
//! that fires early enough is left as it is: one that fires too early does nothing.
//!
//! Not here: which times the room wants (`room::Wakeups`).

use std::cell::{Cell, RefCell};

use shared::Millis;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::Date;
use worker::{Result, ScheduledTime, State};

use crate::{log, runtime};

/// How much later than wanted an alarm may fire, in milliseconds.
const ALARM_SLACK_MS: u64 = 10_000;

#[derive(Default)]
pub struct Timer {
    callback: RefCell<Option<Closure<dyn FnMut()>>>,
    pending: RefCell<Option<(Millis, JsValue)>>,
}

#[derive(Default)]
pub struct Alarm {
    state: Cell<AlarmState>,
    wanted: Cell<Option<Millis>>,
}

/// What this instance knows of the object's alarm.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum AlarmState {
    #[default]
    Unknown,
    Reading,
    NotSet,
    At(Millis),
}

/// What the caller does about the alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlarmAction {
    /// Call [`Alarm::read`], then [`Alarm::schedule`] again.
    Read,
    /// Call [`Alarm::set`].
    Set(Millis),
}

impl Timer {
    /// Sets what is called when the timer fires.
    pub fn on_fire(&self, callback: impl FnMut() + 'static) {
        self.callback.replace(Some(Closure::new(callback)));
    }

    /// Sets, moves or stops the timer.
    pub fn schedule(&self, wanted: Option<Millis>, now: Millis) {
        let at = self.pending.borrow().as_ref().map(|(at, _)| *at);
        if at != wanted {
            if let Some((_, id)) = self.pending.take() {
                runtime::clear_timeout(&id);
            }
            self.pending.replace(wanted.and_then(|wanted| self.start(wanted, now)));
        }
    }

    /// The timer fired and is no longer pending.
    pub fn fired(&self) {
        self.pending.replace(None);
    }

    fn start(&self, wanted: Millis, now: Millis) -> Option<(Millis, JsValue)> {
        let callback = self.callback.borrow();
        let callback = callback.as_ref()?.as_ref().unchecked_ref();
        match runtime::set_timeout(callback, wanted.since(now)) {
            Ok(id) => Some((wanted, id)),
            Err(error) => {
                log::error(
                    "timer_not_set",
                    &[("error", &error), ("then", &"the room's next input tries again")],
                );
                None
            }
        }
    }
}

impl Alarm {
    /// Plans the alarm for the time that the room wants, and says what has to be done for it. A room that wants none keeps an alarm
    /// that is set.
    pub fn schedule(&self, wanted: Option<Millis>) -> Option<AlarmAction> {
        self.wanted.set(wanted);
        let wanted = wanted?;
        match self.state.get() {
            AlarmState::Reading => None,
            AlarmState::Unknown => {
                self.state.set(AlarmState::Reading);
                Some(AlarmAction::Read)
            }
            AlarmState::At(at) if at <= wanted.plus(ALARM_SLACK_MS) => None,
            AlarmState::NotSet | AlarmState::At(_) => {
                self.state.set(AlarmState::At(wanted));
                Some(AlarmAction::Set(wanted))
            }
        }
    }

    /// The time that the room wanted last.
    pub fn wanted(&self) -> Option<Millis> {
        self.wanted.get()
    }

    /// The alarm fired, so none is set any more.
    pub fn fired(&self) {
        self.state.set(AlarmState::NotSet);
    }

    /// Reads the time of the alarm.
    ///
    /// # Errors
    /// When the runtime cannot read it; then it counts as not set.
    pub async fn read(&self, state: &State) -> Result<()> {
        let found = state.storage().get_alarm().await;
        if self.state.get() == AlarmState::Reading {
            self.state.set(match &found {
                Ok(Some(at)) => {
                    u64::try_from(*at).map_or(AlarmState::NotSet, |at| AlarmState::At(Millis(at)))
                }
                Ok(None) | Err(_) => AlarmState::NotSet,
            });
        }
        found.map(drop)
    }

    /// Sets the alarm.
    ///
    /// # Errors
    /// When the runtime cannot set it; [`Alarm::schedule`] reads it again then.
    pub async fn set(&self, state: &State, at: Millis) -> Result<()> {
        let date = Date::new(&runtime::js_number(at.0));
        let done = state.storage().set_alarm(ScheduledTime::new(date)).await;
        if done.is_err() && self.state.get() == AlarmState::At(at) {
            self.state.set(AlarmState::Unknown);
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_is_left_as_it_is_while_it_fires_early_enough() {
        let alarm = Alarm::default();
        assert_eq!(alarm.schedule(None), None, "the room wants no alarm");
        assert_eq!(alarm.schedule(Some(Millis(100_000))), Some(AlarmAction::Read));
        assert_eq!(alarm.schedule(Some(Millis(100_000))), None, "it is read once");
        alarm.fired();
        assert_eq!(alarm.schedule(Some(Millis(100_000))), Some(AlarmAction::Set(Millis(100_000))));
        assert_eq!(alarm.schedule(Some(Millis(170_000))), None, "it fires earlier, and is set again then");
        assert_eq!(alarm.schedule(Some(Millis(90_000))), None, "ten seconds late is early enough");
        assert_eq!(alarm.schedule(Some(Millis(89_999))), Some(AlarmAction::Set(Millis(89_999))));
        assert_eq!(alarm.schedule(None), None);
        alarm.fired();
        assert_eq!(alarm.schedule(Some(Millis(200_000))), Some(AlarmAction::Set(Millis(200_000))));
    }
}
