//! When the room is woken again: the in-memory timer for what is soon, the object's alarm for what may wait.
//!
//! A pending timer keeps the object from hibernating, so there is one only while the room wants one. Setting an alarm
//! writes a row, so it is left alone while it rings early enough: a ring that comes too early does nothing.

use std::cell::{Cell, RefCell};

use shared::Millis;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::Date;
use worker::{Result, ScheduledTime, State, console_error};

use crate::runtime;

/// How late an alarm may ring.
const SLACK_MS: u64 = 10_000;

/// The in-memory timer.
#[derive(Default)]
pub struct Timer {
    ring: RefCell<Option<Closure<dyn FnMut()>>>,
    pending: RefCell<Option<(Millis, JsValue)>>,
}

/// The object's alarm.
#[derive(Default)]
pub struct Alarm {
    planned: Cell<Planned>,
}

/// What is known of the alarm.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Planned {
    /// Nothing: this instance has not asked.
    #[default]
    Unknown,
    /// It is being asked.
    Asked,
    /// None is set.
    Not,
    /// It rings then.
    At(Millis),
}

/// What there is to do about the alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Find out when it rings, and then ask again.
    Ask,
    /// Set it.
    Set(Millis),
}

impl Timer {
    /// Says what happens when the timer rings.
    pub fn on_ring(&self, ring: impl FnMut() + 'static) {
        self.ring.replace(Some(Closure::new(ring)));
    }

    /// Sets, moves or stops the timer.
    pub fn keep(&self, wanted: Option<Millis>, now: Millis) {
        let at = self.pending.borrow().as_ref().map(|(at, _)| *at);
        if at != wanted {
            if let Some((_, id)) = self.pending.take() {
                runtime::clear_timeout(&id);
            }
            self.pending.replace(wanted.and_then(|wanted| self.start(wanted, now)));
        }
    }

    /// The timer rang: it is not pending any more.
    pub fn rang(&self) {
        self.pending.replace(None);
    }

    fn start(&self, wanted: Millis, now: Millis) -> Option<(Millis, JsValue)> {
        let ring = self.ring.borrow();
        let callback = ring.as_ref()?.as_ref().unchecked_ref();
        match runtime::set_timeout(callback, wanted.since(now)) {
            Ok(id) => Some((wanted, id)),
            Err(error) => {
                console_error!("a timer could not be set: {error}");
                None
            }
        }
    }
}

impl Alarm {
    /// What to do so that the object is woken when the room wants it.
    pub fn keep(&self, wanted: Option<Millis>) -> Option<Step> {
        let wanted = wanted?;
        match self.planned.get() {
            Planned::Asked => None,
            Planned::Unknown => {
                self.planned.set(Planned::Asked);
                Some(Step::Ask)
            }
            Planned::At(at) if at <= wanted.plus(SLACK_MS) => None,
            Planned::Not | Planned::At(_) => {
                self.planned.set(Planned::At(wanted));
                Some(Step::Set(wanted))
            }
        }
    }

    /// The alarm rang: none is set any more.
    pub fn rang(&self) {
        self.planned.set(Planned::Not);
    }

    /// Finds out when the alarm rings.
    pub async fn ask(&self, state: &State) -> Result<()> {
        let found = state.storage().get_alarm().await;
        if self.planned.get() == Planned::Asked {
            self.planned.set(match &found {
                Ok(Some(at)) => u64::try_from(*at).map_or(Planned::Not, |at| Planned::At(Millis(at))),
                Ok(None) | Err(_) => Planned::Not,
            });
        }
        found.map(drop)
    }

    /// Sets the alarm.
    pub async fn set(&self, state: &State, at: Millis) -> Result<()> {
        let date = Date::new(&runtime::number(at.0));
        let done = state.storage().set_alarm(ScheduledTime::new(date)).await;
        if done.is_err() && self.planned.get() == Planned::At(at) {
            self.planned.set(Planned::Unknown);
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_is_left_alone_while_it_rings_early_enough() {
        let alarm = Alarm::default();
        assert_eq!(alarm.keep(None), None, "nobody asks for what nobody wants");
        assert_eq!(alarm.keep(Some(Millis(100_000))), Some(Step::Ask));
        assert_eq!(alarm.keep(Some(Millis(100_000))), None, "asked once");
        alarm.rang();
        assert_eq!(alarm.keep(Some(Millis(100_000))), Some(Step::Set(Millis(100_000))));
        assert_eq!(alarm.keep(Some(Millis(170_000))), None, "it rings earlier, and is set again then");
        assert_eq!(alarm.keep(Some(Millis(90_000))), None, "ten seconds late is early enough");
        assert_eq!(alarm.keep(Some(Millis(89_999))), Some(Step::Set(Millis(89_999))));
        assert_eq!(alarm.keep(None), None);
        alarm.rang();
        assert_eq!(alarm.keep(Some(Millis(200_000))), Some(Step::Set(Millis(200_000))));
    }
}
